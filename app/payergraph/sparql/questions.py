"""The library of questions: one file of queries/ each, with a header that people and this module read.

The header is made of comments, ``# key: value``: ``title``, ``question``, ``group`` (one of ``GROUPS``), ``row`` (what
one row of the answer is), any number of ``param`` and ``example``, ``needs`` where it reads what is worked out from
the facts: ``conflicts``, ``measures`` or ``order``, and ``answer`` for a column that answers this question though it is
metadata of others (``columns.METADATA``). A parameter is written as ::

    # param: drug | drug | anakinra | The drug that is asked for.

which is its name, its kind (one of ``PARAMETER_KINDS``, or the values to choose from), its default (empty: not
limited unless asked) and what it does. In the query it stands as ``$drug``; a parameter that is not set stays a
variable, so the file is plain SPARQL, and ``FILTER (?drug = $drug)`` is then always true.

How a query stays quick: all required patterns in one block, then VALUES and FILTER, then OPTIONAL parts whose subject
is bound by then, then BIND. Oxigraph orders patterns within such a block and not across; the same patterns with one
OPTIONAL in their midst took 7 s in place of 8 ms. Where a column ``x`` is an IRI, ``xLabel`` is its label.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import pyoxigraph as ox

from ..comparison import computed
from ..errors import QueryError
from ..locate import folder
from ..near import hint_or, slips
from ..order.stored import outdated
from ..store.graph import Graph, LocalGraph
from ..table import Table, tidy_csv
from ..wording import written
from .headers import header
from .parameters import Parameter, parameter, term
from .sandbox import ROWS, fill, run

#: The groups, in the order in which a reader meets them.
GROUPS = (
    "Coverage",
    "Step therapy",
    "Prescriber",
    "Labs and tests",
    "Dose and duration",
    "Reauthorization",
    "Appeals",
    "Evidence",
    "Conflicts",
    "Ontology",
    "Sources",
)


@dataclass(frozen=True)
class Question:
    """A stored question.

    Attributes:
        row: what one row of the answer is.
        examples: parameters worth trying, by name.
        needs: what must be added to the graph before, of ``computed.COMPUTED``.
        answer: columns that answer the question, though they are metadata of other answers.
        text: the query, header included.
    """

    name: str
    title: str
    question: str
    group: str
    row: str
    parameters: tuple[Parameter, ...]
    examples: tuple[Mapping[str, str], ...]
    needs: tuple[str, ...]
    answer: tuple[str, ...]
    text: str

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the answer."""
        result = ox.Store().query(self.text)
        assert isinstance(result, ox.QuerySolutions)
        return tuple(variable.value for variable in result.variables)

    def said(self, given: Mapping[str, str]) -> str:
        """The title with the parameters that hold: ``Payers compared (drug: anakinra, request: initial)``."""
        held = {one.name: given.get(one.name, one.default) for one in self.parameters}
        told = ", ".join(f"{name}: {text}" for name, text in held.items() if text)
        return f"{self.title} ({told})" if told else self.title

    def filled(self, graph: Graph, given: Mapping[str, str]) -> str:
        """The query with its parameters written as terms.

        Args:
            given: texts by name: slug, label, synonym, brand, code or IRI. An empty one takes the default away.

        Raises:
            QueryError: a parameter is unknown, or its text names nothing.
        """
        known = {one.name: one for one in self.parameters}
        for name in given:
            if name not in known:
                raise QueryError(f"the question {self.name} has no parameter {name!r}; it has {', '.join(known)}")
        texts = {name: given.get(name, one.default) for name, one in known.items()}
        return fill(self.text, {name: term(known[name], text, graph) for name, text in texts.items() if text})

    def alone(self, graph: Graph) -> str:
        """The query for other tools: its defaults filled in, its comments left out."""
        lines = self.filled(graph, {}).splitlines()
        return "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#"))


@lru_cache(maxsize=1)
def library() -> tuple[Question, ...]:
    """All stored questions, by group and title."""
    found = [_read(path) for path in folder("queries").glob("*.rq")]
    return tuple(sorted(found, key=lambda question: (GROUPS.index(question.group), question.title)))


def question(name: str) -> Question:
    """The stored question of this name.

    Raises:
        QueryError: there is none; of a slip of the pen, what is meant is given.
    """
    known = {found.name: found for found in library()}
    if name not in known:
        told = hint_or(slips(name, known), "`payergraph query --list` lists them")
        raise QueryError(f"{name!r} is no stored question; {told}")
    return known[name]


def ask(
    name: str,
    graph: Graph,
    /,
    *,
    limit: int = ROWS,
    timeout: float | None = None,
    in_force: date | None = None,
    **parameters: str,
) -> Table:
    """Answer a stored question.

    Args:
        limit: the most rows; ``truncated`` says whether there were more.
        timeout: seconds after which it is stopped; None lets it take what it needs.
        in_force: only rows of editions that are in force on this day (``editions.in_force``); all where absent.
        parameters: of the question, as texts.

    It runs in this process, for stored questions are quick. With a timeout it runs where it can be killed, as
    ``sparql.run`` does, if the graph is a local one; an endpoint keeps its own time.

    Raises:
        QueryError: the question or a parameter is unknown; ``in_force`` was asked of rows that name no edition.
        LimitReached: the timeout was reached.
    """
    asked, query = prepared(name, graph, parameters)
    title = asked.said(parameters)
    version = graph.version if isinstance(graph, LocalGraph) else ""
    most = None if in_force else limit  # what is not in force is left out before it is cut
    if timeout is not None and isinstance(graph, LocalGraph):
        table = run(query, graph, limit=most, timeout=timeout)
        columns, found, more = table.columns, table.rows, table.truncated
    else:
        rows = graph.rows(query if most is None else f"{query}\nLIMIT {most + 1}")
        columns, more = asked.columns, most is not None and len(rows) > most
        found = tuple(tuple(row.get(column) for column in columns) for row in rows[:most])
    if in_force is None:
        return Table(columns, found, truncated=more, title=title, graph_version=version)
    from . import in_force as editions  # which reads policies, as only this needs

    found = editions.in_force(graph, columns, found, in_force)
    title = f"{title}; the latest editions known on {written(in_force.isoformat())}"
    return Table(columns, found[:limit], truncated=len(found) > limit, title=title, graph_version=version)


def prepared(name: str, graph: Graph, given: Mapping[str, str]) -> tuple[Question, str]:
    """A stored question and its query, once the graph holds what it needs.

    Args:
        given: the parameters, as texts.

    Raises:
        QueryError: the question or a parameter is unknown, or what it needs is out of date.
    """
    asked = question(name)
    query = asked.filled(graph, given)
    if isinstance(graph, LocalGraph):
        computed.add(graph, asked.needs)
        # Whoever needs all that is worked out asks about its terms, and not how two rules stand.
        if "order" in asked.needs and set(asked.needs) != set(computed.COMPUTED) and outdated(graph):
            raise QueryError(
                "the stored order of strictness is that of another graph; `payergraph implies` works it out"
            )
    return asked, query


_TOLD = ("name", "group", "title", "question", "row")


def to_csv(listed: Iterable[Question]) -> str:
    """What the questions ask, a row each; parameters and columns stand in one cell, parted by spaces."""
    rows = (
        _told(item) | {"parameters": " ".join(one.name for one in item.parameters), "columns": " ".join(item.columns)}
        for item in listed
    )
    return tidy_csv((*_TOLD, "parameters", "columns"), rows)


def to_json(listed: Iterable[Question]) -> str:
    """What the questions ask, an object each."""
    found = [
        {
            **_told(item),
            "parameters": [asdict(one) for one in item.parameters],
            "examples": item.examples,
            "columns": item.columns,
        }
        for item in listed
    ]
    return json.dumps(found, indent=2, ensure_ascii=False)


def _told(item: Question) -> dict[str, str]:
    return {name: getattr(item, name) for name in _TOLD}


def _read(path: Path) -> Question:
    text = path.read_text(encoding="utf-8")
    fields = header(path)
    unknown = set(fields) - {"title", "question", "group", "row", "param", "example", "needs", "answer"}
    if unknown:
        raise ValueError(f"{path.name}: the header has no place for {', '.join(sorted(unknown))}")
    try:
        title, asked, group, row = (fields[key][0] for key in ("title", "question", "group", "row"))
        parameters = tuple(parameter(line) for line in fields.get("param", ()))
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path.name}: the header lacks or garbles {error}") from None
    if group not in GROUPS:
        raise ValueError(f"{path.name}: {group!r} is none of the groups {', '.join(GROUPS)}")
    examples = tuple(
        {key.strip(): value.strip() for key, _, value in (pair.partition("=") for pair in line.split(";"))}
        for line in fields.get("example", ())
    )
    needs = tuple(fields.get("needs", ()))
    if set(needs) - set(computed.COMPUTED):
        raise ValueError(f"{path.name}: needs can be {' or '.join(computed.COMPUTED)}, not {', '.join(needs)}")
    answer = tuple(fields.get("answer", ()))
    return Question(path.stem, title, asked, group, row, parameters, examples, needs, answer, text)

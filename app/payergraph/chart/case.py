"""A patient's case, read from YAML, JSON, JSON-LD or Turtle into the triples that the criteria are checked on.

Dates become numbers here, once. What the record leaves open becomes two bounds, what surely holds and what possibly
holds, so that a missing fact never decides a criterion. A case is personal: it is kept by whoever read it, and
nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyoxigraph as ox

from .. import terms
from ..choice import Choice, Request
from ..errors import CaseError, FileError
from ..files import below, is_folder
from ..files import read as read_file
from ..store.graph import Graph
from ..store.names import Names, names
from . import bundle, rdf
from .facts import facts, place_facts, review_facts
from .fields import FIELDS, LETTER
from .parts import asked_for, conditions
from .record import ChartEntry, check, record
from .text import MAX_BYTES, Keyed, Place, Tree, Word, decoded, parse_json, parsed, read_yaml, shown, tree_of_json, word
from .unheard import Unheard, unheard
from .words import Words

__all__ = ["FIELDS", "FORMATS", "Case", "CaseError", "CaseFormat", "parse_case", "read_case", "read_cases"]


class CaseFormat(Choice):
    """Formats of a case."""

    YAML = "yaml"
    JSON = "json"
    JSONLD = "jsonld"
    TURTLE = "turtle"


#: How the end of a file's name tells its format.
FORMATS = {
    ".yaml": CaseFormat.YAML,
    ".yml": CaseFormat.YAML,
    ".json": CaseFormat.JSON,
    ".jsonld": CaseFormat.JSONLD,
    ".ttl": CaseFormat.TURTLE,
}


_JSON = (CaseFormat.JSON, CaseFormat.JSONLD)


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """A case that passed every check. It has no ``repr``, so that no log shows a patient.

    Attributes:
        iri: a name for the graph, new at every reading; the parts of the case have names below it.
        id: what people call the case.
        drug: the drug asked for, and in ``asked_as`` the product where the case names one.
        indication: what the drug is asked for; None where the case leaves that to its diagnoses.
        conditions: the diagnoses that the graph knows, in the order of the case.
        formulary: ``preferred``, ``non-preferred`` or ``non-formulary``.
        requested_months: for how many months the drug is asked for.
        payer: that of the plan, where the case names a plan alone.
        payer, plan, state: IRIs, as are drug and conditions.
        unheard: what the case names and the graph does not know; of FHIR, what else was not read, with why.
    """

    iri: ox.NamedNode
    id: str
    drug: str
    asked_as: str | None
    indication: str | None
    conditions: tuple[str, ...]
    request: Request
    request_date: date
    payer: str | None
    plan: str | None
    state: str | None
    formulary: str | None
    requested_months: Decimal | None
    unheard: tuple[Unheard, ...]
    _facts: tuple[ox.Triple, ...]
    _entry: ChartEntry
    _names: Names

    def triples(self, review: ox.NamedNode) -> list[ox.Triple]:
        """The graph on which criteria are checked, for one indication under review."""
        placed = place_facts(self.iri, self.plan, self.state, self._names)
        return [*self._facts, *placed, *review_facts(self.iri, self.drug, review.value, self._entry, self._names)]

    @property
    def asked(self) -> str:
        """The product that is asked for; the drug, where the case leaves open which product or there is but one."""
        named = self.asked_as
        return self.drug if named is None or self._names.subsumes(named, self.drug) else named

    def on_plan(self, plan: str) -> Case:
        """The case as one of a plan, given by IRI, whatever plan it names."""
        return replace(self, plan=plan)

    @cached_property
    def words(self) -> Words:
        """What is on record in words, by the facts that are written from it."""
        return Words(self.iri, self._entry, self._names)

    def record(self) -> dict[str, Any]:
        """The case in the words of the format: slugs, dates as written, decimals; with its id and its request date."""
        return record(self._entry, self._names)

    def letter(self) -> dict[str, Any]:
        """What the section ``letter`` says, in the words of the format: names and identifiers, for a letter alone."""
        said = self._entry.beside.get(LETTER.key)
        return record(said, self._names, LETTER.fields) if said else {}

    def beside(self, path: str) -> Mapping[str, str] | None:
        """The ``page`` and the ``note`` of the row at a path, ``therapies[2]``; None where no row stands there."""
        key, _, number = path.partition("]")[0].partition("[")
        rows = self._entry.values.get(key)
        row = rows[int(number)] if isinstance(rows, list) and number else None
        return row.beside if isinstance(row, ChartEntry) else None

    def as_file(self) -> dict[str, Any]:
        """The record with what only a letter reads: the section ``letter``, and the ``page`` and ``note`` of rows."""
        found = self.record()
        for key, rows in found.items():
            for number, row in enumerate(rows if isinstance(rows, list) else ()):
                if isinstance(row, dict):
                    row.update(self.beside(f"{key}[{number}]") or {})
        letter = self.letter()
        return found | ({LETTER.key: letter} if letter else {})

    def to_jsonld(self) -> str:
        """The case as JSON-LD under the shipped context."""
        return rdf.jsonld(self._entry, self._names)

    def to_turtle(self) -> str:
        """The case as Turtle, as a person would write it."""
        return rdf.turtle(self._entry)


def read_case(
    path: Path | str,
    graph: Graph,
    *,
    format: CaseFormat | str | None = None,
    today: date | None = None,
    drug: str | None = None,
) -> Case:
    """Read the case of a file and check it whole.

    Args:
        format: by default as the name ends.
        today: the request date of a case that gives none; the day of the call by default.
        drug: what is asked for, by name, where the case does not say; of a FHIR Bundle that asks for several, which.

    Raises:
        CaseError: what is wrong, in one sentence. Nothing is ever fetched.
        CallError: no case has this format.
    """
    path = Path(path)
    if format is None and path.suffix.lower() not in FORMATS:
        raise Place(str(path)).error(f"has a name that ends in {path.suffix!r}; expected one of {', '.join(FORMATS)}")
    return parse_case(_read(path), graph, format=format, name=str(path), today=today, drug=drug)


def parse_case(
    content: str | bytes | Mapping[str, Any],
    graph: Graph,
    *,
    format: CaseFormat | str | None = None,
    name: str = "case",
    today: date | None = None,
    drug: str | None = None,
) -> Case:
    """Read a case from its text, or from a mapping with the fields as keys, and check it whole.

    In a mapping a day is a ``date`` or text, and a number a number or text. JSON, and a mapping, with a
    ``resourceType`` is FHIR R4: a Bundle, or a Patient with contained resources.

    Args:
        format: of a text: by default as the name ends, else as it opens: JSON with a brace or a bracket, Turtle with
            a prefix or an IRI, else YAML.
        name: what the case is called in messages, and, without its ending, the case where it has no id.
        today, drug: as in ``read_case``.

    Raises:
        CaseError: what is wrong, in one sentence. Nothing is ever fetched.
        CallError: no case has this format.
    """
    path = Path(name)
    by_name = FORMATS.get(path.suffix.lower())
    known, day = names(graph), today or date.today()
    if isinstance(content, str | bytes):
        text = decoded(content if isinstance(content, bytes) else content.encode(errors="surrogatepass"), name)
        of = CaseFormat(format or by_name or _format_of(text))
        said = parse_json(text, name) if of in _JSON else None
    else:
        text, of, said = "", CaseFormat.JSON, parsed(content, Place(name))
    tree: Tree
    told: tuple[Unheard, ...] = ()
    if bundle.is_fhir(said):
        tree, told = bundle.tree_of_fhir(said, Place(name), known, today=day, drug=drug)
    elif of in _JSON:
        tree = _asking(_of_json(said, name, linked=of is CaseFormat.JSONLD), drug)
    else:
        tree = _asking(_of_text(text, of, name), drug)
    return _case(check(tree, known, day), known, path.stem if by_name else path.name, told)


def read_cases(
    paths: Iterable[Path | str], graph: Graph, *, today: date | None = None, drug: str | None = None
) -> list[Case]:
    """Read the cases of files, and of folders with all that is in them, in the order of their names.

    Args:
        today, drug: as in ``read_case``.

    Raises:
        CaseError: a case is wrong, or a folder holds none.
    """
    cases = []
    for path in map(Path, paths):
        files = [path]
        if is_folder(path):
            try:
                files = below(path, FORMATS)
            except FileError as error:
                raise Place(str(error.path)).error(f"cannot be read, because of: {error.reason}") from None
            if not files:
                raise Place(str(path)).error(f"is not in this folder; expected files that end in {', '.join(FORMATS)}")
        cases += [read_case(file, graph, today=today, drug=drug) for file in files]
    return cases


#: How Turtle opens, comments before it left out; no YAML of a case does.
_TURTLE = re.compile(r"(\s|#.*\n)*(@(prefix|base)\b|(prefix|base)\s+\S*\s*<|<[^>\s]*>)", re.IGNORECASE)


def _format_of(text: str) -> CaseFormat:
    if text.lstrip()[:1] in ("{", "["):
        return CaseFormat.JSON
    return CaseFormat.TURTLE if _TURTLE.match(text) else CaseFormat.YAML


def _read(path: Path) -> bytes:
    """The bytes of a file, and one more than is allowed of a file that is too big."""
    try:
        return read_file(path, MAX_BYTES)
    except FileError as error:
        raise Place(str(path)).error(f"cannot be read, because of: {error.reason}") from None


def _of_text(text: str, format: CaseFormat, file: str) -> Tree:
    """The tree of Turtle or YAML."""
    return rdf.tree_of_turtle(text, Place(file)) if format is CaseFormat.TURTLE else read_yaml(text, file)


def _of_json(content: Any, file: str, *, linked: bool = False) -> Tree:
    """The tree of JSON or JSON-LD: of the latter where it is ``linked``, or looks like it."""
    read = rdf.tree_of_jsonld if linked or rdf.is_jsonld(content) else tree_of_json
    tree = read(content, Place(file))
    if tree is None:
        raise Place(file).error("is empty; write at least a drug")
    return tree


def _asking(tree: Tree, drug: str | None) -> Tree:
    """A tree that asks for a drug which a call names.

    Raises:
        CaseError: it asks for another.
    """
    if drug is None or not isinstance(tree, Keyed):
        return tree
    own = tree.entries.get("drug")
    if own is None:
        return Keyed({"drug": word(drug, tree.place.key("drug")), **tree.entries}, tree.place)
    if not isinstance(own, Word) or own.text != drug:
        what = shown(own.text) if isinstance(own, Word) else "no single name"
        raise own.place.error(f"is {what}, but the call names {shown(drug)}; leave one of the two out")
    return tree


def _case(entry: ChartEntry, names: Names, name: str, told: Iterable[Unheard]) -> Case:
    entry = replace(entry, values={"id": name, **entry.values})
    iri = terms.thing("case", str(uuid4()))
    request_date = entry.one("requestDate", date)
    assert request_date is not None
    drug, product = asked_for(entry, names)
    payer, plan = entry.one("payer", str), entry.one("plan", str)
    of = names.payer(plan) if plan else None
    if payer and of and of != payer:
        raise entry.error("plan", f"which is a plan of {names.slug(of)} and not of {names.slug(payer)}")
    words = record(entry, names)
    return Case(
        iri=iri,
        id=words["id"],
        drug=drug,
        asked_as=product,
        indication=entry.one("indication", str),
        conditions=tuple(conditions(entry, names)),
        request=Request(words.get("request", Request.INITIAL)),
        request_date=request_date,
        payer=payer or of,
        plan=plan,
        state=entry.one("state", str),
        formulary=words.get("formulary"),
        requested_months=entry.one("requestedMonths", Decimal),
        unheard=(*unheard(entry, names), *told),
        _facts=facts(iri, drug, entry, names),
        _entry=entry,
        _names=names,
    )

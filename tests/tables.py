"""The specification tables of ``tests/spec``: what each kind of criterion says to small charts, and why.

A file a kind, called as its file of ``shapes/criteria/``. Its form::

    kind: AgeCriterion
    never: {met: why no chart meets it}       # only where a kind has not all three values
    tables:
      - parameters: {minimumAge: 18}          # of one criterion
        given: {weightKg: 50}                 # what all its charts hold, if anything
        rows:
          - {met: the bound itself, chart: {age: 18}}

A row has its value (met, not-met, not-documented) with the reason, and a chart, which is a case with only what matters
beside ``CASE``; a field that is null is left out. Of a parameter, a thing is ``kind/slug``, a term ``pg:…``, several
members are a list, therapies that count as one are ``{label: …, group: […], except: […]}``, and a set of uses with
exceptions is ``{label: …, set: […], except: […]}``; a list that its document leaves open ends with ``{open: …}``, the
class of which it names examples, or ``{open: true}``. The values are worked out from the words of the design, never
taken from the program.

``policy`` writes all criteria as one policy, so that they are read, implied and worded as those of any document.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from evaluator import ID, Group, Open
from ruamel.yaml import YAML

from payergraph import terms
from payergraph.criteria import MODULES
from payergraph.locate import folder
from payergraph.meaning.shapes import file_name
from payergraph.policies.library import policies
from payergraph.policies.model import Criterion
from payergraph.store.graph import LocalGraph, load

SPEC = Path(__file__).resolve().parent / "spec"
#: What a chart of every table holds.
CASE = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis"}
VALUES = ("met", "not-met", "not-documented")


@dataclass(frozen=True)
class Row:
    """A chart, what the criterion says to it, and why."""

    chart: Mapping[str, Any]
    value: str
    reason: str


@dataclass(frozen=True)
class Table:
    """A criterion and its rows.

    Attributes:
        name: the slug of its criterion: ``age-0``.
        parameters: as the file writes them.
        given: what all charts hold.
    """

    name: str
    kind: str
    parameters: Mapping[str, Any]
    given: Mapping[str, Any]
    rows: tuple[Row, ...]

    def case(self, row: Row) -> dict[str, Any]:
        """The case of a row, whole."""
        whole = {**CASE, **self.given, **row.chart}
        return {key: value for key, value in whole.items() if value is not None}

    @property
    def params(self) -> dict[str, Any]:
        """The parameters as the evaluator takes them."""
        return {name: _asked(value, _range(self.kind, name)) for name, value in self.parameters.items()}


@dataclass(frozen=True)
class Spec:
    """All tables of a kind, and why it never has a value, for those that it never has."""

    kind: str
    tables: tuple[Table, ...]
    never: Mapping[str, str] = field(default_factory=dict)


def slug(kind: str) -> str:
    """The name of a kind's file, without its ending."""
    return file_name(kind).removesuffix(".ttl")


@lru_cache(maxsize=1)
def specs() -> dict[str, Spec]:
    """The tables of each kind that has a file, in the order of the kinds."""
    kinds = [module.KIND.name for module in MODULES]
    return {kind: _read(path) for kind in kinds if (path := SPEC / f"{slug(kind)}.yaml").exists()}


def _read(path: Path) -> Spec:
    text = _plain(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    kind = text["kind"]
    tables = [
        Table(
            f"{path.stem}-{number}",
            kind,
            table["parameters"],
            table.get("given", {}),
            tuple(_row(row) for row in table["rows"]),
        )
        for number, table in enumerate(text["tables"])
    ]
    return Spec(kind, tuple(tables), text.get("never", {}))


def _row(row: dict[str, Any]) -> Row:
    [value] = [key for key in row if key != "chart"]
    assert value in VALUES, f"{value} is none of {VALUES}"
    return Row(row["chart"], value, row[value])


def _plain(value: Any) -> Any:
    """What YAML reads, with days as people write them."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, date) else value


@lru_cache(maxsize=256)
def _range(kind: str, parameter: str) -> str:
    """The range of a parameter, such as ``xsd:decimal``."""
    [module] = [module for module in MODULES if module.KIND.name == kind]
    found = {p.range for part in module.KIND.parts for p in part.parameters if p.name == parameter}
    assert found, f"{parameter} is no parameter of {kind}"
    return found.pop()


def _asked(value: Any, of: str) -> Any:
    if of == "pg:ConceptSet":
        members = _members(value)
        listed = tuple(_member(one) for one in members if not _open(one))
        return listed + tuple(
            Open(None if one["open"] is True else one["open"], listed) for one in members if _open(one)
        )
    if of == "xsd:decimal":
        return Decimal(str(value))
    return value.removeprefix("pg:") if isinstance(value, str) else value


def _open(one: Any) -> bool:
    return isinstance(one, dict) and "open" in one


def _member(one: Any) -> Any:
    if isinstance(one, dict):
        return Group(tuple(one["group" if "group" in one else "set"]), tuple(one.get("except", ())))
    return one.removeprefix("pg:")


def _members(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# --- the criteria as a policy ------------------------------------------------------------------------------


def policy() -> Iterator[str]:
    """The Turtle of a policy with a rule for each table."""
    for prefix in ("pg", "sh", "skos", "xsd"):
        yield f"@prefix {prefix}: <{terms.PREFIXES[prefix]}> ."
    tables = [table for spec in specs().values() for table in spec.tables]
    rules = " , ".join(f"<{ID}rule/spec/{table.name}>" for table in tables)
    yield (
        f'<{ID}policy/spec> a pg:CoveragePolicy ; skos:prefLabel "spec"@en ; pg:payer <{ID}payer/cigna> ; '
        f"pg:drug <{ID}drug/anakinra> ; pg:authority pg:Primary ; pg:indicationsComplete true ; "
        f'pg:coverageRule {rules} ; pg:locator "nowhere" .'
    )
    for table in tables:
        yield (
            f"<{ID}rule/spec/{table.name}> a pg:CoverageRule ; pg:indication <{ID}condition/{CASE['indication']}> ; "
            f"pg:completeness pg:Complete ; pg:initialCriteria <{ID}criterion/spec/{table.name}> ; "
            f'pg:locator "nowhere" .'
        )
        asked = []
        for name, value in table.parameters.items():
            term, more = _term(value, _range(table.kind, name), f"spec/{table.name}-{name}")
            asked.append(f" ; pg:{name} {term}")
            yield from more
        yield f'<{ID}criterion/spec/{table.name}> a pg:{table.kind} ; pg:locator "nowhere"{"".join(asked)} .'


def _term(value: Any, of: str, name: str) -> tuple[str, list[str]]:
    """A value of a parameter in Turtle, and what has to be described for it."""
    if isinstance(value, dict) and "set" in value:
        parts = " , ".join(f"<{ID}{one}>" for one in value["set"])
        out = "".join(f" ; pg:except <{ID}{one}>" for one in value.get("except", ()))
        label = ox.Literal(value["label"], language="en")
        return f"<{ID}set/{name}>", [
            f"<{ID}set/{name}> a pg:ConceptSet ; skos:prefLabel {label} ; pg:member {parts}{out} ."
        ]
    if isinstance(value, (list, dict)):
        members, more, is_open = [], [], ""
        for number, member in enumerate(_members(value)):
            if _open(member):
                of = "" if member["open"] is True else f" ; pg:exampleOf {_iri(member['open'])}"
                is_open = f" ; pg:openEnded true{of}"
            elif isinstance(member, dict):
                members.append(f"<{ID}group/{name}-{number}>")
                parts = " , ".join(f"<{ID}{one}>" for one in member["group"])
                out = "".join(f" ; pg:except <{ID}{one}>" for one in member.get("except", ()))
                label = ox.Literal(member["label"], language="en")
                more.append(f"{members[-1]} a pg:TherapyGroup ; skos:prefLabel {label} ; pg:member {parts}{out} .")
            else:
                members.append(_iri(member))
        if isinstance(value, dict):
            return members[0], more
        more.append(
            f'<{ID}set/{name}> a pg:ConceptSet ; skos:prefLabel "set"@en ; pg:member {" , ".join(members)}{is_open} .'
        )
        return f"<{ID}set/{name}>", more
    if of.startswith("xsd:"):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return f"{ox.Literal(text)}^^{of}", []
    return _iri(value), []


def _iri(named: str) -> str:
    return named if named.startswith("pg:") else f"<{ID}{named}>"


@lru_cache(maxsize=1)
def graph() -> LocalGraph:
    """The concepts and the policy, loaded as any data folder is."""
    with tempfile.TemporaryDirectory() as place:
        data = Path(place)
        for known in ("concepts", "payers"):
            shutil.copytree(folder("data") / known, data / known)
        (data / "policies").mkdir()
        (data / "policies" / "spec.ttl").write_text("\n".join(policy()), encoding="utf-8")
        return load(data=data)


@lru_cache(maxsize=1)
def criteria() -> dict[str, Criterion]:
    """The criterion of each table, by the table's name."""
    rules = policies(graph())["spec"].rules
    found = {rule.id.rpartition("/")[2]: rule.initial for rule in rules}
    return {name: next(c for c in root.leaves if c.id == f"spec/{name}") for name, root in found.items() if root}

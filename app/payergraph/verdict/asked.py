"""What the criteria of the chosen policies ask of a case: the fields that they read, and what they look for there.

What a kind of criterion reads is declared in ``criteria``, once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from ..chart.case import Case, parse_case
from ..chart.fields import FIELDS, PATHS, Field
from ..chart.measured import BMI, BODY_WEIGHT
from ..chart.parts import FLARE, HOSPITALIZED
from ..choice import Authority
from ..criteria import KINDS, Read
from ..errors import CallError, CaseError
from ..policies.editions import in_scope
from ..policies.library import policies
from ..policies.model import Criterion
from ..store.graph import LocalGraph
from ..store.names import names
from ..terms import pg
from .scope import criteria_of

_USE = ("drug", "product", "indication", "request")
#: What chooses the drug and the use, and beside them the policies and rules. What is asked depends on nothing else.
CHOOSING = (*_USE, "requestDate", "payer", "plan", "diagnoses.condition", "diagnoses.icd10")

#: Always asked: which policies apply, what the case is called, and how old the patient is. A plan is asked where some
#: rule is for plans, a product where a policy or a rule is for products.
ALWAYS = frozenset(["id", *CHOOSING, "birthDate", "age"]) - {"plan", "product"}

_NAMES = {path for path, field in PATHS.items() if field.type == "name"}
#: What an entry says nothing without, with the entry.
_REQUIRED = [(path.rpartition(".")[0], path) for path, field in PATHS.items() if field.required and "." in path]


@dataclass(frozen=True)
class Asked:
    """Fields of a case, by their paths in the words of the format, such as ``labs.test``.

    Attributes:
        named: for each field the concepts that criteria look for there, those that most look for first.
    """

    named: Mapping[str, tuple[str, ...]]

    def __contains__(self, path: str) -> bool:
        return path in self.named or any(known.startswith(f"{path}.") for known in self.named)

    def also(self, record: Mapping[str, Any]) -> Asked:
        """With the fields of which a case says something."""
        return Asked({**dict.fromkeys(_said(record, FIELDS), ()), **self.named})


def asked(
    record: Mapping[str, Any], graph: LocalGraph, *, payer: str | None = None, authority: Authority | str = "primary"
) -> Asked:
    """What the policies ask that a case chooses by its drug, use, request and plan.

    Args:
        record: a case in the words of the format, finished or not. What cannot be read of it chooses nothing.
        payer, authority: as in ``determine``.
    """
    found: defaultdict[str, Counter[str]] = defaultdict(Counter, {path: Counter() for path in ALWAYS})
    found["drug"].update(drug for policy in policies(graph).all for drug in policy.drugs)
    case, authority = _choosing(record, graph), Authority(authority)
    if case is not None:
        found["payer"].update(policy.payer for policy in policies(graph).of_drug(case.drug))
        for policy in in_scope(graph, case.drug, payer or case.payer, authority, case.request_date):
            found["indication"].update({use for rule in policy.rules for use in rule.uses})
            for product in policy.products:
                found["product"][product] += 1
            for rule in policy.rules:
                for product in rule.products:
                    found["product"][product] += 1
                for plan in rule.plans:
                    found["plan"][plan] += 1
        for root in _roots(case, graph, payer, authority):
            for leaf in root.leaves:
                for path, concepts in belongs(leaf, graph).items():
                    found[path].update(concepts)
    return Asked({path: tuple(concept for concept, _ in named.most_common()) for path, named in found.items()})


def _roots(case: Case, graph: LocalGraph, payer: str | None, authority: Authority) -> tuple[Criterion, ...]:
    """The roots of all rules that would be checked; none where the case's plan is one of another payer."""
    try:
        return criteria_of(case, graph, payer=payer, authority=authority)
    except CallError:
        return ()


def reads(leaf: Criterion, graph: LocalGraph) -> dict[str, tuple[str, ...]]:
    """The fields that a criterion reads, with the concepts that it looks for there.

    What an entry says nothing without is among them.
    """
    applying = [read for read in KINDS[leaf.kind].reads if _applies(read, leaf, graph)]
    found: dict[str, tuple[str, ...]] = {}
    for read in applying:
        for path in read.fields:
            found[path] = tuple(dict.fromkeys((*found.get(path, ()), *_concepts(read, leaf, graph))))
    return _with_required(found)


def _with_required(found: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    needed = [path for entry, path in _REQUIRED if any(known.startswith(f"{entry}.") for known in found)]
    return {path: found.get(path, ()) if path in _NAMES else () for path in (*needed, *found)}


def belongs(leaf: Criterion, graph: LocalGraph) -> dict[str, tuple[str, ...]]:
    """What a criterion reads, of lists that may hold the same thing in the one that is made for it."""
    found = reads(leaf, graph)
    kinds_of = names(graph).kinds_of
    left_out: set[str] = set()
    for key, kinds, wide, narrow, unless in _BELONGS:
        fits = [one in kinds or not kinds.isdisjoint(kinds_of(one)) for one in found.get(key, ())]
        if fits and not any(fits):
            left_out.update(narrow.split())
        elif fits and all(fits) and not any(map(leaf.parameters.asks, unless.split())):
            left_out.update(wide.split())
    return _with_required({path: concepts for path, concepts in found.items() if path not in left_out})


#: By the field that names a thing: where all things are these or of these kinds, the fields that need not be asked,
#: for others say the same, unless certain parameters are given; and those that are asked for such things alone.
_BELONGS: tuple[tuple[str, frozenset[str], str, str, str], ...] = (
    (
        "measurements.of",
        frozenset(["LabTest"]),
        "measurements.of measurements.value measurements.unit measurements.upperLimit measurements.date"
        " measurements.phase measurementsComplete",
        "labs.test labs.value labs.unit labs.upperLimit labs.date labsComplete",
        "",
    ),
    ("measurements.of", frozenset([BODY_WEIGHT, BMI]), "", "weightKg heightCm", ""),
    (
        "biomarkers.marker",
        frozenset(["Gene"]),
        "biomarkers.marker biomarkers.result biomarkers.date biomarkersComplete",
        "genetics.gene genetics.result genetics.date geneticsComplete",
        "",
    ),
    (
        "events.event",
        frozenset([FLARE, HOSPITALIZED]),
        "events.event events.date events.count events.perDays events.phase eventsComplete",
        "",
        "beforeTreatment minimumEventDays",
    ),
    ("events.event", frozenset([FLARE]), "", "flares.perYear", ""),
    ("events.event", frozenset([HOSPITALIZED]), "", "flares.hospitalized", ""),
)


def suggested(named: Iterable[str], kinds: Iterable[str], graph: LocalGraph) -> tuple[str, ...]:
    """Of some kinds, the concepts that are named, in their order; then those that these hold, by their labels."""
    known = names(graph)
    of_kinds = set(known.of_kinds(kinds))
    named = tuple(named)
    direct = [iri for iri in named if iri in of_kinds]
    held = ({iri for one in named for iri in _held(one, graph)} & of_kinds).difference(direct)
    return (*direct, *sorted(held, key=lambda iri: known.label(iri).casefold()))


def _held(iri: str, graph: LocalGraph) -> Iterable[str]:
    """What a concept or a group of therapies covers, and what is narrower."""
    node = ox.NamedNode(iri)
    covered = [quad.object for quad in graph.store.quads_for_pattern(node, pg("covers"), None)]
    narrower = [quad.subject for quad in graph.store.quads_for_pattern(None, pg("subsumedBy"), node)]
    return {term.value for term in (*covered, *narrower) if isinstance(term, ox.NamedNode)}


def _applies(read: Read, leaf: Criterion, graph: LocalGraph) -> bool:
    if read.when and not any(map(leaf.parameters.asks, read.when)):
        return False
    if not all(leaf.parameters.local(name) in values for name, values in read.chosen):
        return False
    return not read.through or bool(_concepts(read, leaf, graph))


def _concepts(read: Read, leaf: Criterion, graph: LocalGraph) -> tuple[str, ...]:
    if ":" in read.of:
        return (read.of,)
    value = leaf.parameters.iri(read.of) if read.of else ""
    if not value:
        return ()
    found = policies(graph).members(value) or (value,)
    if not read.through:
        return found
    quads = (graph.store.quads_for_pattern(ox.NamedNode(iri), pg(name), None) for iri in found for name in read.through)
    led = {quad.object.value for some in quads for quad in some if isinstance(quad.object, ox.NamedNode)}
    return tuple(sorted(led))


def _choosing(record: Mapping[str, Any], graph: LocalGraph) -> Case | None:
    """A case of what chooses policies alone; without its lesser parts where these are wrong."""
    for paths in (CHOOSING, _USE):
        try:
            return parse_case(only(record, paths), graph)
        except CaseError:
            pass
    return None


def only(record: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """A case with nothing but the fields of these paths."""
    kept = Asked(dict.fromkeys(paths, ()))

    def of(value: Any, path: str) -> Any:
        if isinstance(value, list):
            return [kept_item for item in value if (kept_item := of(item, path)) != {}]
        if not isinstance(value, Mapping):
            return value
        under = f"{path}." if path else ""
        inside = {key: of(item, under + key) for key, item in value.items() if under + key in kept}
        return {key: item for key, item in inside.items() if item not in ({}, [])}

    found: dict[str, Any] = of(record, "")
    return found


def _said(record: Mapping[str, Any], fields: Iterable[Field], under: str = "") -> Iterable[str]:
    """The paths of the fields that hold something."""
    for field in fields:
        value, path = record.get(field.key), under + field.key
        if field.fields:
            for entry in value if isinstance(value, list) else [value]:
                yield from _said(entry or {}, field.fields, f"{path}.")
        elif value is not None and value not in ("", []):
            yield path

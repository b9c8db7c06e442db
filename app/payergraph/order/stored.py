"""The order of strictness as it is stored, for every drug, use and kind of request.

``data/order/strictness.ttl`` is made by ``python docs/order.py``, and read when it is asked for. It does not depend on
the day: every edition that no other replaces is in it, retellings too. Each order bears a digest of what was compared,
so that it is known without z3 whether it is current; one that is not is never shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox

from .. import terms
from ..choice import Authority, Request
from ..locate import folder
from ..policies.library import policies
from ..policies.model import Rule
from ..store.graph import LocalGraph
from ..store.names import names
from ..store.once import once_a_graph
from . import formula as f
from .background import Background, background
from .domains import universe
from .rules import Ruled, documents, ruled

_EVER = date.max
#: A rule, how it stands to another, that other, and whether it is so as far as shown.
_Fact: TypeAlias = tuple[str, str, str, bool]
_RELATIONS = {
    "equal": ("equallyStrictAs", False),
    "stricter": ("stricterThan", False),
    "wider": ("stricterThan", True),
    "incomparable": ("incomparableWith", False),
    "undecided": ("undecidedBeside", False),
}


@dataclass(frozen=True)
class Compared:
    """The rules that are compared for one drug, one use and one kind of request.

    Attributes:
        digest: of what they ask, as far as a chart settles it, and of the values by which charts are told apart.
    """

    drug: str
    use: str
    request: Request
    rules: tuple[Ruled, ...]
    digest: str

    @property
    def name(self) -> str:
        """The IRI of the order."""
        return f"{terms.ID}strictness/{terms.slug(self.drug)}/{terms.slug(self.use)}/{self.request.value}"


def path() -> Path:
    """Where the order is stored."""
    return folder("data") / "order" / "strictness.ttl"


@once_a_graph
def compared(graph: LocalGraph) -> tuple[Compared, ...]:
    """All that there is to put in order: what has two rules at least that show something."""
    read, known = policies(graph), background(graph)
    values: dict[str, str] = {}
    found = []
    for drug in sorted({drug for policy in (*read.all, *read.labels) for drug in policy.drugs}):
        chosen = documents(graph, drug, Authority.ALL, _EVER)
        for use in sorted({use for policy in chosen for rule in policy.rules for use in rule.uses}):
            for request in Request:
                rules = tuple(r for r in ruled(graph, chosen, drug, use, request) if r.formula is not None)
                if len(rules) > 1:
                    found.append(Compared(drug, use, request, rules, _digest(rules, known, values)))
    return tuple(found)


def _digest(rules: tuple[Ruled, ...], known: Background, values: dict[str, str]) -> str:
    parts = []
    for rule in rules:
        assert rule.formula is not None
        parts.append(f"{' '.join(one.id for one in rule.rules)} {rule.whole} {_text(rule.formula)}")
        for _, atom in f.atoms(rule.formula):
            if isinstance(atom, f.Is | f.Compared) and (name := _text(atom.field)) not in values:
                values[name] = _values(atom.field, known)
            if isinstance(atom, f.Is | f.Compared):
                parts.append(values[_text(atom.field)])
    return hashlib.sha256("\n".join(dict.fromkeys(parts)).encode()).hexdigest()[:16]


def _values(field: Any, known: Background) -> str:
    """What a field may hold, with what tells its values apart beside the sets."""
    try:
        found = universe(field, known)
    except LookupError:  # a number
        return ""
    text = " ".join(f"{one} {known.ingredient(one)} {known.ranks(one)}" for one in found)
    return hashlib.sha256(text.encode()).hexdigest()


def _text(value: Any) -> str:
    """A formula as a text that is the same in every process."""
    if isinstance(value, frozenset):
        return f"{{{' '.join(sorted(value))}}}"
    if isinstance(value, tuple):
        return f"({' '.join(map(_text, value))})"
    if is_dataclass(value):
        return f"{type(value).__name__}({' '.join(_text(getattr(value, field.name)) for field in fields(value))})"
    return str(value)


# --- written ---------------------------------------------------------------------------------------------


_FROM = "prov:wasDerivedFrom"
_HEAD = """\
# Which rules are stricter: made by `python docs/order.py`; do not edit. docs/strictness.md says what it means.
# Rules for uses of which neither holds the other are not compared.
@base <https://w3id.org/payergraph/id/> .
@prefix pg: <https://w3id.org/payergraph/ontology#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def turtle(graph: LocalGraph, progress: Callable[[int, int], None] = lambda done, of: None) -> str:
    """The order of everything, worked out by z3, as Turtle.

    Args:
        progress: is told how many orders of how many are done.
    """
    import z3

    every, version = compared(graph), z3.get_version_string()
    name = terms.local(terms.STRICTNESS)
    lines = [
        _HEAD,
        f"<{name}> a prov:Entity ; prov:wasGeneratedBy <{name}/worked-out> ; {_FROM} <graph-version/{graph.version}> .",
        f"<{name}/worked-out> a prov:Activity ; prov:wasAssociatedWith <software/z3-{version}> .",
        f'<software/z3-{version}> a prov:SoftwareAgent ; skos:prefLabel "z3 {version}"@en .',
    ]
    for done, item in enumerate(every):
        progress(done, len(every))
        lines += ["", *_order(graph, item)]
    progress(len(every), len(every))
    return "\n".join(lines) + "\n"


def _order(graph: LocalGraph, item: Compared) -> Iterator[str]:
    order, local = f"<{terms.local(item.name)}>", terms.local
    yield (
        f"{order} a pg:StrictnessOrder ; pg:orderedDrug <{local(item.drug)}> ; pg:orderedUse <{local(item.use)}> ; "
        f'pg:orderedRequest "{item.request.value}" ; pg:orderDigest "{item.digest}" .'
    )
    for one, relation, other, shown in sorted(_comparisons(graph, item)):
        name = hashlib.sha256(f"{item.name} {one} {other}".encode()).hexdigest()[:12]
        yield (
            f"<strictness/{name}> a pg:StrictnessComparison ; pg:inStrictnessOrder {order} ; "
            f"rdf:subject <{local(one)}> ; rdf:predicate pg:{relation} ; rdf:object <{local(other)}> ; "
            f"pg:asFarAsShown {str(shown).lower()} ."
        )


def _comparisons(graph: LocalGraph, item: Compared) -> Iterator[_Fact]:
    """How each pair of rules stands, by their IRIs; those of one policy that ask the same are equal."""
    from .strictness import strictness

    found = strictness(graph, item.drug, item.use, request=item.request, authority=Authority.ALL, as_of=_EVER)
    subsumes = names(graph).subsumes
    for rule in found.rules:
        yield from _each(rule.rules[:1], "equallyStrictAs", rule.rules[1:], not rule.whole)
    for one, other in combinations(sorted(found.rules, key=lambda rule: rule.id), 2):
        mine, its = one.rules[0].indication, other.rules[0].indication
        if subsumes(mine, its) or subsumes(its, mine):
            predicate, turned = _RELATIONS[found.relation(one.id, other.id).value]
            left, right = (other, one) if turned else (one, other)
            yield from _each(left.rules, predicate, right.rules, found.as_far_as_shown(one.id, other.id))


def _each(left: Iterable[Rule], predicate: str, right: Sequence[Rule], shown: bool) -> Iterator[_Fact]:
    return ((one.iri, predicate, other.iri, shown) for one in left for other in right)


# --- read ------------------------------------------------------------------------------------------------


@once_a_graph
def record(graph: LocalGraph) -> None:
    """Add the stored order to a graph, in a named graph of its own, if it is the order of this graph; once a graph."""
    if path().is_file() and not outdated(graph):
        graph.store.bulk_load(path().read_bytes(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(terms.STRICTNESS))


@once_a_graph
def outdated(graph: LocalGraph) -> tuple[str, ...]:
    """The orders of a graph, by their local names, that are not stored, or of which something else is stored."""
    held, version = _stored()
    if version and version == graph.version:
        return ()
    wanted = {item.name: item.digest for item in compared(graph)}
    return tuple(sorted(terms.local(name) for name in held.keys() | wanted if held.get(name) != wanted.get(name)))


def _stored() -> tuple[dict[str, str], str]:
    """The digests of what is stored, by the names of the orders, and the version of the graph that it was made from."""
    if not path().is_file():
        return {}, ""
    found = list(ox.parse(path().read_bytes(), ox.RdfFormat.TURTLE))
    made_from = ox.NamedNode(terms.PROV + "wasDerivedFrom")
    digests = {str(q.subject.value): q.object.value for q in found if q.predicate == terms.pg("orderDigest")}
    return digests, next((terms.slug(q.object.value) for q in found if q.predicate == made_from), "")

"""The order of strictness as it is stored, for every drug, use and kind of request.

``data/order/`` is made by ``python docs/order.py``, a file a drug, and read when it is asked for. It does not depend on
the day: every edition that no other replaces is in it, retellings too. Each order bears a digest of what was compared,
so that it is known without z3 whether it is current: one that is stays when others are worked out, one that is not is
never shown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
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
from .background import background
from .digest import Digests
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
        digest: of all that the order rests on.
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


def directory() -> Path:
    """Where the order is stored."""
    return folder("data") / "order"


@once_a_graph
def compared(graph: LocalGraph) -> tuple[Compared, ...]:
    """All that there is to put in order: what has two rules at least that show something."""
    read, digests = policies(graph), Digests(background(graph))
    found = []
    for drug in sorted({drug for policy in read.every for drug in policy.drugs}):
        chosen = documents(graph, drug, Authority.ALL, _EVER)
        for use in sorted({use for policy in chosen for rule in policy.rules for use in rule.uses}):
            for request in Request:
                rules = tuple(r for r in ruled(graph, chosen, drug, use, request) if r.formula is not None)
                if len(rules) > 1:
                    pairs = " ".join(f"{one.id} {other.id}" for one, other in _pairs(graph, rules))
                    found.append(Compared(drug, use, request, rules, digests.of(drug, rules, pairs)))
    return tuple(found)


def _pairs(graph: LocalGraph, rules: Iterable[Ruled]) -> Iterator[tuple[Ruled, Ruled]]:
    """The pairs that are compared: those of uses of which one holds the other."""
    subsumes = names(graph).subsumes
    for one, other in combinations(sorted(rules, key=lambda rule: rule.id), 2):
        mine, its = one.rules[0].indication, other.rules[0].indication
        if subsumes(mine, its) or subsumes(its, mine):
            yield one, other


# --- written ---------------------------------------------------------------------------------------------


_FROM = "prov:wasDerivedFrom"
#: The file that says from what the others were made, and by what.
_MADE = "made-from.ttl"
_HEAD = """\
# Which rules are stricter: made by `python docs/order.py`; do not edit. docs/strictness.md says what it means.
# Rules for uses of which neither holds the other are not compared.
@base <https://w3id.org/payergraph/id/> .
@prefix pg: <https://w3id.org/payergraph/ontology#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def work_out(
    graph: LocalGraph, *, anew: bool = False, progress: Callable[[int, int], None] = lambda done, of: None
) -> dict[str, str]:
    """The files of the order by their names, with what is stored and not current worked out by z3.

    Args:
        anew: work everything out.
        progress: is told how many orders of how many are done.
    """
    held = {} if anew or _made("wasAssociatedWith") != f"z3-{_solver()}" else _blocks()
    todo = [item for item in compared(graph) if (item.name, item.digest) not in held]
    made = {}
    for done, item in enumerate(todo):
        progress(done, len(todo))
        made[item.name] = text_of(graph, item)
    progress(len(todo), len(todo))
    files: dict[str, list[str]] = {}
    for item in compared(graph):
        text = made.get(item.name) or held[item.name, item.digest]
        files.setdefault(f"{terms.slug(item.drug)}.ttl", [_HEAD]).append(text)
    name, version = terms.local(terms.STRICTNESS), graph.version
    files[_MADE] = [
        _HEAD,
        f"<{name}> a prov:Entity ; prov:wasGeneratedBy <{name}/worked-out> ; {_FROM} <graph-version/{version}> .\n"
        f"<{name}/worked-out> a prov:Activity ; prov:wasAssociatedWith <software/z3-{_solver()}> .\n"
        f'<software/z3-{_solver()}> a prov:SoftwareAgent ; skos:prefLabel "z3 {_solver()}"@en .\n',
    ]
    return {name: "\n".join(blocks) for name, blocks in files.items()}


def _solver() -> str:
    import z3

    return str(z3.get_version_string())


def text_of(graph: LocalGraph, item: Compared) -> str:
    """An order, worked out by z3, as Turtle."""
    return "\n".join(_order(graph, item)) + "\n"


def _blocks() -> dict[tuple[str, str], str]:
    """The stored orders as they are written, by their names and digests."""
    found = {}
    for file in sorted(directory().glob("*.ttl")):
        for block in file.read_text(encoding="utf-8").split("\n\n"):
            if head := re.match(r'<(\S+)> a pg:StrictnessOrder .* pg:orderDigest "(\w+)" \.', block):
                found[terms.ID + head[1], head[2]] = block.rstrip("\n") + "\n"
    return found


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
    for rule in found.rules:
        yield from _each(rule.rules[:1], "equallyStrictAs", rule.rules[1:], not rule.whole)
    for one, other in _pairs(graph, found.rules):
        predicate, turned = _RELATIONS[found.relation(one.id, other.id).value]
        left, right = (other, one) if turned else (one, other)
        yield from _each(left.rules, predicate, right.rules, found.as_far_as_shown(one.id, other.id))


def _each(left: Iterable[Rule], predicate: str, right: Sequence[Rule], shown: bool) -> Iterator[_Fact]:
    return ((one.iri, predicate, other.iri, shown) for one in left for other in right)


# --- read ------------------------------------------------------------------------------------------------


@once_a_graph
def record(graph: LocalGraph) -> None:
    """Add the stored order to a graph, in a named graph of its own, if it is the order of this graph; once a graph."""
    if is_stored() and not outdated(graph):
        for file in sorted(directory().glob("*.ttl")):
            graph.store.bulk_load(file.read_bytes(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(terms.STRICTNESS))


def is_stored() -> bool:
    """Whether an order is stored at all."""
    return (directory() / _MADE).is_file()


@once_a_graph
def outdated(graph: LocalGraph) -> tuple[str, ...]:
    """The orders of a graph, by their local names, that are not stored, or of which something else is stored."""
    if _made("wasDerivedFrom") == graph.version:
        return ()
    wanted = {item.name: item.digest for item in compared(graph)}
    stored = {quad.subject.value: quad.object.value for quad in _quads("*.ttl", terms.pg("orderDigest"))}
    return tuple(sorted(terms.local(name) for name in stored.keys() | wanted if stored.get(name) != wanted.get(name)))


def _made(how: str) -> str:
    """The version of the graph that the stored order was made from, or of what made it; empty where none is stored."""
    return next((terms.slug(quad.object.value) for quad in _quads(_MADE, ox.NamedNode(terms.PROV + how))), "")


def _quads(files: str, predicate: ox.NamedNode) -> Iterator[Any]:
    for file in sorted(directory().glob(files)):
        yield from (q for q in ox.parse(file.read_bytes(), ox.RdfFormat.TURTLE) if q.predicate == predicate)

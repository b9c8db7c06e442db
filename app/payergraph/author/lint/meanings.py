"""Criteria that are well written and ask for something else than was meant, or for nothing.

What a parameter is looked for in, and what makes no difference beside what, follows from the meanings of the kinds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pyoxigraph as ox

from ...chart.doses import AMOUNTS
from ...chart.fields import PATHS
from ...criteria import KINDS, Kind
from ...criteria.written import written
from ...meaning import nodes as n
from ...terms import Term, pg
from .asked import Asked, children, criteria, meanings, named, parameters, walk
from .bounds import faulty_bounds
from .files import Fault, File
from .whole import Whole, short


def faulty_meanings(graph: Whole, files: Iterable[File]) -> Iterator[Fault | None]:
    """All faults of what criteria mean."""
    yield from _foreign_members(graph)
    yield from _asking_nothing(graph)
    yield from faulty_bounds(graph)
    yield from _brands(graph)
    yield from shapes_of_old(files)


# --- what stands in a set ----------------------------------------------------------------------------------------


def _foreign_members(graph: Whole) -> Iterator[Fault | None]:
    """Members of a set that are of another class than what the set is looked for in."""
    for kind in KINDS.values():
        for parameter, paths in looked_for(kind).items():
            allowed = _classes(graph, [one for path in paths for one in _NAMES[path]])
            for this, member, classes in _members(graph, kind, parameter):
                if not classes & allowed:
                    is_a, wanted = (" or ".join(sorted(short(pg(one)) for one in some)) for some in (classes, allowed))
                    yield graph.fault(
                        this,
                        f"asks in {short(pg(parameter))} for {short(member)}, a {is_a}, which {' or '.join(paths)} of "
                        f"a case never holds; name a {wanted}, or choose the kind of criterion that looks for it.",
                    )


_NAMES = {path: field.kinds for path, field in PATHS.items() if field.type in ("name", "value")}


@lru_cache(maxsize=256)
def looked_for(kind: Kind) -> dict[str, list[str]]:
    """For each parameter that names a set, the fields of a case in which its members are looked for."""
    ranges = parameters(kind)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for read in kind.reads:
        if ranges.get(read.of) == "pg:ConceptSet" and not read.through:
            found[read.of] += [path for path in read.fields if path in _NAMES and path not in found[read.of]]
    return {parameter: paths for parameter, paths in found.items() if paths}


def _classes(graph: Whole, kinds: Iterable[str]) -> set[str]:
    """The classes of what a field may hold and of what may be broader; of therapies, groups of them, too."""
    rows = graph.rows(
        f"""SELECT DISTINCT ?class WHERE {{
              VALUES ?kind {{ {" ".join(f"pg:{kind}" for kind in kinds)} }}
              ?kind rdfs:subClassOf? ?above . ?class rdfs:subClassOf? ?above .
              FILTER (?above = ?kind || EXISTS {{ ?above rdfs:subClassOf skos:Concept }}) }}"""
    )
    found = {row["class"].value.rpartition("#")[2] for row in rows}
    return found | {"TherapyGroup"} if "Therapy" in found else found


def _members(graph: Whole, kind: Kind, parameter: str) -> Iterator[tuple[Term, Term, set[str]]]:
    """Each criterion with a member of its set, or of a group in it, and the classes of that member."""
    found: defaultdict[tuple[Term, Term], set[str]] = defaultdict(set)
    for row in graph.rows(
        f"""SELECT DISTINCT ?this ?member ?class WHERE {{
              ?this a pg:{kind.name} ; pg:{parameter}/pg:member/(pg:member|pg:except)? ?member . ?member a ?class
              FILTER (STRSTARTS(STR(?class), STR(pg:))) }}"""
    ):
        found[row["this"], row["member"]].add(row["class"].value.rpartition("#")[2])
    for (this, member), classes in found.items():
        yield this, member, classes


# --- what asks nothing -------------------------------------------------------------------------------------------


def _asking_nothing(graph: Whole) -> Iterator[Fault | None]:
    """Parameters that make no difference."""
    sizes = {row["set"]: int(row["n"].value) for row in graph.rows(_SIZES)}
    accepts: defaultdict[Term, set[str]] = defaultdict(set)
    for row in graph.rows("SELECT ?outcomes ?one WHERE { ?outcomes pg:accepts ?one }"):
        accepts[row["outcomes"]].add(row["one"].value.rpartition("#")[2])
    for asked in criteria(graph).values():
        for node in meanings(asked.kind):
            messages: Iterable[str] = ()
            if isinstance(node, n.Counted):
                messages = _counting(node, asked, sizes)
            elif isinstance(node, n.Any):
                messages = _outcomes(node, asked, accepts)
            for message in messages:
                yield graph.fault(asked.term, message)
        for message in (*_units_of_nothing(asked), *_doses(asked, graph)):
            yield graph.fault(asked.term, message)


_SIZES = "SELECT ?set (COUNT(DISTINCT ?member) AS ?n) WHERE { ?set a pg:ConceptSet ; pg:member ?member } GROUP BY ?set"


def _counting(node: n.Counted, asked: Asked, sizes: dict[Term, int]) -> Iterator[str]:
    every, count, by, of = (short(pg(name)) for name in (node.every, node.at_least, node.by[0], node.of.of))
    number = asked.number(node.at_least)
    if asked.asks(node.every):
        if number is not None:
            yield f"has {every}, beside which its {count} asks nothing; take one of them away."
        if sizes.get(asked.parameters.get(node.of.of, pg(""))) == 1:
            yield f"has {every} of {of} with one member, which asks nothing; take it away, or correct the set."
    if asked.asks(node.by[0]) and (asked.asks(node.every) or number is None or number <= 1):
        yield f"has {by} without a {count} above 1, so that nothing is counted; take it away, or add the number."


def _outcomes(node: n.Any, asked: Asked, accepts: dict[Term, set[str]]) -> Iterator[str]:
    """Parameters that bind a trial of other outcomes than those that are accepted."""
    own = {outcome: part for part in node.parts for outcome in _outcome(part)}
    accepted = accepts.get(asked.parameters.get(_accepting(asked.kind), pg("")))
    if not own or not accepted or not accepted <= set(own):
        return
    known = frozenset(parameters(asked.kind))
    binding = {name for outcome in accepted for name in named(own[outcome], known)}
    binding |= {name for one in _beside(asked.kind, node) for name in named(one, known)}
    for name in sorted(named(node, known) - binding):
        if asked.asks(name):
            listed = " or ".join(sorted(outcome.lower() for outcome in accepted))
            yield (
                f"has {short(pg(name))}, which binds no {listed}, the only outcomes that it accepts; take it away, or "
                f"correct {short(pg(_accepting(asked.kind)))}."
            )


def _outcome(node: n.Node) -> Iterator[str]:
    """The outcome for which an alternative alone stands."""
    match node:
        case n.OutcomeIs(name):
            yield name
        case n.All((n.OutcomeIs(name), *_)):
            yield name


@lru_cache(maxsize=256)
def _accepting(kind: Kind) -> str:
    return next((node.of for node in meanings(kind) if isinstance(node, n.Accepted)), "")


def _beside(kind: Kind, node: n.Node) -> Iterator[n.Node]:
    """What of a kind stands outside a node: the smallest nodes that do not hold it."""

    def outside(one: n.Node) -> Iterator[n.Node]:
        if one is node:
            return
        if any(below is node for below in walk(one)):
            for child in children(one):
                yield from outside(child)
        else:
            yield one

    for part in kind.parts:
        yield from outside(part.meaning)


def _units_of_nothing(asked: Asked) -> Iterator[str]:
    bounds: defaultdict[str, list[str]] = defaultdict(list)
    for node in meanings(asked.kind):
        if isinstance(node, n.Compare) and node.unit and isinstance(node.of, str):
            bounds[node.unit].append(node.of)
        elif isinstance(node, n.Dosed):
            bounds[node.unit[0]].append(node.of)
    for unit, names in bounds.items():
        if asked.asks(unit) and not any(asked.asks(name) for name in names):
            wanted = " or ".join(short(pg(name)) for name in dict.fromkeys(names))
            yield f"has a {short(pg(unit))} and no bound in it; add {wanted}, or take it away."


def _doses(asked: Asked, graph: Whole) -> Iterator[str]:
    """Bounds of a dose without a unit, in one of something else, or for two periods."""
    for node in dict.fromkeys(one for one in meanings(asked.kind) if isinstance(one, n.Dosed)):
        if not asked.asks(node.of):
            continue
        unit = asked.parameters.get(node.unit[0])
        if unit is None and not node.unit[1]:
            yield f"has {short(pg(node.of))} without {short(pg(node.unit[0]))}, so that nothing meets it; add the unit."
        elif unit is not None and _dimension(unit, graph) not in AMOUNTS:
            yield f"is in {short(unit)}, which is no amount of a drug; name one such as unit:mg beside the period."
        if node.months and asked.asks(node.days) and asked.asks(node.months):
            both = f"{short(pg(node.days))} and {short(pg(node.months))}"
            yield f"has {both}, of which the first alone counts; take one of them away."


def _dimension(unit: Term, graph: Whole) -> str:
    found = graph.store.quads_for_pattern(unit, pg("dimension"), None) if isinstance(unit, ox.NamedNode) else ()
    return next((quad.object.value for quad in found if isinstance(quad.object, ox.Literal)), "")


# --- drugs and shapes --------------------------------------------------------------------------------------------


def looks_like_a_brand(name: str) -> bool:
    """Whether a name begins with a capital, as a nonproprietary name does not; an abbreviation is no brand."""
    return bool(re.match(r"[A-Z][a-z]", name))


def _brands(graph: Whole) -> Iterator[Fault | None]:
    """Drugs with a name like a brand's."""
    for row in graph.rows("SELECT ?drug ?label WHERE { ?drug a pg:Drug ; skos:prefLabel ?label }"):
        if looks_like_a_brand(row["label"].value):
            slug = row["drug"].value.rpartition("/")[2]
            yield graph.fault(
                row["drug"],
                f"is a pg:Drug and called {row['label'].value}, like a brand; describe the drug by its nonproprietary "
                f"name and write product:{slug} a pg:Product ; skos:broader that drug, or write the name small.",
            )


def shapes_of_old(files: Iterable[File]) -> Iterator[Fault]:
    """Files of shapes/criteria/ that are not what the kinds say."""
    texts, there = written(), [file for file in files if file.place == "criteria"]
    for file in there:
        text = texts.pop(file.path.name, None)
        if not file.chosen:
            continue
        if text is None:
            yield Fault(file.shown, None, "", "is written from no kind of criterion; take it away.")
        elif file.content.decode() != text:
            yield Fault(file.shown, None, "", f"is not what the kind of criterion says; {_REMEDY}")
    for name in texts if any(file.chosen for file in there) else ():
        yield Fault(f"shapes/criteria/{name}", None, "", f"is not there; {_REMEDY}")


_REMEDY = "write it by python docs/build.py."

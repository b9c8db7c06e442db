"""The ladders of a graph, and the facts that sources state of their steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from .. import terms
from ..store.facts import Facts, facts
from ..store.graph import Graph
from ..store.names import Names, names
from ..store.once import once_a_graph
from ..wording import counted, numeral
from .model import Fact, Ladder, Step

_DESCRIPTION = terms.DCTERMS + "description"
_TITLE, _ADDRESS = terms.DCTERMS + "title", terms.DCTERMS + "source"
_LABEL, _DEFINITION = terms.SKOS + "prefLabel", terms.SKOS + "definition"


@dataclass(frozen=True)
class Ladders:
    """The ladders of a graph.

    Attributes:
        facts: what sources say, by what it is about; without what they tell as former text.
        run_by: who runs a programme.
        apart: the lines of business to which no plan of a line belongs.
    """

    ladders: tuple[Ladder, ...]
    facts: Mapping[str, tuple[Fact, ...]]
    run_by: Mapping[str, str]
    apart: Mapping[str, frozenset[str]]


@once_a_graph
def ladders(graph: Graph) -> Ladders:
    """Read the ladders of a graph, once."""
    known = names(graph)
    stages = facts(graph, "?s a pg:ReviewStage")
    of_steps = facts(graph, "?s a pg:LadderStep")
    positions = {iri: int(stages[said.text("reviewStage")].text("position")) for iri, said in of_steps.items()}
    steps = {iri: _step(known, iri, said, positions) for iri, said in of_steps.items()}
    found = [_ladder(iri, said, steps) for iri, said in facts(graph, "?s a pg:Ladder").items()]
    runs = facts(graph, "?s pg:runBy ?who", ["runBy"])
    return Ladders(
        tuple(sorted(found, key=lambda ladder: ladder.label.casefold())),
        _facts(graph, known),
        {iri: said.text("runBy") for iri, said in runs.items()},
        _apart(graph),
    )


def _step(known: Names, iri: str, said: Facts, positions: Mapping[str, int]) -> Step:
    stage = said.text("reviewStage")
    return Step(
        iri=iri,
        label=said.text(_LABEL),
        definition=said.text(_DEFINITION),
        stage=terms.slug(stage),
        stage_label=known.label(stage),
        position=positions[iri],
        follows=tuple(sorted(said.texts("follows"), key=lambda other: positions.get(other, 0), reverse=True)),
        governed_by=said.texts("governedBy"),
        optional=said.true("optional"),
    )


def _ladder(iri: str, said: Facts, steps: Mapping[str, Step]) -> Ladder:
    own = sorted((steps[step] for step in said.texts("ladderStep")), key=lambda step: step.position)
    return Ladder(
        iri=iri,
        label=said.text(_LABEL),
        definition=said.text(_DEFINITION),
        lines=frozenset(said.texts("lineOfBusiness")),
        states=frozenset(said.texts("state")),
        oversight=said.text("oversight"),
        applies_from=_day(said, "appliesFrom"),
        applies_until=_day(said, "appliesUntil"),
        elsewhere=said.true("elsewhere"),
        applicability=said.texts("applicability"),
        steps=tuple(own),
    )


def _apart(graph: Graph) -> dict[str, frozenset[str]]:
    """The lines apart from each line: those of itself and of what is broader, with all that is narrower."""
    either: defaultdict[str, set[str]] = defaultdict(set)
    for iri, said in facts(graph, "?s pg:apartFrom ?other", ["apartFrom"]).items():
        for other in said.texts("apartFrom"):
            either[iri].add(other)
            either[other].add(iri)
    known = names(graph)
    lines = list(facts(graph, "?s a pg:LineOfBusiness"))
    return {
        line: frozenset(
            other
            for broad, far in either.items()
            if known.subsumes(broad, line)
            for wide in far
            for other in lines
            if known.subsumes(wide, other)
        )
        for line in lines
    }


def _facts(graph: Graph, known: Names) -> dict[str, tuple[Fact, ...]]:
    aspects = facts(graph, "?s pg:stepFact ?fact", ["stepFact", "reviewStage"])
    said = facts(graph, "?aspect pg:stepFact ?fact . ?s pg:aspect ?aspect")
    documents = facts(graph, "?s a pg:SourceDocument", [_TITLE, _ADDRESS, "authority"])
    cited = facts(graph, "?any pg:cites ?s", [_LABEL, _TITLE, _ADDRESS])
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for iri, one in sorted(said.items()):
        if "formerText" not in one:
            found[one.text("about")].append(_fact(known, iri, one, aspects, documents, cited))
    return {about: tuple(some) for about, some in found.items()}


def _fact(
    known: Names,
    iri: str,
    said: Facts,
    aspects: Mapping[str, Facts],
    documents: Mapping[str, Facts],
    cited: Mapping[str, Facts],
) -> Fact:
    aspect, source = aspects[said.text("aspect")], said.text("source")
    low, high = _numbers(said)
    by = next((other for other in said.texts("cites") if other in cited), "")
    scopes = said.texts("scope")
    return Fact(
        iri=iri,
        about=said.text("about"),
        aspect=said.text("aspect"),
        stage=terms.slug(aspect.text("reviewStage")) if "reviewStage" in aspect else "",
        tells=terms.slug(aspect.text("stepFact")),
        text=_text(known, said, low, high),
        restated=said.text(_DESCRIPTION),
        value=_slug(said.one("value")),
        low=low,
        high=high,
        unit=terms.slug(said.text("unit")) if "unit" in said else "",
        at_least=terms.local(said.text("comparator")) == "AtLeast",
        counted_from=terms.slug(said.text("countedFrom")) if "countedFrom" in said else "",
        event=known.label(said.text("countedFrom")) if "countedFrom" in said else "",
        kinds=_of(scopes, "request-kind"),
        lines=_of(scopes, "line-of-business"),
        states=_of(scopes, "state"),
        drugs=_of(scopes, "drug"),
        words=tuple(said.texts("scopeInWords")),
        applies_from=_day(said, "appliesFrom"),
        applies_until=_day(said, "appliesUntil"),
        hedge=said.text("hedge"),
        reading=said.text("reading"),
        source=source,
        title=documents[source].text(_TITLE),
        locator=said.text("locator"),
        authority=terms.local(said.text("authority") or documents[source].text("authority")).lower(),
        address=(cited[by].text(_ADDRESS) if by else "") or _first(documents[source].texts(_ADDRESS)),
    )


def _first(texts: Iterable[str]) -> str:
    return next(iter(texts), "")


def _of(iris: Iterable[str], kind: str) -> frozenset[str]:
    return frozenset(iri for iri in iris if iri.startswith(f"{terms.ID}{kind}/"))


def _day(said: Facts, name: str) -> date | None:
    return date.fromisoformat(said.text(name)) if name in said else None


def _slug(value: object) -> str:
    return terms.slug(value.value) if isinstance(value, ox.NamedNode) else ""


def _numbers(said: Facts) -> tuple[Decimal | None, Decimal | None]:
    """The number of a value, twice, or the ends of its range."""
    value = said.one("value")
    if isinstance(value, ox.Literal) and value.datatype.value in (terms.XSD + "integer", terms.XSD + "decimal"):
        return Decimal(value.value), Decimal(value.value)
    if "lowValue" in said and "highValue" in said:
        return Decimal(said.text("lowValue")), Decimal(said.text("highValue"))
    return None, None


def _text(known: Names, said: Facts, low: Decimal | None, high: Decimal | None) -> str:
    if low is not None and high is not None:
        number = numeral(low) if low == high else f"{numeral(low)} to {numeral(high)}"
        if "unit" not in said:
            return number
        unit = known.label(said.text("unit"))
        if unit == "US dollar":
            return f"${number}"
        return counted(number, unit)
    value = said.one("value")
    if isinstance(value, ox.NamedNode):
        return known.label(value.value)
    if isinstance(value, ox.Literal) and value.datatype.value == terms.XSD + "boolean":
        return "yes" if value.value == "true" else "no"
    return value.value if isinstance(value, ox.Literal) else ""

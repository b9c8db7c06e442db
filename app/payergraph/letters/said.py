"""What sources state that speaks for a request or against a denial: statements, restated, with their place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from .. import terms
from ..ladders.reading import ladders
from ..store.facts import Facts, facts
from ..store.graph import LocalGraph
from ..store.names import names
from ..store.once import once_a_graph
from ..wording import written

_DRUGS = frozenset(("drug", "product", "drug-class"))
#: Whose statements of a state bind its payers; what a payer or a guide tells of a state is none of them.
_LAW = frozenset(("state", "publication", "regulator", "line-of-business", "program", "guideline"))
_ASPECTS = (
    *("denial-answer", "denial-document", "guideline-recommendation"),
    *("step-therapy-exception", "step-therapy-elsewhere", "step-therapy-limit"),
)
#: The plans that the law of a state binds, where it names no line of business.
_OF_A_STATE = terms.thing("line-of-business", "state-regulated").value
STEP_THERAPY = frozenset(("step-therapy-exception", "step-therapy-elsewhere", "step-therapy-limit"))


@dataclass(frozen=True)
class Said:
    """What a source says.

    Attributes:
        text: the whole of it, in a sentence.
        aspect: the slug of what it tells; ``about`` and ``scopes`` what it speaks of, as IRIs.
        value: the IRI of the value, where that is a thing; ``detail`` what is said beside it.
        recommends: of a recommendation, whether it speaks for the drug; None where the graph does not say.
        limits: what it holds for alone, in words; ``conditional`` where some of that is no thing.
        source, title, place: the document and where in it.
        authority: ``primary`` or ``secondary``.
    """

    iri: str
    text: str
    aspect: str
    about: str
    scopes: tuple[str, ...]
    value: str
    detail: str
    recommends: bool | None
    limits: tuple[str, ...]
    conditional: bool
    source: str
    title: str
    place: str
    authority: str

    @property
    def cited(self) -> str:
        """The document and the place in it, with whose it is where it is a retelling."""
        whose = "" if self.authority == "primary" else ", not the payer's or the regulator's own document"
        return f"{self.title}, {self.place}{whose}"


@dataclass(frozen=True)
class Asked:
    """What a statement has to speak of to hold for a request; all as IRIs."""

    drug: str
    use: str
    payer: str
    policy: str
    plan: str = ""
    state: str = ""


@once_a_graph
def statements(graph: LocalGraph) -> tuple[Said, ...]:
    """The statements of these aspects, read once; without what sources tell as former text."""
    listed = " ".join(f"<{terms.ID}aspect/{name}>" for name in _ASPECTS)
    found = facts(graph, f"VALUES ?aspect {{ {listed} }} ?s pg:aspect ?aspect")
    documents = facts(graph, "?s a pg:SourceDocument", [terms.DCTERMS + "title", "authority"])
    label = names(graph).label
    said = (_said(iri, one, documents, label) for iri, one in sorted(found.items()) if "formerText" not in one)
    return tuple(sorted(said, key=lambda one: (one.authority != "primary", one.title, one.iri)))


def _said(iri: str, said: Facts, documents: Mapping[str, Facts], label: Callable[[str], str]) -> Said:
    source, value, scopes = said.text("source"), said.one("value"), said.texts("scope")
    days = (("in force from", said.text("appliesFrom")), ("in force until", said.text("appliesUntil")))
    in_words = (*said.texts("scopeInWords"), *(f"{words} {written(day)}" for words, day in days if day))
    return Said(
        iri=iri,
        text=said.text(terms.DCTERMS + "description"),
        aspect=terms.slug(said.text("aspect")),
        about=said.text("about"),
        scopes=scopes,
        value=value.value if isinstance(value, ox.NamedNode) else "",
        detail=said.text("detail"),
        recommends=said.true("recommends") if "recommends" in said else None,
        limits=(*(label(scope) for scope in _limiting(said)), *in_words),
        conditional=bool(in_words),
        source=source,
        title=documents[source].text(terms.DCTERMS + "title"),
        place=said.text("locator"),
        authority=terms.local(said.text("authority") or documents[source].text("authority")).lower(),
    )


def _limiting(said: Facts) -> Iterator[str]:
    """The things to which something is limited; what is said of a state and of no line, to plans that it regulates."""
    scopes = said.texts("scope")
    yield from (scope for scope in scopes if _kind(scope) != "state")
    limited = "scopeInWords" in said or any(_kind(scope) == "line-of-business" for scope in scopes)
    if _kind(said.text("about")) == "state" and terms.slug(said.text("aspect")) in STEP_THERAPY and not limited:
        yield _OF_A_STATE


def _kind(iri: str) -> str:
    return terms.local(iri).partition("/")[0] if iri.startswith(terms.ID) else ""


def fitting(graph: LocalGraph, asked: Asked, aspects: Collection[str]) -> Iterator[Said]:
    """The statements of some aspects that can hold for a request: of each kind of scope, one fits."""
    for one in statements(graph):
        if one.aspect in aspects and fits(graph, asked, one.scopes):
            yield one


def fits(graph: LocalGraph, asked: Asked, things: Iterable[str]) -> bool:
    """Whether of each kind of thing that a statement is limited to, one is what is asked."""
    by_kind: dict[str, list[str]] = {}
    for thing in things:
        kind = _kind(thing)
        by_kind.setdefault("drug" if kind in _DRUGS else kind, []).append(thing)
    subsumes = names(graph).subsumes

    def near(thing: str, wanted: str) -> bool:
        return subsumes(thing, wanted) or thing == names(graph).ingredient(wanted)

    tests = {
        "drug": lambda thing: near(thing, asked.drug),
        "condition": lambda thing: subsumes(thing, asked.use),
        "state": lambda thing: thing == asked.state,
        "payer": lambda thing: thing == asked.payer,
        "policy": lambda thing: thing == asked.policy,
        "plan": lambda thing: not asked.plan or thing == asked.plan,
    }
    return all(any(map(tests[kind], some)) for kind, some in by_kind.items() if kind in tests)


def law(graph: LocalGraph, asked: Asked) -> list[Said]:
    """What the law of the state says of step therapy."""
    if not asked.state:
        return []
    return [
        one
        for one in fitting(graph, asked, STEP_THERAPY)
        if _kind(one.about) in _LAW and asked.state in (one.about, *one.scopes)
    ]


def binds(graph: LocalGraph, asked: Asked, one: Said) -> bool:
    """Whether a letter may tell a law: it says what a plan like this may ask at all, and the regulator says it.

    A ground for an exception is for the clinic to choose, for the chart must show it; so is what holds for another line
    of business than the plan is known to be of, or under a condition.
    """
    plain = one.authority == "primary" and not one.conditional and one.aspect != "step-therapy-exception"
    return plain and _binds_plan(graph, asked.plan, one)


def _binds_plan(graph: LocalGraph, plan: str, one: Said) -> bool:
    """Whether a law holds for the line of business of a plan, as far as that is known.

    A law of a state that names no line binds no plan that cannot be of those that the state regulates.
    """
    lines = [scope for scope in one.scopes if _kind(scope) == "line-of-business"]
    line = names(graph).line(plan) if plan else None
    if lines:
        return line is not None and any(names(graph).subsumes(of, line) for of in lines)
    if not any(_kind(thing) == "state" for thing in (one.about, *one.scopes)):
        return True
    return line is not None and _OF_A_STATE not in ladders(graph).apart[line]


def of_payer(graph: LocalGraph, asked: Asked) -> list[Said]:
    """What the policy or its payer says of step therapy."""
    found = fitting(graph, asked, STEP_THERAPY)
    return [one for one in found if one.about in (asked.policy, asked.payer)]


def guidelines(graph: LocalGraph, asked: Asked) -> list[Said]:
    """What guidelines say of the drug in the use, as the graph holds it, be it for it or against it."""
    known = names(graph)

    def of_both(one: Said) -> bool:
        things = (one.about, one.value, *one.scopes)
        drugs = [thing for thing in things if _kind(thing) in _DRUGS]
        uses = [thing for thing in things if _kind(thing) == "condition"]
        of_drug = any(known.subsumes(thing, asked.drug) or thing == known.ingredient(asked.drug) for thing in drugs)
        return of_drug and any(known.subsumes(use, asked.use) for use in uses)

    return [one for one in fitting(graph, asked, ["guideline-recommendation"]) if of_both(one)]

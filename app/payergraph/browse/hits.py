"""What a text in the search may mean, best first: what is done about it, then things by their names, internals last.

The words of a text need not all be found: what has some of them comes after, and says which it lacks. A slip of the pen
in a name is mended, and that is said too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..near import slips
from ..policies.library import policies
from ..policies.model import Policy
from ..store.graph import LocalGraph
from ..store.names import names
from .leads import Denial, Lead, apart, denial, first_named, leads, state_named, telling
from .things import Thing, things

#: So many ends of an unfinished word are tried, and an end is looked for from so many letters on.
_ENDS, _BEGUN = 4, 2
#: So many things that have only some of the words are offered.
_SOME = 12


@dataclass(frozen=True)
class Offer:
    """A page or a stored question that a search can lead to.

    Attributes:
        page, name: where it is: a page, and the question there; no name for the page itself.
        about: words by which it is found, beside those of its title.
        takes: what it can be narrowed to: some of ``drug``, ``indication``, ``payer`` and ``state``.
    """

    page: str
    title: str
    name: str = ""
    about: str = ""
    takes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Narrowed:
    """An offer, narrowed to what a text names: pairs of what it is narrowed to, and an IRI."""

    offer: Offer
    to: tuple[tuple[str, str], ...] = ()


What: TypeAlias = Denial | Lead | Narrowed | Thing


@dataclass(frozen=True)
class Hit:
    """What a text may mean, and the words of the text that it lacks."""

    what: What
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        text: what was looked for, slips mended.
        mended: words that no name has, each with the one for which it was taken.
        unknown: words that nothing has.
        without: a drug that was named and of which no policy speaks, by IRI; empty where there is none.
        leading: what can be done about what was named: comparisons, policies, the steps after a denial.
        hits: what has all the words: things and questions.
        some: what has some of the words; half of them, where there is such.
    """

    text: str
    mended: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    without: str = ""
    leading: tuple[Hit, ...] = ()
    hits: tuple[Hit, ...] = ()
    some: tuple[Hit, ...] = ()


def find(graph: LocalGraph, text: str, offers: Iterable[Offer] = (), *, typing: bool = False) -> Found:
    """What a text may mean.

    Args:
        offers: pages and questions that it may mean, beside what the graph has.
        typing: whether its last word may be unfinished.
    """
    mended, unknown = _mended(graph, text, typing=typing)
    read = " ".join(dict(mended).get(word, word) for word in text.split())
    known = things(graph)
    leading = _leading(graph, _whole(graph, read) if typing else (read,))
    questions = _questions(graph, read, offers)
    found = known.search(read) if read else []
    first = [thing for thing in found if not known.owner(thing)]
    inside = [thing for thing in found if known.owner(thing)]
    place = next((place for place, thing in enumerate(first) if _comes_after_questions(thing)), len(first))
    hits = [*map(Hit, first[:place]), *questions, *map(Hit, (*first[place:], *inside))]
    words = [word for word in telling(read.split()) if word not in unknown]
    several = len(words) > 1 or (words and unknown)
    having = known.having(words) if several else []
    near = [(thing, lacking) for thing, lacking in having if 2 * len(lacking) <= len(words)]
    some = [Hit(thing, lacking) for thing, lacking in near or having]
    seen = {hit.what for hit in hits}
    return Found(
        text=read,
        mended=mended,
        unknown=unknown,
        without=_without(graph, read),
        leading=leading,
        hits=tuple(hits),
        some=tuple([hit for hit in some if hit.what not in seen][:_SOME]),
    )


def _without(graph: LocalGraph, text: str) -> str:
    """The drug that a text names where no policy speaks of it."""
    named, _ = first_named(graph, text.split(), ("Drug", "Product"))
    drugs = [names(graph).ingredient(thing.iri) or thing.iri for thing in named]
    return drugs[0] if drugs and not any(map(policies(graph).of_drug, drugs)) else ""


def _comes_after_questions(thing: Thing) -> bool:
    return thing.id.partition("/")[0] not in ("drug", "product", "drug-class", "payer", "condition", "policy")


def _mended(graph: LocalGraph, text: str, *, typing: bool) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The words that nothing has: with those for which they are taken, and those that are left."""
    known = things(graph)
    mended, unknown = [], []
    told, _ = apart(text)
    words = telling(told)
    for place, word in enumerate(words):
        if known.holds(word) or known.called(word) or known.wider(word):
            continue
        near = [] if any(sign.isdigit() for sign in word) else slips(word.casefold(), known.words)
        if near:
            mended.append((word, near[0]))
        elif not (typing and place == len(words) - 1):
            unknown.append(word)
    return tuple(mended), tuple(unknown)


def _whole(graph: LocalGraph, text: str) -> tuple[str, ...]:
    """A text whose last word may be unfinished, with the ends that make it a word of names."""
    *before, last = text.split() or [""]
    known, begun = things(graph), last.casefold()
    if len(begun) < _BEGUN or begun in known.words:
        return (text,)

    def ends_a_name(word: str) -> bool:
        return any(known.called(" ".join([*before[-others:], word])) for others in range(1, len(before) + 1))

    ends = [word for word in known.words if word.startswith(begun)]
    ordered = sorted(ends, key=lambda word: not ends_a_name(word))[:_ENDS]
    return tuple(" ".join([*before, end]) for end in ordered) or (text,)


def _leading(graph: LocalGraph, texts: Sequence[str]) -> tuple[Hit, ...]:
    """What can be done about what texts name: a denial first where one is spoken of, then each drug."""
    found: list[What] = []
    for text in texts:
        denied, led = denial(graph, text), leads(graph, text)
        ways: list[What] = []
        for lead in led:
            ways += [lead, *(_policies(graph, lead) if len(led) == 1 else ())]
        found += [denied, *ways] if denied and apart(text)[1] else [*ways, *([denied] if denied else [])]
    return tuple(map(Hit, dict.fromkeys(found)))


def _policies(graph: LocalGraph, lead: Lead) -> list[Thing]:
    """The policies of the payers that were named, those with rules for the use first, retellings last."""
    own = [policy for policy in policies(graph).of_drug(lead.drug) if policy.payer in lead.payers]

    def place(policy: Policy) -> tuple[bool, bool, str]:
        speaks = any(lead.drug in rule.drugs and (not lead.use or lead.use in rule.uses) for rule in policy.rules)
        return not speaks, policy.authority != "primary", policy.label.casefold()

    known = things(graph).all
    return [known[policy.iri] for policy in sorted(own, key=place) if policy.iri in known]


def _questions(graph: LocalGraph, text: str, offers: Iterable[Offer]) -> list[Hit]:
    """The offers in whose titles all words stand that name nothing else, narrowed to what the others name."""
    words = [word.rstrip(",;:?!") for word in text.split()]
    named, rest = {}, words
    for what, kinds in (("drug", ("Drug", "Product")), ("indication", ("Condition",)), ("payer", ("Payer",))):
        found, rest = first_named(graph, rest, kinds)
        if found:
            iri = found[0].iri
            named[what] = names(graph).ingredient(iri) or iri if what == "drug" else iri
    state, rest = state_named(graph, rest, coded=True)
    if state:
        named["state"] = state
    wanted = [word.casefold() for word in telling(rest)]
    hits = []
    for offer in offers:
        has = f" {offer.title} {offer.about}".casefold()
        if wanted and all(f" {word}" in has for word in wanted):
            to = tuple((what, iri) for what, iri in named.items() if what in offer.takes)
            in_title = all(f" {word}" in f" {offer.title}".casefold() for word in wanted)
            hits.append(((not in_title, bool(offer.name), offer.title), Hit(Narrowed(offer, to))))
    return [hit for _, hit in sorted(hits, key=lambda pair: pair[0])]

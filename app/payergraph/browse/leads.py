"""Where a search leads on: what it names of a drug, its payers and a use, so that they can be compared at once, and of
a denial, so that it is told what can be done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .. import terms
from ..policies.library import policies
from ..policies.model import Policy
from ..policies.seen import payers_by_seen, uses_by_documents
from ..store.graph import LocalGraph
from ..store.names import names
from .things import Thing, things

#: Longer texts name nothing that can be compared.
_WORDS = 12
_JOINING = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
#: Words of who was denied.
_DENIED = frozenset(
    (
        *("appeal", "appeals", "appealed", "appealing", "deadline", "deadlines", "denial", "denials", "denied", "deny"),
        *("grievance", "imr", "overturn", "peer-to-peer", "refused", "rejected", "external review", "external appeal"),
    )
)
#: Codes of states that people write for something else in small letters.
_ALSO_WORDS = frozenset(("hi", "in", "me", "oh", "ok", "or", "pa"))


@dataclass(frozen=True)
class Lead:
    """A drug with policies, and what else was named, by IRI.

    Attributes:
        payers: those of its policies that were named, of which most was seen first; none where none was.
        use: one for which its policies have rules; empty where none was named.
        without: a condition that was named and for which none of them has a rule.
    """

    drug: str
    payers: tuple[str, ...] = ()
    use: str = ""
    without: str = ""


@dataclass(frozen=True)
class Denial:
    """What a text names of a denial, by IRI; empty where it names none."""

    drug: str = ""
    payer: str = ""
    state: str = ""


def leads(graph: LocalGraph, text: str) -> tuple[Lead, ...]:
    """What a text leads to; a lead a drug.

    A text that names a drug or a product leads to it, with the payers and the use that its other words name. One that
    names a use or has the code of one leads to every drug with a rule for it, and one that names a payer to every drug
    of its policies; those with most documents come first.
    """
    words, _ = apart(text)
    if not words or len(words) > _WORDS:
        return ()
    named, rest = first_named(graph, words, ("Drug", "Product"))
    for thing in named:
        drug = names(graph).ingredient(thing.iri) or thing.iri
        if policies(graph).of_drug(drug):
            return (_of_drug(graph, drug, rest),)
    conditions, rest = first_named(graph, words, ("Condition",))
    uses = [thing.iri for thing in conditions] if not telling(rest) else []
    return _of_use(graph, uses) if uses else _of_payer(graph, words)


def denial(graph: LocalGraph, text: str) -> Denial | None:
    """The denial of which a text speaks: one with a word such as *denied* or *appeal*, or one that names a state.

    The code of a state is read beside such a word, or alone.
    """
    words, speaks = apart(text)
    if len(words) > _WORDS:
        return None
    state, rest = state_named(graph, words, coded=speaks or len(words) == 1)
    if not speaks and not state:
        return None
    named, beside = first_named(graph, rest, ("Drug", "Product"))
    drug = (names(graph).ingredient(named[0].iri) or named[0].iri) if named else ""
    _, with_state = first_named(graph, words, ("Drug", "Product"))
    return Denial(drug, _payer(graph, with_state) or _payer(graph, beside), state)


def state_named(graph: LocalGraph, words: list[str], *, coded: bool) -> tuple[str, list[str]]:
    """The state that the longest run of words names, and the other words."""
    known, states, alone = things(graph), set(names(graph).of_kinds(("State",))), " ".join(words)
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length])
            for thing in known.called(run):
                is_code = run.casefold() == terms.slug(thing.iri).casefold()
                if thing.iri in states and (not is_code or (coded and (run not in _ALSO_WORDS or run == alone))):
                    return thing.iri, words[:start] + words[start + length :]
    return "", words


def _payer(graph: LocalGraph, words: list[str]) -> str:
    """The payer that words name, uses apart; empty where none or more than one can be meant."""
    rest = telling(first_named(graph, words, ("Condition",))[1])
    found = _payers(graph, rest)
    if len(found) != 1:
        found = {thing.iri for thing in first_named(graph, rest, ("Payer",))[0]}
    return next(iter(found)) if len(found) == 1 else ""


def apart(text: str) -> tuple[list[str], bool]:
    """The words of a text without those that tell of a denial, and whether there are such."""
    words = [word.rstrip(",;:?!") for word in text.split()]
    kept: list[str] = []
    place = 0
    while place < len(words):
        pair, one = (" ".join(words[place : place + size]).casefold() for size in (2, 1))
        if pair in _DENIED:
            place += 2
        else:
            kept += [] if one in _DENIED else [words[place]]
            place += 1
    return kept, len(kept) < len(words)


def telling(words: list[str]) -> list[str]:
    """Words without those that only join others."""
    return [word for word in words if word.casefold() not in _JOINING]


def first_named(graph: LocalGraph, words: list[str], kinds: tuple[str, ...]) -> tuple[list[Thing], list[str]]:
    """The things of some kinds that the longest run of words names, and the other words."""
    known, of_kinds = things(graph), set(names(graph).of_kinds(kinds))
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length])
            found = [thing for thing in known.called(run) or _wider(graph, run, kinds) if thing.iri in of_kinds]
            if found:
                return found, words[:start] + words[start + length :]
    return [], words


def _wider(graph: LocalGraph, run: str, kinds: tuple[str, ...]) -> list[Thing]:
    return things(graph).wider(run) if kinds == ("Condition",) else []


def _of_drug(graph: LocalGraph, drug: str, words: list[str]) -> Lead:
    found, label = policies(graph).of_drug(drug), names(graph).label
    conditions, rest = first_named(graph, words, ("Condition",))
    use = next((use for thing in conditions if (use := _use(graph, found, drug, thing.iri))), "")
    beside = telling(rest)
    rest = telling(rest if use else words)
    named = (_payers(graph, rest) or _payers(graph, state_named(graph, rest, coded=True)[1])) if rest else set()
    if conditions and not (use or named):
        named = _payers(graph, beside)
    if rest and not named and not use:
        within = {thing.iri for thing in things(graph).search(" ".join(rest), "condition")}
        use = next((one for one in uses_by_documents(found, drug, label) if one in within), "")
    payers = tuple(payer for payer in payers_by_seen(found, drug, label) if payer in named)
    without = conditions[0].iri if conditions and not use else ""
    return Lead(drug, payers, use, without)


def _use(graph: LocalGraph, found: tuple[Policy, ...], drug: str, condition: str) -> str:
    """The use of a drug that a condition is, or the narrowest that holds it; empty where there is none."""
    subsumes, uses = names(graph).subsumes, uses_by_documents(found, drug, names(graph).label)
    if condition in uses:
        return condition
    holding = [use for use in uses if subsumes(use, condition)]
    narrowest = [use for use in holding if not any(use != other and subsumes(use, other) for other in holding)]
    return narrowest[0] if narrowest else ""


def _payers(graph: LocalGraph, words: list[str]) -> set[str]:
    """The payers in whose names all words stand; none without a word."""
    return set() if not words else {thing.iri for thing in things(graph).search(" ".join(words), "payer")}


def _of_use(graph: LocalGraph, uses: list[str]) -> tuple[Lead, ...]:
    read, label = policies(graph), names(graph).label
    leads = []
    for drug in {drug for policy in read.all for drug in policy.drugs}:
        found = read.of_drug(drug)
        counted = uses_by_documents(found, drug, label)
        for condition in uses:
            use = _use(graph, found, drug, condition)
            if use:
                leads.append((-counted[use], label(drug).casefold(), Lead(drug, use=use)))
                break
    return tuple(lead for *_, lead in sorted(leads, key=lambda item: item[:2]))


def _of_payer(graph: LocalGraph, words: list[str]) -> tuple[Lead, ...]:
    named = [thing.iri for thing in things(graph).called(" ".join(words)) if thing.id.startswith("payer/")]
    return tuple(lead for payer in named for lead in of_payer(graph, payer))


def of_payer(graph: LocalGraph, payer: str) -> tuple[Lead, ...]:
    """The drugs for which a payer's documents have rules, given by IRI: those with most documents first."""
    label = names(graph).label
    own = (policy for policy in policies(graph).all if policy.payer == payer)
    counted = Counter(drug for policy in own for drug in {drug for rule in policy.rules for drug in rule.drugs})
    ordered = sorted(counted, key=lambda drug: (-counted[drug], label(drug).casefold()))
    return tuple(Lead(drug, (payer,)) for drug in ordered)

"""How a disagreement is told: its sides in words, each with its place, and those whom it concerns."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from ...policies.model import Criterion, Policy, Rule
from ...policies.words import verbalize
from .ground import Ground, slug
from .model import Conflict, Kind, Side
from .statements import Statement


def side(ground: Ground, item: Statement, scopes: Iterable[str] = ()) -> Side:
    """A statement, with the scopes that it needs to be understood."""
    limits = ", ".join(sorted(ground.label(scope) for scope in scopes))
    return Side(
        f"{item.text}; {limits}" if limits else item.text,
        slug(item.source),
        ground.label(item.section) if item.section else "",
        item.locator,
        item.authority,
        item.iri,
        ", ".join(sorted(ground.label(iri) for iri in item.cites)),
    )


def joint_side(ground: Ground, items: Sequence[Statement], value: str) -> Side:
    """What several statements of one document say together, at all their places."""
    locators = "; ".join(dict.fromkeys(item.locator for item in items))
    return replace(side(ground, items[0]), value=value, locator=locators)


def titled(ground: Ground, item: Statement) -> Side:
    """A side whose value would not be understood without its aspect."""
    plain = side(ground, item)
    return replace(plain, value=f"{ground.label(item.aspect)}: {plain.value}")


def concerned(ground: Ground, items: Iterable[Statement]) -> tuple[frozenset[str], frozenset[str]]:
    """The drugs and the payers that statements are about or limited to."""
    drugs, payers = set(), set()
    for item in items:
        for iri in (item.about, *item.scopes):
            kind = ground.types.get(iri)
            if kind in ("Drug", "Product"):
                drugs.add(ground.names.ingredient(iri) or iri)
            elif kind == "Payer":
                payers.add(iri)
            elif payer := ground.names.payer(iri):
                payers.add(payer)
            if policy := ground.by_iri.get(iri):
                drugs.update(policy.drugs)
                payers.add(policy.payer)
    return frozenset(drugs), frozenset(payers)


def joined_by_use(ground: Ground, found: Iterable[Conflict]) -> Iterator[Conflict]:
    """Conflicts of one policy that have the same sides for several uses, as one that names all of them."""
    merged: dict[Hashable, Conflict] = {}
    for item in found:
        key = item.kind, item.about, item.question, item.sides
        if key in merged:
            use = item.subject.removeprefix(f"{ground.label(item.about)}: ")
            item = replace(item, subject=f"{merged[key].subject}, {use}")
        merged[key] = item
    yield from merged.values()


def joined_by_page(found: Iterable[Conflict]) -> Iterator[Conflict]:
    """Conflicts of one policy that have the same side against several pages of one document, as one."""
    merged: dict[Hashable, Conflict] = {}
    for item in found:
        first, *others = item.sides
        key = item.kind, item.about, item.subject, item.question, first, tuple({side.source for side in others})
        if key in merged:
            earlier = merged[key]
            told = earlier.differs.split(". ")
            more = [part for part in item.differs.split(". ") if part not in told]
            differs = " ".join([earlier.differs, *more])
            item = replace(earlier, differs=differs, sides=tuple(dict.fromkeys((*earlier.sides, *item.sides))))
        merged[key] = item
    yield from merged.values()


def rule_conflict(
    ground: Ground,
    kind: Kind,
    policy: Policy,
    indication: str,
    question: str,
    differs: str,
    matters: str,
    sides: tuple[Side, ...],
    weight: int,
) -> Conflict:
    """A disagreement about what a policy says of one indication; a fact that two rules share is a side once."""
    subject = f"{policy.label}: {ground.label(indication)}"
    payers = frozenset({policy.payer} - {""})
    drugs = frozenset(policy.drugs)
    once = tuple(dict.fromkeys(sides))
    return Conflict(kind, subject, question, differs, matters, once, weight, policy.iri, drugs, payers)


def criteria_sides(
    ground: Ground, policy: Policy, rule: Rule, asked: Sequence[Criterion], otherwise: str
) -> tuple[Side, ...]:
    """Each criterion of a rule as a side, with the start of its reading; where there is none, other words."""
    if not asked:
        return (rule_side(ground, policy, rule, otherwise),)
    return tuple(
        Side(
            _as_read(ground, criterion),
            slug(criterion.source),
            ground.label(criterion.section) if criterion.section else "",
            criterion.locator,
            policy.authority,
            criterion.iri,
        )
        for criterion in asked
    )


def _as_read(ground: Ground, criterion: Criterion) -> str:
    """A criterion, with the first sentence on how a vague wording was read."""
    text, read = criterion_text(ground, criterion), criterion.reading.partition(". ")[0].rstrip(".")
    return f"{text} (read so: {read})" if read else text


def criterion_text(ground: Ground, criterion: Criterion) -> str:
    """A criterion in one sentence, with the criteria by which a diagnosis is to be made."""
    text = verbalize(criterion).rstrip(".")
    cited = ground.by_criteria_of.get(criterion.iri)
    return f"{text}, by {ground.label(cited)}" if cited else text


def silence(ground: Ground, policy: Policy, other: Sequence[Criterion]) -> str:
    """What is known of a document that was seen whole and has no criterion like the other's. What it lists to be
    sent in, or in a letter, is no criterion and may touch on it."""
    if other and all(criterion.iri in ground.by_criteria_of for criterion in other):
        return "names no criteria by which the diagnosis is made, as far as seen"
    if ground.names_documents(policy):
        return "has no criterion of the kind for this use; its lists of what to send in may touch on it"
    return "asks nothing of the kind for this use, as far as seen"


def rule_side(ground: Ground, policy: Policy, rule: Rule, text: str) -> Side:
    """What a rule says, in the words given."""
    return Side(text, slug(rule.source), "", rule.locator, policy.authority, rule.iri)


def policy_side(ground: Ground, policy: Policy, text: str) -> Side:
    """What a policy says as a whole, in the words given."""
    return Side(text, slug(policy.source), "", policy.label, policy.authority, policy.iri)

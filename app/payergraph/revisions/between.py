"""What became of each use between two editions: its criteria, and what stands beside them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace

from ..choice import Request
from ..order.found import Relation, Witness
from ..order.rules import Ruled, ruled
from ..order.strictness import Strictness
from ..policies.lengths import in_words
from ..policies.library import policies
from ..policies.model import Policy, Rule
from ..policies.speaking import speaks_of
from ..store.graph import LocalGraph
from ..store.names import names
from .model import Effect, Says, TermChange, UseChange, ids_of
from .parts import changed_parts

_RELATIONS = {
    Relation.EQUAL: Effect.SAME,
    Relation.STRICTER: Effect.STRICTER,  # the newer one beside the older
    Relation.WIDER: Effect.WIDER,
    Relation.INCOMPARABLE: Effect.BOTH,
    Relation.UNDECIDED: Effect.UNDECIDED,
}
_COVERED, _REFUSED = (Says.CRITERIA, Says.NO_CRITERIA), (Says.EXCLUDED, Says.NOT_LISTED)


def use_changes(graph: LocalGraph, older: Policy, newer: Policy) -> tuple[UseChange, ...]:
    """What became of each use that either edition names, at both stages; what did not change is left out."""
    found: dict[Hashable, UseChange] = {}
    for drug in sorted({*older.drugs} & {*newer.drugs}):
        for use in _uses(graph, older, newer, drug):
            for request in Request:
                for change in _changes(graph, older, newer, drug, use, request):
                    known = found.setdefault(_alike(change), change)
                    if known is not change:
                        found[_alike(change)] = replace(known, uses=(*known.uses, use))
    return tuple(one for one in found.values() if _has_changed(one))


def _has_changed(change: UseChange) -> bool:
    same = change.says_older is change.says_newer
    return not same or change.effect is not Effect.SAME or bool(change.parts or change.terms)


def _alike(change: UseChange) -> Hashable:
    """What changes have alike of which one line is enough."""
    parts = tuple((part.turn, part.older, part.newer) for part in change.parts)
    rules = (*ids_of(change.older), "", *ids_of(change.newer))
    says = (change.says_older, change.says_newer, change.effect)
    return change.drug, change.request, change.plans, says, rules, parts, change.terms


def _uses(graph: LocalGraph, older: Policy, newer: Policy, drug: str) -> list[str]:
    """The uses that either edition names."""
    known = names(graph)
    both = (older, newer)
    found = {
        use for one in both for rule in one.rules if speaks_of(rule, drug, known) is not False for use in rule.uses
    }
    return sorted(found | {use for one in both for item in one.exclusions for use in item.uses})


def _changes(
    graph: LocalGraph, older: Policy, newer: Policy, drug: str, use: str, request: Request
) -> Iterator[UseChange]:
    found = ruled(graph, (older, newer), drug, use, request)
    before, after = ({_plans(graph, rule): rule for rule in found if rule.policy is one} for one in (older, newer))
    says_older, says_newer = (says(graph, policy, drug, use, request) for policy in (older, newer))
    if says_older is says_newer is not Says.CRITERIA:
        return
    for plans in sorted({*before, *after}) or [""]:
        one, other = before.get(plans), after.get(plans)
        had, has = (
            said if rule is not None or said is not Says.CRITERIA else Says.NOT_LISTED
            for said, rule in ((says_older, one), (says_newer, other))
        )
        yield _change(graph, drug, use, request, plans, (had, has), one, other)


def _change(
    graph: LocalGraph,
    drug: str,
    use: str,
    request: Request,
    plans: str,
    said: tuple[Says, Says],
    older: Ruled | None,
    newer: Ruled | None,
) -> UseChange:
    if older is None or newer is None:
        effect = _of_coverage(*said)
        return UseChange(drug, (use,), request, plans, *said, older, newer, effect, False, (), (), None)
    order = Strictness(graph, drug, use, request, (older, newer))
    silent = older.formula is None or newer.formula is None
    effect = Effect.NOT_SHOWN if silent else _RELATIONS[order.relation(newer.id, older.id)]
    part_changes = changed_parts(graph, drug, older, newer)
    told = tuple(_terms(graph, older.rules[0], newer.rules[0], request))
    shown = not (older.whole and newer.whole)

    def witness(meets: Ruled, fails: Ruled) -> Witness | None:
        return order.witness(meets.id, fails.id)

    return UseChange(drug, (use,), request, plans, *said, older, newer, effect, shown, part_changes, told, witness)


def _of_coverage(had: Says, has: Says) -> Effect:
    """The effect where one of them has no criteria."""
    if had in _COVERED and has in _REFUSED:
        return Effect.STRICTER
    if had in _REFUSED and has in _COVERED:
        return Effect.WIDER
    return Effect.SAME if had in _REFUSED and has in _REFUSED else Effect.NOT_SHOWN


def says(graph: LocalGraph, policy: Policy, drug: str, use: str, request: Request) -> Says:
    """What an edition says of a use at a stage."""
    uses = policies(graph).uses
    if uses.exclusion(policy, use, asked=drug) is not None:
        return Says.EXCLUDED
    rules = [rule for _, some in uses.rules_for(policy, use, request, asked=drug) for rule in some]
    if any(rule.criteria(request) is not None for rule in rules):
        return Says.CRITERIA
    if rules:
        return Says.NO_CRITERIA if all(rule.complete for rule in rules) else Says.NOT_SHOWN
    return Says.NOT_LISTED if policy.indications_complete else Says.NOT_SHOWN


def _plans(graph: LocalGraph, rule: Ruled) -> str:
    label = names(graph).label
    return ", ".join(sorted({label(plan) for one in rule.rules for plan in one.plans}))


def _terms(graph: LocalGraph, older: Rule, newer: Rule, request: Request) -> Iterator[TermChange]:
    if _asks(older, request) != _asks(newer, request):
        yield TermChange("approval", in_words(older.lengths(request)), in_words(newer.lengths(request)))
    label = names(graph).label
    if set(older.products) != set(newer.products):
        yield TermChange("products", *(", ".join(map(label, sorted(rule.products))) for rule in (older, newer)))
    before, after = ({note.text for note in rule.limits} for rule in (older, newer))
    if before != after:
        yield TermChange("limits", _joined(before - after), _joined(after - before))


def _asks(rule: Rule, request: Request) -> frozenset[Hashable]:
    return frozenset(length.asks for length in rule.lengths(request))


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(sorted(texts))

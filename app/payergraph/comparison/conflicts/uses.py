"""Uses that a document names as covered or as needing authorization, or gives a dose for, against its own rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ... import terms
from ...policies.model import Policy
from . import telling
from .ground import Ground, aspect_iri
from .model import Conflict, Kind
from .statements import Statement

# Where a document names uses beside its rules, and how much it weighs that the rules cover more. What it names as
# approved by the FDA is what it says of the label: ``labels`` shows it beside the label.
_USES = {
    "covered-use": ("use named as covered", 3),
    "prior-authorization-required": ("use named as needing authorization", 2),
    "dose": ("use with a dose", 2),
}


def find(ground: Ground) -> Iterator[Conflict]:
    """A header or an answer names uses; the rules of the same document cover more of the disease, or the list of
    uses is whole and a use named as covered is not in it."""
    for policy in ground.policies.all:
        for name, (question, weight) in _USES.items():
            told = [
                (use, item)
                for item in ground.said_in(policy.source, name)
                if item.about in (policy.iri, *policy.drugs)
                for use in _uses_of(item)
            ]
            yield from _wider_rules(ground, policy, told, question, weight)
        yield from _uses_without_rule(ground, policy)


def _uses_of(item: Statement) -> set[str]:
    """The use that a statement names; of a dose, or of one that says yes, such as that authorization is required,
    those it is for."""
    says_yes = item.answer is not None and item.answer.measure == "boolean" and item.answer.low == "true"
    if says_yes or item.aspect == aspect_iri("dose"):
        return {scope for scope in item.scopes if terms.local(scope).startswith("condition/")}
    return {str(item.answer.low)} if item.answer is not None and item.answer.measure == "thing" else set()


def _wider_rules(
    ground: Ground, policy: Policy, told: Sequence[tuple[str, Statement]], question: str, weight: int
) -> Iterator[Conflict]:
    covered = {use for use, _ in told}
    for indication, rules in ground.by_indication(policy):
        beyond = [use for use in ground.uses(rules) if not any(ground.names.subsumes(c, use) for c in covered)]
        narrower = [item for use, item in told if use != indication and ground.names.subsumes(indication, use)]
        if beyond and narrower and not any(item.open_ended for item in narrower):
            sides = (
                *(replace(telling.side(ground, item), value=_titled(ground, item)) for item in narrower),
                telling.rule_side(ground, policy, rules[0], f"also {ground.listed(beyond)}"),
            )
            differs = (
                f"The rules cover {ground.listed(beyond)} too, which the document does not name in the other place."
            )
            matters = "Whoever reads the one place alone takes a use for uncovered that the other covers."
            if question == "use with a dose":
                differs = f"The rules cover {ground.listed(beyond)} too, for which the document gives no dose."
                matters = "By what dose a request for it is judged cannot be told from the document."
            yield telling.rule_conflict(
                ground, Kind.CONTRADICTS_ITSELF, policy, indication, question, differs, matters, sides, weight
            )


def _titled(ground: Ground, item: Statement) -> str:
    uses = [scope for scope in item.scopes if terms.local(scope).startswith("condition/")]
    limits = f"; {ground.listed(uses)}" if uses else ""
    return f"{telling.titled(ground, item).value}{limits}"


def _uses_without_rule(ground: Ground, policy: Policy) -> Iterator[Conflict]:
    if not policy.indications_complete:
        return
    for name in ("covered-use", "compendial-use", "fda-approved-use"):
        for item in ground.said_in(policy.source, name):
            if item.about not in (policy.iri, *policy.drugs):
                continue
            if item.answer is None or item.answer.measure != "thing":
                continue
            use = str(item.answer.low)
            related = (
                rule
                for rule in policy.rules
                if ground.names.subsumes(rule.indication, use) or ground.names.subsumes(use, rule.indication)
            )
            if next(related, None) is None:
                listed = ground.listed(sorted({rule.indication for rule in policy.rules}))
                # What the document says of all other uses is a side of its own.
                rest = ground.said_in(policy.source, "off-label-rule")
                rules = telling.policy_side(ground, policy, f"rules for {listed} only")
                sides = (telling.titled(ground, item), rules, *(telling.titled(ground, item) for item in rest))
                question = ground.label(item.aspect)
                differs = f"The document names {ground.label(use)} as a {question} and has no criteria for it."
                matters = "By what a request for it is judged cannot be told from the criteria."
                yield telling.rule_conflict(
                    ground, Kind.CONTRADICTS_ITSELF, policy, use, question, differs, matters, sides, 2
                )

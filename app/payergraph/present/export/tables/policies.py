"""Policies, their rules, the criteria of these, and the parameters of criteria."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from .... import terms
from ....policies.lengths import in_words, months_of
from ....policies.library import policies
from ....policies.model import Criterion, Note, Rule
from ....wording import first_day
from .reader import Reader, Row, every, one, value_of
from .table import AUTHORITY, PLACE, READING, VALUE, Column, ExportTable, thing, things


def _policies(on: Reader) -> Iterator[Row]:
    facts = on.facts("CoveragePolicy", "DrugLabel")
    labels = {policy.iri for policy in policies(on.graph).labels}
    for policy in on.policies:
        fact = facts[policy.iri]
        yield {
            "policy": policy.iri,
            "policy_label": policy.label,
            "kind": "label" if policy.iri in labels else "policy",
            **on.pair("payer", policy.payer),
            **on.pairs("drugs", policy.drugs),
            **on.pair("drug_class", policy.drug_class),
            **on.pairs("products", policy.products),
            "number": policy.number or None,
            "effective": policy.edition or None,
            "effective_from": _day(policy.edition),
            "last_review": policy.reviewed or None,
            "authority": policy.authority or None,
            "indications_complete": policy.indications_complete,
            **on.pairs("lines_of_business", every(fact, "lineOfBusiness")),
            **on.pairs("states", every(fact, "state")),
            **on.pairs("benefits", every(fact, "benefit")),
            "supersedes": policy.supersedes,
            "restates": policy.restates,
            "excluded_uses": tuple(sorted(item.indication for item in policy.exclusions)),
            "rules": len(policy.rules),
            "limits": _texts(policy.limits),
            "cautions": _texts(policy.cautions),
            "reading": one(fact, "reading") or None,
            **on.place(policy.source, one(fact, "section"), one(fact, "locator")),
        }


def _texts(notes: Iterable[Note]) -> tuple[str, ...]:
    return tuple(note.text for note in notes)


def _day(text: str) -> date | None:
    return first_day(text) if text else None


POLICIES = ExportTable(
    "policies",
    "Policies and drug labels",
    "One edition of one document's conditions for a drug or several, or a drug's label.",
    ("policy",),
    (
        Column("policy", "iri", "The policy or the label.", required=True),
        Column("policy_label", "text", "Its label.", required=True),
        Column("kind", "text", "policy, or label for the prescribing information of a drug.", required=True),
        *thing("payer", "Whose coverage it describes; empty for a label."),
        *things("drugs", "The drugs of which it speaks; of a class, all that the graph has."),
        *thing("drug_class", "The class of drugs that it is about; empty where it names drugs."),
        *things("products", "The products of these drugs of which alone it speaks; none: all."),
        Column("number", "text", "The number that the publisher gives it."),
        Column("effective", "text", "Since when it is in force: an ISO 8601 day, month or year, as the document says."),
        Column("effective_from", "date", "The first day of what stands in effective."),
        Column("last_review", "text", "Its last review: an ISO 8601 day, month or year, as the document says."),
        AUTHORITY,
        Column("indications_complete", "boolean", "The list of uses was seen whole.", required=True),
        *things("lines_of_business", "The lines of business for which it holds, where the document says."),
        *things("states", "The states for which it holds, where the document says."),
        *things("benefits", "The benefits under which the drug is covered, where the document says."),
        Column("supersedes", "iri", "The earlier editions that it replaces.", many=True),
        Column("restates", "iri", "The policies that it retells.", many=True),
        Column("excluded_uses", "iri", "The conditions that it names as not covered.", many=True),
        Column("rules", "integer", "How many rules it has in the table rules.", unit="rule", required=True),
        Column("limits", "text", "Limits of quantity, dose or place that decide no case, restated.", many=True),
        Column("cautions", "text", "Contraindications and warnings that decide no case, restated.", many=True),
        READING,
        *PLACE,
    ),
    _policies,
)


def _rules(on: Reader) -> Iterator[Row]:
    facts = on.facts("CoverageRule")
    for policy in on.policies:
        for rule in policy.rules:
            fact = facts[rule.iri]
            yield {
                "rule": rule.iri,
                "policy": policy.iri,
                "policy_label": policy.label,
                **on.pair("indication", rule.indication),
                **on.pairs("uses", rule.uses),
                **on.pairs("plans", rule.plans),
                **on.pairs("drugs", rule.drugs),
                **on.pairs("products", rule.products),
                "complete": rule.complete,
                "initial_criteria": rule.initial.iri if rule.initial else None,
                "continuation_criteria": rule.continuation.iri if rule.continuation else None,
                "initial_length": in_words(rule.initial_lengths) or None,
                "continuation_length": in_words(rule.continuation_lengths) or None,
                "initial_months": months_of(rule.initial_lengths),
                "continuation_months": months_of(rule.continuation_lengths),
                "limits": _texts(rule.limits),
                "cautions": _texts(rule.cautions),
                "reading": one(fact, "reading") or None,
                **on.place(rule.source, one(fact, "section"), rule.locator),
            }


RULES = ExportTable(
    "rules",
    "Rules",
    "What a policy or a label asks for one indication, on the plans named or on all.",
    ("rule",),
    (
        Column("rule", "iri", "The rule.", required=True),
        *thing("policy", "The policy or the label to which it belongs.", required=True, target="policies.policy"),
        *thing("indication", "The condition that it covers, or the set of conditions.", required=True),
        *things("uses", "The conditions that its indication names: itself, or the members of the set."),
        *things("plans", "The plans to which it applies; none: all plans of the payer."),
        *things("drugs", "The drugs of the policy of which it speaks."),
        *things("products", "The products of these of which alone it speaks; none: all."),
        Column("complete", "boolean", "It was seen whole; if not, what it does not show is unknown.", required=True),
        Column("initial_criteria", "iri", "The root criterion of a first request.", target="criteria.criterion"),
        Column("continuation_criteria", "iri", "The root criterion of a renewal.", target="criteria.criterion"),
        Column("initial_length", "text", "How long a first approval lasts at most, in the document's own unit."),
        Column("continuation_length", "text", "How long a renewed approval lasts at most, in the document's own unit."),
        Column("initial_months", "integer", "The first, where it is a number of months.", unit="month"),
        Column("continuation_months", "integer", "The second, likewise.", unit="month"),
        Column("limits", "text", "Limits of quantity, dose or place that decide no case, restated.", many=True),
        Column("cautions", "text", "Contraindications and warnings that decide no case, restated.", many=True),
        READING,
        *PLACE,
    ),
    _rules,
)


def _nodes(on: Reader) -> dict[str, tuple[Criterion, set[str], set[str]]]:
    """Each criterion, with the rules in whose initial and continuation trees it stands."""
    found: dict[str, tuple[Criterion, set[str], set[str]]] = {}

    def walk(rule: Rule, root: Criterion | None, place: Literal[1, 2]) -> None:
        for node in root.walk() if root else ():
            found.setdefault(node.iri, (node, set(), set()))[place].add(rule.iri)

    for policy in on.policies:
        for rule in policy.rules:
            walk(rule, rule.initial, 1)
            walk(rule, rule.continuation, 2)
    return found


def _criteria(on: Reader) -> Iterator[Row]:
    for node, initial, continuation in _nodes(on).values():
        yield {
            "criterion": node.iri,
            **on.pair("kind", terms.PG + node.kind),
            "dimension": node.dimension,
            "summary": node.summary,
            "parts": tuple(child.iri for child in node.children),
            "initial_rules": tuple(sorted(initial)),
            "continuation_rules": tuple(sorted(continuation)),
            "changeable": node.changeable,
            "documentation_required": node.documentation_required,
            "discretionary": node.discretionary,
            "not_computed": node.not_computed or None,
            "reading": node.reading or None,
            **on.place(node.source, node.section, node.locator),
        }


CRITERIA = ExportTable(
    "criteria",
    "Criteria",
    "One criterion of a rule: a single requirement, or several joined by a connective such as all of or none of. "
    "What a label says of doses is in the RDF; here it stands where a policy asks for it.",
    ("criterion",),
    (
        Column("criterion", "iri", "The criterion.", required=True),
        *thing("kind", "Its class, such as PriorTherapyCriterion, AllOf or NoneOf.", required=True),
        Column("dimension", "text", "What it is about, for comparing payers: prior therapy, prescriber and so on."),
        Column("summary", "text", "The requirement in one sentence.", required=True),
        Column(
            "parts",
            "iri",
            "The criteria that it joins, in the order of the document; of an IfThen premise, consequence, otherwise.",
            many=True,
        ),
        Column("initial_rules", "iri", "The rules that ask for it in a first request.", many=True),
        Column("continuation_rules", "iri", "The rules that ask for it in a renewal.", many=True),
        Column("changeable", "boolean", "A test, a document or a trial can still change it.", required=True),
        Column("documentation_required", "boolean", "The document wants records sent for it.", required=True),
        Column("discretionary", "boolean", "The document allows the exception without promising it.", required=True),
        Column("not_computed", "text", "What the document asks for here and the judgement of a case leaves out."),
        READING,
        *PLACE,
    ),
    _criteria,
)


def _parameters(on: Reader) -> Iterator[Row]:
    members: defaultdict[str, list[str]] = defaultdict(list)
    for row in on.graph.rows("SELECT DISTINCT ?set ?member WHERE { ?set pg:member ?member }"):
        members[row["set"].value].append(row["member"].value)
    for node, _, _ in _nodes(on).values():
        for name, term in node.parameters.items():
            value = value_of(on, term)
            yield {
                "criterion": node.iri,
                **on.pair("parameter", terms.PG + name),
                **value,
                **on.pairs("members", members.get(term.value, ())),
                **on.pair("source", node.source),
                "locator": node.locator or None,
            }


PARAMETERS = ExportTable(
    "parameters",
    "Parameters of criteria",
    "One parameter of one criterion, with its value.",
    ("criterion", "parameter"),
    (
        Column("criterion", "iri", "The criterion.", required=True, target="criteria.criterion"),
        *thing("parameter", "The property; its name ends in the unit of a number that has one.", required=True),
        *VALUE,
        *things("members", "The members, where the value is a set of things or of groups."),
        *PLACE[:2],
        PLACE[-1],
    ),
    _parameters,
)

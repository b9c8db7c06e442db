"""What all rules need to know of a graph: its statements with values that compare, its policies, and sides in words.

Values are compared as what they are: durations in hours, days and weeks on one scale and in months and years on
another, so that 72 hours are three days but six months are not 180 days; ranges as ranges; telephone numbers and tiers
by their digits; things by the hierarchy of concepts. Other free text is never compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

import pyoxigraph as ox

from ... import terms
from ...policies.model import Criterion, Policy, Rule, policies
from ...store.graph import Graph
from ...store.names import names
from ...terms import Term
from ...wording import first_day, numeral
from ..compare import verbalize
from .model import Conflict, Kind, Side


class Answer(NamedTuple):
    """A value that can be compared: what it measures, and the value itself.

    ``scale`` tells answers apart that do not compare on one scale (days and months); ``measure`` those that do not
    compare at all (days and percent).
    """

    measure: str
    scale: str
    low: Hashable
    high: Hashable


@dataclass(frozen=True)
class Statement:
    """What a document says beside its criteria, with its value as text and as it compares.

    ``limited`` says that words which are no things limit it; ``comparator`` is the slug of how its value bounds.
    """

    iri: str
    about: str
    aspect: str
    value: Term | None
    text: str
    answer: Answer | None
    scopes: frozenset[str]
    hedged: bool
    source: str
    section: str
    locator: str
    authority: str
    open_ended: bool
    cites: frozenset[str]
    alternatives: frozenset[str]
    limited: bool
    comparator: str


# What a document says beside a value; a comparator is a thing with a label, all others are words.
_BESIDE = ("hedge", "obligation", "comparator", "valueOf", "detail", "scopeInWords", "evidence")
_ADULT = Decimal(18)
DURATIONS = ("time", "calendar", "business time")
#: Indications that stand for whatever the label has.
AS_LABELED = {"fda-approved-indication", "fda-or-compendia-supported-indication"}
_SENT = ("submission-document", "letter-component")
#: Aspects that say from what moment a time is counted.
STARTS = ("external-review-deadline-start", "internal-appeal-deadline-start")
# The aspects that rules of their own read, beside those with one value.
_ALSO_READ = (
    *("printed-code", "identifier-code", "code-meaning", "code-mapping"),
    *_SENT,
    *STARTS,
    *("contraindication", "specialty-pharmacy", "not-approved-use", "preferred-alternative", "fda-approval-date"),
    *("prior-authorization-decision-time", "authorization-frequency", "prior-authorization-required"),
    *("covered-use", "fda-approved-use", "compendial-use", "step-therapy-rule", "age-requirement"),
    *("prior-authorization-decision-extension", "criteria-summary"),
    *("deemed-approval", "screening-advice", "combination-allowed", "combination-excluded", "dose", "off-label-rule"),
)


def aspect_iri(name: str) -> str:
    """The IRI of an aspect."""
    return f"{terms.ID}aspect/{name}"


def _authority(fact: defaultdict[str, list[Term]]) -> str:
    """The authority of a single statement, where it is not that of its document."""
    return terms.local(fact["authority"][0].value).lower() if fact["authority"] else ""


def slug(iri: str) -> str:
    """The slug of a thing; of nothing, nothing."""
    return terms.slug(iri) if iri else ""


class Ground:
    """What the rules know of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.names = names(graph)
        self.label = self.names.label
        self.policies = policies(graph)
        self.by_iri = {policy.iri: policy for policy in self.policies.all}
        self.replaced = {old for policy in self.policies.all for old in policy.supersedes}
        self.members = self.policies.members
        self.types = {
            row["x"].value: terms.local(row["t"].value)
            for row in graph.rows(
                "SELECT ?x ?t WHERE { VALUES ?t { pg:State pg:Payer pg:Plan pg:Drug pg:Product } ?x a ?t }"
            )
        }
        self.single: set[str] = set()
        self.across: set[str] = set()
        for row in graph.rows(
            "SELECT ?x ?p WHERE { VALUES ?p { pg:singleValued pg:comparedAcrossScopes } ?x ?p true }"
        ):
            (self.single if terms.local(row["p"].value) == "singleValued" else self.across).add(row["x"].value)
        rows = graph.rows(
            """SELECT ?old ?new ?date ?citation WHERE {
              ?old a pg:Guideline ; dcterms:isReplacedBy ?new . ?new dcterms:date ?date .
              OPTIONAL { ?new dcterms:bibliographicCitation ?citation } }"""
        )
        self.later = {row["old"].value: row for row in rows}
        self.lines: defaultdict[str, set[str]] = defaultdict(set)
        for row in graph.rows("SELECT ?x ?line { ?x a pg:Plan ; pg:lineOfBusiness ?line }"):
            self.lines[row["x"].value].add(row["line"].value)
        self.open_sets = {row["x"].value for row in graph.rows("SELECT ?x { ?x a pg:ConceptSet ; pg:openEnded true }")}
        #: Criteria that name by whose criteria a diagnosis is made.
        self.by_criteria_of = {
            row["x"].value: row["y"].value
            for row in graph.rows("SELECT ?x ?y { ?x a pg:DiagnosisCriterion ; pg:cites ?y }")
        }
        #: Sections to which a document itself points: what stands there is its own exception, and no contradiction.
        self.signposted = {
            row["y"].value for row in graph.rows("SELECT ?y { ?x a pg:Statement ; pg:value ?y . ?y a pg:Section }")
        }
        self._whole = {
            row["x"].value for row in graph.rows("SELECT ?x { ?x a pg:SourceDocument ; pg:completeness pg:Complete }")
        }
        self._narrowest: dict[str, frozenset[str]] = {}
        self.statements = self._read()
        self.by_aspect: defaultdict[str, list[Statement]] = defaultdict(list)
        for statement in self.statements:
            self.by_aspect[statement.aspect].append(statement)
        self.approvals = [
            (item.about, scope, item.value.value)
            for item in self.by_aspect[aspect_iri("fda-approval-date")]
            for scope in item.scopes
            if isinstance(item.value, ox.Literal)
        ]

    # --- reading ------------------------------------------------------------------------------------------------------

    def _read(self) -> list[Statement]:
        authority = {
            row["x"].value: terms.local(row["a"].value).lower()
            for row in self.graph.rows("SELECT ?x ?a WHERE { ?x a pg:SourceDocument ; pg:authority ?a }")
        }
        facts: defaultdict[str, defaultdict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        aspects = {aspect_iri(name) for name in _ALSO_READ} | self.single
        # All facts of the statements, and no VALUES for the properties: seven times as quick.
        for name, wanted in (("aspect", aspects), ("cites", set(self.later))):
            values = " ".join(f"<{iri}>" for iri in sorted(wanted))
            for row in self.graph.rows(
                f"SELECT DISTINCT ?s ?p ?o WHERE {{ VALUES ?x {{ {values} }} ?s pg:{name} ?x . ?s ?p ?o }}"
            ):
                predicate, found = row["p"].value, facts[row["s"].value]
                if predicate.startswith(terms.PG) and row["o"] not in found[predicate[len(terms.PG) :]]:
                    found[predicate[len(terms.PG) :]].append(row["o"])
        either: defaultdict[str, set[str]] = defaultdict(set)
        for iri, fact in facts.items():
            for other in (*fact["alternativeTo"], *fact["joinedTo"]):
                either[iri].add(other.value)
                either[other.value].add(iri)
        read = []
        for iri in sorted(facts):
            fact = facts[iri]
            if any(not fact[name] for name in ("about", "aspect", "source")) or fact["formerText"]:
                continue
            source = fact["source"][0].value
            text, answer = self._value(fact)
            beside, hedged = self._beside(fact)
            read.append(
                Statement(
                    iri=iri,
                    about=fact["about"][0].value,
                    aspect=fact["aspect"][0].value,
                    value=fact["value"][0] if fact["value"] else None,
                    text=f"{text} ({beside})" if beside else text,
                    answer=answer,
                    scopes=frozenset(term.value for term in fact["scope"]),
                    hedged=hedged,
                    source=source,
                    section=fact["section"][0].value if fact["section"] else "",
                    locator=fact["locator"][0].value if fact["locator"] else "",
                    authority=_authority(fact) or authority.get(source, ""),
                    open_ended=any(term.value == "true" for term in fact["openEnded"]),
                    cites=frozenset(term.value for term in fact["cites"]),
                    alternatives=frozenset(either[iri]),
                    limited=bool(fact["scopeInWords"]),
                    comparator=terms.local(fact["comparator"][0].value) if fact["comparator"] else "",
                )
            )
        return read

    def _beside(self, fact: defaultdict[str, list[Term]]) -> tuple[str, bool]:
        """What a document says beside a value, and whether that weakens it."""
        said = [term for name in _BESIDE for term in fact[name]]
        words = [term.value if isinstance(term, ox.Literal) else self.label(term.value) for term in said]
        return ", ".join(words), bool(fact["hedge"])

    def _value(self, fact: defaultdict[str, list[Term]]) -> tuple[str, Answer | None]:
        """A value as people read it, and as it compares; None where it is free text."""
        unit = fact["unit"][0].value if fact["unit"] else ""
        value = fact["value"][0] if fact["value"] else None
        if value is None:
            if not fact["lowValue"] or not fact["highValue"]:
                return "", None
            low, high = Decimal(fact["lowValue"][0].value), Decimal(fact["highValue"][0].value)
            return self._measured(f"{numeral(low)} to {numeral(high)}", high, unit), self.quantity(low, high, unit)
        if isinstance(value, ox.NamedNode):
            return self.label(value.value), Answer("thing", "", value.value, value.value)
        if not isinstance(value, ox.Literal):
            return "", None
        kind, text = terms.local(value.datatype.value), value.value
        if kind.startswith(terms.XSD):
            kind = kind.removeprefix(terms.XSD)
        if kind in ("integer", "decimal", "double"):
            number = Decimal(text)
            return self._measured(numeral(number), number, unit), self.quantity(number, number, unit)
        if kind == "boolean":
            return ("yes" if text == "true" else "no"), Answer("boolean", "", text, text)
        if kind in ("date", "gYear", "gYearMonth"):
            return text, Answer("date", "", text, text)
        if text.casefold() in ("adults", "adult patients"):
            return text, self.quantity(_ADULT, _ADULT, f"{terms.ID}unit/year")
        digits = re.sub(r"\D", "", text)
        if digits and kind == "string":
            digits = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
            return text, Answer("digits", "", digits, digits)
        return text, None

    def _measured(self, text: str, number: Decimal, unit: str) -> str:
        if not unit:
            return text
        name = self.label(unit)
        if name.startswith("times ") and number == 1:
            return f"once {name.removeprefix('times ')}"
        plural = self.names.dimension(unit) in DURATIONS and number != 1
        return f"{text} {name}s" if plural else f"{text} {name}"

    def quantity(self, low: Decimal, high: Decimal, unit: str) -> Answer:
        """A number or a range, as it compares: in the base unit of its dimension."""
        dimension = self.names.dimension(unit) or unit
        factor = (self.names.to_base(unit) if unit else None) or Decimal(1)
        measure = "duration" if dimension in DURATIONS else dimension
        return Answer(measure, dimension, low * factor, high * factor)

    def states(self, item: Statement) -> frozenset[str]:
        """The states to which a statement is limited."""
        return frozenset(scope for scope in item.scopes if self.types.get(scope) == "State")

    # --- sides --------------------------------------------------------------------------------------------------------

    def side(self, item: Statement, scopes: Iterable[str] = ()) -> Side:
        """A statement, with the scopes that it needs to be understood."""
        limits = ", ".join(sorted(self.label(scope) for scope in scopes))
        return Side(
            f"{item.text}; {limits}" if limits else item.text,
            slug(item.source),
            self.label(item.section) if item.section else "",
            item.locator,
            item.authority,
            item.iri,
            ", ".join(sorted(self.label(iri) for iri in item.cites)),
        )

    def joint_side(self, items: Sequence[Statement], value: str) -> Side:
        """What several statements of one document say together, at all their places."""
        locators = "; ".join(dict.fromkeys(item.locator for item in items))
        return replace(self.side(items[0]), value=value, locator=locators)

    def titled(self, item: Statement) -> Side:
        """A side whose value would not be understood without its aspect."""
        side = self.side(item)
        return replace(side, value=f"{self.label(item.aspect)}: {side.value}")

    def concerned(self, items: Iterable[Statement]) -> tuple[frozenset[str], frozenset[str]]:
        """The drugs and the payers that statements are about or limited to."""
        drugs, payers = set(), set()
        for item in items:
            for iri in (item.about, *item.scopes):
                kind = self.types.get(iri)
                if kind in ("Drug", "Product"):
                    drugs.add(self.names.ingredient(iri) or iri)
                elif kind == "Payer":
                    payers.add(iri)
                elif payer := self.names.payer(iri):
                    payers.add(payer)
                if policy := self.by_iri.get(iri):
                    drugs.add(policy.drug)
                    payers.add(policy.payer)
        return frozenset(drugs), frozenset(payers)

    def joined_by_use(self, found: Iterable[Conflict]) -> Iterator[Conflict]:
        """Conflicts of one policy that have the same sides for several uses, as one that names all of them."""
        merged: dict[Hashable, Conflict] = {}
        for item in found:
            key = item.kind, item.about, item.question, item.sides
            if key in merged:
                use = item.subject.removeprefix(f"{self.label(item.about)}: ")
                item = replace(item, subject=f"{merged[key].subject}, {use}")
            merged[key] = item
        yield from merged.values()

    def rule_conflict(
        self,
        kind: Kind,
        policy: Policy,
        indication: str,
        question: str,
        differs: str,
        matters: str,
        sides: tuple[Side, ...],
        weight: int,
    ) -> Conflict:
        """A disagreement about what a policy says of one indication."""
        subject = f"{policy.label}: {self.label(indication)}"
        payers = frozenset({policy.payer} - {""})
        drugs = frozenset({policy.drug})
        return Conflict(kind, subject, question, differs, matters, sides, weight, policy.iri, drugs, payers)

    def criteria_sides(
        self, policy: Policy, rule: Rule, asked: Sequence[Criterion], otherwise: str
    ) -> tuple[Side, ...]:
        """Each criterion of a rule as a side, with the start of its reading; where there is none, other words."""
        if not asked:
            return (self.rule_side(policy, rule, otherwise),)
        return tuple(
            Side(
                self._as_read(criterion),
                slug(criterion.source),
                self.label(criterion.section) if criterion.section else "",
                criterion.locator,
                policy.authority,
                criterion.iri,
            )
            for criterion in asked
        )

    def _as_read(self, criterion: Criterion) -> str:
        """A criterion, with the first sentence on how a vague wording was read."""
        text, read = self.criterion_text(criterion), criterion.reading.partition(". ")[0].rstrip(".")
        return f"{text} (read so: {read})" if read else text

    def criterion_text(self, criterion: Criterion) -> str:
        """A criterion in one sentence, with the criteria by which a diagnosis is to be made."""
        text = verbalize(criterion).rstrip(".")
        cited = self.by_criteria_of.get(criterion.iri)
        return f"{text}, by {self.label(cited)}" if cited else text

    def silence(self, policy: Policy, other: Sequence[Criterion]) -> str:
        """What is known of a document that was seen whole and has no criterion like the other's. What it lists to be
        sent in, or in a letter, is no criterion and may touch on it."""
        if other and all(criterion.iri in self.by_criteria_of for criterion in other):
            return "names no criteria by which the diagnosis is made, as far as seen"
        if self.names_documents(policy):
            return "has no criterion of the kind for this use; its lists of what to send in may touch on it"
        return "asks nothing of the kind for this use, as far as seen"

    def rule_side(self, policy: Policy, rule: Rule, text: str) -> Side:
        """What a rule says, in the words given."""
        return Side(text, slug(rule.source), "", rule.locator, policy.authority, rule.iri)

    def policy_side(self, policy: Policy, text: str) -> Side:
        """What a policy says as a whole, in the words given."""
        return Side(text, slug(policy.source), "", policy.label, policy.authority, policy.iri)

    def listed(self, iris: Iterable[str]) -> str:
        """The labels of things, in order."""
        return ", ".join(sorted(self.label(iri) for iri in iris))

    # --- what rules cover ---------------------------------------------------------------------------------------------

    def by_indication(self, policy: Policy) -> list[tuple[str, list[Rule]]]:
        """The rules of a policy by what they cover, without those that cover whatever the label has."""
        found: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in policy.rules:
            if slug(rule.indication) not in AS_LABELED:
                found[rule.indication].append(rule)
        return sorted(found.items())

    def uses(self, rules: Iterable[Rule]) -> list[str]:
        """The diseases that rules cover, as narrow as the graph knows them."""
        return sorted({end for use in self.named(rules) for end in self.ends(use)})

    def named(self, rules: Iterable[Rule]) -> set[str]:
        """What rules name as covered: the conditions of their diagnosis criteria within the use, or the use."""
        found: set[str] = set()
        for rule in rules:
            named = {
                condition
                for leaf in (rule.initial.leaves if rule.initial else ())
                if leaf.kind == "DiagnosisCriterion" and "conditions" in leaf.parameters
                for condition in self.members(leaf.parameters["conditions"].value)
                if condition != rule.indication and self.names.subsumes(rule.indication, condition)
            }
            found |= named or {rule.indication}
        return found

    def ends(self, condition: str) -> frozenset[str]:
        """The narrowest conditions that a condition holds, or itself."""
        if condition not in self._narrowest:
            held = self.names.narrower(condition, "Condition")
            ends = frozenset(one for one in held if not self.names.narrower(one, "Condition"))
            self._narrowest[condition] = ends or frozenset({condition})
        return self._narrowest[condition]

    @staticmethod
    def leaves(rule: Rule, dimension: str) -> list[Criterion]:
        """The criteria of one dimension that a first request has to meet."""
        leaves = rule.initial.leaves if rule.initial else ()
        return [leaf for leaf in leaves if leaf.dimension == dimension]

    def speaks_after(self, policy: Policy, day: str) -> bool:
        """Whether a policy is known to have spoken on a day or later: by its edition, its last review, or the earliest
        that its undated edition can be. A day is as exact as its document gives it and counts from its first day."""
        known = [text for text in (policy.edition, policy.reviewed, policy.not_before) if text]
        return any(first_day(text) >= first_day(day) for text in known)

    def rules_of(self, item: Statement) -> Iterator[tuple[Policy, Rule]]:
        """The rules of which a statement on a drug, a payer and a use speaks: its own document's and the primaries'.

        One that names no use speaks of all uses of its own document; one on a use, of a rule for a broader one too.
        """
        for policy in self.policies.all:
            if policy.iri in self.replaced:
                continue
            if policy.iri != item.about and not (policy.drug == item.about and policy.payer in item.scopes):
                continue
            if policy.source != item.source and (policy.authority != "primary" or item.authority == "primary"):
                continue
            uses = [scope for scope in item.scopes if terms.local(scope).startswith("condition/")]
            if policy.source != item.source and not uses:
                continue
            for indication, rules in self.by_indication(policy):
                if not uses or any(self.names.subsumes(indication, use) for use in uses):
                    yield policy, rules[0]

    def is_open(self, criterion: Criterion) -> bool:
        """Whether a set of a criterion names examples only."""
        return any(term.value in self.open_sets for term in criterion.parameters.values())

    def whole(self, policy: Policy) -> bool:
        """Whether all of the document of a policy was seen."""
        return policy.source in self._whole

    def names_documents(self, policy: Policy) -> bool:
        """Whether the document of a policy says in other places what is to be sent in."""
        return any(item.source == policy.source for name in _SENT for item in self.by_aspect[aspect_iri(name)])

    def related(self, one: str, other: str) -> bool:
        """Whether one thing is or holds the other."""
        return self.names.subsumes(one, other) or self.names.subsumes(other, one)

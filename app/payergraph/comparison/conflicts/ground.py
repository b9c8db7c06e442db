"""What all rules need to know of a graph: its statements, its policies, and what of both was seen whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from ... import terms
from ...criteria import Kind
from ...policies.diseases import as_labeled
from ...policies.editions import replaced
from ...policies.library import policies
from ...policies.model import Criterion, Policy, Rule
from ...store.facts import facts
from ...store.graph import Graph
from ...store.names import names
from ...wording import first_day
from .statements import Statement, statements

_ADDRESS = terms.DCTERMS + "source"
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
    *("prior-authorization-decision-extension", "criteria-summary", "step-therapy-limit"),
    *("deemed-approval", "screening-advice", "combination-allowed", "combination-excluded", "dose", "off-label-rule"),
)


def aspect_iri(name: str) -> str:
    """The IRI of an aspect."""
    return f"{terms.ID}aspect/{name}"


def slug(iri: str) -> str:
    """The slug of a thing; of nothing, nothing."""
    return terms.slug(iri) if iri else ""


def speaks_after(policy: Policy, day: str) -> bool:
    """Whether a policy is known to have spoken on a day or later: by its edition, its last review, or the earliest
    that its undated edition can be. A day is as exact as its document gives it and counts from its first day."""
    return any(first_day(text) >= first_day(day) for text in policy.known_dates)


class Ground:
    """What the rules know of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.names = names(graph)
        self.label = self.names.label
        self.policies = policies(graph)
        self.by_iri = {policy.iri: policy for policy in self.policies.all}
        self._of_document: defaultdict[str, list[Policy]] = defaultdict(list)
        self._of_drug: defaultdict[str, list[Policy]] = defaultdict(list)
        for policy in self.policies.all:
            self._of_document[policy.source].append(policy)
            for drug in policy.drugs:
                self._of_drug[drug].append(policy)
        self.replaced = replaced(self.policies.all)
        self.members = self.policies.members
        self.diseases = self.policies.diseases
        self.ends = self.diseases.ends
        self.types = {
            row["x"].value: terms.local(row["t"].value)
            for row in graph.rows(
                "SELECT ?x ?t WHERE { VALUES ?t { pg:State pg:Payer pg:Plan pg:Drug pg:Product } ?x a ?t }"
            )
        }
        aspects = facts(graph, predicates=["singleValued", "comparedAcrossScopes"])
        self.single = {iri for iri, said in aspects.items() if said.true("singleValued")}
        self.across = {iri for iri, said in aspects.items() if said.true("comparedAcrossScopes")}
        rows = graph.rows(
            """SELECT ?old ?new ?date ?citation WHERE {
              ?old a pg:Guideline ; dcterms:isReplacedBy ?new . ?new dcterms:date ?date .
              OPTIONAL { ?new dcterms:bibliographicCitation ?citation } }"""
        )
        self.later = {row["old"].value: row for row in rows}
        self._plans = facts(graph, "?s a pg:Plan", ["lineOfBusiness"])
        self._sets = facts(graph, "?s a pg:ConceptSet", ["openEnded"])
        self._documents = facts(graph, "?s a pg:SourceDocument", ["completeness", _ADDRESS])
        self._at_address: defaultdict[str, list[str]] = defaultdict(list)
        for source, said in self._documents.items():
            for address in said.texts(_ADDRESS):
                self._at_address[address].append(source)
        #: Criteria that name by whose criteria a diagnosis is made.
        self.by_criteria_of = {
            iri: said.text("cites") for iri, said in facts(graph, "?s pg:conditions ?any", ["cites"]).items()
        }
        #: Sections to which a document itself points: what stands there is its own exception, and no contradiction.
        self.signposted = {
            row["y"].value for row in graph.rows("SELECT ?y { ?x a pg:Statement ; pg:value ?y . ?y a pg:Section }")
        }
        self.statements = statements(graph, {aspect_iri(name) for name in _ALSO_READ} | self.single, self.later)
        self.by_aspect: defaultdict[str, list[Statement]] = defaultdict(list)
        for statement in self.statements:
            self.by_aspect[statement.aspect].append(statement)
        self._by_document: defaultdict[tuple[str, str], list[Statement]] = defaultdict(list)
        for statement in self.statements:
            self._by_document[statement.source, statement.aspect].append(statement)
        self.approvals = [
            (item.about, scope, item.value.value)
            for item in self.by_aspect[aspect_iri("fda-approval-date")]
            for scope in item.scopes
            if isinstance(item.value, ox.Literal)
        ]

    def said_in(self, source: str, aspect: str) -> Sequence[Statement]:
        """The statements of one document on an aspect, by its name."""
        return self._by_document.get((source, aspect_iri(aspect)), ())

    def policies_in(self, source: str) -> Sequence[Policy]:
        """The policies that stand in one document."""
        return self._of_document.get(source, ())

    def named(self, rules: Iterable[Rule]) -> set[str]:
        """What rules name as covered."""
        return {use for rule in rules for use in self.diseases.named(rule)}

    def uses(self, rules: Iterable[Rule]) -> list[str]:
        """The diseases that rules cover, as narrow as the graph knows them."""
        return sorted({end for rule in rules for end in self.diseases.covered(rule)})

    def states(self, item: Statement) -> frozenset[str]:
        """The states to which a statement is limited."""
        return frozenset(scope for scope in item.scopes if self.types.get(scope) == "State")

    @staticmethod
    def uses_of(item: Statement) -> list[str]:
        """The uses to which a statement is limited."""
        return [scope for scope in item.scopes if terms.local(scope).startswith("condition/")]

    def lines(self, plan: str) -> frozenset[str]:
        """The lines of business of a plan; of anything else, none."""
        return frozenset(self._plans[plan].texts("lineOfBusiness"))

    def listed(self, iris: Iterable[str]) -> str:
        """The labels of things, in order."""
        return ", ".join(sorted(self.label(iri) for iri in iris))

    def by_indication(self, policy: Policy, drugs: Iterable[str] = ()) -> list[tuple[str, list[Rule]]]:
        """The rules of a policy by what they cover and of what they speak, without those that cover whatever the label
        has.

        Args:
            drugs: only rules that speak of one of these; all where empty.
        """
        found: defaultdict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Rule]] = defaultdict(list)
        for rule in policy.rules:
            if not as_labeled(rule) and (not drugs or set(drugs) & set(rule.drugs)):
                found[rule.indication, rule.drugs, rule.products].append(rule)
        return [(indication, rules) for (indication, _, _), rules in sorted(found.items())]

    @staticmethod
    def leaves(rule: Rule, kind: Kind) -> list[Criterion]:
        """The criteria of one kind that a first request has to meet; none that it must not meet, and no condition."""
        leaves = rule.initial.affirmed if rule.initial else ()
        return [leaf for leaf in leaves if leaf.kind == kind.name]

    @staticmethod
    def asks_plainly(rule: Rule, kind: Kind) -> bool:
        """Whether all that a rule says by a kind of criterion is what a first request has to meet. Where it says what
        must not be met, or makes it a condition, its criteria of the kind do not tell all that it asks."""
        tree = rule.initial
        return tree is None or all(leaf in tree.affirmed for leaf in tree.leaves if leaf.kind == kind.name)

    def rules_of(self, item: Statement) -> Iterator[tuple[Policy, Rule]]:
        """The rules of which a statement on a drug, a payer and a use speaks: its own document's and the primaries'.

        One that names no use speaks of all uses of its own document; one on a use, of a rule for a broader one too.
        """
        about = self.by_iri.get(item.about)
        for policy in self._of_drug.get(item.about, ()) if about is None else (about,):
            if policy.iri in self.replaced:
                continue
            if about is None and policy.payer not in item.scopes:
                continue
            if policy.source != item.source and (policy.authority != "primary" or item.authority == "primary"):
                continue
            uses = self.uses_of(item)
            if policy.source != item.source and not uses:
                continue
            for indication, rules in self.by_indication(policy):
                if not uses or any(self.names.subsumes(indication, use) for use in uses):
                    yield policy, rules[0]

    def is_open(self, criterion: Criterion) -> bool:
        """Whether a set of a criterion names examples only."""
        return any(self._sets[term.value].true("openEnded") for term in criterion.parameters.values())

    def whole(self, policy: Policy) -> bool:
        """Whether all of the document of a policy was seen."""
        return self._documents[policy.source].text("completeness") == terms.PG + "Complete"

    def one_document(self, source: str) -> Iterator[Policy]:
        """The policies of a document, and of the sources that are one document with it, told of one drug in each."""
        addresses = self._documents[source].texts(_ADDRESS)
        for one in {source, *(one for address in addresses for one in self._at_address[address])}:
            yield from self.policies_in(one)

    def names_documents(self, policy: Policy) -> bool:
        """Whether the document of a policy says in other places what is to be sent in."""
        return any(self.said_in(policy.source, name) for name in _SENT)

    def related(self, one: str, other: str) -> bool:
        """Whether one thing is or holds the other."""
        return self.names.subsumes(one, other) or self.names.subsumes(other, one)

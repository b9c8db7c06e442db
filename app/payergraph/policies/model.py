"""Policies, rules and criteria as frozen dataclasses, read from the graph."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyoxigraph as ox

from .. import terms
from ..choice import Request, Standing
from ..criteria import CONNECTIVES, KINDS, Kind, Parameters, Values
from ..criteria.shapes import components_of, parameter_names
from ..store.graph import Graph, Row
from ..store.names import names
from ..store.once import once_a_graph
from ..terms import Term
from ..wording import first_day, written


@dataclass(frozen=True, eq=False)
class Criterion:
    """One node of a rule's tree.

    Attributes:
        id: the slug, as commands show it: ``cigna-ip0243/ra-prescriber``.
        kind: the class, such as ``AllOf`` or ``PriorTherapyCriterion``.
        parameters: the parameters, by name; a name that no shape declares is an error (``Parameters``).
        summary: the requirement in one sentence.
        dimension: what it is about, for comparing payers: ``prior therapy``, ``prescriber`` …
        changeable: whether a test, a document or a trial can still change it (not age, not a gene).
        reading: how a vague wording of the source was read.
        not_computed: what the source asks for here and the judgement of a case leaves out; empty where nothing is.

    Raises:
        ValueError: a connective has no parts, or something else has; nothing would be asked, and all would be met.
    """

    id: str
    iri: str
    kind: str
    parameters: Parameters
    summary: str
    dimension: str
    changeable: bool
    source: str
    section: str
    locator: str
    reading: str = ""
    not_computed: str = ""
    documentation_required: bool = False
    discretionary: bool = False
    children: tuple[Criterion, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind in CONNECTIVES) != bool(self.children):
            raise ValueError(f"{self.id} is of the kind {self.kind} and has {len(self.children)} parts")

    @cached_property
    def leaves(self) -> tuple[Criterion, ...]:
        """The leaves of the tree, each once, in reading order."""
        found: dict[str, Criterion] = {}
        for node in self.walk():
            if not node.children:
                found.setdefault(node.id, node)
        return tuple(found.values())

    def conjuncts(self) -> Iterator[Criterion]:
        """The parts that all have to hold: those of nested ``AllOf`` too, or the node itself."""
        if self.kind != "AllOf":
            yield self
            return
        for child in self.children:
            yield from child.conjuncts()

    def walk(self) -> Iterator[Criterion]:
        """This node and everything below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Note:
    """A statement that is shown beside an outcome and decides nothing: a limit, a caution, a referral."""

    id: str
    text: str
    source: str
    locator: str
    reading: str = ""


@dataclass(frozen=True, eq=False)
class Rule:
    """What a policy asks for one indication, on the plans named or on all."""

    id: str
    iri: str
    indication: str
    plans: tuple[str, ...]
    complete: bool
    initial: Criterion | None
    continuation: Criterion | None
    initial_months: int | None
    continuation_months: int | None
    source: str
    locator: str
    reading: str = ""
    limits: tuple[Note, ...] = ()
    cautions: tuple[Note, ...] = ()

    def criteria(self, request: Request | str) -> Criterion | None:
        """The root criterion of a request at this stage.

        Raises:
            CallError: this is no stage of a request.
        """
        return self.initial if Request(request) is Request.INITIAL else self.continuation


@dataclass(frozen=True)
class Exclusion:
    """A use that a policy names as not covered."""

    id: str
    iri: str
    indication: str
    reason: str
    source: str
    locator: str


@dataclass(frozen=True, eq=False)
class Policy:
    """One edition of one document's conditions for one drug, or the drug's label, which has no payer.

    Attributes:
        edition: the effective date as the document gives it: a day, or a month or year alone (``2019-09``).
        reviewed: the last review, in the same way.
        not_before: when an undated edition can have begun at the earliest, in the same way.
    """

    id: str
    iri: str
    label: str
    payer: str
    drug: str
    number: str
    edition: str
    reviewed: str
    not_before: str
    authority: Standing
    indications_complete: bool
    source: str
    rules: tuple[Rule, ...]
    exclusions: tuple[Exclusion, ...]
    faulty_exclusions: tuple[Exclusion, ...]
    catch_all: Note | None
    supersedes: tuple[str, ...]
    restates: tuple[str, ...]
    limits: tuple[Note, ...]
    cautions: tuple[Note, ...]
    reading: str = ""

    @property
    def effective(self) -> date | None:
        """The first day in force; a month or a year alone counts from its first day."""
        return first_day(self.edition) if self.edition else None

    @property
    def dated(self) -> str:
        """What is known of its date: ``effective 1 June 2024``, ``undated, last reviewed 22 January 2019``."""
        if self.edition:
            return f"effective {written(self.edition)}"
        known = (("last reviewed", self.reviewed), ("not before", self.not_before))
        return ", ".join(["undated", *(f"{word} {written(day)}" for word, day in known if day)])


def editions(chosen: Iterable[Policy], day: date) -> str:
    """Which editions these are, in words: the latest that is known of each document, be it old or undated.

    >>> editions([], date(2026, 11, 29))
    'the latest editions known on 29 November 2026'
    """
    dates = {policy.iri: policy.edition for policy in chosen if policy.payer}
    undated = sum(1 for edition in dates.values() if not edition)
    rest = f" ({undated} of {len(dates)} undated)" if undated else ""
    return f"the latest editions known on {written(day.isoformat())}{rest}"


class Policies:
    """All policies and labels of a graph, read once."""

    def __init__(self, graph: Graph) -> None:
        self._names = names(graph)
        self._describe(graph)
        self._read_nothing(graph)
        self.all = self._of_class(graph, "CoveragePolicy")
        self.labels = self._of_class(graph, "DrugLabel")
        self._by_id = {policy.id: policy for policy in self.all}

    def __getitem__(self, policy_id: str) -> Policy:
        return self._by_id[policy_id]

    def __contains__(self, policy_id: object) -> bool:
        return policy_id in self._by_id

    @property
    def ids(self) -> Iterable[str]:
        """The ids of all policies."""
        return self._by_id

    def criterion(self, iri: str) -> Criterion | None:
        """The criterion of this IRI, if some policy or label asks for it."""
        return self._criteria.get(iri)

    def of_drug(self, drug: str) -> tuple[Policy, ...]:
        """The policies for a drug, given by IRI."""
        return tuple(policy for policy in self.all if policy.drug == drug)

    def rules_for(
        self,
        policy: Policy,
        condition: str,
        request: Request | str,
        plan: str | None = None,
        diagnosed: Sequence[str] = (),
    ) -> list[tuple[str, tuple[Rule, ...]]]:
        """The rules of a policy for a condition, as pairs of an indication and the rules that ask the same for it.

        A rule for the condition itself comes before one for a broader use, the nearest broader before others; where
        there is neither, the rules for narrower uses apply, unless the diagnoses say that it is another one. What the
        policy excludes (``exclusion``) has no rule.

        Args:
            plan: only rules for this plan, or for all plans.
            diagnosed: the conditions that the patient has.

        Raises:
            CallError: this is no stage of a request.
        """
        if self.exclusion(policy, condition, diagnosed, plan):
            return []
        usable = [rule for rule in policy.rules if _holds_for(rule, plan)]
        subsumes = self._names.subsumes
        chosen = [rule for rule in usable if rule.indication == condition]
        if not chosen:
            broader = [rule for rule in usable if subsumes(rule.indication, condition)]
            uses = {rule.indication for rule in broader}
            nearest = {use for use in uses if not any(other != use and subsumes(use, other) for other in uses)}
            chosen = [rule for rule in broader if rule.indication in nearest]
        if not chosen:
            known = [other for other in diagnosed if subsumes(condition, other)] or [condition]
            chosen = [
                rule
                for rule in usable
                if subsumes(condition, rule.indication)
                and any(subsumes(rule.indication, other) or subsumes(other, rule.indication) for other in known)
            ]
        alike: dict[Hashable, list[Rule]] = {}
        for rule in chosen:
            root = rule.criteria(request)
            alike.setdefault((rule.indication, self.signature(root) if root else None), []).append(rule)
        return [(rules[0].indication, tuple(rules)) for rules in alike.values()]

    def exclusion(
        self, policy: Policy, condition: str, diagnosed: Sequence[str] = (), plan: str | None = None
    ) -> Exclusion | None:
        """The exclusion under which a use surely falls on a plan: that of the use itself or of a broader one.

        What a condition is known to be are the narrowest diagnoses below it, or the condition where there are none. A
        rule for a part of what is excluded is the exception from it; one for the same or a broader use is not.
        """
        subsumes, known = self._names.subsumes, self._known(condition, diagnosed)
        for item in policy.exclusions:
            inside = all(subsumes(item.indication, one) for one in known)
            if inside and not any(
                subsumes(rule.indication, one) or subsumes(one, rule.indication)
                for rule in _excepted(policy, item, subsumes, plan)
                for one in known
            ):
                return item
        return None

    def possible_exclusions(
        self, policy: Policy, condition: str, diagnosed: Sequence[str] = (), plan: str | None = None
    ) -> tuple[Exclusion, ...]:
        """The exclusions under which a use may fall on a plan, because it is known less exactly than they are.

        A diagnosis beside the excluded use settles that it is another one. Of a faulty exclusion nobody knows what it
        excludes: every use may fall under it.
        """
        subsumes, known = self._names.subsumes, self._known(condition, diagnosed)
        sure = self.exclusion(policy, condition, diagnosed, plan)
        return policy.faulty_exclusions + tuple(
            item
            for item in policy.exclusions
            if item is not sure
            and all(subsumes(item.indication, one) or subsumes(one, item.indication) for one in known)
            and not any(
                subsumes(rule.indication, one) for rule in _excepted(policy, item, subsumes, plan) for one in known
            )
        )

    def _known(self, condition: str, diagnosed: Sequence[str]) -> list[str]:
        subsumes = self._names.subsumes
        within = [one for one in diagnosed if subsumes(condition, one)] or [condition]
        return [one for one in within if not any(other != one and subsumes(one, other) for other in within)]

    def signature(self, criterion: Criterion) -> Hashable:
        """What a tree asks, without its names: trees of equal signature have equal states for every case."""
        if criterion.children:
            return criterion.kind, tuple(self.signature(child) for child in criterion.children)
        return criterion.kind, tuple((name, self._contents(term.value)) for name, term in criterion.parameters.items())

    def members(self, iri: str) -> tuple[str, ...]:
        """The members of a concept set or a therapy group, in the order of their IRIs; none of anything else."""
        return tuple(self._sets.get(iri, ()))

    def _contents(self, value: str) -> Hashable:
        members = self.members(value)
        return frozenset(self._contents(member) for member in members) if members else value

    # Everything that hangs on policies is read in a few queries; the objects are built in memory.

    def _describe(self, graph: Graph) -> None:
        rows = graph.rows(
            """SELECT ?s ?p ?o WHERE {
              { VALUES ?class { pg:CoveragePolicy pg:DrugLabel pg:CoverageRule pg:Exclusion sh:NodeShape } ?s a ?class }
              UNION { ?owner pg:limit|pg:caution|pg:catchAll ?s }
              ?s ?p ?o }"""
        )
        self._facts: dict[str, dict[str, list[Term]]] = {}
        self._faulty: set[str] = set()
        self._open: set[str] = set()
        for row in rows:
            subject, predicate = row["s"], row["p"]
            assert isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode)
            values = self._facts.setdefault(subject.value, {}).setdefault(predicate.value, [])
            if row["o"] not in values:
                values.append(row["o"])
        lists = graph.rows("SELECT ?node ?first ?rest WHERE { ?node rdf:first ?first ; rdf:rest ?rest }")
        self._lists: dict[str, list[tuple[Term, str]]] = {}
        for row in lists:
            self._lists.setdefault(str(row["node"]), []).append((row["first"], str(row["rest"])))
        self._criteria: dict[str, Criterion] = {}
        self._sets: dict[str, list[str]] = {}
        for row in graph.rows("SELECT ?set ?member WHERE { ?set pg:member ?member } ORDER BY ?set ?member"):
            self._sets.setdefault(row["set"].value, []).append(row["member"].value)

    def _read_nothing(self, graph: Graph) -> None:
        """What is named and is nothing: things that nothing describes, sets and groups that hold nothing."""
        rows = graph.rows(
            """SELECT DISTINCT ?thing WHERE {
              { { ?shape a sh:NodeShape ; ?path ?thing } UNION { ?set pg:member|pg:except ?thing }
                UNION { ?policy pg:exclusion/pg:indication ?thing }
                FILTER (isIRI(?thing)) FILTER NOT EXISTS { ?thing a ?class } }
              UNION { ?set pg:member ?thing . ?thing a pg:TherapyGroup .
                FILTER NOT EXISTS { ?thing pg:covers ?any } } }"""
        )
        self._nothing = {row["thing"].value for row in rows}
        declared = graph.rows("SELECT DISTINCT ?term WHERE { ?term a ?class FILTER (STRSTARTS(STR(?term), STR(pg:))) }")
        self._vocabulary = {terms.local(row["term"].value) for row in declared}

    def _value(self, subject: str, name: str) -> Term | None:
        found = self._facts.get(subject, {}).get(name if ":" in name else terms.PG + name)
        return found[0] if found else None

    def _text(self, subject: str, name: str) -> str:
        value = self._value(subject, name)
        return value.value if value is not None else ""

    def _iris(self, subject: str, name: str) -> tuple[str, ...]:
        found = self._facts.get(subject, {}).get(terms.PG + name, [])
        return tuple(sorted(term.value for term in found))

    def _of_class(self, graph: Graph, kind: str) -> tuple[Policy, ...]:
        rows = graph.rows(
            f"SELECT ?policy ?source WHERE {{ ?policy a pg:{kind} ; pg:source ?source }} ORDER BY ?policy"
        )
        return tuple(self._policy(row) for row in rows)

    def _policy(self, row: Row) -> Policy:
        iri = row["policy"].value
        catch_all = self._text(iri, "catchAll")
        out = [(self._exclusion(x), self._is_sound_exclusion(x)) for x in self._iris(iri, "exclusion")]
        return Policy(
            id=terms.slug(iri),
            iri=iri,
            label=self._names.label(iri),
            payer=self._text(iri, "payer"),
            drug=self._text(iri, "drug"),
            number=self._text(iri, "policyNumber"),
            edition=self._text(iri, "effectiveDate"),
            reviewed=self._text(iri, "lastReviewDate"),
            not_before=self._text(iri, "notBefore"),
            authority=Standing.PRIMARY if self._text(iri, "authority") == terms.PG + "Primary" else Standing.SECONDARY,
            indications_complete=self._text(iri, "indicationsComplete") == "true",
            source=row["source"].value,
            rules=tuple(self._rule(rule) for rule in self._iris(iri, "coverageRule")),
            exclusions=tuple(exclusion for exclusion, sound in out if sound and exclusion.indication),
            faulty_exclusions=tuple(exclusion for exclusion, sound in out if not sound),
            catch_all=self._note(catch_all) if catch_all else None,
            supersedes=self._iris(iri, "supersedes"),
            restates=self._iris(iri, "restates"),
            limits=tuple(self._note(note) for note in self._iris(iri, "limit")),
            cautions=tuple(self._note(note) for note in self._iris(iri, "caution")),
            reading=self._text(iri, "reading"),
        )

    def _rule(self, iri: str) -> Rule:
        initial, continuation = (self._root(iri, name) for name in ("initialCriteria", "continuationCriteria"))
        nodes = [node for root in (initial, continuation) if root for node in root.walk()]
        return Rule(
            id=terms.slug(iri),
            iri=iri,
            indication=self._text(iri, "indication"),
            plans=self._iris(iri, "plan"),
            complete=self._text(iri, "completeness") == terms.PG + "Complete"
            and not any(node.iri in self._faulty for node in nodes),
            initial=initial,
            continuation=continuation,
            initial_months=self._number(iri, "initialMonths"),
            continuation_months=self._number(iri, "continuationMonths"),
            source=self._text(iri, "source"),
            locator=self._text(iri, "locator"),
            reading=self._text(iri, "reading"),
            limits=tuple(self._note(note) for note in self._iris(iri, "limit")),
            cautions=tuple(self._note(note) for note in self._iris(iri, "caution")),
        )

    def _root(self, rule: str, name: str) -> Criterion | None:
        """The root of a rule's criteria; of a rule with several, or with several indications, nobody knows which."""
        roots = self._iris(rule, name)
        several = name if len(roots) > 1 else "indication" if len(self._iris(rule, "indication")) > 1 else ""
        if roots and several:
            return self._unreadable(roots[0], f"belongs to a rule with several values of pg:{several}")
        return self._criterion(roots[0]) if roots else None

    def _is_sound_exclusion(self, iri: str) -> bool:
        """One use that is described; what excludes something else, such as combined use, gives its reason."""
        uses = self._iris(iri, "indication")
        return uses[0] not in self._nothing if len(uses) == 1 else not uses and bool(self._text(iri, "reason"))

    def _number(self, subject: str, name: str) -> int | None:
        text = self._text(subject, name)
        return int(text) if text else None

    def _exclusion(self, iri: str) -> Exclusion:
        return Exclusion(
            id=terms.slug(iri),
            iri=iri,
            indication=self._text(iri, "indication"),
            reason=self._text(iri, "reason"),
            source=self._text(iri, "source"),
            locator=self._text(iri, "locator"),
        )

    def _note(self, iri: str) -> Note:
        return Note(
            id=terms.slug(iri),
            text=self._text(iri, terms.DCTERMS + "description"),
            source=self._text(iri, "source"),
            locator=self._text(iri, "locator"),
            reading=self._text(iri, "reading"),
        )

    def _criterion(self, iri: str) -> Criterion:
        known = self._criteria.get(iri)
        if known is not None:
            return known
        self._open.add(iri)
        fault = self._fault(iri)
        self._criteria[iri] = criterion = self._unreadable(iri, fault) if fault else self._readable(iri)
        self._open.remove(iri)
        return criterion

    def _readable(self, iri: str) -> Criterion:
        kind = self._kinds(iri)[0]
        values = Parameters(
            {name: value for name in sorted(_declared(kind.name)) if (value := self._value(iri, name)) is not None}
        )
        return Criterion(
            id=terms.slug(iri),
            iri=iri,
            kind=kind.name,
            parameters=values,
            summary=kind.sentence(Values(values, self._names.label, self.members)),
            dimension=kind.dimension,
            changeable=kind.changeable,
            source=self._text(iri, "source"),
            section=self._text(iri, "section"),
            locator=self._text(iri, "locator"),
            reading=self._text(iri, "reading"),
            not_computed=self._text(iri, "notComputed"),
            documentation_required=self._text(iri, "documentationRequired") == "true",
            discretionary=self._text(iri, "discretionary") == "true",
            children=tuple(self._criterion(part.value) for part in self._parts(iri, kind.name)),
        )

    def _unreadable(self, iri: str, fault: str) -> Criterion:
        """What stands for a faulty criterion: like what an excerpt does not show, it is never met and never not met."""
        self._faulty.add(iri)
        kind = KINDS["NotShownCriterion"]
        return Criterion(
            id=terms.slug(iri),
            iri=iri,
            kind=kind.name,
            parameters=Parameters({"notShown": ox.Literal(f"its description is faulty: it {fault}")}),
            summary=f"Cannot be judged, because its description in the graph is faulty: it {fault}",
            dimension=kind.dimension,
            changeable=kind.changeable,
            source=self._text(iri, "source"),
            section=self._text(iri, "section"),
            locator=self._text(iri, "locator"),
        )

    def _kinds(self, iri: str) -> list[Kind]:
        found = self._facts.get(iri, {}).get(terms.RDF + "type", ())
        return [KINDS[name] for term in found if (name := terms.local(term.value)) in KINDS]

    def _fault(self, iri: str) -> str:
        """Why a criterion asks nothing, or less than was meant, to follow "it"; empty where nothing is wrong.

        ``payergraph lint`` says the same of files, with the remedy. Whoever judges a case cannot know that it was run.
        """
        kinds, facts = self._kinds(iri), self._facts.get(iri, {})
        if len(kinds) != 1:
            return "has several kinds" if kinds else "is of no kind of criterion" if facts else "is described nowhere"
        [kind] = kinds
        declared, found = _declared(kind.name), {}
        for name in (path.removeprefix(terms.PG) for path in facts if path.startswith(terms.PG)):
            if name not in self._vocabulary:
                return f"has pg:{name}, which is no property"
            if name in declared:
                found[name] = facts[terms.PG + name]
            elif name in parameter_names():
                return f"has pg:{name}, which is no parameter of its kind"
        for path in facts:
            if path.startswith(terms.SH) and path != terms.SH + CONNECTIVES.get(kind.name, ""):
                return f"has {terms.prefixed(path)}, which nothing judges"
        for name, values in found.items():
            if len(values) > 1:
                return f"has several values of pg:{name}"
            if fault := self._faulty_value(values[0], declared[name]):
                return f"has a pg:{name} {fault}"
        if kind.name in CONNECTIVES:
            return self._faulty_parts(iri, kind.name)
        if not any(component.applies_to(found) for component in components_of()[kind.name]):
            return "lacks a parameter that its kind needs"
        return ""

    def _faulty_value(self, value: Term, range: str) -> str:
        if range.startswith(terms.XSD):
            is_one = isinstance(value, ox.Literal) and value.datatype.value == range
            return "" if is_one else f"that is no {terms.prefixed(range)}"
        if value.value in self._nothing or not isinstance(value, ox.NamedNode):
            return "that is described nowhere"
        members = self.members(value.value)
        if range == terms.PG + "ConceptSet" and not members:
            return "without members"
        hollow = [one for member in members for one in (member, *self.members(member)) if one in self._nothing]
        return f"whose member {terms.local(hollow[0])} is nothing" if hollow else ""

    def _faulty_parts(self, iri: str, kind: str) -> str:
        if len(self._facts[iri].get(terms.SH + CONNECTIVES[kind], ())) != 1:
            return f"needs one list of parts, after sh:{CONNECTIVES[kind]}"
        parts = list(self._parts(iri, kind))
        if not parts:
            return "has no parts"
        if not all(isinstance(part, ox.NamedNode) for part in parts):
            return "has a broken list of parts"
        return "is a part of itself" if any(part.value in self._open for part in parts) else ""

    def _parts(self, iri: str, kind: str) -> Iterator[Term]:
        """The parts of a connective in reading order; a list that breaks off, or never ends, has a blank one."""
        head = self._value(iri, terms.SH + CONNECTIVES[kind]) if kind in CONNECTIVES else None
        key, seen = str(head or _NIL), set[str]()
        while key != _NIL:
            if key in seen or len(self._lists.get(key, ())) != 1:
                yield ox.BlankNode()
                return
            seen.add(key)
            first, key = self._lists[key][0]
            yield first


_NIL = str(ox.NamedNode(terms.RDF + "nil"))


def _declared(kind: str) -> dict[str, str]:
    """The parameters of a kind, and the class or datatype of each."""
    return {p.name: p.range for component in components_of().get(kind, ()) for p in component.parameters}


def _holds_for(rule: Rule, plan: str | None) -> bool:
    return plan is None or not rule.plans or plan in rule.plans


def _excepted(policy: Policy, out: Exclusion, subsumes: Callable[[str, str], bool], plan: str | None) -> Iterable[Rule]:
    """The rules for a part of what is excluded."""
    parts = (r for r in policy.rules if r.indication != out.indication and subsumes(out.indication, r.indication))
    return (rule for rule in parts if _holds_for(rule, plan))


@once_a_graph
def policies(graph: Graph) -> Policies:
    """The policies of a graph, read once."""
    return Policies(graph)

"""Policies, rules and criteria built from what a graph says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pyoxigraph as ox

from .. import terms
from ..choice import Standing
from ..criteria import Kind, Parameters, Values
from ..criteria.not_shown import KIND as NOT_SHOWN
from ..store.names import Names
from .described import Described
from .faults import declared, fault, sound_exclusion
from .lengths import Amount, Length
from .model import Criterion, Exclusion, Note, Policy, Rule

#: The trees of a rule, each with what sends its requests to the other.
_TREES = (("initialCriteria", "continuationCriteriaWhen"), ("continuationCriteria", "initialCriteriaWhen"))
_NUMBERS = (terms.XSD + "integer", terms.XSD + "decimal")


class Reader:
    """Builds the policies and labels of a graph.

    Attributes:
        criteria: every criterion that was built, by IRI, once however many trees it stands in.
    """

    def __init__(self, described: Described, known: Names) -> None:
        self._described = described
        self._facts = described.facts
        self._known = known
        self._label_of = known.label
        #: What a criterion of a kind, with parameters, asks for.
        self.sentence = _sentences(known, described)
        self.criteria: dict[str, Criterion] = {}
        self._faulty: set[str] = set()
        self._within: set[str] = set()

    def of_class(self, name: str) -> tuple[Policy, ...]:
        """All of a class, ``CoveragePolicy`` or ``DrugLabel``, in the order of their IRIs."""
        return tuple(self._policy(iri, source) for iri, source in self._described.of_class(name))

    def _policy(self, iri: str, source: str) -> Policy:
        facts, iris = self._facts[iri], self._described.iris
        catch_all = facts.text("catchAll")
        out = [(self._exclusion(x), sound_exclusion(self._described, x)) for x in iris(iri, "exclusion")]
        return Policy(
            id=terms.slug(iri),
            iri=iri,
            label=self._label_of(iri),
            payer=facts.text("payer"),
            drugs=iris(iri, "drug"),
            drug_class=facts.text("drugClass"),
            products=iris(iri, "product"),
            number=facts.text("policyNumber"),
            edition=facts.text("effectiveDate"),
            reviewed=facts.text("lastReviewDate"),
            not_before=facts.text("notBefore"),
            authority=Standing.PRIMARY if facts.text("authority") == terms.PG + "Primary" else Standing.SECONDARY,
            indications_complete=facts.true("indicationsComplete"),
            source=source,
            rules=tuple(self._rule(rule) for rule in iris(iri, "coverageRule")),
            exclusions=tuple(exclusion for exclusion, sound in out if sound and exclusion.indication),
            faulty_exclusions=tuple(exclusion for exclusion, sound in out if not sound),
            catch_all=self._note(catch_all) if catch_all else None,
            supersedes=iris(iri, "supersedes"),
            restates=iris(iri, "restates"),
            limits=self._notes(iri, "limit"),
            cautions=self._notes(iri, "caution"),
            reading=facts.text("reading"),
        )

    def _rule(self, iri: str) -> Rule:
        facts = self._facts[iri]
        initial, continuation = (self._root(iri, *names) for names in _TREES)
        nodes = [node for root in (initial, continuation) if root for node in root.walk()]
        return Rule(
            id=terms.slug(iri),
            iri=iri,
            indication=facts.text("indication"),
            uses=self._uses(facts.text("indication")),
            plans=self._described.iris(iri, "plan"),
            drugs=self._described.iris(iri, "drug"),
            products=self._described.iris(iri, "product"),
            complete=facts.text("completeness") == terms.PG + "Complete"
            and not any(node.iri in self._faulty for node in nodes),
            initial=initial,
            continuation=continuation,
            initial_lengths=self._lengths(iri, "initialLength"),
            continuation_lengths=self._lengths(iri, "continuationLength"),
            source=facts.text("source"),
            locator=facts.text("locator"),
            reading=facts.text("reading"),
            limits=self._notes(iri, "limit"),
            cautions=self._notes(iri, "caution"),
            initial_when=_premise(continuation) if "initialCriteriaWhen" in facts else None,
            continuation_when=_premise(initial) if "continuationCriteriaWhen" in facts else None,
        )

    def _exclusion(self, iri: str) -> Exclusion:
        facts = self._facts[iri]
        return Exclusion(
            id=terms.slug(iri),
            iri=iri,
            indication=facts.text("indication"),
            uses=self._uses(facts.text("indication")),
            reason=facts.text("reason"),
            source=facts.text("source"),
            locator=facts.text("locator"),
        )

    def _uses(self, indication: str) -> tuple[str, ...]:
        """The conditions that an indication names."""
        return self._described.sets.members(indication) or ((indication,) if indication else ())

    def _root(self, rule: str, name: str, when: str) -> Criterion | None:
        """The root of a rule's criteria; of a rule with several, or with several indications, nobody knows which.

        Args:
            when: what sends some requests elsewhere. Where no tree says so, nobody knows by what they are judged.
        """
        iris = self._described.iris
        roots = iris(rule, name)
        several = name if len(roots) > 1 else "indication" if len(iris(rule, "indication")) > 1 else ""
        if roots and several:
            return self._unreadable(roots[0], f"belongs to a rule with several values of pg:{several}")
        sent_on_by = iris(rule, when)
        if roots and sent_on_by and sent_on_by != self._facts[roots[0]].texts("premise"):
            return self._unreadable(roots[0], f"belongs to a rule whose pg:{when} leads nowhere")
        return self._criterion(roots[0]) if roots else None

    def _lengths(self, rule: str, name: str) -> tuple[Length, ...]:
        """The lengths of a rule, the one for all first."""
        found = [self._length(iri) for iri in self._described.iris(rule, name)]
        return tuple(sorted(found, key=lambda length: (length.where, length.words)))

    def _length(self, iri: str) -> Length:
        facts, known = self._facts[iri], self._known
        where = [*sorted(map(known.label, facts.texts("scope"))), *facts.texts("scopeInWords")]
        amounts = frozenset(self._amounts(iri, frozenset()))
        words = known.label(iri) if amounts else "a length whose description in the graph is faulty"
        return Length(iri, words, amounts, ", ".join(where))

    def _amounts(self, iri: str, above: frozenset[str]) -> Iterator[Amount]:
        """The amounts of which a length is the least; none where one of them is no number of a unit."""
        facts, known = self._facts[iri], self._known
        parts = [] if iri in above else [[*self._amounts(part, above | {iri})] for part in facts.texts("lesserOf")]
        yield from (amount for part in parts for amount in part if all(parts))
        value, unit = facts.one("value"), facts.text("unit")
        if isinstance(value, ox.Literal) and unit and value.datatype.value in _NUMBERS:
            factor = known.to_base(unit)
            yield Amount(known.dimension(unit) or "", "" if factor else unit, Decimal(value.value) * (factor or 1))

    def _notes(self, iri: str, name: str) -> tuple[Note, ...]:
        return tuple(self._note(note) for note in self._described.iris(iri, name))

    def _note(self, iri: str) -> Note:
        facts = self._facts[iri]
        return Note(
            id=terms.slug(iri),
            text=facts.text(terms.DCTERMS + "description"),
            source=facts.text("source"),
            locator=facts.text("locator"),
            reading=facts.text("reading"),
            iri=iri,
        )

    def _criterion(self, iri: str) -> Criterion:
        known = self.criteria.get(iri)
        if known is not None:
            return known
        self._within.add(iri)
        wrong = fault(self._described, iri, self._within)
        self.criteria[iri] = criterion = self._unreadable(iri, wrong) if wrong else self._readable(iri)
        self._within.remove(iri)
        return criterion

    def _readable(self, iri: str) -> Criterion:
        facts, kind = self._facts[iri], self._described.kinds(iri)[0]
        given = {name: value for name in sorted(declared(kind.name)) if (value := facts.one(name)) is not None}
        parameters = Parameters(given)
        return Criterion(
            id=terms.slug(iri),
            iri=iri,
            kind=kind.name,
            parameters=parameters,
            summary=self.sentence(kind, parameters),
            dimension=kind.about(parameters),
            changeable=kind.changeable,
            source=facts.text("source"),
            section=facts.text("section"),
            locator=facts.text("locator"),
            reading=facts.text("reading"),
            not_computed=facts.text("notComputed"),
            documentation_required=facts.true("documentationRequired"),
            discretionary=facts.true("discretionary"),
            children=tuple(self._criterion(part.value) for part in self._described.parts(iri, kind.name)),
        )

    def _unreadable(self, iri: str, wrong: str) -> Criterion:
        """What stands for a faulty criterion: like what an excerpt does not show, it is never met and never not met."""
        self._faulty.add(iri)
        facts = self._facts[iri]
        return Criterion(
            id=terms.slug(iri),
            iri=iri,
            kind=NOT_SHOWN.name,
            parameters=Parameters({"notShown": ox.Literal(f"its description is faulty: it {wrong}")}),
            summary=f"Cannot be judged, because its description in the graph is faulty: it {wrong}",
            dimension=NOT_SHOWN.dimension,
            changeable=NOT_SHOWN.changeable,
            source=facts.text("source"),
            section=facts.text("section"),
            locator=facts.text("locator"),
        )


def _premise(routed: Criterion | None) -> Criterion | None:
    """What sends requests elsewhere, of criteria that do; one whose description is faulty sends none."""
    return routed.children[0] if routed and routed.children else None


def _sentences(known: Names, described: Described) -> Callable[[Kind, Parameters], str]:
    """What writes the sentences of criteria; it holds no graph, for it is kept with what is known of one."""
    label_of, members_of, symbols = known.label, described.sets.members, described.symbols

    def sentence(kind: Kind, parameters: Parameters) -> str:
        return kind.sentence(Values(parameters, label_of, members_of, lambda unit: symbols.get(unit, "")))

    return sentence

"""Measures as RDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pyoxigraph as ox

from ... import terms
from ...terms import Term, pg
from .model import Agreement, LabelComparison, Measures, RuleMeasures

_Fact: TypeAlias = tuple[str, str, Term]


def quads(found: Measures) -> Iterator[ox.Quad]:
    """The measures in a named graph of their own."""
    graph = ox.NamedNode(terms.MEASURES)
    for subject, name, value in _facts(found):
        predicate = ox.NamedNode(terms.RDF + "type") if name == "a" else pg(name)
        yield ox.Quad(ox.NamedNode(subject), predicate, value, graph)


def _facts(found: Measures) -> Iterator[_Fact]:
    for item in found.rules:
        # In the graph a number stands alone, so one that may be too high is not there.
        if item.all_routes:
            yield from _of_rule(item)
    for beside in found.labels:
        yield from _beside_label(beside)
    for agreement in found.agreements:
        yield from _of_agreement(agreement)


def _of_rule(item: RuleMeasures) -> Iterator[_Fact]:
    rule = item.rule.iri
    yield rule, "fewestTherapies", ox.Literal(item.fewest_therapies)
    yield from _texts(rule, "therapiesAsked", [item.therapies])
    yield from _texts(rule, "therapyPosition", [item.position])
    yield from _texts(rule, "prescriberDemand", [item.prescriber])
    if item.trial_months is not None:
        months = ox.Literal(str(item.trial_months), datatype=ox.NamedNode(terms.XSD + "decimal"))
        yield rule, "longestTrialMonths", months
    yield rule, "documentsNeeded", ox.Literal(item.documents)
    yield rule, "attestationsNeeded", ox.Literal(item.attestations)
    yield rule, "testsNeeded", ox.Literal(item.tests)


def _beside_label(beside: LabelComparison) -> Iterator[_Fact]:
    rules = [beside.labeled, *([beside.rule] if beside.rule else [])]
    slugs = [beside.policy.id, *(terms.slug(rule.iri) for rule in rules)]
    node = f"{terms.ID}label-comparison/{'/'.join(slugs)}"
    yield node, "a", pg("LabelComparison")
    yield node, "comparedPolicy", ox.NamedNode(beside.policy.iri)
    yield node, "labeledRule", ox.NamedNode(beside.labeled.iri)
    if beside.rule:
        yield node, "comparedRule", ox.NamedNode(beside.rule.iri)
    yield from _texts(node, "labelCategory", [beside.category])
    yield from _texts(node, "restrictionKind", beside.restrictions)
    yield from _texts(node, "relaxationKind", beside.relaxations)
    if beside.weeks is not None:
        yield node, "weeksAfterLabel", ox.Literal(beside.weeks)


def _of_agreement(agreement: Agreement) -> Iterator[_Fact]:
    parts = [agreement.between, terms.slug(agreement.drug), terms.slug(agreement.indication)]
    if agreement.between == "retelling":
        parts += [terms.slug(iri) for iri in agreement.policies]
    else:
        parts.append(agreement.dimension.replace(" ", "-"))
    node = f"{terms.ID}agreement/{'/'.join(parts)}"
    yield node, "a", pg("Agreement")
    yield node, "agreementDrug", ox.NamedNode(agreement.drug)
    yield node, "agreementIndication", ox.NamedNode(agreement.indication)
    yield from _texts(node, "agreementBetween", [agreement.between])
    yield from _texts(node, "agreementDimension", [agreement.dimension])
    yield node, "pairsCompared", ox.Literal(agreement.pairs)
    yield node, "pairsAgreeing", ox.Literal(agreement.agreeing)
    for iri in agreement.policies:
        yield node, "comparedPolicy", ox.NamedNode(iri)


def _texts(subject: str, name: str, values: Iterable[str]) -> Iterator[_Fact]:
    return ((subject, name, ox.Literal(value)) for value in values if value)

"""What follows from a checked case: the triples of ``ontology/case.ttl`` that the criteria are judged on."""

from __future__ import annotations

import pyoxigraph as ox

from .. import terms
from ..store.names import Names
from ..terms import pg
from . import measured
from .courses import Row, Trial, trials
from .doses import Basis
from .parts import PARTS, asked_for, of_the_case
from .record import ChartEntry
from .stretches import Stretch, stretches
from .triples import Facts, part, truth


def facts(case: ox.NamedNode, drug: str, entry: ChartEntry, names: Names) -> tuple[ox.Triple, ...]:
    """The triples of a case that hold whatever indication is under review.

    Raises:
        CaseError: the case contradicts itself.
    """
    to = Facts(case, drug, entry, names)
    to.triples.append(ox.Triple(case, ox.NamedNode(terms.RDF + "type"), pg("Case")))
    of_the_case(to)
    for key, (name, write) in PARTS.items():
        value = entry.values.get(key, [])
        for item in value if isinstance(value, list) else [value]:
            write(to, to.part(name), item)
    measured.write(to)
    therapies = entry.many("therapies", ChartEntry)
    for row in to.rows:
        _therapy(to, to.part("therapy"), row, therapies[row.told_by])
    return tuple(to.triples)


def place_facts(case: ox.NamedNode, plan: str | None, state: str | None, names: Names) -> list[ox.Triple]:
    """On which plan, in which line of business, which follows from the plan, and in which state a request stands."""
    found = {"plan": plan, "lineOfBusiness": names.line(plan) if plan else None, "state": state}
    return [ox.Triple(case, pg(name), ox.NamedNode(iri)) for name, iri in found.items() if iri]


def review_facts(case: ox.NamedNode, drug: str, review: str, entry: ChartEntry, names: Names) -> list[ox.Triple]:
    """The triples that depend on the indication under review: what the rows that were for it show as trials."""
    to = Facts(case, drug, entry, names)
    to.say(case, "underReview", review)
    given_for = [item.one("for", str) for item in entry.many("therapies", ChartEntry)]

    def suits(row: Row) -> bool | None:
        use = given_for[row.told_by]
        if use is None or names.subsumes(review, use):
            return True
        return None if names.subsumes(use, review) or not names.knows(use) else False

    surely, possibly = trials([row for row in to.rows if not row.planned], suits)
    links = (("trial", frozenset(surely)), ("possibleTrial", frozenset(possibly)))
    for number, trial in enumerate(dict.fromkeys((*surely, *possibly))):
        node = part(case, "trial", number)
        for name, found in links:
            if trial in found:
                to.say(case, name, node.value)
        _trial(to, node, trial)
    of_drug = [row for row in to.rows if row.ingredient == drug]
    sure, perhaps = stretches(of_drug, to.request, suits)
    for number, stretch in enumerate((*sure, *perhaps)):
        node = part(case, "onDrug", number)
        for name in ("onDrug", "possiblyOnDrug") if number < len(sure) else ("possiblyOnDrug",):
            to.say(case, name, node.value)
        _stretch(to, node, stretch)
    return to.triples


def _therapy(to: Facts, node: ox.NamedNode, row: Row, item: ChartEntry) -> None:
    """A row: what is taken at the same time, and when it was taken last, is asked of rows."""
    to.say(node, "product", row.product)
    to.say(node, "taken", truth(row.taken))
    to.say(node, "ongoing", truth(row.ongoing))
    to.say(node, "ofRequestedDrug", row.ingredient == to.drug)
    to.say(node, "anotherProduct", truth(_is_another_product(to, row)))
    use = item.one("for", str)
    to.say(node, "for", use)
    to.say(node, "forKnown", use is not None and to.names.knows(use))
    for manner in sorted(row.manners):
        to.say(node, "manner", manner)
    to.say(node, "stopsOnApproval", bool(item.one("stopsOnApproval", bool)))
    to.say(node, "planned", row.planned)
    for product in row.beside:
        to.say(node, "takenWith", product)
    to.say(node, "daysAgoSurely", row.age.days_surely)
    to.say(node, "daysAgoPossibly", row.age.days_possibly)
    to.say(node, "startedDaysAgoSurely", to.days_ago(row.start[0]))
    to.say(node, "startedDaysAgoPossibly", to.days_ago(row.start[1]))


def _is_another_product(to: Facts, row: Row) -> bool | None:
    """Whether a row is of the drug asked for, and another product of it; None where one of the two names no product."""
    names, product = to.names, asked_for(to.entry, to.names)[1]
    if row.ingredient != to.drug or names.has_one_product(to.drug):
        return False
    if product is None:
        return None
    if names.subsumes(product, row.product):
        return False
    return None if names.subsumes(row.product, product) else True


def _stretch(to: Facts, node: ox.NamedNode, stretch: Stretch) -> None:
    """A time on the drug asked for, at one of the two readings."""
    to.say(node, "gapDays", stretch.gap)
    to.say(node, "sample", stretch.sample)
    for row in stretch.rows:
        to.say(node, "row", part(to.case, "therapy", row).value)
    to.say(node, "monthsOnDrug", stretch.months)
    to.say(node, "daysOnDrug", stretch.days)


def _trial(to: Facts, node: ox.NamedNode, trial: Trial) -> None:
    """A course or a part of it, as ``courses`` makes it of the rows."""
    outcome, *or_else = trial.outcomes
    for product in trial.products:
        to.say(node, "product", product)
    for also in trial.also:
        to.say(node, "alsoProduct", also)
    for other in trial.others:
        to.say(node, "otherProduct", other)
    to.say(node, "outcome", outcome)
    for also in or_else:
        to.say(node, "alsoOutcome", also)
    for row in trial.rows:
        to.say(node, "row", part(to.case, "therapy", row).value)
    for manner in trial.manners:
        to.say(node, "manner", manner)
    to.say(node, "taken", truth(trial.taken))
    to.say(node, "ongoing", truth(trial.ongoing))
    to.say(node, "monthsSurely", trial.length.months_surely)
    to.say(node, "monthsPossibly", trial.length.months_possibly)
    to.say(node, "weeksSurely", trial.length.weeks_surely)
    to.say(node, "weeksPossibly", trial.length.weeks_possibly)
    to.say(node, "daysSurely", trial.length.days_surely)
    to.say(node, "daysPossibly", trial.length.days_possibly)
    for unit, form, rate in trial.doses:
        to.dosed(node, unit, form, Basis.PATIENT, rate)
    first, last = trial.lines
    to.say(node, "lineSurely", first)
    to.say(node, "linePossibly", last)
    # A course of a line that is not known may be of one of its own.
    name, number = ("line", first) if first == last else ("therapy", trial.course)
    to.say(node, "countedLine", part(to.case, name, number).value)
    to.say(node, "toleratedDose", truth(trial.tolerated))
    to.say(node, "ofRequestedDrug", to.rows[trial.rows[0]].ingredient == to.drug)
    to.say(node, "sample", trial.sample)
    to.say(node, "mixed", trial.mixed)
    to.say(node, "daysAgoSurely", trial.days_surely)
    to.say(node, "daysAgoPossibly", trial.days_possibly)

"""Laws of criteria on generated cases: two judges agree, Kleene's logic holds, more facts never take a verdict back.

The other judge is ``evaluator.py``, which knows the design and nothing of SHACL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from itertools import chain, combinations, product
from typing import Any, TypeVar

import evaluator
import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import strategies
from evaluator import ID, KINDS, MET, NOT_DOCUMENTED, NOT_MET, evaluate
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rdflib.namespace import SH
from strategies import (
    REVIEW,
    WRITTEN,
    Leaf,
    all_of,
    any_of,
    at_least,
    cases,
    concepts,
    graph,
    if_then,
    leaves,
    none_of,
    shacl_states,
    trees,
)

from payergraph.chart.case import parse_case
from payergraph.chart.dates import months_between
from payergraph.criteria import Status
from payergraph.criteria.shapes import components_of
from payergraph.errors import CaseError
from payergraph.policies.model import Criterion
from payergraph.store.graph import shipped
from payergraph.verdict import shacl
from payergraph.verdict.bench import bench
from payergraph.verdict.determination import determine
from payergraph.verdict.fold import Node, fold
from payergraph.verdict.ways import WAYS_LIMIT, forcing, settling, ways_to_met

pytestmark = pytest.mark.slow

_T = TypeVar("_T")

#: Kinds that turn on several records at once need more examples; those that no fact settles need hardly any.
_MANY = ("Finding", "AbsentFinding", "Screening", "Attestation", "NoConcurrentTherapy", "Diagnosis")
_MOST = ("PriorTherapy", "TimeOnDrug", "Event", "Biomarker", "Measurement", "Change")
EXAMPLES = {
    **dict.fromkeys((f"{name}Criterion" for name in _MANY), 60),
    **dict.fromkeys((f"{name}Criterion" for name in _MOST), 90),
    "ReviewerCriterion": 3,
    "NotShownCriterion": 3,
}


def law(examples: int) -> settings:
    """The same examples at every run."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


def judged(leaf: Leaf, case: Mapping[str, Any]) -> str:
    """What the evaluator says."""
    return evaluate(leaf.kind, leaf.params, case, concepts(), REVIEW)


# --- two judges --------------------------------------------------------------------------------------


def test_every_parameter_of_every_kind_is_generated() -> None:
    declared = {
        kind: {parameter.name for component in components for parameter in component.parameters}
        for kind, components in components_of().items()
    }
    assert declared == strategies.PARAMETERS


@pytest.mark.parametrize("kind", KINDS)
def test_shacl_and_the_evaluator_agree_on_every_leaf(kind: str) -> None:
    @law(EXAMPLES.get(kind, 40))
    @given(cases(kind), st.lists(leaves(kind), min_size=1, max_size=3))
    def agree(case: dict[str, Any], asked: list[Leaf]) -> None:
        criteria = [leaf.criterion() for leaf in asked]
        states = shacl_states(case, criteria, REVIEW)
        assert [states[one.id] for one in criteria] == [judged(leaf, case) for leaf in asked]

    agree()


@law(25)
@given(cases())
def test_a_criterion_that_a_policy_writes_is_judged_as_it_stands(case: dict[str, Any]) -> None:
    of_cigna = case.get("plan", "cigna").startswith("cigna")  # a plan of another payer is refused
    case = {**case, "drug": "anakinra", "indication": "rheumatoid-arthritis"}
    case = {key: value for key, value in case.items() if key != "plan" or of_cigna}
    found = determine(strategies.read(case), graph(), policy="test", request="initial")
    assert {item.rule.id: item.root.status.value for item in found} == {
        f"test/{name}": judged(leaf, case) for name, leaf in WRITTEN.items()
    }


@law(60)
@given(st.data())
def test_a_root_conforms_exactly_when_its_fold_is_met(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(KINDS[:-2]), min_size=1, max_size=4))
    case = data.draw(cases(*kinds))
    asked = {leaf.criterion(): leaf for leaf in data.draw(st.lists(leaves(*kinds), min_size=2, max_size=5))}
    root = data.draw(trees(st.sampled_from(list(asked))))
    states = {one.id: judged(leaf, case) for one, leaf in asked.items()}
    known, on = strategies.read(case), bench(graph())
    with on.with_case(known.triples(ox.NamedNode(known.indication or ID + REVIEW))):
        report = shacl.validate(on, known.iri.value, tuple(root.walk()), [root.iri])
    conforms = next(report.objects(None, SH.conforms)).toPython()
    folded = fold(root, {name: Status(state) for name, state in states.items()}).status
    assert conforms is (folded is Status.MET)
    assert folded.value == evaluator.fold(plain(root), states)


def plain(node: Criterion) -> Any:
    """A tree as the evaluator folds it."""
    number = [int(value.value) for value in node.parameters.values()] if node.children else []
    return (node.kind, [*number, *(plain(child) for child in node.children)]) if node.children else node.id


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_established_is_possible(kind: str) -> None:
    @law(EXAMPLES.get(kind, 40))
    @given(cases(kind), leaves(kind))
    def implies(case: dict[str, Any], leaf: Leaf) -> None:
        values = leaf.criterion().parameters
        known, on = strategies.read(case), bench(graph())
        pairs: dict[str, dict[str, bool]] = {}
        with on.with_case(known.triples(ox.NamedNode(known.indication or ID + REVIEW))):
            for component in components_of()[kind]:
                if component.applies_to(values):
                    name = component.iri.replace(component.bound, "")
                    query = shacl.bind(component.select, known.iri.value, values)
                    pairs.setdefault(name, {})[component.bound] = not any(on.rows(query))
        assert pairs
        assert all(holds["Possible"] or not holds["Established"] for holds in pairs.values())

    implies()


@law(20)
@given(st.data())
def test_plain_pyshacl_says_what_the_routed_run_says(data: st.DataObject) -> None:
    """No Oxigraph: rdflib parses and answers every query, some thirty times slower."""
    kind = data.draw(st.sampled_from(KINDS))
    case, leaf = data.draw(cases(kind)), data.draw(leaves(kind)).criterion()
    known, shared = strategies.read(case), shared_facts()
    facts = known.triples(ox.NamedNode(known.indication or ID + REVIEW))
    for triple in facts:
        shared.add(in_rdflib(triple))
    shapes = shacl._shapes((leaf,))
    shapes.add((rdflib.URIRef(leaf.iri), SH.targetNode, rdflib.URIRef(known.iri.value)))
    _, report, _ = pyshacl.validate(shared, shacl_graph=shapes, do_owl_imports=False, js=False, inplace=True)
    for triple in facts:
        shared.remove(in_rdflib(triple))
    failed = {str(component) for component in report.objects(None, SH.sourceConstraintComponent)}
    bounds = {component.bound for component in components_of()[kind] if component.iri in failed}
    state = NOT_MET if "Possible" in bounds else NOT_DOCUMENTED if "Established" in bounds else MET
    assert state == shacl_states(case, [leaf], REVIEW)[leaf.id]


@cache
def shared_facts() -> rdflib.Graph:
    """What a check reads besides the case, in rdflib's own store."""
    found = rdflib.Graph()
    for quad in bench(graph()).store:
        found.add(in_rdflib(quad))
    return found


def in_rdflib(fact: ox.Triple | ox.Quad) -> Any:
    return tuple(map(shacl.to_rdflib, (fact.subject, fact.predicate, fact.object)))


# --- more facts --------------------------------------------------------------------------------------

#: Concurrent use, attested absence and time windows, the latest result and the time on the drug among them, may change
#: with more facts.
_EXEMPT = (
    *("NoConcurrentTherapyCriterion", "ConcurrentTherapyCriterion", "ScreeningCriterion"),
    *("MeasurementCriterion", "ChangeCriterion", "BiomarkerCriterion", "TimeOnDrugCriterion"),
)
_SINGLE = ("formulary", "site", "weightKg", "heightCm", "prescriber", "flares", "dose", "quantity")
_SINGLE_CHOICE = ("sex", "pregnant", "menopausal", "smoker")
_AGES = {"age", "ageMonths", "birthDate"}
_FILLED = {
    "therapies": ("outcome", "maximallyTolerated", "weeklyDoseMg", "dose", "durationMonths", "line"),
    "diagnoses": ("severity", "active", "since", "stage", "confirmedBy"),
    "labs": ("upperLimit",),
}


def extended(case: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """A case with the facts of another that contradict nothing in it."""
    result = dict(case)
    for key in _SINGLE:
        if not result.get(key) and key in more:
            result[key] = more[key]
    result |= {key: more[key] for key in _SINGLE_CHOICE if key in more and key not in case}
    result["response"] = {**more.get("response", {}), **case.get("response", {})}
    if not _AGES & set(case):
        result |= {key: more[key] for key in _AGES if key in more}
    for key in ("therapies", "labs", "diagnoses", "findings", "consultations", "documents", "attestations", "events",
                "coverage", "enrolledIn"):  # fmt: skip
        old, new = case.get(key, []), more.get(key, [])
        drugs = [drugs_of(entry) for entry in old] if key == "therapies" else []
        alone = [sum(bool(mine & its) for its in drugs) == 1 for mine in drugs]
        entries = [
            filled(key, entry, new[n] if n < len(new) else {}, not drugs or alone[n]) for n, entry in enumerate(old)
        ]
        if not case.get(f"{key}Complete"):
            entries += [entry for entry in new if consistent(key, entry, case)]
        result[key] = entries
    return result


def filled(key: str, entry: Any, more: Any, alone: bool) -> Any:
    """An entry whose empty fields are filled; what has a meaning when absent (for, sample, end) is not empty."""
    if key not in _FILLED:
        return entry
    known = {name: more[name] for name in _FILLED[key] if name in more and name not in entry}
    if key == "therapies" and not alone:
        known.pop("outcome", None)  # the outcome of a later row takes the place of an earlier one of the course
    if {"dose", "weeklyDoseMg"} & set(entry):
        known = {name: value for name, value in known.items() if name not in ("dose", "weeklyDoseMg")}
    if {"start", "end"} & set(entry) or entry.get("outcome") == "contraindication":
        known.pop("durationMonths", None)
    return {**known, **entry}


def drug_of(entry: Mapping[str, Any]) -> str:
    known = concepts()
    return known.drug_of(known.named(entry["product"], "product", "drug", "procedure"))


def drugs_of(entry: Mapping[str, Any]) -> set[str]:
    """The drug of a therapy, and those of what was taken together with it."""
    return {drug_of(entry), *(drug_of({"product": name}) for name in entry.get("together") or ())}


def consistent(key: str, entry: Any, case: Mapping[str, Any]) -> bool:
    """Whether an entry contradicts nothing that is recorded.

    No kin of a diagnosis, no other word on a finding, no later row of a course, whose outcome would count instead.
    """
    known = concepts()
    if key == "therapies":
        return not drugs_of(entry) & {drug for one in case.get(key, []) for drug in drugs_of(one)}

    def condition(one: Mapping[str, Any]) -> set[str]:
        return known.above(known.named(one.get("condition") or one["icd10"], "condition"))

    if key == "diagnoses":
        return not any(condition(entry) & condition(one) for one in case.get(key, []))
    if key == "events":  # a number in a period is of all such events
        return "count" not in entry and not any("count" in one for one in case.get(key, []))
    if key == "findings":
        about = known.named(entry["finding"], "finding")
        related = [known.named(one["finding"], "finding") for one in case.get(key, [])]
        denied = case.get("attestations") and {
            "finding/active-infection",
            "finding/functional-impairment",
        } & known.above(about)
        return not denied and all(
            known.is_a(about, one) is False and known.is_a(one, about) is False for one in related
        )
    return True


@law(80)
@given(st.data())
def test_more_facts_never_take_a_verdict_back(data: st.DataObject) -> None:
    day = data.draw(st.sampled_from(strategies.REQUESTS))
    kind = data.draw(st.sampled_from([*(kind for kind in KINDS if kind not in _EXEMPT), "MeasurementCriterion"]))
    leaf = data.draw(
        leaves(kind).filter(lambda one: not {"withinMonths", "withinDays", "absenceAttestation"} & set(one.given))
    )
    # Any result of a laboratory may be the one; another value takes the place of what follows from the weight.
    assume(kind not in _EXEMPT or (leaf.given.get("occasion"), leaf.given["measured"]) == ("pg:AnyOccasion", "lab/crp"))
    case, more = data.draw(cases(kind, request=day)), data.draw(cases(kind, request=day))
    later = extended(case, more)
    criterion = leaf.criterion()
    try:
        before, after = (shacl_states(one, [criterion], REVIEW)[criterion.id] for one in (case, later))
    except CaseError:
        assume(False)
    assert before in (NOT_DOCUMENTED, after)


# --- courses -----------------------------------------------------------------------------------------


@law(80)
@given(st.data())
def test_splitting_a_row_into_two_adjoining_ones_changes_no_verdict(data: st.DataObject) -> None:
    kind = data.draw(
        st.sampled_from(
            ["PriorTherapyCriterion"] * 4
            + ["NoConcurrentTherapyCriterion", "ConcurrentTherapyCriterion", "TimeOnDrugCriterion"]
        )
    )
    case, leaf = data.draw(cases(kind)), data.draw(leaves(kind)).criterion()
    request = case["requestDate"]
    rows = case.get("therapies", [])
    whole = [n for n, row in enumerate(rows) if len(row.get("start", "")) == 10 == len(row.get("end", request))]
    assume(whole)
    chosen = data.draw(st.sampled_from(whole))
    row = {key: value for key, value in rows[chosen].items() if key != "durationMonths"}
    first, last = (date.fromisoformat(day) for day in (row["start"], row.get("end", request)))
    between = str(date.fromordinal(data.draw(st.integers(first.toordinal(), last.toordinal()))))
    halves = [{**row, "end": between}, {**row, "start": between}]
    one = {**case, "therapies": [*rows[:chosen], row, *rows[chosen + 1 :]]}
    two = {**case, "therapies": [*rows[:chosen], *data.draw(st.permutations(halves)), *rows[chosen + 1 :]]}
    before, after = (shacl_states(each, [leaf], REVIEW)[leaf.id] for each in (one, two))
    assert before == after


# --- Kleene ------------------------------------------------------------------------------------------

_ORDER = (Status.NOT_MET, Status.NOT_DOCUMENTED, Status.MET)
_SETTLED = (Status.NOT_MET, Status.MET)


@pytest.mark.parametrize(("one", "two"), list(product(_ORDER, _ORDER)))
def test_all_of_is_the_least_and_any_of_the_greatest(one: Status, two: Status) -> None:
    parts = [leaf.criterion() for leaf in list(WRITTEN.values())[:2]]
    states = dict(zip((part.id for part in parts), (one, two), strict=True))
    least, greatest = sorted((one, two), key=_ORDER.index)
    assert fold(all_of(*parts), states).status is least
    assert fold(any_of(*parts), states).status is greatest


_MIRRORED = dict(zip(_ORDER, reversed(_ORDER), strict=True))


@pytest.mark.parametrize("states", list(product(_ORDER, repeat=3)))
def test_kleene_folds_of_the_other_connectives_are_those_of_and_or_and_not(states: tuple[Status, ...]) -> None:
    parts = [leaf.criterion() for leaf in list(WRITTEN.values())[:3]]
    known = dict(zip((part.id for part in parts), states, strict=True))
    a, b, c = parts

    def same(one: Criterion, other: Criterion) -> bool:
        return outcome(one, known) is outcome(other, known)

    assert outcome(none_of(*parts), known) is _MIRRORED[outcome(any_of(*parts), known)]
    assert same(none_of(none_of(a)), a)
    assert same(at_least(1, *parts), any_of(*parts)) and same(at_least(3, *parts), all_of(*parts))
    assert same(at_least(2, *parts), any_of(all_of(a, b), all_of(a, c), all_of(b, c)))
    assert outcome(at_least(2, *parts), known) is sorted(states, key=_ORDER.index)[1]
    assert same(none_of(at_least(2, *parts)), at_least(2, *map(none_of, parts)))
    assert same(if_then(a, b), any_of(none_of(a), b))
    assert same(if_then(a, b, c), all_of(any_of(none_of(a), b), any_of(a, c)))


# --- what decides ------------------------------------------------------------------------------------


#: Leaves that can change, and an age and a gene that cannot.
_PARTS = [leaf.criterion() for name, leaf in WRITTEN.items() if name[:2] in ("03", "05", "06", "12", "16", "19", "24")]


@st.composite
def judged_trees(draw: st.DrawFn) -> tuple[Criterion, dict[str, Status]]:
    """A tree over few leaves, and any states of them."""
    root = draw(trees(st.sampled_from(_PARTS)))
    return root, {leaf.id: draw(st.sampled_from(_ORDER)) for leaf in root.leaves}


def outcome(root: Criterion, states: Mapping[str, Status]) -> Status:
    return fold(root, states).status


def minimal(names: list[_T], suffices: Callable[[tuple[_T, ...]], bool]) -> set[frozenset[_T]]:
    """The minimal subsets that suffice, by trying all."""
    found: set[frozenset[_T]] = set()
    for chosen in chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)):
        if suffices(chosen) and not any(known <= set(chosen) for known in found):
            found.add(frozenset(chosen))
    return found


@law(80)
@given(judged_trees())
def test_the_ways_to_met_are_the_minimal_sets_that_suffice(judged_tree: tuple[Criterion, dict[str, Status]]) -> None:
    root, states = judged_tree
    ways, complete = ways_to_met(fold(root, states))
    changes = [(name, to) for name, state in states.items() for to in _SETTLED if state is not to]

    def suffices(chosen: tuple[tuple[str, Status], ...]) -> bool:
        return len(dict(chosen)) == len(chosen) and outcome(root, states | dict(chosen)) is Status.MET

    found = {frozenset((i, Status.NOT_MET if i in way.negated else Status.MET) for i in way.criteria) for way in ways}
    least = minimal(changes, suffices)
    assert complete or len(least) > WAYS_LIMIT
    assert found == least - {frozenset()} if complete else found < least
    assert (frozenset() in least) is (outcome(root, states) is Status.MET)
    by_id = {leaf.id: leaf for leaf in root.leaves}
    for way in ways:
        assert len(set(way.criteria)) == len(way.criteria)
        for name in way.criteria:
            is_so = states[name] is (Status.MET if name in way.negated else Status.NOT_MET)
            lasts = not by_id[name].changeable or (name in way.negated and by_id[name].lasting)
            assert (name in way.fixed) is (is_so and lasts)


@law(80)
@given(judged_trees())
def test_the_deciding_criteria_of_a_denial_are_those_of_every_minimal_set_that_forces_it(
    judged_tree: tuple[Criterion, dict[str, Status]],
) -> None:
    root, states = judged_tree
    tree = fold(root, states)
    assume(tree.status is Status.NOT_MET)
    recorded = [name for name, state in states.items() if state is not Status.NOT_DOCUMENTED]

    def forces(chosen: tuple[str, ...]) -> bool:
        granted = {name: state if name in chosen else Status.NOT_DOCUMENTED for name, state in states.items()}
        return outcome(root, granted) is Status.NOT_MET

    assert set(forcing(tree)) == set().union(*minimal(recorded, forces))
    assert forces(forcing(tree))


@law(80)
@given(judged_trees())
def test_the_deciding_criteria_of_an_open_outcome_are_those_on_which_it_hangs(
    judged_tree: tuple[Criterion, dict[str, Status]],
) -> None:
    root, states = judged_tree
    tree = fold(root, states)
    assume(tree.status is Status.NOT_DOCUMENTED)
    unknown = [name for name, state in states.items() if state is Status.NOT_DOCUMENTED]

    def matters(name: str) -> bool:
        others = [other for other in unknown if other != name]
        known = (states | dict(zip(others, how, strict=True)) for how in product(_ORDER, repeat=len(others)))
        return any(len({outcome(root, one | {name: state}) for state in _ORDER}) > 1 for one in known)

    assert set(settling(tree)) == {name for name in unknown if matters(name)}


@law(15)
@given(st.sampled_from(["cigna-ip0243", "molina-kineret"]), cases())
def test_the_ways_to_met_of_a_real_rule_make_it_met(policy: str, case: dict[str, Any]) -> None:
    case = {key: value for key, value in case.items() if key != "plan"} | {"drug": "anakinra"}
    for item in determine(parse_case(json.dumps(case), shipped()), shipped(), policy=policy):
        if item.root is None:
            continue
        root = item.root.criterion
        states = {node.criterion.id: node.status for node in nodes(item.root) if not node.children}
        assert bool(item.ways) is (item.root.status is not Status.MET)
        for way in item.ways:
            assert outcome(root, states | dict.fromkeys(way.criteria, Status.MET)) is Status.MET
            for left_out in way.criteria:
                others = [name for name in way.criteria if name != left_out]
                assert outcome(root, states | dict.fromkeys(others, Status.MET)) is not Status.MET
        if item.outcome == "not-met":
            assert outcome(
                root, {name: Status.NOT_MET if name in item.deciding else Status.MET for name in states}
            ) is (Status.NOT_MET)


def nodes(tree: Node) -> list[Node]:
    return [tree, *chain.from_iterable(nodes(child) for child in tree.children)]


# --- months ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2026-01-31", "2026-04-30", 3),
        ("2026-01-31", "2026-04-29", 2),
        ("2026-01-31", "2026-02-28", 1),
        ("2024-01-31", "2024-02-28", 0),
        ("2024-02-29", "2025-02-28", 12),
        ("2026-03-15", "2026-06-15", 3),
        ("2026-03-15", "2026-06-14", 2),
        ("2026-03-15", "2026-03-15", 0),
    ],
)
def test_months_are_completed_calendar_months(start: str, end: str, months: int) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert months_between(first, last) == months == evaluator.months_between(first, last)


@law(100)
@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 2000))
def test_two_counts_of_months_agree(start: date, days: int) -> None:
    end = date.fromordinal(start.toordinal() + days)
    assert months_between(start, end) == evaluator.months_between(start, end)

"""What studies of coverage count, against the documents and on trees made for one rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pyoxigraph as ox
import pytest

from payergraph import terms
from payergraph.comparison.measures import (
    CATEGORIES,
    POSITIONS,
    PRESCRIBERS,
    LabelComparison,
    Measures,
    RuleMeasures,
    measures,
    record,
)
from payergraph.locate import folder
from payergraph.policies.editions import newest
from payergraph.sparql import questions
from payergraph.store.graph import LocalGraph, load, shipped


@pytest.fixture(scope="module")
def found() -> Measures:
    return measures(shipped())


def rule(found: Measures, policy: str, name: str) -> RuleMeasures:
    [one] = [item for item in found.rules if item.policy.id == policy and item.rule.id.endswith(f"/{name}")]
    return one


def beside(found: Measures, policy: str, label: str) -> LabelComparison:
    """The comparison of a policy with an indication of the label; of several with equal answers the first."""
    items = [item for item in found.labels if item.policy.id == policy and item.labeled.id.endswith(f"/{label}")]
    assert len({(item.category, item.restrictions, item.relaxations) for item in items}) == 1, items
    return items[0]


# --- the documents ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "name", "fewest", "position", "months"),
    [
        # IP0243, 3: two preferred products; one of them is the biologic of 3.A.
        ("cigna-ip0243", "ra-employer-group", 2, "after a biologic or targeted drug", None),
        ("cigna-ip0243", "caps", 0, "first line", None),
        # Molina, A.3 and C.3.
        ("molina-kineret", "rheumatoid-arthritis", 1, "after conventional therapy", None),
        ("molina-kineret", "pjia", 1, "after conventional therapy", Decimal("2.8")),
        # Western Health Advantage 2019: one DMARD, then two of Humira, Enbrel, Actemra, Xeljanz.
        ("western-health-advantage-kineret-2019", "ra", 3, "after a biologic or targeted drug", None),
        # Medical Mutual: three months of a biologic or targeted DMARD; in Still's disease disease activity suffices.
        ("medical-mutual-kineret", "ra", 1, "after a biologic or targeted drug", Decimal(3)),
        ("medical-mutual-kineret", "stills-disease", 0, "first line", None),
        # CareFirst: methotrexate and another conventional DMARD.
        ("carefirst-caremark-kineret", "ra", 2, "after conventional therapy", Decimal(3)),
        # A guide that asks for all of three classes.
        ("cigna-ilaris-california-guide", "stills-disease", 3, "after conventional therapy", None),
    ],
)
def test_the_fewest_steps_are_those_of_the_document(
    found: Measures, policy: str, name: str, fewest: int, position: str, months: Decimal | None
) -> None:
    item = rule(found, policy, name)
    assert (item.fewest_therapies, item.position, item.trial_months) == (fewest, position, months)
    assert bool(item.therapies) == bool(fewest)


@pytest.mark.parametrize(
    ("policy", "name", "demand"),
    [
        ("cigna-ip0243", "caps", "consultation suffices"),
        ("molina-kineret", "rheumatoid-arthritis", "consultation suffices"),
        ("uhc-kineret", "ra", "none"),
        ("pennsylvania-medicaid-plan-kineret-2019", "kineret-caps", "specialist only"),
        ("minnesota-mhcp-kineret-2019", "ra", "not shown"),
    ],
)
def test_the_prescriber_is_graded(found: Measures, policy: str, name: str, demand: str) -> None:
    assert rule(found, policy, name).prescriber == demand


def test_the_burden_counts_the_leanest_route(found: Measures) -> None:
    caps = rule(found, "cigna-ip0243", "caps")
    assert (caps.documents, caps.attestations, caps.tests) == (0, 0, 0)
    dira = rule(found, "medical-mutual-kineret", "dira")
    assert (dira.documents, dira.attestations, dira.tests) == (0, 0, 1)


def test_documentation_of_one_of_several_is_one_record_and_a_documented_test_one_test(found: Measures) -> None:
    # 3.A "Documentation of ONE of the following", and the table's "Documentation of failure ..."
    cigna = rule(found, "cigna-ip0243", "ra-employer-group")
    assert (cigna.documents, cigna.attestations, cigna.tests) == (2, 0, 0)
    # D.1, D.2 and D.3, and the attestation for all indications
    dira = rule(found, "molina-kineret", "dira")
    assert (dira.documents, dira.attestations, dira.tests) == (3, 1, 0)
    guide = rule(found, "cigna-ilaris-california-guide", "stills-disease")
    assert (guide.documents, guide.attestations, guide.tests) == (1, 0, 1)


@pytest.mark.parametrize(
    ("policy", "label", "category", "more", "less"),
    [
        # IP0243, 3: no age and no severity, which the label has; two products and a specialist, which it has not.
        ("cigna-ip0243", "ra", "mixed", {"step therapy", "prescriber", "other"}, {"age", "patient subgroup"}),
        # IP0243, 1: all of CAPS, where the label has NOMID.
        ("cigna-ip0243", "nomid", "mixed", {"prescriber", "other"}, {"indication"}),
        ("molina-kineret", "ra", "more restrictive", {"prescriber", "other"}, set()),
        # Uses that are on no list seen whole.
        ("western-health-advantage-kineret-later", "dira", None, None, None),
        # UnitedHealthcare: remission as in the label, and no weight.
        ("uhc-arcalyst", "dira", "less restrictive", set(), {"weight"}),
        ("minnesota-mhcp-kineret-2019", "ra", "not shown", set(), set()),
        ("aetna-cpb-0770", "dira", "more restrictive", {"patient subgroup", "step therapy", "prescriber"}, set()),
    ],
)
def test_a_policy_beside_the_label(
    found: Measures, policy: str, label: str, category: str | None, more: set[str], less: set[str]
) -> None:
    if category is None:  # An edition that was replaced is not compared.
        assert not [item for item in found.labels if item.policy.id == policy]
        return
    item = beside(found, policy, label)
    assert (item.category, set(item.restrictions), set(item.relaxations)) == (category, more, less)


def test_a_labeled_use_that_a_whole_list_lacks_is_not_covered(found: Measures) -> None:
    lacking = {
        (item.policy.id, item.labeled.id.partition("/")[2]) for item in found.labels if item.category == "not covered"
    }
    assert ("healthpartners-ilaris-commercial", "gout-flare") in lacking
    assert all(item.rule is None for item in found.labels if item.category == "not covered")


def test_weeks_are_counted_between_two_days(found: Measures) -> None:
    known = {item.policy.id: item.weeks for item in found.labels if item.weeks is not None}
    # The label took up recurrent pericarditis on 2021-03-19; the policy is of 2021-06-02.
    assert known["unnamed-commercial-rilonacept-2021-06-02"] == 10
    assert all(item.labeled.id.endswith("recurrent-pericarditis") for item in found.labels if item.weeks is not None)


def test_agreement_is_counted_among_pairs_that_were_shown(found: Measures) -> None:
    assert all(0 <= item.agreeing <= item.pairs and item.pairs > 0 for item in found.agreements)
    prescriber = next(
        item
        for item in found.agreements
        if (item.between, item.dimension) == ("payers", "prescriber")
        and item.drug.endswith("/anakinra")
        and item.indication.endswith("/rheumatoid-arthritis")
    )
    # Cigna and Western Health Advantage: by or with a rheumatologist; Molina names three specialties.
    assert (len(prescriber.policies), prescriber.pairs, prescriber.agreeing) == (3, 3, 1)


def test_payers_that_do_not_cover_a_use_are_compared_in_coverage_only(found: Measures) -> None:
    still = {
        item.dimension: (len(item.policies), item.pairs, item.agreeing)
        for item in found.agreements
        if item.between == "payers" and item.drug.endswith("/anakinra") and item.indication.endswith("/aosd")
    }
    # Aetna and Cigna cover it; Minnesota, Molina and Western Health Advantage do not. Aetna's criteria are not shown.
    assert still == {"coverage": (5, 10, 4)}


def test_a_retelling_is_measured_against_what_it_retells(found: Measures) -> None:
    retold = {
        tuple(iri.rpartition("/")[2] for iri in item.policies)
        for item in found.agreements
        if item.between == "retelling"
    }
    assert ("cigna-kineret-california-guide", "cigna-ip0243") in retold


def test_every_word_is_one_of_the_documented(found: Measures) -> None:
    assert {item.position for item in found.rules} <= {*POSITIONS, "not shown"}
    assert {item.prescriber for item in found.rules} <= {*PRESCRIBERS, "not shown"}
    assert {item.category for item in found.labels} <= set(CATEGORIES)
    page = (Path(__file__).resolve().parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
    assert all(word in page for word in (*CATEGORIES, *POSITIONS, *PRESCRIBERS))
    named = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"\*Questions?: [^*]*\*", page))))
    library = questions.library()
    assert named == {item.name for item in library if "measures" in item.needs and item.group != "Ontology"}


def test_a_rule_seen_in_part_is_never_called_first_line_or_free(found: Measures) -> None:
    part = [item for item in found.rules if not item.rule.complete]
    assert part
    assert not [item for item in part if item.position == "first line" or item.prescriber == "none"]
    assert not [item for item in found.labels if item.rule and not item.rule.complete and item.category == "consistent"]


def test_only_the_newest_editions_are_laid_beside_the_label(found: Measures) -> None:
    assert {item.policy.iri for item in found.labels} <= {policy.iri for policy in newest(shipped())}
    replaced = {old for policy in newest(shipped()) for old in policy.supersedes}
    assert replaced and not replaced & {item.policy.iri for item in found.labels}


# --- trees made for one rule ------------------------------------------------------------------------------------------

_FILE = """
@prefix pg: <https://w3id.org/payergraph/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix id: <https://w3id.org/payergraph/id/> .
@prefix drug: <https://w3id.org/payergraph/id/drug/> .
@prefix class: <https://w3id.org/payergraph/id/drug-class/> .
@prefix product: <https://w3id.org/payergraph/id/product/> .
@prefix condition: <https://w3id.org/payergraph/id/condition/> .
@prefix payer: <https://w3id.org/payergraph/id/payer/> .
@prefix policy: <https://w3id.org/payergraph/id/policy/> .
@prefix rule: <https://w3id.org/payergraph/id/rule/made/> .
@prefix c: <https://w3id.org/payergraph/id/criterion/made/> .
@prefix set: <https://w3id.org/payergraph/id/set/made/> .

policy:made a pg:CoveragePolicy ; skos:prefLabel "Made"@en ; pg:payer payer:cigna ; pg:drug drug:anakinra ;
    pg:authority pg:Primary ; pg:coverageRule rule:ra .
rule:ra a pg:CoverageRule ; pg:indication condition:rheumatoid-arthritis ; pg:completeness pg:Complete ;
    pg:initialCriteria c:root ; pg:locator "1" .
c:root a pg:AllOf ; sh:and ( c:use %s ) ; pg:locator "1" .
c:use a pg:UseCriterion ; pg:use condition:rheumatoid-arthritis ; pg:locator "1" .
c:methotrexate a pg:PriorTherapyCriterion ; pg:therapyGroups set:methotrexate ; pg:minimumGroups 1 ;
    pg:acceptedOutcomes pg:FailureOnly ; pg:locator "1" .
set:methotrexate a pg:ConceptSet ; skos:prefLabel "methotrexate"@en ; pg:member drug:methotrexate .
c:ruled-out a pg:PriorTherapyCriterion ; pg:therapyGroups set:methotrexate ; pg:minimumGroups 1 ;
    pg:acceptedOutcomes pg:ContraindicationOnly ; pg:locator "1" .
c:csdmard a pg:PriorTherapyCriterion ; pg:therapyGroups set:csdmard ; pg:minimumGroups 1 ;
    pg:locator "1" .
set:csdmard a pg:ConceptSet ; skos:prefLabel "conventional synthetic DMARD"@en ; pg:member class:csdmard .
c:two-products a pg:PriorTherapyCriterion ; pg:therapyGroups set:products ; pg:minimumGroups 2 ;
    pg:locator "1" .
set:products a pg:ConceptSet ; skos:prefLabel "products"@en ;
    pg:member product:humira , product:enbrel , product:actemra .
c:all-products a pg:PriorTherapyCriterion ; pg:therapyGroups set:products ; pg:everyMember true ;
    pg:locator "1" .
c:already a pg:PriorTherapyCriterion ; pg:therapyGroups set:anakinra ; pg:minimumGroups 1 ;
    pg:requestedDrugCounts true ; pg:locator "1" .
set:anakinra a pg:ConceptSet ; skos:prefLabel "anakinra"@en ; pg:member drug:anakinra .
c:either a pg:AnyOf ; sh:or ( c:two-products c:already c:ruled-out ) ; pg:locator "1" .
c:biologic-or-csdmard a pg:AnyOf ; sh:or ( c:two-products c:csdmard ) ; pg:locator "1" .
c:reviewer a pg:ReviewerCriterion ; pg:judgement "Whether it is needed." ; pg:locator "1" .
c:or-judged a pg:AnyOf ; sh:or ( c:reviewer c:csdmard ) ; pg:locator "1" .
"""


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str], RuleMeasures]:
    """The measures of a rule that asks for some of the criteria above."""

    def measured(criteria: str) -> RuleMeasures:
        data = tmp_path / "data"
        copytree(folder("data") / "concepts", data / "concepts")
        copytree(folder("data") / "payers", data / "payers")
        (data / "policies").mkdir()
        (data / "policies" / "made.ttl").write_text(_FILE % criteria, encoding="utf-8")
        [item] = measures(load(data=data)).rules
        return item

    return measured


@pytest.mark.parametrize(
    ("criteria", "fewest", "position"),
    [
        ("", 0, "first line"),
        ("c:methotrexate", 1, "after conventional therapy"),
        # One therapy serves both, for methotrexate is a conventional DMARD.
        ("c:methotrexate c:csdmard", 1, "after conventional therapy"),
        ("c:methotrexate c:two-products", 3, "after a biologic or targeted drug"),
        ("c:all-products", 3, "after a biologic or targeted drug"),
        # Every member, and two of them: the two are among the three.
        ("c:all-products c:two-products", 3, "after a biologic or targeted drug"),
        # Routes for those who had the drug, or cannot take methotrexate, are not everybody's.
        ("c:either", 2, "after a biologic or targeted drug"),
        ("c:biologic-or-csdmard", 1, "after conventional therapy"),
        ("c:or-judged", 1, "after conventional therapy"),
        # Where there is no other route, they count as no therapy.
        ("c:ruled-out", 0, "first line"),
        ("c:reviewer", 0, "first line"),
    ],
)
def test_routes_and_overlaps(made: Callable[[str], RuleMeasures], criteria: str, fewest: int, position: str) -> None:
    item = made(criteria)
    assert (item.fewest_therapies, item.position) == (fewest, position)


_LABEL = """
<https://w3id.org/payergraph/id/label/made> a pg:DrugLabel ; skos:prefLabel "Label"@en ; pg:drug drug:anakinra ;
    pg:authority pg:Primary ; pg:coverageRule rule:labeled .
rule:labeled a pg:CoverageRule ; pg:indication condition:rheumatoid-arthritis ; pg:completeness pg:Complete ;
    pg:initialCriteria c:labeled ; pg:locator "1" .
c:labeled a pg:AllOf , sh:NodeShape ; sh:and ( c:use c:raised ) ; pg:locator "1" .
c:raised a pg:MeasurementCriterion , sh:NodeShape ; pg:measured <https://w3id.org/payergraph/id/lab/crp> ;
    pg:aboveTimesUpper 1.0 ; pg:locator "1" .
"""


@pytest.mark.parametrize(("criteria", "less"), [("", ("patient subgroup",)), ("c:raised", ())])
def test_a_subgroup_of_the_label_that_a_policy_leaves_out_is_less(
    made: Callable[[str], RuleMeasures], tmp_path: Path, criteria: str, less: tuple[str, ...]
) -> None:
    made(criteria)
    path = tmp_path / "data" / "policies" / "made.ttl"
    path.write_text(_FILE % criteria + _LABEL, encoding="utf-8")
    [item] = measures(load(data=tmp_path / "data")).labels
    assert (item.restrictions, item.relaxations) == ((), less)


_WITHOUT = """
c:without a pg:NoneOf , sh:NodeShape ; pg:parts ( %s ) ; pg:locator "1" .
c:osteoarthritis a pg:DiagnosisCriterion , sh:NodeShape ;
    pg:conditions <https://w3id.org/payergraph/id/condition/osteoarthritis> ; pg:locator "1" .
c:ra a pg:DiagnosisCriterion , sh:NodeShape ;
    pg:conditions <https://w3id.org/payergraph/id/condition/rheumatoid-arthritis> ; pg:locator "1" .
c:beside a pg:ConcurrentTherapyCriterion , sh:NodeShape ;
    pg:requiredGroups <https://w3id.org/payergraph/id/drug/methotrexate> ; pg:locator "1" .
c:alone a pg:NoConcurrentTherapyCriterion , sh:NodeShape ;
    pg:excludedGroups <https://w3id.org/payergraph/id/drug/methotrexate> ; pg:locator "1" .
"""


@pytest.mark.parametrize(
    ("left_out", "criteria", "less"),
    [
        ("c:osteoarthritis", "c:without", ()),
        ("c:osteoarthritis", "", ("patient subgroup",)),
        ("c:osteoarthritis", "c:ra", ("patient subgroup",)),
        ("c:beside", "c:alone", ()),
        ("c:beside", "c:beside", ("patient subgroup",)),
    ],
)
def test_whom_the_label_leaves_out_and_a_policy_does_not_is_less(
    made: Callable[[str], RuleMeasures], tmp_path: Path, left_out: str, criteria: str, less: tuple[str, ...]
) -> None:
    made("")
    path = tmp_path / "data" / "policies" / "made.ttl"
    label = _LABEL.replace("c:raised )", "c:without )") + _WITHOUT % left_out
    path.write_text(_FILE % criteria + label, encoding="utf-8")
    [item] = measures(load(data=tmp_path / "data")).labels
    assert item.relaxations == less


# --- in the graph -----------------------------------------------------------------------------------------------------


def added(graph: LocalGraph) -> set[str]:
    return {str(quad) for quad in graph.store.quads_for_pattern(None, None, None, ox.NamedNode(terms.MEASURES))}


@pytest.mark.slow
def test_measures_are_added_once_and_depend_on_the_graph_alone() -> None:
    graph = load()
    record(graph)
    count = len(graph.store)
    record(graph)
    assert len(graph.store) == count
    other = load()
    record(other)
    assert added(graph) == added(other) != set()


def test_the_questions_tell_what_was_measured(found: Measures) -> None:
    answer = questions.ask("fewest_steps", shipped())
    places = [answer.columns.index(name) for name in ("fewestTherapies", "position")]
    current = {policy.iri for policy in newest(shipped())}
    measured = sorted(
        (str(i.fewest_therapies), i.position) for i in found.rules if i.policy.iri in current for _ in i.rule.drugs
    )
    assert sorted(tuple(row[place].value for place in places) for row in answer.rows) == measured  # type: ignore[union-attr]

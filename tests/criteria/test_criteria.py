"""The sentences of criteria, long courses of therapies, and the traps of the sources, tried on the policies themselves.

What each kind says to small charts, on both sides of every bound, stands in ``tests/spec``. Every answer is asked of
SHACL and of the evaluator, which must agree.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import date as a_day
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from evaluator import KINDS, MET, NOT_DOCUMENTED, NOT_MET
from judges import RA, took, tried
from strategies import DATA, WRITTEN

from payergraph import terms
from payergraph.chart.case import parse_case
from payergraph.criteria import CONNECTIVES, Parameters, Values
from payergraph.criteria import KINDS as SHIPPED_KINDS
from payergraph.criteria.shapes import components_of
from payergraph.policies.library import policies
from payergraph.store import graph as store
from payergraph.verdict.answers import Determination
from payergraph.verdict.determination import determine


def test_every_kind_of_leaf_is_judged_here() -> None:
    assert set(SHIPPED_KINDS) - CONNECTIVES == set(KINDS) == {leaf.kind for leaf in WRITTEN.values()}


# --- sentences ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["1", "3"])
def test_a_number_and_its_unit_agree_in_every_sentence(number: str) -> None:
    numeric = ("minimum", "maximum", "within", "takenWithin", "perDays")
    for leaf in WRITTEN.values():
        for name in {parameter.name for one in components_of()[leaf.kind] for parameter in one.parameters}:
            terms_of = {**leaf.criterion().parameters}
            if name.startswith(numeric) and "perDays" not in terms_of and "Quantity" not in name:
                terms_of[name] = ox.Literal(number)
            values = Values(Parameters(terms_of), lambda _: "it", lambda _: ["it"])
            sentence = SHIPPED_KINDS[leaf.kind].sentence(values)
            assert not re.search(r"(?<![\d.])1 (month|week|day|year|flare)s\b", sentence), sentence
            assert not re.search(r"(?<![\d.])3 (month|week|day|year|flare)\b", sentence), sentence


def test_a_sentence_tells_what_is_taken_together() -> None:
    one = ox.Literal("1")
    prior = Values(
        Parameters({"therapyGroups": one, "togetherWith": one, "minimumWeeks": one}), str, lambda _: ["colchicine"]
    )
    assert SHIPPED_KINDS["PriorTherapyCriterion"].sentence(prior) == (
        "Trial of colchicine, taken together with colchicine, after at least 1 week"
    )


# --- courses -----------------------------------------------------------------------------------------


def test_nine_months_of_monthly_fills_are_nine_months() -> None:
    starts = [a_day(2025, 1, 6) + timedelta(days=28 * n) for n in range(10)]
    fills = [took("methotrexate", str(day), str(day + timedelta(days=28))) for day in starts]
    assert tried(*fills, minimumMonths=9) == tried(*fills, minimumWeeks=40) == MET
    assert tried(*fills, minimumMonths=10) == tried(*fills, minimumWeeks=41) == NOT_MET


def test_what_several_lengths_leave_over_may_make_another_month() -> None:
    rows = [
        took("methotrexate", "2025-01-01", "2025-03-28", weeklyDoseMg=15),
        took("methotrexate", "2025-03-28", "2025-05-28", weeklyDoseMg=10),
        took("methotrexate", "2025-05-28", "2025-08-24", weeklyDoseMg=15),
    ]
    asked = {"minimumDose": 15.0, "doseUnit": "unit/mg", "dosePeriodDays": 7}
    assert tried(*rows, minimumMonths=4, **asked) == MET
    assert tried(*rows, minimumMonths=5, **asked) == NOT_DOCUMENTED
    assert tried(*rows, minimumMonths=6, **asked) == NOT_MET
    undated = took("methotrexate", None, None, durationMonths=0.9)
    dated = took("methotrexate", "2025-01-01", "2025-03-28")
    assert tried(dated, undated, minimumMonths=4) == NOT_DOCUMENTED
    assert tried(dated, undated, minimumMonths=5) == NOT_MET


@pytest.mark.parametrize(("count", "answer"), [(2, MET), (5, NOT_MET)])
def test_the_last_of_many_products_of_a_course_has_its_outcome(count: int, answer: str) -> None:
    products = ["Humira", "Cyltezo", "Hadlima", "Hyrimoz", "Yusimry"]
    rows = [
        took(product, f"2025-0{month}-01", f"2025-0{month}-28", outcome="failure" if month < 3 else "response")
        for month, product in enumerate(products[:count], 1)
    ]
    assert tried(*rows, therapyGroups="preferred") == answer


def test_a_course_went_as_its_last_row_that_tells() -> None:
    def went(*outcomes: str | None, accepted: str = "pg:FailureOnly") -> str:
        days = ("2025-01-10", "2025-02-10", "2025-03-10", "2025-04-10")
        rows = [took("methotrexate", days[n], days[n + 1], outcome=one) for n, one in enumerate(outcomes)]
        return tried(*rows, minimumMonths=len(outcomes), acceptedOutcomes=accepted)

    assert went("response", "failure") == went("response", "failure", None) == went(None, "failure", "unknown") == MET
    assert went("failure", "response") == went("failure", "intolerance") == NOT_MET
    assert went("failure", "intolerance", accepted="pg:IntoleranceOnly") == MET
    assert went(None, None) == NOT_DOCUMENTED


def test_rows_without_dates_may_be_one_course() -> None:
    month = took("methotrexate", None, None, durationMonths=1)
    assert tried(month, month, minimumMonths=1) == MET
    assert tried(month, month, minimumMonths=3) == NOT_DOCUMENTED
    assert tried(month, month, minimumMonths=4) == NOT_MET
    assert tried(month, took("leflunomide", None, None, durationMonths=1), minimumMonths=2) == NOT_MET
    dated = took("methotrexate", "2025-01-10", "2025-03-10")
    assert tried(dated, month, minimumMonths=3) == NOT_DOCUMENTED
    assert tried(dated, took("methotrexate", None, None, outcome="contraindication"), minimumMonths=3) == NOT_MET


# --- traps in the sources ----------------------------------------------------------------------------

CIGNA, MOLINA = "cigna-ip0243", "molina-kineret"


def determined(policy: str, case: dict[str, Any], graph: store.LocalGraph | None = None) -> Determination:
    """What a policy says to a case, on employer group plans where its plans differ."""
    whole = {key: value for key, value in {**RA, **case}.items() if value is not None}
    of = graph or store.shipped()
    plan = terms.thing("plan", "cigna-employer-group").value if policy == CIGNA else None
    (found,) = determine(parse_case(json.dumps(whole, default=str), of), of, policy=policy, plan=plan)
    return found


def leaves(policy: str, case: dict[str, Any], graph: store.LocalGraph | None = None) -> dict[str, str]:
    """The states of all criteria of the rule, inner ones included, by their short names."""

    def walk(node: Any) -> dict[str, str]:
        states = {node.criterion.id.split("/", 1)[1]: node.status.value}
        for child in node.children:
            states |= walk(child)
        return states

    return walk(determined(policy, case, graph).root)


def found(*present: str, absent: tuple[str, ...] = (), complete: bool = False, **more: Any) -> dict[str, Any]:
    records = [{"finding": one, "present": True} for one in present]
    records += [{"finding": one, "present": False} for one in absent]
    return {"findings": records, "findingsComplete": complete, **more}


def therapies(*entries: dict[str, Any], complete: bool = True) -> dict[str, Any]:
    return {"therapies": list(entries), "therapiesComplete": complete}


def preferred(*products: str) -> str:
    case = therapies(*(took(product) for product in products))
    return leaves(CIGNA, case)["ra-preferred-products-employer-group"]


def test_humira_and_cyltezo_count_as_one_group() -> None:
    assert preferred("Humira", "Cyltezo") == NOT_MET
    assert preferred("Humira", "Enbrel") == MET


def test_rinvoq_and_xeljanz_are_two_groups() -> None:
    assert preferred("Rinvoq", "Xeljanz") == preferred("Rinvoq", "Xeljanz XR") == MET
    assert preferred("Xeljanz", "Xeljanz XR") == NOT_MET


def test_infliximab_is_in_no_group() -> None:
    assert preferred("Enbrel", "infliximab") == preferred("Enbrel", "Remicade") == NOT_MET


def test_adalimumab_without_a_product_name_may_be_one_of_the_four() -> None:
    assert preferred("Enbrel", "adalimumab") == NOT_DOCUMENTED
    assert preferred("Enbrel", "Hadlima") == preferred("Humira", "adalimumab") == NOT_MET


def test_actemra_counts_when_it_was_the_subcutaneous_one() -> None:
    assert preferred("Enbrel", "Actemra SC") == MET
    assert preferred("Enbrel", "Actemra") == preferred("Enbrel", "tocilizumab") == NOT_DOCUMENTED
    assert preferred("Enbrel", "Actemra IV") == NOT_MET


def test_the_two_plans_of_cigna_ask_for_the_same_products() -> None:
    members = {
        row["set"].value.rsplit("/", 1)[1]: row["products"].value
        for row in store.shipped().rows(
            """SELECT ?set (GROUP_CONCAT(STR(?product)) AS ?products) WHERE {
                 SELECT DISTINCT ?set ?product WHERE {
                   ?set pg:member ?group FILTER (CONTAINS(STR(?set), "set/cigna-ip0243/preferred-products"))
                   ?group pg:covers ?product } ORDER BY ?set ?product } GROUP BY ?set"""
        )
    }
    assert len(members) == 2
    assert len(set(members.values())) == 1


def test_cigna_asks_for_preferred_products_whatever_the_formulary_standing() -> None:
    for standing in ("preferred", "non-preferred", "non-formulary", None):
        assert leaves(CIGNA, therapies() | {"formulary": standing})["ra-preferred-products-employer-group"] == NOT_MET
    kinds = {leaf.kind for leaf in policies(store.shipped())[CIGNA].rules[-1].initial.leaves}
    assert "FormularyCriterion" not in kinds


def test_molina_asks_for_the_formulary_standing_alone() -> None:
    assert leaves(MOLINA, {"formulary": "preferred"})["preferred-alternatives"] == MET
    assert leaves(MOLINA, {"formulary": "non-preferred"})["preferred-alternatives"] == NOT_DOCUMENTED
    assert leaves(MOLINA, {})["preferred-alternatives"] == NOT_DOCUMENTED


_FOUR = ("methotrexate", "leflunomide", "hydroxychloroquine", "sulfasalazine")


def ruled_out(*names: str) -> dict[str, Any]:
    return therapies(*(took(name, None, None, outcome="contraindication") for name in names))


def test_all_csdmards_are_the_four_that_the_policy_names() -> None:
    assert leaves(CIGNA, ruled_out(*_FOUR))["ra-csdmards-ruled-out"] == MET
    assert leaves(CIGNA, ruled_out(*_FOUR[:3], "azathioprine"))["ra-csdmards-ruled-out"] == NOT_MET


def test_the_longer_list_of_another_payer_does_not_change_the_verdict_of_cigna(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("cases"))
    (tmp_path / "data" / "policies" / "other.ttl").write_text(
        """@prefix pg: <https://w3id.org/payergraph/ontology#> .
           @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
           @prefix id: <https://w3id.org/payergraph/id/> .
           <https://w3id.org/payergraph/id/set/other/csdmards> a pg:ConceptSet ; skos:prefLabel "csDMARDs"@en ;
             pg:member <https://w3id.org/payergraph/id/drug/azathioprine> ,
               <https://w3id.org/payergraph/id/drug/methotrexate> .""",
        encoding="utf-8",
    )
    graph = store.load(data=tmp_path / "data")
    assert leaves(CIGNA, ruled_out(*_FOUR), graph) == leaves(CIGNA, ruled_out(*_FOUR))
    assert leaves(CIGNA, ruled_out(*_FOUR), graph)["ra-csdmards-ruled-out"] == MET


def test_three_months_of_a_csdmard_at_cigna_are_completed() -> None:
    def failed(end: str) -> str:
        return leaves(CIGNA, therapies(took("methotrexate", "2026-01-31", end)))["ra-csdmard-failed"]

    assert failed("2026-04-30") == MET
    assert failed("2026-04-29") == NOT_MET


def test_a_biologic_already_tried_has_no_duration_and_any_outcome_but_was_taken() -> None:
    def tried_biologic(**more: Any) -> str:
        return leaves(CIGNA, therapies(took("Humira", **more)))["ra-biologic-or-tsdmard-tried"]

    assert tried_biologic(end="2025-01-11", outcome="response") == tried_biologic(outcome=None) == MET
    assert tried_biologic(start=None, end=None, outcome="contraindication") == NOT_MET
    assert leaves(CIGNA, therapies(took("Xeljanz")))["ra-biologic-or-tsdmard-tried"] == MET


def test_a_sample_is_no_trial_at_cigna() -> None:
    case = therapies(*(took(name, sample=True) for name in ("methotrexate", "Humira", "Enbrel")))
    states = leaves(CIGNA, case)
    assert states["ra-csdmard-failed"] == states["ra-biologic-or-tsdmard-tried"] == NOT_MET
    assert states["ra-preferred-products-employer-group"] == NOT_MET
    assert leaves(MOLINA, case)["ra-biologic-tried"] == MET


def step(*entries: dict[str, Any]) -> str:
    return leaves(MOLINA, therapies(*entries))["ra-step"]


def test_molina_asks_for_methotrexate_currently_at_the_maximally_tolerated_dose() -> None:
    assert step(took("methotrexate", end=None, maximallyTolerated=True)) == MET
    assert step(took("methotrexate", end=None, maximallyTolerated=False)) == NOT_MET
    assert step(took("methotrexate", end=None)) == NOT_DOCUMENTED
    assert step(took("methotrexate", maximallyTolerated=True)) == NOT_MET


def test_three_months_of_a_biologic_spare_the_csdmard_but_not_the_methotrexate_part() -> None:
    intolerant = took("methotrexate", outcome="intolerance")
    assert step(took("Humira")) == step(intolerant) == NOT_MET
    assert step(intolerant, took("Humira")) == step(intolerant, took("leflunomide")) == MET
    assert step(intolerant, took("Humira", end="2025-04-09")) == NOT_MET
    assert step(intolerant, took("methotrexate", outcome="response")) == NOT_MET
    assert step(intolerant, took("Humira", **{"for": "gout"})) == NOT_MET


def confirmed(**facts: Any) -> str:
    complete = {"labsComplete": True, "findingsComplete": True, "geneticsComplete": True}
    return leaves(MOLINA, {"indication": "nomid", **complete, **facts})["caps-confirmed"]


def test_the_six_manifestations_count_only_beside_raised_crp_and_serum_amyloid_a() -> None:
    signs = found("urticaria-like-rash", "cold-triggered-episodes", complete=True)
    crp = {"test": "crp", "value": "1.2", "unit": "mg/dL", "upperLimit": "0.5"}
    amyloid = {"test": "serum-amyloid-a", "value": 11, "unit": "mg/L", "upperLimit": 10}
    assert confirmed(**signs, labs=[crp, amyloid]) == MET
    assert confirmed(**signs, labs=[crp]) == confirmed(**signs, labs=[amyloid]) == confirmed(**signs) == NOT_MET
    assert confirmed(labs=[crp, amyloid]) == NOT_MET
    assert confirmed(**signs, labs=[crp, {**amyloid, "value": 10}]) == NOT_MET


def test_a_genetic_test_confirms_caps_alone() -> None:
    assert confirmed(genetics=[{"gene": "NLRP3", "result": "pathogenic"}]) == MET
    assert confirmed(genetics=[{"gene": "IL1RN", "result": "pathogenic"}]) == NOT_MET


@pytest.mark.parametrize(
    ("policy", "indication", "leaf", "specialty", "answer"),
    [
        (CIGNA, "rheumatoid-arthritis", "ra-prescriber", "rheumatology", MET),
        (CIGNA, "rheumatoid-arthritis", "ra-prescriber", "genetics", NOT_MET),
        (CIGNA, "nomid", "caps-prescriber", "genetics", MET),
        (CIGNA, "nomid", "caps-prescriber", "autoinflammatory-disorders", NOT_MET),
        (CIGNA, "dira", "dira-prescriber", "autoinflammatory-disorders", MET),
        (CIGNA, "stills-disease", "stills-prescriber", "dermatology", NOT_MET),
        (MOLINA, "rheumatoid-arthritis", "prescriber", "genetics", MET),
        (MOLINA, "rheumatoid-arthritis", "prescriber", "immunology", NOT_MET),
        (MOLINA, "dira", "prescriber", "autoinflammatory-disorders", NOT_MET),
    ],
)
def test_prescriber_lists_differ_by_policy_and_indication(
    policy: str, indication: str, leaf: str, specialty: str, answer: str
) -> None:
    case = {"indication": indication, "prescriber": {"specialties": [specialty]}, "consultationsComplete": True}
    assert leaves(policy, case)[leaf] == answer


def test_an_nsaid_years_before_the_colchicine_was_not_taken_with_it() -> None:
    def states_of(nsaid: str, prednisone: str) -> tuple[str, str]:
        rows = [took("colchicine", "2026-01-05", "2026-09-01")]
        rows += [
            took("naproxen", nsaid, f"{nsaid[:4]}-06-30"),
            took("prednisone", prednisone, f"{prednisone[:4]}-06-30"),
        ]
        case = {"drug": "rilonacept", "requestDate": "2026-10-01", "indication": "recurrent-pericarditis"}
        found = leaves("bcbs-kansas-il1-rilonacept", {**case, "therapies": rows, "therapiesComplete": True})
        return found["rp-nsaid-week"], found["rp-corticosteroid-week"]

    assert states_of("2020-05-01", "2020-05-01") == (NOT_MET, NOT_MET)
    assert states_of("2026-05-01", "2020-05-01") == (MET, NOT_MET)


def test_in_consultation_with_is_not_prescribed_by_and_molina_wants_the_notes() -> None:
    case = {
        "prescriber": {"specialties": ["family-medicine"]},
        "consultations": [{"specialty": "rheumatology"}],
        "documentsComplete": True,
    }
    noted = {**case, "documents": ["consultation-notes"]}
    assert leaves(CIGNA, case)["ra-prescriber"] == MET
    assert leaves(MOLINA, case)["prescribed-by-specialist"] == leaves(MOLINA, case)["prescriber"] == NOT_MET
    assert leaves(MOLINA, noted)["prescribed-by-specialist"] == NOT_MET
    assert leaves(MOLINA, noted)["prescriber"] == MET


def test_who_is_born_eighteen_years_before_the_request_is_eighteen() -> None:
    assert leaves(MOLINA, {"birthDate": "2008-10-01"})["ra-age"] == MET
    assert leaves(MOLINA, {"birthDate": "2008-10-02"})["ra-age"] == NOT_MET
    pediatric = {"indication": "sjia", "birthDate": "2008-10-01"}
    assert leaves(MOLINA, pediatric)["jia-pediatric"] == NOT_MET


@pytest.mark.parametrize("disease", ["fcas", "muckle-wells-syndrome", "nomid"])
def test_both_payers_cover_all_three_diseases_of_caps(disease: str) -> None:
    case = {"indication": disease, "diagnoses": [{"condition": disease}], "diagnosesComplete": True}
    for policy in (CIGNA, MOLINA):
        states = leaves(policy, case)
        assert states["caps-use"] == states["caps-diagnosis"] == MET


def test_going_on_at_cigna_asks_the_initial_criteria_and_a_response() -> None:
    continued = {"request": "continuation", "response": {"positive": True}}
    states = leaves(CIGNA, continued)
    assert set(states) - set(leaves(CIGNA, {})) == {"ra-continuation-employer-group", "beneficial-response"}
    assert states["beneficial-response"] == MET


def test_going_on_at_molina_asks_four_other_things() -> None:
    states = leaves(MOLINA, {"request": "continuation"})
    own = {"adherence", "no-intolerable-adverse-effects", "positive-response", "infection-monitoring"}
    assert own <= set(states)
    assert not own & set(leaves(MOLINA, {}))
    assert not {"ra-step", "ra-diagnosis", "ra-age", "no-active-infection"} & set(states)


@pytest.mark.parametrize("policy", [CIGNA, MOLINA])
def test_the_requested_drug_is_not_its_own_concurrent_therapy(policy: str) -> None:
    assert leaves(policy, therapies(took("Kineret", end=None)))["no-concurrent"] == MET
    assert leaves(policy, therapies(took("Ilaris", end=None)))["no-concurrent"] == NOT_MET
    assert leaves(policy, therapies(took("Olumiant", end=None)))["no-concurrent"] == NOT_MET


def test_the_requested_drug_is_not_its_own_failed_step() -> None:
    assert leaves(CIGNA, therapies(took("Kineret")))["ra-biologic-or-tsdmard-tried"] == NOT_MET
    assert leaves(MOLINA, therapies(took("anakinra")))["ra-biologic-tried"] == NOT_MET


def test_the_code_m04_2_alone_is_caps_and_leaves_open_which_disease() -> None:
    case = {"indication": None, "diagnoses": [{"icd10": "M04.2"}], "diagnosesComplete": True}
    for policy in (CIGNA, MOLINA):
        states = leaves(policy, case)
        assert states["caps-use"] == MET
        assert states["caps-diagnosis"] == NOT_DOCUMENTED

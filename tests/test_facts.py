"""Facts that were wrong once, each beside what its document says."""

from __future__ import annotations

from typing import Any

import pytest
from evaluator import MET, NOT_DOCUMENTED, NOT_MET
from strategies import read

from payergraph.policies.library import policies
from payergraph.sparql.questions import ask
from payergraph.store.graph import shipped
from payergraph.terms import ID
from payergraph.verdict.determination import determine


def leaves(policy: str, **case: Any) -> dict[str, str]:
    """The state of every criterion of the rule that applies, by its short name."""
    whole = {"requestDate": "2026-10-01", **case}
    found = determine(read(whole), shipped(), policy=policy, authority="all")

    def walk(node: Any) -> dict[str, str]:
        states = {node.criterion.id.split("/", 1)[1]: node.status.value}
        for child in node.children:
            states |= walk(child)
        return states

    return walk(found[0].root)


def sentence(criterion: str) -> str:
    found = policies(shipped()).criterion(f"{ID}criterion/{criterion}")
    assert found is not None
    return found.summary


def holds(pattern: str) -> bool:
    """Whether the graph has what a basic graph pattern says."""
    return bool(shipped().rows(f"SELECT * WHERE {{ {pattern} }} LIMIT 1"))


def statement(name: str, fact: str) -> bool:
    return holds(f"<{ID}statement/{name}> {fact}")


# --- who attests, who diagnosed ------------------------------------------------------------------------


def test_the_sentence_of_an_attestation_says_who_attests_where_the_document_does() -> None:
    assert sentence("healthpartners-ilaris/keeps-to-treatment-plan").startswith("Patient or guardian attests: ")
    assert sentence("molina-kineret/caps-functional-impairment").startswith("Prescriber attests: ")
    assert sentence("credence-blue-ilaris-ph-0177/vaccinations") == "Attested: vaccinations up to date"


def test_molina_asks_for_no_latent_untreated_infection_either() -> None:
    said = "Prescriber attests: no active or latent untreated infection"
    assert sentence("molina-kineret/no-active-infection") == said
    assert sentence("medical-mutual-arcalyst/no-active-infection") == "No active infection"
    guide = "seed-cigna-kineret-california-guide/rheumatoid-arthritis-no-active-infection"
    assert sentence(guide) == "No active serious infection"


RA = {"drug": "anakinra", "indication": "rheumatoid-arthritis"}


@pytest.mark.parametrize(
    ("finding", "in_2019", "later"),
    [
        ("diagnosis-made-by-rheumatologist", MET, MET),
        ("diagnosis-confirmed-by-rheumatologist", NOT_DOCUMENTED, MET),
    ],
)
def test_to_confirm_a_diagnosis_is_less_than_to_make_it(finding: str, in_2019: str, later: str) -> None:
    case = {**RA, "findings": [{"finding": finding, "present": True}]}
    first = leaves("western-health-advantage-kineret-2019", **case)
    second = leaves("western-health-advantage-kineret-later", **case)
    assert first["ra-diagnosis-made-by-rheumatologist"] == in_2019
    assert second["ra-diagnosis-confirmed-by-rheumatologist"] == later


def test_health_net_asks_who_confirmed_the_diagnosis_and_not_who_prescribes() -> None:
    case: dict[str, Any] = {"drug": "rilonacept", "indication": "caps"}
    prescribed = leaves("health-net-arcalyst-natl", **case, prescriber={"specialties": ["rheumatology"]})
    assert prescribed["caps-confirmed"] == NOT_DOCUMENTED
    for name in ("diagnosis-confirmed-by-rheumatologist", "diagnosis-confirmed-by-caps-expert"):
        found = leaves("health-net-arcalyst-natl", **case, findings=[{"finding": name, "present": True}])
        assert found["caps-confirmed"] == MET


# --- renewals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "drug", "indication", "criterion"),
    [
        ("cigna-arcalyst", "rilonacept", "caps", "improved"),
        ("medica-arcalyst", "rilonacept", "dira", "improved"),
        ("cigna-kineret-policyvault", "anakinra", "caps", "caps-benefit"),
        ("medical-mutual-ilaris", "canakinumab", "caps", "caps-benefit"),
        ("medical-mutual-ilaris", "canakinumab", "fmf", "fmf-benefit"),
        ("medical-mutual-ilaris", "canakinumab", "traps", "traps-benefit"),
        ("evicore-ilaris-70858a47", "canakinumab", "traps", "70858a47-improvement"),
        ("evicore-ilaris-9b7a906d", "canakinumab", "traps", "9b7a906d-improvement"),
    ],
)
def test_an_objective_response_or_a_better_symptom_is_one_kind_of_finding_everywhere(
    policy: str, drug: str, indication: str, criterion: str
) -> None:
    def state(**facts: Any) -> str:
        return leaves(policy, drug=drug, indication=indication, request="continuation", **facts)[criterion]

    for name in ("objective-measure-improved", "symptom-improved"):
        assert state(findings=[{"finding": name, "present": True}]) == MET
    both = [{"finding": name, "present": False} for name in ("objective-measure-improved", "symptom-improved")]
    assert state(findings=both) == NOT_MET
    assert state(findings=both[:1]) == state(response={"positive": True}) == NOT_DOCUMENTED


def test_evicores_bars_on_infection_and_tnf_inhibitors_hold_at_renewal_too() -> None:
    policy = policies(shipped())["evicore-ilaris-23dd9249"]
    assert policy.rules
    for rule in policy.rules:
        for root in (rule.initial, rule.continuation):
            assert root is not None
            names = {leaf.id.split("/")[1] for leaf in root.leaves}
            assert {"23dd9249-no-infection", "23dd9249-no-tnf-inhibitor"} <= names


# --- tuberculosis -------------------------------------------------------------------------------------


def test_a_month_of_isoniazid_beside_a_positive_screening_is_enough_in_minnesota() -> None:
    def state(result: str, start: str) -> str:
        return leaves(
            "minnesota-mhcp-kineret-2019",
            drug="anakinra",
            indication="nomid",
            screenings=[{"for": "tuberculosis", "result": result, "date": "2026-05-01"}],
            therapies=[{"product": "isoniazid", "start": start, "for": "nomid"}],
            therapiesComplete=True,
        )["nomid-tuberculosis-treated"]

    assert state("under-treatment", "2026-09-01") == MET
    assert state("under-treatment", "2026-09-02") == NOT_MET
    assert state("positive", "2026-09-01") == NOT_MET


def test_treatment_under_way_is_enough_for_the_federal_program_and_open_at_carefirst() -> None:
    screened = [{"for": "tuberculosis", "result": "under-treatment", "date": "2026-08-01"}]
    assert leaves("bcbs-fep-kineret", **RA, screenings=screened)["tuberculosis"] == MET
    carefirst = leaves("carefirst-arcalyst", drug="rilonacept", indication="caps", screenings=screened)
    assert carefirst["tuberculosis"] == NOT_DOCUMENTED


# --- what was seen, what is primary, which codes are wrong --------------------------------------------


def test_a_document_whose_sister_pages_were_not_found_is_an_excerpt() -> None:
    rows = shipped().rows(
        """SELECT ?document WHERE {
          ?document pg:completeness pg:Complete ; pg:completenessNote ?note .
          FILTER (REGEX(?note, "pages? for .* not found|pages were not found|may hold more|only the opening"))
        }"""
    )
    assert rows == []
    for name in ("cigna-arcalyst", "carefirst-caremark-kineret", "medical-mutual-ilaris", "uhc-kineret"):
        assert holds(f"<{ID}source/{name}> pg:completeness pg:Excerpt")


def test_what_others_say_in_a_primary_document_and_what_the_collector_concludes_is_secondary() -> None:
    for name in (
        "california-cdi-imr/deadline",  # type2.wiki
        "california-dmhc-imr/rate-overturned-average",  # a README
        "north-carolina-external-review/claimgotdenied-contradicted",
        "medicare-part-d-and-ma-timelines/kineret-standard",
        "texas-insurance-code-1369-654/anakinra-off-label-sjia",
        "fda-label-kineret/maximum-dose-dira",  # Renal & Urology News
        "western-health-advantage-kineret-later/change-preferred-step",
    ):
        assert statement(name, "pg:authority pg:Secondary"), name
    unmarked = shipped().rows(
        """SELECT ?s WHERE {
          VALUES ?aspect { <ID/not-found> <ID/source-comparison> <ID/policy-comparison> }
          ?s pg:aspect ?aspect ; pg:source/pg:authority pg:Primary .
          FILTER NOT EXISTS { ?s pg:authority pg:Secondary }
        }""".replace("ID", ID + "aspect")
    )
    assert unmarked == []


def test_a_code_that_a_source_calls_wrong_is_rejected_and_no_question_lists_it_without_saying_so() -> None:
    wrong = {
        "codes-and-identifiers/anakinra-hcpcs-wrong": "J0207",
        "codes-and-identifiers/il23r-hgnc-wrong": "HGNC:6000",
        "codes-and-identifiers/anti-dsdna-wrong": "33935-8",
        "codes-and-identifiers/igra-wrong": "71774-4",
        "codes-and-identifiers/igra-verify": "71774-4",
        "codes-and-identifiers/fsgs-wrong": "MONDO:0007349",
        "codes-and-identifiers/immune-thrombocytopenia-wrong": "MONDO:0005393",
        "icd10-cm-codes/m04-10-not-sjia": "M04.10",
        "icd10-cm-codes/m79-3-not-nomid": "M79.3",
        "icd10-cm-codes/e85-0-not-caps": "E85.0",
    }
    listed = {
        row["statement"].removeprefix("statement/"): (row["code"], row["says"], row["reading"])
        for row in ask("codes_of_things", shipped(), limit=10_000).records()
    }
    for name, code in wrong.items():
        assert listed[name][:2] == (code, "rejected code")
    for name in ("j2792", "j2795"):  # a disagreement that the collection settles, and not called wrong
        assert "J2793 per 1 mg" in listed[f"codes-and-identifiers/rilonacept-coding-health-{name}"][2]
    printed = {
        row["statement"].removeprefix("statement/"): row["rejectedBy"]
        for row in ask("printed_codes", shipped(), limit=10_000).records()
    }
    for name in (
        "seed-cigna-kineret-california-guide/printed-code-nomid",
        "seed-cigna-ilaris-north-carolina-guide/code-caps-e85-1",
        "seed-cigna-ilaris-north-carolina-guide/code-stills-disease",
    ):
        assert printed[name] == "ICD-10-CM codes for the indications"
    assert not printed["seed-cigna-ilaris-california-guide/aosd-code"]


# --- deadlines, states, open lists --------------------------------------------------------------------


def test_an_incomplete_request_in_north_carolina_is_lost_after_the_150_days() -> None:
    effect = f"<{ID}statement/north-carolina-external-review/incomplete-effect>"
    assert holds(f"{effect} pg:scope <{ID}state/NC> , <{ID}request-kind/incomplete>")
    (row,) = shipped().rows(f"SELECT ?value WHERE {{ {effect} pg:value ?value }}")
    assert "after the 150 days" in row["value"].value


def test_part_d_counts_60_days_from_receipt_which_is_presumed_5_days_after_the_date() -> None:
    rule = "cfr-42-423-582"
    assert statement(f"{rule}/deadline", "pg:value 60")
    assert statement(f"{rule}/deadline-start", 'pg:value "receipt of the notice"')
    assert statement(f"{rule}/receipt-presumed", "pg:value 5")
    assert statement(f"{rule}/filed-when-received", f"pg:aspect <{ID}aspect/internal-appeal-filing-date>")
    beside = f"pg:value 65 ; pg:alternativeTo <{ID}statement/{rule}/deadline>"
    assert statement("medicare-part-d-and-ma-timelines/redetermination-deadline", beside)


def test_the_clock_of_a_guide_about_one_state_bears_the_state() -> None:
    rows = shipped().rows(
        """SELECT ?s WHERE {
          ?s pg:aspect ?aspect ; pg:source ?source . ?aspect pg:timeLimit true .
          FILTER (CONTAINS(STR(?source), "-guide") && CONTAINS(STR(?source), "/seed-"))
          FILTER NOT EXISTS { ?s pg:scope ?state . ?state a pg:State }
          FILTER NOT EXISTS { ?s pg:about ?pharmacy . FILTER (CONTAINS(STR(?pharmacy), "/pharmacy/")) }
        }"""
    )
    assert rows == []


def test_a_list_that_its_document_leaves_open_says_so() -> None:
    for name in (
        "bcbsnc-ilaris-medicare-part-d/gout-first-line",
        "cigna-ip0243/csdmards",
        "medical-mutual-ilaris/urate-lowering-named",
    ):
        assert holds(f"<{ID}set/{name}> pg:openEnded true")
    for name in ("western-health-advantage-kineret-2019/dmards", "molina-kineret/pjia-csdmards"):
        assert not holds(f"<{ID}set/{name}> pg:openEnded true")
    unmarked = 'SELECT ?s WHERE { ?s pg:qualifier "for example" FILTER NOT EXISTS { ?s pg:openEnded true } }'
    assert shipped().rows(unmarked) == []

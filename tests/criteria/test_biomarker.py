"""Tests of genes, proteins and chromosomes: the latest of a marker, with its origin, method and expression."""

from __future__ import annotations

from typing import Any

import pytest
from evaluator import MET, NOT_DOCUMENTED, NOT_MET
from judges import read_error, says, sentence


def result_of(marker: str, *rows: dict[str, Any], complete: bool = False, **params: Any) -> str:
    """What a criterion on a marker says to some results of HER2, BRCA1 or PD-L1."""
    case = {"biomarkers": list(rows), "biomarkersComplete": complete}
    return says("BiomarkerCriterion", case, marker=marker, **params)


def her2(said: str | None, asked: str = "pg:PositiveBiomarker", **more: Any) -> str:
    rows = [{"marker": "HER2", "result": said}] if said else []
    return result_of("biomarker/her2", *rows, biomarkerResult=asked, **more)


def test_her2_positive() -> None:
    assert her2("positive") == MET
    assert her2("negative") == her2("equivocal") == NOT_MET
    assert her2(None) == NOT_DOCUMENTED
    assert her2(None, complete=True) == NOT_MET
    assert her2("negative", "pg:NegativeBiomarker") == MET


@pytest.mark.parametrize(
    ("said", "asked", "value"),
    [
        ("pathogenic", "pg:PositiveBiomarker", MET),
        ("positive", "pg:Pathogenic", NOT_DOCUMENTED),
        ("pathogenic", "pg:BiAllelicPathogenic", NOT_DOCUMENTED),
        ("bi-allelic-pathogenic", "pg:Pathogenic", MET),
        ("uncertain", "pg:Pathogenic", NOT_MET),
        ("negative", "pg:NegativeGeneticResult", MET),
        ("uncertain", "pg:NegativeBiomarker", NOT_MET),
    ],
)
def test_a_result_includes_what_is_a_case_of_it(said: str, asked: str, value: str) -> None:
    assert result_of("gene/BRCA1", {"marker": "BRCA1", "result": said}, biomarkerResult=asked) == value


# --- origin ----------------------------------------------------------------------------------------------


def brca(*rows: dict[str, Any], origin: str | None = "pg:Germline", complete: bool = False) -> str:
    asked = {"biomarkerResult": "pg:Pathogenic"} | ({"biomarkerOrigin": origin} if origin else {})
    return result_of("gene/BRCA1", *({"marker": "BRCA1", **row} for row in rows), complete=complete, **asked)


FOUND = {"result": "pathogenic", "origin": "germline", "date": "2024-03-01"}
NOT_IN_TUMOR = {"result": "negative", "origin": "somatic", "date": "2025-03-01"}


def test_a_variant_must_be_inherited_where_that_is_asked() -> None:
    assert brca(FOUND) == MET
    assert brca({"result": "pathogenic"}) == brca({"result": "pathogenic", "origin": "somatic"}) == NOT_DOCUMENTED
    assert brca({"result": "pathogenic", "origin": "somatic"}, complete=True) == NOT_MET
    assert brca({"result": "pathogenic", "origin": "somatic"}, origin=None) == MET


def test_a_later_test_of_the_tumor_takes_no_place_of_one_of_what_is_inherited() -> None:
    assert brca(FOUND, NOT_IN_TUMOR) == MET
    assert brca(FOUND, NOT_IN_TUMOR, origin="pg:Somatic") == NOT_MET
    assert brca(FOUND, NOT_IN_TUMOR, origin=None) == NOT_DOCUMENTED


def test_the_latest_result_counts() -> None:
    late = {"result": "negative", "origin": "germline", "date": "2025-01"}
    assert brca(FOUND, late) == NOT_MET
    assert brca(FOUND, {**late, "date": "2024"}) == NOT_DOCUMENTED  # either may be the later
    assert brca(FOUND, {**late, "result": "bi-allelic-pathogenic"}) == MET


def test_a_result_of_unknown_origin_may_be_the_one() -> None:
    assert brca(FOUND, {"result": "negative", "date": "2025-01-01"}) == NOT_DOCUMENTED


# --- expression and method -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "value"), [("49.9", NOT_MET), (50, MET), ("50.1", MET), (0, NOT_MET), (None, NOT_DOCUMENTED)]
)
def test_expression_is_at_least_so_many_percent(percent: Any, value: str) -> None:
    row = {"marker": "PD-L1", "result": "positive"} | ({} if percent is None else {"expressionPercent": percent})
    assert result_of("biomarker/pd-l1", row, minimumExpressionPercent=50.0) == value


def test_expression_alone_leaves_open_whether_it_counts_as_positive() -> None:
    row = {"marker": "PD-L1", "expressionPercent": 60}
    assert result_of("biomarker/pd-l1", row, biomarkerResult="pg:PositiveBiomarker") == NOT_DOCUMENTED
    assert result_of("biomarker/pd-l1", row) == MET  # tested, whatever the result


def test_a_method_shows_and_never_rules_out() -> None:
    row = {"marker": "HER2", "result": "positive"}
    asked = {"biomarkerResult": "pg:PositiveBiomarker", "testMethods": "approved-tests"}
    assert result_of("biomarker/her2", {**row, "method": "FDA-approved test"}, **asked) == MET
    assert result_of("biomarker/her2", {**row, "method": "IHC"}, complete=True, **asked) == NOT_DOCUMENTED
    assert result_of("biomarker/her2", row, **asked) == NOT_DOCUMENTED
    assert result_of("biomarker/her2", {**row, "result": "negative", "method": "IHC"}, **asked) == NOT_MET


# --- genetic tests are tests of biomarkers -----------------------------------------------------------------


def nlrp3(*genetics: dict[str, Any], rows: tuple[dict[str, Any], ...] = (), **more: Any) -> str:
    case = {"genetics": [{"gene": "NLRP3", **row} for row in genetics], "biomarkers": list(rows), **more}
    return says("BiomarkerCriterion", case, marker="gene/NLRP3", biomarkerResult="pg:Pathogenic")


def test_a_genetic_test_is_one_of_a_biomarker() -> None:
    assert nlrp3({"result": "pathogenic"}) == MET
    assert nlrp3({"result": "negative"}) == NOT_MET
    assert nlrp3(geneticsComplete=True) == NOT_DOCUMENTED
    assert nlrp3(biomarkersComplete=True) == NOT_MET


def test_the_latest_result_counts_in_whichever_list_it_stands() -> None:
    later = {"marker": "NLRP3", "result": "negative", "date": "2026-01-01"}
    assert nlrp3({"result": "pathogenic", "date": "2025-01-01"}, rows=(later,)) == NOT_MET
    assert nlrp3({"result": "pathogenic", "date": "2026-02-01"}, rows=(later,)) == MET


def test_genetic_criteria_read_the_genetic_tests_alone() -> None:
    case = {"biomarkers": [{"marker": "NLRP3", "result": "pathogenic"}]}
    assert says("GeneticCriterion", case, gene="gene/NLRP3", geneticResult="pg:Pathogenic") == NOT_DOCUMENTED


# --- what may be written, and what is said -----------------------------------------------------------------


def test_a_test_tells_a_result() -> None:
    assert "biomarkers[0] tells no result; expected result or expressionPercent" in read_error(
        {"biomarkers": [{"marker": "HER2", "method": "IHC"}]}
    )


def test_a_sentence_tells_result_origin_expression_and_method() -> None:
    asked = {"marker": "BRCA1", "biomarkerResult": "pathogenic", "biomarkerOrigin": "germline", "testMethods": "it"}
    assert sentence("BiomarkerCriterion", asked, ["FDA-approved test"]) == (
        "Test of BRCA1: pathogenic, germline, by FDA-approved test"
    )
    assert sentence("BiomarkerCriterion", {"marker": "PD-L1", "minimumExpressionPercent": "50.0"}) == (
        "Test of PD-L1: expression of at least 50 %"
    )
    assert sentence("BiomarkerCriterion", {"marker": "PD-L1"}) == "Test of PD-L1: whatever the result"

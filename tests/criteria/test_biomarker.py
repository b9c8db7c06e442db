"""Tests of genes, proteins and chromosomes: what may be written of them, and what is said.

``tests/spec/biomarker.yaml`` has the values.
"""

from __future__ import annotations

from judges import read_error, sentence


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

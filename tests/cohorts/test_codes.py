"""Codes and names of other systems, and which concepts they are."""

import doctest

import pytest

from payergraph.chart.fields import PATHS
from payergraph.cohorts import codes as module
from payergraph.cohorts.codes import Codes, Known, codes, system
from payergraph.errors import CallError
from payergraph.store.graph import shipped
from payergraph.store.names import names


@pytest.fixture(scope="module")
def known() -> Codes:
    return codes(shipped())


def test_examples() -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("of", "code", "slug"),
    [
        ("ICD10CM", "m05.79", "rheumatoid-arthritis"),  # by the longest beginning that stands on a condition
        ("ICD10CM", "J20.9", None),
        ("LOINC", "1988-5", "crp"),
        ("NDC", "00074012402", "humira"),
        ("NDC", "0074-0124-02", "humira"),
        ("NDC", "0074012402", None),  # ten digits may be three codes
        ("HCPCS", "j0139", "adalimumab"),
        ("UCUM", "mg/dL", "mg-per-dl"),
        ("UCUM", "MG/DL", None),  # in UCUM that is another unit
        ("SNOMEDCT", "69896004", None),
        ("CVX", "140", None),
    ],
)
def test_codes(known: Codes, of: str, code: str, slug: str | None) -> None:
    found = known.concept(of, code)
    assert (found.slug if found else None) == slug


def test_a_system_that_nobody_told_us_of(known: Codes) -> None:
    with pytest.raises(
        CallError, match="system is 'Klingon', no code system known here; expected one of ICD10CM, LOINC"
    ):
        known.concept("Klingon", "1")
    assert system("urn:oid:2.16.840.1.113883.6.88") == "RxNorm" and system("http://snomed.info/sct/") == "SNOMEDCT"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("METHOTREXATE 2.5 MG Oral Tablet", "methotrexate"),
        ("24 HR hydroxychloroquine sulfate 200 MG Extended Release Oral Tablet", "hydroxychloroquine"),
        ("0.4 ML adalimumab 100 MG/ML Auto-Injector [Humira]", "humira"),
        ("Acetaminophen 325 MG / methotrexate 2.5 MG Oral Tablet", None),
        ("{7 (methotrexate 2.5 MG Oral Tablet) } Pack", None),
        ("methotrexates", None),  # a slip of the pen is no name
        ("csDMARD", None),  # a class is no drug
    ],
)
def test_drugs(known: Codes, name: str, slug: str | None) -> None:
    found = known.drug(name)
    assert (found.slug if found else None) == slug


def test_other_names(known: Codes) -> None:
    assert known.named("Rheumatoid arthritis (disorder)", ("Condition",)) == Known("Condition", "rheumatoid-arthritis")
    assert known.named("Body mass index (BMI) [Ratio]", ("Observable",)) == Known("Observable", "bmi")
    # What is measured in a specimen is another thing in each.
    assert known.named("Creatinine [Mass/volume] in Urine", ("LabTest",)) is None
    # Of which system a code is, nobody says here.
    assert known.named("M05.9", ("Condition",)) is None and known.drug("763450") is None
    assert known.named("mg/dL", ("Unit",)) == Known("Unit", "mg-per-dl")
    assert known.specialty("Rheumatology Physician") == Known("Specialty", "rheumatology")
    assert known.kept("sprained wrist", ("Condition",)) == "sprained wrist"
    assert known.kept("rheumatoid artritis", ("Condition",)) is None


def test_diagnoses_are_codes_that_there_are(known: Codes) -> None:
    assert [known.diagnosis(code) for code in ("m059", "E11.9", "M06.90", "250.00")] == ["M05.9", "E11.9", None, None]


def test_units_fit_as_a_case_takes_them(known: Codes) -> None:
    crp, acq, stage = Known("LabTest", "crp"), Known("Observable", "acq"), Known("Observable", "fibrosis-stage")
    assert known.fits(crp, Known("Unit", "mg-per-dl")) and not known.fits(crp, Known("Unit", "kg"))
    assert known.fits(acq, None) and not known.fits(crp, None) and not known.fits(stage, None)
    assert known.grade(stage, "F3") == Known("Grade", "fibrosis-f3") and known.grade(acq, "F3") is None


def test_the_table_says_what_a_lookup_says(known: Codes) -> None:
    table = known.table().to_pylist()
    assert {"system": "LOINC", "code": "1988-5", "kind": "LabTest", "slug": "crp"} in table
    for row in table:
        assert known.concept(row["system"], row["code"]) == Known(row["kind"], row["slug"])


def test_a_slug_is_taken_where_it_is_written() -> None:
    """What the readers write is read by a case as the same concept."""
    known = names(shipped())
    written = ("diagnoses.condition", "therapies.product", "labs.test", "labs.unit", "measurements.of")
    for path in (*written, "measurements.value", "consultations.specialty", "events.event", "state"):
        kinds = PATHS[path].kinds
        for iri in known.of_kinds(kinds):
            assert known.resolve(known.slug(iri), kinds) == iri

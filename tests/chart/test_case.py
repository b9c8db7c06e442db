"""Reading a patient's case: every format, every refusal, and the numbers that follow from dates."""

from __future__ import annotations

import json
import re
import socket
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from textwrap import indent

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import rdflib.compare
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from payergraph import terms
from payergraph.chart.case import Case, parse_case, read_case, read_cases
from payergraph.chart.dates import Age, Length, Span, months_before, months_between
from payergraph.chart.fields import FIELDS, Field
from payergraph.chart.rdf import CONTEXT, context
from payergraph.chart.text import MAX_BYTES
from payergraph.errors import CallError, CaseError
from payergraph.locate import folder
from payergraph.store.graph import shipped
from payergraph.terms import pg, thing

RA = thing("condition", "rheumatoid-arthritis")

# Every field of the format.
FULL = """\
id: maria
drug: Kineret
indication: RA
request: continuation
requestDate: 2026-10-01
payer: Cigna
plan: cigna-employer-group
formulary: non-preferred
state: CA
birthDate: 1984-03-02
age: 42
weightKg: 71
heightCm: 168
diagnoses:
  - {condition: rheumatoid-arthritis, icd10: M05.9, severity: moderate-to-severe, active: true}
  - {icd10: M08.20, severity: mild, active: false}
diagnosesComplete: true
prescriber:
  specialties: [rheumatology, dermatologist]
consultations:
  - {specialty: genetics, date: 2026-09-12}
consultationsComplete: false
therapies:
  - product: methotrexate
    start: 2025-01-10
    end: 2025-06-20
    durationMonths: 5
    outcome: failure
    maximallyTolerated: true
    weeklyDoseMg: 17.5
    dose: {value: 17.5, unit: mg, perDays: 7}
    line: 1
    together: [sulfasalazine, naproxen]
    for: rheumatoid-arthritis
    stopsOnApproval: false
    sample: false
  - {product: Actemra SC, start: 2019-06, outcome: response, stopsOnApproval: true}
  - {product: Humira, start: 2017, end: 2018, outcome: intolerance, sample: true}
  - {product: sulfasalazine, outcome: contraindication}
  - {product: leflunomide}
therapiesComplete: true
labs:
  - {test: 1988-5, value: 18.2, unit: mg/L, upperLimit: 5, date: 2026-09-20}
  - {test: ESR, value: 40, unit: mm/h}
labsComplete: true
measurements:
  - {of: bmi, value: 31.2, unit: kg/m2, date: 2025-11-02, phase: baseline}
  - {of: ldl-c, value: 96, unit: mg/dL, upperLimit: 100, lowerLimit: 40, date: 2026-08-01, on: [methotrexate, Kineret]}
  - {of: fibrosis-stage, value: F3, date: 2026-01}
  - {of: DAS28, value: 5.1, phase: on-therapy}
measurementsComplete: true
findings:
  - {finding: urticaria-like-rash, present: true, date: 2026-09-01}
  - {finding: fever, present: false}
findingsComplete: true
genetics:
  - {gene: NLRP3, result: pathogenic, date: 2020}
geneticsComplete: true
screenings:
  - {for: tuberculosis, result: negative, date: 2026-08-30}
screeningsComplete: true
attestations: [no-active-infection, functional-impairment]
documents: [baseline-disease-activity, chart-notes]
documentsComplete: true
flares: {perYear: 8, hospitalized: false}
dose:
  {value: 100, unit: mg, per: day, perKg: false, loading: {value: 2.5, unit: mg, perKg: true}, mgPerDay: 100,
   quantity: 28, days: 28}
quantity: {value: 28, unit: syringe, perDays: 28}
response: {positive: true, adherencePercent: 92, interruption: surgery}
events:
  - {event: steroid burst, date: 2026-03-01, days: 5, phase: on-therapy}
  - {event: migraine-day, count: 12.5, perDays: 30, phase: baseline}
eventsComplete: true
biomarkers:
  - {marker: BRCA1, result: pathogenic, origin: germline, method: FDA-approved test, date: 2026-02}
  - {marker: PD-L1, expressionPercent: 60.5}
biomarkersComplete: false
coverage:
  - {payer: cigna, kind: approval, from: 2025-10-01, to: 2027-10}
  - {payer: molina, kind: claim, from: 2025-09}
coverageComplete: true
site: home infusion
enrolledIn: [TOUCH]
enrolledInComplete: true
"""


def read(text: str, **options: str) -> Case:
    """A case of anakinra, asked for on 2026-10-01."""
    return parse_case(f"drug: anakinra\nrequestDate: 2026-10-01\n{text}\n", shipped(), **options)


def values(case: Case, subject: str = "", review: ox.NamedNode = RA) -> dict[str, str]:
    """What the evaluation graph says of the case or of a part of it, such as ``therapy/0``."""
    iri = case.iri.value + (f"/{subject}" if subject else "")
    return {
        terms.local(t.predicate.value): terms.local(t.object.value)
        for t in case.triples(review)
        if isinstance(t.subject, ox.NamedNode) and t.subject.value == iri
    }


def therapy(text: str) -> dict[str, str]:
    """What follows from one therapy with methotrexate, of the row and of its trial."""
    case = read("therapies:\n  - product: methotrexate\n" + indent(text, "    "))
    return values(case, "trial/0") | values(case, "therapy/0")


def lab(text: str) -> dict[str, str]:
    """What follows from one result."""
    return values(read(f"labs:\n  - {{{text}}}"), "labResult/0")


def canonical(case: Case) -> Counter[tuple[str, frozenset[tuple[str, str]]]]:
    """The evaluation graph up to the names of the case and its parts."""
    parts: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for triple in case.triples(RA):
        assert isinstance(triple.subject, ox.NamedNode)
        if not triple.object.value.startswith(case.iri.value):
            parts[triple.subject.value].add((triple.predicate.value, str(triple.object)))
    return Counter((re.sub(r"/\d+", "", iri[len(case.iri.value) :]), frozenset(said)) for iri, said in parts.items())


def refusal(text: str | bytes | Path, **options: str) -> CaseError:
    with pytest.raises(CaseError) as caught:
        if isinstance(text, Path):
            read_case(text, shipped(), **options)
        else:
            parse_case(text, shipped(), **options)
    return caught.value


# --- formats ----------------------------------------------------------------------------------------------


def test_a_case_says_who_asks_for_what() -> None:
    case = parse_case(FULL, shipped())
    assert (case.id, case.request, case.request_date, case.formulary) == (
        "maria",
        "continuation",
        date(2026, 10, 1),
        "non-preferred",
    )
    named = (case.drug, case.asked_as, case.indication, case.payer, case.plan, case.state, *case.conditions)
    assert [terms.local(str(iri)) for iri in named] == [
        "drug/anakinra",
        "product/kineret",
        "condition/rheumatoid-arthritis",
        "payer/cigna",
        "plan/cigna-employer-group",
        "state/CA",
        "condition/rheumatoid-arthritis",
        "condition/sjia",
    ]


def test_the_four_formats_give_the_same_triples() -> None:
    case = parse_case(FULL, shipped())
    expected = canonical(case)
    plain = {key: _json(value) for key, value in case.record().items()}
    assert canonical(parse_case(json.dumps(plain), shipped())) == expected
    assert canonical(parse_case(case.to_jsonld(), shipped())) == expected
    assert canonical(parse_case(case.to_turtle(), shipped(), format="turtle")) == expected


@pytest.mark.parametrize("path", sorted((folder("data") / "cases").glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_case_survives_every_format(path: Path) -> None:
    case = read_case(path, shipped())
    for text, format in ((case.to_jsonld(), "jsonld"), (case.to_turtle(), "turtle")):
        again = parse_case(text, shipped(), format=format)
        assert canonical(again) == canonical(case)
        assert (again.id, again.request_date) == (case.id, case.request_date)


def _json(value: object) -> object:
    """As a person types JSON: decimals are numbers."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    return [_json(item) for item in value] if isinstance(value, list) else value


def nested(depth: int) -> object:
    return {"a": nested(depth - 1)} if depth else "b"


def test_a_mapping_is_read_as_the_text_that_says_the_same() -> None:
    case = parse_case(FULL, shipped())
    mapping = {**case.record(), "requestDate": date(2026, 10, 1), "documents": tuple(case.record()["documents"])}
    assert parse_case(mapping, shipped()).record() == case.record()
    assert parse_case(json.loads(case.to_jsonld()), shipped()).record() == case.record()


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({"age": 1j}, "case: age is a complex, which is no value of a field"),
        ({"labs": [{"test": "crp", "value": float("nan"), "unit": "mg/L"}]}, "labs[0].value is 'nan', not a number"),
        ({"therapies": [{"product": b"Humira"}]}, "therapies[0].product is a bytes, which is no value"),
        ({"birthDate": datetime(2026, 1, 1)}, "birthDate is a datetime, which is no value"),
        ({"documents": ["x"] * 20_000}, "the case holds more than the 20,000 values"),
        ({"dose": nested(17)}, "is nested more than 16 levels deep"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_told_with_its_field(mapping: dict[str, object], expected: str) -> None:
    with pytest.raises(CaseError) as caught:
        parse_case({"drug": "anakinra", **mapping}, shipped())
    assert expected in str(caught.value)


def test_a_stranger_who_expands_the_jsonld_gets_the_turtle() -> None:
    case = parse_case(FULL, shipped())
    document = json.loads(case.to_jsonld())
    assert document["@context"] == CONTEXT
    expanded = rdflib.Graph().parse(data=json.dumps({**document, "@context": context()}), format="json-ld")
    written = rdflib.Graph().parse(data=case.to_turtle(), format="turtle")
    assert len(written) > 80
    assert rdflib.compare.isomorphic(expanded, written)


def test_jsonld_with_its_own_prefixes_is_read_like_any_other() -> None:
    document = {
        "@context": [{"me": "https://example.org/"}, "case.context.jsonld", {"p": terms.PG, "d": terms.ID + "drug/"}],
        "@id": "me:maria",
        "@type": "Case",
        "p:drug": {"@id": "d:anakinra"},
        "indication": "CINCA syndrome",
        "requestDate": "2026-10-01",
        "weightKg": 18.2,
        "therapies": [{"product": "Actemra SC", "start": "2019", "for": "RA"}],
        "screenings": [{"for": "TB", "result": "negative"}],
    }
    case = parse_case(json.dumps(document), shipped())
    assert terms.local(case.indication or "") == "condition/nomid"
    assert values(case)["weightKg"] == "18.2"
    assert values(case, "therapy/0")["product"] == "product/actemra-sc"
    assert values(case, "screening/0")["infection"] == "infection/tuberculosis"


def test_expanded_jsonld_is_read() -> None:
    case = parse_case(FULL, shipped())
    graph = rdflib.Graph().parse(data=case.to_turtle(), format="turtle")
    assert canonical(parse_case(graph.serialize(format="json-ld"), shipped())) == canonical(case)


def test_turtle_is_read_as_a_person_writes_it() -> None:
    text = """
        @prefix pg: <https://w3id.org/payergraph/ontology#> .
        @prefix drug: <https://w3id.org/payergraph/id/drug/> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        [] a pg:Case ; pg:drug drug:anakinra ; pg:requestDate "2026-10-01"^^xsd:date ; pg:weightKg 71 ;
          pg:therapiesComplete true ;
          pg:therapy [ pg:product drug:methotrexate ; pg:start "2019"^^xsd:gYear ; pg:outcome pg:Failure ] .
    """
    case = parse_case(text, shipped(), format="turtle", name="maria.ttl")
    assert case.id == "maria"
    assert values(case)["weightKg"] == "71"
    assert values(case, "trial/0")["monthsSurely"] == "81"


def test_yaml_means_what_yaml_1_2_says() -> None:
    assert read("id: NO").id == "NO"
    assert read("id: 0123").id == "0123"
    assert read("id: 2026-01-01").id == "2026-01-01"
    assert values(read('weightKg: "18.2"'))["weightKg"] == "18.2"
    assert values(read("birthDate: '1984-03-02'"))["ageAtRequest"] == "42"
    assert values(read("labsComplete: True"))["labsComplete"] == "true"


def test_a_key_without_a_value_says_nothing() -> None:
    assert canonical(read("weightKg:\nage: null\nlabs: ~")) == canonical(read(""))


@pytest.mark.parametrize(("text", "number"), [("18.20", "18.2"), ("1.82e1", "18.2"), ("70.0", "70"), ("1E2", "100")])
def test_a_decimal_is_exact_and_has_no_exponent(text: str, number: str) -> None:
    assert values(read(f"weightKg: {text}"))["weightKg"] == number
    case = parse_case(f'{{"drug": "anakinra", "weightKg": {text}}}', shipped())
    assert values(case)["weightKg"] == number


def test_a_byte_order_mark_is_no_part_of_a_case(tmp_path: Path) -> None:
    for suffix, text in ((".yaml", "drug: anakinra"), (".json", '{"drug": "anakinra"}')):
        path = tmp_path / f"bom{suffix}"
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
        assert read_case(path, shipped()).id == "bom"


@pytest.mark.parametrize("name", ["maria [2].yaml", "maria: two.yaml", "{maria}.yaml", "a\nb.yaml"])
def test_a_path_is_a_path_whatever_its_name_looks_like(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("drug: anakinra\n")
    assert read_case(str(tmp_path / name), shipped()).id == name.removesuffix(".yaml")


def test_a_text_is_a_text_though_a_file_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("case.yaml").write_text("drug: anakinra\n")
    assert "the case is no list of fields" in str(refusal("case.yaml"))
    assert "cannot be read" in str(refusal(Path("drug: anakinra\n.yaml")))


def test_a_format_that_no_case_has_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(CallError, match="'xml' is not known; expected yaml or json or jsonld or turtle"):
        parse_case("drug: anakinra\n", shipped(), format="xml")


def test_a_plan_says_whose_policies_count() -> None:
    assert read("plan: molina-texas-marketplace").payer == terms.thing("payer", "molina").value
    assert "payer" not in read("plan: molina-texas-marketplace").record()


def test_a_case_without_a_date_is_asked_today() -> None:
    assert parse_case("drug: anakinra\n", shipped(), today=date(2026, 2, 3)).request_date == date(2026, 2, 3)
    assert parse_case("drug: anakinra\n", shipped()).request_date == date.today()


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("drug: anakinra")
    (tmp_path / "a.json").write_text('{"drug": "ilaris"}')
    (tmp_path / "notes.txt").write_text("no case")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "c.YML").write_text("drug: rilonacept\n")
    cases = read_cases([tmp_path, str(tmp_path / "b.yaml")], shipped())
    assert [case.id for case in cases] == ["a", "b", "c", "b"]


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"expected files that end in \.yaml"):
        read_cases([tmp_path], shipped())


def test_two_readings_share_no_name_and_no_blank_node() -> None:
    one, two = parse_case(FULL, shipped()), parse_case(FULL, shipped())
    assert one.iri != two.iri
    assert one.iri.value.startswith(terms.ID + "case/")
    for triple in one.triples(RA):
        assert isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(one.iri.value)
        assert not isinstance(triple.object, ox.BlankNode)
        assert not triple.object.value.startswith(two.iri.value)


def test_a_case_shows_nothing_of_the_patient_when_printed() -> None:
    assert "anakinra" not in repr(parse_case(FULL, shipped()))


# --- what a case must not be --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("drug: anakinraa", "drug", ["'anakinraa'", "no drug or product", "anakinra"]),
        ("drug: TNF inhibitor", "drug", ["a drug class, not a drug or product", "adalimumab"]),
        ("drug: anakinra\ndrugg: x", "drugg", ["no field of a case", "the nearest is drug"]),
        ("weightKg: 70", "drug", ["is missing"]),
        ("drug: anakinra\ndrug: ilaris", "drug", ["a second time", "'ilaris'", "line 1"]),
        ("drug: anakinra\nweightKg: -3", "weightKg", ["'-3'", "from 0.1 to 700"]),
        ("drug: anakinra\nweightKg: 0", "weightKg", ["from 0.1"]),
        ("drug: anakinra\nweightKg: 700.1", "weightKg", ["to 700"]),
        ("drug: anakinra\nweightKg: 71 kg", "weightKg", ["the nearest is 71"]),
        ("drug: anakinra\nweightKg: .inf", "weightKg", ["not a number"]),
        ("drug: anakinra\nweightKg: 1e400", "weightKg", ["to 700"]),
        ("drug: anakinra\nweightKg: 0123", "weightKg", ["not a number"]),
        ("drug: anakinra\nweightKg: ٧١", "weightKg", ["not a number"]),
        ("drug: anakinra\nage: -1", "age", ["from 0 to 130"]),
        ("drug: anakinra\nage: 131", "age", ["from 0 to 130"]),
        ("drug: anakinra\nage: 42.5", "age", ["not a whole number"]),
        (
            "drug: anakinra\nage: 41\nbirthDate: 1984-03-02",
            "age",
            ["'41'", "born on 1984-03-02 the patient is 42", "correct the one that is wrong"],
        ),
        ("drug: anakinra\nbirthDate: 1984", "birthDate", ["no full date"]),
        ("drug: anakinra\nbirthDate: 2026-10-02", "birthDate", ["after the request on 2026-10-01"]),
        ("drug: anakinra\nbirthDate: 1896-01-01", "birthDate", ["before 1900"]),
        ("drug: anakinra\ntherapies: [{product: csdmard}]", "therapies[0].product", ["drug class", "azathioprine"]),
        ("drug: anakinra\ntherapies: [{start: 2020}]", "therapies[0].product", ["is missing"]),
        ("drug: anakinra\ntherapies: [{product: mtx, strat: 2020}]", "therapies[0].strat", ["the nearest is start"]),
        ("drug: anakinra\ntherapies: [{product: mtx, start: 2026-10-02}]", "therapies[0].start", ["after the request"]),
        (
            "drug: anakinra\ntherapies: [{product: mtx, start: 2027}]",
            "therapies[0].start",
            ["after the request on 2026-10-01"],
        ),
        (
            "drug: anakinra\ntherapies: [{product: mtx}, {product: mtx, start: 2025-06-20, end: 2025-06-19}]",
            "therapies[1].end",
            ["before the start 2025-06-20", "correct the one that is wrong"],
        ),
        (
            "drug: anakinra\ntherapies: [{product: mtx, start: 2026-02-30}]",
            "therapies[0].start",
            ["not a day, a month or a year"],
        ),
        (
            "drug: anakinra\ntherapies: [{product: mtx, start: 09/12/2025}]",
            "therapies[0].start",
            ["may be 2025-09-12 or 2025-12-09", "write the one that is meant"],
        ),
        (
            "drug: anakinra\ntherapies: [{product: mtx, start: 2025-01-10, end: 2025-06-20, durationMonths: 7}]",
            "therapies[0].durationMonths",
            ["'7'", "contradicts the 5 months between 2025-01-10 and 2025-06-20", "correct the one"],
        ),
        ("drug: anakinra\ntherapies: [{product: mtx, durationMonths: -1}]", "therapies[0].durationMonths", ["from 0"]),
        ("drug: anakinra\ntherapies: methotrexate", "therapies", ["not a list", "a dash for each entry"]),
        ("drug: anakinra\ntherapies: {product: mtx}", "therapies", ["one entry, not a list"]),
        ("drug: anakinra\ntherapies: [mtx]", "therapies[0]", ["fields of its own, such as product and start"]),
        ("drug: anakinra\nattestations: infection-monitoring", "attestations", ["write [infection-monitoring]"]),
        ("drug: anakinra\nattestations: [~]", "attestations[0]", ["is empty"]),
        ("drug: anakinra\nprescriber: rheumatology", "prescriber", ["fields of its own, such as specialties"]),
        ("drug: [anakinra]", "drug", ["is a list, but holds one value"]),
        ("drug: anakinra\nlabsComplete: yes", "labsComplete", ["not true or false", "the nearest is true"]),
        (
            "drug: anakinra\nrequest: appeal",
            "request",
            ["not one of initial (a first request), continuation (a request"],
        ),
        ("drug: anakinra\ndiagnoses: [{active: true}]", "diagnoses[0]", ["expected condition or icd10"]),
        ("drug: anakinra\ndiagnoses: [{icd10: X9}]", "diagnoses[0].icd10", ["no ICD-10-CM code"]),
        (
            "drug: anakinra\ndiagnoses: [{condition: gout, icd10: M06.9}]",
            "diagnoses[0].icd10",
            ["means rheumatoid-arthritis and not gout", "fits gout is M10", "correct the one"],
        ),
        ("drug: anakinra\nlabs: [{test: crp, value: 3}]", "labs[0].unit", ["is missing"]),
        ("drug: anakinra\nlabs: [{test: crp, value: 3, unit: '%'}]", "labs[0].unit", ["no unit of crp", "mg-per-l"]),
        (
            "drug: anakinra\nlabs: [{test: crp, value: 3, unit: mg/L, upperLimit: 0}]",
            "labs[0].upperLimit",
            ["from 0.000001"],
        ),
        ("drug: anakinra\nfindings: [{finding: fever}]", "findings[0].present", ["is missing"]),
        ("drug: anakinra\ngenetics: [{gene: NLRP3, result: bad}]", "genetics[0].result", ["bi-allelic-pathogenic"]),
        ("drug: anakinra\nscreenings: [{for: TB, result: negative, date: 2027}]", "screenings[0].date", ["after the"]),
        (
            "drug: anakinra\nbirthDate: 2020-01-01\nfindings: [{finding: fever, present: true, date: 2019}]",
            "findings[0].date",
            ["before the birth on 2020-01-01"],
        ),
        ("drug: anakinra\npayer: cigna\nplan: molina-texas-marketplace", "plan", ["a plan of molina and not of cigna"]),
        ("drug: anakinra\nresponse: {adherencePercent: 101}", "response.adherencePercent", ["from 0 to 100"]),
        ("drug: anakinra\nweightKg: 70\ndose: {mgPerDay: 100, mgPerKgPerDay: 5}", "dose.mgPerKgPerDay", ["1.43"]),
        ('drug: anakinra\nid: "a\\0b"', "id", ["cannot be printed"]),
        (f"drug: anakinra\nid: {'x' * 1001}", "id", ["longer than the 1,000 characters"]),
    ],
)
def test_a_fault_is_one_sentence_with_field_value_and_what_would_do(text: str, field: str, words: list[str]) -> None:
    error = refusal(text + "\nrequestDate: 2026-10-01\n", name="maria.yaml")
    sentence = str(error)
    assert (error.file, error.field) == ("maria.yaml", field)
    assert sentence.startswith("maria.yaml, line ") or words == ["is missing"]
    assert f" {field} " in sentence
    for word in words:
        assert word in sentence
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 300


def test_a_fault_names_its_line() -> None:
    error = refusal("drug: anakinra\n\ntherapies:\n  - product: mtx\n    start: 2020\n    end: 2019\n")
    assert (error.field, error.line) == ("therapies[0].end", 6)


BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "uses the YAML anchor or alias 'a'; write the value out"),
        ("drug: &x anakinra\n", "anchor or alias 'x'"),
        ("drug: *x\n", "anchor or alias 'x'"),
        ("drug: !!str anakinra\n", "has the YAML tag"),
        ("drug: anakinra\n---\ndrug: ilaris\n", "followed by a second document"),
        ("? [a]\n: b\n", "a key is a word"),
        ("a: [b\n", "is not YAML"),
        ("a: " + "[" * 100_000 + "\n", "levels deep"),
        ("labs: [" + "a, " * 50_000 + "]\n", "more than the 20,000"),
        ("", "is empty"),
        ("# nothing\n", "is empty"),
        ("- drug: anakinra\n", "no list of fields"),
        ("[" * 100_000, "levels deep"),
        ('{"drug": "anakinra", "weightKg": NaN}', "holds NaN, which is no number"),
        ('{"drug": "anakinra", "weightKg": -Infinity}', "holds -Infinity, which is no number"),
        ('{"drug": "anakinra", "drug": "ilaris"}', "drug is given a second time as 'ilaris'"),
        ('{"therapies": [{"start": "2020", "start": "2021"}]}', "therapies[0].start is given a second time as '2021'"),
        ('{"drug": "anakinra",}', "line 1: the case is not JSON"),
        ('{"drug": "\\ud800"}', "cannot be printed"),
        ("{}", "drug is missing"),
        ("[]", "described 0 times; give one pg:Case a file"),
        ("drug: anakinra\n" + "#" * MAX_BYTES, "larger than the 1,048,576 bytes"),
    ],
)
def test_what_is_no_single_plain_case_is_refused(text: str, words: str) -> None:
    sentence = str(refusal(text.encode()))
    assert words in sentence
    assert sentence.endswith(".") and "\n" not in sentence and len(sentence) < 300


def test_a_file_of_exactly_one_mebibyte_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    start = b"drug: anakinra\n"
    path.write_bytes(start + b"#" * (MAX_BYTES - len(start)))
    assert read_case(path, shipped()).id == "big"
    path.write_bytes(path.read_bytes() + b"#")
    assert "larger than" in str(refusal(path))


def test_a_file_without_end_is_not_read_to_its_end() -> None:
    assert "a pipe or a device" in str(refusal(Path("/dev/zero"), format="yaml"))


def test_a_file_that_is_not_there_or_not_a_case_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "no.yaml") in str(refusal(tmp_path / "no.yaml"))
    assert "expected one of .yaml" in str(refusal(tmp_path / "case.docx"))
    (tmp_path / "latin.yaml").write_bytes("drug: anakinra # é".encode("latin-1"))
    assert "is not UTF-8 text at byte 17" in str(refusal(tmp_path / "latin.yaml"))


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """The network is cut, and every attempt to use it is noted."""
    tried: list[object] = []

    def cut(*args: object, **options: object) -> None:
        tried.append(args)
        raise AssertionError(f"the network was used: {args}")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, cut)
    yield tried
    assert not tried


REMOTE = "https://example.org/evil.jsonld"


@pytest.mark.parametrize(
    "document",
    [
        {"@context": REMOTE, "drug": "anakinra"},
        {"@context": [REMOTE], "drug": "anakinra"},
        {"@context": ["case.context.jsonld", REMOTE], "drug": "anakinra"},
        {"@context": {"@import": REMOTE}, "drug": "anakinra"},
        {"@context": {"x": {"@id": "https://x.org/", "@context": REMOTE}}, "drug": "anakinra"},
        {"@context": "case.context.jsonld", "drug": "anakinra", "therapies": [{"@context": REMOTE}]},
        {"@graph": [{"@context": {"a": {"@id": "https://x.org/", "@context": [None, REMOTE]}}}]},
        [{"@context": REMOTE, "@type": "Case"}],
        {"@context": "file:///etc/passwd", "drug": "anakinra"},
        {"@context": "../../secret.jsonld", "drug": "anakinra"},
    ],
)
def test_a_remote_context_is_refused_and_never_fetched(document: object, offline: list[object]) -> None:
    sentence = str(refusal(json.dumps(document)))
    assert "the nearest is https://w3id.org/payergraph/ontology/case.context.jsonld" in sentence
    assert "@context" in sentence or "@import" in sentence
    assert sentence.endswith(".") and "\n" not in sentence


def test_the_shipped_context_may_be_named_or_inlined_and_is_not_fetched(offline: list[object]) -> None:
    for named in (CONTEXT, "case.context.jsonld", context(), [CONTEXT, {"ex": "https://example.org/"}]):
        assert parse_case(json.dumps({"@context": named, "drug": "anakinra"}), shipped()).drug.endswith("anakinra")


def test_turtle_that_imports_fetches_nothing(offline: list[object]) -> None:
    text = (
        "@prefix pg: <https://w3id.org/payergraph/ontology#> . [] a pg:Case ; pg:drug 'anakinra' ;"
        " <http://www.w3.org/2002/07/owl#imports> <https://example.org/> ."
    )
    assert "is no property of a case" in str(refusal(text.encode(), format="turtle"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("[] a pg:Case ; pg:drugg 'anakinra' .", "pg:drugg is no property of a case; the nearest is pg:drug"),
        ("[] a pg:Case ; pg:drug 'anakinra' ; pg:weightKg 3 , 4 .", "weightKg is given 2 times, as '3' and '4'"),
        ("[] a pg:Case ; pg:drug 'anakinra' . <x> pg:age 3 .", "does not lead to"),
        ("[] a pg:Case . [] a pg:Case .", "is described 2 times"),
        ("<a> a pg:Case ; pg:drug [] .", "is a node without a name"),
        ("<a> a pg:Case ; pg:drug 'anakinra' ; pg:therapy <a> .", "stands in two places"),
        ("<a> a pg:Case ; pg:drug 'anakinra' ; pg:therapy 'mtx' .", "holds fields of its own"),
        (
            "<a> a pg:Case ; pg:drug 'anakinra' ; pg:request pg:Renewal .",
            "is 'pg:Renewal', not one of initial (a first request), continuation",
        ),
        ("<a> a pg:Case ; pg:drug", "is not Turtle"),
    ],
)
def test_rdf_is_held_to_the_same_fields(said: str, words: str) -> None:
    text = "@prefix pg: <https://w3id.org/payergraph/ontology#> .\n" + said
    assert words in str(refusal(text.encode(), format="turtle"))


def test_a_misspelt_word_of_jsonld_is_not_dropped() -> None:
    for extra in ({}, {"@graph": []}):
        document = {"@context": "case.context.jsonld", "@type": "Case", "drug": "anakinra", "therapyes": [], **extra}
        document["therapyes"] = [{"product": "mtx"}]
        assert "therapyes is no" in str(refusal(json.dumps(document)))


def test_a_value_that_is_no_iri_is_not_dropped() -> None:
    document = {"@context": {"@vocab": terms.PG}, "@type": "Case", "drug": {"@id": "anakinra <100 mg>"}}
    assert "'anakinra <100 mg>', which is no drug or product" in str(refusal(json.dumps(document)))


_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
_anything = st.recursive(
    _scalars
    | st.sampled_from(["2019", "2026-10-01", "anakinra", "csdmard", "https://x.org/", "@id", "_:b", "-1", "1e9"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.just("@id"), inner, max_size=3)
    ),
    max_leaves=6,
)


def _leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(item, (*path, key))


@pytest.mark.slow
@given(st.data(), _anything, st.booleans())
def test_whatever_stands_in_a_field_is_read_or_refused_in_one_sentence(
    data: st.DataObject, value: object, as_linked_data: bool
) -> None:
    document = json.loads(json.dumps(_json(parse_case(FULL, shipped()).record())))
    path = data.draw(st.sampled_from(list(_leaves(document))[1:]))
    spot = document
    for step in path[:-1]:
        spot = spot[step]
    spot[path[-1]] = value
    if as_linked_data:
        document["@context"] = data.draw(st.sampled_from([CONTEXT, [CONTEXT, {"x": "https://example.org/"}]]))
    try:
        parse_case(json.dumps(document), shipped()).triples(RA)
    except CaseError as error:
        assert str(error).endswith(".") and "\n" not in str(error) and len(str(error)) < 500


@pytest.mark.slow
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_one_sentence(text: str) -> None:
    for format in ("yaml", "json", "jsonld", "turtle"):
        with pytest.raises(CaseError) as caught:
            parse_case(text.encode(errors="surrogatepass"), shipped(), format=format)
        assert "\n" not in str(caught.value)


# --- dates -----------------------------------------------------------------------------------------------


days = st.dates(date(1990, 1, 1), date(2030, 12, 31))


@given(days, days)
def test_months_between_is_the_largest_number_that_fits(one: date, other: date) -> None:
    start, end = sorted((one, other))
    months = months_between(start, end)
    assert months >= 0
    assert start + relativedelta(months=months) <= end < start + relativedelta(months=months + 1)


@given(days, days)
def test_months_before_is_the_least_window_that_holds_the_event(one: date, other: date) -> None:
    event, request = sorted((one, other))
    months = months_before(event, request)
    assert request - relativedelta(months=months) <= event
    assert months == 0 or request - relativedelta(months=months - 1) > event


@pytest.mark.parametrize(("end", "months"), [("2026-04-30", 3), ("2026-04-29", 2)])
def test_months_end_with_the_shorter_month(end: str, months: int) -> None:
    assert months_between(date(2026, 1, 31), date.fromisoformat(end)) == months


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, date]:
    """A full or partial date, and a day that it may mean."""
    day = draw(days)
    text = draw(st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]]))
    return Span.parse(text), day


@given(spans(), days)
def test_the_bounds_of_a_partial_date_hold_for_every_day_that_it_may_mean(event: tuple[Span, date], on: date) -> None:
    span, day = event
    request = max(day, on)
    age = Age.of(span.until(request), request)
    assert age.months_possibly <= months_before(day, request) <= age.months_surely
    assert age.days_possibly <= (request - day).days <= age.days_surely


@given(spans(), spans())
def test_the_bounds_of_a_length_hold_for_every_start_and_end(one: tuple[Span, date], two: tuple[Span, date]) -> None:
    (start, first), (end, last) = sorted((one, two), key=lambda pair: pair[1])
    length = Length.between(start, end)
    assert length.months_surely <= months_between(first, last) <= length.months_possibly
    assert length.weeks_surely <= (last - first).days // 7 <= length.weeks_possibly


@given(spans(), spans(), st.decimals(0, 400, places=1))
def test_a_number_of_months_only_narrows_what_the_dates_leave_open(
    one: tuple[Span, date], two: tuple[Span, date], months: Decimal
) -> None:
    (start, _), (end, _) = sorted((one, two), key=lambda pair: pair[1])
    wide = Length.between(start, end)
    narrow = wide.lasting(months)
    assert wide.months_surely <= narrow.months_surely <= narrow.months_possibly <= wide.months_possibly
    assert wide.weeks_surely <= narrow.weeks_surely <= narrow.weeks_possibly <= wide.weeks_possibly


@given(days, st.integers(0, 400))
def test_months_alone_allow_the_weeks_that_so_many_months_can_have(start: date, months: int) -> None:
    length = Length().lasting(Decimal(months))
    real = (start + relativedelta(months=months) - start).days // 7
    assert length.months_surely == length.months_possibly == months
    assert length.weeks_surely <= real <= length.weeks_possibly


@pytest.mark.parametrize(
    ("born", "age"),
    [("2008-10-01", 18), ("2008-10-02", 17), ("2008-09-30", 18), ("2026-10-01", 0), ("1908-02-29", 118)],
)
def test_the_birthday_itself_completes_the_year(born: str, age: int) -> None:
    assert values(read(f"birthDate: {born}"))["ageAtRequest"] == str(age)


# --- therapies -------------------------------------------------------------------------------------------


def test_a_dated_therapy_has_one_length() -> None:
    facts = therapy("start: 2025-01-10\nend: 2025-06-20\noutcome: failure")
    assert {key: facts[key] for key in ("monthsSurely", "monthsPossibly", "weeksSurely", "weeksPossibly")} == {
        "monthsSurely": "5",
        "monthsPossibly": "5",
        "weeksSurely": "23",
        "weeksPossibly": "23",
    }
    assert (facts["outcome"], facts["taken"], facts["ongoing"]) == ("Failure", "Yes", "No")


def test_a_therapy_without_an_end_runs_to_the_request() -> None:
    facts = therapy("start: 2026-07-01")
    assert (facts["ongoing"], facts["monthsSurely"], facts["outcome"]) == ("Yes", "3", "UnknownOutcome")


def test_a_therapy_that_ends_on_the_day_of_the_request_is_over() -> None:
    assert therapy("start: 2026-07-01\nend: 2026-10-01")["ongoing"] == "No"


def test_a_contraindication_without_dates_was_never_taken() -> None:
    facts = therapy("outcome: contraindication")
    assert (facts["taken"], facts["ongoing"], facts["monthsPossibly"], facts["weeksPossibly"]) == ("No", "No", "0", "0")


@pytest.mark.parametrize("dates", ["durationMonths: 2", "start: 2025", "end: 2025-03"])
def test_a_contraindication_that_showed_during_a_therapy_was_taken(dates: str) -> None:
    assert therapy(f"outcome: contraindication\n{dates}")["taken"] == "Yes"


@pytest.mark.parametrize("outcome", ["failure", "intolerance", "response", "unknown"])
def test_a_therapy_without_dates_was_taken_for_who_knows_how_long(outcome: str) -> None:
    facts = therapy(f"outcome: {outcome}")
    assert (facts["taken"], facts["ongoing"]) == ("Yes", "Maybe")
    assert int(facts["monthsSurely"]) == int(facts["weeksSurely"]) == 0
    assert int(facts["monthsPossibly"]) > 1000 < int(facts["weeksPossibly"])


def test_months_count_where_the_chart_gives_no_dates() -> None:
    facts = therapy("durationMonths: 3")
    assert (facts["monthsSurely"], facts["monthsPossibly"]) == ("3", "3")
    assert (facts["weeksSurely"], facts["weeksPossibly"]) == ("12", "14")
    assert therapy("durationMonths: 2.9")["monthsPossibly"] == "2"


def test_dates_win_over_months() -> None:
    facts = therapy("start: 2025-01-10\nend: 2025-06-20\ndurationMonths: 6")
    assert (facts["monthsSurely"], facts["monthsPossibly"]) == ("5", "5")


def test_months_settle_what_partial_dates_leave_open() -> None:
    facts = therapy("start: 2019\nend: 2019\ndurationMonths: 6")
    assert (facts["monthsSurely"], facts["monthsPossibly"]) == ("6", "6")
    facts = therapy("end: 2025-06-20\ndurationMonths: 6")
    assert (facts["monthsSurely"], facts["monthsPossibly"], facts["ongoing"]) == ("6", "6", "No")


def test_a_partial_date_gives_two_bounds() -> None:
    facts = therapy("start: 2019\nend: 2019-06")
    assert (facts["monthsSurely"], facts["monthsPossibly"]) == ("0", "5")
    facts = therapy("start: 2026")
    assert (facts["monthsSurely"], facts["monthsPossibly"], facts["ongoing"]) == ("0", "9", "Yes")


@pytest.mark.parametrize(
    ("said", "where", "why"),
    [
        ("therapies: [{product: mtx, line: 2}]\ntherapiesComplete: true", "therapies[0].line", "no therapy of line 1"),
        ("therapies: [{product: mtx, dose: {value: 2}}]", "therapies[0].dose.unit", "is missing"),
        ("therapies: [{product: mtx, dose: {value: 2, unit: kg/m2}}]", "therapies[0].dose.unit", "no amount of a drug"),
        (
            "therapies: [{product: mtx, weeklyDoseMg: 15, dose: {value: 20, unit: mg, per: week}}]",
            "therapies[0].weeklyDoseMg",
            "gives another",
        ),
        ("dose: {value: 2, unit: mg, per: week, perDays: 14}", "dose.perDays", "another period"),
        ("dose: {value: 2, unit: mg, perKg: true, perM2: true}", "dose.perM2", "beside perKg"),
        ("dose: {unit: mg}", "dose.value", "is missing"),
        ("dose: {value: 2}", "dose.unit", "is missing"),
        ("dose: {value: 2, unit: mg, mgPerDay: 2}", "dose.mgPerDay", "another dose"),
        ("dose: {quantity: 4, days: 28}\nquantity: {value: 4, perDays: 30}", "dose.quantity", "gives another"),
        ("quantity: {value: 4, unit: mm/h}", "quantity.unit", "nothing that is dispensed"),
    ],
)
def test_doses_and_lines_that_contradict_themselves_are_refused(said: str, where: str, why: str) -> None:
    error = refusal(f"drug: anakinra\nrequestDate: 2026-10-01\n{said}\n")
    assert error.field == where and why in str(error)


def test_a_dose_that_is_not_recorded_could_be_any() -> None:
    facts = therapy("")
    assert "doseFact" not in facts and facts["toleratedDose"] == "Maybe"
    facts = therapy("weeklyDoseMg: 17.5\nmaximallyTolerated: false")
    assert "doseFact" in facts and facts["toleratedDose"] == "No"


def test_what_is_not_said_of_a_therapy_has_its_default() -> None:
    facts = therapy("")
    assert (facts["sample"], facts["stopsOnApproval"], facts["ofRequestedDrug"]) == ("false", "false", "false")


def test_the_requested_drug_is_known_under_every_name() -> None:
    case = read("therapies: [{product: Kineret}, {product: anakinra}, {product: Ilaris}]")
    assert [values(case, f"therapy/{n}")["ofRequestedDrug"] for n in range(3)] == ["true", "true", "false"]


@pytest.mark.parametrize(
    ("given_for", "review", "suits"),
    [
        (None, "nomid", "Yes"),
        ("nomid", "nomid", "Yes"),
        ("nomid", "caps", "Yes"),
        ("caps", "nomid", "Maybe"),
        ("rheumatoid-arthritis", "nomid", "No"),
        ("fcas", "nomid", "No"),
    ],
)
def test_a_therapy_counts_for_the_use_that_it_was_given_for(given_for: str | None, review: str, suits: str) -> None:
    case = read("therapies: [{product: mtx, start: 2025" + (f", for: {given_for}" if given_for else "") + "}]")
    under = thing("condition", review)
    said = values(case, "", under)
    assert ("trial" in said, "possibleTrial" in said) == (suits == "Yes", suits != "No")
    assert values(case, "", under)["underReview"] == "condition/" + review


# --- everything else ---------------------------------------------------------------------------------------


def test_a_case_without_an_indication_asks_for_each_of_its_diagnoses() -> None:
    case = read("diagnoses: [{condition: caps}, {condition: gout}]")
    asked = {terms.local(t.object.value) for t in case.triples(RA) if t.predicate == pg("askedFor")}
    assert asked == {"condition/caps", "condition/gout"}
    assert case.indication is None and "indication" not in values(case)


def test_a_stated_indication_is_all_that_is_asked_for() -> None:
    case = read("indication: nomid\ndiagnoses: [{condition: caps}]")
    asked = {terms.local(t.object.value) for t in case.triples(RA) if t.predicate == pg("askedFor")}
    assert asked == {"condition/nomid"}
    assert values(case)["indication"] == "condition/nomid"


@pytest.mark.parametrize(
    ("diagnosis", "condition"),
    [
        ("icd10: M04.2", "caps"),
        ("condition: nomid, icd10: M04.2", "nomid"),
        ("condition: caps, icd10: M04.2", "caps"),
        ("condition: jia, icd10: M08.20", "sjia"),
    ],
)
def test_of_name_and_code_the_narrower_is_the_diagnosis(diagnosis: str, condition: str) -> None:
    assert values(read(f"diagnoses: [{{{diagnosis}}}]"), "diagnosis/0")["condition"] == f"condition/{condition}"


@pytest.mark.parametrize(
    ("severity", "bounds"),
    [
        ("", ("0", "3")),
        (", severity: mild", ("1", "1")),
        (", severity: moderate", ("2", "2")),
        (", severity: moderate-to-severe", ("2", "3")),
        (", severity: severe", ("3", "3")),
    ],
)
def test_severity_has_two_bounds(severity: str, bounds: tuple[str, str]) -> None:
    facts = values(read(f"diagnoses: [{{condition: caps{severity}}}]"), "diagnosis/0")
    assert (facts["severitySurely"], facts["severityPossibly"]) == bounds


@pytest.mark.parametrize(("active", "activity"), [("", "Maybe"), (", active: true", "Yes"), (", active: false", "No")])
def test_activity_is_three_valued(active: str, activity: str) -> None:
    assert values(read(f"diagnoses: [{{condition: caps{active}}}]"), "diagnosis/0")["activity"] == activity


def test_a_result_is_turned_into_base_units() -> None:
    assert lab("test: crp, value: 1.2, unit: mg/dL")["resultSurely"] == "12"
    assert lab("test: crp, value: 12, unit: mg/L")["resultSurely"] == "12"


def test_a_result_is_a_multiple_of_the_upper_limit() -> None:
    facts = lab("test: crp, value: 7.5, unit: mg/L, upperLimit: 5")
    assert facts["timesUpperSurely"] == facts["timesUpperPossibly"] == "1.5"
    facts = lab("test: crp, value: 10, unit: mg/L, upperLimit: 3")
    assert facts["timesUpperSurely"] == "3.333333333333333333"
    facts = lab("test: crp, value: 10, unit: mg/L")
    assert facts["timesUpperSurely"] == "0" and int(facts["timesUpperPossibly"]) > 1_000_000


@pytest.mark.parametrize(
    ("when", "months", "day_count"),
    [
        (", date: 2026-07-01", ("3", "3"), ("92", "92")),
        (", date: 2026-06-30", ("4", "4"), ("93", "93")),
        (", date: 2026-10-01", ("0", "0"), ("0", "0")),
        (", date: 2026-08", ("2", "2"), ("61", "31")),
        (", date: 2026", ("9", "0"), ("273", "0")),
        ("", ("99999", "0"), ("99999", "0")),
    ],
)
def test_how_long_ago_a_result_is_has_two_bounds(
    when: str, months: tuple[str, str], day_count: tuple[str, str]
) -> None:
    facts = lab(f"test: crp, value: 1, unit: mg/L{when}")
    assert (facts["monthsAgoSurely"], facts["monthsAgoPossibly"]) == months
    assert (facts["daysAgoSurely"], facts["daysAgoPossibly"]) == day_count


def test_a_surely_later_result_of_the_same_thing_replaces_an_earlier_one() -> None:
    text = (
        "genetics:\n"
        "  - {gene: NLRP3, result: negative, date: 2019}\n"
        "  - {gene: NLRP3, result: pathogenic, date: 2020}\n"
        "  - {gene: NLRP3, result: pathogenic, date: 2020-05}\n"
        "  - {gene: IL1RN, result: negative, date: 2018}\n"
        "  - {gene: NLRP3, result: uncertain}\n"
        "screenings:\n"
        "  - {for: TB, result: positive, date: 2025-01-01}\n"
        "  - {for: TB, result: treated, date: 2025-01-02}\n"
    )
    case = read(text)
    assert [values(case, f"biomarkerTest/{n}")["superseded"] for n in range(5)] == ["true", *["false"] * 4]
    assert [values(case, f"screening/{n}")["superseded"] for n in range(2)] == ["true", "false"]


def test_a_dose_is_known_by_day_and_by_weight_where_the_weight_is() -> None:
    both = {"WholePatient": Fraction(100), "PerKilogram": Fraction(8)}
    assert told(read("weightKg: 12.5\ndose: {mgPerDay: 100}"), "dose/0") == both
    assert told(read("weightKg: 12.5\ndose: {mgPerKgPerDay: 8}"), "dose/0") == both
    assert told(read("dose: {mgPerKgPerDay: 8}"), "dose/0") == {"PerKilogram": Fraction(8)}
    surface = told(read("weightKg: 80\nheightCm: 180\ndose: {value: 2, unit: g, perDays: 4}"), "dose/0")
    assert surface == {"WholePatient": Fraction(500), "PerKilogram": Fraction(25, 4), "PerSquareMeter": Fraction(250)}


def told(case: Case, subject: str) -> dict[str, Fraction]:
    """The milligrams a day of a dose by what they are told for."""
    facts = [t.object.value.removeprefix(f"{case.iri.value}/") for t in case.triples(RA) if "doseFact" in str(t)]
    found = (values(case, fact) for fact in facts if fact.startswith(f"{subject}/dose/"))
    return {
        one["doseBasis"]: Fraction(one["amountSurely"]) / Fraction(one["overSurely"])
        for one in found
        if (one["inUnit"], one["doseForm"]) == ("unit/mg", "DoseByDay")
    }


def test_numbers_stay_inside_what_the_store_can_compare() -> None:
    case = read(
        "weightKg: 0.7\ndose: {mgPerDay: 99999.999}\n"
        "labs: [{test: absolute-neutrophil-count, value: 999999999.999999999, unit: 10*9/L, upperLimit: 0.000007}]"
    )
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in case.triples(RA))
    query = f"SELECT ?o WHERE {{ ?s <{terms.PG}%s> ?o FILTER (?o > 0) }}"
    for name, number in (("resultSurely", 2), ("timesUpperSurely", 1)):  # the weight is a value
        assert len(list(store.query(query % name))) == number, name
    facts = len(list(store.query(query.replace("%s", "doseForm").replace(" FILTER (?o > 0)", ""))))
    assert facts and len(list(store.query(query % "amountPossibly"))) == facts


@given(st.integers(0, 5000), st.integers(0, 5000), st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]))
def test_what_surely_holds_possibly_holds(before: int, length: int, start_length: int, end_length: int) -> None:
    start = date(2026, 10, 1) - timedelta(days=before + length)
    end = start + timedelta(days=length)
    facts = therapy(f"start: '{start.isoformat()[:start_length]}'\nend: '{end.isoformat()[:end_length]}'")
    assert int(facts["monthsSurely"]) <= months_between(start, end) <= int(facts["monthsPossibly"])
    assert int(facts["weeksSurely"]) <= length // 7 <= int(facts["weeksPossibly"])


# --- the table of fields, the context and the shapes say the same ------------------------------------------------


def test_the_context_names_the_fields_and_nothing_else() -> None:
    def compare(scope: dict[str, object], fields: tuple[Field, ...]) -> None:
        assert [key for key in scope if key not in ("@version", "pg", "dcterms", "xsd", "Case")] == [
            key for field in fields for key in (field.key, *field.aliases)
        ]
        for alias, of in ((alias, field) for field in fields for alias in field.aliases):
            assert scope[alias]["@id"] == scope[of.key]["@id"]  # type: ignore[index]
        for field in fields:
            term = scope[field.key]
            iri = term if isinstance(term, str) else term["@id"]  # type: ignore[index]
            assert iri.replace("pg:", terms.PG).replace("dcterms:", terms.DCTERMS) == field.prop
            if field.type == "choice":
                assert term["@context"] == [None, field.choices]  # type: ignore[index]
            if field.fields:
                compare(term["@context"], field.fields)  # type: ignore[index]

    compare(context(), FIELDS)


def _shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(folder("shapes") / "case.ttl")


def test_the_shapes_name_the_fields_and_nothing_else() -> None:
    graph, sh = _shapes(), rdflib.SH

    def compare(shape: rdflib.term.Node, fields: tuple[Field, ...], grouped: bool) -> None:
        properties = sorted(graph.objects(shape, sh.property), key=lambda p: int(str(graph.value(p, sh.order))))
        assert [str(graph.value(p, sh.path)) for p in properties] == [field.prop for field in fields]
        for field, node in zip(fields, properties, strict=True):

            def said(name: str, node: rdflib.term.Node = node) -> str | None:
                value = graph.value(node, sh[name])
                return None if value is None else str(value)

            assert said("description") == field.help, field.key
            assert said("name"), field.key
            assert (said("group") is not None) == grouped, field.key
            assert said("minCount") == ("1" if field.required else None), field.key
            assert said("maxCount") == (None if field.many else "1"), field.key
            if field.type in ("number", "count"):
                assert Decimal(str(said("minInclusive"))) == field.low, field.key
                assert Decimal(str(said("maxInclusive"))) == field.high, field.key
            if field.type == "choice":
                listed = graph.value(node, sh["in"])
                assert listed is not None
                assert list(map(str, graph.items(listed))) == list(field.choices.values()), field.key
            if field.type == "name":
                classes = [str(c) for c in graph.objects(node, sh["class"])]
                either = graph.value(node, sh["or"])
                classes += [str(graph.value(c, sh["class"])) for c in graph.items(either)] if either else []
                assert classes == [terms.PG + kind for kind in field.kinds], field.key
            if field.fields:
                inner = graph.value(node, sh.node)
                assert inner is not None
                compare(inner, field.fields, grouped=False)

    compare(rdflib.URIRef("https://w3id.org/payergraph/shapes#Case"), FIELDS, grouped=True)


def _conforms(turtle: str) -> bool:
    data = rdflib.Graph().parse(data=turtle, format="turtle")
    for path in [*(folder("data") / "concepts").glob("*.ttl"), *(folder("data") / "payers").glob("*.ttl")]:
        data.parse(path)
    conforms, _, _ = pyshacl.validate(data, shacl_graph=_shapes(), inplace=True)
    return bool(conforms)


def test_what_is_read_conforms_to_the_shapes() -> None:
    assert _conforms(parse_case(FULL, shipped()).to_turtle())


@pytest.mark.parametrize(
    ("said", "replaced"),
    [
        ("pg:weightKg", "pg:weightKg -3.0 ; pg:was"),
        ("pg:drug ", "pg:drugg "),
        ("pg:request pg:Continuation", "pg:request pg:Renewal"),
        ("drug/methotrexate", "drug-class/csdmard"),
        ('"2019-06"^^xsd:gYearMonth', '"June 2019"'),
        ("pg:age 42", "pg:age 142"),
    ],
)
def test_the_shapes_refuse_what_reading_refuses(said: str, replaced: str) -> None:
    turtle = parse_case(FULL, shipped()).to_turtle()
    assert said in turtle
    wrong = turtle.replace(said, replaced)
    refusal(wrong.encode(), format="turtle")
    assert not _conforms(wrong)


def test_every_field_is_in_the_vocabulary() -> None:
    kinds = "owl:ObjectProperty owl:DatatypeProperty rdf:Property"
    rows = shipped().rows(f"SELECT ?p WHERE {{ VALUES ?kind {{ {kinds} }} ?p a ?kind }}")
    known = {row["p"].value for row in rows}

    def props(fields: tuple[Field, ...]) -> Iterator[str]:
        for field in fields:
            yield field.prop
            yield from props(field.fields)

    assert {prop for prop in props(FIELDS) if prop.startswith(terms.PG)} <= known


def test_every_triple_is_in_the_vocabulary() -> None:
    rows = shipped().rows("SELECT ?p WHERE { { ?p a owl:ObjectProperty } UNION { ?p a owl:DatatypeProperty } }")
    known = {row["p"].value for row in rows} | {terms.RDF + "type"}
    assert {triple.predicate.value for triple in parse_case(FULL, shipped()).triples(RA)} <= known

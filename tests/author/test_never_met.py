"""What no patient can meet: misprints across criteria, which no bound of a single one shows."""

from pathlib import Path

import pytest

from payergraph.author.lint import Fault, lint, things, unchecked
from payergraph.author.lint import never as module

pytestmark = pytest.mark.usefixtures("few_documents")

HEAD = """
@prefix pg: <https://w3id.org/payergraph/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix id: <https://w3id.org/payergraph/id/> .
@prefix drug: <https://w3id.org/payergraph/id/drug/> .
@prefix condition: <https://w3id.org/payergraph/id/condition/> .
@prefix drug-class: <https://w3id.org/payergraph/id/drug-class/> .
@prefix c: <https://w3id.org/payergraph/id/criterion/my-plan/> .
@prefix r: <https://w3id.org/payergraph/id/rule/my-plan/> .
@prefix x: <https://w3id.org/payergraph/id/exclusion/my-plan/> .
@prefix sec: <https://w3id.org/payergraph/id/section/my-plan/> .

<https://w3id.org/payergraph/id/source/my-plan> a pg:SourceDocument ;
    dcterms:title "My plan"@en ; dcterms:publisher <https://w3id.org/payergraph/id/payer/cigna> ;
    pg:authority pg:Primary ; pg:completeness pg:Complete .
sec:all a pg:Section ; skos:prefLabel "All"@en ;
    pg:sectionOf <https://w3id.org/payergraph/id/source/my-plan> ; pg:position 1 .
<https://w3id.org/payergraph/id/policy/my-plan> a pg:CoveragePolicy ; skos:prefLabel "My plan, anakinra"@en ;
    pg:payer <https://w3id.org/payergraph/id/payer/cigna> ; pg:drug drug:anakinra ; pg:policyNumber "1" ;
    pg:effectiveDate "2024-06-01"^^<http://www.w3.org/2001/XMLSchema#date> ;
    pg:authority pg:Primary ; pg:indicationsComplete true ; pg:coverageRule r:ra ;
    pg:section sec:all ; pg:locator "Title" .
r:ra a pg:CoverageRule ; pg:indication condition:rheumatoid-arthritis ; pg:completeness pg:Complete ;
    pg:initialCriteria c:root ; pg:section sec:all ; pg:locator "1" .
"""
GROWN = "c:grown a pg:AgeCriterion ; pg:minimumAge 12 ; pg:section sec:all ; pg:locator '1.A' .\n"
SMALL = "c:small a pg:AgeCriterion ; pg:maximumAge 5 ; pg:section sec:all ; pg:locator '1.B' .\n"
MONTHS = "c:months a pg:PatientCriterion ; pg:maximumAgeMonths 71 ; pg:section sec:all ; pg:locator '1.B' .\n"
WALKING = "c:walking a pg:PatientCriterion ; pg:minimumAgeMonths 12 ; pg:section sec:all ; pg:locator '1.H' .\n"
HEAVY = "c:heavy a pg:WeightCriterion ; pg:minimumWeightKg 10.0 ; pg:section sec:all ; pg:locator '1.C' .\n"
TRIED = (
    "c:tried a pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:minimumGroups 1 ;\n"
    "    pg:acceptedOutcomes pg:AnyOutcome ; pg:section sec:all ; pg:locator '1.D' .\n"
)
NEVER = (
    "c:never a pg:NoPriorTherapyCriterion ; pg:notTakenGroups drug-class:csdmard ;\n"
    "    pg:section sec:all ; pg:locator '1.E' .\n"
)
RA = "c:for-ra a pg:UseCriterion ; pg:use condition:rheumatoid-arthritis ; pg:section sec:all ; pg:locator '1' .\n"
CAPS = "c:caps a pg:UseCriterion ; pg:use condition:caps ; pg:section sec:all ; pg:locator '1.F' .\n"
JUDGED = (
    "c:judged a pg:ReviewerCriterion ; pg:judgement 'Whether it is the right drug.' ;\n"
    "    pg:section sec:all ; pg:locator '1.G' .\n"
)


def join(name: str, kind: str, parts: str) -> str:
    """A connective of named parts."""
    members = " ".join(f"c:{part}" for part in parts.split())
    listed = {
        "AllOf": f"sh:and ( {members} )",
        "AnyOf": f"sh:or ( {members} )",
        "NoneOf": f"pg:parts ( {members} )",
    }
    asked = listed.get(kind) or f"pg:minimumParts {kind[-1]} ; pg:parts ( {members} )"
    return f"c:{name} a pg:{kind.rstrip('0123456789')} ; {asked} ; pg:section sec:all ; pg:locator '1' .\n"


def when(name: str, premise: str, consequence: str, otherwise: str = "") -> str:
    """A condition."""
    other = f" ; pg:otherwise c:{otherwise}" if otherwise else ""
    return (
        f"c:{name} a pg:IfThen ; pg:premise c:{premise} ; pg:consequence c:{consequence}{other} ;\n"
        "    pg:section sec:all ; pg:locator '1' .\n"
    )


def of(tmp_path: Path, body: str, head: str = HEAD) -> list[Fault]:
    """The faults of a document with these criteria."""
    path = tmp_path / "policies" / "my-plan.ttl"
    path.parent.mkdir(exist_ok=True)
    path.write_text(head + body, encoding="utf-8")
    return lint([path])


FAULTY = {
    "a rule that asks for twelve years and, among other things, for fewer than six": (
        join("root", "AllOf", "grown months") + GROWN + MONTHS,
        {"rule/my-plan/ra": ["by no patient, first request", "grown (1.A)", "months (1.B) cannot hold together"]},
    ),
    "a rule of which both alternatives contradict what stands beside them": (
        join("root", "AllOf", "either grown") + join("either", "AnyOf", "small months") + GROWN + SMALL + MONTHS,
        {"rule/my-plan/ra": ["criterion/my-plan/grown (1.A)", "criterion/my-plan/either (1)"]},
    ),
    "one alternative that contradicts what stands beside both": (
        join("root", "AllOf", "grown either") + join("either", "AnyOf", "small heavy") + GROWN + SMALL + HEAVY,
        {"criterion/my-plan/small": ["in rule/my-plan/ra", "small (1.B) and criterion/my-plan/grown (1.A) cannot"]},
    ),
    "an alternative with two conditions that contradict each other": (
        join("root", "AllOf", "either")
        + join("either", "AnyOf", "both heavy")
        + join("both", "AllOf", "grown tried months")
        + GROWN
        + MONTHS
        + TRIED
        + HEAVY,
        {"criterion/my-plan/both": ["grown (1.A) and criterion/my-plan/months (1.B) cannot hold"]},
    ),
    "an alternative below another, told once and where it stands": (
        join("root", "AllOf", "grown either")
        + join("either", "AnyOf", "both heavy")
        + join("both", "AllOf", "tried inner")
        + join("inner", "AnyOf", "small judged")
        + (GROWN + SMALL + TRIED + HEAVY + JUDGED),
        {"criterion/my-plan/small": ["small (1.B) and criterion/my-plan/grown (1.A)"]},
    ),
    "one of several parts of which two are asked for": (
        join("root", "AllOf", "grown two")
        + join("two", "AtLeastOf2", "small heavy tried")
        + GROWN
        + SMALL
        + HEAVY
        + TRIED,
        {"criterion/my-plan/small": ["grown (1.A)"]},
    ),
    "a condition that nobody fulfils": (
        join("root", "AllOf", "grown if") + when("if", "small", "tried") + GROWN + SMALL + TRIED,
        {"criterion/my-plan/small": ["grown (1.A)"]},
    ),
    "what follows and cannot": (
        join("root", "AllOf", "heavy if") + when("if", "grown", "months", "tried") + GROWN + MONTHS + TRIED + HEAVY,
        {"criterion/my-plan/months": ["months (1.B) and criterion/my-plan/grown (1.A)"]},
    ),
    "what follows otherwise and cannot": (
        join("root", "AllOf", "grown if") + when("if", "grown", "heavy", "tried") + GROWN + HEAVY + TRIED,
        {"criterion/my-plan/tried": ["criterion/my-plan/grown (1.A)"]},
    ),
    "a drug that must have failed and must never have been taken, of its class": (
        join("root", "AllOf", "tried never") + TRIED.replace("AnyOutcome", "FailureOnly") + NEVER,
        {"rule/my-plan/ra": ["tried (1.D) and criterion/my-plan/never (1.E)"]},
    ),
    "a use beside that of the rule": (
        join("root", "AllOf", "for-ra either") + join("either", "AnyOf", "caps tried") + RA + CAPS + TRIED,
        {
            "criterion/my-plan/caps": [
                "nobody for whom the drug is asked for this use meets criterion/my-plan/caps (1.F)"
            ]
        },
    ),
    "what must be met and, below what must not, is met": (
        join("root", "AllOf", "grown none")
        + join("none", "NoneOf", "inner tried")
        + join("inner", "AnyOf", "walking heavy")
        + (GROWN + WALKING + HEAVY + TRIED),
        {"rule/my-plan/ra": ["criterion/my-plan/grown (1.A) and not criterion/my-plan/walking (1.H)"]},
    ),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_contradiction_is_told_on_what_no_patient_meets_with_what_contradicts_what(name: str, tmp_path: Path) -> None:
    body, expected = FAULTY[name]

    found = of(tmp_path, body)

    assert [fault.subject for fault in found] == list(expected), [str(fault) for fault in found]
    for fault in found:
        assert "can be met by no patient" in fault.message
        for words in expected[fault.subject]:
            assert words in fault.message


SOUND = {
    "alternatives that exclude each other": (
        join("root", "AllOf", "either") + join("either", "AnyOf", "grown small") + GROWN + SMALL
    ),
    "an alternative that a reviewer may judge to hold": (
        join("root", "AllOf", "grown either") + join("either", "AnyOf", "heavy judged") + GROWN + HEAVY + JUDGED
    ),
    "two of three that two can be": (
        join("root", "AllOf", "two") + join("two", "AtLeastOf2", "grown small heavy") + GROWN + SMALL + HEAVY
    ),
    "what must not be met and cannot be": join("root", "AllOf", "grown none")
    + join("none", "NoneOf", "small tried")
    + (GROWN + SMALL + TRIED),
    "a condition with what follows either way": (
        join("root", "AllOf", "if") + when("if", "grown", "tried", "heavy") + GROWN + TRIED + HEAVY
    ),
    "two values that were each found three times in a row": join("root", "AllOf", "crp esr")
    + "".join(
        f"c:{lab} a pg:MeasurementCriterion ; pg:measured <https://w3id.org/payergraph/id/lab/{lab}> ; pg:inARow 3 ;\n"
        f"    pg:aboveTimesUpper 1.0 ; pg:section sec:all ; pg:locator '1.I' .\n"
        for lab in ("crp", "esr")
    ),
    "a drug that was taken and another class that was not": (
        join("root", "AllOf", "tried never") + TRIED + NEVER.replace("drug-class:csdmard", "drug-class:biologic")
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_some_patient_meets_is_no_fault(name: str, tmp_path: Path) -> None:
    assert [str(fault) for fault in of(tmp_path, SOUND[name])] == []


def test_a_branch_that_some_other_rule_lets_be_met_is_no_fault(tmp_path: Path) -> None:
    """A clause that two rules share may serve the one with this part and the other with that."""
    body = join("root", "AllOf", "grown either") + join("either", "AnyOf", "small tried") + GROWN + SMALL + TRIED
    other = (
        (
            "r:caps a pg:CoverageRule ; pg:indication condition:caps ; pg:completeness pg:Complete ;\n"
            "    pg:initialCriteria c:other ; pg:section sec:all ; pg:locator '2' .\n"
        )
        + join("other", "AllOf", "heavy either")
        + HEAVY
    )

    assert [fault.subject for fault in of(tmp_path, body)] == ["criterion/my-plan/small"]
    assert of(tmp_path, body + other, HEAD.replace("pg:coverageRule r:ra", "pg:coverageRule r:ra , r:caps")) == []


def test_a_branch_that_is_met_for_some_other_drug_of_the_class_is_no_fault(tmp_path: Path) -> None:
    """A trial of anakinra is none for who asks for anakinra, and one for who asks for another drug of its class."""
    body = join("root", "AllOf", "grown either") + join("either", "AnyOf", "heavy tried") + GROWN + HEAVY
    body += TRIED.replace("drug:methotrexate", "drug:anakinra")

    assert [fault.subject for fault in of(tmp_path, body)] == ["criterion/my-plan/tried"]
    assert of(tmp_path, body, HEAD.replace("pg:drug drug:anakinra", "pg:drugClass drug-class:il-1-blocker")) == []


def test_a_rule_for_an_excluded_part_of_its_use_is_told_with_the_exclusion(tmp_path: Path) -> None:
    body = (
        join("root", "AllOf", "use part")
        + "c:use a pg:UseCriterion ; pg:use condition:stills-disease ; pg:section sec:all ; pg:locator '1' .\n"
        "c:part a pg:UseCriterion ; pg:use condition:sjia ; pg:section sec:all ; pg:locator '1.I' .\n"
        "x:sjia a pg:Exclusion ; pg:indication condition:sjia ; pg:reason 'Not covered.' ;\n"
        "    pg:section sec:all ; pg:locator '9' .\n"
    )
    head = HEAD.replace("pg:coverageRule r:ra ;", "pg:coverageRule r:ra ; pg:exclusion x:sjia ;")

    found = of(tmp_path, body, head.replace("condition:rheumatoid-arthritis", "condition:stills-disease"))

    assert [fault.subject for fault in found] == ["rule/my-plan/ra"], [str(fault) for fault in found]
    assert "criterion/my-plan/part (1.I) and exclusion/my-plan/sjia (9) cannot" in found[0].message


# --- what a document prints so --------------------------------------------------------------------------------

READ = "pg:asPrinted true ; pg:reading 'The document prints twelve years beside fewer than six; it is kept.' ;"
BODY = join("root", "AllOf", "grown months") + GROWN + MONTHS


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (HEAD.replace("r:ra a pg:CoverageRule ;", f"r:ra a pg:CoverageRule ; {READ}"), BODY),
        (HEAD, BODY.replace("c:months a pg:PatientCriterion ;", f"c:months a pg:PatientCriterion ; {READ}")),
    ],
    ids=["on the rule", "on the criterion"],
)
def test_what_the_document_prints_so_is_no_fault(head: str, body: str, tmp_path: Path) -> None:
    assert [str(fault) for fault in of(tmp_path, body, head)] == []


def test_a_mark_without_a_use_is_a_fault(tmp_path: Path) -> None:
    body = join("root", "AllOf", "grown") + GROWN.replace(
        "c:grown a pg:AgeCriterion ;", f"c:grown a pg:AgeCriterion ; {READ}"
    )

    [fault] = of(tmp_path, body)

    assert fault.subject == "criterion/my-plan/grown"
    assert "nothing rests on it" in fault.message


def test_a_mark_without_words_is_a_fault(tmp_path: Path) -> None:
    body = BODY.replace("c:months a pg:PatientCriterion ;", "c:months a pg:PatientCriterion ; pg:asPrinted true ;")

    [fault] = of(tmp_path, body)

    assert fault.subject == "criterion/my-plan/months"
    assert "has no pg:reading" in fault.message


def test_without_z3_lint_says_that_it_did_not_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (things, module):
        monkeypatch.setattr(place, "find_spec", lambda name: None if name == "z3" else object())

    assert of(tmp_path, BODY) == []
    [note] = unchecked()
    assert "payergraph[order]" in note

"""What is empty, undefined, broken or excluded is never met, whether or not somebody ran lint; and lint says each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mini
import pyoxigraph as ox
import pytest
import rdflib
from evaluator import evaluate
from strategies import REVIEW, concepts, engines_say, read
from strategies import graph as shared

from payergraph import terms
from payergraph.author.lint import lint
from payergraph.chart.case import parse_case
from payergraph.comparison.compare import compare
from payergraph.comparison.covered import entry
from payergraph.criteria import Parameters
from payergraph.policies.library import policies
from payergraph.policies.model import Criterion
from payergraph.store.graph import LocalGraph
from payergraph.verdict.answers import Answers, Outcome
from payergraph.verdict.bench import bench
from payergraph.verdict.determination import determine
from payergraph.verdict.report import report

#: A case that meets whatever can be met.
CASE: dict[str, Any] = {
    "birthDate": "1980-01-01",
    "prescriber": {"specialties": ["rheumatology"]},
    "therapies": [{"product": "methotrexate", "start": "2024-01-01", "end": "2025-01-01", "outcome": "failure"}],
    "therapiesComplete": True,
    "findings": [],
    "findingsComplete": True,
}
_SOUND = """c:part a pg:PriorTherapyCriterion ; pg:therapyGroups set:steps ; @@ .
set:steps a pg:ConceptSet ; skos:prefLabel "steps"@en ; pg:member drug:methotrexate ."""
_AGE = "c:age a pg:AgeCriterion ; pg:minimumAge 18 ; @@ ."
_AT_LEAST = "c:part a pg:AtLeastOf"
_MANY_NAMED = " ".join(f"c:age-{number}" for number in range(11))
_MANY = " ".join(f"c:age-{number} a pg:AgeCriterion ; pg:minimumAge {number + 1} ; @@ ." for number in range(11))

#: What is wrong with c:part or with what it names, and the words in which the judge tells it.
FAULTS: dict[str, tuple[str, str]] = {
    "an-empty-or": ("c:part a pg:AnyOf ; sh:or () ; @@ .", "it has no parts"),
    "an-empty-and": ("c:part a pg:AllOf ; sh:and () ; @@ .", "it has no parts"),
    "no-list": ("c:part a pg:AllOf ; @@ .", "it needs one list of parts, after sh:and"),
    "the-other-list": (
        f"c:part a pg:AllOf ; sh:or ( c:age ) ; @@ . {_AGE}",
        "it has sh:or, which nothing judges",
    ),
    "two-lists": (
        f"c:part a pg:AllOf ; sh:and ( c:age ) , ( c:age c:age ) ; @@ . {_AGE}",
        "it needs one list of parts, after sh:and",
    ),
    "a-broken-list": (
        f"c:part a pg:AllOf ; sh:and c:cell ; @@ . c:cell rdf:first c:age . {_AGE}",
        "it has a broken list of parts",
    ),
    "a-list-without-end": (
        f"c:part a pg:AllOf ; sh:and c:cell ; @@ . c:cell rdf:first c:age ; rdf:rest c:cell . {_AGE}",
        "it has a broken list of parts",
    ),
    "a-list-with-a-text": (
        f'c:part a pg:AllOf ; sh:and ( c:age "age" ) ; @@ . {_AGE}',
        "it has a broken list of parts",
    ),
    "a-part-of-itself": (
        f"c:part a pg:AllOf ; sh:and ( c:age c:part ) ; @@ . {_AGE}",
        "it is a part of itself",
    ),
    "an-undefined-part": ("", "it is described nowhere"),
    "no-kind": ("c:part a sh:NodeShape ; @@ .", "it is of no kind of criterion"),
    "an-unknown-kind": ("c:part a pg:AgesCriterion ; @@ .", "it is of no kind of criterion"),
    "two-kinds": (
        "c:part a pg:AgeCriterion , pg:WeightCriterion ; pg:minimumAge 18 ; @@ .",
        "it has several kinds",
    ),
    "none-of-nothing": ("c:part a pg:NoneOf ; pg:parts () ; @@ .", "it has no parts"),
    "none-of-by-another-list": (
        f"c:part a pg:NoneOf ; sh:and ( c:age ) ; @@ . {_AGE}",
        "it has sh:and, which nothing judges",
    ),
    "an-and-of-counted-parts": (
        f"c:part a pg:AllOf ; sh:and ( c:age ) ; pg:parts ( c:age ) ; @@ . {_AGE}",
        "it has pg:parts, which nothing judges",
    ),
    "at-least-of-no-number": (f"{_AT_LEAST} ; pg:parts ( c:age ) ; @@ . {_AGE}", "it lacks pg:minimumParts"),
    "at-least-of-two-numbers": (
        f"{_AT_LEAST} ; pg:minimumParts 1 , 2 ; pg:parts ( c:age ) ; @@ . {_AGE}",
        "it has several values of pg:minimumParts",
    ),
    "at-least-none": (
        f"{_AT_LEAST} ; pg:minimumParts 0 ; pg:parts ( c:age ) ; @@ . {_AGE}",
        "it asks for 0 of its parts, which every case meets",
    ),
    "at-least-more-than-there-are": (
        f"{_AT_LEAST} ; pg:minimumParts 2 ; pg:parts ( c:age ) ; @@ . {_AGE}",
        "it asks for 2 of 1 parts",
    ),
    "at-least-two-of-one-twice": (
        f"{_AT_LEAST} ; pg:minimumParts 2 ; pg:parts ( c:age c:age ) ; @@ . {_AGE}",
        "it names a part twice",
    ),
    "at-least-with-too-many-choices": (
        f"{_AT_LEAST} ; pg:minimumParts 5 ; pg:parts ( {_MANY_NAMED} ) ; @@ . {_MANY}",
        "it asks for 5 of 11 parts, which are 462 choices",
    ),
    "an-if-without-then": (
        f"c:part a pg:IfThen ; pg:premise c:age ; @@ . {_AGE}",
        "it needs one part, after pg:consequence",
    ),
    "a-then-without-if": (
        f"c:part a pg:IfThen ; pg:consequence c:age ; pg:otherwise c:age ; @@ . {_AGE}",
        "it needs one part, after pg:premise",
    ),
    "an-if-with-two-thens": (
        f"c:part a pg:IfThen ; pg:premise c:age ; pg:consequence c:age , c:use-0 ; @@ . {_AGE}",
        "it needs one part, after pg:consequence",
    ),
    "an-if-that-holds-itself": (
        f"c:part a pg:IfThen ; pg:premise c:age ; pg:consequence c:part ; @@ . {_AGE}",
        "it is a part of itself",
    ),
    "an-if-that-is-a-text": (
        f'c:part a pg:IfThen ; pg:premise "adult" ; pg:consequence c:age ; @@ . {_AGE}',
        "it has a broken list of parts",
    ),
    "no-parameter": ("c:part a pg:AgeCriterion ; @@ .", "it lacks a parameter"),
    "an-undeclared-parameter": (
        f"{_SOUND} c:part pg:minimumMonth 30 .",
        "it has pg:minimumMonth, which is no property",
    ),
    "another-kinds-parameter": (
        f"{_SOUND} c:part pg:minimumAge 90 .",
        "it has pg:minimumAge, which is no parameter of its kind",
    ),
    "two-values": (f"{_SOUND} c:part pg:minimumMonths 3 , 30 .", "it has several values of pg:minimumMonths"),
    "a-text-for-a-number": (
        f'{_SOUND} c:part pg:minimumMonths "three" .',
        "it has a pg:minimumMonths that is no xsd:integer",
    ),
    "a-negation-that-nothing-judges": (f"{_SOUND} c:part sh:not c:age . {_AGE}", "it has sh:not"),
    "an-empty-therapy-set": (
        "c:part a pg:PriorTherapyCriterion ; pg:therapyGroups set:none ; @@ . "
        'set:none a pg:ConceptSet ; skos:prefLabel "none"@en .',
        "it has a pg:therapyGroups without members",
    ),
    "an-undefined-set": (
        "c:part a pg:PriorTherapyCriterion ; pg:therapyGroups set:nowhere ; @@ .",
        "it has a pg:therapyGroups that is described nowhere",
    ),
    "an-undefined-member": (
        f"{_SOUND} set:steps pg:member drug:methotrexat .",
        "it has a pg:therapyGroups whose member drug/methotrexat is nothing",
    ),
    "an-empty-group": (
        f'{_SOUND} set:steps pg:member group:none . group:none a pg:TherapyGroup ; skos:prefLabel "none"@en .',
        "it has a pg:therapyGroups whose member group/an-empty-group/none is nothing",
    ),
    "an-undefined-member-that-is-excluded": (
        "c:part a pg:NoConcurrentTherapyCriterion ; pg:excludedGroups set:out ; @@ . "
        'set:out a pg:ConceptSet ; skos:prefLabel "out"@en ; pg:member drug:methotrexat .',
        "it has a pg:excludedGroups whose member drug/methotrexat is nothing",
    ),
    "an-empty-set-of-what-is-absent": (
        "c:part a pg:AbsentFindingCriterion ; pg:absentFindings set:none ; @@ . "
        'set:none a pg:ConceptSet ; skos:prefLabel "none"@en .',
        "it has a pg:absentFindings without members",
    ),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, LocalGraph]]:
    texts = [mini.policy("rheumatoid-arthritis c:part", more=more, slug=name) for name, (more, _) in FAULTS.items()] + [
        mini.policy("rheumatoid-arthritis c:part", more=_SOUND, slug="sound")
    ]
    target = tmp_path_factory.mktemp("faulty")
    yield target, mini.graph(target, *texts)


@pytest.fixture(scope="module")
def said(faulty: tuple[Path, LocalGraph]) -> dict[str, Answers]:
    _, of = faulty
    case = {"indication": "rheumatoid-arthritis", **CASE}
    return {name: mini.answers(of, case, policy=name) for name in (*FAULTS, "sound")}


def test_the_case_meets_the_policy_that_has_no_fault(said: dict[str, Answers]) -> None:
    assert [item.outcome for item in said["sound"]] == [Outcome.MET]


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_criterion_makes_the_outcome_unknown_and_says_why(name: str, said: dict[str, Answers]) -> None:
    [item] = said[name]
    assert item.outcome is Outcome.UNKNOWN
    assert item.root is not None
    told = [node.criterion.summary for node in item.root.children]
    assert any(FAULTS[name][1] in summary for summary in told), told
    assert item.rule is not None and not item.rule.complete


def test_a_report_of_a_faulty_criterion_does_not_conform(faulty: tuple[Path, LocalGraph]) -> None:
    text = '{"drug": "anakinra", "indication": "rheumatoid-arthritis", "requestDate": "2026-10-01"}'
    of = faulty[1]
    for name in ("an-empty-or", "an-empty-and", "an-empty-therapy-set", "an-undefined-part"):
        case = parse_case(text, of)
        found = report(case, of, determine(case, of, policy=name))
        assert [str(value) for value in found.objects(None, rdflib.SH.conforms)] == ["false"], name


def test_what_a_faulty_criterion_asks_is_not_shown_and_never_not_required(faulty: tuple[Path, LocalGraph]) -> None:
    drug, use = terms.thing("drug", "anakinra").value, terms.thing("condition", "rheumatoid-arthritis").value
    found = compare(faulty[1], drug, use)
    place = next(at for at, column in enumerate(found.columns) if column.policy.id == "no-parameter")
    assert {line.cells[place].state for line in found.lines if line.dimension == "prior therapy"} == {"not shown"}


@pytest.mark.slow
def test_lint_reports_each_of_the_faults(faulty: tuple[Path, LocalGraph]) -> None:
    target, _ = faulty
    files = {Path(fault.file).stem for fault in lint([target / "policies"])}
    assert files == set(FAULTS)


def test_a_criterion_without_parts_or_with_wrong_ones_cannot_be_made(said: dict[str, Answers]) -> None:
    [item] = said["sound"]
    assert item.root is not None
    root, leaf = item.root.criterion, item.root.children[0].criterion
    made = {field: getattr(root, field) for field in root.__dataclass_fields__}
    for change in ({"children": ()}, {"kind": "UseCriterion"}):
        with pytest.raises(ValueError, match="is of the kind"):
            Criterion(**{**made, **change})
    assert Criterion(**{**made, "children": (leaf,)}).children == (leaf,)


def test_a_leaf_that_no_component_judges_is_not_documented(said: dict[str, Answers]) -> None:
    [item] = said["sound"]
    assert item.root is not None
    part = item.root.children[1].criterion
    made = {field: getattr(part, field) for field in part.__dataclass_fields__}
    bare = Criterion(**{**made, "parameters": Parameters({})})
    known = read({"drug": "anakinra", "indication": "rheumatoid-arthritis"})
    on = bench(shared())
    with on.with_case(known.triples(terms.thing("condition", "rheumatoid-arthritis"))):
        assert engines_say(on, known.iri.value, [bare])[bare.id].value == "not-documented"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("PriorTherapyCriterion", "therapyGroups"),
        ("NoConcurrentTherapyCriterion", "excludedGroups"),
        ("AbsentFindingCriterion", "absentFindings"),
        ("ConcurrentTherapyCriterion", "requiredGroups"),
        ("DiagnosisCriterion", "conditions"),
        ("FindingCriterion", "findings"),
        ("PrescriberCriterion", "specialties"),
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_no_shape_is_met_by_an_empty_set(kind: str, name: str, complete: bool, said: dict[str, Answers]) -> None:
    [item] = said["sound"]
    assert item.root is not None
    part = item.root.children[1].criterion
    made = {field: getattr(part, field) for field in part.__dataclass_fields__}
    case = {**CASE, "drug": "anakinra", "indication": "rheumatoid-arthritis", "requestDate": "2026-10-01"}
    case |= dict.fromkeys(("diagnosesComplete", "therapiesComplete", "findingsComplete"), complete)
    known, on = read(case), bench(shared())
    for every in (False, True) if kind == "PriorTherapyCriterion" else (False,):
        given = {name: terms.thing("set", "test/none"), **({"everyMember": ox.Literal(True)} if every else {})}
        leaf = Criterion(**{**made, "kind": kind, "parameters": Parameters(given)})
        with on.with_case(known.triples(terms.thing("condition", "rheumatoid-arthritis"))):
            state = engines_say(on, known.iri.value, [leaf])[leaf.id].value
        assert state != "met"
        if kind == "PriorTherapyCriterion" and not every:
            assert evaluate(kind, {name: ()}, case, concepts(), REVIEW) != "met"


# --- exclusions -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def carved(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    return mini.graph(
        tmp_path_factory.mktemp("carved"),
        mini.policy("caps", excludes=("nomid",), slug="part"),
        mini.policy("nomid", excludes=("caps",), slug="whole"),
        mini.policy("caps", excludes=("caps",), slug="same"),
    )


@pytest.mark.parametrize(
    ("policy", "case", "outcome"),
    [
        # NOMID is excluded beside a rule for CAPS
        ("part", {"indication": "nomid"}, Outcome.EXCLUDED),
        ("part", {"diagnoses": [{"condition": "nomid"}]}, Outcome.EXCLUDED),
        ("part", {"indication": "caps", "diagnoses": [{"condition": "nomid"}]}, Outcome.EXCLUDED),
        (
            "part",
            {"indication": "caps", "diagnoses": [{"condition": "caps"}, {"condition": "nomid"}]},
            Outcome.EXCLUDED,
        ),
        ("part", {"indication": "caps"}, Outcome.NOT_DOCUMENTED),
        ("part", {"diagnoses": [{"condition": "caps"}]}, Outcome.NOT_DOCUMENTED),
        ("part", {"indication": "fcas"}, Outcome.MET),
        ("part", {"indication": "caps", "diagnoses": [{"condition": "fcas"}]}, Outcome.MET),
        ("part", {"indication": "rheumatoid-arthritis"}, Outcome.NOT_LISTED),
        # CAPS is excluded beside a rule for NOMID: the exception
        ("whole", {"indication": "nomid"}, Outcome.MET),
        ("whole", {"indication": "fcas"}, Outcome.EXCLUDED),
        # CAPS is excluded and covered
        ("same", {"indication": "caps"}, Outcome.EXCLUDED),
        ("same", {"indication": "nomid"}, Outcome.EXCLUDED),
    ],
)
def test_what_is_excluded_is_never_met(policy: str, case: dict[str, Any], outcome: Outcome, carved: LocalGraph) -> None:
    assert {item.outcome for item in mini.answers(carved, case, policy=policy)} == {outcome}


@pytest.mark.parametrize(
    "more",
    [
        "x:odd a pg:Exclusion ; pg:indication condition:nomidd .",
        "x:odd a pg:Exclusion .",
        "",
        "x:odd a pg:Exclusion ; pg:indication condition:fcas , condition:nomid .",
    ],
)
def test_a_faulty_exclusion_lets_no_use_be_met(more: str, tmp_path: Path) -> None:
    more += " <https://w3id.org/payergraph/id/policy/test> pg:exclusion x:odd ."
    graph = mini.graph(tmp_path, mini.policy("caps", more=more))
    for use in ("caps", "nomid", "fcas"):
        [item] = mini.answers(graph, {"indication": use}, policy="test")
        assert item.outcome is Outcome.NOT_DOCUMENTED
        assert item.reason is not None and "faulty" in item.reason.text


def test_an_exception_on_one_plan_lifts_the_exclusion_there_alone(tmp_path: Path) -> None:
    rules = ("nomid c:use-0 cigna-employer-group", "periodic-fever-syndrome")
    graph = mini.graph(tmp_path, mini.policy(*rules, excludes=("caps",)))
    outcome = {
        plan: mini.answers(graph, {"indication": "nomid", "plan": plan}, policy="test")[0].outcome
        for plan in ("cigna-employer-group", "cigna-individual-and-family")
    }
    assert outcome == {
        "cigna-employer-group": Outcome.MET,
        "cigna-individual-and-family": Outcome.EXCLUDED,
    }


def test_of_several_roots_of_a_rule_none_is_judged(tmp_path: Path) -> None:
    more = "r:0 pg:initialCriteria c:use-0 ."
    graph = mini.graph(tmp_path, mini.policy("caps", more=more))
    [item] = mini.answers(graph, {"indication": "caps"}, policy="test")
    assert item.outcome is Outcome.UNKNOWN
    assert policies(graph)["test"].rules[0].complete is False


def test_a_use_that_may_be_excluded_says_so_and_its_report_does_not_conform(carved: LocalGraph) -> None:
    case = parse_case('{"drug": "anakinra", "indication": "caps", "requestDate": "2026-10-01"}', carved)
    found = determine(case, carved, policy="part")
    [item] = found
    assert item.reason is not None and "does not cover neonatal-onset" in item.reason.text
    assert item.root is not None and item.root.status.value == "met"
    told = report(case, carved, found)
    assert [str(value) for value in told.objects(None, rdflib.SH.conforms)] == ["false"]
    assert [str(value) for value in told.objects(None, rdflib.SH.resultMessage)] == [item.reason.text]


def test_an_excluded_part_is_not_covered_in_comparisons_and_on_the_map(carved: LocalGraph) -> None:
    read = policies(carved)
    nomid, fcas = (terms.thing("condition", name).value for name in ("nomid", "fcas"))
    assert entry(carved, read["part"], nomid).state == "excluded"
    assert entry(carved, read["part"], fcas).state == "covered"
    found = compare(carved, terms.thing("drug", "anakinra").value, nomid)
    assert {column.policy.id: column.excluded for column in found.columns} == {
        "part": True,
        "same": True,
        "whole": False,
    }


def test_lint_reports_a_use_that_is_both_covered_and_excluded_and_nothing_of_an_exception(tmp_path: Path) -> None:
    mini.data(
        tmp_path,
        mini.policy("caps", excludes=("nomid",), slug="part"),
        mini.policy("caps", excludes=("caps",), slug="same"),
    )
    assert [(Path(fault.file).stem, fault.message.split(",")[0]) for fault in lint([tmp_path / "policies"])] == [
        ("same", "excludes condition/caps")
    ]

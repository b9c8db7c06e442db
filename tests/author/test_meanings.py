"""Criteria that are well written and mean something else, or nothing: a small graph on either side of each rule."""

from __future__ import annotations

import shutil
from pathlib import Path

import mini
import pytest

from payergraph.author.lint import lint
from payergraph.author.lint.asked import parameters
from payergraph.author.lint.files import File
from payergraph.author.lint.meanings import looked_for, shapes_of_old
from payergraph.criteria import MODULES
from payergraph.locate import folder

pytestmark = pytest.mark.xdist_group("lint")

_PREFIXES = "".join(
    f"@prefix {kind}: <https://w3id.org/payergraph/id/{kind}/> .\n"
    for kind in ("lab", "unit", "observable", "drug-class", "gene", "interruption", "attestation")
)
#: Criteria by their slug, each with the words in which its fault is told; an empty text: it has none.
CRITERIA = {
    # --- members of a set
    "condition-as-finding": (
        "pg:AbsentFindingCriterion ; pg:absentFindings set:conditions",
        "asks in pg:absentFindings for condition/gout, a pg:Condition, which findings.finding of a case never holds; "
        "name a pg:Finding,",
    ),
    "finding-as-therapy": (
        "pg:NoConcurrentTherapyCriterion ; pg:excludedGroups finding:rash",
        "asks in pg:excludedGroups for finding/rash, a pg:Finding, which therapies.product or therapies.together "
        "of a case never holds; name a pg:CareProgramme or pg:Device or pg:Drug or pg:DrugClass or pg:Procedure "
        "or pg:Product or pg:Therapy or pg:TherapyGroup,",
    ),
    "product-as-specialty": (
        "pg:PrescriberCriterion ; pg:specialties product:humira",
        "asks in pg:specialties for product/humira, a pg:Product, which prescriber.specialties or "
        "consultations.specialty of a case never holds",
    ),
    "finding-as-condition": (
        "pg:DiagnosisCriterion ; pg:conditions set:findings",
        "asks in pg:conditions for finding/rash, a pg:Finding, which diagnoses.condition of a case never holds",
    ),
    "condition-in-a-group": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups group:odd",
        "asks in pg:therapyGroups for condition/gout, a pg:Condition",
    ),
    "condition-beside-a-trial": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:togetherWith condition:gout",
        "asks in pg:togetherWith for condition/gout",
    ),
    "gene-as-interruption": (
        "pg:AdherenceCriterion ; pg:minimumAdherencePercent 80.0 ; pg:acceptedInterruptions gene:NLRP3",
        "asks in pg:acceptedInterruptions for gene/NLRP3, a pg:Gene, which response.interruption of a case never holds",
    ),
    "therapies-of-all-sorts": ("pg:NoConcurrentTherapyCriterion ; pg:excludedGroups set:therapies", ""),
    # --- units
    "crp-by-the-hour": (
        "pg:MeasurementCriterion ; pg:measured lab:crp ; pg:atLeastValue 10.0 ; pg:valueUnit unit:mm-per-hour",
        "has the unit unit/mm-per-hour, in which lab/crp is not measured; name a unit of its dimension.",
    ),
    "crp-by-the-deciliter": (
        "pg:MeasurementCriterion ; pg:measured lab:crp ; pg:atLeastValue 1.2 ; pg:valueUnit unit:mg-per-dl",
        "",
    ),
    "antibodies-by-the-dollar": (
        "pg:MeasurementCriterion ; pg:measured lab:anti-dsdna ; pg:atLeastValue 10.0 ; pg:valueUnit unit:us-dollar",
        "has a bound in unit/us-dollar, a unit without pg:toBase, so that no value compares with it",
    ),
    "antibodies-by-nothing": (
        "pg:MeasurementCriterion ; pg:measured lab:anti-dsdna ; pg:atLeastValue 10.0",
        "has a bound without a unit, and nothing says in which lab/anti-dsdna is measured",
    ),
    "antibodies-by-the-milliliter": (
        "pg:MeasurementCriterion ; pg:measured lab:anti-dsdna ; pg:atLeastValue 10.0 ; pg:valueUnit unit:iu-per-ml",
        "",
    ),
    "crp-down-by-one": (
        "pg:ChangeCriterion ; pg:changed lab:crp ; pg:lossAtLeast 1.0 ; pg:changeUnit unit:mg-per-l",
        "",
    ),
    "crp-not-down": ("pg:ChangeCriterion ; pg:changed lab:crp ; pg:riseAtLeastPercent 0.0", ""),
    # --- bounds of one criterion
    "age-upside-down": (
        "pg:AgeCriterion ; pg:minimumAge 20 ; pg:maximumAge 19",
        "has a pg:minimumAge above its pg:maximumAge, so that no value meets it",
    ),
    "age-of-one-year": ("pg:AgeCriterion ; pg:minimumAge 20 ; pg:maximumAge 20", ""),
    "any-age": ("pg:AgeCriterion ; pg:minimumAge 0", "has pg:minimumAge 0, which every case meets"),
    "age-of-trees": ("pg:AgeCriterion ; pg:minimumAge 131", "has pg:minimumAge 131, which no case can hold"),
    "adherence-in-permille": (
        "pg:AdherenceCriterion ; pg:minimumAdherencePercent 850.0",
        "has pg:minimumAdherencePercent 850, which no case can hold",
    ),
    "loss-of-a-share": (
        "pg:ChangeCriterion ; pg:changed observable:body-weight ; pg:lossAtLeastPercent 5.0",
        "",
    ),
    "loss-of-more-than-all": (
        "pg:ChangeCriterion ; pg:changed observable:body-weight ; pg:lossAtLeastPercent 101.0",
        "has pg:lossAtLeastPercent 101, which no case can hold",
    ),
    "no-loss": (
        "pg:ChangeCriterion ; pg:changed observable:body-weight ; pg:lossAtMost 0.0 ; pg:changeUnit unit:kg",
        "",
    ),
    "adherence-of-all": ("pg:AdherenceCriterion ; pg:minimumAdherencePercent 100.0", ""),
    "no-months": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:minimumMonths 0",
        "has pg:minimumMonths 0, which every case meets",
    ),
    "recent-and-long-ago": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:takenWithinDays 83 ; "
        "pg:minimumWeeksSinceEnd 12",
        "has a pg:minimumWeeksSinceEnd above its pg:takenWithinDays, so that no value meets it",
    ),
    "twelve-weeks-ago": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:takenWithinDays 84 ; "
        "pg:minimumWeeksSinceEnd 12",
        "",
    ),
    "three-lines-of-one-class": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups drug-class:biologic ; pg:minimumGroups 3 ; pg:countBy pg:ByLine",
        "",
    ),
    "three-groups-of-one-class": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups drug-class:biologic ; pg:minimumGroups 3",
        "asks for 3 of fewer members, which no case can meet",
    ),
    "either-bound": (
        "pg:MeasurementCriterion ; pg:measured lab:crp ; pg:atLeastValue 27.0 ; pg:atMostValue 27.0 ; "
        "pg:valueUnit unit:mg-per-l ; pg:anyBound true",
        "has a pg:atLeastValue that is not above its pg:atMostValue, and either of them suffices, so that every value",
    ),
    "outside-the-bounds": (
        "pg:MeasurementCriterion ; pg:measured lab:crp ; pg:atLeastValue 27.1 ; pg:atMostValue 27.0 ; "
        "pg:valueUnit unit:mg-per-l ; pg:anyBound true",
        "",
    ),
    "both-bounds": (
        "pg:MeasurementCriterion ; pg:measured lab:crp ; pg:atLeastValue 27.0 ; pg:atMostValue 27.0 ; "
        "pg:valueUnit unit:mg-per-l",
        "",
    ),
    "no-value-between": (
        "pg:MeasurementCriterion ; pg:measured lab:crp ; pg:aboveValue 27.0 ; pg:atMostValue 27.0 ; "
        "pg:valueUnit unit:mg-per-l ; pg:anyBound false",
        "has a pg:aboveValue above its pg:atMostValue, so that no value meets it",
    ),
    "any-of-one-bound": (
        "pg:MeasurementCriterion ; pg:measured lab:crp ; pg:aboveTimesUpper 1.0 ; pg:anyBound true",
        "has pg:anyBound and fewer than two bounds, so that it asks nothing",
    ),
    # --- bounds of criteria that stand together
    "adult": (
        "pg:AgeCriterion ; pg:minimumAge 18",
        "has a pg:minimumAge above the pg:maximumAge of criterion/test/child, which stands beside it in a pg:AllOf",
    ),
    "child": ("pg:AgeCriterion ; pg:maximumAge 17", ""),
    "of-eighteen-at-most": ("pg:AgeCriterion ; pg:maximumAge 18", ""),
    "preferred": (
        "pg:FormularyCriterion ; pg:formularyStatus pg:Preferred",
        "",
    ),
    "not-preferred": (
        "pg:FormularyCriterion ; pg:formularyStatus pg:NonPreferred",
        "asks for pg:formularyStatus pg:NonPreferred, and criterion/test/preferred, which stands beside it in a "
        "pg:AllOf",
    ),
    "gene-found": (
        "pg:BiomarkerCriterion ; pg:marker gene:NLRP3 ; pg:biomarkerResult pg:Pathogenic",
        "asks for pg:biomarkerResult pg:Pathogenic, and criterion/test/gene-not-found",
    ),
    "gene-not-found": (
        "pg:BiomarkerCriterion ; pg:marker gene:NLRP3 ; pg:biomarkerResult pg:NegativeGeneticResult",
        "",
    ),
    "gene-found-on-both-copies": (
        "pg:BiomarkerCriterion ; pg:marker gene:IL1RN ; pg:biomarkerResult pg:BiAllelicPathogenic",
        "",
    ),
    "found-in-the-tumor": (
        "pg:BiomarkerCriterion ; pg:marker gene:NLRP3 ; pg:biomarkerResult pg:Pathogenic ; "
        "pg:biomarkerOrigin pg:Somatic",
        "",
    ),
    "not-inherited": (
        "pg:BiomarkerCriterion ; pg:marker gene:NLRP3 ; pg:biomarkerResult pg:NegativeBiomarker ; "
        "pg:biomarkerOrigin pg:Germline",
        "",
    ),
    "other-gene-found": ("pg:BiomarkerCriterion ; pg:marker gene:IL1RN ; pg:biomarkerResult pg:Pathogenic", ""),
    # --- and what must not be met with them
    "from-fifty": (
        "pg:AgeCriterion ; pg:minimumAge 50",
        "leaves no value beside criterion/test/from-forty, where what stands below a pg:NoneOf must not be met",
    ),
    "from-forty": ("pg:AgeCriterion ; pg:minimumAge 40", ""),
    "from-thirty": ("pg:AgeCriterion ; pg:minimumAge 30", ""),
    "up-to-forty": ("pg:AgeCriterion ; pg:maximumAge 40", ""),
    "thirty-to-forty": ("pg:AgeCriterion ; pg:minimumAge 30 ; pg:maximumAge 40", ""),
    "on-humira": (
        "pg:ConcurrentTherapyCriterion ; pg:requiredGroups product:humira",
        "is asked for, and criterion/test/no-humira, which stands beside it in a pg:AllOf and asks the same, must not "
        "be met",
    ),
    "no-humira": ("pg:ConcurrentTherapyCriterion ; pg:requiredGroups product:humira", ""),
    "on-enbrel": ("pg:ConcurrentTherapyCriterion ; pg:requiredGroups product:enbrel", ""),
    "from-ninety": (
        "pg:AgeCriterion ; pg:minimumAge 90",
        "has a pg:minimumAge above the pg:maximumAge of criterion/test/up-to-eighty",
    ),
    "up-to-eighty": ("pg:AgeCriterion ; pg:maximumAge 80", ""),
    "from-100": ("pg:AgeCriterion ; pg:minimumAge 100", ""),
    "up-to-99": ("pg:AgeCriterion ; pg:maximumAge 99", ""),
    # --- what asks nothing
    "unit-of-nothing": (
        "pg:MeasurementCriterion ; pg:measured lab:crp ; pg:aboveTimesUpper 1.0 ; pg:valueUnit unit:mg-per-l",
        "has a pg:valueUnit and no bound in it; add pg:atLeastValue or pg:aboveValue or pg:atMostValue or",
    ),
    "every-one-of-one": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:everyMember true",
        "has pg:everyMember of pg:therapyGroups with one member, which asks nothing",
    ),
    "every-one-and-two": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups set:therapies ; pg:everyMember true ; pg:minimumGroups 2",
        "has pg:everyMember, beside which its pg:minimumGroups asks nothing",
    ),
    "counted-by-nothing": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups set:therapies ; pg:countBy pg:ByIngredient",
        "has pg:countBy without a pg:minimumGroups above 1, so that nothing is counted",
    ),
    "counted": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups set:therapies ; pg:countBy pg:ByIngredient ; pg:minimumGroups 2",
        "",
    ),
    "months-of-an-intolerance": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:minimumMonths 3 ; "
        "pg:acceptedOutcomes pg:IntoleranceOrContraindication",
        "has pg:minimumMonths, which binds no contraindication or intolerance, the only outcomes that it accepts; take "
        "it away, or correct pg:acceptedOutcomes.",
    ),
    "days-of-a-contraindication": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:takenWithinDays 30 ; "
        "pg:acceptedOutcomes pg:ContraindicationOnly",
        "has pg:takenWithinDays, which binds no contraindication",
    ),
    "days-of-an-intolerance": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:takenWithinDays 30 ; "
        "pg:minimumWeeksSinceEnd 4 ; pg:acceptedOutcomes pg:IntoleranceOnly",
        "",
    ),
    "months-of-a-failure": (
        "pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:minimumMonths 3 ; "
        "pg:acceptedOutcomes pg:FailureOrIntolerance",
        "",
    ),
}
#: Criteria that a patient has to meet together; all others stand in a pg:AnyOf.
TOGETHER = {
    "ages": "c:adult c:child",
    "ages-of-two-levels": "c:adult c:younger",
    "formulary": "c:preferred c:not-preferred",
    "gene": "c:gene-found c:gene-not-found",
    "gene-of-two-origins": "c:found-in-the-tumor c:not-inherited",
    "other-gene": "c:gene-found-on-both-copies c:other-gene-found",
    "ruled-out": "c:from-fifty c:not-from-forty",
    "not-ruled-out": "c:from-thirty c:not-from-forty c:not-thirty-to-forty c:not-both",
    "same": "c:on-humira c:on-enbrel c:neither",
    "conditional": "c:from-100 c:if-then",
}
#: What is no pg:AllOf among them, or stands below one.
CONNECTED = """
c:not-from-forty a pg:NoneOf ; pg:parts ( c:from-forty ) ; @@ .
c:not-thirty-to-forty a pg:NoneOf ; pg:parts ( c:thirty-to-forty ) ; @@ .
c:both a pg:AllOf ; sh:and ( c:from-thirty c:on-enbrel ) ; @@ .
c:not-both a pg:NoneOf ; pg:parts ( c:both ) ; @@ .
c:neither a pg:NoneOf ; pg:parts ( c:any ) ; @@ .
c:any a pg:AnyOf ; sh:or ( c:no-humira c:up-to-forty ) ; @@ .
c:two a pg:AtLeastOf ; pg:minimumParts 2 ; pg:parts ( c:from-ninety c:up-to-eighty ) ; @@ .
c:one-of-two a pg:AtLeastOf ; pg:minimumParts 1 ; pg:parts ( c:from-100 c:up-to-99 ) ; @@ .
c:if-then a pg:IfThen ; pg:premise c:up-to-99 ; pg:consequence c:from-thirty ; pg:otherwise c:up-to-99 ; @@ .
"""
DRUGS = """
drug:zepbound a pg:Drug ; skos:prefLabel "Zepbound"@en ; skos:broader drug-class:biologic .
drug:tirzepatide a pg:Drug ; skos:prefLabel "tirzepatide"@en ; skos:broader drug-class:biologic .
"""


def _text() -> str:
    alone = " ".join(f"c:{name}" for name in CRITERIA)
    more = [_PREFIXES, *(f"c:{name} a {text} ; @@ ." for name, (text, _) in CRITERIA.items())]
    more += [f"c:{name} a pg:AllOf ; sh:and ( {parts} ) ; @@ ." for name, parts in TOGETHER.items()]
    more += [
        "c:younger a pg:AllOf ; sh:and ( c:of-eighteen-at-most ) ; @@ .",
        CONNECTED,
        f"c:one a pg:AnyOf ; sh:or ( {' '.join(f'c:{name}' for name in TOGETHER)} c:two c:one-of-two {alone} ) ; @@ .",
        'set:conditions a pg:ConceptSet ; skos:prefLabel "set"@en ; pg:member condition:gout , finding:rash .',
        'set:findings a pg:ConceptSet ; skos:prefLabel "set"@en ; pg:member condition:gout , finding:rash .',
        'set:therapies a pg:ConceptSet ; skos:prefLabel "set"@en ; pg:member product:humira , drug:methotrexate , '
        "drug-class:jak-inhibitor , group:sound .",
        'group:sound a pg:TherapyGroup ; skos:prefLabel "group"@en ; pg:member product:enbrel ; '
        "pg:except drug:anakinra .",
        'group:odd a pg:TherapyGroup ; skos:prefLabel "group"@en ; pg:member product:enbrel , condition:gout .',
    ]
    return mini.policy("gout c:one", more="\n".join(more) + DRUGS)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    path = tmp_path_factory.mktemp("policies") / "test.ttl"
    path.write_text(_text(), encoding="utf-8")
    said: dict[str, list[str]] = {}
    for fault in lint([path]):
        said.setdefault(fault.subject, []).append(fault.message)
    return said


@pytest.mark.parametrize("name", CRITERIA)
def test_a_criterion_has_the_fault_that_it_should_have_and_no_other(name: str, found: dict[str, list[str]]) -> None:
    _, words = CRITERIA[name]
    said = found.get(f"criterion/test/{name}", [])
    assert len(said) == bool(words), said
    assert words in "".join(said)


def test_a_drug_with_a_name_like_a_brand_is_told_as_one(found: dict[str, list[str]]) -> None:
    assert "product:zepbound a pg:Product ; skos:broader that drug" in "".join(found["drug/zepbound"])
    assert "drug/tirzepatide" not in found


def test_every_fault_says_what_to_do(found: dict[str, list[str]]) -> None:
    for messages in found.values():
        assert all(message.endswith(".") and ";" in message for message in messages)


def test_every_set_of_a_kind_is_looked_for_in_some_field() -> None:
    """So that no new kind's members go unchecked."""
    for module in MODULES:
        sets = {name for name, range_ in parameters(module.KIND).items() if range_ == "pg:ConceptSet"}
        assert set(looked_for(module.KIND)) == sets


def test_a_file_of_shapes_that_is_not_what_its_kind_says_is_told(tmp_path: Path) -> None:
    shutil.copytree(folder("shapes") / "criteria", tmp_path / "criteria")
    sound = [File(path, path.name, "criteria") for path in (tmp_path / "criteria").iterdir()]
    assert list(shapes_of_old(sound)) == []
    weight = tmp_path / "criteria" / "weight.ttl"
    weight.write_text(weight.read_text(encoding="utf-8") + "# ours\n", encoding="utf-8")
    weight.with_name("spleen.ttl").write_text("", encoding="utf-8")
    files = [File(file.path, file.shown, "criteria") for file in sound if file.shown != "age.ttl"]
    files.append(File(weight.with_name("spleen.ttl"), "spleen.ttl", "criteria"))
    assert {fault.file: fault.message.split(";")[0] for fault in shapes_of_old(files)} == {
        "weight.ttl": "is not what the kind of criterion says",
        "spleen.ttl": "is written from no kind of criterion",
        "shapes/criteria/age.ttl": "is not there",
    }

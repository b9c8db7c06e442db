"""Generated cases and criteria over a vocabulary so small that therapies, dates and bounds collide.

A ``Leaf`` is what a criterion asks, for both judges: ``params`` for the evaluator, ``criterion`` for SHACL. ``graph``
loads the concepts and one policy, ``test``, that owns the sets of ``SETS`` and has a rule for each leaf of ``WRITTEN``.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib
from dateutil.relativedelta import relativedelta
from evaluator import ID, Concepts, Group, Open
from hypothesis import strategies as st

from payergraph import terms
from payergraph.chart.case import Case, parse_case
from payergraph.criteria import KINDS, Parameters, Status
from payergraph.criteria.shapes import components, components_of
from payergraph.policies.model import Criterion
from payergraph.store import graph as store
from payergraph.verdict import shacl
from payergraph.verdict.bench import Bench, bench
from payergraph.verdict.leaves import states as states_of_leaves

DATA = Path(__file__).resolve().parent.parent / "data"

# --- sets --------------------------------------------------------------------------------------------

_ADALIMUMAB = ("product/humira", "product/cyltezo", "product/adalimumab-adbm", "product/hyrimoz")

#: The indication under review where a case states none.
REVIEW = "condition/rheumatoid-arthritis"

_BRANDS = ("product/humira", "product/enbrel")
_CSDMARDS = ("drug/methotrexate", "drug/leflunomide")
_SOME = (Group(("drug-class/biologic",), ("product/humira",)), "drug/methotrexate")

#: The sets that leaves name: name, members; the last of a list that is left open is what it may hold beside them.
SETS: dict[str, tuple[str | Group | Open, ...]] = {
    "preferred": (
        "product/actemra-sc",
        Group(_ADALIMUMAB),
        "product/enbrel",
        "product/rinvoq",
        Group(("product/xeljanz", "product/xeljanz-xr")),
    ),
    "two-brands": ("product/humira", "product/cyltezo"),
    "csdmards": ("drug/methotrexate", "drug/leflunomide", "drug/hydroxychloroquine", "drug/sulfasalazine"),
    "methotrexate": ("drug/methotrexate",),
    "other-csdmards": (Group(("drug-class/csdmard",), ("drug/methotrexate",)),),
    "biologics-and-tsdmards": ("drug-class/biologic", "drug-class/tsdmard"),
    "not-combined": (
        "drug-class/tnf-inhibitor",
        Group(("drug-class/biologic",), ("drug-class/tnf-inhibitor",)),
        "drug-class/jak-inhibitor",
    ),
    "biologics-but-humira": (Group(("drug-class/biologic",), ("product/humira",)),),
    "any": ("AnyTherapy",),
    "some-csdmards": (*_CSDMARDS, Open("drug-class/csdmard", _CSDMARDS)),
    "some-brands": (*_BRANDS, Open("drug/adalimumab", _BRANDS)),
    "some-therapies": (*_SOME, Open(None, _SOME)),
    "any-but-csdmards": (Group(("AnyTherapy",), ("drug-class/csdmard",)),),
    "light-or-csdmard": ("procedure/phototherapy", "drug-class/csdmard"),
    "nsaid-or-glucocorticoid": ("drug-class/nsaid", "drug-class/glucocorticoid"),
    "rheumatoid-arthritis": ("condition/rheumatoid-arthritis",),
    "caps-diseases": ("condition/fcas", "condition/muckle-wells-syndrome", "condition/nomid"),
    "sjia": ("condition/sjia",),
    "rheumatology": ("specialty/rheumatology",),
    "caps-specialties": ("specialty/pediatric-rheumatology", "specialty/genetics", "specialty/dermatology"),
    "caps-signs": (
        "finding/urticaria-like-rash",
        "finding/cold-triggered-episodes",
        "finding/sensorineural-hearing-loss",
        "finding/musculoskeletal-symptoms",
    ),
    "rash-and-pain": ("finding/urticaria-like-rash", "finding/musculoskeletal-symptoms"),
    "infections": ("finding/active-infection", "finding/untreated-latent-infection"),
    "headache-days": ("event/headache-day",),
    "migraine-days": ("event/migraine-day",),
    "flares": ("event/flare",),
    "hospital-for-a-flare": ("event/flare-hospitalization",),
    "bursts": ("event/systemic-corticosteroid-burst",),
    "emergency-or-admission": ("event/emergency-visit", "event/hospital-admission"),
    "high-dose": ("manner/at-a-high-dose",),
    "medium-or-high-dose": ("manner/at-a-medium-or-high-dose",),
    "daily-by-mouth": ("manner/daily", "manner/by-mouth"),
    "approved-tests": ("method/fda-approved-test",),
    "cigna": ("payer/cigna",),
    "outside-hospitals": ("site/home", "site/office", "site/infusion-center"),
    "outpatient-hospital": ("site/outpatient-hospital",),
    "two-states": ("state/CT", "state/KY"),
    "some-plans": ("plan/cigna-employer-group", "plan/molina-texas-marketplace"),
    "employer-or-medicare": ("line-of-business/employer-group", "line-of-business/medicare-advantage"),
    "programmes": ("safety-programme/touch", "safety-programme/lenalidomide-rems"),
    "advanced-disease": ("disease-status/metastatic", "disease-status/unresectable"),
    "relapsed-or-refractory": ("disease-status/relapsed-or-refractory",),
    "in-remission": ("disease-status/in-remission",),
    "imaging-or-biopsy": ("diagnostic-method/imaging", "diagnostic-method/biopsy"),
    "interruptions": ("interruption/surgery", "interruption/infection"),
    "early-fibrosis": ("grade/fibrosis-f1", "grade/fibrosis-f2"),
    "caps-but-nomid": (Group(("condition/caps",), ("condition/nomid",)),),
    "fcas-or-arthritis": (Group(("condition/fcas", "condition/rheumatoid-arthritis")),),
}
#: Sets of uses, which hold their members and exceptions themselves.
_USES = ("caps-but-nomid", "fcas-or-arthritis")
_PLANS = {
    "cigna-commercial": "payer payer/cigna lineOfBusiness line-of-business/commercial",
    "cigna-employer-group": "payer payer/cigna lineOfBusiness line-of-business/employer-group",
    "cigna-medicare-advantage": "payer payer/cigna lineOfBusiness line-of-business/medicare-advantage",
    "cigna-hmo-california": "payer payer/cigna planType plan-type/hmo state state/CA",
    "molina-texas-marketplace": "payer payer/molina lineOfBusiness line-of-business/marketplace state state/TX",
}
_THERAPY_SETS = ("preferred", "two-brands", "csdmards", "methotrexate", "other-csdmards", "biologics-and-tsdmards",
                 "not-combined", "biologics-but-humira", "nsaid-or-glucocorticoid", "light-or-csdmard",
                 "any", "any-but-csdmards", "some-csdmards", "some-brands", "some-therapies")  # fmt: skip


def _named(member: str) -> str:
    """A thing, or a term of the vocabulary, as Turtle names it."""
    return f"<{ID}{member}>" if "/" in member else f"pg:{member}"


def _turtle() -> Iterator[str]:
    """The policy, in the words of DEVELOPERS.md."""
    for prefix in ("pg", "sh", "skos"):
        yield f"@prefix {prefix}: <{terms.PREFIXES[prefix]}> ."
    for name, members in SETS.items():
        listed, more = [], ""
        for number, member in enumerate(members):
            if name in _USES:
                listed += [*map(_named, member.members), *(f"; pg:except {_named(m)}" for m in member.excepted)]
            elif isinstance(member, Open):
                more = " ; pg:openEnded true" + (f" ; pg:exampleOf {_named(member.of)}" if member.of else "")
            elif isinstance(member, Group):
                listed.append(f"<{ID}group/test/{name}-{number}>")
                inside = " , ".join(map(_named, member.members))
                out = "".join(f" ; pg:except {_named(m)}" for m in member.excepted)
                yield f'{listed[-1]} a pg:TherapyGroup ; skos:prefLabel "{name}"@en ; pg:member {inside}{out} .'
            else:
                listed.append(_named(member))
        held = " , ".join(listed).replace(" , ;", " ;") + more
        yield f'<{ID}set/test/{name}> a pg:ConceptSet ; skos:prefLabel "{name}"@en ; pg:member {held} .'
    for payer in ("cigna", "molina"):
        yield f'<{ID}payer/{payer}> a pg:Payer ; skos:prefLabel "{payer}"@en .'
    for plan, facts in _PLANS.items():
        words = iter(facts.split())
        said = "".join(f" ; pg:{name} <{ID}{thing}>" for name, thing in zip(words, words, strict=True))
        yield f'<{ID}plan/{plan}> a pg:Plan ; skos:prefLabel "{plan}"@en{said} .'
    rules = " , ".join(f"<{ID}rule/test/{name}>" for name in WRITTEN)
    yield (
        f'<{ID}policy/test> a pg:CoveragePolicy ; skos:prefLabel "test"@en ; pg:payer <{ID}payer/cigna> ; '
        f"pg:drug <{ID}drug/anakinra> ; pg:authority pg:Primary ; pg:indicationsComplete true ; "
        f'pg:coverageRule {rules} ; pg:locator "nowhere" .'
    )
    for name, leaf in WRITTEN.items():
        yield (
            f"<{ID}rule/test/{name}> a pg:CoverageRule ; pg:indication <{ID}{REVIEW}> ; pg:completeness pg:Complete ; "
            f'pg:initialCriteria <{ID}criterion/test/{name}> ; pg:locator "nowhere" .'
        )
        asked = "".join(f" ; pg:{key} {_term(value)}" for key, value in leaf.given.items())
        yield f'<{ID}criterion/test/{name}> a pg:{leaf.kind} ; pg:locator "nowhere"{asked} .'


@lru_cache(maxsize=1)
def graph() -> store.LocalGraph:
    """The concepts and one policy that owns the sets, loaded as any data folder is."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        shutil.copytree(DATA / "concepts", data / "concepts")
        (data / "policies").mkdir()
        (data / "policies" / "test.ttl").write_text("\n".join(_turtle()), encoding="utf-8")
        return store.load(data=data)


@lru_cache(maxsize=1)
def concepts() -> Concepts:
    """The evaluator's own view of the concepts."""
    return Concepts(DATA / "concepts")


# --- a leaf ------------------------------------------------------------------------------------------

_NUMBERS = count()


@dataclass(frozen=True)
class Leaf:
    """What one criterion asks. Sets are given by name, things as ``kind/slug``, terms of the vocabulary as ``pg:…``."""

    kind: str
    given: Mapping[str, Any]

    @property
    def params(self) -> dict[str, Any]:
        """The parameters as the evaluator takes them."""
        return {
            name: SETS[value] if value in SETS else value.removeprefix("pg:") if isinstance(value, str) else value
            for name, value in self.given.items()
        }

    def criterion(self) -> Criterion:
        """A criterion as it would be read from a policy."""
        return _criterion(self.kind, {name: _term(value) for name, value in self.given.items()})


def _written() -> dict[str, Leaf]:
    leaves = [
        Leaf("UseCriterion", {"use": "condition/rheumatoid-arthritis"}),
        Leaf("DiagnosisCriterion", {"conditions": "rheumatoid-arthritis", "minimumSeverity": "pg:ModerateToSevere"}),
        Leaf("DiagnosisCriterion", {"conditions": "sjia", "activeDisease": True}),
        Leaf("AgeCriterion", {"minimumAge": 2, "maximumAge": 17}),
        Leaf("WeightCriterion", {"minimumWeightKg": Decimal("10.0")}),
        Leaf("PrescriberCriterion", {"specialties": "rheumatology", "consultationAccepted": True}),
        Leaf(
            "PriorTherapyCriterion",
            {
                "therapyGroups": "preferred",
                "minimumGroups": 2,
                "acceptedOutcomes": "pg:FailureIntoleranceOrContraindication",
                "minimumMonths": 3,
                "samplesExcluded": True,
            },
        ),
        Leaf("PriorTherapyCriterion", {"therapyGroups": "csdmards", "everyMember": True}),
        Leaf(
            "PriorTherapyCriterion",
            {
                "therapyGroups": "biologics-and-tsdmards",
                "minimumGroups": 2,
                "countBy": "pg:ByIngredient",
                "minimumWeeks": 12,
            },
        ),
        Leaf(
            "PriorTherapyCriterion",
            {
                "therapyGroups": "methotrexate",
                "acceptedOutcomes": "pg:FailureOnly",
                "maximallyTolerated": True,
                "currentlyTaken": True,
                "minimumDose": Decimal("15.0"),
                "doseUnit": "unit/mg",
                "dosePeriodDays": 7,
            },
        ),
        Leaf("NoPriorTherapyCriterion", {"notTakenGroups": "not-combined", "notTakenWithinWeeks": 12}),
        Leaf("TimeOnDrugCriterion", {"longestGapDays": 30, "minimumMonths": 3}),
        Leaf("NoConcurrentTherapyCriterion", {"excludedGroups": "not-combined"}),
        Leaf("ConcurrentTherapyCriterion", {"requiredGroups": "other-csdmards"}),
        Leaf(
            "MeasurementCriterion",
            {
                **{"measured": "lab/crp", "atLeastValue": Decimal("12.0"), "valueUnit": "unit/mg-per-l"},
                **{"aboveTimesUpper": Decimal("1.0"), "anyBound": True},
                **{"occasion": "pg:AnyOccasion", "withinMonths": 3},
            },
        ),
        Leaf(
            "MeasurementCriterion",
            {
                **{"measured": "lab/crp", "aboveTimesUpper": Decimal("1.0")},
                **{"occasion": "pg:AnyOccasion", "withinDays": 90, "beforeTreatment": True},
            },
        ),
        Leaf("FindingCriterion", {"findings": "caps-signs", "minimumFindings": 2}),
        Leaf(
            "AbsentFindingCriterion",
            {"absentFindings": "infections", "absenceAttestation": "attestation/no-active-infection"},
        ),
        Leaf("BiomarkerCriterion", {"marker": "gene/NLRP3", "biomarkerResult": "pg:Pathogenic"}),
        Leaf(
            "BiomarkerCriterion",
            {
                "marker": "gene/BRCA1",
                "biomarkerResult": "pg:Pathogenic",
                "biomarkerOrigin": "pg:Germline",
                "testMethods": "approved-tests",
            },
        ),
        Leaf("BiomarkerCriterion", {"marker": "biomarker/pd-l1", "minimumExpressionPercent": Decimal("50.0")}),
        Leaf("ScreeningCriterion", {"screeningFor": "infection/tuberculosis", "withinMonths": 12}),
        Leaf("ScreeningCriterion", {"screeningFor": "infection/hepatitis-b", "underTreatmentAccepted": True}),
        Leaf("AttestationCriterion", {"attestation": "attestation/no-active-infection"}),
        Leaf("DocumentCriterion", {"document": "document/lab-results"}),
        Leaf(
            "EventCriterion",
            {"eventKinds": "flares", "minimumEvents": 3, "perDays": 365, "sufficientEvents": "hospital-for-a-flare"},
        ),
        Leaf(
            "EventCriterion",
            {"eventKinds": "bursts", "minimumEvents": 2, "minimumEventDays": 3, "withinMonths": 12, "perDays": 365},
        ),
        Leaf("ResponseCriterion", {"positiveResponse": True}),
        Leaf(
            "AdherenceCriterion",
            {"minimumAdherencePercent": Decimal("85.0"), "acceptedInterruptions": "interruptions"},
        ),
        Leaf("DoseCriterion", {"atMostDose": Decimal("100.0"), "doseUnit": "unit/mg", "dosePeriodDays": 1}),
        Leaf("DoseCriterion", {"maximumQuantity": Decimal("28.0"), "perDays": 28}),
        Leaf("FormularyCriterion", {"formularyStatus": "pg:Preferred"}),
        *(Leaf("UseCriterion", {"uses": uses}) for uses in _USES),
        Leaf("PlanCriterion", {"states": "two-states"}),
        Leaf("SiteCriterion", {"sites": "outside-hospitals"}),
        Leaf(
            "CoverageHistoryCriterion",
            {"coverageKind": "pg:ApprovalOrClaim", "coveringPayers": "cigna", "withinDays": 90},
        ),
        Leaf(
            "PatientCriterion", {"patientSex": "pg:Female", "patientAttribute": "pg:Pregnant", "attributeHolds": False}
        ),
        Leaf("PatientCriterion", {"minimumAgeMonths": 6, "maximumAgeMonths": 23}),
        Leaf(
            "DiagnosisCriterion",
            {"conditions": "sjia", "minimumStage": "disease-stage/stage-iii", "diseaseStatus": "advanced-disease"},
        ),
        Leaf("ReviewerCriterion", {"judgement": "a reviewer decides", "plainInSource": True}),
        Leaf("NotShownCriterion", {"notShown": "the rest"}),
        Leaf(
            "MeasurementCriterion",
            {
                "measured": "observable/bmi",
                "atLeastValue": Decimal("27.0"),
                "belowValue": Decimal("30.0"),
                "valueUnit": "unit/kg-per-m2",
                "withinMonths": 12,
            },
        ),
        Leaf(
            "MeasurementCriterion",
            {
                "measured": "observable/fibrosis-stage",
                "atLeastGrade": "grade/fibrosis-f2",
                "occasion": "pg:AnyOccasion",
            },
        ),
        Leaf("ChangeCriterion", {"changed": "observable/body-weight", "lossAtLeastPercent": Decimal("5.0")}),
    ]
    return {f"{number:02}-{leaf.kind}": leaf for number, leaf in enumerate(leaves)}


#: Leaves of every kind that the policy ``test`` asks, by the name of their rule.
WRITTEN = _written()


def _term(value: Any) -> ox.NamedNode | ox.Literal:
    if isinstance(value, Decimal):
        return ox.Literal(str(value), datatype=ox.NamedNode(terms.XSD + "decimal"))
    if not isinstance(value, str):
        return ox.Literal(value)
    if value.startswith("pg:"):
        return terms.pg(value.removeprefix("pg:"))
    if value in SETS:
        return ox.NamedNode(f"{ID}set/test/{value}")
    return ox.NamedNode(ID + value) if "/" in value else ox.Literal(value)


def _criterion(kind: str, values: Mapping[str, Any], children: tuple[Criterion, ...] = ()) -> Criterion:
    name = f"test/{next(_NUMBERS)}"
    return Criterion(
        id=name,
        iri=f"{ID}criterion/{name}",
        kind=kind,
        parameters=Parameters(values),
        summary="",
        dimension=KINDS[kind].dimension,
        changeable=KINDS[kind].changeable,
        source="",
        section="",
        locator="",
        children=children,
    )


def all_of(*parts: Criterion) -> Criterion:
    """A criterion that all of these make."""
    return _criterion("AllOf", {}, parts)


def any_of(*parts: Criterion) -> Criterion:
    """A criterion that any of these makes."""
    return _criterion("AnyOf", {}, parts)


def at_least(number: int, *parts: Criterion) -> Criterion:
    """A criterion that so many of these make."""
    return _criterion("AtLeastOf", {"minimumParts": ox.Literal(number)}, parts)


def none_of(*parts: Criterion) -> Criterion:
    """A criterion that the absence of all of these makes."""
    return _criterion("NoneOf", {}, parts)


def if_then(premise: Criterion, consequence: Criterion, *otherwise: Criterion) -> Criterion:
    """A criterion that depends on another."""
    return _criterion("IfThen", {}, (premise, consequence, *otherwise))


def read(case: Mapping[str, Any]) -> Case:
    """A case through the front door."""
    return parse_case(json.dumps(case, default=str), graph())


def shacl_states(case: Mapping[str, Any], leaves: list[Criterion], review: str) -> dict[str, str]:
    """What SHACL says of each leaf for a case; ``review`` counts where the case states no indication."""
    known = read(case)
    on = bench(graph())
    with on.with_case(known.triples(ox.NamedNode(known.indication or ID + review))):
        return {name: state.value for name, state in engines_say(on, known.iri.value, leaves).items()}


def quick_states(case: Case, leaves: Sequence[Criterion], review: str) -> dict[str, Status]:
    """The states of leaves by the quick way alone; ``review`` is an IRI."""
    on = bench(graph())
    with on.with_case(case.triples(ox.NamedNode(review))):
        return states_of_leaves(on, case.iri.value, leaves)


def engines_say(on: Bench, focus: str, leaves: Sequence[Criterion]) -> dict[str, Status]:
    """The states of leaves on the case that lies on the bench, which the quick way and pySHACL must agree on."""
    states = states_of_leaves(on, focus, leaves)
    assert states == _by_pyshacl(on, focus, leaves)
    return states


def _by_pyshacl(on: Bench, focus: str, leaves: Sequence[Criterion]) -> dict[str, Status]:
    report = shacl.validate(on, focus, leaves, [leaf.iri for leaf in leaves])
    sh = rdflib.Namespace(terms.SH)
    bounds = {c.iri: c.bound for c in components()}
    judged = {leaf.iri for leaf in leaves for c in components_of().get(leaf.kind, ()) if c.applies_to(leaf.parameters)}
    failed = {
        (str(report.value(result, sh.sourceShape)), bounds[str(report.value(result, sh.sourceConstraintComponent))])
        for result in report.subjects(rdflib.RDF.type, sh.ValidationResult)
    }

    def state(leaf: str) -> Status:
        if (leaf, "Possible") in failed:
            return Status.NOT_MET
        return Status.NOT_DOCUMENTED if (leaf, "Established") in failed or leaf not in judged else Status.MET

    return {leaf.id: state(leaf.iri) for leaf in leaves}


# --- generated leaves --------------------------------------------------------------------------------


#: The parameters that leaves of each kind are generated with.
PARAMETERS: defaultdict[str, set[str]] = defaultdict(set)


def _leaf(kind: str, *, optional: Mapping[str, st.SearchStrategy[Any]] | None = None, **required: Any) -> Any:
    given = {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in required.items()}
    PARAMETERS[kind] |= {*given, *(optional or {})}
    return st.fixed_dictionaries(given, optional=dict(optional or {})).map(lambda params: Leaf(kind, params))


def _one(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def _decimals(*texts: str) -> st.SearchStrategy[Decimal]:
    return st.sampled_from([Decimal(text) for text in texts])


_FLAG = st.booleans()

_OUTCOMES = {
    "acceptedOutcomes": _one(
        "pg:FailureOnly",
        "pg:IntoleranceOnly",
        "pg:ResponseOnly",
        "pg:AnyOutcome",
        "pg:IntoleranceOrContraindication",
        "pg:FailureOrIntolerance",
        "pg:FailureIntoleranceOrContraindication",
    )
}
_COUNT = {"minimumGroups": _one(1, 2, 3), "countBy": _one("pg:ByGroup", "pg:ByIngredient"), "samplesExcluded": _FLAG}
_TRIAL = {"minimumMonths": _one(2, 3), "minimumWeeks": _one(4, 12), "minimumDays": _one(30, 90)}
_DOSE = {"maximallyTolerated": _FLAG, "currentlyTaken": _FLAG}
_PERIODS = {"dosePeriodDays": _one(1, 7, 14)}, {"dosePeriodMonths": _one(1, 12)}, {}
_AT_A_DOSE = [
    {"minimumDose": _decimals("15.0", "20.0"), "doseUnit": _one("unit/mg", "unit/mg", "unit/ug", "unit/ml"), **period}
    for period in ({"dosePeriodDays": st.just(7)}, *_PERIODS)
]
_LINE = {"atLeastLine": _one(1, 2), "atMostLine": _one(1, 2)}
_BY_LINE = {"minimumGroups": _one(1, 2, 3), "countBy": st.just("pg:ByLine")}
_RECENT = {"takenWithinDays": _one(30, 90), "minimumWeeksSinceEnd": _one(4, 12), "requestedDrugCounts": _FLAG}
_TOGETHER = {"togetherWith": _one("nsaid-or-glucocorticoid", "methotrexate", "preferred", "some-csdmards")}
_MANNERS = {"manners": _one("high-dose", "medium-or-high-dose", "daily-by-mouth")}
_PRIOR = [
    _leaf("PriorTherapyCriterion", therapyGroups=_one(*_THERAPY_SETS), optional={**_OUTCOMES, **more})
    for more in (
        *(_COUNT, {**_COUNT, **_TRIAL}, _TRIAL, {**_DOSE, **_TRIAL}, _RECENT, _TOGETHER, _LINE, _BY_LINE),
        {**_MANNERS, **_TRIAL, "takenWithinDays": _one(30, 90)},
    )
]
_PRIOR += [
    _leaf(
        "PriorTherapyCriterion",
        therapyGroups=_one(*_THERAPY_SETS),
        optional={**_OUTCOMES, **_TRIAL, **_DOSE, **_MANNERS},
        **dose,
    )
    for dose in _AT_A_DOSE
]
_EVERY = _leaf(
    "PriorTherapyCriterion",
    therapyGroups=_one("csdmards", "two-brands", "methotrexate", "some-csdmards"),
    everyMember=True,
    optional={**_OUTCOMES, "samplesExcluded": _FLAG},
)
_WITHIN = {"withinMonths": _one(3, 12), "withinDays": st.just(90)}

_SEX = _one("pg:Female", "pg:Male")
_AGE_MONTHS = {"minimumAgeMonths": _one(24, 210, 216), "maximumAgeMonths": _one(215, 227, 228)}
_ATTRIBUTE = {"patientAttribute": _one("pg:Pregnant", "pg:Menopausal", "pg:Smoker"), "attributeHolds": _FLAG}
_STANDS = {
    "minimumStage": _one("disease-stage/stage-iii", "disease-stage/stage-iiib", "disease-stage/stage-0"),
    "maximumStage": _one("disease-stage/stage-iii", "disease-stage/stage-iiib", "disease-stage/stage-iv"),
    "diseaseStatus": _one("advanced-disease", "relapsed-or-refractory"),
    "excludedStatus": _one("in-remission", "advanced-disease"),
    "minimumMonthsSinceDiagnosis": _one(3, 12),
    "confirmedBy": _one("rheumatology", "caps-specialties"),
    "confirmedHow": st.just("imaging-or-biopsy"),
}
_OCCASION = {"occasion": _one("pg:AnyOccasion", "pg:LatestOccasion", "pg:BaselineOccasion", "pg:BeforeDrugOccasion")}
_ANY = {"occasion": _one("pg:AnyOccasion", "pg:AnyOccasion", "pg:LatestOccasion")}
_ON = {"whileOn": _one("methotrexate", "preferred")}
_CHANGES = {
    f"{word}{end}{percent}": _decimals("0.6", "5.0", "10.0")
    for word in ("loss", "rise")
    for end in ("AtLeast", "AtMost")
    for percent in ("", "Percent")
}
_BETWEEN = {
    "changeStart": _one("pg:FromBaseline", "pg:FromBeforeDrug", "pg:FromPrevious"),
    "changeEnd": _one("pg:Kept", "pg:Reached"),
}

_BY_KIND: dict[str, list[Any]] = {
    "UseCriterion": [
        _leaf(
            "UseCriterion",
            use=_one(
                "condition/caps",
                "condition/nomid",
                "condition/sjia",
                "condition/rheumatoid-arthritis",
                "condition/stills-disease",
            ),
        ),
        _leaf("UseCriterion", uses=_one(*_USES)),
    ],
    "DiagnosisCriterion": [
        _leaf(
            "DiagnosisCriterion",
            conditions=_one("rheumatoid-arthritis", "caps-diseases", "sjia"),
            optional={
                "minimumSeverity": _one("pg:Mild", "pg:Moderate", "pg:ModerateToSevere", "pg:Severe", "pg:AnySeverity"),
                "activeDisease": _FLAG,
            },
        ),
        _leaf("DiagnosisCriterion", conditions=_one("rheumatoid-arthritis", "caps-diseases"), activeDisease=True),
        _leaf("DiagnosisCriterion", conditions=_one("rheumatoid-arthritis", "caps-diseases"), optional=_STANDS),
    ],
    "AgeCriterion": [
        _leaf("AgeCriterion", minimumAge=_one(2, 18), optional={"maximumAge": st.just(18)}),
        _leaf("AgeCriterion", maximumAge=st.just(17)),
    ],
    "WeightCriterion": [
        _leaf(
            "WeightCriterion",
            minimumWeightKg=_decimals("10.0", "40.0"),
            optional={"maximumWeightKg": _decimals("40.0", "50.0")},
        ),
        _leaf("WeightCriterion", maximumWeightKg=_decimals("10.0", "40.0")),
    ],
    "PatientCriterion": [
        _leaf("PatientCriterion", patientSex=_SEX),
        _leaf("PatientCriterion", **_AGE_MONTHS, optional={"patientSex": _SEX}),
        _leaf("PatientCriterion", minimumAgeMonths=_one(24, 216)),
        _leaf("PatientCriterion", maximumAgeMonths=_one(23, 215)),
        _leaf("PatientCriterion", **_ATTRIBUTE, optional={"patientSex": _SEX}),
    ],
    "PrescriberCriterion": [
        _leaf(
            "PrescriberCriterion",
            specialties=_one("rheumatology", "caps-specialties"),
            optional={"consultationAccepted": _FLAG},
        )
    ],
    "PriorTherapyCriterion": [*_PRIOR, _EVERY],
    "NoPriorTherapyCriterion": [
        _leaf(
            "NoPriorTherapyCriterion",
            notTakenGroups=_one(
                *("biologics-and-tsdmards", "not-combined", "biologics-but-humira", "methotrexate", "some-brands")
            ),
            optional={
                "notTakenWithinDays": _one(30, 90),
                "notTakenWithinWeeks": _one(4, 12),
                "requestedDrugCounts": _FLAG,
            },
        )
    ],
    "TimeOnDrugCriterion": [
        _leaf(
            "TimeOnDrugCriterion",
            longestGapDays=_one(0, 28, 30, 90),
            optional={
                **{"minimumMonths": _one(1, 3), "minimumWeeks": _one(4, 12), "minimumDays": _one(30, 90)},
                "samplesExcluded": _FLAG,
            },
        )
    ],
    "NoConcurrentTherapyCriterion": [
        _leaf(
            "NoConcurrentTherapyCriterion",
            excludedGroups=_one("biologics-and-tsdmards", "not-combined", "biologics-but-humira", "some-therapies"),
            optional={
                "otherProductsCount": _FLAG,
                "takenForUses": _one("rheumatoid-arthritis", "caps-diseases", "sjia"),
            },
        )
    ],
    "ConcurrentTherapyCriterion": [
        _leaf(
            "ConcurrentTherapyCriterion",
            requiredGroups=_one("biologics-and-tsdmards", "other-csdmards", "preferred", "some-csdmards"),
            optional={"plannedCounts": _FLAG, **_MANNERS},
        )
    ],
    "MeasurementCriterion": [
        _leaf(
            "MeasurementCriterion",
            measured="observable/bmi",
            valueUnit="unit/kg-per-m2",
            optional={
                "atLeastValue": _decimals("27.0", "30.0"),
                "aboveValue": _decimals("27.0"),
                "atMostValue": _decimals("30.0"),
                "belowValue": _decimals("30.0", "40.0"),
                **_OCCASION,
                **_WITHIN,
            },
        ),
        _leaf("MeasurementCriterion", measured="observable/bmi", optional={**_OCCASION, **_WITHIN, **_ON}),
        _leaf(
            "MeasurementCriterion",
            measured="observable/bmi",
            inARow=_one(1, 2, 3),
            atLeastValue=_decimals("27.0"),
            valueUnit="unit/kg-per-m2",
            optional={**_WITHIN, **_ON},
        ),
        _leaf(
            "MeasurementCriterion",
            measured=_one("observable/bmi", "observable/das28"),
            inARow=_one(1, 2, 3),
            optional={**_WITHIN, **_ON},
        ),
        _leaf(
            "MeasurementCriterion",
            measured="observable/das28",
            inARow=_one(1, 2, 3),
            atLeastValue=_decimals("3.2"),
            optional={**_WITHIN, **_ON},
        ),
        _leaf(
            "MeasurementCriterion",
            measured="observable/das28",
            optional={
                "aboveValue": _decimals("3.2", "5.1"),
                "atMostValue": _decimals("3.2", "5.1"),
                **_OCCASION,
                **_ON,
            },
        ),
        _leaf(
            "MeasurementCriterion",
            measured="lab/crp",
            atLeastValue=_decimals("12.0"),
            valueUnit="unit/mg-per-l",
            optional={
                **_ANY,
                **_WITHIN,
                "aboveTimesUpper": _decimals("1.0"),
                "atLeastTimesUpper": _decimals("1.2", "2.0"),
                "anyBound": _FLAG,
            },
        ),
        _leaf(
            "MeasurementCriterion",
            measured="lab/crp",
            atLeastValue=_decimals("1.2"),
            valueUnit="unit/mg-per-dl",
            optional={**_ANY, "belowTimesUpper": _decimals("1.2"), "anyBound": _FLAG},
        ),
        _leaf(
            "MeasurementCriterion",
            measured="lab/crp",
            atMostValue=_decimals("10.0"),
            valueUnit="unit/mg-per-l",
            optional=_ANY,
        ),
        _leaf(
            "MeasurementCriterion",
            measured=_one("lab/crp", "lab/serum-amyloid-a"),
            optional={**_ANY, **_WITHIN, "aboveTimesUpper": _decimals("1.0"), "beforeTreatment": _FLAG},
        ),
        _leaf(
            "MeasurementCriterion",
            measured="lab/crp",
            optional={
                **_OCCASION,
                "anyBound": _FLAG,
                "beforeTreatment": _FLAG,
                **{
                    f"{name}Times{limit}": _decimals("1.0", "1.2")
                    for name in ("atLeast", "above", "atMost", "below")
                    for limit in ("Upper", "Lower")
                },
            },
        ),
        _leaf(
            "MeasurementCriterion",
            measured="observable/fibrosis-stage",
            optional={
                "atLeastGrade": _one("grade/fibrosis-f1", "grade/fibrosis-f2"),
                "atMostGrade": _one("grade/fibrosis-f2"),
                "acceptedGrades": st.just("early-fibrosis"),
                **_OCCASION,
            },
        ),
    ],
    "ChangeCriterion": [
        _leaf(
            "ChangeCriterion",
            changed="observable/body-weight",
            changeUnit=_one("unit/kg", "unit/pound"),
            optional={**_CHANGES, **_BETWEEN, **_WITHIN},
        ),
        _leaf(
            "ChangeCriterion",
            changed="observable/das28",
            optional={**_CHANGES, **_BETWEEN},
        ),
        _leaf(  # what is measured in a unit is bounded in one, or by percent: lint sees to it
            "ChangeCriterion",
            changed=_one("observable/bmi", "observable/body-weight"),
            optional={**{name: bound for name, bound in _CHANGES.items() if name.endswith("Percent")}, **_BETWEEN},
        ),
        *(
            _leaf(
                "ChangeCriterion",
                changed="observable/body-weight",
                optional=_BETWEEN,
                **{name: _decimals("5.0", "10.0")},
            )
            for name in ("lossAtLeastPercent", "riseAtLeastPercent", "riseAtMostPercent")
        ),
    ],
    "FindingCriterion": [
        _leaf(
            "FindingCriterion",
            findings=_one("rash-and-pain", "caps-signs"),
            optional={"minimumFindings": _one(1, 2, 3)},
        )
    ],
    "AbsentFindingCriterion": [
        _leaf(
            "AbsentFindingCriterion",
            absentFindings=_one("rash-and-pain", "infections"),
            optional={"absenceAttestation": st.just("attestation/no-active-infection")},
        )
    ],
    "BiomarkerCriterion": [
        _leaf(
            "BiomarkerCriterion",
            marker=_one("gene/NLRP3", "gene/NLRP3", "gene/IL1RN", "gene/BRCA1"),
            optional={
                "biomarkerResult": _one(
                    *("pg:Pathogenic", "pg:BiAllelicPathogenic", "pg:NegativeBiomarker", "pg:NegativeGeneticResult"),
                    *("pg:PositiveBiomarker", "pg:UncertainGeneticResult"),
                ),
                "biomarkerOrigin": _one("pg:Germline", "pg:Germline", "pg:Somatic"),
                "testMethods": st.just("approved-tests"),
            },
        ),
        _leaf(
            "BiomarkerCriterion",
            marker=_one("biomarker/pd-l1", "biomarker/her2"),
            optional={
                "biomarkerResult": _one("pg:PositiveBiomarker", "pg:NegativeBiomarker", "pg:EquivocalBiomarker"),
                "minimumExpressionPercent": _decimals("1.0", "50.0"),
                "testMethods": st.just("approved-tests"),
            },
        ),
    ],
    "ScreeningCriterion": [
        _leaf(
            "ScreeningCriterion",
            screeningFor=_one("infection/tuberculosis", "infection/hepatitis-b"),
            optional={"withinMonths": _one(3, 12), "underTreatmentAccepted": _FLAG, "anyResult": _FLAG},
        )
    ],
    "AttestationCriterion": [
        _leaf(
            "AttestationCriterion",
            attestation=_one(
                "attestation/no-active-infection",
                "attestation/functional-impairment",
                "attestation/infection-monitoring",
            ),
            optional={"attestedBy": _one("pg:ByPrescriber", "pg:ByPatientOrGuardian")},
        )
    ],
    "DocumentCriterion": [
        _leaf(
            "DocumentCriterion",
            document=_one("document/lab-results", "document/consultation-notes", "document/complete-blood-count"),
        )
    ],
    "EventCriterion": [
        _leaf(
            "EventCriterion",
            eventKinds=_one("flares", "flares", "emergency-or-admission"),
            minimumEvents=_one(1, 3),
            perDays=_one(365),
            optional={
                **_WITHIN,
                "sufficientEvents": _one("hospital-for-a-flare", "hospital-for-a-flare", "emergency-or-admission"),
                "beforeTreatment": _FLAG,
            },
        ),
        _leaf(
            "EventCriterion",
            eventKinds=_one("bursts", "bursts", "emergency-or-admission"),
            minimumEvents=_one(1, 2, 3),
            optional={**_WITHIN, "minimumEventDays": st.just(3), "beforeTreatment": _FLAG},
        ),
        _leaf(
            "EventCriterion",
            eventKinds=_one("headache-days", "headache-days", "migraine-days"),
            minimumEvents=_one(2, 4),
            perDays=_one(30, 365),
            optional={**_WITHIN, "minimumEventDays": st.just(3), "beforeTreatment": _FLAG},
        ),
    ],
    "ResponseCriterion": [_leaf("ResponseCriterion", positiveResponse=_FLAG)],
    "AdherenceCriterion": [
        _leaf(
            "AdherenceCriterion",
            minimumAdherencePercent=_decimals("85.0"),
            optional={"acceptedInterruptions": st.just("interruptions")},
        )
    ],
    "DoseCriterion": [
        *(
            _leaf(
                "DoseCriterion",
                doseUnit=_one("unit/mg", "unit/mg", "unit/ug"),
                optional={"dosePer": _one("pg:PerKilogram", "pg:PerSquareMeter", "pg:WholePatient")},
                **{bound: _decimals("2.5", "100.0", "700.0")},
                **period,
            )
            for bound in ("atMostDose", "atLeastDose", "atMostLoadingDose", "atLeastLoadingDose")
            for period in (_PERIODS if bound.endswith("tDose") else ({},))
        ),
        _leaf(
            "DoseCriterion",
            maximumQuantity=_decimals("28.0"),
            perDays=_one(28, 30),
            optional={"quantityUnit": _one("unit/syringe", "unit/unit", "unit/ml")},
        ),
        _leaf("DoseCriterion", dosing="pg:AsLabeled"),
    ],
    "FormularyCriterion": [
        _leaf("FormularyCriterion", formularyStatus=_one("pg:Preferred", "pg:NonPreferred", "pg:NonFormulary"))
    ],
    "PlanCriterion": [
        _leaf("PlanCriterion", states=st.just("two-states"), optional={"plans": st.just("some-plans")}),
        _leaf("PlanCriterion", plans=st.just("some-plans")),
        _leaf("PlanCriterion", linesOfBusiness=st.just("employer-or-medicare")),
    ],
    "SiteCriterion": [
        _leaf("SiteCriterion", sites=_one("outside-hospitals", "outpatient-hospital")),
        _leaf(
            "SiteCriterion",
            programmes=_one("programmes"),
            optional={"sites": _one("outside-hospitals", "outpatient-hospital")},
        ),
    ],
    "CoverageHistoryCriterion": [
        _leaf(
            "CoverageHistoryCriterion",
            coverageKind=_one("pg:Approval", "pg:Claim", "pg:ApprovalOrClaim"),
            optional={**_WITHIN, "coveringPayers": st.just("cigna")},
        )
    ],
    "ReviewerCriterion": [
        _leaf("ReviewerCriterion", judgement="a reviewer decides", optional={"plainInSource": _FLAG})
    ],
    "NotShownCriterion": [_leaf("NotShownCriterion", notShown="the rest")],
}


def leaves(*kinds: str) -> st.SearchStrategy[Leaf]:
    """A leaf of one of the kinds, or of any."""
    return _one(*(kinds or _BY_KIND)).flatmap(lambda kind: st.one_of(_BY_KIND[kind]))


def trees(parts: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
    """A tree over leaves; one leaf may stand at several places."""

    def over(shared: list[Criterion]) -> st.SearchStrategy[Criterion]:
        def inner(children: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
            some = st.lists(children, min_size=1, max_size=3)
            counted = st.lists(children, min_size=1, max_size=4, unique=True).flatmap(
                lambda found: st.integers(1, len(found)).map(lambda number: at_least(number, *found))
            )
            return st.one_of(
                st.builds(lambda join, found: join(*found), _one(all_of, any_of, all_of, any_of, none_of), some),
                counted,
                st.lists(children, min_size=2, max_size=3).map(lambda found: if_then(*found)),
            )

        return inner(st.recursive(st.sampled_from(shared), inner, max_leaves=8))

    return st.lists(parts, min_size=1, max_size=6).flatmap(over)


# --- generated cases ---------------------------------------------------------------------------------

_CONDITIONS = ("rheumatoid-arthritis", "caps", "nomid", "fcas", "sjia", "stills-disease", "gout")
_PRODUCTS = ("Humira", "Cyltezo", "adalimumab", "Xeljanz", "tofacitinib", "rinvoq", "tocilizumab", "Actemra",
             "Actemra SC", "Enbrel", "infliximab", "anakinra", "Kineret", "methotrexate", "MTX", "leflunomide",
             "sulfasalazine", "hydroxychloroquine", "azathioprine", "naproxen", "prednisone",
             "phototherapy", "PUVA")  # fmt: skip
REQUESTS = (date(2026, 10, 1), date(2026, 5, 31), date(2024, 2, 29))


def _moments(request: date, months: tuple[int, ...], days: tuple[int, ...]) -> list[str]:
    """Days on both sides of every bound, and partial dates that contain bounds."""
    edges = [request - relativedelta(months=n) for n in months] + [request - timedelta(days=n) for n in days]
    found = {edge + timedelta(days=n) for edge in edges for n in (-1, 0, 1)}
    exact = sorted(str(day) for day in found if day <= request)
    partial = {f"{day:%Y-%m}" for day in found if day <= request} | {str(request.year), str(request.year - 1)}
    return exact + sorted(partial)


def _span(text: str) -> tuple[str, str]:
    year, month = text[:4], text[5:7]
    last_month = month or "12"
    return f"{year}-{month or '01'}-{text[8:] or '01'}", f"{year}-{last_month}-{text[8:] or _days(year, last_month)}"


def _days(year: str, month: str) -> int:
    return monthrange(int(year), int(month))[1]


def _entry(required: Mapping[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict(required), optional=optional)


def _some_of(*names: str) -> st.SearchStrategy[list[str]]:
    return st.lists(_one(*names), min_size=1, max_size=2, unique=True)


_AMOUNT = {"value": _one("14.9", 15, 20, 40, 80, 100), "unit": _one("mg", "mg", "mg", "mcg", "mL")}
_FOR = st.one_of(
    _entry({"per": _one("day", "week", "week", "month", "year")}), _entry({"perDays": _one(7, 14)}), st.just({})
)
_TOLD = st.builds(lambda amount, period: amount | period, _entry(_AMOUNT), _FOR)
_dose_taken = st.one_of(
    st.just({}),
    _entry({"weeklyDoseMg": _one("14.9", 15, 20)}),
    _entry({"dose": _TOLD}),
)
_BASIS = st.one_of(st.just({}), _entry({"perKg": st.just(True)}), _entry({"perM2": st.just(True)}))
_ON_A_BASIS = st.builds(
    lambda amount, basis: amount | basis, _entry({**_AMOUNT, "value": _one("2.5", 8, 100, 375)}), _BASIS
)


@st.composite
def _therapies(draw: st.DrawFn, moments: list[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"product": draw(_one(*_PRODUCTS))}
    when = draw(_one("both", "both", "start", "start", "end", "months", "never", "planned"))
    if when == "planned":
        return entry | draw(
            _entry({"planned": st.just(True)}, stopsOnApproval=_FLAG, sample=_FLAG, maximallyTolerated=_FLAG)
        )
    if when in ("both", "start"):
        entry["start"] = draw(_one(*moments))
    if when in ("both", "end"):
        after = [m for m in moments if "start" not in entry or _span(m)[1] >= _span(entry["start"])[0]]
        entry["end"] = draw(_one(*after))
    if when == "months":
        entry["durationMonths"] = draw(_one(0, 1, 2, "2.5", 3, 4))
    entry |= draw(_dose_taken)
    return entry | draw(
        _entry(
            {},
            outcome=_one("failure", "failure", "intolerance", "contraindication", "response", "unknown"),
            maximallyTolerated=_FLAG,
            line=_one(1, 1, 2),
            together=_some_of("methotrexate", "Humira", "adalimumab"),
            manner=_some_of("at a high dose", "at-a-medium-dose", "medium to high dose", "daily", "oral"),
            stopsOnApproval=_FLAG,
            sample=_FLAG,
            **{"for": _one("rheumatoid-arthritis", "caps", "nomid", "gout")},
        )
    )


_FINDINGS = ("rash", "urticaria-like-rash", "urticaria-like-rash", "cold-triggered-episodes", "arthralgia",
             "musculoskeletal-symptoms", "musculoskeletal-symptoms", "active-infection", "bacterial-infection",
             "functional-impairment")  # fmt: skip


def _lab(measured: Mapping[str, Any], **when: Any) -> st.SearchStrategy[dict[str, Any]]:
    return _entry({"test": _one("crp", "crp", "crp", "serum-amyloid-a"), **measured}, **when)


def _event(request: date) -> st.SearchStrategy[dict[str, Any]]:
    """One event, or a number of them in a period; on both sides of each bound."""
    when = {
        "date": _one(*_moments(request, (3, 12), (30, 90))),
        "phase": _one("baseline", "on-therapy", "current"),
    }
    listed = _one(
        *("steroid burst", "steroid burst", "emergency-visit", "hospital-admission", "headache-day", "migraine-day"),
        *("flare", "flare", "flare-hospitalization"),
    )
    days = {"days": _one("2.9", 3, 5)}
    counted = _one("headache-day", "migraine-day", "steroid burst", "emergency-visit", "flare", "flare-hospitalization")
    return st.one_of(
        _entry({"event": listed}, **days, **when),
        _entry({"event": listed}, **days, date=when["date"]),
        _entry({"event": counted, "count": _one(0, 2, "3.9", 4, 48), "perDays": _one(30, 31, 365)}, **days, **when),
    )


@st.composite
def _coverage(draw: st.DrawFn, request: date) -> dict[str, Any]:
    """An approval or a paid claim, up to what holds after the request."""
    moments = _moments(request, (3, 12), (90,))
    entry = draw(
        _entry(
            {"payer": _one("cigna", "cigna", "molina"), "kind": _one("approval", "claim")}, **{"from": _one(*moments)}
        )
    )
    ends = [m for m in moments if "from" not in entry or _span(m)[1] >= _span(entry["from"])[0]]
    return entry | draw(_entry({}, to=_one(*ends, str(request.year + 1), str(request + timedelta(days=1)))))


def _measurements(when: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    told = {
        **when,
        "phase": _one("baseline", "baseline", "on-therapy", "current"),
        "on": _some_of("methotrexate", "Humira", "adalimumab"),
    }

    def of(name: str, unit: str, *values: Any, **limits: Any) -> st.SearchStrategy[dict[str, Any]]:
        given = {"of": st.just(name), "value": _one(*values), **({"unit": st.just(unit)} if unit else {})}
        return _entry(given, **told, **limits)

    return st.one_of(
        of("bmi", "kg/m2", "26.9", 27, 29, 30, "30.1"),
        of("bmi", "kg/m2", "26.9", 27, 29, 30, "30.1"),
        of("body weight", "kg", 100, 95, "95.1", 90, 105, 0),
        of("body weight", "kg", 100, 95, "94.9", 90, 110),
        of("body weight", "lb", 200, 190),
        of("DAS28", "", "3.2", "3.3", "5.1", "2.6"),
        of("fibrosis stage", "", "F0", "F1", "F2", "F3"),
        of("crp", "mg/L", "11.9", 12, 10, upperLimit=_one(10, 12), lowerLimit=_one(10, 12)),
    )


#: The fields on which each kind of leaf depends.
_FIELDS = {
    "UseCriterion": "indication diagnoses",
    "DiagnosisCriterion": "diagnoses",
    "AgeCriterion": "age",
    "WeightCriterion": "weightKg",
    "PatientCriterion": "age sex pregnant menopausal smoker",
    "PrescriberCriterion": "prescriber consultations",
    "PriorTherapyCriterion": "indication therapies",
    "NoPriorTherapyCriterion": "therapies",
    "TimeOnDrugCriterion": "indication therapies",
    "NoConcurrentTherapyCriterion": "therapies attestations",
    "ConcurrentTherapyCriterion": "therapies",
    "MeasurementCriterion": "measurements labs weightKg heightCm therapies",
    "ChangeCriterion": "measurements weightKg heightCm therapies",
    "FindingCriterion": "findings",
    "AbsentFindingCriterion": "findings attestations",
    "BiomarkerCriterion": "biomarkers genetics",
    "ScreeningCriterion": "screenings",
    "AttestationCriterion": "attestations findings screenings",
    "DocumentCriterion": "documents",
    "EventCriterion": "events flares therapies",
    "ResponseCriterion": "response",
    "AdherenceCriterion": "response",
    "DoseCriterion": "dose quantity weightKg heightCm",
    "FormularyCriterion": "formulary",
    "PlanCriterion": "state plan",
    "SiteCriterion": "site enrolledIn",
    "CoverageHistoryCriterion": "coverage",
    "ReviewerCriterion": "",
    "NotShownCriterion": "",
}
_COMPLETE = ("diagnoses", "consultations", "therapies", "labs", "measurements", "findings", "genetics", "screenings",
             "documents", "events", "biomarkers", "coverage", "enrolledIn")  # fmt: skip


@dataclass(frozen=True)
class _Months:
    """An age in months."""

    number: int


_MONTHS_OF_AGE = _one(*map(_Months, (23, 24, 209, 210, 215, 216, 227, 228, 229)))


def _fields(request: date) -> dict[str, st.SearchStrategy[Any]]:
    """What may stand in each field of a case."""
    moments = _moments(request, (0, 1, 2, 3, 4, 12), (28, 30, 84, 90))
    when = {"date": _one(*_moments(request, (3, 12), (90,)))}
    births = [request - relativedelta(years=n) + timedelta(days=d) for n in (2, 18, 19) for d in (-1, 0, 1)]
    diagnosed = st.one_of(
        _one(*_CONDITIONS).map(lambda condition: {"condition": condition}),
        _one("M04.2", "M05.9", "M08.2").map(lambda code: {"icd10": code}),
    )
    specialists = _one("rheumatology", "pediatrics", "genetics", "pediatric-rheumatology", "family-medicine")
    graded = _entry(
        {},
        severity=_one("mild", "moderate", "severe", "moderate-to-severe"),
        active=_FLAG,
        since=_one(*_moments(request, (3, 12), ())),
        stage=_one("0", "II", "III", "IIIA", "IIIB", "stage 3C", "IV"),
        status=st.lists(
            _one("metastatic", "advanced", "relapsed", "R/R", "complete remission"), max_size=2, unique=True
        ),
        statusComplete=_FLAG,
        confirmedBy=specialists,
        confirmedHow=st.lists(_one("biopsy", "MRI", "endoscopy"), max_size=2, unique=True),
        confirmedHowComplete=_FLAG,
    )
    mg_per_l = {"unit": st.just("mg/L"), "value": _one("11.9", 12, 10), "upperLimit": _one(5, 10, 12, None)}
    mg_per_dl = {"unit": st.just("mg/dL"), "value": _one("1.19", "1.2", 1), "upperLimit": _one("0.5", 1, "1.2", None)}
    return {
        "indication": _one(*_CONDITIONS),
        "age": st.one_of(_one(17, 18, 19), _one(*births), _MONTHS_OF_AGE),
        "sex": _one("female", "male"),
        **dict.fromkeys(("pregnant", "menopausal", "smoker"), _FLAG),
        "formulary": _one("preferred", "non-preferred", "non-formulary"),
        "weightKg": _one("9.9", 10, "10.1", 40, 50, "76.8", 95),
        "heightCm": _one(160, 180),
        "diagnoses": st.lists(st.builds(lambda named, grade: named | grade, diagnosed, graded), min_size=1, max_size=2),
        "prescriber": _entry({"specialties": st.lists(specialists, max_size=2)}),
        "consultations": st.lists(_entry({"specialty": specialists}, **when), min_size=1, max_size=2),
        "therapies": st.lists(_therapies(moments), min_size=1, max_size=4),
        "labs": st.lists(st.one_of(_lab(mg_per_l, **when), _lab(mg_per_dl, **when)), min_size=1, max_size=3),
        "measurements": st.lists(_measurements(when), min_size=1, max_size=4),
        "findings": st.lists(_entry({"finding": _one(*_FINDINGS), "present": _FLAG}, **when), min_size=1, max_size=5),
        "genetics": st.lists(
            _entry(
                {
                    "gene": _one("NLRP3", "NLRP3", "IL1RN"),
                    "result": _one("pathogenic", "negative", "bi-allelic-pathogenic", "uncertain"),
                },
                **when,
            ),
            min_size=1,
            max_size=3,
        ),
        "biomarkers": st.lists(
            st.one_of(
                _entry(
                    {
                        "marker": _one("NLRP3", "NLRP3", "BRCA1"),
                        "result": _one("positive", "pathogenic", "negative", "bi-allelic-pathogenic", "uncertain"),
                    },
                    origin=_one("germline", "germline", "somatic"),
                    method=_one("fda-approved-test", "IHC"),
                    **when,
                ),
                _entry(
                    {"marker": _one("PD-L1", "PD-L1", "HER2"), "expressionPercent": _one(0, "0.9", 1, "49.9", 50)},
                    result=_one("positive", "negative", "equivocal"),
                    **when,
                ),
            ),
            min_size=1,
            max_size=4,
        ),
        "state": _one("CT", "KY", "Connecticut", "CA"),
        "plan": _one(*_PLANS),
        "enrolledIn": st.lists(_one("TOUCH", "iPLEDGE", "lenalidomide-rems"), min_size=1, max_size=2, unique=True),
        "site": _one("home", "office", "hospital", "outpatient-hospital", "inpatient-hospital"),
        "coverage": st.lists(_coverage(request), min_size=1, max_size=3),
        "screenings": st.lists(
            _entry(
                {
                    "for": _one("tuberculosis", "tuberculosis", "hepatitis-b"),
                    "result": _one("negative", "treated", "under-treatment", "positive"),
                },
                **when,
            ),
            min_size=1,
            max_size=3,
        ),
        "attestations": _some_of("no-active-infection", "functional-impairment", "no-concurrent-therapy"),
        "documents": _some_of("lab-results", "test-results", "complete-blood-count", "consultation-notes"),
        "flares": _entry({}, perYear=_one("2.9", 3), hospitalized=_FLAG),
        "dose": st.one_of(
            _entry({}, mgPerDay=_one(25, 100, "100.1"), quantity=_one(28, 30), days=_one(28, 30)),
            _entry({"mgPerKgPerDay": _one("2.5", "2.51", 8)}),
            *(
                st.builds(
                    lambda told, period, loading: told | period | loading,
                    _ON_A_BASIS,
                    _FOR,
                    _entry({}, loading=_ON_A_BASIS),
                )
                for _ in range(2)
            ),
        ),
        "quantity": _entry(
            {"value": _one(28, 30)}, unit=_one("syringe", "vial", "mL", "L", "units"), perDays=_one(28, 30)
        ),
        "events": st.lists(_event(request), min_size=1, max_size=5),
        "response": _entry(
            {},
            positive=_FLAG,
            adherencePercent=_one("84.9", 85, 90),
            interruption=_one("surgery", "infection", "none"),
        ),
    }


def _age(told: int | date | _Months) -> dict[str, Any]:
    """An age as a case tells it: by years, by the day of birth or by months."""
    if isinstance(told, date):
        return {"birthDate": str(told)}
    return {"ageMonths": told.number} if isinstance(told, _Months) else {"age": told}


_FIELDS_ON = {request: _fields(request) for request in REQUESTS}


@st.composite
def cases(draw: st.DrawFn, *kinds: str, request: date | None = None) -> dict[str, Any]:
    """A case as a person may write it, with what leaves of these kinds depend on, or with everything."""
    day = request or draw(_one(*REQUESTS))
    fields = _FIELDS_ON[day]
    wanted = [key for key in fields if key in " ".join(map(_FIELDS.get, kinds)).split()] if kinds else list(fields)
    # Mostly everything is there: an empty case teaches nothing.
    some_missing = wanted and draw(_one(False, False, False, True, False, False))
    left_out = draw(st.sets(_one(*wanted), min_size=1, max_size=(len(wanted) + 2) // 3)) if some_missing else set()
    case = {"drug": draw(_one("anakinra", "anakinra", "Kineret", "Humira")), "requestDate": str(day)}
    for key in wanted:
        if key not in left_out:
            value = draw(fields[key])
            case |= _age(value) if key == "age" else {key: value}
        complete = draw(_one(True, True, False, None)) if key in _COMPLETE else None
        if complete is not None:
            case[f"{key}Complete"] = complete
    first = {entry.get("for") for entry in case.get("therapies", []) if entry.get("line") == 1}
    for entry in case.get("therapies", []):  # of what is complete, no line is missing
        if case.get("therapiesComplete") and entry.get("for") not in first and "line" in entry:
            entry["line"] = 1
    if "quantity" in case:  # a dose that tells another would contradict it
        case["dose"] = {key: value for key, value in case.get("dose", {}).items() if key not in ("quantity", "days")}
    return case

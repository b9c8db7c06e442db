"""The classes of rules in OWL 2: what HermiT says is held against z3, and against rules whose order is known."""

from __future__ import annotations

import io
from itertools import permutations

import mini
import owlready2
import pytest
import rdflib
import tables

from payergraph.choice import Request
from payergraph.errors import LimitReached, ReasonerError
from payergraph.meaning import relations as r
from payergraph.order import formula as f
from payergraph.order import reasoner
from payergraph.order.background import background
from payergraph.order.document import rdf_xml
from payergraph.order.domains import Domains
from payergraph.order.owl import Charts
from payergraph.order.reasoner import classified, unsaid
from payergraph.order.rules import ruled
from payergraph.order.strictness import Strictness, strictness
from payergraph.policies.library import policies
from payergraph.store.graph import shipped
from payergraph.terms import ID, OWL, PG

_RA = f"{ID}condition/rheumatoid-arthritis"
_ANAKINRA = f"{ID}drug/anakinra"


def _order(drug: str, use: str, request: str) -> Strictness:
    return strictness(shipped(), f"{ID}drug/{drug}", f"{ID}condition/{use}", request=request, as_of="2026-11-29")


def _agree(order: Strictness) -> int:
    """Hold HermiT and z3 against each other, and count the pairs of which OWL says all."""
    found = classified(order)
    said = 0
    for pair in permutations([rule.id for rule in order.rules], 2):
        if found.as_far_as_said(*pair):
            assert not found.implies(*pair) or order.implies(*pair), pair
        else:
            said += 1
            assert found.implies(*pair) == order.implies(*pair), pair
    assert found.empty == {rule.id for rule in order.rules if not order.possible(rule.id)}
    return said


@pytest.mark.parametrize(
    ("drug", "use", "request_"),
    [
        ("anakinra", "rheumatoid-arthritis", "initial"),
        ("anakinra", "rheumatoid-arthritis", "continuation"),
        ("canakinumab", "caps", "initial"),
        ("canakinumab", "gout-flare", "initial"),
        ("canakinumab", "stills-disease", "initial"),
        ("rilonacept", "recurrent-pericarditis", "initial"),
    ],
)
def test_hermit_and_z3_agree_on_what_documents_ask(drug: str, use: str, request_: str) -> None:
    assert _agree(_order(drug, use, request_)) > 0


#: Kinds with what is hard to say in OWL.
_KINDS = [
    "BiomarkerCriterion",
    "ChangeCriterion",
    "CoverageHistoryCriterion",
    "DiagnosisCriterion",
    "DoseCriterion",
    "EventCriterion",
    "MeasurementCriterion",
    "NoConcurrentTherapyCriterion",
    "PriorTherapyCriterion",
    "ScreeningCriterion",
]


@pytest.mark.slow
@pytest.mark.parametrize("kind", _KINDS)
def test_hermit_and_z3_agree_on_the_criteria_of_the_specification(kind: str) -> None:
    graph = tables.graph()
    found = ruled(graph, [policies(graph)["spec"]], _ANAKINRA, _RA, Request.INITIAL)
    rules = tuple(rule for rule in found if rule.root.kind == kind)
    _agree(Strictness(graph, _ANAKINRA, _RA, Request.INITIAL, rules))


# --- rules whose order is known --------------------------------------------------------------------------

_TRIED = "c:it a pg:PriorTherapyCriterion ; pg:therapyGroups {} ; @@ ."
_THREE = "set:three a pg:ConceptSet ; pg:member drug:methotrexate , drug:leflunomide , drug:sulfasalazine ."
_RULES = {
    "adult": "c:it a pg:AgeCriterion ; pg:minimumAge 18 ; @@ .",
    "twelve": "c:it a pg:AgeCriterion ; pg:minimumAge 12 ; @@ .",
    "months-of-age": "c:it a pg:PatientCriterion ; pg:minimumAgeMonths 150 ; @@ .",
    "no-adult": "c:it a pg:NoneOf ; pg:parts ( c:age ) ; @@ . c:age a pg:AgeCriterion ; pg:minimumAge 18 ; @@ .",
    "not-twelve": "c:it a pg:NoneOf ; pg:parts ( c:age ) ; @@ . c:age a pg:AgeCriterion ; pg:minimumAge 12 ; @@ .",
    "three-months": _TRIED.format("drug:methotrexate ; pg:minimumMonths 3"),
    "twelve-weeks": _TRIED.format("drug:methotrexate ; pg:minimumWeeks 12"),
    "two-of-three": _TRIED.format("set:three ; pg:minimumGroups 2") + _THREE,
    "one-of-three": _TRIED.format("set:three") + _THREE,
    "rheumatologist": "c:it a pg:PrescriberCriterion ; pg:specialties specialty:rheumatology ; @@ .",
    "specialist": "c:it a pg:PrescriberCriterion ; pg:specialties set:both ; @@ ."
    " set:both a pg:ConceptSet ; pg:member specialty:rheumatology , specialty:dermatology .",
}
_IMPLIED = {
    ("adult", "twelve"),
    ("adult", "months-of-age"),
    ("months-of-age", "twelve"),
    ("not-twelve", "no-adult"),
    ("three-months", "twelve-weeks"),
    ("three-months", "one-of-three"),
    ("twelve-weeks", "one-of-three"),
    ("two-of-three", "one-of-three"),
    ("rheumatologist", "specialist"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Strictness:
    """An order of small rules of anakinra."""
    texts = [mini.policy("rheumatoid-arthritis c:it", more=more, slug=slug) for slug, more in _RULES.items()]
    return strictness(mini.graph(tmp_path_factory.mktemp("made"), *texts), _ANAKINRA, _RA)


def test_small_rules_stand_as_is_known(made: Strictness) -> None:
    found = classified(made)
    names = {rule.id: rule.policy.id for rule in made.rules}
    assert {(names[one], names[other]) for one, other in found.within} == _IMPLIED
    assert not any(found.unsaid.values())
    _agree(made)


def test_what_is_classified_is_kept_by_its_content(made: Strictness, monkeypatch: pytest.MonkeyPatch) -> None:
    first = classified(made)
    monkeypatch.setattr(reasoner, "_run", None)
    again = Strictness(made.graph, made.drug, made.use, made.request, made.rules)
    assert classified(again) is first


# --- what OWL cannot say -----------------------------------------------------------------------------------


def _charts(**formulas: f.Formula) -> Charts:
    return Charts(shipped(), _ANAKINRA, (_RA,), formulas, f"{ID}order/test")


def test_too_many_combinations_are_one_class_of_which_nothing_is_known() -> None:
    parts = tuple(f.Exists(r.AGE, f.Compared(r.YEARS, ">=", f.Decimal(number))) for number in range(1, 21))
    found = _charts(one=f.AtLeast(10, parts), other=f.AtLeast(10, parts), few=f.AtLeast(19, parts))
    assert found.unsaid("one") == found.unsaid("other") == ("10 of 20 parts, which are too many to spell out",)
    assert not found.unsaid("few")
    [one], [other] = (found.rules[name].equivalent_to for name in ("one", "other"))
    assert one.Classes == other.Classes


def test_what_is_compared_with_another_number_is_the_same_class_everywhere() -> None:
    rate = f.Compared(r.RATE_COUNT, ">=", f.Decimal(4), f.Decimal(30), r.RATE_DAYS)
    found = _charts(one=f.Exists(r.EVENT_RATES, rate), other=f.Not(f.Exists(r.EVENT_RATES, rate)))
    assert found.unsaid("one") == found.unsaid("other") == ("count times 30 >= 4 times perDays",)
    opaque = [iri for iri in found.words.words if "opaque" in iri]
    assert len(opaque) == 1


def test_what_is_asked_of_the_chart_beside_a_row_holds_for_all_rows_or_none() -> None:
    adult = f.Exists(r.AGE, f.Compared(r.YEARS, ">=", f.Decimal(18)))
    found = _charts(one=f.Exists(r.FINDINGS, f.Or((f.Yes(r.PRESENT), adult))))
    [one] = found.rules["one"].equivalent_to
    assert "findingRecord.some(ontology.present.value(True))" in str(one)
    assert not found.unsaid("one")


def test_a_contraindication_is_told_apart_for_it_was_not_taken() -> None:
    asked = f.Exists(r.TRIALS, f.Yes(r.TAKEN))
    values = Domains(background(shipped()), _ANAKINRA, (_RA,), [asked]).values(r.OUTCOME)
    assert len(values) == 2
    assert f"{PG}Contraindication" in values


# --- where HermiT does not answer --------------------------------------------------------------------------


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing is classified yet."""
    monkeypatch.setattr(reasoner, "_answers", {})
    return monkeypatch


def test_without_java_a_sentence_says_so(anew: pytest.MonkeyPatch) -> None:
    anew.setattr(reasoner, "find_spec", lambda name: None)
    anew.setattr(reasoner.shutil, "which", lambda name: None)
    with pytest.raises(ReasonerError, match=r"^HermiT needs Java, which is not installed: .*z3's answer stands$"):
        classified(_order("rilonacept", "recurrent-pericarditis", "initial"))


def test_a_java_that_does_not_run_is_told(anew: pytest.MonkeyPatch) -> None:
    anew.setattr(reasoner, "java", lambda: "/nowhere/java")
    with pytest.raises(ReasonerError, match=r"^HermiT does not run \(.*/nowhere/java.*\); z3's answer stands$"):
        classified(_order("rilonacept", "recurrent-pericarditis", "initial"))


def test_when_its_time_is_over_it_is_stopped_and_a_sentence_says_so(anew: pytest.MonkeyPatch) -> None:
    with pytest.raises(LimitReached, match=r"^HermiT took longer than 0.01 seconds and was stopped; z3's"):
        classified(_order("rilonacept", "recurrent-pericarditis", "initial"), seconds=0.01)


# --- the file ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def file() -> str:
    return rdf_xml(_order("canakinumab", "caps", "initial"))


def test_the_file_names_its_rules_and_imports_nothing(file: str) -> None:
    graph = rdflib.Graph().parse(data=file, format="xml")
    assert not list(graph.objects(predicate=rdflib.URIRef(f"{OWL}imports")))
    order = _order("canakinumab", "caps", "initial")
    labels = {str(label) for label in graph.objects(predicate=rdflib.RDFS.label)}
    assert {rule.name for rule in order.rules} <= labels
    comments = {str(text) for text in graph.objects(predicate=rdflib.RDFS.comment)}
    assert {f"{rule.policy.label}: {rule.rules[0].locator}" for rule in order.rules} <= comments
    for rule in order.rules:
        for what in unsaid(order)[rule.id]:
            assert f"OWL does not say here {what}." in comments
    assert rdflib.URIRef(f"{PG}diagnosis") in set(graph.subjects())
    assert file == rdf_xml(order)


def test_the_file_loads_in_owlready2_with_every_word_labelled(file: str) -> None:
    world = owlready2.World()
    loaded = world.get_ontology("http://example.org/").load(fileobj=io.BytesIO(file.encode()))
    assert len(list(world.classes())) > 50
    assert not loaded.imported_ontologies
    assert not [one.iri for one in world.classes() if not one.label]


def test_a_reasoner_makes_of_the_file_what_the_answer_says(monkeypatch: pytest.MonkeyPatch) -> None:
    order = _order("canakinumab", "gout-flare", "initial")
    monkeypatch.setattr(owlready2, "JAVA_EXE", reasoner.java())
    world = owlready2.World()
    world.get_ontology("http://example.org/").load(fileobj=io.BytesIO(rdf_xml(order).encode()))
    owlready2.sync_reasoner_hermit(world, debug=0)
    classes = {rule.id: world[f"{reasoner.iri_of(order)}#{rule.id.replace('/', '.')}"] for rule in order.rules}
    within = {pair for pair in permutations(classes, 2) if classes[pair[1]] in classes[pair[0]].ancestors()}
    assert within == classified(order).within

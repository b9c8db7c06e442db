"""Names of the graph's concepts, in every spelling that people use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payergraph import terms
from payergraph.errors import UnknownName
from payergraph.store.graph import LocalGraph, shipped
from payergraph.store.names import CONCEPT_KINDS, Names, names


@pytest.fixture(scope="module")
def known() -> Names:
    return names(shipped())


@pytest.mark.parametrize(
    ("text", "kinds", "thing"),
    [
        ("anakinra", "Drug Product", "drug/anakinra"),
        ("Kineret", "Drug Product", "product/kineret"),
        ("  KINERET® ", "Drug Product", "product/kineret"),
        ("Kineret™", "Drug Product", "product/kineret"),
        ("Actemra SC", "Drug Product", "product/actemra-sc"),
        ("actemra-sc", "Drug Product", "product/actemra-sc"),
        ("CINCA", "Condition", "condition/nomid"),
        ("Still's disease", "Condition", "condition/stills-disease"),
        ("stills disease", "Condition", "condition/stills-disease"),
        ("M04.2", "Condition", "condition/caps"),
        ("rheumatologist", "Specialty", "specialty/rheumatology"),
        ("1988-5", "LabTest", "lab/crp"),
        ("mg/L", "Unit", "unit/mg-per-l"),
        ("%", "Unit", "unit/percent"),
        ("µg/L", "Unit", "unit/ug-per-l"),
        ("nlrp3", "Gene", "gene/NLRP3"),
        ("California", "State", "state/CA"),
        ("ca", "State", "state/CA"),
        ("TB", "Infection", "infection/tuberculosis"),
        ("chart notes", "DocumentKind", "document/chart-notes"),
        ("none", "Interruption", "interruption/none"),
        ("Cigna", "Payer", "payer/cigna"),
        ("https://w3id.org/payergraph/id/drug/anakinra", "Drug", "drug/anakinra"),
        ("https://w3id.org/payergraph/id/drug/Actemra%20SC", "Drug Product", "product/actemra-sc"),
    ],
)
def test_a_name_resolves_to_its_concept(known: Names, text: str, kinds: str, thing: str) -> None:
    assert known.resolve(text, kinds.split()) == terms.ID + thing


def test_two_units_that_differ_in_signs_alone_stay_two(known: Names) -> None:
    assert known.resolve("u/l", ["Unit"]) == terms.ID + "unit/u-per-l"
    assert known.resolve("/UL", ["Unit"]) == terms.ID + "unit/per-ul"
    with pytest.raises(UnknownName, match=r"may mean several things; the nearest are per-ul, u-per-l"):
        known.resolve("ul", ["Unit"])


def test_an_unknown_name_is_told_its_nearest_names_as_slugs(known: Names) -> None:
    with pytest.raises(UnknownName) as caught:
        known.resolve("Methotrexat", ["Drug", "Product"])
    assert caught.value.nearest[0] == "methotrexate"
    assert "is no drug or product in the graph" in str(caught.value)


def test_a_class_in_place_of_a_drug_is_told_its_members(known: Names) -> None:
    with pytest.raises(UnknownName, match="is a drug class, not a drug or product") as caught:
        known.resolve("JAK inhibitor", ["Drug", "Product"])
    jak = known.resolve("jak-inhibitor", ["DrugClass"])
    assert caught.value.nearest == ()  # for a class tells none of its members
    _, members = caught.value.hint.split("name the one that is meant, such as ")
    assert members
    for slug in members.split(", "):
        assert known.subsumes(jak, known.resolve(slug, ["Drug", "Product"]))


def test_a_thing_of_another_kind_is_named_as_such(known: Names) -> None:
    with pytest.raises(UnknownName, match="is a specialty, not a condition"):
        known.resolve("rheumatology", ["Condition"])


@pytest.mark.parametrize(
    ("iri", "kinds", "problem"),
    [
        ("condition/gout", "Drug Product", "is a condition, not a drug or product"),
        ("infection/tuberculosis", "Condition", "is an infection, not a condition"),
        ("product/kineret", "Drug", "is a product, not a drug"),
        ("policy/anakinra", "Drug", "is no drug in the graph"),  # the slug alone would name one
        ("condition/anakinra", "Drug", "is no drug in the graph"),
        ("drug/gout", "Drug", "is a condition, not a drug"),  # as JSON-LD writes a name that stands where a drug does
    ],
)
def test_the_iri_of_another_kind_is_not_read_as_its_slug(known: Names, iri: str, kinds: str, problem: str) -> None:
    with pytest.raises(UnknownName) as caught:
        known.resolve(terms.ID + iri, kinds.split())
    assert caught.value.problem == problem and caught.value.nearest == () and caught.value.hint


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("M04.2", "caps"),
        ("m042", "caps"),
        ("M08.2", "sjia"),
        ("M08.20", "sjia"),
        ("M0820", "sjia"),
        ("M06.1", "aosd"),
        ("M05.79", "rheumatoid-arthritis"),
    ],
)
def test_a_code_means_the_condition_of_its_longest_known_beginning(known: Names, code: str, condition: str) -> None:
    assert known.icd10(code) == terms.ID + "condition/" + condition


@pytest.mark.parametrize("code", ["X99", "M04.2!", "gout", "", "M", "M04.210000"])
def test_a_code_that_means_nothing_is_told_no_other_code(known: Names, code: str) -> None:
    with pytest.raises(UnknownName, match="is no ICD-10-CM code") as caught:
        known.icd10(code)
    assert caught.value.nearest == () and "`payergraph query codes_of_things`" in caught.value.hint


@pytest.mark.parametrize(("code", "meant"), [("MO4.2", "M04.2"), ("mIo", "M10"), ("M1l", None)])
def test_a_letter_in_a_code_that_looks_like_a_digit_is_a_slip(known: Names, code: str, meant: str | None) -> None:
    with pytest.raises(UnknownName) as caught:
        known.icd10(code)
    assert caught.value.nearest == (() if meant is None else (meant,))
    assert meant is None or known.icd10(meant)


def test_a_condition_without_a_code_is_told_the_codes_of_what_holds_it(known: Names) -> None:
    assert known.fitting_codes(terms.ID + "condition/nomid") == ["M04.2"] == known.codes(terms.ID + "condition/caps")
    assert "M06.1" in known.fitting_codes(terms.ID + "condition/aosd")


def test_labels_are_for_people(known: Names) -> None:
    assert known.label(terms.ID + "condition/nomid") == "neonatal-onset multisystem inflammatory disease"
    assert known.label(terms.PG + "LabTest") == "lab test"
    assert known.label(terms.ID + "condition/not-there") == "not there"
    assert known.slug(terms.ID + "condition/nomid") == "nomid"


def test_a_product_has_an_ingredient_and_a_drug_is_its_own(known: Names) -> None:
    assert known.ingredient(terms.ID + "product/actemra-sc") == terms.ID + "drug/tocilizumab"
    assert known.ingredient(terms.ID + "drug/anakinra") == terms.ID + "drug/anakinra"


def test_every_concept_answers_to_its_own_slug_and_label(known: Names) -> None:
    rows = shipped().rows("SELECT ?thing ?kind ?label WHERE { ?thing a ?kind ; skos:prefLabel ?label }")
    checked = 0
    for row in rows:
        kind, iri = terms.local(row["kind"].value), row["thing"].value
        if kind in CONCEPT_KINDS:
            assert known.resolve(terms.slug(iri), [kind]) == iri
            assert known.resolve(row["label"].value, [kind]) == iri
            checked += 1
    assert checked > 300


@given(st.text(max_size=40))
def test_any_text_is_resolved_or_refused_with_what_is_meant_or_where_to_look(text: str) -> None:
    known = names(shipped())
    for kinds in (["Drug", "Product"], ["Unit"], ["Interruption"]):
        try:
            assert known.resolve(text, kinds).startswith(terms.ID)
        except UnknownName as error:
            assert all(known.resolve(near, kinds) for near in error.nearest)
            assert error.hint


def test_names_are_read_once_for_a_graph() -> None:
    copy = LocalGraph(shipped().store, "copy")
    first = names(copy)
    assert names(copy) is first
    assert names(shipped()) is not first


def test_no_specialty_is_called_as_a_condition_is() -> None:
    def called(kind: str) -> set[str]:
        rows = shipped().rows(f"SELECT ?label WHERE {{ ?thing a pg:{kind} ; skos:prefLabel ?label }}")
        return {row["label"].value.casefold() for row in rows}

    assert not called("Specialty") & called("Condition")

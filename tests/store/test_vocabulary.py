"""The vocabularies that stand ready before a document needs them: where they come from, and that they fit together."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from types import ModuleType

import pytest
from scripts import script
from ucumvert import PintUcumRegistry, get_ucum_parser

from payergraph import terms
from payergraph.store import icd10
from payergraph.store.graph import shipped
from payergraph.store.names import Names, names

ICD10CM = terms.ID + "vocabulary/icd-10-cm"


@pytest.fixture(scope="module")
def known() -> Names:
    return names(shipped())


@pytest.fixture(scope="module")
def vocabulary() -> ModuleType:
    return script("vocabulary")


# --- ICD-10-CM --------------------------------------------------------------------------------------

#: Codes of a disease that ICD-10-CM puts under another, where documents speak of two: the broader one does not hold it.
APART = {
    ("L40.5", "psoriatic-arthritis", "L40", "psoriasis"),  # of the joints; policies have rules for each
    ("M45.A", "nr-axspa", "M45", "ankylosing-spondylitis"),  # which shows in radiographs; the other does not
}


def test_a_condition_with_a_narrower_code_is_narrower(known: Names) -> None:
    bearers = {code: one for one in known.of_kinds(("Condition",)) for code in known.codes(one)}
    found = set()
    for code, narrow in bearers.items():
        bare = icd10.compact(code)
        for broader in (icd10.dotted(bare[:length]) for length in range(3, len(bare))):
            broad = bearers.get(broader)
            if broad is not None and not known.subsumes(broad, narrow):
                found.add((code, known.slug(narrow), broader, known.slug(broad)))
    assert found == APART, "add skos:broader to data/concepts/conditions.ttl, or say here why the two stay apart"


def test_no_code_stands_on_two_conditions(known: Names) -> None:
    codes = [code for one in known.of_kinds(("Condition",)) for code in known.codes(one)]
    assert len(codes) == len(set(codes)) and all(icd10.is_code(icd10.compact(code)) for code in codes)


def test_a_code_is_a_beginning_of_what_is_below_it() -> None:
    """The longest known beginning of a code is the nearest broader code: as the library has the hierarchy."""
    import simple_icd_10_cm as icd

    for code in icd.get_all_codes()[::97]:
        if icd.is_category_or_subcategory(code):
            chain = [code, *(one for one in icd.get_ancestors(code) if icd.is_category_or_subcategory(one))]
            assert all(narrow.startswith(broad) for narrow, broad in pairwise(chain))


def test_the_stored_vocabulary_is_made_of_the_codes_of_conditions(vocabulary: ModuleType) -> None:
    assert vocabulary.target().read_text(encoding="utf-8") == vocabulary.text(), "run: python docs/vocabulary.py"


def test_each_condition_with_a_code_stands_in_a_chapter(known: Names) -> None:
    rows = shipped().rows("""
        SELECT DISTINCT ?condition WHERE {
          ?condition skos:narrowMatch|skos:relatedMatch ?category .
          ?category skos:broader/skos:broader/skos:topConceptOf ?scheme .
        }""")
    coded = {one for one in known.of_kinds(("Condition",)) if known.codes(one)}
    assert {row["condition"].value for row in rows} == coded


def test_the_vocabulary_is_a_graph_of_its_own_that_says_where_it_comes_from() -> None:
    rows = shipped().rows(f"""
        SELECT ?g ?from ?release WHERE {{
          GRAPH ?g {{ <{ICD10CM}> prov:wasDerivedFrom ?from ; dcterms:date ?release }}
        }}""")
    assert [row["g"].value for row in rows] == [ICD10CM]
    assert rows[0]["from"].value.startswith("https://pypi.org/project/simple-icd-10-cm/")
    graphs = shipped().rows("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s skos:inScheme|skos:narrowMatch ?o } }")
    assert [row["g"].value for row in graphs] == [ICD10CM]


def test_the_vocabulary_holds_no_condition_and_changes_no_answer() -> None:
    assert not shipped().rows("SELECT ?s WHERE { ?s a pg:Condition ; skos:inScheme ?scheme }")
    rows = shipped().rows("SELECT ?c ?b WHERE { ?c a pg:Condition ; pg:subsumedBy ?b . ?b skos:inScheme ?scheme }")
    assert not rows
    for relation in ("covers", "mayCover", "member"):
        assert not shipped().rows(f"SELECT ?s WHERE {{ ?s pg:{relation} ?o . ?o skos:inScheme ?scheme }}")


# --- therapies --------------------------------------------------------------------------------------


def test_therapies_stand_apart_from_what_a_source_says_of_them() -> None:
    classes = " ".join(
        f"pg:{kind}" for kind in ("DrugClass", "Drug", "Product", "Procedure", "CareProgramme", "Device")
    )
    rows = shipped().rows(f"""
        SELECT DISTINCT ?g WHERE {{
          VALUES ?class {{ {classes} }}
          ?therapy a ?class .
          VALUES ?property {{ rdf:type skos:prefLabel skos:altLabel skos:broader skos:notation pg:soleProductOf }}
          GRAPH ?g {{ ?therapy ?property ?value }}
        }}""")
    assert {row["g"].value for row in rows} == {terms.CONCEPTS}


def test_the_concepts_say_where_their_codes_come_from() -> None:
    rows = shipped().rows(
        f"SELECT ?from WHERE {{ GRAPH <{terms.CONCEPTS}> {{ <{terms.CONCEPTS}> prov:wasDerivedFrom ?from }} }}"
    )
    derived = {terms.slug(row["from"].value) for row in rows}
    assert {"codes-and-identifiers", "codes-and-identifiers-1", "codes-and-identifiers-2", "icd10-cm-codes"} <= derived


def test_each_drug_of_a_label_has_a_class_and_a_product() -> None:
    rows = shipped().rows("""
        SELECT ?drug WHERE {
          ?label a pg:DrugLabel ; pg:drug ?drug .
          OPTIONAL { ?drug skos:broader ?class . ?class a pg:DrugClass }
          OPTIONAL { ?product pg:ingredient ?drug ; a pg:Product }
          FILTER (!BOUND(?class) || !BOUND(?product))
        }""")
    assert not rows
    assert shipped().rows("SELECT ?label WHERE { ?label a pg:DrugLabel }")


def test_the_biosimilars_of_tocilizumab_are_products_of_it(known: Names) -> None:
    for name in ("Actemra", "Tofidence", "Tyenne", "Avtozma"):
        assert known.ingredient(known.resolve(name, ["Product"])) == terms.ID + "drug/tocilizumab"


@pytest.mark.parametrize(
    ("code", "kind", "slug"),
    [
        ("0310-1349-30", "Product", "tagrisso"),
        ("72618-3000-2", "Product", "nurtec-odt"),
        ("0169-4501-01", "Product", "wegovy"),
        ("13457-7", "LabTest", "ldl-c"),
        ("71773-6", "LabTest", "tb-igra"),
        ("89247-1", "Observable", "ecog"),
    ],
)
def test_a_code_that_a_source_grades_well_names_its_thing(known: Names, code: str, kind: str, slug: str) -> None:
    assert known.slug(known.resolve(code, [kind])) == slug


def test_a_code_in_use_that_sources_state_is_one_that_a_source_grades_well() -> None:
    """Of LOINC and NDC: A, B or high; hepatitis C's genotype is the exception that the file tells."""
    rows = shipped().rows("""
        SELECT ?thing ?code (GROUP_CONCAT(?confidence; separator=" ") AS ?grades) WHERE {
          ?statement pg:about ?thing ; pg:value ?code ; pg:confidence ?confidence .
          ?thing skos:notation ?code .
          FILTER (DATATYPE(?code) IN (pg:LOINC, pg:NDC))
        } GROUP BY ?thing ?code""")
    poor = {row["code"].value for row in rows if not {"A", "B", "high"} & set(row["grades"].value.split())}
    assert rows and poor == {"32286-7"}


# --- units ------------------------------------------------------------------------------------------


def test_each_code_of_a_unit_is_one_of_ucum_and_converts_as_it_does() -> None:
    rows = shipped().rows("""
        SELECT ?code ?dimension ?factor WHERE {
          ?unit a pg:Unit ; skos:notation ?code ; pg:dimension ?dimension . OPTIONAL { ?unit pg:toBase ?factor }
          FILTER (DATATYPE(?code) = pg:UCUM)
        } ORDER BY ?dimension ?code""")
    parser, registry = get_ucum_parser(), PintUcumRegistry()
    for row in rows:
        parser.parse(row["code"].value)
    physical = [row for row in rows if "factor" in row and "{" not in row["code"].value and row["code"].value != "1"]
    assert len(rows) > 50 and len(physical) > 30
    for one, other in pairwise(physical):
        if one["dimension"] == other["dimension"]:
            ours = Decimal(one["factor"].value) / Decimal(other["factor"].value)
            ratio = registry.from_ucum(one["code"].value) / registry.from_ucum(other["code"].value)
            assert float(ours) == pytest.approx(float(ratio.to("dimensionless").magnitude)), (one, other)

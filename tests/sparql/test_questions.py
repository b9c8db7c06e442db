"""Every stored question, on the shipped graph.

The rows in tests/questions/ were read against the documents before they were pinned; read.yaml there says with which
parameters and what was looked at. An answer is pinned for one drug, document or payer, so that a new document changes
the answers on its own. After a change of what documents say, or a new document, run ``python
tests/sparql/test_questions.py``, read the diff, and read each row that is new or changed against its document before it
is committed. Where an answer gets long (more than 80 rows or so), give its question narrower parameters.
"""

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from shutil import copytree

import pyoxigraph as ox
import pytest
from ruamel.yaml import YAML

from payergraph import terms
from payergraph.errors import QueryError
from payergraph.locate import folder
from payergraph.sparql import questions
from payergraph.sparql.parameters import PARAMETER_KINDS, options, term
from payergraph.sparql.questions import ask, library, question
from payergraph.sparql.sandbox import run
from payergraph.store import graph as store
from payergraph.store.graph import LocalGraph

GOLDEN = Path(__file__).resolve().parents[1] / "questions"


def _pins() -> Iterator[tuple[str, dict[str, str]]]:
    """The pinned answers: names of questions with their parameters."""
    for name, parts in YAML(typ="safe").load(GOLDEN / "read.yaml").items():
        for part in parts:
            assert part.pop("read")
            several = {key: value if isinstance(value, list) else [value] for key, value in part.items()}
            yield from ((name, dict(zip(several, values, strict=True))) for values in product(*several.values()))


PINS = list(_pins())


def path(name: str, given: dict[str, str]) -> Path:
    """Where an answer is pinned."""
    return GOLDEN / name / f"{'+'.join(given.values()) or 'all'}.csv"


@pytest.fixture(scope="module")
def graph() -> LocalGraph:
    return store.shipped()


#: How many statements a document is taken apart into, and what the vocabulary has under its classes.
_NO_FACT_OF_THE_DOCUMENT = ("statements", "criteria", "facts", "covers", "mayCover")


def pinned(name: str, given: dict[str, str], graph: LocalGraph) -> list[list[str]]:
    """All rows of an answer, as people read them."""
    readable = ask(name, graph, **given).readable()
    kept = [i for i, column in enumerate(readable.columns) if column not in _NO_FACT_OF_THE_DOCUMENT]
    rows = [[row[i] for i in kept] for row in readable.rows]
    return [[readable.columns[i] for i in kept], *rows]


@pytest.mark.parametrize(
    ("name", "given"), PINS, ids=lambda part: part if isinstance(part, str) else path("", part).stem
)
def test_a_question_answers_what_was_read_in_the_documents(name: str, given: dict[str, str], graph: LocalGraph) -> None:
    with path(name, given).open(encoding="utf-8", newline="") as file:
        assert pinned(name, given, graph) == list(csv.reader(file))


def test_every_pinned_answer_is_that_of_a_question() -> None:
    assert set(GOLDEN.rglob("*.csv")) == {path(name, given) for name, given in PINS}
    assert {name for name, _ in PINS} == {found.name for found in library()}


@pytest.mark.parametrize("found", library()[::8], ids=lambda found: found.name)
def test_a_question_is_equal_in_both_ways_of_running(found: questions.Question, graph: LocalGraph) -> None:
    here = ask(found.name, graph)
    assert here.rows and not here.truncated
    assert ask(found.name, graph, timeout=10) == here


@pytest.fixture(scope="module")
def again() -> LocalGraph:
    """The graph as it is loaded another time."""
    return store.load()


@pytest.mark.parametrize("found", library(), ids=lambda found: found.name)
def test_a_question_tells_primary_from_secondary_and_the_whole_from_an_excerpt(
    found: questions.Question, graph: LocalGraph
) -> None:
    if {"source", "document"} & set(found.columns):
        assert {"authority", "completeness"} <= set(found.columns)
        for row in ask(found.name, graph).records():
            place = row.get("source") or row.get("document")
            assert row["authority"] in (("primary", "secondary") if place else ("not stated",)), row
            assert row["completeness"] in (("complete", "excerpt") if place else ("",)), row


@pytest.mark.parametrize("found", library(), ids=lambda found: found.name)
def test_the_rows_of_a_question_have_a_total_order_and_are_distinct(
    found: questions.Question, graph: LocalGraph, again: LocalGraph
) -> None:
    rows = ask(found.name, graph).rows
    assert len(set(rows)) == len(rows)
    assert ask(found.name, again).rows == rows


@pytest.mark.parametrize("found", library(), ids=lambda found: found.name)
def test_a_question_says_what_it_answers_and_where_each_fact_stands(
    found: questions.Question, graph: LocalGraph
) -> None:
    assert found.question.endswith("?") and found.row and found.group
    counts = {"primaryComplete", "primaryExcerpt", "secondaryComplete", "secondaryExcerpt"}
    # A pair was shown on both sides, so nothing is left to tell apart.
    told = counts <= set(found.columns) or "pairsCompared" in found.columns or found.group == "Ontology"
    assert {"source", "document"} & set(found.columns) or told
    assert found.examples or not found.parameters
    for name in found.columns:
        if name.endswith("Label"):
            assert name.removesuffix("Label") in found.columns or name == "aspectLabel"
    for parameter in found.parameters:
        assert parameter.about.endswith(".")
        assert f"${parameter.name}" in found.text
        assert parameter.default == "" or parameter.default in options(parameter, graph)
    for example in found.examples:
        assert ask(found.name, graph, **example).rows


@pytest.mark.parametrize("found", library(), ids=lambda found: found.name)
def test_a_question_can_be_pasted_into_any_sparql_tool(found: questions.Question, graph: LocalGraph) -> None:
    ask(found.name, graph)  # disagreements stand in the graph once they were asked for
    result = graph.store.query(found.text, use_default_graph_as_union=True)
    assert isinstance(result, ox.QuerySolutions)
    assert next(iter(result), None) is not None


# --- parameters -------------------------------------------------------------------------------------------------------


def test_a_brand_means_its_drug_and_a_synonym_its_condition(graph: LocalGraph) -> None:
    plain = ask("payers_compared", graph, drug="anakinra", indication="rheumatoid-arthritis")
    assert ask("payers_compared", graph, drug="Kineret", indication="RA") == plain
    assert ask("payers_compared", graph, drug=terms.ID + "drug/anakinra") == plain


def test_an_empty_text_takes_the_default_away(graph: LocalGraph) -> None:
    one = ask("payers_compared", graph)
    every = ask("payers_compared", graph, indication="")
    assert set(one.rows) < set(every.rows)


def test_an_indication_finds_rules_for_what_is_narrower_and_for_what_holds_it(graph: LocalGraph) -> None:
    def indications(asked: str) -> set[str]:
        rows = ask("covered_indications", graph, drug="anakinra", payer="cigna", authority="primary", indication=asked)
        return {terms.slug(row[rows.columns.index("indication")].value) for row in rows.rows}  # type: ignore[union-attr]

    assert indications("stills-disease") == {"stills-disease", "sjia"}
    assert indications("nomid") == {"caps"}
    assert indications("rheumatoid-arthritis") == {"rheumatoid-arthritis"}


def test_primary_and_secondary_are_kept_apart(graph: LocalGraph) -> None:
    primary = ask("step_therapy_by_policy", graph, authority="primary")
    secondary = ask("step_therapy_by_policy", graph, authority="secondary")
    assert {row["authority"] for row in primary.records()} == {"primary"}
    assert {row["authority"] for row in secondary.records()} == {"secondary"}
    assert len(primary.rows) + len(secondary.rows) == len(ask("step_therapy_by_policy", graph).rows)


@pytest.mark.parametrize(
    "text",
    [
        "anakinra> } DELETE WHERE { ?s ?p ?o } #",
        f"{terms.ID}drug/anakinra> . ?x ?y ?z . <{terms.ID}drug/anakinra",
        '"} UNION { ?s ?p ?o } #',
        "$indication",
        "anakinra\n} ; DROP ALL",
        "?drug",
    ],
)
@pytest.mark.parametrize(("name", "parameter"), [("payers_compared", "drug"), ("statements_about", "thing")])
def test_code_in_a_parameter_is_a_name_that_nothing_has(
    name: str, parameter: str, text: str, graph: LocalGraph
) -> None:
    with pytest.raises(QueryError, match=rf"(?s)^{parameter}: .*; `payergraph query \w+` "):
        ask(name, graph, **{parameter: text})


def test_code_in_a_choice_is_none_of_the_choices(graph: LocalGraph) -> None:
    with pytest.raises(QueryError, match=r"^request: .* is none of initial, continuation$"):
        ask("payers_compared", graph, request='initial" } #')


def test_a_parameter_reaches_the_query_as_a_term(graph: LocalGraph) -> None:
    text = question("payers_compared").filled(graph, {"payer": "Molina Healthcare", "authority": "primary"})
    assert f"?payer = <{terms.ID}payer/molina>" in text and '?authority = "primary"' in text
    assert "$" not in text


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("payers_comprared", {}, "'payers_comprared' is no stored question; the nearest is payers_compared"),
        ("zzz", {}, "'zzz' is no stored question; `payergraph query --list` lists them"),
        ("documents", {"drugs": "anakinra"}, "the question documents has no parameter 'drugs'; it has drug, payer"),
        ("exclusions", {"drugs": "anakinra"}, "the question exclusions has no parameter 'drugs'; it has drug, payer"),
        (
            "exclusions",
            {"drug": "kinret"},
            "drug: 'kinret' is no drug or product in the graph; the nearest is kineret",
        ),
        (
            "what_a_document_says",
            {"document": "cigna-0243"},
            "document: 'cigna-0243' is no document in the graph; `payergraph query documents` lists them",
        ),
        (
            "what_a_document_says",
            {"document": "cignna-ip0243"},
            "document: 'cignna-ip0243' is no document in the graph; the nearest is cigna-ip0243",
        ),
    ],
)
def test_a_wrong_name_is_told_the_nearest(name: str, given: dict[str, str], message: str, graph: LocalGraph) -> None:
    with pytest.raises(QueryError) as caught:
        ask(name, graph, **given)
    assert str(caught.value).startswith(message)


def test_a_thing_is_found_by_slug_by_kind_and_slug_and_by_label(graph: LocalGraph) -> None:
    answers = [ask("statements_about", graph, thing=text) for text in ("cigna", "payer/cigna", "Cigna")]
    assert answers[0].rows and answers[0] == answers[1] == answers[2]


def test_the_row_limit_says_whether_rows_were_left_out(graph: LocalGraph) -> None:
    count = len(ask("exclusions", graph).rows)
    assert not ask("exclusions", graph, limit=count).truncated
    cut = ask("exclusions", graph, limit=count - 1)
    assert cut.truncated and len(cut.rows) == count - 1


def test_what_can_be_chosen_can_be_asked(graph: LocalGraph) -> None:
    kinds = {found.kind: found for item in library() for found in item.parameters if found.kind}
    assert set(kinds) <= set(PARAMETER_KINDS)
    for kind, parameter in kinds.items():
        for text in options(parameter, graph):
            assert isinstance(term(parameter, text, graph), ox.NamedNode), (kind, text)


# --- counts, what is not shown, and headers ---------------------------------------------------------------------------


def test_the_sections_of_a_document_hold_all_its_statements(graph: LocalGraph) -> None:
    held: dict[str, int] = {}
    for row in ask("coverage_by_section", graph).records():
        held[row["document"]] = held.get(row["document"], 0) + int(row["statements"])
    stated = {row["source"]: int(row["n"]) for row in run(_STATED, graph).records()}
    for document, count in held.items():
        assert count == stated.get(document, 0), document


_STATED = "SELECT ?source (COUNT(*) AS ?n) WHERE { ?s a pg:Statement ; pg:source ?source } GROUP BY ?source"


def test_what_is_not_shown_is_never_not_required(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "concepts").mkdir()
    (tmp_path / "concepts" / "c.ttl").write_text(_CONCEPTS)
    (tmp_path / "policies" / "p.ttl").write_text(_POLICY + _USE_ALONE)
    other = store.load(data=tmp_path)
    found = {row["indication"]: row["bound"] for row in ask("age_limits", other).records()}
    assert found == {"seen whole": "not required", "seen in part": "not shown"}
    found = {row["indication"]: row["prescriber"] for row in ask("prescriber_requirements", other).records()}
    assert found == {"seen whole": "not required", "seen in part": "not shown"}


def test_months_of_age_and_what_else_a_diagnosis_must_be_are_told(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    copytree(folder("data") / "concepts", tmp_path / "concepts")
    (tmp_path / "concepts" / "c.ttl").write_text(_CONCEPTS)
    (tmp_path / "policies" / "p.ttl").write_text(_POLICY + _ASKED)
    other = store.load(data=tmp_path)
    ages = {(row["bound"], row["years"], row["months"]) for row in ask("age_limits", other).records()}
    assert ages == {("minimum age in months", "", "18"), ("maximum age", "17", ""), ("not shown", "", "")}
    [row] = ask("diagnoses_asked", other).records()
    told = (
        "fromStage",
        "toStage",
        "statuses",
        "excludedStatuses",
        "monthsSinceDiagnosis",
        "confirmedBy",
        "confirmedHow",
    )
    expected = ("stage II", "stage IV", "advanced; metastatic", "in remission", "6", "rheumatology", "biopsy")
    assert tuple(row[name] for name in told) == expected


_PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in terms.PREFIXES.items())
_CONCEPTS = f"""{_PREFIXES}
<{terms.ID}payer/x> a pg:Payer ; skos:prefLabel "X"@en .
<{terms.ID}drug/d> a pg:Drug ; skos:prefLabel "d"@en .
<{terms.ID}condition/a> a pg:Condition ; skos:prefLabel "seen whole"@en .
<{terms.ID}condition/b> a pg:Condition ; skos:prefLabel "seen in part"@en .
"""
_POLICY = f"""{_PREFIXES}
<{terms.ID}policy/p> a pg:CoveragePolicy ; skos:prefLabel "P"@en ; pg:payer <{terms.ID}payer/x> ;
    pg:drug <{terms.ID}drug/d> ; pg:authority pg:Primary ; pg:coverageRule <{terms.ID}rule/p/a> , <{terms.ID}rule/p/b> .
<{terms.ID}rule/p/a> a pg:CoverageRule ; pg:indication <{terms.ID}condition/a> ; pg:completeness pg:Complete ;
    pg:initialCriteria <{terms.ID}criterion/p/a> ; pg:locator "1" .
<{terms.ID}rule/p/b> a pg:CoverageRule ; pg:indication <{terms.ID}condition/b> ; pg:completeness pg:Excerpt ;
    pg:initialCriteria <{terms.ID}criterion/p/b> ; pg:locator "2" .
<{terms.ID}criterion/p/b> a pg:UseCriterion ; pg:use <{terms.ID}condition/b> ; pg:locator "2" .
"""
_USE_ALONE = f"""
<{terms.ID}criterion/p/a> a pg:UseCriterion ; pg:use <{terms.ID}condition/a> ; pg:locator "1" .
"""
_ASKED = f"""
<{terms.ID}criterion/p/a> a pg:AllOf ; pg:locator "1" ;
    sh:and ( <{terms.ID}criterion/p/months> <{terms.ID}criterion/p/years> <{terms.ID}criterion/p/diagnosis> ) .
<{terms.ID}criterion/p/months> a pg:PatientCriterion ; pg:minimumAgeMonths 18 ; pg:locator "1" .
<{terms.ID}criterion/p/years> a pg:AgeCriterion ; pg:maximumAge 17 ; pg:locator "1" .
<{terms.ID}criterion/p/diagnosis> a pg:DiagnosisCriterion ; pg:conditions <{terms.ID}condition/a> ; pg:locator "1" ;
    pg:minimumStage <{terms.ID}disease-stage/stage-ii> ; pg:maximumStage <{terms.ID}disease-stage/stage-iv> ;
    pg:diseaseStatus <{terms.ID}set/p/statuses> ; pg:excludedStatus <{terms.ID}disease-status/in-remission> ;
    pg:minimumMonthsSinceDiagnosis 6 ; pg:confirmedBy <{terms.ID}specialty/rheumatology> ;
    pg:confirmedHow <{terms.ID}diagnostic-method/biopsy> .
<{terms.ID}set/p/statuses> a pg:ConceptSet ;
    pg:member <{terms.ID}disease-status/metastatic> , <{terms.ID}disease-status/advanced> .
"""


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("# title: T\n# question: Q?\n# group: G\n", "x.rq: the header lacks or garbles 'row'"),
        ("# title: T\n# question: Q?\n# group: G\n# row: r\n", "x.rq: 'G' is none of the groups Coverage, Step"),
        ("# titel: T\n", "x.rq: the header has no place for titel"),
        (
            "# title: T\n# question: Q?\n# group: G\n# row: r\n# param: drug | drug\n",
            "x.rq: the header lacks or garbles",
        ),
    ],
)
def test_a_wrong_header_is_told(header: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "x.rq").write_text(f"{header}SELECT * WHERE {{ }}")
    with pytest.raises(ValueError) as caught:
        questions._read(tmp_path / "x.rq")
    assert str(caught.value).startswith(message)


if __name__ == "__main__":
    answers = {path(*pin): pinned(*pin, store.shipped()) for pin in PINS}
    for place, rows in answers.items():
        place.parent.mkdir(exist_ok=True)
        with place.open("w", encoding="utf-8", newline="") as to:
            csv.writer(to, lineterminator="\n").writerows(rows)

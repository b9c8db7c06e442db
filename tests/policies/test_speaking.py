"""Of which drugs and products policies and rules speak: Wegovy and not Ozempic, a class, several drugs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mini
import pytest

from payergraph.browse.things import things
from payergraph.chart.case import parse_case
from payergraph.comparison.compare import compare
from payergraph.comparison.covered import coverage
from payergraph.comparison.measures import measures
from payergraph.errors import CallError, CaseError
from payergraph.policies.editions import in_scope
from payergraph.policies.library import policies
from payergraph.policies.silence import Silence
from payergraph.policies.speaking import speaks_of, subject
from payergraph.sparql.questions import ask
from payergraph.store.graph import LocalGraph
from payergraph.store.names import names
from payergraph.terms import thing
from payergraph.verdict.answers import Answers
from payergraph.verdict.asked import asked

CONCEPTS = """
drug-class:glp-1-agonist a pg:DrugClass ; skos:prefLabel "GLP-1 receptor agonist"@en .
drug:semaglutide a pg:Drug ; skos:prefLabel "semaglutide"@en ; skos:broader drug-class:glp-1-agonist .
drug:liraglutide a pg:Drug ; skos:prefLabel "liraglutide"@en ; skos:broader drug-class:glp-1-agonist .
product:wegovy a pg:Product ; skos:prefLabel "Wegovy"@en ; skos:broader drug:semaglutide .
product:wegovy-pill a pg:Product ; skos:prefLabel "Wegovy pill"@en ; skos:broader product:wegovy .
product:ozempic a pg:Product ; skos:prefLabel "Ozempic"@en ; skos:broader drug:semaglutide .
product:saxenda a pg:Product ; skos:prefLabel "Saxenda"@en ; skos:broader drug:liraglutide .
condition:obesity a pg:Condition ; skos:prefLabel "obesity"@en .
condition:diabetes a pg:Condition ; skos:prefLabel "diabetes"@en .
"""
ADULT = "c:adult a pg:AgeCriterion ; pg:minimumAge 18 ; @@ ."
WEGOVY = "pg:drug drug:semaglutide ; pg:product product:wegovy"
DECIDES = "which product is asked for decides whether this policy speaks of it"


def of(target: Path, about: str, *rules: str, more: str = "", **options: Any) -> LocalGraph:
    return mini.graph(target, mini.policy(*rules, about=about, more=ADULT + more, **options), concepts=CONCEPTS)


def says(graph: LocalGraph, **case: Any) -> Answers:
    return mini.answers(graph, {"indication": "obesity", "age": 40, **case})


def outcomes(graph: LocalGraph, **case: Any) -> list[str]:
    return [item.outcome.value for item in says(graph, **case)]


# --- a product ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wegovy(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    return of(tmp_path_factory.mktemp("wegovy"), WEGOVY, "obesity c:adult", excludes=("diabetes",))


@pytest.mark.parametrize(
    "case",
    [
        {"drug": "Wegovy"},
        {"drug": "semaglutide", "product": "wegovy"},
        {"drug": "Wegovy", "product": "wegovy"},
        {"drug": "Wegovy pill"},
        {"drug": "Wegovy", "product": "Wegovy pill"},
        {"drug": "Wegovy pill", "product": "Wegovy"},
    ],
)
def test_a_product_is_asked_for_by_its_name_or_beside_its_drug(wegovy: LocalGraph, case: dict[str, str]) -> None:
    assert outcomes(wegovy, **case) == ["met"]
    assert outcomes(wegovy, **case, age=17) == ["not-met"]


@pytest.mark.parametrize("case", [{"drug": "Ozempic"}, {"drug": "semaglutide", "product": "Ozempic"}])
def test_ozempic_is_not_answered_by_a_policy_of_wegovy(wegovy: LocalGraph, case: dict[str, str]) -> None:
    found = says(wegovy, **case)
    [silent] = found.unanswered
    assert (list(found), silent.silence) == ([], Silence.OTHER_PRODUCT)
    assert silent.text == "test speaks of Wegovy and not of Ozempic" and [p.id for p in silent.policies] == ["test"]
    with pytest.raises(CallError, match=r"^policy test is about Wegovy, and the case asks for Ozempic$"):
        mini.answers(wegovy, {"indication": "obesity", **case}, policy="test")


@pytest.mark.parametrize(
    "case",
    [
        {"age": 40},
        {"age": 17},
        {},
        {"indication": "diabetes"},
        {"indication": "gout"},
    ],
)
def test_semaglutide_without_its_product_is_never_met_and_never_not_met(
    wegovy: LocalGraph, case: dict[str, Any]
) -> None:
    [item] = mini.answers(wegovy, {"drug": "semaglutide", "indication": "obesity", **case})
    assert item.outcome == "not-documented"
    assert item.reason is not None and DECIDES in item.reason.text and "Wegovy" in item.reason.text


def test_the_product_that_decides_is_a_field_that_a_form_asks_for(wegovy: LocalGraph) -> None:
    found = asked({"drug": "semaglutide", "indication": "obesity"}, wegovy)
    assert found.named["product"] == (thing("product", "wegovy").value,)
    assert "product" not in asked({"drug": "anakinra", "indication": "obesity"}, wegovy)


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ({"drug": "liraglutide", "product": "wegovy"}, "a product of semaglutide and not of liraglutide"),
        ({"drug": "Ozempic", "product": "wegovy"}, "another product and not of ozempic"),
        ({"drug": "semaglutide", "product": "semaglutide"}, "which is a drug, not a product"),
        ({"drug": "semaglutide", "product": "Imcivree"}, "'Imcivree', which is no product in the graph"),
    ],
)
def test_a_product_of_another_drug_is_one_clear_error(wegovy: LocalGraph, case: dict[str, str], sentence: str) -> None:
    with pytest.raises(CaseError, match=f"product is .*{sentence}"):
        says(wegovy, **case)


def test_a_brand_that_is_the_only_product_of_its_drug_is_the_drug(tmp_path: Path) -> None:
    graph = of(tmp_path, "pg:product product:kineret", "obesity c:adult")
    assert [outcomes(graph, drug=name) for name in ("Kineret", "anakinra")] == [["met"], ["met"]]


def test_a_rule_of_one_product_is_no_rule_of_the_other(tmp_path: Path) -> None:
    graph = of(
        tmp_path,
        "pg:drug drug:semaglutide",
        "obesity c:adult",
        "diabetes",
        more=" r:0 pg:product product:wegovy . r:1 pg:product product:ozempic .",
    )
    assert outcomes(graph, drug="Wegovy") == ["met"]
    assert outcomes(graph, drug="Ozempic") == ["not-listed"]
    [item] = says(graph, drug="semaglutide")
    assert item.outcome == "not-documented" and item.reason is not None
    assert item.reason.text.startswith("The rule speaks of Wegovy; ") and DECIDES in item.reason.text
    assert outcomes(graph, drug="semaglutide", indication="gout") == ["not-listed"]


def test_a_comparison_of_a_brand_leaves_out_the_policies_of_another_and_says_so(wegovy: LocalGraph) -> None:
    obesity = thing("condition", "obesity").value
    for product, columns in (("wegovy", 1), ("ozempic", 0)):
        found = compare(wegovy, thing("product", product).value, obesity, as_of="2026-10-01")
        assert (len(found.columns), found.drug, len(found.unanswered)) == (columns, "semaglutide", 1 - columns)
    assert len(compare(wegovy, thing("drug", "semaglutide").value, obesity).columns) == 1


# --- several drugs, a class -------------------------------------------------------------------------------------------

SEVERAL = [
    "pg:drugClass drug-class:glp-1-agonist",
    "pg:drug drug:semaglutide , drug:liraglutide",
    "pg:drug drug:liraglutide ; pg:product product:wegovy , product:saxenda",
]


@pytest.mark.parametrize("about", SEVERAL[:2])
def test_a_policy_answers_for_each_of_its_drugs(tmp_path: Path, about: str) -> None:
    graph = of(tmp_path, about, "obesity c:adult")
    for drug in ("semaglutide", "Ozempic", "liraglutide"):
        assert (outcomes(graph, drug=drug), outcomes(graph, drug=drug, age=17)) == (["met"], ["not-met"])
    [silent] = says(graph, drug="anakinra").unanswered
    assert silent.silence is Silence.NO_POLICY
    about_what = "GLP-1 receptor agonist" if "Class" in about else "liraglutide and semaglutide"
    with pytest.raises(CallError, match=f"^policy test is about {about_what}, and the case asks for anakinra$"):
        mini.answers(graph, {"indication": "obesity"}, policy="test")


def test_a_class_is_named_by_itself_and_holds_what_the_graph_has_of_it(tmp_path: Path) -> None:
    graph = of(tmp_path, SEVERAL[0], "obesity c:adult")
    [policy], known = policies(graph).all, names(graph)
    assert [known.slug(drug) for drug in policy.drugs] == ["liraglutide", "semaglutide"]
    assert policy.rules[0].drugs == policy.drugs and subject(policy, known) == "GLP-1 receptor agonist"
    assert {
        known.slug(drug): bool(in_scope(graph, drug)) for drug in (*policy.drugs, thing("drug", "anakinra").value)
    } == {
        "liraglutide": True,
        "semaglutide": True,
        "anakinra": False,
    }


def test_a_product_limits_its_own_drug_alone(tmp_path: Path) -> None:
    graph = of(tmp_path, "pg:drug drug:semaglutide , drug:liraglutide ; pg:product product:wegovy", "obesity c:adult")
    [policy], known = policies(graph).all, names(graph)
    said = {
        name: speaks_of(policy, known.resolve(name, ["Drug", "Product"]), known)
        for name in ("Wegovy", "Ozempic", "semaglutide", "liraglutide", "Saxenda", "anakinra")
    }
    assert said == {
        "Wegovy": True,
        "Ozempic": False,
        "semaglutide": None,
        "liraglutide": True,
        "Saxenda": True,
        "anakinra": False,
    }
    assert subject(policy, known) == "Wegovy and liraglutide"


def test_a_rule_for_one_of_the_drugs_is_read_for_it_alone(tmp_path: Path) -> None:
    teen = " c:teen a pg:AgeCriterion ; pg:minimumAge 12 ; @@ ."
    teen += " r:1 pg:drug drug:liraglutide . r:0 pg:drug drug:semaglutide ."
    graph = of(tmp_path, SEVERAL[1], "obesity c:adult", "obesity c:teen", "diabetes", more=teen)
    assert [outcomes(graph, drug=drug, age=15) for drug in ("semaglutide", "liraglutide")] == [["not-met"], ["met"]]
    assert [outcomes(graph, drug=drug, indication="diabetes") for drug in ("semaglutide", "liraglutide")] == [
        ["met"]
    ] * 2
    labels = things(graph).label
    rules = [thing("rule", f"test/{number}").value for number in range(3)]
    assert [labels(rule) for rule in rules] == [
        "test: obesity (semaglutide)",
        "test: obesity (liraglutide)",
        "test: diabetes",
    ]


def test_what_groups_by_drug_has_a_policy_under_each_of_its_drugs(tmp_path: Path) -> None:
    teen = " c:teen a pg:AgeCriterion ; pg:minimumAge 12 ; @@ ."
    teen += " r:1 pg:drug drug:liraglutide ; pg:product product:saxenda ."
    graph = of(tmp_path, SEVERAL[0], "obesity c:adult", "diabetes c:teen", more=teen)
    charts = {
        names(graph).slug(chart.drug): [names(graph).slug(row.indication) for row in chart.rows]
        for chart in coverage(graph)
    }
    assert charts == {"liraglutide": ["diabetes", "obesity"], "semaglutide": ["obesity"]}
    diabetes = thing("condition", "diabetes").value
    states = {}
    for drug in ("semaglutide", "liraglutide"):
        found = compare(graph, thing("drug", drug).value, diabetes, as_of="2026-10-01")
        states[drug] = [column.rule.id if column.rule else None for column in found.columns]
    assert states == {"semaglutide": [None], "liraglutide": ["test/1"]}
    asked_of = {drug: ask("age_limits", graph, drug=drug).records() for drug in ("semaglutide", "liraglutide")}
    assert {drug: [row["years"] for row in rows] for drug, rows in asked_of.items()} == {
        "semaglutide": ["18"],
        "liraglutide": ["12", "18"],
    }
    assert len(measures(graph).rules) == 2


def test_a_product_is_read_from_every_format_and_written_again(wegovy: LocalGraph) -> None:
    case = parse_case({"drug": "semaglutide", "product": "Wegovy"}, wegovy)
    for text, format in ((case.to_turtle(), "turtle"), (case.to_jsonld(), "jsonld")):
        again = parse_case(text, wegovy, format=format)
        assert (
            (again.drug, again.asked_as)
            == (case.drug, case.asked_as)
            == tuple(thing(kind, slug).value for kind, slug in (("drug", "semaglutide"), ("product", "wegovy")))
        )

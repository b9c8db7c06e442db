"""The order of strictness, without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest
from words import text

import payergraph
from payergraph import extras
from payergraph.criteria import Status
from payergraph.order import strictness
from payergraph.order.witness import Judge

Open = Callable[..., AppTest]
CIGNA, MOLINA = "cigna-ip0243/ra-employer-group", "molina-kineret/rheumatoid-arthritis"
PAIR = {"one": CIGNA, "other": MOLINA}


def diagram(page: AppTest) -> dict[str, object]:
    """What the diagram is given to draw."""
    [found] = [element for element in page.get("bidi_component") if "order-diagram" in element.proto.id]
    data: dict[str, object] = json.loads(found.proto.json)
    return data


def shown(page: AppTest) -> str:
    return " ".join(text(element.value) for element in page.get("html"))


def test_the_page_draws_every_rule_and_asks_for_two(app: Open) -> None:
    page = app("order")
    order = payergraph.strictness(drug="anakinra", indication="RA")
    drawn = diagram(page)
    assert all(str(drawn["svg"]).count(f'data-rule="{group.rules[0].id}"') == 1 for group in order.groups)
    assert drawn["chosen"] == [] and "Choose two rules" in page.info[0].value
    assert not page.code


def test_two_rules_are_shown_both_ways_with_cases_that_can_be_read(app: Open) -> None:
    page = app("order", **PAIR)
    assert [head.value for head in page.subheader] == [
        "✗ Not everyone who meets Cigna meets Molina Healthcare too\\, as far as shown\\.",
        "✗ Not everyone who meets Molina Healthcare meets Cigna too\\, as far as shown\\.",
    ]
    assert diagram(page)["chosen"] == [CIGNA, MOLINA]
    assert len(page.code) == 2
    assert all(payergraph.parse_case(code.value).drug.endswith("anakinra") for code in page.code)
    assert "Molina Healthcare also asks:" in shown(page) and "Age 18 years or older" in shown(page)


def test_a_patient_whom_the_check_judges_otherwise_is_told_in_one_sentence(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strictness, "_kept", lambda graph: {})  # what was found before
    monkeypatch.setattr(Judge, "__call__", lambda self, case, rules: [(Status.NOT_MET, {})] * 2)
    page = app("order", **PAIR)
    assert not page.exception and not page.code and len(page.error) == 2
    assert all("a fault of payergraph\\, please report it" in error.value for error in page.error)
    assert diagram(page)["chosen"] == [CIGNA, MOLINA]


def test_where_one_implies_the_other_there_is_a_case_one_way_alone(app: Open) -> None:
    page = app("order", one=CIGNA, other="minnesota-mhcp-kineret-2019/ra")
    assert page.subheader[0].value.startswith("✓ Whoever meets Cigna meets Minnesota")
    assert len(page.code) == 1


def test_choices_go_to_the_address_and_another_drug_takes_its_rules_back(app: Open) -> None:
    page = app("order")
    page.selectbox(key="order-one").select(CIGNA).run()
    page.selectbox(key="order-other").select(MOLINA).run()
    assert page.query_params == PAIR
    page.selectbox(key="order-drug").select("rilonacept").run()
    assert page.query_params == {"drug": "rilonacept", "request": "initial", "sources": "primary"}
    assert "rilonacept" in page.title[0].value


@pytest.mark.parametrize("name", ["drug", "indication", "request", "sources", "day", "one"])
def test_what_an_address_gets_wrong_is_said_and_replaced(app: Open, name: str) -> None:
    page = app("order", **{name: "kryptonite"})
    assert "cannot be chosen" in page.warning[0].value and diagram(page)["svg"]


def test_the_case_opens_in_check_and_never_in_the_address(app: Open) -> None:
    page = app("order", **PAIR)
    page.button(key=f"open-{CIGNA}").click().run()
    assert not page.exception and page.title[0].value == "Check a case"
    assert page.session_state["case-start"] == "file" and page.session_state["case-draft"]["drug"] == "anakinra"
    assert "rheumatoid-arthritis" not in str(dict(page.query_params))


def test_the_case_opens_under_all_payers_and_the_tab_is_asked_what_it_keeps_first(app: Open) -> None:
    page = app("check")
    page.selectbox(key="case-payer").select("aetna").run()
    page.switch_page("views/order.py")
    for name, value in PAIR.items():
        page.query_params[name] = value
    page.run()
    page.button(key=f"open-{CIGNA}").click().run()
    assert page.session_state["case-draft"]["payer"] == ""
    assert any("Cigna" in one.label for one in page.expander) and any("Molina" in one.label for one in page.expander)
    [tab] = [one for one in page.get("bidi_component") if one.proto.component_name == "payergraph-kept"]
    assert json.loads(tab.proto.json)["asks"] is True
    page.switch_page("views/check.py").run()
    [tab] = [one for one in page.get("bidi_component") if one.proto.component_name == "payergraph-kept"]
    assert json.loads(tab.proto.json)["asks"] is False


def test_where_nothing_is_in_scope_the_page_says_what_to_do(app: Open) -> None:
    page = app("order", drug="rilonacept", indication="dira", request="continuation", day="2000-01-01")
    assert "None of the documents in scope" in page.info[0].value
    page.button(key="order-widen").click().run()
    assert page.query_params["sources"] == "all" and "day" not in page.query_params


def test_without_z3_the_page_says_what_brings_it(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    found = extras.find_spec
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "z3" else found(name))
    page = app("order")
    assert "z3" in page.info[0].value and not page.exception

"""The page that checks a case, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from parts import case_form, outcome
from parts.fields import sections
from streamlit.testing.v1 import AppTest
from words import text

from payergraph.case import read_case
from payergraph.case_fields import FIELDS
from payergraph.concepts import names
from payergraph.determination import Determination, determine
from payergraph.locate import folder
from payergraph.render import heading
from payergraph.store import shipped

Open = Callable[..., AppTest]
CASES = sorted((folder("data") / "cases").glob("*.yaml"), key=lambda path: path.stem)
EXAMPLES = pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)


def answers(page: AppTest) -> list[str]:
    """The headings of the outcomes, in their order on the page."""
    return [text(label) for item in page.expander if (label := item.label).startswith("**")]


def details(page: AppTest) -> list[str]:
    """The contents of the outcomes, as markup."""
    return [found.value for found in page.get("html") if 'class="pg-determination"' in found.value]


def opened(app: Open, payer: str) -> AppTest:
    page = app("check")
    return page.selectbox(key="case-payer").select(payer).run() if payer else page


def on_example(app: Open, name: str, payer: str = "") -> AppTest:
    page = opened(app, payer)
    page.selectbox(key="case-example").select(name).run()
    return page


def on_form(app: Open, payer: str = "") -> AppTest:
    page = opened(app, payer)
    page.get("button_group")[0].set_value("form").run()
    return page


def on_file(app: Open, name: str, content: bytes, payer: str = "") -> AppTest:
    page = opened(app, payer)
    page.get("button_group")[0].set_value("file").run()
    page.get("file_uploader")[0].upload(name, content).run()
    return page


def field(page: AppTest, kind: str, key: str) -> Any:
    """The widget of a field, whatever number the case on the page has."""
    [found] = [widget for widget in page.get(kind) if re.fullmatch(rf"case-\d+\.{key}", widget.key or "")]
    return found


def determined(path: Path, **options: str) -> list[Determination]:
    return determine(read_case(path, shipped()), shipped(), **options)


# --- outcomes ---------------------------------------------------------------------------------------------------------


@EXAMPLES
def test_an_example_is_answered_as_the_command_answers_it(app: Open, path: Path) -> None:
    page = on_example(app, path.stem)
    assert not page.exception and not page.error
    label = names(shipped())
    expected = {f"{outcome.word(item.outcome)} {heading(item, label)}" for item in determined(path)}
    assert set(answers(page)) == expected
    assert bool(expected) != bool(page.info)
    # It went through the widgets of the form unchanged: what they hold after one run is what the file says.
    written = json.loads(json.dumps(read_case(path, shipped()).record(), default=float))
    found = case_form.record_of(page.session_state["case-draft"])
    assert {**found, "requestDate": written["requestDate"]} == {"id": path.stem, **written}


@EXAMPLES
def test_what_is_met_comes_first_and_what_is_out_of_reach_last(path: Path) -> None:
    ordered = sorted(determined(path, authority="all"), key=outcome.nearness)
    assert [item.outcome == "met" for item in ordered] == sorted((i.outcome == "met" for i in ordered), reverse=True)
    steps = [len(item.ways[0].criteria) for item in ordered if item.ways and not item.ways[0].fixed]
    assert steps == sorted(steps)
    reachable = [item.outcome == "met" or bool(item.ways) for item in ordered]
    assert reachable == sorted(reachable, reverse=True)


def test_states_are_told_by_sign_and_word(app: Open) -> None:
    found = " ".join(details(on_example(app, "little-on-record")) + details(on_example(app, "only-a-sample")))
    states = {text(state) for state in re.findall(r'class="pg-state [\w-]+">(.*?)</span>', found)}
    assert states == {"✓ Met", "✗ Not met", "? Not documented"}


def test_signs_of_outcomes_are_all_different() -> None:
    assert len(set(outcome.SIGNS.values())) == len(outcome.SIGNS) == 6


def test_what_is_missing_is_a_checklist_with_places(app: Open) -> None:
    first = details(on_example(app, "little-on-record", "cigna"))[0]
    [checklist] = re.findall(r'class="pg-checklist">(.*?)</ul>', first)
    boxes = [text(item) for item in re.findall(r"<li>(.*?)</li>", checklist)]
    [cigna] = [
        i for i in determined(folder("data") / "cases" / "little-on-record.yaml") if i.policy.payer.endswith("cigna")
    ]
    assert len(boxes) == len(cigna.missing) > 3
    assert all(re.match("☐ .*(Medical Necessity Criteria|Conditions Not Covered), ", box) for box in boxes)


def test_what_was_not_seen_of_a_document_is_not_missing_on_record(app: Open) -> None:
    found = next(text(one) for one in details(app("check")) if "excerpt ends" in one)
    assert "To be read in the whole document ☐ Not shown in the excerpt" in found
    assert "Missing on record" not in found


def test_ways_to_met_say_what_can_change_and_what_cannot(app: Open) -> None:
    page = on_example(app, "little-on-record", "molina")
    field(page, "date_input", "birthDate").set_value(date(2012, 3, 2)).run()
    found = [text(part) for part in re.findall(r'class="pg-ways">(.*)</ol>', details(page)[0])]
    assert found[0].startswith("Can still change")
    assert "Cannot change Age 18 years or older" in found[0]


def test_why_a_use_is_not_covered_is_said_with_its_place(app: Open) -> None:
    page = on_example(app, "osteoarthritis")
    [excluded] = [
        item for item in determined(folder("data") / "cases" / "osteoarthritis.yaml") if item.outcome == "excluded"
    ]
    assert excluded.reason is not None
    found = " ".join(text(item) for item in details(page))
    assert text(excluded.reason.text) in found and excluded.reason.locator in found


def test_limits_and_cautions_stand_beside_and_decide_nothing(app: Open) -> None:
    assert "which decide nothing here" in " ".join(details(on_example(app, "maria")))


def test_a_drug_that_no_chosen_source_is_about_says_what_to_do(app: Open) -> None:
    page = on_example(app, "stills-disease-on-ilaris", "cigna")
    assert "there are only retellings of the payer" in page.info[0].value
    page.selectbox(key="case-sources").select("all").run()
    assert answers(page)


def test_only_the_chosen_payers_documents_answer(app: Open) -> None:
    page = on_example(app, "maria")
    assert len(answers(page)) > 5
    page.selectbox(key="case-payer").select("molina").run()
    assert [answer for answer in answers(page) if "Molina" not in answer] == [] != answers(page)


def test_what_an_excerpt_does_not_show_is_no_step_of_the_patient(app: Open) -> None:
    page = on_example(app, "little-on-record", "western-health-advantage")
    ways = [text(way) for one in details(page) for way in re.findall(r'class="pg-ways">(.*?)</ol>', one)]
    before = [way[: found.start()] for way in ways for found in re.finditer("Not shown in the excerpt", way)]
    assert before
    assert all(way.rfind("To be read in the whole document") > way.rfind("Can still change") for way in before)


# --- the form ---------------------------------------------------------------------------------------------------------


def test_the_form_has_every_field_of_the_format_once() -> None:
    shown = [shown.field for section in sections() for shown in section.fields]
    assert sorted(field.key for field in shown) == sorted(field.key for field in FIELDS)
    for section in sections():
        for one in section.fields:
            assert {child.field.key for child in one.inside} == {child.key for child in one.field.fields}


def test_a_changed_fact_changes_the_outcome_at_once(app: Open) -> None:
    page = on_example(app, "maria", "molina")
    assert answers(page) == ["✓ Met Molina coverage guideline, Kineret: rheumatoid arthritis"]
    field(page, "date_input", "birthDate").set_value(date(2012, 3, 2)).run()
    assert answers(page) == ["✗ Not met Molina coverage guideline, Kineret: rheumatoid arthritis"]
    assert "It was met before the facts were changed." in text(details(page)[0])
    field(page, "date_input", "birthDate").set_value(date(1984, 3, 2)).run()
    assert answers(page) == ["✓ Met Molina coverage guideline, Kineret: rheumatoid arthritis"]
    assert "before the facts" not in " ".join(details(page))


def test_retellings_of_payers_without_a_document_are_offered_by_name_and_read_at_one_click(app: Open) -> None:
    page = on_form(app, "unitedhealthcare")
    field(page, "selectbox", "drug").select("anakinra").run()
    field(page, "selectbox", "indication").select("rheumatoid-arthritis").run()
    assert not answers(page)
    assert "as extracted by The Policy Vault" in page.info[0].value
    page.button(key="case-retellings").click().run()
    assert [answer for answer in answers(page) if "UnitedHealthcare, Kineret" in answer]
    assert not page.info and not page.exception


def test_a_plan_of_another_payer_is_said_and_nothing_is_judged(app: Open) -> None:
    page = on_form(app, "cigna")
    field(page, "selectbox", "drug").select("anakinra").run()
    field(page, "selectbox", "indication").select("rheumatoid-arthritis").run()
    field(page, "selectbox", "plan").select("molina-texas-marketplace").run()
    assert "is a plan of molina" in page.error[0].value
    assert not answers(page)


def test_an_empty_form_is_filled_in_step_by_step(app: Open) -> None:
    page = on_form(app, "cigna")
    assert "Name the drug" in page.info[0].value
    field(page, "selectbox", "drug").select("anakinra").run()
    assert "no indication or diagnosis is given" in page.info[0].value
    field(page, "selectbox", "indication").select("rheumatoid-arthritis").run()
    assert [answer.split(" Cigna")[0] for answer in answers(page)] == ["? Not documented"]
    page.button(key=_key(page, "add", "therapies")).click().run()
    assert not page.error
    field(page, "selectbox", r"therapies\.\d+\.product").select("methotrexate").run()
    field(page, "selectbox", r"therapies\.\d+\.outcome").select("failure").run()
    field(page, "text_input", r"therapies\.\d+\.start").input("2024").run()
    page.toggle(key="case-every").set_value(True).run()
    field(page, "number_input", r"therapies\.\d+\.weeklyDoseMg").set_value(20.5).run()
    assert page.session_state["case-draft"]["therapies"][0]["weeklyDoseMg"] == 20.5
    field(page, "multiselect", r"prescriber\.specialties").select("rheumatology").run()
    assert not page.error and not page.exception
    assert "✓ Met Prescribed by or in consultation with a specialist in rheumatology" in text(details(page)[0])


def _key(page: AppTest, what: str, field_key: str) -> str:
    return next(b.key for b in page.button if b.key and b.key.startswith(what) and field_key in b.key)


def paths(page: AppTest) -> set[str]:
    """The fields of the form, entries and buttons to add them included."""
    keys = [w.key for kind in _WIDGETS for w in page.get(kind) if (w.key or "").startswith(("case-", "add-"))]
    found = (re.sub(r"\.\d+(?=\.)", "", found[1]) for key in keys if (found := re.match(r"[a-z]+-\d+\.(.*)", key)))
    return set(found)


_WIDGETS = ("text_input", "number_input", "date_input", "selectbox", "multiselect", "button_group", "button")


def test_the_form_asks_for_what_the_chosen_documents_read(app: Open) -> None:
    page = on_form(app, "cigna")
    unchosen = paths(page)
    assert {"drug", "indication", "birthDate", "diagnoses"} <= unchosen and "therapies" not in unchosen
    field(page, "selectbox", "drug").select("anakinra").run()
    field(page, "selectbox", "indication").select("rheumatoid-arthritis").run()
    short = paths(page)
    assert {"therapies", "therapiesComplete", "prescriber.specialties", "attestations"} <= short
    assert short.isdisjoint({"labs", "labsComplete", "weightKg", "dose.mgPerDay", "documents", "formulary", "state"})
    page.selectbox(key="case-payer").select("molina").run()
    assert {"formulary", "documents"} <= paths(page)
    page.toggle(key="case-every").set_value(True).run()
    every = {f.key for f in FIELDS if not f.fields or f.many}
    every |= {f"{f.key}.{inner.key}" for f in FIELDS if not f.many for inner in f.fields}
    assert paths(page) == every


def test_what_the_case_holds_is_shown_whatever_is_asked(app: Open) -> None:
    page = on_form(app, "cigna")
    page.toggle(key="case-every").set_value(True).run()
    field(page, "selectbox", "drug").select("anakinra").run()
    field(page, "number_input", "weightKg").set_value(64.5).run()
    page.button(key=_key(page, "add", "labs")).click().run()
    field(page, "selectbox", r"labs\.\d+\.test").select("ferritin").run()
    page.toggle(key="case-every").set_value(False).run()
    field(page, "selectbox", "indication").select("rheumatoid-arthritis").run()
    assert "labs.test" in paths(page) and "labs.date" not in paths(page)
    assert field(page, "number_input", "weightKg").value == 64.5
    assert field(page, "selectbox", r"labs\.\d+\.test").value == "ferritin"


def test_what_the_documents_name_is_first_among_the_choices(app: Open) -> None:
    page = on_form(app, "molina")
    field(page, "selectbox", "drug").select("anakinra").run()
    field(page, "selectbox", "indication").select("caps").run()
    assert "Named by the documents: C-reactive protein; serum amyloid A" in [text(c.value) for c in page.caption]
    page.button(key=_key(page, "add", "labs")).click().run()
    tests = field(page, "selectbox", r"labs\.\d+\.test")
    assert tests.options[:2] == ["C-reactive protein", "serum amyloid A"]
    tests.select("serum-amyloid-a").run()
    field(page, "selectbox", "indication").select("rheumatoid-arthritis").run()
    assert field(page, "selectbox", r"labs\.\d+\.test").value == "serum-amyloid-a"


def test_an_entry_can_be_removed(app: Open) -> None:
    page = on_example(app, "maria")
    before = len(page.session_state["case-draft"]["therapies"])
    page.button(key=_key(page, "remove", "therapies")).click().run()
    found = page.session_state["case-draft"]["therapies"]
    assert len(found) == before - 1
    assert [item["product"] for item in found] == ["enbrel", "rinvoq"]


def test_a_wrong_fact_is_one_sentence_that_names_the_field(app: Open) -> None:
    page = on_example(app, "maria")
    next(w for w in page.text_input if w.key and w.key.endswith(".start")).input("last spring").run()
    [error] = page.error
    assert "therapies[0].start" in text(error.value)
    assert not answers(page)


def test_a_yes_can_be_taken_back(app: Open) -> None:
    page = on_example(app, "maria")
    field(page, "button_group", "therapiesComplete").set_value(None).run()
    assert "therapiesComplete" not in case_form.record_of(page.session_state["case-draft"])
    assert not page.error


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["yaml", "json", "jsonld", "ttl"])
def test_a_file_of_each_format_is_read(app: Open, ending: str) -> None:
    path = folder("data") / "cases" / "maria.yaml"
    case = read_case(path, shipped())
    content = {
        "yaml": path.read_text(encoding="utf-8"),
        "json": json.dumps(case.record(), default=str),
        "jsonld": case.to_jsonld(),
        "ttl": case.to_turtle(),
    }[ending]
    page = on_file(app, f"someone.{ending}", content.encode(), "cigna")
    assert not page.error
    assert [answer.split(" Cigna")[0] for answer in answers(page)] == ["✓ Met"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.yaml", b""),
        ("list.yaml", b"- 1\n- 2\n"),
        ("unknown.yaml", b"drug: kryptonite\n"),
        ("broken.json", b"{"),
        ("deep.json", b"[" * 100_000),
        ("binary.yaml", bytes(range(256))),
        ("aliases.yaml", b"a: &a [x]\nb: [*a, *a]\n"),
        ("broken.ttl", b"<a> <b> ."),
        ("remote.jsonld", b'{"@context": "https://example.org/context", "drug": "anakinra"}'),
        ("hostile.yaml", b"drug: '<script>alert(1)</script>'\n"),
    ],
)
def test_a_wrong_file_is_one_sentence(app: Open, name: str, content: bytes) -> None:
    page = on_file(app, name, content)
    assert not page.exception
    [error] = page.error
    assert text(error.value).count("\n") == 0 and len(text(error.value)) < 500
    assert "Traceback" not in error.value
    assert not answers(page)


def test_a_right_file_after_a_wrong_one_is_read(app: Open) -> None:
    page = on_file(app, "wrong.yaml", b"drug: kryptonite\n", "cigna")
    page.get("file_uploader")[0].upload("right.yaml", (folder("data") / "cases" / "maria.yaml").read_bytes()).run()
    assert not page.error
    assert len(answers(page)) == 1


# --- the case is personal ---------------------------------------------------------------------------------------------


def test_two_sessions_never_see_each_others_case(app: Open) -> None:
    mine = on_file(app, "mine.yaml", b"id: zebra-4711\ndrug: anakinra\nindication: caps\n")
    theirs = on_form(app)
    field(theirs, "selectbox", "drug").select("anakinra").run()
    field(theirs, "selectbox", "indication").select("dira").run()
    mine.run()
    assert mine.session_state["case-draft"]["id"] == "zebra-4711"
    assert "zebra-4711" not in str(theirs.session_state["case-draft"])
    assert any("CAPS" in a or "cryopyrin" in a for a in answers(mine))
    assert not any("receptor antagonist" in a for a in answers(mine))
    assert not any("CAPS" in a or "cryopyrin" in a for a in answers(theirs))


def test_the_case_is_not_in_the_address(app: Open) -> None:
    page = on_file(app, "mine.yaml", b"id: zebra-4711\ndrug: anakinra\nindication: caps\n")
    field(page, "text_input", "id").input("zebra-4712").run()
    assert not page.query_params


def test_the_case_survives_a_look_at_another_page(app: Open) -> None:
    page = on_example(app, "maria")
    field(page, "number_input", "weightKg").set_value(64.5).run()
    page.switch_page("views/compare.py").run()
    page.switch_page("views/check.py").run()
    assert page.session_state["case-draft"]["weightKg"] == 64.5
    assert field(page, "number_input", "weightKg").value == 64.5


def test_a_file_survives_a_look_at_another_page(app: Open) -> None:
    page = on_file(app, "mine.yaml", b"id: zebra-4711\ndrug: anakinra\nindication: caps\n")
    page.switch_page("views/compare.py").run()
    page.switch_page("views/check.py").run()
    assert page.session_state["case-draft"]["id"] == "zebra-4711"
    assert answers(page)

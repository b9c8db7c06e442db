"""The page that checks a case, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command import HANGS
from judges import WHEALS
from parts import case_form, outcome
from parts.fields import sections, told
from streamlit.testing.v1 import AppTest
from words import text

from payergraph.chart.case import Case, parse_case, read_case
from payergraph.chart.fields import FIELDS, Field
from payergraph.chart.text import to_yaml
from payergraph.locate import folder
from payergraph.present.sentences import heading, not_computed_sentences
from payergraph.store.graph import shipped
from payergraph.store.names import names
from payergraph.verdict.answers import Determination
from payergraph.verdict.determination import determine
from payergraph.verdict.nearest import Seen, nearness, seen

Open = Callable[..., AppTest]
CASES = sorted((folder("data") / "cases").glob("*.yaml"), key=lambda path: path.stem)
#: A sixth: the tests of what is behind the page have all.
EXAMPLES = pytest.mark.parametrize("path", CASES[::6], ids=lambda path: path.stem)


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
    expected = {f"{outcome.said(item)} {heading(item, label)}" for item in determined(path)}
    assert set(answers(page)) == expected
    assert bool(expected) != bool(page.info)
    # It went through the widgets of the form unchanged: what they hold after one run is what the file says.
    written = json.loads(json.dumps(read_case(path, shipped()).record(), default=float))
    found = case_form.record_of(page.session_state["case-draft"])
    of_plan = {"payer": found["payer"]} if "plan" in written else {}  # a plan tells its payer, where none is named
    said = {key: value for key, value in written.items() if value != []}
    assert {**found, "requestDate": written["requestDate"]} == {"id": path.stem, **of_plan, **said}


@EXAMPLES
def test_what_was_seen_whole_comes_first_then_what_is_met_and_what_is_out_of_reach_last(path: Path) -> None:
    every = sorted(determined(path, authority="all"), key=nearness)
    places = [list(Seen).index(seen(item)) for item in every]
    assert places == sorted(places)
    for part in Seen:
        _nearest_first([item for item in every if seen(item) is part])


def _nearest_first(ordered: list[Determination]) -> None:
    assert [item.outcome == "met" for item in ordered] == sorted((i.outcome == "met" for i in ordered), reverse=True)
    steps = [len(item.ways[0].criteria) for item in ordered if item.ways and not item.ways[0].fixed]
    assert steps == sorted(steps)
    reachable = [item.outcome == "met" or bool(item.ways) for item in ordered]
    assert reachable == sorted(reachable, reverse=True)


def test_a_case_is_judged_anew_when_a_fact_a_choice_or_the_day_changes(
    app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = on_example(app, "maria")

    def kept() -> Any:
        return page.session_state["case-answer"][2]

    found = kept()
    page.run()
    assert kept() is found
    field(page, "number_input", "weightKg").set_value(72).run()
    with_weight = kept()
    assert with_weight is not found
    page.selectbox(key="case-sources").set_value("all").run()
    of_all = kept()
    assert len(of_all) > len(with_weight)

    class Tomorrow(date):
        @classmethod
        def today(cls) -> Tomorrow:
            return cls.fromordinal(date.today().toordinal() + 1)

    monkeypatch.setattr("datetime.date", Tomorrow)
    page.run()
    assert kept() is not of_all


def test_states_are_told_by_sign_and_word(app: Open) -> None:
    found = " ".join(details(on_example(app, "little-on-record")) + details(on_example(app, "only-a-sample")))
    states = {text(state) for state in re.findall(r'class="pg-state [\w-]+">(.*?)</span>', found)}
    assert states == {"✓ Met", "✗ Not met", "? Not documented"}


def test_signs_of_outcomes_are_all_different() -> None:
    assert len(set(outcome.SIGNS.values())) == len(outcome.SIGNS) == 6


def missing(page: AppTest) -> str:
    """What the first answer says is missing."""
    return text(details(page)[0]).partition("Missing on record")[2].partition("Ways to met")[0]


def test_what_is_missing_is_a_checklist_with_places_and_alternatives_as_such(app: Open) -> None:
    page = on_example(app, "little-on-record", "cigna")
    found = missing(page)
    [cigna] = [
        i for i in determined(folder("data") / "cases" / "little-on-record.yaml") if i.policy.payer.endswith("cigna")
    ]
    boxes = [box for box in found.split("☐") if box.strip() and "One of these:" not in box]
    assert len(boxes) == len(cigna.missing) > 3
    assert all(re.search("Medical Necessity Criteria, |Conditions Not Covered, ", box) for box in boxes)
    assert "☐ One of these: ☐ Failure of one of: hydroxychloroquine" in found


def test_an_answer_says_first_why_and_counts(app: Open) -> None:
    written = """
        {drug: anakinra, indication: rheumatoid-arthritis, plan: cigna-employer-group, requestDate: 2026-10-01, age: 44,
         prescriber: {specialties: [rheumatology]}, therapiesComplete: true,
         therapies: [{product: humira, start: 2024-02-01, end: 2024-07-01, outcome: failure}]}"""
    page = on_file(app, "humira.yaml", written.encode())
    why = text(details(page)[0]).strip()
    assert why.startswith(
        "✗ Not met Blocked by: prior therapy, 1 of 2: Humira, 2024-02-01 to 2024-07-01, failure;"
        " one more of Xeljanz/XR, Actemra SC, Cimzia, Enbrel, Rinvoq."
    )


def test_each_missing_thing_leads_to_its_field(app: Open) -> None:
    page = on_example(app, "little-on-record", "cigna")
    number = page.session_state["case-number"]
    reached = dict(re.findall(r'data-reach="([^"]*)">([^<]*)<', details(page)[0]))
    assert reached[f"case-{number}-prescriber-specialties"] == "Specialties of Prescriber"
    assert reached[f"add-{number}-therapies"] == "Therapies"
    assert reached[f"case-{number}-therapiesComplete"] == "Therapies are complete"
    drawn = {re.sub("[^a-zA-Z0-9_-]", "-", w.key) for kind in _WIDGETS for w in page.get(kind) if w.key}
    assert set(reached) <= drawn


def test_several_documents_stand_side_by_side_above_their_answers(app: Open) -> None:
    page = on_example(app, "maria")
    [table] = [found.value for found in page.get("html") if 'class="pg-rows pg-answers"' in found.value]
    rows = [text(row) for row in re.findall("<tr>(.*?)</tr>", table)[1:]]
    assert len(rows) == len(answers(page))
    assert [row for row in rows if "nothing of it" in row] == rows[-sum("nothing of it" in row for row in rows) :]
    reached = re.findall('data-reach="([^"]*)"', table)
    assert len(reached) == len(set(reached)) == len(rows)
    one = on_example(app, "maria", "molina")
    assert not [found for found in one.get("html") if 'class="pg-rows pg-answers"' in found.value]


def test_what_was_not_seen_of_a_document_is_not_missing_on_record(app: Open) -> None:
    found = next(text(one) for one in details(on_example(app, "colitis-after-infliximab")) if "excerpt" in one)
    assert "To be read in the whole document ☐ Not shown in the excerpt" in found
    assert "Missing on record" not in found


def test_met_says_what_was_not_computed(app: Open) -> None:
    page = on_file(app, "wheals.json", json.dumps(WHEALS).encode())
    page.selectbox(key="case-sources").select("all").run()
    [number] = [place for place, answer in enumerate(answers(page)) if "CareFirst" in answer]
    assert answers(page)[number].startswith("✓ Met, as far as computed ")
    found = details(page)[number]
    assert 'class="pg-outcome pg-met">✓ Met<' in found
    case = parse_case(json.dumps(WHEALS), shipped(), format="json", name="case")
    [item] = determine(case, shipped(), policy="carefirst-caremark-dupixent")
    assert all(said in text(found) for said in not_computed_sentences(item)) and item.not_computed
    tried = "Failure of second-generation H1 antihistamine, up-dosed, after at least 2 weeks CSU, 2"
    assert f"{tried} Not computed: That the dose was raised as the guideline has it. Read as: " in text(found)
    assert "Undated, retelling, criteria seen whole." in text(found)


def test_what_no_record_settles_is_not_missing_on_record(app: Open) -> None:
    written = {"drug": "canakinumab", "indication": "caps", "requestDate": "2026-10-01"}
    page = on_file(app, "caps.json", json.dumps(written).encode(), "healthpartners")
    found = text(next(one for one in details(page) if "home infusion" in one))
    kinds = ("Missing on record", "To be shown beside: no field of a case says it")
    kinds += ("To be shown beside, judged or read: no field of a case says it", "To be read in the whole document")
    places = [found.index(f"{kind} ☐") for kind in kinds]
    assert places == sorted(places)
    record, beside, mixed, _ = (found[start:end] for start, end in zip(places, [*places[1:], len(found)], strict=True))
    assert "Plain in the source" in beside and "Left open by the source" not in beside
    assert "One of these: ☐ Plain in the source" in mixed and "☐ Left open by the source" in mixed
    assert "Left open" not in record and "Plain in" not in record


def test_ways_to_met_say_what_can_change_and_what_cannot(app: Open) -> None:
    page = on_example(app, "little-on-record", "molina")
    field(page, "text_input", "birthDate").input("2012-03-02").run()
    shared, ways = (
        text(re.search(f'class="{name}">(.*?)</{end}>', details(page)[0])[1])  # type: ignore[index]
        for name, end in (("pg-shared", "div"), ("pg-ways", "ol"))
    )
    assert shared.startswith("Can still change") and "Cannot change Age 18 years or older" in shared
    assert ways.startswith("Can still change") and "Age 18" not in ways


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


def test_a_diagnosis_with_lists_of_its_own_is_shown(app: Open) -> None:
    said = {"condition": "fcas", "status": ["metastatic", "recurrent"], "stage": "stage-iv", "confirmedHow": ["biopsy"]}
    case = {"drug": "anakinra", "indication": "caps", "requestDate": "2026-10-01", "diagnoses": [said]}
    page = on_file(app, "advanced.json", json.dumps(case).encode(), "molina")
    assert not page.exception
    label = next(one.label for one in page.expander if "stage IV" in one.label)
    assert "metastatic" in label


def test_a_name_that_the_graph_does_not_know_is_kept_and_told(app: Open) -> None:
    case = {
        **{"drug": "anakinra", "indication": "caps", "requestDate": "2026-10-01", "documents": ["zebra form"]},
        "diagnoses": [{"condition": "fcas"}, {"condition": "Chagas disease"}],
    }
    page = on_file(app, "comorbidity.json", json.dumps(case).encode(), "molina")
    assert not page.exception and answers(page)
    [told] = [one.value for one in page.caption if "Not known here" in one.value]
    assert "Chagas disease" in told and "zebra form" in told
    assert any("Chagas disease" in one.label for one in page.expander)


def test_a_changed_fact_changes_the_outcome_at_once(app: Open) -> None:
    page = on_example(app, "maria", "molina")
    assert answers(page) == ["✓ Met Molina coverage guideline, Kineret: rheumatoid arthritis"]
    field(page, "text_input", "birthDate").input("2012-03-02").run()
    assert answers(page) == ["✗ Not met Molina coverage guideline, Kineret: rheumatoid arthritis"]
    assert "It was met before the facts were changed." in text(details(page)[0])
    field(page, "text_input", "birthDate").input("1984-03-02").run()
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


def test_only_plans_of_the_chosen_payer_are_offered(app: Open) -> None:
    page = on_form(app, "cigna")
    field(page, "selectbox", "drug").select("anakinra").run()
    offered = field(page, "selectbox", "plan").options
    assert "Cigna employer group plans" in offered
    assert not any("Molina" in plan for plan in offered)


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
    field(page, "selectbox", r"prescriber\.specialties").select("rheumatology").run()
    assert not page.error and not page.exception
    assert "✓ Met Prescribed by or in consultation with a specialist in rheumatology" in text(details(page)[0])


def test_a_change_that_chooses_no_document_reads_the_case_once(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    page = on_example(app, "maria")
    read: list[object] = []

    def counted(content: object, *args: object, **options: object) -> Case:
        read.append(content)
        return parse_case(content, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("payergraph.chart.faults.parse_case", counted)
    monkeypatch.setattr("payergraph.verdict.asked.parse_case", counted)
    first = next(box for box in page.selectbox if re.fullmatch(r"case-\d+\.therapies\.\d+\.outcome", box.key or ""))
    first.select("unknown").run()
    assert not page.exception and [type(content) for content in read] == [dict]


def _key(page: AppTest, what: str, field_key: str) -> str:
    return next(b.key for b in page.button if b.key and b.key.startswith(what) and field_key in b.key)


def at(**parameters: str) -> AppTest:
    """The page as its address opens it."""
    tester = AppTest.from_file(folder("explorer") / "Explorer.py", default_timeout=HANGS)
    tester.switch_page("views/check.py")
    for name, value in parameters.items():
        tester.query_params[name] = value
    tester.run()
    assert not tester.exception
    return tester


def paths(page: AppTest) -> set[str]:
    """The fields of the form, entries and buttons to add them included."""
    keys = [w.key for kind in _WIDGETS for w in page.get(kind) if (w.key or "").startswith(("case-", "add-"))]
    found = (re.sub(r"\.\d+(?=\.)", "", found[1]) for key in keys if (found := re.match(r"[a-z]+-\d+\.(.*)", key)))
    return set(found)


_WIDGETS = ("text_input", "number_input", "selectbox", "button_group", "button")


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
    every = {f.key for f in FIELDS if (not f.fields or f.many) and f.key != "payer"}  # the payer is chosen above
    every |= {f"{f.key}.{inner.key}" for f in FIELDS if not f.many for inner in f.fields if not inner.fields}
    every |= {f"{f.key}.{i.key}.{own.key}" for f in FIELDS if not f.many for i in f.fields for own in i.fields}
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


def begun(page: AppTest, place: int = 0) -> Any:
    return [w for w in page.text_input if w.key and w.key.endswith(".start")][place]


def test_wrong_facts_are_told_at_their_fields_and_the_answer_of_before_stays(app: Open) -> None:
    page = on_example(app, "maria")
    before = answers(page)
    begun(page).input("last spring").run()
    begun(page, 1).input("2025-13-01").run()
    [error] = page.error
    assert "“Begun” of entry 1 of “Therapies” is 'last spring', not a day" in text(error.value)
    assert "“Begun” of entry 2 of “Therapies” is '2025-13-01'" in text(error.value)
    at_fields = [text(found.value) for found in page.get("html") if 'class="pg-fault"' in found.value]
    assert len(at_fields) == 2 and at_fields[0].startswith("✗ is 'last spring', not a day, a month or a year")
    marked = [text(found.value) for found in page.get("html") if 'class="pg-before"' in found.value]
    assert answers(page) == before and marked == ["2 facts cannot be read. This is the answer of before."]
    assert not can_be_saved(page)
    begun(page).input("2024").run()
    begun(page, 1).input("2025").run()
    assert not page.error and can_be_saved(page) and not [f for f in page.get("html") if 'class="pg-fault"' in f.value]


def test_what_is_wrong_from_the_first_has_no_answer_of_before(app: Open) -> None:
    page = on_form(app, "molina")
    field(page, "selectbox", "drug").select("anakinra").run()
    field(page, "text_input", "birthDate").input("soon").run()
    page.selectbox(key="case-payer").select("cigna").run()
    assert page.error and not answers(page)


@pytest.mark.parametrize(
    ("said", "kept", "told"),
    [
        ("03/15/2024", "2024-03-15", "Understood as 15 March 2024."),
        ("3/15/2024", "2024-03-15", "Understood as 15 March 2024."),
        ("03-15-2024", "2024-03-15", "Understood as 15 March 2024."),
        ("15/03/2024", "2024-03-15", "Understood as 15 March 2024."),
        ("03/2024", "2024-03", "Understood as March 2024."),
        ("2024-03-15", "2024-03-15", ""),
        ("13/13/2024", "13/13/2024", ""),
    ],
)
def test_a_day_as_charts_write_it_is_understood_and_said_back(app: Open, said: str, kept: str, told: str) -> None:
    page = on_example(app, "maria", "molina")
    begun(page).input(said).run()
    assert page.session_state["case-draft"]["therapies"][0]["start"] == kept
    assert [text(c.value) for c in page.caption if "Understood" in c.value] == ([told] if told else [])
    assert bool(page.error) == (said == "13/13/2024")


def test_a_day_that_can_be_read_in_two_ways_is_asked(app: Open) -> None:
    page = on_example(app, "maria", "molina")
    begun(page).input("03/04/2024").run()
    assert "may be 2024-03-04 or 2024-04-03" in text(page.error[0].value)
    asked = [button for button in page.button if (button.key or "").startswith("is-")]
    assert [button.label for button in asked] == ["It is 4 March 2024", "It is 3 April 2024"]
    asked[0].click().run()
    assert page.session_state["case-draft"]["therapies"][0]["start"] == "2024-03-04"
    assert not page.error and begun(page).value == "2024-03-04"


def test_a_birthday_is_never_a_month(app: Open) -> None:
    page = on_example(app, "maria", "molina")
    field(page, "text_input", "birthDate").input("03/1984").run()
    assert "no full date" in text(page.error[0].value) or "not a day" in text(page.error[0].value)
    field(page, "text_input", "birthDate").input("03/22/1984").run()
    assert page.session_state["case-draft"]["birthDate"] == "1984-03-22" and not page.error


def test_every_field_is_told_in_the_words_of_the_form() -> None:
    def of(fields: Iterable[Field], under: str = "") -> Iterator[str]:
        for one in fields:
            path = f"{under}{one.key}{'[0]' if one.many else ''}"
            yield path
            yield from of(one.fields, f"{path}.")

    for path in of(FIELDS):
        said = told(path)
        assert said.count("“") == path.count(".") + 1 and said.count("entry 1 of") == path.count("[0]")
        assert "[" not in said and "_" not in said
    assert told("the case") == "the case"


def test_a_yes_can_be_taken_back(app: Open) -> None:
    page = on_example(app, "maria")
    field(page, "button_group", "therapiesComplete").set_value(None).run()
    assert "therapiesComplete" not in case_form.record_of(page.session_state["case-draft"])
    assert not page.error


def test_names_are_added_one_at_a_time_and_taken_out_again(app: Open) -> None:
    page = on_example(app, "maria")
    assert not page.multiselect
    page.toggle(key="case-every").set_value(True).run()
    assert page.session_state["case-draft"]["prescriber"]["specialties"] == ["rheumatology"]
    box = field(page, "selectbox", r"prescriber\.specialties")
    assert box.value is None and "rheumatology" not in box.options
    box.select("dermatology").run()
    assert page.session_state["case-draft"]["prescriber"]["specialties"] == ["rheumatology", "dermatology"]
    assert field(page, "selectbox", r"prescriber\.specialties").value is None
    page.button(key=_key(page, "remove", "specialties.rheumatology")).click().run()
    assert page.session_state["case-draft"]["prescriber"]["specialties"] == ["dermatology"]


# --- one payer, one plan ----------------------------------------------------------------------------------------------


def in_scope(app: Open, **facts: str) -> AppTest:
    """The page with a case of anakinra in rheumatoid arthritis from a file."""
    lines = "\n".join(f"{key}: {value}" for key, value in facts.items())
    return on_file(app, "mine.yaml", f"drug: anakinra\nindication: rheumatoid-arthritis\n{lines}\n".encode())


def payers(page: AppTest) -> set[str]:
    return {"Molina" if "Molina" in answer else "Cigna" if "Cigna" in answer else "other" for answer in answers(page)}


def test_the_payer_of_a_case_is_the_payer_that_is_chosen(app: Open) -> None:
    page = in_scope(app, payer="molina")
    assert page.selectbox(key="case-payer").value == "molina" and payers(page) == {"Molina"}
    assert [box.label for box in page.selectbox if text(box.label) == "Payer"] == ["Payer"]
    page.selectbox(key="case-payer").select("cigna").run()
    assert page.session_state["case-draft"]["payer"] == "cigna" and payers(page) == {"Cigna"}
    page.selectbox(key="case-payer").select("").run()
    assert len(payers(page)) == 3 and "payer" not in case_form.record_of(page.session_state["case-draft"])


def test_a_payer_that_was_chosen_before_gives_way_to_that_of_the_case(app: Open) -> None:
    page = on_form(app, "molina")
    page.get("button_group")[0].set_value("file").run()
    page.get("file_uploader")[0].upload("mine.yaml", b"drug: anakinra\nindication: caps\npayer: cigna\n").run()
    assert page.selectbox(key="case-payer").value == "cigna"
    page.get("file_uploader")[0].upload("other.yaml", b"drug: anakinra\nplan: molina-marketplace\n").run()
    assert page.selectbox(key="case-payer").value == "molina"


def test_another_payer_takes_a_plan_of_the_first_out_of_the_case_and_says_so(app: Open) -> None:
    page = in_scope(app, plan="cigna-employer-group")
    assert page.selectbox(key="case-payer").value == "cigna" and payers(page) == {"Cigna"}
    plan = field(page, "selectbox", "plan")
    assert plan.value == "cigna-employer-group" and all("Cigna" in option for option in plan.options)
    page.selectbox(key="case-payer").select("molina").run()
    [said] = page.warning
    assert text(said.value).startswith("The plan Cigna employer group plans was taken out of the case")
    assert payers(page) == {"Molina"} and not page.error
    assert not page.session_state["case-draft"]["plan"]
    page.toggle(key="case-every").set_value(True).run()
    plan = field(page, "selectbox", "plan")
    assert plan.value is None and plan.options and all("Molina" in option for option in plan.options)
    assert not page.warning
    page.selectbox(key="case-payer").select("aetna").run()
    assert "plan" not in paths(page)


def test_a_plan_without_a_payer_brings_its_own(app: Open) -> None:
    page = in_scope(app)
    page.toggle(key="case-every").set_value(True).run()
    field(page, "selectbox", "plan").select("cigna-employer-group").run()
    assert page.selectbox(key="case-payer").value == "cigna" and payers(page) == {"Cigna"}
    assert "The payer is now Cigna" in text(page.warning[0].value)


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


# --- a case is not lost -----------------------------------------------------------------------------------------------


def start_with(page: AppTest, source: str) -> AppTest:
    page.get("button_group")[0].set_value(source).run()
    return page


def filled(app: Open) -> AppTest:
    page = on_form(app, "cigna")
    field(page, "selectbox", "drug").select("anakinra").run()
    return page


@pytest.mark.parametrize("source", ["example", "file"])
def test_a_form_survives_a_click_to_another_source_and_back(app: Open, source: str) -> None:
    page = start_with(filled(app), source)
    assert page.session_state["case-from"] != "form"
    page.selectbox(key="case-payer").select("molina").run()
    start_with(page, "form")
    assert field(page, "selectbox", "drug").value == "anakinra"
    assert page.selectbox(key="case-payer").value == "cigna"


def test_a_changed_example_and_a_changed_file_survive_others(app: Open) -> None:
    page = on_example(app, "maria")
    field(page, "number_input", "weightKg").set_value(64.5).run()
    page.selectbox(key="case-example").select("little-on-record").run()
    start_with(page, "file")
    page.get("file_uploader")[0].upload("mine.yaml", b"drug: anakinra\nindication: dira\n").run()
    field(page, "text_input", "id").input("zebra").run()
    start_with(page, "example")
    page.selectbox(key="case-example").select("maria").run()
    assert field(page, "number_input", "weightKg").value == 64.5
    start_with(page, "file")
    assert field(page, "text_input", "id").value == "zebra"


def test_another_file_takes_the_place_of_a_changed_one_only_when_it_may(app: Open) -> None:
    page = in_scope(app)
    page.get("file_uploader")[0].upload("second.yaml", b"drug: anakinra\nindication: dira\n").run()
    assert page.session_state["case-draft"]["indication"] == "dira" and not page.warning
    field(page, "text_input", "id").input("zebra").run()
    third = b"drug: anakinra\nindication: caps\n"
    page.get("file_uploader")[0].upload("third.yaml", third).run()
    assert "second.yaml was changed here" in text(page.warning[0].value)
    assert page.session_state["case-draft"]["id"] == "zebra"
    page.button(key="case-keep").click().run()
    assert page.session_state["case-draft"]["id"] == "zebra" and not page.warning
    page.get("file_uploader")[0].upload("fourth.yaml", third).run()
    page.button(key="case-take").click().run()
    assert page.session_state["case-draft"]["id"] == "fourth" and not page.warning


def test_what_was_filled_in_is_given_up_only_by_a_button_that_says_so(app: Open) -> None:
    page = filled(app)
    page.button(key="case-again").click().run()
    assert case_form.record_of(page.session_state["case-draft"]) == {"payer": "cigna"}
    assert "case-again" not in {button.key for button in page.button}
    on = on_example(app, "maria")
    field(on, "number_input", "weightKg").set_value(64.5).run()
    on.button(key="case-again").click().run()
    assert field(on, "number_input", "weightKg").value == 71


def kept(page: AppTest) -> dict[str, Any]:
    """What the tab is asked to keep. Only a browser keeps it: tests/explorer/test_browser.py."""
    [component] = [one for one in page.get("bidi_component") if one.proto.component_name == "payergraph-kept"]
    found: dict[str, Any] = json.loads(component.proto.json)
    return found


def test_the_tab_keeps_what_was_filled_in_and_nothing_else(app: Open) -> None:
    page = on_form(app, "cigna")
    assert kept(page) == {"text": None, "asks": True}
    field(page, "selectbox", "drug").select("anakinra").run()
    told = kept(page)
    assert not told["asks"] and json.loads(told["text"])["cases"] == {
        "form": {"record": {"drug": "anakinra", "payer": "cigna"}, "laid": {}, "name": ""}
    }
    page.button(key="case-again").click().run()
    assert kept(page) == {"text": None, "asks": False}


@pytest.mark.parametrize("path", CASES[::8], ids=lambda path: path.stem)
def test_the_form_can_show_every_case_that_was_kept(path: Path) -> None:
    record = case_form.record_of(case_form.draft_of(read_case(path, shipped()).record()))
    assert case_form.fits(json.loads(json.dumps(record)))


@pytest.mark.parametrize(
    "record",
    [
        *([], None, "x", {"drug": "kryptonite"}, {"drug": ["anakinra"]}, {"nonsense": 1}, {"request": "first"}),
        *({"therapies": {}}, {"therapies": [1]}, {"therapies": [{"product": 1}]}, {"attestations": ["nonsense"]}),
        *({"weightKg": -1}, {"weightKg": "71"}, {"weightKg": float("nan")}, {"age": 4.5}, {"age": True}),
        *({"birthDate": 1984}, {"therapiesComplete": "yes"}),
    ],
)
def test_what_the_form_cannot_show_is_not_brought_back(record: Any) -> None:
    assert not case_form.fits(record)


# --- what an address opens --------------------------------------------------------------------------------------------


def test_an_address_opens_the_form_with_drug_use_and_payer(app: Open) -> None:
    page = at(drug="anakinra", indication="rheumatoid-arthritis", payer="molina")
    assert page.session_state["case-from"] == "form" and len(answers(page)) == 1
    assert field(page, "selectbox", "drug").value == "anakinra"
    assert page.selectbox(key="case-payer").value == "molina"
    page.run()
    field(page, "selectbox", "indication").select("caps").run()
    assert "cryopyrin" in answers(page)[0] and not page.warning


def test_an_address_never_takes_the_place_of_a_case_without_a_question(app: Open) -> None:
    page = filled(app)
    field(page, "selectbox", "indication").select("caps").run()
    page.query_params.update({"drug": "dupilumab", "indication": "asthma"})
    page.run()
    assert field(page, "selectbox", "drug").value == "anakinra"
    assert "asks about dupilumab, asthma" in text(page.warning[0].value)
    page.button(key="case-wish-leave").click().run()
    assert field(page, "selectbox", "drug").value == "anakinra" and not page.warning
    page.query_params.update({"indication": "atopic-dermatitis"})
    page.run()
    page.button(key="case-wish-take").click().run()
    assert field(page, "selectbox", "drug").value == "dupilumab" and not page.warning


def test_an_address_cannot_name_what_is_not_there_nor_anything_of_a_patient(app: Open) -> None:
    page = at(drug="kryptonite", payer="cigna", age="44")
    assert "kryptonite" in text(page.warning[0].value)
    assert case_form.record_of(page.session_state["case-draft"]) == {"payer": "cigna"}


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


def test_facts_stand_under_their_criterion_and_what_blocks_stands_first(app: Open) -> None:
    written = {
        **{"drug": "anakinra", "indication": "stills-disease", "requestDate": "2026-10-01", "payer": "cigna"},
        "therapies": [{"product": "Orencia SC", "start": "2026-01-05"}],
    }
    page = on_file(app, "still.json", json.dumps(written).encode())
    [found] = [text(detail) for detail in details(page) if "Blocked by" in text(detail)]
    assert "Blocked by ✗ Not met Not taken together with: biologic or targeted synthetic DMARD" in found
    assert "Against it: Orencia SC, since 2026-01-05" in found.partition("Criteria")[2]


# --- saving -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CASES[::6], ids=lambda path: path.stem)
def test_a_saved_case_is_read_back_equal(path: Path) -> None:
    case = read_case(path, shipped())
    again = parse_case(to_yaml(json.loads(json.dumps(case.as_file(), default=float))), shipped(), format="yaml")
    assert again.as_file() == case.as_file()


def test_what_only_a_letter_reads_outlasts_the_page(app: Open) -> None:
    record = read_case(folder("data") / "cases" / "maria.yaml", shipped()).record()
    record["letter"] = {"patientName": "Maria Example", "enclosures": ["notes"]}
    record["therapies"][0] |= {"page": "12", "note": "Stopped on the day."}
    page = on_file(app, "maria.json", json.dumps(record, default=float).encode(), "cigna")
    page.toggle(key="letter-wanted").set_value(True).run()
    field(page, "selectbox", "drug").select("canakinumab").run()
    field(page, "selectbox", "drug").select("anakinra").run()
    saved = page.session_state["case-answer"][1].as_file()
    assert saved["letter"] == record["letter"] and saved["therapies"][0]["page"] == "12"
    assert saved["therapies"][0]["note"] == "Stopped on the day."
    told = json.loads(kept(page)["text"])["cases"]["file"]["record"]
    assert told["letter"] == record["letter"] and case_form.fits(told)


def can_be_saved(page: AppTest) -> bool:
    [button] = [button for button in page.get("download_button") if button.label == "Save the case"]
    return not button.proto.disabled


def test_a_case_can_be_saved_as_soon_as_it_has_a_drug(app: Open) -> None:
    assert can_be_saved(filled(app)) and not can_be_saved(on_form(app))


# --- the letter -----------------------------------------------------------------------------------


def test_a_letter_or_an_appeal_can_be_taken_along(app: Open) -> None:
    page = on_example(app, "two-adalimumab-products", "cigna")
    assert not [box for box in page.selectbox if (box.key or "").startswith("letter-")]
    page.toggle(key="letter-wanted").set_value(True).run()
    assert page.selectbox(key="letter-policy").options == ["Cigna IP0243, Anakinra"]
    assert page.selectbox(key="letter-denial").value == ""
    assert [one.label for one in page.get("download_button")][-3:] == [
        *("Download Word", "Download PDF", "Download Markdown"),
    ]
    said = [text(one.value) for one in page.caption]
    assert any(one.startswith("To the clinic: The chart does not meet the policy") for one in said), said
    page.selectbox(key="letter-denial").select("step-therapy-not-completed").run()
    assert not page.error and not page.exception


def test_no_letter_is_offered_where_no_policy_was_checked(app: Open) -> None:
    page = on_form(app)
    assert not [one for one in page.toggle if one.key == "letter-wanted"]

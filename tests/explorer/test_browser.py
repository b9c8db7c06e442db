"""The explorer in a real browser, as its visitors use it.

Where a test has two pages open, it brings the one it goes on with to the front: behind, every click takes two seconds.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import rdflib
from hostile import PAYLOAD
from parts import markup
from parts.pages import PAGES
from playwright.sync_api import Locator, Page, expect
from seen import LEVELS, add_to, downloaded, faults, fits_every_screen, pick, pick_in, saved, take_by_keyboard
from served import Served, served, settled

import payergraph
from payergraph.comparison import conflicts as finder
from payergraph.locate import folder
from payergraph.present import figure

pytestmark = pytest.mark.xdist_group("browser")  # one explorer and one browser, in one worker

CASES = folder("data") / "cases"
MARIA = CASES / "maria.yaml"
#: Two rules of which neither is stricter.
PAIR = "one=cigna-ip0243/ra-employer-group&other=molina-kineret/rheumatoid-arthritis"
#: A denial of which the ladder is known.
DENIED = "payer=cigna&state=NC&funding=insured&denied=2026-10-30&today=2026-11-30"
Open = Callable[..., Page]

# How much of a page moved while it was drawn, as browsers measure it (layout shift).
_MOVED = """() => new Promise(done => { let sum = 0; new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
}).observe({type: 'layout-shift', buffered: true}); requestAnimationFrame(() => setTimeout(() => done(sum))) })"""

# How far an element stands inside its frame, on one side.
_INSIDE = "Math.abs(name.getBoundingClientRect().{0} - frame.getBoundingClientRect().{0})"


def answers(page: Page) -> Locator:
    """The headings of the outcomes."""
    return page.locator("summary:has(strong)")


# --- the researcher compares ----------------------------------------------------------------------


def test_compare_opens_on_cigna_and_molina_side_by_side(visit: Open, explorer: Served) -> None:
    page = visit("/compare")
    expect(page).to_have_title("Compare payers · payergraph")
    expect(page.locator("thead .pg-payer").first).to_have_text("Cigna")
    expect(page.locator("thead .pg-payer").nth(1)).to_have_text("Molina Healthcare")
    lefts = [cell.bounding_box()["x"] for cell in page.locator(".pg-matrix thead th").all()]  # type: ignore[index]
    assert lefts == sorted(set(lefts)) and lefts[2] < 1280
    expect(page.get_by_text("no medical or legal advice")).to_be_visible()
    assert explorer.output.read_text().startswith(f"payergraph: the explorer is at {explorer.address}; Ctrl-C ends it")


def test_a_comparison_has_an_address_that_can_be_shared_and_left_again(visit: Open) -> None:
    page = visit("/compare")
    pick(page, "Indication", "cryopyrin-associated periodic syndromes")
    expect(page.get_by_role("heading", level=1).first).to_contain_text("cryopyrin")
    pick(page, "Request", "Renewal")
    expect(page).to_have_url(re.compile(r"indication=caps.*request=continuation"))
    shared = visit(page.url.removeprefix(_origin(page)))
    expect(page.locator(".pg-matrix")).to_have_text(shared.locator(".pg-matrix").text_content() or "")
    page.go_back()
    expect(page).to_have_url(re.compile(r"indication=caps.*request=initial"))
    expect(page.get_by_role("combobox", name="Request")).to_have_value("First request")
    page.go_back()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("rheumatoid arthritis")
    page.go_forward()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("cryopyrin")


def _origin(page: Page) -> str:
    return re.match(r"https?://[^/]+", page.url)[0]  # type: ignore[index]


def test_the_keyboard_alone_changes_a_comparison(visit: Open) -> None:
    page = visit("/compare")
    page.get_by_role("combobox", name="Indication").focus()
    page.keyboard.type("deficiency")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1).first).to_contain_text("deficiency of interleukin-1 receptor")
    expect(page.get_by_role("rowheader", name="Genetic test")).to_be_attached()
    settled(page)
    region = page.get_by_role("region", name="by dimension")
    region.focus()
    page.keyboard.press("End")
    expect(page.get_by_role("rowheader", name="Renewed approval")).to_be_in_viewport()


def test_downloads_of_a_comparison_hold_all_of_it(visit: Open) -> None:
    page = visit("/compare")
    expected = payergraph.compare(drug="anakinra", indication="rheumatoid arthritis")
    assert list(csv.DictReader(io.StringIO(saved(page, "Download CSV")))) == expected.records()
    assert json.loads(saved(page, "Download JSON"))["cells"] == expected.records()
    assert saved(page, "Download Markdown") == expected.to_markdown()
    assert saved(page, "Download figure (SVG)") == figure.to_svg([expected])
    assert downloaded(page, "Download figure (PDF)").read_bytes().startswith(b"%PDF")
    assert "Coverage Policy IP0243: Anakinra" in saved(page, "Download RIS")
    cited = saved(page, "Download BibTeX")
    address = re.findall(r"\n  url = {(.*)},", cited)[0]
    assert address.startswith(f"{_origin(page)}/compare?") and address.endswith(f"graph={payergraph.graph().version}")
    assert cited.replace(f"\n  url = {{{address}}},", "") == payergraph.cite(expected).to_bibtex()


def test_a_comparison_leads_to_policies_and_criteria_and_back(visit: Open) -> None:
    page = visit("/compare?payers=cigna&indication=caps")
    page.locator("thead").get_by_role("link", name="Cigna IP0243, Anakinra").click()
    expect(page.get_by_role("heading", level=1).first).to_have_text("Cigna IP0243, Anakinra")
    page.go_back()
    expect(page.locator("thead .pg-payer").first).to_have_text("Cigna")
    page.get_by_role("link", name="Medical Necessity Criteria, 1.B").first.click()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("Prescribed by")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_wide_comparison_scrolls_in_its_frame_and_keeps_the_dimension_in_sight(visit: Open, width: int) -> None:
    page = visit("/compare?drug=anakinra&indication=rheumatoid-arthritis&sources=all", width=width)
    frame = page.locator(".pg-scroll:has(.pg-matrix)")
    frame.evaluate("frame => frame.scrollTo({left: 300, top: 400, behavior: 'instant'})")
    name = page.get_by_role("rowheader", name="Prior therapy").element_handle()
    page.wait_for_function(f"([name, frame]) => {_INSIDE.format('left')} < 20", arg=[name, frame.element_handle()])
    if width == 1280:
        head = page.locator("thead th").nth(1).element_handle()
        page.wait_for_function(f"([name, frame]) => {_INSIDE.format('top')} < 3", arg=[head, frame.element_handle()])


# --- the nurse checks a case ----------------------------------------------------------------------


def test_an_example_is_answered_and_a_changed_fact_changes_the_answer(visit: Open) -> None:
    page = visit("/check")
    pick(page, "Payer", "Molina Healthcare")
    page.get_by_role("combobox", name="Example").click()
    page.keyboard.type("everything on record")
    page.get_by_role("option", name=re.compile("everything on record")).click()
    expect(answers(page)).to_have_text([re.compile("✓ Met.*Molina")])
    page.get_by_text("The patient", exact=True).click()
    born = page.get_by_role("textbox", name="Date of birth")
    born.fill("2012-03-04")
    born.press("Enter")
    expect(answers(page).last).to_contain_text("✗ Not met")
    answers(page).last.click()
    expect(page.get_by_text("It was met before the facts were changed.")).to_be_visible()


def test_a_file_is_answered_and_its_answer_saved(visit: Open) -> None:
    page = visit("/check")
    pick(page, "Payer", "Cigna")
    page.get_by_role("radio", name="A file").click()
    page.locator("input[type=file]").set_input_files(CASES / "little-on-record.yaml")
    expect(answers(page)).to_have_text([re.compile("[?] Not documented")])
    expect(page.locator(".pg-checklist").first).to_be_visible()
    found = json.loads(saved(page, "Download JSON"))
    assert (found["case"], [item["outcome"] for item in found["determinations"]]) == (
        "little-on-record",
        ["not-documented"],
    )
    assert "Not documented" in saved(page, "Download Markdown")
    report = rdflib.Graph().parse(data=saved(page, "Download validation report"), format="turtle")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    assert (None, rdflib.RDF.type, sh.ValidationReport) in report
    assert [value.toPython() for value in report.objects(None, sh.conforms)] == [False]


def test_the_form_is_filled_in_by_keyboard_and_answered(visit: Open) -> None:
    page = visit("/check")
    pick(page, "Payer", "Cigna")
    page.get_by_role("radio", name="A form").click()
    for label, value in (("Drug", "anakinra"), ("Indication", "rheumatoid arthritis")):
        settled(page)
        box = page.locator(".st-key-facts").get_by_role("combobox", name=label).first
        box.focus()
        page.keyboard.type(value)
        page.keyboard.press("Enter")
        expect(box).to_have_value(value)
    expect(answers(page)).to_have_text([re.compile("[?] Not documented")])


def test_a_wrong_file_and_a_large_one_are_refused_in_a_sentence(visit: Open, tmp_path: Path) -> None:
    wrong, large = tmp_path / "wrong.yaml", tmp_path / "large.yaml"
    wrong.write_text("drug: kryptonite\n")
    large.write_text("# " + "x" * 1_100_000)
    page = visit("/check")
    page.get_by_role("radio", name="A file").click()
    page.locator("input[type=file]").set_input_files(wrong)
    expect(page.get_by_role("alert")).to_contain_text("kryptonite")
    expect(page.get_by_text("Traceback")).to_have_count(0)
    page.locator("input[type=file]").set_input_files(large)
    expect(page.get_by_text(re.compile("must be 1.0 ?MB or smaller"))).to_be_visible()


def test_a_case_is_seen_by_its_own_visitor_alone(visit: Open, explorer: Served, tmp_path: Path) -> None:
    mine = tmp_path / "zebra-4711.yaml"
    mine.write_text("id: zebra-4711\ndrug: anakinra\nindication: dira\n")
    first, second = visit("/check"), visit("/check")
    first.bring_to_front()
    first.get_by_role("radio", name="A file").click()
    first.locator("input[type=file]").set_input_files(mine)
    expect(answers(first).first).to_contain_text("interleukin-1 receptor antagonist")
    second.bring_to_front()
    second.get_by_role("radio", name="A form").click()
    expect(second.get_by_text("Name the drug")).to_be_visible()
    assert "zebra" not in second.content() and "zebra" not in first.url
    first.bring_to_front()
    first.get_by_text("The request", exact=True).click()
    expect(first.get_by_role("textbox", name="Name of the case")).to_have_value("zebra-4711")
    first.reload()
    expect(answers(first).first).to_contain_text("interleukin-1 receptor antagonist")
    expect(first.get_by_text("The case is from zebra-4711.yaml")).to_be_visible()
    assert "zebra" not in visit("/check").content()
    assert "zebra" not in first.url + first.evaluate("document.cookie + JSON.stringify(localStorage)")
    assert "zebra" not in explorer.output.read_text()


def test_a_form_outlasts_loading_anew_and_is_forgotten_with_what_was_given_up(visit: Open) -> None:
    page = visit("/check")
    page.get_by_role("radio", name="A form").click()
    expect(page.get_by_text("Name the drug")).to_be_visible()
    facts = page.locator(".st-key-facts")
    for label, value in (("Drug", "anakinra"), ("Indication", "rheumatoid arthritis")):
        pick_in(facts, page, label, value)
        expect(facts.get_by_role("combobox", name=label).first).to_have_value(value)
    pick(page, "Payer", "Cigna")
    expect(answers(page)).to_have_count(1)
    page.wait_for_function("() => (sessionStorage.getItem('payergraph-case') ?? '').includes('cigna')")
    page.reload()
    expect(page.get_by_role("radio", name="A form")).to_be_checked()
    expect(facts.get_by_role("combobox", name="Drug").first).to_have_value("anakinra")
    expect(page.get_by_role("combobox", name="Payer").first).to_have_value("Cigna")
    settled(page)
    page.get_by_role("button", name="Begin again").click()
    page.get_by_role("button", name="Begin again without it").click()
    expect(page.get_by_text("Name the drug")).to_be_visible()
    page.wait_for_function("sessionStorage.getItem('payergraph-case') === null")


def test_a_browser_that_keeps_nothing_asks_before_a_case_is_lost(visit: Open) -> None:
    page = visit("/check")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('none') } }")
    page.get_by_role("radio", name="A form").click()
    pick_in(page.locator(".st-key-facts"), page, "Drug", "anakinra")
    expect(page.get_by_text("no indication or diagnosis is given")).to_be_visible()
    settled(page)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]


def test_enter_takes_one_name_of_those_that_fit(visit: Open) -> None:
    page = visit("/check")
    page.get_by_role("radio", name="A form").click()
    expect(page.get_by_text("Name the drug")).to_be_visible()
    settled(page)
    page.get_by_text("Show all fields").click()
    page.get_by_text("Care and records", exact=True).click()
    specialties = page.get_by_role("combobox", name="Specialties")
    expect(specialties).to_be_visible()  # so the page is drawn with all fields, and what is typed is not dropped
    settled(page)
    taken = page.locator("[class*='st-key-chosen-']")
    take_by_keyboard(page, specialties, "rheum", taken)
    expect(taken).to_have_count(1)
    expect(taken).to_contain_text("rheumatology")


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_wrong_with_a_fact_is_in_sight_where_it_is_filled_in(visit: Open, width: int) -> None:
    page = settled(visit("/check", width=width))
    page.get_by_text("Treatment", exact=True).click()
    add_to(page, "therapies")
    begun = page.get_by_role("textbox", name="Begun").last
    begun.fill("2024")
    begun.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(
        re.compile(r"“Drug or product” of entry \d of “Therapies” is missing")
    )
    expect(page.get_by_role("alert")).to_be_in_viewport(ratio=1)
    expect(begun).to_be_in_viewport()


def test_an_outcome_leads_to_policy_and_criterion_beside_the_page_and_the_case_outlasts_links(
    visit: Open,
) -> None:
    page = visit("/check")
    pick(page, "Payer", "Cigna")
    expect(answers(page)).to_have_count(1)
    settled(page)
    answers(page).first.click()
    with page.context.expect_page() as opened:
        page.locator(".pg-determination").get_by_role("link", name="Cigna IP0243, Anakinra", exact=True).first.click()
    beside = settled(opened.value)
    expect(beside.get_by_role("heading", level=1).first).to_have_text("Cigna IP0243, Anakinra")
    assert beside.evaluate("window.opener") is None
    page.bring_to_front()
    expect(page.get_by_role("combobox", name="Payer").first).to_have_value("Cigna")
    with page.context.expect_page() as opened:
        page.locator(".pg-tree").get_by_role("link", name="Medical Necessity Criteria, 3.B").first.click()
    expect(settled(opened.value).get_by_role("heading", level=1).first).to_contain_text("specialist in rheumatology")
    page.bring_to_front()
    page.get_by_role("link", name="Map", exact=True).click()
    page.get_by_role("link", name="anakinra (Kineret)").click()
    page.locator(".pg-map").get_by_role("link", name="rheumatoid arthritis", exact=True).click()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("What payers ask")
    page.get_by_role("link", name="Check", exact=True).click()
    expect(page.get_by_role("combobox", name="Payer").first).to_have_value("Cigna")


# --- the patient was denied ------------------------------------------------------------------------


def test_a_denial_is_searched_narrowed_and_put_on_the_calendar(visit: Open) -> None:
    page = visit("/about")
    box = page.get_by_role("combobox", name="Search all things")
    box.fill("Ilaris denied Cigna North Carolina")
    box.press("Enter")
    page.get_by_role("link", name=re.compile("Denied. What can be done, and by when: canakinumab")).click()
    expect(page).to_have_url(re.compile(r"/denied\?drug=canakinumab&payer=cigna&state=NC$"))
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Which kind of plan is it")
    page.locator(".pg-candidates").get_by_role("link", name="Insured plans in North Carolina").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Insured plans in North Carolina")
    settled(page)
    page.get_by_role("spinbutton", name="year, Date on the notice").click()
    denied = date.today() - timedelta(days=2)  # in no zone of the state is it in the future
    due = denied + timedelta(days=180)
    page.keyboard.type(f"{denied:%Y%m%d}")
    page.get_by_role("heading", level=1).click()
    expect(page.get_by_text(f"Ask by {due.day} {due:%B %Y}")).to_be_visible()
    expect(page).to_have_url(re.compile(f"denied={denied}"))
    found = json.loads(saved(page, "Download JSON"))
    assert (found["denied"], [one["label"] for one in found["ladders"]]) == (
        str(denied),
        ["insured plans in North Carolina"],
    )
    calendar = downloaded(page, "Download calendar").read_text(encoding="utf-8")
    assert f"DTSTART;VALUE=DATE:{due:%Y%m%d}" in calendar and "BEGIN:VALARM" in calendar


def test_the_keyboard_unfolds_a_step_and_follows_its_source(visit: Open) -> None:
    page = visit(f"/denied?{DENIED}")
    step = page.locator("details.pg-step", has_text="Peer-to-peer review with the plan")
    step.locator("summary").first.focus()
    page.keyboard.press("Enter")
    source = step.get_by_role("link").first
    expect(source).to_be_visible()
    name = source.text_content() or ""
    source.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1).first).to_have_text(name)


# --- the curious ask ------------------------------------------------------------------------------


def test_a_stored_question_is_asked_shared_and_changed(visit: Open) -> None:
    page = visit("/questions?words=exclusions")
    page.get_by_role("link", name="Exclusions", exact=True).click()
    expect(page).to_have_url(re.compile(r"/questions\?question=exclusions"))
    expect(page.locator(".pg-rows td").first).to_be_visible()
    pick(page, "Payer", "Cigna")
    expect(page).to_have_url(re.compile(r"/questions\?question=exclusions&.*payer=cigna"))
    shared = visit(page.url.removeprefix(_origin(page)))
    expect(shared.locator(".pg-rows")).to_contain_text("osteoarthritis")
    page.bring_to_front()
    page.get_by_text("Copy as curl, Python or SPARQL").click()
    page.get_by_role("link", name="Change this query").click()
    expect(page.get_by_role("textbox", name="Query")).to_contain_text("# title: Exclusions")
    expect(page.get_by_role("textbox", name="Query")).to_be_in_viewport()
    assert saved(page, "Download CSV").startswith("payer,")


def test_a_query_is_typed_with_offered_terms_answered_and_shared(visit: Open) -> None:
    page = visit("/sparql")
    editor = page.get_by_role("textbox", name="Query")
    editor.fill("")
    page.keyboard.type("SELECT ?payer { ?payer a pg:pay")
    expect(page.get_by_role("option", selected=True)).to_have_text("pg:Payer payer")
    page.wait_for_timeout(100)  # an offer that has just come is not taken, lest it catch what was typed for the text
    page.keyboard.press("Enter")
    page.keyboard.insert_text(' ; skos:prefLabel "Cigna"@en')
    page.keyboard.press("Control+Enter")
    expect(page.locator(".pg-rows td")).to_have_text(["Cigna"])
    expect(page).to_have_url(re.compile("query=SELECT"))
    shared = visit(page.url.removeprefix(_origin(page)))
    expect(shared.locator(".pg-rows td")).to_have_text(["Cigna"])
    expect(shared.get_by_role("textbox", name="Query")).to_contain_text("?payer a pg:Payer ; skos:prefLabel")
    page.bring_to_front()
    found = json.loads(saved(page, "Download JSON"))
    assert [row["payer"]["type"] for row in found["results"]["bindings"]] == ["uri"]
    editor.fill("SELEC")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("only SELECT", ignore_case=True)


# --- the researcher looks at the map --------------------------------------------------------------


CIGNA_TWICE = "Cigna, rheumatoid arthritis: covered; covered, criteria seen in part (retelling)"


def test_a_cell_of_the_map_leads_to_its_comparison_and_back(visit: Open) -> None:
    page = visit("/map?sources=all")
    page.get_by_role("link", name="anakinra (Kineret)").click()
    page.get_by_role("link", name=CIGNA_TWICE).click()
    expect(page).to_have_url(
        re.compile(r"/compare\?drug=anakinra&indication=rheumatoid-arthritis&sources=all&payers=cigna$")
    )
    expect(page.locator("thead .pg-payer").first).to_have_text("Cigna")
    expect(page.get_by_text("what cannot be chosen")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("heading", level=1).first).to_have_text("Coverage map")
    pick(page, "Drug", "rilonacept (Arcalyst)")
    expect(page.locator(".pg-map")).to_have_count(1)
    assert saved(page, "Download CSV").startswith("drug,indication,payer,policy,")


def test_a_wide_map_scrolls_in_its_frame_and_keeps_the_use_in_sight(visit: Open) -> None:
    page = visit("/map?drug=rilonacept&sources=all", width=390)
    frame = page.locator(".pg-scroll")
    frame.evaluate("frame => frame.scrollTo({left: 400, behavior: 'instant'})")
    name = page.get_by_role("rowheader", name="recurrent pericarditis").element_handle()
    page.wait_for_function(f"([name, frame]) => {_INSIDE.format('left')} < 5", arg=[name, frame.element_handle()])
    expect(page.get_by_role("columnheader", name="Western Health Advantage")).to_be_attached()


# --- the researcher looks for contradictions ------------------------------------------------------


def test_disagreements_are_narrowed_shared_and_saved(visit: Open) -> None:
    page = visit("/disagreements")
    pick(page, "Kind", "A code means something else, or nothing")
    expect(page).to_have_url(re.compile("kind=code-means-other"))
    expect(page.get_by_role("heading", level=2)).to_have_count(1)
    found = finder.select(finder.conflicts(payergraph.graph()), kind="code-means-other")
    expect(page.locator(".pg-conflict")).to_have_count(min(10, len(found)))
    shared = visit(page.url.removeprefix(_origin(page)))
    expect(shared.locator(".pg-conflict")).to_have_count(min(10, len(found)))
    page.bring_to_front()
    assert saved(page, "Download CSV") == finder.to_csv(found)
    assert json.loads(saved(page, "Download JSON")) == json.loads(finder.to_json(found))
    page.go_back()
    expect(page.get_by_role("combobox", name="Kind")).to_have_value("All kinds")


# --- everybody searches ---------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
def test_a_search_leads_from_any_page_to_a_thing(visit: Open, width: int) -> None:
    page = visit("/sparql", width=width)
    box = page.get_by_role("combobox", name="Search all things")
    box.fill("M06.9")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=M06\.9$"))
    expect(page.get_by_role("heading", level=1).first).to_have_text("Search")
    expect(page.locator(".pg-results li").first).to_contain_text("Condition. Also called RA")
    page.get_by_role("link", name="rheumatoid arthritis", exact=True).click()
    expect(page.get_by_role("heading", level=1).first).to_have_text("rheumatoid arthritis")
    settled(page).go_back()
    expect(page.get_by_role("combobox", name="Search all things")).to_have_value("M06.9")
    settled(page).go_back()
    expect(page.get_by_role("heading", level=1).first).to_have_text("Ask in SPARQL")


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_meant_is_suggested_while_typing_and_chosen_by_keyboard(visit: Open, width: int) -> None:
    page = visit("/about", width=width)
    box = page.get_by_role("combobox", name="Search all things")
    box.click()
    page.keyboard.type("canakinumab gou")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_contain_text("What payers ask for canakinumab (Ilaris) in gout flare")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="suggestions")).to_have_text("8 suggestions")
    assert faults(page, LEVELS) == []
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("canakinumab gou")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/compare\?drug=canakinumab&indication=gout-flare&sources=all$"))
    expect(page.get_by_role("heading", level=1).first).to_have_text("What payers ask for canakinumab in gout flare")
    expect(page.get_by_role("combobox", name="Search all things")).to_have_value("")


def test_a_suggestion_is_chosen_by_a_press_and_the_box_stays_where_it_is(visit: Open) -> None:
    page = visit("/map")
    box = page.get_by_role("combobox", name="Search all things")
    place = box.bounding_box()
    box.fill("humria")
    page.get_by_role("option", name="What payers ask for adalimumab").click()
    expect(page).to_have_url(re.compile(r"/compare\?drug=adalimumab"))
    assert settled(page).get_by_role("combobox", name="Search all things").bounding_box() == place


def test_a_page_is_drawn_without_moving(visit: Open) -> None:
    for path in ("/", "/compare", "/map?drug=anakinra", "/search?q=cigna"):
        page = visit(path)
        assert page.evaluate(_MOVED) < 0.1, path


def test_the_data_are_described_and_lead_to_their_documents(visit: Open) -> None:
    page = visit("/about")
    expect(page.get_by_text(payergraph.graph().version).first).to_be_visible()
    page.get_by_role("link", name="Coverage Policy IP0243: Anakinra").click()
    expect(page.get_by_role("heading", level=1).first).to_have_text("Coverage Policy IP0243: Anakinra")


# --- everybody walks the graph --------------------------------------------------------------------


def test_a_thing_leads_to_its_neighbours_and_back(visit: Open) -> None:
    page = visit("/thing?thing=policy/cigna-ip0243")
    expect(page).to_have_title("Cigna IP0243, Anakinra · payergraph")
    page.get_by_text("Neighbourhood", exact=True).click()
    around = page.get_by_role("group", name="The neighbourhood of Cigna IP0243, Anakinra")
    around.get_by_role("link", name="Cigna", exact=True).click()
    expect(page).to_have_url(re.compile(r"/thing\?thing=payer/cigna$"))
    expect(page.get_by_role("heading", level=1).first).to_have_text("Cigna")
    page.go_back()
    expect(page.get_by_role("heading", level=1).first).to_have_text("Cigna IP0243, Anakinra")
    page.get_by_text("Coverage Policy IP0243: Anakinra (44)").click()
    page.get_by_role("link", name="A first approval lasts up to 12 months.").click()
    expect(page.get_by_role("heading", level=1).first).to_have_text("A first approval lasts up to 12 months.")


def test_the_triples_of_a_thing_are_saved_and_copied(visit: Open) -> None:
    page = visit("/thing?thing=criterion/cigna-ip0243/ra-prescriber")
    triples = rdflib.Graph().parse(data=saved(page, "Download Turtle"), format="turtle")
    assert {str(subject) for subject in triples.subjects()} == {
        "https://w3id.org/payergraph/id/criterion/cigna-ip0243/ra-prescriber"
    }
    page.get_by_text("Its triples, as Turtle to copy").click()
    expect(page.get_by_test_id("stCode")).to_contain_text("pg:consultationAccepted true")


def test_the_keyboard_alone_walks_the_graph(visit: Open) -> None:
    page = visit("/thing?thing=statement/cigna-ip0243/initial-duration")
    page.get_by_role("link", name="Map", exact=True).focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.get_by_role("link", name="authorization duration").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1).first).to_have_text("authorization duration")


# --- everybody ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nopage",
        "/compare?payers=cigna,molina&label=beside&day=2026-01-01",
        "/map?sources=all",
        "/map?sources=all&draw=all",
        f"/order?{PAIR}",
        "/disagreements",
        "/thing?thing=drug/anakinra",
        "/search?q=cigna",
        "/check",
        "/cohort",
        f"/denied?{DENIED}",
        "/denied?payer=cigna&state=NC&denied=2026-10-30&today=2026-11-30",
        "/questions",
        "/questions?question=step_therapy_by_policy&drug=anakinra",
        "/changes",
        "/changes?pair=texas-medicaid-dupixent-2019,texas-medicaid-dupixent-2020",
        "/sparql",
        "/about",
    ],
)
def test_every_page_fits_every_screen_and_every_visitor(visit: Open, path: str) -> None:
    page = visit(path)
    fits_every_screen(page)


# --- the researcher asks which is stricter ---------------------------------------------------------


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{name}: "))


def test_two_boxes_chosen_by_mouse_and_keyboard_stand_beside_each_other(visit: Open) -> None:
    page = visit("/order")
    box(page, "Cigna").click()
    expect(box(page, "Cigna")).to_have_attribute("aria-pressed", "true")
    settled(page)
    box(page, "Molina Healthcare").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=3).first).to_contain_text("Not everyone who meets Cigna")
    expect(page.get_by_role("combobox", name="② and this")).to_have_value("Molina Healthcare ~")
    expect(page).to_have_url(re.compile("one=cigna-ip0243.*other=molina-kineret"))
    settled(page)
    box(page, "Cigna").press(" ")
    expect(page.get_by_text("Choose two rules")).to_be_visible()


def test_the_case_that_tells_two_rules_apart_opens_in_check(visit: Open) -> None:
    page = visit(f"/order?{PAIR}")
    saved_case = downloaded(page, "Download case")
    page.get_by_role("button", name="Open in Check").first.click()
    expect(page.get_by_role("heading", level=1).first).to_have_text("Check a case")
    expect(page.get_by_text("The case is from cigna-ip0243-ra-employer-group-not-molina")).to_be_visible()
    expect(answers(page).filter(has_text="Cigna IP0243").filter(has_text="Met")).to_be_visible()
    assert "rheumatoid" not in page.url
    assert payergraph.read_case(saved_case, format="yaml").drug.endswith("anakinra")


def test_the_pages_of_the_menu_stand_in_one_line_also_beside_a_scrollbar(visit: Open) -> None:
    for width in (1280, 1265):
        links = visit("/map", width=width).get_by_role("navigation", name="Pages").get_by_role("link")
        assert links.count() == len(PAGES)
        assert len({link.bounding_box()["y"] for link in links.all()}) == 1  # type: ignore[index]


def test_the_menu_leads_to_every_page_and_back_and_marks_the_open_one(visit: Open) -> None:
    page = visit(width=390)
    for one in PAGES[1:4]:
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=one.short, exact=True).click()
        expect(page).to_have_title(f"{one.title} · payergraph")
        expect(page.locator("[aria-current=page]")).to_have_text(one.short)
        settled(page)
    page.go_back()
    expect(page).to_have_title(f"{PAGES[2].title} · payergraph")


@pytest.fixture(scope="module")
def hostile() -> Iterator[Served]:
    with served((str(Path(__file__).parent / "hostile.py"),)) as running:
        yield running


HOSTILE = [
    *(
        "/",
        "/compare?sources=all",
        "/map?sources=all",
        f"/order?{PAIR}",
        "/disagreements",
        "/check",
        f"/denied?{DENIED}",
        "/questions?question=documents",
        "/questions?question=payers_compared",
        "/changes?drug=anakinra",
        "/sparql",
    ),
    *(f"/thing?thing={name}" for name in ("drug/anakinra", "policy/cigna-ip0243", "rule/cigna-ip0243/caps")),
    *(f"/thing?thing={name}" for name in ("criterion/cigna-ip0243/caps-initial", "source/aetna-kineret-cpb-0595")),
    *("/search?q=anakinra", "/search?q=window.pwned=1", "/thing?thing=nothing", "/about"),
]


_LEADING = """all => all.map(one => ({href: one.getAttribute('href'), target: one.target, rel: one.rel,
  text: one.textContent}))"""


@cache
def published() -> frozenset[str]:
    """Every address of the shipped documents: none that the hostile graph adds is among them."""
    rows = payergraph.graph().rows("SELECT ?a WHERE { ?x dcterms:source ?a }")
    return frozenset(row["a"].value for row in rows)


@pytest.mark.parametrize("path", HOSTILE)
def test_texts_of_the_data_are_shown_as_text(visit: Open, hostile: Served, path: str) -> None:
    page = visit(path, at=hostile)
    if path == "/check":
        for heading in answers(page).all():
            if heading.locator("xpath=..").get_attribute("open") is None:
                heading.click()
    for summary in page.locator(".pg-said summary, [data-testid=stExpander] summary").all():
        if path.startswith("/thing"):
            summary.click()
    page.wait_for_timeout(500)
    shown = page.locator(".stMain").inner_text().replace("\u2060", "")
    assert " ".join(PAYLOAD.split()) in " ".join(shown.split())
    steps = page.locator(".pg-leads").all_inner_texts()  # the arrows between the steps after a denial are our own
    for change in ("→", "😄"):
        assert shown.count(change) == sum(text.count(change) for text in steps)
    assert page.evaluate("window.pwned") is None
    assert page.locator(".stMain script, .stMain img, .stMain [href^=javascript], .stMain .katex").count() == 0
    own = set(markup.PAGES.values())
    leading = page.locator(".stHtml a").evaluate_all(_LEADING)
    for link in (one for one in leading if one["href"][0] != "#" and one["href"].partition("?")[0] not in own):
        assert link["href"] in published()
        assert (link["target"], link["rel"]) == ("_blank", "noopener noreferrer")
        assert f"(opens {urlsplit(link['href']).hostname}, outside the explorer" in link["text"]


def test_a_label_with_markup_is_a_label_in_lists_too(visit: Open, hostile: Served) -> None:
    page = visit("/compare", at=hostile)
    page.get_by_role("combobox", name="Indication").click()
    expect(page.get_by_role("option").first).to_contain_text("<script>window.pwned=1</script>")
    assert page.evaluate("window.pwned") is None

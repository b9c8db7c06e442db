"""The page of what can be done after a denial, without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest
from words import text

from payergraph import extras
from payergraph.browse.things import things
from payergraph.present.appealed import STANDS
from payergraph.store.graph import shipped

Open = Callable[..., AppTest]
NC = {"payer": "cigna", "state": "NC", "funding": "insured", "denied": "2026-10-30", "today": "2026-11-30"}


def markup(page: AppTest) -> str:
    found = [element.value for element in page.get("html")]
    return "".join(value for value in found if not re.match(r'<style|<[^>]* class="pg-(name|footer)"', value))


def shown(page: AppTest) -> str:
    return text(markup(page))


def linked(page: AppTest) -> list[str]:
    return [html.unescape(href) for href in re.findall(r'href="(.*?)"', markup(page))]


def candidates(page: AppTest) -> list[str]:
    """What stands side by side, each as text."""
    [listed] = re.findall(r'<ul class="pg-sides pg-candidates">(.*?)</ul>', markup(page))
    return [text(item) for item in re.findall("<li>(.*?)</li>", listed)]


def steps(page: AppTest) -> list[str]:
    """The headings of the steps."""
    return [text(head) for head in re.findall("<h3>(.*?)</h3>", markup(page)) if "pg-stands" in head]


def test_where_nothing_is_said_the_page_says_what_to_do(app: Open) -> None:
    page = app("denied")
    assert page.title[0].value == "Denied? What now"
    assert "Name what you know" in page.info[0].value and not steps(page)
    assert "denied?drug=canakinumab&payer=cigna&state=NC" in linked(page)


def test_the_steps_stand_in_order_with_days_and_what_is_past_or_optional_is_folded(app: Open) -> None:
    page = app("denied", **NC)
    assert [head.rpartition(" ")[0] for head in steps(page)][4] == "5. Appeal to the plan ➜"
    assert "1. Decision of the plan ✗ Denied" in steps(
        page
    ) and "7. External review in North Carolina · Later" in steps(page)
    assert "The day for the next step is 28 April 2027, in 149 days ." in shown(page)
    folded = re.findall(r'<details class="pg-step"><summary><h3>(.*?)</h3>', markup(page))
    assert {STANDS[name][1] for name in ("denied", "optional")} == {
        words.lower() for head in folded for words in [text(head).rpartition(" ✗ ")[2].rpartition(" ○ ")[2]]
    }


def test_every_step_says_its_sign_and_its_word(app: Open) -> None:
    signs = {sign for sign, _ in STANDS.values()}
    assert all(any(f" {sign} " in head for sign in signs) for head in steps(app("denied", **NC)))


def test_what_sources_differ_about_stands_beside_the_time_with_both_sides(app: Open) -> None:
    page = app("denied", **NC)
    assert re.search(
        r"≠ Sources differ : [^.]*120 days[^.]* or [^.]*\. The earliest day is the safe one\.", shown(page)
    )
    assert "≠ What sources disagree about (" in shown(page) and 'class="pg-conflict"' in markup(page)


def test_sources_lead_to_the_page_of_the_document(app: Open) -> None:
    known = things(shipped())
    named = [dict(parse_qsl(urlsplit(href).query))["thing"] for href in linked(app("denied", **NC)) if "thing?" in href]
    assert all(known.get(name) for name in named)
    assert {name.partition("/")[0] for name in named} >= {"source", "statement", "payer"}


def test_where_several_ladders_can_be_meant_the_question_comes_first_and_the_safest_before_the_others(
    app: Open,
) -> None:
    page = app("denied", payer="cigna", state="NC", denied="2026-10-30", today="2026-11-30")
    assert text(page.header[0].value).startswith("Which kind of plan is it: ")
    days = [re.findall(r"in (\d+) days", item) for item in candidates(page)]
    dated = [int(found[0]) for found in days if found]
    assert dated and dated == sorted(dated) and days == sorted(days, key=lambda found: not found)
    assert "denied?payer=cigna&state=NC&denied=2026-10-30&today=2026-11-30&funding=self-funded" in linked(page)
    assert len(candidates(page)) == len(page.expander) - 1


def test_each_candidate_leads_to_the_page_that_takes_it(app: Open) -> None:
    page = app("denied", state="CA", denied="2026-10-30", today="2026-11-30", funding="insured")
    assert "Department of Insurance" in page.header[0].value and len(candidates(page)) == 2
    [narrowed] = [href for href in linked(page) if "regulator=dmhc" in href]
    one = app("denied", **dict(parse_qsl(urlsplit(narrowed).query)))
    assert len([head for head in one.header if "Plans in California" in head.value]) == 1


def test_before_a_denial_the_times_are_told_and_no_day(app: Open) -> None:
    page = app("denied", drug="canakinumab", payer="cigna", state="NC")
    assert (
        any("Before a denial" in caption.value for caption in page.caption)
        and "date on the notice" in page.info[0].value
    )
    assert any("Appeal to the plan: within 180 days" in item for item in candidates(page))


def test_what_was_asked_for_and_denied_since_moves_the_next_step(app: Open) -> None:
    since = {"asked": "internal-appeal:2026-11-02", "decided": "internal-appeal:2026-11-20"}
    page = app("denied", **NC, **since)
    assert any(head.startswith("7. External review") and head.endswith("➜ Next") for head in steps(page))
    assert "in 110 days" in shown(page)
    assert page.date_input(key="denied-asked-internal-appeal").value.isoformat() == "2026-11-02"


def test_what_contradicts_itself_is_said_in_sentences_in_the_words_of_the_form(app: Open) -> None:
    page = app("denied", **NC | {"received": "2026-10-01"}, asked="external-review:2026-10-02")
    said = text(page.error[0].value)
    assert "“Notice received on”: 2026-10-01 is before the date of the notice, 2026-10-30." in said
    assert "“Asked for on” (external review): 2026-10-02 is before the denial of 2026-10-30." in said
    assert not steps(page) and not page.exception


@pytest.mark.parametrize(
    "name", ["payer", "plan", "drug", "state", "funding", "line", "regulator", "denied", "asked", "decided", "urgent"]
)
def test_what_an_address_gets_wrong_is_said_and_left_out(app: Open, name: str) -> None:
    page = app("denied", **{name: "<b>kryptonite"})
    assert "cannot be chosen" in page.warning[0].value and page.info


def test_choices_go_to_the_address_and_what_no_longer_fits_is_taken_back(app: Open) -> None:
    page = app("denied")
    page.selectbox(key="denied-state").select("CA").run()
    page.selectbox(key="denied-regulator").select("dmhc").run()
    page.selectbox(key="denied-payer").select("cigna").run()
    page.selectbox(key="denied-plan").select("cigna-commercial").run()
    page.toggle(key="denied-urgent").set_value(True).run()
    assert page.query_params == {
        "payer": "cigna",
        "state": "CA",
        "plan": "cigna-commercial",
        "regulator": "dmhc",
        "urgent": "yes",
    }
    page.selectbox(key="denied-payer").select("molina").run()
    page.selectbox(key="denied-state").select("NC").run()
    assert page.query_params == {"payer": "molina", "state": "NC", "urgent": "yes"}
    assert not page.exception and not page.error


def test_a_day_of_what_happened_since_goes_to_the_address(app: Open) -> None:
    page = app("denied", **NC)
    page.date_input(key="denied-asked-internal-appeal").set_value("2026-11-05").run()
    assert page.query_params == NC | {"asked": "internal-appeal:2026-11-05"}
    assert any("Asked for, not decided" in head for head in steps(page))


@pytest.mark.parametrize("library", ["holidays", "icalendar"])
def test_without_a_library_the_page_says_what_brings_it(
    app: Open, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    found = extras.find_spec
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == library else found(name))
    page = app("denied", **NC)
    said = " ".join(text(element.value) for element in (*page.info, *page.caption))
    assert f"this needs {library}" in said and not page.exception

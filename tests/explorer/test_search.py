"""The search over all things, without a browser."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest
from words import text

from payergraph.browse.things import things
from payergraph.store.graph import shipped

Open = Callable[..., AppTest]


def results(page: AppTest) -> list[tuple[str, str]]:
    """Where each result leads, and its words."""
    shown = "".join(element.value for element in page.get("html") if 'class="pg-results"' in element.value)
    return [(html.unescape(href), text(words)) for href, words in re.findall(r'<li><a href="(.*?)">(.*?)</li>', shown)]


def box(page: AppTest, key: str = "seek-menu") -> dict[str, object]:
    """What a box of the search was given to show."""
    [found] = [one.proto for one in page.get("bidi_component") if f"-{key}" in one.proto.id]
    return json.loads(found.json)


def suggested(app: Open, text: str, page: str = "about") -> list[str]:
    """The addresses that are suggested while a text is typed."""
    opened = app(page)
    opened.session_state["seek-menu-asked"] = text
    found = box(opened.run())
    assert found["asked"] == text
    return [one["href"] for one in found["suggestions"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "page",
    [
        *("home", "compare", "map", "changes", "disagreements", "check", "cohort", "denied", "questions", "sparql"),
        *("thing", "about"),
    ],
)
def test_every_page_has_the_box(app: Open, page: str) -> None:
    found = box(app(page))
    assert (found["text"], found["results"], found["suggestions"]) == ("", "search", [])


def test_on_their_page_the_box_holds_what_was_looked_for(app: Open) -> None:
    assert box(app("search", q="Kineret"))["text"] == "Kineret"
    assert len(str(box(app("search", q="x" * 5000))["text"])) == 200


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("canakinumab gout flares", "compare?drug=canakinumab&indication=gout-flare&sources=all"),
        ("canakinumab gou", "compare?drug=canakinumab&indication=gout-flare&sources=all"),
        ("cigna humira", "compare?drug=adalimumab&payers=cigna&sources=all"),
        ("appeal deadline north carolina", "denied?state=NC"),
        ("Ilaris denied Cigna North Carolina", "denied?drug=canakinumab&payer=cigna&state=NC"),
        ("J3262", "compare?drug=tocilizumab&sources=all"),
        ("tnf", "thing?thing=drug-class/tnf-inhibitor"),
        ("humria", "compare?drug=adalimumab&sources=all"),
        ("rilonacept rheumatoid arthritis", "map?drug=rilonacept&sources=all"),
        ("fewest steps", "questions?question=fewest_steps"),
        ("coverage map", "map"),
    ],
)
def test_what_is_meant_is_suggested_first_and_found_first(app: Open, text: str, first: str) -> None:
    assert suggested(app, text)[0] == first
    shown = html.unescape("".join(element.value for element in app("search", q=text).get("html")))
    in_page = shown[shown.index("</nav>") :]
    assert re.findall('href="(.*?)"', in_page)[0] == first or text == "canakinumab gou"


def test_a_policy_is_suggested_beside_its_comparison(app: Open) -> None:
    assert "thing?thing=policy/cigna-ip0243" in suggested(app, "cigna kineret")


def test_a_question_is_narrowed_to_what_is_named(app: Open) -> None:
    assert "questions?question=step_therapy_by_policy&drug=anakinra" in suggested(app, "step therapy anakinra")


def test_no_more_is_suggested_than_can_be_read_and_nothing_twice(app: Open) -> None:
    found = suggested(app, "cigna")
    assert len(found) == 8 == len(set(found)) and "thing?thing=payer/cigna" in found


@pytest.mark.parametrize("text", ["", "a", "<script>", "\0", "x" * 5000])
def test_what_names_nothing_suggests_nothing(app: Open, text: str) -> None:
    opened = app("about")
    opened.session_state["seek-menu-asked"] = text
    assert box(opened.run())["suggestions"] == [] and not opened.error


def test_a_slip_and_words_that_nothing_has_are_said(app: Open) -> None:
    page = app("search", q="Kineert kryptonite")
    assert "Kineert" in page.info[0].value and "kineret" in page.info[0].value and "kryptonite" in page.info[0].value
    assert "compare?drug=anakinra" in "".join(element.value for element in page.get("html"))


def test_a_drug_without_a_policy_is_said(app: Open) -> None:
    page = app("search", q="etanercept")
    assert "No policy here speaks of etanercept" in page.info[0].value.replace("\\", "")


def test_what_has_some_of_the_words_says_which_it_lacks(app: Open) -> None:
    page = app("search", q="Cigna Kineret moon")
    assert page.subheader[0].value == "With some of your words"
    assert any(words.endswith("Without “moon”") for _, words in results(page)) or page.info


def test_a_result_says_its_kind_and_its_other_names(app: Open) -> None:
    [first, *_] = results(app("search", q="M06.9"))
    assert first[0] == "thing?thing=condition/rheumatoid-arthritis"
    assert first[1].startswith("rheumatoid arthritis Condition. Also called RA")


def test_what_belongs_to_a_document_names_it(app: Open) -> None:
    found = dict(results(app("search", q="A first approval lasts up to 12 months")))
    assert found["thing?thing=statement/cigna-ip0243/initial-duration"].endswith(
        "Statement of Coverage Policy IP0243: Anakinra"
    )


def test_a_search_is_narrowed_to_a_kind_in_the_address(app: Open) -> None:
    page = app("search", q="cigna")
    page.selectbox(key="search-kind").select("coverage policy").run()
    assert page.query_params == {"q": "cigna", "kind": "coverage policy"}
    found = results(page)
    assert found and all(href.startswith("thing?thing=policy/") for href, _ in found)
    assert found == results(app("search", q="cigna", kind="coverage policy"))


def test_all_of_a_kind_are_listed_without_a_text(app: Open) -> None:
    assert len(results(app("search", kind="regulator"))) == things(shipped()).kinds()["regulator"]


def test_how_many_are_found_is_said(app: Open) -> None:
    page = app("search", q="anakinra")
    assert re.fullmatch(r"[\d,]+ hits, of which the first 60 are shown\.", page.caption[0].value)
    assert len(results(page)) == 60


@pytest.mark.parametrize("value", ["kryptonite", "<script>alert(1)</script>", "x" * 5000, "[x](javascript:alert(1))"])
def test_where_nothing_is_found_the_nearest_names_are_offered(app: Open, value: str) -> None:
    page = app("search", q=value)
    assert not page.exception and not page.error
    assert "Nothing is called so" in page.info[0].value and len(results(page)) == 3


def test_all_that_is_found_can_be_shown(app: Open) -> None:
    page = app("search", q="humira")
    [left] = [element.value for element in page.get("html") if " are shown, " in element.value]
    number = len(things(shipped()).search("humira"))
    assert f"60 of {number} are shown, {number - 60} are left." in text(left) and "show=all" in left
    assert len(results(app("search", q="humira", show="all"))) == number
    assert "cannot be chosen" in app("search", q="humira", show="<b>").warning[0].value


@pytest.mark.parametrize(
    ("asked", "lead"),
    [
        ("Dupixent at Cigna", "compare?drug=dupilumab&payers=cigna&sources=all"),
        ("Dupixent asthma", "compare?drug=dupilumab&indication=asthma&sources=all"),
        ("Tyenne", "compare?drug=tocilizumab&sources=all"),
        ("J45.50", "compare?drug=dupilumab&indication=asthma&sources=all"),
        ("B18.2", "compare?drug=sofosbuvir-velpatasvir&indication=chronic-hepatitis-c&sources=all"),
        ("Cigna", "compare?drug=dupilumab&payers=cigna&sources=all"),
    ],
)
def test_a_search_leads_on_to_what_payers_ask(app: Open, asked: str, lead: str) -> None:
    shown = "".join(element.value for element in app("search", q=asked).get("html"))
    [listed] = re.findall('<div class="pg-leads">(.*?)</div>', shown)
    assert lead in [html.unescape(href) for href in re.findall('href="(.*?)"', listed)]


@pytest.mark.parametrize(
    ("asked", "lead"),
    [
        ("Ilaris denied Cigna North Carolina", "denied?drug=canakinumab&payer=cigna&state=NC"),
        ("appeal", "denied"),
        ("external review Texas", "denied?state=TX"),
    ],
)
def test_a_denial_leads_to_what_can_be_done(app: Open, asked: str, lead: str) -> None:
    page = app("search", q=asked)
    shown = "".join(element.value for element in page.get("html"))
    listed = re.findall('<div class="pg-leads">(.*?)</div>', shown)
    assert re.findall('href="(.*?)"', html.unescape(listed[0]))[0] == lead
    assert not any("Nothing is called so" in info.value for info in page.info)


def test_a_code_that_nothing_has_leads_to_the_wider_one(app: Open) -> None:
    page = app("search", q="J45.50")
    assert "means something wider" in page.info[0].value
    assert results(page)[0][0] == "thing?thing=condition/severe-persistent-asthma"


def test_an_unknown_kind_is_said_and_left_out(app: Open) -> None:
    page = app("search", q="cigna", kind="<b>planet</b>")
    assert "cannot be chosen" in page.warning[0].value and results(page)


def test_without_a_text_the_page_says_what_to_write(app: Open) -> None:
    assert "box above" in app("search").info[0].value

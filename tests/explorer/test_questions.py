"""The library of questions: found by words, asked with parameters, and their answers, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from answered import cells, column, html, said
from command import HANGS
from parts import answers, bars, rows
from streamlit.testing.v1 import AppTest
from words import text

from payergraph import terms
from payergraph.locate import folder
from payergraph.sparql import questions
from payergraph.sparql.columns import METADATA
from payergraph.store.graph import shipped
from payergraph.table import Table, Value

Open = Callable[..., AppTest]
QUESTIONS = [question.name for question in questions.library()]
#: The question of the researcher's job.
STEPS = {"question": "step_therapy_by_policy", "drug": "anakinra", "indication": "rheumatoid-arthritis"}


def listed(page: AppTest) -> list[str]:
    """The titles of the questions that are offered."""
    found = "".join(value for value in html(page) if "pg-library" in value)
    return [text(title) for title in re.findall(r"<li>(<a .*?</a>)", found)]


# --- the library ----------------------------------------------------------------------------------


def test_every_question_is_listed_under_its_subject(app: Open) -> None:
    page = app("questions")
    assert page.title[0].value == "Questions"
    assert listed(page) == [one.title for one in questions.library()]
    assert [head.value for head in page.header] == list(questions.GROUPS)


def test_words_find_questions_by_whole_beginnings_of_words(app: Open) -> None:
    page = app("questions")
    page.text_input(key="questions-words").set_value("phone").run()
    assert listed(page) == ["Phone numbers"] and page.query_params["words"] == "phone"
    page.text_input(key="questions-words").set_value("step therapy").run()
    assert "Step therapy by policy" in listed(page) and "Findings asked for" not in listed(page)


def test_letters_inside_words_find_nothing_and_the_way_on_is_told(app: Open) -> None:
    page = app("questions", words="TNF")
    assert listed(page) == []
    assert "No question has the word “TNF”" in page.info[0].value.replace("\\", "")
    assert "narrow the answer by it" in page.info[0].value


def test_a_whole_sentence_finds_the_nearest_questions(app: Open) -> None:
    page = app("questions", words="which payers ask for a step through a TNF blocker")
    assert "Steps across payers" in listed(page)


def test_a_subject_narrows_the_list(app: Open) -> None:
    page = app("questions")
    page.selectbox(key="questions-subject").select("Appeals").run()
    assert set(listed(page)) == {one.title for one in questions.library() if one.group == "Appeals"}


# --- parameters -----------------------------------------------------------------------------------


def test_what_is_chosen_goes_on_to_the_next_question(app: Open) -> None:
    page = app("questions", **STEPS)
    back = next(value for value in html(page) if "pg-path" in value)
    assert "drug=anakinra" in back and "indication=rheumatoid-arthritis" in back
    library = app("questions", drug="anakinra", indication="rheumatoid-arthritis", state="NC")
    [link] = [
        found for found in html(library) for found in re.findall(r'href="([^"]*question=age_limits[^"]*)"', found)
    ]
    assert "drug=anakinra" in link and "state=NC" in link
    page = app("questions", question="age_limits", drug="anakinra", state="NC")
    assert page.selectbox(key="questions-age_limits-drug").value == "anakinra"
    page.selectbox(key="questions-age_limits-payer").select("cigna").run()
    assert page.query_params["state"] == "NC" and page.query_params["payer"] == "cigna"


def test_a_use_that_a_question_does_not_ask_for_goes_on_until_the_drug_changes(app: Open) -> None:
    page = app("questions", question="durations", drug="anakinra", indication="rheumatoid-arthritis")
    page.selectbox(key="questions-durations-authority").select("primary").run()
    assert page.query_params["indication"] == "rheumatoid-arthritis" and page.query_params["authority"] == "primary"
    page.selectbox(key="questions-durations-drug").select("rilonacept").run()
    assert "indication" not in page.query_params and page.query_params["authority"] == "primary"


def test_what_a_question_does_not_ask_for_is_said_to_narrow_nothing(app: Open) -> None:
    page = app("questions", question="phone_numbers", drug="anakinra")
    assert any("does not narrow the answer: drug anakinra" in found.value.replace("\\", "") for found in page.caption)


def test_one_payer_of_a_comparison_is_the_payer_of_a_question(app: Open) -> None:
    page = app("questions", question="age_limits", drug="anakinra", payers="cigna")
    assert page.selectbox(key="questions-age_limits-payer").value == "cigna"


def test_parameters_are_chosen_by_label_and_go_to_the_address(app: Open) -> None:
    page = app("questions", question="payers_compared")
    drug = page.selectbox(key="questions-payers_compared-drug")
    assert "canakinumab (Ilaris)" in drug.options
    drug.select("canakinumab").run()
    page.selectbox(key="questions-payers_compared-indication").select("any").run()
    assert page.query_params["drug"] == "canakinumab"
    assert page.query_params["indication"] == "any"
    assert not page.error
    assert any(text(value).startswith("The same in every row: drug canakinumab") for value in html(page))
    assert "Drug" not in cells(page)[0] and "Payer" in cells(page)[0]


def test_the_uses_and_payers_of_the_drug_come_first(app: Open) -> None:
    page = app("questions", question="payers_compared", drug="dupilumab")
    indication, payer = (page.selectbox(key=f"questions-payers_compared-{name}") for name in ("indication", "payer"))
    assert indication.value == "atopic-dermatitis" and indication.options[1].startswith("atopic dermatitis (")
    assert payer.options[0] == "Any" and "rule" in payer.options[1]
    assert not page.warning and not page.info


@pytest.mark.parametrize("value", ["nonsense", "<script>alert(1)</script>"])
@pytest.mark.parametrize("name", ["drug", "request", "class", "sort"])
def test_what_an_address_gets_wrong_is_said_and_replaced(app: Open, name: str, value: str) -> None:
    page = app("questions", **({"question": "payers_compared"} | {name: value}))
    assert "cannot be chosen" in page.warning[0].value
    assert cells(page)


def test_an_unknown_question_leads_to_the_library(app: Open) -> None:
    page = app("questions", question="nonsense")
    assert "cannot be chosen" in page.warning[0].value and len(listed(page)) == len(QUESTIONS)


# --- the answer -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def one_session() -> AppTest:
    """The page as a visitor has it who asks one question after the other."""
    return AppTest.from_file(folder("explorer") / "Explorer.py", default_timeout=HANGS).run()


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_stored_question_is_answered_without_iris_or_blank_nodes(one_session: AppTest, name: str) -> None:
    page = one_session
    page.query_params.clear()
    page.query_params["question"] = name
    page.switch_page("views/questions.py").run()
    assert not page.exception and not page.error and not page.warning
    expected = questions.ask(name, shipped())
    shown = cells(page)
    assert len(shown) - 1 == min(len(expected.rows), answers.SIZE)
    assert all(heading == heading[:1].upper() + heading[1:] for heading in shown[0])
    seen = " ".join(" ".join(row) for row in shown)
    assert "w3id.org" not in seen and "_:" not in seen


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_cell_of_a_stored_answer_is_lost(name: str) -> None:
    whole = questions.ask(name, shipped())
    answer = replace(whole, rows=whole.rows[:: 1 + len(whole.rows) // 300])  # some of those that have thousands
    drawn = drawn_cells(answer)
    assert len(drawn) == len(answer.rows)
    for row, shown in zip(answer.rows, drawn, strict=True):
        assert [told for told in told_by(answer.columns, row) if told not in shown] == []


def drawn_cells(answer: Table) -> list[str]:
    """What is shown of each row, with what is the same in every row; each cell between bars."""
    markup = rows.table(answer, answer.rows, rows.Look())
    same = re.findall(r"The same in every row: (.*?)\.</p>", markup)
    body = markup.split("<tbody")[1]
    found = [
        [text(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body)
    ]
    return [f"|{'|'.join(row)}| {text(''.join(same))}" for row in found]


def told_by(columns: tuple[str, ...], row: tuple[Value, ...]) -> list[str]:
    """What a row says: the text of every cell that is not empty; of a thing with a label, the label."""
    values = dict(zip(columns, row, strict=True))
    labelled = [n for n in values if isinstance(values[n], ox.NamedNode) and values.get(f"{n}Label") is not None]
    return [text(rows.text(value)) for name, value in values.items() if value is not None and name not in labelled]


def test_a_phone_number_stands_in_its_row(app: Open) -> None:
    numbers = column(app("questions", question="phone_numbers"), "Value")
    assert all(re.search(r"\d{3}", number) for number in numbers) and "1-800-244-6224" in numbers


def test_things_that_share_a_label_are_not_the_same_in_every_row() -> None:
    things = [ox.NamedNode(f"https://example.org/{name}") for name in "ab"]
    answer = Table(
        ("x", "xLabel", "n"), tuple((one, ox.Literal("name"), ox.Literal(i)) for i, one in enumerate(things))
    )
    assert "The same in every row" not in rows.table(answer, answer.rows, rows.Look())


def test_a_row_is_told_in_the_words_above_the_columns(app: Open) -> None:
    page = app("questions", question="label_consistency", columns="all")
    told = page.caption[0].value.replace("\\", "")
    assert "“Rule indication” is empty" in told and "measures.md" not in told
    assert "Rule indication" in cells(page)[0]


def test_a_question_without_rows_says_so(app: Open) -> None:
    page = app("questions", question="payers_compared", drug="anakinra", indication="osteoarthritis")
    assert "no rows" in page.info[0].value


def test_metadata_stands_behind_until_it_is_asked_for(app: Open) -> None:
    headings = {rows.heading(name, words=True) for name in METADATA}
    folded = app("questions", **STEPS)
    assert not headings & set(cells(folded)[0]) and "Therapies" in cells(folded)[0]
    assert "more columns (edition" in said(folded)
    whole = app("questions", **STEPS, columns="all")
    assert {"Authority", "Locator", "Source", "Edition"} <= set(cells(whole)[0])


def test_a_row_says_that_it_is_retold_superseded_or_seen_in_part_though_columns_are_folded(app: Open) -> None:
    answer = questions.ask("step_therapy_by_policy", shipped(), drug="anakinra", indication="rheumatoid-arthritis")
    at = answer.columns.index
    for row, payer in zip(answer.rows, column(app("questions", **STEPS), "Payer"), strict=True):
        assert (row[at("authority")].value == "secondary") == ("etelling" in payer)  # type: ignore[union-attr]
        assert (row[at("superseded")].value == "true") == ("uperseded" in payer)  # type: ignore[union-attr]


def test_a_heading_sorts_up_then_down_then_not_at_all(app: Open) -> None:
    up, down = app("questions", **STEPS, sort="needed"), app("questions", **STEPS, sort="-needed")
    assert column(up, "Needed") == sorted(column(up, "Needed"))
    assert column(down, "Needed") == sorted(column(up, "Needed"), reverse=True)
    [table] = [value for value in html(down) if 'class="pg-rows pg-answer"' in value]
    assert 'aria-sort="descending"' in table
    assert 'sort=-needed"' in next(value for value in html(up) if 'class="pg-rows pg-answer"' in value)


def test_words_narrow_the_rows_and_so_do_the_files(app: Open) -> None:
    page = app("questions", **STEPS)
    before = len(cells(page))
    page.text_input(key="answer-has").set_value("humira cigna").run()
    assert 1 < len(cells(page)) < before
    assert all("humira" in " ".join(row).lower() for row in cells(page)[1:])
    assert "only those with “humira cigna” in what is shown of a row" in said(page)
    page.text_input(key="answer-has").set_value("zebra").run()
    assert "No row is left" in page.info[0].value


def test_a_class_of_drugs_narrows_by_what_the_criterion_names(app: Open) -> None:
    page = app("questions", **STEPS)
    page.selectbox(key="answer-class").select("therapies:tnf-inhibitor").run()
    assert page.query_params["class"] == "therapies:tnf-inhibitor"
    assert "whose criterion names TNF inhibitor, or a drug or product of that class" in said(page)
    named = re.compile("Enbrel|Humira|Cimzia|Simponi|Remicade|adalimumab|etanercept|TNF|infliximab")
    assert column(page, "Therapies") and all(named.search(cell) for cell in column(page, "Therapies"))


def test_a_class_of_drugs_narrows_by_the_drug_of_a_row(app: Open) -> None:
    page = app("questions", question="covered_indications", **{"class": "drug:il-1-blocker"})
    assert set(column(page, "Drug")) <= {"anakinra", "canakinumab", "rilonacept"}
    assert "whose drug is" in said(page)


def test_all_rows_are_reached_page_by_page_and_at_once(app: Open) -> None:
    answer = questions.ask("covered_indications", shipped())
    first, second = (
        app("questions", question="covered_indications"),
        app("questions", question="covered_indications", part="2"),
    )
    assert len(cells(first)) == len(cells(second)) == answers.SIZE + 1 and cells(first)[1:] != cells(second)[1:]
    every = app("questions", question="covered_indications", part="all")
    assert len(cells(every)) == len(answer.rows) + 1


@pytest.mark.parametrize("wrong", ["0", "-1", "999", "x", "9" * 40])
def test_a_page_that_is_none_is_the_first_or_the_last(app: Open, wrong: str) -> None:
    assert len(cells(app("questions", question="covered_indications", part=wrong))) > 1


# --- what is taken along --------------------------------------------------------------------------


def codes(page: AppTest) -> list[str]:
    return [one.value for one in page.code]


def test_a_question_is_copied_as_curl_python_and_sparql_and_can_be_changed(app: Open) -> None:
    page = app("questions", **STEPS)
    found = codes(page)
    curl = "curl --silent --fail 'http://127.0.0.1:7878/questions/step_therapy_by_policy.csv?drug=anakinra"
    assert any(one.startswith(curl) for one in found)
    assert any("payergraph.query(\"step_therapy_by_policy\", drug='anakinra'" in one for one in found)
    assert any(one.startswith("# title: Step therapy by policy") for one in found)
    assert any('href="sparql?begin=step_therapy_by_policy&amp;drug=anakinra' in value for value in html(page))


def test_a_citation_has_the_filters_the_version_and_a_permalink_that_opens_the_same(app: Open) -> None:
    page = app("questions", **STEPS, has="humira", sort="-needed")
    [text_of] = [one for one in codes(page) if "Accessed" in one]
    assert (
        "with “humira” in what is shown of a row" in text_of
        and shipped().version in text_of
        and "Documents behind" in text_of
    )
    [link] = [one for one in codes(page) if one.startswith(("/questions?", "http")) and "graph=" in one]
    asked = {name: value for name, [value] in parse_qs(urlsplit(link).query).items()}
    again = app("questions", **asked)
    assert asked["graph"] == shipped().version and cells(again) == cells(page) and not again.warning


def test_a_permalink_of_another_graph_says_so_and_shows_the_answer_of_this(app: Open) -> None:
    page = app("questions", **STEPS, graph="0123456789ab")
    assert "graph version 0123456789ab" in page.warning[0].value and shipped().version in page.warning[0].value
    assert cells(page)


def test_a_count_is_cited_though_no_row_names_a_document(app: Open) -> None:
    page = app("questions", question="kinds_of_restriction", drug="anakinra")
    assert any("No row names a document" in one for one in codes(page))


def test_what_was_chosen_leads_on_to_other_pages(app: Open) -> None:
    page = app("questions", **STEPS, payer="cigna")
    [ways] = [value for value in html(page) if "With the same" in value]
    assert 'href="map?drug=anakinra&amp;indication=rheumatoid-arthritis&amp;payers=cigna"' in ways


# --- the chart of an answer -----------------------------------------------------------------------


def answer(head: str, *lines: str) -> Table:
    """A table of texts and numbers; ``-`` stands for nothing."""
    values = [[None if cell == "-" else _term(cell) for cell in line.split("|")] for line in lines]
    return Table(tuple(head.split("|")), tuple(tuple(line) for line in values))


def _term(cell: str) -> ox.Literal:
    kind = "integer" if cell.lstrip("-").isdigit() else "decimal" if re.fullmatch(r"\d+\.\d+", cell) else "string"
    return ox.Literal(cell, datatype=ox.NamedNode(terms.XSD + kind))


def test_one_naming_column_and_numbers_make_a_chart() -> None:
    found = bars.fitting(answer("payer|rules|share", "Cigna|3|0.5", "Molina|2|-", "Aetna|-|1.0"))
    assert found == bars.Bars(
        ("payer",), ("Cigna", "Molina", "Aetna"), {"rules": (3.0, 2.0, None), "share": (0.5, None, 1.0)}
    )


def test_two_columns_name_a_bar_where_one_does_not_and_what_never_changes_is_left_out() -> None:
    rows = ("all|Cigna|RA|1", "all|Cigna|CAPS|2", "all|Molina|RA|3")
    found = bars.fitting(answer("edition|payer|use|rules", *rows))
    assert found and (found.naming, found.names) == (("payer", "use"), ("Cigna, RA", "Cigna, CAPS", "Molina, RA"))


def test_a_label_names_the_bar_in_place_of_its_thing() -> None:
    told = answer("payer|payerLabel|rules", "x|Cigna|3", "y|-|2")
    things = replace(
        told, rows=tuple((ox.NamedNode(f"https://example.org/{n}"), *row[1:]) for n, row in enumerate(told.rows))
    )
    found = bars.fitting(things)
    assert found and found.names == ("Cigna", "https://example.org/1")


@pytest.mark.parametrize(
    "table",
    [
        answer("payer|rules", "Cigna|3"),
        answer("payer|rules", *(f"payer{number}|{number}" for number in range(bars.MOST + 1))),
        answer("payer|drug", "Cigna|anakinra", "Molina|anakinra"),
        answer("first|second", "1|2", "3|4"),
        answer("payer|rules", "Cigna|3", "Cigna|4"),
        answer("payer|rules", "Cigna|3", "Molina|many"),
        answer("payer|rules", "Cigna|3", "Molina|-"),
        answer("a|b|c|rules", "x|y|1 of|3", "x|y|2 of|4", "z|y|1 of|5", "z|w|1 of|5"),
        answer("about|unit|low", "appeal|day|30", "review|hour|72"),
        replace(answer("payer|rules", "Cigna|3", "Molina|2"), truncated=True),
        replace(answer("subject|object", "Cigna|3", "Molina|2"), kind="construct"),
    ],
    ids=[
        *("one row", "too many rows", "no number", "no name", "equal names", "a word among numbers", "one number"),
        *("names of three columns", "units", "cut off", "triples"),
    ],
)
def test_what_makes_no_chart(table: Table) -> None:
    assert bars.fitting(table) is None


def test_as_many_rows_as_are_drawn_make_a_chart() -> None:
    assert bars.fitting(answer("payer|rules", *(f"payer{number}|{number}" for number in range(bars.MOST))))


def test_a_chart_is_asked_for_below_the_table_and_goes_to_the_address(app: Open) -> None:
    page = app("questions", question="steps_across_payers", drug="anakinra", indication="rheumatoid-arthritis")
    assert not page.get("vega_lite_chart")
    page.selectbox(key="answer-chart").select("primaryExcerpt").run()
    assert page.query_params["chart"] == "primaryExcerpt" and page.query_params["drug"] == "anakinra"
    [drawn] = page.get("vega_lite_chart")
    axes = json.loads(drawn.proto.spec)["encoding"]
    assert (axes["x"]["title"], axes["y"]["title"]) == ("Primary excerpt", "Step")
    assert cells(page)


@pytest.mark.parametrize("chart", ["nonsense", "payers"])
def test_a_chart_that_does_not_fit_is_not_drawn(app: Open, chart: str) -> None:
    for question in ("steps_across_payers", "documents"):
        page = app("questions", question=question, chart=chart)
        assert cells(page) and not page.get("vega_lite_chart") and not page.warning

"""The answer to a question or a query: narrowed, sorted, paged, saved, drawn, cited. Its state is in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from payergraph import wording
from payergraph.present import plots
from payergraph.present.bar_figure import of_bars
from payergraph.present.cite import cite_answer
from payergraph.sparql import lines
from payergraph.sparql.classes import THERAPIES, ClassFilter, class_filters, of_class
from payergraph.sparql.columns import behind
from payergraph.sparql.questions import Question
from payergraph.table import Table

from . import address, bars, cited, data, markup, rows
from .markup import Html, joined, link, tag

#: Rows of a page; and the most that stand on one where all are wanted.
SIZE, MOST = 50, 1_000
_ALL = "all"
#: What the address says of how an answer is shown.
VIEW = ("has", "class", "sort", "part", "columns", "iris", "chart")
_KINDS = {".svg": "image/svg+xml", ".png": "image/png", ".pdf": "application/pdf"}


@dataclass(frozen=True)
class Shown:
    """An answer as the address wants it.

    Attributes:
        whole: all that was answered.
        left: the rows that the filters leave, in order, with a title that names the filters.
        filters: what was filtered, in words.
        look: how it is drawn.
    """

    whole: Table
    left: Table
    filters: tuple[str, ...]
    look: rows.Look


def shown(answer: Table, page: str, name: str, question: Question | None, unknown: list[str]) -> None:
    """The answer with all that can be done with it.

    Args:
        page: the page that shows it, to which its links lead.
        name: how its files are called.
        question: the stored question; None of a visitor's own query.
    """
    if not answer.rows:
        st.info("The answer has no rows. Ask for less, or for any.")
        return
    filters = _filters(answer)
    _choose(answer, filters, unknown)
    now = _narrowed(answer, page, question, filters, unknown)
    with st.container(key="answer"):
        _table(now, page)
    _downloads(now.left, name)
    _chart(now, headings=question is not None)
    with st.expander("How to cite this answer"):
        wanted = address.changed({}, "part", "graph")
        cited.citation(cite_answer(data.graph(), now.left, permalink=cited.permalink(page, wanted)), name)


def refused(error: Exception) -> None:
    """Why there is no answer, in a sentence."""
    said = markup.sentence(str(error))
    st.error(markup.plain(said if said.endswith("?") else f"{said}."))


# --- which rows -----------------------------------------------------------------------------------


def _filters(answer: Table) -> dict[str, ClassFilter]:
    """The classes by which rows can be told apart, as the address names them."""
    return {f"{one.column}:{one.slug}": one for one in class_filters(data.graph(), answer)}


def _choose(answer: Table, filters: Mapping[str, ClassFilter], unknown: list[str]) -> None:
    """The fields that narrow the rows."""
    with st.container(key="choices-answer"):
        places = st.columns([3, 3, 3])
    st.session_state["answer-has"] = address.given("has")[:200]
    places[0].text_input(
        "Only rows with these words", key="answer-has", on_change=_wanted, args=("has",), max_chars=200
    )
    if not filters:
        unknown += [address.given("class")] if address.given("class") else []
        return
    every = len(answer.rows)
    words = {"": "Any"} | {
        key: f"{_by(one)}: {data.label(one.iri)} ({one.rows:,} of {every:,} rows)" for key, one in filters.items()
    }
    st.session_state["answer-class"] = address.one_of("class", words, "", unknown)
    places[1].selectbox(
        "Only rows of a drug class",
        words,
        format_func=lambda key: words.get(key, "Any"),
        key="answer-class",
        filter_mode="contains",
        on_change=_wanted,
        args=("class",),
    )


def _by(one: ClassFilter) -> str:
    return "Therapies named" if one.column == THERAPIES else rows.heading(one.column, words=True)


def _wanted(name: str) -> None:
    address.write(address.changed({name: st.session_state[f"answer-{name}"].strip()}, "part", "graph"))


def _narrowed(
    answer: Table, page: str, question: Question | None, filters: Mapping[str, ClassFilter], unknown: list[str]
) -> Shown:
    said = []
    left = answer
    chosen = filters.get(address.given("class"))
    if chosen:
        left = of_class(data.graph(), left, chosen)
        said.append(_meaning(chosen))
    has = " ".join(address.given("has")[:200].split())
    hidden = frozenset() if address.given("columns") == _ALL else behind(answer.columns, question)
    if has:
        left = replace(left, rows=lines.having(left.rows, has, rows.told(answer, hidden)))
        said.append(f"with “{has}” in what is shown of a row")
    known = {column.name: column for column in rows.columns(answer)}
    wanted = address.given("sort")
    falling, sort = wanted.startswith("-"), wanted.removeprefix("-")
    if sort and sort not in known:
        unknown.append(wanted)
        sort = ""
    if sort:
        ordered = lines.ordered(left.rows, known[sort].shown, rows.text, falling=falling)
        left = replace(left, rows=ordered)
    title = "; ".join([answer.title, *(f"only rows {text}" for text in said)]) if answer.title else ""
    iris = question is None and address.given("iris") == "shown"

    def sorting(changes: Mapping[str, str], text: str) -> Html:
        return link(page, address.changed(changes, "part", "graph"), text, class_="pg-stay")

    look = rows.Look(question is not None, hidden, sort, falling, sorting, iris)
    return Shown(answer, replace(left, title=title), tuple(said), look)


def _meaning(chosen: ClassFilter) -> str:
    name = data.label(chosen.iri)
    if chosen.column == THERAPIES:
        return f"whose criterion names {name}, or a drug or product of that class, alone or among others"
    return f"whose {rows.heading(chosen.column, words=True).lower()} is {name} or of that class"


# --- the table ------------------------------------------------------------------------------------


def _table(now: Shown, page: str) -> None:
    left = now.left.rows
    markup.show(_counted(now, page))
    if not left:
        st.info("No row is left. Take a filter away.")
        return
    given = address.given("part")
    size = MOST if given == _ALL else SIZE
    part = lines.page(left, int(given) if given.isdecimal() and len(given) < 6 else 1, size)
    # The columns are those of the whole answer: a filter takes rows away, and no column.
    markup.show(rows.table(now.whole, part.rows, now.look))
    markup.show(_pages(part, len(left), page))


def _counted(now: Shown, page: str) -> Html:
    """How many rows there are, what was filtered, and the way to the columns that are folded."""
    every, left = len(now.whole.rows), len(now.left.rows)
    counted = wording.counted(f"{every:,}", "row")
    if now.whole.truncated:
        counted = f"There are more rows than the limit: these are the first {counted}"
    parts: list[Html | str] = [f"{counted}."]
    if now.filters:
        parts = [f"{left:,} of {counted}: only those {'; and '.join(now.filters)}."]
    if page == "questions":
        folded = [name for name in _folded(now) if name]
        if now.look.hidden and folded:
            named = f"{', '.join(folded[:4])}{' …' if len(folded) > 4 else ''}"
            text = (
                f"Show {len(folded)} more columns ({named})" if len(folded) > 1 else f"Show one more column ({named})"
            )
            parts.append(link(page, address.changed({"columns": _ALL}), text, class_="pg-stay"))
        elif address.given("columns") == _ALL:
            parts.append(link(page, address.changed({}, "columns"), "Fold the columns of metadata", class_="pg-stay"))
    return tag("p", markup.between(" ", parts), class_="pg-place")


def _folded(now: Shown) -> list[str]:
    """The headings of the columns that are folded and not empty."""
    found = (column for column in rows.columns(now.whole) if column.name in now.look.hidden)
    return [rows.heading(column.name, words=True).lower() for column in found]


def _pages(part: lines.Page, every: int, page: str) -> Html:
    """Where the page stands among the rows, and the ways to the others."""
    if part.pages == 1:
        return _together(page) if address.given("part") == _ALL and every > SIZE else Html()

    def turned(number: int, text: str) -> Html:
        return link(page, address.changed({"part": str(number)}, "graph"), text, class_="pg-stay pg-turn")

    ways: list[Html] = []
    if part.number > 1:
        ways += [turned(1, "First page"), turned(part.number - 1, "Previous page")]
    if part.number < part.pages:
        ways += [turned(part.number + 1, "Next page"), turned(part.pages, "Last page")]
    if every <= MOST:
        ways.append(link(page, address.changed({"part": _ALL}, "graph"), f"All {every:,} rows", class_="pg-stay"))
    where = f"Page {part.number:,} of {part.pages:,}, rows {part.first:,} to {part.first + len(part.rows) - 1:,}."
    return tag("p", where, *(joined([" ", way]) for way in ways), class_="pg-place pg-turns")


def _together(page: str) -> Html:
    return tag("p", link(page, address.changed({}, "part", "graph"), "In pages", class_="pg-stay"), class_="pg-place")


# --- what can be taken along ----------------------------------------------------------------------


def _downloads(left: Table, name: str) -> None:
    files = [("CSV", left.to_csv, "csv", "text/csv"), ("JSON", left.to_json, "json", "application/sparql-results+json")]
    if left.kind in ("construct", "describe"):
        files.append(("Turtle", left.to_turtle, "ttl", "text/turtle"))
    cited.offered(files, name, "downloads")
    st.caption(f"Files have the {len(left.rows):,} rows that are counted above, with all columns.")


def _chart(now: Shown, *, headings: bool) -> None:
    """The chart of an answer, where one fits and is wanted, with its files."""
    found = bars.fitting(now.left)
    if not found:
        return
    titles = {"": "None"} | {name: markup.plain(rows.heading(name, words=headings)) for name in found.numbers}
    chosen = address.given("chart") if address.given("chart") in titles else ""
    st.session_state["answer-chart"] = chosen
    st.selectbox("Chart", titles, format_func=titles.__getitem__, key="answer-chart", on_change=_drawn, width=320)
    if not chosen:
        return
    bars.draw(found, chosen, headings=headings)
    title = now.left.title or "Answer to a query in SPARQL"
    counted = rows.heading(chosen, words=headings)
    drawn = of_bars(found.names, found.numbers[chosen], title, counted, data.version())
    files = [
        (f"figure ({ending[1:].upper()})", partial(plots.drawn, drawn, ending), ending[1:], kind)
        for ending, kind in _KINDS.items()
    ]
    cited.offered(files, "figure", "figures")


def _drawn() -> None:
    address.write(address.changed({"chart": st.session_state["answer-chart"]}, "graph"))

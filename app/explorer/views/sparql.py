"""A query of a visitor's own, its answer, and the way to the same graph from elsewhere."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st
from parts import address, answers, cited, data, editor, markup
from parts.markup import link, tag

from payergraph.browse.vocabulary import EXAMPLE
from payergraph.errors import LimitReached, QueryError
from payergraph.sparql import questions
from payergraph.sparql import sandbox as sparql
from payergraph.sparql.copied import ENDPOINT, query_as_curl, query_as_python
from payergraph.table import Table

_ANY = "any"
# Longer queries make addresses that servers refuse.
_LONGEST_LINK = 8_000
#: So many queries of the session are remembered.
_REMEMBERED = 10
_KEYS = "Control and Enter runs the query, Control and Space offers terms, Tab leaves the editor."


def text_of(unknown: list[str]) -> str:
    """The query that the address names, or begins with, or the last one of the session."""
    if address.given("query"):
        return address.given("query")
    known = {question.name: question for question in questions.library()}
    name = address.one_of("begin", known, "", unknown)
    if name:
        question = known[name]
        given = {one.name: address.given(one.name) for one in question.parameters if address.given(one.name)}
        try:
            return question.filled(data.graph(), {k: "" if v == _ANY else v for k, v in given.items()})
        except QueryError:
            unknown += given.values()
            return question.filled(data.graph(), {})
    return str(st.session_state.get("sparql-own", EXAMPLE))


def edited(text: str) -> None:
    """The editor with what runs it."""
    with st.container(key="query"):
        editor.draw("Query", text, data.query_words(), key="sparql-text", on_change=_typed)
    with st.container(horizontal=True, vertical_alignment="center", key="run"):
        # The button needs no work of its own: leaving the editor hands the text over.
        st.button("Run", type="primary")
        st.caption(_KEYS)
    if text == st.session_state.get("sparql-own") and not address.given("query") and not address.given("begin"):
        st.caption("This query is too long for a link. It stays in this session." if not _fits(text) else "")


def _fits(text: str) -> bool:
    return len(quote(text)) <= _LONGEST_LINK


def _typed() -> None:
    _own(st.session_state["sparql-text"]["text"])


def _own(text: str) -> None:
    st.session_state["sparql-own"] = text
    view = {name: address.given(name) for name in ("iris", "chart")}
    address.write({"query": text if _fits(text) else ""} | view)


def _once(text: str) -> Table:
    """Run a query, unless it is the one that was answered last in this session."""
    last = st.session_state.get("sparql-answer")
    if last is None or last[0] != text:
        with st.spinner("Asking the graph"):
            st.session_state["sparql-answer"] = (text, sparql.run(text, data.graph()))
        _remember(text)
    answer: Table = st.session_state["sparql-answer"][1]
    return answer


def _remember(text: str) -> None:
    before = [one for one in st.session_state.get("sparql-history", []) if one != text]
    st.session_state["sparql-history"] = [text, *before][:_REMEMBERED]


def answered(text: str, unknown: list[str]) -> None:
    """The answer as a table, or why there is none."""
    try:
        answer = _once(text)
    except (QueryError, LimitReached) as error:
        answers.refused(error)
        return
    with st.container(horizontal=True, key="sparql-looks"):
        st.session_state["sparql-iris"] = address.given("iris") == "shown"
        st.toggle("Show IRIs in place of names", key="sparql-iris", on_change=_iris)
    answers.shown(answer, "sparql", "answer", None, unknown)
    with st.expander("Copy as curl or Python"):
        st.caption(f"curl asks {ENDPOINT}: start it with `payergraph serve`. Triples come as Turtle, rows as JSON.")
        st.code(query_as_curl(text, answer.kind, "json"), language="bash", wrap_lines=True)
        st.code(query_as_python(text), language="python", wrap_lines=True)


def _iris() -> None:
    address.write(address.changed({"iris": "shown" if st.session_state["sparql-iris"] else ""}))


def history(now: str) -> None:
    """The queries that were answered in this session, to go back to."""
    before = [text for text in st.session_state.get("sparql-history", []) if text != now]
    if not before:
        return
    with st.expander(f"Queries of this session ({len(before)})", key="sparql-before"):
        for place, text in enumerate(before):
            line = " ".join(line for line in text.split("\n") if line.strip() and not line.startswith("#"))[:90]
            st.button(markup.plain(line) or "…", key=f"sparql-before-{place}", on_click=_own, args=(text,))


def page() -> None:
    """The page."""
    st.title("Ask in SPARQL", anchor=False)
    cited.note_version()
    words = (
        "A query of your own. Most of what is asked has been written down: ",
        link("questions", {}, "Questions"),
        ".",
    )
    markup.show(tag("p", *words, class_="pg-place"))
    unknown: list[str] = []
    text = text_of(unknown)
    edited(text)
    history(text)
    answered(text, unknown)
    address.note(unknown)
    st.caption(
        f"The same graph answers other programs at {ENDPOINT} once `payergraph serve` has been started. "
        f"Queries only read this graph. An answer has at most {sparql.ROWS:,} rows; a query of more than "
        f"{sparql.QUERY_BYTES:,} bytes is refused, and one that runs longer than {sparql.SECONDS:g} seconds is stopped."
    )


page()

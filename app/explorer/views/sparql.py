"""Stored questions with their parameters, and any query that a visitor writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import streamlit as st
from parts import address, bars, data, editor, markup, rows

from payergraph.errors import LimitReached, QueryError
from payergraph.sparql import questions
from payergraph.sparql import sandbox as sparql
from payergraph.sparql.parameters import Parameter
from payergraph.sparql.questions import Question
from payergraph.table import Table

_OPENS_ON = "payers_compared"
_OWN = "own"
_ANY = "any"
# Longer queries make addresses that servers refuse.
_LONGEST_LINK = 8_000
_EXAMPLE = """\
# The prefixes pg, id, rdf, rdfs, skos, sh, xsd, dcterms, owl and prov are known.
ASK { ?policy pg:drug ?drug }
"""
_KEYS = "Control and Enter runs the query, Control and Space offers terms, Tab leaves the editor."


def library() -> dict[str, Question]:
    """The stored questions by name."""
    return {question.name: question for question in questions.library()}


def chosen(known: dict[str, Question], unknown: list[str]) -> str:
    """The question that the address names, or the visitor's own query."""
    if address.given("query"):
        return _OWN
    opens = _OPENS_ON if _OPENS_ON in known else next(iter(known), _OWN)
    return address.one_of("question", [*known, _OWN], opens, unknown)


def choose(known: dict[str, Question], now: str) -> None:
    """The list of questions."""
    titles = {_OWN: "A query of my own"} | {q.name: f"{q.group}: {q.title}" for q in known.values()}
    st.session_state["sparql-question"] = now
    st.selectbox("Question", titles, format_func=titles.__getitem__, key="sparql-question", on_change=_choose)


def _choose() -> None:
    address.write({"question": st.session_state["sparql-question"]})


# --- a stored question ----------------------------------------------------------------------------


def stored(question: Question, unknown: list[str]) -> None:
    """A question: its parameters, its answer, its query."""
    st.caption(markup.plain(f"{question.question} Each row is {row(question)}."))
    given = parameters(question, unknown)
    answered(lambda: _ask_stored(question, given), question.name, headings=True)
    with st.expander("The query"):
        filled = question.filled(data.graph(), given)
        # Above the code, whose colours come late and move what is below.
        st.button("Change this query", key="sparql-change", on_click=_own, args=(filled,))
        st.code(filled, language="sparql", wrap_lines=True)


def row(question: Question) -> str:
    """What one row is; columns are named as they are headed, and files of the project, which are not here, are not."""
    headed = {name.removesuffix("Label") for name in question.columns}

    def named(match: re.Match[str]) -> str:
        return f"“{rows.heading(match[1], words=True) if match[1] in headed else match[1]}”"

    return re.sub("`([^`]+)`", named, re.sub(r" \(docs/\S+\)", "", question.row))


def _ask_stored(question: Question, given: dict[str, str]) -> Table:
    return questions.ask(question.name, data.graph(), **given)  # type: ignore[arg-type]


def parameters(question: Question, unknown: list[str]) -> dict[str, str]:
    """The form of a question. A parameter that is not limited is an empty text."""
    given: dict[str, str] = {}
    with st.container(key="choices"):
        columns = st.columns(max(3, len(question.parameters))) if question.parameters else []
    for column, parameter in zip(columns, question.parameters, strict=False):
        labels = options(parameter, given.get("drug", ""))
        otherwise = parameter.default or _ANY
        if parameter.name == "indication" and otherwise != _ANY:
            otherwise = usual(given.get("drug", ""), otherwise)
        value = address.one_of(parameter.name, labels, otherwise, unknown)
        key = f"sparql-{question.name}-{parameter.name}"
        st.session_state[key] = value
        column.selectbox(
            markup.plain(markup.sentence(parameter.name)),
            labels,
            format_func=labels.__getitem__,
            key=key,
            help=markup.plain(parameter.about),
            on_change=_ask,
            args=(question,),
        )
        given[parameter.name] = "" if value == _ANY else value
    return given


def usual(drug: str, use: str) -> str:
    """The use that a question begins with, where the drug has it; else the one of which most documents speak."""
    iri = data.drugs().get(drug, "")
    uses = data.uses(iri).all if iri else {}
    return use if not uses or use in uses else next(iter(uses))


def options(parameter: Parameter, drug: str = "") -> dict[str, str]:
    """What a parameter can be, with labels: of a drug that is chosen its uses and payers first, then any other."""
    known = {_ANY: "Any", **data.options(parameter)}
    if parameter.default and parameter.default not in known:  # its default may be another name than the slug
        known[parameter.default] = parameter.default
    iri = data.drugs().get(drug, "")
    of_drug: dict[str, str] = {}
    if iri and parameter.name == "indication":
        of_drug = data.uses(iri, "all").words
    elif iri and parameter.name == "payer":
        of_drug = data.payers_of(iri)
    elif parameter.name == "drug":
        of_drug = {slug: data.drug_label(iri) for slug, iri in data.drugs().items()}
    return (
        {_ANY: "Any"}
        | {slug: words for slug, words in of_drug.items() if slug in known}
        | ({slug: words for slug, words in known.items() if slug not in of_drug})
    )


def _ask(question: Question) -> None:
    values = {p.name: st.session_state[f"sparql-{question.name}-{p.name}"] for p in question.parameters}
    drug = data.drugs().get(values.get("drug", ""), "")
    if drug and values.get("indication", _ANY) not in (_ANY, *data.uses(drug).all):
        del values["indication"]  # another drug may not have the same uses
    address.write({"question": question.name} | values | {"chart": address.given("chart")})


# --- a visitor's own query ------------------------------------------------------------------------


def own() -> None:
    """An editor and the answer to what stands in it."""
    text = address.given("query") or st.session_state.get("sparql-own", _EXAMPLE)
    with st.container(key="query"):
        editor.draw("Query", text, data.vocabulary(), key="sparql-text", on_change=_typed)
    with st.container(horizontal=True, vertical_alignment="center", key="run"):
        # The button needs no work of its own: leaving the editor hands the text over.
        st.button("Run", type="primary")
        st.caption(_KEYS)
    if not address.given("query") and text != _EXAMPLE:
        st.caption("This query is too long for a link. It stays in this session.")
    answered(lambda: _once(text), "answer", headings=False)


def _typed() -> None:
    _own(st.session_state["sparql-text"]["text"])


def _own(text: str) -> None:
    st.session_state["sparql-own"] = text
    fits = len(quote(text)) <= _LONGEST_LINK
    address.write({"question": _OWN, "query": text if fits else "", "chart": address.given("chart")})


def _once(text: str) -> Table:
    """Run a query, unless it is the one that was answered last in this session."""
    last = st.session_state.get("sparql-answer")
    if last is None or last[0] != text:
        with st.spinner("Asking the graph"):
            st.session_state["sparql-answer"] = (text, sparql.run(text, data.graph()))
    answer: Table = st.session_state["sparql-answer"][1]
    return answer


# --- the answer -----------------------------------------------------------------------------------


def answered(ask: Callable[[], Table], name: str, *, headings: bool) -> None:
    """The answer as a table with downloads and a chart, or why there is none."""
    try:
        answer = ask()
    except (QueryError, LimitReached) as error:
        st.error(f"{markup.plain(markup.sentence(str(error)))}.")
        return
    if not answer.rows:
        st.info("The answer has no rows. Ask for less, or for any.")
        return
    st.caption(rows.counted(answer))
    markup.show(rows.table(answer, headings=headings))
    files = [("CSV", answer.to_csv, "csv", "text/csv")]
    files.append(("JSON", answer.to_json, "json", "application/sparql-results+json"))
    if answer.kind in ("construct", "describe"):
        files.append(("Turtle", answer.to_turtle, "ttl", "text/turtle"))
    with st.container(horizontal=True, key="downloads"):
        for title, content, ending, kind in files:
            st.download_button(f"Download {title}", content, f"{name}.{ending}", kind, on_click="ignore")
    chart(answer, headings=headings)


def chart(answer: Table, *, headings: bool) -> None:
    """The chart of an answer, where one fits and is wanted."""
    found = bars.fitting(answer)
    if not found:
        return
    titles = {"": "None"} | {name: markup.plain(rows.heading(name, words=headings)) for name in found.numbers}
    now = address.given("chart") if address.given("chart") in titles else ""
    st.session_state["sparql-chart"] = now
    st.selectbox("Chart", titles, format_func=titles.__getitem__, key="sparql-chart", on_change=_drawn, width=320)
    if now:
        bars.draw(found, now, headings=headings)


def _drawn() -> None:
    address.write(st.query_params.to_dict() | {"chart": st.session_state["sparql-chart"]})


def page() -> None:
    """The page."""
    st.title("Ask in SPARQL", anchor=False)
    known = library()
    unknown: list[str] = []
    now = chosen(known, unknown)
    choose(known, now)
    if now == _OWN:
        own()
    else:
        stored(known[now], unknown)
    address.note(unknown)
    st.caption(
        f"Queries only read this graph. An answer has at most {sparql.ROWS:,} rows; a query of more than "
        f"{sparql.QUERY_BYTES:,} bytes is refused, and one that runs longer than {sparql.SECONDS:g} seconds is stopped."
    )


page()

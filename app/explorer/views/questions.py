"""The library of stored questions: by subject, found by words, each with its parameters and its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby

import streamlit as st
from parts import address, answers, cited, data, markup, pages, rows
from parts.markup import Html, joined, link, tag

from payergraph.errors import LimitReached, QueryError
from payergraph.sparql import questions
from payergraph.sparql.copied import SERVED, question_as_curl, question_as_python
from payergraph.sparql.finding import Found, by_words
from payergraph.sparql.parameters import Parameter
from payergraph.sparql.questions import GROUPS, Question
from payergraph.wording import counted

_ANY = "any"
#: What goes on from one question to the next, and to other pages; also where a question on the way does not ask for it.
KEPT = ("drug", "indication", "payer", "state")
_OTHERS = ("compare", "map", "order", "changes", "disagreements", "denied")


def kept() -> dict[str, str]:
    """What the address holds of what goes on. One payer of a comparison is the payer of a question."""
    found = {name: address.given(name) for name in KEPT}
    several = address.given("payers")
    if not found["payer"] and "," not in several:
        found["payer"] = several
    return {name: value for name, value in found.items() if value not in ("", _ANY)}


# --- the library ----------------------------------------------------------------------------------


def finder(subjects: bool) -> None:
    """The box of words, and beside it the subjects."""
    st.session_state["questions-words"] = address.given("words")[:200]
    with st.container(key="choices"):
        places = st.columns([5, 4])
    places[0].text_input(
        "Find a question by its words",
        key="questions-words",
        placeholder="step therapy, phone, renewal …",
        max_chars=200,
        on_change=_find,
    )
    if subjects:
        st.session_state["questions-subject"] = address.given("subject") if address.given("subject") in GROUPS else ""
        places[1].selectbox(
            "Subject",
            ("", *GROUPS),
            format_func=lambda group: group or "All subjects",
            key="questions-subject",
            filter_mode="contains",
            on_change=_find,
        )


def _find() -> None:
    words = st.session_state["questions-words"].strip()
    address.write(kept() | {"words": words, "subject": st.session_state.get("questions-subject", "")})


def library(unknown: list[str]) -> None:
    """The questions by subject, or those that words find."""
    listed = questions.library()
    st.caption(
        f"{len(listed)} questions that others have asked before you, each with its answer from the graph of today. "
        "Choose one; then set its drug, use, payer or state."
    )
    finder(subjects=True)
    subject = address.one_of("subject", GROUPS, "", unknown)
    found = by_words([item for item in listed if subject in ("", item.group)], address.given("words")[:200])
    address.note(unknown)
    on = kept()
    if on:
        said = ", ".join(f"{rows.heading(name, words=True).lower()} {value}" for name, value in on.items())
        st.caption(f"Kept for the question that you choose: {markup.plain(said)}.")
    say(found)
    if not found.complete:
        markup.show(tag("ul", *(_listed(item, on) for item in found.questions), class_="pg-library"))
        return
    for group, items in groupby(found.questions, key=lambda item: item.group):
        st.header(markup.plain(group), anchor=False)
        markup.show(tag("ul", *(_listed(item, on) for item in items), class_="pg-library"))


def say(found: Found) -> None:
    """What words found, and what to do where they found nothing."""
    if found.complete and not found.nowhere:
        if address.given("words"):
            st.caption(f"{counted(len(found.questions), 'question')} with these words.")
        return
    nowhere = ", ".join(f"“{word}”" for word in found.nowhere)
    told = [f"No question has the word {markup.plain(nowhere)}." if nowhere else "No question has all of these words."]
    told.append("Those nearest by the other words:" if found.questions else "Take a word away, or choose a subject.")
    if nowhere:
        told.insert(
            1,
            "The name of a drug, a class, a use or a payer is no word of a question: choose the question, then set it "
            "there or narrow the answer by it.",
        )
    st.info(" ".join(told))


def _listed(item: Question, on: Mapping[str, str]) -> Html:
    title = link("questions", {"question": item.name, **on}, item.title)
    by = ", ".join(rows.heading(one.name, words=True).lower() for one in item.parameters)
    return tag("li", title, tag("div", item.question), tag("div", f"By {by}." if by else "", class_="pg-place"))


# --- one question ---------------------------------------------------------------------------------


def asked(question: Question, unknown: list[str]) -> None:
    """A question: what it asks, its parameters, its answer, and how to take it along."""
    st.caption(markup.plain(f"{question.question} Each row is {row(question)}."))
    given = parameters(question, unknown)
    _not_asked(question)
    try:
        answer = questions.ask(question.name, data.graph(), **given)  # type: ignore[arg-type]
    except (QueryError, LimitReached) as error:
        answers.refused(error)
        return
    answers.shown(answer, "questions", question.name, question, unknown)
    with st.expander("Copy as curl, Python or SPARQL"):
        copied(question, given)
    _elsewhere()


def row(question: Question) -> str:
    """What one row is; columns are named as they are headed, and files of the project, which are not here, are not."""
    headed = {name.removesuffix("Label") for name in question.columns}

    def named(match: re.Match[str]) -> str:
        return f"“{rows.heading(match[1], words=True) if match[1] in headed else match[1]}”"

    return re.sub("`([^`]+)`", named, re.sub(r" \(docs/\S+\)", "", question.row))


def parameters(question: Question, unknown: list[str]) -> dict[str, str]:
    """The form of a question. A parameter that is not limited is an empty text."""
    given: dict[str, str] = {}
    on = kept()
    with st.container(key="choices-parameters"):
        columns = st.columns(max(3, len(question.parameters))) if question.parameters else []
    for column, parameter in zip(columns, question.parameters, strict=False):
        labels = options(parameter, given.get("drug", ""))
        otherwise = parameter.default or _ANY
        if parameter.name == "indication" and otherwise != _ANY:
            otherwise = usual(given.get("drug", ""), otherwise)
        if not address.given(parameter.name) and on.get(parameter.name) in labels:
            otherwise = on[parameter.name]
        value = address.one_of(parameter.name, labels, otherwise, unknown)
        key = f"questions-{question.name}-{parameter.name}"
        st.session_state[key] = value
        column.selectbox(
            markup.plain(markup.sentence(parameter.name)),
            labels,
            format_func=labels.__getitem__,
            key=key,
            help=markup.plain(parameter.about),
            filter_mode="contains",
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
    values = {p.name: st.session_state[f"questions-{question.name}-{p.name}"] for p in question.parameters}
    drug = data.drugs().get(values.get("drug", ""), "")
    gone = {}
    if values.get("drug", address.given("drug")) != address.given("drug"):
        gone = {"indication": ""}  # another drug may not have the same uses
    if drug and values.get("indication", _ANY) not in (_ANY, *data.uses(drug).all):
        values["indication"] = ""
    view = {name: address.given(name) for name in answers.VIEW if name != "part"}
    address.write({"question": question.name} | kept() | gone | values | view)


def _not_asked(question: Question) -> None:
    """What goes on with the visitor and does not limit this answer."""
    names = {one.name for one in question.parameters}
    rest = {name: value for name, value in kept().items() if name not in names}
    if rest:
        said = ", ".join(f"{rows.heading(name, words=True).lower()} {value}" for name, value in rest.items())
        st.caption(f"This question has no field for it, so it does not narrow the answer: {markup.plain(said)}.")


def copied(question: Question, given: Mapping[str, str]) -> None:
    """The question as others run it, without what only this page does with the answer."""
    begin = {"begin": question.name} | {one.name: given[one.name] or _ANY for one in question.parameters}
    words = [
        f"The whole answer, without filter and order of the page. curl asks {SERVED}, where ",
        "payergraph serve",
        " answers once it has been started. ",
        link("sparql", begin, "Change this query"),
        ".",
    ]
    markup.show(tag("p", *words, class_="pg-place"))
    for title, text, language in (
        ("curl", question_as_curl(question, given), "bash"),
        ("Python", question_as_python(question, given), "python"),
        ("SPARQL", question.filled(data.graph(), given), "sparql"),
    ):
        st.caption(title)
        st.code(text, language=language, wrap_lines=True)


def _elsewhere() -> None:
    """The ways to other pages with the drug, the use and the payer."""
    on = kept()
    if "drug" not in on:
        return
    titles = {page.name: page.title for page in pages.PAGES}
    carried = on | ({"payers": on["payer"]} if "payer" in on else {})
    ways = (
        link(page, {k: v for k, v in carried.items() if (k != "payer" or page not in ("compare", "map"))}, titles[page])
        for page in _OTHERS
    )
    words = f"With the same {', '.join(on)}: "
    markup.show(tag("p", words, markup.between(" · ", ways), class_="pg-place"))


def page() -> None:
    """The page."""
    unknown: list[str] = []
    known = {question.name: question for question in questions.library()}
    name = address.one_of("question", known, "", unknown)
    if not name:
        st.title("Questions", anchor=False)
        library(unknown)
        return
    question = known[name]
    back = link("questions", kept(), "Questions")
    subject = link("questions", {"subject": question.group, **kept()}, question.group)
    markup.show(joined([tag("p", back, " › ", subject, class_="pg-place pg-path")]))
    st.title(markup.plain(question.title), anchor=False)
    cited.note_version()
    asked(question, unknown)
    address.note(unknown)


page()

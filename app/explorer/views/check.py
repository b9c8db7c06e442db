"""A patient's case against every policy for the drug. The case stays in the visitor's session."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st
from parts import case_form, data, fields, markup, outcome

from payergraph import render
from payergraph.asked import Asked
from payergraph.asked import asked as asked_of
from payergraph.case import FORMATS, Case, CaseError, CaseFormat, parse_case
from payergraph.choice import Authority, CallError
from payergraph.determination import Answers, Determination, Outcome, Silence, Unanswered, determine, report
from payergraph.locate import folder
from payergraph.render import heading

_STARTS = {"example": "An example", "file": "A file", "form": "An empty form"}
_SOURCES = {"primary": "Payers' own documents", "all": "Retellings too"}
_OPENS_ON = "no-csdmard-possible"
_MAX_MEGABYTES = 1


def examples() -> dict[str, Path]:
    """The example cases, by name."""
    return {path.stem: path for path in sorted((folder("data") / "cases").glob("*.yaml"))}


@st.cache_data(show_spinner=False)
def described(path: Path) -> str:
    """What an example shows: the comment in its first line."""
    with path.open(encoding="utf-8") as file:
        first = file.readline()
    return first.lstrip("# ").rstrip(" .\n") if first.startswith("#") else path.stem.replace("-", " ")


def start() -> None:
    """Choose where the case comes from, and lay it on when the choice is new."""
    chosen = st.segmented_control(
        "Begin with",
        _STARTS,
        default="example",
        required=True,
        format_func=_STARTS.__getitem__,
        key="case-start",
        persist_state="session",
    )
    left, middle, right = st.columns([4, 2, 2])
    payers = {"": "All payers"} | {slug: data.label(iri) for slug, iri in _payers().items()}
    middle.selectbox("Payer", payers, format_func=payers.__getitem__, key="case-payer", persist_state="session")
    right.selectbox("Sources", _SOURCES, format_func=_SOURCES.__getitem__, key="case-sources", persist_state="session")
    with left:
        {"example": _example, "file": _file, "form": _form}[chosen]()


def _payers() -> dict[str, str]:
    """The payers that have a policy."""
    return data.by_label(policy.payer for policy in data.policies().all)


def _example() -> None:
    known = examples()
    opens = list(known).index(_OPENS_ON) if _OPENS_ON in known else 0
    name = st.selectbox(
        "Example",
        known,
        opens,
        format_func=lambda name: described(known[name]),
        key="case-example",
        persist_state="session",
    )
    if _is_new(f"example {name}"):
        _lay_on(f"example {name}", known[name].read_bytes(), known[name].name)


def _file() -> None:
    file = st.file_uploader(
        "A case in YAML, JSON, JSON-LD or Turtle, of 1 MB at most",
        [suffix[1:] for suffix in FORMATS],
        max_upload_size=_MAX_MEGABYTES,
        key="case-file",
    )
    if file is not None and _is_new(f"file {file.file_id}"):
        _lay_on(f"file {file.file_id}", file.getvalue(), file.name)
    elif file is None and not st.session_state.get("case-from", "").startswith("file"):
        _forget("file")


def _form() -> None:
    st.caption(
        "Fill in what is on record. What you leave out counts as not recorded, and is never held against the case."
    )
    if _is_new("form"):
        _forget("form")


def _is_new(source: str) -> bool:
    return st.session_state.get("case-from") != source


def _forget(source: str) -> None:
    st.session_state.update({"case-from": source, "case-draft": {}, "case-fault": "", "case-before": {}})
    st.session_state["case-number"] = st.session_state.get("case-number", 0) + 1


def _lay_on(source: str, content: bytes, name: str) -> None:
    """Read a file into the draft of the form."""
    _forget(source)
    path = Path(name)
    try:
        case = parse_case(content, data.graph(), format=FORMATS.get(path.suffix.lower()), name=path.name)
    except CaseError as error:
        st.session_state["case-fault"] = str(error)
        return
    st.session_state["case-draft"] = case_form.draft_of({"id": path.stem, **case.record()})


def read(draft: case_form.Draft) -> Case:
    """The case that the form holds.

    Raises:
        CaseError: the form is not a case yet.
    """
    return parse_case(json.dumps(case_form.record_of(draft)), data.graph(), format=CaseFormat.JSON, name="the form")


def outcomes(case: Case, found: list[Determination]) -> None:
    """The determinations, the nearest to met first; the first that is not met is open."""
    before = st.session_state["case-before"]
    ordered = sorted(found, key=outcome.nearness)
    opened = next((item for item in ordered if item.outcome is not Outcome.MET), ordered[0])
    for item in ordered:
        key = f"{item.policy.id} {item.indication} {' '.join(item.plans)}"
        first = before.setdefault(key, item.outcome)
        label = f"**{markup.plain(outcome.word(item.outcome))}** {markup.plain(heading(item, data.names()))}"
        with st.expander(label, expanded=item is opened, key=f"outcome-{key}"):
            markup.show(outcome.details(item, first))


def downloads(case: Case, found: Answers) -> None:
    """The determinations as files, made when they are asked for."""

    def as_json() -> str:
        return json.dumps(render.to_json(case, found, data.graph().version), indent=2, ensure_ascii=False)

    def as_markdown() -> str:
        return render.to_markdown(case, found, data.names())

    def as_turtle() -> str:
        return str(report(case, data.graph(), found).serialize(format="turtle"))

    with st.container(horizontal=True, key="downloads"):
        st.download_button("Download JSON", as_json, "determinations.json", "application/json", on_click="ignore")
        st.download_button("Download Markdown", as_markdown, "determinations.md", "text/markdown", on_click="ignore")
        st.download_button("Download validation report", as_turtle, "report.ttl", "text/turtle", on_click="ignore")


def facts(draft: case_form.Draft) -> None:
    """The form: what the chosen documents read and what the case holds, or every field."""
    every = st.toggle("Show all fields", key="case-every", persist_state="session")
    asked = _asked(draft)
    shown = None if every else asked.also(case_form.record_of(draft))
    case_form.draw(
        draft,
        fields.chosen(shown, asked),
        str(st.session_state["case-number"]),
        opened=st.session_state["case-from"] == "form",
    )
    if _asked(draft) != asked:
        st.rerun()


def _asked(draft: case_form.Draft) -> Asked:
    payer = _payers().get(st.session_state["case-payer"])
    return asked_of(case_form.record_of(draft), data.graph(), payer=payer, authority=st.session_state["case-sources"])


def answer(draft: case_form.Draft) -> None:
    """What the policies say to the case in the form."""
    st.header("What the documents say", anchor=False)
    if not draft.get("drug"):
        fault = st.session_state["case-fault"]
        if fault:
            st.error(markup.plain(fault))
        else:
            st.info("Choose a file." if st.session_state["case-from"] == "file" else "Name the drug among the facts.")
        return
    try:
        case = read(draft)
    except CaseError as error:
        st.error(markup.plain(str(error)))
        return
    payer = _payers().get(st.session_state["case-payer"])
    try:
        found = determine(case, data.graph(), payer=payer, authority=st.session_state["case-sources"])
    except CallError as error:
        st.error(markup.plain(f"{error}."))
        return
    if found:
        outcomes(case, found)
    for silent in found.unanswered:
        _unanswered(silent, beside=bool(found))
    if found:
        downloads(case, found)


def _unanswered(item: Unanswered, *, beside: bool) -> None:
    """What the chosen documents do not answer, ``beside`` what others do; retellings can be added at one click."""
    text = f"Not answered: {item.text}"
    if item.silence is Silence.ONLY_RETELLINGS:
        text += f": {', '.join(policy.label for policy in item.policies)}"
    (st.caption if beside else st.info)(markup.plain(f"{text}."))
    if item.silence is Silence.ONLY_RETELLINGS:
        st.button("Read the retellings too", key="case-retellings", on_click=_read_retellings)


def _read_retellings() -> None:
    st.session_state["case-sources"] = Authority.ALL.value


def page() -> None:
    """The page."""
    st.title("Check a case", anchor=False)
    st.caption(
        "The case stays in this session: it is not stored, not logged, not part of the address, and forgotten after "
        "you close the page."
    )
    start()
    draft = st.session_state["case-draft"]
    with st.container(key="jump"):
        st.markdown("[To the facts of the case](#facts)")
    left, right = st.columns([7, 5], gap="large")
    with right, st.container(key="facts"):
        st.header("Facts of the case", anchor="facts")
        st.caption(
            "Change a fact, and the answer follows. The form asks for what the chosen documents read, and shows what "
            "the case holds."
        )
        facts(draft)
    with left:
        answer(draft)


page()

"""A patient's case against every policy for the drug. The case stays in the visitor's session and tab."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path

import streamlit as st
from parts import case_form, data, fields, held, markup, outcome

from payergraph.chart.case import FORMATS, Case, parse_case
from payergraph.choice import Authority
from payergraph.errors import CallError, CaseError
from payergraph.policies.silence import Silence, Unanswered
from payergraph.present import render
from payergraph.present.sentences import heading, unheard_sentence
from payergraph.verdict.answers import Answers, Determination, Outcome
from payergraph.verdict.asked import CHOOSING, Asked, asked, only
from payergraph.verdict.determination import determine
from payergraph.verdict.report import turtle

_OPENS_ON = "no-csdmard-possible"
_MAX_MEGABYTES = 1


@lru_cache(maxsize=256)
def described(path: Path) -> str:
    """The drug of an example, and what it shows: the comment in its first line."""
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    shows = first.lstrip("# ").rstrip(" .") if first.startswith("#") else path.stem.replace("-", " ")
    named = next((line.partition(":")[2] for line in lines if line.startswith("drug:")), "").strip(" \"'")
    called = [thing.iri for thing in data.things().called(named) if thing.id.startswith(("drug/", "product/"))]
    drug = data.label(data.names().ingredient(called[0]) or called[0]) if called else named
    return f"{drug}: {shows}" if drug else shows


def start() -> None:
    """Choose where the case comes from, and go on with it or lay it on; and the payer, which is that of the case."""
    # Not by their own defaults: what the tab has kept may have chosen before.
    known = held.examples()
    st.session_state.setdefault("case-start", "example")
    st.session_state.setdefault("case-example", _OPENS_ON if _OPENS_ON in known else next(iter(known)))
    chosen = st.segmented_control(
        "Begin with",
        held.STARTS,
        required=True,
        format_func=held.STARTS.__getitem__,
        key="case-start",
        persist_state="session",
    )
    left, middle, right = st.columns([4, 2, 2])
    with left:
        {"example": _example, "file": _file, "form": _form}[chosen]()
    payers = {"": "All payers"} | data.payers_first(st.session_state["case-draft"].get("drug", ""))
    st.session_state["case-payer"] = st.session_state["case-draft"].get("payer", "")
    middle.selectbox("Payer", payers, format_func=payers.__getitem__, key="case-payer", on_change=_payer_chosen)
    right.selectbox(
        "Sources", held.SOURCES, format_func=held.SOURCES.__getitem__, key="case-sources", persist_state="session"
    )
    for note in st.session_state.get("case-notes", ()):
        st.warning(markup.plain(note))


def _payer_chosen() -> None:
    """Write the payer to the case. A plan of another payer goes, and the page says so."""
    draft, payer = st.session_state["case-draft"], st.session_state["case-payer"]
    draft["payer"] = payer
    plan = draft.get("plan")
    if plan and data.plans().get(plan, payer) != payer:
        draft["plan"] = None
        st.session_state.pop(f"case-{st.session_state['case-number']}.plan", None)
        labels = data.choices(("Plan",)) | data.choices(("Payer",))
        held.note(f"The plan {labels[plan]} was taken out of the case: it is a plan of {labels[data.plans()[plan]]}.")


def _plan_chosen(draft: case_form.Draft) -> None:
    """Where no payer is chosen, the plan tells it."""
    payer = data.plans().get(draft.get("plan") or "")
    if payer and not draft.get("payer"):
        draft["payer"] = payer
        held.note(f"The payer is now {data.choices(('Payer',))[payer]}, whose plan this is.")
        st.rerun()


def _example() -> None:
    known = held.examples()
    name = st.selectbox(
        "Example",
        sorted(known, key=lambda name: described(known[name]).casefold()),
        format_func=lambda name: described(known[name]),
        key="case-example",
        persist_state="session",
    )
    if not held.turned_to(f"example {name}"):
        held.lay_on(f"example {name}", known[name].read_bytes(), known[name].name)


def _file() -> None:
    file = st.file_uploader(
        "A case in YAML, JSON, JSON-LD or Turtle, of 1 MB at most",
        [suffix[1:] for suffix in FORMATS],
        max_upload_size=_MAX_MEGABYTES,
        key="case-file",
    )
    if not held.turned_to("file"):
        held.forget("file")
    name = st.session_state["case-name"]
    if file is not None and file.file_id != st.session_state.get("case-file-read"):
        ask = held.is_changed()
        if not ask or _may_take(file.name, name, file.file_id):
            st.session_state["case-file-read"] = file.file_id
            held.lay_on("file", file.getvalue(), file.name)
            if ask:
                st.rerun()
    elif file is None and name:
        st.caption(f"The case is from {markup.plain(name)}.")


def _may_take(new: str, old: str, id: str) -> bool:
    """Ask whether a file may take the place of another that was changed here."""
    st.warning(f"{markup.plain(old)} was changed here. {markup.plain(new)} would take its place.")
    with st.container(horizontal=True):
        taken = st.button("Take the new file", key="case-take")
        if st.button("Keep the case as it is", key="case-keep"):
            st.session_state["case-file-read"] = id
            st.rerun()
    return taken


def _form() -> None:
    st.caption(
        "Fill in what is on record. What you leave out counts as not recorded, and is never held against the case."
    )
    if not held.turned_to("form"):
        held.forget("form")


# --- what the documents say -----------------------------------------------------------------------


def outcomes(case: Case, found: list[Determination]) -> None:
    """The determinations, the nearest to met first; the first that is not met is open."""
    before = st.session_state["case-before"]
    ordered = sorted(found, key=outcome.nearness)
    opened = next((item for item in ordered if item.outcome is not Outcome.MET), ordered[0])
    for item in ordered:
        key = f"{item.policy.id} {item.indication} {' '.join(item.plans)}"
        first = before.setdefault(key, item.outcome)
        label = f"**{markup.plain(outcome.said(item))}** {markup.plain(heading(item, data.names()))}"
        with st.expander(label, expanded=item is opened, key=f"outcome-{key}"):
            markup.show(outcome.details(item, first))


def downloads(case: Case, found: Answers) -> None:
    """The determinations as files, made when they are asked for."""

    def as_json() -> str:
        return json.dumps(render.to_json(case, found, data.graph().version), indent=2, ensure_ascii=False)

    def as_markdown() -> str:
        return render.to_markdown(case, found, data.names())

    def as_turtle() -> str:
        return turtle(case, data.graph(), found)

    with st.container(horizontal=True, key="downloads"):
        st.download_button("Download JSON", as_json, "determinations.json", "application/json", on_click="ignore")
        st.download_button("Download Markdown", as_markdown, "determinations.md", "text/markdown", on_click="ignore")
        st.download_button("Download validation report", as_turtle, "report.ttl", "text/turtle", on_click="ignore")


def facts(draft: case_form.Draft) -> None:
    """The form: what the chosen documents read and what the case holds, or every field."""
    with st.container(horizontal=True, vertical_alignment="center", key="of-facts"):
        every = st.toggle("Show all fields", key="case-every", persist_state="session")
        again = st.empty()
    of_documents = _asked(draft)
    shown = None if every else of_documents.also(case_form.record_of(draft))
    payer = draft.get("payer")
    plans = frozenset(plan for plan, of in data.plans().items() if not payer or of == payer)
    case_form.draw(
        draft,
        # The payer is chosen above: there is one.
        fields.chosen(shown, of_documents, {"payer": frozenset(), "plan": plans}),
        str(st.session_state["case-number"]),
        opened=st.session_state["case-from"] == "form",
    )
    if held.is_changed():
        with again.popover("Begin again"):
            st.markdown("What was filled in here is lost.")
            st.button("Begin again without it", key="case-again", on_click=held.begin_again)
    _plan_chosen(draft)
    if _asked(draft) != of_documents:
        st.rerun()


def _asked(draft: case_form.Draft) -> Asked:
    """What the chosen documents ask; worked out anew when what chooses them has changed, and not at every rerun."""
    record = only(case_form.record_of(draft), CHOOSING)
    payer, sources = data.payers().get(st.session_state["case-payer"]), st.session_state["case-sources"]
    of = (record, payer, sources)
    if st.session_state.get("case-asked", (None,))[0] != of:
        st.session_state["case-asked"] = of, asked(record, data.graph(), payer=payer, authority=sources)
    found: Asked = st.session_state["case-asked"][1]
    return found


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
        case, found = _determined(draft)
    except CaseError as error:
        with st.container(key="fault"):
            st.error(markup.plain(_in_words_of_the_form(error)))
        return
    except CallError as error:
        st.error(markup.plain(f"{error}."))
        return
    if found:
        outcomes(case, found)
    for silent in found.unanswered:
        _unanswered(silent, beside=bool(found))
    if unheard := unheard_sentence(found):
        st.caption(markup.plain(unheard))
    if found:
        downloads(case, found)


def _determined(draft: case_form.Draft) -> tuple[Case, Answers]:
    """The case with its determinations; worked out anew when a fact, a choice or the day has changed."""
    record = case_form.record_of(draft)
    payer, sources = data.payers().get(st.session_state["case-payer"]), st.session_state["case-sources"]
    of = (record, payer, sources, date.today())
    if st.session_state.get("case-answer", (None,))[0] != of:
        case = parse_case(record, data.graph(), name="the form")
        st.session_state["case-answer"] = of, case, determine(case, data.graph(), payer=payer, authority=sources)
    _, case, found = st.session_state["case-answer"]
    return case, found


def _in_words_of_the_form(error: CaseError) -> str:
    if not error.field:
        return str(error)
    problem = str(error).removeprefix(f"{error.file}: {error.field} ")
    return markup.sentence(f"{fields.told(error.field)} {problem}")


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
        "The case stays between this program and this tab of your browser: it is not logged, not part of the address, "
        "and shown to nobody else. The tab keeps what you filled in, so that loading the page anew does not lose it, "
        "until you close the tab; a browser that reopens closed tabs can bring it back."
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
    st.session_state.pop("case-notes", None)
    held.keep()


page()

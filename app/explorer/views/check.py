"""A patient's case against every policy for the drug. The case stays in the visitor's session and tab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import streamlit as st
from parts import case_form, data, fields, kept, markup, outcome

from payergraph.chart.case import FORMATS, Case, CaseFormat, parse_case
from payergraph.choice import Authority
from payergraph.errors import CallError, CaseError
from payergraph.locate import folder
from payergraph.present import render
from payergraph.present.sentences import heading
from payergraph.verdict.asked import Asked
from payergraph.verdict.asked import asked as asked_of
from payergraph.verdict.determination import Answers, Determination, Outcome, Silence, Unanswered, determine, report

_STARTS = {"example": "An example", "file": "A file", "form": "A form"}
_SOURCES = {"primary": "Payers' own documents", "all": "Retellings too"}
_OPENS_ON = "no-csdmard-possible"
_MAX_MEGABYTES = 1
# What the session holds of a case: where it comes from, its facts, those it was laid on with, what is wrong with its
# file, its outcomes then, the number by which the widgets of its form are told apart, and the name of its file.
_OF_A_CASE = ("from", "draft", "laid", "fault", "before", "number", "name")


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
    """Choose where the case comes from, and go on with it or lay it on; and the payer, which is that of the case."""
    # Not by their own defaults: what the tab has kept may have chosen before.
    known = examples()
    st.session_state.setdefault("case-start", "example")
    st.session_state.setdefault("case-example", _OPENS_ON if _OPENS_ON in known else next(iter(known)))
    chosen = st.segmented_control(
        "Begin with",
        _STARTS,
        required=True,
        format_func=_STARTS.__getitem__,
        key="case-start",
        persist_state="session",
    )
    left, middle, right = st.columns([4, 2, 2])
    with left:
        {"example": _example, "file": _file, "form": _form}[chosen]()
    payers = {"": "All payers"} | {slug: data.label(iri) for slug, iri in _payers().items()}
    st.session_state["case-payer"] = st.session_state["case-draft"].get("payer", "")
    middle.selectbox("Payer", payers, format_func=payers.__getitem__, key="case-payer", on_change=_payer_chosen)
    right.selectbox("Sources", _SOURCES, format_func=_SOURCES.__getitem__, key="case-sources", persist_state="session")
    for note in st.session_state.get("case-notes", ()):
        st.warning(markup.plain(note))


def _payers() -> dict[str, str]:
    """All payers, those that have a policy first."""
    return data.by_label(policy.payer for policy in data.policies().all) | data.by_label(
        data.names().of_kinds(("Payer",))
    )


def _plans() -> dict[str, str]:
    """The plans with their payers, by slugs."""
    names = data.names()
    plans = {names.slug(plan): names.payer(plan) for plan in names.of_kinds(("Plan",))}
    return {plan: names.slug(payer) for plan, payer in plans.items() if payer}


def _payer_chosen() -> None:
    """Write the payer to the case. A plan of another payer goes, and the page says so."""
    draft, payer = st.session_state["case-draft"], st.session_state["case-payer"]
    draft["payer"] = payer
    plan = draft.get("plan")
    if plan and _plans().get(plan, payer) != payer:
        draft["plan"] = None
        st.session_state.pop(f"case-{st.session_state['case-number']}.plan", None)
        labels = data.choices(("Plan",)) | data.choices(("Payer",))
        _note(f"The plan {labels[plan]} was taken out of the case: it is a plan of {labels[_plans()[plan]]}.")


def _plan_chosen(draft: case_form.Draft) -> None:
    """Where no payer is chosen, the plan tells it."""
    payer = _plans().get(draft.get("plan") or "")
    if payer and not draft.get("payer"):
        draft["payer"] = payer
        _note(f"The payer is now {data.choices(('Payer',))[payer]}, whose plan this is.")
        st.rerun()


def _note(sentence: str) -> None:
    """Say something below the choices until the page was drawn whole."""
    st.session_state.setdefault("case-notes", []).append(sentence)


def _example() -> None:
    known = examples()
    name = st.selectbox(
        "Example",
        known,
        format_func=lambda name: described(known[name]),
        key="case-example",
        persist_state="session",
    )
    if not _turned_to(f"example {name}"):
        _lay_on(f"example {name}", known[name].read_bytes(), known[name].name)


def _file() -> None:
    file = st.file_uploader(
        "A case in YAML, JSON, JSON-LD or Turtle, of 1 MB at most",
        [suffix[1:] for suffix in FORMATS],
        max_upload_size=_MAX_MEGABYTES,
        key="case-file",
    )
    if not _turned_to("file"):
        _forget("file")
    name = st.session_state["case-name"]
    if file is not None and file.file_id != st.session_state.get("case-file-read"):
        ask = _is_changed()
        if not ask or _may_take(file.name, name, file.file_id):
            st.session_state["case-file-read"] = file.file_id
            _lay_on("file", file.getvalue(), file.name)
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
    if not _turned_to("form"):
        _forget("form")


def _turned_to(source: str) -> bool:
    """Go on with the case of a source as it was left; the one that was open is put away. False: there is none yet."""
    if st.session_state.get("case-from") == source:
        return True
    away = st.session_state.setdefault("case-away", {})
    if "case-from" in st.session_state:
        away[st.session_state["case-from"]] = {key: st.session_state[f"case-{key}"] for key in _OF_A_CASE}
    _open(away.get(source, {}))
    return source in away


def _open(held: dict[str, Any]) -> None:
    st.session_state.update({f"case-{key}": value for key, value in held.items()})


def _forget(source: str, name: str = "") -> None:
    """Begin a case without facts. The payer that is chosen stays."""
    payer = st.session_state.get("case-draft", {}).get("payer", "")
    _open(_held(source, {}, name=name) | {"draft": {"payer": payer}})


def _held(source: str, record: dict[str, Any], *, name: str, laid: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the session holds of a case with these facts."""
    number = st.session_state["case-count"] = st.session_state.get("case-count", 0) + 1
    laid = record if laid is None else laid
    values = (source, case_form.draft_of(record), laid, "", {}, number, name)
    return dict(zip(_OF_A_CASE, values, strict=True))


def _lay_on(source: str, content: bytes, name: str) -> None:
    """Read a file into the draft of the form. A payer that is chosen stays where the case names none."""
    _forget(source, name)
    path = Path(name)
    try:
        case = parse_case(content, data.graph(), format=FORMATS.get(path.suffix.lower()), name=path.name)
    except CaseError as error:
        st.session_state["case-fault"] = str(error)
        return
    draft = st.session_state["case-draft"] | case_form.draft_of({"id": path.stem, **case.record()})
    draft["payer"] = _plans().get(draft.get("plan", ""), draft["payer"])
    st.session_state["case-draft"] = draft
    st.session_state["case-laid"] = _facts_of(draft)


def _facts_of(draft: case_form.Draft) -> dict[str, Any]:
    """What a draft says beside the payer, which is chosen and not filled in."""
    return {key: value for key, value in case_form.record_of(draft).items() if key != "payer"}


def _is_changed() -> bool:
    """Whether anything was filled in that the source of the case does not hold."""
    return _facts_of(st.session_state["case-draft"]) != st.session_state["case-laid"]


def _begin_again() -> None:
    """Give up what was filled in."""
    held, state = st.session_state["case-laid"], st.session_state
    payer = state["case-draft"].get("payer", "")
    before = state["case-before"]
    _open(_held(state["case-from"], held, name=state["case-name"]) | {"before": before})
    state["case-draft"]["payer"] = _plans().get(held.get("plan", ""), payer)


# --- what the tab keeps ---------------------------------------------------------------------------


def keep() -> None:
    """Let the tab keep the cases that were filled in or read from a file, and bring them back into a new session."""
    held = {st.session_state["case-from"]: {key: st.session_state[f"case-{key}"] for key in _OF_A_CASE}}
    worth = {}
    for case in (st.session_state.get("case-away", {}) | held).values():
        record, laid = _facts_of(case["draft"]), case["laid"]
        if record and (case["from"] == "file" or record != laid):
            payer = case["draft"].get("payer", "")
            worth[case["from"]] = {"record": record | {"payer": payer}, "laid": laid, "name": case["name"]}
    text = None
    if worth:
        choices = {key: st.session_state[f"case-{key}"] for key in ("start", "example", "sources") if _has(key)}
        text = json.dumps({"choices": choices, "cases": worth}, default=float)
    if text:
        st.session_state["case-begun"] = True
    kept.by_the_tab(text, asks="case-begun" not in st.session_state, on_kept=_bring_back)


def _has(key: str) -> bool:
    return f"case-{key}" in st.session_state


def _bring_back() -> None:
    """Go on with what the tab has kept, unless something was filled in since."""
    if "case-begun" in st.session_state:
        return
    st.session_state["case-begun"] = True
    found = _readable(kept.found())
    if found is None:
        _note("What was filled in before cannot be brought back: the data have changed since.")
        return
    st.session_state.pop("case-from", None)
    st.session_state.update({f"case-{key}": value for key, value in found["choices"].items()})
    st.session_state["case-away"] = {
        source: _held(source, case["record"], name=case["name"], laid=case["laid"])
        for source, case in found["cases"].items()
    }


def _readable(text: str) -> dict[str, Any] | None:
    """What the tab has kept; None where the form cannot show it. A browser can send anything."""
    known = {"start": _STARTS, "example": examples(), "sources": _SOURCES}
    try:
        found: dict[str, Any] = json.loads(text)
        fit = all(found["choices"][key] in known[key] for key in found["choices"])
        for source, case in found["cases"].items():
            record = {key: value for key, value in case["record"].items() if key != "payer" or value}
            fit = fit and case_form.fits(record) and case_form.fits(case["laid"]) and isinstance(case["name"], str)
            fit = fit and source in ("form", "file", *(f"example {name}" for name in known["example"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return found if fit else None


# --- what the documents say -----------------------------------------------------------------------


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
        return str(report(case, data.graph(), found).serialize(format="turtle"))

    with st.container(horizontal=True, key="downloads"):
        st.download_button("Download JSON", as_json, "determinations.json", "application/json", on_click="ignore")
        st.download_button("Download Markdown", as_markdown, "determinations.md", "text/markdown", on_click="ignore")
        st.download_button("Download validation report", as_turtle, "report.ttl", "text/turtle", on_click="ignore")


def facts(draft: case_form.Draft) -> None:
    """The form: what the chosen documents read and what the case holds, or every field."""
    with st.container(horizontal=True, vertical_alignment="center", key="of-facts"):
        every = st.toggle("Show all fields", key="case-every", persist_state="session")
        again = st.empty()
    asked = _asked(draft)
    shown = None if every else asked.also(case_form.record_of(draft))
    payer = draft.get("payer")
    plans = frozenset(plan for plan, of in _plans().items() if not payer or of == payer)
    case_form.draw(
        draft,
        # The payer is chosen above: there is one.
        fields.chosen(shown, asked, {"payer": frozenset(), "plan": plans}),
        str(st.session_state["case-number"]),
        opened=st.session_state["case-from"] == "form",
    )
    if _is_changed():
        with again.popover("Begin again"):
            st.markdown("What was filled in here is lost.")
            st.button("Begin again without it", key="case-again", on_click=_begin_again)
    _plan_chosen(draft)
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
        with st.container(key="fault"):
            st.error(markup.plain(_in_words_of_the_form(error)))
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
    keep()


page()

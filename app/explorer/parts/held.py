"""The case that the session holds: where it comes from, what is filled in, and what the tab of the browser keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import streamlit as st

from payergraph.chart.case import FORMATS, parse_case
from payergraph.chart.fields import FIELDS
from payergraph.errors import CaseError
from payergraph.locate import folder

from . import address, case_form, data, kept, markup

STARTS = {"example": "An example", "file": "A file", "form": "A form"}
# What the session holds of a case: where it comes from, its facts, those it was laid on with, what is wrong with its
# file, its outcomes then, the number by which the widgets of its form are told apart, and the name of its file.
_OF_A_CASE = ("from", "draft", "laid", "fault", "before", "number", "name")


def examples() -> dict[str, Path]:
    """The example cases, by name."""
    return {path.stem: path for path in sorted((folder("data") / "cases").glob("*.yaml"))}


def note(sentence: str) -> None:
    """Say something below the choices until the page was drawn whole."""
    st.session_state.setdefault("case-notes", []).append(sentence)


def turned_to(source: str) -> bool:
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


def forget(source: str, name: str = "") -> None:
    """Begin a case without facts. The payer that is chosen stays."""
    payer = st.session_state.get("case-draft", {}).get("payer", "")
    _open(_held(source, {}, name=name) | {"draft": {"payer": payer}})


def _held(source: str, record: dict[str, Any], *, name: str, laid: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the session holds of a case with these facts."""
    number = st.session_state["case-count"] = st.session_state.get("case-count", 0) + 1
    laid = record if laid is None else laid
    values = (source, case_form.draft_of(record), laid, "", {}, number, name)
    return dict(zip(_OF_A_CASE, values, strict=True))


def lay_on(source: str, content: bytes, name: str) -> None:
    """Read a file into the draft of the form. A payer that is chosen stays where the case names none."""
    forget(source, name)
    path = Path(name)
    try:
        case = parse_case(content, data.graph(), format=FORMATS.get(path.suffix.lower()), name=path.name)
    except CaseError as error:
        st.session_state["case-fault"] = str(error)
        return
    draft = st.session_state["case-draft"] | case_form.draft_of({"id": path.stem, **case.as_file()})
    draft["payer"] = data.plans().get(draft.get("plan", ""), draft["payer"])
    st.session_state["case-draft"] = draft
    st.session_state["case-laid"] = _facts_of(draft)


def changed_file() -> str:
    """The name of the file that was changed on the page of cases; empty where none was."""
    state = st.session_state
    if state.get("case-from") == "file":
        draft, laid, name = (state[f"case-{key}"] for key in ("draft", "laid", "name"))
    elif "file" in state.get("case-away", {}):
        draft, laid, name = (state["case-away"]["file"][key] for key in ("draft", "laid", "name"))
    else:
        return ""
    return str(name) if _facts_of(draft) != laid else ""


def take(content: bytes, name: str, *, sources: str) -> None:
    """Let the page of cases open with a case that another page made, as if it came from a file, under all payers.

    What the tab has kept is asked for before the tab keeps this case.
    """
    if not turned_to("file"):
        forget("file")
    st.session_state["case-draft"]["payer"] = ""
    lay_on("file", content, name)
    st.session_state.update({"case-start": "file", "case-sources": sources})
    if not _has("begun"):
        st.session_state["case-taken"] = True


#: What an address may open the form with: nothing of it is personal.
_OF_AN_ADDRESS = ("drug", "indication", "payer")


def wished(unknown: list[str]) -> None:
    """Open the form with what the address names, once; where a case was begun, ask before.

    Args:
        unknown: takes what cannot be chosen.
    """
    named = {field.key: field for field in FIELDS if field.key in _OF_AN_ADDRESS}
    wish = {
        key: value
        for key, field in named.items()
        if (value := address.one_of(key, data.choices(field.kinds), "", unknown))
    }
    state = st.session_state
    if not wish or state.get("case-wish") == wish or _holds(wish):
        return
    if not _is_begun():
        _open_with(wish)
        return
    labels = data.choices(tuple(kind for field in named.values() for kind in field.kinds))
    asked = ", ".join(labels[value] for value in wish.values())
    st.warning(markup.plain(f"The link that led here asks about {asked}. A case was begun here before."))
    with st.container(horizontal=True, key="case-wishes"):
        st.button("Begin a form about it", key="case-wish-take", on_click=_open_with, args=(wish,))
        st.button("Go on with the case", key="case-wish-leave", on_click=state.update, args=({"case-wish": wish},))


def _holds(wish: dict[str, str]) -> bool:
    """Whether the form that is open is about that already."""
    draft = st.session_state.get("case-draft", {}) if st.session_state.get("case-from") == "form" else {}
    return all(draft.get(key) == value for key, value in wish.items())


def _is_begun() -> bool:
    """Whether anything was filled in, or read from a file."""
    state = st.session_state
    held = list(state.get("case-away", {}).values())
    if "case-from" in state:
        held.append({key: state[f"case-{key}"] for key in _OF_A_CASE})
    return any(_is_worth(case) for case in held)


def _is_worth(case: dict[str, Any]) -> bool:
    """Whether somebody would miss a case: a file, or one that was filled in."""
    record = _facts_of(case["draft"])
    return bool(record) and bool(case["from"] == "file" or record != case["laid"])


def _open_with(wish: dict[str, str]) -> None:
    state = st.session_state
    if not turned_to("form"):
        forget("form")
    laid = {key: value for key, value in wish.items() if key != "payer"}
    _open(_held("form", {"payer": ""} | wish, name="", laid=laid))
    state.update({"case-start": "form", "case-wish": wish})


def _facts_of(draft: case_form.Draft) -> dict[str, Any]:
    """What a draft says beside the payer, which is chosen and not filled in."""
    return {key: value for key, value in case_form.record_of(draft).items() if key != "payer"}


def is_changed() -> bool:
    """Whether anything was filled in that the source of the case does not hold."""
    return _facts_of(st.session_state["case-draft"]) != st.session_state["case-laid"]


def begin_again() -> None:
    """Give up what was filled in."""
    held, state = st.session_state["case-laid"], st.session_state
    payer = state["case-draft"].get("payer", "")
    before = state["case-before"]
    _open(_held(state["case-from"], held, name=state["case-name"]) | {"before": before})
    state["case-draft"]["payer"] = data.plans().get(held.get("plan", ""), payer)


# --- what the tab keeps ---------------------------------------------------------------------------


def keep() -> None:
    """Let the tab keep the cases that were filled in or read from a file, and bring them back into a new session."""
    held = {st.session_state["case-from"]: {key: st.session_state[f"case-{key}"] for key in _OF_A_CASE}}
    worth = {}
    for case in (st.session_state.get("case-away", {}) | held).values():
        if _is_worth(case):
            record, laid, payer = _facts_of(case["draft"]), case["laid"], case["draft"].get("payer", "")
            worth[case["from"]] = {"record": record | {"payer": payer}, "laid": laid, "name": case["name"]}
    text = None
    if worth:
        choices = {key: st.session_state[f"case-{key}"] for key in ("start", "example", "sources") if _has(key)}
        text = json.dumps({"choices": choices, "cases": worth}, default=float)
    if text and not st.session_state.pop("case-taken", False):
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
        note("What was filled in before cannot be brought back: the data have changed since.")
        return
    away = {
        source: _held(source, case["record"], name=case["name"], laid=case["laid"])
        for source, case in found["cases"].items()
    }
    if st.session_state.get("case-from") == "file":  # taken from another page before the tab was asked
        if "file" in away:
            note(f"{away.pop('file')['name'] or 'The file'} of before gave way to {st.session_state['case-name']}.")
        st.session_state["case-away"] = away
        return
    st.session_state.pop("case-from", None)
    # What the address asks for was not asked of this case.
    st.session_state.pop("case-wish", None)
    st.session_state.update({f"case-{key}": value for key, value in found["choices"].items()})
    st.session_state["case-away"] = away


def _readable(text: str) -> dict[str, Any] | None:
    """What the tab has kept; None where the form cannot show it. A browser can send anything."""
    known = {"start": STARTS, "example": examples(), "sources": data.SOURCES}
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

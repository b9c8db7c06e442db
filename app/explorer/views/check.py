"""A patient's case against every policy for the drug. The case stays in the visitor's session and tab."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

import streamlit as st
from parts import address, case_form, data, fields, held, markup, outcome, reach
from streamlit.delta_generator import DeltaGenerator

from payergraph.chart.case import FORMATS, Case
from payergraph.chart.faults import read as read_whole
from payergraph.chart.text import to_yaml
from payergraph.choice import Authority
from payergraph.errors import CallError, CaseError, MissingExtra
from payergraph.extras import require
from payergraph.letters.answer import dossier_of
from payergraph.letters.render import rendered
from payergraph.policies.editions import shown_on, without_date
from payergraph.policies.silence import Silence, Unanswered
from payergraph.present import render
from payergraph.present.packet import facts as facts_of
from payergraph.present.packet import packet, sources
from payergraph.present.sentences import heading, unheard_sentence
from payergraph.present.why import briefly
from payergraph.verdict.answers import Answers, Determination, Outcome
from payergraph.verdict.asked import CHOOSING, Asked, asked, only
from payergraph.verdict.determination import determine
from payergraph.verdict.nearest import nearness
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
        "Sources", data.SOURCES, format_func=data.SOURCES.__getitem__, key="case-sources", persist_state="session"
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
    before = f"{old} was changed here" if old else "Something was filled in here"
    st.warning(markup.plain(f"{before}. {new} would take its place."))
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


def outcomes(found: list[Determination], key_of: outcome.KeyOf) -> None:
    """The determinations: documents seen whole first, of these the nearest to met; the first that is not met is open.
    Where there are several, they stand side by side above."""
    before = st.session_state["case-before"]
    ordered = [(item, _key(item)) for item in sorted(found, key=nearness)]
    opened = next((item for item, _ in ordered if item.outcome is not Outcome.MET), ordered[0][0])
    if len(ordered) > 1:
        markup.show(outcome.table([(item, f"outcome-{key}") for item, key in ordered]))
    for item, key in ordered:
        first = before.setdefault(key, item.outcome)
        label = f"**{markup.plain(outcome.said(item))}** {markup.plain(heading(item, data.names()))}"
        with st.expander(label, expanded=item is opened, key=f"outcome-{key}"):
            markup.show(outcome.details(item, first, key_of))


def _key(item: Determination) -> str:
    return f"{item.policy.id} {item.indication} {' '.join(item.plans)}"


def summary(found: list[Determination], faults: int) -> None:
    """One line in sight of whoever fills in the form on a phone: what the answer is, leading to it."""
    if faults:
        text = f"{_number(faults)}: the answer is that of before"
    elif len(found) == 1:
        text = f"{outcome.said(found[0])}: {briefly(found[0])}"
    else:
        counts = Counter(item.outcome for item in found)
        text = ", ".join(f"{counts[one]} {one.words}" for one in Outcome if counts[one])
    with st.container(key="summary"):
        markup.show(markup.tag("div", markup.reaching("answer", text, class_="pg-summary"), role="status"))


def _number(faults: int) -> str:
    return "A fact cannot be read" if faults == 1 else f"{faults} facts cannot be read"


def downloads(case: Case, found: Answers) -> None:
    """The determinations as files, made when they are asked for."""

    def as_json() -> str:
        return json.dumps(render.to_json(case, found, data.graph().version), indent=2, ensure_ascii=False)

    def as_markdown() -> str:
        return packet(case, found, data.graph(), fields.title)

    def as_turtle() -> str:
        return turtle(case, data.graph(), found)

    with st.container(horizontal=True, vertical_alignment="center", key="downloads"):
        markup.show(markup.reaching("print", "Print, or save as PDF", class_="pg-button"))
        st.download_button("Download JSON", as_json, "determinations.json", "application/json", on_click="ignore")
        st.download_button("Download Markdown", as_markdown, "determinations.md", "text/markdown", on_click="ignore")
        st.download_button("Download validation report", as_turtle, "report.ttl", "text/turtle", on_click="ignore")


#: The endings of a letter, what each is called, what brings it, and its type.
_LETTERS = {
    "docx": ("Word", "docxtpl", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": ("PDF", "typst", "application/pdf"),
    "md": ("Markdown", "", "text/markdown"),
}


def letter(case: Case, found: Answers) -> None:
    """The letter that answers a policy, or the appeal of a denial: from the chart alone, made when it is asked for."""
    policies = {item.policy.id: item.policy.label for item in found if item.root is not None}
    if not policies:
        return
    reasons = {"": "Not denied: a letter of medical necessity", **data.choices(("DenialReason",))}
    if not st.toggle("Write a letter to the payer, or an appeal", key="letter-wanted", persist_state="session"):
        return
    with st.container(key="letter"):
        st.markdown(
            "What the chart shows for each criterion, with its place in the policy, and a checklist for you. What the "
            "chart does not show is listed as missing. Names are filled in by hand, or stand in `letter` of a file."
        )
        left, right = st.columns(2)
        policy = left.selectbox("Policy", policies, format_func=policies.__getitem__, key="letter-policy")
        denial = right.selectbox("Denied for", reasons, format_func=reasons.__getitem__, key="letter-denial")
        try:
            made = dossier_of(data.graph(), case, policy=policy, denial=denial or None)
        except CallError as error:
            st.error(markup.plain(f"{error}."))
            return
        for text in made.content["toClinic"]:
            st.caption(markup.plain(f"To the clinic: {text}"))
        with st.container(horizontal=True, key="letters"):
            for ending, (title, library, kind) in _LETTERS.items():
                try:
                    if library:
                        require(library)
                except MissingExtra as error:
                    st.caption(markup.plain(f"No {title}: {error}"))
                    continue
                name = f"{'appeal' if denial else 'letter'}.{ending}"
                written = partial(rendered, made.content, Path(name))
                st.download_button(f"Download {title}", written, name, kind, key=f"letter-{ending}", on_click="ignore")


def facts(draft: case_form.Draft) -> tuple[case_form.Places, DeltaGenerator]:
    """The form: what the chosen documents read and what the case holds, or every field.

    Returns:
        The places for what is wrong with a field, and that for the button that saves the case.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="of-facts"):
        # What stands in a container stays there while the page is drawn anew.
        save, again = st.container(width="content"), st.container(width="content")
    every = st.toggle("Show all fields", key="case-every", persist_state="session")
    of_documents = _asked(draft)
    shown = None if every else of_documents.also(case_form.record_of(draft))
    payer = draft.get("payer")
    plans = frozenset(plan for plan, of in data.plans().items() if not payer or of == payer)
    places = case_form.draw(
        draft,
        # The payer is chosen above: there is one.
        fields.chosen(shown, of_documents, {"payer": frozenset(), "plan": plans}),
        str(st.session_state["case-number"]),
        opened=st.session_state["case-from"] == "form",
    )
    # It has its place before it is of use, so that no field moves under the finger.
    changed = held.is_changed()
    with again.popover("Begin again", disabled=not changed):
        st.markdown("What was filled in here is lost.")
        if changed:
            st.button("Begin again without it", key="case-again", on_click=held.begin_again)
    _plan_chosen(draft)
    if _asked(draft) != of_documents:
        st.rerun()
    return places, save


def _asked(draft: case_form.Draft) -> Asked:
    """What the chosen documents ask; worked out anew when what chooses them has changed, and not at every rerun."""
    record = only(case_form.record_of(draft), CHOOSING)
    payer, sources = data.payers().get(st.session_state["case-payer"]), st.session_state["case-sources"]
    of = (record, payer, sources)
    if st.session_state.get("case-asked", (None,))[0] != of:
        st.session_state["case-asked"] = of, asked(record, data.graph(), payer=payer, authority=sources)
    found: Asked = st.session_state["case-asked"][1]
    return found


def answer(draft: case_form.Draft, places: case_form.Places, paper: DeltaGenerator) -> Case | None:
    """What the policies say to the case in the form; while a fact cannot be read, what they said before.

    Args:
        places: as ``facts`` gives them.
        paper: where the facts stand when the page is printed.

    Returns:
        The case; None where there is none, or a fact of it cannot be read.
    """
    st.header("What the documents say", anchor=False)
    if not draft.get("drug"):
        fault = st.session_state["case-fault"]
        if fault:
            st.error(markup.plain(fault))
        else:
            st.info("Choose a file." if st.session_state["case-from"] == "file" else "Name the drug among the facts.")
        return None
    try:
        case, found, faults = _determined(draft)
    except CallError as error:
        st.error(markup.plain(f"{error}."))
        return None
    if faults:
        _told(draft, faults, places)
    if case is None:
        return None
    if faults:
        markup.show(markup.tag("p", f"{_number(len(faults))}. This is the answer of before.", class_="pg-before"))
    else:
        with paper:
            _facts_on_paper(case)
    _answered(draft, case, found, len(faults))
    if found and not faults:
        downloads(case, found)
        letter(case, found)
        with st.container(key="paper-documents"):
            documents = [markup.tag("li", one.text) for one in sources(found, data.graph())]
            markup.show(markup.joined([markup.tag("h3", "Documents"), markup.tag("ul", *documents)]))
    return None if faults else case


def _answered(draft: case_form.Draft, case: Case, found: Answers, faults: int) -> None:
    """The determinations, of which editions they are, and what was not answered."""
    number = str(st.session_state["case-number"])
    if found:
        undated = without_date(item.policy for item in found)
        st.caption(markup.plain(f"{shown_on(case.request_date)} {undated}{'.' if undated else ''}"))
        outcomes(found, lambda path: case_form.key_of(draft, number, path))
        summary(found, faults)
    for silent in found.unanswered:
        _unanswered(silent, beside=bool(found))
    if unheard := unheard_sentence(found):
        st.caption(markup.plain(unheard))


def _determined(draft: case_form.Draft) -> tuple[Case | None, Answers, Mapping[str, CaseError]]:
    """The case with its determinations, worked out anew when a fact, a choice or the day has changed; where facts are
    wrong, those of this case as it was before, if any, and what is wrong, by the paths of the fields."""
    record = case_form.record_of(draft)
    payer, sources = data.payers().get(st.session_state["case-payer"]), st.session_state["case-sources"]
    scope = (payer, sources, date.today(), st.session_state["case-number"])
    before, case, found = st.session_state.get("case-answer", ((), None, Answers()))
    if before == (record, *scope):
        return case, found, {}
    read, faults = read_whole(record, data.graph(), name="the form")
    if read is None:
        return (case, found, faults) if before[1:] == scope else (None, Answers(), faults)
    found = determine(read, data.graph(), payer=payer, authority=sources)
    st.session_state["case-answer"] = (record, *scope), read, found
    return read, found, {}


def _told(draft: case_form.Draft, faults: Mapping[str, CaseError], places: case_form.Places) -> None:
    """Say what is wrong at the fields, and in sight wherever on the page it was filled in."""
    number, said = str(st.session_state["case-number"]), []
    for path, error in faults.items():
        problem = _problem(error)
        key = case_form.key_of(draft, number, path)
        at_field = case_form.show_fault(places, key, problem)
        # What is expected stands at the field.
        short = problem.partition("; expected")[0].rstrip(".") + "."
        said.append((f"{fields.told(path)} {short}" if path else short, key if at_field else ""))
    with st.container(key="fault"):
        st.error(markup.plain(" ".join(markup.sentence(text) for text, _ in said)))
        buttons = [
            markup.reaching(key, "To the field" if len(said) == 1 else f"To the field {place}")
            for place, (_, key) in enumerate(said, start=1)
            if key
        ]
        markup.show(markup.between(" ", buttons))


def _problem(error: CaseError) -> str:
    """What is wrong, without the names of file and field."""
    problem = str(error).partition(f"{error.field} ")[2] if error.field else str(error)
    return problem or str(error)


def saving(case: Case | None, place: DeltaGenerator) -> None:
    """The button that saves a case; there is one from the first, so that no field moves under the finger."""

    def as_yaml() -> str:
        return to_yaml(json.loads(json.dumps(case.as_file(), default=float))) if case else ""

    name = f"{re.sub('[^A-Za-z0-9_-]+', '-', case.id).strip('-') if case else ''}" or "case"
    place.download_button(
        "Save the case",
        as_yaml,
        f"{name}.yaml",
        "application/yaml",
        on_click="ignore",
        key="case-save",
        disabled=case is None,
        help="A file that this page, under “A file”, and the command payergraph check read. A drug has to be named, "
        "and every fact to be readable.",
    )


def _facts_on_paper(case: Case) -> None:
    """The facts in words: the form is not printed."""
    told = [
        markup.tag(name, text)
        for key, said in facts_of(case)
        for name, text in [("dt", fields.title(key)), *(("dd", text) for text in said)]
    ]
    markup.show(markup.joined([markup.tag("h3", "Facts on record"), markup.tag("dl", *told, class_="pg-record")]))


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
    unknown: list[str] = []
    held.wished(unknown)
    address.note(unknown)
    with st.container(key="case-starts"):
        st.caption(
            "The case stays between this program and this tab of your browser: it is not logged, not part of the "
            "address, and shown to nobody else. The tab keeps what you filled in, so that loading the page anew does "
            "not lose it, until you close the tab; a browser that reopens closed tabs can bring it back. A saved case "
            "is a file of yours."
        )
        start()
    draft = st.session_state["case-draft"]
    paper = st.container(key="paper")
    with st.container(key="sides"):
        # The form comes first for the keyboard and on a phone; on a screen it stands at the right.
        right, left = st.columns([5, 7], gap="large")
    with right, st.container(key="facts"):
        st.header("Facts of the case", anchor="facts")
        st.caption(
            "Change a fact, and the answer follows. The form asks for what the chosen documents read, and shows what "
            "the case holds."
        )
        places, save = facts(draft)
    with left, st.container(key="answer"):
        saving(answer(draft, places, paper), save)
    st.session_state.pop("case-notes", None)
    held.keep()
    reach.reached()


page()

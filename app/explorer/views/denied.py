"""What can be done after a denial, or before one: the steps in order, by when, what to send, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st
from parts import address, data, first, links, markup, steps

from payergraph.errors import AppealError, MissingExtra
from payergraph.extras import require
from payergraph.ladders.answer import Appeal, appeal_of
from payergraph.present.appealed import heading, in_words, when_over, where_over

_FUNDING = {"insured": "An insurer (insured)", "self-funded": "The employer (self-funded)"}
_URGENT = {"yes": "Urgent (expedited times)"}
#: What is chosen by name, as the form calls it.
_TITLES = {
    "payer": "Payer",
    "drug": "Drug",
    "state": "State of the plan",
    "funding": "Who bears the cost",
    "line": "Line of business",
    "plan": "Plan",
    "regulator": "Regulator",
}
_DAYS = {"denied": "Date on the notice", "received": "Notice received on", "today": "Counted from (today where empty)"}
_SINCE = {"asked": "Asked for on", "decided": "Denied on"}
_NONE = "Not known"
#: So many ladders are drawn at first.
_FEW = 8


@dataclass(frozen=True)
class View:
    """What the address says, with what there is to choose from; names are slugs, empty where not known."""

    options: Mapping[str, dict[str, str]]
    names: dict[str, str]
    days: dict[str, date | None]
    since: dict[str, dict[str, date]]
    urgent: bool
    unknown: list[str]

    @property
    def parameters(self) -> dict[str, str]:
        """The address that says this."""
        days = {name: day.isoformat() if day else "" for name, day in self.days.items()}
        since = {name: address.written_days(found) for name, found in self.since.items()}
        return _without_empty(self.names | days | since | {"urgent": "yes" if self.urgent else ""})

    @property
    def tells_nothing(self) -> bool:
        """Whether nothing is said that a ladder or a day could follow from."""
        return not any(value for name, value in self.parameters.items() if name not in ("drug", "urgent", "today"))


def _without_empty(parameters: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if value}


def view() -> View:
    """Read the address; what it gets wrong is left out."""
    unknown: list[str] = []
    drugs = data.denied_drugs()
    drug = address.one_of("drug", drugs, "", unknown)
    state = address.one_of("state", data.states(), "", unknown)
    payers = data.payers_first(drug)
    payer = address.one_of("payer", payers, "", unknown)
    plans = data.plans_of(payer)
    options = {
        "payer": payers,
        "drug": drugs,
        "state": data.states(),
        "funding": _FUNDING,
        "line": data.choices(("LineOfBusiness",)),
        "plan": plans,
        "regulator": data.overseers(state),
    }
    known = {"payer": payer, "drug": drug, "state": state}
    return View(
        options=options,
        names={name: known.get(name) or address.one_of(name, options[name], "", unknown) for name in _TITLES},
        days={name: address.day(name, unknown) for name in _DAYS},
        since={name: address.days(name, data.stages(), unknown) for name in _SINCE},
        urgent=address.one_of("urgent", _URGENT, "", unknown) == "yes",
        unknown=list(dict.fromkeys(unknown)),
    )


# --- the form -------------------------------------------------------------------------------------


def choose(now: View, found: Appeal | None) -> None:
    """The widgets. They show what the address says, and change the address."""
    for name, value in {**now.names, **now.days, "urgent": now.urgent}.items():
        st.session_state[f"denied-{name}"] = value
    with st.container(key="choices-denied"):
        places = [*st.columns(4), *st.columns(4)]
    for place, (name, title) in zip(places, _TITLES.items(), strict=False):
        if name != "regulator" or now.options[name]:
            _select(place, name, title, now.options[name])
    with st.container(key="choices-days"):
        places = [*st.columns([3, 3, 3, 3])]
    for place, (name, title) in zip(places, _DAYS.items(), strict=False):
        place.date_input(title, key=f"denied-{name}", on_change=_chosen, format="YYYY-MM-DD")
    with places[3], st.container(vertical_alignment="center", height="stretch"):
        st.toggle(_URGENT["yes"], key="denied-urgent", on_change=_chosen)
    since(now, found)


def _select(place: Any, name: str, title: str, known: dict[str, str]) -> None:
    options = {"": _NONE} | known
    place.selectbox(title, options, format_func=options.__getitem__, key=f"denied-{name}", on_change=_chosen)


def since(now: View, found: Appeal | None) -> None:
    """What was asked for and decided since, a row a step."""
    told = {stage for days in now.since.values() for stage in days}
    of_ladders = {step.step.stage for one in found or () for step in one.steps}
    shown = [stage for stage in data.stages() if stage in told or stage in of_ladders or not found]
    with st.expander("What was asked for and denied since", expanded=bool(told), key="denied-since"):
        st.caption("The next times count from here. A step that was won needs no next one.")
        for stage in shown:
            with st.container(key=f"choices-since-{stage}"):
                columns = st.columns([4, 4, 4])
            for column, (name, title) in zip(columns, _SINCE.items(), strict=False):
                key = f"denied-{name}-{stage}"
                st.session_state[key] = now.since[name].get(stage)
                label = f"{markup.sentence(data.stages()[stage])}: {title.lower()}"
                column.date_input(markup.plain(label), key=key, on_change=_chosen, format="YYYY-MM-DD")
    # What is drawn decides what is read: a stage that no ladder has any more is gone.
    st.session_state["denied-stages"] = shown


def _chosen() -> None:
    """Write what the widgets hold to the address. Another payer has plans, another state regulators of its own."""
    held = st.session_state
    names = {name: held.get(f"denied-{name}") or "" for name in _TITLES}
    if names["plan"] not in data.plans_of(names["payer"]):
        names["plan"] = ""
    if names["regulator"] not in data.overseers(names["state"]):
        names["regulator"] = ""
    days = {name: held[f"denied-{name}"] for name in _DAYS}
    stages = held["denied-stages"]
    since = {
        name: address.written_days({stage: day for stage in stages if (day := held.get(f"denied-{name}-{stage}"))})
        for name in _SINCE
    }
    written = {name: day.isoformat() if day else "" for name, day in days.items()}
    address.write(names | written | since | {"urgent": "yes" if held["denied-urgent"] else ""})


# --- the answer -----------------------------------------------------------------------------------


def worked_out(now: View) -> Appeal | AppealError:
    """What can be done, or what is wrong with what was said.

    Raises:
        MissingExtra: what counts days is not installed.
    """
    said: dict[str, Any] = {name: value or None for name, value in now.names.items() if name != "line"}
    said |= {name: day.isoformat() if day else None for name, day in now.days.items()}
    said |= now.since
    said |= {"line_of_business": now.names["line"] or None, "urgent": now.urgent}
    try:
        return appeal_of(data.graph(), said)
    except AppealError as error:
        return error


def faults(error: AppealError) -> None:
    """What is wrong, in the words of the form."""
    lines = [f"- {markup.plain(markup.sentence(_in_words_of_the_form(fault)))}" for fault in error.faults]
    st.error("\n".join(lines))


def _in_words_of_the_form(fault: str) -> str:
    about, _, problem = fault.partition(":")
    name, _, stage = about.partition(" ")
    title = (_TITLES | _DAYS | _SINCE | {"line_of_business": _TITLES["line"]}).get(name, name)
    of = f" ({data.stages().get(stage, stage)})" if stage else ""
    return f"“{title}”{of}: {problem.strip()}."


def nothing() -> None:
    """What to do where nothing is said yet."""
    st.info(
        "Name what you know. The state and who bears the cost decide which steps there are; the date on the notice "
        "gives the days. What you leave empty stays open, and the page then asks what would decide."
    )
    begin = [
        ({"drug": "canakinumab", "payer": "cigna", "state": "NC"}, "Ilaris denied by Cigna in North Carolina"),
        ({"state": "CA", "funding": "insured"}, "Denied by an insured plan in California"),
        ({"funding": "self-funded"}, "Denied by an employer's plan that pays for itself"),
        ({"line": "medicare-part-d"}, "Denied by a Medicare Part D plan"),
    ]
    markup.show(markup.tag("ul", *(markup.tag("li", markup.link("denied", *asked)) for asked in begin)))


def answer(now: View, found: Appeal) -> None:
    """Which ladder it is, and what can be done on it."""
    today = found.situation.today
    st.caption(markup.plain(f"{heading(found)}."))
    if (due := found.due) and due.due:
        words = f"{'The safest day' if len(found) > 1 else 'The day'} for the next step is "
        when = markup.tag("strong", in_words(due.due, today))
        over = when_over(found)
        markup.show(markup.tag("p", words, when, f". {over}" if over else ".", class_="pg-due", role="status"))
    elif not now.days["denied"]:
        st.info("Fill in the date on the notice, and every time that counts from it becomes a day.")
    if passed := where_over(found):
        st.warning(markup.plain(passed))
    ordered = steps.by_safety(found)
    if found.question:
        st.header(markup.plain(found.question), anchor=False)
        st.caption("Until it is known which of these holds, the earliest day is the safe one. A choice leads on.")
        markup.show(steps.candidates(ordered, now.parameters, found.situation))
    for text in found.unknown:
        st.warning(markup.plain(text))
    downloads(now, found)
    payer = found.situation.payer
    conflicts = [item for item in data.conflicts() if not item.payers or payer in item.payers]
    if len(ordered) == 1:
        st.header(markup.plain(markup.sentence(ordered[0].ladder.label)), anchor=False)
        markup.show(steps.timeline(ordered[0], today, conflicts))
    else:
        st.header("The steps of each", anchor=False)
        shown = first.of(ordered, _FEW, now.unknown)
        for one in shown:
            label = markup.plain(markup.sentence(one.ladder.label))
            with st.expander(label, key=f"ladder-{one.ladder.iri.rpartition('/')[2]}"):
                markup.show(steps.timeline(one, today, conflicts))
        markup.show(first.left("denied", now.parameters, len(shown), len(ordered), _FEW))
    onwards(now, found)


def downloads(now: View, found: Appeal) -> None:
    """The steps as files, made when they are asked for; a calendar where there is a day."""
    name = "-".join(["denied", *(now.names[part] for part in ("payer", "drug", "state") if now.names[part])])
    with st.container(horizontal=True, key="downloads"):
        if now.days["denied"]:
            try:
                require("icalendar")
            except MissingExtra as error:
                st.caption(markup.plain(f"No calendar: {error}"))
            else:
                st.download_button(
                    "Download calendar (.ics)", found.to_ics, f"{name}.ics", "text/calendar", on_click="ignore"
                )
        st.download_button("Download JSON", found.to_json, f"{name}.json", "application/json", on_click="ignore")


def onwards(now: View, found: Appeal) -> None:
    """What the denial rests on, and what to send with the appeal."""
    st.header("What to bring forward", anchor=False)
    payer, drug = found.situation.payer, found.situation.drug
    leads = []
    if drug and data.compared(drug):
        known = data.payers_of(drug)
        whose = data.label(payer) if payer and now.names["payer"] in known else "payers"
        asked = {"drug": now.names["drug"], "sources": "all"} | (
            {"payers": now.names["payer"]} if whose != "payers" else {}
        )
        words = f"What {whose} ask{'' if whose == 'payers' else 's'} for {data.label(drug)}"
        leads.append(markup.tag("li", markup.link("compare", asked, words)))
    leads.append(
        markup.tag(
            "li", markup.link("check", {}, "Check the case: which criteria it meets, and what is missing on record")
        )
    )
    if payer:
        leads.append(markup.tag("li", links.thing(payer), ": all that documents say of its appeals"))
    markup.show(markup.tag("ul", *leads))
    st.caption(
        "The letter or the appeal itself is made from the chart, on the page Check a case or by `payergraph dossier`."
    )


def page() -> None:
    """The page."""
    now = view()
    st.title("Denied? What now", anchor=False)
    st.caption(
        "What can be done after a denial, or before one, by when, and what to send, as documents say it. The address "
        "holds what you choose here, days too, so that it can be shared; it holds nothing of a patient."
    )
    try:
        found = worked_out(now)
    except MissingExtra as error:
        st.info(markup.plain(f"The days are counted by a library: {error}"))
        return
    choose(now, None if isinstance(found, AppealError) or now.tells_nothing else found)
    if isinstance(found, AppealError):
        address.note(now.unknown)
        faults(found)
    elif now.tells_nothing:
        address.note(now.unknown)
        nothing()
    else:
        answer(now, found)
        address.note(now.unknown)


page()

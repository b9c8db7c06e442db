"""Drugs, their uses and the payers at a glance: who covers what, as far as the documents were seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st
from parts import address, chart, data, marks, markup

from payergraph.comparison.covered import Chart, coverage, to_csv
from payergraph.wording import counted

_PARAMETERS = ("drug", "sources", "day")
_EVERY = "all"


@dataclass(frozen=True)
class View:
    """What the address asks to see, with the drugs there are to choose from."""

    drugs: dict[str, str]
    drug: str
    sources: str
    day: date | None
    draw: str
    unknown: list[str]


def view() -> View:
    """Read the address; what it leaves open is all drugs, payers' own documents, today."""
    unknown: list[str] = []
    drugs = data.by_label(drug for policy in data.policies().all for drug in policy.drugs)
    return View(
        drugs=drugs,
        drug=address.one_of("drug", drugs, "", unknown),
        sources=address.one_of("sources", data.SOURCES, "primary", unknown),
        day=address.day("day", unknown),
        draw=address.one_of("draw", (_EVERY,), "", unknown),
        unknown=unknown,
    )


def choose(now: View) -> None:
    """The widgets. They show what the address says, and change the address."""
    for name in _PARAMETERS:
        st.session_state[f"map-{name}"] = getattr(now, name)
    drugs = {"": "All drugs"} | {slug: data.drug_label(iri) for slug, iri in now.drugs.items()}
    with st.container(key="choices"):
        columns = st.columns([4, 4, 4, 4])
    columns[0].selectbox("Drug", drugs, format_func=drugs.__getitem__, key="map-drug", on_change=_chosen)
    columns[1].selectbox(
        "Sources", data.SOURCES, format_func=data.SOURCES.__getitem__, key="map-sources", on_change=_chosen
    )
    day = "Editions of (today's where empty)"
    columns[2].date_input(day, key="map-day", on_change=_chosen, format="YYYY-MM-DD")


def _chosen() -> None:
    state = {name: st.session_state[f"map-{name}"] for name in _PARAMETERS}
    address.write(state | {"day": state["day"].isoformat() if state["day"] else ""})


def nothing() -> None:
    """What to do where no document is in scope."""
    st.info("No document is in scope for this choice. Choose a later day, or let retellings count too.")
    st.button("Show all drugs and retellings, as of today", key="map-widen", on_click=_widen)


def _widen() -> None:
    address.write({"sources": "all"})


def drawn(found: Chart, now: View) -> None:
    """One drug: how many documents there are, and the table."""
    policies = {entry.policy.iri: entry.policy for cell in found.rows[0].cells for entry in cell.entries}
    documents = len(policies)
    payers = len(found.payers)
    st.header(markup.plain(data.label(found.drug)), anchor=False)
    st.caption(f"{counted(documents, 'document')} of {counted(payers, 'payer')}, {counted(len(found.rows), 'use')}.")
    markup.show(marks.dated(policies.values(), now.day or date.today()))
    markup.show(chart.table(found, _scope(now)))


def overview(charts: Sequence[Chart], now: View) -> None:
    """The drugs in a row each, with how much there is of them; each leads to its map."""
    scope = _scope(now)
    markup.show(chart.overview(charts, scope))
    several = f"Draw the maps of all {len(charts)} drugs"
    markup.show(markup.tag("p", markup.link("map", {**scope, "draw": _EVERY}, several), class_="pg-place"))


def _scope(now: View) -> dict[str, str]:
    return {"sources": now.sources, "day": now.day.isoformat() if now.day else ""}


def page() -> None:
    """The page."""
    st.title("Coverage map", anchor=False)
    st.caption(
        "Which uses of a drug each payer's documents cover, and whether their criteria were seen. Choose a drug; then "
        "a cell to compare what is asked there, or to read why a use is excluded, or a use to compare all payers. The "
        "payers of whose documents most was seen come first."
    )
    now = view()
    choose(now)
    address.note(now.unknown)
    drugs = [now.drugs[now.drug]] if now.drug else []
    charts = coverage(data.graph(), drugs=drugs, authority=now.sources, as_of=now.day)
    charts = tuple(found for found in charts if found.rows)
    if not charts:
        nothing()
        return
    if len(charts) > 1 and not now.draw:
        overview(charts, now)
    else:
        markup.show(chart.legend(charts))
        for found in charts:
            drawn(found, now)
    with st.container(horizontal=True, key="downloads"):
        name = f"coverage-{now.drug or 'all'}-{now.sources}.csv"
        st.download_button("Download CSV", partial(to_csv, charts), name, "text/csv", on_click="ignore")


page()

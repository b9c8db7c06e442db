"""What payers ask for one drug and one use, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import streamlit as st
from parts import address, cited, data, glances, links, markup, matrix, pages

from payergraph.comparison.compare import compare
from payergraph.comparison.covered import STATES, entry
from payergraph.comparison.glance import Glance, glance, to_csv
from payergraph.comparison.model import Comparison
from payergraph.policies.editions import in_scope
from payergraph.policies.model import Policy
from payergraph.present import figure
from payergraph.present.cite import cite

_OPENS_ON = ("anakinra", "rheumatoid-arthritis")
_REQUESTS = {"initial": "First request", "continuation": "Renewal"}


@dataclass(frozen=True)
class View:
    """What the address asks to see, with what there is to choose from.

    Attributes:
        drugs, indications: slugs and IRIs: drugs by their labels, indications of most documents first.
        uses, known_payers: what indications and payers are called in their lists, by slug.
    """

    drugs: dict[str, str]
    indications: dict[str, str]
    uses: dict[str, str]
    known_payers: dict[str, str]
    drug: str
    indication: str
    request: str
    payers: list[str]
    sources: str
    label: bool
    day: date | None
    unknown: list[str]


def view() -> View:
    """Read the address; what it leaves open or gets wrong is filled in."""
    unknown: list[str] = []
    known = data.drugs()
    drug = address.one_of("drug", known, address.opening(_OPENS_ON[0], known), unknown)
    payers = data.payers_of(known[drug])
    chosen = address.some_of("payers", payers, unknown)
    sources = address.one_of("sources", data.SOURCES, "primary", unknown)
    day = address.day("day", unknown)
    request = address.one_of("request", _REQUESTS, "initial", unknown)
    uses = data.uses(known[drug], sources, day, [data.payers()[payer] for payer in chosen], request)
    uses = uses.with_condition(address.given("indication"))
    first = address.opening("" if address.given("drug") else _OPENS_ON[1], uses.all)
    return View(
        drugs=known,
        indications=uses.all,
        uses=uses.words,
        known_payers=payers,
        drug=drug,
        indication=address.one_of("indication", uses.all, first, unknown),
        request=request,
        payers=chosen,
        sources=sources,
        label=address.one_of("label", ("beside", "none"), "none", unknown) == "beside",
        day=day,
        unknown=unknown,
    )


def choose(now: View) -> None:
    """The widgets. They show what the address says, and change the address."""
    for name in pages.COMPARED:
        st.session_state[f"compare-{name}"] = getattr(now, name)
    with st.container(key="choices"):
        places = st.columns([4, 5, 3, 4, 4])
    with places[0]:
        _select("Drug", {slug: data.drug_label(iri) for slug, iri in now.drugs.items()})
    with places[1]:
        _select("Indication", now.uses)
    with places[2]:
        _select("Request", _REQUESTS)
    with places[3]:
        labels = now.known_payers
        key, hint = "compare-payers", "All payers"
        st.multiselect("Payers", labels, format_func=labels.__getitem__, key=key, on_change=_chosen, placeholder=hint)
    with places[4]:
        _select("Sources", data.SOURCES)
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare-more"):
        day = "Editions of (today's where empty)"
        st.date_input(day, key="compare-day", on_change=_chosen, format="YYYY-MM-DD", width=240)
        st.toggle("FDA label beside", key="compare-label", on_change=_chosen)


def _select(label: str, options: dict[str, str]) -> None:
    st.selectbox(label, options, format_func=options.__getitem__, key=f"compare-{label.lower()}", on_change=_chosen)


def _chosen() -> None:
    """Write what the widgets hold to the address. Another drug may not have the same uses."""
    state = {name: st.session_state[f"compare-{name}"] for name in pages.COMPARED}
    drug = data.drugs()[state["drug"]]
    if state["drug"] != address.given("drug") and state["indication"] not in data.uses(drug).all:
        del state["indication"]
    of_drug = data.payers_of(drug)
    state["payers"] = [payer for payer in state["payers"] if payer in of_drug]
    day = state["day"].isoformat() if state["day"] else ""
    label = "beside" if state["label"] else ""
    address.write(state | {"payers": ",".join(state["payers"]), "label": label, "day": day})


def downloads(comparison: Comparison, name: str) -> None:
    """The comparison as files, made when they are asked for."""
    files: list[tuple[str, Callable[[], str | bytes], str, str]] = [
        ("CSV", comparison.to_csv, "csv", "text/csv"),
        ("Markdown", comparison.to_markdown, "md", "text/markdown"),
        ("JSON", comparison.to_json, "json", "application/json"),
    ]
    if comparison.shown:
        files.append(("figure (SVG)", lambda: figure.to_svg([comparison]), "svg", "image/svg+xml"))
        files.append(("figure (PNG)", lambda: figure.to_png([comparison]), "png", "image/png"))
        files.append(("figure (PDF)", lambda: figure.to_pdf([comparison]), "pdf", "application/pdf"))
    cited.offered(files, name, "downloads")


def at_a_glance(found: tuple[Glance, ...], request: str, name: str) -> None:
    """The measures of what is compared; of renewals there are none."""
    if request != "initial":
        st.caption("How payers compare at a glance is worked out for first requests only.")
    if not found:
        return
    st.header("At a glance", anchor=False)
    markup.show(glances.table(found))
    markup.show(glances.meaning(found))
    title, file = "Download at a glance (CSV)", f"{name}-at-a-glance.csv"
    st.download_button(title, lambda: to_csv(found), file, "text/csv", on_click="ignore")


def nothing(now: View, comparison: Comparison) -> None:
    """What the documents in scope say where none has criteria, and what to do."""
    drug, use = now.drugs[now.drug], now.indications[now.indication]
    known = use in data.compared(drug)
    whose = "None of the chosen documents" if known else "No document here, retellings included,"
    st.info(f"{whose} has criteria for this drug and indication.")
    covered = {"drug": now.drug, "sources": "all"}
    markup.show(markup.tag("p", markup.link("map", covered, f"What {data.label(drug)} is covered for, and by whom")))
    found = {column.policy.iri: column.policy for column in comparison.columns if column.policy.payer}
    entries = (
        entry(data.graph(), policy, now.indications[now.indication], now.drugs[now.drug]) for policy in found.values()
    )
    lines = (
        markup.tag("li", links.thing(one.fact, one.policy.label), f": {one.state}, {STATES[one.state]}.")
        for one in entries
    )
    markup.show(markup.tag("ul", *lines) if found else markup.Html())
    retold = now.sources == "primary" and _retold(now)
    if retold:
        lines = (markup.tag("li", links.thing(policy.iri, policy.label)) for policy in retold)
        several = len(retold) > 1
        words = f"{len(retold)} retelling{'s have' if several else ' has'} criteria for this use:"
        markup.show(markup.joined([markup.tag("p", words), markup.tag("ul", *lines)]))
        st.button("Read the retellings too", key="compare-retellings", type="primary", on_click=_read_retellings)
    if known and (now.payers or now.day or (now.sources == "primary" and not retold)):
        st.button("Show all payers and retellings, as of today", key="compare-widen", on_click=_widen)


def _retold(now: View) -> list[Policy]:
    """The retellings of the chosen payers that have criteria for the use."""
    drug, use = now.drugs[now.drug], now.indications[now.indication]
    payers = {data.payers()[payer] for payer in now.payers}
    return [
        policy
        for policy in in_scope(data.graph(), drug, None, "all", now.day)
        if (not payers or policy.payer in payers)
        and any(drug in rule.drugs and use in rule.uses for rule in policy.rules)
    ]


def _read_retellings() -> None:
    st.session_state["compare-sources"] = "all"
    _chosen()


def _widen() -> None:
    st.session_state.update({"compare-sources": "all", "compare-payers": [], "compare-day": None})
    _chosen()


def page() -> None:
    """The page."""
    now = view()
    drug, indication = now.drugs[now.drug], now.indications[now.indication]
    st.title(markup.plain(f"What payers ask for {data.label(drug)} in {data.label(indication)}"), anchor=False)
    choose(now)
    cited.note_version()
    address.note(now.unknown)
    payers = [data.payers()[payer] for payer in now.payers]
    comparison = compare(
        data.graph(),
        drug,
        indication,
        request=now.request,
        payers=payers,
        authority=now.sources,
        as_of=now.day,
        label=now.label,
    )
    if not any(column.rule for column in comparison.columns):
        nothing(now, comparison)
        return
    markup.show(matrix.table(comparison))
    name = f"{comparison.drug}-{comparison.indication}-{comparison.request}"
    downloads(comparison, name)
    at_a_glance(glance(data.graph(), comparison), now.request, name)
    st.header("How to cite this comparison", anchor=False)
    cited.citation(cite(data.graph(), comparison, data.catalogue(), permalink=permalink(now)), name)


def permalink(now: View) -> str:
    """The address of what is compared, in full: also what the address at hand leaves to be filled in."""
    day = (now.day or date.today()).isoformat()
    label = "beside" if now.label else ""
    asked = {"drug": now.drug, "indication": now.indication, "request": now.request, "payers": ",".join(now.payers)}
    return cited.permalink("compare", asked | {"sources": now.sources, "label": label, "day": day})


page()

"""What documents disagree about, each disagreement with all its sides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import groupby

import streamlit as st
from parts import address, cited, data, first, marks, markup, sides

from payergraph import terms, wording
from payergraph.comparison.conflicts import CONFLICT_KINDS, WEIGHTS, Conflict, select, to_csv, to_json, to_markdown

_ORDERS = {"kind": "By kind", "weight": "The heaviest first"}
_PARAMETERS = ("drug", "payer", "kind", "order")
# So many are drawn at first: of each of several kinds or weights, and of a single one. On a phone one fills a screen.
_OF_EACH, _OF_ONE = 2, 10


@dataclass(frozen=True)
class View:
    """What the address asks to see, as slugs, with what there is to choose from."""

    drugs: dict[str, str]
    payers: dict[str, str]
    kind: str
    drug: str
    payer: str
    order: str
    unknown: list[str]


def view(found: tuple[Conflict, ...]) -> View:
    """Read the address; what it leaves open is all."""
    unknown: list[str] = []
    drugs = data.by_label(iri for item in found for iri in item.drugs)
    # One that other pages lead here with may have none, which the page then says.
    drugs |= {slug: f"{terms.ID}drug/{slug}" for slug in data.choices(("Drug",)) if slug == address.given("drug")}
    drug = address.one_of("drug", drugs, "", unknown)
    of_drug = found if not drug else tuple(item for item in found if drugs[drug] in item.drugs)
    payers = data.by_label(iri for item in of_drug for iri in item.payers)
    payers |= {slug: iri for slug, iri in data.payers().items() if slug == address.given("payer")}
    return View(
        drugs=drugs,
        payers=payers,
        kind=address.one_of("kind", CONFLICT_KINDS, "", unknown),
        drug=drug,
        payer=address.one_of("payer", payers, "", unknown),
        order=address.one_of("order", _ORDERS, "kind", unknown),
        unknown=unknown,
    )


def choose(now: View) -> None:
    """The widgets. They show what the address says, and change the address."""
    for name in _PARAMETERS:
        st.session_state[f"disagreements-{name}"] = getattr(now, name)
    options = {
        "Drug": {"": "All drugs"} | {slug: data.drug_label(iri) for slug, iri in now.drugs.items()},
        "Payer": {"": "All payers"} | {slug: data.label(iri) for slug, iri in now.payers.items()},
        "Kind": {"": "All kinds"} | CONFLICT_KINDS,
        "Order": _ORDERS,
    }
    with st.container(key="choices"):
        columns = st.columns([4, 4, 5, 3])
    for column, (label, known) in zip(columns, options.items(), strict=True):
        key = f"disagreements-{label.lower()}"
        column.selectbox(label, known, format_func=known.__getitem__, key=key, on_change=_chosen)


def _chosen() -> None:
    state = {name: st.session_state[f"disagreements-{name}"] for name in _PARAMETERS}
    drug = next((iri for item in data.conflicts() for iri in item.drugs if terms.slug(iri) == state["drug"]), None)
    if not select(data.conflicts(), drug=drug, payer=data.payers().get(state["payer"])):
        state["payer"] = ""  # another drug, about which this payer disagrees with nobody
    address.write(state | {"order": "" if state["order"] == "kind" else state["order"]})


def listed(found: tuple[Conflict, ...], now: View) -> None:
    """The disagreements under the headings of their kinds or of their weights, the first of each."""
    by_kind = now.order == "kind"
    ordered = found if by_kind else tuple(sorted(found, key=lambda item: -item.weight))
    groups = [
        (key, list(group)) for key, group in groupby(ordered, key=lambda item: item.kind if by_kind else item.weight)
    ]
    few = _OF_EACH if len(groups) > 1 else _OF_ONE
    chosen = {"kind": now.kind, "drug": now.drug, "payer": now.payer, "order": "" if by_kind else now.order}
    shown = [(key, items, first.of(items, few, now.unknown)) for key, items in groups]
    address.note(list(dict.fromkeys(now.unknown)))
    titles = {key: CONFLICT_KINDS[str(key)] if by_kind else WEIGHTS[int(key)][1] for key, *_ in shown}
    markup.show(marks.sections([(str(key), f"{titles[key]} ({len(items)})") for key, items, _ in shown]))
    for key, items, drawn in shown:
        st.header(markup.plain(f"{titles[key]} ({len(items)})"), anchor=str(key))
        markup.show(markup.joined(sides.article(item, kind=not by_kind) for item in drawn))
        narrowed = chosen | ({"kind": str(key)} if by_kind else {})
        markup.show(first.left("disagreements", narrowed, len(drawn), len(items), _OF_ONE))


def counted(found: tuple[Conflict, ...]) -> str:
    """How many there are, and how many of each weight."""
    parts = []
    for weight, (_, word, _) in WEIGHTS.items():
        number = sum(1 for item in found if item.weight == weight)
        if number:
            parts.append(f"{number} {word.lower()}")
    return f"{wording.counted(len(found), 'disagreement')}: {', '.join(parts)}."


def downloads(found: tuple[Conflict, ...], now: View) -> None:
    """The disagreements as files, made when they are asked for."""
    name = "-".join(["disagreements", *(part for part in (now.kind, now.drug, now.payer) if part)])
    files = [
        ("CSV", partial(to_csv, found), "csv", "text/csv"),
        ("Markdown", partial(to_markdown, found), "md", "text/markdown"),
        ("JSON", partial(to_json, found), "json", "application/json"),
    ]
    cited.offered(files, name, "downloads")


def page() -> None:
    """The page."""
    st.title("Disagreements", anchor=False)
    st.caption(
        "Where documents contradict each other, themselves, the FDA label or the meaning of a code. Nothing is settled "
        "here: each side stands with its document and place, and the document itself decides."
    )
    everything = data.conflicts()
    now = view(everything)
    choose(now)
    found = select(everything, kind=now.kind or None, drug=now.drugs.get(now.drug), payer=now.payers.get(now.payer))
    if not found:
        address.note(now.unknown)
        st.info("No disagreement was found for this choice. Choose another kind, drug or payer, or show them all.")
        st.button("Show all disagreements", key="disagreements-all", on_click=address.write, args=({},))
        return
    st.caption(counted(found))
    downloads(found, now)
    listed(found, now)


page()

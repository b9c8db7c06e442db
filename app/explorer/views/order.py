"""Which rules for one drug and one use are stricter, and a patient whom one lets through and another does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st
from parts import address, cited, data, hasse, held, links, marks, markup

from payergraph.choice import Request
from payergraph.errors import MissingExtra, NotConfirmed
from payergraph.order.answer import Order, order_of
from payergraph.order.implication import Implication
from payergraph.order.lacking import Lack
from payergraph.order.rules import Ruled
from payergraph.present.hasse import facts_of, legend, named, to_svg
from payergraph.present.ordered import left_out_of, reading, remarks

_OPENS_ON = ("anakinra", "rheumatoid-arthritis")
_REQUESTS = {request.value: markup.sentence(request.words) for request in Request}
_PARAMETERS = ("drug", "indication", "request", "sources", "day", "one", "other")
_NONE = ""


@dataclass(frozen=True)
class View:
    """What the address asks to see, with the drugs and uses that there are to choose from, and what
    the uses are called in their list; of rules the ids."""

    drugs: dict[str, str]
    indications: dict[str, str]
    uses: dict[str, str]
    drug: str
    indication: str
    request: str
    sources: str
    day: date | None
    one: str
    other: str
    unknown: list[str]


def view() -> View:
    """Read the address; what it leaves open or gets wrong is filled in."""
    unknown: list[str] = []
    drugs = data.drugs()
    drug = address.one_of("drug", drugs, address.opening(_OPENS_ON[0], drugs), unknown)
    request = address.one_of("request", _REQUESTS, "initial", unknown)
    sources = address.one_of("sources", data.SOURCES, "primary", unknown)
    day = address.day("day", unknown)
    uses = data.uses(drugs[drug], sources, day, request=request)
    opens = address.opening("" if address.given("drug") else _OPENS_ON[1], uses.all)
    return View(
        drugs=drugs,
        indications=uses.all,
        uses=uses.words,
        drug=drug,
        indication=address.one_of("indication", uses.all, opens, unknown),
        request=request,
        sources=sources,
        day=day,
        one=address.given("one"),
        other=address.given("other"),
        unknown=unknown,
    )


def choose(now: View) -> None:
    """The widgets. They show what the address says, and change the address."""
    for name in ("drug", "indication", "request", "sources", "day"):
        st.session_state[f"order-{name}"] = getattr(now, name)
    with st.container(key="choices"):
        places = st.columns([4, 5, 3, 4, 4])
    labels = {slug: data.drug_label(iri) for slug, iri in now.drugs.items()}
    chosen = (("drug", now.drugs, labels), ("indication", now.indications, now.uses))
    for place, (name, options, words) in zip(
        places, (*chosen, ("request", _REQUESTS, _REQUESTS), ("sources", data.SOURCES, data.SOURCES)), strict=False
    ):
        title = markup.sentence(name)
        place.selectbox(title, options, format_func=words.__getitem__, key=f"order-{name}", on_change=_chosen)
    day = "Editions of (today's where empty)"
    places[4].date_input(day, key="order-day", on_change=_chosen, format="YYYY-MM-DD")


def _chosen() -> None:
    """Write what the widgets hold to the address. Another drug may not have the same uses; its rules are others."""
    state = {name: st.session_state[f"order-{name}"] for name in ("drug", "indication", "request", "sources")}
    if state["indication"] not in data.uses(data.drugs()[state["drug"]]).all:
        del state["indication"]
    day = st.session_state["order-day"]
    address.write(state | {"day": day.isoformat() if day else ""})


# --- the order ------------------------------------------------------------------------------------


def worked_out(now: View) -> Order | None:
    """The order, with its progress; None where z3 is not installed, which the page then says."""
    bar = st.empty()

    def told(done: int, of: int) -> None:
        bar.progress(done / of, f"Comparing rules: {done} of {of}")

    drug, use = now.drugs[now.drug], now.indications[now.indication]
    try:
        return order_of(
            data.graph(), drug, use, request=now.request, authority=now.sources, as_of=now.day, progress=told
        )
    except MissingExtra as error:
        st.info(markup.plain(f"The order is worked out by z3: {error}"))
        return None
    finally:
        bar.empty()


def drawn(order: Order, chosen: list[str]) -> None:
    """The diagram, and what is to be known beside it."""
    with st.container(key="hasse"):
        hasse.draw(to_svg(order, look=False), _boxes(order, chosen), on_choice=_clicked)
    st.caption(markup.plain(" ".join([*legend(order), *reading(order)])))
    policies = [rule.policy for rule in (*order.rules, *order.silent)]
    markup.show(marks.dated(policies, order.as_of))
    lines = list(remarks(order))
    markup.show(_list(lines) if lines else markup.Html())
    part = [rule for rule in order.rules if rule.left_out or not rule.whole]
    if part:
        summary = markup.tag("summary", f"What is left out, of {len(part)} of {len(order.rules)} rules")
        items = [markup.tag("li", _rule(rule), _list(left_out_of(rule))) for rule in part]
        markup.show(markup.tag("details", summary, markup.tag("ul", *items)))


def _boxes(order: Order, chosen: list[str]) -> list[str]:
    """The boxes of the chosen rules: each has the name of the first of its rules."""
    first = {rule.id: group.rules[0].id for group in order.groups for rule in group.rules}
    return [first[rule] for rule in chosen if rule in first]


def _rule(rule: Ruled) -> markup.Html:
    return markup.joined([links.thing(rule.rules[0].iri, rule.name), marks.of(rule.policy.iri)])


def _list(lines: list[str]) -> markup.Html:
    return markup.tag("ul", *(markup.tag("li", line) for line in lines))


def downloads(order: Order, name: str) -> None:
    """The order as files, made when they are asked for."""
    files: list[tuple[str, Callable[[], str], str, str]] = [
        ("SVG", order.to_svg, "svg", "image/svg+xml"),
        ("DOT", order.to_dot, "dot", "text/vnd.graphviz"),
        ("JSON", order.to_json, "json", "application/json"),
    ]
    cited.offered(files, name, "downloads")


# --- two rules ------------------------------------------------------------------------------------


def _clicked() -> None:
    """Choose a rule by its box, or take it back. A third one takes the place of the second."""
    rule, one, other = hasse.clicked(), address.given("one"), address.given("other")
    kept = [given for given in (one, other) if given and given != rule]
    _write_pair([*kept[:1], rule] if rule not in (one, other) else kept)


def _pair_chosen() -> None:
    _write_pair([rule for rule in (st.session_state["order-one"], st.session_state["order-other"]) if rule])


def _write_pair(rules: list[str]) -> None:
    pair = dict(zip(("one", "other"), rules, strict=False))
    address.write({name: address.given(name) for name in _PARAMETERS if name not in ("one", "other")} | pair)


def choose_pair(order: Order, chosen: list[str]) -> None:
    """The two fields that say the same as the boxes."""
    st.header("Two rules beside each other", anchor=False)
    names = {_NONE: "–"} | {rule.id: named(rule) for group in order.groups for rule in group.rules}
    with st.container(key="choices-pair"):
        places = st.columns(2)
    for place, name, title, rule in zip(
        places, ("one", "other"), ("① This rule", "② and this"), [*chosen, _NONE, _NONE], strict=False
    ):
        st.session_state[f"order-{name}"] = rule
        place.selectbox(title, names, format_func=names.__getitem__, key=f"order-{name}", on_change=_pair_chosen)


def two(order: Order, chosen: list[str], now: View) -> None:
    """Both directions: the answer, what the other also asks, and the case."""
    if len(chosen) < 2:
        st.info("Choose two rules, here or in the diagram, to see a patient whom one approves and the other does not.")
        return
    with st.spinner("Looking for a patient"):
        both = [_implied(order, *pair) for pair in (chosen, chosen[::-1])]
    with st.container(key="pair-of-rules"):
        columns = st.columns(2, gap="large")
    for column, found in zip(columns, both, strict=True):
        with column:
            if isinstance(found, NotConfirmed):
                st.error(markup.plain(markup.sentence(f"{found}.")))
            else:
                _direction(order, found, now)


def _implied(order: Order, one: str, other: str) -> Implication | NotConfirmed:
    """Whether one rule implies another; or that its patient is not what was looked for, which the page then says."""
    try:
        return order.implies(one, other)
    except NotConfirmed as error:
        return error


def _direction(order: Order, found: Implication, now: View) -> None:
    st.subheader(markup.plain(f"{'✓' if found.holds else '✗' if found.holds is False else '?'} {found.answer}"))
    meets = markup.joined([_rule(found.meets), f": {facts_of(order, found.meets)}."])
    markup.show(markup.tag("p", meets))
    if found.witness is None:
        if found.holds is False:
            st.caption("No case that shows it was found in time.")
        return
    asked = [
        markup.tag("li", lack.text, markup.tag("span", _place(lack), class_="pg-place")) for lack in found.also_asked
    ]
    markup.show(markup.joined([markup.tag("p", f"{found.other.name} also asks:"), markup.tag("ul", *asked)]))
    st.markdown("**A patient who shows it**")
    st.code(found.case, language="yaml")
    name = f"{_slug(found.meets)}-not-{_slug(found.other)}.yaml"
    with st.container(horizontal=True, key=f"case-of-{found.meets.id}"):
        st.download_button(
            "Download case", found.to_yaml, name, "application/yaml", on_click="ignore", key=f"save-{found.meets.id}"
        )
        if st.button("Open in Check", key=f"open-{found.meets.id}"):
            held.take(found.to_yaml().encode(), name, sources=now.sources)
            st.switch_page(Path(__file__).with_name("check.py"))
    if old := held.changed_file():
        st.caption(markup.plain(f"In Check it takes the place of {old}, which was changed there."))


def _place(lack: Lack) -> markup.Html:
    return links.thing(lack.criterion.iri, lack.criterion.locator)


def _slug(rule: Ruled) -> str:
    return rule.id.replace("/", "-")


def page() -> None:
    """The page."""
    now = view()
    drug, use = data.label(now.drugs[now.drug]), data.label(now.indications[now.indication])
    st.title(markup.plain(f"Which rules are stricter for {drug} in {use}"), anchor=False)
    st.caption(
        "A rule is stricter than another where every patient who meets it meets the other too, over charts on which "
        "all is recorded. It is an order and no score: of two, often neither is stricter."
    )
    choose(now)
    order = worked_out(now)
    if order is None:
        return
    known = {rule.id for rule in order.rules}
    given = list(dict.fromkeys(rule for rule in (now.one, now.other) if rule))
    chosen = [rule for rule in given if rule in known]
    address.note([*now.unknown, *(rule for rule in given if rule not in known)])
    if not order.groups:
        nothing(order, now)
        return
    st.caption(markup.plain(markup.sentence(f"{order.scope}.")))
    drawn(order, chosen)
    downloads(order, f"{now.drug}-{now.indication}-{now.request}-order")
    choose_pair(order, chosen)
    two(order, chosen, now)


def nothing(order: Order, now: View) -> None:
    """Where no document in scope shows anything that can be put in order, what to do."""
    st.info(
        f"None of the documents in scope shows what it asks for a {order.request.words} here. Choose another kind of "
        "request, another use, a later day, or let retellings count too."
    )
    if now.sources == "primary" or now.day:
        st.button("Show retellings too, as of today", key="order-widen", on_click=_widen)


def _widen() -> None:
    st.session_state.update({"order-sources": "all", "order-day": None})
    _chosen()


page()

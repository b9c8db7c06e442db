"""What payers changed: editions of documents in time, what a newer one changed, how many began in which year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import streamlit as st
from parts import address, cited, data, first, links, markup
from parts.markup import Html, between, framed, joined, link, sentence, tag

from payergraph.choice import Authority
from payergraph.policies.model import Policy
from payergraph.present.changed import SHOWN, Block, Item, blocks, remarks
from payergraph.revisions.answer import changes_between
from payergraph.revisions.timeline import Edition, Timeline, Timelines, timelines
from payergraph.wording import counted, written

# Of documents with one edition, so many are listed at first.
_FEW = 10
_SIGNS = {"added": "+", "dropped": "−", "tightened": "▲", "loosened": "▼"}


@dataclass(frozen=True)
class View:
    """What the address asks to see.

    Attributes:
        pair: the older and the newer edition whose difference is wanted, by id; empty for none.
    """

    drug: str
    payer: str
    policy: str
    sources: str
    pair: tuple[str, ...]
    unknown: list[str]

    def asked(self, **changes: str) -> dict[str, str]:
        """The parameters of this view, some of them changed."""
        found = {"drug": self.drug, "payer": self.payer, "policy": self.policy}
        sources = "" if self.sources == "primary" else self.sources
        return found | {"sources": sources, "pair": ",".join(self.pair)} | changes


def view() -> View:
    """Read the address."""
    unknown: list[str] = []
    drug = address.one_of("drug", data.drugs(), "", unknown)
    payer = address.one_of("payer", data.payers(), "", unknown)
    policy = address.one_of("policy", data.policies().ids, "", unknown)
    sources = address.one_of("sources", data.SOURCES, "primary", unknown)
    pair = tuple(part for part in address.given("pair").split(",") if part)
    if pair and (len(pair) != 2 or any(part not in data.policies() for part in pair)):
        unknown.append(address.given("pair"))
        pair = ()
    return View(drug, payer, policy, sources, pair, unknown)


def choose(now: View) -> None:
    """The widgets. They show what the address says, and change it."""
    drugs = {"": "Any"} | {slug: data.drug_label(iri) for slug, iri in data.drugs().items()}
    # Payers of the drug first; those without a document have no editions.
    of_drug = data.payers_of(data.drugs()[now.drug]) if now.drug else {}
    known = {policy.payer for policy in data.policies().all}
    every = {slug: data.label(iri) for slug, iri in data.payers().items() if iri in known}
    payers = {"": "Any"} | {slug: every[slug] for slug in [*(s for s in of_drug if s in every), *every]}
    for name in ("drug", "payer", "sources"):
        st.session_state[f"changes-{name}"] = getattr(now, name)
    with st.container(key="choices"):
        places = st.columns([4, 4, 3])
    for place, name, options in zip(places, ("drug", "payer", "sources"), (drugs, payers, data.SOURCES), strict=True):
        place.selectbox(
            name.capitalize(),
            options,
            format_func=lambda key, options=options: options.get(key, "Any"),
            key=f"changes-{name}",
            filter_mode="contains",
            on_change=_chosen,
        )


def _chosen() -> None:
    address.write({name: st.session_state[f"changes-{name}"] for name in ("drug", "payer", "sources")})


# --- timelines ------------------------------------------------------------------------------------


def lines(found: Timelines, now: View) -> None:
    """The documents of which several editions are known, each as a line in time; below, the others."""
    several = found.of_several
    st.header("Editions in time", anchor=False)
    if not several:
        nothing(found, now)
    for timeline in several:
        markup.show(_timeline(timeline, now))
    alone = [one for one in found.all if len(one.editions) == 1]
    if alone:
        _alone(alone, now)


def nothing(found: Timelines, now: View) -> None:
    """What to do where no document has a second edition."""
    several = counted(len(found.in_scope), "document")
    st.info(
        f"Of the {several} in scope, none is known in a second edition, so that nothing can be said of what changed. "
        "That is no sign that nothing did: the graph has what was collected."
    )
    every = timelines(data.graph(), authority=Authority(now.sources)).of_several
    ways = [link("changes", {"policy": one.id, "sources": now.asked()["sources"]}, _called(one)) for one in every]
    markup.show(tag("p", "Documents with several editions: ", between("; ", ways), ".", class_="pg-place"))


def _called(timeline: Timeline) -> str:
    return timeline.editions[-1].policy.label


def _timeline(timeline: Timeline, now: View) -> Html:
    """A document: its editions, the oldest first, each with what leads to its difference from the one before."""
    head = tag("h3", links.thing(timeline.payer), f": {_called(timeline)}")
    return tag(
        "article",
        head,
        tag("ol", *(_edition(one, now) for one in timeline.editions), class_="pg-line"),
        class_="pg-lines",
    )


def _edition(one: Edition, now: View) -> Html:
    policy = one.policy
    whose = "" if policy.authority == "primary" else " Retelling."
    parts = [
        tag("div", tag("strong", _when(policy)), " ", links.thing(policy.iri, policy.label)),
        tag("div", f"{_ends(one)}{whose}", class_="pg-place"),
    ]
    ways = [
        link("changes", now.asked(pair=f"{older.id},{policy.id}"), f"What changed since {_short(older)}")
        for older in one.replaces
    ]
    if ways:
        parts.append(tag("div", between(" · ", ways)))
    return tag("li", *parts, class_="" if policy.edition else "pg-dateless")


def _when(policy: Policy) -> str:
    return written(policy.edition) if policy.edition else sentence(policy.dated)


def _short(policy: Policy) -> str:
    return f"the edition of {written(policy.edition)}" if policy.edition else policy.label


def _ends(one: Edition) -> str:
    if not one.replaced_by:
        return "The latest that the graph has."
    if one.until:
        return f"Until {written(one.until)}, when the next began."
    return "Replaced by the next, on a day that no document gives."


def _alone(alone: list[Timeline], now: View) -> None:
    """The documents of one edition, the latest dated first."""
    dated = sorted(alone, key=lambda one: one.editions[0].policy.edition, reverse=True)
    st.header(f"One edition each ({len(alone)})", anchor=False)
    part = first.of(dated, _FEW, now.unknown)
    items = (tag("li", tag("strong", _when(p)), " ", links.thing(p.iri, p.label)) for p in _policies(part))
    markup.show(tag("ul", *items, class_="pg-results"))
    markup.show(first.left("changes", now.asked(), len(part), len(alone), _FEW))


def _policies(some: Iterable[Timeline]) -> Iterable[Policy]:
    return (one.editions[0].policy for one in some)


# --- two editions ---------------------------------------------------------------------------------


def difference(now: View) -> None:
    """What the newer of two editions changed, criterion by criterion."""
    older, newer = (data.policies()[part] for part in now.pair)
    if older.iri not in newer.supersedes:
        now.unknown.append(address.given("pair"))
        return
    st.header("What changed between two editions", anchor=False)
    lead = (links.thing(newer.iri, newer.label), f", {newer.dated}, beside ", links.thing(older.iri, older.label))
    markup.show(tag("p", *lead, f", {older.dated}."))
    with st.spinner("Comparing the two editions"):
        found = changes_between(data.graph(), older, newer)
    item = found.editions[0]
    for block in blocks(item, found.names):
        markup.show(_block(block))
    for remark in remarks(item, found.names):
        st.caption(markup.plain(remark))
    name = f"changes-{older.id}-{newer.id}"
    files = [
        ("CSV", found.to_csv, "csv", "text/csv"),
        ("JSON", found.to_json, "json", "application/json"),
    ]
    cited.offered(files, name, "difference-downloads")
    markup.show(tag("p", link("changes", now.asked(pair=""), "All editions again"), class_="pg-place"))


def _block(block: Block) -> Html:
    """The uses that changed alike, with each criterion that did."""
    head = tag("h3", block.title)
    if not block.items:
        return tag("article", head, class_="pg-lines")
    titles = ("What became of it", "Before", "Now")
    row = tag("tr", *(tag("th", title, scope="col") for title in titles))
    body = (
        tag("tr", tag("td", _turn(one)), tag("td", *_side(one, "older")), tag("td", *_side(one, "newer")))
        for one in block.items
    )
    whole = tag("table", tag("thead", row), tag("tbody", *body), class_="pg-rows pg-changed")
    return tag("article", head, framed(whole, block.title), class_="pg-lines")


def _turn(one: Item) -> Html:
    sign = tag("span", _SIGNS.get(one.turn, "≠"), aria_hidden="true")
    notes = [note for note, holds in (("left to a reviewer", not one.settled), (SHOWN, one.as_far_as_shown)) if holds]
    return joined([sign, f" {sentence(one.turn)}", tag("div", ", ".join(notes), class_="pg-place") if notes else ""])


def _side(one: Item, side: str) -> list[Html | str]:
    text, place, fact = {
        "older": (one.older, one.older_locator, one.older_fact),
        "newer": (one.newer, one.newer_locator, one.newer_fact),
    }[side]
    if not text:
        return [tag("span", "–", aria_label="nothing")]
    return [text, tag("div", links.thing(fact, place), class_="pg-place")] if fact else [text]


# --- counts ---------------------------------------------------------------------------------------


def years(found: Timelines) -> None:
    """What began and what was replaced in each year, with what is unknown beside it."""
    st.header("By year, as far as documents are dated", anchor=False)
    every = len(found.in_scope)
    unknown = found.without_date
    dated = every - unknown
    said = [
        f"{unknown:,} of {counted(every, 'document')} in scope do not say when they began"
        f"{f' ({found.without_any_date:,} have no day at all)' if found.without_any_date else ''}: "
        f"the counts rest on the {dated:,} that do.",
    ]
    if found.replaced_without_day:
        said.append(f"The day on which {counted(found.replaced_without_day, 'edition')} ended is not known.")
    said.append("A year with few may be one of which few were collected.")
    st.caption(" ".join(said))
    if not found.years:
        st.info("No document in scope says when it began. Choose another drug or payer, or read retellings too.")
        return
    heads = ("Year", "Began", "Of these, later editions", "Ended")
    head = tag("tr", *(tag("th", title, scope="col") for title in heads))
    body = [
        tag("tr", *(tag("td", text) for text in (str(y.year), *map(str, (y.began, y.replacing, y.ended)))))
        for y in found.years
    ]
    rest = ("Not known", str(unknown), "not known", str(found.replaced_without_day))
    body.append(tag("tr", *(tag("td", text) for text in rest), class_="pg-unknown"))
    whole = tag("table", tag("thead", head), tag("tbody", *body), class_="pg-rows pg-overview")
    markup.show(framed(whole, "Editions by year", "pg-fits"))


def downloads(found: Timelines, now: View) -> None:
    """The editions and the counts as files."""
    name = "-".join(["editions", *(part for part in (now.drug, now.payer, now.policy) if part)])
    files = [
        ("editions (CSV)", found.to_csv, "csv", "text/csv"),
        ("editions (JSON)", found.to_json, "json", "application/json"),
    ]
    cited.offered(files, name, "downloads")


def page() -> None:
    """The page."""
    now = view()
    st.title("What changed", anchor=False)
    st.caption(
        "Which editions of payers' documents the graph has, from when to when each held as far as documents say, and "
        "what the newer one of two changed."
    )
    choose(now)
    cited.note_version()
    if now.policy:
        one = data.policies()[now.policy]
        whole = link("changes", now.asked(policy="", pair=""), "All documents")
        markup.show(
            tag("p", "Only ", links.thing(one.iri, one.label), " and its editions. ", whole, ".", class_="pg-place")
        )
    drug, payer = data.drugs().get(now.drug), data.payers().get(now.payer)
    scope: Mapping[str, str | None] = {"drug": drug, "payer": payer, "policy": now.policy or None}
    found = timelines(data.graph(), authority=Authority(now.sources), **scope)
    if now.pair:
        difference(now)
    if not found.in_scope:
        st.info("No document is in scope. Choose another drug or payer, or read retellings too.")
    else:
        years(found)
        lines(found, now)
        downloads(found, now)
    address.note(now.unknown)


page()

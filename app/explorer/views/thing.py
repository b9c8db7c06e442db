"""One thing of the graph: what it is, what is said of it by which document, and what it hangs together with.

A page is a row of sections: those of its kind first, then what documents say of it, and last, folded, the graph itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from parts import address, data, holdings, links, marks, markup, outline, portrait, sides, steps

from payergraph import terms
from payergraph.browse.described import Described
from payergraph.browse.portfolio import Coverer
from payergraph.browse.things import Thing
from payergraph.comparison.conflicts import Conflict
from payergraph.errors import MissingExtra
from payergraph.ladders.appearing import Appearance, appearances
from payergraph.policies.model import Policy, Rule
from payergraph.wording import counted

#: So many disagreements stand open.
_FEW = 5


@dataclass(frozen=True)
class Section:
    """A part of the page: its name in the address, its title, and what draws it."""

    anchor: str
    title: str
    draw: Callable[[], None]


def unknown(name: str) -> None:
    """What to do where nothing has this name."""
    st.title("Not in the graph", anchor=False)
    shown = markup.plain(address.shortened([name]))
    st.warning(f"Nothing in the graph is called {shown}. The nearest names are below.")
    near = data.things().nearest(name[:200])
    markup.show(markup.tag("ul", *(markup.tag("li", links.thing(item.iri), f", {item.kind}") for item in near)))


def none() -> None:
    """What to do where the address names nothing."""
    st.title("A thing of the graph", anchor=False)
    st.info("The address names no thing. Search for one in the box above, or begin with one of these.")
    known = data.things()
    begin = [
        found
        for name in ("drug/dupilumab", "drug/anakinra", "payer/cigna", "policy/cigna-ip0243")
        if (found := known.get(name))
    ]
    markup.show(markup.tag("ul", *(markup.tag("li", links.thing(item.iri), f", {item.kind}") for item in begin)))


# --- a policy, a rule -----------------------------------------------------------------------------


def of_policy(policy: Policy) -> list[Section]:
    """What a policy covers, what it asks, its limits, and its editions."""
    page = data.policy_page(policy)
    found = []
    if policy.payer:
        found.append(Section("uses", "Uses", lambda: _uses(policy)))
    if policy.rules:
        found.append(Section("criteria", "Criteria", lambda: _criteria(policy)))
    if policy.limits or policy.cautions or policy.catch_all:
        found.append(Section("limits", "Limits and cautions", lambda: markup.show(outline.apart(policy))))
    if policy.payer:
        found.append(Section("editions", "Editions", lambda: markup.show(holdings.editions(page))))
    return found


def _uses(policy: Policy) -> None:
    page = data.policy_page(policy)
    if page.stated:
        markup.show(outline.uses(policy, page.stated))
    else:
        st.caption("This document names no use in the part that was seen.")
    markup.show(outline.not_said(page.others))
    markup.show(_listed(_maps(policy.drugs)))


def _criteria(policy: Policy) -> None:
    st.caption("Each criterion leads by its place to its own page. How vague words were read stands below them.")
    for rule in policy.rules:
        limits = [data.label(iri) for iri in (*rule.plans, *rule.products)]
        words = f"{data.label(rule.indication)} ({', '.join(limits)})" if limits else data.label(rule.indication)
        st.subheader(markup.plain(markup.sentence(words)), anchor=marks.anchor(rule.iri))
        markup.show(outline.rule(policy, rule))


def of_rule(policy: Policy, rule: Rule) -> list[Section]:
    """What a rule asks, and where it leads on."""

    def draw() -> None:
        markup.show(outline.rule(policy, rule))

    return [
        Section("criteria", "Criteria", draw),
        Section("onwards", "Leads on to", lambda: markup.show(_listed(_from_rule(policy, rule)))),
    ]


def _from_rule(policy: Policy, rule: Rule) -> list[markup.Html]:
    found = [markup.joined(["The whole document: ", links.thing(policy.iri)])]
    pairs = [(drug, use) for drug in rule.drugs for use in rule.uses] if policy.payer else []
    for drug, use in pairs:
        of = {"drug": terms.slug(drug), "indication": terms.slug(use)}
        about = f", {data.label(drug)} in {data.label(use)}" if len(pairs) > 1 else ""
        payer = terms.slug(policy.payer)
        words = f"What it asks, dimension by dimension{about}"
        found.append(markup.link("compare", {**of, "payers": payer, "sources": "all"}, words))
        found.append(markup.link("compare", {**of, "sources": "all"}, f"What all payers ask{about}"))
        found.append(markup.link("check", {**of, "payer": payer}, f"Check a case against it{about}"))
        found.append(markup.link("order", {**of, "sources": "all", "one": rule.id}, f"Who is stricter{about}"))
    return found


def of_criterion(thing: Thing) -> list[Section]:
    """The rules that ask for a criterion, and the policies whose they are."""
    found = data.asked_in(thing.iri)
    lines = [markup.joined([links.thing(rule.iri), " of ", links.thing(policy.iri)]) for policy, rule in found]
    return [Section("asked", "Asked for by", lambda: markup.show(_listed(lines)))] if found else []


# --- a payer --------------------------------------------------------------------------------------


def of_payer(thing: Thing, item: Described) -> list[Section]:
    """The policies of a payer, how it is reached, and its plans."""
    found, reached = data.policies_of_payer(thing.iri), data.contacts(item)
    plans = [terms.thing("plan", slug).value for slug, payer in data.plans().items() if payer == terms.slug(thing.iri)]
    sections = []
    if found:
        words = "Policies by drug"
        sections.append(Section("policies", words, lambda: markup.show(holdings.held(found, thing.iri))))
    if reached:
        sections.append(Section("contacts", "How to reach it", lambda: _contacts(item)))
    if plans:
        sections.append(Section("plans", "Plans", lambda: markup.show(holdings.named(plans))))
    return sections


def _contacts(item: Described) -> None:
    st.caption("As documents print it, each number once. Call to make sure before you send anything of a patient.")
    markup.show(holdings.contacts(data.contacts(item)))


# --- a drug, a condition, a document --------------------------------------------------------------


def of_drug(drug: str) -> list[Section]:
    """The uses of a drug, and who covers them."""

    def draw() -> None:
        _coverers(data.uses_of_drug(drug), by_drug=False)
        markup.show(_listed(_maps([drug])))

    return [Section("uses", "Uses, and who covers them", draw)] if data.uses_of_drug(drug) else []


def of_condition(condition: str) -> list[Section]:
    """The drugs for a condition, and who covers them."""
    found = data.drugs_for(condition)
    draw = lambda: _coverers(found, by_drug=True)  # noqa: E731
    return [Section("drugs", "Drugs for it, and who covers them", draw)] if found else []


def _coverers(found: Sequence[Coverer], *, by_drug: bool) -> None:
    markup.show(holdings.covered(found, by_drug=by_drug))
    st.caption(markup.plain(holdings.SIGNS))


def of_document(thing: Thing) -> list[Section]:
    """Where a document opens, and the policies that were taken from it."""
    policies = [one.iri for one in data.policies().every if one.source == thing.iri]
    markup.show(markup.tag("p", marks.opens(thing.iri, every=True), ".", marks.of(thing.iri)))
    draw = lambda: markup.show(holdings.named(policies))  # noqa: E731
    return [Section("policies", "What it holds", draw)] if policies else []


def _maps(drugs: Sequence[str]) -> list[markup.Html]:
    asked = ({"drug": terms.slug(drug), "sources": "all"} for drug in drugs)
    return [
        markup.link("map", one, f"Who covers {data.label(drug)}, on the coverage map")
        for drug, one in zip(drugs, asked, strict=True)
    ]


def _listed(found: Sequence[markup.Html]) -> markup.Html:
    return markup.tag("ul", *(markup.tag("li", one) for one in found)) if found else markup.Html()


# --- every thing ----------------------------------------------------------------------------------


def steps_for(thing: Thing, policy: Policy | None) -> tuple[Sequence[Appearance], Mapping[str, str]]:
    """The ladders in which a thing, or the payer of a policy, has to do with the steps; and what a link hands on."""
    iri = policy.payer if policy else thing.iri
    try:
        found = appearances(data.graph(), iri) if iri else ()
    except MissingExtra:
        return (), {}
    kind, _, slug = terms.local(iri).partition("/")
    given = {kind: slug} if kind in ("payer", "plan", "state") else {}
    if policy and len(policy.drugs) == 1:
        given["drug"] = terms.slug(policy.drugs[0])
    return found, given


def show_steps(found: Sequence[Appearance], given: Mapping[str, str], label: str) -> None:
    """What can be done after a denial."""
    if given and len(found) > 1:
        words = f"Denied? What can be done, and by when: {label}"
        markup.show(markup.tag("p", markup.link("denied", given, words)))
    markup.show(steps.appearing(found, dict(given)))


def conflicts_of(thing: Thing) -> list[Conflict]:
    """The disagreements of which this thing is the subject or one of the sides."""
    return [
        item for item in data.conflicts() if item.about == thing.iri or thing.iri in (side.fact for side in item.sides)
    ]


def concerned(thing: Thing) -> int:
    """How many disagreements concern a drug or a payer."""
    return sum(1 for item in data.conflicts() if thing.iri in item.drugs | item.payers)


def disagreements(thing: Thing, found: Sequence[Conflict], number: int) -> None:
    """What documents disagree about where this thing is the subject or one of the sides, and how many concern it."""
    kind, _, slug = thing.id.partition("/")
    if number:
        linked = markup.link("disagreements", {kind: slug}, counted(number, "disagreement"))
        markup.show(markup.tag("p", linked, f" concern{'s' if number == 1 else ''} this {kind}."))
    markup.show(markup.joined(sides.article(item, kind=True) for item in found[:_FEW]))
    if rest := found[_FEW:]:
        summary = markup.tag("summary", f"{len(rest)} more")
        markup.show(markup.tag("details", summary, *(sides.article(item, kind=True) for item in rest)))


def behind(thing: Thing, item: Described, *, facts: bool) -> None:
    """What the graph itself holds of the thing, folded: its facts, what is around it, and its triples."""
    if facts and item.facts:
        markup.show(_folded("Facts", portrait.facts(item.facts)))
    around = portrait.neighbourhood(item)
    if around:
        markup.show(_folded("Neighbourhood", around))
    if item.pointing:
        markup.show(_folded("What points at it", portrait.pointing(item)))
    text = data.as_turtle(thing)
    file = f"{thing.id.replace('/', '-')}.ttl"
    with st.expander("Its triples, as Turtle to copy"):
        st.code(text, language=None, wrap_lines=True)
    st.download_button("Download Turtle", text, file, "text/turtle", on_click="ignore")


def _folded(title: str, content: markup.Html) -> markup.Html:
    return markup.tag("details", markup.tag("summary", title), content, class_="pg-said pg-behind")


def of_kind(thing: Thing, item: Described) -> list[Section]:
    """The parts that only a page of this kind has."""
    kind = thing.id.partition("/")[0]
    if kind == "criterion":
        return of_criterion(thing)
    if kind == "payer":
        return of_payer(thing, item)
    if kind == "source":
        return of_document(thing)
    if kind in ("drug", "product"):
        return of_drug(data.names().ingredient(thing.iri) or thing.iri)
    return of_condition(thing.iri) if kind == "condition" else []


def sections(thing: Thing, item: Described, policy: Policy | None, rule: tuple[Policy, Rule] | None) -> list[Section]:
    """The parts of a page in the order in which they are read: those of its kind first, the graph itself last.

    Args:
        policy, rule: which the thing is; None where it is neither.
    """
    whole = policy or (rule[0] if rule else None)
    if whole:
        markup.show(holdings.standing(whole))
    found = of_policy(policy) if policy else of_rule(*rule) if rule else of_kind(thing, item)
    laid_out = bool(found) and not thing.id.startswith(("source/", "criterion/"))
    appearing, given = steps_for(thing, policy)
    if appearing:
        label = data.label(policy.payer) if policy else thing.label
        found.append(Section("appeals", "Steps after a denial", lambda: show_steps(appearing, given, label)))
    if item.facts and not laid_out:
        found.append(Section("facts", "Facts", lambda: markup.show(portrait.facts(item.facts))))
    if item.sources:
        found.append(Section("said", "What documents say about it", lambda: markup.show(portrait.said(item.sources))))
    conflicts, number = conflicts_of(thing), concerned(thing)
    if conflicts or number:
        found.append(Section("disagreements", "Disagreements", lambda: disagreements(thing, conflicts, number)))
    return [*found, Section("graph", "In the graph", lambda: behind(thing, item, facts=laid_out))]


def page() -> None:
    """The page."""
    name = address.given("thing")
    thing = data.things().get(name) if name else None
    if thing is None:
        unknown(name) if name else none()
        return
    st.set_page_config(f"{thing.label[:80]} · payergraph")
    item = data.described(thing)
    st.title(markup.plain(thing.label), anchor=False)
    policy, rule = data.policy(thing.iri), data.rule(thing.iri)
    markup.show(portrait.head(item, laid_out=bool(policy or rule)))
    found = sections(thing, item, policy, rule)
    markup.show(marks.sections([(one.anchor, one.title) for one in found]))
    for one in found:
        st.header(one.title, anchor=one.anchor)
        one.draw()


page()

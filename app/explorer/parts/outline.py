"""A policy and a rule to read: each use with its criteria as an outline, how long approvals last, what is beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from payergraph import terms
from payergraph.choice import Request
from payergraph.comparison.covered import STATES, UseState
from payergraph.policies.model import Criterion, Note, Policy, Rule
from payergraph.policies.words import above
from payergraph.wording import counted

from . import chart, data, links, marks
from .markup import Html, between, framed, joined, link, sentence, tag, within
from .matrix import aside, beside, quoted

_STAGES = {Request.INITIAL: "First request", Request.CONTINUATION: "Renewal"}
_HEADS = ("Use", "What the document says", "First approval", "Renewal", "Leads on to")


# --- the criteria ---------------------------------------------------------------------------------


def rule(policy: Policy, of: Rule) -> Html:
    """A rule: its plans, what was seen of it, and what it asks of a first request and of a renewal."""
    plans = ", ".join(data.label(plan) for plan in of.plans)
    products = ", ".join(data.label(product) for product in of.products)
    seen = "Criteria seen whole" if of.complete else "Covered; criteria seen in part: the document may ask for more"
    notes = [seen, f"Plans: {plans}" if plans else "", f"Products: {products}" if products else ""]
    head = tag(
        "p", f"{'. '.join(filter(None, notes))}. ", links.thing(of.iri, of.locator or "The rule"), class_="pg-place"
    )
    return joined([head, aside(of.reading), *(_stage(policy, of, request) for request in Request), *_notes_of(of)])


def _notes_of(of: Rule) -> Iterable[Html]:
    yield notes("Limits of this use", of.limits)
    yield notes("Cautions of this use", of.cautions)


def _stage(policy: Policy, of: Rule, request: Request) -> Html:
    root, lengths = of.criteria(request), of.lengths(request)
    lasting = f"Approved for {' or '.join(length.told for length in lengths)}" if lengths else ""
    words = _STAGES[request] if policy.payer else f"{_STAGES[request]} (by the label)"
    heading = tag("h3", words, tag("span", f" {lasting}" if lasting else "", class_="pg-place"))
    if root is None:
        missing = (
            "What this document asks here was not seen." if not of.complete else "The document says nothing of it."
        )
        return tag("div", heading, tag("p", missing, class_="pg-place"), class_="pg-outline")
    return tag("div", heading, tag("ul", tag("li", criterion(root))), class_="pg-outline")


def criterion(node: Criterion, lead: str = "") -> Html:
    """A criterion with its place, which leads to its page, how it was read, the document's words where they are at
    hand, and below it its parts."""
    before = f"{lead}: " if lead else ""
    what = tag(
        "span", before + (above(node) if node.children else node.summary), class_="pg-join" if node.children else None
    )
    documented = tag("span", " Documentation required.", class_="pg-place") if node.documentation_required else ""
    place = tag("span", " ", links.thing(node.iri, node.locator or "its page"), class_="pg-place")
    own = joined([what, documented, place, beside(node), "" if node.children else quoted(node.iri)])
    if not node.children:
        return own
    parts = (tag("li", criterion(child, word)) for child, word in zip(node.children, node.leads, strict=True))
    return joined([own, tag("ul", *parts)])


def apart(policy: Policy) -> Html:
    """What a policy says beside the criteria of its uses: of other uses, of quantity and dose, and what to mind."""
    others = (policy.catch_all,) if policy.catch_all else ()
    titles = (("Other uses", others), ("Limits of quantity and dose", policy.limits), ("Cautions", policy.cautions))
    return joined(notes(title, found) for title, found in titles)


def notes(title: str, found: Sequence[Note]) -> Html:
    """What a document says beside its criteria, with places; nothing where it says nothing."""
    if not found:
        return Html()
    said = (
        tag(
            "li",
            note.text,
            tag("span", " ", links.thing(note.iri, note.locator), class_="pg-place"),
            aside(note.reading),
            quoted(note.iri),
        )
        for note in found
    )
    return joined([tag("h3", title), tag("ul", *said)])


# --- the uses -------------------------------------------------------------------------------------


def uses(policy: Policy, found: Sequence[UseState]) -> Html:
    """A row for each use that a policy names: what it says of it, for how long it approves, and where to go on."""
    head = tag("tr", *(tag("th", name, scope="col") for name in _HEADS))
    whole = tag(
        "table", tag("thead", head), tag("tbody", *(_use(policy, one) for one in found)), class_="pg-rows pg-uses"
    )
    return framed(whole, f"The uses that {policy.label} names", "pg-fits")


def _use(policy: Policy, one: UseState) -> Html:
    use = one.use or one.fact
    rules = [rule for rule in policy.rules if rule.iri == one.fact]
    alike = [rule for rule in policy.rules if rules and rule.indication == rules[0].indication]
    words = data.label(use)
    # What is asked stands further down on this page; why a use is excluded stands on a page of its own.
    named = within(marks.anchor(one.fact), words) if rules else links.thing(one.fact, words)
    durations = [
        " or ".join(dict.fromkeys(length.told for rule in alike for length in rule.lengths(request))) or "–"
        for request in Request
    ]
    return tag(
        "tr",
        tag("th", named, scope="row"),
        tag("td", state(one)),
        *(tag("td", sentence(text), data_label=head) for text, head in zip(durations, _HEADS[2:], strict=False)),
        tag("td", between(" · ", onward(policy, alike))),
    )


def state(one: UseState) -> Html:
    """What a document says of a use, as tile and words."""
    retold = one.policy.authority == "secondary"
    mark = joined([" ", marks.retelling()]) if retold else ""
    return tag(
        "span", chart.tile(one.state, retold=retold), f" {sentence(one.state)}", mark, title=sentence(STATES[one.state])
    )


def onward(policy: Policy, rules: Sequence[Rule]) -> list[Html]:
    """Links from a use of a policy: compare it, check a case against it, see where it stands among payers."""
    found: list[Html] = []
    for drug in dict.fromkeys(drug for rule in rules for drug in rule.drugs):
        uses = dict.fromkeys(use for rule in rules for use in rule.uses)
        for use in list(uses)[:1]:
            of = {"drug": terms.slug(drug), "indication": terms.slug(use)}
            name = f" ({data.label(drug)})" if len(policy.drugs) > 1 else ""
            asked = of | {"sources": "all"}
            about = f"{data.label(drug)} in {data.label(use)}"
            found.append(link("compare", asked, f"Compare{name}", aria_label=f"Compare payers: {about}"))
            if policy.payer:
                payer = {"payer": terms.slug(policy.payer)}
                found.append(link("check", of | payer, f"Check a case{name}", aria_label=f"Check a case: {about}"))
                order = asked | {"one": rules[0].id}
                found.append(link("order", order, f"Strictness{name}", aria_label=f"Strictness among payers: {about}"))
    return found


def not_said(found: Sequence[tuple[str, UseState]]) -> Html:
    """The uses that other documents cover and this one does not name, by what that means here."""
    by_state: dict[str, list[tuple[str, UseState]]] = {}
    for use, one in found:
        by_state.setdefault(one.state, []).append((use, one))
    return joined(
        tag(
            "details",
            tag(
                "summary", chart.tile(word), f" {sentence(word)}: {counted(len(some), 'use')} that other documents name"
            ),
            tag("p", f"{sentence(STATES[word])}.", class_="pg-place"),
            tag("ul", *(tag("li", links.thing(use), _by(one)) for use, one in some)),
            class_="pg-said",
        )
        for word, some in by_state.items()
    )


def _by(one: UseState) -> Html:
    """The rule or the exclusion that speaks of a use by a broader or narrower one."""
    return joined([", by ", links.thing(one.fact)]) if one.use else Html()

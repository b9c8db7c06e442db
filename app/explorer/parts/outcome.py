"""A determination as a person reads it: outcome, what is missing, ways to met, criteria, limits and cautions."""

from __future__ import annotations

from collections.abc import Iterable

from payergraph import terms
from payergraph.criteria import SettledBy
from payergraph.policies.model import Criterion, Note
from payergraph.policies.words import above, negation, wanted
from payergraph.present.sentences import (
    MARKS,
    approval_sentences,
    evidence_sentences,
    not_computed_sentences,
    outcome_words,
    plain_in_source,
    routing_sentence,
    standing,
)
from payergraph.verdict.answers import Determination, Outcome
from payergraph.verdict.fold import Node
from payergraph.verdict.ways import Way

from . import links
from .markup import Html, between, joined, sentence, tag
from .matrix import aside, beside, quoted

#: A sign for each outcome. Its word always stands beside it.
SIGNS = {"met": "✓", "not-met": "✗", "not-documented": "?", "excluded": "⊘", "not-listed": "–", "unknown": "…"}
_MEANINGS = {
    "met": "The case meets everything that this document asks for.",
    "not-met": "The case contradicts something that this document asks for.",
    "not-documented": "Nothing in the case rules it out, and something that decides is not on record.",
    "excluded": "The document names this use as not covered.",
    "not-listed": "The document lists the uses that it covers, and this is none of them.",
    "unknown": "The document was seen in part, and what decides is not in that part.",
}
_AS_FAR_AS_COMPUTED = "The case meets all that is computed of what this document asks for."
_WAYS_SHOWN = 3
_TO_BE_READ = "To be read in the whole document"
#: What no fact of a case settles: left open by the source, or plain in it.
_APART = {
    False: "For the payer to judge: the source leaves it open",
    True: "To be shown beside: no field of a case says it",
}


def nearness(item: Determination) -> tuple[int, ...]:
    """For ordering: met first, then by what the best way to met asks for, then what has no way."""
    if item.outcome is Outcome.MET:
        return (0,)
    if item.ways:
        return (1, len(item.ways[0].fixed), len(item.ways[0].open))
    return (2, ["not-met", "not-documented", "unknown", "not-listed", "excluded"].index(item.outcome))


def word(outcome: str) -> str:
    """An outcome as sign and word."""
    return f"{SIGNS[outcome]} {sentence(Outcome(outcome).words)}"


def said(item: Determination) -> str:
    """The outcome as sign and word, and whether *met* leaves a part out."""
    return f"{SIGNS[item.outcome]} {outcome_words(item)}"


def details(item: Determination, before: str) -> Html:
    """Everything about one determination; ``before`` is the outcome when the case was laid on."""
    found = {node.criterion.id: node.criterion for node in _walk(item.root)}
    changed = f" It was {Outcome(before).words} before the facts were changed." if before != item.outcome else ""
    parts = [
        _about(item),
        tag(
            "p",
            tag("span", word(item.outcome), class_=f"pg-outcome pg-{item.outcome}"),
            f" {_AS_FAR_AS_COMPUTED if item.not_computed else _MEANINGS[item.outcome]}{changed}",
        ),
        _left_out(item),
        _note(item.reason, "p") if item.reason else "",
        _blocked(item, [found[name] for name in item.blocking]),
        _missing(item, [found[name] for name in item.missing]),
        _ways(item, found),
    ]
    if item.root:
        deciding = frozenset(item.deciding)
        parts += [tag("h3", "Criteria"), tag("ul", _tree(item, item.root, deciding, ""), class_="pg-tree")]
    parts += [_notes("Limits", _limits(item)), _notes("Cautions", _cautions(item))]
    return tag("article", *parts, class_="pg-determination")


def _about(item: Determination) -> Html:
    """Whose document this is. What is linked opens beside this page, for leaving it would lose the case."""
    named = [links.thing(iri, apart=True) for iri in (item.policy.payer, item.policy.iri) if iri]
    if item.rule:
        named.append(links.thing(item.rule.iri, "the rule", apart=True))
    place = tag("p", "Opens beside this page: ", between(", ", named), ".", class_="pg-place")
    known = tag("p", standing(item), class_="pg-place")
    routing = routing_sentence(item)
    beside = [tag("p", text) for text in ([routing] if routing else []) + approval_sentences(item)]
    read = [aside(item.policy.reading), aside(item.rule.reading if item.rule else "")]
    return joined([place, known, *read, *beside])


def _left_out(item: Determination) -> Html:
    """What *met* leaves out."""
    parts = tag("ul", *(tag("li", text) for text in not_computed_sentences(item)))
    return joined([tag("h3", "Not computed"), parts]) if item.not_computed else Html()


def _walk(node: Node | None) -> Iterable[Node]:
    if node:
        yield node
        for child in node.children:
            yield from _walk(child)


def _blocked(item: Determination, criteria: list[Criterion]) -> Html:
    """What decides that it is not met, the one to look at first before the others."""
    if item.root is None or not criteria:
        return Html()
    parts = (_requirement(one, wanted(item.root.criterion, one)) for one in criteria)
    return joined([tag("h3", "Blocked by"), tag("ol", *(tag("li", part) for part in parts))])


def _missing(item: Determination, criteria: list[Criterion]) -> Html:
    """What to put on record as a checklist; what no field says and what was not seen is no fault of the record."""
    titles = ("Missing on record", *_APART.values(), _TO_BE_READ)
    asked = {one.id: wanted(item.root.criterion, one) for one in criteria if item.root}
    return joined(
        _checklist(title, [(one, asked[one.id]) for one in criteria if (_apart(one) or titles[0]) == title])
        for title in titles
    )


def _apart(criterion: Criterion) -> str:
    """The heading of what no record settles; empty for what one does."""
    plain = plain_in_source(criterion)
    return _TO_BE_READ if criterion.settled_by is SettledBy.WHOLE_DOCUMENT else "" if plain is None else _APART[plain]


def _checklist(title: str, criteria: list[tuple[Criterion, str]]) -> Html:
    boxes = tag("ul", *(_box(criterion, text) for criterion, text in criteria), class_="pg-checklist")
    return joined([tag("h3", title), boxes]) if criteria else Html()


def _box(criterion: Criterion, text: str) -> Html:
    return tag("li", tag("span", "☐", class_="pg-box", aria_hidden="true"), _requirement(criterion, text))


def _requirement(criterion: Criterion, text: str) -> Html:
    asked = tag("span", " Documentation required.", class_="pg-place") if criterion.documentation_required else ""
    return joined([tag("span", text), asked, _place(criterion.locator, criterion.iri)])


def _place(locator: str, fact: str) -> Html:
    return tag("span", " ", links.thing(fact, locator, apart=True), class_="pg-place") if locator else Html()


def _ways(item: Determination, found: dict[str, Criterion]) -> Html:
    if not item.ways:
        return Html()
    shown = item.ways[:_WAYS_SHOWN]
    title = "The way to met" if len(item.ways) == 1 else f"Ways to met, the {len(shown)} shortest of {len(item.ways)}"
    if len(shown) == len(item.ways) > 1:
        title = "Ways to met, the shortest first"
    if not item.ways_complete:
        title += " or more"
    return joined([tag("h3", title), tag("ol", *(tag("li", _way(way, found)) for way in shown), class_="pg-ways")])


def _way(way: Way, found: dict[str, Criterion]) -> Html:
    apart = {title: [i for i in way.open if _apart(found[i]) == title] for title in (*_APART.values(), _TO_BE_READ)}
    halves = (
        ("Can still change", [name for name in way.open if not _apart(found[name])]),
        ("Cannot change", way.fixed),
        *apart.items(),
    )
    said = {name: found[name].summary for name in way.criteria}
    said |= {name: negation(said[name]) for name in way.negated}

    def listed(names: Iterable[str]) -> Html:
        return tag("ul", *(tag("li", _requirement(found[name], said[name])) for name in names))

    return joined(joined([tag("span", title, class_="pg-join"), listed(names)]) for title, names in halves if names)


def _tree(item: Determination, node: Node, deciding: frozenset[str], around: str) -> Html:
    criterion = node.criterion
    state = tag(
        "span", f"{MARKS[node.status]} {sentence(node.status.words)}", class_=f"pg-state pg-{node.status.value}"
    )
    decides = tag("span", " Decides.", class_="pg-decides") if criterion.id in deciding else ""
    place = _place(criterion.locator, criterion.iri) if criterion.locator != around else ""
    reading = beside(criterion)
    if not node.children:
        return tag("li", state, " ", node.text, decides, place, reading, _facts(item, node), quoted(criterion.iri))
    lead = f" {node.lead}:" if node.lead else ""
    words = tag("span", f"{lead} {above(criterion)}", class_="pg-join")
    parts = (_tree(item, child, deciding, criterion.locator) for child in node.children)
    return tag("li", state, words, place, reading, tag("ul", *parts))


def _facts(item: Determination, node: Node) -> Html:
    """What is on record of a criterion."""
    return joined(tag("span", text, class_="pg-fact") for text in evidence_sentences(item, node))


def _limits(item: Determination) -> tuple[Note, ...]:
    return (*(item.rule.limits if item.rule else ()), *item.policy.limits)


def _cautions(item: Determination) -> tuple[Note, ...]:
    return (*(item.rule.cautions if item.rule else ()), *item.policy.cautions)


def _notes(title: str, notes: tuple[Note, ...]) -> Html:
    if not notes:
        return Html()
    summary = tag("summary", f"{title} ({len(notes)}), which decide nothing here")
    return tag("details", summary, tag("ul", *(_note(note, "li") for note in notes)))


def _note(note: Note, name: str) -> Html:
    return tag(name, note.text, _place(note.locator, f"{terms.ID}statement/{note.id}"), aside(note.reading))

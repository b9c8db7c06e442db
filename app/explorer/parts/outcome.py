"""A determination as a person reads it: outcome, what is missing, ways to met, criteria, limits and cautions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from payergraph import terms
from payergraph.criteria import SettledBy, Status
from payergraph.policies.model import Criterion, Note
from payergraph.policies.words import above, negation
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
from payergraph.present.why import briefly, chosen, count_of, why
from payergraph.verdict.answers import Determination, Outcome
from payergraph.verdict.evidence import Effect, Evidence
from payergraph.verdict.fold import Node
from payergraph.verdict.lacking import Lack, blocking, lacks
from payergraph.verdict.nearest import Seen, seen
from payergraph.verdict.to_fill import to_fill
from payergraph.verdict.ways import Way
from payergraph.wording import written

from . import data, fields, links, marks
from .markup import Html, between, framed, joined, reaching, sentence, tag
from .matrix import aside, beside, quoted

#: A sign for each outcome. Its word always stands beside it.
SIGNS = {"met": "✓", "not-met": "✗", "not-documented": "?", "excluded": "⊘", "not-listed": "–", "unknown": "…"}
_SEEN = {Seen.WHOLE: "whole", Seen.PART: "in part", Seen.NOTHING: "nothing of it"}
#: The key with which the field at a path of the case is drawn: ``therapies[0]``.
KeyOf = Callable[[str], str]
#: So many entries that could be what is asked are offered to fill in.
_OFFERED = 3
_UNQUOTED = str.maketrans("", "", "“”")
_WAYS_SHOWN = 3
_BLOCKS = "Blocked by"
_MISSING = "Missing on record"
_NO_FIELD = "To be shown beside, judged or read: no field of a case says it"
_TO_BE_READ = "To be read in the whole document"
#: What no fact of a case settles: left open by the source, or plain in it.
_APART = {
    False: "For the payer to judge: the source leaves it open",
    True: "To be shown beside: no field of a case says it",
}


def word(outcome: str) -> str:
    """An outcome as sign and word."""
    return f"{SIGNS[outcome]} {sentence(Outcome(outcome).words)}"


def said(item: Determination) -> str:
    """The outcome as sign and word, and whether *met* leaves a part out."""
    return f"{SIGNS[item.outcome]} {outcome_words(item)}"


def details(item: Determination, before: str, key_of: KeyOf | None = None) -> Html:
    """Everything about one determination: first why, then what is missing, the ways, and the criteria.

    Args:
        before: the outcome when the case was laid on.
        key_of: leads to the fields of a form; None where there is none.
    """
    found = {node.criterion.id: node.criterion for node in _walk(item.root)}
    changed = f" It was {Outcome(before).words} before the facts were changed." if before != item.outcome else ""
    # The reason stands below with its place.
    reason = item.reason.text if item.reason else ""
    because = " ".join(text for text in why(item) if text != reason)
    chip = tag("span", word(item.outcome), class_=f"pg-outcome pg-{item.outcome}")
    parts = [
        tag("p", chip, f" {because}{changed}", class_="pg-why"),
        _note(item.reason, "p") if item.reason else "",
        _about(item),
        _left_out(item),
        _missing(item, key_of),
        _ways(item, found),
    ]
    if item.root:
        deciding = frozenset(item.deciding)
        parts += [tag("h3", "Criteria"), tag("ul", _tree(item, item.root, deciding, ""), class_="pg-tree")]
    parts += [_notes("Limits", _limits(item)), _notes("Cautions", _cautions(item))]
    return tag("article", *parts, class_="pg-determination")


def table(found: Sequence[tuple[Determination, str]]) -> Html:
    """The determinations below each other in short, each with the key of its answer."""
    heads = ("Payer and document", "Outcome", "What blocks or is missing", "Seen", "Edition")
    head = tag("thead", tag("tr", *(tag("th", text, scope="col") for text in heads)))
    several = len({item.indication for item, _ in found}) > 1
    rows = tag("tbody", *(_row(item, key, with_use=several) for item, key in found))
    return framed(tag("table", head, rows, class_="pg-rows pg-answers"), "The documents side by side")


def _row(item: Determination, key: str, *, with_use: bool) -> Html:
    payer = tag("span", data.label(item.policy.payer), class_="pg-answer-payer")
    use = f": {data.label(item.indication)}" if with_use else ""
    of = f"{item.policy.label}{use}" + "".join(f", {data.label(one)}" for one in item.plans)
    edition = written(item.policy.edition) if item.policy.edition else "undated"
    return tag(
        "tr",
        tag("th", payer, reaching(key, of), marks.of(item.policy.iri), scope="row"),
        tag("td", tag("span", said(item), class_=f"pg-outcome pg-{item.outcome}")),
        tag("td", tag("span", briefly(item))),
        tag("td", _SEEN[seen(item)]),
        tag("td", edition),
    )


def _about(item: Determination) -> Html:
    """Whose document this is. What is linked opens beside this page, for leaving it would lose the case."""
    named = [links.thing(iri, apart=True) for iri in (item.policy.payer, item.policy.iri) if iri]
    if item.rule:
        named.append(links.thing(item.rule.iri, "the rule", apart=True))
    place = tag("p", "Opens beside this page: ", between(", ", named), ".", class_="pg-place pg-opens")
    of = tag("p", marks.own(item.policy), ". ", marks.opens(item.policy.source, apart=True), ".", class_="pg-place")
    known = tag("p", standing(item), class_="pg-place")
    routing = routing_sentence(item)
    beside = [tag("p", text) for text in ([routing] if routing else []) + approval_sentences(item)]
    read = [aside(item.policy.reading), aside(item.rule.reading if item.rule else "")]
    return joined([place, of, known, *read, *beside])


def _left_out(item: Determination) -> Html:
    """What *met* leaves out."""
    parts = tag("ul", *(tag("li", text) for text in not_computed_sentences(item)))
    return joined([tag("h3", "Not computed"), parts]) if item.not_computed else Html()


def _walk(node: Node | None) -> Iterable[Node]:
    if node:
        yield node
        for child in node.children:
            yield from _walk(child)


def _missing(item: Determination, key_of: KeyOf | None) -> Html:
    """What is still to be shown as a checklist, alternatives as such; first what blocks it. What no field says and what
    was not seen is no fault of the record."""
    titles = (_BLOCKS, _MISSING, *_APART.values(), _NO_FIELD, _TO_BE_READ)
    found: dict[str, list[Lack]] = {title: [] for title in titles}
    for one in lacks(item):
        found[_title(one)].append(one)
    found[_BLOCKS] = blocking(item, found[_BLOCKS])
    return joined(
        joined([tag("h3", title), _checklist(item, some, key_of, class_="pg-checklist")])
        for title, some in found.items()
        if some
    )


def _title(one: Lack) -> str:
    """The heading under which a requirement stands."""
    if one.status is Status.NOT_MET:
        return _BLOCKS
    titles = {_apart(leaf.leaf) for leaf in one.leaves if leaf.leaf}
    if "" in titles:
        return _MISSING
    return titles.pop() if len(titles) == 1 else _NO_FIELD


def _checklist(item: Determination, found: Iterable[Lack], key_of: KeyOf | None, **attributes: str) -> Html:
    return tag("ul", *(_box(item, one, key_of) for one in found), **attributes)


def _box(item: Determination, one: Lack, key_of: KeyOf | None) -> Html:
    box = tag("span", "☐", class_="pg-box", aria_hidden="true")
    if one.leaf is not None:
        return tag("li", box if one.status is Status.NOT_DOCUMENTED else "", _leaf(item, one, key_of))
    parts = [part for part in one.parts if part is not None]
    if one.depends:
        return tag("li", box, tag("span", "It depends", class_="pg-join"), _depending(item, one, key_of))
    lead = sentence(chosen(one)) if one.is_choice else "All of these"
    return tag("li", box, tag("span", f"{lead}:", class_="pg-join"), _checklist(item, parts, key_of))


def _depending(item: Determination, one: Lack, key_of: KeyOf | None) -> Html:
    met = tag("span", "nothing more", class_="pg-join")
    return tag(
        "ul",
        *(
            tag("li", tag("span", f"{lead}: ", class_="pg-join"), _within(item, part, key_of) if part else met)
            for lead, part in zip(one.leads, one.parts, strict=True)
        ),
    )


def _within(item: Determination, one: Lack, key_of: KeyOf | None) -> Html:
    return _leaf(item, one, key_of) if one.leaf is not None else tag("ul", _box(item, one, key_of))


def _leaf(item: Determination, one: Lack, key_of: KeyOf | None) -> Html:
    """A requirement, how far it is met, and where to fill in what it waits for."""
    assert one.leaf is not None
    leaf = one.leaf
    asked = leaf.summary if one.met else negation(leaf.summary)
    contrary = tag("span", f"{MARKS[Status.NOT_MET]} Not met", class_="pg-state pg-not-met")
    count = count_of(item, one)
    return joined(
        (
            joined([contrary, " "]) if one.status is Status.NOT_MET else "",
            _requirement(leaf, asked),
            tag("span", count, class_="pg-fact") if count else "",
            _to_fill(item, one, key_of) if key_of else "",
        )
    )


def _to_fill(item: Determination, one: Lack, key_of: KeyOf) -> Html:
    """Buttons that lead to the fields in which this is filled in: entries that could be it, then lists and fields."""
    assert one.leaf is not None
    open_ = item.evidence.get(one.leaf.id, Evidence()).of(Effect.COULD)[:_OFFERED]
    offered = [(fact.path, f"{fact.words}{_gaps(fact.gaps)}") for fact in open_]
    offered += [(path, fields.told(path).translate(_UNQUOTED)) for path in to_fill(one.leaf, data.graph(), met=one.met)]
    if not offered:
        return Html()
    buttons = [reaching(key_of(path), words) for path, words in offered]
    return tag("span", "Fill in: ", between(" ", buttons), class_="pg-fill")


def _gaps(gaps: Sequence[str]) -> str:
    return f" (not recorded: {', '.join(gaps)})" if gaps else ""


def _apart(criterion: Criterion) -> str:
    """The heading of what no record settles; empty for what one does."""
    plain = plain_in_source(criterion)
    return _TO_BE_READ if criterion.settled_by is SettledBy.WHOLE_DOCUMENT else "" if plain is None else _APART[plain]


def _requirement(criterion: Criterion, text: str) -> Html:
    asked = tag("span", " Documentation required.", class_="pg-place") if criterion.documentation_required else ""
    return joined([tag("span", text), asked, _place(criterion.locator, criterion.iri)])


def _place(locator: str, fact: str) -> Html:
    return tag("span", " ", links.thing(fact, locator, apart=True), class_="pg-place") if locator else Html()


def _ways(item: Determination, found: dict[str, Criterion]) -> Html:
    if not item.ways:
        return Html()
    if len(item.ways) == 1 and item.ways_complete and not item.ways[0].fixed:
        return tag("p", "All of this together is the one way to met.", class_="pg-join")
    shown = item.ways[:_WAYS_SHOWN]
    title = "The way to met" if len(item.ways) == 1 else f"Ways to met, the {len(shown)} shortest of {len(item.ways)}"
    if len(shown) == len(item.ways) > 1:
        title = "Ways to met, the shortest first"
    if not item.ways_complete:
        title += " or more"
    shared = _shared(item)
    of_each = [_without(way, shared) for way in shown]
    parts = [tag("h3", title)]
    if shared is not None:
        parts += [tag("p", tag("strong", "In every way:")), tag("div", _way(shared, found), class_="pg-shared")]
    parts.append(tag("ol", *(tag("li", _way(way, found)) for way in of_each), class_="pg-ways"))
    return joined(parts)


def _shared(item: Determination) -> Way | None:
    """What all ways to met need, where there are several and all are known."""
    if len(item.ways) < 2 or not item.ways_complete:
        return None
    first, *others = item.ways

    def in_all(name: str) -> bool:
        return all(name in way.criteria and (name in way.negated) == (name in first.negated) for way in others)

    open_, fixed = (tuple(filter(in_all, names)) for names in (first.open, first.fixed))
    return Way(open_, fixed, first.negated & {*open_, *fixed}) if open_ or fixed else None


def _without(way: Way, shared: Way | None) -> Way:
    said = set(shared.criteria) if shared else set[str]()
    open_, fixed = (tuple(name for name in names if name not in said) for names in (way.open, way.fixed))
    return Way(open_, fixed, way.negated - said)


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
    return tag("details", summary, tag("ul", *(_note(note, "li") for note in notes)), class_="pg-notes")


def _note(note: Note, name: str) -> Html:
    return tag(name, note.text, _place(note.locator, f"{terms.ID}statement/{note.id}"), aside(note.reading))

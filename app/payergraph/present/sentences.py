"""A determination in sentences: what Markdown, terminal, notebook and the explorer say alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .. import terms
from ..choice import Request
from ..criteria import SettledBy, Status
from ..policies.lengths import of_months
from ..policies.model import Criterion, Note
from ..policies.silence import Unanswered
from ..policies.words import negation, verbalize, wanted
from ..store.names import Names
from ..verdict.answers import Answers, Approval, Determination
from ..verdict.evidence import Effect, Evidence, Fact
from ..verdict.fold import Node, leaves
from ..wording import counted, numeral, sentence, spelled

#: The words of the source behind a fact, by its IRI; None where they are not at hand.
Words = Callable[[str], str | None]

#: The sign of a document that only retells another; the word stands beside it, or in the name of what bears it.
RETOLD = "❝"
#: The shape of each state; its word stands beside it.
MARKS = {Status.MET: "✓", Status.NOT_MET: "✗", Status.NOT_DOCUMENTED: "?"}

#: So many members of a set are named that could still count.
_NAMED = 8


def outcome_words(item: Determination) -> str:
    """The outcome in words; of *met* that leaves a part out, also that it does."""
    return sentence(item.outcome.words) + (", as far as computed" if item.not_computed else "")


def heading(item: Determination, names: Names) -> str:
    """``Cigna IP0243, Anakinra: rheumatoid arthritis (Employer Group Plans)``."""
    plans = ", ".join(names.label(plan) for plan in item.plans)
    text = f"{item.policy.label}: {names.label(item.indication)}"
    return f"{text} ({plans})" if plans else text


def standing(item: Determination) -> str:
    """What is known of the document's date and whose it is: ``Effective 1 June 2024, payer's own document.``"""
    whose = "payer's own document" if item.policy.authority == "primary" else "retelling"
    seen = f", criteria seen {'whole' if item.rule.complete else 'in part'}" if item.rule else ""
    return sentence(f"{item.policy.dated}, {whose}{seen}.")


def beside(item: Determination) -> list[str]:
    """What is told under the outcome: the document's standing and readings, what judges the request, the approval."""
    routing = routing_sentence(item)
    return [standing(item), *readings(item), *([routing] if routing else []), *approval_sentences(item)]


def readings(item: Determination) -> list[str]:
    """How the document and its rule were read, where either was."""
    found = (item.policy.reading, item.rule.reading if item.rule else "")
    return [f"Read as: {text}" for text in found if text]


#: What a stage of a request is judged by, and what follows from that.
_CRITERIA = {Request.INITIAL: "initial criteria", Request.CONTINUATION: "continuation criteria"}
_APPROVALS = {Request.INITIAL: "First approval", Request.CONTINUATION: "Renewed approval"}


def routing_sentence(item: Determination) -> str:
    """By which criteria the request is judged and why, where the document sends some to those of the other stage."""
    routed = item.routed
    if routed is None:
        return ""
    premise = routed.premise.criterion
    asked = f"{verbalize(premise)} [{premise.locator}]"
    facts = [fact for leaf in leaves(routed.premise) for fact in evidence_sentences(item, leaf)]
    own, other = _CRITERIA[item.request], _CRITERIA[item.request.other]
    if routed.by is None:
        said = f"By the {other} or by the {own}: that hangs on what is not documented: {asked}"
    elif routed.by is item.request:
        said = f"Judged by the {own}; for the {other} this would have to hold: {asked}"
    else:
        said = f"Judged by the {other}, for this holds: {asked}"
    return ". ".join([said, *facts])


def approval_sentences(item: Determination) -> list[str]:
    """How long an approval lasts, a line each, and for how long the drug is asked for, where the case says."""
    found = [f"{_APPROVALS[one.request]}: {one.length.told}" + _on(one) for one in item.approvals]
    if item.requested_months is None or item.rule is None:
        return found
    asked = of_months(item.requested_months)
    longer = [one for one in item.approvals if asked.is_longer(one.length)]
    more = ", more than is approved at once" if found and len(longer) == len(found) else ""
    return [*found, f"Asked for: {counted(numeral(item.requested_months), 'month')}{more}"]


def _on(approval: Approval) -> str:
    return f", on {', '.join(map(terms.slug, approval.plans))}" if approval.plans else ""


def not_computed_sentences(item: Determination) -> list[str]:
    """What *met* leaves out, and of which requirement."""
    found = (_node(item, name).criterion for name in item.not_computed)
    return [f"{leaf.not_computed} ({leaf.summary}) [{leaf.locator}]" for leaf in found]


def blocking_sentences(item: Determination) -> list[str]:
    """For *not met*, what decides, the one to look at first before the others."""
    if item.root is None:
        return []
    root, found = item.root.criterion, [_node(item, name).criterion for name in item.blocking]
    return [f"{wanted(root, leaf)} [{leaf.locator}]" for leaf in found]


def evidence_sentences(item: Determination, node: Node) -> list[str]:
    """What is on record of a criterion and does something for it, a line for each thing that it does.

    What the count names already is not told again.
    """
    if node.children or node.criterion.id not in item.evidence:
        return []
    evidence = item.evidence[node.criterion.id]
    told = [fact for fact in evidence.facts if not fact.is_completeness]
    lists = [fact.words for fact in evidence.facts if fact.is_completeness]
    if lists and not told:
        return [f"None on record, and {' and '.join(lists)}"]
    found = list(counting(node.status, evidence))
    counted = {fact for member in evidence.counting for fact in member.facts} if _is_counted(evidence) else set[Fact]()
    for effect, lead in _leads(node.status, evidence).items():
        if facts := [fact for fact in told if fact.effect is effect and fact not in counted]:
            found.append(f"{lead}: {'; '.join(map(_said, facts))}")
    return found + [sentence(words) for words in lists]


def _leads(status: Status, evidence: Evidence) -> dict[Effect, str]:
    """How the facts of an effect are led in."""
    short = evidence.asked is not None or status is Status.NOT_DOCUMENTED
    return {
        Effect.FOR: "On record",
        Effect.COULD: "Could be it" if evidence.asked is None else "Could count",
        Effect.AGAINST: "Falls short" if short else "Against it",
    }


def _is_counted(evidence: Evidence) -> bool:
    return evidence.asked is not None and evidence.asked > 1


def counting(status: Status, evidence: Evidence) -> Iterator[str]:
    """``1 of 2: Humira, 2024-02 to 2024-07; one more of Enbrel, Rinvoq``."""
    if not _is_counted(evidence) or not evidence.counting:
        return
    assert evidence.asked is not None
    count, told = len(evidence.counting), set[Fact]()
    lines = []
    for member in evidence.counting:
        lines.append(", and ".join(_said(fact) for fact in member.facts if fact not in told))
        told.update(member.facts)
    lead = f"{count} of {evidence.asked}" if count <= evidence.asked else f"{count}, where {evidence.asked} are asked"
    if status is not Status.MET and count < evidence.asked:
        lines.append(_still_asked(evidence))
    yield f"{lead}: {'; '.join(line for line in lines if line)}"


def _still_asked(evidence: Evidence) -> str:
    """``one more of Enbrel, Rinvoq``. Of what is no member of a set, no list tells which."""
    assert evidence.asked is not None
    number = spelled(evidence.asked - len(evidence.counting))
    if evidence.open:
        others = ", or another, for the document leaves the list open" if evidence.left_open else ""
        return f"{number} more of {_some([one.label for one in (*evidence.could, *evidence.open)])}{others}"
    could = _some([one.label for one in evidence.could])
    return f"{number} more ({could} could count)" if could else f"{number} more"


def _said(fact: Fact) -> str:
    why = ["not on the list, which the document leaves open"] if fact.unlisted else []
    why += [f"not recorded: {', '.join(fact.gaps)}"] if fact.gaps else []
    return f"{fact.words} ({'; '.join(why)})" if why else fact.words


def _some(labels: Sequence[str]) -> str:
    """The first of some labels, and how many more there are."""
    mark = "; " if any("," in label for label in labels) else ", "
    more = f"{mark}and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
    return mark.join(labels[:_NAMED]) + more


def missing_sentences(item: Determination) -> list[str]:
    """What is missing, as a checklist."""
    if item.root is None:
        return []
    root, found = item.root.criterion, [_node(item, name).criterion for name in item.missing]
    return [f"{wanted(root, leaf)} [{leaf.locator}]" for leaf in found]


def ways_sentences(item: Determination, limit: int = 3) -> list[str]:
    """The first ways to met, each in one sentence; what cannot change is said to be so."""
    found = []
    for way in item.ways[:limit]:
        said = {name: _summary(item, name) for name in way.criteria}
        said |= {name: negation(said[name]) for name in way.negated}
        parts = [said[name] for name in way.open]
        parts += [f"{said[name]} (cannot change)" for name in way.fixed]
        found.append("; ".join(parts))
    return found


def not_answered(found: Answers) -> list[str]:
    """What was not answered, a line each."""
    unheard = unheard_sentence(found)
    said = [f"Not answered: {unanswered_sentence(item)}." for item in found.unanswered]
    return [*said, unheard] if unheard else said


def unheard_sentence(found: Answers) -> str:
    """What the case names and the graph does not know, in one sentence; empty where there is nothing."""
    if not found.unheard:
        return ""
    listed = ", ".join(map(str, found.unheard))
    said = f"Not known here, so that it decides nothing and its list counts as not complete: {listed}."
    return f"{said} {_NOT_LOOKED_UP}" if any(item.not_looked_up for item in found.unheard) else said


_NOT_LOOKED_UP = "Codes were judged by their form alone; install payergraph[codes] to look them up in ICD-10-CM."


def unanswered_sentence(item: Unanswered) -> str:
    """What was not answered, with the option that would answer it."""
    return str(item).replace("authority 'all'", "--authority all")


def plain_in_source(criterion: Criterion) -> bool | None:
    """Of what no fact of a case settles: whether the source asks it plainly, or leaves it open. Of others None."""
    if criterion.settled_by is not SettledBy.JUDGEMENT:
        return None
    return criterion.parameters.true("plainInSource")


def asides(criterion: Criterion) -> list[str]:
    """What stands below a criterion beside its state: what is not computed of it, and how it was read."""
    pairs = (("Not computed", criterion.not_computed), ("Read as", criterion.reading))
    return [f"{word}: {text}" for word, text in pairs if text]


def cited(note: Note) -> str:
    """What a document says, with its place and how it was read."""
    text = f"{note.text} [{note.locator}]" if note.locator else note.text
    return f"{text} Read as: {note.reading}" if note.reading else text


def quoted(iri: str, words: Words) -> list[str]:
    """The source's words, without its blank lines."""
    return [line.strip() for line in (words(iri) or "").splitlines() if line.strip()]


def no_words(iri: str) -> None:
    """The words of a source that is not at hand."""
    return None


def _node(item: Determination, name: str) -> Node:
    assert item.root is not None
    todo = [item.root]
    while todo:
        node = todo.pop()
        if node.criterion.id == name:
            return node
        todo.extend(node.children)
    raise KeyError(name)


def _summary(item: Determination, name: str) -> str:
    return _node(item, name).criterion.summary

"""A determination in sentences: what Markdown, terminal, notebook and the explorer say alike."""

from __future__ import annotations

from collections.abc import Callable

from ..criteria import SettledBy, Status
from ..policies.model import Criterion, Note
from ..policies.silence import Unanswered
from ..store.names import Names
from ..verdict.answers import Answers, Determination
from ..verdict.fold import Node
from ..wording import sentence

#: The words of the source behind a fact, by its IRI; None where they are not at hand.
Words = Callable[[str], str | None]

#: The shape of each state; its word stands beside it.
MARKS = {Status.MET: "✓", Status.NOT_MET: "✗", Status.NOT_DOCUMENTED: "?"}


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


def readings(item: Determination) -> list[str]:
    """How the document and its rule were read, where either was."""
    found = (item.policy.reading, item.rule.reading if item.rule else "")
    return [f"Read as: {text}" for text in found if text]


def not_computed_sentences(item: Determination) -> list[str]:
    """What *met* leaves out, and of which requirement."""
    found = (_node(item, name).criterion for name in item.not_computed)
    return [f"{leaf.not_computed} ({leaf.summary}) [{leaf.locator}]" for leaf in found]


def missing_sentences(item: Determination) -> list[str]:
    """What is missing, as a checklist."""
    return [f"{_summary(item, name)} [{_locator(item, name)}]" for name in item.missing]


def ways_sentences(item: Determination, limit: int = 3) -> list[str]:
    """The first ways to met, each in one sentence; what cannot change is said to be so."""
    found = []
    for way in item.ways[:limit]:
        parts = [_summary(item, name) for name in way.open]
        parts += [f"{_summary(item, name)} (cannot change)" for name in way.fixed]
        found.append("; ".join(parts))
    return found


def not_answered(found: Answers) -> list[str]:
    """What was not answered, a line each."""
    return [f"Not answered: {unanswered_sentence(item)}." for item in found.unanswered]


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


def _locator(item: Determination, name: str) -> str:
    return _node(item, name).criterion.locator

"""A check to take along: the facts of a case, what the documents say to it, which documents and which graph these are.

It names a patient's facts, as the case does.
"""

from __future__ import annotations

from collections.abc import Callable

from ..browse.catalogue import catalogue
from ..chart.case import FIELDS, Case
from ..markup import in_markdown
from ..store.graph import LocalGraph
from ..store.names import names
from ..verdict.answers import Answers
from .cite import Cited
from .render import to_markdown
from .sentences import Words, no_words

DISCLAIMER = (
    "payergraph shows what documents say, as of their editions. It gives no medical or legal advice and decides "
    "nothing: the payer does. Check the document itself before you rely on it."
)


def facts(case: Case) -> list[tuple[str, tuple[str, ...]]]:
    """What is on record, by the keys of the fields in their order: a phrase for each entry or value."""
    found = ((field.key, tuple(one.words for one in case.words.said(field.key))) for field in FIELDS)
    return [(key, said) for key, said in found if said]


def sources(found: Answers, graph: LocalGraph) -> list[Cited]:
    """The documents that answered, each once, in the order of the answers."""
    by_iri = {item.iri: item for item in catalogue(graph).documents}
    known = dict.fromkeys((item.policy.source, item.policy.edition, item.policy.dated) for item in found)
    return [Cited(by_iri[iri], edition, dated) for iri, edition, dated in known if iri in by_iri]


def packet(
    case: Case,
    found: Answers,
    graph: LocalGraph,
    title: Callable[[str], str] = lambda key: key,
    words: Words = no_words,
) -> str:
    """The whole as Markdown.

    Args:
        title: what a field is called, by its key.
    """
    head, _, body = to_markdown(case, found, names(graph), words).partition("\n")
    said = [f"- {in_markdown(title(key))}: {in_markdown('; '.join(of))}" for key, of in facts(case)]
    cited = [f"- {in_markdown(one.text)}" for one in sources(found, graph)]
    end = f"Graph version {graph.version}. {DISCLAIMER}"
    parts = [head, "", "## Facts on record", "", *said, body, "## Documents", "", *(cited or ["None."]), "", end, ""]
    return "\n".join(parts)

"""The pages that stand in the menu, in its order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page of the menu.

    Attributes:
        name: its file and its address.
        short: what the menu calls it, so that all pages stand in one line.
        about: words by which a search finds it, beside those of its title.
        of_a_drug: whether the drug and the use that are chosen go on to it.
    """

    name: str
    title: str
    short: str
    about: str = ""
    of_a_drug: bool = False


#: The parameters of Compare. Its addresses once stood at the root; those were published, and stay right.
COMPARED = ("drug", "indication", "request", "payers", "sources", "label", "day")

PAGES = (
    Page("compare", "Compare payers", "Compare", "criteria side by side", of_a_drug=True),
    Page("order", "Strictness", "Strictness", "strictest widest order of rules", of_a_drug=True),
    Page("map", "Coverage map", "Map", "who covers what", of_a_drug=True),
    Page("changes", "What changed", "Changes", "editions history timeline new policy", of_a_drug=True),
    Page("disagreements", "Disagreements", "Disagreements", "conflicts contradictions", of_a_drug=True),
    Page("check", "Check a case", "Check", "patient form prior authorization request fax"),
    Page("cohort", "A population", "Population", "cohort patients simulate", of_a_drug=True),
    Page("denied", "Denied? What now", "Denied?", of_a_drug=True),
    Page("questions", "Questions", "Questions", "library stored query table", of_a_drug=True),
    Page("sparql", "Ask in SPARQL", "SPARQL", "query"),
    Page("about", "About the data", "About", "documents licence citation version"),
)

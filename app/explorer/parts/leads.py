"""Where a search, a payer or a drug leads on: what payers ask, and who covers what."""

from __future__ import annotations

from collections.abc import Sequence

from payergraph import terms
from payergraph.browse.leads import Lead

from . import data
from .markup import Html, joined, link, tag

#: More payers are counted, not named; more leads stand folded away.
_NAMED = 3
_FEW = 6


def listed(found: Sequence[Lead]) -> Html:
    """The leads as a list; the first few, and the others folded away."""
    items = [tag("li", _lead(one)) for one in found]
    rest = items[_FEW:]
    folded = tag("details", tag("summary", f"{len(rest)} more"), tag("ul", *rest)) if rest else ""
    return tag("div", tag("ul", *items[:_FEW]), folded, class_="pg-leads") if items else Html()


def _lead(one: Lead) -> Html:
    slugs = {"drug": terms.slug(one.drug), "indication": terms.slug(one.use)}
    slugs["payers"] = ",".join(map(terms.slug, one.payers))
    drug = data.drug_label(one.drug)
    if not any(one.drug in rule.drugs for policy in data.policies().of_drug(one.drug) for rule in policy.rules):
        return link("map", {"drug": slugs["drug"], "sources": "all"}, f"Who covers {drug}")
    use = f" in {data.label(one.use)}" if one.use else ""
    compared = link("compare", slugs | {"sources": "all"}, f"What {_payers(one.payers)} for {drug}{use}")
    covered = link("map", {"drug": slugs["drug"], "sources": "all"}, "who covers it")
    return compared if one.payers and len(one.payers) == 1 else joined([compared, "; ", covered])


def _payers(payers: Sequence[str]) -> str:
    if not payers:
        return "payers ask"
    named = [data.label(payer) for payer in payers[:_NAMED]]
    if len(payers) > _NAMED:
        named.append(f"{len(payers) - _NAMED} more")
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"{listed} {'asks' if len(payers) == 1 else 'ask'}"

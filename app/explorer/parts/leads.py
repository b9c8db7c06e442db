"""Where a search, a payer or a drug leads on: what payers ask, who covers what, and what can be done after a denial."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from payergraph import terms
from payergraph.browse.hits import Found, Hit, Narrowed
from payergraph.browse.leads import Denial, Lead
from payergraph.browse.things import Thing

from . import data, marks
from .markup import Html, address, joined, link, sentence, tag

#: More payers are counted, not named; more leads stand folded away; so many are suggested, and of them so many leads.
_NAMED = 3
_FEW = 6
_SUGGESTED = 8
_LED = 4


@dataclass(frozen=True)
class Way:
    """Where something leads: a page with its parameters, in words, and what is there."""

    page: str
    parameters: dict[str, str]
    words: str
    kind: str

    @property
    def link(self) -> Html:
        """The words, leading there."""
        return link(self.page, self.parameters, self.words)


def listed(found: Sequence[Lead]) -> Html:
    """The leads as a list; the first few, and the others folded away."""
    return _folded([tag("li", _lead(one)) for one in found])


def led(found: Iterable[Hit]) -> Html:
    """What can be done about what a search names; the first few, and the others folded away."""
    return _folded([tag("li", _led(hit)) for hit in found])


def _led(hit: Hit) -> Html:
    if isinstance(hit.what, Lead):
        return _lead(hit.what)
    if not isinstance(hit.what, Thing):
        return way(hit).link
    return joined([way(hit).link, tag("span", f", {hit.what.kind}", class_="pg-join"), marks.of(hit.what.iri)])


def _folded(items: Sequence[Html]) -> Html:
    rest = items[_FEW:]
    folded = tag("details", tag("summary", f"{len(rest)} more"), tag("ul", *rest)) if rest else ""
    return tag("div", tag("ul", *items[:_FEW]), folded, class_="pg-leads") if items else Html()


def way(hit: Hit) -> Way:
    """Where what was found leads."""
    what = hit.what
    if isinstance(what, Lead):
        return _way(what)
    if isinstance(what, Denial):
        return _denied(what)
    if isinstance(what, Narrowed):
        to = {name: terms.slug(iri) for name, iri in what.to}
        named = f" ({', '.join(data.label(iri) for _, iri in what.to)})" if to else ""
        kind = "Question" if what.offer.name else "Page"
        return Way(what.offer.page, {"question": what.offer.name} | to, f"{what.offer.title}{named}", kind)
    retold = ", a retelling" if data.retells(what.iri) else ""
    return Way("thing", {"thing": what.id}, what.label, f"{sentence(what.kind)}{retold}")


def suggestions(found: Found) -> list[dict[str, str]]:
    """The first of what was found, for a list below the box: its address, its words, and what it is."""
    own = [hit for hit in found.hits if not (isinstance(hit.what, Thing) and data.things().owner(hit.what))]
    hits = [*found.leading[:_LED], *own, *found.leading[_LED:], *found.some]
    ways = dict.fromkeys(
        (address(there.page, there.parameters), there.words, there.kind) for there in map(way, hits[: 2 * _SUGGESTED])
    )
    return [{"href": href, "words": words, "kind": kind} for href, words, kind in list(ways)[:_SUGGESTED]]


def _denied(found: Denial) -> Way:
    named = {"drug": found.drug, "payer": found.payer, "state": found.state}
    labels = [data.drug_label(iri) if name == "drug" else data.label(iri) for name, iri in named.items() if iri]
    of = f": {', '.join(labels)}" if labels else ""
    words = f"Denied? What can be done, and by when{of}"
    return Way("denied", {name: terms.slug(iri) for name, iri in named.items() if iri}, words, "Steps and days")


def _way(one: Lead) -> Way:
    slugs = {"drug": terms.slug(one.drug), "indication": terms.slug(one.use)}
    slugs["payers"] = ",".join(map(terms.slug, one.payers))
    drug, covered = data.drug_label(one.drug), {"drug": slugs["drug"], "sources": "all"}
    if not any(one.drug in rule.drugs for policy in data.policies().of_drug(one.drug) for rule in policy.rules):
        return Way("map", covered, f"Who covers {drug}", "Map")
    if one.without and not one.payers:
        words = f"No policy here has criteria for {drug} in {data.label(one.without)}; what it is covered for"
        return Way("map", covered, words, "Map")
    use = f" in {data.label(one.use)}" if one.use else ""
    return Way("compare", slugs | {"sources": "all"}, f"What {_payers(one.payers)} for {drug}{use}", "Comparison")


def _lead(one: Lead) -> Html:
    there = _way(one)
    if there.page == "map" or len(one.payers) == 1:
        return there.link
    covered = link("map", {"drug": terms.slug(one.drug), "sources": "all"}, "who covers it")
    return joined([there.link, "; ", covered])


def _payers(payers: Sequence[str]) -> str:
    if not payers:
        return "payers ask"
    named = [data.label(payer) for payer in payers[:_NAMED]]
    if len(payers) > _NAMED:
        named.append(f"{len(payers) - _NAMED} more")
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"{listed} {'asks' if len(payers) == 1 else 'ask'}"

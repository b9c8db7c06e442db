"""What stands around a policy, a payer, a drug and a condition: editions, policies, contacts, who covers what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from payergraph import terms
from payergraph.browse.portfolio import Contact, Coverer, Held, PolicyPage
from payergraph.policies.model import Policy
from payergraph.policies.seen import payers_by_seen
from payergraph.wording import counted

from . import data, links, marks
from .markup import Html, between, framed, joined, link, sentence, tag

#: More names are folded.
_FEW = 6


# --- a policy -------------------------------------------------------------------------------------


def standing(policy: Policy) -> Html:
    """Whose a policy is, its edition, how much of its uses was seen, and where its document opens."""
    uses = "Its list of uses was seen whole" if policy.indications_complete else "Its list of uses was seen in part"
    payer = joined([links.thing(policy.payer), ". "]) if policy.payer else ""
    first = tag("p", payer, marks.own(policy), f". {sentence(policy.dated)}. {uses}.")
    document = tag("p", "Document: ", links.thing(policy.source), ". ", marks.opens(policy.source, every=True), ".")
    return tag("div", first, document, class_="pg-standing")


def editions(page: PolicyPage) -> Html:
    """The editions before and after a policy, what it retells, and what retells it; what is known of its own day."""
    groups: list[tuple[str, Sequence[Policy]]] = [
        ("Later editions, which replace it", page.later),
        ("Earlier editions, which it replaces", page.earlier),
        ("It retells", page.restates),
        ("Retold by", page.restated_by),
        ("Of another edition of the same document", page.other_editions),
    ]
    own = tag("p", f"This edition: {page.policy.dated}.")
    if not page.policy.edition:
        own = tag("p", f"This edition is {page.policy.dated}: nobody can say from it whether it is in force.")
    none = (
        "" if page.later else tag("p", "No later edition is in the graph; the payer may have one.", class_="pg-place")
    )
    lists = (
        joined([tag("h3", title), tag("ul", *(tag("li", _edition(one)) for one in found))])
        for title, found in groups
        if found
    )
    compared = page.later or page.earlier
    words = "What changed from one edition to the next"
    changed = tag("p", link("changes", {"policy": page.policy.id}, words)) if compared else ""
    return joined([own, none, changed, *lists])


def _edition(policy: Policy) -> Html:
    return joined([links.thing(policy.iri), f", {policy.dated}", marks.of(policy.iri)])


# --- a payer --------------------------------------------------------------------------------------


def held(found: Sequence[Held], payer: str) -> Html:
    """The policies of a payer by drug, a row each, with edition and how much was seen; older editions are folded."""
    head = tag("tr", *(tag("th", name, scope="col") for name in ("Drug", "Document", "Edition", "Seen", "Leads on to")))
    rows: list[Html] = []
    for drug, some in groupby(found, key=lambda one: one.drug):
        rows += _of_drug(drug, list(some), payer)
    whole = tag("table", tag("thead", head), tag("tbody", *rows), class_="pg-rows pg-held")
    return framed(whole, "Policies by drug", "pg-fits")


def _of_drug(drug: str, found: list[Held], payer: str) -> list[Html]:
    shown = [one for one in found if one.newest] or found
    old = [one for one in found if one not in shown]
    of = {"drug": terms.slug(drug), "payers": terms.slug(payer), "sources": "all"}
    words = data.label(drug)
    leads = between(
        " · ",
        [
            link("compare", of, "Compare", aria_label=f"Compare payers: {words}"),
            link("map", {"drug": terms.slug(drug), "sources": "all"}, "Map", aria_label=f"Coverage map: {words}"),
        ],
    )
    rows = []
    for place, one in enumerate(shown):
        seen = payers_by_seen([one.policy], drug, data.label)[one.policy.payer]
        earlier = ""
        if place == len(shown) - 1 and old:
            listed = tag("ul", *(tag("li", _edition(other.policy)) for other in old))
            earlier = tag("details", tag("summary", counted(len(old), "earlier edition")), listed, class_="pg-place")
        rows.append(
            tag(
                "tr",
                tag("td", links.thing(drug)),
                tag("td", links.thing(one.policy.iri), marks.of(one.policy.iri), earlier),
                tag("td", sentence(one.policy.dated), data_label="Edition"),
                tag("td", sentence(seen.words), data_label="Seen"),
                tag("td", leads),
            )
        )
    return rows


def contacts(found: Iterable[Contact]) -> Html:
    """Phones, fax numbers, addresses and portals, each once, with what the documents say they are for."""
    return tag("dl", *(part for one in found for part in _contact(one)), class_="pg-contacts")


def _contact(one: Contact) -> Iterable[Html]:
    yield tag("dt", one.value)
    for word in dict.fromkeys(word for word, *_ in one.told):
        said = [(statement, source) for other, statement, source in one.told if other == word]
        places = between(", ", (joined([links.thing(at, data.thing_label(of)), marks.of(at)]) for at, of in said))
        yield tag("dd", sentence(word), tag("span", " ", places, class_="pg-place"))


def named(iris: Iterable[str]) -> Html:
    """Things by their names, each leading to its page."""
    return tag("ul", *(tag("li", links.thing(iri)) for iri in iris))


# --- who covers what ------------------------------------------------------------------------------


def covered(found: Sequence[Coverer], *, by_drug: bool = False) -> Html:
    """A row for each use of a drug, or each drug for a condition: the label, the payers, and how to compare them."""
    heads = ("Drug" if by_drug else "Use", "FDA label", "Payers that cover it", "Others", "Leads on to")
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    whole = tag(
        "table",
        tag("thead", head),
        tag("tbody", *(_row(one, heads, by_drug=by_drug) for one in found)),
        class_="pg-rows pg-uses pg-who",
    )
    return framed(whole, "Who covers it", "pg-fits")


def _row(one: Coverer, heads: Sequence[str], *, by_drug: bool) -> Html:
    asked = {"drug": terms.slug(one.drug), "indication": terms.slug(one.use), "sources": "all"}
    about = f"{data.label(one.drug)} in {data.label(one.use)}"
    leads = [link("compare", asked, "Compare", aria_label=f"Compare payers: {about}")] if one.covering else []
    leads.append(
        link(
            "check",
            {name: asked[name] for name in ("drug", "indication")},
            "Check",
            aria_label=f"Check a case: {about}",
        )
    )
    missing = (
        "Does not name it" if any(one.drug in label.drugs for label in data.policies().labels) else "No label at hand"
    )
    label = [links.thing(rule, "Names it") for rule in one.labeled[:1]] or [tag("span", missing)]
    others = [
        f"{counted(len(some), 'payer')} {words}"
        for words, some in (("for a narrower use only", one.narrower), ("exclude it", one.excluding))
        if some
    ]
    others += [f"{counted(one.silent, 'payer')} not listed or not shown"] if one.silent else []
    return tag(
        "tr",
        tag("th", links.thing(one.drug if by_drug else one.use), scope="row"),
        tag("td", *label, data_label=heads[1]),
        tag("td", _payers(one), data_label=heads[2]),
        tag("td", sentence("; ".join(others)) or "–", data_label=heads[3]),
        tag("td", between(" · ", leads)),
    )


def _payers(one: Coverer) -> Html:
    if not one.covering:
        return tag("span", "None in the graph")
    whole = set(one.whole)
    ordered = sorted(one.covering, key=lambda payer: (payer in one.retold, payer not in whole))
    names = [
        joined([links.thing(payer), _mark(payer in one.retold), "" if payer in whole else " …"]) for payer in ordered
    ]
    lead = f"{counted(len(names), 'payer')}: " if len(names) > 1 else ""
    if len(names) <= _FEW:
        return joined([lead, between(", ", names)])
    rest = tag("details", tag("summary", f"{len(names) - _FEW} more"), between(", ", names[_FEW:]))
    return joined([lead, between(", ", names[:_FEW]), rest])


def _mark(retold: bool) -> Html:
    return tag("span", f" {marks.RETOLD}", title="Retelling", role="img", aria_label="retelling") if retold else Html()


#: What the signs behind the names of payers mean.
SIGNS = (
    f"{marks.RETOLD} only a retelling says so. … covered, and the criteria were not seen whole. Payers with criteria "
    "seen whole come first."
)

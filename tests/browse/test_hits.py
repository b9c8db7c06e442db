"""What a text in the search may mean."""

from __future__ import annotations

import pytest

from payergraph import terms
from payergraph.browse.hits import Found, Hit, Narrowed, Offer, find
from payergraph.browse.leads import Denial, Lead
from payergraph.browse.things import Thing
from payergraph.store.graph import shipped

OFFERS = (
    Offer("sparql", "Appeal deadlines as stated", "appeal_deadlines_as_stated", "Appeals", frozenset(["state"])),
    Offer("sparql", "Fewest steps", "fewest_steps", "Step therapy", frozenset(["drug", "indication"])),
    Offer("map", "Coverage map", about="who covers what"),
)


def told(hit: Hit) -> str:
    """A hit in a word: ``comparison canakinumab gout-flare``."""
    what = hit.what
    if isinstance(what, Lead):
        return " ".join(
            filter(None, ["compare", *map(terms.slug, (what.drug, *what.payers, what.use)), what.without and "without"])
        )
    if isinstance(what, Denial):
        return " ".join(["denied", *(terms.slug(iri) for iri in (what.drug, what.payer, what.state) if iri)])
    if isinstance(what, Narrowed):
        return " ".join(filter(None, [what.offer.page, what.offer.name, *(terms.slug(iri) for _, iri in what.to)]))
    return what.id


def search(text: str, *, typing: bool = False) -> Found:
    return find(shipped(), text, OFFERS, typing=typing)


@pytest.mark.parametrize(
    ("text", "leading"),
    [
        ("canakinumab gout flares", ["compare canakinumab gout-flare"]),
        ("cigna Kineret", ["compare anakinra cigna", "policy/cigna-ip0243"]),
        ("appeal deadline north carolina", ["denied NC"]),
        ("Ilaris denied Cigna North Carolina", ["denied canakinumab cigna NC", "compare canakinumab cigna"]),
        ("J3262", ["compare tocilizumab"]),
        ("rilonacept rheumatoid arthritis", ["compare rilonacept without"]),
        ("tnf", []),
        ("etanercept", []),
    ],
)
def test_what_can_be_done_about_what_is_named_comes_first(text: str, leading: list[str]) -> None:
    assert [told(hit) for hit in search(text).leading][: len(leading) or None] == leading


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("M06.9", "condition/rheumatoid-arthritis"),
        ("J3262", "drug/tocilizumab"),
        ("66658-234-07", "product/kineret"),
        ("tnf", "drug-class/tnf-inhibitor"),
        ("cigna", "payer/cigna"),
        ("hum", "product/humira"),
        ("appeal deadline north carolina", "sparql appeal_deadlines_as_stated NC"),
        ("fewest steps anakinra RA", "sparql fewest_steps anakinra rheumatoid-arthritis"),
        ("who covers what", "map"),
    ],
)
def test_things_by_their_names_and_questions_come_before_internals(text: str, first: str) -> None:
    assert told(search(text).hits[0]) == first


@pytest.mark.parametrize(
    ("text", "mended", "first"),
    [
        ("humria", (("humria", "humira"),), "compare adalimumab"),
        ("Kineert cigna", (("Kineert", "kineret"),), "compare anakinra cigna"),
    ],
)
def test_a_slip_is_read_as_the_nearest_name_and_said(
    text: str, mended: tuple[tuple[str, str], ...], first: str
) -> None:
    found = search(text)
    assert found.mended == mended and told(found.leading[0]) == first


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("canak", "compare canakinumab"),
        ("canakinumab gou", "compare canakinumab gout-flare"),
        ("cigna humi", "compare adalimumab cigna"),
        ("rheumatoid ar", "compare adalimumab rheumatoid-arthritis"),
        ("north caro", "denied NC"),
    ],
)
def test_while_typing_the_last_word_may_be_unfinished(text: str, first: str) -> None:
    assert told(search(text, typing=True).leading[0]) == first


def test_a_word_that_is_still_typed_is_not_yet_unknown() -> None:
    assert search("anakinra kryp", typing=True).unknown == ()
    assert search("anakinra kryp").unknown == ("kryp",)


def test_what_has_some_of_the_words_says_which_it_lacks() -> None:
    found = search("cigna Kineret gout")
    assert found.some and all(hit.lacking for hit in found.some)
    assert not {hit.what for hit in found.some} & {hit.what for hit in found.hits}
    lacking = [sum(map(len, hit.lacking)) for hit in found.some]
    assert lacking == sorted(lacking)


def test_a_drug_of_which_no_policy_speaks_is_told() -> None:
    assert terms.slug(search("etanercept").without) == "etanercept"
    assert search("Kineret").without == "" == search("kryptonite").without


@pytest.mark.parametrize("text", ["", "   ", "kryptonite", "<b>", "\x00", "x" * 5000])
def test_where_nothing_is_found_nothing_is_made_up(text: str) -> None:
    found = search(text)
    assert not (found.leading or found.hits or found.some)


def test_no_internal_stands_before_a_name_that_has_all_words() -> None:
    hits = [hit.what for hit in search("anakinra").hits]
    inside = [isinstance(what, Thing) and "/" in terms.slug(what.iri) for what in hits]
    assert inside == sorted(inside)

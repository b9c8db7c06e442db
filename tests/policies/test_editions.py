"""Which edition of a policy counts on a day."""

from __future__ import annotations

from datetime import date

import pytest

from payergraph import terms
from payergraph.policies.editions import in_scope, shown_on, told, undated
from payergraph.policies.library import policies
from payergraph.policies.model import first_day
from payergraph.store.graph import shipped

ID = "https://w3id.org/payergraph/id/"


def editions(drug: str, payer: str, day: str, authority: str = "all") -> list[str]:
    found = in_scope(shipped(), ID + "drug/" + drug, ID + "payer/" + payer, authority, date.fromisoformat(day))
    return [item.id for item in found]


@pytest.mark.parametrize(
    ("text", "day"), [("2019", "2019-01-01"), ("2019-09", "2019-09-01"), ("2019-09-03", "2019-09-03")]
)
def test_a_year_or_a_month_alone_counts_from_its_first_day(text: str, day: str) -> None:
    assert first_day(text) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        ("2017-01-01", "minnesota-mhcp-ilaris-2017"),
        ("2019-08-31", "minnesota-mhcp-ilaris-2017"),
        ("2019-09-01", "minnesota-mhcp-ilaris-2019"),
        ("2026-10-01", "minnesota-mhcp-ilaris-2019"),
    ],
)
def test_the_day_chooses_the_edition_of_minnesotas_ilaris_sheet(day: str, edition: str) -> None:
    found = [name for name in editions("canakinumab", "minnesota-mhcp", day) if "ilaris" in name]
    assert found == [edition]


def test_no_edition_is_in_force_before_the_first() -> None:
    assert not [name for name in editions("canakinumab", "minnesota-mhcp", "2016-12-31") if "ilaris" in name]


def test_a_secondary_edition_in_force_replaces_a_primary_one() -> None:
    """The 2019 sheet was seen on a mirror only; the payer's own sheet of 2017 is no longer in force for all that."""
    assert policies(shipped())["minnesota-mhcp-ilaris-2019"].authority == "secondary"
    found = editions("canakinumab", "minnesota-mhcp", "2026-10-01", "primary")
    assert not [name for name in found if "ilaris" in name]


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        ("2019-01-22", "western-health-advantage-kineret-2019"),
        ("2019-07-31", "western-health-advantage-kineret-2019"),
        ("2019-08-01", "western-health-advantage-kineret-later"),
        ("2019-08-02", "western-health-advantage-kineret-gl-161469"),
        ("2026-10-01", "western-health-advantage-kineret-gl-161469"),
    ],
)
def test_an_undated_edition_does_not_begin_before_what_is_known_of_the_one_it_replaces(day: str, edition: str) -> None:
    assert editions("anakinra", "western-health-advantage", day, "primary") == [edition]


def test_every_edition_that_is_replaced_is_for_a_drug_and_the_payer_of_the_next() -> None:
    by_iri = {item.iri: item for item in policies(shipped()).all}
    pairs = [(item, by_iri[iri]) for item in by_iri.values() for iri in item.supersedes]
    assert pairs and all(set(old.drugs) & set(new.drugs) and old.payer == new.payer for new, old in pairs)


def test_what_is_shown_says_its_day_and_which_documents_have_no_date() -> None:
    found = in_scope(shipped(), f"{terms.ID}drug/anakinra", None, "primary", "2026-11-30")
    day = date(2026, 11, 30)
    said = told(found, day)
    assert said.startswith("Shown are the latest editions known on 30 November 2026. ")
    without = undated(found)
    assert f"{len(without)} of {len(found)} have no date: nobody can say whether they are in force (" in said
    assert all(policy.label in said for policy in without) and "Cigna IP0243" not in said
    assert told([policy for policy in found if policy.edition], day) == shown_on(day)

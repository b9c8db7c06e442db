"""The editions of documents in time: which follows which, and what is counted of them."""

from __future__ import annotations

import csv
import io
import json

import pytest

from payergraph.choice import Authority
from payergraph.policies.library import policies
from payergraph.revisions.timeline import COLUMNS, timelines
from payergraph.store.graph import shipped
from payergraph.terms import thing


def test_an_edition_stands_after_those_that_it_replaces_and_each_stands_once() -> None:
    found = timelines(shipped(), authority=Authority.ALL)
    every = [one.policy.iri for line in found.all for one in line.editions]
    assert sorted(every) == sorted(policy.iri for policy in policies(shipped()).all)
    for line in found.all:
        places = {one.policy.iri: place for place, one in enumerate(line.editions)}
        for one in line.editions:
            assert all(places[older.iri] < places[one.policy.iri] for older in one.replaces)


def test_an_edition_lasts_until_the_next_began() -> None:
    [line] = timelines(shipped(), policy="texas-medicaid-dupixent-2020").all
    assert [(one.policy.edition, one.until) for one in line.editions] == [
        ("2019-12-18", "2020-08-24"),
        ("2020-08-24", "2021-03-15"),
        ("2021-03-15", ""),
    ]
    assert line.id == "texas-medicaid-dupixent-2021" and line.payer == thing("payer", "texas-medicaid").value


def test_an_edition_out_of_scope_stays_in_its_line_and_is_not_counted() -> None:
    found = timelines(shipped(), drug=thing("drug", "glecaprevir-pibrentasvir").value)
    [line] = [one for one in found.of_several if one.id.startswith("minnesota")]
    assert [one.policy.id[-4:] for one in line.editions] == ["2017", "2023", "2025"]
    assert "minnesota-mhcp-hepatitis-c-2017" in {one.policy.id for one in line.editions}
    assert not {policy.id for policy in found.in_scope} & {
        one.policy.id for one in line.editions if one.policy.authority == "secondary"
    }


@pytest.mark.parametrize("authority", list(Authority))
def test_counts_and_what_is_unknown_make_up_all(authority: Authority) -> None:
    found = timelines(shipped(), authority=authority)
    assert sum(year.began for year in found.years) + found.without_date == len(found.in_scope)
    assert all(year.replacing <= year.began for year in found.years)
    assert 0 < found.without_any_date <= found.without_date
    replaced = [one for line in found.all for one in line.editions if one.replaced_by and one.policy in found.in_scope]
    assert sum(year.ended for year in found.years) + found.replaced_without_day == len(replaced)


def test_files_have_every_edition_and_what_is_unknown() -> None:
    found = timelines(shipped(), payer=thing("payer", "western-health-advantage").value)
    rows = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert tuple(rows[0]) == COLUMNS and len(rows) == sum(len(line.editions) for line in found.all)
    told = json.loads(found.to_json())
    assert told["editions"] == found.records() and told["withoutStart"] == found.without_date
    assert told["graphVersion"] == shipped().version


def test_nothing_in_scope_is_no_line() -> None:
    found = timelines(shipped(), payer=thing("payer", "nobody").value)
    assert (found.all, found.in_scope, found.years, found.records()) == ((), (), (), [])
    assert found.to_csv().splitlines() == [",".join(COLUMNS)]

"""What a cohort answers: every number is counted again, chart by chart, the slow way."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from cohorts_shared import asked
from command import run as command

from payergraph.cohorts.answer import Cohort
from payergraph.cohorts.sources import Folder
from payergraph.criteria import Status
from payergraph.errors import CallError
from payergraph.verdict.answers import Outcome
from payergraph.verdict.determination import determine
from payergraph.verdict.fold import leaves

pytestmark = pytest.mark.xdist_group("cohort")
CIGNA = "cigna-ip0243 (cigna-employer-group, cigna-individual-and-family)"
MOLINA = "molina-kineret"


def determined(cohort: Cohort, policy: str) -> list[object]:
    """What a check says to each chart of one policy, in the order of their ids."""
    found = []
    for chart in cohort.run.charts.read(0, cohort.run.charts.size):
        found += determine(cohort.run.case(chart), cohort.run.graph, policy=policy, as_of=cohort.run.asked.day)
    return found


@pytest.mark.parametrize("policy", [CIGNA, MOLINA])
def test_shares_are_those_of_checks(small: Cohort, policy: str) -> None:
    counted = Counter(one.outcome for one in determined(small, policy.partition(" ")[0]))
    shares = small.shares().by_policy[policy]
    assert {outcome: shares[outcome].count for outcome in Outcome if shares[outcome].count} == counted


def test_what_stops_whom_is_told_by_criterion(small: Cohort) -> None:
    found = determined(small, MOLINA)
    unmet = [one for one in found if one.outcome is Outcome.NOT_MET]
    shapley = small.shapley(MOLINA)
    assert shapley.stopped == len(unmet) > 5
    # The rule is a plain conjunction of what is asked, so that each of its parts that fails has an equal part in it.
    alone = {leaf.criterion: leaf for leaf in small.attrition(MOLINA).alone}
    states = Counter((leaf.criterion.id, leaf.status) for one in found for leaf in leaves(one.root))
    for name, leaf in alone.items():
        assert (leaf.met, leaf.not_documented, leaf.not_met) == tuple(
            states[name, state] for state in (Status.MET, Status.NOT_DOCUMENTED, Status.NOT_MET)
        )
    assert small.stops_most(MOLINA) in [leaf.text for leaf in alone.values()]


def test_a_criterion_with_its_own_parameters_changes_nothing_and_a_looser_one_lets_more_through(small: Cohort) -> None:
    asker = small.asker(CIGNA)
    steps = next(leaf for leaf in asker.root.leaves if leaf.parameters.count("minimumGroups") == 2)
    assert small.loosened(CIGNA, steps.id, minimumGroups=2).changed == 0
    looser = small.loosened(CIGNA, steps.id, minimumGroups=1)
    assert looser.changed > 0
    order = [Status.NOT_MET, Status.NOT_DOCUMENTED, Status.MET]
    assert all(order.index(move.before) < order.index(move.after) for move in looser.moves if move.share.count)
    dropped = small.without(CIGNA, steps.id)
    assert dropped.changed >= looser.changed
    with pytest.raises(CallError, match=r"have minimumAge, which .* does not give; it gives"):
        small.loosened(CIGNA, steps.id, minimumAge=2)
    with pytest.raises(CallError, match="is no leaf of"):
        small.loosened(CIGNA, asker.root.id, minimumGroups=1)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """Six who begin a therapy, of age, and four who go on with it, who are children."""
    folder = tmp_path_factory.mktemp("mixed")
    first = "".join(f"first-{number},initial,50\n" for number in range(6))
    again = "".join(f"again-{number},continuation,10\n" for number in range(4))
    (folder / "patients.csv").write_text(f"id,request,age\n{first}{again}")
    return asked(Folder(folder), folder / "run", policy=[MOLINA])


def test_what_stops_whom_is_of_the_charts_that_are_asked_the_same(mixed: Cohort) -> None:
    """A rule asks for fewer things when a therapy goes on: the age of those who go on stops nobody."""
    asker, age = mixed.asker(MOLINA), "molina-kineret/ra-age"
    assert (asker.request, asker.charts) == ("initial", 6)
    assert mixed.shares().by_policy[MOLINA][Outcome.NOT_MET].count == 0
    attrition, shapley = mixed.attrition(MOLINA), mixed.shapley(MOLINA)
    assert attrition.charts == 6 and not any(stage.stopped for stage in attrition.stages)
    assert shapley.charts == 6 and shapley.stopped == 0
    assert mixed.loosened(MOLINA, age, minimumAge=18).changed == 0
    assert mixed.loosened(MOLINA, age, minimumAge=60).changed == 6


def test_a_chart_that_a_rule_is_asked_for_two_uses_counts_once(tmp_path: Path) -> None:
    tables, name = tmp_path / "tables", "navitus-adalimumab-form"
    tables.mkdir()
    (tables / "patients.csv").write_text("id,age\na,50\nb,60\n")
    (tables / "diagnoses.csv").write_text(
        "id,condition\na,rheumatoid arthritis\na,plaque psoriasis\nb,rheumatoid arthritis\n"
    )
    found = asked(Folder(tables), tmp_path / "run", drug="adalimumab", indication=None, policy=[name])
    asker = found.asker(name)
    assert found.size == asker.charts == found.attrition(name).charts == found.shapley(name).charts == 2
    leaf = next(leaf for leaf in asker.root.leaves if leaf.parameters)  # type: ignore[union-attr]
    same = found.loosened(name, leaf.id, **leaf.parameters)
    assert same.changed == 0 and len(same.before) == 2


def test_a_parameter_that_is_left_out_is_not_asked_for(mixed: Cohort) -> None:
    age, current = "molina-kineret/ra-age", "molina-kineret/ra-methotrexate-current"
    # Without its only bound an age is not asked for at all.
    assert mixed.loosened(MOLINA, age, minimumAge=None).text == mixed.without(MOLINA, age).text
    assert mixed.loosened(MOLINA, current, currentlyTaken=None).text == (
        mixed.loosened(MOLINA, current, currentlyTaken=False).text
    )


@pytest.mark.parametrize(
    ("criterion", "name", "value", "sentence"),
    [
        ("ra-age", "minimumAge", "two", "have minimumAge as 'two'; expected a whole number"),
        ("ra-age", "minimumAge", 17.5, "have minimumAge as 17.5; expected a whole number"),
        ("ra-age", "minimumAge", True, "have minimumAge as True; expected a whole number"),
        ("ra-age", "minimumAge", 10**40, f"have minimumAge as {10**40}; expected a whole number, a billion at most"),
        ("ra-methotrexate-current", "currentlyTaken", "x", "have currentlyTaken as 'x'; expected True or False"),
        ("ra-methotrexate-current", "therapyGroups", "leflunomide", "have therapyGroups as 'leflunomide'; expected an"),
        ("ra-methotrexate-current", "therapyGroups", None, "leave out therapyGroups, without which "),
    ],
)
def test_a_parameter_with_a_wrong_value_is_one_sentence(
    mixed: Cohort, criterion: str, name: str, value: object, sentence: str
) -> None:
    with pytest.raises(CallError) as caught:
        mixed.loosened(MOLINA, f"molina-kineret/{criterion}", **{name: value})
    assert str(caught.value).startswith(f"parameters {sentence}")


def test_a_criterion_is_taken_from_another_payer(small: Cohort) -> None:
    theirs = small.asker(MOLINA).root.leaves[0]
    ours = small.asker(CIGNA).root.leaves[0]
    found = small.taking(CIGNA, ours.id, theirs.id, MOLINA)
    assert theirs.summary.split(",")[0] in found.text
    with pytest.raises(CallError, match="is no criterion of molina-kineret"):
        small.taking(CIGNA, ours.id, ours.id, MOLINA)


def test_one_chart_is_explained_as_a_check_explains_it(small: Cohort) -> None:
    name = str(small.ids[3])
    found = small.explain(name)
    assert {one.policy.id for one in found} == set(small.run.asked.policies)
    [of_molina] = [one for one in found if one.policy.id == MOLINA]
    assert any(evidence.facts for evidence in of_molina.evidence.values())
    with pytest.raises(CallError, match="'nobody' is the id of no patient"):
        small.explain("nobody")


def test_subgroups_are_by_what_is_on_record(small: Cohort) -> None:
    by_sex = small.by_value("sex", smallest=1)
    assert sum(count or 0 for count in by_sex.groups.values()) == small.size
    by_age = small.by_age([40, 65], smallest=1)
    assert list(by_age.groups)[:3] == ["under 40", "40 to 64", "65 and over"]
    with pytest.raises(CallError, match="'sexx' is no column of the table patients; the nearest is sex"):
        small.by_value("sexx")


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    drawn = ["--synthetic", "rheumatoid-arthritis", "--size", "25", "--seed", "3", "--processes", "1"]
    asked = ["--drug", "Kineret", "--indication", "RA", "--policy", MOLINA, "--into", str(tmp_path / "run")]
    options = [*drawn, *asked]
    done = command("cohort", *options, "--format", "json")
    told = json.loads(done.stdout)
    assert done.returncode == 0 and told["charts"] == 25
    assert sum(share["count"] for share in told["shares"]) == 25
    again = command("cohort", *options)
    assert again.returncode == 0 and "25 charts" in again.stdout and MOLINA in again.stdout
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert {"shares.csv", "attrition.csv", "shapley.csv", "overlaps.csv", "criteria.csv", "not-judged.csv"} <= names


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "--drug is missing; expected the drug that is asked for, such as --drug adalimumab"),
        (["--drug", "Kineret"], "expected a folder of charts, or --synthetic with a use, and not both"),
        (["--drug", "Kinret", "--synthetic", "x"], "--synthetic is 'x', of which nothing is assumed; expected"),
        (["nowhere", "--drug", "Kineret"], "nowhere is no folder; expected one with the tables of a population"),
    ],
)
def test_a_wrong_call_is_one_sentence(options: list[str], sentence: str, tmp_path: Path) -> None:
    done = command("cohort", *options, "--into", str(tmp_path / "run"))
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"payergraph: {sentence}") and done.stderr.count("\n") == 1

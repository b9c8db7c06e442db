"""Values that are measured, and changes of them: all three values of a criterion, and both sides of each bound."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import pytest
from evaluator import ID, MET, NOT_DOCUMENTED, NOT_MET
from judges import says

from payergraph import terms
from payergraph.criteria import KINDS, Parameters, Values

_BMI = {"measured": "observable/bmi", "valueUnit": "unit/kg-per-m2"}
_OVERWEIGHT = {**_BMI, "atLeastValue": Decimal("27.0"), "atMostValue": Decimal("29.9")}
_OBESE = {**_BMI, "atLeastValue": Decimal("30.0")}


def of(name: str, value: Any, unit: str | None = None, **more: Any) -> dict[str, Any]:
    return {"of": name, "value": value, **({"unit": unit} if unit else {}), **more}


def bmi(value: Any, date: str | None = None, **more: Any) -> dict[str, Any]:
    return of("bmi", value, "kg/m2", **({"date": date} if date else {}), **more)


def measured(*rows: dict[str, Any], asked: dict[str, Any], complete: bool = False, **case: Any) -> str:
    return says("MeasurementCriterion", {"measurements": list(rows), "measurementsComplete": complete, **case}, **asked)


def changed(*rows: dict[str, Any], complete: bool = False, **asked: Any) -> str:
    case = {"measurements": list(rows), "measurementsComplete": complete}
    return says("ChangeCriterion", case, changed="observable/body-weight", **asked)


# --- bounds -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "answer"), [("26.9", NOT_MET), (27, MET), ("29.9", MET), (30, NOT_MET), (45, NOT_MET)]
)
def test_bounds_are_joined_by_and_and_include_themselves(value: Any, answer: str) -> None:
    assert measured(bmi(value, "2026-09-01"), asked=_OVERWEIGHT) == answer


@pytest.mark.parametrize(
    ("value", "answer"), [("26.9", NOT_MET), (27, NOT_MET), ("27.1", MET), ("29.8", MET), ("29.9", NOT_MET)]
)
def test_strict_bounds_leave_themselves_out(value: Any, answer: str) -> None:
    asked = {**_BMI, "aboveValue": Decimal("27.0"), "belowValue": Decimal("29.9")}
    assert measured(bmi(value, "2026-09-01"), asked=asked) == answer


def test_what_was_never_measured_is_not_met_where_the_measurements_are_complete() -> None:
    assert measured(asked=_OBESE) == NOT_DOCUMENTED
    assert measured(asked=_OBESE, complete=True) == NOT_MET
    assert measured(asked=_OBESE, labsComplete=True) == NOT_DOCUMENTED


def test_a_value_in_another_unit_is_converted() -> None:
    asked = {"measured": "observable/body-weight", "atLeastValue": Decimal("100.0"), "valueUnit": "unit/kg"}
    pounds = [of("body weight", value, "lb", date="2026-10-01") for value in ("220.4", "220.5")]
    assert [measured(row, asked=asked) for row in pounds] == [NOT_MET, MET]


def test_a_score_needs_no_unit() -> None:
    asked = {"measured": "observable/das28", "aboveValue": Decimal("5.1")}
    assert measured(of("DAS28", "5.1"), asked=asked) == NOT_MET
    assert measured(of("DAS28", "5.2"), asked=asked) == MET
    assert measured(of("DAS28", "5.2", "score"), asked=asked) == MET


def test_a_share_is_measured_in_percent() -> None:
    fev1 = "observable/fev1-percent-predicted"
    asked = {"measured": fev1, "belowValue": Decimal("80.0"), "valueUnit": "unit/percent"}
    assert measured(of("FEV1 % predicted", 79, "%"), asked=asked) == MET
    assert measured(of("FEV1 % predicted", 80, "%"), asked=asked) == NOT_MET


@pytest.mark.parametrize(
    ("bound", "answers"),
    [
        ("atLeastTimes", [NOT_MET, MET, MET]),
        ("aboveTimes", [NOT_MET, NOT_MET, MET]),
        ("atMostTimes", [MET, MET, NOT_MET]),
        ("belowTimes", [MET, NOT_MET, NOT_MET]),
    ],
)
@pytest.mark.parametrize(("which", "key"), [("Upper", "upperLimit"), ("Lower", "lowerLimit")])
def test_a_value_is_a_multiple_of_a_limit(bound: str, answers: list[str], which: str, key: str) -> None:
    asked = {"measured": "lab/crp", bound + which: Decimal("1.5")}
    rows = [of("crp", value, "mg/L", **{key: 10}) for value in ("14.9", 15, "15.1")]
    assert [measured(row, asked=asked) for row in rows] == answers
    assert measured(of("crp", 15, "mg/L"), asked=asked) == NOT_DOCUMENTED


@pytest.mark.parametrize(
    ("grade", "at_least", "at_most"), [("F1", NOT_MET, MET), ("F2", MET, MET), ("F3", MET, NOT_MET)]
)
def test_a_grade_has_its_place_in_the_order_of_its_scale(grade: str, at_least: str, at_most: str) -> None:
    stage = {"measured": "observable/fibrosis-stage"}
    row = of("fibrosis stage", grade, date="2026-01-15")
    assert measured(row, asked={**stage, "atLeastGrade": "grade/fibrosis-f2"}) == at_least
    assert measured(row, asked={**stage, "atMostGrade": "grade/fibrosis-f2"}) == at_most


def test_a_grade_is_one_of_those_that_are_accepted() -> None:
    asked = {"measured": "observable/fibrosis-stage", "acceptedGrades": "early-fibrosis"}
    rows = [of("fibrosis stage", grade) for grade in ("F0", "F1", "F2", "F3")]
    assert [measured(row, asked=asked) for row in rows] == [NOT_MET, MET, MET, NOT_MET]


def test_which_grade_a_number_would_be_is_open_and_which_number_a_grade() -> None:
    for asked in ({"atLeastGrade": "grade/fibrosis-f2"}, {"acceptedGrades": "early-fibrosis"}):
        assert measured(bmi(30), asked={"measured": "observable/bmi", **asked}) == NOT_DOCUMENTED
    number = {"measured": "observable/fibrosis-stage", "atLeastValue": Decimal("2.0")}
    assert measured(of("fibrosis stage", "F3"), asked=number) == NOT_DOCUMENTED


# --- which value --------------------------------------------------------------------------------------

_THEN, _NOW = bmi(35, "2016"), bmi(24, "2026-09-01")


def test_the_latest_value_is_meant() -> None:
    assert measured(_THEN, _NOW, asked=_OBESE) == measured(_NOW, _THEN, asked=_OBESE) == NOT_MET
    assert measured(_THEN, _NOW, asked={**_OBESE, "occasion": "pg:AnyOccasion"}) == MET
    assert measured(bmi(24, "2016"), bmi(35, "2026-09-01"), asked=_OBESE) == MET


def test_where_two_may_be_the_latest_and_differ_it_is_open() -> None:
    assert measured(bmi(35), _NOW, asked=_OBESE) == NOT_DOCUMENTED
    assert measured(bmi(35), bmi(31, "2026"), asked=_OBESE) == MET
    assert measured(bmi(25), bmi(24, "2026"), asked=_OBESE) == NOT_MET


@pytest.mark.parametrize(
    ("day", "value", "answer"),
    [
        ("2026-04-01", 31, MET),
        ("2026-03-31", 31, NOT_DOCUMENTED),
        ("2026-03-31", 24, NOT_DOCUMENTED),
        ("2026-04-01", 24, NOT_MET),
        ("2026", 31, NOT_DOCUMENTED),
    ],
)
def test_a_value_from_before_the_period_decides_nothing(day: str, value: int, answer: str) -> None:
    asked = {**_OBESE, "withinMonths": 6}
    assert measured(bmi(value, day), asked=asked) == answer
    out = day == "2026-03-31"
    assert measured(bmi(value, day), asked=asked, complete=True) == (NOT_MET if out else answer)


def test_any_value_within_the_days_suffices_where_any_is_meant() -> None:
    asked = {**_OBESE, "occasion": "pg:AnyOccasion", "withinDays": 30}
    assert measured(bmi(31, "2026-09-01"), bmi(24, "2026-09-20"), asked=asked) == MET
    assert measured(bmi(31, "2026-08-31"), bmi(24, "2026-09-20"), asked=asked) == NOT_DOCUMENTED
    assert measured(bmi(31, "2026-08-31"), bmi(24, "2026-09-20"), asked=asked, complete=True) == NOT_MET


def test_the_baseline_is_what_the_record_calls_so() -> None:
    asked = {**_OBESE, "occasion": "pg:BaselineOccasion"}
    assert measured(bmi(31, phase="baseline"), bmi(24, phase="current"), asked=asked) == MET
    assert measured(bmi(24, phase="baseline"), bmi(31, phase="current"), asked=asked) == NOT_MET
    assert measured(bmi(31), asked=asked) == NOT_DOCUMENTED
    assert measured(bmi(31, phase="on-therapy"), asked=asked) == NOT_DOCUMENTED
    assert measured(bmi(31, phase="on-therapy"), asked=asked, complete=True) == NOT_MET


def test_without_a_marked_baseline_it_is_the_last_value_from_before_the_drug() -> None:
    begun = [{"product": "anakinra", "start": "2026-03-01"}]
    rows = (bmi(24, "2025-01-01"), bmi(31, "2026-03-01"), bmi(25, "2026-03-02"))
    for occasion in ("pg:BaselineOccasion", "pg:BeforeDrugOccasion"):
        asked = {**_OBESE, "occasion": occasion}
        assert measured(*rows, asked=asked, therapies=begun) == MET
        assert measured(rows[0], rows[2], asked=asked, therapies=begun) == NOT_MET
        assert measured(rows[1], asked=asked) == NOT_DOCUMENTED
        assert measured(rows[1], asked=asked, therapiesComplete=True) == MET


def test_a_marked_baseline_need_not_be_the_last_value_before_the_drug() -> None:
    rows = (bmi(31, "2026-01-01", phase="baseline"), bmi(24, "2026-02-01"))
    for occasion, answer in (("pg:BaselineOccasion", MET), ("pg:BeforeDrugOccasion", NOT_MET)):
        asked = {**_OBESE, "occasion": occasion}
        assert measured(*rows, asked=asked, therapies=[{"product": "anakinra", "start": "2026-03-01"}]) == answer


def test_a_baseline_without_a_date_is_before_what_is_measured_on_therapy() -> None:
    assert measured(bmi(35, phase="baseline"), bmi(24, phase="on-therapy"), asked=_OBESE) == NOT_MET
    assert measured(bmi(35, phase="baseline"), bmi(24, "2026-09-01"), asked=_OBESE) == NOT_DOCUMENTED


def test_a_value_while_on_a_therapy_says_which_one() -> None:
    asked = {
        "measured": "lab/crp",
        "atLeastValue": Decimal("10.0"),
        "valueUnit": "unit/mg-per-l",
        "whileOn": "methotrexate",
    }
    assert measured(of("crp", 12, "mg/L", on=["MTX"]), asked=asked) == MET
    assert measured(of("crp", 9, "mg/L", on=["MTX"]), asked=asked) == NOT_MET
    assert measured(of("crp", 12, "mg/L", on=["Humira"]), asked=asked, complete=True) == NOT_DOCUMENTED
    assert measured(of("crp", 12, "mg/L"), asked=asked) == NOT_DOCUMENTED


# --- what is a measurement ----------------------------------------------------------------------------


def test_the_body_mass_index_follows_from_height_and_weight() -> None:
    tall, heavy = {"heightCm": 180}, {"weightKg": "97.2"}
    assert measured(asked=_OBESE, **tall, **heavy) == MET
    assert measured(asked=_OBESE, **tall, weightKg="97.1") == NOT_MET
    assert measured(asked=_OBESE, **heavy) == measured(asked=_OBESE, **tall) == NOT_DOCUMENTED
    assert measured(bmi(24, "2026-10-01"), asked=_OBESE, **tall, **heavy) == NOT_MET
    assert measured(bmi(24), asked=_OBESE, **tall, **heavy) == NOT_MET
    assert measured(bmi(24, "2016"), asked=_OBESE, **tall, **heavy) == MET
    assert measured(bmi(24, phase="baseline"), asked=_OBESE, **tall, **heavy) == MET


def test_a_result_of_a_laboratory_is_a_measurement_and_the_other_way_round() -> None:
    asked = {"measured": "lab/crp", "atLeastValue": Decimal("12.0"), "valueUnit": "unit/mg-per-l"}
    for value, answer in (("11.9", NOT_MET), (12, MET)):
        as_lab = {"labs": [{"test": "crp", "value": value, "unit": "mg/L"}]}
        as_measurement = {"measurements": [of("crp", value, "mg/L")]}
        for case in (as_lab, as_measurement):
            assert says("MeasurementCriterion", case, **asked) == answer


# --- changes ------------------------------------------------------------------------------------------


def weight(value: Any, *, unit: str = "kg", **more: Any) -> dict[str, Any]:
    return of("body weight", value, unit, **more)


_BASELINE = weight(100, phase="baseline")
_FIVE_PERCENT = {"lossAtLeastPercent": Decimal("5.0")}


@pytest.mark.parametrize(("value", "answer"), [("94.9", MET), (95, MET), ("95.1", NOT_MET), (105, NOT_MET)])
def test_a_loss_in_percent_of_the_baseline(value: Any, answer: str) -> None:
    assert changed(_BASELINE, weight(value, phase="current"), **_FIVE_PERCENT) == answer


def test_the_weight_of_the_case_is_the_latest() -> None:
    for value, answer in ((95, MET), ("95.1", NOT_MET)):
        case = {"measurements": [_BASELINE], "weightKg": value}
        assert says("ChangeCriterion", case, changed="observable/body-weight", **_FIVE_PERCENT) == answer


def test_a_loss_that_cannot_be_told() -> None:
    assert (
        changed(_BASELINE, **_FIVE_PERCENT) == changed(weight(90, phase="current"), **_FIVE_PERCENT) == NOT_DOCUMENTED
    )
    assert changed(_BASELINE, complete=True, **_FIVE_PERCENT) == NOT_MET
    assert changed(_BASELINE, weight(90), **_FIVE_PERCENT) == NOT_DOCUMENTED
    assert changed(weight(0, phase="baseline"), weight(90, phase="current"), **_FIVE_PERCENT) == NOT_DOCUMENTED


def test_a_loss_has_to_be_kept_unless_reaching_it_suffices() -> None:
    rows = (_BASELINE, weight(90, date="2026-05-01"), weight(99, date="2026-09-01"))
    begun = weight(100, phase="baseline", date="2026-01-01")
    assert changed(begun, *rows[1:], **_FIVE_PERCENT) == NOT_MET
    assert changed(begun, *rows[1:], **_FIVE_PERCENT, changeEnd="pg:Reached") == MET
    assert changed(begun, rows[2], **_FIVE_PERCENT, changeEnd="pg:Reached") == NOT_DOCUMENTED
    assert changed(begun, rows[2], complete=True, **_FIVE_PERCENT, changeEnd="pg:Reached") == NOT_MET


@pytest.mark.parametrize(("value", "answer"), [("195.0", NOT_MET), ("189.5", NOT_MET), ("189.4", MET)])
def test_a_loss_in_a_unit(value: str, answer: str) -> None:
    """Five kilograms are 11.02 pounds, and 200.5 less 11.02 are 189.48."""
    rows = (weight("200.5", unit="lb", phase="baseline"), weight(value, unit="lb", phase="current"))
    assert changed(*rows, lossAtLeast=Decimal("5.0"), changeUnit="unit/kg") == answer


@pytest.mark.parametrize(
    ("value", "loss_at_most", "rise_at_least", "rise_at_most"),
    [
        (94, NOT_MET, NOT_MET, MET),
        (95, MET, NOT_MET, MET),
        (104, MET, NOT_MET, MET),
        (105, MET, MET, MET),
        (106, MET, MET, NOT_MET),
    ],
)
def test_a_rise_and_what_is_lost_or_rises_at_most(
    value: int, loss_at_most: str, rise_at_least: str, rise_at_most: str
) -> None:
    rows, five = (_BASELINE, weight(value, phase="current")), Decimal("5.0")
    for percent in ("", "Percent"):
        unit = {} if percent else {"changeUnit": "unit/kg"}
        assert changed(*rows, **{f"lossAtMost{percent}": five}, **unit) == loss_at_most
        assert changed(*rows, **{f"riseAtLeast{percent}": five}, **unit) == rise_at_least
        assert changed(*rows, **{f"riseAtMost{percent}": five}, **unit) == rise_at_most


def test_days_of_migraine_are_down_by_half() -> None:
    asked = {"changed": "observable/migraine-days", "lossAtLeastPercent": Decimal("50.0")}
    begun = of("migraine days", 12, "days a month", phase="baseline")
    for value, answer in ((6, MET), (7, NOT_MET)):
        row = of("migraine days", value, "days a month", phase="on-therapy")
        assert says("ChangeCriterion", {"measurements": [begun, row]}, **asked) == answer


def test_a_change_from_the_value_before_or_from_before_the_drug() -> None:
    rows = [weight(100, date="2025-01-01"), weight(94, date="2026-03-01"), weight(93, date="2026-09-01")]
    assert changed(*rows, **_FIVE_PERCENT, changeStart="pg:FromPrevious") == NOT_MET
    assert changed(*rows[:2], **_FIVE_PERCENT, changeStart="pg:FromPrevious") == MET
    case = {"measurements": rows, "therapies": [{"product": "anakinra", "start": "2026-01-01"}]}
    for start in ("pg:FromBeforeDrug", "pg:FromBaseline"):
        asked = {"changed": "observable/body-weight", **_FIVE_PERCENT, "changeStart": start}
        assert says("ChangeCriterion", case, **asked) == MET
    assert changed(*rows, **_FIVE_PERCENT, changeStart="pg:FromBeforeDrug") == NOT_DOCUMENTED


@pytest.mark.parametrize(("day", "answer"), [("2026-07-01", MET), ("2026-06-30", NOT_DOCUMENTED)])
def test_the_period_is_that_of_the_later_value(day: str, answer: str) -> None:
    begun = weight(100, phase="baseline", date="2025-01-01")
    assert changed(begun, weight(90, date=day), **_FIVE_PERCENT, withinMonths=3) == answer
    assert changed(begun, weight(90, date=day), complete=True, **_FIVE_PERCENT, withinDays=92) == (
        MET if answer == MET else NOT_MET
    )


# --- sentences ----------------------------------------------------------------------------------------


def sentence(kind: str, **given: Any) -> str:
    values = {}
    for name, value in given.items():
        if isinstance(value, str):
            values[name] = terms.pg(value.removeprefix("pg:")) if value.startswith("pg:") else ox.NamedNode(ID + value)
        else:
            values[name] = ox.Literal(value if isinstance(value, bool) else str(value))
    members = ["methotrexate", "leflunomide"]
    return KINDS[kind].sentence(Values(Parameters(values), terms.slug, lambda _: members, terms.slug))


def test_sentences_of_measurements() -> None:
    kind = "MeasurementCriterion"
    both = {"atLeastValue": 27, "belowValue": 30, "valueUnit": "unit/kg-per-m2"}
    assert sentence(kind, measured="observable/bmi", **both) == "bmi at least 27 kg-per-m2 and below 30 kg-per-m2"
    assert sentence(kind, measured="observable/bmi", withinMonths=3, occasion="pg:AnyOccasion") == (
        "bmi measured within 3 months before the request, whatever the result"
    )
    assert sentence(kind, measured="lab/crp", occasion="pg:AnyOccasion", beforeTreatment=True) == (
        "crp tested, whatever the result, before the drug was begun"
    )
    either = {"atLeastValue": 10, "valueUnit": "unit/mg-per-l", "aboveTimesUpper": 1, "anyBound": True}
    assert sentence(kind, measured="lab/crp", **either, occasion="pg:AnyOccasion", beforeTreatment=True) == (
        "crp at least 10 mg-per-l or above the upper limit of normal, on any occasion before the drug was begun"
    )
    assert sentence(kind, measured="lab/crp", aboveTimesUpper=3, whileOn="set/x", occasion="pg:BaselineOccasion") == (
        "crp above 3 times the upper limit of normal, at baseline, while on methotrexate or leflunomide"
    )
    assert sentence(kind, measured="observable/stage", atLeastGrade="grade/f2", acceptedGrades="set/x") == (
        "stage at least f2 and methotrexate or leflunomide"
    )


def test_sentences_of_changes() -> None:
    kind, what = "ChangeCriterion", "observable/body-weight"
    assert sentence(kind, changed=what, lossAtLeastPercent=5) == "body-weight down by at least 5 % from the baseline"
    assert sentence(
        kind, changed=what, riseAtMost=2, changeUnit="unit/kg", changeStart="pg:FromPrevious", changeEnd="pg:Reached"
    ) == ("body-weight up by at most 2 kg from the value before, once reached")
    assert sentence(kind, changed=what, changeStart="pg:FromBeforeDrug", withinDays=30) == (
        "body-weight measured again from the last value before the drug within 30 days before the request"
    )

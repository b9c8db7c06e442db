"""How often something happened."""

from ..meaning.nodes import All, Allowed, Any, Compare, CountedRows, Given, Holds, In, Not, OverAll, Some
from ..meaning.parts import Part, may, needed
from ..meaning.relations import (
    EVENT,
    EVENT_DAYS_AGO,
    EVENT_LASTED,
    EVENT_MONTHS_AGO,
    EVENT_PRETREATMENT,
    EVENT_RATES,
    EVENT_RECORDS,
    HAPPENED,
    OCCURRENCES,
    RATE_COUNT,
    RATE_DAYS,
    RATE_DAYS_AGO,
    RATE_MONTHS_AGO,
)
from ..wording import spelled
from ._kind import Kind, Values, either, period
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    number = values.count("minimumEvents")
    events = f"At least {spelled(number)} event{'' if number == 1 else 's'} of {either(values.members('eventKinds'))}"
    each = f", each of at least {values.counted('minimumEventDays', 'day')}" if "minimumEventDays" in values else ""
    within, instead = period(values), ""
    if "perDays" in values:
        days = values.counted("perDays", "day")
        often = _OFTEN.get(values.count("perDays"), f"in {days}")
        within, instead = (within, f", or so many in {days} as counted") if within else (f" {often}", "")
    or_one = f", or one of {either(values.members('sufficientEvents'))}" if "sufficientEvents" in values else ""
    before = ", before the drug was begun" if values.true("beforeTreatment") else ""
    return f"{events}{within}{each}{instead}{or_one}{before}"


_OFTEN = {7: "a week", 30: "a month", 365: "a year"}

_BEFORE = Given("beforeTreatment", Holds(EVENT_PRETREATMENT))
_LONG_ENOUGH = Given("minimumEventDays", Compare(EVENT_LASTED, ">=", "minimumEventDays"))
_IN_TIME = (
    Given("withinMonths", Compare(EVENT_MONTHS_AGO, "<=", "withinMonths")),
    Given("withinDays", Compare(EVENT_DAYS_AGO, "<=", "withinDays")),
    _BEFORE,
)
_RATE_IN_TIME = (
    Given("withinMonths", Compare(RATE_MONTHS_AGO, "<=", "withinMonths")),
    Given("withinDays", Compare(RATE_DAYS_AGO, "<=", "withinDays")),
    _BEFORE,
)
# What a rate says of a number that is asked for without a period is open, unless there never was one.
_OFTEN_ENOUGH = (
    Holds(HAPPENED),
    Allowed("perDays", open=True),
    Given("perDays", Compare(RATE_COUNT, ">=", "minimumEvents", per=(RATE_DAYS, "perDays"))),
    _LONG_ENOUGH,
)
_BY_RATE = Some(
    EVENT_RATES,
    (In(EVENT, "eventKinds"), *_RATE_IN_TIME, *_OFTEN_ENOUGH),
    # A rate that is of all that is asked for, and falls short, decides without a list that is complete.
    closed_by=All((OverAll(EVENT, "eventKinds"), *_RATE_IN_TIME, Not(All(_OFTEN_ENOUGH)))),
)
_SUFFICIENT = Some(
    EVENT_RECORDS,
    (In(EVENT, "sufficientEvents"), Holds(HAPPENED), *_IN_TIME),
    closed_by=All((OverAll(EVENT, "sufficientEvents"), Not(Holds(HAPPENED)))),
)

KIND = Kind(
    "EventCriterion",
    "disease activity",
    _sentence,
    changeable=False,
    parts=(
        Part(
            "Event",
            (
                needed("eventKinds", "pg:ConceptSet"),
                needed("minimumEvents", "xsd:integer"),
                may("minimumEventDays", "xsd:integer"),
                may("withinMonths", "xsd:integer"),
                may("withinDays", "xsd:integer"),
                may("perDays", "xsd:integer"),
                may("beforeTreatment", "xsd:boolean"),
                may("sufficientEvents", "pg:ConceptSet"),
            ),
            CountedRows(
                OCCURRENCES,
                (
                    In(EVENT, "eventKinds"),
                    _LONG_ENOUGH,
                    *_IN_TIME,
                    # So many a month, and no other period: events that are listed one by one are those of the last.
                    Given(
                        "perDays",
                        Any(
                            (
                                Compare(EVENT_DAYS_AGO, "<=", "perDays"),
                                Allowed("withinMonths"),
                                Allowed("withinDays"),
                            )
                        ),
                    ),
                ),
                at_least="minimumEvents",
                or_else=Any((_BY_RATE, Given("sufficientEvents", _SUFFICIENT))),
            ),
            "The case does not show {$minimumEvents} such events in the period.",
            "There were fewer than {$minimumEvents} such events in the period.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
)

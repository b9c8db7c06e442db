"""``payergraph appeal``: what can be done after a denial, or before one, and by when."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .base import EndpointOption, fail, fail_of, graph_at, put, shown, tell

if TYPE_CHECKING:
    from ..ladders.answer import Appeal


class AppealFormat(StrEnum):
    """Formats of ``appeal``; ``ics`` is a calendar with an alarm a week before each day."""

    table = "table"
    json = "json"
    ics = "ics"


def appeal(
    payer: Annotated[str | None, typer.Option(help="The payer.")] = None,
    plan: Annotated[str | None, typer.Option(help="A plan of the payer that the graph has.")] = None,
    state: Annotated[str | None, typer.Option(help="The state of the plan: NC, or North Carolina.")] = None,
    funding: Annotated[str | None, typer.Option(help="insured, or self-funded by the employer.")] = None,
    line_of_business: Annotated[
        str | None, typer.Option(help="Such as medicare-part-d, medicaid-managed-care or marketplace.")
    ] = None,
    regulator: Annotated[str | None, typer.Option(help="Who oversees the plan, where a state has several.")] = None,
    drug: Annotated[str | None, typer.Option(help="The drug or brand.")] = None,
    denied: Annotated[str | None, typer.Option(metavar="DATE", help="The date on the denial notice.")] = None,
    received: Annotated[str | None, typer.Option(metavar="DATE", help="When the notice was received.")] = None,
    asked: Annotated[
        list[str] | None, typer.Option(metavar="STAGE=DATE", help="A step that was asked for: internal-appeal=DATE.")
    ] = None,
    decided: Annotated[
        list[str] | None, typer.Option(metavar="STAGE=DATE", help="The date on the notice that denied it.")
    ] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="Waiting would endanger the patient.")] = False,
    today: Annotated[str | None, typer.Option(metavar="DATE", help="Count from this day instead of today.")] = None,
    format: Annotated[AppealFormat, typer.Option(help="ics is a calendar with alarms.")] = AppealFormat.table,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here.")] = None,
    endpoint: EndpointOption = None,
) -> None:
    """Tell what can be done after a denial, or before one: steps in order, by when, how, and what sources differ about.

    Where more than one ladder can be that of the plan, all are shown, with the question that decides. The earliest day
    that any source gives comes first: it is the safe one.
    """
    from ..errors import AppealError
    from ..ladders.answer import appeal_of

    said = {
        "payer": payer,
        "plan": plan,
        "state": state,
        "funding": funding,
        "line_of_business": line_of_business,
        "regulator": regulator,
        "drug": drug,
        "denied": denied,
        "received": received,
        "asked": _pairs("--asked", asked or []),
        "decided": _pairs("--decided", decided or []),
        "urgent": urgent,
        "today": today,
    }
    try:
        found = appeal_of(graph_at(endpoint), said)
    except AppealError as error:
        fail_of(map(_as_option, error.faults))
    if format is AppealFormat.json:
        put(found.to_json() + "\n", output)
    elif format is AppealFormat.ics:
        calendar = found.to_ics()
        put(calendar, output)
        if "BEGIN:VEVENT" not in calendar:
            tell(f"the calendar is empty: {_why_empty(found)}")
    else:
        from ..present.appealed import appeal_text

        shown(appeal_text(found), output)


def _why_empty(found: Appeal) -> str:
    """Why a calendar has no day."""
    if found.situation.denied is None:
        return "no day follows from what is known; say when it was denied"
    if found.passed:
        return "the last day has passed, and no day is known for another step; --format table has the steps"
    return "no last day is known for the steps that are left; --format table has the steps"


def _pairs(option: str, given: list[str]) -> dict[str, str]:
    """``internal-appeal=2026-11-05`` as a stage and a day."""
    found = {}
    for text in given:
        stage, sign, day = text.partition("=")
        if not sign:
            fail(f"{option} {text!r} has no day; expected STAGE=DATE, such as internal-appeal=2026-11-05")
        if stage in found:
            fail(f"{option} {stage} is given twice")
        found[stage] = day
    return found


def _as_option(fault: str) -> str:
    """A fault, with the argument as people typed it."""
    argument, colon, rest = fault.partition(":")
    return f"--{argument.replace('_', '-')}{colon}{rest}"

"""A dossier as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..markup import in_markdown as md
from .tables import BLANK

MARKS = {"missing": "☐ missing", "check": "☐ check", "shown": "☑ shown"}


def to_markdown(told: Mapping[str, Any]) -> str:
    """The letter, before it what the clinic has to know first, and after it the checklist."""
    return "\n".join(_lines(told)).replace("\n\n\n", "\n\n").strip() + "\n"


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    if told["toClinic"]:
        yield from ["# To the clinic: not to be sent as it stands", ""]
        first, *rest = told["toClinic"]
        yield from [md(first), "", *(f"- {md(text)}" for text in rest), "", "---", ""]
    yield from _head(told)
    if told["denial"]:
        yield from _answer(told["denial"])
    yield from _body(told)
    yield from _support(told)
    yield from _end(told)
    yield from ["---", "", "# Checklist for the clinic", "", "No part of the letter.", ""]
    yield from (f"- {MARKS[one['mark']]}: {md(one['text'])}" for one in told["checklist"])
    yield from ["", f"Made by payergraph from graph {told['graph']}.", ""]


def _head(told: Mapping[str, Any]) -> Iterator[str]:
    at, policy = told["letter"], told["policy"]
    yield from [f"# {told['title']}: {md(told['drug'])} for {md(told['use'])}", ""]
    yield from _paragraph(at["prescriberName"], at["credentials"], at["clinic"], at["address"])
    yield from _paragraph(f"To: {at['payer']}", at["payerAddress"])
    rows = [("Patient", f"{at['patientName']}, born {at['born']}"), ("Member number", at["memberId"])]
    rows += [("Group number", at["groupNumber"]), ("Claim or request", at["claimNumber"])]
    rows += [("Policy", f"{policy['name']}, {policy['dated']}")]
    rows += [(row["label"], row["text"]) for row in told["request"]]
    yield from _table(["", ""], [row for row in rows if row[1]])
    yield from (line for text in told["opening"] for line in (md(text), ""))


def _body(told: Mapping[str, Any]) -> Iterator[str]:
    diagnoses = [[one["name"], one["code"], one["words"], one["note"], one["page"]] for one in told["diagnoses"]]
    yield from _section("Diagnosis", ["Diagnosis", "ICD-10-CM", "On record", "Note", "Page"], diagnoses)
    heads = ["Criterion", "Place in the policy", "How it stands", "Fact, with its date", "Page"]
    yield from _section("The criteria of the policy", heads, [_criterion(one) for one in told["criteria"]])
    therapies = [
        [one["therapy"], one["dates"], one["dose"], one["outcome"], _both(one["forWhat"], one["note"]), one["page"]]
        for one in told["therapies"]
    ]
    yield from _section("Therapies", ["Therapy", "Dates", "Dose", "Outcome", "For what, reason", "Page"], therapies)
    labs = [[one["test"], one["value"], one["limits"], one["date"], one["page"]] for one in told["labs"]]
    yield from _section("Laboratory and measurements", ["Test", "Value", "Limits of normal", "Date", "Page"], labs)
    screened = [[one["infection"], one["result"], one["date"], one["page"]] for one in told["screenings"]]
    yield from _section("Screening", ["Infection", "Result", "Date", "Page"], screened)
    others = [[_both(one["words"], one["note"]), one["page"]] for one in told["others"]]
    yield from _section("Also on record", ["Record", "Page"], others)


def _criterion(one: Mapping[str, Any]) -> list[str]:
    how = [
        one["status"],
        *(f"by: {text}" for text in one["by"]),
        *(f"not judged here: {x}" for x in one["notComputed"]),
    ]
    words = [fact["words"] for fact in one["facts"]]
    pages = list(dict.fromkeys(fact["page"] for fact in one["facts"] if fact["page"]))
    return [one["criterion"], one["place"], "; ".join(how), "; ".join(words), ", ".join(pages)]


def _answer(denial: Mapping[str, Any]) -> Iterator[str]:
    yield from [f"## The reason for the denial: {md(denial['reason'])}", ""]
    for one in denial["points"]:
        yield from [f"- The policy asks: {md(one['criterion'])} [{md(one['place'])}]. The chart shows:", ""]
        yield from (f"  - {md(_both(fact['words'], fact['note']))}{_page(fact)}" for fact in one["facts"])
        yield ""
    yield from _cited(denial["arguments"])
    others = denial["others"]
    if others["sentence"]:
        yield from [md(others["sentence"]), ""]
        yield from (f"- {md(one['name'])}: {md(one['says'])} [{md(one['place'])}]" for one in others["documents"])
        yield ""


def _support(told: Mapping[str, Any]) -> Iterator[str]:
    if told["support"]:
        yield from ["## Label and guidelines", ""]
        yield from _cited(told["support"])


def _end(told: Mapping[str, Any]) -> Iterator[str]:
    at = told["letter"]
    yield from ["## Monitoring and follow-up", ""]
    yield from [md(told["monitoring"] or BLANK), "", md(told["followUp"] or BLANK), ""]
    if told["enclosures"]:
        yield from ["## Enclosures", "", *(f"- {md(text)}" for text in told["enclosures"]), ""]
    yield from ["Signature: ______________________________  Date: ______________", ""]
    reach = [f"telephone {at['telephone']}", f"fax {at['fax']}" if at["fax"] else "", f"NPI {at['npi']}"]
    yield from _paragraph(
        ", ".join(filter(None, (at["prescriberName"], at["credentials"]))), ", ".join(filter(None, reach))
    )


def _both(words: str, note: str) -> str:
    return f"{words}. {note}" if words and note else words or note


def _page(fact: Mapping[str, str]) -> str:
    return f" ({md(fact['page'])})" if fact["page"] else ""


def _cited(found: Iterable[Mapping[str, str]]) -> Iterator[str]:
    yield from (f"- {md(one['text'])} [{md(one['cited'])}]" for one in found)
    yield ""


def _paragraph(*texts: str) -> Iterator[str]:
    yield from [*(f"{md(text)}  " for text in texts if text), ""]


def _section(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table with its heading; columns in which nothing stands are left out."""
    if rows:
        kept = [place for place in range(len(heads)) if any(row[place] for row in rows)]
        yield from [f"## {title}", ""]
        yield from _table([heads[place] for place in kept], [[row[place] for place in kept] for row in rows])


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(map(md, row))} |" for row in rows)
    yield ""

"""A source relies on a guideline that a later one in the graph replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from . import telling
from .ground import Ground, speaks_after
from .model import Conflict, Kind, Side
from .statements import Statement


def find(ground: Ground) -> Iterator[Conflict]:
    """Each replaced guideline, once a document that relies on it."""
    for old, row in sorted(ground.later.items()):
        new = row["new"].value
        by_source: defaultdict[str, list[Statement]] = defaultdict(list)
        for item in ground.statements:
            if old in item.cites:
                by_source[item.source].append(item)
        for items in by_source.values():
            first = items[0]
            locators = "; ".join(dict.fromkeys(item.locator for item in items))
            relied = replace(
                telling.side(ground, first), value=f"relies on {ground.label(old)}", locator=locators, citing=""
            )
            citation = row["citation"].value if "citation" in row else ground.label(new)
            later = Side(f"replaced by {ground.label(new)} ({row['date'].value})", "", "", citation, "", new)
            drugs, payers = telling.concerned(ground, items)
            own = ground.policies_in(first.source)
            if own and not any(speaks_after(policy, row["date"].value) for policy in own):
                continue  # The page may be older than the later guideline.
            drugs = drugs | {drug for policy in own for drug in policy.drugs}
            payers = payers | {policy.payer for policy in own}
            yield Conflict(
                Kind.GUIDELINE_OUTDATED,
                ground.label(old),
                "guideline edition",
                f"The document relies on {ground.label(old)}, which {ground.label(new)} replaced.",
                "What the policy rests on has been replaced; an appeal can cite the later edition.",
                (relied, later),
                1,
                old,
                drugs,
                payers,
            )

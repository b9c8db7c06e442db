"""A population asked in this process, for the tests of cohorts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from payergraph.choice import Authority, Request
from payergraph.cohorts.answer import Cohort
from payergraph.cohorts.asking import ask
from payergraph.cohorts.sources import Source
from payergraph.store.graph import shipped
from payergraph.store.names import names

DAY = date(2026, 11, 30)


def asked(source: Source, into: Path, *, drug: str = "anakinra", **more: Any) -> Cohort:
    """A population asked of the policies of a drug for rheumatoid arthritis."""
    known = names(shipped())
    options: dict[str, Any] = {
        "indication": known.resolve("rheumatoid-arthritis", ["Condition"]),
        "request": Request.INITIAL,
        "authority": Authority.PRIMARY,
        "day": DAY,
        "processes": 1,
        **more,
    }
    return ask(source, into, shipped(), drug=known.resolve(drug, ["Drug", "Product"]), **options)

"""Addresses of the pages made at random: whatever stands in one, the page is drawn, and says what it cannot use.

A few here; `make fuzz` goes on for half an hour. A failure names its number, by which it is made again.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from fuzzing import numbers
from streamlit.testing.v1 import AppTest

from payergraph.locate import folder

Open = Callable[..., AppTest]
PAGES = tuple(sorted(path.stem for path in (folder("explorer") / "views").glob("*.py")))
NAMES = (
    *("chart", "day", "drug", "indication", "kind", "label", "one", "order", "other", "payer", "payers", "q", "query"),
    *("question", "request", "sources", "thing"),
    *("begin", "class", "columns", "graph", "has", "iris", "pair", "part", "policy", "sort", "subject", "words"),
    *("asked", "decided", "denied", "funding", "line", "plan", "received", "regulator", "state", "today", "urgent"),
)
VALUES = (
    *("anakinra", "Kineret", "drug/anakinra", "rheumatoid-arthritis", "continuation", "cigna", "cigna,molina", "all"),
    *(
        "beside",
        "2024-06-01",
        "2024-13-40",
        "9999-12-31",
        "age_limits",
        "policy/cigna-ip0243",
        "policy-vs-label",
        "bar",
    ),
    *("drug:il-1-blocker", "-needed", "shown", "texas-medicaid-dupixent-2019,texas-medicaid-dupixent-2020"),
    *("NC", "insured", "internal-appeal:2024-06-01", "internal-appeal:", "medicare-part-d", "0001-01-01", "yes"),
    *(
        "cigna-ip0243/ra-employer-group",
        "SELECT * { ?s ?p ?o }",
        "SELECT * { SERVICE <http://127.0.0.1> { ?s ?p ?o } }",
    ),
    *(
        "",
        " ",
        "\x00",
        "\x1b[2J",
        "\ud7ff",
        "%00",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "[x](javascript:1)",
    ),
    *("{{7*7}}", "' OR 1=1 --", "NaN", "-1", "1e400", "null", "🙂" * 50, "x" * 5_000, ",".join("ab" * 300)),
)


def _address(number: int) -> tuple[str, dict[str, str]]:
    made = random.Random(number)
    chosen = made.sample(NAMES, made.randint(1, 6))
    return PAGES[number % len(PAGES)], {name: made.choice(VALUES) for name in chosen}


@pytest.mark.slow
def test_fuzz_any_address_opens_a_page(app: Open) -> None:
    for number in numbers(len(PAGES)):
        page, parameters = _address(number)
        found = app(page, **parameters)
        assert not found.exception, (number, page, parameters, found.exception)
        assert all("Traceback" not in error.value for error in found.error), (number, page, parameters)

"""A fault of ours is one sentence to the visitor, and tells the log nothing about a case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from payergraph.browse import catalogue, things
from payergraph.comparison import compare as comparison
from payergraph.comparison import conflicts
from payergraph.comparison import covered as coverage
from payergraph.revisions import timeline
from payergraph.sparql import questions
from payergraph.verdict import determination

Open = Callable[..., AppTest]


def _fail(*args: object, **options: object) -> None:
    raise RuntimeError("zebra-4711 has rheumatoid arthritis")


@pytest.mark.parametrize(
    ("page", "module", "name"),
    [
        ("compare", comparison, "compare"),
        ("map", coverage, "coverage"),
        ("disagreements", conflicts, "select"),
        ("thing", things.Things, "get"),
        ("search", things.Things, "search"),
        ("about", catalogue, "citation"),
        ("check", determination, "determine"),
        ("questions", questions, "ask"),
        ("changes", timeline, "timelines"),
    ],
)
def test_a_fault_is_one_sentence_and_its_message_is_not_logged(
    app: Open, page: str, module: object, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, name, _fail)
    opened = app(
        page,
        **{
            "thing": {"thing": "drug/anakinra"},
            "search": {"q": "anakinra"},
            "questions": {"question": "age_limits"},
        }.get(page, {}),
    )
    assert [error.value for error in opened.error] == [
        "This page cannot be shown because of a fault in payergraph. Reload it, or open another page."
    ]
    assert any("no medical or legal advice" in found.value for found in opened.get("html"))
    logged = [record.getMessage() for record in caplog.records if record.name == "payergraph.explorer"]
    assert len(logged) >= 1 and "RuntimeError" in logged[0] and "test_faults.py" in logged[0]
    assert "zebra" not in caplog.text

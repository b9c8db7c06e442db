"""The engineer's job: a query of one's own, written with what the editor offers, and asked again from a shell."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from command import HANGS
from endpoint_server import free_port
from playwright.sync_api import Page, expect
from seen import saved
from served import settled

import payergraph
from payergraph.sparql.copied import SERVED
from payergraph.sparql.server import serving

pytestmark = pytest.mark.xdist_group("jobs")

Open = Callable[..., Page]


def code(page: Page, begins: str) -> str:
    """A text that is offered for copying."""
    found = page.locator("[data-testid=stCode] code").filter(has_text=re.compile(f"^{re.escape(begins)}"))
    expect(found.first).to_be_visible()
    return found.first.text_content() or ""


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_an_engineer_writes_a_query_copies_it_and_gets_the_same_rows_as_json(visit: Open) -> None:
    page = visit("/questions?question=age_limits&drug=anakinra")
    page.get_by_text("Copy as curl, Python or SPARQL").click()
    of_question = code(page, "curl ")
    page.get_by_role("link", name="Change this query").click()
    editor = page.get_by_role("textbox", name="Query")
    expect(editor).to_contain_text("# title: Age limits")
    expect(editor).to_be_in_viewport()

    settled(page)
    editor.fill("")
    page.keyboard.type("SELECT * { ?policy pg:drug id:drug\\/anak")
    expect(page.get_by_role("option", selected=True)).to_contain_text("anakinra")
    page.wait_for_timeout(100)  # an offer that has just come is not taken, lest it catch what was typed for the text
    page.keyboard.press("Enter")
    page.keyboard.insert_text(" ; a pg:CoveragePolicy ; pg:payer ?payer ; skos:prefLabel ?label")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("query=SELECT"))
    expect(page.locator(".pg-answer thead th").first).to_have_text("policy")
    expect(page.get_by_role("columnheader").nth(1)).to_have_text("payer")
    expect(page.locator(".pg-answer td").first).to_have_attribute(
        "title", re.compile("^https://w3id.org/payergraph/id/policy/")
    )
    settled(page)
    found = json.loads(saved(page, "Download JSON"))
    assert found["head"]["vars"] == ["policy", "payer", "label"] and len(found["results"]["bindings"]) > 5

    page.get_by_text("Copy as curl or Python").click()
    of_query = code(page, "curl ")
    python = code(page, "import payergraph")
    with serving(payergraph.graph(), port=free_port()) as running:
        assert _sorted(_run(of_query, running.url, json.loads)) == _sorted(found)
        rows = _run(of_question, running.url, str.splitlines)
    assert len(rows) - 1 == len(payergraph.query("age_limits", drug="anakinra").rows)
    asked: dict[str, object] = {}
    exec(python, asked)
    assert _sorted(json.loads(asked["table"].to_json())) == _sorted(found)  # type: ignore[attr-defined]

    editor.fill("SELECT ?p { ?p pg:drug id:drug/anakinra }")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("write id:")
    page.get_by_text(re.compile("Queries of this session")).click()
    page.get_by_role("button", name=re.compile("^SELECT")).first.click()
    expect(page.locator(".pg-answer thead th").first).to_have_text("policy")


def _sorted(found: Any) -> list[str]:
    """The rows of an answer in JSON; the query leaves their order open."""
    return sorted(json.dumps(row, sort_keys=True) for row in found["results"]["bindings"])


def _run(command: str, at: str, read: Callable[[str], Any]) -> Any:
    """What a command prints that asks the endpoint, at the place where it is served here."""
    shell = ["sh", "-c", command.replace(SERVED, at)]
    done = subprocess.run(shell, capture_output=True, text=True, check=True, timeout=HANGS)
    return read(done.stdout)

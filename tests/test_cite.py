"""How a comparison is cited."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest

import payergraph
from payergraph import __version__
from payergraph.catalogue import catalogue
from payergraph.cite import Citation, cite
from payergraph.store import shipped


@pytest.fixture(scope="module")
def found() -> Citation:
    comparison = payergraph.compare(drug="Kineret", indication="RA", as_of=date(2026, 10, 1))
    return cite(shipped(), comparison, catalogue(shipped()), date(2026, 11, 22))


def test_it_says_what_was_asked_of_which_graph_and_when(found: Citation) -> None:
    first = found.text.splitlines()[0]
    assert first.startswith(
        "What payers ask for anakinra in rheumatoid arthritis (first request; payers' own documents"
    )
    assert "the latest editions known on 1 October 2026 (" in first and "Accessed 22 November 2026." in first
    assert __version__ in first and shipped().version in first and "CC BY 4.0" in first


def test_it_lists_the_documents_with_their_editions(found: Citation) -> None:
    lines = found.text.splitlines()
    assert "Cigna. Coverage Policy IP0243: Anakinra. Effective 1 June 2024." in lines
    assert "Molina Healthcare. Coverage Guideline: Kineret (anakinra). Undated." in lines
    [aetna] = [line for line in lines if line.startswith("Aetna. ")]
    assert "Seen in part. Retrieved" in aetna and aetna.endswith("/0595.html")
    assert len(lines) - 3 == len(found.documents) == len({item.document.iri for item in found.documents})
    assert not any("Mississippi" in line for line in lines)  # of which nothing was shown


def test_csl_json_has_an_item_for_the_comparison_and_for_each_document(found: Citation) -> None:
    items = json.loads(found.to_csl_json())
    assert len({item["id"] for item in items}) == len(items) == len(found.documents) + 1
    assert (items[0]["type"], items[0]["accessed"]) == ("dataset", {"date-parts": [[2026, 11, 22]]})
    [cigna] = [item for item in items if "IP0243" in item["title"]]
    assert cigna["issued"] == {"date-parts": [[2024, 6, 1]]} and cigna["author"] == [{"literal": "Cigna"}]
    [minnesota] = [item for item in items if "Immunomodulators" in item["title"]]
    assert minnesota["issued"] == {"date-parts": [[2018, 3]]}


def test_ris_has_a_record_for_each_item(found: Citation) -> None:
    text = found.to_ris()
    records = text.strip().split("\r\n\r\n")
    assert len(records) == len(found.items())
    for record in records:
        lines = record.split("\r\n")
        assert lines[0].startswith("TY  - ") and lines[-1].startswith("ER  -")
        assert all(re.match(r"[A-Z][A-Z0-9]  - ", line + " ") for line in lines)
    assert "TI  - Coverage Policy IP0243: Anakinra\r\n" in text
    assert "DA  - 2024/06/01/\r\n" in text and "DA  - 2018/03//\r\n" in text and "Y2  - 2026/11/22/\r\n" in text


def test_a_text_of_the_graph_cannot_begin_a_record(found: Citation) -> None:
    cited = found.documents[0]
    spoiled = replace(cited, document=replace(cited.document, title="A\r\nER  - \r\n\r\nTY  - BOOK"))
    made = replace(found, documents=(spoiled,))
    assert len(re.findall(r"^TY  - ", made.to_ris(), flags=re.MULTILINE)) == 2
    assert len(made.text.splitlines()) == 4


def test_a_retelling_is_called_one() -> None:
    comparison = payergraph.compare(drug="Kineret", indication="RA", authority="all")
    text = cite(shipped(), comparison, catalogue(shipped())).text
    assert "payers' own documents and retellings" in text and ". Retelling. " in text

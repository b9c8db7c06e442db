"""Spans: where in the founding texts each fact stands. Most of it runs where PAYERGRAPH_SOURCES names the texts."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from types import ModuleType

import pytest
from scripts import script

from payergraph import terms
from payergraph.browse import quotes as sources
from payergraph.store.graph import shipped

ROOT = Path(__file__).resolve().parent.parent
FOUNDING = (
    "cigna-ip0243",
    "molina-kineret",
    "seed-cigna-kineret-california-guide",
    "seed-cigna-ilaris-california-guide",
    "seed-cigna-ilaris-north-carolina-guide",
)
IL1RN = terms.ID + "criterion/cigna-ip0243/dira-genetic"
with_texts = pytest.mark.skipif(sources.texts() is None, reason="PAYERGRAPH_SOURCES does not name the texts")


@pytest.fixture(scope="module")
def spans() -> ModuleType:
    return script("spans")


def text_of(spans: ModuleType, document: str) -> str:
    at = sources.texts()
    assert at is not None
    return (at / spans.TEXTS[document].file).read_bytes().decode()


@pytest.mark.parametrize("document", FOUNDING)
def test_every_fact_of_a_founding_document_has_one_span(document: str) -> None:
    rows = shipped().rows(
        f"""SELECT ?fact (COUNT(?start) AS ?starts) (COUNT(?end) AS ?ends) (COUNT(?digest) AS ?digests) WHERE {{
          ?fact pg:section ?section ; pg:source <{terms.ID}source/{document}> .
          OPTIONAL {{ ?fact pg:spanStart ?start ; pg:spanEnd ?end ; pg:spanDigest ?digest }}
        }} GROUP BY ?fact"""
    )
    assert len(rows) > 200
    assert [row["fact"].value for row in rows if {row[n].value for n in ("starts", "ends", "digests")} != {"1"}] == []


def test_no_span_belongs_to_what_is_no_fact() -> None:
    assert (
        shipped().rows("SELECT ?thing WHERE { ?thing pg:spanStart ?n . FILTER NOT EXISTS { ?thing pg:source ?d } }")
        == []
    )


def test_spans_stand_beside_the_document_and_not_in_it() -> None:
    query = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?fact pg:spanStart ?n } }"
    assert {row["graph"].value for row in shipped().rows(query)} == {f"{terms.ID}spans/{name}" for name in FOUNDING}


@with_texts
@pytest.mark.parametrize("document", FOUNDING)
def test_every_span_lies_in_its_section_and_matches_its_digest(spans: ModuleType, document: str) -> None:
    text = text_of(spans, document)
    places = spans.sections(shipped(), document, spans.TEXTS[document], text)
    rows = shipped().rows(
        f"""SELECT ?fact ?section ?start ?end ?digest WHERE {{
          ?fact pg:spanStart ?start ; pg:spanEnd ?end ; pg:spanDigest ?digest ; pg:section ?section ;
            pg:source <{terms.ID}source/{document}> }}"""
    )
    assert rows
    for row in rows:
        first, last = places[row["section"].value.rsplit("/", 1)[-1]]
        start, end = int(row["start"].value), int(row["end"].value)
        assert first <= start < end <= last, row["fact"].value
        assert hashlib.sha256(text[start:end].encode()).hexdigest() == row["digest"].value, row["fact"].value


@with_texts
@pytest.mark.parametrize("document", FOUNDING)
def test_the_spans_are_what_the_script_writes(spans: ModuleType, document: str) -> None:
    written = (ROOT / "data" / "spans" / f"{document}.ttl").read_text(encoding="utf-8")
    assert written == spans.turtle(document, shipped(), text_of(spans, document)), "run: python docs/spans.py"


@with_texts
@pytest.mark.parametrize("document", FOUNDING)
def test_the_numbers_of_a_fact_stand_in_its_narrowed_span(spans: ModuleType, document: str) -> None:
    text = text_of(spans, document)
    places = spans.sections(shipped(), document, spans.TEXTS[document], text)
    narrowed = 0
    for fact in spans.facts(shipped(), document):
        span = spans.locate(document, fact, places[fact.section], text)
        if span != places[fact.section]:
            narrowed += 1
            for number in re.findall(r"\d+", fact.words):
                assert number in text[slice(*span)], fact.iri
    assert narrowed > 60


@with_texts
def test_the_words_of_a_criterion_are_those_of_its_item() -> None:
    found = sources.words(shipped(), IL1RN)
    assert found is not None and found.startswith("- A. Genetic testing") and "IL1RN" in found and "\n" not in found


@with_texts
def test_a_fact_of_another_document_has_no_words() -> None:
    assert sources.words(shipped(), terms.ID + "criterion/uhc-kineret/ra-dmard") is None


def test_without_the_texts_there_are_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(sources.VARIABLE, raising=False)
    assert sources.words(shipped(), IL1RN) is None


def test_words_of_another_text_are_not_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "seed-cigna-ip0243-anakinra.txt").write_text("another edition " * 2000, encoding="utf-8")
    monkeypatch.setenv(sources.VARIABLE, str(tmp_path))
    assert sources.words(shipped(), IL1RN) is None


def test_a_text_that_is_missing_or_no_text_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(sources.VARIABLE, str(tmp_path))
    assert sources.words(shipped(), IL1RN) is None
    (tmp_path / "seed-cigna-ip0243-anakinra.txt").write_bytes(b"\xff\xfe" * 9000)
    assert sources.words(shipped(), IL1RN) is None

"""How a comparison is cited."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date

import pytest
from command import run

import payergraph
from payergraph import __version__, terms
from payergraph.browse.catalogue import catalogue
from payergraph.policies.editions import in_scope
from payergraph.policies.library import policies
from payergraph.present.cite import Citation, cite
from payergraph.store.graph import shipped
from payergraph.table import Table, Value
from payergraph.table import plain as plain_text


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


# --- BibTeX, and the answers to questions ---------------------------------------------------------------------------


def fields(entry: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, flags=re.MULTILINE))


def test_bibtex_has_an_entry_for_each_item(found: Citation) -> None:
    entries = found.to_bibtex().strip().split("\n\n")
    assert len(entries) == len(found.items())
    assert len({re.match(r"@\w+\{([^,]+),", entry)[1] for entry in entries}) == len(entries)  # type: ignore[index]
    assert all(entry.count("{") == entry.count("}") and entry.endswith("}") for entry in entries)
    made = fields(entries[0])
    assert entries[0].startswith("@misc{payergraph-") and made["urldate"] == "2026-11-22" and made["year"] == "2026"
    [cigna] = [entry for entry in entries if "IP0243" in entry.split("title")[1]]
    told = fields(cigna)
    assert cigna.startswith("@techreport{cigna-ip0243-2024-06-01,")
    assert (told["author"], told["institution"]) == ("{Cigna}", "Cigna")
    assert (told["year"], told["month"], told["day"]) == ("2024", "6", "1")
    [minnesota] = [fields(entry) for entry in entries if "Immunomodulators" in entry]
    assert (minnesota["year"], minnesota["month"]) == ("2018", "3") and "day" not in minnesota


def test_what_tex_obeys_stands_for_itself(found: Citation) -> None:
    cited = found.documents[0]
    title = "A & B 100% $x_1$ #2 {c} \\d ~ ^"
    spoiled = replace(cited, document=replace(cited.document, title=title, address="https://x.org/a}b%20c"))
    [_, entry] = replace(found, documents=(spoiled,)).to_bibtex().strip().split("\n\n")
    escaped = r"A \& B 100\% \$x\_1\$ \#2 \{c\} \textbackslash{}d \textasciitilde{} \textasciicircum{}"
    assert fields(entry)["title"] == f"{{{escaped}}}" and fields(entry)["url"] == "https://x.org/a%7Db%20c"


def test_the_answer_to_a_question_is_cited_with_the_documents_of_its_rows() -> None:
    table = payergraph.query("age_limits", drug="anakinra", payer="cigna", authority="primary")
    made = payergraph.cite(table, accessed="2026-11-22")
    first, *_, last = made.text.splitlines()
    assert first.startswith("Age limits (drug: anakinra, payer: cigna, request: initial, authority: primary). In: ")
    assert "Documents behind the rows:" in made.text
    assert last == "Cigna. Coverage Policy IP0243: Anakinra. Effective 1 June 2024."
    assert len(made.documents) == len({row["source"] for row in table.records()}) == 1
    assert made.items()[1]["issued"] == {"date-parts": [[2024, 6, 1]]}
    assert "Y2  - 2026/11/22/" in made.to_ris()


def test_rows_without_a_document_and_answers_of_another_graph_are_not_cited() -> None:
    with pytest.raises(payergraph.QueryError, match="no column is called source"):
        payergraph.cite(payergraph.query("steps_across_payers"))
    other = replace(payergraph.query("age_limits"), graph_version="another")
    with pytest.raises(payergraph.CallError, match="made from graph another"):
        payergraph.cite(other)


def test_each_row_gets_title_edition_and_address_of_its_document() -> None:
    plain = payergraph.query("exclusions")
    table = payergraph.query("exclusions", cite=True)
    assert [row[: len(plain.columns)] for row in table.rows] == list(plain.rows)
    documents = {item.iri: item for item in catalogue(shipped()).documents}
    editions = {policy.iri: policy.edition for policy in policies(shipped()).all}
    at = {name: table.columns.index(name) for name in ("source", "policy", "title", "edition", "address")}

    def value(row: tuple[Value, ...], name: str) -> str:
        return plain_text(row[at[name]])

    for row in table.rows:
        document = documents[value(row, "source")]
        assert (value(row, "title"), value(row, "address")) == (document.title, document.address)
        if "edition" not in plain.columns:
            assert value(row, "edition") == editions[value(row, "policy")]
    assert any(value(row, "edition") for row in table.rows) and any(value(row, "address") for row in table.rows)


def test_a_document_of_several_editions_is_told_by_that_of_the_policy_of_the_row() -> None:
    read = policies(shipped())
    by_source: dict[str, set[str]] = {}
    for policy in read.all:
        by_source.setdefault(policy.source, set()).add(policy.edition)
    several = {iri for iri, found in by_source.items() if len(found) > 1}
    assert several
    table = payergraph.query("covered_indications", cite=True)
    places = [table.columns.index(name) for name in ("source", "policy", "edition")]
    rows = [[plain_text(row[place]) for place in places] for row in table.rows]
    of = {policy.iri: policy.edition for policy in read.all}
    assert any(source in several for source, _, _ in rows)
    assert all(edition == of[policy] for _, policy, edition in rows)


# --- editions in force ----------------------------------------------------------------------------------------------


def test_only_editions_in_force_on_the_day_are_left() -> None:
    def of(**options: object) -> Table:
        return payergraph.query("editions_of_policies", payer="western-health-advantage", **options)  # type: ignore[arg-type]

    def policy_ids(table: Table) -> set[str]:
        place = table.columns.index("policy")
        return {terms.slug(plain_text(row[place])) for row in table.rows}

    every = policy_ids(of())
    read = policies(shipped())
    drugs = {drug for policy in read.all for drug in policy.drugs}
    for day in (date(2019, 6, 1), date(2026, 11, 29)):
        current = {item.id for drug in drugs for item in in_scope(shipped(), drug, None, "all", day)}
        assert policy_ids(of(in_force=day)) == every & current != every
        assert policy_ids(of(in_force=day.isoformat())) == every & current
    assert of(in_force=date(2026, 11, 29)).title.endswith("; the latest editions known on 29 November 2026")
    assert policy_ids(of(in_force=True)) == every & {
        item.id for drug in drugs for item in in_scope(shipped(), drug, None, "all", date.today())
    }


def test_the_limit_counts_what_is_in_force() -> None:
    whole = payergraph.query("editions_of_policies", in_force="2026-11-29")
    cut = payergraph.query("editions_of_policies", in_force="2026-11-29", limit=5)
    assert cut.rows == whole.rows[:5] and cut.truncated and not whole.truncated
    exact = payergraph.query("editions_of_policies", in_force="2026-11-29", limit=len(whole.rows), timeout=60)
    assert exact.rows == whole.rows and not exact.truncated


def test_rows_of_a_label_stay_and_rows_that_count_policies_are_refused() -> None:
    labels = payergraph.query("label_indications")
    assert payergraph.query("label_indications", in_force="2026-11-29").rows == labels.rows
    with pytest.raises(payergraph.QueryError, match="name neither policy nor source"):
        payergraph.query("steps_across_payers", in_force=True)


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_cites() -> None:
    asked = ("query", "age_limits", "--param", "drug=anakinra", "--param", "payer=cigna")
    table = payergraph.query("age_limits", drug="anakinra", payer="cigna")
    assert run(*asked, "--format", "bibtex").stdout == payergraph.cite(table).to_bibtex()
    assert json.loads(run(*asked, "--format", "csl").stdout) == payergraph.cite(table).items()
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--cite", "--format", "csv").stdout)))
    assert rows[0]["title"] == "Coverage Policy IP0243: Anakinra" and "address" in rows[0]
    compared = ("compare", "--drug", "Kineret", "--indication", "RA", "--payer", "cigna")
    comparison = payergraph.compare(drug="Kineret", indication="RA", payers=["cigna"])
    assert run(*compared, "--format", "ris").stdout.splitlines() == payergraph.cite(comparison).to_ris().splitlines()


def test_the_command_leaves_old_editions_out() -> None:
    asked = ("query", "editions_of_policies", "--format", "csv")
    every, today, then = (
        run(*asked, *more).stdout.count("\n") for more in ((), ("--in-force",), ("--as-of", "2019-06-01"))
    )
    assert then < today < every


@pytest.mark.parametrize(
    "words",
    [
        ("query", "steps_across_payers", "--in-force"),
        ("query", "steps_across_payers", "--cite"),
        ("query", "steps_across_payers", "--format", "ris"),
        ("query", "age_limits", "--as-of", "yesterday"),
        ("query", "--list", "--format", "ris"),
        ("compare", "--drug", "Kineret", "--drug", "Ilaris", "--indication", "RA", "--format", "csv"),
    ],
)
def test_what_cannot_be_cited_or_dated_is_told_in_one_sentence(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)

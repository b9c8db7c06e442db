"""The exported dataset: the same bytes each time, the same graph when read back, tables that keep what they declare."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pyoxigraph as ox
import pytest
from command import HANGS

import payergraph
from payergraph import terms
from payergraph.errors import ExportError
from payergraph.locate import folder as folder_of
from payergraph.present.export import DESCRIPTION, export, rdf
from payergraph.present.export.tables import TABLES
from payergraph.sparql.questions import ask, library
from payergraph.store.graph import LocalGraph, load, shipped

pytestmark = pytest.mark.xdist_group("export")

#: What every export holds beside its description.
ALWAYS = {"LICENSE", "LICENSE-DATA", "NOTICE"}
#: The graph and the shape that keep a dump from conforming to nothing; tests/present/test_bundle.py.
GUARD = ox.NamedNode("https://w3id.org/payergraph/shapes")
GUARDS = ox.NamedNode(f"{GUARD.value}#dump")
GUARD_TRIPLES = 3
TABLE_NAMES = [table.name for table in TABLES]


@cache
def small() -> LocalGraph:
    """One document: for tests of what happens to folders, where the whole graph would only take longer."""
    store = ox.Store()
    for name in (f"{terms.ID}source/cigna-ip0243", terms.ONTOLOGY):
        store.extend(shipped().store.quads_for_pattern(None, None, None, ox.NamedNode(name)))
    return LocalGraph(store, "small")


@pytest.fixture(scope="session")
def metadata(exported: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((exported / "csv" / "csv-metadata.json").read_text(encoding="utf-8"))
    return found


def run(*words: str | Path, seed: str = "0", **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "payergraph", *map(str, words)]
    environment = os.environ | {"PYTHONHASHSEED": seed}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=HANGS, env=environment, **options
    )


def contents(place: Path) -> dict[str, str]:
    """The digests of the files below a folder."""
    return {
        path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.rglob("*")
        if path.is_file()
    }


def canonical(quads: Any) -> ox.Dataset:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@cache
def whole() -> ox.Dataset:
    """The graph with canonical names, worked out once."""
    return canonical(shipped().store)


def table(exported: Path, name: str) -> list[dict[str, str]]:
    with (exported / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the files as a whole ---------------------------------------------------------------------------------------------


def test_an_export_has_every_file(exported: Path) -> None:
    policies = len(list((exported / "shacl" / "policies").iterdir()))
    assert len(contents(exported)) == 4 + 2 * len(TABLES) + 2 + (3 + policies) + 4 + 1 + len(ALWAYS)


@pytest.mark.usefixtures("few_documents")
def test_a_run_with_another_hash_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        result = run("export", tmp_path / seed, seed=seed)
        assert result.returncode == 0, result.stderr
    assert contents(tmp_path / "1") == contents(tmp_path / "2")


@pytest.mark.usefixtures("few_documents")
def test_the_files_are_listed_with_their_sizes_and_progress_goes_to_stderr(tmp_path: Path) -> None:
    result = run("export", tmp_path / "new", "--format", "turtle", "--format", "csv")
    listed = {line.split()[1]: int(line.split()[0].replace(",", "")) for line in result.stdout.splitlines()}
    assert listed == {path: (tmp_path / "new" / path).stat().st_size for path in contents(tmp_path / "new")}
    assert {path.split("/")[0] for path in listed} == {"payergraph.ttl", "csv", DESCRIPTION, *ALWAYS}
    assert "payergraph: writing payergraph.ttl" in result.stderr


def test_one_format_alone_is_described_alone(few: Path, tmp_path: Path) -> None:
    written = export(load(few), tmp_path / "new", ["parquet"])
    assert {file.path.split("/")[0] for file in written} == {"parquet", DESCRIPTION, *ALWAYS}
    assert "payergraph.trig" not in (tmp_path / "new" / DESCRIPTION).read_text(encoding="utf-8")
    assert (tmp_path / "new" / "parquet" / "dictionary.csv").is_file()


def test_an_earlier_export_is_replaced_whole(tmp_path: Path) -> None:
    place = tmp_path / "data"
    export(small(), place, ["turtle", "csv"])
    export(small(), place, ["jsonld"])
    assert set(contents(place)) == {"payergraph.jsonld", DESCRIPTION, *ALWAYS}
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    export(small(), tmp_path / "data", ["turtle"])
    (tmp_path / "empty").mkdir()
    export(small(), tmp_path / "empty", ["turtle"])
    assert contents(tmp_path / "empty") == contents(tmp_path / "data")


def _foreign(place: Path) -> None:
    place.mkdir()
    (place / "thesis.docx").write_text("mine", encoding="utf-8")


def _beside(place: Path) -> None:
    export(small(), place, ["turtle"])
    (place / "notes.txt").write_text("mine", encoding="utf-8")


def _changed(place: Path) -> None:
    export(small(), place, ["turtle"])
    with (place / "payergraph.ttl").open("a", encoding="utf-8") as file:
        file.write("# my remark\n")


def _described(place: Path) -> None:
    export(small(), place, ["turtle"])
    text = (place / DESCRIPTION).read_text(encoding="utf-8")
    (place / DESCRIPTION).write_text(text.replace("@en", "@en-US", 1), encoding="utf-8")


def _file(place: Path) -> None:
    place.write_text("mine", encoding="utf-8")


@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        (_foreign, "other files"),
        (_beside, "notes.txt"),
        (_changed, "payergraph.ttl"),
        (_described, DESCRIPTION),
        (_file, "is a file"),
    ],
)
@pytest.mark.usefixtures("few_documents")
def test_nothing_but_an_earlier_export_is_overwritten(
    prepare: Callable[[Path], None], expected: str, tmp_path: Path
) -> None:
    place = tmp_path / "data"
    prepare(place)
    before = contents(tmp_path)
    result = run("export", place, "--format", "csv")
    assert (result.returncode, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert expected in line
    assert contents(tmp_path) == before


@pytest.mark.usefixtures("few_documents")
def test_the_folder_in_which_one_is_and_one_without_a_parent_are_refused(tmp_path: Path) -> None:
    for words, expected in ((["."], "in which you are"), (["no/such/place"], "there is no folder no/such")):
        result = run("export", *words, cwd=tmp_path)
        assert result.returncode == 2 and expected in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("few_documents")
def test_a_failure_half_way_leaves_the_earlier_export_as_it_was(tmp_path: Path) -> None:
    place = tmp_path / "data"
    export(small(), place, ["turtle"])
    before = contents(tmp_path)

    def no_large_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    result = run("export", place, preexec_fn=no_large_files)
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == f"payergraph: {place} cannot be written: file too large"
    assert contents(tmp_path) == before


def test_a_folder_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    place = tmp_path / "data"

    def meanwhile(step: str) -> None:
        if not place.exists():
            _foreign(place)

    with pytest.raises(ExportError, match="other files"):
        export(small(), place, ["turtle"], meanwhile)
    assert set(contents(tmp_path)) == {"data/thesis.docx"}


# --- RDF --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "form"), [("payergraph.trig", ox.RdfFormat.TRIG), ("payergraph.jsonld", ox.RdfFormat.JSON_LD)]
)
def test_what_was_exported_reads_back_as_the_graph(name: str, form: ox.RdfFormat, exported: Path) -> None:
    read = (quad for quad in ox.parse((exported / name).read_bytes(), format=form) if quad.graph_name != GUARD)
    assert canonical(read) == whole()


def test_turtle_holds_the_union_of_the_named_graphs(exported: Path) -> None:
    union = (ox.Quad(quad.subject, quad.predicate, quad.object) for quad in shipped().store)
    parsed = ox.parse((exported / "payergraph.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    assert canonical(quad for quad in parsed if quad.subject != GUARDS) == canonical(union)


def test_rdflib_reads_the_same_graph_from_trig_turtle_and_json_ld(
    few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of few documents: rdflib takes half a minute for all, which Oxigraph has read back."""
    import rdflib

    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    graph = load(few)
    export(graph, tmp_path / "few", ["trig", "turtle", "jsonld"])
    name = f"{terms.ID}source/cigna-ip0243"
    for form in ("trig", "json-ld"):
        dataset = rdflib.Dataset()
        dataset.parse(tmp_path / "few" / f"payergraph.{form.replace('-', '')}", format=form)
        triples = dataset.graph(rdflib.URIRef(name)).serialize(format="nt").encode()
        assert canonical(ox.parse(triples, format=ox.RdfFormat.N_TRIPLES)) == canonical(
            ox.Quad(quad.subject, quad.predicate, quad.object)
            for quad in graph.store.quads_for_pattern(None, None, None, ox.NamedNode(name))
        )
        assert len(dataset) == len(graph.store) + GUARD_TRIPLES
    turtle = rdflib.Graph().parse(tmp_path / "few" / "payergraph.ttl")
    union = {(quad.subject, quad.predicate, quad.object) for quad in graph.store}
    assert len(turtle) == len(union) + GUARD_TRIPLES


def test_a_plain_store_that_loads_the_trig_answers_the_stored_questions(exported: Path) -> None:
    store = ox.Store()
    store.bulk_load((exported / "payergraph.trig").read_bytes(), ox.RdfFormat.TRIG)
    plain = LocalGraph(store, "plain")
    for question in library()[::8]:
        assert ask(question.name, plain) == ask(question.name, shipped()), question.name


def test_a_changed_document_changes_no_name_in_another(checkout: Path, tmp_path: Path) -> None:
    shutil.copytree(checkout / "data", tmp_path / "data")
    changed = tmp_path / "data" / "policies" / "cigna-ip0243.ttl"
    changed.write_text(changed.read_text(encoding="utf-8").replace("c:stills-prescriber c:no-concurrent ", "", 1))
    before, after = rdf.named_graphs(load()), rdf.named_graphs(load(tmp_path / "data"))
    differ = {name for name in before if before[name] != after[name]}
    assert differ == {f"{terms.ID}source/cigna-ip0243", terms.DERIVED}


def test_lists_that_cannot_be_written_as_lists_still_come_back() -> None:
    nodes = {name: ox.BlankNode(name) for name in "abcde"}
    first, rest = (ox.NamedNode(terms.RDF + name) for name in ("first", "rest"))
    thing, graph = ox.NamedNode("https://example.org/it's"), ox.NamedNode("https://example.org/g")
    triples = [
        (thing, terms.pg("part"), nodes["a"]),  # shared with what follows: no list of one owner
        (graph, terms.pg("part"), nodes["a"]),
        (nodes["a"], first, ox.Literal('a "quoted"\nline\\', language="en")),
        (nodes["a"], rest, ox.NamedNode(terms.RDF + "nil")),
        (thing, terms.pg("value"), nodes["b"]),  # goes round
        (nodes["b"], first, ox.Literal("007", datatype=ox.NamedNode(terms.XSD + "integer"))),
        (nodes["b"], rest, nodes["c"]),
        (nodes["c"], first, nodes["c"]),
        (nodes["c"], rest, nodes["b"]),
        (thing, terms.pg("part"), nodes["d"]),  # its end is the list of another owner too
        (nodes["d"], first, thing),
        (nodes["d"], rest, nodes["e"]),
        (nodes["e"], first, graph),
        (nodes["e"], rest, ox.NamedNode(terms.RDF + "nil")),
        (graph, terms.pg("value"), nodes["e"]),
        (thing, terms.pg("value"), ox.Literal("1e3", datatype=ox.NamedNode(terms.XSD + "double"))),
        (thing, terms.pg("value"), ox.Literal("yes", datatype=ox.NamedNode(terms.XSD + "boolean"))),
    ]
    store = ox.Store()
    store.extend(ox.Quad(s, p, o, graph) for s, p, o in triples)
    graphs = rdf.named_graphs(LocalGraph(store, "odd"))
    for text, form in ((rdf.trig(graphs), ox.RdfFormat.TRIG), (rdf.jsonld(graphs), ox.RdfFormat.JSON_LD)):
        assert canonical(ox.parse(text.encode(), format=form)) == canonical(store)


# --- tables -----------------------------------------------------------------------------------------------------------


READ = {
    "string": str,
    "anyURI": lambda text: ox.NamedNode(text).value,
    "integer": int,
    "decimal": Decimal,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
}


def test_every_cell_is_what_the_metadata_says(exported: Path, metadata: dict[str, Any]) -> None:
    assert [item["url"] for item in metadata["tables"]] == [f"{name}.csv" for name in (*TABLE_NAMES, "dictionary")]
    for item in metadata["tables"]:
        rows = table(exported, item["url"].removesuffix(".csv"))
        columns = item["tableSchema"]["columns"]
        assert rows and list(rows[0]) == [column["titles"] for column in columns]
        for row in rows:
            for column in columns:
                cell = row[column["name"]]
                parts = cell.split(column["separator"]) if column.get("separator") and cell else [cell] if cell else []
                assert parts or not column.get("required"), (item["url"], column["name"])
                for part in parts:
                    READ[column["datatype"]](part)


def test_keys_are_unique_and_no_foreign_key_is_empty(exported: Path, metadata: dict[str, Any]) -> None:
    linked = 0
    for item in metadata["tables"]:
        rows = table(exported, item["url"].removesuffix(".csv"))
        keys = [tuple(row[name] for name in item["tableSchema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys), item["url"]
        for link in item["tableSchema"].get("foreignKeys", ()):
            other = link["reference"]
            known = {row[other["columnReference"]] for row in table(exported, other["resource"].removesuffix(".csv"))}
            assert {row[link["columnReference"]] for row in rows} <= known, (item["url"], link)
            linked += 1
    assert linked == 9


def test_what_a_table_names_of_another_stands_there(exported: Path) -> None:
    linked = [row for row in table(exported, "dictionary") if row["values_of"]]
    assert len(linked) == 12
    for link in linked:
        name, column = link["values_of"].split(".")
        known = {row[column] for row in table(exported, name)}
        assert {row[link["column"]] for row in table(exported, link["table"])} - {""} <= known, link


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("policies", "{ ?x a pg:CoveragePolicy } UNION { ?x a pg:DrugLabel }"),
        ("rules", "?x a pg:CoverageRule"),
        (
            "criteria",
            "?rule pg:initialCriteria|pg:continuationCriteria ?root . ?root pg:part* ?x . ?x a sh:NodeShape",
        ),
        ("statements", "?x a pg:Statement"),
        ("sources", "?x a pg:SourceDocument"),
        ("deadlines", "?x pg:aspect/pg:timeLimit true"),
    ],
)
def test_each_thing_of_the_graph_has_one_row(name: str, pattern: str, exported: Path) -> None:
    expected = {row["x"].value for row in shipped().rows(f"SELECT DISTINCT ?x WHERE {{ {pattern} }}")}
    rows = [next(iter(row.values())) for row in table(exported, name)]
    assert len(rows) == len(expected) and set(rows) == expected


def test_the_tables_say_what_the_documents_say(exported: Path) -> None:
    policies = {row["policy"]: row for row in table(exported, "policies")}
    cigna = policies[f"{terms.ID}policy/cigna-ip0243"]
    assert (cigna["payer_label"], cigna["drugs_labels"], cigna["number"]) == ("Cigna", "anakinra", "IP0243")
    assert (cigna["effective"], cigna["effective_from"], cigna["kind"]) == ("2024-06-01", "2024-06-01", "policy")
    rules = {row["rule"]: row for row in table(exported, "rules")}
    stills = rules[f"{terms.ID}rule/cigna-ip0243/stills-disease"]
    assert (stills["initial_months"], stills["indication_label"]) == ("12", "Still's disease")
    criteria = {row["criterion"]: row for row in table(exported, "criteria")}
    root = criteria[stills["initial_criteria"]]
    assert [part.rsplit("/", 1)[1] for part in root["parts"].split("|")] == [
        *("stills-use", "stills-prescriber", "no-concurrent")
    ]
    assert stills["rule"] in criteria[f"{terms.ID}criterion/cigna-ip0243/stills-prescriber"]["initial_rules"].split("|")
    prescriber = [row for row in table(exported, "parameters") if row["criterion"].endswith("ip0243/stills-prescriber")]
    assert {row["parameter_label"]: row["members_labels"] or row["value"] for row in prescriber} == {
        "specialties": "rheumatology",
        "consultation accepted": "true",
    }


def test_deadlines_are_times_within_which_somebody_must_act(exported: Path) -> None:
    rows = table(exported, "deadlines")
    asked = {row["aspect"] for row in rows}
    assert f"{terms.ID}aspect/internal-appeal-filing-deadline" in asked
    assert not asked & {
        f"{terms.ID}aspect/{name}" for name in ("authorization-duration", "dose-frequency", "study-entry")
    }
    by_length = {(row["value"], row["unit_label"]): row for row in rows if row["value"] and row["unit"]}
    assert (by_length["72", "hour"]["low_days"], by_length["72", "hour"]["scale"]) == ("3", "time")
    assert by_length["180", "day"]["high_days"] == "180"
    assert (by_length["4", "month"]["low_days"], by_length["4", "month"]["scale"]) == ("", "calendar")
    assert {row["scale"] for row in rows if row["unit_label"] == "business day"} == {"business time"}
    ranges = [row for row in rows if not row["value"] and row["low"]]
    assert ranges and all(Decimal(row["low"]) < Decimal(row["high"]) for row in ranges)


def test_every_stored_question_on_deadlines_reads_aspects_that_are_time_limits() -> None:
    answer = ask("appeal_deadlines_as_stated", shipped())
    limits = {row["x"] for row in shipped().rows("SELECT ?x WHERE { ?x pg:timeLimit true }")}
    read = {row[answer.columns.index("aspect")] for row in answer.rows}
    # What all stages take together is no limit of anybody's.
    assert {aspect for aspect in read - limits if "total-time" not in str(aspect)} == set()
    assert read & limits


def test_each_side_of_a_disagreement_names_what_says_it(exported: Path) -> None:
    rows = table(exported, "conflicts")
    for row in rows:
        assert row["item"], row
        document = row["source"].removeprefix(f"{terms.ID}source/")
        if row["item"].split("/id/")[1].split("/")[0] in ("statement", "criterion", "rule"):
            assert f"/{document}/" in row["item"], row


def test_parquet_holds_what_csv_holds(exported: Path, metadata: dict[str, Any]) -> None:
    for item in metadata["tables"][:-1]:
        name = item["url"].removesuffix(".csv")
        read = pyarrow.parquet.read_table(exported / "parquet" / f"{name}.parquet")
        assert read.schema.metadata[b"version"].decode() == shipped().version
        for column in item["tableSchema"]["columns"]:
            field = read.schema.field(column["name"])
            assert field.metadata[b"description"].decode() == column["dc:description"]
            for cell, text in zip(
                read.column(column["name"]).to_pylist(),
                [row[column["name"]] for row in table(exported, name)],
                strict=True,
            ):
                if "separator" in column:
                    assert "|".join(cell) == text
                elif cell is None:
                    assert text == ""
                else:
                    value = READ[column["datatype"]](text)
                    assert cell == (float(value) if isinstance(value, Decimal) else value)


def test_pandas_reads_the_tables(exported: Path) -> None:
    import pandas

    statements = pandas.read_parquet(exported / "parquet" / "statements.parquet")
    assert statements["low"].dtype == "float64" and statements["former"].dtype == "bool"
    assert len(pandas.read_csv(exported / "csv" / "statements.csv", dtype=str)) == len(statements)


def test_the_dictionary_tells_every_column_with_its_meaning_and_unit(exported: Path) -> None:
    rows = {(row["table"], row["column"]): row for row in table(exported, "dictionary")}
    for name in (*TABLE_NAMES, "dictionary"):
        header = next(csv.reader(io.StringIO((exported / "csv" / f"{name}.csv").read_text(encoding="utf-8"))))
        assert [column for where, column in rows if where == name] == header
    assert all(row["meaning"].endswith(".") for row in rows.values())
    assert rows["rules", "initial_months"]["unit"] == "month"
    assert rows["rules", "plans"]["type"] == "list of IRI"
    assert rows["statements", "source"]["values_of"] == "sources.source"


# --- the description --------------------------------------------------------------------------------------------------


PREFIXES = """
PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX spdx: <http://spdx.org/rdf/terms#> PREFIX void: <http://rdfs.org/ns/void#>
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
"""


@pytest.fixture(scope="session")
def described(exported: Path) -> Callable[[str], list[dict[str, str]]]:
    store = ox.Store()
    base = "https://example.org/"
    store.bulk_load((exported / DESCRIPTION).read_bytes(), ox.RdfFormat.TURTLE, base_iri=base + DESCRIPTION)

    def rows(query: str) -> list[dict[str, str]]:
        found = store.query(PREFIXES + query)
        assert isinstance(found, ox.QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [{name: row[name].value.removeprefix(base) for name in names} for row in found]

    return rows


def test_the_description_lists_each_file_with_its_size_and_checksum(
    exported: Path, described: Callable[[str], list[dict[str, str]]]
) -> None:
    rows = described(
        """SELECT ?file ?size ?digest ?algorithm WHERE { ?set a dcat:Dataset ; dcat:distribution ?d .
          ?d dcat:downloadURL ?file ; dcat:byteSize ?size ; dcat:mediaType ?type ; dcterms:license ?licence ;
             spdx:checksum [ spdx:algorithm ?algorithm ; spdx:checksumValue ?digest ] }"""
    )
    expected = {path: digest for path, digest in contents(exported).items() if path != DESCRIPTION}
    assert {row["file"]: row["digest"] for row in rows} == expected
    assert {row["file"]: int(row["size"]) for row in rows} == {
        path: (exported / path).stat().st_size for path in expected
    }
    assert {row["algorithm"].rsplit("#", 1)[1] for row in rows} == {"checksumAlgorithm_sha256"}


def test_the_description_gives_licence_version_and_counts(described: Callable[[str], list[dict[str, str]]]) -> None:
    [row] = described(
        """SELECT * WHERE { ?set a dcat:Dataset , void:Dataset ; dcat:version ?version ; dcterms:license ?licence ;
          void:triples ?triples ; void:classes ?classes }"""
    )
    union = {(quad.subject, quad.predicate, quad.object) for quad in shipped().store}
    assert row["version"] == shipped().version
    assert row["licence"] == "https://creativecommons.org/licenses/by/4.0/"
    assert int(row["triples"]) == len(union) + GUARD_TRIPLES
    statements = described(
        f"SELECT ?n WHERE {{ ?set void:classPartition [ void:class <{terms.PG}Statement> ; void:entities ?n ] }}"
    )
    assert [int(row["n"]) for row in statements] == [
        len({s for s, p, o in union if p.value == terms.RDF + "type" and o == terms.pg("Statement")})
    ]
    parts = described("SELECT ?name ?n WHERE { ?set void:subset ?g . ?g sd:name ?name ; void:triples ?n }")
    assert len(parts) == len(list(shipped().store.named_graphs())) + 1
    assert sum(int(part["n"]) for part in parts) == len(shipped().store) + GUARD_TRIPLES


def test_the_description_gives_dates_publisher_and_contact(
    described: Callable[[str], list[dict[str, str]]], checkout: Path
) -> None:
    [row] = described(
        """PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
        SELECT * WHERE { ?set a dcat:Dataset ; dcterms:issued ?issued ; dcterms:modified ?modified ;
          dcterms:publisher/foaf:name ?publisher ; dcat:contactPoint [ vcard:fn ?contact ; vcard:hasURL ?address ] }"""
    )
    cited = (checkout / "CITATION.cff").read_text(encoding="utf-8")
    assert f"date-released: {row['issued']}" in cited
    retrieved = [found["day"].value for found in shipped().rows("SELECT ?day WHERE { ?source pg:retrieved ?day }")]
    assert row["modified"] == max(retrieved)
    assert row["publisher"] == row["contact"] == "The payergraph developers"
    assert row["address"] == "https://w3id.org/payergraph"


# --- what other tools read --------------------------------------------------------------------------------------------


def test_the_licences_and_the_notices_of_code_systems_are_in_every_export(
    exported: Path, checkout: Path, described: Callable[[str], list[dict[str, str]]]
) -> None:
    for name in ALWAYS:
        assert (exported / name).read_bytes() == (checkout / name).read_bytes()
    assert "This material contains content from LOINC" in (exported / "NOTICE").read_text(encoding="utf-8")
    rows = described("SELECT ?file ?licence WHERE { ?d dcat:downloadURL ?file ; dcterms:license ?licence }")
    assert {row["file"] for row in rows if "apache" in row["licence"]} == {
        *("shacl/established.ttl", "shacl/possible.ttl", "questions.ttl")
    }


def test_the_notices_name_every_code_system_of_the_graph() -> None:
    rows = shipped().rows(
        "SELECT DISTINCT ?label WHERE { ?x skos:notation ?code . BIND (DATATYPE(?code) AS ?system) "
        "?system a rdfs:Datatype ; skos:prefLabel ?label }"
    )
    notice = (folder_of("ontology").parent / "NOTICE").read_text(encoding="utf-8")
    assert len(rows) > 5
    assert [row["label"].value for row in rows if row["label"].value.split()[0] not in notice] == []


def test_protege_and_owlready2_read_the_ontology_from_one_file(exported: Path) -> None:
    import owlready2
    import rdflib
    from rdflib.compare import isomorphic

    turtle = rdflib.Graph().parse(exported / "ontology" / "payergraph.ttl")
    assert isomorphic(turtle, rdflib.Graph().parse(exported / "ontology" / "payergraph.owl", format="xml"))
    read = owlready2.World().get_ontology(f"file://{exported / 'ontology' / 'payergraph.owl'}").load()
    pg = read.get_namespace(terms.PG)
    assert list(map(str, pg.AgeCriterion.label)) == ["age"] and pg.AgeCriterion.comment
    assert pg.Criterion in pg.AgeCriterion.is_a
    assert [str(one) for one in turtle.subjects(rdflib.RDF.type, rdflib.OWL.Ontology)] == [terms.ONTOLOGY]
    header = rdflib.URIRef(terms.ONTOLOGY)
    version = turtle.value(header, rdflib.OWL.versionInfo)
    assert turtle.value(header, rdflib.OWL.versionIRI) == rdflib.URIRef(f"{terms.ONTOLOGY}/{version}")
    assert str(version) == payergraph.__version__
    for term, label in turtle.subject_objects(rdflib.SKOS.prefLabel):
        assert (term, rdflib.RDFS.label, label) in turtle
        assert turtle.value(term, rdflib.RDFS.isDefinedBy) == header


def test_every_module_of_the_ontology_says_what_it_is(checkout: Path) -> None:
    import rdflib

    for path in (checkout / "ontology").glob("*.ttl"):
        read = rdflib.Graph().parse(path)
        [header] = read.subjects(rdflib.RDF.type, rdflib.OWL.Ontology)
        name = terms.ONTOLOGY + ("" if path.stem == "core" else f"/{path.stem}")
        assert str(header) == name
        assert read.value(header, rdflib.DCTERMS.title) and read.value(header, rdflib.DCTERMS.description)


def test_the_stored_questions_answer_as_rdf_too(exported: Path) -> None:
    """As the shapes of sparql-examples ask: a comment, one query text, an endpoint."""
    import rdflib

    read = rdflib.Graph().parse(exported / "questions.ttl")
    found = {
        str(node).rsplit("/", 1)[1].replace("-", "_"): node
        for node in read.subjects(rdflib.RDF.type, rdflib.SH.SPARQLSelectExecutable)
    }
    assert set(found) == {question.name for question in library()}
    for name, node in found.items():
        [text], [comment] = read.objects(node, rdflib.SH.select), read.objects(node, rdflib.RDFS.comment)
        assert comment.language == "en"
        assert read.value(node, rdflib.URIRef("https://schema.org/target"))
        if name == "age_limits":
            plain = ox.Store()
            plain.bulk_load((exported / "payergraph.trig").read_bytes(), ox.RdfFormat.TRIG)
            rows = plain.query(str(text), use_default_graph_as_union=True)
            assert len(list(rows)) == len(ask(name, shipped()).rows)
    declared = {str(one) for one in read.objects(None, rdflib.SH.prefix)}
    assert declared == set(terms.PREFIXES)


@pytest.mark.parametrize(
    ("path", "accept", "expected"),
    [
        ("ontology", "text/turtle", "ontology/payergraph.ttl"),
        ("ontology", "application/rdf+xml", "ontology/payergraph.owl"),
        ("ontology/criteria", "text/turtle", "ontology/payergraph.ttl"),
        ("ontology/0.1.0", "text/turtle", "ontology/payergraph.ttl"),
        ("ontology/0.0.9", "text/turtle", None),
        ("ontology/case.context.jsonld", "application/ld+json", "ontology/case.context.jsonld"),
        ("id/dataset/payergraph", "text/turtle", "dataset.ttl"),
        ("id/drug/anakinra", "text/turtle", "payergraph.ttl"),
        ("id/drug/anakinra", "application/ld+json", "payergraph.jsonld"),
        ("shapes/chart", "text/turtle", "shacl/established.ttl"),
        ("", "text/html", "dataset.ttl"),
    ],
)
def test_an_address_of_w3id_leads_to_a_file_of_the_export(
    path: str, accept: str, expected: str | None, exported: Path
) -> None:
    assert expected is None or (exported / expected).is_file()
    assert redirected(path, accept, (exported / "ontology" / "w3id.htaccess").read_text(encoding="utf-8")) == expected


def redirected(path: str, accept: str, rules: str) -> str | None:
    """What mod_rewrite does with the few directives that the file has: the first rule whose conditions hold."""
    holds = True
    for line in rules.splitlines():
        words = line.split()
        if words[:1] == ["RewriteCond"]:
            assert words[1] == "%{HTTP_ACCEPT}"
            holds = re.search(words[2], accept) is not None
        elif words[:1] == ["RewriteRule"] and words[2] != "-":
            if holds and re.search(words[1], path):
                return words[2].removeprefix("%{ENV:BASE}/")
            holds = True
    return None

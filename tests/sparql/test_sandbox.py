import gc
import io
import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
import query_pieces
from command import HANGS
from hypothesis import example, given, settings
from hypothesis import strategies as st

from payergraph import terms
from payergraph.errors import LimitReached, QueryError
from payergraph.sparql import guard as sparql_text
from payergraph.sparql import sandbox as sparql
from payergraph.sparql.sandbox import fill, run, stream_csv
from payergraph.store import graph as store
from payergraph.store.graph import LocalGraph

pytestmark = pytest.mark.slow

RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DRUGS = "SELECT ?drug WHERE { ?drug a pg:Drug } ORDER BY ?drug"


@pytest.fixture(scope="module")
def graph() -> LocalGraph:
    return store.shipped()


@pytest.fixture
def small() -> Iterator[LocalGraph]:
    """A graph of its own, in which one triple stands in two documents."""
    triples = ox.Store()
    for name in ("one", "two"):
        triples.add(ox.Quad(node("s"), node("p"), ox.Literal(1), node(name)))
    yield LocalGraph(triples, "small")


def node(slug: str) -> ox.NamedNode:
    return ox.NamedNode(terms.ID + "test/" + slug)


def children() -> set[int]:
    """The processes that this one has started and that still run."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has just ended
            found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found


# --- the four forms ---------------------------------------------------------------------------------------------------


def test_select_gives_columns_and_terms(graph: LocalGraph) -> None:
    table = run("SELECT ?drug ?none WHERE { ?drug a pg:Drug ; skos:prefLabel 'anakinra'@en }", graph)
    assert table.columns == ("drug", "none")
    assert table.rows == ((terms.thing("drug", "anakinra"), None),)
    assert table.kind == "select" and not table.truncated


def test_ask_gives_one_boolean(graph: LocalGraph) -> None:
    assert run("ASK { ?drug a pg:Drug }", graph).rows == ((ox.Literal(True),),)
    assert run("ASK { pg:Drug a pg:Drug }", graph).rows == ((ox.Literal(False),),)


def test_construct_gives_each_triple_once(graph: LocalGraph) -> None:
    table = run("CONSTRUCT { pg:Drug pg:about true } WHERE { ?drug a pg:Drug }", graph)
    assert table.columns == ("subject", "predicate", "object") and len(table.rows) == 1
    assert "pg:Drug pg:about true" in table.to_turtle()


def test_describe_gives_the_triples_of_a_thing(graph: LocalGraph) -> None:
    table = run(f"DESCRIBE <{terms.ID}drug/anakinra>", graph)
    assert table.kind == "describe"
    assert {row[0] for row in table.rows} == {terms.thing("drug", "anakinra")}


def test_a_triple_that_two_documents_state_is_one_row(small: LocalGraph) -> None:
    assert len(run("SELECT * WHERE { ?s ?p ?o }", small).rows) == 1
    assert len(run("SELECT * WHERE { GRAPH ?document { ?s ?p ?o } }", small).rows) == 2


def test_a_graph_of_other_files_is_asked_as_well(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "x.ttl").write_text('<https://example.org/s> <https://example.org/p> "here" .')
    other = store.load(data=tmp_path)
    assert run("SELECT ?document WHERE { GRAPH ?document { ?s ?p 'here' } }", other).rows == (
        (terms.thing("source", "x"),),
    )


def test_a_query_may_declare_a_known_prefix_anew(small: LocalGraph) -> None:
    query = "PREFIX pg: <https://example.org/> SELECT (STR(pg:x) AS ?iri) WHERE { }"
    assert run(query, small).rows == ((ox.Literal("https://example.org/x"),),)


# --- what is refused --------------------------------------------------------------------------------------------------

FORBIDDEN = [
    "SELECT * WHERE { SERVICE <https://example.org/> { ?s ?p ?o } }",
    "SELECT * WHERE { { SELECT * WHERE { service silent ?x { ?s ?p ?o } } } }",
    "ASK { ?s ?p ?o FILTER EXISTS { SeRvIcE <https://example.org/> { } } }",
    "SELECT * FROM <https://example.org/> WHERE { ?s ?p ?o }",
    "SELECT * FROM NAMED <https://example.org/> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "CONSTRUCT FROM <https://example.org/> WHERE { ?s ?p ?o }",
    "DESCRIBE ?s FROM <https://example.org/> WHERE { ?s ?p ?o }",
    "ASKFROM<https://example.org/>{ }",
    # The engine needs no space between words …
    "SELECT * WHERE { ?s ?p trueSERVICE<https://example.org/> { } }",
    "PREFIX ex: <https://example.org/> SELECT * WHERE { SERVICEex:a { } }",
    "SELECT * WHERE { ?s ?p 5SERVICE<https://example.org/> { } }",
    'SELECT * WHERE { ?s ?p "a"@en--ltrSERVICE<https://example.org/> { } }',
    "PREFIX ex: <https://example.org/> SELECT * WHERE { ?s ?p ex:.SERVICE ?x { } }",
    "PREFIX ex: <https://example.org/> SELECT * WHERE { ?s ?p ex:a.b.SERVICE ?x { } }",
    "PREFIX ex: <https://example.org/> SELECT * WHERE { ?s ?p ex:a%20SERVICE ?x { } }",
    "PREFIX ex: <https://example.org/> SELECT * WHERE { ?s ?p ex:a\\-SERVICE ?x { } }",
    # … and takes for code what a tokenizer takes for an IRI, a string or a comment.
    "SELECT * WHERE { FILTER (1<2)SERVICE?s#>\n{ } }",
    "SELECT * WHERE { FILTER (?a<?b#>'''\n) SERVICE <https://example.org/> { } #'''\n }",
    "SELECT * WHERE { VALUES ?x { '''a' } SERVICE <https://example.org/> { } #\\q'''\n }",
    "SELECT * WHERE { VALUES ?x { '''a' } SERVICE <https://example.org/> { } #\\uD800'''\n }",
    "SELECT * WHERE { ?s ?p '\\u0027 . SERVICE <https://example.org/> { } #' }",
    "SELECT * WHERE { \\u0053ERVICE <https://example.org/> { } }",
    "SELECT * WHERE { ?s ?p 1 # comment \r SERVICE <https://example.org/> { } }",
    # … and reads a word and a name, where there is a name with a longer prefix.
    "PREFIX : <https://example.org/> PREFIX service: <urn:x:> SELECT * WHERE { service:a { } }",
    "PREFIX # :\n : <https://example.org/> PREFIX service: <urn:x:> SELECT * WHERE { service:a { } }",
    "PREFIX ex: <https://example.org/> PREFIX SERVICEex: <urn:x:> SELECT * WHERE { SERVICEex:a { } }",
    "PREFIX ex: <https://example.org/> PREFIX myservicesilentex: <urn:x:> SELECT * WHERE { myservicesilentex:a { } }",
    "PREFIX service: <urn:x:> SELECT * WHERE { servicepg:a { } }",
    "PREFIX : <https://example.org/> PREFIX from: <urn:x:> ASK from:a { }",
    "PREFIX tag: <urn:x:> SELECT * WHERE { FILTER (1<tag:x)SERVICE?s#>\n{ } }",
    "PREFIX true-ex: <urn:x:> PREFIX ex: <urn:y:> SELECT * WHERE { FILTER (1<true-ex:x)SERVICE?s#>\n{ } }",
    "SELECT * WHERE { FILTER (1<pg:x)SERVICE?s#>\n{ } }",
    "é PREFIX tag: <urn:x:> SELECT * WHERE { FILTER (1<tag:x)SERVICE?s#>\n{ } }",
]
UPDATES = [
    "INSERT DATA { <a:a> <a:b> 1 }",
    "DELETE WHERE { ?s ?p ?o }",
    "PREFIX pg: <https://example.org/> DELETE { ?s ?p ?o } INSERT { } WHERE { ?s ?p ?o }",
    "LOAD <https://example.org/>",
    "load silent <https://example.org/> INTO GRAPH <a:b>",
    "DROP ALL",
    "CLEAR DEFAULT",
    "CREATE GRAPH <a:b>",
    "WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "# SELECT\nCOPY <a:b> TO <a:c>",
]
HARMLESS = [
    "ASK { ?s ?p 'SERVICE <https://example.org/> { }' }",
    'ASK { ?s ?p """FROM\n\'\'\' "quoted" \\n SERVICE""" }',
    "ASK { ?s ?p ?o # SERVICE <https://example.org/> { }\n }",
    "ASK { ?s <https://example.org/service/FROM> ?o }",
    "ASK { ?service ?p ?from }",
    "ASK { ?s pg:service _:from }",
    "ASK { FILTER (1 < 2 && 3>2) }",
    "ASK { FILTER (1<2) }",
    "ASK { FILTER (1 <= 2) }",
    "PREFIX ex: <urn:example#> ASK { ?s ex:p\\,q ?o }",
    "BASE <https://example.org/> PREFIX ex: <#> ASK { <b> ex:p 'caf\\u00e9' }",
    "PREFIX # SERVICE\n ex: # FROM\n <https://example.org/> ASK { ?s ex:p ?o }",
    "PREFIX service: <urn:x:> ASK { service:a service:b service:service }",
    "PREFIX from: <urn:x:> PREFIX fromage: <urn:y:> ASK { from:a fromage:b ?o }",
    "PREFIX # SERVICE\n my-service: # FROM\n <https://example.org/> ASK { ?s my-service:p ?o }",
    "BASE <https://example.org/> PREFIX service: <#> VERSION '1.2' ASK { ?s service:p ?o }",
    "ASK { ?s <tag:x,2020:y> <tag:x,2020:service#it's> }",
    "ASK { ?s <did:example:123#from> <urn:isbn:0(1)'2> ; <mailto:a,b@example.org?subject=x&y> <news:a;b> }",
    "PREFIX tag: <urn:x:> ASK { ?s <tag:x,2020:y> ?o }",
    "ASK { FILTER (1<2&&3>2) }",
    "ASK { ?s ?p 'a'@from, 'b'@de-service }",
]


@pytest.mark.parametrize("query", FORBIDDEN)
def test_another_data_source_is_refused_however_it_is_written(query: str, small: LocalGraph) -> None:
    with pytest.raises(QueryError):
        run(query, small)


def test_the_refusal_of_a_service_is_one_sentence_with_its_place(small: LocalGraph) -> None:
    with pytest.raises(QueryError, match=r"^SERVICE is not allowed: .* \(line 2, column 3\)$"):
        run("SELECT * WHERE {\n  SERVICE <https://example.org/> { } }", small)
    with pytest.raises(QueryError, match=r"^FROM is not allowed: .* \(line 1, column 10\)$"):
        run("SELECT * FROM <https://example.org/> { }", small)


@pytest.mark.parametrize("query", UPDATES)
def test_an_update_is_refused(query: str, small: LocalGraph) -> None:
    with pytest.raises(QueryError, match=r"^only SELECT, ASK, .* are answered; [A-Z]+ is an update$"):
        run(query, small)


def test_an_update_behind_a_query_is_refused(small: LocalGraph) -> None:
    with pytest.raises(QueryError, match="line 1, column 15"):
        run("ASK { } ; DROP ALL", small)


@pytest.mark.parametrize("query", HARMLESS)
def test_forbidden_words_are_harmless_where_they_are_no_code(query: str, small: LocalGraph) -> None:
    assert run(query, small).kind == "ask"


@pytest.mark.parametrize("query", ["", "  \n", "# only a comment", "SELEC ?x { }", "{}"])
def test_what_is_no_query_is_refused(query: str, small: LocalGraph) -> None:
    with pytest.raises(QueryError, match="only SELECT, ASK, CONSTRUCT and DESCRIBE"):
        run(query, small)


@settings(max_examples=1000)
@given(query_pieces.queries())
@example("PREFIX ex: <http://localhost:1/> SELECT * {FILTER(1<2)SERVICE?s#>\n{}}")
@example("PREFIX : <http://localhost:1/> PREFIX service: <http://localhost:1/> SELECT * {service:a{}}")
def test_no_text_that_passes_the_check_reaches_a_service(query: str) -> None:
    try:
        sparql_text.check(query)
        list(ox.Store().query(query))  # type: ignore[call-overload]
    except (QueryError, SyntaxError):
        return


def test_the_process_of_a_query_can_open_no_connection_even_if_the_check_fails(
    small: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparql, "check", lambda query: "select")
    with pytest.raises(QueryError, match="Too many open files"):
        run("SELECT * { SERVICE <http://127.0.0.1:8089/> { ?s ?p ?o } }", small)


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("ASK { ?s skoss:prefLabel ?o }", "the prefix skoss: is unknown (line 1, column 10); did you mean skos:?"),
        ("ASK {\n ?s zzz:p ?o }", "the prefix zzz: is unknown (line 2, column 5); declare it with PREFIX"),
        ("ASK { ?s <anakinra> ?o }", "the IRI <anakinra> is not absolute (line 1, column 10)"),
        ("SELECT ?x WHERE { ?x a", "line 1, column 23: the query makes no sense from here on"),
        (
            "SELECT ?a WHERE { ?s ?p ?a } GROUP BY ?s",
            "line 1, column 41: The SELECT contains a variable that is unbound",
        ),
        ("ASK { ?s ?p 'x }", "the string is not closed, or has an unknown escape (line 1, column 13)"),
        (
            "ASK { FILTER (1<2&&'#'>'') }",
            "<2&&'#'> can be read as an IRI or as a comparison (line 1, column 16); put a space after the < of a "
            "comparison, or write the IRI in full",
        ),
        (
            "PREFIX tag: <urn:x:> ASK { ?s <tag:x,2020:y#z> ?o }",
            "<tag:x,2020:y#z> can be read as an IRI or as a comparison (line 1, column 31); put a space after the < of "
            "a comparison, or call the prefix tag: otherwise",
        ),
        (
            "PREFIX : <urn:y:> PREFIX service: <urn:x:> ASK { ?s service:a ?o }",
            "service:a can be read as a name or as SERVICE with a name behind it (line 1, column 53); call the prefix "
            "otherwise",
        ),
        (
            "PREFIX ex: <urn:x:> ASK { ?s ?p ex:a.from }",
            "ex:a.from can be read as a name or as FROM behind one (line 1, column 33); write the IRI in full",
        ),
        ("ASK { ?s service:a ?o }", "the prefix service: is unknown (line 1, column 10); declare it with PREFIX"),
        ("ASK { BIND (pg:f(1) AS ?x) }", f"The custom function <{terms.PG}f> is not supported"),
        ("ASK { ?s ?p '\ud800' }", "the query holds half a character"),
    ],
)
def test_an_error_is_one_sentence_that_says_where(query: str, message: str, small: LocalGraph) -> None:
    with pytest.raises(QueryError) as caught:
        run(query, small)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_after_an_error_the_same_process_answers(small: LocalGraph) -> None:
    run("ASK { }", small)
    before = children()
    with pytest.raises(QueryError):
        run("ASK { ?s ?p }", small)
    run("ASK { }", small)
    assert children() == before


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_runaway_query_dies_at_its_time_limit_and_the_store_still_answers(graph: LocalGraph) -> None:
    before = children()
    seen: set[int] = set()
    watcher = threading.Timer(0.5, lambda: seen.update(children() - before))
    watcher.start()
    began = time.monotonic()
    with pytest.raises(LimitReached, match="ran longer than 1 seconds and was stopped"):
        run(RUNAWAY, graph, timeout=1)
    assert time.monotonic() - began >= 1
    watcher.join()
    assert not any(Path(f"/proc/{pid}").exists() for pid in seen | (children() - before))
    assert graph.rows(DRUGS)
    assert run(DRUGS, graph).rows


def test_ten_queries_at_once_each_get_their_own_answer(graph: LocalGraph) -> None:
    def one(number: int) -> str:
        if number % 5 == 0:
            with pytest.raises(LimitReached):
                run(RUNAWAY, graph, timeout=0.5)
            return str(number)
        return run(f"SELECT ({number} AS ?n) WHERE {{ }}", graph).records()[0]["n"]

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(one, range(10))) == [str(number) for number in range(10)]


def test_no_more_processes_are_kept_than_the_machine_has_processors(graph: LocalGraph) -> None:
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: run("ASK { }", graph), range(20)))
    assert len(sparql._idle[graph]) <= max(2, os.cpu_count() or 2)


def test_a_query_that_is_stopped_before_it_begins_ends_as_any_that_is_stopped(graph: LocalGraph) -> None:
    halt = sparql.Halt()
    halt()
    with pytest.raises(LimitReached):
        run("ASK {}", graph, halt=halt)
    assert run("ASK {}", graph).rows == ((ox.Literal(True),),)


def test_a_query_that_takes_too_much_memory_is_stopped(graph: LocalGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparql, "_MEMORY", 400 * 1024**2)
    other = LocalGraph(graph.store, "other")
    with pytest.raises(LimitReached, match="more memory than it may use"):
        run("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?d", other, timeout=HANGS)
    assert run("ASK { }", other).rows


def test_a_query_nested_too_deep_harms_nobody(small: LocalGraph) -> None:
    with pytest.raises(LimitReached, match="nested too deep"):
        run("ASK { FILTER (" + "(" * 30_000 + "1" + ")" * 30_000 + ") }", small)
    assert run("ASK { }", small).rows


def test_an_answer_too_long_to_hold_is_refused(small: LocalGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparql, "_ANSWER_BYTES", 1024**2)
    doubled = " ".join(f"BIND (CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(20))
    query = f"SELECT (?x%d AS ?n) WHERE {{ BIND ('0123456789' AS ?x0) {doubled} }}"
    assert len(run(query % 16, small).records()[0]["n"]) == 655_360
    with pytest.raises(LimitReached, match="longer than 1 MiB"):
        run(query % 17, small)


def test_a_query_of_64_kib_is_read_and_one_byte_more_is_not(small: LocalGraph) -> None:
    query = "ASK { } #é"
    query += "x" * (sparql.QUERY_BYTES - len(query.encode()))
    assert run(query, small).rows
    with pytest.raises(LimitReached, match="65,537 bytes"):
        run(query + "x", small)


@pytest.mark.parametrize(
    "piece", ["a.", "a.a", "<a", "<a:", "'", "PREFIX ", "PREFIX a", "#", "\\u00e9", "?a<", "''", "(", "a:"]
)
def test_the_check_of_a_long_text_does_not_grow_with_its_square(piece: str) -> None:
    """What does takes minutes of processor time for this much, on any machine."""
    began = time.thread_time()
    with suppress(QueryError):
        sparql_text.check("ASK { " + piece * ((sparql.QUERY_BYTES - 10) // len(piece.encode())))
    assert time.thread_time() - began < 20


def test_the_row_limit_says_whether_rows_were_left_out(graph: LocalGraph) -> None:
    count = len(run(DRUGS, graph).rows)
    assert not run(DRUGS, graph, limit=count).truncated
    cut = run(DRUGS, graph, limit=count - 1)
    assert cut.truncated and len(cut.rows) == count - 1
    assert run(DRUGS, graph, limit=0).truncated


def test_an_answer_that_was_cut_off_says_so_in_its_header(graph: LocalGraph) -> None:
    cut, whole = run(DRUGS, graph, limit=3), run(DRUGS, graph)
    lines = cut.to_csv().split("\r\n")
    assert lines[0] == f"{','.join(cut.columns)},cut off after 3 rows"
    assert all(line.count(",") == lines[0].count(",") for line in lines[:-1])
    assert json.loads(cut.to_json())["head"]["truncated"] is True
    assert "cut off" not in whole.to_csv() and "truncated" not in json.loads(whole.to_json())["head"]
    triples = run("CONSTRUCT WHERE { ?drug a pg:Drug }", graph, limit=3)
    assert triples.to_turtle().startswith("# Cut off after 3 triples.")


def test_the_row_limit_counts_triples(graph: LocalGraph) -> None:
    table = run("CONSTRUCT WHERE { ?drug a pg:Drug }", graph, limit=3)
    assert table.truncated and len(table.rows) == 3


# --- CSV in a stream --------------------------------------------------------------------------------------------------


class Counter(io.StringIO):
    """Keeps nothing of what is written but the number of its rows."""

    rows = 0

    def write(self, text: str) -> int:
        self.rows += text.count("\r\n")
        return len(text)


def test_streamed_csv_is_the_csv_of_the_table(graph: LocalGraph) -> None:
    out = io.StringIO()
    assert stream_csv(DRUGS, graph, out) is False
    assert out.getvalue() == run(DRUGS, graph).to_csv()


def test_a_streamed_csv_says_in_its_header_that_it_is_cut_off(graph: LocalGraph) -> None:
    out, whole = io.StringIO(), io.StringIO()
    assert stream_csv(DRUGS, graph, out, limit=3) is True
    assert out.getvalue() == run(DRUGS, graph, limit=3).to_csv()
    assert stream_csv(DRUGS, graph, whole, limit=len(run(DRUGS, graph).rows)) is False
    assert whole.getvalue() == run(DRUGS, graph).to_csv()


def test_many_rows_are_streamed_in_little_memory(graph: LocalGraph) -> None:
    out = Counter()
    run("ASK { }", graph)  # the process starts, which takes the memory of a copy of the graph
    Path("/proc/self/clear_refs").write_text("5")  # the most that was held is counted from now
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    query = "SELECT ?a ?b WHERE { ?a a pg:Statement . ?b a pg:Statement }"
    assert stream_csv(query, graph, out, limit=300_000, timeout=HANGS) is True
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    # The answer is more than 30 MiB.
    assert out.rows == 300_001 and grown < 20_000


def test_the_time_that_the_reader_takes_does_not_count(small: LocalGraph) -> None:
    class Slow(io.StringIO):
        lines = 0

        def write(self, text: str) -> int:
            self.lines += 1
            if self.lines % 500 == 1:
                time.sleep(0.4)
            return super().write(text)

    query = f"SELECT * WHERE {{ VALUES ?x {{ {' '.join(map(str, range(1500)))} }} }}"
    assert stream_csv(query, small, Slow(), timeout=0.8) is False


def test_a_stream_that_runs_out_of_time_says_so(graph: LocalGraph) -> None:
    with pytest.raises(LimitReached):
        stream_csv(RUNAWAY, graph, io.StringIO(), timeout=0.3)


# --- the processes ----------------------------------------------------------------------------------------------------


def test_a_second_query_finds_the_process_ready(graph: LocalGraph) -> None:
    run("ASK { }", graph)
    before = children()
    run("ASK { }", graph)
    assert children() == before


def test_the_processes_end_with_their_graph(small: LocalGraph) -> None:
    other = LocalGraph(small.store, "other")
    before = children()
    run("ASK { }", other)
    assert len(children() - before) == 1
    del other
    gc.collect()
    assert not children() - before


def test_a_process_that_was_killed_from_outside_is_replaced(small: LocalGraph) -> None:
    before = children()
    run("ASK { }", small)
    (pid,) = children() - before
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert run("ASK { }", small).rows


def test_a_runaway_query_does_not_outlive_a_caller_that_was_killed() -> None:
    code = "from payergraph.sparql import sandbox\nfrom payergraph.store import graph\n"
    code += f"sandbox.run({RUNAWAY!r}, graph.load(), timeout=0.5)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    caller = subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.DEVNULL)
    kids = Path(f"/proc/{caller.pid}/task/{caller.pid}/children")
    deadline = time.monotonic() + HANGS
    while not kids.read_text().split() and caller.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    (pid,) = kids.read_text().split()
    time.sleep(0.3)
    caller.kill()
    caller.wait()
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()


# --- parameters as terms ----------------------------------------------------------------------------------------------


def test_a_parameter_without_a_value_stays_a_variable() -> None:
    assert fill("ASK { $s pg:p $o }", {"s": node("x")}) == f"ASK {{ {node('x')} pg:p ?o }}"


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example('"} DROP ALL #')
@example("\\u0022 ' \n \\ $x")
def test_any_text_comes_back_as_the_text_it_was(text: str) -> None:
    result = ox.Store().query(fill("SELECT ?y WHERE { BIND ($x AS ?y) }", {"x": ox.Literal(text)}))
    assert isinstance(result, ox.QuerySolutions)
    assert next(iter(result))["y"] == ox.Literal(text)


def test_a_shuffled_mix_of_answers_and_errors_stays_in_step(graph: LocalGraph) -> None:
    numbers = list(range(30))
    random.Random(7).shuffle(numbers)
    for number in numbers:
        if number % 3:
            assert run(f"SELECT ({number} AS ?n) WHERE {{ }}", graph).records() == [{"n": str(number)}]
        else:
            with pytest.raises(QueryError):
                run(f"SELECT ({number} AS ?n WHERE {{ }}", graph)

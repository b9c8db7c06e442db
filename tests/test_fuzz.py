"""Bad input made at random, at each door: the text of a case, a data folder, the answer of an endpoint.

Whatever comes in, an answer or a sentence comes out: no other error, and no hang. A few of each here; `make fuzz` goes
on for half an hour a door. A failure names its number, by which it is made again.
"""

from __future__ import annotations

import json
import random
import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from fuzzing import numbers

from payergraph import terms
from payergraph.chart.case import CaseFormat, parse_case
from payergraph.choice import Authority, Request
from payergraph.comparison.compare import compare
from payergraph.comparison.conflicts import conflicts
from payergraph.comparison.conflicts import to_markdown as conflicts_in_markdown
from payergraph.errors import CallError, CaseError, DataError, EndpointError, LimitReached, UnknownName
from payergraph.present.render import to_json, to_markdown
from payergraph.store import implied
from payergraph.store.graph import LocalGraph, data_files, graph_name, load, shipped
from payergraph.store.names import names
from payergraph.store.remote import RemoteGraph
from payergraph.verdict.determination import determine

FORMATS = Path(__file__).parent / "chart" / "formats"
CASE = b"""drug: anakinra
indication: rheumatoid-arthritis
requestDate: 2026-10-01
age: 40
therapies:
- product: methotrexate
  start: 2025-01-01
  end: 2025-09-01
"""


# --- the text of a case -----------------------------------------------------------------------------------------------

TOKENS = [
    *(b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b[2J", b"\r", b"\t", b"\n\n", b"---\n", b"...", b"&a", b"*a"),
    *(b"{", b"}", b"[", b"]", b'"', b"'", b":", b"-", b"- - - -", b"<", b"<<: *a", b"@id", b'"@context": null,', b"^^"),
    *(b"null", b"true", b"NaN", b"1e400", b"-1", b"9" * 5_000, b"0x1F", b"2026-02-30", b"2026", b"99999-01-01", b"[[["),
    *(b"drug: x\n", b"requestDate: ", b"therapies:\n", b"anakinra", b"a" * 2_000, b"\xc3\x28", b"\\u0000", b"!!int "),
    *(b"@prefix x: <y> .", b"\xe2\x80\xae"),
]


def spoilt(text: bytes, chance: random.Random) -> bytes:
    """A text with pieces taken out, doubled, moved, or with something in between."""
    for _ in range(chance.choice((1, 2, 5))):
        at, to = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        to = min(to, at + chance.choice((1, 10, 400)))
        piece = chance.choice((b"", text[at:to] * 2, text[at:to][::-1], chance.choice(TOKENS), chance.choice(TOKENS)))
        text = text[:at] + piece + text[to if chance.random() < 0.7 else at :]
    return text


@pytest.mark.parametrize("ending", ["yaml", "json", "jsonld", "ttl"])
def test_any_text_of_a_case_is_read_or_refused(ending: str) -> None:
    whole = (FORMATS / f"chart.{ending}").read_bytes()
    format = {"yaml": CaseFormat.YAML, "json": CaseFormat.JSON, "jsonld": CaseFormat.JSONLD, "ttl": CaseFormat.TURTLE}
    for number in numbers(60):
        chance = random.Random(number)
        text = spoilt(whole if chance.random() < 0.9 else CASE, chance)
        try:
            case = parse_case(text, shipped(), format=chance.choice((format[ending], None)))
            if number % 20 == 0:
                to_markdown(case, determine(case, shipped(), policy="cigna-ip0243"), names(shipped()))
        except (CaseError, CallError) as error:
            assert str(error).isprintable() and len(str(error)) < 2_000, number
        except Exception as error:
            raise AssertionError(f"number {number} of {ending}") from error


# --- what a graph may say ---------------------------------------------------------------------------------------------


def literal(text: str, kind: str = "string") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(terms.XSD + kind))


LITERALS = [
    *(ox.Literal(text) for text in ("", "many", "<script>alert(1)</script>", "=1+1", "a\nb", "x" * 3_000)),
    *(literal(text, "integer") for text in ("-5", "0", "007", "99999999", "many", "9" * 6_000)),
    *(literal(text, "decimal") for text in ("-0.5", "1.", ".5", "NaN", "1e3", "")),
    *(literal(text, "date") for text in ("2026-02-30", "2026-13-01", "0001-01-01", "99999-01-01", "June")),
    *(literal(text, kind) for text, kind in (("2026", "gYear"), ("0", "gYear"), ("2026-00", "gYearMonth"))),
    *(literal(text, kind) for text, kind in (("perhaps", "boolean"), ("1", "boolean"), ("P1D", "duration"))),
    *(ox.Literal("ß \u202e", language="de"), ox.Literal("\x1b]0;owned\x07"), ox.Literal("x" * 30_000)),
]  # fmt: skip
_REST = ox.NamedNode(terms.RDF + "rest")


def changed(facts: Sequence[ox.Quad], chance: random.Random) -> list[ox.Quad]:
    """The facts of a graph with some taken away, others pointing elsewhere, at themselves or at nonsense."""
    by_predicate: defaultdict[ox.NamedNode, list[ox.Quad]] = defaultdict(list)
    for quad in facts:
        by_predicate[quad.predicate].append(quad)
    predicates = sorted(by_predicate, key=str)
    found = dict.fromkeys(facts)
    for _ in range(chance.choice((1, 3, 12, 60))):
        quad = chance.choice(by_predicate[chance.choice(predicates)])
        value: Any = chance.choice(
            (
                chance.choice(LITERALS),
                quad.subject,
                chance.choice(by_predicate[quad.predicate]).object,
                chance.choice(facts).subject,
                ox.BlankNode(),
            )
        )
        predicate = quad.predicate if chance.random() < 0.9 else chance.choice(predicates)
        if chance.random() < 0.7:
            found.pop(quad, None)
        if chance.random() < 0.9:
            found[ox.Quad(quad.subject, predicate, value, quad.graph_name)] = None
        if cells := by_predicate.get(_REST) if chance.random() < 0.2 else None:
            cell = chance.choice(cells)
            found.pop(cell, None)
            rest = chance.choice((cell.subject, chance.choice(cells).subject))
            found[ox.Quad(cell.subject, _REST, rest, cell.graph_name)] = None
    return list(found)


def used(graph: LocalGraph) -> None:
    """What commands do with a graph; a name that is gone is told."""
    known = names(graph)
    try:
        drug = known.resolve("anakinra", ["Drug"])
        case = parse_case(CASE, graph)
        for request in Request:
            answers = determine(case, graph, authority=Authority.ALL, request=request)
            json.dumps(to_json(case, answers, graph.version))
            to_markdown(case, answers, known)
            for use in ("rheumatoid-arthritis", "caps"):
                iri = known.resolve(use, ["Condition"])
                laid = compare(graph, drug, iri, request=request, authority=Authority.ALL, label=True)
                assert laid.to_csv() and laid.to_markdown() and laid.to_json()
    except (CaseError, CallError, UnknownName):
        pass
    conflicts_in_markdown(conflicts(graph, aside=True))


@pytest.fixture(scope="module")
def facts(few: Path, checkout: Path) -> list[ox.Quad]:
    """What few documents state, a named graph each."""
    store = ox.Store()
    for path in data_files(few):
        store.bulk_load(path.read_bytes(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph_name(path, few)))
    return sorted(store, key=str)


def test_any_data_folder_is_read_or_refused(few: Path, facts: list[ox.Quad], tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(few, data)
    documents = [path for path in data_files(few) if path.parent.name in ("policies", "labels", "guides")]
    for number in numbers(12):
        chance = random.Random(number)
        path = chance.choice(documents)
        mine = [quad for quad in facts if quad.graph_name.value == graph_name(path, few)]
        if chance.random() < 0.25:
            content = spoilt(path.read_bytes(), chance)
        else:
            made = ox.serialize([quad.triple for quad in changed(mine, chance)], format=ox.RdfFormat.TURTLE)
            assert made is not None
            content = made
        target = data / path.relative_to(few)
        target.write_bytes(content)
        try:
            used(load(data=data))
        except DataError as error:
            assert "\n" not in str(error), number
        except Exception as error:
            raise AssertionError(f"number {number}") from error
        finally:
            target.write_bytes(path.read_bytes())


# --- what an endpoint may answer --------------------------------------------------------------------------------------


def in_json(quads: Sequence[ox.Quad]) -> bytes:
    """Facts as results of a SPARQL query in JSON."""

    def of(term: Any) -> dict[str, str]:
        if isinstance(term, ox.NamedNode):
            return {"type": "uri", "value": term.value}
        if isinstance(term, ox.BlankNode):
            return {"type": "bnode", "value": term.value}
        more = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **more}

    bindings = [
        {"g": of(quad.graph_name), "s": of(quad.subject), "p": of(quad.predicate), "o": of(quad.object)}
        for quad in quads
    ]
    return json.dumps({"head": {"vars": ["g", "s", "p", "o"]}, "results": {"bindings": bindings}}).encode()


COUNTS = ["0", "-1", "many", "9" * 6_000, "1.5", ""]


def test_any_answer_of_an_endpoint_is_used_or_refused(
    facts: list[ox.Quad], checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ox.Store()
    for path in (checkout / "ontology").glob("*.ttl"):
        store.bulk_load(path.read_bytes(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(terms.ONTOLOGY))
    store.extend(facts)
    implied.add(store)
    served = sorted(store, key=str)
    for number in numbers(6):
        chance = random.Random(number)
        quads = changed(served, chance) if number % 3 else changed(facts, chance)
        count = str(len(quads)) if chance.random() < 0.9 else chance.choice(COUNTS)
        counted = json.dumps(
            {"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", "value": count}}]}}
        ).encode()
        answers = [counted, in_json(quads)]
        if chance.random() < 0.2:
            answers[chance.randrange(2)] = spoilt(answers[chance.randrange(2)], chance)
        monkeypatch.setattr(RemoteGraph, "_post", lambda self, query, said=answers: said["COUNT" not in query])
        try:
            used(RemoteGraph("http://127.0.0.1:1/query").local)
        except (EndpointError, LimitReached) as error:
            assert "\n" not in str(error), number
        except Exception as error:
            raise AssertionError(f"number {number}") from error

"""The graph at a SPARQL 1.1 endpoint: asked there query by query, or fetched once and used here.

``RemoteGraph`` is a ``Graph``: what needs rows alone (names, policies, comparisons, conflicts, stored questions) runs
on it. The commands do not ask query by query. They fetch all documents with one query, which sees one state of the
graph, into a store of their own (``fetched``). What follows from the facts is worked out here, cases are judged here,
and the endpoint learns nothing but that somebody took the graph.
"""

from __future__ import annotations

import hashlib
import re
import time
from functools import cached_property, lru_cache
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request

import pyoxigraph as ox

from .. import terms
from ..errors import DataError, EndpointError, LimitReached
from . import outside
from .bounded import opened
from .graph import LocalGraph, Row
from .rules import derive

#: The most seconds that an answer may take, and the most bytes that it may have.
SECONDS = 60.0
ANSWER_BYTES = 256 * 1024**2

_CHUNK = 64 * 1024
# Virtuoso names blank nodes "nodeID://b1", which is no label that SPARQL results may have.
_BLANK = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')
# What the graph asserts: its documents and its vocabulary. An endpoint may hold other graphs beside them.
_ASSERTED = f"""WHERE {{ GRAPH ?g {{ ?s ?p ?o }}
    FILTER (STRSTARTS(STR(?g), "{terms.ID}") || ?g = <{terms.ONTOLOGY}>)
    FILTER (!STRSTARTS(STR(?g), "{terms.COMPUTED}")) }}"""


class RemoteGraph:
    """The graph at an endpoint whose default graph is the union of its named graphs, as ``payergraph serve`` has it."""

    def __init__(self, url: str, *, seconds: float | None = None, most: int = ANSWER_BYTES) -> None:
        """Nothing is asked yet.

        Args:
            seconds: the most for one answer; ``SECONDS`` where absent.
            most: the most bytes of one answer.

        Raises:
            EndpointError: this is no address of a web server.
        """
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
            (parts.hostname or "").encode("idna")
        except ValueError:  # of the kind that Unicode raises, too
            usable = False
        if not usable or not url.isascii() or not url.isprintable() or " " in url:
            raise EndpointError(f"the endpoint {url!r} is no address such as http://127.0.0.1:7878/query")
        self.url = url
        self._seconds, self._most = SECONDS if seconds is None else seconds, most

    @property
    def version(self) -> str:
        """A digest of what the documents state; the graph is fetched for it. That of a shipped graph is one of files,
        so the two differ where the content is equal."""
        return self.local.version

    def rows(self, query: str) -> list[Row]:
        """The solutions of a SELECT query there; the prefixes of the project are declared.

        Raises:
            EndpointError: the endpoint cannot be reached, refuses, or answers something else.
            LimitReached: it takes too long or says too much.
        """
        return self._select(terms.PROLOGUE + query)

    @cached_property
    def local(self) -> LocalGraph:
        """The graph in memory, fetched once, with what follows from it.

        Raises:
            EndpointError: also where the endpoint holds no such graph, or gives less of it than there is.
            LimitReached: see ``rows``.
        """
        expected = self._counted()
        rows = self._select(f"SELECT ?g ?s ?p ?o {_ASSERTED}")
        if len(rows) != expected:
            raise EndpointError(f"the endpoint {self.url} gives {len(rows):,} of its {expected:,} facts")
        store = ox.Store()
        try:
            facts = [ox.Quad(row["s"], row["p"], row["o"], row["g"]) for row in rows]  # type: ignore[arg-type]
            store.bulk_extend(facts)
        except (TypeError, KeyError):
            raise EndpointError(f"the endpoint {self.url} gives facts that are no RDF") from None
        if next(store.quads_for_pattern(None, None, terms.pg("CoveragePolicy")), None) is None:
            raise EndpointError(f"the endpoint {self.url} holds no graph of payergraph")
        try:
            outside.check_nodes(facts)
            outside.check(store)
        except DataError as error:
            raise EndpointError(f"the endpoint {self.url} gives what no graph has: {error}") from None
        version = _digest(store)
        derive(store)
        return LocalGraph(store, version)

    def _counted(self) -> int:
        """How many facts the endpoint says to have."""
        rows = self._select(f"SELECT (COUNT(*) AS ?n) {_ASSERTED}")
        said = rows[0].get("n") if len(rows) == 1 else None
        if not isinstance(said, ox.Literal) or not re.fullmatch(r"[0-9]{1,12}", said.value):
            raise EndpointError(f"the endpoint {self.url} does not say how many facts it has")
        return int(said.value)

    def _select(self, query: str) -> list[Row]:
        content = _BLANK.sub(rb"\1", self._post(query))
        try:
            found = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
            if not isinstance(found, ox.QuerySolutions):
                raise EndpointError(f"the endpoint {self.url} answers yes or no where rows were asked for")
            names = [variable.value for variable in found.variables]
            return [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in found]
        except (SyntaxError, UnicodeDecodeError):
            raise EndpointError(f"the endpoint {self.url} does not answer with SPARQL results in JSON") from None

    def _post(self, query: str) -> bytes:
        request = Request(
            self.url,
            data=urlencode({"query": query}).encode(),
            headers={
                "Accept": "application/sparql-results+json",
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "payergraph",
            },
        )
        until = time.monotonic() + self._seconds
        try:
            with opened(request, self._seconds) as answer:
                return self._read(answer, until)
        except TimeoutError:
            raise self._late() from None
        except HTTPError as error:
            with error:
                elsewhere = ", which leads elsewhere; give the address itself" if 300 <= error.code < 400 else ""
                said = f"answers {error.code} {error.reason}{elsewhere}"
                raise EndpointError(f"the endpoint {self.url} {said}") from None
        except (OSError, HTTPException) as error:
            if time.monotonic() > until or isinstance(getattr(error, "reason", None), TimeoutError):
                raise self._late() from None
            if isinstance(error, URLError):
                reason = getattr(error.reason, "strerror", None) or error.reason
                raise EndpointError(f"the endpoint {self.url} cannot be reached: {reason}") from None
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise EndpointError(f"the endpoint {self.url} broke off: {reason}") from None

    def _read(self, answer: HTTPResponse, until: float) -> bytes:
        """The answer, in pieces, so that one which trickles or never ends is noticed."""
        content = bytearray()
        while piece := answer.read1(_CHUNK):
            content += piece
            if len(content) > self._most:
                raise LimitReached(f"the endpoint {self.url} says more than {self._most // 1024**2} MiB")
            if time.monotonic() > until:
                raise self._late()
        if time.monotonic() > until:
            raise self._late()
        if answer.length:
            raise EndpointError(f"the endpoint {self.url} broke off: {answer.length:,} bytes are missing")
        return bytes(content)

    def _late(self) -> LimitReached:
        return LimitReached(f"the endpoint {self.url} took longer than {self._seconds:g} seconds")


@lru_cache(maxsize=4)
def fetched(url: str) -> LocalGraph:
    """The graph at an endpoint, fetched once in the life of the program.

    Raises:
        EndpointError, LimitReached: see ``RemoteGraph``.
    """
    return RemoteGraph(url).local


def _digest(store: ox.Store) -> str:
    """Twelve digits that equal graphs share, whatever their blank nodes are called."""
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return hashlib.sha256("\n".join(sorted(map(str, dataset))).encode()).hexdigest()[:12]

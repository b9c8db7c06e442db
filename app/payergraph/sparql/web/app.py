"""The application: its addresses, and what each answers."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Collection, Mapping
from typing import Any

import pyoxigraph as ox
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ...errors import LimitReached, QueryError
from ...store.graph import LocalGraph
from ..formats import GRAPHS, HTML, RESULTS, Chosen, Offer, choose, types
from ..guard import check
from ..questions import library, prepared
from . import described, pages
from .asked import asked, graph_name, one, parameters
from .desk import Desk
from .door import Door
from .refusal import RefusedError
from .sent import Sent

_READS = ["GET", "HEAD"]
_PAGE: Offer = {"html": (HTML,)}
_VARY = {"Vary": "Accept"}


class Endpoint:
    """What answers at each address, over one graph."""

    def __init__(self, graph: LocalGraph, desk: Desk) -> None:
        self._graph, self._desk = graph, desk

    async def query(self, request: Request) -> Response:
        """The SPARQL 1.1 Protocol; without a query, what the service can do."""
        wanted = await asked(request)
        if not wanted.query:
            if request.method == "POST" or wanted.graphs:
                raise RefusedError(400, "there is no query")
            if _chosen(request, types(GRAPHS) | _PAGE, wanted.format).name == "html":
                return RedirectResponse("/", 303, _VARY)
            return await self._described(request, described.service, wanted.format)
        formats = RESULTS if await run_in_threadpool(check, wanted.query) in ("select", "ask") else GRAPHS
        chosen = _chosen(request, types(formats) | ({} if wanted.graphs else _PAGE), wanted.format)
        if chosen.name == "html":
            found = await self._desk.table(request, wanted.query, pages.ROWS)
            return await run_in_threadpool(pages.answer, found, self._graph, query=wanted.query)
        return Sent(await self._desk.written(request, wanted.query, chosen.name, wanted.graphs), chosen.type)

    async def store(self, request: Request) -> Response:
        """The Graph Store Protocol, for reading."""
        if request.method not in _READS:
            raise RefusedError(403, "the graph is read-only: nothing can be written")
        pairs = parameters(request)
        name, chosen = one(pairs, "graph"), _chosen(request, types(GRAPHS))
        if bool(name) == any(key == "default" for key, _ in pairs):
            raise RefusedError(400, "name one graph: ?default, or ?graph= and its IRI")
        if not name:
            query = "CONSTRUCT WHERE { ?s ?p ?o }"
        else:
            graph = ox.NamedNode(graph_name(name))
            if not self._graph.store.contains_named_graph(graph):
                raise RefusedError(404, "there is no graph of that name")
            query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
        return Sent(await self._desk.written(request, query, chosen.name), chosen.type)

    async def update(self, request: Request) -> Response:
        """What would be changed is not."""
        raise RefusedError(403, "the graph is read-only: updates are refused")

    async def question(self, request: Request) -> Response:
        """The answer to a stored question, with its parameters."""
        name, _, ending = request.path_params["name"].partition(".")
        if not any(name == known.name for known in library()):
            raise RefusedError(404, f"{name[:80]!r} is no stored question; the page at / lists them")
        pairs = parameters(request)
        given = {key: one(pairs, key) for key, _ in pairs}
        found, query = await run_in_threadpool(prepared, name, self._graph, given)
        chosen = _chosen(request, types(RESULTS) | _PAGE, ending)
        if chosen.name == "html":
            rows = await self._desk.table(request, query, pages.ROWS)
            return await run_in_threadpool(pages.answer, rows, self._graph, query=query, question=found, given=given)
        return Sent(await self._desk.written(request, query, chosen.name), chosen.type)

    async def page(self, request: Request) -> Response:
        """The page for people."""
        return pages.start(self._graph, one(parameters(request), "query"))

    async def data(self, request: Request) -> Response:
        """What the graph holds."""
        return await self._described(request, described.void, "")

    async def _described(
        self, request: Request, describe: Callable[[LocalGraph, str, ox.RdfFormat], bytes], name: str
    ) -> Response:
        chosen = _chosen(request, types(GRAPHS), name)
        address = f"{request.url.scheme}://{request.headers['host']}/query"
        content = await run_in_threadpool(describe, self._graph, address, GRAPHS[chosen.name].engine)
        return Response(content, media_type=chosen.type, headers=_VARY)


def application(graph: LocalGraph, desk: Desk, *, hosts: Collection[str], cors: bool) -> Door:
    """The application that answers for a graph."""
    endpoint = Endpoint(graph, desk)
    everything = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    routes = [
        Route("/", endpoint.page, methods=_READS),
        Route("/query", endpoint.query, methods=[*_READS, "POST"]),
        Route("/store", endpoint.store, methods=everything),
        Route("/update", endpoint.update, methods=everything),
        Route("/.well-known/void", endpoint.data, methods=_READS),
        Route("/questions/{name}", endpoint.question, methods=_READS),
        *(Route(f"/{name}", pages.file, methods=_READS) for name in pages.FILES),
    ]
    handlers: Mapping[Any, Any] = {
        RefusedError: _refused,
        QueryError: _wrong,
        LimitReached: _limited,
        HTTPException: _not_here,
        Exception: _fault,
    }
    middleware = [Middleware(GZipMiddleware, minimum_size=1024, compresslevel=3)]
    return Door(Starlette(routes=routes, middleware=middleware, exception_handlers=handlers), hosts=hosts, cors=cors)


def _chosen(request: Request, offer: Offer, name: str = "") -> Chosen:
    """The format that the address names, or the header.

    Raises:
        RefusedError: there is none such.
    """
    if name:
        if name not in offer:
            raise RefusedError(406, f"there is no format {name[:40]!r} of this answer; there are {', '.join(offer)}")
        return Chosen(name, offer[name][0])
    found = choose(",".join(request.headers.getlist("accept")), offer)
    if found is None:
        known = ", ".join(kind for kinds in offer.values() for kind in kinds[:1])
        raise RefusedError(406, f"the answer can be had as {known}", **_VARY)
    return found


# --- what is told where there is no answer ----------------------------------------------------------------------------


def _told(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(sentence + "\n", status, headers=headers)


async def _refused(request: Request, error: RefusedError) -> Response:
    return _told(error.status, error.sentence, error.headers)


async def _wrong(request: Request, error: QueryError) -> Response:
    return _told(400, str(error))


async def _limited(request: Request, error: LimitReached) -> Response:
    return _told(503, str(error))


async def _not_here(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        return _told(405, f"{request.method[:20]} is not answered here; there are {allowed}", error.headers)
    return _told(error.status_code, "there is nothing at this address", error.headers)


async def _fault(request: Request, error: Exception) -> Response:
    """A fault of ours. Its message may hold a part of a query, so its place alone is logged."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    logging.getLogger("payergraph.serve").error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)
    return _told(500, "a fault in payergraph")

"""What a request asks, by the SPARQL 1.1 Protocol."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl

import pyoxigraph as ox
from starlette.requests import Request

from ..guard import QUERY_BYTES
from .refusal import RefusedError

#: The most bytes of a body: those of the longest query, each written as three, and room for the names of graphs.
BODY_BYTES = 4 * QUERY_BYTES
_PARAMETERS = 100
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"

Pairs = list[tuple[str, str]]


class Asked(NamedTuple):
    """A query, and of which graphs.

    Attributes:
        query: empty where there is none.
        graphs: those that make the default graph, and those that GRAPH sees; None for the whole of both.
        format: the name of a format that the address itself asks for, or nothing.
    """

    query: str
    graphs: tuple[list[str], list[str]] | None
    format: str


async def asked(request: Request) -> Asked:
    """What is asked by GET, by a form, or by a query that is the body.

    Raises:
        RefusedError: it is not understood, or too long.
    """
    pairs = parameters(request)
    if request.method == "POST":
        kind, text = _kind(request), await _body(request)
        if kind == _FORM:
            pairs += _pairs(text)
        elif any(name == "query" for name, _ in pairs):
            raise RefusedError(400, "the query is the body, and the address has another")
        else:
            pairs.append(("query", text))
    known = ("query", "default-graph-uri", "named-graph-uri", "format")
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in pairs):
        raise RefusedError(403, "the graph is read-only: updates are refused")
    unknown = next((name for name, _ in pairs if name not in known), None)
    if unknown is not None:
        raise RefusedError(400, f"the parameter {unknown[:40]!r} is unknown; there are {', '.join(known)}")
    query = one(pairs, "query")
    if len(query.encode(errors="replace")) > QUERY_BYTES:
        raise RefusedError(413, f"the query is longer than {QUERY_BYTES:,} bytes")
    default, named = (
        [_iri(text) for key, text in pairs if key == f"{name}-graph-uri"] for name in ("default", "named")
    )
    return Asked(query, (default, named) if default or named else None, one(pairs, "format"))


def parameters(request: Request) -> Pairs:
    """The parameters of an address.

    Raises:
        RefusedError: they are not understood.
    """
    return _pairs(request.scope["query_string"].decode("latin-1"))


def one(pairs: Pairs, name: str) -> str:
    """The one value of a parameter, empty where it has none.

    Raises:
        RefusedError: there are several.
    """
    found = [text for key, text in pairs if key == name]
    if len(found) > 1:
        raise RefusedError(400, f"the parameter {name!r} is given more than once")
    return found[0] if found else ""


def graph_name(text: str) -> str:
    """The IRI that names a graph.

    Raises:
        RefusedError: it is none.
    """
    return _iri(text)


def _iri(text: str) -> str:
    try:
        return ox.NamedNode(text).value
    except ValueError:
        raise RefusedError(400, f"{text[:200]!r} is no IRI of a graph") from None


def _pairs(text: str) -> Pairs:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS)
    except UnicodeDecodeError:
        raise RefusedError(400, "the parameters are not UTF-8") from None
    except ValueError:
        raise RefusedError(400, f"there are more than {_PARAMETERS} parameters") from None


def _kind(request: Request) -> str:
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind == "application/sparql-update":
        raise RefusedError(403, "the graph is read-only: updates are refused")
    if kind not in (_FORM, _DIRECT):
        raise RefusedError(415, f"a query is posted as {_FORM} or {_DIRECT}")
    charset = rest.strip().lower().removeprefix("charset=").strip('"')
    if rest.strip().lower().startswith("charset=") and charset not in ("utf-8", "utf8", "us-ascii"):
        raise RefusedError(415, "a query is posted in UTF-8")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError(415, "a query is posted without compression")
    return kind


async def _body(request: Request) -> str:
    """The body as text; it is read no further than it may be long."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > BODY_BYTES:
            raise RefusedError(413, f"the body is longer than {BODY_BYTES:,} bytes", Connection="close")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise RefusedError(400, "the body is not UTF-8") from None

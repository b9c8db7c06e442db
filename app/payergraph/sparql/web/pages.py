"""The pages for people: what can be asked, with an editor, and the rows of an answer. They load nothing from elsewhere.

Text goes in as text (``payergraph.markup``). What a page is made of stands in ``page.html``, ``page.css``, ``page.js``.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from ...locate import folder
from ...markup import Html, between, joined, table, tag
from ...store.graph import LocalGraph
from ...table import Table
from ...wording import counted
from ..formats import GRAPHS, RESULTS
from ..parameters import Parameter, options
from ..questions import Question, library

#: How many rows of an answer a page shows.
ROWS = 1_000
#: The files that pages load, with their types.
FILES = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "codemirror.js": "text/javascript",
}

_HERE = Path(__file__).parent
_OFFERED = 200  # of the things that a parameter can be set to
_EXAMPLE = """SELECT ?policy ?payerLabel WHERE {
  ?policy a pg:CoveragePolicy ; pg:payer/skos:prefLabel ?payerLabel ;
          pg:drug <https://w3id.org/payergraph/id/drug/anakinra> .
}
ORDER BY ?payerLabel ?policy
LIMIT 100"""


async def file(request: Request) -> Response:
    """A file that pages load."""
    name = request.url.path.removeprefix("/")
    return Response(_content(name), media_type=FILES[name], headers={"Cache-Control": "max-age=3600"})


def start(graph: LocalGraph, query: str) -> Response:
    """The first page: the editor, and every stored question."""
    parts = []
    for group, questions in groupby(library(), key=lambda found: found.group):
        parts += [_element("h3", group), tag("ul", *(tag("li", *_listed(found)) for found in questions))]
    words = tag(
        "p",
        f"Graph version {graph.version}. Queries go to ",
        _element("code", "/query"),
        ", which reads and never writes. ",
        _link("/.well-known/void", "A description of the data"),
        " and ",
        _link("/query?format=ttl", "one of the service"),
        ".",
    )
    listed = tag("div", _element("h2", f"{len(library())} stored questions"), *parts)
    return _page("The graph as a SPARQL endpoint", joined([words, _editor(query or _EXAMPLE), listed]))


def answer(
    found: Table,
    graph: LocalGraph,
    *,
    query: str,
    question: Question | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    """The rows of an answer, and the ways to have all of them."""
    shown = found.readable()
    rows = f"The first {counted(ROWS, 'row')}; there are more" if found.truncated else counted(len(shown.rows), "row")
    if question is None:
        title = "The answer"
        address, ways = "/query?" + urlencode({"query": query}), RESULTS if found.kind in ("select", "ask") else GRAPHS
        links = [_link(f"{address}&format={name}", name) for name in ways]
        head, foot = joined([]), _editor(query)
    else:
        title, behind = question.title, f"?{urlencode(given)}" if given else ""
        links = [_link(f"/questions/{question.name}.{name}{behind}", name) for name in RESULTS]
        head = joined([tag("p", question.question), _form(question, given or {}, graph)])
        foot = joined([_element("h2", "The query"), _editor(query)])
    told = tag("p", f"{rows}. All of it as ", between(", ", links), ".")
    body = tag("div", table(shown.columns, shown.rows), class_="scroll", role="region", tabindex=0, aria_label="Rows")
    return _page(title, joined([tag("p", _link("/", "All questions")), head, told, body, foot]))


def _listed(found: Question) -> list[Html]:
    named = ", ".join(one.name for one in found.parameters)
    parts = [_link(f"/questions/{found.name}", found.title), tag("span", f" — {found.question}")]
    return [*parts, tag("span", f" ({named})", class_="quiet")] if named else parts


def _form(question: Question, given: Mapping[str, str], graph: LocalGraph) -> Html:
    if not question.parameters:
        return joined([])
    fields = [_field(one, given.get(one.name, one.default), graph) for one in question.parameters]
    button = Html('<button type="submit">Ask</button>')
    return _element("form", *fields, button, method="get", action=f"/questions/{question.name}")


def _field(one: Parameter, value: str, graph: LocalGraph) -> Html:
    place = f"parameter-{one.name}"
    label = _element("label", one.name, tag("span", f" {one.about}", class_="quiet"), **{"for": place})
    known = options(one, graph)[:_OFFERED]
    offered = _element("datalist", *(_void("option", value=name) for name in known), id=f"{place}-known")
    field = _void("input", id=place, name=one.name, value=value, list=f"{place}-known", maxlength="200")
    return tag("div", label, field, offered, class_="field")


def _editor(query: str) -> Html:
    """A form that works without script; with it, the text is coloured."""
    area = _element("textarea", "\n", query, id="query", name="query", rows="12", spellcheck="false")
    label = _element("label", "A query in SPARQL", **{"for": "query"})
    return _element("form", label, area, Html('<button type="submit">Ask</button>'), method="get", action="/query")


def _page(title: str, body: Html) -> Response:
    nonce = secrets.token_urlsafe(16)
    text = Template(_content("page.html").decode()).substitute(title=html.escape(title), body=body, nonce=nonce)
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
        "style-src-attr 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Vary": "Accept"}
    return Response(text, media_type="text/html", headers=headers)


@lru_cache
def _content(name: str) -> bytes:
    place = folder("explorer") / "editor" if name == "codemirror.js" else _HERE
    return (place / name).read_bytes()


# --- elements that no other page has ----------------------------------------------------------------------------------


def _element(name: str, /, *content: str, **attributes: str) -> Html:
    return Html(f"{_opening(name, attributes)}{joined(content)}</{name}>")


def _void(name: str, /, **attributes: str) -> Html:
    return Html(_opening(name, attributes))


def _link(address: str, text: str) -> Html:
    return _element("a", text, href=address)


def _opening(name: str, attributes: Mapping[str, str]) -> str:
    written = [f' {key}="{html.escape(value)}"' for key, value in attributes.items()]
    return f"<{name}{''.join(written)}>"

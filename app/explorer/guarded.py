"""What `payergraph explore` runs: the explorer behind its door. Pages stand in views/, the script is Explorer.py."""

from __future__ import annotations

import gc
import os
import threading
import time
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import shell
import streamlit as st
from parts.pages import COMPARED
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

import payergraph
from payergraph.browse.things import things
from payergraph.comparison import computed
from payergraph.policies.library import policies
from payergraph.sparql.web.door import Door

# Streamlit styles its elements where they stand and makes modules of the scripts of components. Everything else comes
# from here, and no other site can show these pages inside its own.
_POLICY = (
    f"default-src 'self'; script-src 'self' blob: {' '.join(shell.DIGESTS)}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


# Seconds after which nobody waits for the first page any more.
_LATER = 5


def _read_ahead() -> None:
    """Read what every page needs before somebody asks for one, and what some need a little later.

    What fails here is asked for again by the page that needs it, which then says what is wrong.
    """
    with suppress(Exception):
        graph = payergraph.graph(os.environ.get("PAYERGRAPH_ENDPOINT") or None)
        policies(graph)
        things(graph)
        _keep()
        time.sleep(_LATER)
        computed.add(graph)
        _keep()


def _keep() -> None:
    """Spare visitors who wait the fifth of a second in which what was read would be looked through for garbage."""
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def _opened(_: st.App) -> AsyncIterator[None]:
    """Read ahead, and show the first page, unless nobody sits here."""
    threading.Thread(target=_read_ahead, daemon=True).start()
    if not st.get_option("server.headless"):
        threading.Thread(target=webbrowser.open, args=(f"http://localhost:{st.get_option('server.port')}",)).start()
    yield


#: What stood in addresses of the page of queries for one of a visitor's own, and no stored question.
_OWN = "own"
#: So much of the name of a page that is not there is said back.
_LONGEST = 100
#: The pages, by their addresses; the first is at the root.
_PAGES = {path.stem for path in Path(__file__).with_name("views").glob("*.py")} - {"home"}


class Ways:
    """The explorer, with the pages that a browser asks for, and the addresses that have none led on.

    Streamlit would lead them to the first page without a word.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Answer before ``app`` is asked."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page or with another place, or hand on."""
        answer = (_answer(scope) if scope["type"] == "http" else None) or self._app
        await answer(scope, receive, send)


def _answer(scope: Scope) -> Response | None:
    """A page, or where its address leads on to, seen from there; None where no reader asks for one."""
    if scope["method"] != "GET" or "text/html" not in Headers(scope=scope).get("accept", ""):
        return None
    place, query = scope["path"], scope["query_string"].decode("latin-1")
    path = place.strip("/")
    if path.startswith(("_stcore/", "static/", "media/", "component/")):
        return None
    named = dict(parse_qsl(query, keep_blank_values=True))
    if not path and not named.keys().isdisjoint(COMPARED):
        return RedirectResponse(f"compare?{query}")
    if path == "sparql" and named.get("question") not in (None, "", _OWN) and "query" not in named:
        return RedirectResponse(f"questions?{query}")
    if place == "/" or place.removeprefix("/") in _PAGES:
        return HTMLResponse(shell.PAGE, headers={"Cache-Control": "no-cache"})
    if path in _PAGES:
        return None
    return RedirectResponse(f"{'../' * (place.count('/') - 1) or './'}?{urlencode({'missing': path[:_LONGEST]})}")


_HOSTS = os.environ.get("PAYERGRAPH_HOSTS", "").split()

app = st.App(
    Path(__file__).with_name("Explorer.py"),
    middleware=[Middleware(Door, hosts=_HOSTS, cors=False, policy=_POLICY), Middleware(Ways)],
    lifespan=_opened,
)

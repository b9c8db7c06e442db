"""What `payergraph explore` runs: the explorer behind its door. Pages stand in views/, the script is Explorer.py."""

from __future__ import annotations

import os
import re
import threading
import time
import webbrowser
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

import payergraph
from payergraph.browse.things import things
from payergraph.comparison import computed
from payergraph.policies.library import policies
from payergraph.sparql.web.door import Door

# The scripts that stand in Streamlit's own page, by their digests; a script that somebody else put there does not run.
_PAGE = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
_SCRIPTS = [
    f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
    for text in re.findall(r"<script>(.*?)</script>", _PAGE, flags=re.DOTALL)
]
# Streamlit styles its elements where they stand and makes modules of the scripts of components. Everything else comes
# from here, and no other site can show these pages inside its own.
_POLICY = (
    f"default-src 'self'; script-src 'self' blob: {' '.join(_SCRIPTS)}; style-src 'self' 'unsafe-inline'; "
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
        time.sleep(_LATER)
        computed.add(graph)


@asynccontextmanager
async def _opened(_: st.App) -> AsyncIterator[None]:
    """Read ahead, and show the first page, unless nobody sits here."""
    threading.Thread(target=_read_ahead, daemon=True).start()
    if not st.get_option("server.headless"):
        threading.Thread(target=webbrowser.open, args=(f"http://localhost:{st.get_option('server.port')}",)).start()
    yield


_HOSTS = os.environ.get("PAYERGRAPH_HOSTS", "").split()

app = st.App(
    Path(__file__).with_name("Explorer.py"),
    middleware=[Middleware(Door, hosts=_HOSTS, cors=False, policy=_POLICY)],
    lifespan=_opened,
)

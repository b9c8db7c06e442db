"""The page that a browser loads before anything is drawn: Streamlit's own, with what spares the visitor a jump.

The look is there from the beginning, so that nothing is drawn twice; the parts that most pages draw are fetched beside
the application and not after it; and the application is told where it is, which it would find out by asking for what is
not there.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import streamlit as st

_STATIC = Path(st.__file__).parent / "static"
_SCRIPTS = _STATIC / "static" / "js"
#: What most pages draw first, by the names of Streamlit's files.
_EARLY = ("Html", "BidiComponent", "Selectbox", "Multiselect", "DateInput", "Checkbox", "DownloadButton", "Radio")
#: Every page lies beside the first.
_PLACE = 'window.__streamlit = { BACKEND_BASE_URL: new URL("./", location.href).href };'
#: What stands there until something is drawn.
_WAITING = '<p class="pg-waiting">payergraph is being opened.</p>'


def _needed(names: tuple[str, ...]) -> list[str]:
    """The files of some parts, with those that they import."""
    todo = [path.name for name in names for path in sorted(_SCRIPTS.glob(f"{name}.*.js"))]
    found: dict[str, None] = {}
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = None
            head = (_SCRIPTS / name).read_text(encoding="utf-8")
            todo += re.findall(r"""(?:from|import)\s*["'`]\./([\w.-]+\.js)["'`]""", head)
    return list(found)


def _page() -> str:
    page = (_STATIC / "index.html").read_text(encoding="utf-8")
    look = Path(__file__).with_name("look.css").read_text(encoding="utf-8")
    needed = [name for name in _needed(_EARLY) if f"/{name}" not in page]
    links = "".join(f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in needed)
    # Streamlit's own styles go into the head as they are needed; behind them, ours hold.
    page = page.replace("<body>", f"<body><style>{look}</style>", 1)
    later = Path(__file__).with_name("later.js").read_text(encoding="utf-8")
    head = f"<script>{_PLACE}</script><script>{later}</script>{links}</head>"
    page = page.replace("</head>", head, 1).replace("<title>Streamlit</title>", "<title>payergraph</title>", 1)
    return page.replace('<div id="root"></div>', f'<div id="root">{_WAITING}</div>', 1)


#: The page.
PAGE = _page()
#: The scripts that stand in it, by their digests; a script that somebody else put there does not run.
DIGESTS = tuple(
    f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
    for text in re.findall(r"<script>(.*?)</script>", PAGE, flags=re.DOTALL)
)

"""Serve the explorer over a graph whose labels, places and notes try to be more than text: ``hostile.py PORT``."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from payergraph.locate import folder
from payergraph.store import graph as store

#: What is appended to every text of the data that reaches a page.
PAYLOAD = (
    " <script>window.pwned=1</script><img src=x onerror=window.pwned=1> [x](javascript:window.pwned=1) "
    "a\\b | c | **d** _e_ $f$ :smile: :red[g] &lt;h&gt; {{i}} `j`"
)
_PROPERTIES = (
    *("skos:prefLabel", "skos:definition", "dcterms:title", "dcterms:description", "dcterms:bibliographicCitation"),
    *("pg:locator", "pg:reading", "pg:reason", "pg:notShown", "pg:completenessNote", "pg:judgement"),
    *("pg:hedge", "pg:valueOf", "pg:detail", "pg:scopeInWords", "pg:evidence"),
    "pg:notComputed",
)
_TEXTS = re.compile(rf"((?:{'|'.join(_PROPERTIES)})\s+)\"((?:[^\"\\]|\\.)*)\"")


#: What stands beside every address of a document: schemes that run, names before a host, quotes, letters like others.
ADDRESSES = (
    *("javascript:window.pwned=1", "JavaScript:window.pwned=1//https://a.example/", "data:text/html,x", "vbscript:x"),
    *("https://payer.example@evil.example/", 'https://evil.example/" onmouseover="window.pwned=1', "//evil.example/"),
    "https://p\u0430yer.example/",
)


def spoil(text: str) -> str:
    """A Turtle file with the payload behind every text, and hostile addresses before every address."""
    payload = PAYLOAD.replace("\\", "\\\\").replace('"', '\\"')
    spoiled = _TEXTS.sub(lambda match: f'{match[1]}"{match[2]}{payload}"', text)
    listed = " , ".join(json.dumps(address, ensure_ascii=False) for address in ADDRESSES)
    return spoiled.replace("dcterms:source <", f"dcterms:source {listed} , <javascript:window.pwned=1> , <")


def hostile_graph() -> store.LocalGraph:
    """The shipped graph, spoiled."""
    with TemporaryDirectory() as place:
        for path in store.data_files():
            copy = Path(place) / path.relative_to(folder("data"))
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
        return store.load(Path(place))


def main() -> None:
    """Run the explorer in this process, so that it sees the spoiled graph."""
    from streamlit.web import cli

    graph = hostile_graph()
    store.shipped = lambda: graph  # type: ignore[assignment]
    entry = str(folder("explorer") / "guarded.py")
    cli.main(["run", entry, "--server.port", sys.argv[1], "--server.headless", "true"])


if __name__ == "__main__":
    main()

"""Links that last and how to cite what a page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from payergraph.present.cite import Citation

from . import address, data, markup

_HERE = ("localhost", "127.0.0.1", "::1")


def permalink(page: str, parameters: Mapping[str, str]) -> str:
    """The whole address of a view, with the version of the graph that it was seen in."""
    asked = {name: value for name, value in parameters.items() if value} | {"graph": data.version()}
    return f"{_origin()}{markup.PAGES[page].removeprefix('./')}?{urlencode(asked, quote_via=quote, safe='/')}"


def _origin() -> str:
    """Where the explorer's pages stand, as the visitor's browser calls it."""
    found = urlsplit(st.context.url or "")
    folder = found.path.rpartition("/")[0]
    return f"{found.scheme}://{found.netloc}{folder}/" if found.netloc else "/"


def note_version() -> None:
    """Say where an address was made from another version of the graph than the one that answers."""
    made, now = address.given("graph"), data.version()
    if made and made != now:
        named = markup.plain(address.shortened([made]))
        st.warning(
            f"This address was made from graph version {named}; here is version {markup.plain(now)}. What you see is "
            "the answer of this version, which may differ from what was cited."
        )


def citation(found: Citation, name: str) -> None:
    """How to cite what is shown, to copy and for reference managers, with its permalink."""
    st.code(found.text, language=None, wrap_lines=True)
    files = (
        ("RIS", found.to_ris, "ris", "application/x-research-info-systems"),
        ("BibTeX", found.to_bibtex, "bib", "application/x-bibtex"),
        ("CSL-JSON", found.to_csl_json, "csl.json", "application/vnd.citationstyles.csl+json"),
    )
    offered(files, name, "citations")
    st.caption(f"The link to this view, with the graph version that it was seen in:{_reach()}")
    st.code(found.permalink, language=None, wrap_lines=True)


def _reach() -> str:
    alone = urlsplit(_origin()).hostname in _HERE
    return " this explorer runs on this machine, and the link works here alone." if alone else ""


def offered(files: Iterable[tuple[str, Callable[[], str | bytes], str, str]], name: str, key: str) -> None:
    """A button for each file, made when it is asked for: its title, its content, how its name ends, its media type."""
    with st.container(horizontal=True, key=key):
        for title, content, ending, kind in files:
            st.download_button(f"Download {title}", content, f"{name}.{ending}", kind, on_click="ignore")

"""Where documents were published, and whether one retells another."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import pyoxigraph as ox

from .. import terms
from ..store.graph import LocalGraph
from ..terms import Term

#: So many letters of the end of an address are shown.
_SHORT = 40


@dataclass(frozen=True)
class Address:
    """An address of the web that a page may lead to, and the host that is asked there."""

    url: str
    host: str

    @property
    def short(self) -> str:
        """The host, and the end of what stands behind it, which tells addresses of one host apart."""
        rest = self.url.rstrip("/").rpartition("/")[2]
        if rest == self.host:
            return self.host
        return f"{self.host} …/{rest}" if len(rest) <= _SHORT else f"{self.host} …{rest[-_SHORT:]}"


def address(text: str) -> Address | None:
    """A text of the data as an address of the web; None where it is anything else.

    Only http and https lead somewhere; none with a name or password before its host, for it hides where it leads.

    >>> address("https://www.cigna.com/a.pdf").host, address("javascript:x"), address("https://cigna.com@x.example/")
    ('www.cigna.com', None, None)
    """
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return None
    plain = text.isprintable() and not any(sign in text for sign in " \"'<>`{}|\\^")
    if parts.scheme not in ("http", "https") or not host or not host.isascii() or "@" in parts.netloc or not plain:
        return None
    return Address(text, host)


def addresses(graph: LocalGraph, document: str) -> tuple[Address, ...]:
    """Where a document, given by IRI, was published: the addresses in the graph, each once, by their letters."""
    quads = graph.store.quads_for_pattern(ox.NamedNode(document), ox.NamedNode(terms.DCTERMS + "source"), None)
    found = {quad.object.value for quad in quads if isinstance(quad.object, (ox.NamedNode, ox.Literal))}
    return tuple(one for text in sorted(found) if (one := address(text)))


def retells(graph: LocalGraph, iri: str) -> bool:
    """Whether a document, a policy, or what belongs to one, only retells another document."""
    own = _authorities(graph, iri)
    if own:
        return own == {terms.PG + "Secondary"}
    document, inside, _ = terms.slug(iri).partition("/")
    return bool(inside) and _authorities(graph, terms.thing("source", document).value) == {terms.PG + "Secondary"}


def _authorities(graph: LocalGraph, iri: str) -> set[str]:
    quads = graph.store.quads_for_pattern(ox.NamedNode(iri), terms.pg("authority"), None)
    return {_text(quad.object) for quad in quads}


def _text(term: Term | ox.Triple) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""

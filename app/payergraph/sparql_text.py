"""What a query text may hold, told from its tokens before any engine sees it.

The engine reads SPARQL without a tokenizer: it takes ``1<2)SERVICE?s#>`` for a comparison, a SERVICE clause and a
comment, where a tokenizer sees one IRI, and it takes ``trueSERVICE`` for two words. So nothing here relies on the two
reading a text alike. A text passes only if every way to read it is harmless: strings must be closed and their escapes
valid, whatever could be an IRI or a comparison is refused, and a forbidden word counts wherever a word can stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from . import terms
from .near import slips
from .table import Kind

#: The most bytes that a query text may have.
QUERY_BYTES = 64 * 1024


class QueryError(ValueError):
    """A query, a question or a parameter that cannot be answered; one sentence says why and, where known, where."""


class LimitReached(Exception):  # noqa: N818 - reaching a limit is no error of the caller's
    """Time, memory or size ran out. Nothing partial is returned."""


_IRI = r"[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ESCAPE = r"\\[tbnrf\\\"']|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_TOKEN = re.compile(
    rf"""
    (?P<comment>\#[^\r\n]*)
  | (?P<string>'''(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*'''|\"\"\"(?:"{{0,2}}(?:[^"\\]|{_ESCAPE}))*\"\"\")
  | (?P<unclosed>'''|\"\"\")
  | (?P<short>'(?:[^'\\\r\n]|{_ESCAPE})*'|"(?:[^"\\\r\n]|{_ESCAPE})*")
  | (?P<quote>['"])
    # What follows :// can be no operand, and what holds letters and dots alone hides nothing: both are surely IRIs.
  | (?P<iri><[A-Za-z][A-Za-z0-9+.-]*://(?:{_IRI})*>|<[\w:./%~+@-]*>)
  | (?P<prologue>(?i:PREFIX\s+[\w.-]*:|BASE)\s*<(?:{_IRI})*>)
  | (?P<doubtful><(?:{_IRI})*>)
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    # A prefix is bounded, or a long row of dots would be read again from each of them. A local name ends at a dot or
    # an escape, because the engine takes what follows the second dot of ex:a.b.c for code.
  | (?P<name>(?:[^\W\d][\w.-]{{0,99}})?:[\w:-]*)
  | (?P<escape>\\[_~.\-!$&'()*+,;=/?\#@%])
  | (?P<word>[^\W\d]\w*)
  | (?P<backslash>\\)
    """,
    re.VERBOSE,
)
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_FORMS: tuple[Kind, ...] = ("select", "ask", "construct", "describe")
_UPDATES = ("insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy", "with")
_ONLY = "only SELECT, ASK, CONSTRUCT and DESCRIBE are answered"
_FORBIDDEN = {
    "service": "SERVICE is not allowed: a query reads this graph and no other",
    "from": "FROM is not allowed: a query reads the whole graph, and GRAPH <…> { … } reads one document of it",
}


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


def check(query: str) -> Kind:
    """The form of a query that may be run.

    Raises:
        QueryError: it is an update, names another data source, or can be read in two ways.
        LimitReached: it is longer than ``QUERY_BYTES``.
    """
    try:
        size = len(query.encode())
    except UnicodeEncodeError:
        raise QueryError("the query holds half a character (a lone surrogate)") from None
    if size > QUERY_BYTES:
        raise LimitReached(f"the query has {size:,} bytes, and {QUERY_BYTES:,} are the most")
    _check_escapes(query)
    form = ""
    for token in _tokens(query):
        if token.kind in ("word", "name", "language"):
            word = token.text.split(":")[0].lower()
            for forbidden, sentence in _FORBIDDEN.items():
                if forbidden in word:
                    raise QueryError(f"{sentence}{_at(query, token.start)}")
            if not form and word not in ("prefix", "base") and token.kind == "word":
                form = word
    found = next((known for known in _FORMS if form.startswith(known)), None)
    if form in _UPDATES:
        raise QueryError(f"{_ONLY}; {form.upper()} is an update")
    if found is None:
        raise QueryError(f"{_ONLY}; the query {f'begins with {form!r}' if form else 'is empty'}")
    return found


def explain(query: str, message: str) -> str:
    """A syntax error of the engine as one sentence; an unknown prefix gets the nearest known one."""
    declared = set(terms.PREFIXES) | {"_"}
    relative = None
    before = ""
    for token in _tokens(query):
        prefix = token.text.split(":")[0]
        if token.kind == "prologue":
            declared.add(prefix.split()[-1])
        elif token.kind == "name" and before.lower() == "prefix":
            declared.add(prefix)
        elif token.kind == "name" and prefix not in declared:
            near = slips(prefix, declared - {"_", ""})
            hint = f"did you mean {near[0]}:?" if near else "declare it with PREFIX"
            return f"the prefix {prefix}: is unknown{_at(query, token.start)}; {hint}"
        elif token.kind == "iri" and ":" not in token.text:
            relative = relative or token
        before = token.text
    if relative is not None and not re.search(r"(?i)\bBASE\b", query):
        return f"the IRI {relative.text} is not absolute{_at(query, relative.start)}"
    match = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    if match is None:
        return message
    line, column, expected = match.groups()
    # The engine lists character classes and, among them, the reasons that a person can use.
    found = re.findall(r'"(?:[^"\\]|\\.)+"|[A-Z][A-Za-z ]+', re.sub(r"\[(?:_|'.*?')\]", "", expected, flags=re.DOTALL))
    reasons = [item for item in found if " " in item and not item.startswith('"')]
    at = f"line {line}, column {column}"
    if reasons:
        return f"{at}: {reasons[0]}"
    wanted = [item.strip('"') for item in found if "\\" not in item]
    hint = f"; expected {' or '.join(wanted)}" if 0 < len(wanted) <= 6 else ""
    return f"{at}: the query makes no sense from here on{hint}"


def _check_escapes(query: str) -> None:
    """Refuse escaped characters that could be read as part of the syntax, or not at all."""
    for match in _CODE_POINT.finditer(query):
        point = int(match[1] or match[2], 16)
        if point < 0x80:
            raise QueryError(f"write {chr(point)!r} itself in place of {match[0]}{_at(query, match.start())}")
        if 0xD800 <= point < 0xE000 or point > 0x10FFFF:
            raise QueryError(f"{match[0]} is no character{_at(query, match.start())}")


def _tokens(query: str) -> Iterator[_Token]:
    """The tokens that matter: names, words and IRIs.

    Raises:
        QueryError: a string is not closed, or a text can be read in two ways.
    """
    place = 0
    while place < len(query):
        match = _TOKEN.match(query, place)
        if match is None:
            place += 1
            continue
        kind, text = match.lastgroup or "", match[0]
        if kind in ("unclosed", "quote"):
            raise QueryError(f"the string is not closed, or has an unknown escape{_at(query, place)}")
        if kind == "doubtful":
            shown = text if len(text) <= 40 else text[:39] + "…"
            raise QueryError(
                f"{shown} can be read as an IRI or as a comparison{_at(query, place)}; put a space after the <"
            )
        if kind == "backslash":
            raise QueryError(f"a backslash has no meaning here{_at(query, place)}")
        yield _Token(kind, text, place)
        place = match.end()


def _at(query: str, place: int) -> str:
    line = query.count("\n", 0, place) + 1
    return f" (line {line}, column {place - (query.rfind(chr(10), 0, place) + 1) + 1})"

"""What a query text may hold, told from its tokens before any engine sees it.

The engine reads SPARQL without a tokenizer: it takes ``1<2)SERVICE?s#>`` for a comparison, a SERVICE clause and a
comment, where a tokenizer sees one IRI, and it takes ``trueSERVICE`` for two words. So nothing here relies on the two
reading a text alike. A text passes only if every way to read it is harmless: strings must be closed and their escapes
valid, what could be an IRI or a comparison must hide nothing, and a forbidden word counts wherever a word can stand.
What surely is no word is told from the prefixes that are declared: the engine reads ``service:a`` as SERVICE and ``:a``
where the empty prefix is declared, and ``<tag:x,2020:y>`` as less than ``tag:x`` where ``tag`` is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .. import terms
from ..errors import LimitReached, QueryError
from ..near import slips
from ..table import Kind

#: The most bytes that a query text may have.
QUERY_BYTES = 64 * 1024


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
# What may stand before the form of a query. Here, and only here, engine and tokenizer surely read alike.
_GAP = r"(?:[ \t\r\n]|\#[^\r\n]*[\r\n])"
_DECLARATION = re.compile(
    rf"""
    {_GAP}*+ (?:
      (?i:PREFIX) {_GAP}++ (?P<prefix>(?:[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)?): {_GAP}*+ <(?:{_IRI})*>
    | (?i:BASE) {_GAP}*+ <(?:{_IRI})*>
    | (?i:VERSION) {_GAP}*+ (?:'[^'\\\r\n]*'|"[^"\\\r\n]*")
    )
    """,
    re.VERBOSE,
)
_FORM = re.compile(rf"{_GAP}*+(?i:SELECT|ASK|CONSTRUCT|DESCRIBE)")
_ALL = re.compile(rf"(?i:SELECT){_GAP}*+(?i:DISTINCT|REDUCED)?{_GAP}*+\*")
# What the explorer shows as the name of a thing, written without the backslash that SPARQL wants before a slash.
_SLASHED = re.compile(r"\bid:[a-z][a-z-]*/[a-z0-9/-]+")
_SCHEME = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*):")
# So much before a word can be a prefixed name that the engine breaks off.
_BROKEN_NAME = re.compile(r"[\w-]*:[\w:.%\\-]*[.%\\][\w-]*\Z")
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
    declared = _declared(query)
    for token in _tokens(query):
        if token.kind in ("word", "name"):
            word = token.text.split(":")[0].lower()
            for forbidden, sentence in _FORBIDDEN.items():
                if forbidden in word:
                    _check_word(query, token, forbidden, sentence, declared)
            if not form and word not in ("prefix", "base", "version") and token.kind == "word":
                form = word
    found = next((known for known in _FORMS if form.startswith(known)), None)
    if form in _UPDATES:
        raise QueryError(f"{_ONLY}; {form.upper()} is an update")
    if found is None:
        raise QueryError(f"{_ONLY}; the query {f'begins with {form!r}' if form else 'is empty'}")
    return found


def starred(query: str) -> tuple[str, ...]:
    """The variables of a query that selects all of them (``SELECT *``), as they are first written; none of another.

    Raises:
        QueryError: the text cannot be told apart.
    """
    tokens = list(_tokens(query))
    form = next((token for token in tokens if token.kind == "word" and token.text.lower().startswith("select")), None)
    if form is None or not _ALL.match(query, form.start):
        return ()
    return tuple(dict.fromkeys(token.text[1:] for token in tokens if token.kind == "variable"))


def _check_word(query: str, token: _Token, forbidden: str, sentence: str, declared: frozenset[str] | None) -> None:
    """Refuse a word or the prefix of a name that has a forbidden word in it, unless no engine can read it there."""
    prefix = token.text.split(":")[0]
    if token.kind == "name" and declared is not None and prefix.isascii():
        # A word needs a name behind it, and so a prefix: PREFIX ex: makes SERVICEex:a a call.
        ends = range(prefix.lower().index(forbidden) + len(forbidden), len(prefix) + 1)
        if not any(prefix[end:] in declared for end in ends):
            return
        if prefix in declared:
            either = f"{token.text} can be read as a name or as {forbidden.upper()} with a name behind it"
            raise QueryError(f"{either}{_at(query, token.start)}; call the prefix otherwise")
    broken = _BROKEN_NAME.search(query, max(0, token.start - 100), token.start)
    if broken:
        either = f"{broken[0]}{token.text} can be read as a name or as {forbidden.upper()} behind one"
        raise QueryError(f"{either}{_at(query, broken.start())}; write the IRI in full, between < and >")
    raise QueryError(f"{sentence}{_at(query, token.start)}")


def _declared(query: str) -> frozenset[str] | None:
    """The prefixes that a query can use; None where what stands before its form cannot surely be read."""
    found = set(terms.PREFIXES)
    place = 0
    while match := _DECLARATION.match(query, place):
        if match["prefix"] is not None:
            found.add(match["prefix"])
        place = match.end()
    return frozenset(found) if _FORM.match(query, place) else None


def _is_harmless(text: str, declared: frozenset[str] | None) -> bool:
    """Whether what could be an IRI or a comparison does no harm, whichever it is."""
    scheme = _SCHEME.match(text)
    if scheme and declared is not None:
        # Less than what? A name needs its prefix, and before a name can only stand true or false with a sign.
        pieces = re.split("[+-]", scheme[1])
        begins = [0] + [len("-".join(pieces[:count])) + 1 for count in range(1, len(pieces))]
        if not any(scheme[1][begin:] in declared for begin in begins):
            return True
    # Else both readings must go on alike behind the >, with no forbidden word before it.
    return not any(hidden in text.lower() for hidden in ("#", "'", *_FORBIDDEN))


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
    slashed = _SLASHED.search(query)
    if slashed:
        escaped = slashed[0].replace("/", "\\/")
        return f"a name has no plain slash{_at(query, slashed.start())}; write {escaped}, or the IRI between < and >"
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
    declared = _declared(query)
    place = 0
    while place < len(query):
        match = _TOKEN.match(query, place)
        if match is None:
            place += 1
            continue
        kind, text = match.lastgroup or "", match[0]
        if kind in ("unclosed", "quote"):
            raise QueryError(f"the string is not closed, or has an unknown escape{_at(query, place)}")
        if kind == "doubtful" and not _is_harmless(text, declared):
            shown = text if len(text) <= 40 else text[:39] + "…"
            scheme = _SCHEME.match(text)
            iri = f"call the prefix {scheme[1]}: otherwise" if scheme else "write the IRI in full"
            raise QueryError(
                f"{shown} can be read as an IRI or as a comparison{_at(query, place)}; "
                f"put a space after the < of a comparison, or {iri}"
            )
        if kind == "backslash":
            raise QueryError(f"a backslash has no meaning here{_at(query, place)}")
        yield _Token(kind, text, place)
        place = match.end()


def _at(query: str, place: int) -> str:
    line = query.count("\n", 0, place) + 1
    return f" (line {line}, column {place - (query.rfind(chr(10), 0, place) + 1) + 1})"

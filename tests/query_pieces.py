"""Query texts that try to hide a SERVICE clause: pieces that a tokenizer and an engine may read in two ways."""

from __future__ import annotations

from hypothesis import strategies as st

_QUOTES = ["'", '"', "'''", '"""', "''", "'a'"]
_ESCAPES = ["\\", "\\q", "\\'", "\\u0022", "\\u00e9", "\\uD800"]
_BREAKS = ["#", "\n", "\r", " ", "\x00", "½", "·", "(", ")", "{", "}", "&&", "^^", "<", ">", ">#"]
_WORDS = ["<a:b>", "<http://x.y/", "<http://[/>", "?x", "true", "5", "1e5", "@en", "_:b", "--ltr", "-"]
_NAMES = ["ex:", "ex:a", "ex:a.b", ".", "%20", "service:a", ":a", "<ex:a,b", "<true-ex:a", "<tag:a,b", "<tag:a>"]
_PARTS = ["FILTER(1<2)", "VALUES ?x {", "?s ?p ?o"]
_PIECES = [*_QUOTES, *_ESCAPES, *_BREAKS, *_WORDS, *_NAMES, *_PARTS]
_SERVICES = ["SERVICE<http://localhost:1/>{}", "SERVICE?s#>\n{}", "SERVICEex:a{}", "service:a{}", "SERVICEservice:a{}"]
_HEADS = [
    "",
    "PREFIX : <http://localhost:1/>",
    "PREFIX service: <http://localhost:1/>",
    "PREFIX tag:<urn:x>",
    "BASE<a:b>",
]


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Such a text. Port 1 is one that the engine refuses to call; it says so as soon as it would."""
    heads = draw(st.lists(st.sampled_from([*_HEADS, "#", "\n", "'", "VERSION '1'"]), max_size=3))
    starts = ["", "?s ?p ?o ", "FILTER(1<", "VALUES ?x {", "VALUES ?x {'''a' ", "?s ?p ex:a"]
    before, after = (draw(st.lists(st.sampled_from(_PIECES), max_size=4)) for _ in range(2))
    body = "".join([draw(st.sampled_from(starts)), *before, draw(st.sampled_from(_SERVICES)), *after])
    return f"{' '.join(heads)} PREFIX ex: <http://localhost:1/> SELECT * {{{body}}}"

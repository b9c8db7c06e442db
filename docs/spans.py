"""Write data/spans/: where in the founding texts each fact stands. `PAYERGRAPH_SOURCES=… python docs/spans.py`

A span is found by its section, from heading to heading, and narrowed to a line, a row or a numbered item only where
the fact's locator names exactly one such place and every number of the fact stands in it. Else the whole section
stays: a reader finds a fact in a section, but is misled by a wrong line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from payergraph import terms
from payergraph.browse import quotes as sources
from payergraph.locate import folder
from payergraph.store.graph import LocalGraph, shipped

Span = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """A founding text.

    Attributes:
        file: its name in the folder of the texts.
        headings: how a section begins, where its first line is not its label; ``""`` is the start of the text.
        ends: how the line after a section begins, where that is not the next section.
        wrapped: whether its lines are broken anywhere, so that a line is no unit of sense.
    """

    file: str
    headings: dict[str, str] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    wrapped: bool = False


TEXTS = {
    "cigna-ip0243": Text(
        "seed-cigna-ip0243-anakinra.txt",
        {
            "header": "",
            "overview": "Overview",
            "employer-group-plans-table": "Employer Group Plans",
            "individual-and-family-plan-table": "Individual and Family Plan",
            "background": "Background",
            "guidelines": "Guidelines",
            "appendix-table-1": "APPENDIX",
            "appendix-table-2": "Table 2.",
            "appendix-table-3": "Table 3.",
            "appendix-table-4": "Table 4.",
            "trademark-notice": "“Cigna Companies”",
        },
        {
            "medical-necessity-criteria": "Reauthorization Criteria",
            "individual-and-family-plan-table": "When coverage is available",
        },
    ),
    "molina-kineret": Text(
        "seed-molina-kineret-guideline.txt",
        {
            "preamble": "",
            "texas-appendix": "APPENDIX:",
            "background-mis-c": "Multisystem inflammatory syndrome in children, Refractory; associated",
            "coding-disclaimer": "CODING DISCLAIMER.",
            "hcpcs": "HCPCS",
        },
        wrapped=True,
    ),
    "seed-cigna-kineret-california-guide": Text(
        "seed-cigna-kineret-california-guide.txt",
        {"clinician-corner": "Clinician Corner:", "publisher-note": "At Counterforce Health"},
    ),
    "seed-cigna-ilaris-california-guide": Text("seed-cigna-ilaris-california-guide.txt", {"disclaimer": "Disclaimer:"}),
    "seed-cigna-ilaris-north-carolina-guide": Text("seed-cigna-ilaris-north-carolina-guide.txt"),
}

#: Words of a locator that point to a part of the place that the words before them name.
_PART = re.compile(
    r"^(sentences? .*|(last|first|second|third|opening) (sentence|part|half|clause).*|brackets?|square brackets"
    r"|column .*|under .*|title of the table|footnote.*|heading|Notes?|Status|What It Means|Where to Find It"
    r"|How to Address|Required Documentation|Solution Strategy|Denial Reason|Code|Description|Code Type"
    r"|after the semicolon|'.*')$"
)
_LEAD = re.compile(r"^(?:table|list|row|bullet|step \d+|\d+)\b\.?\s*,?\s*(?=\S)", re.I)
_MARKER = re.compile(r"^[\s|•*–-]*(?:(?:\d+|[A-Za-z]|[ivx]+)[.)]\s+)?[\s*\"“]*")


@dataclass(frozen=True)
class Fact:
    """What is to be located."""

    iri: str
    section: str
    locator: str
    words: str


def facts(graph: LocalGraph, document: str) -> list[Fact]:
    """Every fact of a document that names a section, in the order of their names."""
    rows = graph.rows(
        f"""SELECT ?fact ?section ?locator (SAMPLE(?text) AS ?words) WHERE {{
          ?fact pg:section ?section ; pg:locator ?locator ; pg:source <{terms.ID}source/{document}> .
          OPTIONAL {{ ?fact dcterms:description ?text }}
        }} GROUP BY ?fact ?section ?locator ORDER BY ?fact"""
    )
    return [
        Fact(
            row["fact"].value,
            row["section"].value.rsplit("/", 1)[-1],
            row["locator"].value,
            row["words"].value if "words" in row else "",
        )
        for row in rows
    ]


def sections(graph: LocalGraph, document: str, of: Text, text: str) -> dict[str, Span]:
    """Where each section stands: from its heading to the next one."""
    rows = graph.rows(
        f"""SELECT ?section ?label WHERE {{
          ?section pg:sectionOf <{terms.ID}source/{document}> ; pg:position ?position ; skos:prefLabel ?label
        }} ORDER BY ?position"""
    )
    starts: dict[str, int] = {}
    place = 0
    for row in rows:
        slug = row["section"].value.rsplit("/", 1)[-1]
        place = _heading(text, of.headings.get(slug), row["label"].value, place)
        starts[slug] = place
    order = [*sorted(starts.values()), len(text)]
    found = {}
    for slug, start in starts.items():
        end = next((after for after in order if after > start), len(text))
        if slug in of.ends:
            end = _heading(text, of.ends[slug], "", start)
        found[slug] = _trimmed(text, start, end)
    return found


def _heading(text: str, anchor: str | None, label: str, after: int) -> int:
    """Where a section begins. Of several lines with its label the last counts: the first is the table of contents."""
    if anchor == "":
        return 0
    lines = [(start, line) for start, line in _lines(text, after, len(text))]
    if anchor is not None:
        hits = [start for start, line in lines if line.lstrip().startswith(anchor)][:1]
    else:
        hits = [start for start, line in lines if _plain(line) == _plain(label)][-1:]
    if not hits:
        raise SystemExit(f"no heading for {label!r}")
    return hits[0]


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for line in text[start:end].splitlines(keepends=True):
        yield start, line
        start += len(line)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))


def _between(text: str, within: Span, start: str, *ends: str) -> Span | None:
    """From the one line where a pattern matches to the first line after it where one of others does."""
    hits = [m.start() for m in re.finditer(start, text[within[0] : within[1]], re.M)]
    if len(hits) != 1:
        return None
    begin = within[0] + hits[0]
    stops = [m.start() for end in ends for m in re.finditer(end, text[begin + 1 : within[1]], re.M)]
    return _trimmed(text, begin, begin + 1 + min(stops) if stops else within[1])


# --- numbered items, for the two policies ---------------------------------------------------------------


def _cigna_item(text: str, section: Span, locator: str) -> Span | None:
    if match := re.fullmatch(
        r"Medical Necessity Criteria, (\d)(?:\.([A-C])(?:\.(i+))?)?(?:, (?:heading|unless clause))?", locator
    ):
        number, letter, roman = match.groups()
        found = _between(text, section, rf"^(?:- )?{number}\. ", rf"^(?:- )?{int(number) + 1}\. ", "^Coverage varies")
        if found and letter:
            found = _between(text, found, rf"^ ?- {letter}\. ", rf"^ ?- {chr(ord(letter) + 1)}\. ")
        if found and roman:
            found = _between(text, found, rf"^ ?- {roman}\. ", rf"^ ?- {roman}i\. ")
        return _between(text, found, r"\A.*", r"$") if found and locator.endswith("heading") else found
    uses = ["- Ankylosing", "- Concurrent Use", "- Inflammatory Bowel", "- Lupus", "5. **Osteo", "6. **Reactive"]
    if match := re.match(r"Conditions Not Covered, (\d|[A-Z][a-z]+)(?=[ ,]|$)", locator):
        for place, use in enumerate(uses, 1):
            if (
                match[1] == str(place)
                or match[1] == re.sub(r"\W|\d", "", use.split(" ")[1])
                or use.endswith(match[1][:5])
            ):
                following = [re.escape(name) for name in uses[place:]]
                return _between(text, section, "^" + re.escape(use), *("^" + name for name in following))
    if match := re.fullmatch(r"References, (\d+)", locator):
        return _between(text, section, rf"^{match[1]}\. ", rf"^{int(match[1]) + 1}\. ")
    return None


def _molina_item(text: str, section: Span, locator: str) -> Span | None:
    match = re.fullmatch(
        r"(?:For all indications|Continuation of therapy, A(?:\. All indications)?|[A-D](?:\. .*)?)"
        r"[.,] ?(\d)(?:\((\w)\))?(, .*)?",
        locator,
        re.I,
    )
    if not match:
        return None
    number, letter, rest = match.groups()
    found = _between(text, section, rf"^\s*{number}\. ", rf"^\s*{int(number) + 1}\. ", r"^AND\s*\n\s*\d\. ")
    if found and rest and rest.startswith(", note"):
        return _between(text, found, "^NOTE:")
    if found and letter and not (rest and "note" in rest):
        ends = [rf"\({chr(ord(letter) + 1)}\)", "^OR", "^NOTE:"]
        found = _between(text, found, rf"\({letter}\) ", *ends)
    return found


_ITEMS = {"cigna-ip0243": _cigna_item, "molina-kineret": _molina_item}


# --- lines ----------------------------------------------------------------------------------------------------


def _named_line(text: str, section: Span, locator: str) -> Span | None:
    """The one line of a section that begins with the last place that the locator names."""
    if ";" in locator or " and " in locator.split(",")[-1]:
        return None
    parts = [part.strip() for part in locator.replace('\\"', '"').split(",")]
    while len(parts) > 1 and _PART.match(parts[-1]):
        parts.pop()
    lines = [(start, line) for start, line in _lines(text, *section) if line.strip()][1:]
    for first in range(len(parts) - 1, 0, -1):  # a place may have commas of its own
        name = _plain(_LEAD.sub("", ", ".join(parts[first:]).strip()))
        if len(name) < 2 or name.isdigit():
            continue
        hits = [(start, line) for start, line in lines if re.match(rf"{name}(?: |$)", _plain(_MARKER.sub("", line, 1)))]
        if len(hits) == 1:
            start, line = hits[0]
            end = start + len(line)
            for place, below in lines:  # what is set in under a line belongs to it
                if place == end and _indent(below) > _indent(line):
                    end += len(below)
            # A line that only heads what follows it does not hold the fact.
            return _trimmed(text, start, end) if len(_plain(text[start:end])) > len(name) + 3 else None
        if hits:
            return None
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,-]\d+)*", text))


def locate(document: str, fact: Fact, section: Span, text: str) -> Span:
    """The narrowest span that surely holds a fact."""
    found = _ITEMS[document](text, section, fact.locator) if document in _ITEMS else None
    if found is None and not TEXTS[document].wrapped:
        found = _named_line(text, section, fact.locator)
    if found is None:
        return section
    return found if _numbers(fact.words) <= _numbers(text[found[0] : found[1]]) else section


# --- writing -------------------------------------------------------------------------------------------------------


def turtle(document: str, graph: LocalGraph, text: str) -> str:
    """The companion file of a document."""
    of = TEXTS[document]
    places = sections(graph, document, of, text)
    lines = [
        f"# Where in {of.file} the facts of {document} stand. Made by `python docs/spans.py`; do not edit.",
        f"@prefix pg: <{terms.PG}> .",
        f"@prefix id: <{terms.ID}> .",
        "",
        f'<{terms.ID}source/{document}> pg:textFile "{of.file}" .',
    ]
    for fact in facts(graph, document):
        start, end = locate(document, fact, places[fact.section], text)
        digest = hashlib.sha256(text[start:end].encode()).hexdigest()
        lines.append(f'<{fact.iri}> pg:spanStart {start} ; pg:spanEnd {end} ; pg:spanDigest "{digest}" .')
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write all companion files."""
    at = sources.texts()
    if at is None:
        raise SystemExit("set PAYERGRAPH_SOURCES to the folder of the texts")
    target = folder("data") / "spans"
    target.mkdir(exist_ok=True)
    for document, of in TEXTS.items():
        text = (at / of.file).read_bytes().decode()
        (target / f"{document}.ttl").write_text(turtle(document, shipped(), text), encoding="utf-8")


if __name__ == "__main__":
    main()

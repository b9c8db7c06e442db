"""Write what is made: pages of docs/, the schema of a case, the shapes of the criteria: `python docs/build.py`.

A test holds them current.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from payergraph import terms
from payergraph.chart.fields import BESIDE, FIELDS, LETTER, Field
from payergraph.chart.options import NOT_KNOWN
from payergraph.chart.schema import example, schema
from payergraph.cohorts.layout import TABLES
from payergraph.criteria.written import written
from payergraph.policies.library import policies
from payergraph.sparql.questions import Question, ask, library
from payergraph.store.graph import shipped

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]
import kinds  # noqa: E402  # which reads the tables of the tests
import synthetic  # noqa: E402


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


_COUNTED = ("statements", "criteria", "rules", "exclusions", "appealSteps", "policies")
_MADE = "Made by `python docs/build.py`."
_NO_DRUG = "other"
#: Before and after the tables of a population, on its page.
_TABLES = "<!-- the tables, by docs/build.py -->"


def _documents() -> dict[str, list[list[str]]]:
    """The sections of each document, by its slug, with how many facts of each kind name them."""
    found = ask("coverage_by_section", shipped()).records()
    return {
        document.removeprefix("source/"): [[row["section"], *(row[name] for name in _COUNTED)] for row in rows]
        for document, rows in groupby(found, key=lambda row: row["document"])
    }


def _together(sections: Iterable[list[str]]) -> list[int]:
    """The sums of the counts of sections."""
    return [sum(map(int, column)) for column in list(zip(*sections, strict=True))[1:]]


def _by_drug(documents: Iterable[str]) -> dict[str, list[str]]:
    """The documents by the drugs of their policies and labels; a document of several drugs stands with each of them."""
    read = policies(shipped())
    drugs: defaultdict[str, set[str]] = defaultdict(set)
    for policy in (*read.all, *read.labels):
        drugs[terms.slug(policy.source)] |= {terms.slug(drug) for drug in policy.drugs}
    found: defaultdict[str, list[str]] = defaultdict(list)
    for document in documents:
        for drug in drugs[document] or {_NO_DRUG}:
            found[drug].append(document)
    return dict(sorted(found.items(), key=lambda pair: (pair[0] == _NO_DRUG, pair[0])))


def coverage() -> str:
    """The drugs, with how many documents and facts each has, and where they stand by section."""
    documents = _documents()
    every = policies(shipped()).all
    rows = []
    for drug, found in _by_drug(documents).items():
        of = [policy for policy in every if drug in map(terms.slug, policy.drugs)]
        payers = str(len({policy.payer for policy in of})) if of else ""
        sums = _together(row for document in found for row in documents[document])
        name = "no drug of its own" if drug == _NO_DRUG else drug
        rows.append([f"[{name}](coverage/{drug}.md)", str(len(found)), payers, *map(str, sums)])
    all_sums = _together(row for sections in documents.values() for row in sections)
    payers = str(len({policy.payer for policy in every}))
    rows.append(["**together**", str(len(documents)), payers, *map(str, all_sums)])
    said = (
        f"Each number counts facts that name a section as their place; the page of a drug has them by document and "
        f"section. A document of several drugs stands with each of them and is counted once together. {_MADE}"
    )
    heads = ["drug", "documents", "payers", *_COUNTED]
    return "\n\n".join(["# What stands in the graph, by drug", said, table(heads, rows)]) + "\n"


def coverage_pages() -> dict[str, str]:
    """How many facts each section of each document gave, a page a drug; an empty section shows as a row of zeros."""
    documents = _documents()
    pages = {}
    for drug, found in _by_drug(documents).items():
        title = "Documents that are for no drug" if drug == _NO_DRUG else f"{drug}, by document and section"
        said = f"Each number counts facts that name the section as their place. [All drugs](../coverage.md). {_MADE}"
        parts = [f"# {title}", said]
        for document in found:
            sections = documents[document]
            total = ["**together**", *map(str, _together(sections))]
            parts += [f"## {document}", table(["section", *_COUNTED], [*sections, total])]
        pages[f"{drug}.md"] = "\n\n".join(parts) + "\n"
    return pages


def anchor(heading: str) -> str:
    """The address of a heading within its page, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def contents(items: Iterable[Question]) -> str:
    """Links to questions."""
    return ", ".join(f"[{item.title}](#{anchor(item.title)})" for item in items)


def questions() -> str:
    """The stored questions, by group, with their parameters and an example call."""
    parts = [
        "# Stored questions",
        "`payergraph query NAME --param drug=anakinra` asks one. A parameter without a default does not limit the "
        "answer unless it is given. Made by `python docs/build.py`.",
    ]
    groups = [(name, list(items)) for name, items in groupby(library(), key=lambda question: question.group)]
    parts.append("\n".join(f"- [{name}](#{anchor(name)}): {contents(items)}" for name, items in groups))
    for group, items in groups:
        parts.append(f"## {group}")
        for item in items:
            parts += [f"### {item.title}", f"`{item.name}`: {item.question}", f"A row is {item.row}."]
            if item.parameters:
                rows = [[p.name, p.kind or ", ".join(p.choices), p.default, p.about] for p in item.parameters]
                parts.append(table(["parameter", "kind", "default", "what it does"], rows))
            calls = [[f'--param {name}="{value}"' for name, value in example.items()] for example in item.examples]
            parts.append("\n".join("    " + " ".join(["payergraph query", item.name, *call]) for call in calls or [[]]))
    return "\n\n".join(parts) + "\n"


_CASE = """\
# A case

A case is what a clinic knows when it asks a payer for a drug: a file in YAML or JSON, or in RDF (JSON-LD, Turtle) with
the context `ontology/case.context.jsonld`. [data/cases](../data/cases) has examples, and the first line of each says
what it shows. Made by `python docs/build.py` from the table that the reader itself follows.

    payergraph case --template > my-case.yaml   # every field, empty, with what belongs there
    payergraph case --schema > case.schema.json # a JSON Schema, by which an editor completes and checks
    payergraph check my-case.yaml               # or from stdin, in any of the formats: payergraph check -

An editor with a YAML language server takes the schema from a comment in the file, as the examples do:
`# yaml-language-server: $schema=case.schema.json`.

- Write what the chart says and leave out what it does not. What is left out is *not documented*; it is never a no.
- A list tells what is on record. That there is nothing else is said by a field of its own (`therapiesComplete: true`),
  and only then can something that is not on the list be *not met*.
- A name is that of a concept of the graph: its short name, a label, a synonym, a brand or a code. `payergraph query
  names` lists them. A diagnosis, a code, a therapy, a test, a finding, a gene or a document that the graph does not
  know is kept and told beside the answer as *not known here*; it may be what is asked for under another name, so its
  list counts as not complete. Any other name that is not known is an error, and so is a slip of the pen; nothing is
  dropped.
- A diagnosis may be any code of ICD-10-CM, in `icd10` or in the place of a name. It means the condition that bears it,
  or that bears the nearest broader code. One that none bears is kept and told with its title, and is never the reason
  for a no: conditions bear the codes that sources show, not all that a disease may have. A code that there is not is an
  error. They are looked up where the library is there (`pip install '.[codes]'`, part of `'.[explorer]'`), in its
  release of April 2026; else a code is judged by its form alone, and the answer says so.
- `status` and `confirmedHow` of a diagnosis are lists: what is on them is so, and what is not stays open unless
  `statusComplete` or `confirmedHowComplete` says that nothing else is. Whoever `confirmedBy` names is the only one.
- An age in years alone is any of its twelve months; `ageMonths` or `birthDate` tell the month.
- A date is as exact as the chart: a day, a month (`2026-09`) or a year (`2026`). What it leaves open stays open. None
  lies after the day of the request.
- Rows of one drug for one use, each beginning at most 30 days after the end of another, are one course, whatever their
  brand or dose: its length is that of all of them, its outcome that of the last row that has one. `end` is the day of
  stopping; leave it out where the drug is still taken, in the last of several fills too.
- A dose is a number in a unit for a period (`per`, or `perDays`); without a period it is a single dose. What `together`
  names was taken all that time, with the same outcome where the whole failed or worked, and need not be listed again.
  A dose per kilogram and that of the patient follow from each other by `weightKg`; one per square meter by `heightCm`,
  too (Mosteller: the square root of height in cm times weight in kg over 3600).
- A `manner` is that of its row, and what is not said of a manner stays open. Of a course, the rows count that have the
  manner that a policy asks for, and its outcome where the row has it that tells the outcome.
- Of what is measured, the latest value on record counts unless a policy asks for another. `weightKg` and `heightCm` are
  of the day of the request: they give a body weight and a body mass index where `measurements` has none of that day.
  Results of a laboratory may stand in `labs` or in `measurements`, those of genes in `genetics` or in `biomarkers`.
  `measurementsComplete` and `biomarkersComplete` speak of both, `labsComplete` and `geneticsComplete` of these results
  alone, and where both are there, of these the narrower word counts. What `flares` says are events.
- `letter`, and `page` and `note` of a row, are for [letters](#for-a-letter) alone.
- A case never leaves your machine, also with `--endpoint`.
"""


def case() -> str:
    """The fields of a case, and its closed lists with what each word means and what else is taken for it."""
    parts = [_CASE.rstrip("\n"), "## Fields", fields(FIELDS, "")]
    for field in FIELDS:
        if field.fields:
            holds = "A list, of which each entry has" if field.many else "It has"
            parts += [f"### {field.key}", f"{field.help} {holds}:", fields(field.fields, f"{field.key}.")]
    parts += [
        "## For a letter",
        "A [dossier](dossier.md) also reads what no criterion asks. None of it is a fact of the chart: it stands in no "
        "other answer, not in the RDF of a case, and in YAML and JSON alone. Any row of a list may say:",
        fields(BESIDE, ""),
        f"### {LETTER.key}",
        f"{LETTER.help} It has:",
        fields(LETTER.fields, f"{LETTER.key}."),
        "## Words",
        "Some fields take one of a few words. What charts write for these is taken as the word where it surely means "
        "that; case, hyphens and spaces do not matter. What could mean several of them is refused. (The schema takes "
        "the word alone.)",
        f"Where nothing is known ({', '.join(sorted(NOT_KNOWN))}), leave the field out, or the entry that needs it. Of "
        "a yes or no, only `true` and `false` are taken.",
    ]
    for path, field in closed(FIELDS):
        parts.append(f"### Words of {path}")
        said = {word: [one for one, of in field.synonyms.items() if of == word] for word in field.choices}
        rows = [[f"`{word}`", field.meanings[word], ", ".join(said[word][1:])] for word in field.choices]
        parts.append(table(["word", "means", "taken as the word"], rows))
        if field.asks:
            refused = [(", ".join(same), why) for why, same in groupby(field.asks, key=field.asks.__getitem__)]
            parts.append("Refused:\n" + "\n".join(f"- {listed}, {why}" for listed, why in refused))
    return "\n\n".join(parts) + "\n"


_SORTS = {
    "text": "words",
    "code": "an ICD-10-CM code",
    "flag": "true or false",
    "count": "a whole number",
    "number": "a number",
    "value": "a number, or the name of a grade",
    "day": "a day",
    "date": "a day, a month or a year",
}


def fields(of: Iterable[Field], under: str) -> str:
    """A table of fields."""

    def sort(field: Field) -> str:
        if field.fields:
            return f"[{'a list' if field.many else 'fields'}](#{anchor(field.key)})"
        if field.type == "choice":
            return f"[one of a few words](#{anchor(f'Words of {under}{field.key}')})"
        if field.type == "name":
            kinds = " or ".join(re.sub(r"(?<=.)(?=[A-Z])", " ", kind).lower() for kind in field.kinds)
            return f"a list of names: {kinds}" if field.many else f"a name: {kinds}"
        if field.type in ("count", "number"):
            return f"{_SORTS[field.type]} from {field.low:f} to {field.high:f}"
        return _SORTS[field.type]

    def shown(field: Field) -> str:
        if field.fields or field.type in ("choice", "flag"):
            return ""
        return f"`{example(field, under + field.key).removeprefix('for example ')}`"

    def key(field: Field) -> str:
        return f"{', '.join(f'`{one}`' for one in (field.key, *field.aliases))}{' (needed)' if field.required else ''}"

    rows = [[key(field), sort(field), shown(field), field.help] for field in of]
    return table(["field", "holds", "such as", "what belongs there"], rows)


def closed(fields: Iterable[Field], under: str = "") -> Iterator[tuple[str, Field]]:
    """The fields that take one of a few words, by their paths."""
    for field in fields:
        if field.type == "choice":
            yield under + field.key, field
        yield from closed(field.fields, f"{under}{field.key}.")


def case_schema() -> str:
    """The JSON Schema of a case, as a file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def synthetic_population() -> str:
    """What is assumed of the synthetic populations."""
    return synthetic.page(table)


def cohorts() -> str:
    """The page of cohorts, with the tables of a population, between two marks, as the fields of a case are now."""
    rows = [
        [
            f"`{of.name}`",
            "a list" if of.is_list else "a row a patient",
            ", ".join(f"`{column.name}`" for column in of.columns),
        ]
        for of in TABLES.values()
    ]
    head, _, rest = (HERE / "cohorts.md").read_text(encoding="utf-8").partition(_TABLES)
    of_tables = table(["table", "rows", "columns beside `id`"], rows)
    return f"{head}{_TABLES}\n{of_tables}\n{_TABLES}{rest.partition(_TABLES)[2]}"


PAGES = {
    "case.md": case,
    "cohorts.md": cohorts,
    "coverage.md": coverage,
    "questions.md": questions,
    "synthetic-population.md": synthetic_population,
    "../ontology/case.schema.json": case_schema,
}


def write(folder: Path, pages: Mapping[str, str]) -> None:
    """Write files to a folder that holds no others."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name, text in written().items():
        (HERE.parent / "shapes" / "criteria" / name).write_text(text, encoding="utf-8")
    write(HERE / "criteria", kinds.pages())
    write(HERE / "coverage", coverage_pages())
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")

"""The skeleton of a policy's file: what is known filled in, and a TODO for each thing that is still to be read.

``payergraph lint`` reports every TODO, so that an unfinished file never passes for a finished one. The way from a
document to a file that passes is told in ``docs/add-a-policy.md``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from string import Template

import pyoxigraph as ox

from .. import terms
from ..criteria import either
from ..errors import NewPolicyError, UnknownName
from ..files import create as create_file
from ..files import reason
from ..locate import VARIABLE, is_installed, shown
from ..store.graph import Graph, data_files
from ..store.names import Names, names
from .lint.meanings import looks_like_a_brand
from .prefixes import declared, prefixes

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: What a new thing of a kind is called in Turtle, and the file of data/ that describes such things.
_HOMES = {
    "Payer": ("payer", "payers/payers.ttl"),
    "Drug": ("drug", "concepts/therapies.ttl"),
    "Condition": ("condition", "concepts/conditions.ttl"),
}
#: A brand stands for its drug.
_ASKED = {"Drug": ("Drug", "Product")}


#: What is said of a file that nobody may overwrite.
_TAKEN = "is there already; edit it, or choose another slug"


@dataclass(frozen=True)
class _Policy:
    """What is known of a policy before its document is read. Things are IRIs.

    Attributes:
        products: the brands that were named, where their drugs have others.
    """

    slug: str
    payer: str
    drugs: tuple[str, ...]
    products: tuple[str, ...]
    indications: tuple[str, ...]
    title: str | None
    effective: str | None
    secondary: bool
    complete: bool


def create(
    slug: str,
    data: Path,
    graph: Graph,
    *,
    payer: str,
    drugs: Sequence[str],
    indications: Sequence[str],
    title: str | None = None,
    effective: str | None = None,
    secondary: bool = False,
    complete: bool = False,
) -> Path:
    """Write ``policies/<slug>.ttl`` into a data folder, and return its path. Nothing is left of a file that fails.

    Args:
        payer, drugs, indications: names, as ``Names.resolve`` takes them; of a brand, its drug is meant, and a comment
            says how to limit the policy to the brand.
        effective: a day, month or year: 2026-01-31, 2026-01 or 2026.
        secondary: the document retells somebody else's policy.
        complete: all uses and all their criteria were seen; else what is not shown stays unknown.

    Raises:
        NewPolicyError: a name is unknown, the slug is taken or is none, or the folder belongs to the package.
    """
    if is_installed(data):
        raise NewPolicyError(
            f"the facts in {data} belong to the installed package; copy that folder, and name the copy in {VARIABLE}"
        )
    known = names(graph)
    _free(slug, data, graph)
    wanted = [(payer, "--payer", "Payer")]
    wanted += [(text, "--drug", "Drug") for text in drugs]
    wanted += [(text, "--indication", "Condition") for text in indications]
    found, unknown = defaultdict[str, list[str]](list), []
    for text, option, kind in wanted:
        try:
            found[option].append(known.resolve(text, _ASKED.get(kind, (kind,))))
        except UnknownName as error:
            unknown.append(_unknown(error, option, kind, data))
    if unknown:
        raise NewPolicyError("\n".join(unknown))
    named, uses = (tuple(dict.fromkeys(found[option])) for option in ("--drug", "--indication"))
    ingredients = tuple(dict.fromkeys(known.ingredient(iri) or iri for iri in named))
    # The only product of a drug is the drug.
    brands = tuple(iri for iri in named if not any(known.subsumes(iri, drug) for drug in ingredients))
    day = _partial_date(effective)
    policy = _Policy(slug, found["--payer"][0], ingredients, brands, uses, title, day, secondary, complete)
    return _write(skeleton(policy, known), data / "policies" / f"{slug}.ttl")


def _free(slug: str, data: Path, graph: Graph) -> None:
    if not _SLUG.fullmatch(slug):
        near = _slug(slug)
        raise NewPolicyError(
            f"{slug!r} is no slug; write small letters, digits and single hyphens{f', such as {near}' if near else ''}"
        )
    if terms.thing("source", slug).value == terms.CONCEPTS:
        raise NewPolicyError(f"{slug!r} is what all documents share, and no document; choose another slug")
    taken = next((p for p in data_files(data) if p.stem == slug and p.relative_to(data).parts[0] != "spans"), None)
    if taken:
        raise NewPolicyError(f"{shown(taken)} {_TAKEN}")
    rows = graph.rows(f"SELECT ?source WHERE {{ <{terms.thing('policy', slug).value}> pg:source ?source }}")
    if rows:
        document = terms.slug(rows[0]["source"].value)
        raise NewPolicyError(f"policy/{slug} is described in the document {document}; choose another slug")


def _slug(text: str) -> str:
    """A text as a slug; empty where it has neither letter nor digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def _unknown(error: UnknownName, option: str, kind: str, data: Path) -> str:
    """The sentence of a name that is unknown, with the line that would make it known."""
    said = f"{option}: {error}"
    if error.problem.startswith("is no ") and (slug := _slug(error.text)):
        prefix, home = _HOMES[kind]
        label = ox.Literal(error.text, language="en")
        line = f"{prefix}:{slug} a pg:{kind} ; skos:prefLabel {label} ."
        if kind == "Drug" and looks_like_a_brand(error.text):
            line = _PRODUCT.format(slug=slug, label=label)
        said += f"; if it is none of these, add to {shown(data / home)} the line {line}"
    return said


#: The lines of a brand, in one: what it is a brand of has to be filled in.
_PRODUCT = (
    "product:{slug} a pg:Product ; skos:prefLabel {label} ; skos:broader drug:its-nonproprietary-name . "
    'drug:its-nonproprietary-name a pg:Drug ; skos:prefLabel "its nonproprietary name"@en .'
)


def _partial_date(text: str | None) -> str | None:
    """A day, month or year as Turtle."""
    if text is None:
        return None
    for datatype, rest in (("date", ""), ("gYearMonth", "-01"), ("gYear", "-01-01")):
        try:
            date.fromisoformat(text + rest)
        except ValueError:
            continue
        if re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
            return f'"{text}"^^xsd:{datatype}'
    raise NewPolicyError(
        f"--effective {text!r} is no day, month or year; write 2026-01-31, 2026-01 or 2026, as exact as the document is"
    )


def _write(text: str, path: Path) -> Path:
    """The file, whole or not at all."""
    list(ox.parse(text, ox.RdfFormat.TURTLE))
    try:
        with suppress(FileExistsError):
            path.parent.mkdir()
        create_file(path, text.encode())
    except FileExistsError:
        raise NewPolicyError(f"{shown(path)} {_TAKEN}") from None
    except OSError as error:
        raise NewPolicyError(f"{shown(path)} cannot be written: {reason(error)}") from None
    return path


# --- the text -----------------------------------------------------------------------------------------------


def skeleton(policy: _Policy, known: Names) -> str:
    """The file's text: Turtle that can be loaded, and that lint finds unfinished."""
    payer, drug = known.label(policy.payer), either(map(known.label, policy.drugs), "and")
    return _template("policy.ttl").substitute(
        head=f"{payer}, {drug}. {_AUTHORITY[policy.secondary]}.",
        prefixes=declared(prefixes(policy.slug)),
        slug=policy.slug,
        payer=_name(policy.payer),
        drug=" , ".join(map(_name, policy.drugs)),
        products=_PRODUCTS.format(" , ".join(map(_name, policy.products))) if policy.products else "",
        title=ox.Literal(policy.title or "TODO: the title, as printed", language="en"),
        label=ox.Literal(f"{payer}, {drug}", language="en"),
        publisher=_PUBLISHER[policy.secondary].format(_name(policy.payer)),
        restates=_RESTATES if policy.secondary else "",
        authority="pg:Secondary" if policy.secondary else "pg:Primary",
        completeness=_SEEN[policy.complete],
        complete=str(policy.complete).lower(),
        today=date.today().isoformat(),
        dates=f"pg:effectiveDate {policy.effective} ;" if policy.effective else _UNDATED,
        rules=" , ".join(f"r:{terms.slug(indication)}" for indication in policy.indications),
        uses="\n".join(_rule(policy, indication, known) for indication in policy.indications),
    )


def _rule(policy: _Policy, indication: str, known: Names) -> str:
    return _template("rule.ttl").substitute(
        line=f"# --- {known.label(indication)} ".ljust(100, "-"),
        slug=terms.slug(indication),
        indication=_name(indication),
        completeness="pg:Complete" if policy.complete else "pg:Excerpt",
        rest=_REST[policy.complete],
    )


# What depends on whether the document retells another, and on whether it was seen whole.
_AUTHORITY = {True: "Secondary: retells the payer's policy", False: "Primary: the payer's own document"}
_PUBLISHER = {
    True: "# TODO: who wrote this document, a vendor or a payer:\n    # dcterms:publisher vendor:the-vendor ;",
    False: "dcterms:publisher {} ;",
}
_PRODUCTS = """
    # TODO: if the document speaks of these products alone, and not of others of the drug:
    # pg:product {} ;"""
_RESTATES = """
    # TODO: the policy that it retells, if data/policies/ has it:
    # pg:restates policy:the-policy ;"""
_SEEN = {
    True: "pg:Complete ;",
    False: 'pg:Excerpt ;\n    pg:completenessNote "TODO: what of the document was seen, and what was not" ;',
}
_UNDATED = """# TODO: the day, month or year from which it holds, if it is given:
    # pg:effectiveDate "2026-01-31"^^xsd:date ;   # or "2026-01"^^xsd:gYearMonth, or "2026"^^xsd:gYear"""
_REST = {
    True: """pg:ReviewerCriterion ;
    pg:judgement "TODO: what is asked, a criterion for each point in the place of this one" ;""",
    False: """pg:NotShownCriterion ;
    pg:notShown "TODO: what was not seen of what is asked; what was seen, as criteria beside this one" ;""",
}


def _template(name: str) -> Template:
    return Template((files(__package__) / "templates" / name).read_text(encoding="utf-8"))


def _name(iri: str) -> str:
    """A shared thing in Turtle: ``condition:caps``."""
    kind, slug = terms.local(iri).split("/", 1)
    return f"{kind}:{slug}" if re.fullmatch(r"[\w-]+", slug) else f"<{iri}>"

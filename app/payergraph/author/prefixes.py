"""The prefixes that a policy's file begins with, whatever of them it uses at first."""

from __future__ import annotations

from .. import terms

#: The kinds of shared things that a policy may name, each with its prefix.
SHARED = (
    *("source", "policy", "payer", "plan", "vendor", "drug", "product", "drug-class", "condition", "specialty", "lab"),
    *("observable", "grade"),
    *("unit", "finding", "gene", "infection", "attestation", "document", "interruption", "benefit", "line-of-business"),
    *("request-kind", "state", "aspect", "event", "biomarker", "method", "site"),
)
#: The kinds of things that the document owns, each with its prefix.
OWNED = {
    "rule": "r",
    "criterion": "c",
    "set": "set",
    "group": "group",
    "length": "length",
    "exclusion": "x",
    "statement": "s",
    "section": "sec",
}


def prefixes(slug: str) -> dict[str, str]:
    """The namespace of each prefix in the file of a document."""
    found = {prefix: terms.PREFIXES[prefix] for prefix in ("pg", "sh", "skos", "dcterms", "xsd")}
    found |= {kind: f"{terms.ID}{kind}/" for kind in SHARED}
    return found | {prefix: f"{terms.ID}{kind}/{slug}/" for kind, prefix in OWNED.items()}


def declared(spaces: dict[str, str]) -> str:
    """The lines that declare prefixes, in their order."""
    return "\n".join(f"@prefix {prefix}: <{iri}> ." for prefix, iri in spaces.items())

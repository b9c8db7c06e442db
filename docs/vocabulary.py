"""Write data/vocabulary/icd-10-cm.ttl: where the conditions stand in ICD-10-CM. `python docs/vocabulary.py`

After a change of the codes in data/concepts/conditions.ttl. Of the classification come only the chapters, the blocks
and the categories of three characters into which these codes fall; titles are its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox
import simple_icd_10_cm as icd

from payergraph import terms
from payergraph.locate import folder
from payergraph.store.graph import shipped
from payergraph.store.names import names

_HEAD = """\
# Where the conditions of data/concepts/conditions.ttl stand in ICD-10-CM: the chapters, blocks and categories into
# which their codes fall, and no others. A graph of its own. Made by `python docs/vocabulary.py`.
# skos:narrowMatch: whatever has a code of the category has the condition. skos:relatedMatch: what has some codes of the
# category has it. Neither says that the condition has no codes elsewhere. They are read by no rule and by no criterion.
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix condition: <https://w3id.org/payergraph/id/condition/> .
@prefix icd-10-cm: <https://w3id.org/payergraph/id/icd-10-cm/> .
@prefix vocabulary: <https://w3id.org/payergraph/id/vocabulary/> ."""


def target() -> Path:
    """The file that is written."""
    return folder("data") / "vocabulary" / "icd-10-cm.ttl"


def release() -> str:
    """The year and month of the release that the library holds; it tells them in the name of its list of codes."""
    found = re.search(r"([A-Z][a-z]+)-(\d{4})", icd.simple_icd_10_cm._all_codes_package_file_name)
    assert found is not None
    return datetime.strptime(found[0], "%B-%Y").strftime("%Y-%m")


def text() -> str:
    """The file."""
    known = names(shipped())
    within: defaultdict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for condition in known.of_kinds(("Condition",)):
        for code in known.codes(condition):
            within[code[:3]][condition].add(code)
    matches: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for category, coded in within.items():
        for condition, codes in coded.items():
            holds = category in codes and all(known.subsumes(condition, other) for other in coded)
            matches[condition]["narrowMatch" if holds else "relatedMatch"].append(category)
    categories = sorted(within)
    blocks = {one: icd.get_parent(one) for one in categories}
    chapters = {block: icd.get_parent(block, prioritize_blocks=True) for block in sorted(set(blocks.values()))}

    found = [_HEAD, "# --- Where it comes from --", _scheme(), "# --- Chapters --"]
    found += [_concept(f"chapter-{one}", one, None) for one in sorted(set(chapters.values()), key=int)]
    found += ["# --- Blocks --"]
    found += [_concept(f"block-{block}", block, f"chapter-{chapter}") for block, chapter in chapters.items()]
    found += ["# --- Categories --", *(_concept(one, one, f"block-{blocks[one]}") for one in categories)]
    found += ["# --- Conditions --"]
    for condition, of in sorted(matches.items()):
        said = [f"skos:{match} {' , '.join(f'icd-10-cm:{one}' for one in sorted(of[match]))}" for match in sorted(of)]
        found.append(f"condition:{terms.slug(condition)} " + " ;\n    ".join(said) + " .")
    return "\n\n".join(f"{one:-<99}" if one.startswith("# --- ") else one for one in found) + "\n"


def _scheme() -> str:
    return f"""\
vocabulary:icd-10-cm a skos:ConceptScheme , prov:Entity ;
    skos:prefLabel "ICD-10-CM, as far as the conditions here fall into it"@en ;
    dcterms:publisher "National Center for Health Statistics"@en ;
    dcterms:source <https://www.cdc.gov/nchs/icd/icd-10-cm/files.html> ;
    dcterms:date "{release()}"^^xsd:gYearMonth ;
    prov:wasDerivedFrom <https://pypi.org/project/simple-icd-10-cm/{version("simple-icd-10-cm")}/> ."""


def _concept(name: str, code: str, broader: str | None) -> str:
    is_block = name.startswith("block-")
    # The title of a chapter and of a block ends in its first and last category, so that it is like no category's.
    title = icd.get_description(code, prioritize_blocks=is_block)
    return f"""\
icd-10-cm:{name} a skos:Concept ;
    skos:inScheme vocabulary:icd-10-cm ;
    dcterms:identifier "{code}" ;
    skos:prefLabel {ox.Literal(title, language="en")} ;
    {f"skos:broader icd-10-cm:{broader}" if broader else "skos:topConceptOf vocabulary:icd-10-cm"} ."""


if __name__ == "__main__":
    target().parent.mkdir(exist_ok=True)
    target().write_text(text(), encoding="utf-8")

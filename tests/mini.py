"""Small policies of anakinra, written for a test, beside the concepts and payers that ship."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from payergraph.chart.case import parse_case
from payergraph.locate import folder
from payergraph.store.graph import LocalGraph, load
from payergraph.verdict.answers import Answers
from payergraph.verdict.determination import determine

_PREFIXES = """@prefix pg: <https://w3id.org/payergraph/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix id: <https://w3id.org/payergraph/id/> .
@prefix c: <https://w3id.org/payergraph/id/criterion/test/> .
@prefix x: <https://w3id.org/payergraph/id/exclusion/test/> .
@prefix r: <https://w3id.org/payergraph/id/rule/test/> .
@prefix set: <https://w3id.org/payergraph/id/set/test/> .
@prefix group: <https://w3id.org/payergraph/id/group/test/> .
@prefix condition: <https://w3id.org/payergraph/id/condition/> .
@prefix finding: <https://w3id.org/payergraph/id/finding/> .
@prefix drug: <https://w3id.org/payergraph/id/drug/> .
@prefix product: <https://w3id.org/payergraph/id/product/> .
@prefix drug-class: <https://w3id.org/payergraph/id/drug-class/> .
@prefix state: <https://w3id.org/payergraph/id/state/> .
@prefix plan: <https://w3id.org/payergraph/id/plan/> .
@prefix manner: <https://w3id.org/payergraph/id/manner/> .
@prefix specialty: <https://w3id.org/payergraph/id/specialty/> .
"""
#: Criteria of several kinds, for a tree to be made of.
LEAVES = """
c:no-gout a pg:NoneOf ; pg:parts ( c:gout ) ; @@ .
c:gout a pg:DiagnosisCriterion ; pg:conditions set:gout ; @@ .
set:gout a pg:ConceptSet ; skos:prefLabel "gout"@en ; pg:member condition:gout .
c:adult a pg:AgeCriterion ; pg:minimumAge 18 ; @@ .
c:heavy a pg:WeightCriterion ; pg:minimumWeightKg 40.0 ; @@ .
c:liked a pg:FormularyCriterion ; pg:formularyStatus pg:Preferred ; @@ .
c:specialist a pg:PrescriberCriterion ; pg:specialties set:specialist ; @@ .
set:specialist a pg:ConceptSet ; skos:prefLabel "specialist"@en ; pg:member specialty:rheumatology .
"""


def policy(
    *rules: str,
    excludes: tuple[str, ...] = (),
    more: str = "",
    slug: str = "test",
    about: str = "pg:drug drug:anakinra",
) -> str:
    """The Turtle of a policy of Cigna. A rule is ``use``, or ``use criterion``, or ``use criterion plan``.

    Where a rule names no criterion, being asked for is all that it asks. A use is a condition, or ``set:name``; what is
    excluded too.
    """
    text = [_PREFIXES.replace("/test/", f"/{slug}/")]
    place = f'pg:section <https://w3id.org/payergraph/id/section/{slug}/one> ; pg:locator "nowhere"'
    text.append(
        f"""<https://w3id.org/payergraph/id/source/{slug}> a pg:SourceDocument ; dcterms:title "{slug}"@en ;
            dcterms:publisher <https://w3id.org/payergraph/id/payer/cigna> ; pg:authority pg:Primary ;
            pg:completeness pg:Complete .
        <https://w3id.org/payergraph/id/section/{slug}/one> a pg:Section ; skos:prefLabel "one"@en ; pg:position 1 ;
            pg:sectionOf <https://w3id.org/payergraph/id/source/{slug}> .
        <https://w3id.org/payergraph/id/policy/{slug}> a pg:CoveragePolicy ; skos:prefLabel "{slug}"@en ;
            pg:payer <https://w3id.org/payergraph/id/payer/cigna> ; {about} ; pg:authority pg:Primary ;
            pg:indicationsComplete true ."""
    )
    of = f"<https://w3id.org/payergraph/id/policy/{slug}>"
    for number, rule in enumerate(rules):
        use, criterion, plan = (*rule.split(), "", "")[:3]
        asked = "use" if ":" not in use else "uses"
        use = use if ":" in use else f"condition:{use}"
        text.append(
            f"""{of} pg:coverageRule r:{number} .
            r:{number} a pg:CoverageRule ; pg:indication {use} ; pg:completeness pg:Complete ;
                pg:initialCriteria c:root-{number} ; {place} {f"; pg:plan plan:{plan}" if plan else ""} .
            c:root-{number} a pg:AllOf ; sh:and ( c:use-{number} {criterion} ) ; {place} .
            c:use-{number} a pg:UseCriterion ; pg:{asked} {use} ; {place} ."""
        )
    for use in excludes:
        named, out = f"x:{use.rpartition(':')[2]}", use if ":" in use else f"condition:{use}"
        text.append(
            f"""{of} pg:exclusion {named} .
            {named} a pg:Exclusion ; pg:indication {out} ; pg:reason "It is not covered."@en ; {place} ."""
        )
    return "\n".join([*text, more.replace("@@", place)])


def data(target: Path, *texts: str, concepts: str = "") -> Path:
    """A data folder with these policies, each in the file that its document is called after, and more concepts."""
    for name in ("concepts", "payers"):
        shutil.copytree(folder("data") / name, target / name, dirs_exist_ok=True)
    if concepts:
        (target / "concepts" / "test.ttl").write_text(_PREFIXES + concepts, encoding="utf-8")
    (target / "policies").mkdir(exist_ok=True)
    for text in texts:
        slug = text.split("/id/criterion/")[1].split("/")[0]
        (target / "policies" / f"{slug}.ttl").write_text(text, encoding="utf-8")
    return target


_LAW = """@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix s: <https://w3id.org/payergraph/id/statement/law/> .
@prefix sec: <https://w3id.org/payergraph/id/section/law/> .
@prefix source: <https://w3id.org/payergraph/id/source/> .
source:law a pg:SourceDocument ; dcterms:title "law"@en ; dcterms:publisher payer:cigna ; pg:authority pg:Primary ;
    pg:completeness pg:Complete .
sec:one a pg:Section ; skos:prefLabel "one"@en ; pg:position 1 ; pg:sectionOf source:law .
"""
_OF_LAWS = (
    *("aspect", "unit", "payer", "program", "publication", "request-kind", "line-of-business"),
    *("clock-event", "day-rule", "silence-effect"),
)


def laws(target: Path, *said: str, policies: tuple[str, ...] = ()) -> LocalGraph:
    """The ladders and regulators that ship, what a document says, ``about aspect more`` each, and policies."""
    prefixes = "".join(f"@prefix {kind}: <https://w3id.org/payergraph/id/{kind}/> .\n" for kind in _OF_LAWS)
    text = _PREFIXES + prefixes + _LAW
    for number, one in enumerate(said):
        about, aspect, more = one.split(" ", 2)
        text += f"""s:{number} a pg:Statement ; pg:about {about} ; pg:aspect aspect:{aspect} ; {more} ;
            dcterms:description "Statement {number}."@en ; pg:section sec:one ; pg:locator "{number}" .
"""
    made = data(target, *policies)
    (made / "regulators").mkdir(exist_ok=True)
    for name in ("regulators.ttl", "ladders.ttl"):
        shutil.copy(folder("data") / "regulators" / name, made / "regulators")
    (made / "regulators" / "law.ttl").write_text(text, encoding="utf-8")
    return load(data=made)


def graph(target: Path, *texts: str, concepts: str = "") -> LocalGraph:
    """The same, loaded."""
    return load(data=data(target, *texts, concepts=concepts))


def answers(of: LocalGraph, case: dict[str, Any], **options: Any) -> Answers:
    """What the policies say to a case of anakinra of 2026-10-01."""
    whole = {"drug": "anakinra", "requestDate": "2026-10-01", **case}
    return determine(parse_case(json.dumps(whole), of), of, **options)

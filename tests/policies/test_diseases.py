"""Which diseases a rule covers, as it is judged."""

from __future__ import annotations

import mini
import pytest

from payergraph import terms
from payergraph.policies.diseases import as_labeled
from payergraph.policies.library import policies
from payergraph.store.graph import LocalGraph, shipped

PARTS = {"fcas", "muckle-wells-syndrome", "nomid"}
#: The conditions of a diagnosis asked for beside the use CAPS, and what of it that names and covers.
LISTS: dict[str, tuple[str, set[str], set[str]]] = {
    "parts": ("condition:fcas , condition:nomid", {"fcas", "nomid"}, {"fcas", "nomid"}),
    "whole": ("condition:caps", {"caps"}, PARTS),
    "whole-and-parts": ("condition:caps , condition:fcas", {"caps", "fcas"}, PARTS),
    "broader": ("condition:periodic-fever-syndrome", {"caps"}, PARTS),
    "another": ("condition:rheumatoid-arthritis", {"caps"}, PARTS),
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    texts = [
        mini.policy(
            "caps c:diagnosis",
            slug=name,
            more="c:diagnosis a pg:DiagnosisCriterion , sh:NodeShape ; pg:conditions set:them ; @@ . "
            f'set:them a pg:ConceptSet ; skos:prefLabel "them"@en ; pg:member {members} .',
        )
        for name, (members, _, _) in LISTS.items()
    ]
    return mini.graph(tmp_path_factory.mktemp("diseases"), *texts, mini.policy("caps", slug="none"))


def slugs(iris: frozenset[str]) -> set[str]:
    return {terms.slug(iri) for iri in iris}


@pytest.mark.parametrize("name", LISTS)
def test_a_rule_covers_what_its_diagnoses_name_of_its_use(name: str, graph: LocalGraph) -> None:
    read = policies(graph)
    [rule] = read[name].rules
    _, named, covered = LISTS[name]
    assert (slugs(read.diseases.named(rule)), slugs(read.diseases.covered(rule))) == (named, covered)


def test_a_rule_without_a_diagnosis_covers_its_use(graph: LocalGraph) -> None:
    read = policies(graph)
    [rule] = read["none"].rules
    assert slugs(read.diseases.named(rule)) == {"caps"} and slugs(read.diseases.covered(rule)) == PARTS


@pytest.mark.parametrize("name", ["parts", "whole", "whole-and-parts"])
@pytest.mark.parametrize("disease", sorted(PARTS))
def test_the_judge_says_the_same(name: str, disease: str, graph: LocalGraph) -> None:
    case = {"indication": "caps", "diagnoses": [{"condition": disease}], "diagnosesComplete": True}
    [item] = mini.answers(graph, case, policy=name)
    [rule] = policies(graph)[name].rules
    assert (item.outcome == "met") is (disease in slugs(policies(graph).diseases.covered(rule)))


def test_the_ends_of_a_disease_are_the_narrowest_that_it_holds(graph: LocalGraph) -> None:
    ends = policies(graph).diseases.ends
    caps, nomid = (f"{terms.ID}condition/{slug}" for slug in ("caps", "nomid"))
    assert slugs(ends(caps)) == PARTS and ends(nomid) == {nomid}


def test_some_rules_cover_whatever_the_label_has() -> None:
    found = [rule.id for policy in policies(shipped()).all for rule in policy.rules if as_labeled(rule)]
    assert "oklahoma-soonercare-tim-criteria-2015-2019/anakinra-2019" in found and len(found) < 20
    assert not any(rule.startswith("cigna-ip0243/") for rule in found)

"""All policies and labels of a graph, read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import replace

from .. import terms
from ..criteria import KINDS, Parameters
from ..errors import CallError
from ..store.graph import Graph
from ..store.names import names
from ..store.once import once_a_graph
from .described import Described
from .diseases import Diseases
from .model import Criterion, Policy
from .reading import Reader
from .speaking import speaks_of
from .uses import Uses


class Policies:
    """All policies and labels of a graph.

    Attributes:
        all: the payers' policies, by IRI.
        labels: the drugs' labels, by IRI.
        uses: what each of them says of a use.
        diseases: which diseases their rules cover.
    """

    def __init__(self, graph: Graph) -> None:
        described, known = Described(graph), names(graph)
        reader = Reader(described, known)
        self.all = reader.of_class("CoveragePolicy")
        self.labels = reader.of_class("DrugLabel")
        self.uses = Uses(known, described.sets)
        self._names = known
        self._about = defaultdict[str, list[Policy]](list)
        for policy in self.all:
            for drug in policy.drugs:
                self._about[drug].append(policy)
        self._labels_about = defaultdict[str, set[Policy]](set)
        for label in self.labels:
            for asked in label.products or label.drugs:
                self._labels_about[known.ingredient(asked) or asked].add(label)
        self.diseases = Diseases(known, described.sets.members)
        self._sets = described.sets
        self._criteria = reader.criteria
        self._sentence = reader.sentence
        self._by_id = {policy.id: policy for policy in self.all}

    def __getitem__(self, policy_id: str) -> Policy:
        return self._by_id[policy_id]

    def __contains__(self, policy_id: object) -> bool:
        return policy_id in self._by_id

    @property
    def ids(self) -> Iterable[str]:
        """The ids of all policies."""
        return self._by_id

    @property
    def every(self) -> tuple[Policy, ...]:
        """The policies, and behind them the labels."""
        return (*self.all, *self.labels)

    def criterion(self, iri: str) -> Criterion | None:
        """The criterion of this IRI, if some policy or label asks for it."""
        return self._criteria.get(iri)

    def changed(self, leaf: Criterion, parameters: Parameters) -> Criterion:
        """A criterion that is no connective with other parameters, under an id of its own."""
        kind = KINDS[leaf.kind]
        said = self._sentence(kind, parameters)
        return replace(leaf, id=f"{leaf.id} changed", iri=f"{leaf.iri}-changed", parameters=parameters, summary=said)

    def of_drug(self, asked: str) -> tuple[Policy, ...]:
        """The policies that speak, or may speak, of a drug or a product, given by IRI."""
        about = self._about.get(self._names.ingredient(asked) or asked, ())
        return tuple(policy for policy in about if speaks_of(policy, asked, self._names) is not False)

    def labels_of(self, policy: Policy) -> tuple[Policy, ...]:
        """The labels of what a policy speaks of."""
        about = set[Policy]().union(*(self._labels_about.get(drug, ()) for drug in policy.drugs))
        return tuple(
            label
            for label in sorted(about, key=lambda label: label.iri)
            if any(speaks_of(policy, asked, self._names) is not False for asked in label.products or label.drugs)
        )

    def asked_of(self, drug: str) -> tuple[Policy, ...]:
        """The policies for a drug that a call names, by IRI.

        Raises:
            CallError: the graph has none.
        """
        found = self.of_drug(drug)
        if not found:
            known = ", ".join(sorted({terms.slug(one) for policy in self.all for one in policy.drugs}))
            raise CallError("drug", f"{terms.slug(drug)!r} has no policy in the graph; those with one are {known}")
        return found

    def signature(self, criterion: Criterion) -> Hashable:
        """What a tree asks, without its names: trees of equal signature have equal states for every case."""
        return self._sets.signature(criterion)

    def members(self, iri: str) -> tuple[str, ...]:
        """The members of a concept set or a therapy group, in the order of their IRIs; none of anything else."""
        return self._sets.members(iri)

    def is_open(self, iri: str) -> bool:
        """Whether a set is a list of therapies that its document leaves open, and others may count."""
        return self._sets.is_open(iri)


@once_a_graph
def policies(graph: Graph) -> Policies:
    """The policies of a graph, read once."""
    return Policies(graph)

"""The newest edition that the graph has of each policy."""

from __future__ import annotations

from ...policies.model import Policy, policies
from ...store.graph import Graph


def newest(graph: Graph) -> tuple[Policy, ...]:
    """The policies that no other edition in the graph replaces."""
    read = policies(graph)
    replaced = {old for policy in read.all for old in policy.supersedes}
    return tuple(policy for policy in read.all if policy.iri not in replaced)

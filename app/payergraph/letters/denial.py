"""A reason for a denial, and what chart, policy, label, guidelines, law and other payers say to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from .. import terms
from ..chart.case import Case
from ..choice import Authority
from ..criteria import Status
from ..errors import CallError, UnknownName
from ..near import hint_or
from ..policies.library import policies
from ..policies.model import Criterion, Policy
from ..policies.speaking import speaks_of
from ..policies.words import wanted
from ..store.facts import facts
from ..store.graph import LocalGraph
from ..store.names import Names, names
from ..verdict.answers import Determination, Outcome
from ..verdict.determination import by_label, determine
from ..verdict.fold import leaves
from .points import Point, points
from .said import Asked, Said, binds, fits, guidelines, law, of_payer, statements

#: The kinds of criteria for whose denials the law of step therapy is looked up.
_STEPS = frozenset(("PriorTherapyCriterion", "NoPriorTherapyCriterion"))
_TO_DENIALS = ("denial-answer", "denial-document")


@dataclass(frozen=True)
class Reason:
    """A reason for which payers deny.

    Attributes:
        kinds: the kinds of criteria that it contests; all where empty.
    """

    iri: str
    label: str
    definition: str
    kinds: frozenset[str]

    def contests(self, criterion: Criterion) -> bool:
        """Whether it contests a leaf of a tree."""
        return not self.kinds or criterion.kind in self.kinds


@dataclass(frozen=True)
class Labeled:
    """What the label of the drug says to the case.

    Attributes:
        outcome: *met* where the patient is one for whom the label names the use, as far as the chart shows.
        points: what the label asks.
        contested: those of them that are of the kinds that the reason contests.
        not_computed: what of what it asks no program judges, each with its place in the label.
    """

    label: Policy
    indication: str
    outcome: Outcome
    place: str
    complete: bool
    points: tuple[Point, ...]
    contested: tuple[Point, ...]
    not_computed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Peer:
    """Another payer's document on the same drug and use, seen whole.

    Attributes:
        asks: what it asks of the kinds that the reason contests, with its place; nothing where it does not.
        status: whether the chart meets that; None where nothing is asked.
    """

    policy: Policy
    place: str
    asks: tuple[Point, ...]
    status: Status | None


@dataclass(frozen=True)
class Denial:
    """A denial for one reason, and what is to be said to it.

    Attributes:
        contested: the points of the policy that the reason contests.
        settling: of what is not documented or not met of them, what would settle it, with its place.
        answers: how sources say to answer it; ``documents`` what they say to send, and whether the packet has it.
        policy: what the policy or its payer says of exceptions.
        labels, guidelines, law: what they say; ``law`` is that of the state, and ``binding`` of it what a letter may
            tell without that the chart shows a ground.
        law_note: why no law is told; empty where some is, or none is asked for.
        peers: the other payers' documents that were seen whole.
    """

    reason: Reason
    contested: tuple[Point, ...]
    settling: tuple[tuple[str, str], ...]
    answers: tuple[Said, ...]
    documents: tuple[tuple[Said, str, bool], ...]
    policy: tuple[Said, ...]
    labels: tuple[Labeled, ...]
    guidelines: tuple[Said, ...]
    law: tuple[Said, ...]
    binding: tuple[Said, ...]
    law_note: str
    peers: tuple[Peer, ...]

    @property
    def shown(self) -> tuple[Point, ...]:
        """The contested points that the chart meets."""
        return tuple(point for point in self.contested if point.status is Status.MET)

    @property
    def without(self) -> tuple[Peer, ...]:
        """The other documents that do not ask this."""
        return tuple(peer for peer in self.peers if not peer.asks)


def reason_of(graph: LocalGraph, text: str) -> Reason:
    """The reason that a text names.

    Raises:
        CallError: there is none; the nearest are named, or all.
    """
    known = names(graph)
    described = facts(graph, "?s a pg:DenialReason")
    try:
        iri = known.resolve(text, ["DenialReason"])
    except UnknownName as error:
        words = text.casefold().replace("-", " ").split()
        slugs = sorted(map(known.slug, described))
        near = error.nearest or [slug for slug in slugs if words and all(word in slug.split("-") for word in words)]
        more = hint_or(near, f"expected {' or '.join(slugs)}")
        raise CallError("denial", f"{text!r} is no reason for a denial; {more}") from None
    said = described[iri]
    kinds = frozenset(map(terms.local, said.texts("concernsKind")))
    return Reason(iri, known.label(iri), said.text(terms.SKOS + "definition"), kinds)


def asked_of(case: Case, item: Determination) -> Asked:
    """What a statement has to speak of to hold for a request."""
    return Asked(
        drug=case.asked,
        use=case.indication or item.indication,
        payer=item.policy.payer,
        policy=item.policy.iri,
        plan=case.plan or "",
        state=case.state or "",
    )


def labeled(graph: LocalGraph, case: Case, item: Determination, reason: Reason | None = None) -> tuple[Labeled, ...]:
    """What the labels of the drug say to the case; of a label without the use, that it does not name it."""
    found = []
    for label in policies(graph).labels_of(item.policy):
        if speaks_of(label, case.asked, names(graph)) is False:
            continue
        for one in by_label(case, graph, label):
            rule, told = one.rule, points(case, one)
            contested = _contested(one, told, reason) if reason else ()
            place = rule.locator if rule else ""
            complete = rule.complete if rule else label.indications_complete
            left = tuple(_not_computed(one))
            found.append(Labeled(label, one.indication, one.outcome, place, complete, told, contested, left))
    return tuple(found)


def _not_computed(item: Determination) -> Iterable[tuple[str, str]]:
    """What is left out of that on which *met* rests, each with its place, once."""
    found = {leaf.criterion.id: leaf.criterion for leaf in leaves(item.root)} if item.root else {}
    return dict.fromkeys((found[name].not_computed, found[name].locator) for name in item.not_computed)


def contest(graph: LocalGraph, case: Case, item: Determination, reason: str) -> Denial:
    """What is to be said to a denial of a case under a policy for a reason, given by name.

    Raises:
        CallError: there is no such reason; the nearest are named.
    """
    of = reason_of(graph, reason)
    asked = asked_of(case, item)
    contested = _contested(item, points(case, item), of)
    of_leaves = {name for point in contested for name in point.leaves}
    steps = bool(of.kinds & _STEPS) or (not of.kinds and _asks_steps(item))
    rules = law(graph, asked) if steps else []
    return Denial(
        reason=of,
        contested=contested,
        settling=tuple(_settling(item, of_leaves)),
        answers=tuple(_to_the_denial(graph, asked, of, "denial-answer")),
        documents=tuple(_documents(graph, case, asked, of)),
        policy=tuple(of_payer(graph, asked)) if steps else (),
        labels=labeled(graph, case, item, of),
        guidelines=tuple(guidelines(graph, asked)),
        law=tuple(rules),
        binding=tuple(one for one in rules if binds(graph, asked, one)),
        law_note=_law_note(case, names(graph)) if steps and not rules else "",
        peers=_peers(graph, case, item, asked, of),
    )


def _contested(item: Determination, told: Iterable[Point], reason: Reason) -> tuple[Point, ...]:
    if item.root is None:
        return ()
    wanted_of = {leaf.id for leaf in item.root.criterion.leaves if reason.contests(leaf)}
    return tuple(point for point in told if wanted_of.intersection(point.leaves))


def _asks_steps(item: Determination) -> bool:
    return item.root is not None and any(leaf.kind in _STEPS for leaf in item.root.criterion.leaves)


def _settling(item: Determination, of_leaves: Collection[str]) -> Iterable[tuple[str, str]]:
    """What is missing of the contested points, and what decides that they are not met."""
    if item.root is None:
        return
    root = item.root.criterion
    known = {leaf.criterion.id: leaf.criterion for leaf in leaves(item.root)}
    for name in dict.fromkeys((*item.blocking, *item.missing)):
        if name in of_leaves:
            yield wanted(root, known[name]), known[name].locator


def _to_the_denial(graph: LocalGraph, asked: Asked, reason: Reason, aspect: str) -> Iterable[Said]:
    """What sources say to a reason: of this drug and payer, or, where none does, of others, which they name."""
    found = [one for one in statements(graph) if one.aspect == aspect and reason.iri in (one.about, *one.scopes)]
    own = [one for one in found if fits(graph, asked, one.scopes)]
    return {one.text: one for one in own or found}.values()


def _documents(graph: LocalGraph, case: Case, asked: Asked, reason: Reason) -> Iterable[tuple[Said, str, bool]]:
    known = names(graph)
    packet = [terms.thing("document", slug).value for slug in case.record().get("documents", ())]
    for one in _to_the_denial(graph, asked, reason, "denial-document"):
        what = f"{known.label(one.value)} ({one.detail})" if one.detail else known.label(one.value)
        yield one, what, any(known.subsumes(one.value, has) for has in packet)


def _law_note(case: Case, known: Names) -> str:
    if case.state is None:
        return "The chart names no state, so no law of a state was looked up."
    return f"The graph holds nothing of the law of {known.label(case.state)} on step therapy."


def _peers(graph: LocalGraph, case: Case, item: Determination, asked: Asked, reason: Reason) -> tuple[Peer, ...]:
    """The other payers' own documents in force that show all they ask for the drug and the use."""
    elsewhere = replace(case, payer=None, plan=None)
    known = names(graph)
    found: defaultdict[str, list[Determination]] = defaultdict(list)
    for one in determine(elsewhere, graph, request=item.request, authority=Authority.PRIMARY):
        other_use = not (known.subsumes(one.indication, asked.use) or known.subsumes(asked.use, one.indication))
        if one.policy.payer != item.policy.payer and not other_use:
            found[one.policy.id].append(one)
    peers = []
    for some in found.values():
        if all(one.rule is not None and one.rule.complete and one.root is not None for one in some):
            peers.append(_peer(elsewhere, some, reason))
    return tuple(sorted(peers, key=lambda peer: (bool(peer.asks), peer.policy.label.casefold(), peer.policy.id)))


def _peer(case: Case, some: list[Determination], reason: Reason) -> Peer:
    """What one document asks; of several sets of criteria, where any asks it, and the least that the chart shows."""
    asks = {one: _contested(one, points(case, one), reason) for one in some}
    held = [point for told in asks.values() for point in told]
    status = min((point.status for point in held), key=lambda status: status.rank, default=None)
    first = some[0].rule
    assert first is not None
    return Peer(some[0].policy, first.locator, tuple(held), status)

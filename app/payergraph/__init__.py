"""A knowledge graph of what US payers ask for before they pay for a drug, and the check of a case against it.

>>> import payergraph
>>> comparison = payergraph.compare(drug="anakinra", indication="rheumatoid arthritis", payers=["cigna", "molina"])
>>> [column.title for column in comparison.columns]
['Cigna IP0243, Anakinra', 'Molina coverage guideline, Kineret']
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .choice import Authority, Request
    from .comparison import Comparison
    from .determination import Answers
    from .store import LocalGraph

__version__ = "0.1.0"


def graph(endpoint: str | None = None) -> LocalGraph:
    """The graph that ships with this version, read once (0.2 s), or the one at a SPARQL endpoint, fetched once.

    Raises:
        payergraph.endpoint.EndpointError: the address cannot be used; one sentence says why.
        payergraph.sparql.LimitReached: it takes too long or says too much.
    """
    if endpoint is not None:
        from .endpoint import fetched

        return fetched(endpoint)
    from .store import shipped

    return shipped()


def check(
    case: Path | str,
    *,
    request: Request | str | None = None,
    authority: Authority | str = "primary",
    endpoint: str | None = None,
) -> Answers:
    """Check a case file against every policy for its drug, in the latest edition known on the day of the request.

    With an ``endpoint`` the policies are fetched from there; the case is judged here, and no part of it is sent.

    Args:
        request: ``initial`` or ``continuation``, instead of the case's own.
        authority: ``primary``, the payers' own documents; or ``all``, retellings too.

    Returns:
        A list of determinations; its ``unanswered`` says what the documents in scope do not answer, and which would.

    Raises:
        payergraph.case.CaseError: the file is not a case; one sentence says what and where.
        payergraph.choice.CallError: a word is none of its list.
    """
    from .case import read_case
    from .determination import determine

    on = graph(endpoint)
    return determine(read_case(Path(case), on), on, request=request, authority=authority)


def compare(
    *,
    drug: str,
    indication: str,
    request: Request | str = "initial",
    payers: Sequence[str] = (),
    authority: Authority | str = "primary",
    as_of: date | str | None = None,
    label: bool = False,
    endpoint: str | None = None,
) -> Comparison:
    """Compare what payers ask for a drug and an indication, named by slug, label, brand or code.

    Args:
        request: ``initial`` or ``continuation``.
        payers: only these; all where empty.
        authority: ``primary``, the payers' own documents; or ``all``, retellings too.
        as_of: the day whose editions are compared, also as ISO text; today by default.
        label: whether the FDA label stands beside them, as the first column.

    Raises:
        payergraph.concepts.UnknownName: a name is not in the graph; the nearest are named.
        payergraph.choice.CallError: a word is none of its list, the payers are one text, the day is none, or the graph
            has no policy for the drug.
    """
    from .choice import several
    from .comparison import compare as compare_iris
    from .concepts import names

    on = graph(endpoint)
    resolve = names(on).resolve
    return compare_iris(
        on,
        drug_iri(drug, endpoint),
        resolve(indication, ["Condition"]),
        request=request,
        payers=[resolve(payer, ["Payer"]) for payer in several(payers, "payers")],
        authority=authority,
        as_of=as_of,
        label=label,
    )


def drug_iri(text: str, endpoint: str | None = None) -> str:
    """The drug that a name means; a brand means its drug.

    Raises:
        payergraph.concepts.UnknownName: no drug or product has this name.
    """
    from .concepts import names

    known = names(graph(endpoint))
    found = known.resolve(text, ["Drug", "Product"])
    return known.ingredient(found) or found

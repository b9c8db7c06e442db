"""A population asked of the policies of a drug, from what somebody says to the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ..choice import Authority, EngineName, Request
from ..errors import CallError
from ..near import hint_or, slips
from ..policies.editions import in_scope
from ..policies.library import policies
from ..policies.speaking import speaks_of, subject
from ..store.graph import LocalGraph
from ..store.names import names
from .answer import Cohort
from .engines import Engine, Spark
from .run import Progress, Run, silent
from .scope import Asked
from .sources import Source


def ask(
    source: Source,
    into: Path,
    graph: LocalGraph,
    *,
    drug: str,
    indication: str | None = None,
    request: Request = Request.INITIAL,
    payer: str | None = None,
    policy: Sequence[str] = (),
    authority: Authority = Authority.PRIMARY,
    day: date | None = None,
    engine: EngineName = EngineName.DUCKDB,
    processes: int | None = None,
    progress: Progress = silent,
) -> Cohort:
    """Ask the charts of a population of the policies of a drug, or go on with it where it was interrupted.

    Args:
        into: a folder for the facts, states, determinations and tables.
        drug, indication, payer: IRIs.
        policy: the ids of the policies; those of the drug in force on the day where there are none.
        day: of the requests that name none, and whose editions count; today where absent.
        processes: how many read charts at once; as many as there are cores where absent.

    Raises:
        CohortError: the population or the folder is not as it has to be; a sentence a fault.
        CallError: a policy is unknown or about another drug, or none is in force.
        FileError: a file cannot be read or written.
        MissingExtra: a library is not installed.
    """
    day = day or date.today()
    asked = Asked(drug, indication, request, day, _policies(graph, drug, payer, policy, authority, day))
    run = Run.begin(source, asked, graph, into)
    run.take_in(processes=processes, progress=progress)
    run.judge(_engine(engine), progress=progress)
    found = Cohort(run)
    found.write()
    return found


def _engine(name: EngineName) -> Engine | None:
    return Spark() if name is EngineName.SPARK else None


def _policies(
    graph: LocalGraph, drug: str, payer: str | None, chosen: Sequence[str], authority: Authority, day: date
) -> tuple[str, ...]:
    known, read = names(graph), policies(graph)
    if not chosen:
        found = tuple(policy.id for policy in in_scope(graph, drug, payer, authority, day))
        if not found:
            raise CallError("drug", f"{known.slug(drug)} has no policy that is in force on {day} and in scope")
        return found
    for name in chosen:
        if name not in read:
            near = hint_or(slips(name, read.ids), "`payergraph query editions_of_policies` lists them")
            raise CallError("policy", f"{name!r} is no policy of the graph; {near}")
        if speaks_of(read[name], drug, known) is False:
            raise CallError("policy", f"{name} is about {subject(read[name], known)}, and not {known.label(drug)}")
    return tuple(dict.fromkeys(chosen))

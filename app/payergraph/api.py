"""The functions of ``import payergraph``: each takes names as people write them, and the graph that ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

# All that the functions name is read with them, so that typing.get_type_hints knows it.
from .browse.catalogue import catalogue
from .chart import case as cases
from .chart.case import Case, CaseFormat
from .choice import Authority, EngineName, Form, Request, day, several
from .cohorts.answer import Cohort
from .cohorts.asking import ask as ask_cohort
from .cohorts.sources import Folder, Source
from .cohorts.sources import drawn as drawn_population
from .comparison.compare import compare as compare_iris
from .comparison.conflicts import CONFLICT_KINDS, select
from .comparison.conflicts import conflicts as every_conflict
from .comparison.disagreements import Conflicts
from .comparison.model import Comparison
from .errors import CallError, QueryError
from .files import write as write_file
from .ladders.answer import Appeal, appeal_of
from .letters.answer import Dossier, dossier_of
from .order.answer import Order, order_of
from .present.cite import Citation, cite_table, with_documents
from .present.cite import cite as cite_comparison
from .present.export import FORMATS, File
from .present.export import export as write
from .present.figure import drawn
from .present.plots import ENDINGS
from .revisions.answer import Changes, changes_of
from .sparql import sandbox
from .sparql.questions import Question, ask, library
from .store.graph import LocalGraph, shipped
from .store.names import names
from .store.remote import fetched
from .table import Table
from .verdict.answers import Answers
from .verdict.determination import determine


def graph(endpoint: str | None = None) -> LocalGraph:
    """The graph that ships with this version, read once (0.2 s), or the one at a SPARQL endpoint, fetched once.

    Its ``version`` is a digest of all facts: the same version gives the same answers.

    Raises:
        DataError: the data holds what no graph can be made of; one sentence says which file and what.
        EndpointError: the address cannot be used; one sentence says why.
        LimitReached: it takes too long or says too much.
    """
    if endpoint is not None:
        return fetched(endpoint)
    return shipped()


# --- cases ----------------------------------------------------------------------------------------------------------


def read_case(
    path: Path | str, *, format: CaseFormat | str | None = None, drug: str | None = None, endpoint: str | None = None
) -> Case:
    """Read the case of a file (YAML, JSON, JSON-LD, Turtle or FHIR R4) and check it whole; docs/case.md has the fields.

    Args:
        drug: what is asked for, where the case does not say; of a FHIR Bundle that asks for several drugs, which.

    Raises:
        CaseError: the file is no case; one sentence says what and where. Nothing is ever fetched.
        CallError: no case has this format.
    """
    return cases.read_case(path, graph(endpoint), format=format, drug=drug)


def parse_case(
    content: str | bytes | Mapping[str, Any],
    *,
    format: CaseFormat | str | None = None,
    drug: str | None = None,
    endpoint: str | None = None,
) -> Case:
    """Read a case from its text, or from a mapping with the fields as keys, or the keys of a FHIR R4 Bundle.

    In a mapping a day is a ``date`` or text, and a number a number or text.

    Args:
        drug: as in ``read_case``.

    Raises:
        CaseError: it is no case; one sentence says what and where.
        CallError: no case has this format.
    """
    return cases.parse_case(content, graph(endpoint), format=format, drug=drug)


def check(
    case: Case | Path | str | bytes | Mapping[str, Any],
    *,
    payers: Sequence[str] = (),
    plan: str | None = None,
    policy: str | None = None,
    request: Request | str | None = None,
    authority: Authority | str = "primary",
    as_of: date | str | None = None,
    endpoint: str | None = None,
) -> Answers:
    """Check a case against every policy for its drug, in the latest edition known on the day of the request.

    With an ``endpoint`` the policies are fetched from there; the case is judged here, and no part of it is sent.

    Args:
        case: the path of a file; a mapping with the fields of a case as keys; its text, as ``bytes`` or as a ``str``
            of several lines; or what ``read_case`` gave.
        payers: only these, by name; those of the case, or all, where empty.
        plan: only rules for this plan, by name.
        policy: only this policy, by its id (``cigna-ip0243``), whatever its authority and date.
        request: ``initial`` or ``continuation``, instead of the case's own.
        authority: ``primary``, the payers' own documents; or ``all``, retellings too.
        as_of: the day whose editions count, also as ISO text; the day of the request where absent.

    Returns:
        A list of determinations; its ``unanswered`` says what the documents in scope do not answer, and which would,
        and its ``unheard`` what the case names and the graph does not know.
        ``outcome`` is met, not-met, not-documented, excluded, not-listed or unknown.

    Raises:
        CaseError: this is no case; one sentence says what and where.
        UnknownName: a name is not in the graph; the nearest are named.
        CallError: a word is none of its list, the payers are one text, or policy, plan and payer do not fit.
    """
    on = graph(endpoint)
    read = _case(case, endpoint)
    resolve = names(on).resolve
    chosen: list[str | None] = [resolve(payer, ["Payer"]) for payer in several(payers, "payers")]
    found = [
        determine(
            read,
            on,
            payer=payer,
            policy=policy,
            plan=resolve(plan, ["Plan"]) if plan is not None else None,
            request=request,
            authority=authority,
            as_of=as_of,
        )
        for payer in dict.fromkeys(chosen or [None])
    ]
    return Answers(
        [item for answers in found for item in answers],
        dict.fromkeys(item for answers in found for item in answers.unanswered),
        read.unheard,
    )


def _case(case: Case | Path | str | bytes | Mapping[str, Any], endpoint: str | None) -> Case:
    """A case that was read, or read from its text or its file."""
    if isinstance(case, Case):
        return case
    if isinstance(case, bytes | Mapping) or (isinstance(case, str) and _is_text(case)):
        return parse_case(case, endpoint=endpoint)
    return read_case(case, endpoint=endpoint)


def _is_text(text: str) -> bool:
    """Whether a text is a case and not the name of a file: it has several lines, or opens as JSON does."""
    return "\n" in text or text.lstrip()[:1] in ("{", "[")


# --- payers ---------------------------------------------------------------------------------------------------------


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

    Of a brand, policies that speak of other products of its drug alone are left out.

    Args:
        request: ``initial`` or ``continuation``.
        payers: only these; all where empty.
        authority: ``primary``, the payers' own documents; or ``all``, retellings too.
        as_of: the day whose editions are compared, also as ISO text; today by default.
        label: whether the FDA label stands beside them, as the first column.

    Raises:
        UnknownName: a name is not in the graph; the nearest are named.
        CallError: a word is none of its list, the payers are one text, the day is none, or the graph has no policy for
            the drug.
    """
    on = graph(endpoint)
    resolve = names(on).resolve
    return compare_iris(
        on,
        resolve(drug, ["Drug", "Product"]),
        resolve(indication, ["Condition"]),
        request=request,
        payers=[resolve(payer, ["Payer"]) for payer in several(payers, "payers")],
        authority=authority,
        as_of=as_of,
        label=label,
    )


def strictness(
    *,
    drug: str,
    indication: str,
    request: Request | str = "initial",
    authority: Authority | str = "primary",
    as_of: date | str | None = None,
    endpoint: str | None = None,
) -> Order:
    """Put the rules for a drug and an indication in order: which guarantees which, from strictest to widest.

    A rule is stricter than another where every patient who meets it meets the other too, over charts on which all is
    recorded. ``implies("cigna", "molina")`` of the answer tells whether one guarantees the other and, if not, has a
    patient who meets the one and not the other. It is worked out once a graph (seconds).

    Args:
        drug, indication: named by slug, label, brand or code.
        request: ``initial`` or ``continuation``.
        authority: ``primary``, the payers' own documents; or ``all``, retellings too.
        as_of: the day whose editions count, also as ISO text; today by default.

    Raises:
        UnknownName: a name is not in the graph; the nearest are named.
        CallError: a word is none of its list, the day is none, or the graph has no policy for the drug.
        MissingExtra: z3 is not installed.
    """
    on = graph(endpoint)
    use = names(on).resolve(indication, ["Condition"])
    return order_of(on, drug_iri(drug, endpoint), use, request=request, authority=authority, as_of=as_of)


def changes(
    *,
    payer: str | None = None,
    drug: str | None = None,
    since: date | str | None = None,
    authority: Authority | str = "primary",
    endpoint: str | None = None,
) -> Changes:
    """What changed between two editions of a document: criteria added, dropped, loosened and tightened.

    Which of two asks more is decided by implication, over charts on which all is recorded; ``refused`` and
    ``admitted`` of a use have a patient who shows it. It is worked out once a graph (about a second for two editions).

    Args:
        payer, drug: only theirs, by name.
        since: only newer editions that began on this day or later, also as ISO text.
        authority: ``primary``, where both editions are the payer's own documents; or ``all``, retellings too.

    Raises:
        UnknownName: a name is not in the graph; the nearest are named.
        CallError: a word is none of its list, or the day is none.
        MissingExtra: z3 is not installed.
    """
    on = graph(endpoint)
    return changes_of(
        on,
        payer=names(on).resolve(payer, ["Payer"]) if payer is not None else None,
        drug=drug_iri(drug, endpoint) if drug is not None else None,
        since=since,
        authority=authority,
    )


def figure(comparisons: Comparison | Sequence[Comparison], path: Path | str) -> None:
    """Draw one comparison, or several below each other, into a file whose name ends in .svg, .png or .pdf.

    Raises:
        CallError: the name ends in something else.
        FileError: the file cannot be written; an earlier one is as it was.
        ValueError: there is a comparison of which no document shows anything.
        MissingExtra: vl-convert is not installed.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise CallError("path", f"{str(path)!r} does not end in {' or '.join(ENDINGS)}")
    found = [comparisons] if isinstance(comparisons, Comparison) else list(comparisons)
    write_file(target, drawn(found, ending))


def conflicts(
    *,
    kind: str | None = None,
    drug: str | None = None,
    payer: str | None = None,
    aside: bool = False,
    endpoint: str | None = None,
) -> Conflicts:
    """What sources disagree about, with both sides and their places; the weightiest of each kind first.

    Args:
        kind: only this one: sources-differ, document-contradicts-itself, retelling-differs, policy-vs-label,
            policy-vs-law, code-means-other or guideline-outdated.
        drug, payer: only what concerns these, by name.
        aside: those too that a curator set aside, with the reason.

    Raises:
        UnknownName: a name is not in the graph; the nearest are named.
        CallError: this is no kind.
    """
    if kind is not None and kind not in list(CONFLICT_KINDS):
        raise CallError("kind", f"{kind!r} is not known; expected {' or '.join(CONFLICT_KINDS)}")
    on = graph(endpoint)
    drug = drug_iri(drug, endpoint) if drug is not None else None
    payer = names(on).resolve(payer, ["Payer"]) if payer is not None else None
    return Conflicts(select(every_conflict(on, aside=aside), kind=kind, drug=drug, payer=payer))


# --- cohorts --------------------------------------------------------------------------------------------------------


def cohort(
    tables: Path | str | None = None,
    *,
    drug: str,
    into: Path | str,
    synthetic: str | None = None,
    size: int = 10_000,
    seed: int = 1,
    indication: str | None = None,
    request: Request | str = Request.INITIAL,
    payer: str | None = None,
    policy: Sequence[str] = (),
    authority: Authority | str = Authority.PRIMARY,
    as_of: date | str | None = None,
    form: str | None = None,
    complete: bool = False,
    engine: str = "duckdb",
    processes: int | None = None,
) -> Cohort:
    """What the policies of a drug do to a population, or the rest of it where an earlier call was interrupted.

    Each chart is asked of every policy, whatever its own payer and plan. Its answers are data frames: ``shares``,
    ``attrition``, ``shapley``, ``overlap``, ``by_value``, ``by_age``; ``without``, ``loosened`` and ``taking`` say what
    would change; ``explain`` shows one chart.

    Args:
        tables: a folder: tables of charts (docs/cohorts.md), OMOP CDM 5.4, FHIR R4 in NDJSON, or Synthea's CSV.
        drug, indication, payer: by name. The indication is what the drug is asked for where a chart does not say; where
            neither says, its diagnoses.
        into: a folder for all that is found, in Parquet and CSV.
        synthetic: instead of tables, a use of which a population of this size is drawn with this seed.
        policy: the ids of the policies that are asked; those of the drug in force where there are none.
        as_of: the day of requests that name none, and whose editions count; today by default.
        form: what the folder holds, where the names of its files do not tell: tables, omop, synthea or fhir.
        complete: the folder holds every diagnosis, drug and procedure of its patients (OMOP, Synthea).
        engine: ``duckdb``, or ``spark`` on this machine.
        processes: how many read charts at once; as many as there are cores by default.

    Raises:
        CohortError: the tables or the folder are not as they have to be; a sentence a fault.
        CallError: the call is wrong, or no policy is in scope.
        FileError: a file cannot be read or written.
        MissingExtra: a library is not installed.
        UnknownName: a name is not in the graph; the nearest are named.
    """
    if (tables is None) == (synthetic is None):
        raise CallError("tables", "or synthetic is expected, and not both")
    on = graph()
    resolve = names(on).resolve
    source: Source = (
        drawn_population(synthetic, size, seed)
        if synthetic is not None
        else Folder(Path(tables or ""), Form(form) if form else None, complete)
    )
    return ask_cohort(
        source,
        Path(into),
        on,
        drug=resolve(drug, ["Drug", "Product"]),
        indication=resolve(indication, ["Condition"]) if indication is not None else None,
        request=Request(request),
        payer=resolve(payer, ["Payer"]) if payer is not None else None,
        policy=policy,
        authority=Authority(authority),
        day=day(as_of),
        engine=EngineName(engine),
        processes=processes,
    )


# --- appeals --------------------------------------------------------------------------------------------------------


def appeal(
    *,
    payer: str | None = None,
    plan: str | None = None,
    state: str | None = None,
    funding: str | None = None,
    line_of_business: str | None = None,
    regulator: str | None = None,
    drug: str | None = None,
    denied: date | str | None = None,
    received: date | str | None = None,
    asked: Mapping[str, date | str] | None = None,
    decided: Mapping[str, date | str] | None = None,
    urgent: bool = False,
    today: date | str | None = None,
    endpoint: str | None = None,
) -> Appeal:
    """What can be done after a denial, or before one: steps in order, by when, how, and what sources differ about.

    Days are whole days of the place where the notice was read; of a moment with a zone, the day that it is there.
    Nothing is moved to a working day that no source moves. Where sources differ, the earliest day comes first.

    Args:
        payer, plan, state, regulator, drug, line_of_business: by name. What is not given stays open, and all ladders
            that can be meant are shown, with the question that decides.
        funding: ``insured`` or ``self-funded``.
        denied: the date on the denial notice, also as ISO text; none before a denial.
        received: when it was received; where it is missing, days count from the notice's date, which is safe.
        asked, decided: by stage (``internal-appeal``, ``external-review`` …), when it was asked for, and the date of
            the notice that denied it.
        urgent: waiting would endanger the patient, so the expedited times hold.
        today: the day from which is looked; by default the day that it is in the state.

    Raises:
        AppealError: a name is not in the graph, a day is none, or what was said contradicts itself; a sentence each.
        MissingExtra: holidays is not installed.
    """
    said = {name: value for name, value in locals().items() if name != "endpoint"}
    return appeal_of(graph(endpoint), said)


def dossier(
    case: Case | Path | str | bytes | Mapping[str, Any],
    *,
    policy: str,
    denial: str | None = None,
    request: Request | str | None = None,
    endpoint: str | None = None,
) -> Dossier:
    """A letter of medical necessity, or an appeal, from the chart and the policy alone, with a checklist.

    What the chart does not show is listed as missing and argued nowhere; where the chart does not meet the policy, the
    first page says so to the clinic. ``write`` makes a file of it (.docx, .pdf or .md), ``to_markdown`` a text.

    Args:
        case: as for ``check``; its section ``letter`` has names and identifiers, which go into nothing else.
        policy: the policy that the letter answers, by its id.
        denial: the reason of a denial, by name (``step-therapy``): the letter is then an appeal.
        request: ``initial`` or ``continuation``, instead of the case's own.

    Raises:
        CaseError: this is no case; one sentence says what and where.
        CallError: there is no such policy or reason, the policy is about another drug, or it judges the case by several
            sets of criteria and the case does not say by which.
    """
    return dossier_of(graph(endpoint), _case(case, endpoint), policy=policy, denial=denial, request=request)


# --- questions ------------------------------------------------------------------------------------------------------


def questions() -> tuple[Question, ...]:
    """The stored questions, by group and title: each has a name, what it asks, its parameters and its columns."""
    return library()


def query(
    question: str,
    /,
    *,
    cite: bool = False,
    in_force: bool | date | str = False,
    limit: int = 10_000,
    timeout: float | None = None,
    endpoint: str | None = None,
    **parameters: str,
) -> Table:
    """Ask a stored question by its name, or anything in SPARQL.

    Args:
        question: a name of ``questions()``; or the text of a SELECT, ASK, CONSTRUCT or DESCRIBE, which can only read.
            The prefixes of the project (``pg:``, ``skos:`` …) need not be declared.
        cite: whether each row gets title, edition and address of its document.
        in_force: only rows of editions that are in force, today or on a day.
        limit: the most rows; ``truncated`` of the answer says whether there were more.
        timeout: seconds; SPARQL of your own is stopped after 10 by default, a stored question takes what it needs.
        parameters: those of a stored question, as texts: ``drug="Kineret"``.

    Raises:
        QueryError: the question, a parameter or the query is wrong, or its rows name no document.
        LimitReached: it ran out of time, of memory, or of room for its answer.
        CallError: the day is none.
    """
    on = graph(endpoint)
    wanted = date.today() if in_force is True else day(in_force or None, "in_force")
    if not question.strip().replace("_", "").replace("-", "").isalnum():
        if parameters or wanted:
            raise QueryError("parameters and in_force go with a stored question; a query says itself what it wants")
        table = sandbox.run(question, on, limit=limit, timeout=timeout or sandbox.SECONDS)
    else:
        table = ask(question, on, limit=limit, timeout=timeout, in_force=wanted, **parameters)
    return with_documents(on, table) if cite else table


def cite(answer: Comparison | Table, *, accessed: date | str | None = None, endpoint: str | None = None) -> Citation:
    """How to cite a comparison or the answer to a question: its ``text``, and CSL-JSON, RIS and BibTeX.

    Args:
        accessed: the day of the answer, also as ISO text; today by default.
        endpoint: where the answer came from, if not from the graph that ships.

    Raises:
        QueryError: no column of the answer names a document.
        CallError: the answer was made from another graph, or the day is none.
    """
    on = graph(endpoint)
    if answer.graph_version not in ("", on.version):
        raise CallError(
            "answer", f"was made from graph {answer.graph_version}, and this is {on.version}; name its endpoint"
        )
    on_day = day(accessed, "accessed")
    if isinstance(answer, Table):
        return cite_table(on, answer, on_day)
    return cite_comparison(on, answer, catalogue(on), on_day)


def export(folder: Path | str, *, formats: Sequence[str] = ()) -> tuple[File, ...]:
    """Write the dataset into a folder that is new, empty, or an earlier export, which it replaces.

    Args:
        formats: of trig, turtle, jsonld, csv and parquet; all where empty.

    Returns:
        The files, the description last.

    Raises:
        ExportError: the folder holds something else, or cannot be written; it is as it was.
        CallError: this is no format.
        MissingExtra: parquet is wanted, and pyarrow is not installed.
    """
    wanted = several(formats, "formats") or FORMATS
    for name in wanted:
        if name not in FORMATS:
            raise CallError("formats", f"{name!r} is not known; expected {' or '.join(FORMATS)}")
    return write(graph(), Path(folder), wanted)


def drug_iri(text: str, endpoint: str | None = None) -> str:
    """The drug that a name means; a brand means its drug.

    Raises:
        UnknownName: no drug or product has this name.
    """
    known = names(graph(endpoint))
    found = known.resolve(text, ["Drug", "Product"])
    return known.ingredient(found) or found

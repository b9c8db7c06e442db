"""What policies do to a population: whom each lets through, what stops the others, and what if it were otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from parts import address, data, links, markup, outcome, population, rows
from parts.population import Held, Population, Question

from payergraph.choice import Request
from payergraph.errors import CallError, CaseError, CohortError, FileError, MissingExtra
from payergraph.extras import require
from payergraph.policies.model import Criterion
from payergraph.policies.words import verbalize
from payergraph.present import cohort_figures as figures
from payergraph.present import plots
from payergraph.present.cohort_words import interval, not_judged, percent
from payergraph.present.sentences import heading
from payergraph.verdict.answers import Outcome
from payergraph.verdict.nearest import nearness

if TYPE_CHECKING:
    from payergraph.cohorts.answer import Asker
    from payergraph.cohorts.shares import Overlap, Shares, Subgroups
    from payergraph.cohorts.whatif import WhatIf

_OPENS_ON = ("anakinra", "rheumatoid-arthritis")
_REQUESTS = {request.value: markup.sentence(request.words) for request in Request}
_FROM = {"synthetic": "A synthetic population", "folder": "A folder of this machine"}
_STOPPED = {"not-met": "Not met", "not-met-or-not-documented": "Not met or not documented"}
_WAYS = {"dropped": "A criterion is dropped", "number": "A number is another", "taken": "Another policy's criterion"}
#: By what groups can be told apart: the column of patients that it takes, and what it is called.
_GROUPS = {"sex": "Sex", "birthDate": "Age", "state": "State"}
_BANDS = "18, 45, 65"
_LIBRARIES = ("duckdb", "ibis", "numpy", "pandas", "pyarrow", "vl_convert")
_SIZE, _SEED = 2_000, 1


@dataclass(frozen=True)
class View:
    """What the address says, with what there is to choose from: slugs and what they are called."""

    drugs: dict[str, str]
    uses: dict[str, str]
    drug: str
    indication: str
    request: str
    unknown: list[str]


def view() -> View:
    """Read the address; what it leaves open or gets wrong is filled in."""
    unknown: list[str] = []
    drugs = data.drugs()
    drug = address.one_of("drug", drugs, address.opening(_OPENS_ON[0], drugs), unknown)
    request = address.one_of("request", _REQUESTS, Request.INITIAL.value, unknown)
    uses = data.uses(drugs[drug], request=request)
    opens = address.opening("" if address.given("drug") else _OPENS_ON[1], uses.all)
    return View(
        drugs={slug: data.drug_label(iri) for slug, iri in drugs.items()},
        uses=uses.words,
        drug=drug,
        indication=address.one_of("indication", uses.all, opens, unknown),
        request=request,
        unknown=unknown,
    )


# --- what is asked, and of whom -------------------------------------------------------------------


def choose(now: View) -> None:
    """What is asked. The widgets show what the address says, and change the address."""
    for name in ("drug", "indication", "request"):
        st.session_state[f"cohort-{name}"] = getattr(now, name)
    with st.container(key="choices"):
        places = st.columns([4, 5, 3])
    for place, (name, title, options) in zip(
        places,
        (("drug", "Drug", now.drugs), ("indication", "Indication", now.uses), ("request", "Request", _REQUESTS)),
        strict=True,
    ):
        place.selectbox(title, options, format_func=options.__getitem__, key=f"cohort-{name}", on_change=_chosen)


def _chosen() -> None:
    """Write what the widgets hold to the address. Another drug may not have the same uses."""
    state = {name: st.session_state[f"cohort-{name}"] for name in ("drug", "indication", "request")}
    uses = data.uses(data.drugs()[state["drug"]], request=state["request"]).all
    if state["indication"] not in uses:
        del state["indication"]
    opens = state.get("indication", address.opening("", uses))
    if opens in population.synthetic_uses():
        st.session_state["cohort-use"] = opens
    address.write(state)


def choose_population(now: View) -> Population | None:
    """Which charts are asked; None where there are none to ask, which the page then says."""
    uses, state = population.synthetic_uses(), st.session_state
    state.setdefault("cohort-from", "synthetic")
    state.setdefault("cohort-use", address.opening(now.indication, uses))
    state.setdefault("cohort-size", _SIZE)
    state.setdefault("cohort-seed", _SEED)
    chosen = st.segmented_control(
        "Whose charts",
        _FROM,
        required=True,
        format_func=_FROM.__getitem__,
        key="cohort-from",
        persist_state="session",
    )
    if chosen == "folder":
        return _folder()
    with st.container(key="choices-population"):
        left, middle, right = st.columns([5, 3, 3])
    use = left.selectbox("Patients with", uses, format_func=uses.__getitem__, key="cohort-use", persist_state="session")
    size = middle.number_input("How many", 1, population.MOST, step=500, key="cohort-size", persist_state="session")
    seed = right.number_input("Seed", 0, 2**31, step=1, key="cohort-seed", persist_state="session")
    st.caption(
        "Drawn from published shares and from guesses, which docs/synthetic-population.md tells apart. It shows how "
        "policies work, and is no estimate of how many patients meet them."
    )
    return Population(str(use), int(size or _SIZE), int(seed or 0))


def _folder() -> Population | None:
    if population.folder() is None:
        st.info(
            "No folder is offered here. Whoever starts the explorer names one, and no path of a visitor is read: "
            f"`{population.TABLES}=folder payergraph explore`. It holds tables of charts, OMOP CDM 5.4, FHIR R4 in "
            "NDJSON or Synthea's CSV. Everybody who reaches the explorer can then ask it."
        )
        return None
    st.caption(f"The folder that `{population.TABLES}` names is asked as it is now.")
    return Population("", 0, 0)


def ask(question: Question) -> None:
    """Ask, with progress. What is wrong with the charts is told in sentences, and the answers of before stay."""
    bar = st.progress(0.0, "Drawing patients" if question.population.use else "Reading the folder")

    def told(what: str, done: int, of: int) -> None:
        bar.progress(done / of if of else 0.0, f"{what}: {done:,} of {of:,}")

    try:
        population.ask(question, told)
    except CohortError as error:
        st.error("\n".join(f"- {markup.plain(markup.sentence(_hidden(fault)))}." for fault in error.faults))
    except (CallError, FileError) as error:
        st.error(markup.plain(markup.sentence(f"{_hidden(str(error))}.")))
    finally:
        bar.empty()


def _hidden(text: str) -> str:
    """A sentence that does not tell a visitor where the folder lies."""
    named = population.folder()
    return text.replace(str(named), "the folder") if named else text


def fitting(key: str, options: Iterable[str]) -> str:
    """The key of a choice that is held. Other charts may not have what was chosen of those of before."""
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    return key


# --- how numbers are shown ------------------------------------------------------------------------


def table(found: Held, title: str, heads: Sequence[str], lines: Iterable[Sequence[str]]) -> markup.Html:
    """A table that says of which population it is."""
    head = markup.tag("tr", *(markup.tag("th", text, scope="col") for text in heads))
    body = (markup.tag("tr", *(markup.tag("td", cell) for cell in line)) for line in lines)
    said = f"{title}, {found.question.population.words}"
    whole = markup.tag(
        "table",
        markup.tag("caption", said),
        markup.tag("thead", head),
        markup.tag("tbody", *body),
        class_="pg-rows pg-counted",
    )
    return markup.framed(whole, said)


def figure(found: Held, name: str, title: str, make: Callable[[str], plots.Specification]) -> None:
    """A figure that says of which population it is, with its files. ``name`` tells it from the others."""
    said = f"{title}, {found.question.population.words}"
    specification = found.once(("figure", name), lambda: make(said))
    png = found.once(("drawn", name), lambda: plots.drawn(specification, ".png"))
    markup.show(markup.picture(png, f"{said}. The table below has its numbers."))
    kinds = {".svg": "image/svg+xml", ".png": "image/png", ".pdf": "application/pdf"}
    files = [
        (f"figure ({ending[1:].upper()})", lambda ending=ending: plots.drawn(specification, ending), ending, kind)
        for ending, kind in kinds.items()
    ]
    offered(found, name, files)


def offered(found: Held, name: str, files: Iterable[tuple[str, Callable[[], Any], str, str]]) -> None:
    """A button for each file: its title, its content, how its name ends, and its media type."""
    with st.container(horizontal=True, key=f"files-{name}"):
        for title, content, ending, kind in files:
            file = f"{found.file}-{name}{ending}"
            key = f"save-{name}-{title}"
            st.download_button(f"Download {title}", content, file, kind, key=key, on_click="ignore")


def as_csv(title: str, content: Any) -> tuple[str, Callable[[], Any], str, str]:
    """A table as a file; ``content`` makes its data frame."""
    return (title, lambda: content().to_csv(index=False), ".csv", "text/csv")


def kept(found: Held, name: str) -> Callable[[], bytes]:
    """A file of the folder in which the answers are kept."""
    return lambda: (found.cohort.run.into / name).read_bytes()


def policy(found: Held, name: str) -> markup.Html:
    """A policy by what it is called, leading to its page beside this one."""
    asker = found.cohort.asker(name)
    return links.thing(data.policies()[asker.policy].iri, found.words[name], apart=True)


# --- all policies ---------------------------------------------------------------------------------


def shares(found: Held) -> None:
    """The shares of each policy."""
    st.header("Whom each policy lets through", anchor=False)
    counted = found.once("shares", found.cohort.shares)
    figure(found, "shares", _title(found, "Whom each policy lets through"), lambda said: _of_shares(found, said))
    outcomes = [one for one in Outcome if any(by[one].count for by in counted.by_policy.values())]
    heads = ["Policy", "Met, 95 % interval", *(outcome.word(one) for one in outcomes)]
    lines = [
        (
            policy(found, name),
            interval(by[Outcome.MET]),
            *(f"{by[one].count:,} ({percent(by[one].share)})" for one in outcomes),
        )
        for name, by in counted.by_policy.items()
    ]
    markup.show(table(found, f"Charts by outcome, of {counted.charts:,}", heads, lines))
    st.caption(
        "Intervals are Wilson's. Unknown: the document was seen in part, and what decides is not in that part. What a "
        "policy lets through here meets its written criteria on what is recorded; the payer decides."
    )
    offered(found, "shares-tables", [as_csv("shares (CSV)", counted.to_dataframe)])


def _of_shares(found: Held, said: str) -> plots.Specification:
    counted: Shares = found.cohort.shares()
    named = {found.words[name]: by for name, by in counted.by_policy.items()}
    return figures.of_shares(replace(counted, by_policy=named), said)


def _title(found: Held, about: str) -> str:
    asked = found.question
    drug, use = data.label(data.drugs()[asked.drug]), data.thing_label(_use(asked))
    return f"{about}: {drug} for {use}, {_REQUESTS[asked.request].lower()}"


def _use(asked: Question) -> str:
    return data.uses(data.drugs()[asked.drug]).all[asked.indication]


def overlap(found: Held) -> None:
    """Which policies let through the same charts."""
    st.header("Who is let through by several", anchor=False)
    counted = found.once("overlap", found.cohort.overlap)
    figure(
        found, "overlap", _title(found, "Who is let through by which policies"), lambda said: _of_overlap(found, said)
    )
    lines = [
        (
            markup.between("; ", [policy(found, name) for name in one.policies]) if one.policies else "None of them",
            f"{one.count:,}",
        )
        for one in counted.sets[: figures.MOST_SETS]
    ]
    markup.show(table(found, "Charts that exactly these let through", ["Policies", "Charts"], lines))
    offered(found, "overlap-tables", [as_csv("overlap of each two (CSV)", counted.to_dataframe)])


def _of_overlap(found: Held, said: str) -> plots.Specification:
    counted: Overlap = found.cohort.overlap()
    words = found.words
    named = replace(
        counted,
        policies=tuple(words[name] for name in counted.policies),
        sets=tuple(replace(one, policies=tuple(words[name] for name in one.policies)) for one in counted.sets),
    )
    return figures.of_overlap(named, said)


def groups(found: Held) -> None:
    """The shares by sex, age or state, where the tables have them."""
    st.header("Groups of patients", anchor=False)
    known = found.cohort.run.charts.columns("patients")
    ways = {column: title for column, title in _GROUPS.items() if column in known}
    if not ways:
        st.info("The tables say neither sex, nor birth date, nor state. Add one of these columns to the patients.")
        return
    with st.container(key="choices-groups"):
        left, middle, right = st.columns(3)
    by = left.selectbox(
        "By", ways, format_func=ways.__getitem__, key=fitting("cohort-by", ways), persist_state="session"
    )
    outcomes = {one.value: outcome.word(one.value) for one in Outcome}
    shown = middle.selectbox(
        "Share that is", outcomes, format_func=outcomes.__getitem__, key="cohort-shown", persist_state="session"
    )
    bands = ""
    if by == "birthDate":
        st.session_state.setdefault("cohort-bands", _BANDS)
        bands = right.text_input("Bands begin at the ages", key="cohort-bands", persist_state="session")
    try:
        counted = found.once(("groups", by, bands), lambda: _grouped(found, str(by), bands))
    except CallError as error:
        st.error(markup.plain(markup.sentence(f"{error}.")))
        return
    cells = {(one.policy, one.group): one for one in counted.cells if one.outcome.value == shown}
    heads = [
        "Policy",
        *(f"{name} ({f'{size:,}' if size is not None else _few(counted)})" for name, size in counted.groups.items()),
    ]
    lines = [
        (policy(found, name), *(_cell(cells[name, group].share, counted) for group in counted.groups))
        for name in found.words
    ]
    title = f"Charts that are {Outcome(shown).words}, by {ways[str(by)].lower()}"
    markup.show(table(found, title, heads, lines))
    st.caption(
        f"No number of 1 to {counted.smallest - 1} charts is shown, nor anything of so small a group. What is left out "
        "may still follow from other numbers: look before you publish."
    )
    offered(found, "groups", [as_csv("groups (CSV)", counted.to_dataframe)])


def _grouped(found: Held, by: str, bands: str) -> Subgroups:
    if by != "birthDate":
        return found.cohort.by_value(by)
    try:
        edges = [int(part) for part in bands.split(",")]
    except ValueError:
        raise CallError("bands", f"are {bands!r}; expected whole years with commas between them: {_BANDS}") from None
    return found.cohort.by_age(edges)


def _few(counted: Subgroups) -> str:
    return f"fewer than {counted.smallest}"


def _cell(share: Any, counted: Subgroups) -> str:
    if share is None:
        return f"Left out: {_few(counted)}"
    return f"{share.count:,} ({percent(share.share)}; {interval(share)})"


# --- one policy -----------------------------------------------------------------------------------


def one_policy(found: Held) -> None:
    """What stops whom under a policy, and what if it asked otherwise."""
    st.header("What stops them under one policy", anchor=False)
    words = found.words
    name = str(
        st.selectbox(
            "Policy", words, format_func=words.__getitem__, key=fitting("cohort-policy", words), persist_state="session"
        )
    )
    asker = found.cohort.asker(name)
    markup.show(markup.tag("p", "The document opens beside this page: ", policy(found, name), ".", class_="pg-place"))
    if asker.root is None:
        st.info("The document shows no criteria for this use, so that there is nothing here that stops anybody.")
        return
    st.subheader("Step by step, in the order of the document", anchor=False)
    attrition(found, asker)
    st.subheader("The share of each criterion in the stop", anchor=False)
    shapley(found, asker)
    st.subheader("What if it asked otherwise", anchor=False)
    what_if(found, asker)


def attrition(found: Held, asker: Asker) -> None:
    """The steps of a policy, and each of its criteria by itself."""
    counted = found.once(("attrition", asker.name), lambda: found.cohort.attrition(asker.name))
    called = found.words[asker.name]
    name = f"attrition-{asker.policy}"
    figure(found, name, f"{called}: step by step", lambda said: figures.of_attrition(counted, said))
    heads = ["What is asked", "✓ Met so far", "? Not documented so far", "✗ Not met so far", "Stopped here"]
    lines = [
        (
            f"{place}. {one.text}",
            *(f"{number:,}" for number in (one.met, one.not_documented, one.not_met, one.stopped)),
        )
        for place, one in enumerate(counted.stages, 1)
    ]
    markup.show(table(found, f"Charts after each step, of {counted.charts:,}", heads, lines))
    known = {leaf.id: leaf for leaf in asker.root.leaves} if asker.root else {}
    heads = ["Criterion", "Place", "✓ Met", "? Not documented", "✗ Not met"]
    lines = [
        (
            one.text,
            links.thing(known[one.criterion].iri, known[one.criterion].locator, apart=True),
            *(f"{number:,}" for number in (one.met, one.not_documented, one.not_met)),
        )
        for one in counted.alone
    ]
    with st.expander("Each criterion by itself", key=f"alone-{asker.name}"):
        markup.show(table(found, f"Charts by the state of each criterion alone, of {counted.charts:,}", heads, lines))
    files = [as_csv("steps (CSV)", counted.to_dataframe)]
    offered(found, f"{name}-tables", files)


def one_of_few(title: str, words: Mapping[str, str], otherwise: str, name: str) -> str:
    """One of a few words, which stand beside each other, each with what it is called."""
    return str(
        st.segmented_control(
            title,
            words,
            required=True,
            default=otherwise,
            format_func=words.__getitem__,
            key=f"cohort-{name}",
            persist_state="session",
        )
    )


def shapley(found: Held, asker: Asker) -> None:
    """Each criterion's share of the stop."""
    of = one_of_few("Who counts as stopped", _STOPPED, "not-met", "stopped")
    with st.spinner("Averaging over the orders of asking"):
        counted = found.once(("shapley", asker.name, of), lambda: found.cohort.shapley(asker.name, of=of))
    if not counted.stopped:
        st.info(f"No chart is {counted.of.words} under this policy, so that no criterion has a share of the stop.")
        return
    name = f"stop-{asker.policy}-{of}"
    title = f"{found.words[asker.name]}: what stops"
    figure(found, name, title, lambda said: figures.of_shapley(counted, said))
    heads = ["Criterion", "Share of the stop", "That is, of charts"]
    lines = [
        (one.text, percent(one.value), f"{row['charts']:,.1f}")
        for one, row in zip(counted.portions, counted.records(), strict=True)
        if one.value
    ]
    title = f"Shares of the stop of {counted.stopped:,} of {counted.charts:,} charts"
    markup.show(table(found, title, heads, lines))
    st.caption(
        "What a criterion stops in the order of the document hangs on what stands before it. This share does not: it "
        "is the average over all orders in which the criteria could be asked."
    )
    offered(found, f"{name}-tables", [as_csv("shares of the stop (CSV)", counted.to_dataframe)])


# --- what if --------------------------------------------------------------------------------------


def what_if(found: Held, asker: Asker) -> None:
    """A policy with one criterion dropped, changed, or exchanged for another policy's."""
    way = one_of_few("What changes", _WAYS, "dropped", "way")
    own = _criteria(asker)
    if way == "number":
        own = {name: one for name, one in own.items() if not one.children and _numbers(one)}
        if not own:
            st.info("No criterion of this policy gives a number. Drop one, or take one of another policy.")
            return
    criterion = _pick("Criterion", own, f"cohort-criterion-{way}-{asker.name}")
    chosen = {"dropped": lambda _: (), "number": _number, "taken": lambda _: _other(found, asker)}[way](own[criterion])
    if chosen is None:
        return
    with st.spinner("Judging the charts anew"):
        changed = population.changed(found, asker.name, way, criterion, *chosen)
    _told(found, asker, changed)


def _criteria(asker: Asker) -> dict[str, Criterion]:
    """The criteria of a policy below the root, by id."""
    return {one.id: one for part in asker.root.children or (asker.root,) for one in part.walk()} if asker.root else {}


def _numbers(leaf: Criterion) -> Mapping[str, Any]:
    from payergraph.cohorts.whatif import numbers

    return numbers(leaf)


def _pick(title: str, options: Mapping[str, Criterion], key: str) -> str:
    return str(st.selectbox(title, options, format_func=lambda name: verbalize(options[name]), key=key))


def _number(leaf: Criterion) -> tuple[str, Any] | None:
    """A parameter and its new number."""
    known = _numbers(leaf)
    with st.container(key="choices-number"):
        left, right = st.columns(2)
    name = str(
        left.selectbox(
            "Number", known, format_func=lambda name: rows.heading(name, words=True), key=f"cohort-parameter-{leaf.id}"
        )
    )
    whole = isinstance(known[name], int)
    value = int(known[name]) if whole else float(known[name])
    given = right.number_input(
        "Instead", type(value)(0), value=value, step=type(value)(1), key=f"cohort-number-{leaf.id}-{name}"
    )
    if given is None or given == value:
        st.info("Write another number to see what changes.")
        return None
    return name, given


def _other(found: Held, asker: Asker) -> tuple[str, str] | None:
    """A criterion of another policy, and that policy."""
    words = found.words
    others = {one.name: one for one in found.cohort.askers if one.name != asker.name and one.root is not None}
    if not others:
        st.info("No other policy shows criteria for this use.")
        return None
    of = str(st.selectbox("Of the policy", others, format_func=words.__getitem__, key=f"cohort-of-{asker.name}"))
    return _pick("Its criterion", _criteria(others[of]), f"cohort-other-{asker.name}-{of}"), of


def _told(found: Held, asker: Asker, changed: WhatIf) -> None:
    """What a change does."""
    gained = changed.becomes_met
    share = f"{percent(gained.share)} of {gained.of:,} charts, {interval(gained)}"
    markup.show(
        markup.joined(
            [
                markup.tag("p", markup.tag("strong", changed.text)),
                markup.tag(
                    "p",
                    f"{gained.count:,} more met ({share}); {changed.changed:,} change in all. ",
                    f"{markup.sentence(found.question.population.words)}.",
                    role="status",
                ),
            ]
        )
    )
    lines = [
        (
            outcome.word(one.before.value),
            outcome.word(one.after.value),
            f"{one.share.count:,}",
            percent(one.share.share),
        )
        for one in changed.moves
    ]
    if lines:
        markup.show(table(found, "Charts that change", ["From", "To", "Charts", "Share"], lines))
    st.caption("All else stays as it is: who is prescribed what, and what clinics record, would change, too.")
    offered(found, f"what-if-{asker.policy}", [as_csv("what if (CSV)", changed.to_dataframe)])


# --- one chart ------------------------------------------------------------------------------------


def chart(found: Held) -> None:
    """What each policy says to one chart, with the records that decide."""
    st.header("One chart", anchor=False)
    first = str(found.cohort.ids[0])
    id = st.text_input("Id of the chart", key="cohort-chart", placeholder=f"such as {first}").strip()
    if not id:
        st.caption(
            markup.plain(
                f"Write an id to see what each policy says to this chart, criterion by criterion. The first is {first}."
            )
        )
        return
    try:
        answers = found.once(("chart", id), lambda: found.cohort.explain(id))
    except (CallError, CaseError) as error:
        st.error(markup.plain(markup.sentence(f"{_without_folder(found, error)}.")))
        return
    st.caption(markup.plain(markup.sentence(f"{found.question.population.words}: the chart {id}.")))
    for item in sorted(answers, key=nearness):
        label = f"**{markup.plain(outcome.said(item))}** {markup.plain(heading(item, data.names()))}"
        with st.expander(label, key=f"chart-{item.policy.id} {item.indication} {' '.join(item.plans)}"):
            markup.show(outcome.details(item, item.outcome))


def _without_folder(found: Held, error: Exception) -> str:
    """A sentence that does not tell a visitor where the charts lie."""
    return str(error).replace(str(found.cohort.run.charts.folder), "this population")


# --- the page -------------------------------------------------------------------------------------


def answers(found: Held, question: Question | None) -> None:
    """All that was found."""
    if question != found.question:
        st.info("The choices above have changed since. What stands below is of those that are named here.")
    st.caption(markup.plain(f"{_title(found, 'Asked')}. {found.question.population.sentence}"))
    for text in not_judged(found.cohort):
        st.caption(markup.plain(text))
    everything(found)
    if not found.cohort.size:
        st.info(
            "No chart was judged: none asks for this drug and names a use of it. Choose other charts, or another use."
        )
        return
    shares(found)
    one_policy(found)
    overlap(found)
    groups(found)
    chart(found)


def everything(found: Held) -> None:
    """The tables of the run as files."""
    files: list[tuple[str, Callable[[], Any], str, str]] = []
    into: Path = found.cohort.run.into
    for path in sorted((into / "determinations").glob("*.parquet")):
        title = "determinations (Parquet)" if path.stem == "00000" else f"determinations {int(path.stem) + 1} (Parquet)"
        content = kept(found, f"determinations/{path.name}")
        files.append((title, content, f"-{path.stem}.parquet", "application/vnd.apache.parquet"))
    for name, title in (
        ("criteria", "criteria"),
        ("attrition", "all steps"),
        ("shapley", "all shares of the stop"),
        ("not-judged", "what was not judged"),
        ("not-known", "what is not known"),
    ):
        files.append((f"{title} (CSV)", kept(found, f"{name}.csv"), f"-{name}.csv", "text/csv"))
    with st.expander("Download all tables", key="cohort-files"):
        offered(found, "all", files)


def page() -> None:
    """The page."""
    now = view()
    st.title("A population", anchor=False)
    st.caption(
        "How many of a population the written criteria of each policy let through, what stops the others, and what if "
        "they asked otherwise. Charts and answers stay in this session and end with it: they are in no address and no "
        "log, and shown to nobody else."
    )
    choose(now)
    charts = choose_population(now)
    address.note(now.unknown)
    try:
        for library in _LIBRARIES:
            require(library)
    except MissingExtra as error:
        st.info(markup.plain(f"Populations are asked by libraries of their own: {error}"))
        return
    question = Question(now.drug, now.indication, now.request, charts) if charts else None
    if question and charts and charts.use not in ("", now.indication):
        asked, has = data.thing_label(_use(question)), population.synthetic_uses()[charts.use]
        st.warning(markup.plain(f"The policies are asked about {asked}, and these patients have {has}."))
    if st.button("Ask the policies", type="primary", key="cohort-ask", disabled=question is None) and question:
        ask(question)
    found = population.held()
    if found is not None:
        answers(found, question)
    elif question is not None:
        st.info(
            "Choose a drug, a use and whose charts, and ask. Two thousand patients take about a minute. Then you see "
            "the share that each policy lets through, what stops the others, and what a change of a policy would do."
        )


page()

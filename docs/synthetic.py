"""The page docs/synthetic-population.md: each assumption of the synthetic populations, its numbers and its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from payergraph.cohorts.synthetic import LABEL, assumptions, uses
from payergraph.cohorts.synthetic.model import Assumption, Assumptions, Spread
from payergraph.store.graph import shipped

_INDEX = f"""\
# Synthetic populations

A population to try cohorts on, where there are no records of patients: none of its patients is real. It shows how
criteria work on many charts; it is no estimate of how many patients meet them. Of each number the tables say where it
is from, or that it is a guess and why. They stand in `data/synthetic/`, a file a use, under the licence of `data/`
([LICENSE-DATA](../LICENSE-DATA)). Made by `python docs/build.py`.

- The same seed draws the same patients, with the same versions of numpy and pyarrow, and the first of a larger
  population are those of a smaller one. 10,000 patients at a time are drawn from numbers of their own.
- A chart says nothing of the request: no drug, no indication, no date.
- Steps are laid out backward from the day of the request: the last ends shortly before it or goes on, and each ends
  where the next begins. Nobody takes the same drug in two steps. The diagnosis is at least as old as the first therapy.
- What is contraindicated was not taken and has no dates. What an intolerance ended is not still taken.
- What a chart leaves out is told under `recorded`, `dating`, `complete`, and `told` of findings: it is why much is
  *not documented*. A list of which a row is left out is not said to be complete.
- An assumption that depends on something has its numbers for each value of it. What lies outside of the bounds of an
  amount becomes the nearer bound.
- Each Parquet file has `{LABEL}` in its metadata: use, seed, size, day and version; each id begins with `synthetic-`.
"""


def page(table: Callable[[list[str], list[list[str]]], str]) -> str:
    """The page.

    Args:
        table: makes a Markdown table of heads and rows.
    """
    parts = [_INDEX.rstrip("\n")]
    for use in uses():
        parts += _use(assumptions(use, shipped()), table)
    return "\n\n".join(parts) + "\n"


def _use(stated: Assumptions, table: Callable[[list[str], list[list[str]]], str]) -> list[str]:
    numbers = {key: number for number, key in enumerate(stated.sources, 1)}
    cited = [f"{numbers[key]}. {of.citation}. Read at <{of.address}>." for key, of in stated.sources.items()]
    order = list(dict.fromkeys(map(_head, stated.stated)))
    guesses = sum(not one.sources for one in stated.stated)
    parts = [
        f"## {stated.use}",
        f"{stated.about} Version {stated.version}: {len(stated.stated)} assumptions, of which "
        f"{len(stated.stated) - guesses} rest on a source, in whole or in part.",
    ]
    parted = sorted(stated.stated, key=lambda one: order.index(_head(one)))
    for head, group in groupby(parted, key=_head):
        rows = [[f"`{_name(one)}`", _numbers(one), one.unit, _basis(one, numbers)] for one in group]
        parts += [f"### {stated.use}: {head}", table(["assumption", "numbers", "unit", "source, or why"], rows)]
    return [*parts, f"### {stated.use}: sources", "\n".join(cited)]


def _head(one: Assumption[Any]) -> str:
    """The part of the file in which an assumption stands; what has no part of its own is said of patients."""
    head, _, rest = one.path.partition(".")
    return head if rest else "patients"


def _name(one: Assumption[Any]) -> str:
    return one.path.partition(".")[2] or one.path


def _numbers(one: Assumption[Any]) -> str:
    if not one.by:
        return _value(one.of[""], one.unit)
    return f"by {one.by}: " + "; ".join(f"{value}: {_value(of, one.unit)}" for value, of in one.of.items())


def _value(of: Any, unit: str) -> str:
    if isinstance(of, Mapping):
        return ", ".join(f"{name} {_percent(share)}" for name, share in of.items())
    if isinstance(of, Spread):
        middle = "" if of.shape == "uniform" else f", mean {of.mean:g}, standard deviation {of.sd:g}"
        return f"{of.shape}{middle}, from {of.low:g} to {of.high:g}"
    return f"{of:g}" if unit else _percent(of)


def _percent(share: float) -> str:
    return f"{share * 100:.4g} %"


def _basis(one: Assumption[Any], numbers: Mapping[str, int]) -> str:
    cited = ", ".join(f"[{numbers[key]}]" for key in one.sources)
    return " ".join(part for part in (cited, f"Assumed: {one.assumed}" if one.assumed else "") if part)

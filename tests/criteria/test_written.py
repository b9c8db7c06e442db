"""The files of shapes/criteria/ are what the meanings of the kinds say, and nothing beside them."""

from __future__ import annotations

import re

import pytest

from payergraph.criteria import KINDS
from payergraph.criteria.shapes import components_of
from payergraph.criteria.written import written
from payergraph.locate import folder


def test_each_kind_has_one_file_and_each_file_a_kind() -> None:
    there = {path.name for path in (folder("shapes") / "criteria").iterdir()}
    assert there == set(written())


@pytest.mark.parametrize("name", sorted(written()))
def test_a_file_is_what_is_written_from_its_kind(name: str) -> None:
    """Where it is not: python docs/build.py."""
    assert (folder("shapes") / "criteria" / name).read_text(encoding="utf-8") == written()[name]


def test_every_part_of_a_kind_is_read_back_as_two_components() -> None:
    for kind, components in components_of().items():
        names = {part.name for part in KINDS[kind].parts}
        assert {one.iri.rpartition("#")[2] for one in components} == {
            f"{name}{bound}ConstraintComponent" for name in names for bound in ("Established", "Possible")
        }
        for part in KINDS[kind].parts:
            assert {p.name: (p.range_iri, p.optional) for p in part.parameters} in [
                {p.name: (p.range, p.optional) for p in one.parameters} for one in components
            ]


def test_no_variable_is_called_as_a_parameter() -> None:
    """For SPARQL they would be one: a row's value would have to be what is asked."""
    for components in components_of().values():
        for one in components:
            parameters, variables = (set(re.findall(rf"\{sign}(\w+)", one.select)) for sign in "$?")
            assert not parameters & variables, one.iri

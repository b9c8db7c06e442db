"""Annotations can be read at run time: Typer reads those of the commands, other tools those of the API."""

from __future__ import annotations

import inspect
import typing
from functools import cached_property
from types import FunctionType

import pandas
import pytest

import payergraph
from payergraph.cli import COMMANDS, app
from payergraph.cohorts import attrition, shares, whatif
from payergraph.cohorts.patterns import Patterns
from payergraph.order.strictness import Strictness


def methods(of: type) -> list[FunctionType]:
    """The functions that a class of ours defines, those behind its properties too."""
    found = []
    for value in vars(of).values():
        if isinstance(value, staticmethod | classmethod):
            value = value.__func__
        elif isinstance(value, property):
            value = value.fget
        elif isinstance(value, cached_property):
            value = value.func
        if inspect.isfunction(value) and value.__module__.startswith("payergraph"):
            found.append(value)
    return found


@pytest.mark.parametrize("name", payergraph.__all__)
def test_what_is_annotated_in_the_api_is_found(name: str) -> None:
    offered = getattr(payergraph, name)
    hints = typing.get_type_hints(offered)
    if inspect.isfunction(offered):
        assert "return" in hints
        assert set(inspect.signature(offered).parameters) <= set(hints)
    for method in methods(offered) if inspect.isclass(offered) else ():
        # The names that are not there: libraries of an extra, or what needs one, read when it is asked for.
        late = {"parts": shares, "stops": attrition, "whatif": whatif, "Patterns": Patterns}
        typing.get_type_hints(method, localns={"pandas": pandas, "Strictness": Strictness, **late})


def test_the_options_of_each_command_are_found() -> None:
    assert [command.callback.__name__ for command in app.registered_commands] == [c.__name__ for c in COMMANDS]
    for command in app.registered_commands:
        hints = typing.get_type_hints(command.callback, include_extras=True)
        options = inspect.signature(command.callback).parameters
        assert set(hints) == {*options, "return"} and options
        assert all(typing.get_origin(hints[name]) is typing.Annotated for name in options)

"""A question or a query as others run it: by curl at the endpoint of ``payergraph serve``, or in Python."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote, urlencode

from .. import terms
from ..table import Kind
from .questions import Question

#: Where ``payergraph serve`` answers unless it is told otherwise.
SERVED = "http://127.0.0.1:7878"
#: Its address for queries.
ENDPOINT = f"{SERVED}/query"
_ACCEPT = {"csv": "text/csv", "json": "application/sparql-results+json", "turtle": "text/turtle"}
Format = Literal["csv", "json", "turtle"]


def question_as_curl(question: Question, given: Mapping[str, str]) -> str:
    """A command that saves nothing and prints the answer to a stored question as CSV.

    Args:
        given: the parameters as texts; an empty one takes the default away.
    """
    asked = urlencode(_told(question, given), quote_via=quote)
    address = f"{SERVED}/questions/{question.name}.csv" + (f"?{asked}" if asked else "")
    return f"curl --silent --fail {shlex.quote(address)}"


def question_as_python(question: Question, given: Mapping[str, str]) -> str:
    """Lines of Python that have the answer to a stored question as a data frame."""
    named = "".join(f", {name}={text!r}" for name, text in _told(question, given).items())
    return f'import payergraph\n\ntable = payergraph.query("{question.name}"{named})\ntable.to_dataframe()\n'


def query_as_curl(query: str, kind: Kind, form: Format = "csv") -> str:
    """A command that prints the answer to a query; triples come as Turtle.

    Args:
        kind: the form of the query.
    """
    accept = _ACCEPT["turtle" if kind in ("construct", "describe") else form]
    data = shlex.quote(f"query={declared(query)}")
    return f"curl --silent --fail --header 'Accept: {accept}' {ENDPOINT} \\\n  --data-urlencode {data}"


def query_as_python(query: str) -> str:
    """Lines of Python that have the answer to a query as a data frame."""
    # Three quotes keep the lines of the query; what ends them, or is no plain text, is written by repr.
    plain = '"""' not in query and "\\" not in query and not query.endswith('"')
    text = f'"""\\\n{query.rstrip()}\n"""' if plain else repr(query)
    return f"import payergraph\n\nquery = {text}\ntable = payergraph.query(query)\ntable.to_dataframe()\n"


def declared(query: str) -> str:
    """A query with those prefixes of the project that it uses and does not declare, so that any endpoint reads it."""
    lowered = query.lower()
    missing = [
        f"PREFIX {prefix}: <{space}>"
        for prefix, space in terms.PREFIXES.items()
        if f"{prefix}:" in query and f"prefix {prefix}:" not in lowered
    ]
    return "\n".join([*missing, query])


def _told(question: Question, given: Mapping[str, str]) -> dict[str, str]:
    """The parameters that differ from what holds without them."""
    return {one.name: given[one.name] for one in question.parameters if given.get(one.name, one.default) != one.default}

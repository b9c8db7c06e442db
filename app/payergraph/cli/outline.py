"""``payergraph outline``: a policy or a label as a compact outline."""

from __future__ import annotations

from typing import Annotated

import typer

from .base import say


def outline(
    policy: Annotated[str, typer.Argument(metavar="POLICY", help="A policy, a label, or a document with several.")],
) -> None:
    """Print a policy as an outline to read and to sign; docs/outline.md tells what stands in it."""
    from ..author.outline import outline as write
    from ..locate import folder
    from ..store.graph import shipped

    say(write(policy, folder("data"), shipped()), nl=False)

"""What the files of ``shapes/criteria/`` hold, written from the kinds."""

from __future__ import annotations

from ..meaning.shapes import file_name, file_text
from ..wording import opening
from . import MODULES


def written() -> dict[str, str]:
    """The text of each file, by its name."""
    return {
        file_name(module.KIND.name): file_text(
            module.KIND.name,
            module.__name__.rpartition(".")[2],
            opening(module),
            module.KIND.parts,
        )
        for module in MODULES
    }

"""ICD-10-CM: how its codes are written, and which there are, as the library of the classification has them.

Codes that stand on a concept need no library. It is read when another one is met, once in a process, for that takes
about two seconds and 180 MB. It is an extra: without it a code is judged by its form alone.
"""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from typing import Any

LIBRARY = "simple_icd_10_cm"
_FORM = re.compile(r"[A-Z][0-9][0-9A-Z]([0-9A-Z]{1,4})?")


def compact(text: str) -> str:
    """A code without its dot, in capitals."""
    return re.sub(r"[.\s]", "", text).upper()


def dotted(code: str) -> str:
    """A compact code as people write it."""
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def is_formed(code: str) -> bool:
    """Whether a compact code has the form of one."""
    return _FORM.fullmatch(code) is not None


def is_installed() -> bool:
    """Whether codes can be looked up."""
    return find_spec(LIBRARY) is not None


def is_code(code: str) -> bool | None:
    """Whether the classification has a compact code, as a category or below one; None where it cannot be looked up."""
    if not is_formed(code):
        return False
    if not is_installed():
        return None
    found: bool = _library().is_valid_item(code) and _library().is_category_or_subcategory(code)
    return found


def is_written(text: str) -> bool:
    """Whether a text is a code as people write it: with its dot, or one that there is. C3G is a disease."""
    code = compact(text)
    return is_formed(code) and (text.strip()[3:4] == "." or bool(is_code(code)))


def title(code: str) -> str:
    """What the classification calls a compact code; empty where it has none such, or cannot be looked up."""
    return str(_library().get_description(code)) if is_code(code) else ""


def exact(code: str) -> tuple[str, ...]:
    """What a claim may name of a compact code, with dots: itself where nothing is below it, else the last ones below.

    None where there is no such code, or it cannot be looked up.
    """
    if not is_code(code):
        return ()
    library = _library()
    return tuple(one for one in library.get_descendants(code) if library.is_leaf(one)) or (dotted(code),)


def nearest(code: str) -> str:
    """What there is of a compact code that is none, as the end of a sentence: the longest beginning that is one."""
    for length in range(len(code) - 1, 2, -1):
        if name := title(code[:length]):
            return f"the nearest is {dotted(code[:length])}, “{name}”"
    return f"there is no category {code[:3]}"


def _library() -> Any:
    return import_module(LIBRARY)

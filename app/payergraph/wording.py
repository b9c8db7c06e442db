"""Numbers and dates in words, and how a sentence begins."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from types import ModuleType

_SPELLED = ("none", "one", "two", "three", "four", "five", "six")


def numeral(value: Decimal | str) -> str:
    """A number, or its digits, as people write it: without exponent and without zeros at its end.

    >>> numeral(Decimal("1e2")), numeral("10.0"), numeral("0.50")
    ('100', '10', '0.5')
    """
    text = value if isinstance(value, str) else format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def spelled(number: int) -> str:
    """A small number in letters, another in digits.

    >>> spelled(2), spelled(12)
    ('two', '12')
    """
    return _SPELLED[number] if 0 <= number < len(_SPELLED) else str(number)


def counted(number: int | str, unit: str) -> str:
    """A number with its unit: ``1 month``, ``3 months``; the unit takes an s, before what it is counted by or of.

    >>> counted(1, "month"), counted("0.5", "month"), counted(0, "row"), counted(2, "dose per lifetime")
    ('1 month', '0.5 months', '0 rows', '2 doses per lifetime')
    """
    head, of, tail = next((parts for word in (" per ", " of ") if (parts := unit.partition(word))[1]), (unit, "", ""))
    return f"{number} {head}{'' if str(number) == '1' else 's'}{of}{tail}"


def least(amounts: Sequence[str], *, up_to: bool = False) -> str:
    """An amount, or the least of several: ``up to 6 months``, ``the lesser of 6 months or 3 cycles``.

    >>> least(["6 months"], up_to=True), least(["1 year", "the pregnancy", "2 doses"])
    ('up to 6 months', 'the least of 1 year, the pregnancy or 2 doses')
    """
    *others, last = amounts
    word = "lesser" if len(others) == 1 else "least"
    text = f"the {word} of {', '.join(others)} or {last}" if others else last
    return f"up to {text}" if up_to else text


def first_day(text: str) -> date:
    """The first day of a day, a month or a year in ISO 8601.

    Raises:
        ValueError: the text is none of them.

    >>> first_day("2019-09")
    datetime.date(2019, 9, 1)
    """
    return date.fromisoformat((text + "-01-01")[:10])


def written(text: str) -> str:
    """A day, a month or a year in ISO 8601 as people write it, no more exact than it is given.

    >>> written("2019-09"), written("2024-06-01")
    ('September 2019', '1 June 2024')
    """
    day = first_day(text)
    return {4: f"{day.year}", 7: f"{day:%B %Y}"}.get(len(text), f"{day.day} {day:%B %Y}")


def sentence(text: str) -> str:
    """A text as a sentence begins: its first letter large, the others as they are.

    >>> sentence("undated, payer's own document"), sentence("")
    ("Undated, payer's own document", '')
    """
    return text[:1].upper() + text[1:]


def opening(thing: ModuleType | Callable[..., object]) -> str:
    """The first line of what a module or a function says of itself, also where Python leaves such texts out (``-OO``).

    >>> opening(opening)[:31]
    'The first line of what a module'
    """
    text = thing.__doc__
    if text is None:
        tree = ast.parse(inspect.getsource(thing))
        said = tree if isinstance(thing, ModuleType) else tree.body[0]
        assert isinstance(said, ast.Module | ast.FunctionDef)
        text = ast.get_docstring(said) or ""
    return text.partition("\n")[0]

"""Numbers and dates in words, and how a sentence begins."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

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
    """A number with its unit: ``1 month``, ``3 months``; the unit takes an s.

    >>> counted(1, "month"), counted("0.5", "month"), counted(0, "row")
    ('1 month', '0.5 months', '0 rows')
    """
    return f"{number} {unit}{'' if str(number) == '1' else 's'}"


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

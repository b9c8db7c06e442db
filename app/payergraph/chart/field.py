"""What is known of a field of a case; the fields stand in ``fields``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

#: text: any words; name: a concept; code: an ICD-10-CM code; choice: one of a few words; flag: true or false;
#: count: a whole number; number: a decimal; value: a decimal or a concept; day: a full date; date: a full or partial
#: date; entry: fields of its own.
Type: TypeAlias = Literal["text", "name", "code", "choice", "flag", "count", "number", "value", "day", "date", "entry"]


@dataclass(frozen=True)
class Field:
    """One field of a case.

    Attributes:
        key: the word in YAML and JSON.
        prop: the IRI of the property in RDF.
        help: what belongs here, in one sentence.
        many: whether it is a list.
        required: whether the entry that it belongs to says nothing without it.
        kinds: the classes that a name may be of; of a code, the class of what it means.
        open: whether a name or a code that the graph does not know is kept (``unheard``), and no error.
        choices: the words to choose from, each with its term.
        meanings: the same words, each with what it means in one short phrase.
        synonyms: what surely means one of the words (of a flag, ``true`` or ``false``), as ``spoken`` gives it.
        asks: what could mean several of the words, as ``spoken`` gives it, each with why it is no answer.
        units: what may follow the number in a chart without changing it, as ``unit`` gives it.
        low, high: the least and the greatest number, both included.
        aliases: other keys for the same field, each with the kinds that its name may be of.
        fields: the fields of an entry.
        ahead: of a date: whether it may lie after the request.
    """

    key: str
    type: Type
    prop: str
    help: str
    many: bool = False
    required: bool = False
    kinds: tuple[str, ...] = ()
    open: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    synonyms: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1_000_000_000)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    ahead: bool = False

"""An order as data: JSON, and a record a rule."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .. import terms
from ..criteria import SettledBy
from ..policies.model import Criterion
from .implication import Implication
from .rules import Ruled

if TYPE_CHECKING:
    from .answer import Order

#: The version of the JSON: it rises when a key goes or means something else, and not when one is added.
FORMAT_VERSION = 1
COLUMNS = (
    *("group", "rule", "name", "policy", "whole", "stricterThan", "possible", "fewestTherapies", "youngest", "oldest"),
    *("leftOut", "authority", "locator", "source"),
)


def as_json(found: Mapping[str, Any]) -> str:
    """As a text."""
    return json.dumps(found, indent=2, ensure_ascii=False)


def _head(order: Order) -> dict[str, Any]:
    """What was put in order."""
    return {
        "formatVersion": FORMAT_VERSION,
        "drug": order.drug,
        "indication": order.indication,
        "request": order.request.value,
        "authority": order.authority.value,
        "asOf": order.as_of.isoformat(),
        "graphVersion": order.graph_version,
    }


def whole(order: Order) -> dict[str, Any]:
    """The rules, those that are equal, and of the others which is directly stricter than which."""
    stricter = [
        {"rule": one.id, "than": other.id, "asFarAsShown": order.as_far_as_shown(one, other)}
        for one, other in order.next_wider
    ]
    return _head(order) | {
        "rules": [_in_order(order, rule) for group in order.groups for rule in group.rules],
        "equal": [[rule.id for rule in group.rules] for group in order.groups],
        "stricterThan": stricter,
        "undecided": [[one.id, other.id] for one, other in order.undecided],
        "showNothing": [_rule(rule) for rule in order.silent],
        "unanswered": [item.record() for item in order.unanswered],
    }


def pair(order: Order, there: Implication, back: Implication) -> dict[str, Any]:
    """How two rules stand to each other, with a case either way."""
    relation = order.relation(there.meets, there.other).value
    return _head(order) | {"relation": relation, "implies": there.record(), "impliedBy": back.record()}


def _in_order(order: Order, rule: Ruled) -> dict[str, Any]:
    bounds = order.extremes(rule)
    return _rule(rule) | {
        "possible": order.possible(rule),
        "fewestTherapies": bounds.therapies if bounds else None,
        "youngest": bounds.youngest if bounds else None,
        "oldest": bounds.oldest if bounds else None,
    }


def _rule(rule: Ruled) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "policy": rule.policy.id,
        "alsoRules": [one.id for one in rule.rules[1:]],
        "whole": rule.whole,
        "leftOut": [
            {"id": one.id, "text": one.summary, "why": why_left_out(one), "locator": one.locator}
            for one in rule.left_out
        ],
        "authority": rule.policy.authority.value,
        "source": terms.slug(rule.policy.source),
        "locator": rule.rules[0].locator,
    }


def why_left_out(criterion: Criterion) -> str:
    """Why no chart settles a criterion."""
    return "not shown" if criterion.settled_by is SettledBy.WHOLE_DOCUMENT else "left to a reviewer"


# --- a record a rule -------------------------------------------------------------------------------------


def tidy(order: Order) -> list[dict[str, str]]:
    """One record a rule, from strictest to widest; those that show nothing last, without a group."""
    return [*_tidy_in_order(order), *(dict.fromkeys(COLUMNS, "") | _tidy(rule) for rule in order.silent)]


def _tidy_in_order(order: Order) -> Iterator[dict[str, str]]:
    first = {group.number: group.rules[0].id for group in order.groups}
    for group in order.groups:
        for rule in group.rules:
            bounds = order.extremes(rule)
            told = _tidy(rule) | {
                "group": str(group.number),
                "stricterThan": " ".join(first[number] for number in group.wider),
                "possible": {True: "yes", False: "no", None: ""}[order.possible(rule)],
                "fewestTherapies": str(bounds.therapies) if bounds else "",
                "youngest": _text(bounds.youngest if bounds else None),
                "oldest": _text(bounds.oldest if bounds else None),
            }
            yield {column: told[column] for column in COLUMNS}


def _tidy(rule: Ruled) -> dict[str, str]:
    return {
        "rule": rule.id,
        "name": rule.name,
        "policy": rule.policy.id,
        "whole": "yes" if rule.whole else "no",
        "leftOut": " ".join(one.id for one in rule.left_out),
        "authority": rule.policy.authority.value,
        "locator": rule.rules[0].locator,
        "source": terms.slug(rule.policy.source),
    }


def _text(number: int | None) -> str:
    return "" if number is None else str(number)

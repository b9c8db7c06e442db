"""The connectives of a tree, in Kleene's strong logic. They ask nothing themselves; their parts do."""

from functools import partial

from .. import terms
from ._kind import Kind
from ._studied import Burden, Restriction, never

_connective = partial(Kind, changeable=True, restriction=Restriction.NONE, burden=Burden.NONE, exceptional=never)

ALL_OF = _connective("AllOf", "all of", lambda values: "All of the following")
ANY_OF = _connective("AnyOf", "any of", lambda values: "At least one of the following")
AT_LEAST = _connective(
    "AtLeastOf", "at least of", lambda values: f"At least {values.number('minimumParts')} of the following"
)
NONE_OF = _connective("NoneOf", "none of", lambda values: "None of the following")
IF_THEN = _connective("IfThen", "if then", lambda values: "What is asked depends on a condition")

KINDS = (ALL_OF, ANY_OF, AT_LEAST, NONE_OF, IF_THEN)

#: The property that holds the list of parts.
LISTS = {
    ALL_OF.name: terms.SH + "and",
    ANY_OF.name: terms.SH + "or",
    AT_LEAST.name: "parts",
    NONE_OF.name: "parts",
}
#: The properties of an IfThen that hold a part each, and the word before it; the last one may be left out.
ROLES = {"premise": "If", "consequence": "Then", "otherwise": "Otherwise"}

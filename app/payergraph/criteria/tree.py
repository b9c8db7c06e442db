"""The two connectives, Kleene's strong AND and OR. They ask nothing themselves; their parts do."""

from functools import partial

from ._kind import Kind
from ._studied import Burden, Restriction, never

_connective = partial(Kind, changeable=True, restriction=Restriction.NONE, burden=Burden.NONE, exceptional=never)

ALL_OF = _connective("AllOf", "all of", lambda values: "All of the following")
ANY_OF = _connective("AnyOf", "any of", lambda values: "At least one of the following")

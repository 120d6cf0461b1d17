"""An operand that is not a number but stands for one: what is done with it is written down, not computed.

A formula (see core/formulas.py) is made of operators and of calls of primitives by name. Of symbols every
operator is such a call too: whoever knows how each primitive is written can read a formula.
"""

from collections.abc import Sequence
from typing import Any, Self

__all__ = ["Symbol"]


class Symbol:
    """A symbol of any kind: a kind says what `call` makes of a primitive, and of a power that is a number."""

    brief = False  # whether a formula may take the short form that holds in the usual case

    def call(self, name: str, x: Sequence[Any]) -> Self:
        """The primitive of that name applied to operands, symbols and floats."""
        raise NotImplementedError

    def raised(self, exponent: float) -> Self:
        """This to a power that is a number."""
        raise NotImplementedError

    def __add__(self, other: Any) -> Self:
        return self.call("add", (self, other))

    def __radd__(self, other: Any) -> Self:
        return self.call("add", (other, self))

    def __sub__(self, other: Any) -> Self:
        return self.call("subtract", (self, other))

    def __rsub__(self, other: Any) -> Self:
        return self.call("subtract", (other, self))

    def __mul__(self, other: Any) -> Self:
        return self.call("multiply", (self, other))

    def __rmul__(self, other: Any) -> Self:
        return self.call("multiply", (other, self))

    def __truediv__(self, other: Any) -> Self:
        return self.call("divide", (self, other))

    def __rtruediv__(self, other: Any) -> Self:
        return self.call("divide", (other, self))

    def __neg__(self) -> Self:
        return self.call("negate", (self,))

    def __pow__(self, other: Any) -> Self:
        return self.call("power", (self, other)) if isinstance(other, Symbol) else self.raised(other)

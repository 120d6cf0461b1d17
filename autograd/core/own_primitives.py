"""Primitives of a user's own, made of a function of floats."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, overload

from autograd.core.formulas import Formula
from autograd.core.nary import apply
from autograd.core.primitives import Primitive
from autograd.core.value import Value

Number = Value | float
Rule = Callable[..., tuple[float, ...]]

__all__ = ["primitive"]


@overload
def primitive(rule: Callable[[float], tuple[float, float]]) -> Callable[[Number], Value]: ...
@overload
def primitive(
    rule: Callable[[float, float], tuple[float, float, float]],
) -> Callable[[Number, Number], Value]: ...
@overload
def primitive(rule: Rule) -> Callable[..., Value]: ...
@overload
def primitive(*, derivative: Formula) -> Callable[[Rule], Callable[..., Value]]: ...
def primitive(rule: Rule | None = None, *, derivative: Formula | None = None) -> Callable[..., Any]:
    """Turn a function of floats into an operation on Values that works everywhere.

    `rule` takes one float for each input and returns, as one tuple, its value and then its derivative by
    each input. Works as a decorator.

    For derivatives of higher order the rule is run on Values, which works if it uses operators only. Where it
    does not, `derivative(x, y, i)` is the derivative by input i, a formula of the inputs x and the result y,
    written with functions of Values.

    >>> @primitive
    ... def hypotenuse(a, b):
    ...     c = (a * a + b * b) ** 0.5
    ...     return c, a / c, b / c
    >>> a, b = Value(3.0), Value(4.0)
    >>> c = hypotenuse(a, b)
    >>> c.backward()
    >>> c, a.grad, b.grad
    (Value(5.0, grad=1.0), 0.6, 0.8)

    >>> import math
    >>> @primitive(derivative=lambda x, y, i: 1.0 / (1.0 + x[0] ** 2))
    ... def arctangent(x):
    ...     return math.atan(x), 1.0 / (1.0 + x * x)
    """
    if rule is None and derivative is not None:
        if not callable(derivative):
            raise TypeError(f"derivative= takes a formula, lambda x, y, i: …, not {derivative!r}")
        return partial(made_of, derivative=derivative)
    return made_of(rule, derivative)


def made_of(rule: Any, derivative: Formula | None) -> Callable[..., Value]:
    """The operation that applies a user's rule to Values."""
    if not callable(rule):
        raise TypeError(f"a primitive is made of a function of floats, not of {rule!r}")
    name = getattr(rule, "__name__", type(rule).__name__)
    made = Primitive(name, name, 0, rule)
    made.derivative = derivative

    @wraps(rule)
    def operation(*inputs: Number) -> Value:
        return apply(made, list(inputs))

    operation.primitive = made  # type: ignore[attr-defined]
    return operation

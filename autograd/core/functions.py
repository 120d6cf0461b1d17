"""The operations as functions of Values or numbers, those of many inputs, and primitives of a user's own."""

from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any, overload

from autograd.core.formulas import Formula
from autograd.core.nary import apply, weighted_sum
from autograd.core.operands import listed
from autograd.core.primitives import PRIMITIVES, Primitive
from autograd.core.value import Value

Number = Value | float
Rule = Callable[..., tuple[float, ...]]

__all__ = [
    "abs",
    "add",
    "atan",
    "binary_cross_entropy",
    "cos",
    "cross_entropy",
    "divide",
    "dot",
    "exp",
    "log",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "multiply",
    "negate",
    "power",
    "primitive",
    "relu",
    "sigmoid",
    "sign",
    "sin",
    "softmax",
    "softplus",
    "sqrt",
    "step",
    "subtract",
    "sum",
    "tanh",
    "weighted_sum",
]


def add(a: Number, b: Number) -> Value:
    """a + b; its derivative is 1 by each.

    >>> add(2.0, 3.0)
    Value(5.0)
    """
    return apply(PRIMITIVES["add"], [a, b])


def subtract(a: Number, b: Number) -> Value:
    """a − b; its derivatives are 1 and −1.

    >>> subtract(2.0, 3.0)
    Value(-1.0)
    """
    return apply(PRIMITIVES["subtract"], [a, b])


def multiply(a: Number, b: Number) -> Value:
    """a × b; its derivatives are b and a.

    >>> multiply(2.0, 3.0)
    Value(6.0)
    """
    return apply(PRIMITIVES["multiply"], [a, b])


def divide(a: Number, b: Number) -> Value:
    """a / b; its derivatives are 1/b and −(a/b)/b.

    >>> divide(1.0, 4.0)
    Value(0.25)
    """
    return apply(PRIMITIVES["divide"], [a, b])


def power(a: Number, b: Number) -> Value:
    """aᵇ; its derivatives are b aᵇ⁻¹ and aᵇ ln a.

    >>> power(2.0, 3.0)
    Value(8.0)
    """
    return apply(PRIMITIVES["power"], [a, b])


def negate(x: Number) -> Value:
    """−x; its derivative is −1.

    >>> negate(2.0)
    Value(-2.0)
    """
    return apply(PRIMITIVES["negate"], [x])


def abs(x: Number) -> Value:
    """|x|; its derivative is the sign of x, 0 at 0.

    >>> abs(-2.0)
    Value(2.0)
    """
    return apply(PRIMITIVES["abs"], [x])


def exp(x: Number) -> Value:
    """eˣ; its derivative is itself.

    >>> exp(0.0)
    Value(1.0)
    """
    return apply(PRIMITIVES["exp"], [x])


def log(x: Number) -> Value:
    """The natural logarithm; its derivative is 1/x. At 0 it is −inf, below NaN.

    >>> log(1.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["log"], [x])


def sqrt(x: Number) -> Value:
    """√x; its derivative is 1 / 2√x, inf at 0. Below 0 it is NaN.

    >>> sqrt(9.0)
    Value(3.0)
    """
    return apply(PRIMITIVES["sqrt"], [x])


def sin(x: Number) -> Value:
    """sin x, x in radians; its derivative is cos x.

    >>> sin(0.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["sin"], [x])


def cos(x: Number) -> Value:
    """cos x, x in radians; its derivative is −sin x.

    >>> cos(0.0)
    Value(1.0)
    """
    return apply(PRIMITIVES["cos"], [x])


def atan(x: Number) -> Value:
    """The angle whose tangent is x, from −π/2 to π/2; its derivative is 1 / (1 + x²).

    >>> atan(0.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["atan"], [x])


def tanh(x: Number) -> Value:
    """The hyperbolic tangent, from −1 to 1; its derivative is 1 − tanh²x.

    >>> tanh(0.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["tanh"], [x])


def sigmoid(x: Number) -> Value:
    """σ(x) = 1 / (1 + e⁻ˣ), from 0 to 1; its derivative is σ(1 − σ).

    >>> sigmoid(0.0)
    Value(0.5)
    """
    return apply(PRIMITIVES["sigmoid"], [x])


def relu(x: Number) -> Value:
    """max(x, 0); its derivative is 1 above 0, else 0.

    >>> relu(-2.0), relu(2.0)
    (Value(0.0), Value(2.0))
    """
    return apply(PRIMITIVES["relu"], [x])


def softplus(x: Number) -> Value:
    """ln(1 + eˣ), a smooth relu; its derivative is the sigmoid.

    >>> softplus(1000.0)
    Value(1000.0)
    """
    return apply(PRIMITIVES["softplus"], [x])


def step(x: Number) -> Value:
    """1 where x > 0, else 0, which is the derivative of relu; its own derivative is taken as 0.

    >>> step(-2.0), step(2.0)
    (Value(0.0), Value(1.0))
    """
    return apply(PRIMITIVES["step"], [x])


def sign(x: Number) -> Value:
    """1 where x > 0, −1 where x < 0, 0 at 0: the derivative of |x|; its own derivative is taken as 0.

    >>> sign(-2.0), sign(0.0)
    (Value(-1.0), Value(0.0))
    """
    return apply(PRIMITIVES["sign"], [x])


def maximum(a: Number, b: Number) -> Value:
    """The larger of two; its derivative is 1 by that one and 0 by the other, ½ each at a tie.

    >>> maximum(2.0, 3.0)
    Value(3.0)
    """
    return apply(PRIMITIVES["maximum"], [a, b])


def minimum(a: Number, b: Number) -> Value:
    """The smaller of two; its derivative is 1 by that one and 0 by the other, ½ each at a tie.

    >>> minimum(2.0, 3.0)
    Value(2.0)
    """
    return apply(PRIMITIVES["minimum"], [a, b])


def sum(values: Iterable[Number]) -> Value:
    """Σ xᵢ as one node; of no values, 0.

    >>> sum([Value(1.0), Value(2.0), 4.0])
    Value(7.0)
    """
    things = listed("sum", values)
    return apply(PRIMITIVES["sum"], things) if things else Value(0.0)


def mean(values: Iterable[Number]) -> Value:
    """Σ xᵢ / n as one node.

    >>> mean([Value(1.0), Value(2.0)])
    Value(1.5)
    """
    return apply(PRIMITIVES["mean"], values)


def dot(a: Iterable[Number], b: Iterable[Number]) -> Value:
    """Σ aᵢbᵢ as one node.

    >>> dot([Value(1.0), Value(2.0)], [3.0, 4.0])
    Value(11.0)
    """
    return weighted_sum(a, b, 0.0)


def logsumexp(values: Iterable[Number]) -> Value:
    """ln Σ exp xᵢ, a smooth maximum, as one node; its derivatives are the softmax. No x overflows it.

    >>> logsumexp([1000.0, 0.0])
    Value(1000.0)
    """
    return apply(PRIMITIVES["logsumexp"], values)


def softmax(values: Iterable[Number]) -> list[Value]:
    """exp xᵢ / Σⱼ exp xⱼ for each i: logits turned into probabilities, a node each.

    The inputs of the node for xᵢ are xᵢ, then the others in their order.

    >>> softmax([0.0, 0.0])
    [Value(0.5), Value(0.5)]
    """
    nodes = [x if isinstance(x, Value) else Value(x) for x in listed("softmax", values)]
    if not nodes:
        raise ValueError("softmax needs at least one value, got none")
    return [apply(PRIMITIVES["softmax"], [nodes[i], *nodes[:i], *nodes[i + 1 :]]) for i in range(len(nodes))]


def cross_entropy(logits: Iterable[Number], probabilities: Iterable[Number]) -> Value:
    """−Σ tᵢ ln softmax(x)ᵢ of logits x and target probabilities t, in nats, as one node.

    >>> f"{cross_entropy([0.0, 0.0], [1.0, 0.0]):.6f}"
    '0.693147'
    """
    xs, ts = listed("cross_entropy", logits), listed("cross_entropy", probabilities)
    if len(xs) != len(ts):
        raise ValueError(f"cross_entropy of {len(xs)} logits needs as many probabilities, got {len(ts)}")
    return apply(PRIMITIVES["cross_entropy"], xs + ts)


def binary_cross_entropy(logit: Number, probability: Number) -> Value:
    """−t ln σ(x) − (1 − t) ln(1 − σ(x)) of a logit x and the probability t of yes, in nats.

    >>> f"{binary_cross_entropy(0.0, 1.0):.6f}"
    '0.693147'
    """
    return apply(PRIMITIVES["binary_cross_entropy"], [logit, probability])


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

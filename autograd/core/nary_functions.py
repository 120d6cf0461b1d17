"""The operations of any number of inputs as functions of Values or numbers."""

from collections.abc import Iterable
from typing import Any, Never

from autograd.core.nary import apply, weighted_sum
from autograd.core.operands import listed
from autograd.core.primitives import PRIMITIVES
from autograd.core.value import Value
from autograd.util.arguments import unknown_argument
from autograd.util.text import plural

Number = Value | float

__all__ = [
    "cross_entropy",
    "dot",
    "log_softmax",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "norm",
    "softmax",
    "sum",
    "weighted_sum",
    "where",
]


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


def norm(values: Iterable[Number]) -> Value:
    """√Σ xᵢ², the length of a vector, as one node; its derivatives are xᵢ over it, 0 by each at 0.

    >>> norm([Value(3.0), 4.0])
    Value(5.0)
    """
    return apply(PRIMITIVES["norm"], values)


def dot(a: Iterable[Number], b: Iterable[Number]) -> Value:
    """Σ aᵢbᵢ as one node.

    >>> dot([Value(1.0), Value(2.0)], [3.0, 4.0])
    Value(11.0)
    """
    return weighted_sum(a, b, 0.0)


def maximum(*values: Number | Iterable[Number]) -> Value:
    """The largest of two numbers or more, or of a list; its derivative is 1 by that one and 0 by the others.

    At a tie those that are equal share it: ½ each of two.

    >>> maximum(2.0, 3.0), maximum([4.0, Value(9.0), 2.0])
    (Value(3.0), Value(9.0))
    """
    return extreme("maximum", values)


def minimum(*values: Number | Iterable[Number]) -> Value:
    """The smallest of two numbers or more, or of a list; its derivative is 1 by that one and 0 by the others.

    At a tie those that are equal share it: ½ each of two.

    >>> minimum(2.0, 3.0), minimum([4.0, Value(9.0), 2.0])
    (Value(2.0), Value(2.0))
    """
    return extreme("minimum", values)


def extreme(name: str, values: tuple[Any, ...]) -> Value:
    """The node of the largest or smallest: that of two numbers, or that of a list."""
    if len(values) == 2:
        return apply(PRIMITIVES[name], list(values))
    things = listed(name, values[0]) if len(values) == 1 else list(values)
    if not things:
        raise ValueError(f"{name} needs at least one value, got none")
    return apply(PRIMITIVES[f"{name}_of"], things)


def where(condition: Value | bool, a: Number, b: Number) -> Value:
    """`a` where the condition holds, else `b`; the derivative is 1 by the one that is taken, 0 by the other.

    condition: a Value holds where it is above 0, and is looked at anew in each replay of a tape:
        `where(x - limit, a, b)`. A bool, such as `x > limit`, is known once, like an `if`: the result is then
        that branch itself, and a tape replays it for every example. (As a gradient of 0 times inf is NaN, a
        branch that is not taken should be finite: `where(x, maximum(x, 1.0).log(), 0.0)`.)

    >>> x = Value(-2.0)
    >>> where(x, x, 0.5 * x)
    Value(-1.0)
    """
    if isinstance(condition, bool) or type(condition).__name__ in ("bool_", "bool"):  # or one of NumPy's
        chosen = a if condition else b
        return chosen if isinstance(chosen, Value) else Value(chosen)
    if not isinstance(condition, Value):
        raise TypeError(
            f"the condition of where is a Value, which holds above 0, or a bool, not {condition!r}"
        )
    return apply(PRIMITIVES["where"], [condition, a, b])


def logsumexp(values: Iterable[Number]) -> Value:
    """ln Σ exp xᵢ, a smooth maximum, as one node; its derivatives are the softmax. No x overflows it.

    >>> logsumexp([1000.0, 0.0])
    Value(1000.0)
    """
    return apply(PRIMITIVES["logsumexp"], values)


def softmax(values: Iterable[Number], **unknown: Never) -> list[Value]:
    """exp xᵢ / Σⱼ exp xⱼ for each i: logits turned into probabilities, a node each.

    The inputs of the node for xᵢ are xᵢ, then the others in their order.

    >>> softmax([0.0, 0.0])
    [Value(0.5), Value(0.5)]
    """
    if unknown:
        raise unknown_argument("softmax", unknown)
    return one_by_one("softmax", values)


def log_softmax(values: Iterable[Number], **unknown: Never) -> list[Value]:
    """ln of softmax for each i, xᵢ − ln Σⱼ exp xⱼ, a node each; right where a share is close to 1 or to 0.

    The inputs of the node for xᵢ are xᵢ, then the others in their order.

    >>> log_softmax([1000.0, 0.0])
    [Value(0.0), Value(-1000.0)]
    """
    if unknown:
        raise unknown_argument("log_softmax", unknown)
    return one_by_one("log_softmax", values)


def one_by_one(name: str, values: Iterable[Number]) -> list[Value]:
    """A node for each of the values, whose inputs are that one and then the others."""
    nodes = [x if isinstance(x, Value) else Value(x) for x in listed(name, values)]
    if not nodes:
        raise ValueError(f"{name} needs at least one value, got none")
    return [apply(PRIMITIVES[name], [nodes[i], *nodes[:i], *nodes[i + 1 :]]) for i in range(len(nodes))]


def cross_entropy(logits: Iterable[Number], probabilities: Iterable[Number]) -> Value:
    """−Σ tᵢ ln softmax(x)ᵢ of logits x and target probabilities t, in nats, as one node.

    >>> f"{cross_entropy([0.0, 0.0], [1.0, 0.0]):.6f}"
    '0.693147'
    """
    xs, ts = listed("cross_entropy", logits), listed("cross_entropy", probabilities)
    if len(xs) != len(ts):
        raise ValueError(
            f"cross_entropy of {plural(len(xs), 'logit')} needs as many probabilities, got {len(ts)}"
        )
    return apply(PRIMITIVES["cross_entropy"], xs + ts)

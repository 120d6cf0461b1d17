# cython: annotation_typing=False
"""The local derivatives once more, as formulas of the operands and the result.

A formula is read in two ways, for it is made of operators and of calls of primitives by name:

    of Values   it is a derivative that is a graph, and can be differentiated again (derivatives.py);
    of names    it is how a derivative is written for people (naming/notation.py).

The numbers of a backward pass come from rules.py and nary_rules.py: there is a row here for each rule, and
the tests hold every formula to its rule. Where two forms are equal, the one that people know is taken:
tanh′ is 1 − y², right to a rounding error of 1, though near ±1 a longer form would be right to one of itself.
"""

from collections.abc import Callable, Sequence
from math import pi
from typing import Any

from autograd.core.nary import apply
from autograd.core.primitives import PRIMITIVES, Primitive
from autograd.core.value import Value

__all__ = ["FORMULAS", "Formula", "Operand", "formula_of"]

Operand = Any  # a Value, or what stands for one in a text: it has operators, and `call(name, operands)`
Formula = Callable[[Sequence[Operand], Operand, int], Operand]


def call(name: str, *x: Operand) -> Operand:
    """The primitive of that name applied to operands."""
    return apply(PRIMITIVES[name], x) if isinstance(x[0], Value) else x[0].call(name, x)


def is_brief(x: Sequence[Operand]) -> bool:
    """Whether a formula is for people, and may take the short form that holds in the usual case."""
    return getattr(x[0], "brief", False)


def by_exponent(x: Sequence[Operand], y: Operand) -> Operand:
    """aᵇ ln a; at a = 0, where ln a is −inf, it is 0 for b ≥ 0."""
    if isinstance(y, Value) and x[0].data == 0.0 <= x[1].data:
        return 0.0
    return y * call("log", x[0])


def by_base(x: Sequence[Operand]) -> Operand:
    """b aᵇ⁻¹; of a⁰ it is 0, at a = 0 too."""
    if isinstance(x[0], Value) and x[1].data == 0.0:
        return 0.0 if x[0].data == 0.0 else x[1] / x[0]
    return x[1] * x[0] ** (x[1] - 1.0)


def by_number(x: Operand, n: float) -> Operand:
    """n xⁿ⁻¹ for an exponent that is a number."""
    if n in (0.0, 1.0):
        return n
    return 2.0 * x if n == 2.0 else n * x ** (n - 1.0)


def share(x: Sequence[Operand], i: int) -> Operand:
    """softmax(x)ᵢ: the primitive takes the one it is of first."""
    return call("softmax", x[i], *x[:i], *x[i + 1 :])


def by_logit(x: Sequence[Operand], i: int) -> Operand:
    """pᵢ Σt − tᵢ; the targets are mostly probabilities, whose sum is 1."""
    k = len(x) // 2
    p, t = share(x[:k], i), x[k:]
    return p - t[i] if is_brief(x) else p * call("sum", *t) - t[i]


def by_target(x: Sequence[Operand], i: int) -> Operand:
    """−ln pᵢ, as ln Σ exp x − xᵢ, which is right where pᵢ is too small for a number."""
    k = len(x) // 2
    return -call("log", share(x[:k], i)) if is_brief(x) else call("logsumexp", *x[:k]) - x[i]


def reciprocal(n: int, x: Sequence[Operand]) -> Operand:
    """1/n, which people read as a fraction."""
    return x[0].literal(f"1/{n}") if is_brief(x) else 1.0 / n


def by_coordinate(x: Sequence[Operand], y: Operand, i: int) -> Operand:
    """xᵢ over the length y of all; at 0 it is 0."""
    return 0.0 if isinstance(y, Value) and y.data == 0.0 else x[i] / y


def by_side(x: Sequence[Operand], i: int) -> Operand:
    """Of the angle of (x₁, x₀): x₁ or −x₀ over the square of the distance; at (0, 0) it is 0."""
    if isinstance(x[0], Value) and x[0].data == 0.0 == x[1].data:
        return 0.0
    return (-x[0] if i else x[1]) / (x[0] ** 2.0 + x[1] ** 2.0)


def bell(x: Operand, sign: float) -> Operand:
    """2/√π exp(−x²), or minus that."""
    factor = x.literal("2/√π" if sign > 0.0 else "-2/√π") if is_brief([x]) else sign * TWO_OVER_ROOT_PI
    return factor * call("exp", -(x**2.0))


def by_rival(x: Sequence[Operand], y: Operand, i: int, sign: float) -> Operand:
    """1 if xᵢ is the largest (the smallest, by the sign), shared by those that are; 0 else."""
    chosen = [1.0 - call("sign", sign * (y - x[j])) for j in ([i] if is_brief(x) else range(len(x)))]
    return chosen[0] if is_brief(x) or len(x) == 1 else chosen[i] / call("sum", *chosen)


def by_branch(x: Sequence[Operand], i: int) -> Operand:
    """Of the condition 0; of a branch 1 if it is taken, 0 else."""
    return 0.0 if i == 0 else call("step", x[0]) if i == 1 else 1.0 - call("step", x[0])


def by_factor(x: Sequence[Operand], i: int) -> Operand:
    """Of w·x + b by wᵢ it is xᵢ, by xᵢ it is wᵢ, by b it is 1."""
    k = len(x) // 2
    return 1.0 if i == 2 * k else x[i + k] if i < k else x[i - k]


TWO_OVER_ROOT_PI = 2.0 / pi**0.5

# By x[i], of operands x and result y.
FORMULAS: dict[str, Formula] = {
    "negate": lambda x, y, i: -1.0,
    "abs": lambda x, y, i: call("sign", x[0]),
    "exp": lambda x, y, i: y,
    "log": lambda x, y, i: 1.0 / x[0],
    "sqrt": lambda x, y, i: 1.0 / (2.0 * y),
    "sin": lambda x, y, i: call("cos", x[0]),
    "cos": lambda x, y, i: -call("sin", x[0]),
    "tan": lambda x, y, i: 1.0 + y**2.0,
    "atan": lambda x, y, i: 1.0 / (1.0 + x[0] ** 2.0),
    "sinh": lambda x, y, i: call("cosh", x[0]),
    "cosh": lambda x, y, i: call("sinh", x[0]),
    "expm1": lambda x, y, i: call("exp", x[0]),
    "log1p": lambda x, y, i: 1.0 / (1.0 + x[0]),
    "erf": lambda x, y, i: bell(x[0], 1.0),
    "erfc": lambda x, y, i: bell(x[0], -1.0),
    "tanh": lambda x, y, i: 1.0 - y**2.0,
    "sigmoid": lambda x, y, i: y * (1.0 - y),
    "relu": lambda x, y, i: call("step", x[0]),
    "softplus": lambda x, y, i: call("sigmoid", x[0]),
    "step": lambda x, y, i: 0.0,
    "sign": lambda x, y, i: 0.0,
    "add": lambda x, y, i: 1.0,
    "subtract": lambda x, y, i: (1.0, -1.0)[i],
    "multiply": lambda x, y, i: x[1 - i],
    "divide": lambda x, y, i: -y / x[1] if i else 1.0 / x[1],
    "power": lambda x, y, i: by_exponent(x, y) if i else by_base(x),
    "maximum": lambda x, y, i: (1.0 + call("sign", x[i] - x[1 - i])) / 2.0,
    "minimum": lambda x, y, i: (1.0 - call("sign", x[i] - x[1 - i])) / 2.0,
    "atan2": lambda x, y, i: by_side(x, i),
    "hypot": lambda x, y, i: by_coordinate(x, y, i),
    "binary_cross_entropy": lambda x, y, i: -x[0] if i else call("sigmoid", x[0]) - x[1],
    "sum": lambda x, y, i: 1.0,
    "mean": lambda x, y, i: reciprocal(len(x), x),
    "weighted_sum": lambda x, y, i: by_factor(x, i),
    "norm": lambda x, y, i: by_coordinate(x, y, i),
    "maximum_of": lambda x, y, i: by_rival(x, y, i, 1.0),
    "minimum_of": lambda x, y, i: by_rival(x, y, i, -1.0),
    "where": lambda x, y, i: by_branch(x, i),
    "logsumexp": lambda x, y, i: call("exp", x[i] - y),
    "softmax": lambda x, y, i: -y * share(x, i) if i else y * (1.0 - y),
    "log_softmax": lambda x, y, i: -share(x, i) if i else 1.0 - call("exp", y),
    "cross_entropy": lambda x, y, i: by_logit(x, i) if i < len(x) // 2 else by_target(x, i - len(x) // 2),
}


def formula_of(primitive: Primitive) -> Formula | None:
    """The formula of a primitive; None where there is only a user's rule."""
    if primitive.function is not None:
        return primitive.derivative  # type: ignore[no-any-return]
    if primitive.name == "power_of":
        return lambda x, y, i: by_number(x[0], primitive.number)
    return FORMULAS[primitive.name]

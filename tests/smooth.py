"""Every primitive at numbers where it is smooth, and its higher derivatives: ours, and by mpmath."""

from collections.abc import Iterator

import oracle

from autograd import Value, grad
from autograd.core.nary import apply
from autograd.core.primitives import PRIMITIVES, power_of

POINTS = (-40.0, -3.0, -0.7, 0.3, 1.7, 5.0, 40.0)
POSITIVE = ("log", "log1p", "sqrt", "power", "power_of")
MANY = {"weighted_sum": [0.3, -1.2, 2.5, 0.7, 0.1], "cross_entropy": [0.3, -1.2, 0.4, 0.6]}


def numbers_for(name: str, x: float) -> list[float]:
    """Numbers for a primitive, the first of them x or near it, where it is smooth."""
    if name in POSITIVE:
        x = abs(x)
    if name == "power_of":
        return [x, 2.3]
    arity = PRIMITIVES[name].arity
    return [x, *([] if arity == 1 else [0.6] if arity == 2 else MANY.get(name, [0.3, -1.2, 2.5])[1:])]


def node_of(name: str, numbers: list[float]) -> tuple[Value, list[Value]]:
    """A primitive applied to leaves of these numbers, and the leaves."""
    if name == "power_of":
        leaves = [Value(numbers[0])]
        return apply(power_of(numbers[1]), leaves), leaves
    leaves = [Value(number) for number in numbers]
    return apply(PRIMITIVES[name], leaves), leaves


def higher_derivatives(name: str, x: float) -> Iterator[tuple[int, float, float]]:
    """Of a primitive, by each input, to the fourth order: the order, our number, and mpmath's."""
    numbers = numbers_for(name, x)
    root, leaves = node_of(name, numbers)
    for i, leaf in enumerate(leaves):

        def along(t: object, i: int = i) -> object:
            moved = [t if i == j else oracle.MP.mpf(n) for j, n in enumerate(numbers)]
            return oracle.TEXTBOOK[name](*moved)[0]

        derivative = root
        for order in range(1, 5):
            derivative = grad(derivative, leaf, create_graph=True)
            yield order, derivative.data, float(oracle.MP.diff(along, numbers[i], order))

"""What gradcheck compares at second order: derivatives of gradients, with differences of gradients.

The one side are the formulas, applied to Values and differentiated again; the other the rules, from which
the gradient is computed anew as a leaf moves. So each formula is held against its rule.
"""

from collections.abc import Iterator, Mapping, Sequence

from autograd.checks.finite_differences import Curve
from autograd.core.backprop import topological_order
from autograd.core.derivatives import gradients
from autograd.core.gradients import grad
from autograd.core.value import Value

__all__ = ["second_facts"]

Facts = tuple[str, float, Curve, float, float]  # as in gradcheck.py


def second_facts(root: Value, name: str, leaves: Sequence[Value], names: Sequence[str]) -> Iterator[Facts]:
    """Each second derivative of `root` by a pair of leaves, with the curve of the gradient by the first."""
    order = topological_order(root)
    slopes = gradients(root, leaves)
    for i, (first, slope) in enumerate(zip(leaves, slopes, strict=True)):
        size = max(map(abs, [slope.data, *largest_terms(order, first)]))
        seconds = grad(slope, leaves[i:])
        for second, other, derivative in zip(leaves[i:], names[i:], seconds, strict=True):
            subject = f"{name} by the leaf {names[i]}, then by {other}"
            yield subject, derivative, gradient_curve(order, first, second), second.data, size


def gradient_curve(order: Sequence[Value], by: Value, moved: Value) -> Curve:
    """The gradient of the last of `order` by a leaf, computed from the rules, as another leaf moves."""

    def curve(x: float) -> float:
        return gradients_by_rules(order, {moved: x})[by]

    return curve


def gradients_by_rules(order: Sequence[Value], numbers: Mapping[Value, float]) -> dict[Value, float]:
    """The gradient of the last of `order` by every node, where some leaves are other numbers."""
    data: dict[Value, float] = {}
    slopes: dict[Value, tuple[float, ...]] = {}
    for node in order:
        if node.primitive is None:
            data[node] = numbers.get(node, node.data)
        else:
            data[node], slopes[node] = node.primitive.evaluate([data[value] for value in node.inputs])
    found = dict.fromkeys(order, 0.0)
    found[order[-1]] = 1.0
    for node in reversed(order):
        for value, slope in zip(node.inputs, slopes.get(node, ()), strict=True):
            found[value] += found[node] * slope
    return found


def largest_terms(order: Sequence[Value], leaf: Value) -> Iterator[float]:
    """What is added up to the gradient by a leaf: rounding errors are in proportion to the largest."""
    upstream = gradients_by_rules(order, {})
    for node in order:
        for value, slope in zip(node.inputs, node.local_derivatives, strict=True):
            if value is leaf:
                yield upstream[node] * slope

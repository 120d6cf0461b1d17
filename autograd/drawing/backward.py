"""The backward pass as a graph: what a drawing of it shows, and how its Values are called."""

from collections.abc import Mapping
from typing import Any

from autograd.core.backprop import as_node, topological_order
from autograd.core.derivatives import upstream_gradients
from autograd.core.value import Value
from autograd.naming.names import names_of, with_numbers
from autograd.naming.notation import format_number

__all__ = ["backward_pass"]


def backward_pass(
    root: Any, names: Mapping[Value, str] | None, model: Any
) -> tuple[list[Value], dict[Value, str]]:
    """`root`, its gradients by its leaves as Values, and the names of all that they are computed from.

    A gradient is called ∂L/∂x; one that passes a Value unchanged is that of several: ∂L/∂v1 = ∂L/∂x. It
    starts from ∂L/∂L, a Value of 1, so that every product with it stays. A number without a name has no
    gradient, unless no leaf has a name.
    """
    order = topological_order(as_node(root))
    called = names_of(order, names=names, model=model)
    leaves = [node for node in order if node.is_leaf]
    leaves = [node for node in leaves if node in called] or leaves
    called = with_numbers(called, order)
    leading = set(leaves)
    leading.update(node for node in order if not leading.isdisjoint(node.inputs))
    wanted = [node for node in reversed(order) if node in leading]
    found: dict[Value, list[str]] = {}
    outputs: dict[Value, None] = {root: None}
    for node, gradient in zip(wanted, upstream_gradients(order, wanted, Value(1.0)), strict=True):
        if isinstance(gradient, Value):
            by = called.get(node) or format_number(node.data)
            found.setdefault(gradient, []).append(f"∂{called.get(root, '')}/∂{by}")
            outputs |= {gradient: None} if node.is_leaf else {}
    return list(outputs), called | {node: " = ".join(words) for node, words in found.items()}

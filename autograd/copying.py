"""Copies and pickles of a graph, without nesting: one of any depth can be copied."""

from typing import Any

from autograd.chain import topological_order
from autograd.value import Value, recorded


def copied(root: Value, memo: dict[int, Any]) -> Any:
    """A copy of the graph under `root`; `memo` maps the ids of Values to the copies that there are."""
    for node in topological_order(root):
        if id(node) in memo:
            continue
        if node.primitive is None:
            copy = Value(node.data)
        else:
            inputs = [memo[id(value)] for value in node.inputs]
            copy = recorded(node.primitive, node.data, inputs, node.local_derivatives)
        copy.grad, copy.label = node.grad, node.label
        memo[id(node)] = copy
    return memo[id(root)]


def flattened(root: Value) -> tuple[list[Value], list[Any]]:
    """The graph under `root` as its leaves, which keep their identity in a pickle, and rows of the rest."""
    order = topological_order(root)
    leaves = [node for node in order if node.is_leaf]
    nodes = [node for node in order if not node.is_leaf]
    place = {node: i for i, node in enumerate(leaves + nodes)}
    rows = [
        (node.primitive, node.data, node.grad, node.label)
        + ([place[value] for value in node.inputs], node.local_derivatives)
        for node in nodes
    ]
    return leaves, rows


def restored(leaves: list[Value], rows: list[Any]) -> Value:
    """The root of a graph that was flattened."""
    nodes = list(leaves)
    for primitive, data, grad, label, places, slopes in rows:
        node = recorded(primitive, data, [nodes[place] for place in places], slopes)
        node.grad, node.label = grad, label
        nodes.append(node)
    return nodes[-1]


def restored_leaf(data: float, label: str | None, grad: float) -> Value:
    """A leaf with the gradient that it had."""
    node = Value(data, label)
    node.grad = grad
    return node

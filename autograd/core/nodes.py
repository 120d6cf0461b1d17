"""How a node lies in memory, interpreted: inputs and derivatives in two lists. (Compiled: nodes.pyx.)"""

import sys
from typing import Any, Self

from autograd.core.hints import Fixed
from autograd.core.primitives import Primitive


def fix(kind: type, names: dict[str, Any]) -> None:
    """Set attributes of a type whose attributes cannot be set."""
    for name, thing in names.items():
        type.__setattr__(kind, name, thing)


class Node(metaclass=Fixed):
    """What a Value keeps, before it has any meaning."""

    __slots__ = (
        "__weakref__", "_count", "_data", "_grad", "_inputs", "_label", "_line", "_mark", "_primitive",
        "_slopes",
    )  # fmt: skip

    _data: float
    _grad: float
    _label: str | None
    _primitive: Primitive | None
    _count: int
    _line: int
    _mark: int
    _inputs: list[Any]
    _slopes: list[float]

    def __new__(cls, *arguments: Any, **options: Any) -> Self:
        node = super().__new__(cls)
        node._data = node._grad = 0.0
        node._label = node._primitive = None
        node._count = node._line = node._mark = 0
        node._inputs, node._slopes = [], []
        return node

    if sys.platform == "emscripten":  # elsewhere CPython stops nesting in time, and is faster

        def __del__(self) -> None:
            release(self)


released: list[list[Any]] = []  # inputs of nodes that are being freed; the outermost `release` empties it


def release(node: Node) -> None:
    """Drop the inputs of a node that is being freed, and those that they alone held, without nesting.

    Left to CPython, a node that is freed frees its inputs from within, and these theirs. In a browser the
    stack ends after some thousands of them, and Python with it.
    """
    inputs, node._inputs = node._inputs, []
    is_outermost = not released
    released.append(inputs)
    if not is_outermost:
        return
    try:
        while released:
            last = released[-1]
            if last:
                last.pop()
            else:
                released.pop()
    finally:  # an interrupt must not leave anything here, or no later call would be the outermost
        released.clear()


def new_node(kind: Any, primitive: Primitive | None, data: float, count: int) -> Any:
    """A node of that kind, with room for `count` inputs that are to be connected."""
    return node_of(kind, primitive, data, [None] * count, [0.0] * count)


def node_of_one(kind: Any, primitive: Primitive, data: float, value: Any, slope: float) -> Any:
    """A node of that kind, computed from one other."""
    return node_of(kind, primitive, data, [value], [slope])


def node_of_two(
    kind: Any, primitive: Primitive, data: float, first: Any, by_first: float, second: Any, by_second: float
) -> Any:
    """A node of that kind, computed from two others."""
    return node_of(kind, primitive, data, [first, second], [by_first, by_second])


def node_of(
    kind: Any, primitive: Primitive | None, data: float, inputs: list[Any], slopes: list[float]
) -> Any:
    """A node of that kind with those inputs, and the local derivative by each."""
    node = kind.__new__(kind)
    node._data, node._primitive, node._count = data, primitive, len(inputs)
    node._inputs, node._slopes = inputs, slopes
    return node


def inputs_of(node: Node) -> list[Any]:
    """The inputs of a node, to be read and written."""
    return node._inputs


def slopes_of(node: Node) -> list[float]:
    """The local derivatives of a node, to be read and written."""
    return node._slopes


# Compiled, those of a pointer to a node; `inputs_ahead` also has memory fetched that a pass will need soon.
inputs_in, inputs_ahead, slopes_in = inputs_of, inputs_of, slopes_of


def memory_of(node: Node) -> Any:
    """Compiled, the pointer to a node."""
    return node


def is_computed(node: Node) -> bool:
    """Whether a node is no leaf, though it may be computed from nothing."""
    return node._primitive is not None


def label_of(node: Node) -> str | None:
    """The label of a node; None if it has none."""
    return node._label


def set_label(node: Node, label: str | None) -> None:
    """Set the label of a node; None takes it away."""
    node._label = label


def renew_memory() -> None:
    """Compiled, what a forked child does to the memory of nodes."""


def attach(node: Node, place: int, value: Node) -> None:
    """Make `value` the input of `node` at `place`."""
    node._inputs[place] = value


def attach_all(node: Node, place: int, values: list[Any], count: int, kind: type) -> int:
    """Make the first values inputs of a node, from `place` on, as far as they are of that kind; how many."""
    for i, value in enumerate(values[:count]):
        if type(value) is not kind:
            return i
        node._inputs[place + i] = value
    return min(count, len(values))


def connect(node: Node, place: int, value: Node, slope: float) -> None:
    """Make `value` the input of `node` at `place`, with that local derivative."""
    node._inputs[place], node._slopes[place] = value, slope


def data_of_inputs(node: Node) -> list[float]:
    """The numbers that the inputs of a node hold."""
    return [value._data for value in node._inputs]


Nodes = list[Any]


def node_in(row: list[Any], place: int) -> Any:
    """The node at a place in a list. (Compiled, its memory: no reference to it is counted.)"""
    return row[place]

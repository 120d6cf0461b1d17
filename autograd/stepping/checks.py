"""What a walk relies on, checked: numbers of steps, and that the graph still holds what was recorded."""

from operator import index
from typing import Any

from autograd.core.value import Value
from autograd.util.same_number import same_number

__all__ = ["check_count", "check_recorded"]


def check_count(method: str, count: int) -> int:
    """The number of steps that a method was given, which must be whole and not negative."""
    if isinstance(count, bool) or not hasattr(count, "__index__"):
        raise TypeError(f"{method} takes a number of steps, not {count!r}")
    if count < 0:
        raise ValueError(f"{method} takes a number of steps from 0 up, not {count}")
    return index(count)


def check_recorded(node: Value, name: str) -> None:
    """The inputs of a node must hold what it was computed from, or its arithmetic would be wrong."""
    primitive: Any = node.primitive
    data, slopes = primitive.evaluate([value.data for value in node.inputs])
    if not all(map(same_number, (data, *slopes), (node.data, *node.local_derivatives))):
        raise RuntimeError(
            f"{name} was computed from other numbers than its inputs hold now: compute "
            "again and step through that, or step through the backward pass alone (forward=False)"
        )

"""The outputs of a softmax, which are a node each, found together again and put in their order."""

import re
from collections.abc import Mapping, Sequence

from autograd.core.value import Value

__all__ = ["shares_in_order"]


def shares_in_order(nodes: Sequence[Value], names: Mapping[Value, str]) -> list[list[Value]]:
    """The outputs of each softmax or log_softmax of which there are several, the first one first."""
    groups: dict[tuple[str, frozenset[Value]], list[Value]] = {}
    for node in nodes:
        if node.primitive is not None and node.primitive.name in ("softmax", "log_softmax"):
            groups.setdefault((node.primitive.name, frozenset(node.inputs)), []).append(node)
    return [
        sorted(group, key=lambda node: sum(comes_before(other, node, group, names) for other in group))
        for group in groups.values()
        if len(group) > 1
    ]


def comes_before(a: Value, b: Value, group: Sequence[Value], names: Mapping[Value, str]) -> bool:
    """Whether `a` is an output before `b`: a node has its own input first, then the others in their order.

    A third output tells; of two for inputs that stand side by side the names do.
    """
    first, second = a.inputs[0], b.inputs[0]
    if first is second:
        return False
    for other in group:
        if other.inputs[0] is not first and other.inputs[0] is not second:
            return other.inputs.index(first) < other.inputs.index(second)
    place, other_place = b.inputs.index(first), a.inputs.index(second)
    if place != other_place:
        return place < other_place
    return numbered(names.get(a, "")) < numbered(names.get(b, ""))


def numbered(name: str) -> list[tuple[int, str]]:
    """A name as it is sorted: p[2] before p[10]."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]

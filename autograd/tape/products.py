"""Layers found again: sums over the same operands are a product with a matrix, however they were written.

`[w1 * x1 + w2 * x2 + b, v1 * x1 + v2 * x2 + c]` is a layer of two neurons. Sums that are weighted by what
all lanes share, and that have the same operands in the same order, can be computed together: in C an operand
is then loaded once for several of them (see products.h).
"""

from collections.abc import Container, Sequence

from autograd.core.value import Value
from autograd.tape.fuse_sums import Operand, Terms


def group_sums(
    computed: Sequence[Value], terms: dict[Value, Terms], in_lanes: Container[Value]
) -> list[list[Value]]:
    """The computed nodes in groups: the neurons of a layer are one, any other node is one by itself.

    A group stands where its first node did. Its operands are computed by then, for it is the same for all.

    >>> w, v, x = Value(2.0), Value(3.0), Value(1.0)
    >>> y, z = w * x, v * x
    >>> root = y * z
    >>> group_sums([y, z, root], {y: [(w, x)], z: [(v, x)], root: [(y, z)]}, {x, y, z, root})
    [[Value(2.0), Value(3.0)], [Value(6.0)]]
    """
    groups: dict[object, list[Value]] = {}
    for node in computed:
        operands = operands_of_layer(terms.get(node, []), in_lanes)
        groups.setdefault(operands or node, []).append(node)
    return list(groups.values())


def operands_of_layer(terms: Terms, in_lanes: Container[Value]) -> tuple[Operand | None, ...]:
    """What differs by lane in each term of a sum that is weighted by what is shared; of another, nothing."""
    operands: list[Operand | None] = []
    for p, q in terms:
        if q not in in_lanes:
            p, q = q, p
        if p in in_lanes:
            return ()
        operands.append(q if q in in_lanes else None)
    return () if all(operand is None for operand in operands) else tuple(operands)

# cython: annotation_typing=False, infer_types=True
"""Layers found again: sums over the same operands are a product with a matrix, however they were written.

`[w1 * x1 + w2 * x2 + b, v1 * x1 + v2 * x2 + c]` is a layer of two neurons. Sums that are weighted by what
all lanes share, and that have the same operands in the same order, can be computed together: in C an operand
is then loaded once for several of them (see products.h). So can the activations of these neurons, where they
are the same function of one number.
"""

from collections.abc import Container, Sequence

from autograd.core.value import Value
from autograd.tape.fuse_sums import Operand, Terms
from autograd.tape.lanes import LOOPS


def group_nodes(
    computed: Sequence[Value], terms: dict[Value, Terms], in_lanes: Container[Value]
) -> list[list[Value]]:
    """The computed nodes in groups: the neurons of a layer are one, and so are their activations.

    Any other node is a group by itself. A group stands where its first node did. Its operands are computed by
    then: they are the same for all, or a group.

    >>> w, v, x = Value(2.0), Value(3.0), Value(1.0)
    >>> y, z = w * x, v * x
    >>> root = y * z
    >>> group_nodes([y, z, root], {y: [(w, x)], z: [(v, x)], root: [(y, z)]}, {x, y, z, root})
    [[Value(2.0), Value(3.0)], [Value(6.0)]]
    """
    groups: dict[object, list[Value]] = {}
    first: dict[Value, Value] = {}  # in the group of each node
    for node in computed:
        key: object = node
        if node in terms and node in in_lanes:
            key = operands_of_layer(terms[node], in_lanes) or node
        elif node.primitive in LOOPS and node in in_lanes:
            key = node.primitive, first.get(node.inputs[0], node.inputs[0])
        group = groups.setdefault(key, [])
        group.append(node)
        first[node] = group[0]
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

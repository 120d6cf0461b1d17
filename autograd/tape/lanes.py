"""The loops over the lanes of a block, as the interpreted engine runs them; lanes.h is the same in C.

A block is some lanes of a batch. Operand r ≥ 0 is its row r, one number for each lane; operand −1 − s is
shared number s, the same in every lane.
"""

from typing import Any

from autograd.core.primitives import PRIMITIVES

VECTOR = 1  # how many lanes are worked on at once
PRODUCTS, LAYER, RULE = 0, 1, 2  # kinds of instructions; those after them are rules with a loop of their own
LOOPS = {PRIMITIVES[name]: 3 + i for i, name in enumerate(["relu", "tanh", "sigmoid", "exp"])}


class Block:
    """`rows` of `width` numbers, `count` of them in use, and what all lanes share; with their gradients.

    `wanted` says for which rows there is a gradient to work out, and there is for the first
    `shared_wanted` shared numbers.
    """

    rows: Any
    gradients: Any
    shared: Any
    shared_gradients: Any
    wanted: Any
    shared_wanted: int
    width: int
    count: int


def after(numbers: Any, count: int) -> Any:
    """The numbers from that one on."""
    return numbers[count:]


def places_after(places: Any, count: int) -> Any:
    """The places from that one on."""
    return places[count:]


def row_of(block: Block, operand: int) -> Any:
    """The numbers of an operand from the first lane on."""
    return block.shared[~operand:] if operand < 0 else block.rows[block.width * operand :]


def gradient_of(block: Block, operand: int) -> Any:
    """The gradients of an operand from the first lane on."""
    if operand < 0:
        return block.shared_gradients[~operand:]
    return block.gradients[block.width * operand :]


def is_wanted(block: Block, operand: int) -> bool:
    """Whether there is a gradient to work out."""
    return bool(~operand < block.shared_wanted if operand < 0 else block.wanted[operand])


def pad(block: Block, operand: int) -> None:
    """Nothing: the rows of Python have no lanes that are not in use."""


def share(block: Block, operand: int, number: float) -> None:
    """Set a shared number."""
    block.shared[~operand] = number


def clear(numbers: Any, count: int) -> None:
    """Set the first `count` numbers to 0."""
    for i in range(count):
        numbers[i] = 0.0


def products(block: Block, y: Any, count: int, pairs: Any, terms: int) -> None:
    """y[0], y[1], … = Σ pq over as many pairs each. (−0.0 + x is x, also where x is −0.0.)"""
    for j in range(count):
        operands = [(row_of(block, r), int(r >= 0)) for r in pairs[2 * terms * j : 2 * terms * (j + 1)]]
        value = row_of(block, y[j])
        for lane in range(1 if y[j] < 0 else block.count):
            total = -0.0
            for (p, p_step), (q, q_step) in zip(operands[::2], operands[1::2], strict=True):
                total += p[lane * p_step] * q[lane * q_step]
            value[lane] = total


def rule_of_one(kind: int, block: Block, y: int, slope: int, x: int) -> bool:
    """y = f(x) and its derivative, for the rule of that kind; whether there is such a loop: not in Python."""
    return False


def pass_back(block: Block, y: int, pairs: Any, terms: int) -> None:
    """The chain rule for y = Σ pq: the gradient of p grows by that of y × q, and the other way round."""
    for i in range(terms):
        p, q = pairs[2 * i], pairs[2 * i + 1]
        for operand, slope in ((p, q), (q, p)):
            if is_wanted(block, operand):
                pass_to(block, y, operand, slope)


def pass_back_layer(block: Block, y: Any, count: int, pairs: Any, terms: int) -> None:
    """The chain rule for the neurons of a layer."""
    for j in range(count):
        pass_back(block, y[j], pairs[2 * terms * j :], terms)


def pass_to(block: Block, y: int, operand: int, slope: int) -> None:
    """The gradient of `operand` += that of y × slope, in each lane; where it is shared, all are added up."""
    slopes, slope_step = row_of(block, slope), int(slope >= 0)
    upstream, gradient = gradient_of(block, y), gradient_of(block, operand)
    step = int(operand >= 0)
    for lane in range(1 if y < 0 else block.count):
        gradient[lane * step] += upstream[lane] * slopes[lane * slope_step]

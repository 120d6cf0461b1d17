"""The loops over the lanes of a block, as the interpreted engine runs them; lanes.h is the same in C."""

from typing import Any

from autograd.core.primitives import PRIMITIVES
from autograd.tape.blocks import Block, clear, gradient_of, is_wanted, row_of

PRODUCTS, LAYER, RULE, RELU = range(4)  # kinds of instructions; from RELU on, rules with a loop of their own
LOOPS = {PRIMITIVES[name]: RELU + i for i, name in enumerate(["relu", "tanh", "sigmoid", "exp"])}


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


def rules_of_one(kind: int, block: Block, y: Any, count: int, pairs: Any) -> int:
    """y[j] = f(x) and its derivative, for pairs of places of it and x; how many are done: none in Python."""
    return 0


def pass_back(block: Block, y: int, pairs: Any, terms: int) -> None:
    """The chain rule for y = Σ pq: the gradient of p grows by that of y × q, and the other way round."""
    start_gradients(block, y, pairs, terms)
    add_back(block, y, pairs, terms)


def start_gradients(block: Block, y: int, pairs: Any, terms: int) -> None:
    """Zero the gradients that get no other contributions than those of y: others had their memory so far."""
    for operand in pairs[: 2 * terms]:
        if 0 <= operand != y and block.used_once[operand] and is_wanted(block, operand):
            clear(gradient_of(block, operand), block.width)


def add_back(block: Block, y: int, pairs: Any, terms: int) -> None:
    """The contributions of y to the gradients of its operands."""
    for i in range(terms):
        p, q = pairs[2 * i], pairs[2 * i + 1]
        for operand, slope in ((p, q), (q, p)):
            if is_wanted(block, operand):
                pass_to(block, y, operand, slope)


def shared_products(block: Block, y: int, pairs: Any, terms: int, in_line: Any) -> None:
    """y = Σ pq, all of which is shared; which numbers lie in line is of use in C alone."""
    products(block, [y], 1, pairs, terms)


def pass_back_shared(block: Block, y: int, pairs: Any, terms: int, in_line: Any) -> None:
    """The chain rule for it."""
    pass_back(block, y, pairs, terms)


def pass_back_relus(block: Block, y: Any, count: int, pairs: Any) -> None:
    """The chain rule for y[j] = relu(x), whose derivative by x is that by y: both are above 0, or neither."""
    relu: Any = PRIMITIVES["relu"]
    for j in range(count):
        if is_wanted(block, pairs[2 * j + 1]):
            values = row_of(block, y[j])[: 1 if y[j] < 0 else block.count]
            slopes = [relu.evaluate([value])[1][0] for value in values]
            start_gradients(block, y[j], pairs[2 * j :], 1)
            add_products(block, y[j], pairs[2 * j + 1], slopes, 1)


def pass_back_layer(block: Block, y: Any, count: int, pairs: Any, terms: int) -> None:
    """The chain rule for the neurons of a layer."""
    start_gradients(block, y[0], pairs, terms)
    for j in range(count):
        add_back(block, y[j], pairs[2 * terms * j :], terms)


def pass_to(block: Block, y: int, operand: int, slope: int) -> None:
    """The gradient of `operand` += that of y × slope, in each lane; where it is shared, all are added up."""
    add_products(block, y, operand, row_of(block, slope), int(slope >= 0))


def add_products(block: Block, y: int, operand: int, slopes: Any, slope_step: int) -> None:
    """The same with those slopes. Where y is computed in place of the operand, its gradient is replaced."""
    upstream, gradient, step = gradient_of(block, y), gradient_of(block, operand), int(operand >= 0)
    for lane in range(1 if y < 0 else block.count):
        before = 0.0 if operand == y else gradient[lane * step]
        gradient[lane * step] = before + upstream[lane] * slopes[lane * slope_step]

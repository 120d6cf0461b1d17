"""A block of lanes in memory, for the interpreted engine; blocks.h is the same in C.

A block is some lanes of a batch. Operand r ≥ 0 is its row r, one number for each lane; operand −1 − s is
shared number s, the same in every lane.
"""

from typing import Any

VECTOR = 1  # how many lanes are worked on at once


class Block:
    """`rows` of `width` numbers, `count` of them in use, and what all lanes share; with their gradients.

    `wanted` says for which rows there is a gradient to work out, and there is for the first
    `shared_wanted` shared numbers. The gradient of a row that is `used_once` is one contribution. The
    gradients of row r are row `slots[r]` of them.
    """

    rows: Any
    gradients: Any
    shared: Any
    shared_gradients: Any
    wanted: Any
    used_once: Any
    slots: Any
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
    return block.gradients[block.width * block.slots[operand] :]


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


def copy(to: Any, numbers: Any, count: int) -> None:
    """Copy the first `count` numbers."""
    to[:count] = numbers[:count]

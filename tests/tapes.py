"""What tests of the tape share: a small tape; a batch computed one by one, and how near they must be."""

import math
import random
from collections.abc import Iterable
from typing import Any

from graphs import Recipe, build, magnitudes

import autograd
from autograd import Tape, Value, relu

Batch = list[list[float]]


def close(found: list[float], wanted: list[float], scales: list[float]) -> bool:
    """Whether numbers agree to 1e-12 of their scales, the infinite and NaN exactly."""
    return all(
        f == w or (f != f and w != w) or abs(f - w) <= 1e-12 * scale + 1e-300
        for f, w, scale in zip(found, wanted, scales, strict=True)
    )


def one_by_one(recipe: Recipe, inputs: list[int], batch: Batch, weights: list[float]) -> Any:
    """What the engine says: values and their scales; gradients of leaves by lane, and their scales."""
    values, gradients, scales = [], [], []
    for row, weight in zip(batch, weights, strict=True):
        data = list(recipe.leaves)
        for place, number in zip(inputs, row, strict=True):
            data[place] = number
        nodes = build(Recipe(tuple(data), recipe.steps), autograd)
        nodes[-1].backward(weight)
        values.append(nodes[-1].data)
        gradients.append([leaf.grad for leaf in nodes[: len(data)]])
        scales.append(magnitudes(nodes, weight)[: len(data)])
    return values, gradients, scales


NUDGE = 1e-9


def nudged(numbers: Iterable[float], rng: random.Random) -> list[float]:
    """The numbers, each a little larger or smaller."""
    return [number * (1.0 + rng.choice((-NUDGE, NUDGE))) for number in numbers]


def with_sensitivity(scales: list[float], found: list[float], moved: list[float]) -> list[float]:
    """The scales, larger where what was found moves much as its leaves are nudged: rounding does so too."""
    moves = (0.03 / NUDGE * abs(a - b) for a, b in zip(found, moved, strict=True))
    return [scale + (move if move < math.inf else 0.0) for scale, move in zip(scales, moves, strict=True)]


def moons_tape() -> tuple[Tape, list[Value]]:
    """A small expression with a label, and its parameters."""
    w, b = Value(0.5, "w"), Value(0.25, "b")
    x, y = Value(1.0, "x"), Value(1.0, "y")
    return Tape(relu(1.0 - y * (w * x + b)) + 0.1 * w**2, [x, y]), [w, b]

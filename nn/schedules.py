"""Learning rates that change on the way: functions of the iteration, counted from 0.

An optimizer, or `train`, takes any such function: `learning_rate=lambda i: 0.1 / (1 + i)`.
"""

from collections.abc import Callable
from functools import partial
from math import cos, pi

from autograd.internal import plural
from nn.checks import number_from, positive, whole_number

__all__ = ["Schedule", "cosine_schedule", "step_schedule"]

Schedule = Callable[[int], float]


def cosine_schedule(learning_rate: float, iterations: int, least: float = 0.0, warmup: int = 0) -> Schedule:
    """Half a wave of a cosine, from the learning rate down to `least`, where it then stays.

    learning_rate: the highest, above 0.
    iterations: after how many `least` is reached.
    least: the last rate, from 0 to below the highest.
    warmup: over how many of the iterations the rate first rises, in equal steps, to the highest.

    >>> rate = cosine_schedule(0.1, iterations=100)
    >>> rate(0), rate(50), rate(100), rate(200)
    (0.1, 0.05, 0.0, 0.0)
    """
    high = positive("the learning rate", learning_rate)
    count = whole_number("the iterations of a schedule", iterations)
    rise = whole_number("the warmup of a schedule", warmup, least=0)
    if rise >= count:
        raise ValueError(f"a warmup of {plural(rise, 'iteration')} leaves none of {count} for the way down")
    return partial(cosine_rate, high, count, number_from("the least learning rate", least, below=high), rise)


def cosine_rate(high: float, count: int, least: float, rise: int, iteration: int) -> float:
    """The rate at an iteration."""
    if iteration < rise:
        return high * (iteration + 1) / (rise + 1)
    share = min(iteration - rise, count - rise) / (count - rise)
    return least + (high - least) * 0.5 * (1.0 + cos(pi * share))


def step_schedule(learning_rate: float, every: int, factor: float = 0.1) -> Schedule:
    """The learning rate, times `factor` after every so many iterations.

    learning_rate: the first, above 0.
    every: how many iterations it holds.
    factor: what it is then multiplied by, above 0.

    >>> rate = step_schedule(0.5, every=10, factor=0.5)
    >>> rate(9), rate(10), rate(25)
    (0.5, 0.25, 0.125)
    """
    first = positive("the learning rate", learning_rate)
    held = whole_number("every", every)
    return partial(step_rate, first, held, positive("the factor of a schedule", factor))


def step_rate(first: float, held: int, factor: float, iteration: int) -> float:
    """The rate at an iteration."""
    return first * factor ** (iteration // held)

"""Small data sets to learn from: points of the plane in classes, and numbers of a line."""

from collections.abc import Callable
from math import cos, pi, sin
from random import Random
from typing import NamedTuple

from nn.checks import Seed, number_from, random_source, whole_number

__all__ = ["DATASETS", "Dataset", "make_dataset"]

Row = list[float]


class Dataset(NamedTuple):
    """Examples: `inputs`, a list of numbers each; `targets`, a class from 0 on, or a number.

    `classes` says how many classes there are; 0 where targets are numbers.
    """

    inputs: list[Row]
    targets: list[float]
    classes: int


class Kind(NamedTuple):
    """How an example is drawn: from its class, and chance; of no class, the target comes with it."""

    draw: Callable[[int, Random], Row]
    classes: int


def moons(side: int, rng: Random) -> Row:
    """Two half-moons, one in the other."""
    angle = rng.uniform(0.0, pi)
    x, y = cos(angle), sin(angle)
    return [x - 0.5, y - 0.25] if side == 0 else [0.5 - x, 0.25 - y]


def circles(side: int, rng: Random) -> Row:
    """A ring around a disc's edge."""
    angle, radius = rng.uniform(0.0, 2.0 * pi), 0.45 if side == 1 else 1.0
    return [radius * cos(angle), radius * sin(angle)]


def xor(side: int, rng: Random) -> Row:
    """Class 1 where the signs of the two inputs differ, a little away from the axes."""
    x, y = rng.uniform(0.1, 1.0), rng.uniform(0.1, 1.0)
    flip = rng.choice([-1.0, 1.0])
    return [flip * x, flip * y if side == 0 else -flip * y]


def spirals(side: int, rng: Random) -> Row:
    """Two arms that wind around each other."""
    share = rng.uniform(0.08, 1.0)
    angle = 3.2 * pi * share + pi * side
    return [share * cos(angle), share * sin(angle)]


def clusters(side: int, rng: Random) -> Row:
    """Three clouds."""
    angle = 2.0 * pi * side / 3.0 + pi / 2.0
    return [0.7 * cos(angle) + rng.gauss(0.0, 0.18), 0.7 * sin(angle) + rng.gauss(0.0, 0.18)]


def line(side: int, rng: Random) -> Row:
    """A straight line: an input, and its target."""
    x = rng.uniform(-1.0, 1.0)
    return [x, 0.8 * x - 0.2]


def sine(side: int, rng: Random) -> Row:
    """A wave: an input, and its target."""
    x = rng.uniform(-1.0, 1.0)
    return [x, sin(pi * x)]


DATASETS = {
    "moons": Kind(moons, 2),
    "circles": Kind(circles, 2),
    "xor": Kind(xor, 2),
    "spirals": Kind(spirals, 2),
    "clusters": Kind(clusters, 3),
    "line": Kind(line, 0),
    "sine": Kind(sine, 0),
}


def make_dataset(name: str, count: int = 150, noise: float = 0.1, seed: Seed = None) -> Dataset:
    """So many examples of a data set of that name; the classes have as many each, but for one.

    name: "moons", "circles", "xor", "spirals", "clusters"; "line", "sine", whose targets are numbers.
    count: how many examples.
    noise: how far inputs stray, or targets that are numbers: the standard deviation of what is added.
    seed: where chance starts from.

    >>> data = make_dataset("xor", 4, noise=0.0, seed=1)
    >>> data.targets, data.classes
    ([0, 1, 0, 1], 2)
    """
    if name not in DATASETS:
        raise ValueError(f"there is no data set {name!r}: there are {', '.join(DATASETS)}")
    count = whole_number("the number of examples", count)
    spread = number_from("the noise", noise)
    rng = random_source(seed)
    draw, classes = DATASETS[name]
    inputs: list[Row] = []
    targets: list[float] = []
    for i in range(count):
        side = i % classes if classes else 0
        numbers = draw(side, rng)
        if classes:
            inputs.append([x + rng.gauss(0.0, spread) for x in numbers])
            targets.append(side)
        else:
            inputs.append(numbers[:-1])
            targets.append(numbers[-1] + rng.gauss(0.0, spread))
    return Dataset(inputs, targets, classes)

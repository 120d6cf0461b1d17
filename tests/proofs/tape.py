"""Prints how far tapes are from the engine run example by example, on random graphs and batches.

    python tests/proofs/tape.py [graphs]

Each graph is run on batches of 1, 7, 64 and 1,000 lanes: the value in each lane, the gradient of each input
in each lane, and the gradient of each shared leaf, summed over the lanes. A value's error is relative to it,
a gradient's to what was added up to it. A number is well conditioned if a relative error made anywhere on
the way comes back less than 300 times as large, by mpmath; of those none may be beyond 1e-12.
"""

import math
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import oracle
from engines import IMPORTED
from graphs import Recipe, build, magnitudes, random_recipe
from oracle import WELL_CONDITIONED

LANES, BOUND = (1, 7, 64, 1000), 1e-12


class Agreement:
    """How many numbers were compared, and how far they were apart."""

    def __init__(self) -> None:
        self.count = self.ill = self.wrong = 0
        self.worst = 0.0

    def add(
        self, found: list[float], wanted: list[float], scales: list[float], condition: Callable[[int], float]
    ) -> None:
        """Compare numbers, the infinite and NaN exactly; `condition(i)` is that of number i."""
        for i, (f, w, scale) in enumerate(zip(found, wanted, scales, strict=True)):
            self.count += 1
            if f == w or (f != f and w != w):
                continue
            error = abs(f - w) / scale
            if error <= BOUND:
                self.worst = max(self.worst, error)
            elif condition(i) < WELL_CONDITIONED:
                self.wrong += 1
            else:
                self.ill += 1

    def __str__(self) -> str:
        apart = f"worst error {self.worst:.1e}, {self.wrong} beyond {BOUND:.0e}"
        return f"{self.count:,} compared, {apart} (and {self.ill} that are ill conditioned)"


def main(graphs: int = 2000) -> None:
    """Compare so many random graphs."""
    start = time.perf_counter()
    values, gradients = Agreement(), Agreement()
    primitives: Counter[str] = Counter()
    for seed in range(graphs):
        recipe = random_recipe(random.Random(seed), 1 + seed % 20)
        primitives.update(name for name, _ in recipe.steps)
        compare(recipe, random.Random(~seed), values, gradients)
    print(f"{IMPORTED.name} engine: {graphs:,} random graphs of {len(primitives)} primitives", end=" ")
    print(f"× batches of {LANES} lanes, {time.perf_counter() - start:.0f} s")
    print(f"  values    {values}")
    print(f"  gradients {gradients}")
    sys.exit(values.wrong + gradients.wrong > 0)


def compare(recipe: Recipe, rng: random.Random, values: Agreement, gradients: Agreement) -> None:
    """One graph, on batches of all sizes: examples of the largest one, which the others begin."""
    autograd = IMPORTED.autograd
    nodes = build(recipe, autograd)
    under = set(autograd.topological_order(nodes[-1]))
    leaves = [i for i in range(len(recipe.leaves)) if nodes[i] in under]
    inputs = [i for i in leaves if rng.random() < 0.5]
    batch = [[recipe.leaves[i] * rng.uniform(0.9, 1.1) for i in inputs] for _ in range(max(LANES))]
    weights = [rng.uniform(-1.0, 1.0) for _ in batch]
    examples = [example(recipe, inputs, row) for row in batch]
    asked = [results(*pair) for pair in zip(examples, weights, strict=True)]
    tape = autograd.Tape(nodes[-1], [nodes[i] for i in inputs])
    for lanes in LANES:
        wanted, slopes, scales = zip(*asked[:lanes], strict=True)
        sizes = [abs(value) for value in wanted]
        values.add(tape.forward(batch[:lanes]), list(wanted), sizes, lambda k: condition(examples[k])[-1])
        for i in leaves:
            nodes[i].grad = 0.0
        tape.backward(weights[:lanes])
        for i in leaves:
            ours, theirs = [row[i] for row in slopes], [row[i] for row in scales]
            if i in inputs:
                found = tape.gradients(nodes[i])
                gradients.add(found, ours, theirs, lambda k, i=i: condition(examples[k])[i])
            else:
                gradients.add(
                    [nodes[i].grad],
                    [math.fsum(ours)],
                    [math.fsum(theirs)],
                    lambda _, i=i, count=lanes: max(condition(row)[i] for row in examples[:count]),
                )


def example(recipe: Recipe, inputs: list[int], row: list[float]) -> Recipe:
    """The recipe with the numbers of a row in the places of the inputs."""
    data = list(recipe.leaves)
    for place, number in zip(inputs, row, strict=True):
        data[place] = number
    return Recipe(tuple(data), recipe.steps)


def results(recipe: Recipe, weight: float) -> tuple[float, list[float], list[float]]:
    """What the engine says: the value, the gradients of the leaves, and the sizes of those."""
    nodes, count = build(recipe, IMPORTED.autograd), len(recipe.leaves)
    nodes[-1].backward(weight)
    return nodes[-1].data, [leaf.grad for leaf in nodes[:count]], magnitudes(nodes, weight)[:count]


def condition(recipe: Recipe) -> list[float]:
    """The conditions of the gradients by the leaves, and of the value."""
    value, slopes = oracle.gradient(recipe)
    of_value = [
        float(1e10 * abs(oracle.gradient(recipe, random.Random(seed), 1e-10)[0] / value - 1))
        for seed in range(3)
    ]
    return [*oracle.conditions(recipe, slopes, random.Random(3)), max(of_value)]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

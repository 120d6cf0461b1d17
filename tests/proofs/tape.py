"""Prints how far tapes are from the engine run example by example, on random graphs and batches.

    python tests/proofs/tape.py [graphs]

Each graph is run on batches of 1, 7, 64 and 1,000 lanes: the value in each lane, the gradient of each input
in each lane, and the gradient of each shared leaf, summed over the lanes. An error is relative to the larger
of the number itself and what was added up to it: where terms cancel, that is what its last bits are of.
"""

import math
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from engines import IMPORTED
from graphs import Recipe, build, random_recipe
from test_tape import magnitudes

LANES, BOUND = (1, 7, 64, 1000), 1e-12


class Agreement:
    """How many numbers were compared, and how far they were apart."""

    def __init__(self) -> None:
        self.count = self.beyond = self.strictly_beyond = 0
        self.worst = 0.0

    def add(self, found: list[float], wanted: list[float], scales: list[float]) -> None:
        """Compare numbers, the infinite and NaN exactly."""
        for f, w, scale in zip(found, wanted, scales, strict=True):
            self.count += 1
            if f == w or (f != f and w != w):
                continue
            error = abs(f - w) / max(abs(w), scale)
            self.worst = max(self.worst, error)
            self.beyond += not error <= BOUND
            self.strictly_beyond += not abs(f - w) <= BOUND * abs(w)

    def __str__(self) -> str:
        apart = f"worst error {self.worst:.1e}, {self.beyond} beyond {BOUND:.0e}"
        cancelled = f"{self.strictly_beyond:,} where so much cancels that they are beyond it of what is left"
        return f"{self.count:,} compared, {apart}" + f" ({cancelled})" * (self.strictly_beyond > 0)


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
    sys.exit(values.beyond + gradients.beyond > 0)


def compare(recipe: Recipe, rng: random.Random, values: Agreement, gradients: Agreement) -> None:
    """One graph, on batches of all sizes: examples of the largest one, which the others begin."""
    autograd = IMPORTED.autograd
    nodes = build(recipe, autograd)
    under = set(autograd.topological_order(nodes[-1]))
    leaves = [i for i in range(len(recipe.leaves)) if nodes[i] in under]
    inputs = [i for i in leaves if rng.random() < 0.5]
    batch = [[recipe.leaves[i] * rng.uniform(0.9, 1.1) for i in inputs] for _ in range(max(LANES))]
    weights = [rng.uniform(-1.0, 1.0) for _ in batch]
    examples = [example(recipe, inputs, *pair) for pair in zip(batch, weights, strict=True)]
    tape = autograd.Tape(nodes[-1], [nodes[i] for i in inputs])
    for lanes in LANES:
        wanted, slopes, scales = zip(*examples[:lanes], strict=True)
        values.add(tape.forward(batch[:lanes]), list(wanted), [0.0] * lanes)
        for i in leaves:
            nodes[i].grad = 0.0
        tape.backward(weights[:lanes])
        for i in leaves:
            ours, theirs = [row[i] for row in slopes], [row[i] for row in scales]
            if i in inputs:
                gradients.add(tape.gradients(nodes[i]), ours, theirs)
            else:
                gradients.add([nodes[i].grad], [math.fsum(ours)], [math.fsum(theirs)])


def example(
    recipe: Recipe, inputs: list[int], row: list[float], weight: float
) -> tuple[float, list[float], list[float]]:
    """What the engine says of an example: its value, the gradients of the leaves, and their sizes."""
    data = list(recipe.leaves)
    for place, number in zip(inputs, row, strict=True):
        data[place] = number
    nodes = build(Recipe(tuple(data), recipe.steps), IMPORTED.autograd)
    nodes[-1].backward(weight)
    return nodes[-1].data, [leaf.grad for leaf in nodes[: len(data)]], magnitudes(nodes, weight)[: len(data)]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

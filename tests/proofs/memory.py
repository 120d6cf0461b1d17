"""Prints whether memory is flat, the collector off: over training steps, and over millions of operations.

python tests/proofs/memory.py [training steps] [rounds of operations]
"""

import copy
import gc
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from graphs import build, nodes_alive, random_recipe

import autograd
import nn


def main(steps: int = 1_000, rounds: int = 60_000) -> None:
    """Train for so many steps, then make so many random graphs; watch memory blocks and bytes."""
    gc.disable()
    print(f"{autograd.engine()} engine, cyclic garbage collection off")
    report(f"{steps:,} training steps", training(), steps)
    report(f"{rounds:,} random graphs", operations(), rounds)


def training() -> Callable[[int], int]:
    """One full-batch step of a small classifier, with a loss over all of it."""
    random = Random(0)
    model = nn.MLP(2, [8, 8, 1], rng=random)
    inputs = [[random.gauss(0, 1), random.gauss(0, 1)] for _ in range(20)]
    targets = [1.0 if a * b > 0 else -1.0 for a, b in inputs]
    optimizer = nn.Adam(model.parameters(), learning_rate=0.01)

    def step(number: int) -> int:
        loss = nn.mse_loss([model(x) for x in inputs], targets)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        return 20 * 35

    return step


def operations() -> Callable[[int], int]:
    """A random graph, used in every way, an eighth of them copied and pickled; some end in an error."""
    recipes = [random_recipe(Random(seed), 30, tame=False) for seed in range(64)]

    def round_(number: int) -> int:
        nodes = build(recipes[number % len(recipes)], autograd)
        root = nodes[-1]
        root.backward()
        autograd.grad(root, nodes[:1])
        for wrong in ("x", None, [1.0]):
            try:
                autograd.logsumexp([root, wrong])  # type: ignore[list-item]
            except TypeError:
                continue
        with autograd.no_grad():
            root * 2.0 + nodes[0].exp()
        if number % 8 == 0:
            pickle.loads(pickle.dumps(copy.deepcopy([root])[0]))
        _ = (root.inputs, root.local_derivatives, root < 3, repr(root), hash(root))
        return len(nodes)

    return round_


def report(what: str, action: Callable[[int], int], times: int) -> None:
    """Do it so often; print how memory grew after the first tenth, when every pool is filled."""
    done = sum(action(i) for i in range(times // 10))
    blocks, nodes, size = sys.getallocatedblocks(), nodes_alive(), resident()
    done += sum(action(i) for i in range(times // 10, times))
    grown, more, larger = sys.getallocatedblocks() - blocks, nodes_alive() - nodes, resident() - size
    change = f"{grown:+} memory blocks, {more:+} nodes, {larger / 1024:+.0f} kB resident"
    print(f"{what} ({done:,} operations): {change}")


def resident() -> int:
    """The bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""Prints that a walk is the engine's own pass, on random graphs, and how long it takes to explain 2¹⁰⁰ paths.

python tests/proofs/stepping.py [graphs]
"""

import sys
from pathlib import Path
from random import Random
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

from graphs import gradient_bits, random_graph
from hostile import EXPRESSIONS, FINE_EXPRESSIONS

from autograd import Value, engine, explain, grad
from autograd.expressions import ExpressionError, parse


def main(graphs: int = 1_000) -> None:
    """Walk through so many random graphs."""
    print(f"{engine()} engine")
    passes = sum(map(walks_as_one_pass, range(graphs)))
    print(f"run = backward() to the bit, twice over: {passes:,} of {graphs:,} graphs")
    moves = [wanders(seed) for seed in range(graphs)]
    print(f"next, back, goto at random = a fresh walk, to the bit: {sum(moves):,} of {12 * graphs:,} places")
    explained(Value(1.0), lambda x: x + x, "x + x")
    explained(Value(0.3), lambda x: x * 0.7 + x.tanh(), "0.7x + tanh x")
    refused()


def walks_as_one_pass(seed: int) -> bool:
    """Whether two runs leave the gradients of two backward passes."""
    stepped, passed = random_graph(seed), random_graph(seed)
    for gradient in (1.0, -0.7):
        stepped.steps(gradient=gradient).run()
        passed.backward(gradient)
    return gradient_bits(stepped) == gradient_bits(passed)


def wanders(seed: int) -> int:
    """After how many of 12 moves everything is as on a fresh walk to the same place."""
    wandered, straight, random = random_graph(seed), random_graph(seed), Random(seed)
    s, right = wandered.steps(), 0
    for _ in range(12):
        move = random.choice(["next", "back", "goto"])
        getattr(s, move)(random.randint(0, len(s)) if move == "goto" else random.randint(0, 4))
        fresh = straight.steps()
        fresh.goto(s.position)
        right += gradient_bits(wandered) == gradient_bits(straight) and str(s.walk()) == str(fresh.walk())
        fresh.reset()
    return right


def explained(x, step, name: str) -> None:  # type: ignore[no-untyped-def]
    """Explain what comes of doing a step with two edges a hundred times."""
    node = x
    for _ in range(100):
        node = step(node)
    start = perf_counter()
    found = explain(x, node)
    seconds = perf_counter() - start
    exact = found.count == 2**100 and found.gradient == grad(node, x)
    print(f"explain, {name} a hundred times: {found.count:,} paths in {1e3 * seconds:.1f} ms, exact: {exact}")


def refused() -> None:
    """Parse the hostile expressions of the tests."""
    right, start = 0, perf_counter()
    for text in EXPRESSIONS:
        try:
            parse(text, {"a": 2.0})
        except ExpressionError:
            right += 1
    for text in FINE_EXPRESSIONS:
        parse(text, {"a": 2.0} if "a" in text else {})
    print(
        f"{right} of {len(EXPRESSIONS)} hostile expressions refused with their column, "
        f"{len(FINE_EXPRESSIONS)} huge",
        end=" ",
    )
    print(f"ones computed, {perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

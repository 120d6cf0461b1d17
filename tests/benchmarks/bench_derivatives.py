"""What gradients as Values cost beside plain ones: python tests/benchmarks/bench_derivatives.py [COUNT]."""

import sys
from collections.abc import Callable
from random import Random
from time import process_time
from typing import Any

import autograd
from autograd import Value, grad, topological_order

OPERATIONS: list[Callable[[Value, Value], Value]] = [
    lambda value, leaf: value * leaf,
    lambda value, leaf: value + leaf,
    lambda value, leaf: value.relu(),
    lambda value, leaf: (value * 0.5).tanh(),
]


def long_graph(operations: int) -> tuple[Value, list[Value]]:
    """A chain of products, sums, relu and tanh, with a hundred leaves that are used again and again."""
    random = Random(1)
    leaves = [Value(random.uniform(-1.0, 1.0)) for _ in range(100)]
    value = leaves[0]
    for i in range(operations):
        leaf = leaves[i % len(leaves)]
        value = OPERATIONS[i % 4](value, leaf)
    return value, leaves


def fastest(run: Callable[[], Any], rounds: int = 5) -> float:
    """Seconds of this process's time that the fastest of some runs took."""
    times = []
    for _ in range(rounds):
        start = process_time()
        result = run()
        times.append(process_time() - start)
        del result
    return min(times)


def main() -> None:
    """Print both times and their ratio."""
    output, leaves = long_graph(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
    plain = fastest(lambda: grad(output, leaves))
    graphs = fastest(lambda: grad(output, leaves, create_graph=True))
    print(f"{autograd.engine()}, {len(topological_order(output)):,} Values")
    print(f"grad                     {1000 * plain:7.1f} ms")
    print(f"grad(create_graph=True)  {1000 * graphs:7.1f} ms, {graphs / plain:.1f} times as long")


if __name__ == "__main__":
    main()

"""Prints how far the gradients of random graphs are from mpmath, and from PyTorch where it is installed.

    python tests/proofs/graphs.py [graphs against mpmath] [graphs against PyTorch]

Where both engines are there, it also compares all that a graph shows on the two, to the bit. A derivative
is well conditioned if a relative error made anywhere on the way comes back less than 300 times as large.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import oracle
from engines import IMPORTED, INTERPRETED, everything
from graphs import OPERATORS, Recipe, build, random_recipe
from oracle import WELL_CONDITIONED


def main(graphs: int = 10_000, graphs_beside_torch: int = 20_000) -> None:
    """Compare so many random graphs."""
    print(f"{IMPORTED.name} engine")
    well, every, worst, kappa = 0, 0, 0.0, 0.0
    for seed in range(graphs):
        recipe = random_recipe(Random(seed), 1 + seed % 30)
        exact = oracle.gradient(recipe)[1]
        conditions = oracle.conditions(recipe, exact, Random(seed))
        for got, slope, condition in zip(gradient(recipe), exact, conditions, strict=True):
            every += 1
            if condition < WELL_CONDITIONED:
                well += 1
                error = float(abs(got - slope) / abs(slope)) if slope else abs(got)
                worst = max(worst, error)
                kappa = max(kappa, error / max(1.0, condition) / 2.0**-53)
    print(f"{graphs:,} random graphs against mpmath: {well:,} of {every:,} derivatives well conditioned,")
    print(f"  worst relative error {worst:.1e}, never more than {kappa:.1f} × condition × 2⁻⁵³")
    same_bits(graphs)
    beside_torch(graphs_beside_torch)


def gradient(recipe: Recipe) -> list[float]:
    """The gradient of a recipe's root by its leaves, from the imported engine."""
    nodes = build(recipe, IMPORTED.autograd)
    nodes[-1].backward()
    return [leaf.grad for leaf in nodes[: len(recipe.leaves)]]


def same_bits(graphs: int) -> None:
    """Compare the two engines, on tame and on wild graphs."""
    if IMPORTED is INTERPRETED:
        print("only the interpreted engine is here: no other to compare it with")
        return
    nodes_seen = differing = 0
    for seed in range(2 * graphs):
        recipe = random_recipe(Random(seed), 1 + seed % 30, tame=seed < graphs)
        shown = []
        for engine in (IMPORTED, INTERPRETED):
            root = build(recipe, engine.autograd)[-1]
            root.backward()
            shown.append(everything(engine.autograd.topological_order(root)))
        nodes_seen += len(shown[0])
        differing += shown[0] != shown[1]
    print(f"{2 * graphs:,} random graphs on both engines ({nodes_seen:,} nodes): {differing} differ by a bit")


def beside_torch(graphs: int) -> None:
    """Compare with PyTorch in double precision, where well conditioned."""
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed")
        return
    well, worst, apart, ours_right = 0, 0.0, 0, 0
    for seed in range(graphs):
        recipe = random_recipe(Random(seed), 1 + seed % 30)
        exact = oracle.gradient(recipe)[1]
        conditions = oracle.conditions(recipe, exact, Random(seed))
        ours, theirs = gradient(recipe), gradient_of_torch(recipe, torch)
        for got, expected, slope, condition in zip(ours, theirs, exact, conditions, strict=True):
            if condition < WELL_CONDITIONED:
                well += 1
                if abs(got - expected) > 1e-12 * abs(expected):
                    apart += 1
                    ours_right += abs(got - slope) <= 1e-12 * abs(slope)
                else:
                    worst = max(worst, abs(got - expected) / abs(expected) if expected else 0.0)
    print(f"{graphs:,} random graphs against PyTorch {torch.__version__}: {well:,} well conditioned,")
    print(f"  {well - apart:,} of them within {worst:.1e} relative;", end=" ")
    print(f"mpmath is with ours in {ours_right} of the other {apart}")


def gradient_of_torch(recipe: Recipe, torch: Any) -> list[float]:
    """The gradient of a recipe's root by its leaves, from PyTorch."""

    def stacked(*xs: Any) -> Any:
        return torch.stack([torch.as_tensor(x, dtype=torch.float64) for x in xs])

    def half(xs: tuple[Any, ...]) -> int:
        return len(xs) // 2

    functional = torch.nn.functional
    rules: dict[str, Callable[..., Any]] = {
        **OPERATORS,
        "softplus": lambda x: functional.softplus(x, threshold=1e9),
        "maximum": lambda a, b: torch.maximum(*stacked(a, b)),
        "minimum": lambda a, b: torch.minimum(*stacked(a, b)),
        "binary_cross_entropy": lambda x, t: functional.binary_cross_entropy_with_logits(*stacked(x, t)),
        "sum": lambda *xs: stacked(*xs).sum(),
        "mean": lambda *xs: stacked(*xs).mean(),
        "weighted_sum": lambda *xs: stacked(*xs[: half(xs)]) @ stacked(*xs[half(xs) : -1]) + xs[-1],
        "logsumexp": lambda *xs: torch.logsumexp(stacked(*xs), 0),
        "softmax": lambda *xs: torch.softmax(stacked(*xs), 0)[0],
        "cross_entropy": lambda *xs: (
            -(stacked(*xs[half(xs) :]) @ torch.log_softmax(stacked(*xs[: half(xs)]), 0))
        ),
    }
    leaves = [torch.tensor(data, dtype=torch.float64, requires_grad=True) for data in recipe.leaves]
    nodes = list(leaves)
    for name, operands in recipe.steps:
        rule = rules.get(name) or getattr(torch, name)
        nodes.append(rule(*(nodes[thing] if isinstance(thing, int) else thing for thing in operands)))
    nodes[-1].backward()
    return [0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""Forwards or backwards: the chain rule has two directions, and they cost differently."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from figures import BLUE, ORANGE, claim, lesson_options, new_figure, save_figure, whole_number

from autograd import Value, grad, jvp, topological_order

ABOUT = """Differentiates by dual numbers, which carry a derivative along as they are computed, by the
rules of the engine. A pass forwards is by one input; a pass backwards of one output: count the products."""


LAYERS = 8


@dataclass(frozen=True)
class Dual:
    """A number, and how fast it changes as one input does."""

    value: float
    speed: float = 0.0


def on_duals(operation: Callable[..., Value]) -> Callable[..., Dual]:
    """An operation of the engine on dual numbers: its value, and Σ local derivative × speed."""

    def forwards(*x: Dual) -> Dual:
        y = operation(*(Value(dual.value) for dual in x))
        return Dual(y.data, sum(d * dual.speed for d, dual in zip(y.local_derivatives, x, strict=True)))

    return forwards


for name in ("add", "sub", "mul", "truediv", "neg"):
    setattr(Dual, f"__{name}__", on_duals(getattr(operator, name)))
Dual.tanh = on_duals(Value.tanh)  # type: ignore[attr-defined]


def network(inputs: Sequence[Any], weights: Sequence[Any], outputs: int) -> list[Any]:
    """All inputs summed into one number, which goes through some layers and is the source of all outputs.

    It is made of numbers of either kind: Values, or dual numbers.
    """
    hidden = inputs[0] * weights[0]
    for x, w in zip(inputs[1:], weights[1:], strict=False):
        hidden = hidden + x * w
    for w in weights[:LAYERS]:
        hidden = (hidden * w).tanh() + hidden
    return [hidden * weights[k % len(weights)] for k in range(outputs)]


def by_duals(numbers: Sequence[float], weights: Sequence[float], outputs: int) -> list[list[float]]:
    """A row for each input: the derivatives of all outputs by it, from one pass forwards."""
    rows = []
    for chosen in range(len(numbers)):
        inputs = [Dual(x, 1.0 if i == chosen else 0.0) for i, x in enumerate(numbers)]
        rows.append([y.speed for y in network(inputs, [Dual(w) for w in weights], outputs)])
    return rows


def products(outputs: Sequence[Value]) -> int:
    """How many local derivatives there are, which a pass over all of it multiplies by."""
    nodes = {node for output in outputs for node in topological_order(output)}
    return sum(len(node.inputs) for node in nodes)


def plot(sizes: list[int], forwards: list[int], backwards: list[int], options: Any) -> None:
    """The products of a whole gradient, by the number of inputs."""
    figure, axes = new_figure(size=(10, 5.8))
    axes.plot(sizes, forwards, "o-", color=ORANGE, label="forwards: a pass for each input")
    axes.plot(sizes, backwards, "s-", color=BLUE, label="backwards: a pass for each output")
    axes.set(xscale="log", yscale="log", xlabel="inputs", ylabel="products")
    axes.set_title(f"What the derivatives by all inputs cost, of {options.outputs} output"
                   f"{'s' * (options.outputs > 1)}")  # fmt: skip
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    save_figure(figure, options.out, "forward_or_backward-cost.png")


def main() -> None:
    """Differentiate both ways, count, show."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--inputs", type=whole_number, default=64, help="the most inputs that are tried")
    parser.add_argument("--outputs", type=whole_number, default=1, help="how many results they have")
    options = parser.parse_args()
    rng = Random(options.seed)
    sizes = sorted({*(2**k for k in range(20) if 2**k <= options.inputs), options.inputs})
    forwards, backwards, farthest = [], [], 0.0
    print("               forwards               backwards")
    print("  inputs   passes   products     passes   products")
    for size in sizes:
        numbers = [rng.uniform(-1.0, 1.0) for _ in range(size)]
        weights = [rng.uniform(-1.0, 1.0) for _ in range(max(size, LAYERS))]
        leaves = [Value(x) for x in numbers]
        results = network(leaves, [Value(w) for w in weights], options.outputs)
        rows = by_duals(numbers, weights, options.outputs)
        columns = [grad(y, leaves) for y in results]
        first = jvp(results, leaves, [1.0] + [0.0] * (size - 1))
        pairs = [(rows[i][k], columns[k][i]) for i in range(size) for k in range(options.outputs)]
        farthest = max([farthest, *(abs(a - b) for a, b in [*pairs, *zip(first, rows[0], strict=True)])])
        forwards.append(size * products(results))
        backwards.append(sum(products([y]) for y in results))
        print(f"  {size:6} {size:8} {forwards[-1]:10,} {options.outputs:10} {backwards[-1]:10,}")
    claim(options, farthest < 1e-12, "Both give the same derivatives, and so does jvp", f"{farthest:.0e}")
    claim(
        options,
        backwards[-1] * 10 < forwards[-1],
        "Backwards takes a small part of the products that forwards takes",
        f"forwards takes {forwards[-1]:,} and backwards {backwards[-1]:,}",
    )
    print("A loss is one number of many weights: that is why networks learn backwards. A pass forwards")
    print("needs no memory of the graph, and wins where a few inputs have many outputs.")
    print("\nThe figures:")
    plot(sizes, forwards, backwards, options)


if __name__ == "__main__":
    main()

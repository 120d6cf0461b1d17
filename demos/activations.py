"""Each activation with its derivative, and how gradients vanish or hold on through many layers."""

from math import exp, isnan, log, nan
from random import Random
from statistics import fmean
from typing import Any

from figures import BLACK, BLUE, ORANGE, claim, lesson_options, new_figure, positive, save_figure

import nn
from autograd import Value

ABOUT = """Draws each activation with its derivative as the engine finds it, then sends a gradient back
through deep networks with sigmoid, tanh and relu, and measures what is left of it at each layer."""

ACTIVATIONS = ["linear", "tanh", "sigmoid", "relu", "softplus"]
WIDTH = 16

Curve = tuple[list[float], list[float]]  # the outputs, and the derivatives


def curve(activation: str, xs: list[float]) -> Curve:
    """What comes out of an activation for each x, and its derivative there."""
    neuron = nn.Neuron(1, activation, rng=0)
    neuron.weights[0].data = 1.0
    outputs, slopes = [], []
    for number in xs:
        x = Value(number)
        y = neuron([x])
        y.backward()
        outputs.append(y.data)
        slopes.append(x.grad)
    return outputs, slopes


def gradients_by_layer(activation: str, depth: int, gain: float, rng: Random) -> list[float]:
    """The mean size of the gradients of the weights in each layer, weights `gain` times as large."""
    model = nn.MLP(WIDTH, [WIDTH] * depth, activation, activation, rng=rng)
    for parameter in model.parameters():
        parameter.data *= gain
    for _ in range(5):
        outputs = model([rng.gauss(0.0, 1.0) for _ in range(WIDTH)])
        nn.mse_loss(outputs, [rng.gauss(0.0, 1.0) for _ in range(WIDTH)]).backward()
    return [fmean(abs(w.grad) for n in layer.neurons for w in n.weights) for layer in model.layers]


def plot_activations(xs: list[float], curves: dict[str, Curve], options: Any) -> None:
    """A panel for each activation."""
    figure, grid = new_figure(1, len(curves), size=(15, 4.4), sharey=True)
    for axes, (name, (outputs, slopes)) in zip(grid, curves.items(), strict=True):
        axes.axhline(0.0, color=BLACK, linewidth=0.8)
        axes.plot(xs, outputs, color=BLUE, label="output")
        axes.plot(xs, slopes, "--", color=ORANGE, label="derivative")
        axes.set(xlabel="x", ylim=(-1.3, 2.3), xticks=[-4, 0, 4])
        axes.set_title(name)
    grid[0].set_ylabel("output, derivative")
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    save_figure(figure, options.out, "activations-curves.png")


def plot_vanishing(left: dict[str, list[float]], options: Any) -> None:
    """What is left of the gradient, layer by layer."""
    figure, axes = new_figure()
    for (name, sizes), marker in zip(left.items(), "os^", strict=True):
        axes.plot(range(1, len(sizes) + 1), sizes, f"{marker}-", label=name)
    axes.set(
        yscale="log",
        xlabel="layer (the last is next to the loss)",
        ylabel="gradient, relative to the last layer",
    )
    axes.set_title("On its way back the gradient of sigmoids vanishes")
    axes.legend(frameon=False)
    axes.grid(alpha=0.3)
    save_figure(figure, options.out, "activations-vanishing.png")


def tell_slopes(curves: dict[str, Curve]) -> None:
    """The steepest slope of each activation."""
    print("The steepest slope of each activation, for x from -4 to 4:")
    for name, (_, slopes) in curves.items():
        print(f"  {name:9} {max(slopes):.3f}")
    at_one = {name: curve(name, [1.0]) for name in ACTIVATIONS}
    assert abs(at_one["softplus"][0][0] - log(1.0 + exp(1.0))) < 1e-12
    assert abs(at_one["sigmoid"][1][0] - exp(-1.0) / (1.0 + exp(-1.0)) ** 2) < 1e-12
    assert max(curves["sigmoid"][1]) == 0.25


def left_of_gradients(options: Any, depth: int = 10) -> dict[str, list[float]]:
    """What is left of the gradient of the last layer at each layer, and what is claimed of it."""
    left = {}
    for name in ("sigmoid", "tanh", "relu"):
        sizes = gradients_by_layer(name, depth, options.gain, Random(options.seed))
        left[name] = [size / sizes[-1] if sizes[-1] else nan for size in sizes]
    print(f"\nOf the gradient at layer {depth}, this is left at layer 1, in networks fresh from the start:")
    for name, sizes in left.items():
        print(f"  {name:9} {sizes[0]:.1e}")
    if any(isnan(sizes[0]) for sizes in left.values()):
        print(f"(nan: at layer {depth} it is 0 already; the curve is flat where so large weights lead.)")
    print("Each sigmoid multiplies the gradient by at most ¼, besides the weights.")
    first = {name: sizes[0] for name, sizes in left.items()}
    claim(
        options,
        first["sigmoid"] < 1e-4,
        "Layer upon layer of sigmoids, next to nothing is left of it",
        f"{first['sigmoid']:.1e} of it is left",
    )
    claim(
        options,
        min(first["tanh"], first["relu"]) > 0.1,
        "Through tanh and relu it holds on",
        f"{first['tanh']:.1e} is left of it through tanh, {first['relu']:.1e} through relu",
    )
    return left


def main() -> None:
    """Curves, then depth."""
    parser = lesson_options(ABOUT)
    parser.add_argument(
        "--gain", type=positive, default=1.0, help="how many times as large all weights start"
    )
    options = parser.parse_args()
    xs = [-4.0 + i / 25 for i in range(201)]
    curves = {name: curve(name, xs) for name in ACTIVATIONS}
    tell_slopes(curves)
    left = left_of_gradients(options)
    print("\nThe figures:")
    plot_activations(xs, curves, options)
    plot_vanishing(left, options)


if __name__ == "__main__":
    main()

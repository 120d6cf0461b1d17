"""Overfitting: a network learns the noise by heart; weight decay keeps it from doing so."""

from math import pi, sin
from random import Random
from typing import Any

from figures import (
    BLACK,
    BLUE,
    ORANGE,
    claim,
    lesson_options,
    new_figure,
    positive,
    save_figure,
    whole_number,
)

import nn
from autograd.util.text import plural

ABOUT = """A network with more parameters than it needs learns 12 noisy points of a sine. It fits them ever
better, noise and all, while its loss on other points grows. Weight decay keeps the two losses together."""

NOISE = 0.4
Points = tuple[list[list[float]], list[float]]
Trained = tuple[nn.MLP, nn.History]


def noisy_sine(count: int, rng: Random) -> Points:
    """So many points of sin x from −π to π, each moved up or down by chance."""
    xs = [-pi + 2.0 * pi * (i + 0.5) / count for i in range(count)]
    return [[x] for x in xs], [sin(x) + rng.gauss(0.0, NOISE) for x in xs]


def eager_network(rng: Random) -> nn.MLP:
    """24 steep neurons with their steps all over the range: enough to pass through every point."""
    model = nn.MLP(1, [24, 1], "tanh", rng=rng)
    for neuron in model.layers[0].neurons:
        neuron.weights[0].data *= 5.0
        neuron.bias.data = neuron.weights[0].data * rng.uniform(-pi, pi)
    return model


def trained(weight_decay: float, points: Points, others: Points, options: Any) -> Trained:
    """A network trained on the points, and its losses (mean squared errors) on them and on the others."""
    model = eager_network(Random(options.seed))
    history = nn.train(
        model,
        *points,
        optimizer=nn.Adam(model.parameters(), learning_rate=0.02, weight_decay=weight_decay),
        validation=others,
        max_iterations=1000 if options.quick else 1500,
        progress=False,
    )
    return model, history


def plot_fit(axes: Any, model: nn.MLP, points: Points, title: str) -> None:
    """The curve of a network through its points, and the sine that they came from."""
    xs = [-pi + 2.0 * pi * i / 300 for i in range(301)]
    axes.plot(xs, [sin(x) for x in xs], color=BLACK, linewidth=6, alpha=0.25, label="sin x")
    axes.plot(xs, [model([x]).data for x in xs], color=BLUE, label="the network")
    axes.plot([x for [x] in points[0]], points[1], "o", color=BLACK, label="its points")
    axes.set(xlabel="x (rad)", ylim=(-2.0, 2.0), title=title)
    axes.set_xticks([-pi, 0.0, pi], ["−π", "0", "π"])


def plot_losses(axes: Any, history: nn.History) -> None:
    """The losses on the points that it learns and on the others."""
    updates = range(1, history.iterations + 1)
    axes.plot(updates, history.losses, color=BLUE, label="on its points")
    axes.plot(updates, history.validation_losses, "--", color=ORANGE, label="on other points")
    axes.set(xscale="log", ylim=(0.0, 0.6), xlabel="updates")
    axes.grid(alpha=0.3)


def plot(free: Trained, held: Trained, points: Points, options: Any) -> None:
    """What they learnt, above; their losses, below; without weight decay and with it."""
    figure, grid = new_figure(2, 2, size=(13, 9), sharey="row")
    plot_fit(grid[0, 0], free[0], points, "Without weight decay")
    plot_fit(grid[0, 1], held[0], points, f"With weight decay {options.decay:g}")
    plot_losses(grid[1, 0], free[1])
    plot_losses(grid[1, 1], held[1])
    for axes, label in zip(grid[:, 0], ("output", "mean squared error"), strict=True):
        axes.set_ylabel(label)
        axes.legend(frameon=False, fontsize=13)
    save_figure(figure, options.out, "overfitting-fit.png")


def compare(free: Trained, held: Trained, options: Any) -> None:
    """Their losses side by side, then what is claimed of them."""
    count = plural(options.points, "point")
    print(f"{count} of sin x, off by {NOISE} or so; {len(free[0].parameters())} parameters.")
    print(f"The mean squared error after {count:>12} learnt   60 others   others at best")
    for name, (_, run) in (("without weight decay", free), (f"with weight decay {options.decay:g}", held)):
        learnt, unseen = run.losses[-1], run.validation_losses
        print(f"  {name:26} {learnt:16.3f} {unseen[-1]:14.3f} {min(unseen):13.3f}")
    large, small = (sum(p.data**2 for p in model.parameters()) for model, _ in (free, held))
    claim(
        options,
        small < large,
        f"Weight decay shrinks the sum of the squared parameters from {large:.0f} to {small:.0f}",
        f"it goes from {large:.0f} to {small:.0f}",
    )
    print(f"Noise alone costs {NOISE}² = {NOISE**2:.2f} or so: far below that, noise was learnt by heart.")
    claim_overfitting(free[1], held[1], options)


def claim_overfitting(free: nn.History, held: nn.History, options: Any) -> None:
    """Without weight decay the noise is learnt, and it costs; with it, less so."""
    loss, unseen = free.losses[-1], free.validation_losses
    gaps = [unseen[-1] - loss, held.validation_losses[-1] - held.losses[-1]]
    claim(
        options,
        loss < 0.1 * NOISE**2,
        "Without weight decay the network learns the noise by heart",
        f"its error on what it learnt is {loss:.3f}",
    )
    claim(
        options,
        unseen[-1] > max(1.1 * min(unseen), 10.0 * loss, held.validation_losses[-1]),
        "That costs on points not seen before",
        f"they cost {unseen[-1]:.3f} without weight decay, {min(unseen):.3f} at best, and "
        f"{held.validation_losses[-1]:.3f} with it",
    )
    claim(
        options,
        gaps[1] < 0.9 * gaps[0],
        "Weight decay keeps the two losses together",
        f"they are {gaps[1]:.3f} apart with it, {gaps[0]:.3f} without",
    )


def main() -> None:
    """Train without weight decay and with it; compare."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--decay", type=positive, default=0.03, help="the weight decay of the second network")
    parser.add_argument("--points", type=whole_number, default=12, metavar="N", help="points that are learnt")
    options = parser.parse_args()
    rng = Random(options.seed)
    points, others = noisy_sine(options.points, rng), noisy_sine(60, rng)
    free, held = (trained(decay, points, others, options) for decay in (0.0, options.decay))
    compare(free, held, options)
    print("\nThe figure:")
    plot(free, held, points, options)


if __name__ == "__main__":
    main()

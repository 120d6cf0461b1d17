"""Softmax and cross-entropy on iris flowers: three classes, and the gradient p − y seen."""

from math import isclose
from random import Random
from typing import Any

from figures import BLUE, GREEN, ORANGE, claim, lesson_options, new_figure, number, save_figure
from matplotlib.colors import to_rgb
from sklearn.datasets import load_iris

import autograd
import nn
from autograd import Value

ABOUT = """Three kinds of iris are told apart by the length and width of their petals. Softmax turns three
logits into probabilities p; the gradient of the cross-entropy by the logits is p − y, with y = 1 for the
right class and 0 for the others."""

SPECIES = ["setosa", "versicolor", "virginica"]
COLOURS, MARKERS = [BLUE, ORANGE, GREEN], "os^"
SEEN = 52  # the flower that is looked at closely: a versicolor near the virginicas

Flowers = tuple[list[list[float]], list[int]]  # length and width of the petals in cm; the class


def petals() -> Flowers:
    """The 150 flowers."""
    iris = load_iris()
    return iris.data[:, 2:].tolist(), iris.target.tolist()


def probabilities(logits: list[Value]) -> list[float]:
    """What the model takes a flower for."""
    return [p.data for p in autograd.softmax(logits)]


def loss_and_gradient(logits: list[float], kind: int) -> tuple[float, list[float]]:
    """The cross-entropy of the logits, and its gradient by each, from the engine."""
    values = [Value(logit) for logit in logits]
    loss = nn.cross_entropy_loss(values, kind)
    loss.backward()
    return loss.data, [value.grad for value in values]


def in_small_steps(logits: list[float], kind: int) -> list[float]:
    """The same gradient with −ln(eˣ / Σ eˣ) spelled out."""
    values = [Value(logit) for logit in logits]
    powers = [value.exp() for value in values]
    (-(powers[kind] / sum(powers)).log()).backward()
    return [value.grad for value in values]


def look_closely(model: nn.MLP, flower: list[float], kind: int, when: str, options: Any) -> list[float]:
    """Print one flower's logits (each plus --shift), p and gradient; the gradient is p − y, or this fails."""
    logits = [logit.data + options.shift for logit in model(flower)]
    p = probabilities([Value(logit) for logit in logits])
    loss, gradient = loss_and_gradient(logits, kind)
    print(f"\n{when}, a {SPECIES[kind]} of {flower[0]} × {flower[1]} cm: loss -ln {p[kind]:.3f} = {loss:.3f}")
    print("  class            logit       p   y     p − y   gradient")
    for i in range(3):
        y = float(i == kind)
        print(f"  {SPECIES[i]:10} {logits[i]:11.3f} {p[i]:7.3f} {y:3.0f} {p[i] - y:9.3f} {gradient[i]:10.3f}")
        assert isclose(gradient[i], p[i] - y, rel_tol=1e-12, abs_tol=1e-12)
    small = in_small_steps(logits, kind)
    alike = all(isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in zip(gradient, small, strict=True))
    spelled = ", ".join(f"{number:.3g}" for number in small)
    claim(
        options,
        alike,
        "  −ln(eˣ / Σ eˣ), spelled out, has the same gradients",
        f"they are {spelled} spelled out",
    )
    total = sum(gradient)
    print(f"  The three gradients sum to {0.0 if abs(total) < 1e-12 else total:.3f}.")
    return gradient


def plot_plane(axes: Any, model: nn.MLP, flowers: Flowers) -> None:
    """The plane of the petals in the colours of the classes, mixed by their probabilities."""
    xs, ys = [0.5 + i / 12 for i in range(79)], [i / 25 for i in range(69)]
    paint = [[1.0 - 0.45 * (1.0 - c) for c in to_rgb(colour)] for colour in COLOURS]
    mixed = [
        [
            [sum(share * tone[c] for share, tone in zip(p, paint, strict=True)) for c in range(3)]
            for p in (probabilities(model([x, y])) for x in xs)
        ]
        for y in ys
    ]
    axes.imshow(mixed, extent=(xs[0], xs[-1], ys[0], ys[-1]), origin="lower", aspect="auto")
    for i, (name, colour, marker) in enumerate(zip(SPECIES, COLOURS, MARKERS, strict=True)):
        own = [flower for flower, kind in zip(*flowers, strict=True) if kind == i]
        axes.scatter(*zip(*own, strict=True), c=colour, marker=marker, s=60, edgecolors="white", label=name)
    x, y = flowers[0][SEEN]
    axes.plot(x, y, "o", ms=20, mfc="none", mec="black", label="looked at closely")
    axes.set(xlabel="length of the petals (cm)", ylabel="width of the petals (cm)")
    axes.set_title("Probabilities over the plane")
    axes.legend(loc="upper left")


def plot_gradient(axes: Any, before: list[float], after: list[float], kind: int) -> None:
    """p − y for one flower, before and after training."""
    for shift, gradient, colour, label in (
        (-0.2, before, "#999999", "before"),
        (0.2, after, "#333333", "after"),
    ):
        axes.bar([i + shift for i in range(3)], gradient, 0.36, color=colour, label=f"{label} training")
    axes.axhline(0.0, color="black", linewidth=1)
    axes.set_xticks(range(3), [f"{name}\ny = {int(i == kind)}" for i, name in enumerate(SPECIES)])
    axes.set(ylabel="gradient by the logit, p − y", ylim=(-1.0, 1.0))
    axes.set_title("The gradient of one flower")
    axes.legend(frameon=False)


def main() -> None:
    """One flower before training; train; the same flower after."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--shift", type=number, default=0.0, help="what is added to all three logits")
    options = parser.parse_args()
    flowers = petals()
    flower, kind = flowers[0][SEEN], flowers[1][SEEN]
    model = nn.MLP(2, [6, 3], "tanh", rng=options.seed)
    before = look_closely(model, flower, kind, "Before training", options)
    history = nn.train(
        model,
        *flowers,
        loss=nn.cross_entropy_loss,
        optimizer=nn.Adam(model.parameters(), learning_rate=0.03),
        max_iterations=300 if options.quick else 2000,
        batch_size=30,
        metric=nn.accuracy,
        progress=False,
        seed=Random(options.seed),
    )
    after = look_closely(model, flower, kind, f"After {history.iterations} updates", options)
    correct = sum(nn.accuracy(model(x), y) for x, y in zip(*flowers, strict=True))
    print(f"\n{correct:.0f} of the 150 flowers are taken for what they are.")
    claim(options, correct >= 140, "Two numbers tell most of them apart", f"{correct:.0f} are right")
    figure, (left, right) = new_figure(1, 2, size=(14, 6))
    plot_plane(left, model, flowers)
    plot_gradient(right, before, after, kind)
    print(
        "The gradient pushes the right logit up and each other one down, by as much as it is off. The figure:"
    )
    save_figure(figure, options.out, "softmax_and_cross_entropy-iris.png")


if __name__ == "__main__":
    main()

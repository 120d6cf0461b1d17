"""A network that obeys an equation: it learns the sine from y″ = -y alone, without ever seeing it."""

from math import pi, sin
from time import perf_counter
from typing import Any

from figures import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    claim,
    lesson_options,
    new_figure,
    positive,
    save_figure,
    whole_number,
)

import nn
from autograd import Tape, Value, grad
from autograd.util.text import plural

ABOUT = """A spring's equation y″ = -y says nothing of a sine. A network y(x) is punished where its second
derivative, a graph like any other, is not -y; the start is built into it. It ends on the sine."""

Model = nn.MLP


def solution(model: Model, x: Value) -> Value:
    """y = x + x² N / 10: whatever the network N says, y(0) = 0 and y′(0) = 1."""
    output = model([x - pi])  # inputs around 0 are what a network is made for
    assert isinstance(output, Value)
    return x + 0.1 * x * x * output


def residual(model: Model, x: Value, frequency: float) -> Value:
    """y″ + ω² y, which is to be 0: the second derivative is the gradient of a gradient."""
    y = solution(model, x)
    slope = grad(y, x, create_graph=True)
    bend = grad(slope, x, create_graph=True)
    return bend + frequency**2 * y


def train(model: Model, points: list[float], frequency: float, options: Any) -> list[float]:
    """Make the mean of the squared residual small, on a tape; it every 100 iterations, and at the end."""
    x = Value(points[0])
    tape = Tape(residual(model, x, frequency) ** 2, [x])
    optimizer = nn.Adam(model.parameters(), 0.02)
    batch, history = [[point] for point in points], []
    for iteration in range(options.iterations):
        optimizer.learning_rate = 0.02 * (1.0 - iteration / options.iterations) + 1e-5
        losses = tape.forward(batch)
        optimizer.zero_grad()
        tape.backward()
        optimizer.step()
        if iteration % 100 == 0:
            history.append(sum(losses) / len(losses))
    return [*history, sum(tape.forward(batch)) / len(batch)]


def plot(curves: list[tuple[str, list[float], list[float]]], points: list[float], history: list[float],
         frequency: float, options: Any) -> None:  # fmt: skip
    """The curve of the network before and after, on the sine; and how its residual fell."""
    figure, (left, right) = new_figure(1, 2, size=(13, 5.8))
    xs = curves[0][1]
    left.plot(xs, [sin(frequency * x) / frequency for x in xs], color=BLACK, lw=6, alpha=0.2, label="sine")
    for (label, xs, ys), colour in zip(curves, (GREEN, BLUE), strict=True):
        left.plot(xs, ys, color=colour, label=label)
    left.plot(points, [0.0] * len(points), "|", color=ORANGE, label="where it is asked")
    left.set(ylim=(-2.0, 2.0), xlabel="x", ylabel="y")
    left.set_title("It has not seen the sine")
    left.legend(frameon=False, fontsize=12, loc="lower left")
    right.plot([*range(0, options.iterations, 100), options.iterations], history, color=BLACK)
    right.set(yscale="log", xlabel="iterations", ylabel="mean of (y″ + ω² y)²")
    right.set_title("How far the equation is from true")
    right.grid(alpha=0.3)
    save_figure(figure, options.out, "obeying_an_equation-sine.png")


def main() -> None:
    """Train on the equation, compare with the sine."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--hidden", type=whole_number, default=12, help="how many hidden neurons")
    parser.add_argument("--points", type=whole_number, default=25, help="where the equation is asked for")
    parser.add_argument("--frequency", type=positive, default=1.0, help="ω of y″ = -ω² y")
    parser.add_argument("--iterations", type=whole_number, default=10_000, help="how many updates")
    options = parser.parse_args()
    frequency, end = options.frequency, 2.0 * pi
    model = nn.MLP(1, [options.hidden, 1], rng=options.seed)
    points = [end * i / max(options.points - 1, 1) for i in range(options.points)]
    xs = [end * i / 200 for i in range(201)]

    def curve() -> list[float]:
        return [solution(model, Value(x)).data for x in xs]

    before, start = curve(), perf_counter()
    history = train(model, points, frequency, options)
    after, seconds = curve(), perf_counter() - start
    size = len(model.parameters())
    print(f"{size} parameters, {plural(options.points, 'point')} from 0 to 2π, "
          f"{plural(options.iterations, 'iteration')}: {seconds:.1f} s.")  # fmt: skip
    off = max(abs(y - sin(frequency * x) / frequency) for x, y in zip(xs, after, strict=True))
    worst = max(abs(y - sin(frequency * x) / frequency) for x, y in zip(xs, before, strict=True))
    print("                      farthest from the sine")
    print(f"  before training     {worst:8.2g}")
    print(f"  after it            {off:8.2g}")
    first, last = history[0], history[-1]
    print(f"The mean of (y″ + ω² y)² went from {first:.3g} to {last:.3g}.")
    claim(options, off < 0.005, "The network is the sine, to 0.005", f"it is {off:.2g} off")
    print("\nThe figures:")
    plot([("before", xs, before), ("after", xs, after)], points, history, frequency, options)


if __name__ == "__main__":
    main()

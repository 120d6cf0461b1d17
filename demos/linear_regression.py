"""Linear regression by gradient descent, until it converges, against the closed form."""

from random import Random
from statistics import fmean
from typing import Any

from figures import BLACK, BLUE, ORANGE, SKY, lesson_options, new_figure, save_figure

import nn

ABOUT = """Weights hang on a spring, and its length is measured, with errors. A neuron without activation
finds the line by gradient descent on the mean squared error, and stops where least squares says."""

STIFFNESS, REST = 2.5, 12.0  # the true line: cm of length for each newton, and the length at rest in cm
ERROR = 0.8  # the standard deviation of a measurement, in cm


def measured(rng: Random, count: int) -> tuple[list[list[float]], list[float]]:
    """Forces in newtons and the lengths in centimetres that were read off."""
    forces = [4.0 * i / (count - 1) for i in range(count)]
    return [[force] for force in forces], [
        REST + STIFFNESS * force + rng.gauss(0.0, ERROR) for force in forces
    ]


def closed_form(forces: list[list[float]], lengths: list[float]) -> tuple[float, float]:
    """The slope and offset with the least mean squared error: covariance / variance."""
    xs = [force for [force] in forces]
    x, y = fmean(xs), fmean(lengths)
    slope = sum((a - x) * (b - y) for a, b in zip(xs, lengths, strict=True)) / sum((a - x) ** 2 for a in xs)
    return slope, y - slope * x


def mean_squared_error(line: tuple[float, float], forces: list[list[float]], lengths: list[float]) -> float:
    """That of a line with this slope and offset."""
    return fmean((line[0] * force + line[1] - y) ** 2 for [force], y in zip(forces, lengths, strict=True))


def plot(
    forces: Any, lengths: Any, lines: list[tuple[int, float, float]], gaps: list[float], out: Any
) -> None:
    """The line as it turns into place, and how far its error is above the least."""
    figure, (left, right) = new_figure(1, 2, size=(13, 5.4))
    for i, (iteration, slope, offset) in enumerate(lines):
        last = i == len(lines) - 1
        left.plot([0.0, 4.0], [offset, 4.0 * slope + offset], color=ORANGE if last else SKY, zorder=1 + last)
        left.text(4.1, 4.0 * slope + offset, "the end" if last else f"{iteration}", va="center", size=13)
    left.plot([force for [force] in forces], lengths, "o", color=BLUE, ms=6, zorder=3)
    left.set(xlabel="force (N)", ylabel="length of the spring (cm)")
    left.set_title("The line after so many updates")
    right.plot(range(1, len(gaps) + 1), gaps, color=BLACK)
    right.set(yscale="log", xlabel="updates", ylabel="error above the least (cm²)")
    right.set_title("Down to the closed form")
    right.grid(alpha=0.3)
    save_figure(figure, out, "linear_regression-line.png")


def main() -> None:
    """Measure, solve twice, compare."""
    options = lesson_options(ABOUT).parse_args()
    forces, lengths = measured(Random(options.seed), 60)
    neuron = nn.Neuron(1, "linear", rng=options.seed)
    lines = [(0, neuron.weights[0].data, neuron.bias.data)]

    def watch(history: nn.History) -> None:
        if history.iterations in (1, 3, 10):
            lines.append((history.iterations, neuron.weights[0].data, neuron.bias.data))

    history = nn.train(
        neuron,
        forces,
        lengths,
        loss=nn.mse_loss,
        learning_rate=0.1,
        gradient_tolerance=1e-7,
        max_iterations=2000,
        progress=False,
        callback=watch,
    )
    found = neuron.weights[0].data, neuron.bias.data
    lines.append((history.iterations, *found))
    best = closed_form(forces, lengths)
    least = mean_squared_error(best, forces, lengths)
    print(f"60 measurements of length = {STIFFNESS} cm/N × force + {REST} cm, with errors of {ERROR} cm.")
    print(
        f"Gradient descent {history.reason} after {history.iterations} updates: the gradient is below 1e-7."
    )
    print("                     slope (cm/N)   offset (cm)   mean squared error (cm²)")
    for name, line in (("gradient descent", found), ("closed form", best)):
        error = mean_squared_error(line, forces, lengths)
        print(f"  {name:16}  {line[0]:13.6f} {line[1]:13.6f} {error:21.6f}")
    print("The least error is not 0: it is the noise, which no line can follow.")
    assert history.reason == "converged"
    assert max(abs(a - b) for a, b in zip(found, best, strict=True)) < 1e-6
    assert abs(best[0] - STIFFNESS) < 0.5
    print("\nThe figure:")
    plot(forces, lengths, lines, [max(loss - least, 1e-16) for loss in history.losses], options.out)


if __name__ == "__main__":
    main()

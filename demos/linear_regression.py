"""Linear regression by gradient descent, until it converges, against the closed form."""

from random import Random
from statistics import fmean
from typing import Any

from figures import BLACK, BLUE, ORANGE, SKY, claim, lesson_options, new_figure, positive, save_figure

import nn
from autograd.util.text import plural

ABOUT = """Weights hang on a spring, and its length is measured, with errors. A neuron without activation
finds the line by gradient descent on the mean squared error, and stops where least squares says."""

STIFFNESS, REST = 2.5, 12.0  # the true line: cm of length for each newton, and the length at rest in cm
ERROR = 0.8  # the standard deviation of a measurement, in cm
SCALES = {"N": 1.0, "mN": 1000.0}  # of each unit, how many make a newton

Line = tuple[int, float, float]  # after so many updates, the slope and the offset


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


def plot(forces: Any, lengths: Any, lines: list[Line], gaps: list[float], options: Any) -> None:
    """The line as it turns into place, and how far its error is above the least."""
    figure, (left, right) = new_figure(1, 2, size=(13, 5.4))
    end = forces[-1][0]
    for i, (iteration, slope, offset) in enumerate(lines):
        last = i == len(lines) - 1
        left.plot([0.0, end], [offset, end * slope + offset], color=ORANGE if last else SKY, zorder=1 + last)
        left.text(1.02 * end, end * slope + offset, "the end" if last else f"{iteration}", va="center")
    left.plot([force for [force] in forces], lengths, "o", color=BLUE, ms=6, zorder=3)
    left.set(xlabel=f"force ({options.unit})", ylabel="length of the spring (cm)")
    left.set_title("The line after so many updates")
    right.plot(range(1, len(gaps) + 1), gaps, color=BLACK)
    right.set(yscale="log", xlabel="updates", ylabel="error above the least (cm²)")
    right.set_title("Down to the closed form")
    right.grid(alpha=0.3)
    save_figure(figure, options.out, "linear_regression-line.png")


def descend(neuron: nn.Neuron, forces: Any, lengths: Any, options: Any) -> tuple[nn.History, list[Line]]:
    """Train the neuron; the history, and its line before, after a few updates, and at the end."""
    lines = [(0, neuron.weights[0].data, neuron.bias.data)]

    def watch(history: nn.History) -> None:
        if history.iterations in (1, 3, 10):
            lines.append((history.iterations, neuron.weights[0].data, neuron.bias.data))

    history = nn.train(
        neuron, forces, lengths, loss=nn.mse_loss, learning_rate=options.learning_rate,
        gradient_tolerance=1e-7, max_iterations=2000, progress=False, callback=watch,
    )  # fmt: skip
    lines.append((history.iterations, neuron.weights[0].data, neuron.bias.data))
    return history, lines


def compare(history: nn.History, found: tuple[float, float], forces: Any, lengths: Any, options: Any) -> None:
    """The line that was found beside that of least squares."""
    best = closed_form(forces, lengths)
    print(f"60 measurements of length = {STIFFNESS} cm/N × force + {REST} cm, with errors of {ERROR} cm.")
    ended = "converged" if history.reason == "converged" else "did not converge"
    updates = plural(history.iterations, "update")
    print(f"Gradient descent {ended} in {updates}: the norm of its gradient", end=" ")
    print(f"{'fell' if ended == 'converged' else 'never fell'} to 1e-7.")
    print(f"                     slope (cm/{options.unit})   offset (cm)   mean squared error (cm²)")
    for name, line in (("gradient descent", found), ("closed form", best)):
        error = mean_squared_error(line, forces, lengths)
        print(f"  {name:16}  {line[0]:13.6f} {line[1]:13.6f} {error:21.6f}")
    print("The least error is not 0: it is the noise, which no line can follow.")
    apart = max(abs(a - b) for a, b in zip(found, best, strict=True))
    claim(
        options, apart < 1e-6, "Gradient descent ends where least squares says", f"they are {apart:.2g} apart"
    )
    assert abs(SCALES[options.unit] * best[0] - STIFFNESS) < 0.5


def main() -> None:
    """Measure, solve twice, compare."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--unit", default="N", choices=list(SCALES), help="of the forces")
    parser.add_argument(
        "--learning-rate", type=positive, default=0.1, metavar="RATE", help="length of a step"
    )
    options = parser.parse_args()
    forces, lengths = measured(Random(options.seed), 60)
    forces = [[SCALES[options.unit] * force] for [force] in forces]
    neuron = nn.Neuron(1, "linear", rng=options.seed)
    try:
        history, lines = descend(neuron, forces, lengths, options)
    except nn.DivergenceError as error:
        claim(options, False, "Gradient descent finds the line", f"training stopped: {error}")
        print("There is no line to draw, and no figure.")
        return
    compare(history, lines[-1][1:], forces, lengths, options)
    print("\nThe figure:")
    least = mean_squared_error(closed_form(forces, lengths), forces, lengths)
    gaps = [max(loss - least, 1e-16) for loss in history.losses]
    plot(forces, lengths, lines, gaps, options)


if __name__ == "__main__":
    main()

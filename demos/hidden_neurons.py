"""What hidden neurons see: the line at which each of them turns, as training goes on."""

from math import hypot
from random import Random
from typing import Any

from figures import BLACK, BLUE, ORANGE, claim, lesson_options, new_figure, save_figure, whole_number

import nn
from autograd.util.text import plural

ABOUT = """A disc lies in a ring, and a network with one hidden layer learns to tell them apart. Each hidden
neuron is 0 along a straight line; the lines start anywhere, and training moves them around the disc."""

Points = tuple[list[list[float]], list[int]]
Line = tuple[float, float, float]  # w₁, w₂ and b of w₁x₁ + w₂x₂ + b = 0


def disc_and_ring(rng: Random, count: int) -> Points:
    """Points of the square from −2 to 2 in a disc (1) and in a ring around it (0), with a gap between."""
    points: list[list[float]] = []
    while len(points) < count:
        point = [rng.uniform(-2.0, 2.0), rng.uniform(-2.0, 2.0)]
        if not 0.9 < hypot(*point) < 1.2 and hypot(*point) < 2.0:
            points.append(point)
    return points, [int(hypot(*point) < 1.0) for point in points]


def lines(model: nn.MLP) -> list[Line]:
    """Where each hidden neuron is 0."""
    return [(n.weights[0].data, n.weights[1].data, n.bias.data) for n in model.layers[0].neurons]


def distance(line: Line) -> float:
    """How far a line is from the middle of the disc."""
    return abs(line[2]) / (hypot(line[0], line[1]) or 1.0)


def plot_moment(axes: Any, model: nn.MLP, points: Points, title: str) -> None:
    """The plane in the colours of the answer, the points, and the line of each hidden neuron."""
    grid = [-2.0 + i / 10 for i in range(41)]
    answers = [[model([x1, x2]).data for x1 in grid] for x2 in grid]
    reach = 1.0 + max(abs(answer) for row in answers for answer in row)
    axes.contourf(grid, grid, answers, levels=[-reach, 0.0, reach], colors=[BLUE, ORANGE], alpha=0.2)
    for kind, colour, marker in ((0, BLUE, "o"), (1, ORANGE, "^")):
        own = [point for point, answer in zip(*points, strict=True) if answer == kind]
        axes.scatter(*zip(*own, strict=True), c=colour, marker=marker, s=22)
    for w1, w2, b in lines(model):
        size = (w1 * w1 + w2 * w2) or 1.0
        foot, along = (-b * w1 / size, -b * w2 / size), (-w2 / size**0.5, w1 / size**0.5)
        ends = [[foot[k] + 4.0 * sign * along[k] for sign in (-1.0, 1.0)] for k in (0, 1)]
        axes.plot(*ends, color=BLACK, linewidth=2)
        side = 0.25 / size**0.5  # a short arrow to where the neuron is above 0
        axes.annotate("", (foot[0] + side * w1, foot[1] + side * w2), foot, arrowprops={"arrowstyle": "->"})
    axes.set(xlim=(-2.0, 2.0), ylim=(-2.0, 2.0), aspect="equal", xticks=[-2, 0, 2], yticks=[-2, 0, 2])
    axes.set_title(title, size=15)


def main() -> None:
    """Train, and look at the lines four times."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--hidden", type=whole_number, default=4, metavar="N", help="hidden neurons")
    options = parser.parse_args()
    rng = Random(options.seed)
    points = disc_and_ring(rng, 150)
    model = nn.MLP(2, [options.hidden, 1], "tanh", rng=rng)
    optimizer = nn.Adam(model.parameters(), learning_rate=0.05)
    figure, grid = new_figure(1, 4, size=(16, 4.6))
    neurons = plural(options.hidden, "hidden neuron")
    print(f"A disc in a ring, {neurons}. How far the line of each is from the middle:")
    stops = [0, 20, 60, 400]
    for axes, before, after in zip(grid, [0, *stops], stops, strict=False):
        if after > before:
            nn.train(
                model, *points, loss=nn.binary_cross_entropy_loss, optimizer=optimizer,
                max_iterations=after - before, progress=False,
            )  # fmt: skip
        print(f"  after {after:3} updates  " + "  ".join(f"{distance(line):5.2f}" for line in lines(model)))
        plot_moment(axes, model, points, f"after {after} updates")
    right = sum(nn.accuracy(model(point), answer) for point, answer in zip(*points, strict=True))
    print(f"{right:.0f} of {len(points[0])} points are on their side.")
    claim(
        options,
        right >= 0.97 * len(points[0]),
        "Lines around the disc fence it in",
        f"{right:.0f} of {len(points[0])} are right",
    )
    around = sum(0.5 < distance(line) < 1.6 for line in lines(model))
    claim(
        options,
        around >= 3,
        "At least three lines end near the edge of the disc, which is 1 from its middle",
        f"{plural(around, 'line')} did",
    )
    print("\nThe figure:")
    save_figure(figure, options.out, "hidden_neurons-lines.png")


if __name__ == "__main__":
    main()

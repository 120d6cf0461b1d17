"""Two moons: a small network bends a line until it parts two kinds of points."""

from argparse import Namespace
from random import Random
from typing import Any

from figures import (
    BLACK,
    BLUE,
    ORANGE,
    claim,
    lesson_options,
    new_figure,
    place,
    positive,
    save_animation,
    save_figure,
    whole_number,
)
from sklearn.datasets import make_moons

import nn
from autograd import Value, draw
from autograd.util.text import plural
from nn.activations import ACTIVATIONS

ABOUT = """Trains a small network to tell the points of two half-moons apart, and shows how the line between
them forms. The loss is the hinge loss: nothing for a point on its side with a margin of 1."""

Scores = list[list[float]]  # what the model says, row by row of a grid over the plane
CELLS, LEFT, RIGHT, LOW, HIGH = 48, -1.8, 2.8, -1.3, 1.8


def parsed() -> Namespace:
    """The options."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--points", type=whole_number, default=100, metavar="N", help="how many points")
    parser.add_argument("--noise", type=positive, default=0.1, help="how far they stray from their moon")
    parser.add_argument("--hidden", type=whole_number, nargs="+", default=[16, 16], metavar="N",
                        help="neurons in each hidden layer")  # fmt: skip
    parser.add_argument("--activation", default="relu", choices=ACTIVATIONS, help="what bends the line")
    parser.add_argument("--iterations", type=whole_number, default=200, metavar="N", help="updates")
    parser.add_argument(
        "--learning-rate", type=positive, default=0.1, metavar="RATE", help="length of a step"
    )
    return parser.parse_args()


def scores_over_plane(model: nn.MLP) -> Scores:
    """The score of each point of the grid: above 0 is one moon, below it the other."""
    width, height = (RIGHT - LEFT) / (CELLS - 1), (HIGH - LOW) / (CELLS - 1)
    return [[model([LEFT + j * width, LOW + i * height]).data for j in range(CELLS)] for i in range(CELLS)]


def plot_boundary(axes: Any, scores: Scores, points: list[list[float]], sides: list[int]) -> None:
    """The plane in two colours, the line between them, the margins at scores of −1 and 1, the points."""
    axes.clear()
    extent = {"extent": (LEFT, RIGHT, LOW, HIGH), "origin": "lower"}
    top = max(1.1, *(abs(score) for row in scores for score in row))
    axes.contourf(scores, [-top, 0.0, top], colors=[BLUE, ORANGE], alpha=0.25, **extent)
    lines = axes.contour(scores, [-1.0, 0.0, 1.0], colors=BLACK, linewidths=[1, 3, 1],
                         linestyles=["dashed", "solid", "dashed"], **extent)  # fmt: skip
    axes.clabel(lines, [level for level in (-1.0, 1.0) if level in lines.levels], fmt="score %g", fontsize=11)
    for side, colour, marker in ((-1, BLUE, "o"), (1, ORANGE, "^")):
        chosen = [point for point, own in zip(points, sides, strict=True) if own == side]
        xs, ys = [x for x, _ in chosen], [y for _, y in chosen]
        axes.scatter(xs, ys, c=colour, marker=marker, s=60, edgecolors="white")
    axes.set(xlabel="x₁", ylabel="x₂", aspect="equal")


def plot_frames(frames: list[tuple[int, Scores]], points: list[Any], sides: list[int], out: Any) -> None:
    """Four moments of the boundary side by side, and all of them as an animation."""
    chosen = [frames[i * (len(frames) - 1) // 3] for i in range(4)]
    figure, grid = new_figure(2, 2, size=(11, 8), sharex=True, sharey=True)
    for axes, (iteration, scores) in zip(grid.flat, chosen, strict=True):
        plot_boundary(axes, scores, points, sides)
        axes.set_title(f"after {plural(iteration, 'update')}")
        axes.label_outer()
    save_figure(figure, out, "two_moons-boundary.png")
    figure, axes = new_figure()

    def show(frame: tuple[int, Scores]) -> None:
        plot_boundary(axes, frame[1], points, sides)
        axes.set_title(f"after {plural(frame[0], 'update')}")

    save_animation(figure, show, frames + frames[-1:] * 12, place(out, "two_moons-boundary.gif"))


def draw_layers(options: Namespace) -> None:
    """The graph by layers: of a network with 2 neurons in each, for that of the large one fills a wall."""
    model = nn.MLP(2, [2, 2, 1], "relu", rng=options.seed)
    score = model([Value(0.5, label="x₁"), Value(0.25, label="x₂")])
    score.label = "score"
    score.backward()
    draw(score, model=model).save(place(options.out, "two_moons-graph.svg"))


def main() -> None:
    """Train, watching the boundary, and show it."""
    options = parsed()
    rng = Random(options.seed)
    positions, classes = make_moons(options.points, noise=options.noise, random_state=options.seed)
    points, sides = positions.tolist(), [2 * int(c) - 1 for c in classes]
    model = nn.MLP(2, [*options.hidden, 1], options.activation, rng=rng)
    print(f"{model}: {len(model.parameters())} parameters")
    frames = [(0, scores_over_plane(model))]
    iterations = min(20, options.iterations) if options.quick else options.iterations

    def watch(history: nn.History) -> None:
        if history.iterations % max(1, iterations // 24) == 0 or history.iterations <= 4:
            frames.append((history.iterations, scores_over_plane(model)))

    optimizer = nn.SGD(model.parameters(), options.learning_rate, momentum=0.9, weight_decay=2e-4)
    try:
        history = nn.train(
            model, points, sides, loss=nn.hinge_loss, optimizer=optimizer, max_iterations=iterations,
            metric=nn.accuracy, callback=watch, seed=rng,
        )  # fmt: skip
    except nn.DivergenceError as error:
        claim(options, False, "Gradient descent finds the line between them", f"training stopped: {error}")
        print("There is no line to draw, and no figure.")
        return
    right = sum(nn.accuracy(model(point), side) for point, side in zip(points, sides, strict=True))
    print(f"On their side: {right:.0f} of {plural(len(points), 'point')}, after", end=" ")
    print(f"{plural(history.iterations, 'update')} in {history.seconds:.1f} s. The figures:")
    plot_frames(frames, points, sides, options.out)
    save_figure(history.plot(), options.out, "two_moons-loss.png")
    draw_layers(options)
    if not options.quick:
        claim(
            options,
            right >= 0.95 * len(points),
            "A bent line parts at least 95% of the points",
            f"{right / len(points):.0%} are on their side",
        )


if __name__ == "__main__":
    main()

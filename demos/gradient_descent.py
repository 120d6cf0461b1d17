"""Gradient descent down a narrow valley: learning rates, momentum and Adam, side by side."""

from collections.abc import Callable
from typing import Any

from figures import BLACK, lesson_options, new_figure, place, save_animation, save_figure

import nn
from autograd import Value

ABOUT = """Rolls down f(x, y) = ½ (x² + 12 y²), a valley twelve times as curved across as along, with several
learning rates, with momentum, and with Adam. A learning rate above 2/12 must diverge, and does."""

START = (-9.0, 2.0)
STEEPEST = 12.0  # the largest curvature, that of y

Point = tuple[float, float]
Walk = list[Point]
Maker = Callable[[list[Value]], nn.Optimizer]

WALKERS: list[tuple[str, str, Maker]] = [
    ("learning rate 0.01: creeps", "o", lambda xy: nn.SGD(xy, 0.01)),
    ("0.15: zigzags down", "s", lambda xy: nn.SGD(xy, 0.15)),
    ("0.17, above 2/12: diverges", "X", lambda xy: nn.SGD(xy, 0.17)),
    ("0.08 with momentum 0.6", "^", lambda xy: nn.SGD(xy, 0.08, momentum=0.6)),
    ("Adam 0.5", "D", lambda xy: nn.Adam(xy, 0.5)),
]


def valley(x: Any, y: Any) -> Any:
    """The height at a point: the lowest is 0, at (0, 0)."""
    return 0.5 * (x * x + STEEPEST * y * y)


def walk(maker: Maker, steps: int) -> Walk:
    """Where the optimizer goes, step by step."""
    x, y = (Value(number) for number in START)
    optimizer = maker([x, y])
    points = [START]
    for _ in range(steps):
        x.grad = y.grad = 0.0
        valley(x, y).backward()
        optimizer.step()
        points.append((x.data, y.data))
    return points


def plot_valley(axes: Any) -> None:
    """Lines of equal height."""
    xs, ys = [-10.0 + i / 5 for i in range(71)], [-3.2 + i / 10 for i in range(65)]
    heights = [[valley(x, y) for x in xs] for y in ys]
    axes.contour(xs, ys, heights, levels=[1, 5, 15, 35, 70, 110], colors=BLACK, alpha=0.25, linewidths=1)
    axes.plot(0.0, 0.0, "*", color=BLACK, markersize=20, zorder=5)
    axes.set(xlim=(-10.0, 4.0), ylim=(-3.2, 3.2), xlabel="x", ylabel="y")


def in_view(points: Walk) -> Walk:
    """A walk as far as the first point outside the picture."""
    outside = (i for i, (_, y) in enumerate(points) if abs(y) > 3.2)
    return points[: next(outside, len(points)) + 1]


def plot_walks(walks: list[Walk], frames: int, options: Any) -> None:
    """The walks as an animation, and its last frame as a picture."""
    figure, axes = new_figure(size=(10, 7))
    plot_valley(axes)
    lines = [axes.plot([], [], f"{marker}-", lw=1.8, ms=6, label=name)[0] for name, marker, _ in WALKERS]
    figure.legend(handles=lines, loc="outside lower center", ncols=2, frameon=False)

    def show(step: int) -> None:
        for line, points in zip(lines, walks, strict=True):
            line.set_data(*zip(*in_view(points)[: step + 1], strict=True))
        axes.set_title(f"After {step} steps (the star is the lowest point)")

    path = place(options.out, "gradient_descent-walks.gif")
    save_animation(figure, show, [*range(frames), *[frames] * 6], path)
    save_figure(figure, options.out, "gradient_descent-walks.png")


def plot_heights(walks: list[Walk], options: Any) -> None:
    """How high each walk still is, step by step."""
    figure, axes = new_figure(size=(10, 7))
    for (name, _, _), points in zip(WALKERS, walks, strict=True):
        axes.plot([valley(*point) for point in points], label=name)
    axes.set(yscale="log", ylim=(1e-8, 1e4), xlabel="steps", ylabel="height f(x, y)")
    axes.set_title("How high each is above the lowest point")
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    axes.grid(alpha=0.3)
    save_figure(figure, options.out, "gradient_descent-heights.png")


def main() -> None:
    """Walk, tell, show."""
    options = lesson_options(ABOUT).parse_args()
    steps = 100
    walks = [walk(maker, steps) for _, _, maker in WALKERS]
    print(f"From {START}, height {valley(*START):g}, down f(x, y) = ½ (x² + 12 y²). The height after")
    print("                              10 steps    100 steps")
    for (name, _, _), points in zip(WALKERS, walks, strict=True):
        print(f"  {name:27} {valley(*points[10]):9.2g} {valley(*points[100]):12.2g}")
    creeps, zigzags, diverges, momentum, adam = (valley(*points[steps]) for points in walks)
    print(
        "\nA step multiplies y by 1 - 12 × rate: beyond 2/12 = 0.1667 that is below -1, and y grows, by turns"
    )
    print(
        "on either side. Along the valley x shrinks by only 1 - rate: the steep side holds the flat one back."
    )
    print("Momentum adds up the small slopes along the valley; Adam scales each direction by itself.")
    for before, after in zip(walks[2], walks[2][1:], strict=False):
        assert abs(after[1] / before[1] - (1.0 - STEEPEST * 0.17)) < 1e-9
    assert diverges > 50.0 * valley(*START)
    assert momentum < zigzags < adam < creeps
    print("\nThe figures:")
    plot_walks(walks, 4 if options.quick else 30, options)
    plot_heights(walks, options)


if __name__ == "__main__":
    main()

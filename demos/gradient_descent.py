"""Gradient descent down a narrow valley: learning rates, momentum and Adam, side by side."""

from collections.abc import Callable
from itertools import pairwise
from math import inf, isnan
from typing import Any

from figures import BLACK, claim, lesson_options, new_figure, place, positive, save_animation, save_figure

import nn
from autograd import Value

ABOUT = """Rolls down f(x, y) = ½ (x² + 12 y²), a valley twelve times as curved across as along, with several
learning rates, with momentum, and with Adam. A learning rate above 2/12 must diverge, and does."""

START = (-9.0, 2.0)
STEEPEST = 12.0  # the largest curvature, that of y
RATES = [0.01, 0.15, 0.17]
MARKERS = "osXvP"

Point = tuple[float, float]
Walk = list[Point]
Maker = Callable[[list[Value]], nn.Optimizer]


def described(rate: float) -> str:
    """What a learning rate does in this valley: each step multiplies x by 1 − rate, y by 1 − 12 × rate."""
    along, across = abs(1.0 - rate), abs(1.0 - STEEPEST * rate)
    if across >= 1.0:
        return f"{rate:g}: to and fro for ever" if across == 1.0 else f"{rate:g}, above 2/12: diverges"
    if max(along, across) > 0.98:
        return f"{rate:g}: creeps"
    return f"{rate:g}: zigzags down" if STEEPEST * rate > 1.0 else f"{rate:g}: goes straight down"


def walkers(rates: list[float]) -> list[tuple[str, str, Maker]]:
    """Plain gradient descent at each rate, then momentum and Adam: name, marker, optimizer."""
    plain: list[tuple[str, str, Maker]] = [
        (described(rate), marker, lambda xy, rate=rate: nn.SGD(xy, rate))
        for rate, marker in zip(rates, MARKERS, strict=False)
    ]
    return [
        *plain,
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


def plot_walks(walks: dict[str, Walk], frames: int, options: Any) -> None:
    """The walks as an animation, and its last frame as a picture."""
    figure, axes = new_figure(size=(10, 7))
    plot_valley(axes)
    markers = {name: marker for name, marker, _ in walkers(options.rates)}
    lines = [axes.plot([], [], f"{markers[name]}-", lw=1.8, ms=6, label=name)[0] for name in walks]
    figure.legend(handles=lines, loc="outside lower center", ncols=2, frameon=False)

    def show(step: int) -> None:
        for line, points in zip(lines, walks.values(), strict=True):
            line.set_data(*zip(*in_view(points)[: step + 1], strict=True))
        axes.set_title(f"After {step} steps (the star is the lowest point)")

    path = place(options.out, "gradient_descent-walks.gif")
    save_animation(figure, show, [*range(frames), *[frames] * 6], path)
    save_figure(figure, options.out, "gradient_descent-walks.png")


def plot_heights(walks: dict[str, Walk], options: Any) -> None:
    """How high each walk still is, step by step."""
    figure, axes = new_figure(size=(12, 6))
    for name, marker, _ in walkers(options.rates):
        heights = [min(valley(*point), 1e12) for point in walks[name]]
        axes.plot(heights, f"{marker}-", markevery=10, ms=7, label=name)
    axes.set(yscale="log", ylim=(1e-8, 1e4), xlabel="steps", ylabel="height f(x, y)",
             title="How high each is above the lowest point")  # fmt: skip
    figure.legend(loc="outside right upper", frameon=False, fontsize=13)
    axes.grid(alpha=0.3)
    save_figure(figure, options.out, "gradient_descent-heights.png")


def main() -> None:
    """Walk, tell, show."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--rates", type=positive, nargs="+", default=RATES, metavar="RATE",
                        help="learning rates without momentum, five at most")  # fmt: skip
    options = parser.parse_args()
    options.rates = list({f"{rate:g}": rate for rate in options.rates}.values())  # of equal ones, one
    if len(options.rates) > len(MARKERS):
        parser.error(f"--rates takes up to {len(MARKERS)} learning rates, got {len(options.rates)}")
    steps = 100
    walks = {name: walk(maker, steps) for name, _, maker in walkers(options.rates)}
    print(f"From {START}, height {valley(*START):g}, down f(x, y) = ½ (x² + 12 y²). The height after")
    print("                                  10 steps    100 steps")
    for name, points in walks.items():
        print(f"  {name:31} {valley(*points[10]):9.1e} {valley(*points[100]):12.1e}")
    print("\nA step multiplies y by 1 - 12 × rate: beyond 2/12 = 0.1667 that is below -1, and y grows, by")
    print("turns on either side. Along the valley x shrinks by only 1 - rate: the steep side holds the")
    print("flat one back. Momentum adds up the small slopes along the valley; Adam scales each direction.")
    *plain, momentum, adam = (inf if isnan(z := valley(*points[steps])) else z for points in walks.values())
    for rate, points in zip(options.rates, walks.values(), strict=False):
        turns = [after[1] / y for (_, y), after in pairwise(points) if 1e-100 < abs(y) < 1e100]
        assert all(abs(turn - (1.0 - STEEPEST * rate)) < 1e-9 * max(1.0, abs(turn)) for turn in turns)
    end, best = min(zip(plain, options.rates, strict=True))
    if len(plain) > 1:
        print(f"The fastest without momentum is here the learning rate {best:g}.")
    if max(options.rates) * STEEPEST > 2.0:
        found = f"the highest that any walk ends is {max(plain):.1e}"
        claim(options, max(plain) > 50.0 * valley(*START), "A learning rate above 2/12 diverges", found)
    claim(options, momentum < end < adam,
          f"Momentum is the fastest, then the learning rate {best:g} without it, then Adam",
          f"momentum ends at {momentum:.1e}, {best:g} at {end:.1e}, Adam at {adam:.1e}")  # fmt: skip
    print("\nThe figures:")
    plot_walks(walks, 4 if options.quick else 30, options)
    plot_heights(walks, options)


if __name__ == "__main__":
    main()

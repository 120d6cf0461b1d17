"""Newton's method: the second derivatives know how far a step may go; gradient descent has to guess it."""

from itertools import pairwise
from math import hypot
from typing import Any

from figures import BLACK, BLUE, ORANGE, claim, lesson_options, new_figure, number, positive, save_figure

from autograd import Value, grad, hessian
from autograd.util.text import plural

ABOUT = """Goes down a bent valley, f(x, y) = (1 - x)² + k (y - x²)², to its lowest point (1, 1): by gradient
descent, and by Newton's method, which also asks how the slopes change, and jumps to where they would be 0."""

Point = tuple[float, float]
Walk = list[Point]

LOWEST = (1.0, 1.0)
CLOSE, FAR = 1e-6, 1e13  # a walk ends this close to the lowest point, or this far out
MOST_STEPS = 20_000


def valley(x: Any, y: Any, steepness: float) -> Any:
    """The height at a point: its floor follows y = x², and falls to 0 at (1, 1)."""
    return (1.0 - x) ** 2 + steepness * (y - x * x) ** 2


def descent_step(point: Point, steepness: float, rate: float) -> Point:
    """Against the gradient, as far as the learning rate says."""
    x, y = map(Value, point)
    slope_x, slope_y = grad(valley(x, y, steepness), [x, y])
    return point[0] - rate * slope_x, point[1] - rate * slope_y


def newton_step(point: Point, steepness: float) -> Point:
    """To where the gradient would be 0, if it went on changing as it does here: H × step = -gradient."""
    x, y = map(Value, point)
    height = valley(x, y, steepness)
    a, b = grad(height, [x, y])
    (xx, xy), (_, yy) = hessian(height, [x, y])
    determinant = xx * yy - xy * xy  # 0, if the gradient does not change along some line
    return point[0] - (a * yy - b * xy) / determinant, point[1] - (b * xx - a * xy) / determinant


def distance(point: Point) -> float:
    """How far a point is from the lowest one."""
    return hypot(point[0] - LOWEST[0], point[1] - LOWEST[1])


def walk(start: Point, step: Any, *settings: float) -> Walk:
    """The points on the way, until it is close, far out, or has taken too long."""
    points = [start]
    while CLOSE < distance(points[-1]) < FAR and len(points) <= MOST_STEPS:
        points.append(step(points[-1], *settings))
    return points


def told(walk: Walk) -> str:
    """How a walk ended."""
    off, steps = distance(walk[-1]), plural(len(walk) - 1, "step")
    return f"is there after {steps}" if off <= CLOSE else f"is {off:.1e} away after {steps}"


def plot(newton: Walk, descent: Walk, options: Any) -> None:
    """Both walks down the valley, and how far they still are from its lowest point."""
    figure, (left, right) = new_figure(1, 2, size=(13, 5.8))
    xs, ys = [-2.0 + i / 40 for i in range(161)], [-1.6 + i / 40 for i in range(185)]
    heights = [[valley(x, y, options.steepness) for x in xs] for y in ys]
    left.contour(xs, ys, heights, levels=[0.1, 1, 4, 10, 25, 60, 120], colors=BLACK, alpha=0.25, linewidths=1)
    left.plot(*zip(*descent, strict=True), ".-", color=ORANGE, lw=1.2, ms=4, label="gradient descent")
    left.plot(*zip(*newton, strict=True), "o-", color=BLUE, lw=1.8, label="Newton")
    left.plot(*LOWEST, "*", color=BLACK, markersize=20, zorder=5)
    left.set(xlim=(-2.0, 2.0), ylim=(-1.6, 3.0), xlabel="x", ylabel="y")
    left.set_title("Down a bent valley to the star")
    right.plot([distance(point) for point in descent], color=ORANGE, label="gradient descent")
    right.plot([distance(point) for point in newton], "o-", color=BLUE, label="Newton")
    right.set(xscale="symlog", yscale="log", xlabel="steps", ylabel="distance from the lowest point")
    right.set_title("How far each still is")
    right.grid(alpha=0.3)
    right.legend(frameon=False, loc="lower left", bbox_to_anchor=(0.47, 0.02))
    save_figure(figure, options.out, "newton-walks.png")


def main() -> None:
    """Walk twice, compare."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--steepness", type=positive, default=10.0, metavar="K", help="k, how narrow it is")
    parser.add_argument("--rate", type=positive, default=0.012, help="the learning rate of gradient descent")
    parser.add_argument("--start", type=number, nargs=2, default=[-1.2, 1.0], metavar=("X", "Y"),
                        help="where both begin")  # fmt: skip
    options = parser.parse_args()
    start = (options.start[0], options.start[1])
    if distance(start) <= CLOSE:
        parser.error(f"--start {start[0]:g} {start[1]:g} is the lowest point already: begin elsewhere")
    try:
        newton = walk(start, newton_step, options.steepness)
    except ZeroDivisionError:
        claim(options, False, "Newton always has a step to take", "a Hessian has the determinant 0")
        print("There is no walk to draw, and no figure.")
        return
    descent = walk(start, descent_step, options.steepness, options.rate)
    print(f"From {start}, down f(x, y) = (1 - x)² + {options.steepness:g} (y - x²)². Newton's steps:")
    print("  step          x          y   height         distance from (1, 1)")
    for i, point in enumerate(newton[:12]):
        height = valley(*point, options.steepness)
        print(f"  {i:4}  {point[0]:9.4f}  {point[1]:9.4f}   {height:.2e}       {distance(point):.2e}")
    print(f"Newton {told(newton)}, gradient descent {told(descent)}.")
    claim(
        options,
        len(newton) <= 8 and len(descent) > 200 and distance(descent[-1]) <= CLOSE,
        "Newton takes a handful of steps, gradient descent hundreds",
        f"Newton {told(newton)}, and gradient descent {told(descent)}",
    )
    rises = sum(valley(*b, options.steepness) > valley(*a, options.steepness) for a, b in pairwise(newton))
    claim(
        options,
        rises > 0 and distance(newton[-1]) <= 10.0 * distance(newton[-2]) ** 2,
        "On the way Newton may go uphill; close by, each step squares the distance: the digits double",
        f"it went uphill {plural(rises, 'time')}, and ended at a distance of {distance(newton[-1]):.1e}",
    )
    print("(Each step needs the Hessian: of n parameters n² numbers. For a network of a million weights")
    print("that is too many, and gradient descent has to do.)")
    print("\nThe figures:")
    plot(newton, descent, options)


if __name__ == "__main__":
    main()

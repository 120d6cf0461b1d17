"""An optimizer from inside: one weight on its way through Adam, every number of it."""

from math import isclose, sqrt
from random import Random
from typing import Any, NamedTuple

from figures import claim, lesson_options, new_figure, positive, save_figure, whole_number

import nn
from autograd import Value

ABOUT = """One weight goes down the parabola ½ (w - 3)² with gradients that chance blurs, as a batch blurs
them. Its mean m, its mean square v and each move are worked out by hand, and compared with nn.Adam."""

LOWEST = 3.0
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


class Move(NamedTuple):
    """One step of Adam: the gradient, both means, both without their start at 0, and the move."""

    weight: float
    gradient: float
    m: float
    v: float
    m_unbiased: float
    root_v: float
    move: float


def by_hand(gradients: list[float], weight: float, rate: float) -> list[Move]:
    """Adam's arithmetic, as Kingma and Ba have it."""
    m = v = 0.0
    moves = []
    for t, g in enumerate(gradients, 1):
        m = BETA1 * m + (1.0 - BETA1) * g
        v = BETA2 * v + (1.0 - BETA2) * g * g
        m_unbiased, root_v = m / (1.0 - BETA1**t), sqrt(v / (1.0 - BETA2**t))
        move = rate * m_unbiased / (root_v + EPSILON)
        weight -= move
        moves.append(Move(weight, g, m, v, m_unbiased, root_v, move))
    return moves


def by_nn(options: Any) -> tuple[list[float], list[float]]:
    """The weight after each step of nn.Adam, and the gradients that it was given."""
    rng = Random(options.seed)
    w = Value(0.0, label="w")
    optimizer = nn.Adam([w], learning_rate=options.learning_rate)
    weights, gradients = [], []
    for _ in range(options.steps):
        optimizer.zero_grad()
        target = LOWEST + rng.gauss(0.0, options.noise)  # another example each time
        (0.5 * (w - target) ** 2 * options.scale).backward()
        gradients.append(w.grad)
        optimizer.step()
        weights.append(w.data)
    return weights, gradients


def plot(moves: list[Move], options: Any) -> None:
    """Gradient and means, and below them the moves."""
    figure, (above, below) = new_figure(2, 1, size=(11, 8), sharex=True)
    steps, (line, dashes) = range(1, len(moves) + 1), ("-", "--") if len(moves) > 1 else ("o", "s")
    above.plot(steps, [move.gradient for move in moves], ".", alpha=0.5, label="gradient g")
    above.plot(steps, [move.m_unbiased for move in moves], line, label="its mean, m / (1 − β₁ᵗ)")
    above.plot(steps, [move.root_v for move in moves], dashes, label="its size, √(v / (1 − β₂ᵗ))")
    above.set(ylabel="gradient")
    above.set_title("The mean of the gradients over their size …")
    above.legend(frameon=False, ncols=3, loc="lower right", fontsize=13)
    below.plot(steps, [move.move for move in moves], line, color="C3", label="move")
    below.axhline(0.0, color="black", linewidth=1)
    below.set(xlabel="step", ylabel="move of the weight")
    below.set_title("… times the learning rate is the move")
    for axes in (above, below):
        axes.grid(alpha=0.3)
    save_figure(figure, options.out, "optimizer_inside-adam.png")


def main() -> None:
    """By nn.Adam, by hand, side by side."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--learning-rate", type=positive, default=0.1, metavar="RATE", help="that of Adam")
    parser.add_argument("--noise", type=positive, default=1.0, help="how far chance blurs each gradient")
    parser.add_argument("--scale", type=positive, default=1.0, help="what the loss is multiplied by")
    parser.add_argument("--steps", type=whole_number, default=120, metavar="N", help="updates")
    options = parser.parse_args()
    weights, gradients = by_nn(options)
    moves = by_hand(gradients, 0.0, options.learning_rate)
    print("The weight starts at 0. new = old − move, move = rate × m̂ / (√v̂ + ε)")
    print("  step   gradient         m         v        m̂        √v̂       move        w   nn.Adam")
    for t in sorted({1, 2, 3, 4, 5, 10, 20, 50, options.steps}):
        if t <= options.steps:
            k = moves[t - 1]
            print(f"  {t:4}  {k.gradient:9.4g} {k.m:9.4g} {k.v:9.4g} {k.m_unbiased:9.4g} {k.root_v:9.4g}"
                  f"  {k.move:9.4g} {k.weight:8.4g}  {weights[t - 1]:8.4g}")  # fmt: skip
    near = 1e-12 * max(1.0, options.learning_rate)  # a weight is what is left of so large moves
    assert all(isclose(k.weight, w, rel_tol=1e-12, abs_tol=near) for k, w in zip(moves, weights, strict=True))
    first = abs(moves[0].move)
    claim(
        options,
        isclose(first, options.learning_rate, rel_tol=1e-6),
        f"The first move is {options.learning_rate:.4g}, the learning rate itself, whatever the size of "
        "the gradient",
        f"it is {first:.4g}, with a gradient of {gradients[0]:.4g}",
    )
    off = abs(weights[-1] - LOWEST)
    claim(options, off < 0.5, "The weight ends near 3, the lowest point", f"it is {off:.2f} away from it")
    print("\nThe figure:")
    plot(moves, options)


if __name__ == "__main__":
    main()

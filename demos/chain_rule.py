"""The chain rule on (a*b + c) * f: by hand, one step at a time, and by trying it out."""

from typing import Any

from figures import claim, leaf_options, lesson_options, new_figure, place, save_figure

from autograd import Value, draw, play

ABOUT = """How a change of a, b, c or f changes L = (a*b + c) * f: the derivatives by hand, by stepping
through the graph, and by finite differences. Then a small step along them changes L as they predict."""

START = {"a": 2.0, "b": -3.0, "c": 10.0, "f": -2.0}

Numbers = dict[str, float]


def expression(a: Any, b: Any, c: Any, f: Any) -> Any:
    """L, of numbers or of Values alike."""
    return (a * b + c) * f


def by_hand(a: float, b: float, c: float, f: float) -> Numbers:
    """The derivatives of L, worked out on paper with L = d * f and d = a*b + c."""
    d = a * b + c
    by_d = f  # of a product, the derivative by one factor is the other
    return {
        "a": by_d * b,  # the chain rule: ∂L/∂a = ∂L/∂d × ∂d/∂a
        "b": by_d * a,
        "c": by_d * 1.0,  # d grows by as much as c does
        "f": d,
    }


def by_finite_differences(start: Numbers, h: float = 1e-5) -> Numbers:
    """Move one number a little up, then a little down: the slope of L in between."""
    slopes = {}
    for name, x in start.items():
        up, down = expression(**{**start, name: x + h}), expression(**{**start, name: x - h})
        slopes[name] = (up - down) / (2.0 * h)
    return slopes


def nudged(start: Numbers, gradients: Numbers, step: float) -> float:
    """L after each number has moved by step × its derivative."""
    return expression(**{name: x + step * gradients[name] for name, x in start.items()})


def plot_nudges(numbers: Numbers, gradients: Numbers, options: Any) -> None:
    """L along the gradient, and the straight line that the derivatives predict."""
    figure, axes = new_figure()
    steps = [i / 500 for i in range(-50, 76)]
    start, slope = expression(**numbers), sum(g * g for g in gradients.values())
    axes.plot(steps, [nudged(numbers, gradients, step) for step in steps], label="L, computed anew")
    axes.plot(
        steps,
        [start + step * slope for step in steps],
        "--",
        label=f"predicted: {start:g} + {slope:g} × step",
    )
    axes.plot(0.0, start, "o", color="black", label="where the derivatives were taken")
    axes.set(xlabel="step (each of a, b, c, f moves by step × its derivative)", ylabel="L")
    axes.set_title("Near the start, L moves as its derivatives predict")
    axes.legend(frameon=False)
    axes.grid(alpha=0.3)
    save_figure(figure, options.out, "chain_rule-nudge.png")


def compare_ways(start: Numbers, engine: Numbers) -> None:
    """The derivatives that the engine found, beside those by hand and by finite differences."""
    hand, differences = by_hand(**start), by_finite_differences(start)
    print("\nThe derivative of L by  by hand   engine   finite differences")
    for name in START:
        print(
            f"                     {name}  {hand[name] + 0.0:7.2f}  {engine[name] + 0.0:7.2f}"
            f"  {round(differences[name], 8) + 0.0:19.8f}"
        )
    assert engine == hand
    if any(abs(differences[name] - hand[name]) > 0.005 for name in START):
        print("Finite differences subtract numbers that are almost equal; of so large ones, digits are lost.")
    size = max(1.0, *map(abs, start.values())) ** 2
    assert all(abs(differences[name] - hand[name]) < 1e-8 * size for name in START)


def compare_nudges(start: Numbers, gradients: Numbers, options: Any) -> None:
    """How much L grows by small steps, beside what the derivatives predict."""
    squares = " + ".join(f"{abs(g):g}²" for g in gradients.values())
    print(f"\nEach number moves by step × its derivative, so L should grow by step × ({squares}):")
    slope = sum(g * g for g in gradients.values())
    missed = []
    for step in (0.1, 0.01, 0.001):
        predicted, change = step * slope, nudged(start, gradients, step) - expression(**start)
        missed.append(abs(change - predicted))
        print(
            f"  step {step:5g}: predicted {predicted:.4f}, it grew by {change:.6f}, off by {missed[-1]:.6f}"
        )
    claim(
        options,
        missed[1] <= missed[0] / 50 and missed[2] <= missed[1] / 50,
        "A tenth of the step, a hundredth of the error: L moves as its derivatives say",
        f"the errors are {', '.join(f'{error:.2g}' for error in missed)}",
    )


def main() -> None:
    """The three ways side by side, and the nudge."""
    parser = lesson_options(ABOUT)
    leaf_options(parser, START)
    options = parser.parse_args()
    start = {name: getattr(options, name) for name in START}
    a, b, c, f = (Value(x, label=name) for name, x in start.items())
    L = expression(a, b, c, f)
    L.label, L.inputs[0].label = "L", "d"
    print("The engine recorded L = (a*b + c) * f. One node at a time, forwards, then backwards:\n")
    print(L.steps().run())
    gradients = {value.label: value.grad for value in (a, b, c, f)}
    compare_ways(start, gradients)
    compare_nudges(start, gradients, options)
    print("The figures:")
    draw(L).save(place(options.out, "chain_rule-graph.svg"))
    play(L, place(options.out, "chain_rule-steps.html"))
    plot_nudges(start, gradients, options)


if __name__ == "__main__":
    main()

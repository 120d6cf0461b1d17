"""A small network fits sin x: how many neurons it takes, and what each activation builds with."""

from math import pi, sin
from typing import Any

from figures import BLACK, lesson_options, new_figure, save_figure

import nn

ABOUT = """Networks with one hidden layer fit a sine wave: with 1, 2, 3 and 16 tanh neurons, and with
8 neurons of other activations. More neurons make more bends; relu makes them of straight pieces."""

XS = [-pi + 2.0 * pi * i / 31 for i in range(32)]
STYLES = ["-", "--", "-.", ":"]

Fit = tuple[str, nn.MLP, float]  # what it is called, the network, its mean squared error


def fit(name: str, hidden: int, activation: str, options: Any) -> Fit:
    """Train a network with one hidden layer on the points of the curve."""
    model = nn.MLP(1, [hidden, 1], activation, rng=options.seed)
    history = nn.train(
        model,
        [[x] for x in XS],
        [sin(x) for x in XS],
        loss=nn.mse_loss,
        optimizer=nn.Adam(model.parameters(), learning_rate=0.03),
        max_iterations=700 if options.quick else 1500,
        progress=False,
    )
    return name, model, history.losses[-1]


def plot_fits(axes: Any, fits: list[Fit], title: str) -> None:
    """The curves that the networks draw, over the sine and somewhat beyond where they learnt it."""
    xs = [-6.5 + 13.0 * i / 300 for i in range(301)]
    axes.axvspan(-pi, pi, color=BLACK, alpha=0.06)
    axes.plot(xs, [sin(x) for x in xs], color=BLACK, linewidth=6, alpha=0.25, label="sin x")
    for (name, model, _), style in zip(fits, STYLES, strict=False):
        axes.plot(xs, [model([x]).data for x in xs], style, label=name)
    axes.set(xlabel="x (rad)", ylabel="output", ylim=(-1.9, 1.9), xticks=[-pi, 0.0, pi])
    axes.set_xticklabels(["−π", "0", "π"])
    axes.set_title(title)
    axes.legend(frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.17))


def main() -> None:
    """Fit, compare, show."""
    options = lesson_options(ABOUT).parse_args()
    widths = [fit(f"{n} tanh", n, "tanh", options) for n in (1, 2, 3, 16)]
    kinds = [fit(f"8 {name}", 8, name, options) for name in ("tanh", "relu", "sigmoid", "softplus")]
    print(f"Networks with one hidden layer, trained on {len(XS)} points of sin x. The mean squared error:")
    for name, model, error in [*widths, *kinds]:
        print(f"  {name:10} {len(model.parameters()):3} parameters   {error:.5f}")
    errors = [error for _, _, error in widths]
    print("One tanh is one step up or down; the sine goes down, up, and down again: three neurons fit it.")
    print("Outside the grey range, where there was nothing to learn, no network knows the sine.")
    assert errors[0] > 0.07 > 4.0 * errors[2]
    assert errors[3] < 0.01
    assert all(max(abs(model([x]).data - sin(x)) for x in range(4, 8)) > 0.3 for _, model, _ in kinds)
    figure, (left, right) = new_figure(1, 2, size=(14, 6.4))
    plot_fits(left, widths, "More neurons, more bends")
    plot_fits(right, kinds, "What each activation builds with")
    print("\nThe figure:")
    save_figure(figure, options.out, "curve_fitting-sine.png")


if __name__ == "__main__":
    main()

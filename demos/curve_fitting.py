"""A small network fits sin x: how many neurons it takes, and what each activation builds with."""

from math import pi, sin
from typing import Any

from figures import BLACK, claim, lesson_options, new_figure, save_figure, whole_number

import nn
from autograd import Value
from autograd.util.text import plural

ABOUT = """Networks with one hidden layer fit a sine wave: with 1, 3, 4 and 16 tanh neurons, and with
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


def plot_pieces(axes: Any, model: nn.MLP, title: str) -> None:
    """What each hidden neuron adds to the output, and their sum: the curve of the network."""
    xs = [-pi + 2.0 * pi * i / 200 for i in range(201)]
    [output] = model.layers[1].neurons
    hidden = [model.layers[0].outputs([Value(x)]) for x in xs]
    for j, weight in enumerate(output.weights):
        axes.plot(xs, [weight.data * values[j].data for values in hidden], lw=1.8, color=f"C{j % 6}")
    axes.plot(xs, [model([x]).data for x in xs], color=BLACK, lw=4)
    axes.set(xlabel="x (rad)", xticks=[-pi, 0.0, pi])
    axes.set_xticklabels(["−π", "0", "π"])
    axes.set_title(title)


def pieces(model: nn.MLP) -> int:
    """Of how many straight pieces the curve of a relu network is, over the range that it learnt."""
    bends = {-n.bias.data / n.weights[0].data for n in model.layers[0].neurons if n.weights[0].data}
    return 1 + sum(-pi < bend < pi for bend in bends)


def steps_of(model: nn.MLP) -> str:
    """Where the tanh neurons of a network step up or down, and how steeply; what that makes together."""
    neurons = model.layers[0].neurons
    at, steep = [-n.bias.data / n.weights[0].data for n in neurons], [abs(n.weights[0].data) for n in neurons]
    places, sizes = (" and ".join(f"{round(number, 2) + 0.0:.2f}" for number in some) for some in (at, steep))
    alike = max(at) - min(at) < 1.0 and max(steep) < 2.0 * min(steep)
    one = "\nTogether that is one step again; another --seed may part them." if alike else ""
    return f"they step at x = {places}, {sizes} steep.{one}"


def main() -> None:
    """Fit, compare, show."""
    parser = lesson_options(ABOUT)
    parser.add_argument(
        "--hidden", type=whole_number, default=8, metavar="N", help="neurons of each activation"
    )
    options = parser.parse_args()
    count = options.hidden
    widths = [fit(f"{n} tanh", n, "tanh", options) for n in (1, 3, 4, 16)]
    kinds = [fit(f"{count} {name}", count, name, options) for name in ("tanh", "relu", "sigmoid", "softplus")]
    print(f"Networks with one hidden layer, trained on {len(XS)} points of sin x. The mean squared error:")
    for name, model, error in [*widths, *kinds]:
        print(f"  {name:11} {len(model.parameters()):3} parameters   {error:.1e}")
    errors = [error for _, _, error in widths]
    print("One tanh is one step up or down; the sine goes down, up, and down again: three neurons fit it.")
    if count > 1 and kinds[0][2] > 0.9 * errors[0]:
        print(f"{count} tanh neurons do no better here than 1: {steps_of(kinds[0][1])}")
    curve = f"The curve of the {plural(count, 'relu neuron')}"
    print(f"{curve} has {plural(pieces(kinds[1][1]), 'straight piece')} in the grey range.")
    print("Outside the grey range, where there was nothing to learn, no network knows the sine.")
    claim(
        options,
        errors[0] > 0.07 > 4.0 * errors[1] and errors[3] < 0.01,
        "More neurons make more bends",
        f"the errors are {', '.join(f'{error:.1e}' for error in errors)}",
    )
    astray = [max(abs(model([x]).data - sin(x)) for x in range(4, 8)) for _, model, _ in kinds]
    claim(
        options,
        min(astray) > 0.3,
        "Beyond what it learnt each is off by more than 0.3 somewhere",
        f"one is off by {min(astray):.2f} at most",
    )
    figure, grid = new_figure(2, 2, size=(14, 11))
    plot_fits(grid[0, 0], widths, "More neurons, more bends")
    plot_fits(grid[0, 1], kinds, "What each activation builds with")
    plot_pieces(grid[1, 0], widths[1][1], "What 3 tanh neurons add up to (black)")
    sum_of = f"What {plural(count, 'relu neuron')} add{'s' * (count == 1)} up to (black)"
    plot_pieces(grid[1, 1], kinds[1][1], sum_of)
    print("\nThe figure:")
    save_figure(figure, options.out, "curve_fitting-sine.png")


if __name__ == "__main__":
    main()

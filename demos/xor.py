"""XOR: why one neuron cannot, why two layers can, and why their weights must not start equal."""

from math import log
from random import Random
from typing import Any

from figures import BLACK, BLUE, RED, claim, lesson_options, new_figure, save_figure, whole_number

import nn
from autograd import Value
from autograd.util.text import plural

ABOUT = """XOR is 1 where its two inputs differ. One neuron draws one straight line, and no line parts
the points; two layers do it, unless all weights start equal: then the hidden neurons stay copies."""

POINTS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
XOR = [0.0, 1.0, 1.0, 0.0]


def learn(model: nn.Module, iterations: int) -> float:
    """Train on the four points; the loss at the end."""
    history = nn.train(
        model,
        POINTS,
        XOR,
        loss=nn.binary_cross_entropy_loss,
        optimizer=nn.Adam(model.parameters(), learning_rate=0.05),
        max_iterations=iterations,
        progress=False,
    )
    return history.losses[-1]


def right(model: Any) -> int:
    """How many of the four points are on their side."""
    return int(sum(nn.accuracy(model(point), target) for point, target in zip(POINTS, XOR, strict=True)))


def most_right_by_a_line() -> int:
    """The most points that any line parts right, tried with many: the neuron is not to blame."""
    rng = Random(0)
    best = 0
    for _ in range(2000):
        neuron = nn.Neuron(2, "linear", rng)
        neuron.bias.data = rng.uniform(-2.0, 2.0)
        best = max(best, right(neuron))
    return best


def with_equal_weights(hidden: int) -> nn.MLP:
    """A network whose weights all start at ½."""
    model = nn.MLP(2, [hidden, 1], "tanh", rng=0)
    for layer in model.layers:
        for weight in (weight for neuron in layer.neurons for weight in neuron.weights):
            weight.data = 0.5
    return model


def distinct_neurons(model: nn.MLP) -> int:
    """How many of the hidden neurons differ from one another (to 9 places)."""
    return len({tuple(round(p.data, 9) for p in neuron.parameters()) for neuron in model.layers[0].neurons})


def plot_probabilities(axes: Any, model: Any, title: str) -> None:
    """The probability of a 1 over the plane, the line where it is ½, and the four points."""
    grid = [-0.5 + i / 20 for i in range(41)]
    probabilities = [[Value.sigmoid(model([x1, x2])).data for x1 in grid] for x2 in grid]
    image = axes.contourf(grid, grid, probabilities, levels=[i / 10 for i in range(11)], cmap="PuOr_r")
    axes.contour(grid, grid, probabilities, levels=[0.5], colors=BLACK, linewidths=3)
    for (x1, x2), target in zip(POINTS, XOR, strict=True):
        axes.plot(x1, x2, "o", color=RED if target else BLUE, markersize=26, markeredgecolor="white")
        axes.text(x1, x2, f"{target:.0f}", color="white", weight="bold", ha="center", va="center_baseline")
    axes.set(aspect="equal", xlabel="x₁", ylabel="x₂", xticks=[0, 1], yticks=[0, 1])
    axes.set_title(title, size=15)
    return image


def one_neuron(iterations: int, options: Any) -> nn.Neuron:
    """A neuron that was trained, and what it cannot learn."""
    neuron = nn.Neuron(2, "linear", rng=options.seed)
    alone = learn(neuron, iterations)
    print(f"One neuron, {iterations} updates: loss {alone:.4f}.")
    most = most_right_by_a_line()
    claim(
        options,
        alone > log(2.0) - 1e-9,
        "  ln 2 = 0.6931 is the loss of saying ½ to everything: it cannot do better",
        f"the loss is {alone:.4f}",
    )
    print(f"  The best of 2000 random lines has {most} of 4 right: no line parts XOR.")
    assert most == 3
    return neuron


def two_layers(iterations: int, options: Any) -> nn.MLP:
    """A network that was trained, and what it has learnt."""
    network = nn.MLP(2, [options.hidden, 1], "tanh", rng=options.seed)
    together = learn(network, iterations)
    neurons = plural(options.hidden, "hidden neuron")
    print(f"\nTwo layers, {neurons}: loss {together:.4f}, {right(network)} of 4 right.")
    if options.hidden > 1:
        print(f"  Its hidden neurons: {distinct_neurons(network)} that differ.")
    claim(
        options,
        right(network) == 4 and together < 0.1,
        "  Two layers part all four points",
        f"{right(network)} of 4 points are right, and the loss is {together:.4f}",
    )
    return network


def equal_at_first(iterations: int, options: Any) -> nn.MLP:
    """A network that was trained from equal weights, and what it could not learn."""
    hidden = options.hidden
    equal = with_equal_weights(hidden)
    stuck = learn(equal, iterations)
    print(f"\nThe same network, every weight ½ at the start: loss {stuck:.4f}, {right(equal)} of 4 right.")
    if hidden > 1:
        print("  Its hidden neurons are copies of one. Equal weights get equal gradients, so they stay so:")
        print(f"  {hidden} do the work of one. Chance at the start is what parts them.")
    assert distinct_neurons(equal) == 1
    claim(options, stuck > 0.3, "  One neuron is not enough", f"the loss is {stuck:.4f}")
    return equal


def main() -> None:
    """One neuron; two layers; two layers that start with equal weights."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--hidden", type=whole_number, default=4, metavar="N", help="neurons between")
    options = parser.parse_args()
    iterations = 150 if options.quick else 400
    neuron = one_neuron(iterations, options)
    network = two_layers(iterations, options)
    equal = equal_at_first(iterations, options)
    figure, grid = new_figure(1, 3, size=(13, 4.7))
    plot_probabilities(grid[0], neuron, "One neuron")
    plot_probabilities(grid[1], network, "Two layers")
    image = plot_probabilities(grid[2], equal, "Two layers, equal at first")
    figure.colorbar(image, ax=grid, label="probability of a 1", shrink=0.8, ticks=[0, 0.5, 1])
    print("\nThe figures:")
    save_figure(figure, options.out, "xor-plane.png")


if __name__ == "__main__":
    main()

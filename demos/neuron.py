"""One tanh neuron: its gradients, its graph, and tanh taken apart into exponentials."""

from math import atanh, isclose, sqrt, tanh
from typing import Any

from figures import BLACK, claim, lesson_options, new_figure, number, place, save_figure

import nn
from autograd import Value, draw, play

ABOUT = """A neuron weighs its inputs, adds its bias, and squashes the sum with tanh. Its gradients are taken
three times: with tanh as one operation, with tanh spelled out in exponentials, and from an nn.Neuron."""

# The bias is such that the sum is atanh(√½), where the slope of tanh is exactly ½.
NUMBERS = {"x1": 2.0, "x2": 0.0, "w1": -3.0, "w2": 1.0, "b": 6.0 + atanh(sqrt(0.5))}


def leaves(numbers: dict[str, float]) -> list[Value]:
    """The inputs, weights and bias, fresh."""
    return [Value(x, label=name) for name, x in numbers.items()]


def weighted(x1: Value, x2: Value, w1: Value, w2: Value, b: Value) -> Value:
    """What goes into the activation."""
    n = x1 * w1 + x2 * w2 + b
    n.label = "n"
    return n


def in_exponentials(n: Value) -> Value:
    """tanh n = (e²ⁿ − 1) / (e²ⁿ + 1), of smaller operations."""
    e = (2.0 * n).exp()
    e.label = "e²ⁿ"
    return (e - 1.0) / (e + 1.0)


def gradients_by_nn(numbers: dict[str, float]) -> list[float]:
    """The same neuron from the library: its weighted sum is one node of the graph."""
    neuron = nn.Neuron(2, "tanh", rng=0)
    x1, x2, *rest = leaves(numbers)
    for parameter, value in zip(neuron.parameters(), rest, strict=True):
        parameter.data = value.data
    neuron([x1, x2]).backward()
    return [value.grad for value in (x1, x2, *neuron.parameters())]


def plot_tanh(n: float, options: Any) -> None:
    """Where this neuron stands on tanh, and the slope there: its local derivative."""
    figure, axes = new_figure()
    reach = max(3.0, abs(n) + 1.0)
    xs = [reach * i / 150 for i in range(-150, 151)]
    axes.plot(xs, [tanh(x) for x in xs], label="o = tanh n")
    near = [n - 0.9, n + 0.9]
    slope = 1.0 - tanh(n) ** 2
    tangent = [tanh(n) + slope * (x - n) for x in near]
    axes.plot(near, tangent, "--", label=f"slope there: 1 - o² = {slope:.4g}")
    axes.plot(n, tanh(n), "o", color=BLACK, label=f"this neuron: n = {n:.4f}, o = {tanh(n):.4f}")
    axes.set(xlabel="n, the weighted sum", ylabel="o, the output of the neuron")
    axes.set_title("The local derivative of tanh is the slope of its curve")
    axes.legend(frameon=False, loc="upper left")
    axes.grid(alpha=0.3)
    save_figure(figure, options.out, "neuron-tanh.png")


def main() -> None:
    """Three ways to the same gradients."""
    parser = lesson_options(ABOUT)
    for name, default in NUMBERS.items():
        parser.add_argument(
            f"--{name}", type=number, default=default, metavar="NUMBER", help=f"the leaf {name}"
        )
    options = parser.parse_args()
    numbers = {name: getattr(options, name) for name in NUMBERS}
    whole, parts = leaves(numbers), leaves(numbers)
    n = weighted(*whole)
    o = n.tanh()
    o.label = "o"
    print("One neuron, o = tanh(x1*w1 + x2*w2 + b). The backward pass, node by node:\n")
    print(o.steps(forward=False).run())

    spelled = in_exponentials(weighted(*parts))
    spelled.label = "o"
    spelled.backward()
    print("\nThe gradient by   tanh   in exponentials   nn.Neuron")
    for value, part, library in zip(whole, parts, gradients_by_nn(numbers), strict=True):
        ours, spelt = value.grad + 0.0, part.grad + 0.0
        print(f"            {value.label:>3}  {ours:5.3g}   {spelt:15.3g}   {library + 0.0:9.3g}")
        assert isclose(value.grad, library, rel_tol=1e-12, abs_tol=1e-12)
    slope, x1, w1 = o.local_derivatives[0], whole[0], whole[2]
    print(f"\nAt this n the slope of tanh is 1 - o² = {slope:.4g}:", end=" ")
    print(f"w1 gets {slope:.4g} × x1 = {w1.grad + 0.0:.4g}, x1 gets {slope:.4g} × w1 = {x1.grad + 0.0:.4g}.")
    if numbers["x2"] == 0.0:
        print("The input x2 is 0: whatever w2 is, it does not matter, and its gradient is 0.")
    claim(
        options,
        all(isclose(a.grad, b.grad, rel_tol=1e-12, abs_tol=1e-12) for a, b in zip(whole, parts, strict=True)),
        "How far one cuts an operation into smaller ones changes the graph, not the gradients",
        f"in exponentials the gradient of b is {parts[4].grad!r}, and with tanh {whole[4].grad!r}",
    )
    print("The figures:")
    draw(o).save(place(options.out, "neuron-graph.svg"))
    draw(spelled).save(place(options.out, "neuron-exponentials.svg"))
    play(o, place(options.out, "neuron-steps.html"))
    plot_tanh(n.data, options)


if __name__ == "__main__":
    main()

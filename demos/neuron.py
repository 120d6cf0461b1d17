"""One tanh neuron: its gradients, its graph, and tanh taken apart into exponentials."""

from math import atanh, isclose, sqrt, tanh
from typing import Any

from figures import BLACK, lesson_options, new_figure, place, save_figure

import nn
from autograd import Value, draw, play

ABOUT = """A neuron weighs its inputs, adds its bias, and squashes the sum with tanh. Its gradients are taken
three times: with tanh as one operation, with tanh spelled out in exponentials, and from an nn.Neuron."""

# The bias is such that the sum is atanh(√½), where the slope of tanh is exactly ½.
NUMBERS = {"x1": 2.0, "x2": 0.0, "w1": -3.0, "w2": 1.0, "b": 6.0 + atanh(sqrt(0.5))}


def leaves() -> list[Value]:
    """The inputs, weights and bias, fresh."""
    return [Value(number, label=name) for name, number in NUMBERS.items()]


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


def gradients_by_nn() -> list[float]:
    """The same neuron from the library: its weighted sum is one node of the graph."""
    neuron = nn.Neuron(2, "tanh", rng=0)
    x1, x2, *rest = leaves()
    for parameter, value in zip(neuron.parameters(), rest, strict=True):
        parameter.data = value.data
    neuron([x1, x2]).backward()
    return [value.grad for value in (x1, x2, *neuron.parameters())]


def plot_tanh(n: float, options: Any) -> None:
    """Where this neuron stands on tanh, and the slope there: its local derivative."""
    figure, axes = new_figure()
    xs = [i / 50 for i in range(-150, 151)]
    axes.plot(xs, [tanh(x) for x in xs], label="o = tanh n")
    near = [n - 0.9, n + 0.9]
    axes.plot(near, [tanh(n) + 0.5 * (x - n) for x in near], "--", label="slope there: 1 - o² = 0.5")
    axes.plot(n, tanh(n), "o", color=BLACK, label=f"this neuron: n = {n:.4f}, o = {tanh(n):.4f}")
    axes.set(xlabel="n, the weighted sum", ylabel="o, the output of the neuron")
    axes.set_title("The local derivative of tanh is the slope of its curve")
    axes.legend(frameon=False, loc="upper left")
    axes.grid(alpha=0.3)
    save_figure(figure, options.out, "neuron-tanh.png")


def main() -> None:
    """Three ways to the same gradients."""
    options = lesson_options(ABOUT).parse_args()
    whole, parts = leaves(), leaves()
    n = weighted(*whole)
    o = n.tanh()
    o.label = "o"
    print("One neuron, o = tanh(x1*w1 + x2*w2 + b). The backward pass, node by node:\n")
    print(o.steps(forward=False).run())

    spelled = in_exponentials(weighted(*parts))
    spelled.label = "o"
    spelled.backward()
    print("\nThe gradient by   tanh   in exponentials   nn.Neuron")
    for value, part, library in zip(whole, parts, gradients_by_nn(), strict=True):
        print(f"            {value.label:>3}  {value.grad:5.2f}   {part.grad:15.2f}   {library:9.2f}")
        assert isclose(value.grad, part.grad, rel_tol=1e-12, abs_tol=1e-12)
        assert isclose(value.grad, library, rel_tol=1e-12, abs_tol=1e-12)
    print("\nAt this n the slope of tanh is 1 - o² = 0.5: w1 gets 0.5 × x1 = 1, x1 gets 0.5 × w1 = -1.5.")
    print("The input x2 is 0: whatever w2 is, it does not matter, and its gradient is 0.")
    print(
        "How far one cuts an operation into smaller ones changes the graph, not the gradients. The figures:"
    )
    draw(o).save(place(options.out, "neuron-graph.svg"))
    draw(spelled).save(place(options.out, "neuron-exponentials.svg"))
    play(o, place(options.out, "neuron-steps.html"))
    plot_tanh(n.data, options)


if __name__ == "__main__":
    main()

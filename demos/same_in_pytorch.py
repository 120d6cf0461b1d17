"""The same network here and in PyTorch: outputs, loss and every gradient, side by side."""

from math import isclose, ulp
from random import Random
from typing import Any

from figures import BLACK, BLUE, claim, lesson_options, new_figure, save_figure

import nn

ABOUT = """Builds one network twice, here of scalars and in PyTorch of tensors, with the same weights; runs
the same examples through both, and compares the loss and every gradient, which must be equal to 1e-12."""

SIZES = [3, 5, 5, 2]


def examples(rng: Random) -> tuple[list[list[float]], list[int]]:
    """Ten inputs of three numbers, and a class, 0 or 1, for each."""
    return [[rng.gauss(0.0, 1.0) for _ in range(SIZES[0])] for _ in range(10)], [i % 2 for i in range(10)]


def here(model: nn.MLP, inputs: list[list[float]], classes: list[int]) -> tuple[float, dict[str, float]]:
    """The loss, and the gradient of each parameter by name."""
    loss = nn.cross_entropy_loss([model(x) for x in inputs], classes)
    loss.backward()
    return loss.data, {name: parameter.grad for name, parameter in model.named_parameters().items()}


def in_pytorch(
    torch: Any, model: nn.MLP, inputs: list[list[float]], classes: list[int], dtype: Any
) -> tuple[float, dict[str, float]]:
    """The same from PyTorch, with the weights of our model."""
    layers = []
    for layer in model.layers:
        linear = torch.nn.Linear(layer.nin, len(layer.neurons), dtype=dtype)
        weights = [[w.data for w in neuron.weights] for neuron in layer.neurons]
        linear.weight.data = torch.tensor(weights, dtype=dtype)
        linear.bias.data = torch.tensor([neuron.bias.data for neuron in layer.neurons], dtype=dtype)
        layers += [linear, torch.nn.Tanh()]
    network = torch.nn.Sequential(*layers[:-1])
    logits = network(torch.tensor(inputs, dtype=dtype))
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(classes))
    loss.backward()
    gradients = {}
    for i, linear in enumerate(layers[::2]):
        for j, row in enumerate(linear.weight.grad.tolist()):
            gradients |= {f"layers.{i}.neurons.{j}.weights.{k}": slope for k, slope in enumerate(row)}
            gradients[f"layers.{i}.neurons.{j}.bias"] = linear.bias.grad[j].item()
    return loss.item(), gradients


def plot(ours: dict[str, float], theirs: dict[str, float], options: Any) -> None:
    """How far apart each gradient is here and in PyTorch, in units of the last place of a double."""
    figure, axes = new_figure()
    sizes = [abs(ours[name]) for name in theirs]
    apart = [abs(ours[name] - theirs[name]) / ulp(ours[name]) for name in theirs]
    axes.plot(sizes, [max(units, 0.3) for units in apart], "o", color=BLUE, alpha=0.7)
    axes.axhline(1.0, color=BLACK, linewidth=1)
    equal = sum(units == 0.0 for units in apart)
    axes.set(xscale="log", yscale="log", xlabel="size of the gradient", ylabel="apart by so many last places")
    axes.set_title(f"Of {len(ours)} gradients {equal} are equal to the last bit (lowest row)")
    save_figure(figure, options.out, "same_in_pytorch-gradients.png")


def main() -> None:
    """Run both, compare, show."""
    parser = lesson_options(ABOUT)
    parser.add_argument("--float32", action="store_true", help="let PyTorch compute with 7 digits")
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed, so there is nothing to compare with: pip install torch")
        return
    rng = Random(options.seed)
    model = nn.MLP(SIZES[0], SIZES[1:], "tanh", rng=rng)
    data = examples(rng)
    dtype = torch.float32 if options.float32 else torch.float64
    (loss, ours), (torch_loss, theirs) = here(model, *data), in_pytorch(torch, model, *data, dtype)
    print(f"{model}, on ten examples.")
    print(f"  {'':28} {'here':>17} {'PyTorch':>17}\n  {'loss':28} {loss:17.14f} {torch_loss:17.14f}")
    for name in list(ours)[:: len(ours) // 6]:
        print(f"  {name:28} {ours[name]:17.14f} {theirs[name]:17.14f}")
    furthest = max(abs(ours[name] - theirs[name]) for name in theirs)
    print(f"The {len(ours)} gradients differ by {furthest:.0e} at most: rounding.")
    assert ours.keys() == theirs.keys()
    close = all(isclose(ours[name], theirs[name], rel_tol=1e-12, abs_tol=1e-14) for name in theirs)
    claim(
        options,
        close and isclose(loss, torch_loss, rel_tol=1e-12),
        "They are equal to 1e-12",
        f"they differ by {furthest:.0e}",
    )
    print("\nThe figure:")
    plot(ours, theirs, options)


if __name__ == "__main__":
    main()

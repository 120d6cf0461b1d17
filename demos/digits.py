"""A small neural network learns to read handwritten digits, one scalar at a time."""

from argparse import Namespace
from random import Random
from typing import Any

from figures import claim, lesson_options, new_figure, place, positive, save_figure, whole_number
from sklearn.datasets import load_digits

import autograd
import nn
from autograd.util.text import plural

ABOUT = """Trains a small neural network on the 1,797 handwritten digits (8 by 8 pixels) that come with
scikit-learn, tests it on digits that it never saw, and draws what it learnt."""

Pixels = list[float]  # 64 of them, row by row, from 0 (paper) to 1 (ink)


def parsed() -> Namespace:
    """The options."""
    parser = lesson_options(ABOUT)
    parser.add_argument(
        "--hidden", type=whole_number, default=16, metavar="N", help="neurons in the hidden layer"
    )
    parser.add_argument(
        "--epochs", type=whole_number, default=20, metavar="N", help="passes over the training digits"
    )
    parser.add_argument(
        "--batch-size", type=whole_number, default=32, metavar="N", help="digits for one update"
    )
    parser.add_argument(
        "--learning-rate", type=positive, default=0.01, metavar="RATE", help="the step of Adam"
    )
    return parser.parse_args()


def shuffled_digits(rng: Random) -> tuple[list[Pixels], list[int]]:
    """The pixels of all digits, and what they are, in random order."""
    digits = load_digits()
    examples = list(zip((digits.data / 16.0).tolist(), digits.target.tolist(), strict=True))
    rng.shuffle(examples)
    return [pixels for pixels, _ in examples], [digit for _, digit in examples]


def read(model: nn.MLP, pixels: Pixels) -> tuple[int, float]:
    """Which digit the model sees, and with what probability."""
    probabilities = [p.data for p in autograd.softmax(model(pixels))]
    digit = max(range(10), key=probabilities.__getitem__)
    return digit, probabilities[digit]


def picture(axes: Any, numbers: Pixels, **style: Any) -> None:
    """64 numbers as an image of 8 by 8."""
    axes.imshow([numbers[i : i + 8] for i in range(0, 64, 8)], **style)


def plot_mistakes(model: nn.MLP, wrong: list[tuple[Pixels, int]], options: Namespace) -> None:
    """The digits that were misread (the first 18), each with what it is and what the model said."""
    rows = min(3, max(1, -(-len(wrong) // 6)))
    figure, grid = new_figure(rows, 6, size=(11, 0.7 + 2.2 * rows))
    figure.suptitle("Misread: what it is, what the model said, and how sure it was")
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, (pixels, digit) in zip(grid.flat, wrong, strict=False):
        said, probability = read(model, pixels)
        picture(axes, pixels, cmap="Greys", vmin=0.0, vmax=1.0)
        axes.set_title(f"{digit}, said {said} ({probability:.0%})", loc="center", weight="normal", size=13)
    save_figure(figure, options.out, "digits-misread.png")


def plot_weights(model: nn.MLP, options: Namespace) -> None:
    """What the hidden neurons look at: their weights, laid out like the pixels (of the first 16)."""
    neurons = model.layers[0].neurons[:16]
    reach = max(abs(weight.data) for neuron in neurons for weight in neuron.weights)
    figure, grid = new_figure(2, 8, size=(11, 3.9))
    figure.suptitle("Weights of the hidden neurons: for ink (purple), against it (orange)")
    for axes in grid.flat:
        axes.set_axis_off()
    for i, (axes, neuron) in enumerate(zip(grid.flat, neurons, strict=False)):
        picture(axes, [weight.data for weight in neuron.weights], cmap="PuOr", vmin=-reach, vmax=reach)
        axes.set_title(f"h{i}", loc="center", weight="normal", size=13)
    save_figure(figure, options.out, "digits-weights.png")


def draw_neuron(model: nn.MLP, pixels: Pixels, digit: int, options: Namespace) -> None:
    """The graph of the output neuron for one digit, with the gradients of its logit."""
    outputs = model.layers[0].outputs([autograd.Value(x) for x in pixels])
    hidden = [autograd.Value(h.data, label=f"h{i}") for i, h in enumerate(outputs)]
    model.zero_grad()
    logit = model.layers[1].neurons[digit](hidden)
    logit.label = f"logit of {digit}"
    logit.backward()
    autograd.draw(logit, model=model).save(place(options.out, "digits-neuron.svg"))


def main() -> None:
    """Train, test, and show."""
    options = parsed()
    rng = Random(options.seed)
    images, digits = shuffled_digits(rng)
    held_out = 360
    test = images[:held_out], digits[:held_out]
    training = images[held_out:], digits[held_out:]
    model = nn.MLP(64, [options.hidden, 10], rng=rng)
    epochs = 2 if options.quick else options.epochs
    print(f"{model}: {len(model.parameters())} parameters, on the {autograd.engine()} engine.")
    print(f"It learns from {len(training[0])} digits; {held_out} others are kept for the test.")
    history = nn.train(
        model,
        *training,
        loss=nn.cross_entropy_loss,
        optimizer=nn.Adam(model.parameters(), options.learning_rate),
        max_iterations=epochs * -(-len(training[0]) // options.batch_size),
        batch_size=options.batch_size,
        validation=test,
        metric=nn.accuracy,
        seed=rng,
    )
    wrong = [(x, y) for x, y in zip(*test, strict=True) if read(model, x)[0] != y]
    accuracy = 1.0 - len(wrong) / held_out
    updates = plural(history.iterations, "update")
    print(f"{updates} in {history.seconds:.1f} s. Of the {held_out} digits of the test,")
    print(f"{held_out - len(wrong)} are read right: {accuracy:.1%}. The figures and the model:")
    save_figure(history.plot(), options.out, "digits-loss.png")
    plot_mistakes(model, wrong, options)
    plot_weights(model, options)
    draw_neuron(model, *(wrong or [(images[0], digits[0])])[0], options)
    model.save(place(options.out, "digits-model.json"))
    if not options.quick:
        claim(options, accuracy >= 0.95, "At least 95% are read right", f"{accuracy:.1%} are")


if __name__ == "__main__":
    main()

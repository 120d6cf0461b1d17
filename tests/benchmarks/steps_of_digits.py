"""An epoch of the digits demo as this engine and its peers do it, from the same weights.

1,437 digits of 8 × 8 pixels in batches of 32, an MLP 64-16-10 of tanh, cross-entropy, Adam, in float64.
Each `…_epoch(digits)` gives a function that does an epoch and returns the loss of its last batch.
"""

import itertools
import math
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import nn

RATE, BATCH, SIZES, EPOCHS = 0.01, 32, (64, 16, 10), 20

Epoch = tuple[Callable[[], Any], int]


class Digits(NamedTuple):
    """The pixels of each digit, what it is, the initial weights of each layer; digits to test with."""

    images: list[list[float]]
    digits: list[int]
    layers: list[list[list[float]]]
    held_out: tuple[list[list[float]], list[int]]


def load() -> Digits:
    """The digits that come with scikit-learn."""
    from sklearn.datasets import load_digits

    rng, data = random.Random(1), load_digits()
    layers = [
        [[rng.gauss(0.0, math.sqrt(1.0 / n)) for _ in range(n)] for _ in range(m)]
        for n, m in itertools.pairwise(SIZES)
    ]
    images, numbers = (data.data / 16.0).tolist(), data.target.tolist()
    return Digits(images[:1437], numbers[:1437], layers, (images[1437:], numbers[1437:]))


def network(data: Digits) -> nn.MLP:
    """The model of this package with the initial weights."""
    model = nn.MLP(SIZES[0], list(SIZES[1:]), rng=1)
    for layer, weights in zip(model.layers, data.layers, strict=True):
        for neuron, row in zip(layer.neurons, weights, strict=True):
            for weight, number in zip(neuron.weights, row, strict=True):
                weight.data = number
    return model


def train_epoch(data: Digits, engine: str, metric: Any = None) -> Epoch:
    """nn.train with an engine: an epoch of a training that goes on (recording the examples is not in it)."""
    from nn.loop import Training
    from nn.training import History, measure_with

    model = network(data)
    optimizer = nn.Adam(model.parameters(), RATE)
    make = measure_with(engine, model.parameters(), wary=False)
    measure = make(model, nn.cross_entropy_loss, metric, data.images, data.digits)
    history = History()
    training = Training(measure, None, model.parameters(), optimizer, history)

    def epoch() -> float:
        for start in range(0, len(data.images), BATCH):
            training.iterate(list(range(start, min(start + BATCH, len(data.images)))))
        return history.losses[-1]

    return epoch, 1


def whole_training(data: Digits) -> Epoch:
    """nn.train from call to return: twenty epochs with accuracy, and 360 digits held out after each."""

    def training() -> float:
        model = network(data)
        history = nn.train(
            model,
            data.images,
            data.digits,
            loss=nn.cross_entropy_loss,
            optimizer=nn.Adam(model.parameters(), RATE),
            max_iterations=EPOCHS * -(-len(data.images) // BATCH),
            batch_size=BATCH,
            metric=nn.accuracy,
            validation=data.held_out,
            progress=False,
            seed=1,
        )
        return history.validation_losses[-1]

    return training, 1


def torch_training(data: Digits) -> Epoch:
    """The same in PyTorch, as its tutorials write it."""
    import torch

    loss_of = torch.nn.functional.cross_entropy

    def accuracy(logits: Any, targets: Any) -> float:
        return (logits.argmax(1) == targets).double().mean().item()

    def training() -> float:
        x, y = torch.tensor(data.images, dtype=torch.float64), torch.tensor(data.digits)
        other_x, other_y = torch.tensor(data.held_out[0], dtype=torch.float64), torch.tensor(data.held_out[1])
        model = torch.nn.Sequential(
            torch.nn.Linear(64, 16), torch.nn.Tanh(), torch.nn.Linear(16, 10)
        ).double()
        optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
        losses, accuracies, held_out = [], [], []
        for _ in range(EPOCHS):
            for places in torch.randperm(len(x)).split(BATCH):
                logits = model(x[places])
                loss = loss_of(logits, y[places])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
                accuracies.append(accuracy(logits, y[places]))
            with torch.no_grad():
                logits = model(other_x)
                held_out.append((loss_of(logits, other_y).item(), accuracy(logits, other_y)))
        return held_out[-1][0]

    return training, 1


def torch_epoch(data: Digits) -> Epoch:
    """PyTorch, eager: nn.Sequential and optim.Adam."""
    import torch

    model = torch.nn.Sequential(torch.nn.Linear(64, 16), torch.nn.Tanh(), torch.nn.Linear(16, 10)).double()
    with torch.no_grad():
        for layer, weights in zip(list(model)[::2], data.layers, strict=True):
            layer.weight.copy_(torch.tensor(weights, dtype=torch.float64))
            layer.bias.zero_()
    x = torch.tensor(data.images, dtype=torch.float64)
    y = torch.tensor(data.digits)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)

    def epoch() -> float:
        for start in range(0, len(x), BATCH):
            loss = torch.nn.functional.cross_entropy(
                model(x[start : start + BATCH]), y[start : start + BATCH]
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return loss.item()

    return epoch, 1


def numpy_step(data: Digits) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """NumPy, differentiated by hand, with Adam written out: what a batch is trained with, and tested with.

    Both give its logits and its mean loss before the update.
    """
    import numpy as np

    parameters = [p for weights in data.layers for p in (np.array(weights).T.copy(), np.zeros(len(weights)))]
    w1, b1, w2, b2 = parameters
    means, squares = [np.zeros_like(p) for p in parameters], [np.zeros_like(p) for p in parameters]
    steps = [0]

    def forward(batch: Any, target: Any) -> Any:
        hidden = np.tanh(batch @ w1 + b1)
        logits = hidden @ w2 + b2
        logits -= logits.max(1, keepdims=True)
        exponentials = np.exp(logits)
        sums = exponentials.sum(1, keepdims=True)
        loss = (np.log(sums[:, 0]) - (logits * target).sum(1)).mean()
        return hidden, logits, exponentials / sums, loss

    def train(batch: Any, target: Any) -> Any:
        steps[0] += 1
        hidden, logits, shares, loss = forward(batch, target)
        d2 = (shares - target) / len(batch)
        d1 = (d2 @ w2.T) * (1.0 - hidden * hidden)
        gradients = (batch.T @ d1, d1.sum(0), hidden.T @ d2, d2.sum(0))
        rate, scale = RATE / (1.0 - 0.9 ** steps[0]), 1.0 - 0.999 ** steps[0]
        for p, g, m, v in zip(parameters, gradients, means, squares, strict=True):
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= rate * m / (np.sqrt(v / scale) + 1e-8)
        return logits, float(loss)

    def test(batch: Any, target: Any) -> Any:
        _, logits, _, loss = forward(batch, target)
        return logits, float(loss)

    return train, test


def numpy_epoch(data: Digits) -> Epoch:
    """An epoch in NumPy."""
    import numpy as np

    x, targets = np.array(data.images), np.eye(10)[data.digits]
    train, _ = numpy_step(data)

    def epoch() -> float:
        for start in range(0, len(x), BATCH):
            _, loss = train(x[start : start + BATCH], targets[start : start + BATCH])
        return float(loss)

    return epoch, 1


def numpy_training(data: Digits) -> Epoch:
    """The whole training in NumPy."""
    import numpy as np

    def training() -> float:
        x, y, targets = np.array(data.images), np.array(data.digits), np.eye(10)[data.digits]
        other_x, other_y = np.array(data.held_out[0]), np.array(data.held_out[1])
        other_targets, rng = np.eye(10)[other_y], np.random.default_rng(1)
        train, test = numpy_step(data)
        losses, accuracies, held_out = [], [], []
        for _ in range(EPOCHS):
            order = rng.permutation(len(x))
            for start in range(0, len(x), BATCH):
                places = order[start : start + BATCH]
                logits, loss = train(x[places], targets[places])
                losses.append(loss)
                accuracies.append(float((logits.argmax(1) == y[places]).mean()))
            logits, loss = test(other_x, other_targets)
            held_out.append((loss, float((logits.argmax(1) == other_y).mean())))
        return held_out[-1][0]

    return training, 1

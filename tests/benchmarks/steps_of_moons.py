"""A training step of the two moons as this engine and its peers do it, from the same weights.

100 points, an MLP 2-16-16-1 of relu, hinge loss plus 1e-4 Σp², in float64, parameters updated by gradient
descent. Each `…_steps(moons)` gives a function that does some steps and returns the last loss, and how many.
"""

import ctypes
import itertools
import math
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import nn
from autograd import Tape, Value, dot, mean

RATE, DECAY, SIZES = 0.05, 1e-4, (2, 16, 16, 1)

Steps = tuple[Callable[[], Any], int]


class Moons(NamedTuple):
    """The points, their labels −1 and 1, and the initial weights and biases of each layer."""

    points: list[tuple[float, float]]
    labels: list[float]
    layers: list[tuple[list[list[float]], list[float]]]


def moons(count: int = 100, seed: int = 1337) -> Moons:
    """Two half circles that reach into each other, with noise."""
    rng = random.Random(seed)
    points, labels = [], []
    for i in range(count):
        angle, upper = math.pi * rng.random(), i % 2 == 0
        x, y = math.cos(angle), math.sin(angle)
        x, y = (x, y) if upper else (1.0 - x, 0.5 - y)
        points.append((x + rng.gauss(0.0, 0.1), y + rng.gauss(0.0, 0.1)))
        labels.append(-1.0 if upper else 1.0)
    layers = [
        ([[rng.gauss(0.0, math.sqrt(2.0 / n)) for _ in range(n)] for _ in range(m)], [0.0] * m)
        for n, m in itertools.pairwise(SIZES)
    ]
    return Moons(points, labels, layers)


def network(data: Moons) -> nn.MLP:
    """The model of this package with the initial weights."""
    model = nn.MLP(2, list(SIZES[1:]), activation="relu", rng=1)
    for layer, (weights, biases) in zip(model.layers, data.layers, strict=True):
        for neuron, row, bias in zip(layer.neurons, weights, biases, strict=True):
            neuron.bias.data = bias
            for weight, number in zip(neuron.weights, row, strict=True):
                weight.data = number
    return model


def moons_tape(data: Moons, fused: bool = True) -> tuple[Tape, list[Value], list[list[float]]]:
    """The tape of the loss of a point, the parameters, and the batch."""
    x, label = [Value(0.5), Value(0.25)], Value(1.0)
    if fused:
        model = network(data)
        parameters, score = model.parameters(), model(x)
        penalty = dot(parameters, parameters)
    else:
        plain = PlainNetwork(Value, data)
        parameters, score = plain.parameters(), plain(x)
        penalty = sum(p * p for p in parameters)
    tape = Tape(nn.hinge_loss(score, label) + DECAY * penalty, [*x, label])
    return tape, parameters, [[*point, y] for point, y in zip(data.points, data.labels, strict=True)]


def tape_steps(data: Moons, fused: bool = True, array: bool = False) -> Steps:
    """The tape, with the optimizer of this package."""
    tape, parameters, batch = moons_tape(data, fused)
    optimizer = nn.SGD(parameters, RATE)
    if array:
        import numpy

        batch = numpy.array(batch)

    def step() -> float:
        losses = tape.forward(batch)
        optimizer.zero_grad()
        tape.backward()
        optimizer.step()
        return sum(losses) / len(losses)

    return step, 1


def tape_loop(data: Moons) -> Steps:
    """The tape in a loop by hand: the model zeroes its gradients and says its parameters in each step."""
    x, label = [Value(0.5), Value(0.25)], Value(1.0)
    model = network(data)
    parameters = model.parameters()
    loss = nn.hinge_loss(model(x), label) + DECAY * dot(parameters, parameters)
    tape = Tape(loss, [*x, label])
    batch = [[*point, y] for point, y in zip(data.points, data.labels, strict=True)]

    def step() -> float:
        losses = tape.forward(batch)
        model.zero_grad()
        tape.backward()
        nn.gradient_descent_step(model.parameters(), RATE)
        return sum(losses) / len(losses)

    return step, 1


def descent_steps(data: Moons, fused: bool = True, count: int = 1) -> Steps:
    """The tape alone, so many steps at once."""
    tape, parameters, batch = moons_tape(data, fused)
    return lambda: tape.descend(batch, parameters, RATE, count)[-1], count


def trained(data: Moons, model: nn.MLP, optimizer: nn.Optimizer) -> float:
    """A hundred iterations of nn.train, which takes the tape by itself; the last loss."""
    parameters = optimizer.parameters

    def loss(score: Value, label: float) -> Value:
        return nn.hinge_loss(score, label) + DECAY * dot(parameters, parameters)

    history = nn.train(
        model,
        data.points,
        data.labels,
        loss=loss,
        optimizer=optimizer,
        max_iterations=100,
        progress=False,
    )
    return history.losses[-1]


def train_steps(data: Moons) -> Steps:
    """nn.train, each time from where the time before ended; a hundred iterations."""
    model = network(data)
    optimizer = nn.SGD(model.parameters(), RATE)
    return lambda: trained(data, model, optimizer), 100


def whole_training(data: Moons) -> Steps:
    """nn.train from call to return, each time from the same weights; a hundred iterations."""
    model = network(data)
    parameters = model.parameters()
    initial = [parameter.data for parameter in parameters]

    def steps() -> float:
        for parameter, number in zip(parameters, initial, strict=True):
            parameter.data = number
        return trained(data, model, nn.SGD(parameters, RATE))

    return steps, 100


def hundred(make: Callable[[Moons], Steps], data: Moons) -> Steps:
    """A hundred steps of a peer."""
    step, _ = make(data)
    return lambda: [step() for _ in range(100)][-1], 100


def eager_steps(data: Moons) -> Steps:
    """This engine without the tape."""
    model = network(data)
    parameters = model.parameters()
    optimizer = nn.SGD(parameters, RATE)

    def step() -> float:
        losses = [nn.hinge_loss(model(x), y) for x, y in zip(data.points, data.labels, strict=True)]
        loss = mean(losses) + DECAY * dot(parameters, parameters)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.data

    return step, 1


# --- Peers ------------------------------------------------------------------------------------------------


class PlainNetwork:
    """The network of single products and sums, for any engine of scalars."""

    def __init__(self, value: Any, data: Moons) -> None:
        self.layers = [
            [([value(w) for w in row], value(b)) for row, b in zip(weights, biases, strict=True)]
            for weights, biases in data.layers
        ]

    def parameters(self) -> list[Any]:
        return [p for layer in self.layers for weights, bias in layer for p in (*weights, bias)]

    def __call__(self, inputs: Any) -> Any:
        for layer in self.layers:
            outputs = []
            for weights, bias in layer:
                total = bias
                for weight, x in zip(weights, inputs, strict=True):
                    total = total + weight * x
                outputs.append(total.relu() if layer is not self.layers[-1] else total)
            inputs = outputs
        return inputs[0]


def scalar_steps(value: Any, data: Moons) -> Steps:
    """An engine of scalars. All numbers are Values made beforehand: minigrad frees those that it makes."""
    model = PlainNetwork(value, data)
    parameters = model.parameters()
    rows = [[value(x), value(y)] for x, y in data.points]
    minus_labels = [value(-label) for label in data.labels]
    zero, one, share, decay = value(0.0), value(1.0), value(1.0 / len(rows)), value(DECAY)

    def step() -> float:
        losses = [(model(row) * label + one).relu() for row, label in zip(rows, minus_labels, strict=True)]
        loss = sum(losses, zero) * share + sum((p * p for p in parameters), zero) * decay
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        for p in parameters:
            p.data -= RATE * p.grad
        return float(loss.data)

    return step, 1


def micrograd_steps(data: Moons) -> Steps:
    """micrograd as it is."""
    from micrograd.engine import Value as MicrogradValue

    return scalar_steps(MicrogradValue, data)


def minigrad_steps(data: Moons) -> Steps:
    """minigrad, whose results hold a reference to None too few: `bench_tape` keeps a million."""
    from minigrad import Value as MinigradValue

    return scalar_steps(MinigradValue, data)


def torch_steps(data: Moons) -> Steps:
    """PyTorch, eager: nn.Sequential and optim.SGD."""
    import torch

    model = torch.nn.Sequential(
        torch.nn.Linear(2, 16),
        torch.nn.ReLU(),
        torch.nn.Linear(16, 16),
        torch.nn.ReLU(),
        torch.nn.Linear(16, 1),
    ).double()
    with torch.no_grad():
        for layer, (weights, biases) in zip(list(model)[::2], data.layers, strict=True):
            layer.weight.copy_(torch.tensor(weights, dtype=torch.float64))
            layer.bias.copy_(torch.tensor(biases, dtype=torch.float64))
    x = torch.tensor(data.points, dtype=torch.float64)
    y = torch.tensor(data.labels, dtype=torch.float64)[:, None]
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)

    def step() -> float:
        loss = torch.relu(1.0 - y * model(x)).mean()
        loss = loss + DECAY * sum((p * p).sum() for p in model.parameters())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, 1


def jax_update() -> Callable[[Any, Any, Any], Any]:
    """One step in JAX: new parameters and the loss."""
    import jax

    def loss_of(parameters: Any, x: Any, y: Any) -> Any:
        h = x
        for weights, bias in parameters[:-1]:
            h = jax.nn.relu(h @ weights + bias)
        weights, bias = parameters[-1]
        penalty = sum((w * w).sum() + (b * b).sum() for w, b in parameters)
        return jax.nn.relu(1.0 - y * (h @ weights + bias)).mean() + DECAY * penalty

    def update(parameters: Any, x: Any, y: Any) -> Any:
        loss, gradients = jax.value_and_grad(loss_of)(parameters, x, y)
        return jax.tree.map(lambda p, g: p - RATE * g, parameters, gradients), loss

    return update


def jax_steps(data: Moons, scanned: int = 0) -> Steps:
    """JAX with a compiled step, or with so many steps in one compiled scan."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    update = jax_update()
    x, y = jnp.array(data.points), jnp.array(data.labels)[:, None]
    state = [[(jnp.array(w).T, jnp.array(b)) for w, b in data.layers]]
    if scanned:

        def many(parameters: Any) -> Any:
            return jax.lax.scan(lambda p, _: update(p, x, y), parameters, None, length=scanned)

        compiled = jax.jit(many)
    else:
        one = jax.jit(update)

        def compiled(parameters: Any) -> Any:
            return one(parameters, x, y)

    def steps() -> float:
        state[0], losses = compiled(state[0])
        return float(losses[-1] if scanned else losses)

    return steps, scanned or 1


@cache
def by_hand() -> ctypes.CDLL:
    """moons_by_hand.h, compiled for this processor."""
    compiler = shutil.which("gcc")  # it has the vectors
    if compiler is None:
        raise ImportError("there is no gcc", name="gcc")
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(__file__).with_name("moons_by_hand.h"), Path(folder, "moons_by_hand.so")
        # Sums in any order; -ffast-math would change how this whole process computes, numbers below 1e-308.
        sums = ["-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math", "-ffinite-math-only"]
        options = ["-O3", "-march=native", *sums, "-shared", "-fPIC", "-x", "c"]
        subprocess.run([compiler, *options, str(source), "-o", str(library)], check=True)
        result = ctypes.CDLL(str(library))
    result.moons_steps.restype = result.multiply_and_add.restype = ctypes.c_double
    return result


def c_steps(data: Moons, count: int = 100) -> Steps:
    """C by hand, so many steps at once."""
    run = by_hand().moons_steps

    def doubles(numbers: list[float]) -> Any:
        return (ctypes.c_double * len(numbers))(*numbers)

    neurons = [(*row, b) for weights, biases in data.layers for row, b in zip(weights, biases, strict=True)]
    parameters = doubles([number for neuron in neurons for number in neuron])
    points, labels = doubles([x for point in data.points for x in point]), doubles(data.labels)
    return lambda: run(parameters, points, labels, ctypes.c_long(count)), count


def peak_steps() -> Steps:
    """Multiplications and additions of numbers in registers, and how many there are."""
    run, rounds = by_hand().multiply_and_add, 5_000
    return lambda: run(ctypes.c_double(0.5), ctypes.c_long(rounds)), 2 * 8 * 16 * rounds


def operations() -> int:
    """Multiplications and additions of a step in the layers: forwards, to the operands, to the weights."""
    sizes = [n * m for n, m in itertools.pairwise(SIZES)]
    return 2 * 100 * (sum(sizes) + sum(sizes[1:]) + sum(sizes))


def numpy_steps(data: Moons) -> Steps:
    """NumPy, differentiated by hand."""
    import numpy as np

    x, y = np.array(data.points), np.array(data.labels)[:, None]
    (w1, b1), (w2, b2), (w3, b3) = parameters = [(np.array(w).T.copy(), np.array(b)) for w, b in data.layers]
    count = len(x)

    def step() -> float:
        z1 = x @ w1 + b1
        h1 = np.maximum(z1, 0.0)
        z2 = h1 @ w2 + b2
        h2 = np.maximum(z2, 0.0)
        margin = 1.0 - y * (h2 @ w3 + b3)
        loss = np.maximum(margin, 0.0).sum() / count
        for w, b in parameters:
            loss += DECAY * (np.vdot(w, w) + b @ b)
        d3 = np.where(margin > 0.0, y, 0.0) * (-1.0 / count)
        d2 = (d3 @ w3.T) * (z2 > 0.0)
        d1 = (d2 @ w2.T) * (z1 > 0.0)
        gradients = ((x.T @ d1, d1.sum(0)), (h1.T @ d2, d2.sum(0)), (h2.T @ d3, d3.sum(0)))
        for (w, b), (by_w, by_b) in zip(parameters, gradients, strict=True):
            w -= RATE * (by_w + 2.0 * DECAY * w)
            b -= RATE * (by_b + 2.0 * DECAY * b)
        return float(loss)

    return step, 1

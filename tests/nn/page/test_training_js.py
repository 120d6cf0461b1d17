"""The page's training is that of `nn.train`: loss, gradients and updates, for each optimizer.

Skipped where there is no node.
"""

import math
from typing import Any

import pytest
from networks_in_node import disc, in_node, needs_node

import nn
from autograd import Value
from nn.page.recording import record_network

TRAIN = """
for (let i = 0; i < 100; i++) training.step();
training.measure();
const of = (name) => Object.fromEntries(Object.keys(training.network.optimizer.columns).map(
  (name) => [name, [...training.optimizer[name]]]));
out({ data: training.parameters.map((p) => p.data), losses: training.moments.map((m) => m.loss),
  accuracy: training.accuracy, outside: training.outside, kept: of(), iteration: training.iteration });
"""

OPTIMIZERS = {
    "plain": lambda p: nn.SGD(p, 0.1),
    "decay": lambda p: nn.SGD(p, 0.1, weight_decay=0.01),
    "momentum": lambda p: nn.SGD(p, 0.1, momentum=0.9),
    "adam": lambda p: nn.Adam(p, 0.05),
    "clipped": lambda p: nn.SGD(p, 0.5, momentum=0.5, clip_norm=0.05),
    "adamw": lambda p: nn.AdamW(p, 0.05, weight_decay=0.1, clip_norm=0.5),
    "adam with decay": lambda p: nn.Adam(p, 0.05, betas=(0.8, 0.9), epsilon=1e-6, weight_decay=0.01),
}


@needs_node
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_hundred_updates_are_those_of_train(name: str) -> None:
    """Losses, parameters and what the optimizer keeps, to 1e-9; those held out are measured alike."""
    points, inside = disc(100)
    model = nn.MLP(2, [8, 1], rng=1)
    optimizer = OPTIMIZERS[name](model.parameters())
    held_out = disc(20, seed=1)
    loss = nn.binary_cross_entropy_loss
    recording = record_network(model, (points, inside), held_out, loss, optimizer, model.parameters())
    found = in_node(recording, TRAIN)
    history = nn.train(
        model, points, inside, loss=loss, optimizer=optimizer, max_iterations=100, progress=False
    )
    assert found["losses"] == pytest.approx(history.losses, rel=1e-9)
    assert found["data"] == pytest.approx([p.data for p in model.parameters()], rel=1e-9, abs=1e-12)
    assert found["iteration"] == 100
    for name, numbers in found["kept"].items():
        assert numbers == pytest.approx(list(getattr(optimizer, name)), rel=1e-9, abs=1e-12)
    right = [nn.accuracy(model(point), t) for point, t in zip(points, inside, strict=True)]
    assert found["accuracy"] == pytest.approx(sum(right) / 100)
    outside = [loss(model(point), t).data for point, t in zip(*held_out, strict=True)]
    assert found["outside"]["loss"] == pytest.approx(sum(outside) / 20, rel=1e-9)


@needs_node
@pytest.mark.parametrize("kind", ["several classes", "a number", "scores", "a line"])
def test_other_losses_and_models(kind: str) -> None:
    """Cross-entropy of classes, squares of one input, hinge with relu, and a Module of one's own."""
    points, inside = disc(60)
    model: Any = nn.MLP(2, [6, 3], rng=2)
    inputs: Any = points
    targets: Any = [int(x > 0) + int(y > 0) for x, y in points]
    loss: Any = nn.cross_entropy_loss
    if kind == "a number":
        model, inputs = nn.MLP(1, [5, 1], "sigmoid", rng=3), [[x] for x, _ in points]
        targets, loss = [math.sin(3 * x) for x, _ in points], nn.mse_loss
    elif kind == "scores":
        model, targets, loss = nn.MLP(2, [4, 4, 1], "relu", rng=4), [2 * t - 1 for t in inside], nn.hinge_loss
    elif kind == "a line":
        model, inputs, targets, loss = Line(), [x for x, _ in points], [3 * x for x, _ in points], nn.mae_loss
    optimizer = nn.SGD(model.parameters(), 0.05)
    recording = record_network(model, (inputs, targets), ([], []), loss, optimizer, model.parameters())
    found = in_node(recording, TRAIN)
    history = nn.train(
        model, inputs, targets, loss=loss, optimizer=optimizer, max_iterations=100, progress=False
    )
    assert found["losses"] == pytest.approx(history.losses, rel=1e-9)
    assert found["data"] == pytest.approx([p.data for p in model.parameters()], rel=1e-9, abs=1e-12)


class Line(nn.Module):
    """A model that is no network."""

    def __init__(self) -> None:
        self.slope, self.offset = Value(0.5), Value(1.0)

    def __call__(self, x: Any) -> Value:
        """slope × x + offset"""
        return self.slope * x + self.offset


@needs_node
def test_back_in_time_and_on_again() -> None:
    """From a moment that was kept the same updates follow; what is foreseen comes; reset is the start."""
    points, inside = disc(40)
    model = nn.MLP(2, [4, 1], rng=1)
    optimizer = nn.Adam(model.parameters(), 0.1)
    loss = nn.binary_cross_entropy_loss
    recording = record_network(model, (points, inside), ([], []), loss, optimizer, model.parameters())
    script = """
    const data = () => training.parameters.map((p) => p.data);
    const start = data();
    for (let i = 0; i < 30; i++) training.step();
    const after = data();
    training.restore(training.moments[7]);
    training.measure();
    const next = training.foreseen();
    training.step();
    const eighth = data();
    for (let i = 8; i < 30; i++) training.step();
    const again = data();
    training.reset();
    out([after, again, next, eighth, start, data(), training.iteration]);
    """
    after, again, foreseen, eighth, start, reset, iteration = in_node(recording, script)
    assert again == after
    assert foreseen == eighth
    assert reset == start == [p.data for p in model.parameters()]
    assert iteration == 0


@needs_node
def test_a_training_that_diverges_says_so_and_stays_finite() -> None:
    """The parameters are the last finite ones, and the learning rate to try is smaller."""
    model = nn.MLP(1, [1], rng=1)
    optimizer = nn.SGD(model.parameters(), 1e200)
    recording = record_network(
        model, ([[1.0], [2.0]], [1.0, 3.0]), ([], []), nn.mse_loss, optimizer, model.parameters()
    )
    script = "let n = 0; while (training.step()) n++;"
    script += "out([n, training.trouble, training.parameters.map((p) => p.data)]);"
    steps, trouble, data = in_node(recording, script)
    assert steps < 3
    assert "training has diverged" in trouble
    assert "try 3.3e+199" in trouble
    assert all(map(math.isfinite, data))


@needs_node
def test_batches_cover_all_examples_and_moments_stay_few() -> None:
    """Each epoch takes every example once; of thousands of moments some hundreds are kept."""
    points, inside = disc(25)
    model = nn.MLP(2, [1], rng=1)
    optimizer = nn.SGD(model.parameters(), 0.1)
    recording = record_network(
        model, (points, inside), ([], []), nn.binary_cross_entropy_loss, optimizer, model.parameters()
    )
    recording.network["batchSize"] = 10
    script = """
    const drawn = [];
    for (let i = 0; i < 3000; i++) {
      if (i < 3) drawn.push(...training.batch().map((row) => training.rows.indexOf(row)));
      training.step();
    }
    out([drawn.sort((a, b) => a - b), training.moments.length, training.moments.at(-1).iteration]);
    """
    drawn, moments, last = in_node(recording, script)
    assert drawn == list(range(25))
    assert moments <= 600
    assert 2900 < last < 3000

"""train finds the minimum and says why it stopped."""

import math
import pickle
import random
from itertools import islice
from typing import Any

import numpy as np
import pytest
from regression import INPUTS, TARGETS, X, Y, line, numbers, trained

import nn
from autograd import Value
from nn.loop import shuffled_batches

# --- Right -------------------------------------------------------------------------------------------


def test_it_finds_the_least_squares() -> None:
    """Linear regression ends where the closed form says."""
    model = line()
    history = trained(model, learning_rate=0.3, max_iterations=1000, gradient_tolerance=1e-10)
    best = np.linalg.lstsq(np.column_stack([X, np.ones(20)]), Y, rcond=None)[0]
    assert numbers(model) == pytest.approx(list(best), rel=1e-8)
    assert history.reason == "converged"
    assert history.gradient_norms[-1] <= 1e-10 < history.gradient_norms[-2]


def test_an_iteration_is_a_step_on_the_mean_loss() -> None:
    """The same as backward on the mean loss of all, and one step."""
    model, twin = line(), line()
    history = trained(model, max_iterations=1, metric=lambda prediction, target: target)
    loss = nn.mse_loss([twin(x) for x in INPUTS], TARGETS)
    loss.backward()
    norm = math.sqrt(sum(p.grad**2 for p in twin.parameters()))
    nn.gradient_descent_step(twin.parameters(), 0.1)
    assert numbers(model) == pytest.approx(numbers(twin), rel=1e-12)
    assert history.losses == pytest.approx([loss.data], rel=1e-12)
    assert history.gradient_norms == pytest.approx([norm], rel=1e-12)
    assert history.metrics == pytest.approx([sum(TARGETS) / 20], rel=1e-12)


def test_batches_make_up_epochs() -> None:
    """Each epoch has every example once, in an order of its own; its last batch may be shorter."""
    plan = shuffled_batches(10, 4, random.Random(1))
    orders = []
    for _ in range(5):
        epoch = [next(plan) for _ in range(3)]
        assert [len(places) for places, _ in epoch] == [4, 4, 2]
        assert [last for _, last in epoch] == [False, False, True]
        orders.append([place for places, _ in epoch for place in places])
        assert sorted(orders[-1]) == list(range(10))
    assert len(set(map(tuple, orders))) > 1


class Backwards(random.Random):
    """Draws what nobody would expect."""

    def shuffle(self, x: Any) -> None:
        x.sort(reverse=True)


def test_the_order_is_that_of_random() -> None:
    """Of Python's own generator, and of one that shuffles otherwise."""
    for count in (1, 2, 3, 4, 5, 31, 32, 33, 300):
        ours, rng = shuffled_batches(count + 1, count, random.Random(count)), random.Random(count)
        order = list(range(count + 1))
        for _ in range(3):
            rng.shuffle(order)
            assert [place for places, _ in islice(ours, 2) for place in places] == order
    assert [place for place, _ in islice(shuffled_batches(5, 4, Backwards()), 2)] == [[4, 3, 2, 1], [0]]


def test_the_seed_decides() -> None:
    """The same seed gives the same training to the bit, another seed another."""
    runs = []
    for seed in (1, random.Random(1), 2):
        model = line()
        runs.append((trained(model, batch_size=6, seed=seed).losses, numbers(model)))
    assert runs[0] == runs[1] != runs[2]


def test_a_function_is_a_model_too() -> None:
    """What an optimiser holds is trained, be the model a Module or not."""
    w, b = Value(0.0), Value(0.0)
    history = nn.train(
        lambda x: w * x + b, [0.0, 1.0, 2.0], [1.0, 3.0, 5.0],
        optimizer=nn.Adam([w, b], 0.1), max_iterations=600, progress=False,
    )  # fmt: skip
    assert (w.data, b.data) == (pytest.approx(2.0, abs=1e-3), pytest.approx(1.0, abs=1e-3))
    assert history.losses[-1] < 1e-5


def test_classes() -> None:
    """Cross-entropy with class indices, in batches, with an accuracy: XOR is learnt."""
    inputs, targets = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    model = nn.MLP(2, [8, 2], rng=1)
    history = nn.train(
        model, inputs, targets, loss=nn.cross_entropy_loss, optimizer=nn.Adam(model.parameters(), 0.1),
        metric=nn.accuracy, batch_size=3, max_iterations=200, seed=1, progress=False,
    )  # fmt: skip
    assert history.metric_name == "accuracy"
    assert all(nn.accuracy(model(x), y) for x, y in zip(inputs, targets, strict=True))


def test_a_training_is_resumed_from_a_pickle() -> None:
    """Model and optimizer in one pickle go on as if nothing had been in between."""
    options = {"max_iterations": 5, "progress": False}
    model = nn.MLP(2, [2, 1], rng=1)
    optimizer = nn.Adam(model.parameters(), 0.05)
    nn.train(model, INPUTS, TARGETS, optimizer=optimizer, **options)
    again, resumed = pickle.loads(pickle.dumps((model, optimizer)))
    here = nn.train(model, INPUTS, TARGETS, optimizer=optimizer, **options)
    there = nn.train(again, INPUTS, TARGETS, optimizer=resumed, **options)
    assert here.losses == there.losses
    assert [p.data for p in model.parameters()] == [p.data for p in again.parameters()]


def test_examples_in_numpys_clothes() -> None:
    """A memoryview of rows, an array of truth values, a class in an array of no dimensions."""
    rows = memoryview(np.ones((4, 2)))
    model = nn.MLP(2, [1], rng=1)
    options = {"learning_rate": 0.1, "max_iterations": 2, "progress": False}
    assert nn.train(model, rows, np.array([True, False, True, True]), **options).iterations == 2
    logits = [Value(0.1), Value(0.2)]
    assert nn.cross_entropy_loss(logits, np.array(1)).data == nn.cross_entropy_loss(logits, 1).data


# --- When it stops -----------------------------------------------------------------------------------


def test_it_stops_at_the_number_of_iterations() -> None:
    """No sooner without a criterion, and says so."""
    history = trained(line(), max_iterations=7)
    assert (history.reason, history.iterations, history.epochs) == ("max_iterations", 7, list(range(1, 8)))
    assert history.seconds > 0.0


@pytest.mark.parametrize("patience", [1, 3])
def test_it_stops_when_the_loss_is_no_better(patience: int) -> None:
    """At the first iteration whose loss and those before were no better than the best by the tolerance."""
    full = trained(line(), max_iterations=100).losses
    history = trained(line(), max_iterations=100, tolerance=0.01, patience=patience)
    best, waited, expected = math.inf, 0, 0
    while waited < patience:
        best, waited = (full[expected], 0) if full[expected] < best - 0.01 else (best, waited + 1)
        expected += 1
    assert (history.reason, history.iterations) == ("converged", expected)


def test_with_batches_epochs_are_judged() -> None:
    """Patience counts epochs, so that a lucky batch does not end training."""
    history = trained(line(), max_iterations=1000, batch_size=7, tolerance=1e9, patience=4, seed=1)
    assert (history.reason, history.iterations) == ("converged", 5 * 3)
    assert history.epochs == [3, 6, 9, 12, 15]


def test_validation_is_judged_where_there_is_some() -> None:
    """Validation losses and metrics come once an epoch, and end a training that fits examples alone."""
    held_out = (INPUTS, [-target for target in TARGETS])
    options = {"validation": held_out, "metric": lambda p, t: 1.0, "batch_size": 10, "seed": 1}
    history = trained(line(), max_iterations=100, patience=3, **options)
    assert history.reason == "converged"
    assert history.iterations < 40
    assert len(history.validation_losses) == len(history.validation_metrics) == len(history.epochs)
    model = line()
    history = trained(model, max_iterations=2, **options)
    expected = nn.mse_loss([model(x) for x in INPUTS], held_out[1]).data
    assert history.validation_losses == pytest.approx([expected], rel=1e-12)

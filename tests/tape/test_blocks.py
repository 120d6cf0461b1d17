"""Batches of several blocks: they say the same, to the bit, whether all that is computed is kept or not."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from graphs import Recipe, build, recipes
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import Tape, Value, dot, primitive
from autograd.tape import memory


@contextmanager
def keeping(size: int) -> Iterator[None]:
    """Have tapes keep what is computed of a batch up to that size, in bytes."""
    before = memory.KEPT
    memory.KEPT = size
    try:
        yield
    finally:
        memory.KEPT = before


def all_of(recipe: Recipe, count: int, seed: int) -> list[Any]:
    """What there is to ask of a tape, as text that has every bit."""
    rng = random.Random(seed)
    nodes = build(recipe, autograd)
    under = autograd.topological_order(nodes[-1])
    leaves = [node for node in under if node.is_leaf]
    inputs, parameters = leaves[::2], leaves[1::2]
    batch = [[x.data * rng.uniform(0.9, 1.1) for x in inputs] for _ in range(count)]
    tape = Tape(nodes[-1], inputs)
    said: list[Any] = [tape.forward(batch)]
    said += [tape.values(node) for node in under[::-2]]
    said += [tape.gradients(x) for x in inputs]
    tape.backward([rng.uniform(-1.0, 1.0) for _ in batch])
    said += [tape.gradients(x) for x in inputs]
    said += [leaf.grad for leaf in parameters]
    said.append(tape.forward_backward(batch))
    said += [leaf.grad for leaf in parameters]
    said.append(tape.descend(batch, parameters, 1e-3, steps=3))
    said += [(p.data, p.grad) for p in parameters]
    said += [tape.values(node) for node in under[1::2]]
    said += [tape.gradients(x) for x in inputs]
    return [repr(thing) for thing in said]


@settings(deadline=None, max_examples=25)
@given(recipes(), st.sampled_from([2, 257, 300, 520]), st.integers(0, 2**32))
def test_what_is_computed_again_is_the_same(recipe: Recipe, count: int, seed: int) -> None:
    """Values, gradients and descents of a random expression."""
    kept = all_of(recipe, count, seed)
    with keeping(0):
        assert all_of(recipe, count, seed) == kept


def test_forward_and_backward_at_once() -> None:
    """`forward_backward` gives what `forward` and `backward` give, of the mean or of a weighted sum."""
    w, v, x = Value(2.0), Value(-0.5), Value(1.0)
    tape = Tape((w * x).tanh() * v + w, [x])
    batch = [[0.1 * i] for i in range(700)]
    weights = [1.0 / (1.0 + i) for i in range(700)]
    for gradient in (None, weights):
        results = []
        for at_once in (False, True):
            w.grad, v.grad = 1.0, 0.0
            if at_once:
                losses = tape.forward_backward(batch, gradient)
            else:
                losses = tape.forward(batch)
                tape.backward(gradient)
            results.append((losses, w.grad, v.grad, tape.gradients(x), tape.values(tape.root)))
        assert results[0] == results[1]


@pytest.mark.parametrize("gradient", [[1.0], 3.0, ["a", "b"]])
def test_a_bad_gradient_at_once(gradient: Any) -> None:
    """It is refused before anything is added to a gradient, and there is nothing to ask for then."""
    w, x = Value(2.0), Value(1.0)
    tape = Tape(w * x, [x])
    tape.forward([[1.0]])
    with pytest.raises((TypeError, ValueError)):
        tape.forward_backward([[1.0], [2.0]], gradient)
    assert w.grad == 0.0
    with pytest.raises(RuntimeError, match="no numbers yet"):
        tape.values(w)


def test_a_primitive_of_a_users_own_is_called_once() -> None:
    """It may say something else the next time, so that what it said is kept."""
    calls = []

    @primitive
    def noted(a: float) -> tuple[float, float]:
        calls.append(a)
        return float(len(calls)), 1.0

    x = Value(1.0)
    tape = Tape(noted(x) * 1.0, [x])
    calls.clear()
    with keeping(0):
        values = tape.forward([[float(i)] for i in range(600)])
        tape.backward()
        assert tape.values(tape.root) == values == [float(i + 1) for i in range(600)]
    assert calls == [float(i) for i in range(600)]


def test_a_larger_batch_after_a_small_one_and_back() -> None:
    """Rows are laid out anew for each batch."""
    w, x, y = Value(3.0), Value(1.0), Value(1.0)
    tape = Tape((w * x).exp() + y, [x, y])
    with keeping(1 << 14):
        for count in (5, 3000, 300, 1, 2000):
            batch = [[0.001 * i, float(i)] for i in range(count)]
            values = tape.forward(np.array(batch) if count > 300 else batch)
            for value, row in zip(values, batch, strict=True):
                assert value == pytest.approx((Value(3.0 * row[0])).exp().data + row[1], rel=1e-14)
            assert tape.values(y) == [row[1] for row in batch]


def test_a_training_on_a_large_batch() -> None:
    """nn.train goes there and back over one block after another, and its metric asks for what is gone."""
    histories = []
    for size in (memory.KEPT, 0):
        rng = random.Random(1)
        points = [[rng.uniform(-1.0, 1.0), rng.uniform(-1.0, 1.0)] for _ in range(400)]
        model = nn.MLP(2, [3, 1], rng=1)
        with keeping(size):
            histories.append(
                nn.train(
                    model,
                    points,
                    [x * y for x, y in points],
                    loss=nn.mse_loss,
                    optimizer=nn.SGD(model.parameters(), 0.1),
                    max_iterations=4,
                    metric=lambda score, target: float(score.data * target > 0.0),
                    progress=False,
                    engine="tape",
                )
            )
    assert histories[0].losses == histories[1].losses
    assert histories[0].metrics == histories[1].metrics


def test_shared_roots_of_a_large_batch() -> None:
    """A root that all lanes share, and one that is an input."""
    w, x = Value(3.0), Value(1.0)
    with keeping(0):
        assert Tape(x, [x]).forward([[float(i)] for i in range(300)]) == [float(i) for i in range(300)]
        tape = Tape(dot([w], [w]), [])
        assert tape.forward([[]] * 300) == [9.0] * 300
        tape.backward()
        assert w.grad == pytest.approx(6.0, rel=1e-14)

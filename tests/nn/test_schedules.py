"""Learning rates that change, clipped gradients, AdamW, optimizers that are saved and go on to the bit."""

import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimizing import three, walked, walks

import nn


@given(walks, st.floats(1e-4, 1.0), st.sampled_from([0.0, 0.01, 0.3]))
def test_adamw(gradients, rate: float, decay: float) -> None:
    """As PyTorch writes it: first the decay, then Adam's step on the gradient alone."""
    p, m, v = np.array([1.0, -2.0, 0.5]), np.zeros(3), np.zeros(3)
    for t, row in enumerate(gradients, 1):
        g = np.array(row)
        p = p * (1.0 - rate * decay)
        m = 0.9 * m + (1.0 - 0.9) * g
        v = 0.999 * v + (1.0 - 0.999) * g**2
        p = p - rate / (1.0 - 0.9**t) * m / (np.sqrt(v) / math.sqrt(1.0 - 0.999**t) + 1e-8)
    assert walked(nn.AdamW(three(), rate, weight_decay=decay), gradients) == pytest.approx(
        p, rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_adamw_against_pytorch(decay: float) -> None:
    """The same parameters after twenty steps, clipped too."""
    torch = pytest.importorskip("torch")
    theirs = [torch.tensor(p.data, dtype=torch.float64, requires_grad=True) for p in three()]
    reference = torch.optim.AdamW(theirs, lr=0.05, weight_decay=decay)
    optimizer = nn.AdamW(three(), 0.05, weight_decay=decay, clip_norm=2.0)
    for step in range(20):
        for i, (ours, other) in enumerate(zip(optimizer.parameters, theirs, strict=True)):
            ours.grad = math.sin(7.0 * step + i) * 3.0
            other.grad = torch.tensor(ours.grad, dtype=torch.float64)
        optimizer.step()
        torch.nn.utils.clip_grad_norm_(theirs, 2.0)
        reference.step()
    assert [p.data for p in optimizer.parameters] == pytest.approx([p.item() for p in theirs], rel=1e-5)


def test_clip_norm() -> None:
    """Gradients that are too long are scaled to the norm, before the decay; others stay as they are."""
    assert walked(nn.SGD(three(), 1.0, clip_norm=1.0), [[3.0, 0.0, 4.0]]) == pytest.approx([0.4, -2.0, -0.3])
    assert walked(nn.SGD(three(), 1.0, clip_norm=5.0), [[3.0, 0.0, 4.0]]) == [-2.0, -2.0, -3.5]
    decayed = walked(nn.SGD(three(), 1.0, weight_decay=0.5, clip_norm=1.0), [[3.0, 0.0, 4.0]])
    assert decayed == pytest.approx([0.4 - 0.5, -2.0 + 1.0, -0.3 - 0.25])
    far = walked(nn.SGD(three(), 1.0, clip_norm=1.0), [[1e300, 0.0, 1e300]])
    assert far[0] == pytest.approx(1.0 - 0.5**0.5)
    with pytest.raises(ValueError, match="clip_norm must be above 0, got 0"):
        nn.SGD(three(), 1.0, clip_norm=0)


def test_a_learning_rate_that_is_a_function() -> None:
    """It is asked at each step, with the steps made so far; `learning_rate` is that of the next."""
    asked = []

    def rate(i: int) -> float:
        asked.append(i)
        return 1.0 / (1 + i)

    optimizer = nn.SGD(three(), rate)
    walked(optimizer, [[1.0, 0.0, 0.0]] * 3)
    assert asked == [0, 1, 2]
    assert optimizer.parameters[0].data == pytest.approx(1.0 - 1.0 - 0.5 - 1.0 / 3.0)
    assert optimizer.learning_rate == 0.25
    assert repr(optimizer) == "SGD(3 parameters, learning_rate=0.25)"
    optimizer.learning_rate = lambda i: -1.0
    with pytest.raises(ValueError, match=r"the learning rate at iteration 3 must be 0 or more, got -1\.0"):
        optimizer.step()


def test_schedules() -> None:
    """A cosine with a warmup, and steps; they can be pickled with their optimizer."""
    rate = nn.cosine_schedule(1.0, iterations=10, least=0.1, warmup=3)
    assert [rate(i) for i in range(4)] == [0.25, 0.5, 0.75, 1.0]
    assert [rate(i) for i in (10, 99)] == pytest.approx([0.1, 0.1])
    assert all(rate(i) > rate(i + 1) for i in range(3, 10))
    steps = nn.step_schedule(0.1, every=5)
    assert [steps(i) for i in (0, 4, 5, 14)] == pytest.approx([0.1, 0.1, 0.01, 0.001])
    optimizer = pickle.loads(pickle.dumps(nn.Adam(three(), steps)))
    assert optimizer.learning_rate == 0.1
    with pytest.raises(ValueError, match="a warmup of 10 iterations leaves none of 10"):
        nn.cosine_schedule(1.0, iterations=10, warmup=10)


def test_train_takes_a_schedule() -> None:
    """In place of a number."""
    model = nn.MLP(1, [1], rng=1)
    rate = nn.cosine_schedule(0.5, iterations=60)
    nn.train(model, [[0.0], [1.0]], [1.0, 3.0], learning_rate=rate, max_iterations=60, progress=False)
    assert model([2.0]).data == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize("kind", [nn.SGD, nn.Adam, nn.AdamW])
def test_a_schedule_is_asked_once_a_step_and_before_anything_moves(kind: type[nn.Optimizer]) -> None:
    """One that raises leaves the parameters, and what the optimizer keeps of them, as they were."""
    asked: list[int] = []

    def rate(iteration: int) -> float:
        asked.append(iteration)
        return 0.1 / (2 - iteration)

    parameters = three()
    optimizer = kind(parameters, rate)
    for parameter in parameters:
        parameter.grad = 1.0
    optimizer.step()
    optimizer.step()

    def state() -> list[object]:
        return [[p.data for p in parameters], *(list(getattr(optimizer, name)) for name in optimizer.STATE)]

    before = state()
    with pytest.raises(ZeroDivisionError):
        optimizer.step()
    assert asked == [0, 1, 2]
    assert state() == before
    assert optimizer.iterations == 2


OPTIMIZERS = [
    lambda p: nn.SGD(p, 0.05, momentum=0.9, clip_norm=1.0),
    lambda p: nn.Adam(p, 0.05, weight_decay=0.01),
    lambda p: nn.AdamW(p, nn.cosine_schedule(0.05, 20)),
]


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_a_training_goes_on_to_the_bit(make, tmp_path: Path) -> None:
    """Ten iterations, saved, loaded elsewhere, ten more: the numbers of twenty.

    (On a compiled tape a training rounds its first batch another way, whether it goes on or begins.)
    """
    inputs, targets = [[0.1 * i] for i in range(10)], [math.sin(0.3 * i) for i in range(10)]

    def trained(model: nn.Module, optimizer: nn.Optimizer, count: int) -> list[float]:
        nn.train(
            model, inputs, targets, optimizer=optimizer, max_iterations=count, progress=False, engine="eager"
        )
        return [p.data for p in model.parameters()]

    whole = nn.MLP(1, [4, 1], rng=1)
    expected = trained(whole, make(whole.parameters()), 20)
    first = nn.MLP(1, [4, 1], rng=1)
    optimizer = make(first.parameters())
    trained(first, optimizer, 10)
    first.save(tmp_path / "model.json")
    optimizer.save(tmp_path / "optimizer.json")
    again = nn.MLP(1, [4, 1], rng=2)
    resumed = make(again.parameters())
    again.load(tmp_path / "model.json")
    resumed.load(tmp_path / "optimizer.json")
    assert trained(again, resumed, 10) == expected


def test_settings_come_back(tmp_path: Path) -> None:
    """The learning rate and the like are those that were saved; a function is that of who loads."""
    saved = nn.SGD(three(), 0.25, momentum=0.5, weight_decay=0.1)
    walked(saved, [[1.0, math.inf, 3.0]])
    saved.save(tmp_path / "o.json")
    loaded = nn.SGD(three(), 0.1)
    loaded.load(tmp_path / "o.json")
    assert (loaded.learning_rate, loaded.momentum, loaded.weight_decay) == (0.25, 0.5, 0.1)
    assert (loaded.velocities, loaded.iterations) == (saved.velocities, 1)


def test_what_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    """Another kind, another count, a damaged file: each is named."""
    path = tmp_path / "o.json"
    nn.Adam(three(), 0.1).save(path)
    for other, message in [
        (nn.AdamW(three(), 0.1), "it is of Adam of 3 parameters, and the optimizer is AdamW of 3 parameters"),
        (nn.Adam(three()[:2], 0.1), "it is of Adam of 3 parameters, and the optimizer is Adam of 2"),
    ]:
        with pytest.raises(ValueError, match=message):
            other.load(path)
    optimizer = nn.Adam(three(), 0.1)
    whole = path.read_text()
    for text, message in [
        (whole.replace('"iterations": 0', '"iterations": 1'), "it is damaged, or was edited"),
        (whole[:40], "it is damaged, or not JSON"),
        (json.dumps({"format": "stepgrad model"}), "it is not a stepgrad optimizer"),
        (whole.replace('"version": 1', '"version": 9'), "it is of version 9"),
    ]:
        path.write_text(text)
        with pytest.raises(ValueError, match=f"cannot load .*: {message}"):
            optimizer.load(path)
    assert optimizer.iterations == 0

"""Losses are what their formulas say, of one example or of a batch, and refuse targets that are none."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import message_of
from mpmath import mp, mpf

import autograd
import nn
from autograd import Value

scores = st.floats(-50.0, 50.0)
close = {"rel": 1e-12, "abs": 1e-50}


def lists(elements: st.SearchStrategy, size: int) -> st.SearchStrategy[list]:
    """Lists of so many."""
    return st.lists(elements, min_size=size, max_size=size)


def exact_cross_entropy(logits: list[float], target: list[float]) -> float:
    """−Σ t ln softmax(x), at 70 digits."""
    with mp.workdps(70):
        total = mp.fsum(mp.exp(x) for x in logits)
        return float(mp.fsum(t * (mp.log(total) - x) for x, t in zip(logits, target, strict=True)))


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(lists(scores, n), lists(scores, n))))
def test_mse(pair) -> None:
    """The mean of the squared differences, of Values or numbers."""
    predictions, targets = pair
    expected = np.mean((np.array(predictions) - np.array(targets)) ** 2)
    for kind in (float, Value, np.float64):
        assert nn.mse_loss([kind(p) for p in predictions], targets).data == pytest.approx(expected, **close)
    difference = predictions[0] - targets[0]
    assert nn.mse_loss(predictions[0], Value(targets[0])).data == difference * difference


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(lists(scores, n), lists(scores, n))))
def test_mae(pair) -> None:
    """The mean of the absolute differences; its gradient is ± 1/n, and 0 where there is no difference."""
    predictions, targets = pair
    values = [Value(p) for p in predictions]
    loss = nn.mae_loss(values, targets)
    loss.backward()
    differences = np.array(predictions) - np.array(targets)
    assert loss.data == pytest.approx(np.mean(np.abs(differences)), **close)
    assert [v.grad for v in values] == pytest.approx(np.sign(differences) / len(values), **close)


def test_mse_of_lists_in_lists() -> None:
    """A batch of several outputs: the mean over all numbers."""
    predictions, targets = np.arange(6.0).reshape(3, 2), np.ones((3, 2))
    assert nn.mse_loss(predictions.tolist(), targets).data == np.mean((predictions - targets) ** 2)


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(lists(scores, n), st.integers(0, n - 1))))
def test_cross_entropy_of_a_class(pair) -> None:
    """−ln of the softmax of that class; its gradient is the softmax, minus 1 at that class."""
    logits, target = [Value(x) for x in pair[0]], pair[1]
    one_hot = [float(i == target) for i in range(len(logits))]
    loss = nn.cross_entropy_loss(logits, target)
    loss.backward()
    assert loss.data == pytest.approx(exact_cross_entropy(pair[0], one_hot), **close)
    p = np.exp(np.array(pair[0]) - max(pair[0]))
    assert [x.grad for x in logits] == pytest.approx(list(p / p.sum() - one_hot), rel=1e-9, abs=1e-12)
    for other in (one_hot, np.array(one_hot), [Value(t) for t in one_hot], np.int64(target)):
        assert nn.cross_entropy_loss(pair[0], other).data == loss.data


@given(st.lists(st.tuples(scores, st.floats(0.01, 1.0)), min_size=1, max_size=5))
def test_cross_entropy_of_probabilities(pairs) -> None:
    """Any probabilities that sum to 1 may be the target."""
    logits, shares = zip(*pairs, strict=True)
    target = [share / math.fsum(shares) for share in shares]
    assert nn.cross_entropy_loss(logits, target).data == pytest.approx(
        exact_cross_entropy(logits, target), rel=1e-11, abs=1e-14
    )


@given(scores, st.floats(0.0, 1.0))
def test_binary_cross_entropy(logit: float, target: float) -> None:
    """−t ln σ(x) − (1 − t) ln(1 − σ(x)), without cancelling."""
    with mp.workdps(60):
        p = 1 / (1 + mp.exp(-mpf(logit)))
        expected = float(-target * mp.log(p) - (1 - mpf(target)) * mp.log(1 - p))
    assert nn.binary_cross_entropy_loss(logit, target).data == pytest.approx(expected, rel=1e-11, abs=1e-300)


@given(scores, st.sampled_from([-1, 1]))
def test_hinge(score: float, target: int) -> None:
    """What the score lacks to a margin of 1; its slope is −target there, 0 beyond."""
    x = Value(score)
    loss = nn.hinge_loss(x, target)
    loss.backward()
    assert loss.data == max(0.0, 1.0 - target * score)
    assert x.grad == (-target if target * score < 1.0 else 0.0)


BATCHES = [
    (nn.mse_loss, [0.5, -1.0, 3.0], [1.0, 2.0, 3.0]),
    (nn.cross_entropy_loss, [[0.5, -1.0], [3.0, 1.0], [0.0, 0.0]], [1, [0.25, 0.75], 0]),
    (nn.binary_cross_entropy_loss, [0.5, -1.0, 3.0], [1, 0, 0.5]),
    (nn.hinge_loss, [0.5, -1.0, 3.0], [1, 1, -1]),
]


@pytest.mark.parametrize(("loss", "predictions", "targets"), BATCHES, ids=[b[0].__name__ for b in BATCHES])
def test_a_batch_has_the_mean_of_its_examples(loss, predictions, targets) -> None:
    """The loss of a batch, as lists or tuples, is the mean of those of its examples."""
    one_by_one = [loss(p, t).data for p, t in zip(predictions, targets, strict=True)]
    assert loss(predictions, tuple(targets)).data == pytest.approx(sum(one_by_one) / 3, rel=1e-15)
    assert loss(predictions[:1], targets[:1]).data == one_by_one[0]


def test_accuracy() -> None:
    """The largest logit, or the sign of a score, must be that of the target."""
    assert nn.accuracy([0.0, Value(3.0), 1.0], 1) == nn.accuracy([0.0, 3.0], [0.1, 0.9]) == 1.0
    assert nn.accuracy([0.0, 3.0, 1.0], 2) == 0.0
    assert [nn.accuracy(Value(s), t) for s, t in [(2.0, 1), (-2.0, 0), (-2.0, -1), (2.0, 0)]] == [1, 1, 1, 0]


XE, BCE = nn.cross_entropy_loss, nn.binary_cross_entropy_loss
MISUSE = [
    (lambda: XE([0.0] * 3, 3), ValueError, "target class 3 is out of range: 3 logits stand for the classes"),
    (lambda: XE([0.0] * 3, -1), ValueError, "a target class must be at least 0, got -1"),
    (lambda: XE([0.0] * 3, 1.0), TypeError, "a target class must be a whole number, got 1.0"),
    (lambda: XE([0.0] * 3, "1"), TypeError, "a target class must be a whole number, got '1'"),
    (
        lambda: XE([0.0] * 3, [0.5, 0.5]),
        ValueError,
        "a target of 3 logits needs as many probabilities, got 2",
    ),
    (lambda: XE([0.0] * 2, [0.5, 0.6]), ValueError, "must be from 0 to 1 and sum to 1, got [0.5, 0.6]"),
    (lambda: XE([0.0] * 2, [-0.5, 1.5]), ValueError, "must be from 0 to 1 and sum to 1, got [-0.5, 1.5]"),
    (lambda: XE([0.0] * 2, [math.nan, 1.0]), ValueError, "must be from 0 to 1 and sum to 1, got [nan, 1.0]"),
    (
        lambda: XE(0.5, 0),
        TypeError,
        "cross_entropy_loss expects a list of logits, one for each class, got 0.5",
    ),
    (lambda: XE([], 0), ValueError, "cross_entropy_loss needs at least one logit, got none"),
    (
        lambda: XE([[0.0], [0.0]], 0),
        TypeError,
        "cross_entropy_loss of a batch expects a list of targets, got 0",
    ),
    (lambda: XE([[0.0], [0.0]], [0]), ValueError, "of 2 predictions needs as many targets, got 1"),
    (lambda: XE([0.0, "x"], 0), TypeError, "'x'"),
    (lambda: BCE(0.5, 2), ValueError, "binary_cross_entropy_loss expects a target from 0 to 1, got 2"),
    (lambda: BCE(0.5, -1), ValueError, "got -1: for targets of -1 and 1 there is hinge_loss"),
    (lambda: BCE(0.5, math.nan), ValueError, "expects a target from 0 to 1, got nan"),
    (
        lambda: nn.hinge_loss(0.5, 0),
        ValueError,
        "got 0: for targets of 0 and 1 there is binary_cross_entropy",
    ),
    (lambda: nn.hinge_loss(0.5, 0.5), ValueError, "hinge_loss expects a target of -1 or 1, got 0.5"),
    (
        lambda: nn.hinge_loss([0.5, 1.0], 1),
        TypeError,
        "of a list of predictions expects a list of targets, got 1",
    ),
    (
        lambda: nn.mse_loss([0.5] * 3, [1.0] * 2),
        ValueError,
        "mse_loss of 3 predictions needs as many targets, got 2",
    ),
    (lambda: nn.mse_loss([], []), ValueError, "mse_loss needs at least one prediction, got none"),
    (
        lambda: nn.mse_loss(0.5, [1.0]),
        TypeError,
        "mse_loss of one prediction expects one target, got a list of 1",
    ),
    (lambda: nn.mse_loss("ab", "cd"), TypeError, "expected a number, got 'ab'"),
    (lambda: nn.mse_loss(None, 1.0), TypeError, "expected a number, got None"),
    (lambda: nn.mse_loss(1j, 1.0), TypeError, "expected a number, got 1j"),
    (lambda: nn.accuracy([0.0, 1.0], 2), ValueError, "target class 2 is out of range"),
]


@pytest.mark.parametrize(("misuse", "kind", "message"), MISUSE, ids=[case[2] for case in MISUSE])
def test_misuse_is_named(misuse: Callable[[], object], kind: type[Exception], message: str) -> None:
    """Each mistake has an error that says what was wrong."""
    assert message in message_of(misuse, kind)


def test_huber_loss() -> None:
    """A square for small errors, straight for large ones, and smooth where they meet."""
    for error, value, slope in [(0.5, 0.125, 0.5), (2.0, 2.0, 2.0), (5.0, 8.0, 2.0), (-5.0, 8.0, -2.0)]:
        p = Value(1.0 + error)
        loss = nn.huber_loss(p, 1.0, delta=2.0)
        loss.backward()
        assert (loss.data, p.grad) == (value, slope)
    assert nn.huber_loss([[1.0], [4.0]], [[1.0], [1.0]]).data == 1.25
    with pytest.raises(ValueError, match="the delta of huber_loss must be above 0"):
        nn.huber_loss(1.0, 2.0, delta=0.0)


def test_label_smoothing_and_class_weights() -> None:
    """A share of the target is spread; each class counts by its weight."""
    logits = [2.0, -1.0, 0.5]
    log_shares = [x.data for x in autograd.log_softmax(logits)]
    smooth = -sum(t * p for t, p in zip([0.1, 0.8, 0.1], log_shares, strict=True))
    assert nn.cross_entropy_loss(logits, 1, label_smoothing=0.3).data == pytest.approx(smooth)
    assert nn.cross_entropy_loss(logits, [0.0, 1.0, 0.0], label_smoothing=0.3).data == pytest.approx(smooth)
    weighted = nn.cross_entropy_loss([logits, logits], [1, 0], class_weights=[2.0, 3.0, 1.0]).data
    assert weighted == pytest.approx(-(3.0 * log_shares[1] + 2.0 * log_shares[0]) / 2.0)
    with pytest.raises(ValueError, match="class_weights are a list of 3 numbers"):
        nn.cross_entropy_loss(logits, 1, class_weights=[1.0, 2.0])
    with pytest.raises(ValueError, match="label_smoothing must be 0 or more and below 1, got 1"):
        nn.cross_entropy_loss(logits, 1, label_smoothing=1)


def test_pos_weight() -> None:
    """What a yes costs is multiplied; neither side overflows."""
    for x, t in [(0.7, 1), (0.7, 0), (-1.2, 0.25), (800.0, 1), (-800.0, 1)]:
        logit = Value(x)
        loss = nn.binary_cross_entropy_loss(logit, t, pos_weight=3.0)
        yes, no = nn.binary_cross_entropy_loss(x, 1).data, nn.binary_cross_entropy_loss(x, 0).data
        assert loss.data == pytest.approx(3.0 * t * yes + (1 - t) * no)
        loss.backward()
        sigmoid = autograd.sigmoid(x).data
        assert logit.grad == pytest.approx(3.0 * t * (sigmoid - 1) + (1 - t) * sigmoid)

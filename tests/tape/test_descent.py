"""descend: forward, backward and update, so many times; where it ends, the parameters are of whole steps."""

import math
import signal
import threading

import pytest
from tapes import moons_tape

from autograd import Tape, Value, primitive, tanh


@pytest.mark.parametrize("steps", [1, 3])
def test_descent_is_forward_backward_and_update(steps: int) -> None:
    """descend() is the three of them, so many times, and sets the gradients of the parameters alone."""
    (tape, parameters), (twin, others) = moons_tape(), moons_tape()
    batch = [[1.0, 1.0], [2.0, -1.0], [0.0, 1.0]]
    for _ in range(3):
        means = []
        for _ in range(steps):
            means.append(sum(twin.forward(batch)) / 3)
            for leaf in twin.leaves:
                leaf.grad = 0.0
            twin.backward()
            for leaf in others:
                leaf.data -= 0.1 * leaf.grad
        assert tape.descend(batch, parameters, 0.1, steps) == pytest.approx(means, rel=1e-15)
        assert [p.data for p in parameters] == pytest.approx([p.data for p in others], rel=1e-15)
        assert [p.grad for p in parameters] == pytest.approx([p.grad for p in others], rel=1e-15)
    assert [leaf.grad for leaf in tape.leaves if leaf not in parameters] == [0.0] * (len(tape.leaves) - 2)
    assert tape.values(tape.root) == pytest.approx(twin.values(twin.root), rel=1e-15)
    assert tape.gradients(tape.inputs[0]) == pytest.approx(twin.gradients(twin.inputs[0]), rel=1e-15)


def test_descents_over_many_lanes() -> None:
    """The mean is over all blocks of lanes, of a root that is an input too."""
    w, x = Value(0.0), Value(1.0)
    batch = [[float(i)] for i in range(600)]
    for parameters in ([w], (w,), iter([w])):
        assert Tape(w * x + x, [x]).descend(batch, parameters, 0.0, steps=2) == [299.5, 299.5]
    assert Tape(x, [x]).descend(batch, [], 0.1) == [299.5]
    assert Tape((w + 3.0) * 2.0).descend([[], []], [w], 0.0) == [6.0]
    (tape, w), (twin, v) = ((Tape(tanh(p * x), [x]), p) for p in (Value(0.01), Value(0.01)))
    mean = math.fsum(twin.forward(batch)) / 600
    twin.backward()
    assert tape.descend(batch, [w], 0.1) == pytest.approx([mean])
    assert w.grad == pytest.approx(v.grad)


def test_descents_that_are_none() -> None:
    """What cannot be moved, or not so many times, is an error, and nothing moves."""
    tape, (w, b) = moons_tape()
    for moved, rate, steps, error, message in [
        ([Value(1.0)], 0.1, 1, ValueError, "not under the root"),
        ([tape.inputs[0]], 0.1, 1, ValueError, "is no shared leaf of this tape"),
        ([tape.root], 0.1, 1, ValueError, "is no shared leaf of this tape"),
        ([w, w], 0.1, 1, ValueError, "twice"),
        (w, 0.1, 1, TypeError, "a list of Values"),
        ([w], "0.1", 1, TypeError, "expected a number"),
        ([w, 3.0], 0.1, 1, ValueError, "not under the root"),
        ([w], 0.1, 0, ValueError, "a whole number above 0, got 0"),
        ([w], 0.1, 1.5, ValueError, r"a whole number above 0, got 1\.5"),
        ([w], 0.1, "3", ValueError, "a whole number above 0, got '3'"),
    ]:
        with pytest.raises(error, match=message):
            tape.descend([[1.0, 1.0]], moved, rate, steps)
    assert (w.data, b.data) == (0.5, 0.25)
    assert (w.grad, b.grad) == (0.0, 0.0)


def test_a_descent_ends_after_whole_steps() -> None:
    """Where a user's primitive raises, the parameters are those of the step before."""

    @primitive
    def picky(x: float) -> tuple[float, float]:
        if x < 0.5:
            raise ValueError("too small")
        return x, 1.0

    w, v, x = Value(1.0), Value(0.0), Value(1.0)
    tape = Tape(picky(w * x) + v * x, [x])
    with pytest.raises(ValueError, match="too small"):
        tape.descend([[1.0], [1.0]], [w, v], 0.25, steps=100)
    assert (w.data, v.data) == (0.25, -0.75)
    with pytest.raises(RuntimeError, match="no numbers yet"):
        tape.backward()


def test_ctrl_c_ends_a_descent() -> None:
    """Ctrl-C comes through between two steps, and long before the last."""
    w, x = Value(1.0), Value(1.0)
    tape = Tape(w * x, [x])
    threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        tape.descend([[1.0]] * 10_000, [w], 1e-7, steps=1_000_000)
    assert w.data < 1.0

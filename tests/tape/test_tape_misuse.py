"""A tape that is misused: what is no batch, input or gradient; sizes that no memory has; itself inside."""

import os
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tapes import moons_tape

from autograd import Tape, Value, primitive
from autograd.tape.runner import Runner


def small_tape() -> tuple[Tape, Value]:
    """A tape of w·x, and w."""
    w, x = Value(3.0, "w"), Value(1.0, "x")
    return Tape(w * x, [x]), w


class Endless(Sequence[Any]):
    """A batch that is as long as it says, without ever being in memory."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, place: Any) -> Any:
        return [1.0]


# From 2⁴⁶ doubles on none fits into the addresses that processors have.
SIZES = st.builds(lambda power, more: 2**power + more, st.integers(46, 62), st.integers(-70_000, 70_000))


@given(SIZES)
def test_sizes_that_no_memory_has(size: int) -> None:
    """A batch so long, and so many steps, are a MemoryError; the tape works on."""
    tape, w = small_tape()
    tape.forward([[1.0], [2.0]])
    for wrong in (
        lambda: tape.forward(Endless(size)),
        lambda: tape.descend([[1.0]], [w], 0.1, steps=size),
        lambda: tape.descend([[1.0]], [w], 0.1, steps=4 * size),
        lambda: tape.descend(Endless(size), [w], 0.1),
    ):
        with pytest.raises(MemoryError):
            wrong()
    assert tape.forward([[1.0], [2.0]]) == [3.0, 6.0]


def test_the_largest_sizes() -> None:
    """Those that wrap around to a small number of bytes are refused too."""
    tape, w = small_tape()
    for size in (2**63 - 1, 2**62, 2**61, 2**60 + 1):
        with pytest.raises(MemoryError):
            tape.forward(Endless(size))
        with pytest.raises(MemoryError):
            tape.descend([[1.0]], [w], 0.1, steps=size)


def test_a_bad_weight_changes_none() -> None:
    """All weights are read before one is taken."""
    tape, w = small_tape()
    tape.forward([[1.0], [2.0]])
    tape.backward([1.0, 1.0])
    with pytest.raises(TypeError, match="expected a number, got 'x'"):
        tape.backward([5.0, "x"])  # type: ignore[list-item]
    assert tape.gradients(tape.inputs[0]) == [3.0, 3.0]
    assert w.grad == 3.0


def test_a_tape_used_by_its_own_primitive() -> None:
    """It is refused, and it is no other thread that is blamed."""
    tapes: list[Tape] = []

    @primitive
    def curious(x: float) -> tuple[float, float]:
        if tapes:
            tapes[0].forward([[1.0]])
        return x, 1.0

    x = Value(1.0)
    tapes.append(Tape(curious(x), [x]))
    with pytest.raises(RuntimeError, match="this tape is at work already: what it calls, a primitive"):
        tapes[0].forward([[2.0]])


def test_a_runner_is_not_made_again() -> None:
    """Its memory is that of one program."""
    tape, _ = small_tape()
    if type(tape.runner.__init__).__name__ == "method-wrapper":  # compiled
        with pytest.raises(TypeError, match="a Runner is made once"):
            Runner.__init__(tape.runner, tape.program)


def test_batches_of_numbers_in_other_clothes() -> None:
    """Doubles of any spelling, booleans, a tensor's rows are the numbers that they are."""
    tape, _ = small_tape()
    numbers = np.array([[1.0], [2.0]])
    native = "<d" if np.little_endian else ">d"
    for batch in (
        memoryview(np.frombuffer(numbers.tobytes(), native).reshape(2, 1)),
        numbers.astype(">f8"),
        numbers.astype(np.float32),
        [[np.array(1.0)], [np.array([2.0])[0]]],
        [[True], [np.int8(2)]],
    ):
        assert tape.forward(batch) == [3.0, 6.0]
    assert tape.forward(np.array([[True], [False]])) == [3.0, 0.0]
    with pytest.raises(TypeError, match="rows of doubles: 2 dimensions of the format 'f' are not"):
        tape.forward(memoryview(numbers.astype(np.float32)))
    with pytest.raises(ValueError, match=r"row 0 of the batch must have 1 number \(x\), got 2"):
        tape.forward(np.ones((3, 2)))


def test_a_tensor_as_a_batch() -> None:
    """PyTorch's tensors are rows of numbers too."""
    torch = pytest.importorskip("torch")
    tape, _ = small_tape()
    assert tape.forward(torch.tensor([[1.0], [2.0]])) == [3.0, 6.0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_forked_while_a_tape_is_at_work() -> None:
    """In the child, where the thread that was at work is gone, the tape can be used."""
    begun, ended = Event(), Event()

    @primitive
    def slow(x: float) -> tuple[float, float]:
        if begun.is_set() or x == 2.0:
            begun.set()
            ended.wait(0.0 if x != 2.0 else None)
        return x, 1.0

    x = Value(1.0)
    tape = Tape(slow(x), [x])
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(tape.forward, [[2.0]])
        begun.wait()
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(5)
            os._exit(0 if tape.forward([[1.0]]) == [1.0] else 1)
        ended.set()
        assert future.result() == [2.0]
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ([[1.0, 2.0], [3.0]], ValueError, r"row 1 of the batch must have 2 numbers \(x, y\), got 1"),
        ([[1.0, 2.0, 3.0]], ValueError, r"row 0 of the batch must have 2 numbers \(x, y\), got 3"),
        (np.zeros((4, 3)), ValueError, r"must have 2 numbers \(x, y\), got 3"),
        ([1.0, 2.0], TypeError, r"row 0 of the batch must be a row of 2 numbers \(x, y\), got 1\.0"),
        (np.zeros(2), TypeError, "row 0 of the batch must be a row of 2 numbers"),
        (["12"], TypeError, "row 0 of the batch must be a row of 2 numbers .*, got '12'"),
        ([[1.0, "2"]], TypeError, "row 0 of the batch, input y: expected a number, got '2'"),
        ([[1.0, 2.0], [1.0, "2"]], TypeError, "row 1 of the batch, input y: expected a number, got '2'"),
        ([[1.0, None]], TypeError, "row 0 of the batch, input y: expected a number, got None"),
        ([[1.0, Value(2.0)]], TypeError, r"row 0 of the batch, input y: .* use its \.data"),
        ([[1.0, 1j]], TypeError, "expected a number"),
        ([{1.0, 2.0}], TypeError, "row 0 of the batch must be a row of 2 numbers"),
        ({1: [1.0, 2.0]}, TypeError, "a batch is a sequence of rows of numbers"),
        ((row for row in [[1.0, 2.0]]), TypeError, "a batch is a sequence of rows of numbers"),
        (3.0, TypeError, "a batch is a sequence of rows of numbers"),
        ("ab", TypeError, "a batch is a sequence of rows of numbers"),
        ([], ValueError, "the batch is empty"),
        (np.zeros((0, 2)), ValueError, "the batch is empty"),
    ],
)
def test_batches_that_are_none(batch: Any, error: type[Exception], message: str) -> None:
    """A batch that does not fit is an error that says where, and leaves nothing to go back over."""
    tape, (w, _) = moons_tape()
    tape.forward([[1.0, 1.0]])
    with pytest.raises(error, match=message):
        tape.forward(batch)
    with pytest.raises(RuntimeError, match=r"forward\(batch\)"):
        tape.backward()
    assert w.grad == 0.0


def test_inputs_that_are_none() -> None:
    """An input must be a leaf under the root, and there once."""
    w, x = Value(2.0, "w"), Value(1.0, "x")
    y = w * x
    for inputs, error, message in [
        ([y], ValueError, "input 0 of the tape, .*, is computed"),
        ([x, Value(3.0, "z")], ValueError, r"input 1 of the tape, .*'z'.*, is not under the root"),
        ([x, w, x], ValueError, "input 2 of the tape, .*, is there twice"),
        ([1.0], TypeError, "input 0 of the tape must be a Value, got 1.0"),
        (x, TypeError, "a list of Values"),
    ]:
        with pytest.raises(error, match=message):
            Tape(y, inputs)
    with pytest.raises(TypeError, match=r"expected a Value, got 3\.0"):
        Tape(3.0, [])
    tape = Tape(y, [x])
    tape.forward([[1.0]])
    with pytest.raises(ValueError, match="not under the root of this tape"):
        tape.values(Value(1.0))


def test_gradients_that_are_none() -> None:
    """The weights of backward must be a number for each row; without a forward pass there is nothing."""
    tape, (w, _) = moons_tape()
    for ask in (tape.backward, lambda: tape.values(w), lambda: tape.gradients(tape.inputs[0])):
        with pytest.raises(RuntimeError, match=r"call forward\(batch\) first"):
            ask()
    tape.forward([[1.0, 1.0], [2.0, 1.0]])
    with pytest.raises(ValueError, match="batch of 2 rows needs as many gradients, got 1"):
        tape.backward([1.0])
    with pytest.raises(TypeError, match="a list of numbers"):
        tape.backward(1.0)
    with pytest.raises(TypeError, match="expected a number"):
        tape.backward([1.0, "2"])
    assert w.grad == 0.0

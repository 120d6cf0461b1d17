"""A tape belongs to a thread at a time; another's batch is never gone back over."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from engines import INTERPRETED
from tapes import moons_tape

from autograd import Tape, Value, primitive


def in_thread(work: Callable[[], object]) -> list[object]:
    """What `work` returned or raised in another thread."""
    result: list[object] = []

    def run() -> None:
        try:
            result.append(work())
        except RuntimeError as error:
            result.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return result


def test_two_threads_on_one_tape() -> None:
    """Another thread's batch is never gone back over: it is an error."""
    tape, _ = moons_tape()
    tape.forward([[1.0, 1.0]])
    assert "another thread" in str(in_thread(tape.backward))
    in_thread(lambda: tape.forward([[2.0, 1.0]]))
    with pytest.raises(RuntimeError, match="another thread's: give each thread a tape of its own"):
        tape.backward()


def test_a_tape_at_work_is_left_alone() -> None:
    """Who comes while a tape is at work gets an error, and the work is not disturbed."""
    refused: list[object] = []

    @primitive
    def meddling(x: float) -> tuple[float, float]:
        if tapes:
            refused.extend(in_thread(lambda: tapes[0].forward([[7.0]])))
            with pytest.raises(RuntimeError, match="at work"):
                tapes[0].forward([[7.0]])
        return x, 1.0

    tapes: list[Tape] = []
    x = Value(1.0)
    tapes.append(Tape(meddling(x), [x]))
    assert tapes[0].forward([[1.0], [2.0]]) == [1.0, 2.0]
    assert len(refused) == 2
    assert "at work" in str(refused[0])


def test_threads_with_tapes_of_their_own_share_parameters() -> None:
    """Gradients of several tapes add up in the leaves that they share."""
    w, x = Value(2.0), Value(1.0)
    root = w * x

    def work() -> None:
        tape = Tape(root, [x])
        for _ in range(50):
            tape.forward([[1.0]] * 500)
            tape.backward([1.0] * 500)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.grad == 4 * 50 * 500


def test_a_gradient_that_another_thread_adds_meanwhile_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Interpreted, another thread may come in at any call, such as the one that looks a gradient up."""
    blocks, Value = INTERPRETED["autograd.tape.blocks"], INTERPRETED.autograd.Value
    w, x, look_up, added = Value(2.0), Value(1.0), blocks.gradient_of, []

    def interrupted(block: Any, operand: int) -> Any:
        w.grad += 100.0
        added.append(100.0)
        return look_up(block, operand)

    tape = INTERPRETED.autograd.Tape(w * x, [x])
    tape.forward([[3.0]])
    monkeypatch.setattr(blocks, "gradient_of", interrupted)
    tape.backward()
    assert w.grad == 3.0 + sum(added)

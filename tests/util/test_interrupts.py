"""Signals that wait: whatever is raised wherever, the handlers that were there come back."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from striking import struck

from autograd.util import interrupts
from autograd.util.interrupts import uninterrupted

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="a signal that Windows has not")


class AlarmError(Exception):
    """What a handler raises that has nothing to do with Ctrl-C."""


def ring(number: int, frame: Any) -> None:
    """Handle an alarm as one does who limits the time of some work."""
    raise AlarmError


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """An alarm that raises, and Ctrl-C as Python has it."""
    before = signal.signal(signal.SIGALRM, ring), signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGALRM, before[0])
    signal.signal(signal.SIGINT, before[1])


@pytest.mark.parametrize("number", [signal.SIGALRM, signal.SIGINT])
def test_a_signal_at_any_instruction(number: int) -> None:
    """It is dealt with once, whenever it comes, and all handlers are then those that were there."""
    place, there = 0, True
    error = AlarmError if number == signal.SIGALRM else KeyboardInterrupt

    def work() -> None:
        with uninterrupted():
            pass

    while there:
        place += 1
        try:
            there = struck(interrupts.__file__, place, lambda: signal.raise_signal(number), work)
            assert not there, f"the signal at instruction {place} was lost"
        except error:
            pass
        assert signal.getsignal(signal.SIGALRM) is ring
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert place > 20


def held(numbers: list[int], done: list[int]) -> None:
    """Have signals arrive while they are held off, in a context inside another."""
    with uninterrupted():
        with uninterrupted():
            for number in numbers:
                signal.raise_signal(number)
        done.extend(numbers)


def test_other_signals_wait_too() -> None:
    """An alarm does not end what is not to be left half done, nor does Ctrl-C; they come after it."""
    for number, error in ((signal.SIGALRM, AlarmError), (signal.SIGINT, KeyboardInterrupt)):
        done: list[int] = []
        with pytest.raises(error):
            held([number], done)
        assert done == [number]


def test_two_signals_that_came() -> None:
    """Both are dealt with, though the handler of the first raises."""
    with pytest.raises((AlarmError, KeyboardInterrupt)) as caught:
        held([signal.SIGINT, signal.SIGALRM], [])
    assert {type(caught.value), type(caught.value.__context__)} == {AlarmError, KeyboardInterrupt}

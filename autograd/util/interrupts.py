"""Ctrl-C waits while something must not be left half done."""

import _signal  # what `signal` is made of, without its enums, which take ten times as long
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread


class Waiting:
    """What holds Ctrl-C off, and remembers that it came."""

    came = False

    def __call__(self, number: int, frame: object) -> None:
        self.came = True


@contextmanager
def uninterrupted() -> Iterator[None]:
    """A context in which Ctrl-C waits for the end, and is then dealt with as it would have been.

    Python interrupts the main thread alone, so in another there is nothing to hold off; nor is there inside
    another such context, or where something other than Python deals with it.
    """
    usual = _signal.getsignal(_signal.SIGINT)
    if usual is None or isinstance(usual, Waiting) or current_thread() is not main_thread():
        yield
        return
    waiting = Waiting()
    _signal.signal(_signal.SIGINT, waiting)
    try:
        yield
    finally:
        _signal.signal(_signal.SIGINT, usual)
        if waiting.came:
            _signal.raise_signal(_signal.SIGINT)

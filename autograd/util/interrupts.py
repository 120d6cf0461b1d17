"""Signals wait while something must not be left half done."""

import _signal  # what `signal` is made of, without its enums, which take ten times as long
from contextlib import AbstractContextManager, nullcontext
from itertools import compress
from threading import current_thread, main_thread
from typing import Any

SIGNALS = tuple(_signal.valid_signals())


class Waiting(AbstractContextManager[None]):
    """What stands in for the handlers of all signals that run Python code, and remembers what came.

    While it is the current one, in the place of all of them, nothing can come in between: that is why no
    exception, from whatever handler, leaves it there. What arrives before that and after it goes to the
    handler whose place this is.
    """

    current: "Waiting | None" = None

    def __init__(self) -> None:
        self.over = False
        self.usual: dict[int, Any] = {}
        self.came: dict[int, Any] = {}

    def __call__(self, number: int, frame: Any) -> None:
        if Waiting.current is self:
            self.came[number] = frame
            return
        if self.over and _signal.getsignal(number) is self:
            _signal.signal(number, self.usual[number])
        self.usual[number](number, frame)

    def __enter__(self) -> None:
        try:
            self.hold()
        except BaseException:
            self.end()
            raise

    def __exit__(self, *error: object) -> None:
        self.end()

    def hold(self) -> None:
        """Take the place of the handlers."""
        for number in compress(SIGNALS, map(callable, map(_signal.getsignal, SIGNALS))):
            usual: Any = _signal.getsignal(number)
            self.usual[number] = usual.usual[number] if isinstance(usual, Waiting) else usual
            _signal.signal(number, self)
        Waiting.current = self

    def end(self) -> None:
        """Put the handlers back, and have them deal with what came."""
        try:
            self.put_back()
        finally:
            self.deliver()

    def put_back(self) -> None:
        """Put each handler back, whatever those raise that are back already."""
        self.over = True
        try:
            Waiting.current = None
            for number, usual in self.usual.items():
                if _signal.getsignal(number) is self:
                    _signal.signal(number, usual)
        except BaseException:
            self.put_back()
            raise

    def deliver(self) -> None:
        """Have what came dealt with as it would have been."""
        try:
            while self.came:
                number, frame = self.came.popitem()
                self.usual[number](number, frame)
        finally:
            if self.came:
                self.deliver()


NOTHING = nullcontext()


def uninterrupted() -> AbstractContextManager[None]:
    """A context in which Ctrl-C, alarms and other signals wait for the end, and are then dealt with.

    Python runs handlers of signals in the main thread alone, so in another there is nothing to hold off; nor
    is there inside another such context, or where something other than Python deals with a signal.
    """
    if current_thread() is not main_thread() or Waiting.current is not None:
        return NOTHING
    return Waiting()

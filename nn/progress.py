"""How far a training has come: a bar on a terminal, a few plain lines elsewhere, or nothing."""

import sys
from decimal import Decimal
from shutil import get_terminal_size
from time import monotonic
from types import TracebackType
from typing import Any

from autograd.internal import plural, uninterrupted
from nn.history import History

REDRAW_SECONDS = 0.1
PLAIN_LINES = 10
SHORTEST_BAR = 10
BAR = "{percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}]{postfix}"


class Progress:
    """A context in which `show(history)` after each iteration tells the user how far it has come."""

    def __init__(self, total: int, wanted: bool) -> None:
        self.total, self.wanted = total, wanted
        self.bar: Any = None
        self.room = 0  # for numbers beside the bar
        self.redrawn = 0.0

    def __enter__(self) -> "Progress":
        if self.wanted and sys.stderr is not None and sys.stderr.isatty():
            from tqdm import tqdm  # here, as it takes longer to import than all else

            columns = get_terminal_size().columns
            beside = f"100% || {self.total}/{self.total} [00:00<00:00], "
            self.room = columns - len(beside) - SHORTEST_BAR
            self.bar = tqdm(total=self.total, bar_format=BAR, ncols=columns)
        return self

    def show(self, history: History) -> None:
        """Tell of the iteration that was just made, if it is time to."""
        if self.bar is not None:
            if monotonic() - self.redrawn >= REDRAW_SECONDS:
                self.redraw(history)
        elif self.wanted and self.is_due(history.iterations):
            print(f"iteration {history.iterations}/{self.total}  {summary(history)}", flush=True)

    def is_due(self, iteration: int) -> bool:
        """Whether a plain line is printed after this iteration: the first, and each tenth of them all."""
        return (
            iteration == 1
            or iteration * PLAIN_LINES // self.total > (iteration - 1) * PLAIN_LINES // self.total
        )

    def redraw(self, history: History) -> None:
        """Bring the bar up to date; Ctrl-C waits, so that the bar's own lock is not left held."""
        self.redrawn = monotonic()
        with uninterrupted():
            self.bar.set_postfix_str(summary(history, self.room), refresh=False)
            self.bar.update(history.iterations - self.bar.n)

    def finish(self, history: History) -> None:
        """Show the last state, and why training ended."""
        if self.bar is not None:
            self.redraw(history)
        elif self.wanted:
            made = plural(history.iterations, "iteration")
            print(f"{history.reason} after {made}  {summary(history)}", flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.close()


def three_digits(number: float) -> str:
    """A number to three digits, spelled the same way in all lines of a training: no power of ten but far off.

    >>> three_digits(0.5), three_digits(0.0000161), three_digits(2.5e-30)
    ('0.500', '0.0000161', '2.50e-30')
    """
    text = f"{number:#.3g}"
    return f"{Decimal(text):f}" if 1e-10 <= abs(number) <= 1e10 else text


def summary(history: History, room: int | None = None) -> str:
    """The latest numbers: `loss 0.123, accuracy 0.950; validation 0.131, 0.940`; in less room, fewer."""
    rows = [("loss ", history.losses), (f"{history.metric_name} ", history.metrics)]
    held_out = [("", history.validation_losses), ("", history.validation_metrics)]
    own, others = (
        ", ".join(f"{name}{three_digits(numbers[-1])}" for name, numbers in some if numbers)
        for some in (rows, held_out)
    )
    full = f"{own}; validation {others}" if others else own
    short = f"{own.split(',')[0]}; validation {others.split(',')[0]}" if others else own.split(",")[0]
    fitting = (text for text in (full, short, own.split(",")[0]) if room is None or len(text) <= room)
    return next(fitting, "")

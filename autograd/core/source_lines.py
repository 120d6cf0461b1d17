"""The source line that made a Value: read from the stack under `debug`, and remembered as a number."""

from linecache import getline
from threading import Lock

from autograd.core.backprop import line_number, mark_line
from autograd.core.value import Value
from autograd.util.callers import caller_frame
from autograd.util.forks import in_child

__all__ = ["caller_line", "line_of", "remember_line"]


def caller_line() -> str:
    """The file, number and text of the line outside these packages that is being run."""
    frame = caller_frame()
    if frame is None:
        return "no Python code"
    file, number = frame.f_code.co_filename, frame.f_lineno
    text = getline(file, number, frame.f_globals).strip()
    return f"{file}, line {number}" + (f": {text}" if text else "")


lines: list[str] = []  # those that have been met: a node remembers the number of its own, from 1 on
numbers: dict[str, int] = {}
one_line = Lock()


def renew() -> None:
    """Make the lock anew in a forked child, where no other thread writes down a line."""
    global one_line
    one_line = Lock()


in_child(renew)


def number_of(line: str) -> int:
    """The number of a line."""
    with one_line:
        if line not in numbers:
            lines.append(line)
            numbers[line] = len(lines)
        return numbers[line]


def remember_line(node: Value, line: str) -> None:
    """Have a node remember the line that made it."""
    mark_line(node, number_of(line))


def line_of(node: Value) -> str | None:
    """The file, number and text of the line that computed a Value, if that was under `debug`.

    >>> from autograd import debug
    >>> with debug():
    ...     y = Value(2.0) * 3.0
    >>> line_of(y), line_of(Value(1.0))
    ('<doctest autograd.core.source_lines.line_of[1]>, line 2: y = Value(2.0) * 3.0', None)
    """
    number = line_number(node)
    return lines[number - 1] if number else None

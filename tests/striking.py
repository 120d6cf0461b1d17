"""Something that strikes at one instruction of a file while work is done: a signal, an exception."""

import sys
from collections.abc import Callable
from dis import opname
from types import FrameType
from typing import Any

LOOKS_AFTER = ("CALL", "JUMP_BACKWARD")  # instructions after which Python looks whether a signal came


def struck(file: str, place: int, strike: Callable[[], Any], work: Callable[[], Any]) -> bool:
    """Do some work, with `strike()` at the instruction of that number in a file; whether it came to it.

    Signals come when a function begins, after a call, and at the end of a loop's body: those are counted.
    """
    met = 0
    last: dict[FrameType, str] = {}

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal met
        if frame.f_code.co_filename != file:
            return None
        frame.f_trace_opcodes = True
        if event == "call" or (event == "opcode" and last.get(frame, "").startswith(LOOKS_AFTER)):
            met += 1
            if met == place:
                strike()
        if event == "opcode":
            last[frame] = opname[frame.f_code.co_code[frame.f_lasti]]
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return met >= place


def interrupt() -> None:
    """Raise what Ctrl-C does."""
    raise KeyboardInterrupt

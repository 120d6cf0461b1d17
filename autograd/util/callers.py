"""Who called into this package: the frame and the variables of the nearest caller outside of it."""

import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["caller_frame", "caller_namespace"]

HOME = str(Path(sys._getframe().f_code.co_filename).parents[2]) + os.sep  # as frames write it
OURS = tuple(HOME + package + os.sep for package in ("autograd", "nn"))


def caller_frame() -> FrameType | None:
    """The frame of the nearest caller outside these packages."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    return frame


def caller_namespace() -> dict[str, Any]:
    """The variables, locals then globals, of the nearest caller outside these packages."""
    frame = caller_frame()
    if frame is None:
        return {}
    variables = dict(frame.f_locals)
    for name, thing in list(frame.f_globals.items()):
        variables.setdefault(name, thing)
    return variables

"""Who called into this package: the frame and the variables of the nearest caller outside of it."""

import copy
import os
import sys
import warnings
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["called_from_outside", "caller_frame", "caller_namespace", "calls_deepcopy", "warn_caller"]

HOME = str(Path(sys._getframe().f_code.co_filename).parents[2]) + os.sep  # as frames write it
OURS = tuple(HOME + package + os.sep for package in ("autograd", "nn"))


def caller_frame() -> FrameType | None:
    """The frame of the nearest caller outside these packages."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_filename.startswith(OURS):
        frame = frame.f_back
    return frame


def called_from_outside(within: str) -> bool:
    """Whether what calls into that file is outside these packages."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename == within:
        frame = frame.f_back
    return frame is not None and not frame.f_code.co_filename.startswith(OURS)


def caller_namespace() -> dict[str, Any]:
    """The variables, locals then globals, of the nearest caller outside these packages."""
    frame = caller_frame()
    if frame is None:
        return {}
    variables = dict(frame.f_locals)
    for name, thing in list(frame.f_globals.items()):
        variables.setdefault(name, thing)
    return variables


def calls_deepcopy() -> bool:
    """Whether the nearest caller outside these packages is copy.deepcopy, called from outside of both."""
    frame = caller_frame()
    if frame is None or frame.f_code.co_filename != copy.__file__ or frame.f_back is None:
        return False
    file = frame.f_back.f_code.co_filename
    return file != copy.__file__ and not file.startswith(OURS)


def warn_caller(message: str) -> None:
    """Warn of a line outside these packages, as `warnings.warn` does: by default once for each line."""
    frame = caller_frame()
    while frame is not None and frame.f_code.co_filename == copy.__file__:
        frame = frame.f_back
    if frame is None:
        warnings.warn(message, stacklevel=2)
        return
    variables = frame.f_globals
    registry = variables.setdefault("__warningregistry__", {})
    module, file = variables.get("__name__") or "<unknown>", frame.f_code.co_filename
    warnings.warn_explicit(message, UserWarning, file, frame.f_lineno, module, registry)

"""Stands in for the `cython` module where the engine runs interpreted: its directives then do nothing."""

from contextlib import nullcontext
from typing import Any, TypeVar

T = TypeVar("T")

compiled = False
nogil = gil = nullcontext()


def unchanged(decorated: T) -> T:
    """What each directive is without a compiler."""
    return decorated


cclass = final = no_gc = unchanged


def cast(kind: Any, thing: T, typecheck: bool = False) -> T:
    """Python knows the type of everything."""
    return thing

"""What the methods of a walk are given, checked."""

from operator import index

__all__ = ["check_count"]


def check_count(method: str, count: int) -> int:
    """The number of steps that a method was given, which must be whole and not negative."""
    if isinstance(count, bool) or not hasattr(count, "__index__"):
        raise TypeError(f"{method} takes a number of steps, not {count!r}")
    if count < 0:
        raise ValueError(f"{method} takes a number of steps from 0 up, not {count}")
    return index(count)

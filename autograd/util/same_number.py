"""Comparing floats where NaN counts as equal to itself."""

__all__ = ["same_number"]


def same_number(a: float, b: float) -> bool:
    """Whether two numbers are equal, or both NaN.

    >>> same_number(0.5, 0.5), same_number(float("nan"), float("nan")), same_number(0.5, 1.0)
    (True, True, False)
    """
    return a == b or (a != a and b != b)

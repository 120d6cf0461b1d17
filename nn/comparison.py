"""Whether two results are the same but for rounding, and two examples as far as can be seen; what differs."""

from collections.abc import Sequence
from copy import deepcopy
from math import inf, isfinite
from typing import Any

from autograd import Value
from autograd.internal import WiringError, same_number, topological_order

ROUNDING, SMALLEST = 1e-9, 1e-12  # of the results, and of the largest number they are computed from


class ChangedError(WiringError):
    """What is recorded is not what it was when it was recorded first."""


def close(x: float, y: float, root: Value) -> bool:
    """Whether two numbers are the same but for the rounding on the way to that root."""
    if same_number(x, y):
        return True
    size = max(abs(x), abs(y))
    return size < inf and negligible(abs(x - y), size, root, 1)


def negligible(apart: float, size: float, root: Value, power: int) -> bool:
    """Whether a difference is rounding: small beside the results, or, to that power, the numbers on the way.

    The graph under the root is looked through only where the first does not tell.
    """
    return apart <= ROUNDING * size or apart <= SMALLEST * largest(root) ** power


def largest(root: Value) -> float:
    """The largest number that a root is computed from, and at least 1."""
    return max([1.0, *(abs(node.data) for node in topological_order(root) if isfinite(node.data))])


def same(xs: Sequence[float], ys: Sequence[float]) -> bool:
    """Whether numbers are the same, NaN or not. (Of arrays, C compares those that are not NaN.)"""
    return xs == ys or all(same_number(x, y) for x, y in zip(xs, ys, strict=True))


def comparable(thing: Any) -> Any:
    """An array as a list, anything else as it is."""
    return thing if type(thing) in (list, float, int) or not hasattr(thing, "tolist") else thing.tolist()


def copied(thing: Any) -> Any:
    """A copy; None of what cannot be copied, which will then differ from it."""
    try:
        return deepcopy(thing)
    except Exception:
        return None


def differ(one: Any, other: Any) -> bool:
    """Whether two things differ, as far as they can be compared."""
    try:
        return bool(one != other)
    except Exception:
        return True


def outputs(prediction: Any) -> list[Value]:
    """The Values of a prediction: one, or a list or a tuple of them."""
    values = prediction if type(prediction) in (list, tuple) else [prediction]
    if not all(isinstance(value, Value) for value in values):
        raise WiringError("the metric is of predictions that are neither a Value nor a list of them")
    return list(values)


def reads(i: int, line: str) -> WiringError:
    """What to say of an example that reads what depends on the parameters."""
    return WiringError(f"example {i} reads a number that changes with the parameters, in {line}")


def unlike(i: int, eager: float, replayed: float) -> ChangedError:
    """What to say of an example whose replay is not what it is now."""
    return ChangedError(f"the loss of example {i} is {eager:.10g}, and {replayed:.10g} as it was recorded")

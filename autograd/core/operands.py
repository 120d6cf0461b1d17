# cython: annotation_typing=False, infer_types=True
"""What operations are given, numbers of any kind and lists of them, as floats and lists of Python's own.

(The C types are in operands.pxd.)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if TYPE_CHECKING or not cython.compiled:
    from autograd.core.nodes import Node
else:
    from cython.cimports.autograd.core.nodes import Node

from collections.abc import Iterable
from numbers import Real

from autograd.core.hints import stranger


def is_number(thing: Any) -> bool:
    """Whether `thing` is a real number, or an array or a tensor of no dimensions, which holds one."""
    if isinstance(thing, Real):
        return True
    return getattr(thing, "shape", None) == () and isinstance(thing.item(), (float, int))


def as_number(thing: Any) -> float:
    """`thing` as a float, which it must be, or a real number of another type."""
    if isinstance(thing, float):
        return float(thing)
    if isinstance(thing, Node):
        raise TypeError("expected a number, got a Value: use its .data")
    if isinstance(thing, int) or is_number(thing):
        return converted(thing)
    raise TypeError(f"expected a number, got {thing!r}")


def converted(number: Any) -> float:
    """A real number as a float, if it is not too large for one."""
    try:
        return float(number)
    except OverflowError:
        raise OverflowError(
            f"a number of the type {type(number).__name__} is too large for a float, which ends at 1.8e308: "
            "math.inf is infinity"
        ) from None


def listed(name: str, things: Iterable[Any]) -> list[Any]:
    """What an operation of many inputs was given, as a list."""
    if type(things) is list:
        return things
    if isinstance(things, Node) or not isinstance(things, Iterable):
        raise TypeError(f"{name} takes a list of Values and numbers, not {things!r}")
    return list(things)


def no_operand(thing: Any) -> Any:
    """NotImplemented, so that Python asks the other; but the Value of another engine would swallow ours."""
    if type(thing).__name__ == "Value":
        raise TypeError(f"expected a Value or a number, got {stranger(thing)}")
    return NotImplemented

"""grad: the gradient as a number that is returned, every `.grad` untouched."""

from collections.abc import Iterable
from typing import overload

from autograd.core.backprop import as_node, pass_lock, topological_order
from autograd.core.value import Value, listed

__all__ = ["grad"]


@overload
def grad(output: Value, inputs: Value) -> float: ...
@overload
def grad(output: Value, inputs: Iterable[Value]) -> list[float]: ...
def grad(output: Value, inputs: Value | Iterable[Value]) -> float | list[float]:
    """The derivative of `output` by one Value, or a list of those by several; every `.grad` stays as it is.

    output: the Value that is differentiated.
    inputs: what by: a leaf or a computed Value, under `output` or not (then the derivative is 0).

    >>> x = Value(3.0)
    >>> grad(x * x, x), x.grad
    (6.0, 0.0)
    """
    wanted = [as_node(value) for value in ([inputs] if isinstance(inputs, Value) else listed("grad", inputs))]
    with pass_lock():  # or what another thread's pass adds meanwhile would be undone
        touched = topological_order(output) + wanted
        before = [node.grad for node in touched]
        try:
            for node in touched:
                node.grad = 0.0
            output.backward()
            result = [node.grad for node in wanted]
        finally:
            for node, old in zip(touched, before, strict=True):
                node.grad = old
    return result[0] if isinstance(inputs, Value) else result

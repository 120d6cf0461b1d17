"""debug: stops at the first number that is not finite, and names the line that made it."""

from math import isfinite

from autograd.core.contexts import plainly_observed
from autograd.core.source_lines import caller_line, line_of, remember_line
from autograd.core.value import Value
from autograd.naming.names import names_of
from autograd.util.text import legible

__all__ = ["NonFiniteError", "debug"]


class NonFiniteError(ArithmeticError):
    """A number that is infinite or NaN, found by `debug`; `node` is the operation that it came from."""

    def __init__(self, message: str, node: Value) -> None:
        super().__init__(message)
        self.node = node


class debug(plainly_observed):  # noqa: N801, a context reads as a verb
    """A context in which each operation remembers its source line, and no number is let be infinite or NaN.

    The first that is, a value going forward or a gradient going backward, raises a NonFiniteError that
    names the operation, its operands, and the line.

    >>> x = Value(0.0, "x")
    >>> with debug():
    ...     y = x.log() + 1.0
    Traceback (most recent call last):
    autograd.checks.debug.NonFiniteError: log of x = 0.0 gives -inf
      in <doctest autograd.checks.debug.debug[1]>, line 2: y = x.log() + 1.0
    """

    def __init__(self) -> None:
        super().__init__(check_node)


def check_node(node: Value, backward: bool) -> Value:
    """Look at a node that has been made, or has passed its gradient on."""
    if backward:
        check_gradients(node)
        return node
    line = caller_line()
    remember_line(node, line)
    if not isfinite(node.data):
        operation = f"{node.op} of {describe_inputs(node)}" if node.inputs else "an operation"
        raise NonFiniteError(f"{operation} gives {node.data}\n  in {line}", node)
    return node


def check_gradients(node: Value) -> None:
    """Raise where a gradient of a node, or one that it passed on, is not finite."""
    line = line_of(node)
    where = f"\n  computed in {line}" if line else ""
    if not isfinite(node.grad):
        raise NonFiniteError(f"the gradient of {describe_value(node)} is {node.grad}{where}", node)
    for i, (value, slope) in enumerate(zip(node.inputs, node.local_derivatives, strict=True)):
        if not isfinite(value.grad):
            raise NonFiniteError(
                f"{node.op} of {describe_inputs(node)} makes the gradient of its input {i}, "
                f"{describe_value(value)}, {value.grad}: "
                f"upstream {node.grad!r} × local derivative {slope!r}{where}",
                node,
            )


def describe_inputs(node: Value) -> str:
    """The inputs of a node by name, with their numbers; of many, some."""
    shown = [describe_value(value) for value in node.inputs[:8]]
    return ", ".join([*shown, "…"] if len(node.inputs) > 8 else shown)


def describe_value(node: Value) -> str:
    """A node by its name, where it has one, and its number."""
    name = legible(names_of([node]).get(node) or node.op)
    return f"{name} = {node.data!r}" if name else repr(node.data)

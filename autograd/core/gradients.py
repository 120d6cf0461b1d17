"""grad: the gradient returned, every `.grad` untouched; Jacobians, Hessians, and both times a vector."""

from collections.abc import Iterable, Sequence
from typing import Literal, overload

from autograd.core.backprop import as_node, pass_lock, topological_order
from autograd.core.derivatives import gradients
from autograd.core.nary import weighted_sum
from autograd.core.operands import as_number, listed
from autograd.core.value import Value
from autograd.util.arguments import arguments_by_name
from autograd.util.text import plural

__all__ = ["grad", "hessian", "hvp", "jacobian", "jvp"]


@overload
def grad(output: Value, inputs: Value, create_graph: Literal[False] = False) -> float: ...
@overload
def grad(output: Value, inputs: Iterable[Value], create_graph: Literal[False] = False) -> list[float]: ...
@overload
def grad(output: Value, inputs: Value, create_graph: Literal[True]) -> Value: ...
@overload
def grad(output: Value, inputs: Iterable[Value], create_graph: Literal[True]) -> list[Value]: ...
@arguments_by_name
def grad(
    output: Value, inputs: Value | Iterable[Value] | None = None, create_graph: bool = False
) -> float | Value | list[float] | list[Value]:
    """The derivative of `output` by one Value, or a list of those by several; every `.grad` stays as it is.

    output: the Value that is differentiated.
    inputs: what by: a leaf or a computed Value, under `output` or not (then the derivative is 0).
    create_graph: whether the derivatives are Values, computed from Values, to be differentiated again.

    >>> x = Value(3.0)
    >>> grad(x * x, x), x.grad
    (6.0, 0.0)
    >>> slope = grad(x**3, x, create_graph=True)
    >>> slope, grad(slope, x)
    (Value(27.0), 18.0)
    """
    if inputs is None:
        first = "call the function first, y = f(x), then " if callable(output) else ""
        raise TypeError(f"grad takes a Value and what to differentiate it by: {first}grad(y, x)")
    if create_graph:
        graphs = gradients(output, [inputs] if isinstance(inputs, Value) else listed("grad", inputs))
        return graphs[0] if isinstance(inputs, Value) else graphs
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


def jacobian(outputs: Iterable[Value], inputs: Iterable[Value]) -> list[list[float]]:
    """A row for each output: its derivative by each input.

    outputs: the Values to be differentiated, one pass for each.
    inputs: Values under them, a column for each.

    >>> a, b = Value(2.0), Value(3.0)
    >>> jacobian([a * b, a - b], [a, b])
    [[3.0, 2.0], [1.0, -1.0]]
    """
    wanted = listed("jacobian", inputs)
    return [grad(as_node(output), wanted) for output in listed("jacobian", outputs)]


def hessian(output: Value, inputs: Iterable[Value]) -> list[list[float]]:
    """The second derivatives of `output` by each pair of inputs, a row for each input.

    output: the Value to be differentiated.
    inputs: Values under it; by one that it does not depend on, its derivatives are 0.

    >>> a, b = Value(2.0), Value(3.0)
    >>> hessian(a * a * b, [a, b])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    wanted = listed("hessian", inputs)
    return jacobian(gradients(output, wanted), wanted)


def hvp(output: Value, inputs: Iterable[Value], vector: Iterable[float]) -> list[float]:
    """The Hessian of `output` times a vector, without the Hessian: two passes, however many inputs there are.

    output, inputs: as for `hessian`.
    vector: a number for each input.

    >>> a, b = Value(2.0), Value(3.0)
    >>> hvp(a * a * b, [a, b], [1.0, 0.0])
    [6.0, 4.0]
    """
    wanted = listed("hvp", inputs)
    along = numbers_for("hvp", wanted, vector)
    total = weighted_sum(along, gradients(output, wanted))
    return grad(total, wanted)


def jvp(outputs: Iterable[Value], inputs: Iterable[Value], vector: Iterable[float]) -> list[float]:
    """The Jacobian times a vector, in one pass forwards: how fast outputs change as inputs move along it.

    outputs, inputs: as for `jacobian`.
    vector: a number for each input, how fast it moves.

    >>> a, b = Value(2.0), Value(3.0)
    >>> jvp([a * b, a - b], [a, b], [1.0, 0.0])
    [3.0, 1.0]
    """
    wanted, results = listed("jvp", inputs), listed("jvp", outputs)
    given: dict[Value, float] = {}
    for value, speed in zip(map(as_node, wanted), numbers_for("jvp", wanted, vector), strict=True):
        given[value] = given.get(value, 0.0) + speed
    speeds: dict[Value, float] = {}
    for output in results:
        for node in topological_order(output):
            if node not in speeds:
                terms = zip(node.local_derivatives, node.inputs, strict=True)
                speeds[node] = given.get(node, 0.0) + sum(slope * speeds[value] for slope, value in terms)
    return [speeds[output] for output in results]


def numbers_for(name: str, inputs: Sequence[Value], vector: Iterable[float]) -> list[float]:
    """The numbers of a vector, one for each input."""
    numbers = [as_number(number) for number in vector]
    if len(numbers) != len(inputs):
        raise ValueError(
            f"{name} of {plural(len(inputs), 'input')} needs as many numbers, got {len(numbers)}"
        )
    return numbers

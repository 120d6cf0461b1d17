# cython: annotation_typing=False, infer_types=True
"""What goes into a layer and what its neurons answer, in loops of their own: training is here most often."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if TYPE_CHECKING or not cython.compiled:
    from autograd.core.nary import weighted_sum
    from autograd.core.value import Value, leaf
else:
    from cython.cimports.autograd.core.nary import weighted_sum
    from cython.cimports.autograd.core.value import Value, leaf
    from cython.cimports.cpython.object import PyObject_GenericGetAttr

from nn.activations import linear

usual: Any = None  # a class that looks its attributes up as any object does


def values_of(inputs: Any) -> list[Value]:
    """Each of the inputs as a Value: a number as a new leaf."""
    values: list[Value] = []
    for x in inputs:
        if type(x) is float:
            values.append(leaf(x))
        else:
            values.append(x if isinstance(x, Value) else Value(x))
    return values


def outputs_of(neurons: list[Any], inputs: list[Value]) -> list[Value]:
    """The output of each neuron for the same inputs."""
    global usual
    if not cython.compiled:
        return [neuron.activate(weighted_sum(neuron.weights, inputs, neuron.bias)) for neuron in neurons]
    found: list[Value] = []
    for neuron in neurons:
        kind: Any = type(neuron)
        if kind is not usual and kind.__getattribute__ is object.__getattribute__:
            usual = kind
        is_usual = kind is usual
        weights, bias = attribute(neuron, "weights", is_usual), attribute(neuron, "bias", is_usual)
        activate: Any = attribute(neuron, "activate", is_usual)
        output: Any = weighted_sum(weights, inputs, bias)
        found.append(output if activate is linear else activate(output))
    return found


def attribute(owner: Any, name: str, is_usual: bool) -> Any:
    """An attribute, past the hints of a Module for wrong names, which make a look-up slower by a fourth."""
    if cython.compiled and is_usual:
        try:
            return PyObject_GenericGetAttr(owner, name)
        except AttributeError:
            pass  # to be looked up again, with the hint
    return getattr(owner, name)

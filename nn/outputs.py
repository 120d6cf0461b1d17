# cython: annotation_typing=False, infer_types=True
"""What the neurons of a layer answer, in a loop of its own: a step of training comes here most often."""

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
else:
    from cython.cimports.autograd.core.nary import weighted_sum
    from cython.cimports.cpython.object import PyObject_GenericGetAttr

from autograd.core.value import Value

usual: Any = None  # a class that looks its attributes up as any object does


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
        found.append(attribute(neuron, "activate", is_usual)(weighted_sum(weights, inputs, bias)))
    return found


def attribute(owner: Any, name: str, is_usual: bool) -> Any:
    """An attribute, past the hints of a Module for wrong names, which make a look-up slower by a fourth."""
    if cython.compiled and is_usual:
        try:
            return PyObject_GenericGetAttr(owner, name)
        except AttributeError:
            pass  # to be looked up again, with the hint
    return getattr(owner, name)

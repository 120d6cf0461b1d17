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


from autograd.core.value import Value


def outputs_of(neurons: list[Any], inputs: list[Value]) -> list[Value]:
    """The output of each neuron for the same inputs."""
    return [neuron.activate(weighted_sum(neuron.weights, inputs, neuron.bias)) for neuron in neurons]

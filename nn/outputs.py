# cython: annotation_typing=False, infer_types=True
"""What the neurons of a layer answer, in a loop of its own: a step of training comes here most often."""

try:
    import cython
except ImportError:
    from autograd.core import cython_shim as cython

if cython.compiled:
    from cython.cimports.autograd.core.nary import weighted_sum
else:
    from autograd.core.nary import weighted_sum

from typing import Any

from autograd.core.value import Value


def outputs_of(neurons: list[Any], inputs: list[Value]) -> list[Value]:
    """The output of each neuron for the same inputs."""
    return [neuron.activate(weighted_sum(neuron.weights, inputs, neuron.bias)) for neuron in neurons]

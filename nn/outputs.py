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
    from cython.cimports.nn.search import vars

from nn.activations import linear

PARTS = ("weights", "bias", "activate")  # of a neuron
usual: Any = None  # a class of neurons that have these in a dict of their own,
version: Any = 0  # and which of its versions: a class can be changed


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
    if not cython.compiled:
        return [neuron.activate(weighted_sum(neuron.weights, inputs, neuron.bias)) for neuron in neurons]
    found: list[Value] = []
    for neuron in neurons:
        kind: Any = type(neuron)
        if (kind is usual and version_of(kind) == version) or is_usual(kind):
            parts = vars(neuron)
            weights, bias, activate = parts.get("weights"), parts.get("bias"), parts.get("activate")
        else:
            weights, bias, activate = None, None, None
        if weights is None or bias is None or activate is None:
            weights, bias, activate = neuron.weights, neuron.bias, neuron.activate
        output: Any = weighted_sum(weights, inputs, bias)
        found.append(output if activate is linear else activate(output))
    return found


def is_usual(kind: Any) -> bool:
    """Whether what neurons of a class have is in their own dicts; as it is of the class that is usual then.

    To look there is faster by half than to look an attribute up.
    """
    global usual, version
    plain = kind.__getattribute__ is object.__getattribute__ and kind.__dictoffset__ != 0
    if not plain or any(hasattr(kind, name) for name in PARTS):
        return False
    version = version_of(kind)
    usual = kind if version else None  # 0 is none
    return True


if not cython.compiled:

    def version_of(kind: Any) -> int:
        """Which of its versions a class is: here nothing tells."""
        return 0

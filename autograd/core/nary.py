# cython: annotation_typing=False, infer_types=True
"""Operations of any number of inputs, each recorded as one node. (The C types are in nary.pxd.)"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if TYPE_CHECKING or not cython.compiled:
    from autograd.core import backprop, primitives
    from autograd.core.nodes import (
        attach,
        attach_all,
        connect,
        data_of_inputs,
        inputs_of,
        new_node,
        slopes_of,
    )
    from autograd.core.operands import listed
    from autograd.core.value import Value, apply_one, as_value
else:
    from cython.cimports.autograd.core import backprop, primitives
    from cython.cimports.autograd.core.nodes import (
        attach,
        attach_all,
        connect,
        data_of_inputs,
        inputs_of,
        new_node,
        slopes_of,
    )
    from cython.cimports.autograd.core.operands import listed
    from cython.cimports.autograd.core.value import Value, apply_one, as_value

from collections.abc import Iterable, Sequence

from autograd.core.backprop import as_node
from autograd.core.primitives import Primitive
from autograd.util.text import plural


def apply(primitive: Primitive, inputs: Iterable[Any]) -> Value:
    """Record any primitive, of any number of inputs; numbers among them become leaves."""
    if primitive is None or primitive.name is None:
        raise TypeError(f"expected a primitive, got {primitive!r}")
    things = listed(primitive.name, inputs)
    alone = len(things) == 1 and isinstance(things[0], Value)  # as it is in formulas
    if alone and primitive.arity == 1 and primitive.name != "power_of":
        return apply_one(primitive, cython.cast(Value, things[0]))
    if not (things or primitive.function is not None):
        raise ValueError(f"{primitive.name} needs at least one value, got none")
    node = computed(primitive, 0.0, len(things))
    connect_all(node, 0, things, len(things))
    return settled(node, primitive)


def weighted_sum(weights: Iterable[Any], inputs: Iterable[Any], bias: Any = 0.0) -> Value:
    """Σ wᵢxᵢ + b as one node, a neuron before its activation; its inputs are the weights, the xᵢ, the bias.

    Weights, inputs and bias are Values or numbers; ValueError unless there are as many inputs as weights.

    >>> from autograd import Value
    >>> weighted_sum([Value(2.0), Value(-1.0)], [3.0, 4.0], bias=0.5)
    Value(2.5)
    """
    ws, xs = listed("weighted_sum", weights), listed("weighted_sum", inputs)
    count = len(ws)
    if len(xs) != count:
        raise ValueError(f"weighted_sum of {plural(count, 'weight')} needs as many inputs, got {len(xs)}")
    node = computed(primitives.WEIGHTED_SUM, 0.0, 2 * count + 1)
    connect_all(node, 0, ws, count)
    connect_all(node, count, xs, count)
    attach(node, 2 * count, operand(node, bias))
    return settled(node, primitives.WEIGHTED_SUM)


def computed(primitive: Primitive, data: float, count: int) -> Value:
    """A new Value of a primitive, with room for `count` inputs that are to be connected."""
    return cython.cast(Value, new_node(Value, primitive, data, count))


def connect_all(node: Value, place: int, things: list[Any], count: int) -> None:
    """Make the first `count` of `things` the inputs of `node` from `place` on; numbers become leaves."""
    for i in range(attach_all(node, place, things, count, Value), count):
        attach(node, place + i, operand(node, things[i]))


def operand(node: Value, thing: Any) -> Value:
    """`thing` as an input of `node`."""
    value = as_value(thing)
    if value is None:
        primitive: Any = cython.cast(Primitive, node._primitive)
        name = primitive.name
        raise TypeError(f"{name} takes Values and numbers, not {thing!r}")
    return value


def settled(node: Value, primitive: Primitive) -> Value:
    """A node whose inputs are connected, its data and local derivatives computed."""
    slopes = slopes_of(node)
    if primitive.arity or primitive.function is not None:
        inputs = inputs_of(node)
        node._data, given = primitive.evaluate([inputs[i]._data for i in range(node._count)])
        for i in range(node._count):
            slopes[i] = given[i]
    else:
        node._data = primitive.many(data_of_inputs(node), slopes, node._count)
    return backprop.watch(node, False) if backprop.watched else node


def recorded(primitive: Primitive, data: float, inputs: Sequence[Value], slopes: Iterable[float]) -> Value:
    """A computed node with all that it is to remember."""
    inputs = list(inputs)
    node = computed(primitive, data, len(inputs))
    for i, (value, slope) in enumerate(zip(inputs, slopes, strict=True)):
        connect(node, i, as_node(value), slope)
    return node


def first_outdated(nodes: list[Any]) -> Value | None:
    """The first of `nodes` that is not what its inputs, as they are now, give: a leaf was set since."""
    for thing in nodes:
        node = cython.cast(Value, as_node(thing))
        primitive = node._primitive
        if primitive is None:
            continue
        inputs = inputs_of(node)
        if primitive.function is None and primitive.arity == 2:
            now = primitive.two(inputs[0]._data, inputs[1]._data)[0]
        else:
            now = primitive.evaluate([inputs[i]._data for i in range(node._count)])[0]
        if now != node._data and (now == now or node._data == node._data):
            return node
    return None

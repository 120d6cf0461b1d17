"""The picture of a network as data: columns of neurons with their weights, and the operations around them."""

from collections.abc import Mapping, Sequence
from typing import Any

from autograd import Value
from autograd.internal import (
    FLAT_IS,
    Neuron,
    columns_of,
    format_number,
    format_operation,
    frames_of,
    neurons_in,
)

__all__ = ["shape_of"]

MOST_BOXES = 400  # of more, none can be made out
LONGEST = 18  # letters of an operation that fit into its box


def shape_of(
    order: Sequence[Value],
    root: Value,
    model: Any,
    parameters: Mapping[Value, str],
    names: Mapping[Value, str],
) -> dict[str, Any]:
    """The neurons of a recorded graph and what stands around them; numbers are places in `order`.

    What is a neuron follows from the names of parameters and the graph, as in `draw(…, detail="neurons")`.
    A graph of too many boxes has none.
    """
    places = {node: place for place, node in enumerate(order)}
    indices = {parameter: i for i, parameter in enumerate(parameters)}
    neurons = neurons_in(order, [root], parameters, frames_of(order, parameters, model))
    columns = dict(columns_of(order, neurons))
    if len(columns) > MOST_BOXES:
        return {"neurons": [], "operations": [], "crowded": len(columns)}
    called = dict(names) | {root: "loss"}
    described = []
    for neuron, (layer, number) in zip(neurons, numbered(neurons), strict=True):
        key = f"{layer}.{number}"
        called.setdefault(neuron.output, f"neuron {key}")
        described.append(neuron_as_plain(neuron, key, columns[neuron.output], places, indices))
    outputs = {neuron.output for neuron in neurons}
    unnamed = [node for node in columns if node not in outputs and node not in called]
    called |= {node: f"v{i}" for i, node in enumerate(unnamed, 1)}
    operations = [operation(node, columns[node], places, called) for node in columns if node not in outputs]
    return {"neurons": described, "operations": operations, "crowded": 0}


def neuron_as_plain(
    neuron: Neuron, key: str, column: int, places: Mapping[Value, int], indices: Mapping[Value, int]
) -> dict[str, Any]:
    """A neuron: its weights by their index among the parameters, its values by their place."""
    return {
        "key": key,
        "name": ", ".join(neuron.frame),
        "header": ", ".join(neuron.frame[:-1]),
        "column": column,
        "terms": [[indices[weight], places[value]] for weight, value in neuron.terms],
        "bias": None if neuron.bias is None else indices[neuron.bias],
        "total": places[neuron.total],
        "output": places[neuron.output],
        "activation": neuron.activation,
        "flat": FLAT_IS.get(activation_of(neuron), ""),
    }


def activation_of(neuron: Neuron) -> str:
    """The name of the primitive that is the activation of a neuron, if it is one primitive on the sum."""
    primitive = neuron.output.primitive
    return primitive.name if primitive is not None and neuron.output.inputs == (neuron.total,) else ""


def numbered(neurons: Sequence[Neuron]) -> list[tuple[int, int]]:
    """The number of the layer of each neuron, and its own in that layer."""
    layers: dict[tuple[str, ...], int] = {}
    counts: dict[int, int] = {}
    found = []
    for neuron in neurons:
        layer = layers.setdefault(neuron.frame[:-1] or neuron.frame, len(layers))
        counts[layer] = counts.get(layer, -1) + 1
        found.append((layer, counts[layer]))
    return found


def operation(
    node: Value, column: int, places: Mapping[Value, int], called: Mapping[Value, str]
) -> dict[str, Any]:
    """An operation that is in no neuron."""
    assert node.primitive is not None
    operands = [called.get(value) or format_number(value.data) for value in node.inputs]
    said = format_operation(node.primitive, operands)
    return {
        "place": places[node],
        "column": column,
        "name": called.get(node, ""),
        "sign": said if len(said) <= LONGEST else node.op,
        "said": said,
        "inputs": [places[value] for value in node.inputs],
    }

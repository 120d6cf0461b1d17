"""Neurons found again in a graph: where a weighted sum of a model's parameters and its activation stand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from autograd.core.value import Value
from autograd.naming.model_frames import Frame

__all__ = ["Neuron", "neurons_in"]

Term = tuple[Value, Value]  # a weight and what it multiplies


class Neuron(NamedTuple):
    """A part of the graph that is f(Σ wᵢxᵢ + b): its numbers are those of its operations.

    `total` is the weighted sum, `output` what the activation makes of it (the same node, if there is none),
    `inside` all the computed nodes that it stands for.
    """

    frame: Frame
    terms: tuple[Term, ...]
    bias: Value | None
    total: Value
    output: Value
    inside: frozenset[Value]

    @property
    def activation(self) -> str:
        """The operations after the weighted sum: `tanh`; of none, nothing."""
        between = [node for node in self.inside if node.primitive is not None and node is not self.total]
        follows = [node.op for node in between if self.total in node.inputs or node is self.output]
        return follows[0] if len(follows) == 1 else "" if self.output is self.total else "f"


def neurons_in(
    nodes: Sequence[Value],
    roots: Collection[Value],
    parameters: Collection[Value],
    frames: Mapping[Value, Frame],
) -> list[Neuron]:
    """The neurons among `nodes`, which are in topological order; a node that is in none stays an operation.

    What is taken together is only what can be told truthfully by weights, a bias and one output: sums and
    products in which each input of the neuron has one parameter for a weight, then operations in the same
    frame on that sum alone. What is inside is used nowhere else. They stand in the order of the `parameters`.
    """
    uses: dict[Value, list[Value]] = {}
    for node in nodes:
        for value in dict.fromkeys(node.inputs):
            uses.setdefault(value, []).append(node)
    found: list[Neuron] = []
    taken: set[Value] = set()
    for total in reversed(nodes):
        if total in taken or total not in frames or total.is_leaf:
            continue
        parts = linear_parts(total, parameters, frames)
        if parts is None:
            continue
        terms, bias, inner = parts
        if taken & inner or not closed(inner, total, uses, roots):
            continue
        after = activation_of(total, uses, roots, frames)
        inside = frozenset({*inner, *after})
        found.append(Neuron(frames[total], terms, bias, total, after[-1] if after else total, inside))
        taken |= inside
    places = {node: place for place, node in enumerate(nodes)}
    ranks = {parameter: rank for rank, parameter in enumerate(parameters)}
    return sorted(found, key=lambda neuron: (ranks[neuron.terms[0][0]], places[neuron.total]))


def linear_parts(
    total: Value, parameters: Collection[Value], frames: Mapping[Value, Frame]
) -> tuple[tuple[Term, ...], Value | None, set[Value]] | None:
    """The weights with their inputs, the bias and the nodes of a weighted sum; None if it is none."""
    terms: list[Term] = []
    biases: list[Value] = []
    inner: set[Value] = set()
    pending = [total]
    while pending:
        node = pending.pop()
        if node in parameters:
            biases.append(node)
        elif node.is_leaf or frames.get(node) != frames[total] or node in inner:
            return None
        else:
            inner.add(node)
            name = node.primitive.name if node.primitive is not None else ""
            x, half = node.inputs, len(node.inputs) // 2
            if name in ("add", "sum"):
                pending += x[::-1]
            elif name == "multiply":
                terms.append((x[0], x[1]))
            elif name == "weighted_sum":
                terms += zip(x[:half], x[half:-1], strict=True)
                if not (x[-1].is_leaf and x[-1].data == 0.0 and x[-1] not in parameters):  # no bias
                    pending.append(x[-1])
            else:
                return None
    ordered = [(a, b) if a in parameters else (b, a) for a, b in terms]
    known = all(weight in parameters and value not in parameters for weight, value in ordered)
    inside = any(value in inner for _, value in ordered)
    if not ordered or not known or inside or len(biases) > 1:
        return None
    return tuple(ordered), biases[0] if biases else None, inner


def closed(
    inner: set[Value], total: Value, uses: Mapping[Value, list[Value]], roots: Collection[Value]
) -> bool:
    """Whether what is inside a weighted sum, but for the sum itself, is used nowhere else."""
    others = inner - {total}
    return all(user in inner for node in others for user in uses[node]) and others.isdisjoint(roots)


def activation_of(
    total: Value, uses: Mapping[Value, list[Value]], roots: Collection[Value], frames: Mapping[Value, Frame]
) -> list[Value]:
    """The operations of the same frame on a weighted sum alone, the last of which is the output."""
    after: list[Value] = []
    alone = {total}
    pending = [total]
    while pending:
        for user in uses.get(pending.pop(), []):
            if user not in alone and frames.get(user) == frames[total] and alone.issuperset(user.inputs):
                alone.add(user)
                after.append(user)
                pending.append(user)
    leaving = [node for node in alone if node in roots or not alone.issuperset(uses.get(node, []))]
    return after if after and leaving == [after[-1]] else []


def columns_of(nodes: Sequence[Value], neurons: Sequence[Neuron]) -> Iterator[tuple[Value, int]]:
    """The column of each node that stands in a picture of neurons: one past the last of its inputs."""
    outputs = {neuron.output: neuron for neuron in neurons}
    hidden = {node for neuron in neurons for node in neuron.inside} - outputs.keys()
    columns: dict[Value, int] = {}
    for node in nodes:
        if node in hidden or node.is_leaf:
            continue
        inputs = [value for _, value in outputs[node].terms] if node in outputs else node.inputs
        columns[node] = 1 + max((columns.get(value, 0) for value in inputs), default=0)
        yield node, columns[node]

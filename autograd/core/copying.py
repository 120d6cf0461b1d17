"""Copies and pickles of graphs, without nesting: one of any depth can be copied."""

from collections.abc import Sequence
from operator import getitem
from threading import local
from typing import Any
from weakref import ref

from autograd.core.backprop import topological_order
from autograd.core.nary import recorded
from autograd.core.value import Value
from autograd.util.callers import calls_deepcopy, warn_caller


def copied(root: Value, memo: dict[int, Any]) -> Any:
    """A copy of the graph under `root`; `memo` maps the ids of Values to the copies that there are."""
    if calls_deepcopy():  # of one Value by itself, not of a model or a list of them
        warn_caller(
            "copy.deepcopy of a Value copies all that it was computed from, and no gradient goes from the "
            "copy to the original: use the Value itself, or Value(x.data) for its number alone. (Where a "
            "copy of the graph is meant, copy.deepcopy([x])[0] is silent)"
        )
    for node in topological_order(root):
        if id(node) not in memo:
            memo[id(node)] = again(node, [memo[id(value)] for value in node.inputs])
    return memo[id(root)]


def again(node: Value, inputs: Sequence[Value]) -> Value:
    """The same node once more, of these inputs."""
    if node.primitive is None:
        return restored_leaf(node.data, node.label, node.grad)
    return restored_node(node.primitive, node.data, node.grad, node.label, inputs, node.local_derivatives)


def restored_leaf(data: float, label: str | None, grad: float) -> Value:
    """A leaf with the gradient that it had."""
    node = Value(data, label)
    node.grad = grad
    return node


def restored_node(
    primitive: Any, data: float, grad: float, label: str | None, inputs: Sequence[Value], slopes: Any
) -> Value:
    """A computed node with all that it had."""
    node = recorded(primitive, data, inputs, slopes)
    node.grad, node.label = grad, label
    return node


# --- Pickles ----------------------------------------------------------------------------------------------

here = local()  # .latest() is the latest Graph that this thread pickles, while there is one


class Graph:
    """The computed nodes under a Value that is pickled, but for those in the Graphs `before` it.

    A pickle holds an object once. Values that are pickled together refer to the Graphs they are in, and
    so share nodes when they come back. A Graph lasts as long as the pickling that remembers it; where
    another goes on at the same time, they may meet in both, and are then written with all before them.
    """

    def __init__(self, root: Value, before: "Graph | None") -> None:
        self.before = before
        self.places: dict[Value, int] = before.places if before else {}
        self.start = len(self.places)
        order = topological_order(root)
        self.nodes = [node for node in order if not (node.is_leaf or node in self.places)]
        self.places.update((node, i) for i, node in enumerate(self.nodes, self.start))
        self.is_written = False

    def __reduce__(self) -> Any:
        """To be restored from Values outside, which are pickled as such, and a row for each node."""
        outside: dict[Value, int] = {}
        rows = []
        for node in self.nodes:
            places = [self.places.get(value, -1) - self.start for value in node.inputs]
            for i, value in enumerate(node.inputs):
                if places[i] < 0:
                    places[i] = ~outside.setdefault(value, len(outside))
            rows.append((node.primitive, node.data, node.grad, node.label, places, node.local_derivatives))
        first = [] if not self.is_written else self.all_before()
        self.is_written = True
        return restored, (first, list(outside), rows)

    def all_before(self) -> "list[Graph]":
        """The Graphs before this one, in order: written so, none is nested in another."""
        graphs, graph = [], self.before
        while graph is not None:
            graphs.append(graph)
            graph = graph.before
        return graphs[::-1]


def pickled(node: Value) -> Any:
    """What a pickle makes a Value of: how `__reduce__` answers."""
    if node.is_leaf:
        return restored_leaf, (node.data, node.label, node.grad)
    latest = here.latest() if hasattr(here, "latest") else None
    if latest is None or node not in latest.places:
        latest = Graph(node, latest)
        here.latest = ref(latest)
    graph, place = latest, latest.places[node]
    while place < graph.start:
        graph = graph.before
    return getitem, (graph, place - graph.start)


def restored(first: Any, outside: list[Value], rows: list[Any]) -> list[Value]:
    """The nodes of a Graph."""
    nodes: list[Value] = []
    for primitive, data, grad, label, places, slopes in rows:
        inputs = [nodes[place] if place >= 0 else outside[~place] for place in places]
        nodes.append(restored_node(primitive, data, grad, label, inputs, slopes))
    return nodes

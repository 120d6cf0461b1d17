"""The pictures of one graph for a page that has them all: at every level of detail, and of each part."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from autograd.core.backprop import topological_order
from autograd.core.value import Value
from autograd.drawing.boxes import Figure
from autograd.drawing.dot import Diagram, Shown
from autograd.drawing.draw import FEW, names_in_frames, nodes_to_draw, tidy_svg
from autograd.drawing.network import Network
from autograd.drawing.neurons import Neuron, neurons_in
from autograd.drawing.render import render_svgs
from autograd.drawing.terms import fold_leaves
from autograd.naming.model_frames import Frame, frames_of
from autograd.naming.names import names_of_parameters

__all__ = ["View", "Views", "draw_views"]

FEWEST_FOLDED = 3  # inputs of a weighted sum in the picture of a part: more stand in a table
TIMES_LARGER = 20  # than one picture may be the whole may be, where it is drawn in parts


class View(NamedTuple):
    """One picture: `boxes` has the id of what stands for each Value, `figures` by id what its texts are.

    `weights` has, by the id of an edge, the weight that it is. Of a part, `title` is its name, and `nodes`
    the computed Values whose operations it shows.
    """

    title: str
    svg: str
    boxes: Mapping[Value, str]
    figures: Mapping[str, Sequence[Figure | None]]
    weights: Mapping[str, Value]
    nodes: tuple[Value, ...] = ()


class Views(NamedTuple):
    """All pictures: `levels` of the whole, the coarsest first, and `parts`, which have its operations.

    `names` are those that stand in them, `frames` say where in its model each Value stands.
    """

    levels: list[View]
    parts: list[View]
    names: Mapping[Value, str]
    frames: Mapping[Value, Frame]


def draw_views(
    root: Value,
    *,
    model: Any,
    names: Mapping[Value, str],
    gradients: Mapping[Value, float],
    constants: bool,
    limit: int,
) -> Views:
    """The pictures of the graph of `root`; ids are numbered in topological order in each of them.

    Without neurons to be found there is one level, the operations; where these are few there are no parts.
    """
    nodes = topological_order(root)
    parameters = {value: path for path, value in names_of_parameters(model)}
    frames = frames_of(nodes, parameters, model)
    called = names_in_frames(nodes, parameters, model, names)
    neurons = neurons_in(nodes, [root], parameters, frames)
    few = len(nodes) <= FEW
    nodes_to_draw([root], limit * TIMES_LARGER if neurons else limit)
    drawn: list[tuple[str, Diagram | Network, tuple[Value, ...]]] = []
    if neurons:
        for detail in ("compact",) if few else ("layers", "compact", "neurons"):
            network = Network(nodes, [root], called, neurons, detail, True, True, gradients)
            drawn.append((detail.replace("compact", "neurons"), network, ()))
    shown = Shown(True, True, True, constants)
    if len(nodes) <= limit:
        folds = fold_leaves(nodes, [root])
        whole = Diagram(nodes, [root], called, frames, shown, "LR", gradients, folds=folds)
        drawn.append(("operations", whole, ()))
    count = len(drawn)
    places = {node: place for place, node in enumerate(nodes)}
    for title, part in parts_of(nodes, neurons, called) if neurons and not few else []:
        drawn.append((title, part_diagram(part, root, called, gradients, places, shown), part))
    sources = [
        picture.graph.source if isinstance(picture, Diagram) else picture.source for _, picture, _ in drawn
    ]
    views = [
        View(
            title,
            tidy_svg(svg, {"graph": picture.titles["graph"]}),
            picture.ids if isinstance(picture, Diagram) else picture.boxes_of(),
            picture.figures,
            {} if isinstance(picture, Diagram) else picture.weights,
            part,
        )
        for (title, picture, part), svg in zip(drawn, render_svgs(sources), strict=True)
    ]
    return Views(views[:count], views[count:], called, frames)


def parts_of(
    nodes: Sequence[Value], neurons: Sequence[Neuron], names: Mapping[Value, str]
) -> list[tuple[str, tuple[Value, ...]]]:
    """The parts of a graph with the names of each: a neuron; what hangs together of the other operations."""
    places = {node: place for place, node in enumerate(nodes)}
    within = {node: i for i, neuron in enumerate(neurons) for node in neuron.inside}
    groups: dict[Value, list[Value]] = {}
    for node in nodes:
        if node.is_leaf or node in within:
            continue
        joined = [node]
        for other in {id(groups[x]): groups[x] for x in node.inputs if x in groups}.values():
            joined = other + joined
        groups |= dict.fromkeys(joined, joined)
    parts = [
        (", ".join(neuron.frame), tuple(sorted(neuron.inside, key=places.__getitem__))) for neuron in neurons
    ]
    for group in {id(group): group for group in groups.values()}.values():
        parts.append((names.get(group[-1], "operations"), tuple(sorted(group, key=places.__getitem__))))
    return sorted(parts, key=lambda part: places[part[1][-1]])


def part_diagram(
    part: Collection[Value],
    root: Value,
    names: Mapping[Value, str],
    gradients: Mapping[Value, float],
    places: Mapping[Value, int],
    shown: Shown,
) -> Diagram:
    """The operations of a part, with what goes into it from elsewhere."""
    inputs = dict.fromkeys(value for node in part for value in node.inputs)
    nodes = sorted({*inputs, *part}, key=places.__getitem__)
    folds = {}
    for node in part:
        if node.primitive is not None and node.primitive.name == "weighted_sum":
            own = [x for x in dict.fromkeys(node.inputs) if x not in part and uses(x, part) == 1]
            if len(own) > FEWEST_FOLDED:
                folds[node] = own
    roots = [root] if root in part else []
    return Diagram(
        nodes, roots, names, {}, shown, "LR", gradients, places=places, operations=part, folds=folds
    )


def uses(value: Value, part: Collection[Value]) -> int:
    """How many nodes of a part use a Value."""
    return sum(value in node.inputs for node in part)

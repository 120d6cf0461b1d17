"""The pictures of one graph for a page that has them all: at every level of detail, and of each part."""

from collections.abc import Collection, Iterator, Mapping, Sequence
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
MOST_UPRIGHT = 60  # Values: the operations of more cannot be read as a whole on a phone
TIMES_LARGER = 20  # than one picture may be the whole may be, where it is drawn in parts


class View(NamedTuple):
    """One picture: `boxes` has the id of what stands for each Value, `figures` by id what its texts are.

    `weights` has, by the id of an edge, the weight that it is. An `upright` one goes from the top down, and
    has a twin that goes from left to right. Of a part, `title` is its name, and `nodes` the computed Values
    whose operations it shows.
    """

    title: str
    svg: str
    boxes: Mapping[Value, str]
    figures: Mapping[str, Sequence[Figure | None]]
    weights: Mapping[str, Value]
    upright: bool = False
    nodes: tuple[Value, ...] = ()


class Views(NamedTuple):
    """All pictures: `levels` of the whole, the coarsest first, and `parts`, which have its operations.

    `names` are those that stand in them, `frames` say where in its model each Value stands.
    """

    levels: list[View]
    parts: list[View]
    names: Mapping[Value, str]
    frames: Mapping[Value, Frame]


class Plan(NamedTuple):
    """A picture that is still to be laid out."""

    title: str
    picture: Diagram | Network
    upright: bool
    nodes: tuple[Value, ...] = ()

    def view(self, svg: str) -> View:
        """The picture as it was laid out."""
        picture = self.picture
        titled = tidy_svg(svg, {"graph": picture.titles["graph"]})
        boxes, weights = (
            (picture.ids, {}) if isinstance(picture, Diagram) else (picture.boxes_of(), picture.weights)
        )
        return View(self.title, titled, boxes, picture.figures, weights, self.upright, self.nodes)

    @property
    def source(self) -> str:
        """Its DOT text."""
        return str(self.picture.graph.source if isinstance(self.picture, Diagram) else self.picture.source)


class Planner:
    """Says which pictures of a graph there are; ids are numbered in topological order in each of them."""

    def __init__(
        self,
        root: Value,
        model: Any,
        names: Mapping[Value, str],
        gradients: Mapping[Value, float],
        shown: Shown,
    ) -> None:
        self.root, self.gradients, self.shown = root, gradients, shown
        self.nodes = topological_order(root)
        self.places = {node: place for place, node in enumerate(self.nodes)}
        parameters = {value: path for path, value in names_of_parameters(model)}
        self.frames = frames_of(self.nodes, parameters, model)
        self.names = names_in_frames(self.nodes, parameters, model, names)
        self.neurons = neurons_in(self.nodes, [root], parameters, self.frames)
        self.few = len(self.nodes) <= FEW

    def levels(self, limit: int) -> Iterator[Plan]:
        """The whole, the coarsest first: without neurons to be found, the operations alone."""
        if self.neurons:
            for detail in ("compact",) if self.few else ("layers", "compact", "neurons"):
                title = detail.replace("compact", "neurons")
                for upright in (False, True)[: 2 - (detail == "neurons")]:
                    network = Network(
                        self.nodes, [self.root], self.names, self.neurons, detail, True, True, self.gradients,
                        upright=upright,
                    )  # fmt: skip
                    yield Plan(title, network, upright)
        if len(self.nodes) > limit:
            return
        folds = fold_leaves(self.nodes, [self.root])
        for upright in (False, True)[: 1 + (len(self.nodes) <= MOST_UPRIGHT)]:
            whole = Diagram(
                self.nodes, [self.root], self.names, self.frames, self.shown, "TB" if upright else "LR",
                self.gradients, folds=folds,
            )  # fmt: skip
            yield Plan("operations", whole, upright)

    def parts(self) -> Iterator[Plan]:
        """The operations of each neuron, and of what hangs together of the others; of few none."""
        groups = parts_of(self.nodes, self.neurons, self.names) if self.neurons and not self.few else []
        for title, part in groups:
            for upright in (False, True):
                yield Plan(title, self.part(part, "TB" if upright else "LR"), upright, part)

    def part(self, part: Collection[Value], direction: str) -> Diagram:
        """The operations of a part, with what goes into it from elsewhere."""
        inputs = dict.fromkeys(value for node in part for value in node.inputs)
        nodes = sorted({*inputs, *part}, key=self.places.__getitem__)
        folds = {}
        for node in part:
            if node.primitive is not None and node.primitive.name == "weighted_sum":
                own = [x for x in dict.fromkeys(node.inputs) if x not in part and uses(x, part) == 1]
                if len(own) > FEWEST_FOLDED:
                    folds[node] = own
        return Diagram(
            nodes, [self.root] if self.root in part else [], self.names, {}, self.shown, direction,
            self.gradients, places=self.places, operations=part, folds=folds,
        )  # fmt: skip


def draw_views(
    root: Value,
    *,
    model: Any,
    names: Mapping[Value, str],
    gradients: Mapping[Value, float],
    constants: bool,
    limit: int,
) -> Views:
    """The pictures of the graph of `root`."""
    planner = Planner(root, model, names, gradients, Shown(True, True, True, constants))
    nodes_to_draw([root], limit * TIMES_LARGER if planner.neurons else limit)
    levels, parts = list(planner.levels(limit)), list(planner.parts())
    plans = levels + parts
    svgs = render_svgs([plan.source for plan in plans])
    views = [plan.view(svg) for plan, svg in zip(plans, svgs, strict=True)]
    return Views(views[: len(levels)], views[len(levels) :], planner.names, planner.frames)


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


def uses(value: Value, part: Collection[Value]) -> int:
    """How many nodes of a part use a Value."""
    return sum(value in node.inputs for node in part)

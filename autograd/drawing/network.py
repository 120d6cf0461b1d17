"""A network in one picture: a column a layer, a box a neuron or layer, an edge a weight; the rest operations.

Positions are our own (see places.py). A text of SIZE points has 14 pixels on a slide of 1,280 × 720.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

from autograd.core.value import Value
from autograd.drawing.boxes import ROW, WIDE, Box, Cell, Edge, Figure, Rows, table
from autograd.drawing.ids import edge_id, label_id, layer_id, node_id, weight_id
from autograd.drawing.neurons import Neuron, columns_of
from autograd.drawing.places import Places
from autograd.drawing.style import COMPUTED, FADED, FONT, GRADIENT, INK, LEAF, dot_label, operation_sign
from autograd.naming.model_frames import Frame
from autograd.naming.notation import format_number, format_operation, legible
from autograd.util.text import plural

__all__ = ["Network"]

SIZE = 10.5
ABREAST = 5  # numbers without a name, in a line
POSITIVE, NEGATIVE, SLOPE = "#2b6cb0", "#b7791f", "#5f3dc4"
THIN, THICK = 0.6, 3.4
GRAPH = FONT | {"layout": "nop", "splines": "line", "outputorder": "edgesfirst", "id": "graph"}
GRAPH |= {"bgcolor": "white", "pad": "0.12"}
TABLE = 'CELLBORDER="0" CELLSPACING="0" CELLPADDING="2"'
PLAIN_TABLE = 'BORDER="0" BGCOLOR="white" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2"'


class Network:
    """The DOT text of the picture (`source`), its `ids` and `titles` as in `Diagram`, and its `size`.

    An `upright` one goes from the top down, a row a layer: for a screen that is taller than wide.
    """

    def __init__(
        self,
        nodes: Sequence[Value],
        roots: Sequence[Value],
        names: Mapping[Value, str],
        neurons: Sequence[Neuron],
        detail: str,
        data: bool,
        gradients: bool,
        gradient_of: Mapping[Value, float],
        *,
        upright: bool = False,
    ) -> None:
        self.upright = upright
        self.nodes, self.roots, self.names, self.neurons = nodes, set(roots), names, neurons
        self.data = data
        self.gradient_of = gradient_of
        self.gradients = gradients and any(gradient_of[node] for node in nodes)
        self.places = {node: place for place, node in enumerate(nodes)}
        self.columns = dict(columns_of(nodes, neurons))
        self.outputs = {neuron.output: neuron for neuron in neurons}
        self.ids: dict[Value, str] = {}
        self.boxes: dict[str, Box] = {}
        largest = max((abs(weight.data) for neuron in neurons for weight, _ in neuron.terms), default=0.0)
        self.largest = largest if 0.0 < largest < float("inf") else 1.0
        self.compact = detail == "compact"
        self.figures: dict[str, list[Figure | None]] = {}
        self.weights: dict[str, Value] = {}  # by the id of an edge
        if detail == "layers":
            self.add_layers()
        else:
            self.add_neurons()
        self.add_operations()
        results = ", ".join(self.name(root) for root in roots[:5])
        kind = "layers" if detail == "layers" else "neurons"
        self.titles = {"graph": f"{results} ({kind} of {plural(len(nodes), 'Value')})"}
        self.titles |= {box.id: box.title for box in self.boxes.values()}
        self.titles |= {edge.id: edge.title for box in self.boxes.values() for edge in box.edges}
        self.size = Places(self.boxes, self.compact, upright).size
        self.source = self.written()

    # --- What is in the picture ------------------------------------------------------------------------

    def name(self, node: Value) -> str:
        """What a Value is called in words."""
        return legible(self.names.get(node) or format_number(node.data))

    def numbers(self, node: Value) -> list[Cell]:
        """The data of a Value and its gradient, as far as they are shown."""
        data, grad = Figure("data", (node,)), Figure("grad", (node,))
        cells = [Cell(format_number(node.data), INK, data)] * self.data
        return cells + [Cell(format_number(self.gradient_of[node]), GRADIENT, grad)] * self.gradients

    def lines(self, node: Value) -> Rows:
        """The same, a line each."""
        captions = ["data"] * self.data + ["grad"] * self.gradients
        return [
            [Cell(caption, FADED), cell] for caption, cell in zip(captions, self.numbers(node), strict=True)
        ]

    def say(self, what: str, node: Value) -> str:
        """A title: what it is, and its numbers."""
        return (
            f"{what}: data {format_number(node.data)}"
            + f", gradient {format_number(self.gradient_of[node])}" * self.gradients
        )

    def add_neurons(self) -> None:
        """A box for each neuron, an edge for each weight."""
        captions = neuron_captions(self.neurons)
        for neuron, caption in zip(self.neurons, captions, strict=True):
            node, place = neuron.output, self.places[neuron.output]
            what = f"{', '.join((*neuron.frame[:-1], caption))}"
            title = self.say(f"{what}, {neuron.activation or 'linear'}", node)
            parts = [("b", neuron.bias)] * (neuron.bias is not None)
            parts += [("Σ", neuron.total)] + [(neuron.activation, node)] * (node is not neuron.total)
            full = [[Cell(what, FADED), *self.numbers(value)] for what, value in parts if value is not None]
            numbers = [[cell] for cell in self.numbers(node)] or [[]]
            close = [[Cell(caption if i == 0 else "", ""), *cells] for i, cells in enumerate(numbers)]
            forms: list[Rows] = [[[Cell(caption, "")], *(full if numbers[0] else [])]]
            forms += [[[Cell(caption, "")], *self.lines(node)], close]
            if self.compact:
                forms.append([[Cell(initial(caption), ""), *self.numbers(node)]])
            box = Box(node_id(place), self.columns[node], title, forms, COMPUTED)
            box.header = ", ".join(neuron.frame[:-1])
            for i, (weight, value) in enumerate(neuron.terms):
                words = self.say(f"weight of {caption} for {self.name(value)}", weight)
                edge = Edge(
                    weight_id(place, i), self.box_of(value), words, self.numbers(weight), self.line(weight)
                )
                box.edges.append(edge)
                self.weights[edge.id] = weight
            self.add(box, node)

    def line(self, weight: Value) -> dict[str, str]:
        """How the edge of a weight looks: sign by colour and dash, size by width."""
        share = min(abs(weight.data) / self.largest, 1.0) if weight.data == weight.data else 1.0
        sign = {"color": NEGATIVE, "style": "dashed"} if weight.data < 0.0 else {"color": POSITIVE}
        return {"penwidth": f"{THIN + THICK * share:.2f}", **sign}

    def add_layers(self) -> None:
        """A box for each layer: neurons of one frame on the same inputs."""
        groups: dict[tuple[Frame, tuple[Value, ...]], list[Neuron]] = {}
        for neuron in self.neurons:
            inputs = tuple(value for _, value in neuron.terms)
            groups.setdefault((neuron.frame[:-1] or neuron.frame, inputs), []).append(neuron)
        for (frame, inputs), group in groups.items():
            place = self.places[group[0].output]
            caption = ", ".join(frame)
            kinds = "/".join(dict.fromkeys(neuron.activation or "linear" for neuron in group))
            shape = f"{len(inputs)} → {len(group)}"
            title = f"{caption}: {shape}, {kinds}"
            rows: Rows = [[Cell(caption, "")], [Cell(shape, INK), Cell(kinds, INK)]]
            if self.data or self.gradients:
                heads = ["|data|"] * self.data + ["|grad|"] * self.gradients
                rows.append([Cell("mean", FADED), *(Cell(head, FADED) for head in heads)])
            weights = [weight for neuron in group for weight, _ in neuron.terms]
            biases = [neuron.bias for neuron in group if neuron.bias is not None]
            rows += self.sizes("outputs", [neuron.output for neuron in group])
            rows += self.sizes("weights", weights) + self.sizes("biases", biases)
            box = Box(layer_id(place), self.columns[group[0].output], title, [rows], COMPUTED)
            starts = dict.fromkeys(self.group_of(inputs, value) for value in inputs)
            style = {"color": "#8793a2", "penwidth": "3"}
            box.edges = [
                Edge(f"{layer_id(place)}-{i}", start, title, [], style) for i, start in enumerate(starts)
            ]
            self.add(box, *(neuron.output for neuron in group))

    def sizes(self, what: str, values: Sequence[Value]) -> Rows:
        """A line with the mean size of some Values' data and gradients."""
        if not values or not (self.data or self.gradients):
            return []
        data, grad = (Figure(kind, tuple(values), True) for kind in ("data", "grad"))
        mean, slope = (
            format_number(fmean(map(abs, numbers)))
            for numbers in ([value.data for value in values], [self.gradient_of[value] for value in values])
        )
        cells = [Cell(mean, INK, data)] * self.data + [Cell(slope, GRADIENT, grad)] * self.gradients
        return [[Cell(what, FADED), *cells]]

    def group_of(self, inputs: tuple[Value, ...], value: Value) -> str:
        """The box that an input of a layer comes from; its leaves share one."""
        leaves = [leaf for leaf in inputs if leaf.is_leaf]
        if not value.is_leaf or value in self.ids or len(leaves) == 1:
            return self.box_of(value)
        title = ", ".join(f"{self.name(leaf)} = {format_number(leaf.data)}" for leaf in leaves)
        rows: Rows = [[Cell(plural(len(leaves), "input"), "")], *self.sizes("mean |·|", leaves)]
        self.add(Box(node_id(self.places[value]), 0, title, [rows], LEAF), *leaves)
        return self.ids[value]

    def box_of(self, node: Value) -> str:
        """The id of the box of a Value; a leaf has one when it is met first."""
        if node not in self.ids and node.is_leaf:
            title = self.say(f"{self.name(node)}, a leaf", node)
            row = self.leaf_row(node)
            forms = [[row]]
            if node in self.names:
                forms.insert(0, [[Cell(row[0].words, "")], *self.lines(node)])
            self.add(Box(node_id(self.places[node]), 0, title, forms, LEAF), node)
        return self.ids.get(node, node_id(self.places[node]))

    def leaf_row(self, leaf: Value) -> list[Cell]:
        """A leaf in a line; a number without a name has no gradient that matters."""
        name = self.names.get(leaf)
        if name:
            return [Cell(legible(name), ""), *self.numbers(leaf)]
        return [Cell(format_number(leaf.data), INK, Figure("data", (leaf,)))]

    def add_given(self, box: Box, leaves: Sequence[Value]) -> None:
        """One box under an operation, for the leaves that it uses first."""
        if leaves:
            title = ", ".join(self.say(f"{self.name(leaf)}, a leaf", leaf) for leaf in leaves)
            rows = [self.leaf_row(leaf) for leaf in leaves if leaf in self.names]
            numbers = [self.leaf_row(leaf)[0] for leaf in leaves if leaf not in self.names]
            rows += [numbers[i : i + ABREAST] for i in range(0, len(numbers), ABREAST)]
            id = node_id(self.places[leaves[0]])
            self.add(Box(id, box.column, title, [rows], LEAF, below=True), *leaves)

    def add_operations(self) -> None:
        """A box for each operation that is in no neuron; the leaves that it alone uses stand under it."""
        for node in self.nodes:
            primitive = node.primitive
            if primitive is None or node in self.outputs or node not in self.columns:
                continue
            place = self.places[node]
            sign = operation_sign(primitive, self.name(node.inputs[0]))
            caption = f"{self.names[node]} = {sign}" if node in self.names else sign
            said = format_operation(primitive, [self.name(value) for value in node.inputs])
            title = self.say(f"{self.name(node)} = {said}", node)
            box = Box(node_id(place), self.columns[node], title, [], COMPUTED)
            box.forms.append([[Cell(legible(caption), "white")], *self.lines(node)])
            self.add(box, node)
            fresh = [value for value in dict.fromkeys(node.inputs) if value.is_leaf and value not in self.ids]
            self.add_given(box, fresh)
            for i, (value, slope) in enumerate(zip(node.inputs, node.local_derivatives, strict=True)):
                words = f"local derivative of {self.name(node)} by {self.name(value)}: {format_number(slope)}"
                start = self.box_of(value)
                label = [Cell(format_number(slope), SLOPE)]
                box.edges.append(Edge(edge_id(place, i), start, words, label, {"color": "#8793a2"}, True))

    def add(self, box: Box, *values: Value) -> None:
        """Put a box into the picture, which stands for these Values."""
        self.boxes[box.id] = box
        self.ids.update(dict.fromkeys(values, box.id))

    # --- How it is written -----------------------------------------------------------------------------

    def written(self) -> str:
        """The DOT text."""
        import graphviz  # here, for who draws nothing need not wait for it

        node = FONT | {"fontsize": f"{SIZE}", "fontcolor": INK, "shape": "plain"}
        pad = {"pad": "0.05"} if self.upright else {}
        graph = graphviz.Digraph(graph_attr=GRAPH | pad, node_attr=node, edge_attr={"arrowhead": "none"})
        for box in self.boxes.values():
            rounded = "" if box.rows[0][0][1] == "white" else 'STYLE="ROUNDED"'
            style = f'{box.look} BORDER="{2 if self.is_root(box) else 1}" {rounded} {TABLE}'
            if self.compact and len(box.rows) == 1 and box.edges:
                style += f' WIDTH="{box.column_width:.0f}"'  # lines under each other are of one width
            label = table(box.rows, style)
            self.figures[box.id] = [cell.figure for row in box.rows for cell in row]
            graph.node(box.id, f"<{label}>", id=box.id, pos=f"{box.x:.1f},{box.y:.1f}")
            seen: set[str] = set()
            for i, edge in enumerate(box.edges):
                if box.labels or edge.start not in seen:
                    self.write_edge(graph, box, edge, i)
                seen.add(edge.start)
        self.write_headers(graph)
        return str(graph.source)

    def write_headers(self, graph: Any) -> None:
        """The name of each layer: over its column, or at the left over its row."""
        top = max(box.y + box.height / 2.0 for box in self.boxes.values())
        headed: dict[int, Box] = {}
        for box in self.boxes.values():
            if box.header:
                headed.setdefault(box.column, box)
        for column, box in headed.items():
            x, y = box.x, top + ROW
            if self.upright:
                row = [other for other in self.boxes.values() if other.column == column]
                y = max(other.y + other.height / 2.0 for other in row) + 0.7 * ROW
                x = WIDE * len(box.header) / 2.0
            label = f'<<FONT COLOR="{FADED}"><B>{dot_label(box.header)}</B></FONT>>'
            id = f"header-{column}"
            graph.node(id, label, id=id, pos=f"{x:.1f},{y:.1f}")

    def boxes_of(self) -> dict[Value, str]:
        """The id of the box that stands for each Value: of what is in a neuron, the neuron's."""
        boxes = dict(self.ids)
        for neuron in self.neurons:
            weights = [weight for weight, _ in neuron.terms]
            biases = [] if neuron.bias is None else [neuron.bias]
            for value in (*neuron.inside, *weights, *biases):
                boxes.setdefault(value, self.ids[neuron.output])
        return boxes

    def is_root(self, box: Box) -> bool:
        """Whether a box stands for one of the results."""
        return any(self.ids.get(root) == box.id for root in self.roots)

    def write_edge(self, graph: Any, box: Box, edge: Edge, i: int) -> None:
        """An edge into a box, through what stands on it."""
        start = self.boxes.get(edge.start)
        if start is None:
            return
        leaving, entering = "sn" if self.upright else "ew"
        if start.column == box.column:
            leaving, entering = "we" if self.upright else "ns"
        if not box.labels or not edge.label or start.column == box.column:
            graph.edge(f"{start.id}:{leaving}", f"{box.id}:{entering}", id=edge.id, **edge.style)
            return
        count = sum(
            self.boxes[other.start].column != box.column for other in box.edges if other.start in self.boxes
        )
        x = box.x - box.width / 2.0 - box.label_width / 2.0
        y = box.y + ((count - 1) / 2.0 - i) * (ROW + 4.0)
        columns = [max(len(other.label[j][0]) for other in box.edges) for j in range(len(edge.label))]
        label = table([edge.label], PLAIN_TABLE, columns)
        name = label_id(edge.id)
        self.figures[name] = [cell.figure for cell in edge.label]
        graph.node(name, f"<{label}>", id=name, pos=f"{x:.1f},{y:.1f}")
        graph.edge(f"{start.id}:e", f"{name}:w", id=edge.id, **edge.style)


def initial(caption: str) -> str:
    """A caption with the first letter of its word: of "neuron 3", n3."""
    return re.sub(r"^([^\W\d])\w* (?=\d)", r"\1", caption)


def neuron_captions(neurons: Iterable[Neuron]) -> list[str]:
    """What each neuron is called in its layer; several sums of one frame are counted, uses of one are not."""
    kinds: dict[Frame, dict[tuple[Value, ...], int]] = {}
    for neuron in neurons:
        known = kinds.setdefault(neuron.frame, {})
        known.setdefault(tuple(weight for weight, _ in neuron.terms), len(known))
    captions = []
    for neuron in neurons:
        known = kinds[neuron.frame]
        number = known[tuple(weight for weight, _ in neuron.terms)]
        captions.append(neuron.frame[-1] + (f" [{number}]" if len(known) > 1 else ""))
    return captions

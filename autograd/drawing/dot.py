"""The DOT text of a graph: what each Value, operation, edge and frame looks like."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from autograd.core.primitives import Primitive
from autograd.core.value import Value
from autograd.drawing.boxes import Cell, Figure, table
from autograd.drawing.ids import (
    door_id,
    edge_id,
    node_id,
    operation_id,
    result_id,
    terms_edge_id,
    terms_id,
    to_door_id,
)
from autograd.drawing.shares import shares_in_order
from autograd.drawing.style import COMPUTED, FADED, FONT, GRADIENT, INK, LEAF, dot_label, operation_sign
from autograd.drawing.terms import row_of_input, term_rows
from autograd.naming.model_frames import Frame
from autograd.naming.notation import format_number, format_operation, legible

__all__ = ["Diagram", "Shown"]

GRAPH = FONT | {"bgcolor": "white", "pad": "0.2", "nodesep": "0.15", "ordering": "in", "id": "graph"}
NODE = FONT | {"fontsize": "12", "fontcolor": INK}
SMALL = "10"  # points, of captions and of what stands on edges: in the picture of a part all have one size
EDGE = FONT | {"fontsize": SMALL, "fontcolor": "#5f3dc4", "color": "#8793a2", "arrowsize": "0.6"}
OPERATION = {"style": "filled,rounded", "color": "#2d3748", "fillcolor": "#2d3748", "fontcolor": "white"}
ROUND = {"shape": "circle", "width": "0.36", "fixedsize": "true", "fontsize": "15"}
LONG = {"shape": "box", "height": "0.3", "margin": "0.1,0.03"}
TALL = {"shape": "box", "fontsize": "15"}
CROWD = 12  # the arrowheads of more inputs than this need room
DOOR = {"shape": "box", "style": "filled", "fillcolor": "#8793a2", "penwidth": "0", "fixedsize": "true"}
LENGTH, BREADTH = "0.04", "0.014"  # of the door: a piece of the edge that leads through it
FRAME = {"style": "rounded", "color": "#8793a2", "fontcolor": FADED, "fontsize": "12", "labeljust": "l"}


@dataclass(frozen=True)
class Shown:
    """What is shown of each Value beside its name, and of each edge."""

    data: bool
    gradients: bool
    local_derivatives: bool
    constants: bool = False


def empty_graph(direction: str, operations: Sequence[Value], close: bool) -> Any:
    """A graph without nodes, with room for the edges of such operations between its ranks."""
    import graphviz  # here, for who draws nothing need not wait for it

    fan = max((len(node.inputs) for node in operations), default=0)
    apart = (0.15 if close else 0.3) + 0.02 * min(fan, 40)
    graph = GRAPH | {"rankdir": direction, "ranksep": f"{apart:g}"} | ({"pad": "0.08"} if close else {})
    edge = EDGE | ({"fontsize": NODE["fontsize"]} if close else {})
    return graphviz.Digraph(graph_attr=graph, node_attr=NODE, edge_attr=edge)


class Diagram:
    """A graph as DOT text (`graph.source`), the id of each Value in it, and by id what it says in words.

    `figures` has, by id of a box, which number each of its texts is. With `places`, the nodes are a part of a
    larger graph, where they have these places; only `operations` are then drawn as computed here. `folds` are
    the weighted sums some of whose inputs stand in a table.
    """

    def __init__(
        self,
        nodes: Sequence[Value],
        roots: Sequence[Value],
        names: Mapping[Value, str],
        frames: Mapping[Value, Frame],
        shown: Shown,
        direction: str,
        gradients: Mapping[Value, float],
        *,
        places: Mapping[Value, int] | None = None,
        operations: Collection[Value] | None = None,
        folds: Mapping[Value, Sequence[Value]] | None = None,
    ) -> None:
        self.names, self.roots, self.frames, self.shown = names, set(roots), frames, shown
        self.gradients = gradients
        self.sideways = direction in ("LR", "RL")
        self.small = SMALL if operations is None else NODE["fontsize"]
        self.doors: dict[Value, list[str]] = {}
        self.figures: dict[str, list[Figure | None]] = {}
        self.places = places or {node: place for place, node in enumerate(nodes)}
        self.folds = folds or {}
        self.folded = {value: total for total, values in self.folds.items() for value in values}
        self.ids = {node: self.id_of(node) for node in nodes}
        results = ", ".join(self.name(root) for root in roots[:5])
        self.titles = {"graph": f"{results} ({len(nodes)} Value{'s' * (len(nodes) != 1)})"}
        drawn = [node for node in nodes if not node.is_leaf and (operations is None or node in operations)]
        self.graph = empty_graph(
            direction, [node for node in drawn if node not in self.folds], operations is not None
        )
        self.add_all(nodes, drawn)

    def id_of(self, node: Value) -> str:
        """The id of the box that a Value stands in."""
        if node in self.folded:
            return terms_id(self.places[self.folded[node]])
        return node_id(self.places[node])

    def add_all(self, nodes: Sequence[Value], drawn: Sequence[Value]) -> None:
        """The boxes of the nodes, the operations of those that are drawn as computed here, and the frames."""
        framed = [node for node in nodes if node in self.frames]
        if self.sideways and not self.folds:
            framed.reverse()  # dot lists the inside of a frame from the bottom up, all else from the top down
        for node in [*framed, *(node for node in nodes if node not in self.frames)]:
            if node not in self.folded:
                self.add_value(node)
        for total, values in self.folds.items():
            self.add_terms(total, values)
        for node in drawn:
            if node.primitive is not None:
                self.add_operation(node, node.primitive)
        for shares in shares_in_order([node for node in drawn if node not in self.frames], self.names):
            self.keep_in_order([operation_id(self.places[node]) for node in shares])
            self.keep_in_order([self.ids[node] for node in shares])
        drawn_frames = {node: frame for node, frame in self.frames.items() if node in self.ids}
        self.add_frames(self.graph, drawn_frames, "frame")

    def keep_in_order(self, ids: Sequence[str]) -> None:
        """Have these stand beside each other, the first one first."""
        with self.graph.subgraph() as row:
            row.attr(rank="same")
            for two in pairwise(ids):
                row.edge(*two, style="invis")

    def add_value(self, node: Value) -> None:
        """The box of a Value."""
        id = self.ids[node]
        self.graph.node(id, f"<{self.box(node)}>", id=id, shape="plain")
        gradient = format_number(self.gradients[node])
        self.titles[id] = f"{self.name(node)}: data {format_number(node.data)}, gradient {gradient}"

    def numbers(self, node: Value) -> list[tuple[str, float, str]]:
        """What is shown of a Value: caption, number and colour; a constant has no gradient that matters."""
        shown = [("data", node.data, INK)] * self.shown.data
        return shown + [("grad", self.gradients[node], GRADIENT)] * (
            self.shown.gradients and not self.is_constant(node)
        )

    def is_constant(self, node: Value) -> bool:
        """Whether a node is a number that was written in an expression, and has no name."""
        return not self.shown.constants and node.is_leaf and node not in self.names

    def box(self, node: Value) -> str:
        """The table in a Value's box: its name, and beside it its numbers; of a constant, its number."""
        numbers = self.numbers(node)
        figures: list[Figure | None] = []
        rows = []
        for caption, number, colour in numbers:
            number_cell = f'<TD ALIGN="RIGHT"><FONT COLOR="{colour}">{format_number(number)}</FONT></TD>'
            words = f'<FONT POINT-SIZE="{self.small}" COLOR="{FADED}">{caption}</FONT>'
            caption_cell = f'<TD ALIGN="LEFT">{words}</TD>'
            quiet = self.is_constant(node)
            rows.append(number_cell if quiet else caption_cell + number_cell)
            figures += [Figure(caption, (node,))] if quiet else [None, Figure(caption, (node,))]
        if node in self.names or not rows:
            name = f'<TD ROWSPAN="{len(rows) or 1}"><B>{dot_label(self.names.get(node, " "))}</B></TD>'
            rows[:1] = [f"{name}<VR/>{rows[0]}" if rows else name]
            figures.insert(0, Figure("name", (node,)))
        self.figures[self.ids[node]] = figures
        width = 2 if node in self.roots else 0 if self.is_constant(node) else 1
        style = f'{LEAF if node.is_leaf else COMPUTED} BORDER="{width}"'
        style = style if width else 'BORDER="0"'
        body = "".join(f"<TR>{row}</TR>" for row in rows)
        return f'<TABLE {style} STYLE="ROUNDED" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3">{body}</TABLE>'

    def add_terms(self, total: Value, values: Sequence[Value]) -> None:
        """One box for the inputs of a weighted sum that stand in its table."""

        def cells(value: Value) -> list[Cell]:
            figures = [
                Cell(format_number(number), colour, Figure(what, (value,)))
                for what, number, colour in self.numbers(value)
            ]
            name = Cell(self.names.get(value, ""), "", Figure("name", (value,)))
            return [name, *figures]

        id = terms_id(self.places[total])
        rows = term_rows(total, set(values), cells)
        look = f'{LEAF} BORDER="1" STYLE="ROUNDED" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3"'
        self.graph.node(id, f"<{table(rows, look, ports=True)}>", id=id, shape="plain")
        self.figures[id] = [cell.figure for row in rows for cell in row]
        self.titles[id] = ", ".join(f"{self.name(x)}: data {format_number(x.data)}" for x in values)

    def add_operation(self, node: Value, primitive: Primitive) -> None:
        """The sign of the operation that made a Value, the edges to it, and the line on to the box."""
        place = self.places[node]
        id = operation_id(place)
        sign = operation_sign(primitive, self.name(node.inputs[0]))
        shape = ROUND if len(sign) < 3 else LONG
        folded = set(self.folds.get(node, ()))
        rows = row_of_input(node, folded) if folded else {}
        count = sum(value not in folded for value in node.inputs) - len(rows)
        if count > CROWD:
            shape = TALL | {"height" if self.sideways else "width": f"{0.09 * count:g}"}
        self.graph.node(id, f"<{dot_label(sign)}>", **shape, **OPERATION, id=id)
        self.titles[id] = (
            f"{self.name(node)} = {format_operation(primitive, [self.name(x) for x in node.inputs])}"
        )
        self.graph.edge(id, self.ids[node], id=result_id(place), arrowhead="none", weight="4")
        if folded:
            self.graph.edge(terms_id(place), id, id=terms_edge_id(place))
        for i, (value, slope) in enumerate(zip(node.inputs, node.local_derivatives, strict=True)):
            if value not in folded:
                said = f"local derivative of {self.name(node)} by {self.name(value)}: {format_number(slope)}"
                self.titles[edge_id(place, i)] = said
                if i in rows:
                    self.add_edge_to_row(node, i, rows[i])
                else:
                    self.add_edge(node, i)

    def add_edge(self, node: Value, i: int) -> None:
        """The edge from an input to the operation, with the local derivative."""
        value, place = node.inputs[i], self.places[node]
        label = format_number(node.local_derivatives[i]) if self.shown.local_derivatives else None
        start = self.ids[value]
        if node in self.frames and self.frames[node] != self.frames.get(value):
            start = self.door(node, value, i)
        near = {"weight": "4"} if value.is_leaf and start == self.ids[value] else {}
        self.graph.edge(start, operation_id(place), label, id=edge_id(place, i), **near)

    def add_edge_to_row(self, node: Value, i: int, row: int | None) -> None:
        """The edge from an input of a weighted sum to its line in the table, where its weight stands.

        That is its local derivative, so that the edge need not say it; and it need not arch over the table.
        """
        place = self.places[node]
        end = terms_id(place)
        if row is not None and self.sideways:
            end += f":row{row}:w"
        self.graph.edge(self.ids[node.inputs[i]], end, id=edge_id(place, i))

    def door(self, node: Value, value: Value, i: int) -> str:
        """A point where an edge enters the frame of a node: dot would lead it around the frame otherwise.

        The edge is then drawn in parts: to the door, the door, the rest. `tidied` puts them in one group.
        """
        place = self.places[node]
        door = door_id(place, i)
        self.doors.setdefault(node, []).append(door)
        width, height = (LENGTH, BREADTH) if self.sideways else (BREADTH, LENGTH)
        self.graph.node(door, "", id=door, width=width, height=height, **DOOR)
        self.graph.edge(self.ids[value], door, id=to_door_id(place, i), arrowhead="none")
        return door

    def add_frames(self, graph: Any, frames: Mapping[Value, Frame], number: str) -> None:
        """A frame around the nodes of each layer, and in it around those of each neuron."""
        captions = dict.fromkeys(frame[0] for frame in frames.values())
        for i, caption in enumerate(captions):
            inside = {node: frame[1:] for node, frame in frames.items() if frame[0] == caption}
            while len({frame[:1] for frame in inside.values()} | {()}) == 2 and () not in inside.values():
                caption += f", {next(iter(inside.values()))[0]}"  # the only neuron of its layer: one frame
                inside = {node: frame[1:] for node, frame in inside.items()}
            inner = f"{number}-{i}"
            with graph.subgraph(name=f"cluster {inner}") as cluster:
                cluster.attr(label=f"<{dot_label(caption)}>", id=inner, **FRAME)
                self.titles[inner] = legible(caption)
                for node in inside:
                    operation = [] if node.is_leaf else [operation_id(self.places[node])]
                    terms = [terms_id(self.places[node])] * (node in self.folds)
                    for part in [self.ids[node], *operation, *terms, *self.doors.get(node, [])]:
                        cluster.node(part)
                self.add_frames(cluster, {node: frame for node, frame in inside.items() if frame}, inner)

    def name(self, node: Value) -> str:
        """What a Value is called in words: its name, else its number."""
        return legible(self.names.get(node) or format_number(node.data))

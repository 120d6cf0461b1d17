"""The ids of what is drawn of a graph: each box, operation, edge and line has one, made of its node's place.

A node's place is its number in topological order. The page and the notebook find the parts of a drawing by
these, `node-3`, `op-3`, `edge-3-0`; views.js takes them apart again.
"""

import re

__all__ = [
    "PART", "door_id", "edge_id", "is_piece", "label_id", "layer_id", "node_id", "operation_id",
    "pieces_before", "place_in_id", "result_id", "terms_edge_id", "terms_id", "to_door_id", "weight_id",
]  # fmt: skip

PART = re.compile(
    r'<g id="(?:node|op|edge|result|terms)-(\d+)[-\d]*"'
)  # the group of a part; the place of its node


def node_id(place: int) -> str:
    """The id of the box of a Value."""
    return f"node-{place}"


def place_in_id(id: str) -> int:
    """The place of the Value whose box has that id."""
    return int(id.removeprefix("node-"))


def operation_id(place: int) -> str:
    """The id of the sign of the operation that made a Value."""
    return f"op-{place}"


def result_id(place: int) -> str:
    """The id of the line from an operation to the box of its result."""
    return f"result-{place}"


def edge_id(place: int, input: int) -> str:
    """The id of the edge from an operation's input of that number, counted from 0."""
    return f"edge-{place}-{input}"


def door_id(place: int, input: int) -> str:
    """The id of the point where that edge enters a frame."""
    return f"door-{place}-{input}"


def to_door_id(place: int, input: int) -> str:
    """The id of the part of that edge before the frame."""
    return f"to-{place}-{input}"


def terms_id(place: int) -> str:
    """The id of the table of a weighted sum, in which its weights stand."""
    return f"terms-{place}"


def terms_edge_id(place: int) -> str:
    """The id of the edge from that table to the sum."""
    return f"edge-{place}-terms"


def weight_id(place: int, input: int) -> str:
    """The id of the edge that is the weight of a neuron for its input of that number."""
    return f"weight-{place}-{input}"


def layer_id(place: int) -> str:
    """The id of the box of a layer, whose first neuron has that place."""
    return f"layer-{place}"


def label_id(edge: str) -> str:
    """The id of what stands on an edge."""
    return f"label-{edge}"


def is_piece(id: str) -> bool:
    """Whether this is the id of a piece of an edge: the way to the door of a frame, or the door."""
    return id.startswith(("to-", "door-"))


def pieces_before(edge: str) -> tuple[str, str]:
    """The ids of the pieces that an edge may have before its own: the way to the door, the door."""
    place = edge.removeprefix("edge-")
    return f"to-{place}", f"door-{place}"

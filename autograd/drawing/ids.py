"""The ids of what is drawn of a graph: each box, operation, edge and line has one, made of its node's place.

A node's place is its number in topological order. The page and the notebook find the parts of a drawing by
these; page.js makes the same ones.
"""

import re

__all__ = ["PART", "door_id", "edge_id", "node_id", "operation_id", "place_in_id", "result_id", "to_door_id"]

PART = re.compile(
    r'<g id="(?:node|op|edge|result)-(\d+)[-\d]*"'
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

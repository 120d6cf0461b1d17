"""A recorded graph as the program that a page computes again: numbers, instructions and their rules."""

from collections.abc import Sequence
from math import isfinite
from typing import Any, NamedTuple

from autograd.core.backprop import topological_order
from autograd.core.primitives import Primitive
from autograd.core.value import Value
from autograd.page.javascript import own_rule, rules_in_javascript
from autograd.page.translator import UntranslatableError

__all__ = ["Recorded", "record"]


class Recorded(NamedTuple):
    """What program.js takes: `program` is plain data for JSON, `rules` the text of an expression.

    `program` has, by place in topological order, `values` and `instructions`: null for a leaf, else [name of
    the rule, exponent or null, places of the inputs, local derivatives as recorded]. Where the rule cannot be
    said in JavaScript its name is null, and the node keeps its number. `root` is a place. `fixed` has, by
    place of each leaf that such a node depends on, the reason why it cannot be changed.
    """

    program: dict[str, Any]
    rules: str


def record(root: Value, order: Sequence[Value] | None = None, lanes: bool = False) -> Recorded:
    """The program of the graph of `root`, whose places are those in `order`, by default the topological one.

    lanes: have rules for lanes.js, too, which runs it on many examples at once.

    >>> a = Value(2.0)
    >>> record(a**3.0).program["instructions"]
    [None, ['power_of', 3.0, [0], [12.0]]]
    """
    nodes = topological_order(root) if order is None else order
    places = {node: place for place, node in enumerate(nodes)}
    own: dict[Primitive, int] = {}
    rules: list[str] = []
    reasons: dict[Primitive, str] = {}
    for primitive in dict.fromkeys(node.primitive for node in nodes):
        if primitive is not None and primitive.function is not None:
            try:
                rules.append(own_rule(primitive))
                own[primitive] = len(own)
            except UntranslatableError as reason:
                reasons[primitive] = str(reason)
    program = {
        "values": [json_number(node.data) for node in nodes],
        "instructions": [instruction(node, places, own) for node in nodes],
        "root": places[root],
        "fixed": {places[leaf]: why for leaf, why in fixed(nodes, reasons).items()},
    }
    return Recorded(program, rules_in_javascript(rules, lanes))


def instruction(node: Value, places: dict[Value, int], own: dict[Primitive, int]) -> list[Any] | None:
    """How a node is computed; a leaf is not."""
    primitive = node.primitive
    if primitive is None:
        return None
    name: str | None = primitive.name
    if primitive.function is not None:
        name = f"own{own[primitive]}" if primitive in own else None
    exponent = json_number(primitive.number) if name == "power_of" else None
    slopes = [json_number(slope) for slope in node.local_derivatives]
    return [name, exponent, [places[value] for value in node.inputs], slopes]


def fixed(nodes: Sequence[Value], reasons: dict[Primitive, str]) -> dict[Value, str]:
    """The leaves that a rule without a translation depends on, each with the reason."""
    why: dict[Value, str] = {}
    for node in reversed(nodes):
        if node.primitive is None:
            continue
        reason = reasons.get(node.primitive) or why.get(node)
        if reason:
            why.update(dict.fromkeys(node.inputs, reason))
    return {node: reason for node, reason in why.items() if node.is_leaf}


def json_number(number: float) -> float | str:
    """A number as JSON has it, where there is nothing infinite: JavaScript's Number() reads the text."""
    if isfinite(number):
        return number
    return "NaN" if number != number else "Infinity" if number > 0.0 else "-Infinity"

"""Where things stand in a drawing: no edge arches over a box, and what is numbered stands in order."""

import re
from itertools import pairwise
from typing import Any

import pytest

import nn
from autograd import Value, draw, log_softmax, softmax, topological_order
from autograd.drawing.shares import shares_in_order

Box = tuple[float, float, float, float]  # left, top, right, bottom
GROUP = re.compile(r'<g id="([^"]+)" class="(node|edge)">(.*?)</g>', re.DOTALL)
POINT = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


def boxes_and_edges(svg: str) -> tuple[dict[str, Box], dict[str, list[tuple[float, float]]]]:
    """By id what each box covers, and the points that each edge's curve is drawn between and towards."""
    boxes, edges = {}, {}
    for id, kind, body in GROUP.findall(svg):
        numbers = " ".join(re.findall(r'(?: d|points)="([^"]+)"', body))
        points = [(float(x), float(y)) for x, y in POINT.findall(numbers)]
        for cx, cy, rx, ry in re.findall(r'cx="(.*?)" cy="(.*?)" rx="(.*?)" ry="(.*?)"', body):
            x, y, wide, high = map(float, (cx, cy, rx, ry))
            points += [(x - wide, y - high), (x + wide, y + high)]
        if kind == "edge":
            edges[id] = points
        elif points:
            xs, ys = zip(*points, strict=True)
            boxes[id] = min(xs), min(ys), max(xs), max(ys)
    return boxes, edges


def network(*sizes: int) -> tuple[Any, Value]:
    """A network and its loss, differentiated."""
    model = nn.MLP(sizes[0], sizes[1:], rng=1)
    x = [Value(0.1 * i, f"x{i}") for i in range(sizes[0])]
    output = model(x)
    loss = nn.mse_loss(output, 1.0) if sizes[-1] == 1 else nn.cross_entropy_loss(output, 1)
    loss.backward()
    return model, loss


@pytest.mark.parametrize("sizes", [(2, 4, 1), (3, 4, 4, 2), (2, 3, 3)])
def test_no_edge_arches_over_a_table(sizes: tuple[int, ...]) -> None:
    """An edge stays between what it leads from and what it leads to: it goes around nothing."""
    model, loss = network(*sizes)
    drawing = draw(loss, model=model, detail="operations")
    boxes, edges = boxes_and_edges(drawing.svg)
    tried = 0
    for place, node in enumerate(topological_order(loss)):
        for i, value in enumerate(node.inputs):
            if (points := edges.get(f"edge-{place}-{i}")) and drawing.ids[value] in boxes:  # not a number
                end = f"terms-{place}" if f"terms-{place}" in boxes else f"op-{place}"
                ends = boxes[drawing.ids[value]], boxes[end]
                room = 12.0  # a curve leaves and arrives a little aside
                top, bottom = min(box[1] for box in ends) - room, max(box[3] for box in ends) + room
                left, right = ends[0][0] - room, ends[1][2] + room
                assert all(left <= x <= right and top <= y <= bottom for x, y in points)
                tried += 1
    assert tried > sizes[0] * sizes[1]


@pytest.mark.parametrize("detail", ["operations", "neurons"])
@pytest.mark.parametrize("sizes", [(2, 4, 1), (3, 4, 4, 2), (4, 6, 6, 2)])
def test_neurons_stand_in_order(detail: str, sizes: tuple[int, ...]) -> None:
    """The first neuron of each layer is the uppermost, and its first weight is."""
    model, loss = network(*sizes)
    drawing = draw(loss, model=model, detail=detail)
    boxes, _ = boxes_and_edges(drawing.svg)
    place = {node: place for place, node in enumerate(topological_order(loss))}
    for layer in model.layers:
        made = [next(node for node in place if neuron.bias in node.inputs) for neuron in layer.neurons]
        if detail == "operations":
            tops = [boxes[f"terms-{place[node]}"][1] for node in made]
        else:
            used = [next((user for user in place if node in user.inputs), node) for node in made]
            outputs = [user if user.op == "tanh" else node for user, node in zip(used, made, strict=True)]
            tops = [boxes[f"node-{place[node]}"][1] for node in outputs]
        assert tops == sorted(tops)


@pytest.mark.parametrize("function", [softmax, log_softmax])
@pytest.mark.parametrize("first", [0, 1, 2])
def test_outputs_of_softmax_stand_in_order(function: Any, first: int) -> None:
    """Whichever of them the result uses first; each sign says which it is."""
    x = [Value(0.5, "a"), Value(-1.0, "b"), Value(2.0, "c")]
    p = function(x)
    root = p[first] * 2.0 + p[(first + 1) % 3] * p[(first + 2) % 3]
    drawing = draw(root)
    boxes, _ = boxes_and_edges(drawing.svg)
    tops = [boxes[drawing.ids[share]][1] for share in p]
    assert tops == sorted(tops)
    for name in "abc":
        assert f"{function.__name__}({name}, …)" in drawing.svg


def test_two_outputs_are_in_order_by_what_tells() -> None:
    """A third output, the places of their inputs in one another, else their names."""
    x = [Value(float(i)) for i in range(4)]
    p = softmax(x)
    assert shares_in_order([p[3], p[0]], {}) == [[p[0], p[3]]]
    assert shares_in_order([p[2], p[1], p[0]], {}) == [[p[0], p[1], p[2]]]
    assert shares_in_order([p[2], p[1]], {p[1]: "p[9]", p[2]: "p[10]"}) == [[p[1], p[2]]]
    assert shares_in_order([p[1], p[0].exp()], {}) == []


def test_operations_in_a_network_stand_as_what_they_use() -> None:
    """The shares of a softmax beside the neurons that they are of."""
    model = nn.MLP(2, [3, 3], rng=1)
    p = softmax(model([0.5, -0.25]))
    root = -p[1].log() + p[0] + p[2]
    drawing = draw(root, model=model, detail="neurons")
    boxes, _ = boxes_and_edges(drawing.svg)
    tops = [boxes[drawing.ids[share]][1] for share in p]
    assert all(upper < lower for upper, lower in pairwise(tops))


@pytest.mark.parametrize("detail", ["neurons", "layers"])
def test_a_network_from_the_top_down(detail: str) -> None:
    """With direction="TB" a layer is a row: below what it uses, higher than wide; the same numbers."""
    model, loss = network(2, 4, 1)
    sideways = draw(loss, model=model, detail=detail)
    upright = draw(loss, model=model, detail=detail, direction="TB")
    assert sideways.titles == upright.titles
    boxes, _ = boxes_and_edges(upright.svg)
    across, _ = boxes_and_edges(sideways.svg)
    order = sorted((id for id in boxes if id.startswith(("node", "layer"))), key=lambda name: across[name][0])
    for left, right in pairwise(order):
        if across[left][2] < across[right][0]:  # of columns that follow each other
            assert boxes[left][3] < boxes[right][1]

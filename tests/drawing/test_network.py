"""The picture of a network: what is taken together has the numbers of its operations, and can be read."""

import re
from itertools import combinations
from random import Random
from typing import Any
from xml.etree import ElementTree

import pytest

import nn
from autograd import Value, draw, topological_order
from autograd.drawing.neurons import Neuron, neurons_in
from autograd.naming.model_frames import frames_of
from autograd.naming.names import names_of_parameters
from autograd.naming.notation import format_number

SVG = "{http://www.w3.org/2000/svg}"


class Line(nn.Module):
    """A neuron of a user's own, of products and a sum."""

    def __init__(self, random: Random) -> None:
        self.slope, self.other, self.offset = (Value(random.gauss(0.0, 1.0)) for _ in range(3))

    def __call__(self, x: Any) -> Value:
        return (self.slope * x[0] + x[1] * self.other + self.offset).sigmoid()


class Matrix(nn.Module):
    """A layer of a user's own, whose weights are a list of rows."""

    def __init__(self, random: Random, nin: int, nout: int) -> None:
        self.weights = [[Value(random.gauss(0.0, 1.0)) for _ in range(nin)] for _ in range(nout)]

    def __call__(self, x: Any) -> list[Value]:
        return [sum(w * v for w, v in zip(row, x, strict=True)).relu() for row in self.weights]  # type: ignore


class Mixed(nn.Module):
    """Modules in a Module; a layer that is used twice, or a sum that goes around one."""

    def __init__(self, random: Random) -> None:
        self.first = random.choice([Matrix(random, 2, 2), nn.Layer(2, 2, "tanh", random)])
        self.lines = [Line(random), Line(random)]
        self.last = nn.Neuron(2, random.choice(["linear", "softplus"]), random)
        self.again, self.around = random.random() < 0.5, random.random() < 0.5

    def __call__(self, x: Any) -> Value:
        h = self.first(x)
        h = self.first(h) if self.again else h
        h = [line(h) for line in self.lines]
        return self.last([a + b for a, b in zip(h, x, strict=True)] if self.around else h)


def random_case(seed: int) -> tuple[Any, Value]:
    """A random model and a loss of it, on one example or two that share its weights."""
    random = Random(seed)
    sizes = [random.randint(1, 4) for _ in range(random.randint(1, 3))]
    model: Any = (
        Mixed(random) if seed % 2 else nn.MLP(2, [*sizes, 1], random.choice(["tanh", "relu"]), rng=random)
    )
    for parameter in model.parameters():
        parameter.data = random.gauss(0.0, 1.0)
    outputs = [model([Value(random.gauss(0.0, 1.0)) for _ in range(2)]) for _ in range(random.randint(1, 2))]
    loss = nn.mse_loss(outputs, [random.gauss(0.0, 1.0) for _ in outputs])
    loss.backward()
    return model, loss


def found_in(model: Any, root: Value) -> list[Neuron]:
    """The neurons of a model in a graph."""
    nodes = topological_order(root)
    parameters = {value: path for path, value in names_of_parameters(model)}
    return neurons_in(nodes, [root], parameters, frames_of(nodes, parameters, model))


@pytest.mark.parametrize("seeds", [range(i, i + 20) for i in range(0, 200, 20)])
def test_a_neuron_has_the_numbers_of_its_operations(seeds: range) -> None:
    """Σ wx + b is its sum; its weights get their gradients through it; nothing is lost, or there twice."""
    for seed in seeds:
        model, loss = random_case(seed)
        neurons = found_in(model, loss)
        assert neurons
        through: dict[Value, float] = {}
        for neuron in neurons:
            bias = neuron.bias.data if neuron.bias is not None else 0.0
            products = [w.data * x.data for w, x in neuron.terms]
            assert neuron.total.data == pytest.approx(sum(products) + bias, rel=1e-12, abs=1e-12)
            for weight, x in neuron.terms:
                through[weight] = through.get(weight, 0.0) + neuron.total.grad * x.data
            if neuron.bias is not None:
                through[neuron.bias] = through.get(neuron.bias, 0.0) + neuron.total.grad
        for parameter in model.parameters():
            assert through[parameter] == pytest.approx(parameter.grad, rel=1e-12, abs=1e-12)
        inside = [node for neuron in neurons for node in neuron.inside]
        assert len(inside) == len(set(inside))


@pytest.mark.parametrize("seed", range(6))
def test_the_picture_says_these_numbers(seed: int) -> None:
    """Each neuron, weight and operation has its box or edge, with the numbers of the graph."""
    model, loss = random_case(seed)
    drawing = draw(loss, model=model, detail="neurons")
    neurons = found_in(model, loss)
    inside = {node for neuron in neurons for node in neuron.inside}
    titles = dict(re.findall(r'<g id="([^"]+)"[^>]*>\n<title>(.*?)</title>', drawing.svg))
    for place, node in enumerate(topological_order(loss)):
        numbers = f"data {format_number(node.data)}, gradient {format_number(node.grad)}"
        outputs = [neuron for neuron in neurons if neuron.output is node]
        if outputs:
            assert titles[f"node-{place}"].endswith(numbers)
            for i, (weight, _) in enumerate(outputs[0].terms):
                said = f"data {format_number(weight.data)}, gradient {format_number(weight.grad)}"
                assert titles[f"weight-{place}-{i}"].endswith(said)
        elif not node.is_leaf:
            assert (f"node-{place}" in titles) == (node not in inside)


def network(*sizes: int) -> tuple[Any, Value]:
    """A network and its loss, after a backward pass."""
    model = nn.MLP(sizes[0], sizes[1:], rng=1)
    output = model([Value(0.5 * (-1) ** i + 0.01 * i) for i in range(sizes[0])])
    loss = nn.mse_loss(output, 1.0) if sizes[-1] == 1 else nn.cross_entropy_loss(output, 1)
    loss.backward()
    return model, loss


def boxes(svg: str) -> dict[str, tuple[float, float, float, float]]:
    """The outline of each node: left, top, right, bottom."""
    found = {}
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        if group.get("class") == "node" and not group.get("id", "").startswith("label"):
            outlines = [p.get("d") or p.get("points") or "" for p in group if p.tag != f"{SVG}text"]
            pairs = re.findall(r"(-?[\d.]+),(-?[\d.]+)", " ".join(outlines))
            if pairs:
                xs, ys = ([float(pair[i]) for pair in pairs] for i in (0, 1))
                found[group.get("id", "")] = (min(xs), min(ys), max(xs), max(ys))
    return found


@pytest.mark.parametrize("sizes", [(2, 1), (2, 4, 1), (3, 4, 4, 2), (4, 12, 10, 1)])
@pytest.mark.parametrize("detail", ["neurons", "layers"])
def test_it_can_be_read_on_a_slide(sizes: tuple[int, ...], detail: str) -> None:
    """With its loss on 1,280 × 720 pixels, no text under 14, no box over another."""
    model, loss = network(*sizes)
    svg = draw(loss, model=model, detail=detail).svg
    width, height = (float(n) * 96 / 72 for n in re.findall(r'(?:width|height)="(\d+)pt"', svg)[:2])
    assert (width <= 1280, height <= 720) == (True, True), (width, height)
    assert min(float(size) * 96 / 72 for size in re.findall(r'font-size="([\d.]+)"', svg)) >= 14
    for (one, a), (other, b) in combinations(boxes(svg).items(), 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (one, other)


def test_a_layer_is_a_box() -> None:
    """With its shape, its activation, and the mean size of its outputs and their gradients."""
    model, loss = network(64, 16, 10)
    drawing = draw(loss, model=model)  # neither the operations nor the neurons fit a slide
    assert len(boxes(drawing.svg)) == 5  # inputs, two layers, the loss and its targets
    words = re.findall(r">([^<>]+)</text>", drawing.svg)
    assert {"64 → 16", "tanh", "16 → 10", "linear", "64 inputs"} <= set(words)
    outputs = [neuron.output for neuron in found_in(model, loss)[:16]]
    assert format_number(sum(abs(output.grad) for output in outputs) / 16) in words


def test_the_default_is_the_finest_level_that_can_be_read() -> None:
    """A few operations as they are; a small network by neurons; without a model, operations."""
    neuron = nn.Neuron(2, rng=1)
    assert "op-" in draw(neuron([1.0, 2.0]), model=neuron).svg
    model, loss = network(2, 4, 1)
    assert "weight-" in draw(loss, model=model).svg
    assert "op-" in draw(loss).svg
    assert "op-" in draw(loss, model=model, detail="operations").svg


class Tied(nn.Module):
    """One weight in two layers, which are then no neurons of one frame; and a sum with no weight."""

    def __init__(self) -> None:
        self.inner, self.outer = nn.Neuron(1, rng=1), nn.Neuron(1, rng=2)
        self.outer.weights = self.inner.weights

    def __call__(self, x: Any) -> Value:
        return self.outer([self.inner(x)])


def test_what_is_no_weighted_sum_stays_operations() -> None:
    """A quotient of parameters, and a neuron whose inside is used elsewhere."""

    class Odd(nn.Module):
        def __init__(self) -> None:
            self.a, self.b = Value(2.0), Value(3.0)

        def __call__(self, x: Any) -> Any:
            product = self.a * x[0]
            return [(product + self.b).tanh(), product.exp(), x[0] / self.b]

    model = Odd()
    outputs = model([Value(0.5)])
    svg = draw(outputs, model=model, detail="neurons").svg
    assert svg.count('id="weight-') == 1  # the product alone is a neuron without a bias
    tied = Tied()
    assert [neuron.bias for neuron in found_in(tied, tied([Value(1.0)]))] == [tied.inner.bias]


def test_signs_are_told_by_colour_and_dash() -> None:
    """A negative weight is dashed; the largest is the widest; hovering tells its numbers."""
    neuron = nn.Neuron(2, rng=1)
    neuron.weights[0].data, neuron.weights[1].data = -2.0, 1.0
    svg = draw(neuron([Value(1.0), Value(2.0)]), model=neuron, detail="neurons").svg
    first, second = (re.search(rf'<g id="weight-\d+-{i}".*?</g>', svg, re.DOTALL)[0] for i in (0, 1))  # type: ignore
    assert ("stroke-dasharray" in first, "stroke-dasharray" in second) == (True, False)
    widths = [float(re.search(r'stroke-width="([\d.]+)"', edge)[1]) for edge in (first, second)]  # type: ignore
    assert widths[0] > widths[1]


def test_a_model_is_drawn_by_itself() -> None:
    """draw(model) runs it on as many zeros as it takes, and shows its weights without any pass."""
    model = nn.MLP(3, [4, 2], rng=1)
    svg = draw(model).svg
    assert svg.count('id="weight-') == 3 * 4 + 4 * 2
    assert "grad" not in svg.replace("gradient", "")
    assert format_number(model.parameters()[0].data) in svg
    assert all(parameter.grad == 0.0 for parameter in model.parameters())


def test_what_cannot_be_drawn_is_said() -> None:
    """A level that is none, a level without a model, a model that takes no list."""

    class Silent(nn.Module):
        def __init__(self) -> None:
            self.w = Value(1.0)

    with pytest.raises(ValueError, match="detail is one of operations, neurons, layers"):
        draw(Value(1.0), detail="all")
    with pytest.raises(ValueError, match="needs the model"):
        draw(Value(1.0) * 2.0, detail="neurons")
    with pytest.raises(TypeError, match="Silent takes no list of numbers"):
        draw(Silent())


def test_a_notebook_gets_the_picture_and_a_line_of_text() -> None:
    """Each frontend takes what it can show."""
    bundle = draw(Value(1.0, "a"))._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert bundle["text/plain"].startswith("<Drawing of a")

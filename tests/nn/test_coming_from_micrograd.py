"""Programs as one writes them for micrograd run with the import changed, and train the same net."""

import random
from dataclasses import dataclass, field
from typing import Any

import graphviz
import numpy as np
import pytest

import nn
from autograd import Value, diagnose, draw

XS = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
YS = [1.0, -1.0, -1.0, 1.0]


class Neuron:
    """A neuron written by hand."""

    def __init__(self, nin: int, squash: bool = True) -> None:
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(0.0)
        self.squash = squash

    def __call__(self, x: Any) -> Value:
        act = sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b)
        return act.tanh() if self.squash else act

    def parameters(self) -> list[Value]:
        return self.w + [self.b]


class Layer:
    """Neurons side by side."""

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        self.neurons = [Neuron(nin, **kwargs) for _ in range(nout)]

    def __call__(self, x: Any) -> Any:
        outs = [n(x) for n in self.neurons]
        return outs[0] if len(outs) == 1 else outs

    def parameters(self) -> list[Value]:
        return [p for n in self.neurons for p in n.parameters()]


class MLP:
    """Layers one after the other."""

    def __init__(self, nin: int, nouts: list[int]) -> None:
        sizes = [nin, *nouts]
        self.layers = [Layer(sizes[i], sizes[i + 1]) for i in range(len(nouts))]

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[Value]:
        return [p for layer in self.layers for p in layer.parameters()]


def losses_of(model: Any, iterations: int = 20) -> list[float]:
    """The training loop of the lecture."""
    losses = []
    for _ in range(iterations):
        predictions = [model(x) for x in XS]
        loss = sum((out - y) ** 2 for y, out in zip(YS, predictions, strict=True))
        for p in model.parameters():
            p.grad = 0.0
        loss.backward()
        for p in model.parameters():
            p.data += -0.05 * p.grad
        losses.append(loss.data)
    return losses


def test_three_settings_give_the_same_numbers() -> None:
    """Both activations, and weights drawn from −1 to 1 in the order of the neurons: ours is that net."""
    random.seed(1337)
    by_hand = losses_of(MLP(3, [4, 4, 1]))
    random.seed(1337)
    model = nn.MLP(3, [4, 4, 1], activation="tanh", output_activation="tanh", rng=random)
    random.seed(1337)
    for layer in model.layers:
        for neuron in layer.neurons:
            for w in neuron.w:
                w.data = random.uniform(-1, 1)
    assert losses_of(model) == pytest.approx(by_hand, rel=1e-12)
    assert by_hand[-1] < 0.1 * by_hand[0]


def test_a_backward_pass_by_hand() -> None:
    """Over an order made of `_prev`, with `_backward` of each node: what `backward` gives."""
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    topo: list[Value] = []
    visited = set()

    def build_topo(v: Value) -> None:
        if v not in visited:
            visited.add(v)
            for child in v._prev:
                build_topo(child)
            topo.append(v)

    build_topo(g)
    g.grad = 1.0
    for node in reversed(topo):
        node._backward()
    by_hand = (a.grad, b.grad)
    g.zero_grad()
    g.backward()
    assert by_hand == pytest.approx((a.grad, b.grad))
    assert (round(g.data, 4), round(a.grad, 4), round(b.grad, 4)) == (24.7041, 138.8338, 645.5773)


def test_a_drawing_of_ones_own() -> None:
    """With graphviz, over `_prev` and `_op`; a label that is not set is written as nothing."""

    def trace(root: Value) -> tuple[set[Value], set[tuple[Value, Value]]]:
        nodes, edges = set(), set()

        def build(v: Value) -> None:
            if v not in nodes:
                nodes.add(v)
                for child in v._prev:
                    edges.add((child, v))
                    build(child)

        build(root)
        return nodes, edges

    x, w = Value(2.0, label="x"), Value(-3.0, label="w")
    dot = graphviz.Digraph(format="svg", graph_attr={"rankdir": "LR"})
    nodes, edges = trace((x * w).tanh())
    for n in nodes:
        text = f"{{ {n.label} | data {n.data:.4f} | grad {n.grad:.4f} }}"
        dot.node(name=str(id(n)), label=text, shape="record")
        if n._op:
            dot.node(name=str(id(n)) + n._op, label=n._op)
            dot.edge(str(id(n)) + n._op, str(id(n)))
    for n1, n2 in edges:
        dot.edge(str(id(n1)), str(id(n2)) + n2._op)
    assert (len(nodes), len(edges)) == (4, 3)
    assert "{ x | data 2.0000 | grad 0.0000 }" in dot.source
    assert "{  | data -1.0000 | grad 0.0000 }" in dot.source


def test_an_adam_of_ones_own() -> None:
    """Its state in dicts by Value: what nn.Adam does."""
    model = nn.MLP(3, [4, 1], rng=3)
    twin = nn.MLP(3, [4, 1], rng=3)
    m, v = dict.fromkeys(model.parameters(), 0.0), dict.fromkeys(model.parameters(), 0.0)
    optimizer = nn.Adam(twin.parameters(), 0.02)
    for step in range(1, 11):
        for net in (model, twin):
            net.zero_grad()
            nn.mse_loss([net(x) for x in XS], YS).backward()
        for p in model.parameters():
            m[p] = 0.9 * m[p] + 0.1 * p.grad
            v[p] = 0.999 * v[p] + 0.001 * p.grad**2
            p.data -= 0.02 * (m[p] / (1 - 0.9**step)) / ((v[p] / (1 - 0.999**step)) ** 0.5 + 1e-8)
        optimizer.step()
    ours, theirs = ([p.data for p in net.parameters()] for net in (model, twin))
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_micrograds_words() -> None:
    """nonlin=, .w, .b, and the module random for a source of chance."""
    neuron = nn.Neuron(2, nonlin=False)
    assert (neuron.activation, neuron.w, neuron.b) == ("linear", neuron.weights, neuron.bias)
    assert nn.Layer(2, 3, nonlin=True).neurons[0].activation == "relu"
    random.seed(5)
    first = [p.data for p in nn.MLP(2, [3, 1], rng=random).parameters()]
    random.seed(5)
    assert [p.data for p in nn.MLP(2, [3, 1], rng=random).parameters()] == first
    for wrong, hint in (
        ({"act": "relu"}, 'activation="relu"'),
        ({"seed": 1}, "rng"),
        ({"lr": 1}, "learning_rate"),
    ):
        with pytest.raises(TypeError, match=f"write {hint}"):
            nn.MLP(2, [1], **wrong)


@dataclass
class Head:
    """Parameters in a dataclass."""

    scale: Value = field(default_factory=lambda: Value(2.0))
    rows: list[Value] = field(default_factory=lambda: [Value(0.5)])


class Mixed(nn.Module):
    """A Module of neurons written by hand, a dataclass, an array, and one thing twice."""

    def __init__(self) -> None:
        self.hand = [Neuron(2), Neuron(2)]
        self.inner = nn.Neuron(2, rng=1)
        self.again = self.hand[0]
        self.head = Head()
        self.array = np.array([Value(1.0), self.head.scale], dtype=object)

    def __call__(self, x: Any) -> Value:
        hidden = [n(x) for n in self.hand]
        return self.head.scale * self.inner(hidden) + self.head.rows[0] * self.array[0]


def test_parameters_of_other_things() -> None:
    """All are found, once each, and named by where they are; train moves them."""
    model = Mixed()
    names = model.named_parameters()
    assert len(model.parameters()) == len(names) == 3 + 3 + 3 + 2 + 1
    assert {"hand.1.2", "inner.weights.0", "head.scale", "head.rows.0", "array.0"} <= set(names)
    before = [p.data for p in model.parameters()]
    nn.train(model, [[1.0, 2.0]], [5.0], learning_rate=0.1, max_iterations=1, progress=False)
    assert all(p.data != old for p, old in zip(model.parameters(), before, strict=True))


def test_a_module_inside_of_what_has_parameters() -> None:
    """A search within a search finds each once."""

    class Box:
        def __init__(self) -> None:
            self.inner = nn.Neuron(2, rng=1)

        def parameters(self) -> list[Value]:
            return self.inner.parameters()

    class Outer(nn.Module):
        def __init__(self) -> None:
            self.box = Box()
            self.first = self.box.inner
            self.last = self.box

    outer = Outer()
    assert outer.parameters() == outer.box.parameters()
    assert list(outer.named_parameters()) == ["box.0", "box.1", "box.2"]


def test_models_of_ones_own_in_pictures() -> None:
    """draw, steps and diagnose take anything with parameters() for their model."""
    model = MLP(2, [2, 1])
    y = model([1.0, -1.0])
    assert "p0" in draw(y, model=model, detail="operations").source
    assert "p0" in y.steps(model=model).names.values()
    for p in model.parameters():
        p.data = 0.0
    assert "no gradient reaches" in repr(diagnose(model, [[1.0, 2.0], [0.5, -1.0]]))

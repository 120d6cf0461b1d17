"""explain: all paths and their products, whose sum is the gradient; no explosion."""

import itertools
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Value, explain, grad, topological_order


def random_graph(seed: int) -> tuple[Value, Value]:
    """A leaf and an expression of it, of a few nodes with shared and doubled edges."""
    rng = random.Random(seed)
    nodes = [Value(rng.uniform(-2.0, 2.0)), Value(rng.uniform(-2.0, 2.0))]
    for _ in range(rng.randint(0, 7)):
        a, b = rng.choice(nodes[-4:]), rng.choice(nodes)
        nodes.append(rng.choice([a + b, a * b, a - b, a.tanh()]))
    return nodes[0], nodes[-1]


def every_path(node: Value, value: Value) -> list[list[float]]:
    """All paths from `node` to `value` by plain recursion, each as its local derivatives."""
    if node is value:
        return [[]]
    edges = zip(node.inputs, node.local_derivatives, strict=True)
    return [[*path, slope] for x, slope in edges for path in every_path(x, value)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_all_paths_and_no_others(seed: int, limit: int) -> None:
    """The count is exact, the largest come first, and all together they are the gradient."""
    value, output = random_graph(seed)
    paths = every_path(output, value)
    found = explain(value, output, limit=limit)
    assert found.count == len(paths)
    sizes = sorted((abs(math.prod(path)) for path in paths), reverse=True)[:limit]
    assert [abs(path.product) for path in found.paths] == pytest.approx(sizes)
    whole = explain(value, output, limit=10**6)
    assert sorted(path.local_derivatives for path in whole.paths) == sorted(map(tuple, paths))
    assert found.gradient == grad(output, value)
    assert math.fsum(path.product for path in whole.paths) == pytest.approx(found.gradient, abs=1e-12)


@given(st.integers(0, 2**32))
def test_paths_follow_edges(seed: int) -> None:
    """Each path leads from the Value to the output along inputs; no gradient changes."""
    value, output = random_graph(seed)
    value.grad = 0.25
    for path in explain(value, output).paths:
        assert (path.nodes[0], path.nodes[-1]) == (value, output)
        for (x, node), slope in zip(itertools.pairwise(path.nodes), path.local_derivatives, strict=True):
            assert (x, slope) in zip(node.inputs, node.local_derivatives, strict=True)
    assert value.grad == 0.25
    assert all(node.grad == 0.0 for node in topological_order(output) if node is not value)


@pytest.mark.parametrize("slopes", [(1.0, 1.0), (0.3, 0.7), (1.1, -1.1), (0.0, 1.0), (0.0, 0.0)])
def test_more_paths_than_could_be_counted(slopes: tuple[float, float]) -> None:
    """Of 2¹⁰⁰ paths: their exact number, the gradient, and the largest contributions."""
    x = node = Value(1.0)
    for _ in range(100):
        node = node * slopes[0] + node * slopes[1]
    found = explain(x, node, limit=5)
    assert found.count == 2**100
    assert found.gradient == grad(node, x)
    assert abs(found.paths[0].product) == pytest.approx(max(map(abs, slopes)) ** 100)
    assert "1,267,650,600,228,229,401,496,703,205,376 paths" in str(found)


def test_a_deep_graph() -> None:
    """Depth costs no recursion, and a number of paths with a thousand digits is written short."""
    x = node = Value(1.0)
    for _ in range(5_000):
        node = node + node * 1e-4
    found = explain(x, node, limit=2)
    assert found.count == 2**5_000
    assert str(found).startswith("about 10^1505 paths from x to node; the gradient is 1.649")


def test_infinities_and_nan() -> None:
    """Local derivatives that are no numbers come first and go into the product as IEEE has it."""
    x = Value(0.0)
    y = x.log() + x * float("nan") + x * float("inf") + x * 2.0
    found = explain(x, y)
    assert [path.product for path in found.paths][-1] == 2.0
    assert math.isnan(found.gradient)


def test_how_it_reads() -> None:
    """The names are the caller's; factors stand in the order of the path."""
    a, b, c = Value(2.0), Value(-3.0), Value(10.0)
    d = a * b
    L = (d + c) * a
    assert str(explain(a, L)).splitlines() == [
        "2 paths from a to L; the gradient is -2, the sum of:",
        "  a → d → v1 → L   -3 × 1 × 2 = -6",
        "  a → L                     4 = 4",
    ]
    assert str(explain(a, L, limit=1)).splitlines() == [
        "2 paths from a to L; the gradient is -2, the sum of their products; the 1 largest:",
        "  a → d → v1 → L   -3 × 1 × 2 = -6",
        "  … 1 more",
    ]
    assert str(explain(L, d)) == "no path leads from L to d: the gradient is 0"
    assert str(explain(L, L)) == "1 path from L to L; the gradient is 1, the product:\n  L   1 = 1"


def test_what_cannot_be_explained() -> None:
    """Only Values, and at least one path."""
    x = Value(1.0)
    with pytest.raises(TypeError, match=r"expected a Value, got 1\.0"):
        explain(1.0, x)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"expected a Value, got 1\.0"):
        explain(x, 1.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least 1, not 0"):
        explain(x, x, limit=0)


def test_a_parameter_goes_by_its_short_name_and_its_frame() -> None:
    """As on the page: w0 of layer 0, neuron 1, and w0 in the paths; the same of a neuron alone."""
    model = nn.MLP(2, [2, 1], rng=1)
    x = [Value(0.5, "x0"), Value(-1.0, "x1")]
    y = model(x)
    found = explain(model.layers[0].neurons[1].weights[0], y, model=model)
    assert found.heading.startswith("1 path from w0 of layer 0, neuron 1 to y;")
    assert found.paths[0].names == ("w0", "v3", "v4", "y")
    neuron = nn.Neuron(2, rng=1)
    assert explain(neuron.bias, neuron(x), model=neuron).name == "b of neuron"
    assert explain(neuron.bias, neuron(x)).name == "0"

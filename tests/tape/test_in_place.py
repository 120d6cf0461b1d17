"""Functions computed in place of the sums that they are of: which, and that both can still be asked for."""

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Tape, Value, primitive
from autograd import sum as total

FUNCTIONS = ["relu", "tanh", "sigmoid", "exp"]
WILD = [math.inf, -math.inf, math.nan, 0.0, -0.0, 400.0, -400.0]  # e to ±400 has no loop in C


def is_in_place(node: Value, x: list[Value], root: Value | None = None) -> bool:
    """Whether a tape has a node in the row of its input."""
    places = Tape(node if root is None else root, x).program.places
    return places[node] == places[node.inputs[0]]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_which_functions_are_in_place(name: str) -> None:
    """Those of a sum that nothing else uses, be it a layer's or one of products, or at the root."""
    function: Callable[[Value], Value] = getattr(autograd, name)
    w, x = Value(2.0), Value(3.0)
    for sum_of in (lambda: w * x, lambda: x * x, lambda: w * x + x * x + 1.0, lambda: x - w):
        assert is_in_place(function(sum_of()), [x])
        y = function(sum_of())
        assert is_in_place(y, [x], y * y)


def test_which_are_not_in_place() -> None:
    """Of an input, of another function, of what is used again, of what the lanes share, of a user's own."""
    w, x = Value(2.0), Value(3.0)
    twice = w * x
    y = twice.tanh()
    doubled = primitive(lambda a: (2.0 * a, 2.0))
    assert not is_in_place(y, [x], y + twice)
    assert not is_in_place(y, [x], y * twice.relu())
    assert not is_in_place(x.relu(), [x])
    assert not is_in_place(x.log().relu(), [x])
    assert not is_in_place(doubled(w * x), [x])
    y = (w * w).relu()
    assert not is_in_place(y, [x], y * x)


def network(names: list[str], x: list[Value], w: list[Value]) -> list[Value]:
    """Nodes of a layer of four, of a sum of products and of a neuron of numbers, each under a function."""
    first, second, third = (getattr(autograd, name) for name in names)
    products = [w[i] * x[0] for i in range(4)]
    layer = [products[i] + w[i + 1] * x[1] for i in range(4)]
    hidden = [first(y) for y in layer]
    alone = x[0] * x[1] + w[0] * x[0]
    frozen = 0.5 * x[0] - 0.25 * x[1]
    over = total([w[i] * y for i, y in enumerate(hidden)])
    functions = [second(alone), first(frozen), third(over)]
    root = functions[0] * functions[0] + functions[1] + functions[2]
    return [*products, *layer, *hidden, alone, frozen, over, *functions, root]


def near(found: float, wanted: float) -> bool:
    """Whether numbers are the same but for rounding; infinite or NaN, whether they are the same."""
    if not math.isfinite(wanted):
        return found == wanted or (found != found and wanted != wanted)
    return abs(found - wanted) <= 1e-12 * max(1.0, abs(wanted))


@pytest.mark.parametrize("lanes", [1, 9, 300])
@pytest.mark.parametrize("names", [FUNCTIONS[i:] + FUNCTIONS[: i - 1] for i in range(1, 5)], ids="-".join)
@pytest.mark.parametrize("wild", [None, *WILD])
def test_every_node_around_it(lanes: int, names: list[str], wild: float | None) -> None:
    """Values and gradients of parts, sums, functions and inputs, before and after a backward pass."""
    rng = random.Random(lanes)
    numbers = [rng.uniform(-1.0, 1.0) for _ in range(5)]
    batch = [[rng.uniform(-1.0, 1.0) for _ in range(2)] for _ in range(lanes)]
    if wild is not None:
        batch[-1][0] = wild
    x, w = [Value(1.0), Value(1.0)], [Value(number) for number in numbers]
    nodes = network(names[:3], x, w)
    tape = Tape(nodes[-1], x)
    tape.forward(batch)
    said: list[Any] = []
    for _ in range(2):
        said.append([(tape.values(node), tape.gradients(node)) for node in [*x, *nodes]])
        tape.backward()
    assert repr(said[0]) == repr(said[1])
    grads = [0.0] * len(w)
    for lane, row in enumerate(batch):
        inputs, weights = [Value(number) for number in row], [Value(number) for number in numbers]
        wanted = network(names[:3], inputs, weights)
        wanted[-1].backward(1.0 / lanes)
        for (values, gradients), node in zip(said[0], [*inputs, *wanted], strict=True):
            assert near(values[lane], node.data)
            assert near(gradients[lane], node.grad)
        grads = [grad + weight.grad for grad, weight in zip(grads, weights, strict=True)]
    assert all(near(weight.grad, 2.0 * grad) for weight, grad in zip(w, grads, strict=True))


def test_activations_are_a_group() -> None:
    """The same function of neurons of one layer, those left out and those used twice included."""
    x = Value(1.0)
    layer = [Value(0.1 * i) * x for i in range(8)]
    some = [layer[i].relu() for i in (6, 0, 2, 2)]
    others = [layer[i].tanh() for i in (0, 1)]
    program = Tape(total([*some, *others]), [x]).program
    assert [program.groups[i + 1] - start for i, start in enumerate(program.groups[:-1])] == [4, 4, 2, 1]

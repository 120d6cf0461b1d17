"""Layers found again: which sums are a group, and that in a group each is what the engine says of it."""

import itertools
import math
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Tape, Value, dot, weighted_sum
from autograd import sum as total

LANES = st.sampled_from([1, 2, 7, 8, 9, 24, 33, 100, 257, 600])
WILD = [math.inf, -math.inf, math.nan, 0.0, -0.0, 1e100]


def group_sizes(tape: Tape) -> list[int]:
    """How many instructions each group of a tape has."""
    groups = tape.program.groups
    return [end - start for start, end in itertools.pairwise(groups)]


def by_hand(weights: list[Value], inputs: list[Value], bias: Value) -> Value:
    """A neuron as a loop has it."""
    result = bias
    for weight, x in zip(weights, inputs, strict=True):
        result = result + weight * x
    return result


NEURONS: list[Callable[[list[Value], list[Value], Value], Value]] = [
    weighted_sum,
    by_hand,
    lambda w, x, b: by_hand(x, w, b),
    lambda w, x, b: dot(w, x) + b,
    lambda w, x, b: sum((u * v for u, v in zip(w, x, strict=True)), b),
]


@pytest.mark.parametrize("neuron", NEURONS)
def test_a_layer_is_found_however_it_is_written(neuron: Any) -> None:
    """The neurons of a layer are a group, and their activations one; those of the next are others."""
    x = [Value(1.0), Value(2.0), Value(3.0)]
    inputs = x
    for count in (5, 4):
        outputs = [neuron([Value(0.1) for _ in inputs], inputs, Value(0.5)) for _ in range(count)]
        inputs = [y.tanh() for y in outputs]
    assert group_sizes(Tape(total(inputs), x)) == [5, 5, 4, 4, 1]


def test_what_is_no_layer() -> None:
    """Sums over other operands, over the same in another order, with other constants, and of rows by rows."""
    w, v, x, y = Value(2.0), Value(3.0), Value(5.0), Value(7.0)
    for one, other in [
        (w * x + v * y, v * y + w * x),
        (w * x + v * y, w * x),
        (w * x + v * y, w * x + v * y + 1.0),
        (x * y, x * y),
        (x * x + w * x, x * x + v * x),
    ]:
        assert set(group_sizes(Tape(one.tanh() + other.tanh() + 0.0 * y, [x, y]))) == {1}


def test_a_model_of_layers() -> None:
    """nn.MLP: two groups a layer."""
    x = [Value(0.0), Value(0.0)]
    sizes = group_sizes(Tape(nn.MLP(2, [16, 8, 1], rng=1)(x), x))
    assert [size for size in sizes if size > 1] == [16, 16, 8, 8]


# --- What a group computes ---------------------------------------------------------------------------------


class Net(NamedTuple):
    """Which operands and weights the neurons of two layers have: places in what is there by then."""

    operands: list[int]
    weights: list[list[int]]
    biases: list[int | None]
    next_weights: list[list[int]]


def random_net(rng: random.Random, inputs: int, shared: int) -> Net:
    """Layers of any size, with operands and weights that are there twice, or are constants."""
    count, neurons, next_neurons = rng.randint(1, 11), rng.randint(1, 11), rng.randint(1, 6)
    operands = [rng.randrange(inputs + 3) for _ in range(count)]
    weights = [[rng.randrange(-3, shared) for _ in operands] for _ in range(neurons)]
    biases = [None if rng.random() < 0.3 else rng.randrange(-3, shared)] * neurons
    next_weights = [[rng.randrange(-3, shared) for _ in weights] for _ in range(next_neurons)]
    return Net(operands, weights, biases, next_weights)


def result(net: Net, x: list[Value], shared: list[Value]) -> Value:
    """The net, on inputs, with shared leaves; a negative place is a number."""

    def number(place: int) -> Any:
        return shared[place] if place >= 0 else 0.5 * place

    there = [*x, shared[0], shared[-1] * shared[0], x[0].tanh()]
    operands = [there[place] for place in net.operands]
    layer = []
    for weights, bias in zip(net.weights, net.biases, strict=True):
        products = [operand * number(place) for place, operand in zip(weights, operands, strict=True)]
        layer.append(sum(products) if bias is None else sum(products) + number(bias))
    hidden = [y.relu() if isinstance(y, Value) else Value(y) for y in layer]
    last = [
        total([number(w) * h for w, h in zip(weights, hidden, strict=True)]) for weights in net.next_weights
    ]
    return total([y.tanh() for y in last])


def compare(net: Net, shared: list[float], batch: list[list[float]], weights: list[float]) -> None:
    """Hold values and all gradients of a tape to those of the engine, example by example."""
    x, leaves = [Value(1.0) for _ in batch[0]], [Value(number) for number in shared]
    root = result(net, x, leaves)
    under = {*Tape(root).leaves}
    used = [i for i in range(len(x)) if x[i] in under]
    tape = Tape(root, [x[i] for i in used])
    values = tape.forward([[row[i] for i in used] for row in batch])
    tape.backward(weights)
    slopes = {i: tape.gradients(x[i]) for i in used}
    sums: list[list[float]] = [[] for _ in shared]
    for lane, (row, weight) in enumerate(zip(batch, weights, strict=True)):
        own, theirs = [Value(number) for number in row], [Value(number) for number in shared]
        wanted = result(net, own, theirs)
        wanted.backward(weight)
        assert near(values[lane], wanted.data)
        assert all(near(slopes[i][lane], own[i].grad) for i in used)
        for grads, leaf in zip(sums, theirs, strict=True):
            grads.append(leaf.grad)
    for leaf, grads in zip(leaves, sums, strict=True):
        if leaf in under:
            size = math.fsum(map(abs, grads)) if all(map(math.isfinite, grads)) else 0.0
            assert near(leaf.grad, sum(grads), 1.0 + size)


def near(found: float, wanted: float, size: float = 1.0) -> bool:
    """Whether numbers are the same but for rounding; infinite or NaN, whether they are the same."""
    if not math.isfinite(wanted):
        return found == wanted or (found != found and wanted != wanted)
    return abs(found - wanted) <= 1e-11 * max(size, abs(wanted))


@settings(deadline=None, max_examples=60)
@given(LANES, st.integers(0, 2**32))
def test_a_group_is_its_sums(lanes: int, seed: int) -> None:
    """Odd sizes, operands and weights that are there twice, constants, one lane and several blocks."""
    rng = random.Random(seed)
    inputs, shared = rng.randint(1, 4), rng.randint(1, 6)
    net = random_net(rng, inputs, shared)
    batch = [[rng.uniform(-1.0, 1.0) for _ in range(inputs)] for _ in range(lanes)]
    numbers = [rng.uniform(-1.0, 1.0) for _ in range(shared)]
    compare(net, numbers, batch, [rng.uniform(-1.0, 1.0) for _ in batch])


@pytest.mark.parametrize("lanes", [1, 7, 9, 41])
@pytest.mark.parametrize("wild", WILD)
@pytest.mark.parametrize("shared", [False, True], ids=["input", "weight"])
def test_nan_and_infinity_stay_in_their_lane(lanes: int, wild: float, shared: bool) -> None:
    """Of a lane or of a weight, they come out where the engine has them, and nowhere else."""
    for seed in range(6):
        rng = random.Random(seed)
        net = random_net(rng, 2, 3)
        batch = [[rng.uniform(-1.0, 1.0) for _ in range(2)] for _ in range(lanes)]
        numbers = [rng.uniform(-1.0, 1.0) for _ in range(3)]
        if shared:
            numbers[1] = wild
        else:
            batch[-1][0] = wild  # the lane that the padding repeats
        compare(net, numbers, batch, [1.0] * lanes)


@pytest.mark.parametrize("lanes", [7, 14, 28])
def test_infinity_in_the_last_of_four_vectors(lanes: int) -> None:
    """Of 2, 4 or 8 numbers, the last of them not all in use: what repeats the last lane adds nothing."""
    w, x, y = Value(2.0), Value(1.0), Value(1.0)
    tape = Tape(w * x + y * y, [x, y])  # no layer, for y is no weight
    tape.forward([[1.0, 1.0]] * (lanes - 1) + [[math.inf, 1.0]])
    tape.backward()
    assert w.grad == math.inf


def test_frozen_weights_beside_others() -> None:
    """A number in the place of a weight has no gradient, and its neighbours have theirs."""
    x = [Value(0.0) for _ in range(6)]
    w = [[Value(float(i + j)) if (i + j) % 3 else float(i) for i in range(6)] for j in range(5)]
    layer = [total([a * b for a, b in zip(row, x, strict=True)]).relu() for row in w]
    tape = Tape(total(layer), x)
    tape.forward([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    tape.backward([1.0])
    for row in w:
        assert [a.grad for a in row if isinstance(a, Value)] == [
            float(i + 1) for i, a in enumerate(row) if isinstance(a, Value)
        ]


@pytest.mark.parametrize("weighted", range(4))
def test_one_weight_beside_plain_terms(weighted: int) -> None:
    """Of four neurons one weighs an operand that the others take as it is: the weight has its gradient."""
    x, h, v = Value(1.0), Value(2.0), Value(0.5)
    w = [Value(0.1 * (i + 1)) for i in range(4)]
    layer = [(v * h if i == weighted else h) + a * x for i, a in enumerate(w)]
    tape = Tape(total([y.relu() for y in layer]), [x, h])
    assert 4 in group_sizes(tape)
    tape.forward([[3.0, 5.0], [1.0, 7.0]])
    tape.backward([1.0, 1.0])
    assert v.grad == 12.0
    assert [a.grad for a in w] == [4.0] * 4


# --- What need not be stored -------------------------------------------------------------------------------


def test_rows_that_are_used_once() -> None:
    """A gradient of one contribution is marked: of a layer's operand and what is in its row; of no square."""
    x, y = Value(1.0), Value(2.0)
    hidden = [(Value(0.1 * i) * x + Value(0.2) * y).relu() for i in range(3)]
    squared = (Value(0.5) * hidden[0] + Value(0.25) * hidden[1]).tanh()
    program = Tape(squared * squared + hidden[2] * hidden[0], [x, y]).program
    once = {node for node, place in program.places.items() if place >= 0 and program.used_once[place]}
    assert once == {x, y, hidden[1], hidden[1].inputs[0], hidden[2], hidden[2].inputs[0]}


@pytest.mark.parametrize("weight", [math.inf, math.nan, -1.0, -0.0])
@pytest.mark.parametrize("number", [-1.0, 0.0, -0.0, 2.0, math.inf, -math.inf, math.nan])
def test_relu_tells_its_derivative_from_its_value(weight: float, number: float) -> None:
    """Whatever comes from above, and whether lanes share it or not."""
    for inputs in ([], [0]):
        x, w = Value(number), Value(weight)
        tape = Tape(x.relu() * w, [x for _ in inputs])
        tape.forward([[number for _ in inputs]] * 9)
        tape.backward()
        other, v = Value(number), Value(weight)
        (other.relu() * v).backward()
        slopes = tape.gradients(x) if inputs else [x.grad / 9.0]
        assert all(near(9.0 * slope, other.grad) for slope in slopes)
        assert near(w.grad, v.grad)


@pytest.mark.parametrize("lanes", [1, 9])
def test_gradients_have_the_memory_of_two_layers(lanes: int) -> None:
    """In a deep network those of a layer are where those of the layer before the last were."""
    rng = random.Random(1)
    x = [Value(rng.uniform(-1.0, 1.0)) for _ in range(4)]
    rows = [x]
    for depth in range(30):
        layer = [weighted_sum([Value(rng.gauss(0.0, 0.7)) for _ in x], rows[-1], 0.1) for _ in x]
        rows += [layer, [y.tanh() if depth % 2 else y.relu() for y in layer]]
    aside = rows[20][1] * rows[20][2]  # what is there twice has memory of its own
    tape = Tape(total([*rows[-1], aside, rows[7][0] * rows[7][0], x[0]]), x)
    assert (tape.program.slot_count, tape.program.added_up) == (13, 5)
    tape.forward([[a.data for a in x]] * lanes)
    tape.root.backward()
    for row in rows:
        for node in row:
            assert all(near(lanes * slope, node.grad) for slope in tape.gradients(node))
    leaves = {leaf: leaf.grad for leaf in tape.leaves}
    tape.backward()
    assert all(near(leaf.grad, 2.0 * grad) for leaf, grad in leaves.items())


# --- What all lanes share ----------------------------------------------------------------------------------

LONG: dict[str, Callable[[list[Value]], Any]] = {
    "squares": lambda w: dot(w, w),
    "backwards": lambda w: dot(w, w[::-1]),
    "beside": lambda w: dot(w[:-1], w[1:]),
    "a little further": lambda w: dot(w[:-3], w[3:]),
    "of two halves": lambda w: dot(w[: len(w) // 2], w[len(w) - len(w) // 2 :]),
    "with gaps": lambda w: sum(a * a for i, a in enumerate(w) if i % 20) + 1.0,
    "with numbers": lambda w: dot([*w[:20], *([0.5] * 20), *w[20:]], [*w[:40], *w[20:]]),
    "two": lambda w: sum(a * a for a in w[:27]) * sum(a * a for a in w[27:]),
}


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("count", [63, 64, 65, 66, 67, 71, 72, 73, 150, 337])
def test_a_long_sum_that_all_lanes_share(name: str, count: int) -> None:
    """It is taken in parts, those of numbers side by side as vectors: a penalty, of squares or products."""
    rng = random.Random(count)
    numbers, first = [rng.uniform(-1.0, 1.0) for _ in range(count)], 0.0
    for in_lanes in (False, True):
        w, x = [Value(number) for number in numbers], Value(0.75)
        root = LONG[name](w) + w[0] * x
        if in_lanes:
            tape = Tape(root, [x])
            values = tape.forward([[0.5], [1.0]])
            assert near(sum(values) / 2.0, first)
            tape.backward()
        else:
            first = root.data
            root.backward()
            wanted = [a.grad for a in w]
    assert all(near(a.grad, slope) for a, slope in zip(w, wanted, strict=True))

"""The tape: what it says of a batch is what the engine says of its examples, one by one."""

import copy
import math
import pickle
import random
import signal
import threading
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from engines import IMPORTED, INTERPRETED, both_engines
from graphs import Recipe, build, magnitudes, recipes
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Tape, Value, cross_entropy, dot, maximum, primitive, relu, tanh, weighted_sum
from autograd.core.primitives import PRIMITIVES

Batch = list[list[float]]
LANES = st.sampled_from([1, 2, 7, 8, 9, 64, 130])
SEEDS = st.integers(0, 2**32)


def close(found: list[float], wanted: list[float], scales: list[float]) -> bool:
    """Whether numbers agree to 1e-12 of their scales, the infinite and NaN exactly."""
    return all(
        f == w or (f != f and w != w) or abs(f - w) <= 1e-12 * scale + 1e-300
        for f, w, scale in zip(found, wanted, scales, strict=True)
    )


def one_by_one(recipe: Recipe, inputs: list[int], batch: Batch, weights: list[float]) -> Any:
    """What the engine says: values and their scales; gradients of leaves by lane, and their scales."""
    values, gradients, scales = [], [], []
    for row, weight in zip(batch, weights, strict=True):
        data = list(recipe.leaves)
        for place, number in zip(inputs, row, strict=True):
            data[place] = number
        nodes = build(Recipe(tuple(data), recipe.steps), autograd)
        nodes[-1].backward(weight)
        values.append(nodes[-1].data)
        gradients.append([leaf.grad for leaf in nodes[: len(data)]])
        scales.append(magnitudes(nodes, weight)[: len(data)])
    return values, gradients, scales


NUDGE = 1e-9


def nudged(numbers: Iterable[float], rng: random.Random) -> list[float]:
    """The numbers, each a little larger or smaller."""
    return [number * (1.0 + rng.choice((-NUDGE, NUDGE))) for number in numbers]


def with_sensitivity(scales: list[float], found: list[float], moved: list[float]) -> list[float]:
    """The scales, larger where what was found moves much as its leaves are nudged: rounding does so too."""
    moves = (0.03 / NUDGE * abs(a - b) for a, b in zip(found, moved, strict=True))
    return [scale + (move if move < math.inf else 0.0) for scale, move in zip(scales, moves, strict=True)]


@settings(deadline=None)
@given(recipes(20), LANES, SEEDS)
def test_a_batch_is_its_examples(recipe: Recipe, lanes: int, seed: int) -> None:
    """Values and the gradients of shared leaves and of inputs are those of the engine, to 1e-12."""
    rng = random.Random(seed)
    nodes = build(recipe, autograd)
    under = set(autograd.topological_order(nodes[-1]))
    leaves = [i for i in range(len(recipe.leaves)) if nodes[i] in under]
    inputs = [i for i in leaves if rng.random() < 0.5]
    batch = [[recipe.leaves[i] * rng.uniform(0.9, 1.1) for i in inputs] for _ in range(lanes)]
    weights = [rng.uniform(-1.0, 1.0) for _ in batch]
    tape = Tape(nodes[-1], [nodes[i] for i in inputs])
    values, gradients, scales = one_by_one(recipe, inputs, batch, weights)
    elsewhere = recipe._replace(leaves=tuple(nudged(recipe.leaves, rng)))
    moved, moved_gradients, _ = one_by_one(elsewhere, inputs, [nudged(row, rng) for row in batch], weights)
    of_values = with_sensitivity([abs(value) + 1e-3 for value in values], values, moved)
    assert close(tape.forward(batch), values, of_values)
    tape.backward(weights)
    for i in leaves:
        ours = [row[i] for row in gradients]
        theirs = with_sensitivity([row[i] for row in scales], ours, [row[i] for row in moved_gradients])
        if i in inputs:
            assert close(tape.gradients(nodes[i]), ours, theirs)
        else:
            assert close([nodes[i].grad], [math.fsum(ours)], [math.fsum(theirs)])


# --- Numbers that are not numbers -------------------------------------------------------------------------

EXPRESSIONS: list[Callable[[Value, Value], Value]] = [
    lambda w, x: w * x, lambda w, x: w + x, lambda w, x: x - w, lambda w, x: w / x, lambda w, x: -x * w,
    lambda w, x: relu(w * x), lambda w, x: (w * x).sqrt(), lambda w, x: (w * x).log(), lambda w, x: x**w,
    lambda w, x: (w * x) ** 2, lambda w, x: tanh(w * x), lambda w, x: maximum(w, x),
    lambda w, x: abs(x) * w, lambda w, x: weighted_sum([w, x], [x, w], w),
    lambda w, x: dot([w, w], [x, 1.0]), lambda w, x: autograd.sum([w, x]), lambda w, x: w * relu(x),
    lambda w, x: cross_entropy([w, x], [0.0, 1.0]), lambda w, x: x * 1.0,
    lambda w, x: w * x + w * w + x, lambda w, x: x * x + (w + w * x), lambda w, x: (x - w) - x * w,
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("shared", [0.0, -0.0, 2.0, -1.5, math.inf, math.nan])
def test_nan_infinity_and_zero_travel(expression: Callable[[Value, Value], Value], shared: float) -> None:
    """They come out where the engine has them, whatever lanes stand beside them."""
    numbers = [1.0, 0.0, -0.0, math.inf, -math.inf, math.nan, -2.0, 5e-324, 3.0, 0.0]
    for lanes in (numbers, numbers[:1], numbers[:2], numbers[-1:], numbers[:9]):
        w, x = Value(shared), Value(1.0)
        tape = Tape(expression(w, x), [x])
        values = tape.forward([[number] for number in lanes])
        tape.backward([1.0] * len(lanes))
        single = Value(shared)
        for number, value in zip(lanes, values, strict=True):
            result = expression(single, Value(number))
            assert close([value], [result.data], [abs(value)])
            result.backward()
        assert close([w.grad], [single.grad], [abs(single.grad)])


@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "exp", "softplus", "sin"])
def test_loops_of_their_own_follow_the_rules(name: str) -> None:
    """Values and derivatives are the rule's to a few units in the last place, for numbers of any size."""
    rng = random.Random(name)
    tiny = [10.0 ** rng.uniform(-320.0, 0.0) * rng.choice([-1.0, 1.0]) for _ in range(500)]
    usual = [rng.uniform(-40.0, 40.0) for _ in range(3000)] + [
        i * math.log(2.0) / 4.0 for i in range(-90, 90)
    ]
    large = [rng.uniform(-299.9, 299.9) for _ in range(500)]
    huge = [rng.uniform(-800.0, 800.0) for _ in range(100)] + [math.inf, -math.inf, math.nan, 0.0, -0.0]
    x = Value(1.0)
    for numbers in (tiny, usual, large, huge):
        tape = Tape(getattr(autograd, name)(x), [x])
        values = tape.forward([[number] for number in numbers])
        tape.backward([1.0] * len(numbers))
        for number, value, slope in zip(numbers, values, tape.gradients(x), strict=True):
            wanted, (wanted_slope,) = PRIMITIVES[name].evaluate([number])
            assert value == wanted or abs(value - wanted) <= 1e-15 * abs(wanted) or wanted != wanted
            assert math.copysign(1.0, value) == math.copysign(1.0, wanted) or wanted != wanted
            error = abs(slope - wanted_slope)
            assert slope == wanted_slope or error <= 2e-15 * wanted_slope or wanted_slope != wanted_slope


# --- What a tape is asked to do ----------------------------------------------------------------------------


def moons_tape() -> tuple[Tape, list[Value]]:
    """A small expression with a label, and its parameters."""
    w, b = Value(0.5, "w"), Value(0.25, "b")
    x, y = Value(1.0, "x"), Value(1.0, "y")
    return Tape(relu(1.0 - y * (w * x + b)) + 0.1 * w**2, [x, y]), [w, b]


def test_the_mean_is_the_default() -> None:
    """backward() is that of the mean over the rows; leaves add up over passes."""
    tape, (w, b) = moons_tape()
    values = tape.forward([[1.0, 1.0], [2.0, -1.0], [0.0, 1.0]])
    assert values == [0.275, 2.275, 0.775]
    tape.backward()
    assert (w.grad, b.grad) == (pytest.approx(1.0 / 3.0 + 0.1), pytest.approx(-1.0 / 3.0))
    tape.backward()
    assert w.grad == pytest.approx(2.0 / 3.0 + 0.2)


def test_parameters_are_read_anew() -> None:
    """What a leaf holds when forward is called counts, there and in the backward pass after it."""
    w, x = Value(2.0), Value(1.0)
    tape = Tape(w * w * x, [x])
    w.data = 3.0
    assert tape.forward([[1.0], [2.0]]) == [9.0, 18.0]
    w.data = 100.0
    tape.backward([1.0, 0.0])
    assert w.grad == 6.0


@pytest.mark.parametrize("steps", [1, 3])
def test_descent_is_forward_backward_and_update(steps: int) -> None:
    """descend() is the three of them, so many times, and sets the gradients of the parameters alone."""
    (tape, parameters), (twin, others) = moons_tape(), moons_tape()
    batch = [[1.0, 1.0], [2.0, -1.0], [0.0, 1.0]]
    for _ in range(3):
        means = []
        for _ in range(steps):
            means.append(sum(twin.forward(batch)) / 3)
            for leaf in twin.leaves:
                leaf.grad = 0.0
            twin.backward()
            for leaf in others:
                leaf.data -= 0.1 * leaf.grad
        assert tape.descend(batch, parameters, 0.1, steps) == pytest.approx(means, rel=1e-15)
        assert [p.data for p in parameters] == pytest.approx([p.data for p in others], rel=1e-15)
        assert [p.grad for p in parameters] == pytest.approx([p.grad for p in others], rel=1e-15)
    assert [leaf.grad for leaf in tape.leaves if leaf not in parameters] == [0.0] * (len(tape.leaves) - 2)
    assert tape.values(tape.root) == pytest.approx(twin.values(twin.root), rel=1e-15)
    assert tape.gradients(tape.inputs[0]) == pytest.approx(twin.gradients(twin.inputs[0]), rel=1e-15)


def test_descents_over_many_lanes() -> None:
    """The mean is over all blocks of lanes, of a root that is an input too."""
    w, x = Value(0.0), Value(1.0)
    batch = [[float(i)] for i in range(600)]
    for parameters in ([w], (w,), iter([w])):
        assert Tape(w * x + x, [x]).descend(batch, parameters, 0.0, steps=2) == [299.5, 299.5]
    assert Tape(x, [x]).descend(batch, [], 0.1) == [299.5]
    assert Tape((w + 3.0) * 2.0).descend([[], []], [w], 0.0) == [6.0]
    (tape, w), (twin, v) = ((Tape(tanh(p * x), [x]), p) for p in (Value(0.01), Value(0.01)))
    mean = math.fsum(twin.forward(batch)) / 600
    twin.backward()
    assert tape.descend(batch, [w], 0.1) == pytest.approx([mean])
    assert w.grad == pytest.approx(v.grad)


def test_descents_that_are_none() -> None:
    """What cannot be moved, or not so many times, is an error, and nothing moves."""
    tape, (w, b) = moons_tape()
    for moved, rate, steps, error, message in [
        ([Value(1.0)], 0.1, 1, ValueError, "not under the root"),
        ([tape.inputs[0]], 0.1, 1, ValueError, "is no shared leaf of this tape"),
        ([tape.root], 0.1, 1, ValueError, "is no shared leaf of this tape"),
        ([w, w], 0.1, 1, ValueError, "twice"),
        (w, 0.1, 1, TypeError, "a list of Values"),
        ([w], "0.1", 1, TypeError, "expected a number"),
        ([w, 3.0], 0.1, 1, ValueError, "not under the root"),
        ([w], 0.1, 0, ValueError, "a whole number above 0, got 0"),
        ([w], 0.1, 1.5, ValueError, r"a whole number above 0, got 1\.5"),
        ([w], 0.1, "3", ValueError, "a whole number above 0, got '3'"),
    ]:
        with pytest.raises(error, match=message):
            tape.descend([[1.0, 1.0]], moved, rate, steps)
    assert (w.data, b.data) == (0.5, 0.25)
    assert (w.grad, b.grad) == (0.0, 0.0)


def test_a_descent_ends_after_whole_steps() -> None:
    """Where a user's primitive raises, the parameters are those of the step before."""

    @primitive
    def picky(x: float) -> tuple[float, float]:
        if x < 0.5:
            raise ValueError("too small")
        return x, 1.0

    w, v, x = Value(1.0), Value(0.0), Value(1.0)
    tape = Tape(picky(w * x) + v * x, [x])
    with pytest.raises(ValueError, match="too small"):
        tape.descend([[1.0], [1.0]], [w, v], 0.25, steps=100)
    assert (w.data, v.data) == (0.25, -0.75)
    with pytest.raises(RuntimeError, match="no numbers yet"):
        tape.backward()


def test_ctrl_c_ends_a_descent() -> None:
    """Ctrl-C comes through between two steps, and long before the last."""
    w, x = Value(1.0), Value(1.0)
    tape = Tape(w * x, [x])
    threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        tape.descend([[1.0]] * 10_000, [w], 1e-7, steps=1_000_000)
    assert w.data < 1.0


def test_batches_of_changing_size() -> None:
    """A shorter batch, then a longer one, leave nothing of the batch before."""
    w, x = Value(2.0), Value(1.0)
    tape = Tape(tanh(w * x), [x])
    for lanes in (100, 3, 17, 1, 600, 5):
        rows = [[0.01 * i] for i in range(lanes)]
        assert tape.forward(rows) == pytest.approx([math.tanh(0.02 * i) for i in range(lanes)], rel=1e-14)
        w.grad = 0.0
        tape.backward()
        slopes = [row[0] / math.cosh(2.0 * row[0]) ** 2 for row in rows]
        assert w.grad == pytest.approx(sum(slopes) / lanes, rel=1e-12, abs=1e-300)


def test_values_and_gradients_of_any_node() -> None:
    """Every node's values by lane, and the gradient by any that depends on an input."""
    w, x = Value(3.0), Value(1.0)
    square = x * x
    tape = Tape(w * square + w * w, [x])
    tape.forward([[1.0], [2.0]])
    tape.backward([1.0, 10.0])
    assert tape.values(square) == [1.0, 4.0]
    assert tape.values(w) == [3.0, 3.0]
    assert tape.gradients(square) == [3.0, 30.0]
    assert tape.gradients(x) == [6.0, 120.0]
    assert w.grad == 1.0 + 6.0 + 10.0 * (4.0 + 6.0)
    with pytest.raises(ValueError, match=r"shared by the lanes: its gradient, their sum, is in its \.grad"):
        tape.gradients(w)


def test_gradients_before_a_backward_pass() -> None:
    """They are those of the mean of this batch, whatever was asked of the one before."""
    w, x = Value(2.0), Value(0.0)
    tape = Tape(w * x * x, [x])
    for _ in range(2):
        tape.forward([[1.0], [3.0]])
        assert tape.gradients(x) == [2.0, 6.0]
        tape.backward([5.0, 5.0])
        assert tape.gradients(x) == [20.0, 60.0]
    assert w.grad == 100.0


def test_a_root_that_is_a_leaf_or_shared() -> None:
    """A root that is an input itself, or depends on none, is as good as any."""
    x, w = Value(1.0), Value(3.0)
    tape = Tape(x, [x])
    assert tape.forward([[5.0], [6.0]]) == [5.0, 6.0]
    assert tape.gradients(x) == [0.5, 0.5]
    tape = Tape(w * w)
    assert tape.forward([[], [], []]) == [9.0, 9.0, 9.0]
    tape.backward([1.0, 2.0, 3.0])
    assert w.grad == 36.0


def test_deep_and_wide_expressions() -> None:
    """Chains and sums of many thousands of nodes."""
    x = Value(1.0)
    y = x
    for _ in range(20_000):
        y = y + 0.001
    assert Tape(y, [x]).forward([[0.0], [1.0]]) == pytest.approx([20.0, 21.0])
    many = [Value(1.0) for _ in range(5_000)]
    tape = Tape(autograd.sum(many) * x, [x])
    assert tape.forward([[1.0], [2.0]]) == [5_000.0, 10_000.0]
    tape.backward()
    assert many[17].grad == 1.5


def test_a_primitive_of_a_users_own() -> None:
    """A user's function is called for each lane; what it raises comes through."""

    @primitive
    def cube(x: float) -> tuple[float, float]:
        if x > 100.0:
            raise ValueError("too large to cube")
        return x**3, 3.0 * x * x

    w, x = Value(2.0), Value(1.0)
    tape = Tape(cube(w * x), [x])
    assert tape.forward([[1.0], [2.0]]) == [8.0, 64.0]
    tape.backward([1.0, 1.0])
    assert w.grad == 12.0 + 96.0
    with pytest.raises(ValueError, match="too large to cube"):
        tape.forward([[1.0], [1000.0]])
    with pytest.raises(RuntimeError, match="forward"):
        tape.backward()


@pytest.mark.parametrize(
    "array",
    [
        np.array([[1.0, 1.0], [2.0, -1.0], [0.0, 1.0]]),
        np.asfortranarray([[1.0, 1.0], [2.0, -1.0], [0.0, 1.0]]),
        np.array([[1.0, 0.0, 2.0, 0.0, 0.0], [1.0, 0.0, -1.0, 0.0, 1.0]])[:, ::2].T,
        np.array([[0.0, 1.0], [2.0, -1.0], [1.0, 1.0]])[::-1],
        np.array([[1, 1], [2, -1], [0, 1]]),
        np.array([[1, 1], [2, -1], [0, 1]], dtype=np.float32),
        np.array([[1, 1], [2, -1], [0, 1]], dtype=">f8"),
        ((1, 1), [2.0, -1], np.array([0.0, 1.0])),
        np.array([[1.0, 1.0], [2.0, -1.0], [0.0, 1.0]]).data,
    ],
    ids=["rows", "columns", "every second", "backwards", "int", "float32", "big-endian", "mixed", "view"],
)
def test_batches_of_any_layout(array: Any) -> None:
    """Arrays of any strides and type, and rows of any kind, are one batch."""
    assert moons_tape()[0].forward(array) == [0.275, 2.275, 0.775]


def test_copies_and_pickles() -> None:
    """A tape can be copied with its expression, and pickled."""
    tape, _ = moons_tape()
    rows = [[1.0, 1.0], [2.0, -1.0]]
    for other in (copy.deepcopy(tape), pickle.loads(pickle.dumps(tape))):
        assert other.forward(rows) == tape.forward(rows)
        assert other.leaves[0] is not tape.leaves[0]


# --- Misuse ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        ([[1.0, 2.0], [3.0]], ValueError, r"row 1 of the batch must have 2 numbers \(x, y\), got 1"),
        ([[1.0, 2.0, 3.0]], ValueError, r"row 0 of the batch must have 2 numbers \(x, y\), got 3"),
        (np.zeros((4, 3)), ValueError, r"must have 2 numbers \(x, y\), got 3"),
        ([1.0, 2.0], TypeError, r"row 0 of the batch must be a row of 2 numbers \(x, y\), got 1\.0"),
        (np.zeros(2), TypeError, "row 0 of the batch must be a row of 2 numbers"),
        (["12"], TypeError, "row 0 of the batch must be a row of 2 numbers .*, got '12'"),
        ([[1.0, "2"]], TypeError, "row 0 of the batch, input y: expected a number, got '2'"),
        ([[1.0, 2.0], [1.0, "2"]], TypeError, "row 1 of the batch, input y: expected a number, got '2'"),
        ([[1.0, None]], TypeError, "row 0 of the batch, input y: expected a number, got None"),
        ([[1.0, Value(2.0)]], TypeError, r"row 0 of the batch, input y: .* use its \.data"),
        ([[1.0, 1j]], TypeError, "expected a number"),
        ([{1.0, 2.0}], TypeError, "row 0 of the batch must be a row of 2 numbers"),
        ({1: [1.0, 2.0]}, TypeError, "a batch is a sequence of rows of numbers"),
        ((row for row in [[1.0, 2.0]]), TypeError, "a batch is a sequence of rows of numbers"),
        (3.0, TypeError, "a batch is a sequence of rows of numbers"),
        ("ab", TypeError, "a batch is a sequence of rows of numbers"),
        ([], ValueError, "the batch is empty"),
        (np.zeros((0, 2)), ValueError, "the batch is empty"),
    ],
)
def test_batches_that_are_none(batch: Any, error: type[Exception], message: str) -> None:
    """A batch that does not fit is an error that says where, and leaves nothing to go back over."""
    tape, (w, _) = moons_tape()
    tape.forward([[1.0, 1.0]])
    with pytest.raises(error, match=message):
        tape.forward(batch)
    with pytest.raises(RuntimeError, match=r"forward\(batch\)"):
        tape.backward()
    assert w.grad == 0.0


def test_inputs_that_are_none() -> None:
    """An input must be a leaf under the root, and there once."""
    w, x = Value(2.0, "w"), Value(1.0, "x")
    y = w * x
    for inputs, error, message in [
        ([y], ValueError, "input 0 of the tape, .*, is computed"),
        ([x, Value(3.0, "z")], ValueError, r"input 1 of the tape, .*'z'.*, is not under the root"),
        ([x, w, x], ValueError, "input 2 of the tape, .*, is there twice"),
        ([1.0], TypeError, "input 0 of the tape must be a Value, got 1.0"),
        (x, TypeError, "a list of Values"),
    ]:
        with pytest.raises(error, match=message):
            Tape(y, inputs)
    with pytest.raises(TypeError, match=r"expected a Value, got 3\.0"):
        Tape(3.0, [])
    tape = Tape(y, [x])
    tape.forward([[1.0]])
    with pytest.raises(ValueError, match="not under the root of this tape"):
        tape.values(Value(1.0))


def test_gradients_that_are_none() -> None:
    """The weights of backward must be a number for each row; without a forward pass there is nothing."""
    tape, (w, _) = moons_tape()
    for ask in (tape.backward, lambda: tape.values(w), lambda: tape.gradients(w)):
        with pytest.raises(RuntimeError, match=r"call forward\(batch\) first"):
            ask()
    tape.forward([[1.0, 1.0], [2.0, 1.0]])
    with pytest.raises(ValueError, match="2 rows need as many gradients, got 1"):
        tape.backward([1.0])
    with pytest.raises(TypeError, match="a list of numbers"):
        tape.backward(1.0)
    with pytest.raises(TypeError, match="expected a number"):
        tape.backward([1.0, "2"])
    assert w.grad == 0.0


def test_what_a_tape_shows() -> None:
    """How many operations, inputs and shared leaves there are."""
    w, x = Value(2.0), Value(1.0)
    assert repr(Tape(tanh(w * x) + w, [x])) == "<Tape of 3 operations: 1 inputs, 1 shared leaves>"


def test_replaced_parameters() -> None:
    """A tape stays with the leaves it was made of: they get the gradients, not what took their place."""
    w, x = Value(2.0), Value(1.0)
    tape = Tape(w * x, [x])
    old, w = w, Value(50.0)
    assert tape.forward([[3.0]]) == [6.0]
    tape.backward()
    assert (old.grad, w.grad) == (3.0, 0.0)
    assert tape.leaves == (old,)


# --- Threads -----------------------------------------------------------------------------------------------


def in_thread(work: Callable[[], object]) -> list[object]:
    """What `work` returned or raised in another thread."""
    result: list[object] = []

    def run() -> None:
        try:
            result.append(work())
        except RuntimeError as error:
            result.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return result


def test_two_threads_on_one_tape() -> None:
    """Another thread's batch is never gone back over: it is an error."""
    tape, _ = moons_tape()
    tape.forward([[1.0, 1.0]])
    assert "another thread" in str(in_thread(tape.backward))
    in_thread(lambda: tape.forward([[2.0, 1.0]]))
    with pytest.raises(RuntimeError, match="another thread's: give each thread a tape of its own"):
        tape.backward()


def test_a_tape_at_work_is_left_alone() -> None:
    """Who comes while a tape is at work gets an error, and the work is not disturbed."""
    refused: list[object] = []

    @primitive
    def meddling(x: float) -> tuple[float, float]:
        if tapes:
            refused.extend(in_thread(lambda: tapes[0].forward([[7.0]])))
            with pytest.raises(RuntimeError, match="at work"):
                tapes[0].forward([[7.0]])
        return x, 1.0

    tapes: list[Tape] = []
    x = Value(1.0)
    tapes.append(Tape(meddling(x), [x]))
    assert tapes[0].forward([[1.0], [2.0]]) == [1.0, 2.0]
    assert len(refused) == 2
    assert "at work" in str(refused[0])


def test_threads_with_tapes_of_their_own_share_parameters() -> None:
    """Gradients of several tapes add up in the leaves that they share."""
    w, x = Value(2.0), Value(1.0)
    root = w * x

    def work() -> None:
        tape = Tape(root, [x])
        for _ in range(50):
            tape.forward([[1.0]] * 500)
            tape.backward([1.0] * 500)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.grad == 4 * 50 * 500


# --- The two engines ---------------------------------------------------------------------------------------


@both_engines
@settings(deadline=None, max_examples=30)
@given(recipes(15), SEEDS)
def test_interpreted_and_compiled_tapes_agree(recipe: Recipe, seed: int) -> None:
    """Values and gradients of both engines are the same to 1e-12."""
    found, rng = [], random.Random(seed)
    lanes = [[x * rng.uniform(0.9, 1.1) for x in recipe.leaves] for _ in range(9)]
    for engine in (IMPORTED, INTERPRETED):
        nodes = build(recipe, engine.autograd)
        under = set(engine.autograd.topological_order(nodes[-1]))
        inputs = [i for i in range(0, len(recipe.leaves), 2) if nodes[i] in under]
        tape = engine.autograd.Tape(nodes[-1], [nodes[i] for i in inputs])
        values = tape.forward([[row[i] for i in inputs] for row in lanes])
        tape.backward()
        found.append((values, [leaf.grad for leaf in nodes[: len(recipe.leaves)]]))
    (values, gradients), (other_values, other_gradients) = found
    rows = [[row[i] if i in inputs else x for i, x in enumerate(recipe.leaves)] for row in lanes]
    places, weights = list(range(len(recipe.leaves))), [1.0] * len(rows)
    eager, by_lane, scales = one_by_one(recipe, places, rows, weights)
    moved, moved_by_lane, _ = one_by_one(recipe, places, [nudged(row, rng) for row in rows], weights)
    assert close(values, other_values, with_sensitivity([abs(v) + 1e-3 for v in values], eager, moved))
    for i in places:
        ours, theirs = [row[i] for row in by_lane], [row[i] for row in scales]
        scale = math.fsum(with_sensitivity(theirs, ours, [row[i] for row in moved_by_lane]))
        assert close([gradients[i]], [other_gradients[i]], [scale])


@pytest.mark.parametrize("count", [8, 9, 256, 257, 264, 513, 1000])
def test_lanes_that_are_not_in_use_pass_nothing_back(count: int) -> None:
    """A last block may be short by more than a vector: what lies there is in no gradient, not even inf."""
    w, x = Value(2.0), Value(1.0)
    tape = Tape(w * x, inputs=[x])
    tape.forward([[1.0]] * (count - 1) + [[math.inf]])
    tape.backward()
    assert w.grad == math.inf

"""The tape: what it says of a batch is what the engine says of its examples, one by one."""

import copy
import math
import pickle
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from engines import IMPORTED, INTERPRETED, both_engines
from graphs import Recipe, build, recipes
from hypothesis import given, settings
from hypothesis import strategies as st
from tapes import close, moons_tape, nudged, one_by_one, with_sensitivity

import autograd
from autograd import Tape, Value, cross_entropy, dot, maximum, primitive, relu, tanh, weighted_sum
from autograd.core.primitives import PRIMITIVES

LANES = st.sampled_from([1, 2, 7, 8, 9, 64, 130])
SEEDS = st.integers(0, 2**32)


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


@pytest.mark.parametrize("count", [8, 9, 256, 257, 264, 513, 1000])
def test_lanes_that_are_not_in_use_pass_nothing_back(count: int) -> None:
    """A last block may be short by more than a vector: what lies there is in no gradient, not even inf."""
    w, x = Value(2.0), Value(1.0)
    tape = Tape(w * x, inputs=[x])
    tape.forward([[1.0]] * (count - 1) + [[math.inf]])
    tape.backward()
    assert w.grad == math.inf


# --- What a tape is asked to do ----------------------------------------------------------------------------


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


def test_what_a_tape_shows() -> None:
    """How many operations, inputs and shared leaves there are."""
    w, x = Value(2.0), Value(1.0)
    assert repr(Tape(tanh(w * x) + w, [x])) == "<Tape of 3 operations: 1 input, 1 shared leaf>"


def test_replaced_parameters() -> None:
    """A tape stays with the leaves it was made of: they get the gradients, not what took their place."""
    w, x = Value(2.0), Value(1.0)
    tape = Tape(w * x, [x])
    old, w = w, Value(50.0)
    assert tape.forward([[3.0]]) == [6.0]
    tape.backward()
    assert (old.grad, w.grad) == (3.0, 0.0)
    assert tape.leaves == (old,)


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

"""The stepper: its walk is the engine's own pass, there and back, and reads like a blackboard."""

import math
import os
import random
import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, maximum, softmax, tanh, topological_order, weighted_sum
from autograd.stepping import Stepper

GRAPHS = int(os.environ.get("STEPGRAD_GRAPHS", "40"))  # random graphs a property is tried on

OPERATIONS: list[Callable[[Value, Value, Value], Value]] = [
    lambda a, b, c: a + b, lambda a, b, c: a * b, lambda a, b, c: a - b, lambda a, b, c: a / b,
    lambda a, b, c: a * a, lambda a, b, c: 2.0 * a, lambda a, b, c: a**2, lambda a, b, c: -a,
    lambda a, b, c: a.tanh(), lambda a, b, c: a.relu(), lambda a, b, c: (a * 0.1).exp(),
    lambda a, b, c: maximum(a, b), lambda a, b, c: weighted_sum([a, b], [b, c], c),
    lambda a, b, c: softmax([a, b, c])[1],
]  # fmt: skip


def random_graph(seed: int) -> Value:
    """An expression of a few dozen nodes: shared, doubled, constant, fused; leaves with gradients."""
    rng = random.Random(seed)
    nodes = [Value(rng.uniform(-2.0, 2.0), f"x{i}") for i in range(rng.randint(1, 5))]
    for node in nodes:
        node.grad = rng.choice([0.0, -0.0, 0.1, rng.gauss(0.0, 1.0)])
    for _ in range(rng.randint(0, 25)):
        a, b, c = rng.choice(nodes), rng.choice(nodes), rng.choice(nodes)
        nodes.append(rng.choice(OPERATIONS)(a, b, c))
    nodes[-1].label = nodes[-1].label or "y"
    return nodes[-1]


def bits(root: Value) -> list[bytes]:
    """The gradients under a node, to the bit."""
    return [struct.pack("d", node.grad) for node in topological_order(root)]


seeds = given(st.integers(0, 2**32))
graphs = settings(max_examples=GRAPHS, deadline=None)


@graphs
@seeds
def test_a_whole_walk_is_a_backward_pass(seed: int) -> None:
    """After a run every gradient is what backward() leaves, to the bit, on a second pass too."""
    stepped, passed = random_graph(seed), random_graph(seed)
    for gradient in (1.0, -0.7):
        stepped.steps(gradient=gradient).run()
        passed.backward(gradient)
        assert bits(stepped) == bits(passed)


@graphs
@seeds
def test_wandering_leads_where_a_straight_walk_leads(seed: int) -> None:
    """However one gets to a place in the walk, the gradients and the next step are the same there."""
    wandered, straight, rng = random_graph(seed), random_graph(seed), random.Random(seed)
    s, before = wandered.steps(), bits(wandered)
    for _ in range(12):
        move = rng.choice(["next", "back", "goto"])
        argument = rng.randint(0, len(s)) if move == "goto" else rng.randint(0, 4)
        getattr(s, move)(argument)
        fresh = straight.steps()
        fresh.goto(s.position)
        assert bits(wandered) == bits(straight)
        assert str(s.walk()) == str(fresh.walk())
        fresh.reset()
    s.reset()
    assert bits(wandered) == before


@graphs
@seeds
def test_what_a_step_says_is_what_happens(seed: int) -> None:
    """The gradient after the last contribution to a node is the one that it then has."""
    root = random_graph(seed)
    for step in root.steps():
        for c in step.contributions:
            assert c.amount == c.upstream * c.local_derivative or math.isnan(c.amount)
        last = {c.input: c for c in step.contributions}
        for node, c in last.items():
            assert struct.pack("d", node.grad) == struct.pack("d", c.after)
            assert c.waiting >= 0


def test_looking_ahead_changes_nothing() -> None:
    """walk() tells all steps from anywhere and leaves the place and the gradients."""
    root = random_graph(7)
    s = root.steps()
    s.next(len(s) // 2)
    before, position = bits(root), s.position
    assert [str(step) for step in s.walk()] == [str(step) for step in random_graph(7).steps()]
    assert (bits(root), s.position) == (before, position)


def test_a_shared_node_waits_for_all_its_contributions() -> None:
    """In b = a + a; c = b + b each input gets two contributions, and says how many are to come."""
    a = Value(3.0)
    b = a + a
    c = b + b
    waiting = [
        (k.input is b, k.waiting, k.after) for step in c.steps(forward=False) for k in step.contributions
    ]
    assert waiting[1:] == [(True, 1, 1.0), (True, 0, 2.0), (False, 1, 2.0), (False, 0, 4.0)]


def test_run_until() -> None:
    """It stops where a node is computed, then where it passes its gradient on, or a leaf has its own."""
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    d = a * b
    d.label = "d"
    L = tanh(d + a)  # noqa: N806
    s = Stepper(L)
    assert [step.node for step in s.run_until(d)] == [d]
    assert s.run_until("d")[-1].phase == "backward"
    s.reset()
    assert s.run_until("a")[-1].node is d
    with pytest.raises(ValueError, match="no step that is left"):
        s.run_until("a")
    with pytest.raises(ValueError, match="not in the graph"):
        s.run_until(Value(1.0))
    with pytest.raises(ValueError, match="nothing here is named 'dd': did you mean 'd'"):
        s.run_until("dd")


def test_the_ends_of_a_walk() -> None:
    """At the end next() gives nothing, at the start back() does; a place that is not there is an error."""
    s = Value(2.0, "x").steps()
    assert len(s) == 1
    assert not s.back()
    assert s.next().number == 1
    assert not s.next()
    for wrong in (lambda: s.goto(2), lambda: s.goto(-1), lambda: s.next(-1), lambda: s.back(-1)):
        with pytest.raises(ValueError, match=r"0 to 1|from 0 up"):
            wrong()


def test_a_gradient_that_someone_else_changed() -> None:
    """Between two steps nobody else may touch the gradients; reset() makes it whole again."""
    a = Value(2.0, "a")
    s = ((a * a) * 3.0).steps(forward=False)
    s.next(2)
    a.grad = 5.0
    with pytest.raises(
        RuntimeError, match=r"the gradient of a was changed between two steps, from 0\.0 to 5\.0"
    ):
        s.next()
    s.reset()
    s.run()
    assert a.grad == 12.0


def test_a_leaf_that_was_changed_after_it_was_used() -> None:
    """Its operation cannot be told again with the new number; the backward pass is as recorded."""
    a = Value(2.0, "a")
    b = a * a
    a.data = 5.0
    with pytest.raises(RuntimeError, match="computed from other numbers than its inputs hold now"):
        b.steps().next()
    b.steps(forward=False).run()
    assert a.grad == 4.0


def test_only_values_have_steps() -> None:
    """A number is not stepped through."""
    with pytest.raises(TypeError, match=r"expected a Value, got 2\.0"):
        Stepper(2.0)  # type: ignore[arg-type]

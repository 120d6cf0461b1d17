"""The stepper: its walk is the engine's own pass, there and back."""

import os
import random

import pytest
from graphs import gradient_bits, random_graph
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Value, tanh, topological_order
from autograd.core.contexts import observed
from autograd.stepping.stepper import Stepper, Steps
from autograd.util.same_number import same_number

GRAPHS = int(os.environ.get("STEPGRAD_GRAPHS", "40"))  # random graphs a property is tried on


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
        assert gradient_bits(stepped) == gradient_bits(passed)


@graphs
@seeds
def test_wandering_leads_where_a_straight_walk_leads(seed: int) -> None:
    """However one gets to a place in the walk, the gradients and the next step are the same there."""
    wandered, straight, rng = random_graph(seed), random_graph(seed), random.Random(seed)
    s, before = wandered.steps(), gradient_bits(wandered)
    for _ in range(12):
        move = rng.choice(["next", "back", "goto"])
        argument = rng.randint(0, len(s)) if move == "goto" else rng.randint(0, 4)
        getattr(s, move)(argument)
        fresh = straight.steps()
        fresh.goto(s.position)
        assert gradient_bits(wandered) == gradient_bits(straight)
        assert str(s.walk()) == str(fresh.walk())
        fresh.reset()
    s.reset()
    assert gradient_bits(wandered) == before


@graphs
@seeds
def test_what_a_step_says_is_what_happens(seed: int) -> None:
    """The gradient after the last contribution to a node is the one that it then has."""
    for step in random_graph(seed).steps():
        assert all(same_number(c.amount, c.upstream * c.local_derivative) for c in step.contributions)
        for node, c in {c.input: c for c in step.contributions}.items():
            assert same_number(node.grad, c.after)
            assert c.waiting >= 0


def test_looking_ahead_changes_nothing() -> None:
    """walk() tells all steps from anywhere and leaves the place and the gradients."""
    root = random_graph(7)
    s = root.steps()
    s.next(len(s) // 2)
    before, position = gradient_bits(root), s.position
    assert [str(step) for step in s.walk()] == [str(step) for step in random_graph(7).steps()]
    assert (gradient_bits(root), s.position) == (before, position)


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
    L = tanh(d + a)
    s = Stepper(L)
    assert [step.node for step in s.run_until(d)] == [d]
    assert s.run_until("d")[-1].phase == "backward"
    s.reset()
    assert s.run_until("a")[-1].node is d
    with pytest.raises(ValueError, match="no step that is left"):
        s.run_until("a")
    with pytest.raises(TypeError, match="a Value or a name, not 3"):
        s.run_until(3)  # type: ignore[arg-type]
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
    for unfit in ("neuron", 1.5, True, None):
        for move in (s.next, s.back, s.goto):
            with pytest.raises(TypeError, match="takes a number of steps, not"):
                move(unfit)  # type: ignore[arg-type]


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


def test_an_interrupted_step() -> None:
    """Whoever is interrupted in a step, wherever, can undo it: reset() leaves what was there before."""
    root = random_graph(3)
    before = gradient_bits(root)

    def interrupt(node: Value, backward: bool) -> None:
        if backward and node is stop:
            raise KeyboardInterrupt

    for stop in topological_order(root):
        s = root.steps()
        if not stop.is_leaf:
            with pytest.raises(KeyboardInterrupt), observed(interrupt):
                s.run()
            s.back()
            s.run()
        s.reset()
        assert gradient_bits(root) == before


def test_some_of_the_steps_are_steps_too() -> None:
    """A slice shows itself as they do; one of them is a Step."""
    x = Value(3.0)
    steps = (x * x + 1.0).steps().run()
    assert isinstance(steps[-2:], Steps)
    assert repr(steps[-1:]) == repr(steps[-1])
    assert str(steps[5:]) == "(no step)"


def test_counts_beyond_the_walk() -> None:
    """A walk is never longer than its steps, however many are asked for."""
    model = nn.MLP(2, [3, 1], rng=1)
    stepper = Stepper(model([1.0, 2.0]), model=model)
    assert len(stepper.next(10**9, by="layer")) == len(stepper)
    assert stepper.next(10**9, by="layer") == ()
    assert stepper.back(10**9, by="neuron") == ()
    assert len(stepper.next(10**9)) == len(stepper)
    assert stepper.back(10**9) == ()
    assert stepper.position == 0
    with pytest.raises(ValueError, match="no block is known"):
        stepper.back(1, by="block")


# --- Steps of a model --------------------------------------------------------------------------------


def test_a_neuron_or_a_layer_at_a_time() -> None:
    """With a model, all steps in a neuron or layer are taken, and undone, at once."""
    model = nn.MLP(2, [2, 1], "tanh", rng=1)
    loss = (model([1.0, -1.0]) - 1.0) ** 2
    s = loss.steps(model=model)
    neuron = s.next(by="neuron")
    assert isinstance(neuron, Steps)
    assert [step.frame for step in neuron] == [("layer 0", "neuron 0")] * 2
    assert str(neuron).startswith("layer 0, neuron 0\nforward   1/15  v1 = w0 × ")
    assert [step.frame[1] for step in s.next(by="layer")] == ["neuron 1"] * 2
    assert {step.frame[0] for step in s.next(by="layer")} == {"layer 1"}
    assert len(s.next(2, by="layer")) == 2  # what is in no layer is taken by itself
    s.run()
    s.back(by="layer")
    assert s.position == 11
    s.back(by="neuron")
    assert s.position == 10
    s.back(100, by="layer")
    assert s.position == 0
    assert all(parameter.grad == 0.0 for parameter in model.parameters())


def test_models_that_are_none() -> None:
    """Neurons are those of a model that is named; what has no parameters is no model."""
    s = Value(1.0).steps()
    with pytest.raises(ValueError, match="no neuron is known: name the model"):
        s.next(by="neuron")
    model = nn.MLP(2, [1], rng=1)
    with pytest.raises(ValueError, match="no neurone is known: by='layer' or by='neuron'"):
        model([1.0, 2.0]).steps(model=model).next(by="neurone")
    with pytest.raises(TypeError, match="takes a model with parameters"):
        Value(1.0).steps(model=3)

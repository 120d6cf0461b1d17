"""The stepper: its walk is the engine's own pass, there and back, and reads like a blackboard."""

import math
import os
import random
import re

import pytest
from graphs import gradient_bits, random_graph
from hypothesis import given, settings
from hypothesis import strategies as st

import nn
from autograd import Value, debug, tanh, topological_order, weighted_sum
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


# --- Guessing ----------------------------------------------------------------------------------------


def at_last_step() -> Stepper:
    """Before the last backward step: d = a × b, with 3 from above, and 1 already in a.grad."""
    a, b = Value(2.0, "a"), Value(-5.0, "b")
    d = a * b
    d.label = "d"
    s = Stepper(d * 3.0 + a, forward=False)
    s.next(len(s) - 1)
    return s


@pytest.mark.parametrize(
    ("guess", "slip"),
    [
        ({"a": -14.0}, ""),
        ({"b": 6.0}, ""),
        ({"a": -14.0, "b": 6.0}, ""),
        ({"b": -6.0}, "the sign is the other one"),
        ({"a": 16.0}, "the sign is the other one"),
        ({"a": -15.0}, "the 1 that it had before is forgotten: gradients add up"),
        ({"a": -4.0}, "the upstream gradient, 3, is forgotten as a factor"),
        ({"a": -5.0}, "that is the local derivative alone, not times the upstream gradient, 3"),
        ({"b": 2.0}, "that is the local derivative alone, not times the upstream gradient, 3"),
        ({"a": 7.0}, "the operands are swapped: that is for b"),
        ({"b": -15.0}, "the operands are swapped: that is for a"),
        ({"b": 3.0}, "the local derivative is forgotten as a factor"),
        ({"b": 5.0}, "the chain rule multiplies, it does not add"),
        ({"b": 0.0}, "that is what it had before: nothing is added"),
        ({"b": 100.0}, None),
        ({"b": math.nan}, None),
    ],
)
def test_guesses_of_gradients(guess: dict[str, float], slip: str | None) -> None:
    """A guess is right, or wrong with the slip that gives that number, or one cannot tell."""
    verdict = at_last_step().guess(guess)
    assert bool(verdict) == (slip == "")
    for one in verdict:
        assert one.slips == ((slip,) if slip else ())
    if slip is None:
        assert "the numbers do not say which slip it was" in str(verdict)


def test_guesses_of_data() -> None:
    """In the forward pass the value is guessed; three digits are enough."""
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    s = Stepper(a / b)
    assert s.guess(-0.667)
    assert not s.guess(-0.66)
    assert s.guess(-1.5)[0].slips == ("the operands are swapped",)
    assert s.guess(0.667)[0].slips == ("the sign is the other one",)
    assert s.guess(-3.0)[0].slips == ("that is an input of /, not its result",)
    assert s.position == 0


def test_a_guess_that_two_slips_explain() -> None:
    """Then both are named, and that one cannot tell."""
    a, b = Value(5.0, "a"), Value(2.0, "b")
    s = Stepper(a - b, forward=True)
    verdict = s.guess(-3.0)
    assert len(verdict[0].slips) == 2
    assert "(cannot tell which)" in str(verdict)


def test_a_doubled_edge_forgotten() -> None:
    """x * x gives x two contributions."""
    x = Value(3.0, "x")
    s = Stepper(x * x, forward=False)
    assert s.guess(9.0)[0].slips == ("that is the value of v1, not its gradient",)
    s.next()
    assert s.guess(3.0)[0].slips[0] == "x is used 2 times, and gets a contribution for each"
    assert s.guess(x=6.0)


def test_what_cannot_be_guessed() -> None:
    """Names that the step has not, nothing at all, one number for two, and after the end."""
    s = at_last_step()
    with pytest.raises(ValueError, match=r"this step gives 2 numbers: guess\(a=…, b=…\)"):
        s.guess(1.0)
    with pytest.raises(ValueError, match="nothing is guessed"):
        s.guess()
    with pytest.raises(ValueError, match="no number to 'c'"):
        s.guess(c=1.0)
    with pytest.raises(TypeError, match="expected a number, got '1'"):
        s.guess(a="1")  # type: ignore[arg-type]
    s.run()
    with pytest.raises(ValueError, match="nothing left to guess"):
        s.guess(1.0)


def test_a_number_need_not_be_guessed() -> None:
    """Of 2 * x one number alone is that of x; that of the 2 can be guessed by name."""
    w = [Value(3.0), Value(5.0)]
    s = Stepper(2.0 * w[0], forward=False)
    s.next()
    assert s.guess(2.0)
    assert s.guess({"2": 3.0, "w[0]": 2.0})
    s = Stepper(w[0] * w[1], forward=False)
    s.next()
    with pytest.raises(ValueError, match=re.escape("guess({'w[0]': …, 'w[1]': …})")):
        s.guess(1.0)


def test_some_of_the_steps_are_steps_too() -> None:
    """A slice shows itself as they do; one of them is a Step."""
    x = Value(3.0)
    steps = (x * x + 1.0).steps().run()
    assert isinstance(steps[-2:], Steps)
    assert repr(steps[-1:]) == repr(steps[-1])
    assert str(steps[5:]) == "(no step)"


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


# --- How it reads ------------------------------------------------------------------------------------


def test_the_lecture_in_full() -> None:
    """Names are the caller's; every line as on a blackboard."""
    a, b, c, f = Value(2.0), Value(-3.0), Value(10.0), Value(-2.0)
    L = (a * b + c) * f
    assert str(L.steps().run()).splitlines() == [
        "forward  1/7  v1 = a × b = 2 × -3 = -6",
        "forward  2/7  v2 = v1 + c = -6 + 10 = 4",
        "forward  3/7  L = v2 × f = 4 × -2 = -8",
        "backward 4/7  L.grad = 1: a change of L changes L as much",
        "backward 5/7  L.grad = 1 goes back through L = v2 × f",
        "                v2.grad += L.grad × f  = 1 × -2 = -2    0 → -2",
        "                f.grad  += L.grad × v2 = 1 ×  4 =  4    0 → 4",
        "backward 6/7  v2.grad = -2 goes back through v2 = v1 + c",
        "                v1.grad += v2.grad × 1 = -2 × 1 = -2    0 → -2",
        "                c.grad  += v2.grad × 1 = -2 × 1 = -2    0 → -2",
        "backward 7/7  v1.grad = -2 goes back through v1 = a × b",
        "                a.grad += v1.grad × b = -2 × -3 =  6    0 → 6",
        "                b.grad += v1.grad × a = -2 ×  2 = -4    0 → -4",
    ]


def test_names_in_a_loop() -> None:
    """`for step in L.steps()` knows the caller's names too."""
    x = Value(3.0)
    y = x * x
    assert [step.name for step in y.steps()] == ["y", "y", "y"]
    assert [str(step).splitlines()[0] for step in Stepper(y, forward=False)] == [
        "backward 1/2  y.grad = 1: a change of y changes y as much",
        "backward 2/2  y.grad = 1 goes back through y = x × x",
    ]


def test_source_lines() -> None:
    """What was computed under debug() is shown with the line that computed it."""
    x = Value(3.0)
    with debug():
        y = x * x
    forward, seed, backward = y.steps().run()
    assert str(forward).splitlines()[1].endswith(": y = x * x")
    assert forward.line == backward.line
    assert forward.line in str(backward)
    assert len(str(seed).splitlines()) == 1
    assert (x * x).steps().next().line is None


def test_many_inputs_and_long_formulas() -> None:
    """Long lines are broken before =, and of many inputs the first and the last are shown."""
    weights, inputs = [Value(0.5) for _ in range(30)], [Value(1.0) for _ in range(30)]
    total = weighted_sum(weights, inputs, 1.0)
    forward, _, backward = total.steps().run()
    assert str(forward).splitlines()[1].strip() == "= 0.5 × 1 + 0.5 × 1 + … + 0.5 × 1 + 1"
    assert "… 44 more …" in str(backward)  # the bias is a number
    assert len(str(backward).splitlines()) < 25
    assert len(backward.contributions) == 61


def test_very_many_steps() -> None:
    """At a prompt the first and the last of them are shown, in print all."""
    node = Value(1.0)
    for _ in range(200):
        node = node * 2.0
    steps = node.steps().run()
    assert str(steps).count("\nbackward") == 201
    assert "\n… 301 more …\n" in repr(steps)
    assert repr(steps).endswith(str(steps[-1]))


@pytest.mark.parametrize(
    ("environment", "terminal", "coloured"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "xterm"}, False, False),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], terminal: bool, coloured: bool
) -> None:
    """Colour stands in the repr alone, in a terminal that has it, unless NO_COLOR says no."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, setting in environment.items():
        monkeypatch.setenv(name, setting)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal, raising=False)
    x = Value(3.0)
    steps = (x * x).steps().run()
    assert ("\033[" in repr(steps)) == ("\033[" in repr(steps[0])) == coloured
    assert "\033[" not in str(steps) + steps[0].text
    assert re.sub(r"\033\[\d+m", "", repr(steps)) == str(steps)


def test_leaves_of_one_number_are_told_apart() -> None:
    """Where nothing has a name each has its row, and its gradient a name of its own."""
    last = (Value(2.0) * Value(2.0)).steps().run()[-1]
    assert [line.split(" +=")[0].strip() for line in str(last).splitlines()[1:]] == [
        "(2 #1).grad",
        "(2 #2).grad",
    ]


def test_what_an_earlier_pass_left_is_said() -> None:
    """A second run adds to the gradients of the first, and says so once for each leaf."""
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    d = a * b + a
    d.steps().run()
    again = str(d.steps().run())
    assert again.count("was left over from the pass before") == 2
    assert "-2 → -1, waits for 1 more, -2 was left over from the pass before" in again


def test_a_walk_that_meets_parameters_says_how_they_get_names() -> None:
    """Once, naming the variable of the model; with model= there is nothing to say."""
    neuron = nn.Neuron(2, rng=1)
    y = neuron([Value(1.0, "x0"), Value(2.0, "x1")])
    told = str(y.steps().run())
    assert told.count("parameters of neuron have no names here: steps(model=neuron) names them") == 1
    assert "have no names" not in str(y.steps(model=neuron).run())
    assert "have no names" not in str((Value(1.0) * 2.0).steps().run())


def test_what_goes_to_a_number_is_faint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody will read it: it is not told, or where that is asked for, it stands back."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    x = Value(3.0, "x")
    assert len(repr((x * 2.0).steps().run()[-1]).splitlines()) == 2
    step = (x * 2.0).steps(constants=True).run()[-1]
    of_x, of_number = repr(step).splitlines()[1:]
    assert of_x.strip().startswith("x.grad   += ")
    assert of_number.strip().startswith("\033[2m(2).grad += ")
    assert re.findall(r'<tr style="opacity[^>]*><td[^>]*>([^<]*)', step._repr_html_()) == ["(2).grad"]


def test_a_notebook_shows_a_table_beside_the_graph() -> None:
    """What is done is shaded, the node lit, text escaped; gradients are shown while they are the step's."""
    a, b = Value(2.0, "<script>"), Value(-3.0)
    d = a * b
    L = d + a
    s = L.steps()
    forward = s.next(2)._repr_html_()
    assert "white-space: pre" in forward
    assert forward.count("opacity") == 5  # the box of d, ×, its two edges, its result
    assert forward.count("drop-shadow") == 2 * 5
    s.next(2)
    backward = s.next()
    html = backward._repr_html_()
    assert "<td" in html
    assert ">1 × " not in html
    assert "grad</text>" in html
    assert "<script>" not in html
    s.back()
    assert "grad</text>" not in backward._repr_html_()
    assert Steps()._repr_html_()
    assert repr(Value(1.0).steps().next(0)) == "(no step)"


def test_a_large_graph_in_a_notebook_is_a_table_alone() -> None:
    """Its layout would take too long at every step."""
    node = Value(1.0)
    for _ in range(200):
        node = node * 2.0
    html = node.steps().next()._repr_html_()
    assert "<svg" not in html
    assert "× 2" in html


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

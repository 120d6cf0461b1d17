"""How steps read: like a blackboard, in the terminal and in print."""

import re

import pytest

import nn
from autograd import Value, debug, weighted_sum
from autograd.stepping.stepper import Stepper


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

"""Text on its way out: what an output has no signs for is written in ASCII."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nn
from autograd import Stepper, Tape, Value, explain, gradcheck, jvp, play
from autograd.checks.diagnose import diagnose
from autograd.util.text import for_output, write_any_text


def everything_said() -> list[Any]:
    """Things of all kinds that a lesson prints."""
    a, b = Value(3.0, "a"), Value(-2.0, "b")
    y = (a * b).tanh() ** 2 - a / b
    stepper = Stepper(y)
    guess = stepper.guess(1.0)
    path = explain(a, y).paths[0]
    return [stepper.next(), stepper.run(), stepper, guess, explain(a, y), path, gradcheck(y), diagnose(y)]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "cp437"])
def test_an_output_without_our_signs(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything can be printed there, and says the same."""
    output = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(output, encoding=encoding))
    for thing in everything_said():
        print(thing)
        print(repr(thing))
    sys.stdout.flush()
    text = output.getvalue().decode(encoding)
    assert "a.grad += " in text
    assert "a * b" in text
    assert "->" in text


def test_what_any_part_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a command or a lesson, print itself spells what the output has no signs for."""
    output = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(output, encoding="cp1252"))
    write_any_text()
    print("p − y, x × y², α → tanh′(x)")
    sys.stdout.flush()
    assert output.getvalue().decode("cp1252").rstrip() == r"p - y, x × y², \u03b1 -> tanh'(x)"


@pytest.mark.parametrize("lesson", ["softmax_and_cross_entropy", "optimizer_inside", "chain_rule"])
def test_a_lesson_whose_output_has_not_our_signs(lesson: str, tmp_path: Path) -> None:
    """It is held as ever; its help is shown."""
    pytest.importorskip("sklearn")
    file = Path(__file__).parent.parent.parent / "demos" / f"{lesson}.py"
    for options in (["--help"], ["--quick", "--out", str(tmp_path)]):
        done = subprocess.run(
            [sys.executable, str(file), *options],
            env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")


def test_what_ascii_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs have a spelling; letters of names are escaped; where all can be written, nothing changes."""
    text = "o = tanh²(x⁻¹²) × … → ∂α"
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert for_output(text) == r"o = tanh^2(x^-12) * ... -> d\u03b1"
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    assert for_output(text) == text
    monkeypatch.setattr(sys, "stdout", None)
    assert for_output(text) == text


def test_one_of_a_thing() -> None:
    """It is not said in the plural."""
    x = Value(2.0)
    assert repr(Tape(x * 3.0, [x])) == "<Tape of 1 operation: 1 input, 1 shared leaf>"
    assert repr(Stepper(x)) == "<Stepper of x: 0 of 1 step taken>"
    assert repr(play(x)) == '<Page of x (1 step): .save("lesson.html"), or show it in a notebook>'
    assert str(gradcheck(x.sin())).startswith("2 of 2 derivatives agree")
    model = nn.Neuron(1, "linear")
    model.bias = Value(0.0)
    optimizer = nn.SGD([model.weights[0]], 0.1)
    assert repr(optimizer) == "SGD(1 parameter, learning_rate=0.1)"
    history = nn.train(model, [[1.0]], [1.0], optimizer=optimizer, max_iterations=1, progress=False)
    assert repr(history).startswith("<History: max_iterations after 1 iteration, ")
    with pytest.raises(ValueError, match=r"^jvp of 1 input needs as many numbers, got 0$"):
        jvp([x * x], [x], [])

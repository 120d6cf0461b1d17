"""Guesses: a number is right, or wrong by a slip that has a name, or one cannot tell."""

import math
import re

import pytest

from autograd import Value
from autograd.stepping.stepper import Stepper


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

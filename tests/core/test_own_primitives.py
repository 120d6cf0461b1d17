"""Primitives of a user's own: what their names, errors and pickles do."""

import pickle
import sys
from types import ModuleType
from typing import Any

import pytest
from hostile import TEXTS

from autograd import Stepper, Tape, Value, debug, draw, explain, gradcheck, play, primitive
from autograd.core.primitives import PRIMITIVES, Primitive


@primitive
def square(x: float) -> tuple[float, float]:
    """A rule that a pickle finds again."""
    return x * x, 2.0 * x


@primitive
def reciprocal(x: float) -> tuple[float, float]:
    """A rule that divides by 0."""
    return 1.0 / x, -1.0 / x / x


def rule(x: float) -> tuple[float, float]:
    """A function that is turned into a primitive of another name."""
    return x, 1.0


renamed = primitive(rule)


def test_a_pickle_that_finds_its_rule() -> None:
    """It comes back with the very primitive."""
    y = square(Value(3.0))
    assert pickle.loads(pickle.dumps(y)).primitive is y.primitive


class Rule:
    """A rule that is no function."""

    def __call__(self, x: float) -> tuple[float, float]:
        return x, 1.0


@pytest.mark.parametrize(
    "operation",
    [renamed, primitive(lambda x: (x, 1.0)), primitive(Rule())],
    ids=["renamed", "lambda", "object"],
)
def test_a_pickle_that_would_not_find_its_rule(operation: Any) -> None:
    """It is refused when it is made, as pickle does with functions, and says what to do."""
    y = operation(Value(3.0))
    for thing in (y, Tape(y), [y * 2.0]):
        with pytest.raises(pickle.PicklingError, match=r"cannot pickle the primitive .* Define it there"):
            pickle.dumps(thing)


def test_a_pickle_that_would_find_another_rule() -> None:
    """A name that now stands for another rule is refused: a notebook's cell, edited and run again."""
    module = ModuleType("notebook")
    sys.modules["notebook"] = module
    source = "from autograd import primitive\n@primitive\ndef edited(x): return x * x, 2.0 * x"
    exec(source, module.__dict__)
    y = module.edited(Value(3.0))
    assert pickle.loads(pickle.dumps(y)).data == 9.0
    exec(source.replace("x * x, 2.0 * x", "-x, -1.0"), module.__dict__)
    try:
        with pytest.raises(pickle.PicklingError, match="is now another rule in the module notebook"):
            pickle.dumps(y)
    finally:
        del sys.modules["notebook"]


def test_a_rule_that_raises() -> None:
    """The error says which rule it was, at what number, and what to write."""
    x, y = Value(0.0), Value(2.0)
    tape = Tape(reciprocal(y), [y])
    for work in (
        lambda: reciprocal(x),
        lambda: tape.forward([[0.0]]),
        lambda: reciprocal.primitive.evaluate([0.0]),  # type: ignore[attr-defined]
    ):
        with pytest.raises(ZeroDivisionError) as caught:
            work()
        assert caught.value.__notes__[0] == "in the rule of the primitive reciprocal, at 0.0"
        assert "returns math.inf or math.nan" in caught.value.__notes__[1]
    with pytest.raises(KeyError) as other:
        primitive(lambda x: {}[x])(2.0)
    assert other.value.__notes__ == ["in the rule of the primitive <lambda>, at 2.0"]


def test_a_primitive_is_not_made_again() -> None:
    """Neither one of ours nor a user's own, and none without a rule."""
    for made in (PRIMITIVES["tanh"], square.primitive):  # type: ignore[attr-defined]
        with pytest.raises(TypeError, match="is not made again"):
            Primitive.__init__(made, "x", "x", 1, rule)
    assert Value(0.0).tanh().data == 0.0
    for wrong in (None, object(), 3):
        with pytest.raises(TypeError, match="needs its rule"):
            Primitive("x", "x", 1, wrong)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_names_of_any_text(text: str) -> None:
    """Whatever a primitive is called, no view of it lets through what is not to be seen."""

    def rule(x: float) -> tuple[float, float]:
        return x, 2.0

    rule.__name__ = text
    x = Value(0.5, text)
    y = primitive(rule)(x) * 2.0
    y.label = text
    said = [str(Stepper(y).run()), repr(explain(x, y)), draw(y).source, play(y).html, repr(y.inputs[0].op)]
    with pytest.raises(AssertionError) as caught:
        gradcheck(y)
    said.append(str(caught.value))
    with debug(), pytest.raises(ArithmeticError) as caught:
        _ = primitive(rule)(x) * float("inf") * 0.0
    said.append(str(caught.value))
    for words in said:
        assert all(c.isprintable() or c in "\n\t\u200c\u200d" for c in words)

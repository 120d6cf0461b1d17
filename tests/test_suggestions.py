"""Hints: for a name from elsewhere what to write here, for a slip of the fingers what is like it."""

import copy
import pickle
import re
from collections.abc import Callable
from typing import Any

import pytest

import autograd
import nn
from autograd import expressions
from autograd.util.suggestions import ARGUMENTS, FUNCTIONS, MODELS, MODULES


def line() -> nn.MLP:
    """A model."""
    return nn.MLP(1, [1], rng=1)


PLACES: list[tuple[Any, dict[str, str]]] = [
    (autograd, FUNCTIONS), (nn, MODULES), (line(), MODELS),
]  # fmt: skip


@pytest.mark.parametrize(("place", "known"), PLACES)
def test_names_from_elsewhere(place: Any, known: dict[str, str]) -> None:
    """Each that is not here is answered with what is."""
    for name, instead in known.items():
        if name in dir(place):
            continue
        with pytest.raises(AttributeError) as error:
            getattr(place, name)
        assert str(error.value).endswith(f"{name!r}: write {instead}")


@pytest.mark.parametrize(
    ("place", "name", "hint"),
    [
        (autograd, "max", r"write maximum\(a, b\)"),
        (autograd, "square", r"write x\*\*2"),
        (autograd, "ln", r"write log\(x\)"),
        (autograd, "sigmiod", "did you mean 'sigmoid'"),
        (nn, "Linear", "write Layer"),
        (nn, "mse_los", "did you mean 'mse_loss'"),
        (line(), "state_dict", r"write named_parameters\(\)"),
        (line(), "layer", "'MLP' object has no attribute 'layer': did you mean 'layers'"),
    ],
)
def test_some_of_them(place: Any, name: str, hint: str) -> None:
    """What is known comes before what is like it."""
    with pytest.raises(AttributeError, match=hint):
        getattr(place, name)


def test_what_python_asks_for_gets_no_hint() -> None:
    """Nor does it get in the way of copies and pickles."""
    thing: Any = line()
    with pytest.raises(AttributeError, match=r"'__array__'$"):
        _ = thing.__array__
    assert not hasattr(thing, "nothing")
    copy.copy(thing)
    copy.deepcopy([thing])
    pickle.loads(pickle.dumps(thing))


def test_a_property_that_fails_says_why_itself() -> None:
    """Its own error is not replaced by that of a missing attribute."""

    class Lazy(nn.Module):
        @property
        def size(self) -> int:
            return self.inner.size  # type: ignore[no-any-return]

    with pytest.raises(AttributeError, match="'inner'"):
        _ = Lazy().size


EXAMPLES: tuple[Any, Any] = ([[0.0], [1.0]], [1.0, 3.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.train(line(), *EXAMPLES, lr=0.1), "train has no argument 'lr': write learning_rate"),
        (lambda: nn.train(line(), *EXAMPLES, epochs=3), "'epochs': write max_iterations, the number of"),
        (lambda: nn.train(line(), *EXAMPLES, max_iteration=3), "did you mean 'max_iterations'"),
        (lambda: nn.SGD(line().parameters(), lr=0.1), "SGD has no argument 'lr': write learning_rate"),
        (lambda: nn.SGD(line().parameters()), "SGD needs learning_rate"),
        (lambda: nn.SGD(momentum=0.9), "SGD needs parameters and learning_rate"),
        (lambda: nn.Adam(line().parameters(), eps=0.1), "Adam has no argument 'eps': write epsilon"),
        (lambda: line().zero_grad(set_to_none=True), "'set_to_none': write no argument"),
        (
            lambda: nn.train(line().parameters(), *EXAMPLES, learning_rate=0.1),
            "train expects a model that can be called, as in model(x), not a list: its parameters?",
        ),
        (lambda: nn.MLP(1, [1], "rleu"), "did you mean 'relu'? (a function of a Value will do too)"),
    ],
)
def test_arguments(call: Callable[[], Any], message: str) -> None:
    """Those that have another name here are named, and so is a model that is none."""
    with pytest.raises((TypeError, ValueError)) as error:
        call()
    assert message in str(error.value)


def test_arguments_that_are_known_exist() -> None:
    """What is said to be an argument is one of a function that is here."""
    import inspect

    functions = (nn.train, nn.SGD, nn.Adam, nn.MLP, nn.Layer, nn.Neuron)
    there = {name for function in functions for name in inspect.signature(function).parameters}
    for instead in ARGUMENTS.values():
        word = instead.split(",")[0].split("=")[0].split(":")[0]
        assert word in there or word == "no argument"


# --- Expressions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", expressions.INSTEAD)
def test_signs_from_elsewhere(sign: str) -> None:
    """Each is met with what to write for it, after a name too."""
    for text in (f"x{sign}", f"2{sign}", sign, f"x {sign} 2", f"tanh(x){sign}"):
        with pytest.raises(expressions.ExpressionError) as error:
            expressions.parse(text, {"x": 3.0})
        assert f"{sign!r} does not belong here: write {expressions.INSTEAD[sign]} for it" in str(error.value)


@pytest.mark.parametrize("name", expressions.KNOWN)
def test_functions_from_elsewhere(name: str) -> None:
    """What is to be written for one is an expression."""
    if name in expressions.FUNCTIONS:
        return
    with pytest.raises(expressions.ExpressionError, match=f"no function '{name}': write ") as error:
        expressions.parse(f"{name}(x)", {"x": 0.5})
    formula = expressions.KNOWN[name].split(", for ")[0].split(", which")[0]
    names = ("x", "y", "n", "a", "b", "c", "low", "high", "xs")
    values = {word: 0.5 for word in names if word in set(re.findall(r"\w+", formula))}
    expressions.parse(formula, values)
    assert formula in str(error.value)


@pytest.mark.parametrize(
    ("text", "values", "hint"),
    [
        ("x = 3", {"x": 3.0}, "the values follow the expression, as arguments of their own"),
        ("tanh", {}, "tanh is a function, and needs its arguments: tanh(…)"),
        ("tahn(x)", {"x": 3.0}, "did you mean 'tanh'?"),
        (
            "weight * 2",
            {"weight": 3.0, "wieght": 3.0},
            "wieght has a value, but is not in the expression: did",
        ),
        ("x ? 2", {"x": 3.0}, "only numbers, names, operators, ( ) and commas do"),
        ("x + y + z", {"x": 3.0}, "no value for y, z: give y=… z=…"),
        ("\u0430 + 1", {"a": 3.0}, "(\\u0430)"),
    ],
)
def test_other_hints_of_expressions(text: str, values: dict[str, float], hint: str) -> None:
    """Each of them can be reached."""
    with pytest.raises(ValueError, match=re.escape(hint)):
        expressions.parse(text, values)

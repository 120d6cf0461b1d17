"""Misuse of the engine: each slip is met with its own message, and nothing wrong comes out silently."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

import autograd
from autograd import Value, grad, primitive, topological_order, weighted_sum
from autograd.core.backprop import propagate
from autograd.core.nary import apply, recorded
from autograd.core.primitives import PRIMITIVES, Primitive


def leaf() -> Value:
    """A leaf."""
    return Value(2.0, "x")


def node() -> Value:
    """A computed Value."""
    return leaf() * 3.0


@pytest.mark.parametrize("other", ["3", None, 1j, [1.0], {"x": 1.0}, object()], ids=repr)
@pytest.mark.parametrize("sign", ["+", "-", "*", "/", "**"])
def test_operands_that_are_no_numbers(sign: str, other: object) -> None:
    """Strings, None, complex numbers, lists, dicts are refused on either side of each operator."""
    operate: Callable[[Any, Any], Any] = eval(f"lambda a, b: a {sign} b")
    for a, b in ((leaf(), other), (other, leaf())):
        with pytest.raises(TypeError):
            operate(a, b)


def test_arrays_as_operands() -> None:
    """An array and a Value give an array of Values, as with any class of Python; nothing is lost."""
    numpy = pytest.importorskip("numpy")
    x = leaf()
    for result in (x * numpy.ones(2), numpy.ones(2) * x, numpy.arange(1, 3) - x, x / numpy.ones((1, 2))):
        assert result.dtype == object
        assert all(isinstance(value, Value) and not value.is_leaf for value in result.flat)
    numpy.sum(numpy.array([1.0, 2.0]) * x).backward()
    assert x.grad == 3.0
    assert numpy.exp(x).op == "exp"
    with pytest.raises(TypeError):
        numpy.ones(2).__iadd__(x)


def test_numbers_of_numpy() -> None:
    """A boolean, an array of no dimensions, a scalar are the numbers that they are, wherever they stand."""
    numpy = pytest.importorskip("numpy")
    for number in (numpy.bool_(True), numpy.array(1.0), numpy.array(True), numpy.float32(1), numpy.int8(1)):
        x = leaf()
        results = [x * number, number * x, x - number, number / x, x**number, autograd.sum([number, x])]
        assert [type(result) for result in results] == [Value] * 6
        assert [result.data for result in results] == [2.0, 2.0, 1.0, 0.5, 2.0, 3.0]
        assert Value(number).data == 1.0
        x.grad = number
        assert (x.grad, x > number, x <= number) == (1.0, True, False)
    for other in (numpy.array("a"), numpy.array([1.0]), numpy.datetime64("2020-01-01")):
        with pytest.raises(TypeError, match="expected a number, got"):
            Value(other)


@pytest.mark.parametrize("huge", [10**400, -(10**5000), Fraction(10**400)], ids=["400", "5000", "fraction"])
def test_numbers_too_large_in_operators(huge: Any) -> None:
    """The message says that they are, whatever is done with them."""
    for wrong in (
        lambda: leaf() * huge,
        lambda: huge - leaf(),
        lambda: leaf() ** huge,
        lambda: leaf() < huge,
        lambda: autograd.sum([leaf(), huge]),
        lambda: setattr(leaf(), "data", huge),
        lambda: node().backward(huge),
    ):
        with pytest.raises(OverflowError, match=r"too large for a float, which ends at 1\.8e308"):
            wrong()


def test_what_is_made_is_not_made_again() -> None:
    """A computed Value keeps its number."""
    y = node()
    with pytest.raises(TypeError, match=r"a computed Value \(\*\) is not made again"):
        Value.__init__(y, 99.0)
    assert y.data == 6.0


def test_a_value_is_not_rounded() -> None:
    """round says what to round."""
    for digits in ((), (4,)):
        with pytest.raises(TypeError, match=r"would lose its gradient: round its \.data"):
            round(node(), *digits)


@pytest.mark.parametrize("data", ["1.0", None, 1j, [1.0], Value(1.0)], ids=repr)
def test_data_that_is_no_number(data: object) -> None:
    """A Value is made of a number, and set to a number; of a Value the message names .data."""
    message = r"use its \.data" if isinstance(data, Value) else "expected a number, got"
    for wrong in (
        lambda: Value(data),  # type: ignore[arg-type]
        lambda: setattr(leaf(), "data", data),
        lambda: setattr(leaf(), "grad", data),
        lambda: node().backward(data),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError, match=message):
            wrong()


def test_infinity_and_nan_are_numbers() -> None:
    """They are allowed: IEEE 754 has them."""
    assert Value(math.inf).data == math.inf
    assert math.isnan(Value(math.nan).data)


def test_an_integer_too_large_for_a_double() -> None:
    """It is an error, not infinity."""
    with pytest.raises(OverflowError, match="too large"):
        Value(10**400)
    with pytest.raises(OverflowError, match="too large"):
        leaf() + 10**400


@pytest.mark.parametrize("lose", [math.exp, float, int, complex, math.floor, lambda v: math.fsum([v])])
@pytest.mark.parametrize("value", [leaf(), node()], ids=["leaf", "node"])
def test_no_silent_loss_of_the_gradient(lose: Callable[[Any], Any], value: Value) -> None:
    """What would make a plain number of a Value says how to do it, and what to use instead."""
    with pytest.raises(TypeError, match=r"would lose its gradient: use \.data, or autograd\.exp"):
        lose(value)


def test_a_value_is_no_condition() -> None:
    """bool, not, and, or ask for a comparison."""
    with pytest.raises(TypeError, match=r"neither true nor false: compare it \(v > 0\), or ask its \.data"):
        bool(node())
    with pytest.raises(TypeError, match="neither true nor false"):
        _ = leaf() and 1.0


def test_data_of_a_computed_value_is_not_set() -> None:
    """It follows from its inputs; the message says what to set."""
    with pytest.raises(AttributeError, match=r"computed Value \(\*\) cannot be set: set that of a leaf"):
        node().data = 1.0


@pytest.mark.parametrize("name", ["gard", "lable", "value", "backwards"])
def test_attributes_that_do_not_exist(name: str) -> None:
    """Neither read nor set: a typing error cannot pass for a gradient."""
    with pytest.raises(AttributeError, match=name):
        setattr(leaf(), name, 0.0)
    with pytest.raises(AttributeError, match=name):
        getattr(leaf(), name)


@pytest.mark.parametrize("name", ["inputs", "op", "primitive", "is_leaf", "local_derivatives"])
def test_the_record_is_not_changed(name: str) -> None:
    """What was recorded can be read, not set."""
    with pytest.raises(AttributeError):
        setattr(node(), name, None)
    with pytest.raises(AttributeError):
        delattr(node(), name)


def test_a_label_is_text() -> None:
    """Another label is refused, in the making and after."""
    with pytest.raises(TypeError, match="a label is text, not 2"):
        Value(1.0, 2)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a label is text, not 2"):
        leaf().label = 2  # type: ignore[assignment]


@pytest.mark.parametrize("other", ["3", None, 1j, [1.0]], ids=repr)
def test_comparisons_with_what_is_no_number(other: Any) -> None:
    """They are errors; equality is of identity and is never one."""
    for compare in (lambda v: v < other, lambda v: v <= other, lambda v: v > other, lambda v: v >= other):
        with pytest.raises(TypeError):
            compare(leaf())
    assert leaf() != other


@pytest.mark.parametrize("name", ["mean", "logsumexp", "softmax"])
def test_operations_of_many_need_one(name: str) -> None:
    """Of no values there is no mean."""
    with pytest.raises(ValueError, match=f"{name} needs at least one value, got none"):
        getattr(autograd, name)([])
    with pytest.raises(ValueError, match="needs at least one value, got none"):
        PRIMITIVES[name].evaluate([])


@pytest.mark.parametrize("name", ["sum", "mean", "logsumexp", "softmax"])
def test_operations_of_many_take_a_list(name: str) -> None:
    """A single Value or number is not a list; a generator or a tuple will do."""
    operation = getattr(autograd, name)
    for wrong in (leaf(), 3.0):
        with pytest.raises(TypeError, match=f"{name} takes a list of Values and numbers, not"):
            operation(wrong)
    assert repr(operation(v for v in (1.0, 2.0))) == repr(operation((1.0, 2.0)))
    with pytest.raises(TypeError):
        operation([leaf(), "x"])


def test_lists_of_different_lengths() -> None:
    """Both lengths are named."""
    with pytest.raises(ValueError, match="weighted_sum of 1 weight needs as many inputs, got 2"):
        weighted_sum([leaf()], [1.0, 2.0])
    with pytest.raises(ValueError, match="cross_entropy of 1 logit needs as many probabilities, got 2"):
        autograd.cross_entropy([leaf()], [0.5, 0.5])


class Liar:
    """A sequence that is not as long as it says."""

    def __init__(self, said: int, given: int) -> None:
        self.said, self.given = said, given

    def __len__(self) -> int:
        return self.said

    def __iter__(self) -> Iterator[float]:
        return iter([1.0] * self.given)


@pytest.mark.parametrize(("said", "given"), [(1, 10_000), (10_000, 1)])
def test_sequences_that_lie_about_their_length(said: int, given: int) -> None:
    """What is given counts, not what is said: no memory is read or written past its end."""
    assert weighted_sum(Liar(said, given), Liar(said, given)).data == float(given)
    assert autograd.sum(Liar(said, given)).data == float(given)


def test_a_list_that_shrinks_meanwhile() -> None:
    """A number whose conversion changes the list it stands in does no harm."""
    things: list[Any] = []

    class Shrinking(float):
        def __float__(self) -> float:
            things.clear()
            return 1.0

    things += [Shrinking(1.0), *[1.0] * 100]
    try:
        autograd.mean(things)
    except IndexError:
        assert not things


def test_what_is_no_value() -> None:
    """Functions of graphs say what they were given."""
    for wrong in (
        lambda: topological_order(3.0),  # type: ignore[arg-type]
        lambda: grad(3.0, leaf()),  # type: ignore[arg-type]
        lambda: grad(node(), [3.0]),  # type: ignore[list-item]
    ):
        with pytest.raises(TypeError, match=r"expected a Value, got 3\.0"):
            wrong()
    with pytest.raises(TypeError, match=r"grad takes a list of Values and numbers, not 3\.0"):
        grad(node(), 3.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"call the function first, y = f\(x\), then grad\(y, x\)"):
        grad(lambda x: x * x)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match=r"what to differentiate it by: grad\(y, x\)"):
        grad(node())  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("returned", "got"),
    [((1.0,), "got 1"), ((1.0, 2.0, 3.0), "got 3"), (1.0, r"got 1\.0"), (None, "got None")],
)
def test_a_users_rule_that_returns_the_wrong_number_of_derivatives(returned: Any, got: str) -> None:
    """The message names the rule and says what it should return."""
    wrong = primitive(lambda x: returned)
    with pytest.raises(TypeError, match=f"of 1 numbers? must return its value and 1 local derivative.*{got}"):
        wrong(leaf())


def test_a_users_rule_that_is_none() -> None:
    """A primitive is made of a function."""
    with pytest.raises(TypeError, match="made of a function of floats, not of 3"):
        primitive(3)  # type: ignore[arg-type]


def test_a_users_rule_that_raises() -> None:
    """Its own error comes through, and the engine goes on."""

    @primitive
    def reciprocal(x: float) -> tuple[float, float]:
        return 1.0 / x, -1.0 / x / x

    with pytest.raises(ZeroDivisionError):
        reciprocal(0.0)
    assert reciprocal(2.0).data == 0.5


def test_a_name_that_does_not_exist_gets_a_hint() -> None:
    """A slip of the fingers is met with the name that was meant."""
    with pytest.raises(AttributeError, match="did you mean 'sigmoid'"):
        _ = autograd.sigmiod


def test_a_power_with_a_modulus() -> None:
    """pow with three arguments has no meaning here."""
    with pytest.raises(TypeError):
        pow(leaf(), 2, 3)  # type: ignore[misc]


@pytest.mark.parametrize("thing", [0.5, 5, None, "x", object()])
def test_a_method_of_what_is_no_value(thing: Any) -> None:
    """`map(Value.tanh, numbers)` is an error, and reads nothing that is not there."""
    for method in (Value.tanh, Value.relu, Value.exp, Value.backward):
        with pytest.raises((TypeError, AttributeError)):
            method(thing)
    with pytest.raises(TypeError, match=r"expected a Value, got 0\.5: autograd.tanh takes numbers too"):
        Value.tanh(0.5)  # type: ignore[arg-type]


def test_kinds_of_lists_and_of_text() -> None:
    """Those that a user has derived from list and str will do."""

    class Numbers(list[float]):
        pass

    class Name(str):
        __slots__ = ()

    assert autograd.sum(Numbers([1.0, 2.0])).data == 3.0
    assert autograd.dot(Numbers([1.0, 2.0]), Numbers([3.0, 4.0])).data == 11.0
    assert Value(1.0, Name("a")).label == "a"


def test_none_is_neither_node_nor_primitive() -> None:
    """The compiled engine's own functions, called from Python, look before they leap."""
    with pytest.raises(TypeError, match="expected a Value, got None"):
        propagate(None)
    with pytest.raises(TypeError, match="expected a primitive, got None"):
        apply(None, [1.0])


def test_a_primitive_without_a_rule() -> None:
    """It is refused when it is made, not when it is used; one that was never made is refused too."""
    with pytest.raises(TypeError, match="primitive square needs its rule, a function of floats, not None"):
        Primitive("square", "²")
    with pytest.raises(TypeError, match="needs its rule, a function of floats, not 2"):
        Primitive("square", "²", 1, 2)
    x = leaf()
    with pytest.raises(ValueError, match="zip"):
        recorded(PRIMITIVES["add"], 4.0, [x, x], [1.0])
    blank = Primitive.__new__(Primitive)
    for use in (lambda: apply(blank, [1.0]), lambda: blank.evaluate([1.0])):
        with pytest.raises((TypeError, AttributeError)):
            use()

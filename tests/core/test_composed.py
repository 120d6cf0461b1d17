"""Functions made of primitives: as right as a rule of their own, at kinks too; where on a tape."""

from collections.abc import Callable
from math import inf, isnan, pi, sqrt
from typing import Any

import oracle
import pytest

import autograd
from autograd import Tape, Value, clip, elu, gelu, gradcheck, leaky_relu, maximum, minimum, relu6, where

MP = oracle.MP


def normal(x: Any) -> Any:
    """The normal distribution."""
    return MP.erfc(-x / MP.sqrt(2)) / 2


TEXTBOOK: dict[str, Callable[[Any], Any]] = {
    "leaky_relu": lambda x: x if x > 0 else MP.mpf(0.01) * x,
    "relu6": lambda x: min(max(x, MP.mpf(0)), MP.mpf(6)),
    "elu": lambda x: x if x > 0 else MP.expm1(x),
    "silu": lambda x: x / (1 + MP.exp(-x)),
    "gelu": lambda x: x * normal(x),
    "log_sigmoid": lambda x: -MP.log1p(MP.exp(-x)),
}
POINTS = (-700.0, -36.0, -5.0, -1.5, -1e-9, 1e-9, 0.3, 2.0, 5.9, 20.0, 700.0)


@pytest.mark.parametrize("name", TEXTBOOK)
@pytest.mark.parametrize("number", POINTS)
def test_value_and_slope(name: str, number: float) -> None:
    """Against 50 digits: to 3e-13, for gelu is a product of rounded numbers where it is 1e-280."""
    x = Value(number)
    y = getattr(autograd, name)(x)
    y.backward()
    exact = MP.mpf(number)
    assert y.data == pytest.approx(float(TEXTBOOK[name](exact)), rel=3e-13, abs=1e-300)
    assert x.grad == pytest.approx(float(MP.diff(TEXTBOOK[name], exact)), rel=3e-13, abs=1e-15)


@pytest.mark.parametrize("name", [*TEXTBOOK, "clip"])
def test_they_are_smooth_where_they_are(name: str) -> None:
    """The checker finds no slope that is wrong, of the second derivative neither."""
    for number in (-1.3, 0.4, 7.5):
        x = Value(number)
        y = clip(x, -1.0, 1.0) if name == "clip" else getattr(autograd, name)(x)
        assert gradcheck(y)
        assert gradcheck(autograd.grad(y * x, x, create_graph=True))


def slope_at(function: Callable[[Value], Value], number: float) -> float:
    """The derivative of a function at a number."""
    x = Value(number)
    return autograd.grad(function(x), x)


def test_kinks() -> None:
    """As the table of conventions has them, and leaky_relu and elu at 0 as PyTorch has them."""
    assert slope_at(leaky_relu, 0.0) == 0.01
    assert slope_at(lambda x: leaky_relu(x, 0.2), -0.0) == 0.2
    assert slope_at(elu, 0.0) == 1.0
    assert slope_at(lambda x: elu(x, 2.0), 0.0) == 2.0
    assert [slope_at(relu6, x) for x in (0.0, 3.0, 6.0, 7.0)] == [0.0, 1.0, 0.5, 0.0]
    assert [slope_at(lambda x: clip(x, -1.0, 1.0), x) for x in (-2.0, -1.0, 0.0, 1.0)] == [0.0, 0.5, 1.0, 0.5]


def test_far_away_nothing_overflows() -> None:
    """No NaN from a branch that is not taken."""
    assert [elu(x).data for x in (-inf, inf)] == [-1.0, inf]
    assert slope_at(elu, 1e4) == 1.0
    assert leaky_relu(inf).data == inf
    assert isnan(gelu(float("nan")).data)
    assert gelu(30.0).data == gelu(30.0, approximate=True).data == 30.0


def test_gelu_in_its_tanh_form() -> None:
    """GPT-2's, which differs from the exact one by up to 0.0005."""
    x = 0.7
    inner = MP.sqrt(2 / MP.pi) * (x + MP.mpf(0.044715) * x**3)
    assert gelu(x, approximate=True).data == pytest.approx(float(x / 2 * (1 + MP.tanh(inner))))
    assert 1e-5 < abs(gelu(2.0).data - gelu(2.0, approximate=True).data) < 5e-4


def test_one_bound_or_two() -> None:
    """A bound that is not given does not hold; where they cross, the upper one counts."""
    assert [clip(7.0).data, clip(7.0, low=8.0).data, clip(7.0, high=3.0).data, clip(7.0, 5.0, 3.0).data] == [
        7.0, 8.0, 3.0, 3.0,
    ]  # fmt: skip
    low = Value(1.0)
    clip(0.0, low, 2.0).backward()
    assert low.grad == 1.0


def test_where_asks_a_value_at_each_replay() -> None:
    """A tape goes another way for another number, forwards and backwards."""
    x, w = Value(1.0), Value(3.0)
    tape = Tape(where(x - 2.0, w * x, -w), [x])
    assert tape.forward([[1.0], [2.0], [4.0]]) == [-3.0, -3.0, 12.0]
    tape.backward([1.0, 1.0, 1.0])
    assert w.grad == 2.0


def test_where_of_a_bool_is_the_branch_itself() -> None:
    """It is decided once, like an if."""
    a = Value(2.0)
    assert where(a > 1.0, a, 5.0) is a
    assert where(False, a, 5.0).data == 5.0
    numpy = pytest.importorskip("numpy")
    assert where(numpy.float64(2.0) > 1.0, a, 5.0) is a
    for wrong in (1.0, 1, "x", None):
        with pytest.raises(TypeError, match="the condition of where is a Value, which holds above 0, or"):
            where(wrong, a, 5.0)  # type: ignore[arg-type]


def test_extremes_of_a_list() -> None:
    """Two numbers are the primitive of two; a list, or more of them, is one node."""
    a, b = Value(1.0), Value(3.0)
    assert maximum(a, b).primitive is not maximum([a, b]).primitive
    assert (maximum([a, b]).op, len(minimum(a, b, 2.0).inputs)) == ("max", 3)
    maximum([a, b, b, 3.0]).backward()
    assert (a.grad, b.grad) == (0.0, pytest.approx(2 / 3))
    assert maximum([5.0]).data == 5.0
    for wrong in ((), ([],)):
        with pytest.raises(ValueError, match="maximum needs at least one value, got none"):
            maximum(*wrong)
    with pytest.raises(TypeError, match=r"maximum takes a list of Values and numbers, not 5\.0"):
        maximum(5.0)


def test_log_softmax_is_the_cross_entropy() -> None:
    """Minus that of the class, right where its share is next to 1."""
    logits = [40.0, 0.0, -3.0]
    for i, node in enumerate(autograd.log_softmax(logits)):
        target = [float(i == j) for j in range(3)]
        assert node.data == pytest.approx(-autograd.cross_entropy(logits, target).data, rel=1e-15)


def test_norm_at_zero() -> None:
    """Its gradient is 0 there, where sqrt(dot(x, x)) has NaN."""
    xs = [Value(0.0), Value(0.0)]
    assert autograd.grad(autograd.norm(xs), xs) == [0.0, 0.0]
    assert autograd.atan2(1.0, -1.0).data == 3 * pi / 4
    assert autograd.hypot(1.0, 1.0).data == sqrt(2.0)

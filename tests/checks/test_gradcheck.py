"""gradcheck finds what is wrong, passes what is right, and says where there is no derivative."""

import math
from collections.abc import Callable
from random import Random

import pytest
from graphs import build, random_recipe

import autograd
from autograd import Value, cross_entropy, gradcheck, maximum, minimum, primitive, softmax, sum, weighted_sum
from autograd.checks.gradcheck import AGREES, DIFFERS, NOT_DIFFERENTIABLE, NOT_FINITE, GradientError

SMOOTH: dict[str, tuple[Callable[..., object], list[float]]] = {
    "a tiny number": (lambda x: x.log(), [1e-300]),
    "a huge number": (lambda x: x.sin(), [1e10]),
    "nearly an overflow": (lambda x: x.exp(), [709.7]),
    "an underflow": (lambda x: x.sigmoid(), [-700.0]),
    "saturation": (lambda x: x.tanh(), [20.0]),
    "a kink close by": (lambda x: x.relu(), [1e-300]),
    "nearly a tie": (maximum, [2.0, 2.0 + 1e-10]),
    "cancellation": (lambda x: (x + 1e8) - 1e8, [0.3]),
    "short waves": (lambda x: (x * 1e6).sin(), [0.3]),
    "numbers of other sizes": (lambda a, b: a / b, [1e-200, 1e-100]),
    "many inputs": (lambda *x: sum(softmax(x)[:2]) + cross_entropy(x[:2], x[2:]), [1.0, 2.0, 0.25, 0.75]),
    "a derivative of 0": (lambda x: x**0, [0.0]),
}

KINKS: dict[str, tuple[Callable[..., object], list[float]]] = {
    "relu at 0": (lambda x: x.relu(), [0.0]),
    "abs at 0": (lambda x: abs(x), [0.0]),
    "a tie of maximum": (maximum, [2.0, 2.0]),
    "a tie of minimum": (minimum, [-3.0, -3.0]),
    "the end of a domain": (lambda x: x.sqrt(), [0.0]),
    "a branch in Python": (lambda x: x if x.data > 0 else -x, [0.0]),
}
OVERFLOWS: dict[str, tuple[Callable[..., object], list[float]]] = {
    "outside of a domain": (lambda x: x.log(), [-1.0]),
    "a pole": (lambda x: 1 / x, [0.0]),
    "infinity": (lambda x: x * x, [math.inf]),
    "an overflow": (lambda x: x.exp(), [1000.0]),
    "an underflow inside": (lambda x: x.sigmoid().log(), [-800.0]),
    "an overflow that cancels": (lambda x: x.exp() / x.exp(), [800.0]),
}


@primitive
def sinh(x: float) -> tuple[float, float]:
    """A primitive of a user's own, right."""
    return math.sinh(x), math.cosh(x)


@primitive
def twisted(a: float, b: float) -> tuple[float, float, float]:
    """A primitive of a user's own whose second derivative is wrong."""
    return a * b, b, 2.0 * a


@pytest.mark.parametrize("name", SMOOTH)
def test_right_derivatives_agree(name: str) -> None:
    """Where there is a derivative, the report is true and finds no kink."""
    report = gradcheck(*SMOOTH[name])
    assert report
    assert not report.having(NOT_DIFFERENTIABLE)


@pytest.mark.parametrize("name", KINKS)
def test_a_kink_is_named(name: str) -> None:
    """Where there is none, the report says so, and neither fails nor agrees in silence."""
    report = gradcheck(*KINKS[name])
    assert report.having(NOT_DIFFERENTIABLE)
    assert "not differentiable here" in str(report)
    assert ("the worst to" in str(report)) == bool(report.having(AGREES))


@pytest.mark.parametrize("name", OVERFLOWS)
def test_numbers_that_are_not_finite_fail(name: str) -> None:
    """An overflow is no kink: there is nothing to compare, and the check does not pass."""
    with pytest.raises(GradientError, match="not finite: ") as failure:
        gradcheck(*OVERFLOWS[name])
    assert failure.value.report.having(NOT_FINITE)
    assert not failure.value.report


def test_a_kink_that_cancels_is_none_of_the_whole() -> None:
    """maximum(x, x) has a tie inside, but is x: the whole gradient is checked as ever."""
    report = gradcheck(lambda x, y: maximum(x, x) * y, [2.0, 3.0])
    assert [check.verdict == NOT_DIFFERENTIABLE for check in report.local].count(True) == 2
    assert not any(check.verdict == NOT_DIFFERENTIABLE for check in report.whole)


def test_a_wrong_rule_is_named() -> None:
    """A failure names the primitive, the node, the input, both numbers and the step."""
    x, y = Value(0.5), Value(-1.5, "height")
    with pytest.raises(GradientError) as failure:
        gradcheck(twisted(x, y) * x)
    message = str(failure.value)
    for part in ("twisted (node 3 of 4)", "input 1", "height = -1.5", "is 1.0", "say 0.5", "step "):
        assert part in message
    assert len(failure.value.report.having(DIFFERS)) == 2


def test_a_right_rule_of_a_users_own() -> None:
    """A user's primitive is checked like any other."""
    assert gradcheck(sinh, [1.0])


def test_nan_where_there_is_a_derivative_differs() -> None:
    """A rule that gives NaN where the curve is smooth is wrong, not excused."""

    @primitive
    def square(x: float) -> tuple[float, float]:
        return x * x, math.nan

    with pytest.raises(GradientError):
        gradcheck(square, [1.0])


def test_a_rule_that_raises_outside_of_its_domain() -> None:
    """Where a user's function raises beside the point, the shorter steps count."""

    @primitive
    def root(x: float) -> tuple[float, float]:
        return math.sqrt(x), 0.5 / math.sqrt(x)

    assert gradcheck(root, [0.01])


def test_parameters_are_checked_too() -> None:
    """Leaves that outlast the call count as inputs, and come back as they were."""
    weights = [Value(0.3), Value(-0.7)]
    report = gradcheck(lambda a, b: weighted_sum(weights, [a, b]).tanh(), [1.0, 2.0])
    assert len(report.whole) == 4
    assert [weight.data for weight in weights] == [0.3, -0.7]
    assert [weight.grad for weight in weights] == [0.0, 0.0]


def test_several_outputs_and_nested_inputs() -> None:
    """A function may take lists and return several Values, as a layer does."""
    report = gradcheck(lambda xs, t: softmax([*xs, t]), [[1.0, 2.0], 0.5])
    assert len(report.whole) == 9


def test_at_most_so_many_leaves() -> None:
    """Of many leaves, those asked for are checked."""
    assert len(gradcheck(lambda *x: sum(x), [float(i) for i in range(50)], most_leaves=7).whole) == 7


def test_a_changed_graph_is_an_error() -> None:
    """A leaf that was set since leaves nothing to compare."""
    x = Value(1.0)
    y = x.exp()
    x.data = 2.0
    with pytest.raises(ValueError, match="the graph has changed, compute it again"):
        gradcheck(y)


def test_a_function_that_changes_its_mind_is_an_error() -> None:
    """A function must give the same for the same inputs."""
    numbers = iter(range(100))
    with pytest.raises(ValueError, match="for the same inputs"):
        gradcheck(lambda x: x * next(numbers), [1.0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3.0,), "takes a Value, or a function"),
        ((Value(1.0), [1.0]), "takes no inputs"),
        ((lambda x: 3.0, [1.0]), "returns a Value, got 3.0"),
        ((abs, 3.0), r"a list, as in gradcheck\(function, \[3.0\]\), not 3.0"),
        ((abs, [Value(1.0) * 2.0]), "must be numbers or leaves"),
    ],
)
def test_misuse_is_named(arguments: tuple[object, ...], message: str) -> None:
    """What cannot be checked is an error that says why."""
    with pytest.raises(TypeError, match=message):
        gradcheck(*arguments)


def test_a_plot_of_error_against_step() -> None:
    """The plot has a line for each check; the error falls with the step, then rises again."""
    pytest.importorskip("matplotlib").use("agg")
    from matplotlib import pyplot

    report = gradcheck(lambda x: x.tanh(), [0.5])
    steps, errors = zip(*report.checks[0].errors(), strict=True)
    least = errors.index(min(errors))
    assert 0 < least < len(steps) - 1
    assert len(report.plot().lines) == 2
    pyplot.close("all")


def test_second_derivatives() -> None:
    """Of order 2 each pair of leaves is checked: the formulas against differences of what the rules give."""
    a, b = Value(0.5, "a"), Value(-1.5, "b")
    report = gradcheck((a * b).tanh() * a.exp() + b**3, order=2)
    assert len(report.second) == 3
    assert "3 second)" in str(report)
    assert {check.verdict for check in report.second} == {"agrees"}
    with pytest.raises(ValueError, match="order 1 or 2, not 3"):
        gradcheck(a * b, order=3)
    with pytest.raises(TypeError, match="takes the Value that a function returned"):
        gradcheck(lambda x: x * x, [1.0], order=2)


@primitive(derivative=lambda x, y, i: 3.0 * x[0])
def wrong_square(x: float) -> tuple[float, float]:
    return x * x, 2.0 * x


def test_a_formula_that_is_wrong() -> None:
    """Its first derivative comes from the rule and agrees; the second from the formula, and is named."""
    x = Value(2.0, "x")
    y = wrong_square(x)
    assert gradcheck(y)
    with pytest.raises(GradientError, match=r"y = wrong_square by the leaf x = 2, then by x = 2 is 3\.0"):
        gradcheck(y, order=2)


@pytest.mark.parametrize("seed", range(20))
def test_second_derivatives_of_random_graphs(seed: int) -> None:
    """They agree, or the graph has a kink there."""
    recipe = random_recipe(Random(seed), 6)
    report = gradcheck(build(recipe, autograd)[-1], order=2, tolerance=1e-5)
    assert report.second

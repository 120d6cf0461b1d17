"""Every primitive is right to a few units in the last place, and follows the table of conventions."""

import copy
import math
import pickle
import re
import sys
from fractions import Fraction
from math import inf, nan
from pathlib import Path
from random import Random
from types import ModuleType

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Tape, Value, cross_entropy, logsumexp, maximum, minimum, softmax
from autograd.core import primitives
from autograd.core.primitives import PRIMITIVES, Primitive, power_of

A_FEW = 5.0  # units in the last place

SMOOTH_POINTS = {
    "power": [1.7, 2.3],
    "power_of": [1.7, 2.3],
    "binary_cross_entropy": [0.7, 0.3],
    "weighted_sum": [0.3, -1.2, 2.5, 0.7, 0.1],
    "cross_entropy": [0.3, -1.2, 0.4, 0.6],
    **{
        name: [0.3, -1.2, 2.5]
        for name in (
            "sum",
            "mean",
            "logsumexp",
            "softmax",
            "log_softmax",
            "norm",
            "maximum_of",
            "minimum_of",
            "where",
        )
    },
}


def test_the_textbook_knows_every_primitive() -> None:
    """No primitive is left unchecked."""
    missing = [name for name in PRIMITIVES if name not in oracle.TEXTBOOK]
    assert not missing, f"{missing}: add a row to TEXTBOOK in tests/oracle.py"
    assert set(oracle.TEXTBOOK) == {*PRIMITIVES, "power_of"}


def test_every_primitive_has_its_c_types() -> None:
    """What a newcomer forgets is named: the C type of the rule, in the .pxd beside it."""
    folder = Path(primitives.__file__).parent
    table = (folder / "primitives.py").read_text("utf-8")
    rows = re.findall(r"of_\w+\(.*, \w+\.(\w+)\)$", table, re.MULTILINE)
    typed = "".join((folder / name).read_text("utf-8") for name in ("rules.pxd", "nary_rules.pxd"))
    assert len(rows) == len(PRIMITIVES)
    for rule in rows:
        assert f" {rule}(" in typed, f"the rule {rule} has no C type, in the .pxd beside it"


@pytest.mark.parametrize("name", oracle.TEXTBOOK)
def test_the_textbook_differentiates_itself(name: str) -> None:
    """The oracle's derivatives are the slopes of its values, by mpmath's own differentiation."""
    numbers = SMOOTH_POINTS.get(name, [0.7, 0.3])
    numbers = numbers if name in SMOOTH_POINTS or PRIMITIVES[name].arity == 2 else numbers[:1]
    for i, slope in enumerate(oracle.reference(name, numbers)[1]):

        def along(x: object, i: int = i) -> object:
            return oracle.TEXTBOOK[name](*(x if i == j else oracle.MP.mpf(n) for j, n in enumerate(numbers)))[
                0
            ]

        assert abs(oracle.MP.diff(along, numbers[i]) - slope) < 1e-20


@pytest.mark.parametrize("name", oracle.TEXTBOOK)
def test_right_to_a_few_ulps(name: str) -> None:
    """Value and derivatives against 50 digits, anywhere in the range of doubles."""
    random = Random(name)
    for _ in range(300):
        numbers = oracle.any_numbers(name, random)
        assert max(oracle.errors(name, numbers), default=0.0) <= A_FEW, numbers


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("divide", [1.5e-323, 1.9e-8]),
        ("divide", [4.4e-323, -3.3e-8]),
        ("power", [5e-324, 1e-154]),
        ("power", [1e300, -0.0197]),
        ("power", [0.5, 1075.0]),
        ("hypot", [-4e156, -3e-150]),
        ("hypot", [3e-150, 4e156]),
        ("norm", [4e156, -3e-150, 1.0]),
        ("norm", [1e-310, -3e-311]),
        ("cross_entropy", [20.0, -3.0, 1.0 - 1e-10, 1e-10]),
        ("cross_entropy", [-3.0, 20.0, 1e-10, 1.0 - 1e-10]),
        ("cross_entropy", [1.0, -3.0, 20.0, 1e-12, 1e-10, 1.0 - 1e-10]),
    ],
)
def test_right_to_a_few_ulps_in_the_corners(name: str, numbers: list[float]) -> None:
    """Where a number on the way is too small to be precise, or what is left of 1 cancels."""
    assert max(oracle.errors(name, numbers)) <= A_FEW


@pytest.mark.parametrize("name", [*PRIMITIVES, "power_of"])
@given(data=st.data())
def test_no_number_raises(name: str, data: st.DataObject) -> None:
    """Any doubles in, doubles out: infinities and NaN travel."""
    primitive = power_of(data.draw(st.floats())) if name == "power_of" else PRIMITIVES[name]
    count = primitive.arity or 2 * data.draw(st.integers(1, 3)) + (name == "weighted_sum")
    value, slopes = primitive.evaluate(data.draw(st.lists(st.floats(), min_size=count, max_size=count)))
    assert isinstance(value, float)
    assert [type(slope) for slope in slopes] == [float] * count


@pytest.mark.parametrize(
    ("name", "numbers", "value", "slopes"),
    [
        ("relu", [0.0], 0.0, [0.0]),
        ("relu", [nan], nan, None),
        ("relu", [inf], inf, [1.0]),
        ("relu", [-inf], 0.0, [0.0]),
        ("abs", [0.0], 0.0, [0.0]),
        ("abs", [-0.0], 0.0, [0.0]),
        ("abs", [-inf], inf, [-1.0]),
        ("exp", [1000.0], inf, [inf]),
        ("exp", [-inf], 0.0, [0.0]),
        ("log", [0.0], -inf, [inf]),
        ("log", [-0.0], -inf, [-inf]),
        ("log", [inf], inf, [0.0]),
        ("log", [-1.0], nan, None),
        ("sqrt", [0.0], 0.0, [inf]),
        ("sqrt", [-1.0], nan, [nan]),
        ("sqrt", [inf], inf, [0.0]),
        ("sin", [inf], nan, [nan]),
        ("cos", [-inf], nan, [nan]),
        ("tan", [inf], nan, [nan]),
        ("sinh", [-1000.0], -inf, [inf]),
        ("cosh", [-1000.0], inf, [-inf]),
        ("expm1", [-inf], -1.0, [0.0]),
        ("expm1", [1000.0], inf, [inf]),
        ("log1p", [-1.0], -inf, [inf]),
        ("log1p", [-2.0], nan, None),
        ("erf", [-inf], -1.0, [0.0]),
        ("erfc", [inf], 0.0, [-0.0]),
        ("atan2", [0.0, 0.0], 0.0, [0.0, 0.0]),
        ("atan2", [-0.0, -1.0], -math.pi, [-1.0, 0.0]),
        ("atan2", [inf, 1.0], math.pi / 2, [0.0, 0.0]),
        ("atan2", [5e-324, 5e-324], math.pi / 4, [inf, -inf]),
        ("hypot", [0.0, -0.0], 0.0, [0.0, 0.0]),
        ("hypot", [3 * 2.0**1000, 4 * 2.0**1000], 5 * 2.0**1000, [0.6, 0.8]),
        ("hypot", [1.5e-323, 2e-323], 2.5e-323, [0.6, 0.8]),
        ("hypot", [nan, inf], nan, None),
        ("norm", [0.0, -0.0, 0.0], 0.0, [0.0, 0.0, 0.0]),
        ("norm", [2 * 2.0**1000, 3 * 2.0**1000, 6 * 2.0**1000], 7 * 2.0**1000, [2 / 7, 3 / 7, 6 / 7]),
        ("norm", [nan, 1.0], nan, None),
        ("maximum_of", [1.0, 3.0, 3.0], 3.0, [0.0, 0.5, 0.5]),
        ("maximum_of", [nan, 3.0], nan, [1.0, 0.0]),
        ("minimum_of", [2.0, 2.0, 2.0, 4.0], 2.0, [1 / 3, 1 / 3, 1 / 3, 0.0]),
        ("where", [0.5, 2.0, nan], 2.0, [0.0, 1.0, 0.0]),
        ("where", [0.0, 2.0, 3.0], 3.0, [0.0, 0.0, 1.0]),
        ("where", [nan, 2.0, 3.0], nan, [0.0, 0.0, 0.0]),
        ("log_softmax", [1000.0, 0.0], 0.0, [0.0, -0.0]),
        ("log_softmax", [-1000.0, 0.0], -1000.0, [1.0, -1.0]),
        ("tanh", [inf], 1.0, [0.0]),
        ("tanh", [-1e4], -1.0, [0.0]),
        ("sigmoid", [-inf], 0.0, [0.0]),
        ("sigmoid", [1e4], 1.0, [0.0]),
        ("softplus", [inf], inf, [1.0]),
        ("softplus", [-inf], 0.0, [0.0]),
        ("softplus", [-1e4], 0.0, [0.0]),
        ("softplus", [1e4], 1e4, [1.0]),
        ("divide", [1.0, 0.0], inf, [inf, -inf]),
        ("divide", [1.0, -0.0], -inf, [-inf, -inf]),
        ("divide", [0.0, 0.0], nan, None),
        ("divide", [1.0, 1e200], 1e-200, [1e-200, -0.0]),
        ("divide", [1e-200, 1e-200], 1.0, [1e200, -1e200]),
        ("power", [0.0, 0.0], 1.0, [0.0, 0.0]),
        ("power", [0.0, 2.0], 0.0, [0.0, 0.0]),
        ("power", [0.0, -1.0], inf, [-inf, -inf]),
        ("power", [-2.0, 3.0], -8.0, [12.0, nan]),
        ("power", [-2.0, 0.5], nan, [nan, nan]),
        ("power", [-8.0, 1.0 / 3.0], nan, [nan, nan]),
        ("maximum", [2.0, 2.0], 2.0, [0.5, 0.5]),
        ("maximum", [2.0, 3.0], 3.0, [0.0, 1.0]),
        ("maximum", [nan, 3.0], nan, None),
        ("maximum", [3.0, nan], nan, None),
        ("maximum", [-inf, inf], inf, [0.0, 1.0]),
        ("minimum", [2.0, 2.0], 2.0, [0.5, 0.5]),
        ("minimum", [2.0, 3.0], 2.0, [1.0, 0.0]),
        ("minimum", [3.0, nan], nan, None),
        ("logsumexp", [1e4, 1e4], 1e4 + math.log(2.0), [0.5, 0.5]),
        ("logsumexp", [-inf, 0.0], 0.0, [0.0, 1.0]),
        ("logsumexp", [inf, 0.0], inf, None),
        ("logsumexp", [-inf, -inf], -inf, None),
        ("logsumexp", [nan, 0.0], nan, None),
        ("softmax", [1e4, -1e4], 1.0, [0.0, -0.0]),
        ("softmax", [0.0, -inf], 1.0, [0.0, -0.0]),
        ("softmax", [nan, 0.0], nan, None),
        ("cross_entropy", [1e4, -1e4, 1.0, 0.0], 0.0, [0.0, 0.0, 0.0, 2e4]),
        ("cross_entropy", [1e4, -1e4, 0.0, 1.0], 2e4, [1.0, -1.0, 0.0, 2e4]),
        ("binary_cross_entropy", [1e4, 0.0], 1e4, [1.0, -1e4]),
        ("binary_cross_entropy", [-1e4, 0.0], 0.0, [0.0, 1e4]),
        ("binary_cross_entropy", [1e4, 1.0], 0.0, [0.0, -1e4]),
        ("binary_cross_entropy", [inf, 1.0], 0.0, [0.0, -inf]),
        ("binary_cross_entropy", [-inf, 0.0], 0.0, [0.0, inf]),
        ("sum", [inf, -inf], nan, [1.0, 1.0]),
        ("weighted_sum", [0.0, inf, 1.0], nan, [inf, 0.0, 1.0]),
    ],
)
def test_conventions(name: str, numbers: list[float], value: float, slopes: list[float] | None) -> None:
    """The corners: what a primitive gives where the textbook gives nothing, or C would overflow."""
    got, by_each = PRIMITIVES[name].evaluate(numbers)
    assert repr(got) == repr(value)
    if slopes is not None:
        assert list(map(repr, by_each)) == list(map(repr, slopes))


@pytest.mark.parametrize("number", [0, 0.0, -0.0])
def test_the_power_of_nothing(number: float) -> None:
    """x**0 is 1 with derivative 0, at 0 as well."""
    x = Value(0.0)
    y = x**number
    y.backward()
    assert (y.data, x.grad) == (1.0, 0.0)


@pytest.mark.parametrize("n", [3, 4, 5, -1, 1])
def test_whole_powers_of_whole_numbers_are_exact(n: int) -> None:
    """2**4 has the derivative 32, not 32.000000000000007."""
    x = Value(2.0)
    y = x**n
    y.backward()
    assert (y.data, x.grad) == (2.0**n, n * 2.0 ** (n - 1))


def test_a_primitive_checks_how_many_numbers_it_gets() -> None:
    """The wrong number of numbers is an error that names the primitive."""
    with pytest.raises(TypeError, match="multiply takes 2 numbers, got 1"):
        PRIMITIVES["multiply"].evaluate([1.0])


def test_what_a_primitive_shows() -> None:
    """A primitive has a name, a sign, an arity, and a short repr; a copy of it is itself."""
    primitive = PRIMITIVES["multiply"]
    assert (primitive.name, primitive.op, primitive.arity, primitive.function) == ("multiply", "*", 2, None)
    assert repr(primitive) == "<primitive *>"
    assert isinstance(primitive, Primitive)
    assert primitive.number == 0.0
    assert power_of(2.0).number == 2.0
    assert power_of(2.0).op == "**2"


@pytest.mark.parametrize("number", [None, 0.5])
def test_a_primitive_is_there_once(number: float | None) -> None:
    """Its copies are itself, and so is what a pickle finds again."""
    primitive = PRIMITIVES["multiply"] if number is None else power_of(number)
    copies = copy.copy(primitive), copy.deepcopy(primitive), pickle.loads(pickle.dumps(primitive))
    assert all(copied is primitive for copied in copies)


def test_a_pickle_finds_a_users_primitive(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name of its function, in a class too."""
    module = ModuleType("users_module")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    rule = "@primitive\n{0}def cube(x):\n{0} return x**3, 3.0 * x**2\n"
    code = "from autograd import primitive\n" + rule.format("") + "class Rules:\n " + rule.format(" ")
    exec(code, vars(module))
    for cube in (module.cube, module.Rules.cube):
        assert pickle.loads(pickle.dumps(cube.primitive)) is cube.primitive
        assert pickle.loads(pickle.dumps(cube(2.0))).primitive is cube.primitive


# --- The table of conventions beside PyTorch ---------------------------------------------------------


def beside_torch(ours: object, theirs: object, *numbers: float) -> None:
    """The same value and the same gradient, NaN for NaN."""
    torch = pytest.importorskip("torch")
    values = [Value(number) for number in numbers]
    tensors = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in numbers]
    result, expected = ours(*values), theirs(torch, *tensors)  # type: ignore[operator]
    result.backward()
    expected.backward()
    assert result.data == pytest.approx(expected.item(), rel=1e-14, nan_ok=True)
    for value, tensor in zip(values, tensors, strict=True):
        assert value.grad == pytest.approx(tensor.grad.item(), rel=1e-14, nan_ok=True)


@pytest.mark.parametrize(
    ("ours", "theirs", "numbers"),
    [
        (lambda x: x.relu(), lambda torch, x: torch.relu(x), [0.0]),
        (lambda x: abs(x), lambda torch, x: torch.abs(x), [0.0]),
        (maximum, lambda torch, a, b: torch.maximum(a, b), [2.0, 2.0]),
        (minimum, lambda torch, a, b: torch.minimum(a, b), [2.0, 2.0]),
        (lambda x: x**0, lambda torch, x: x**0, [0.0]),
        (lambda a, b: a**b, lambda torch, a, b: a**b, [0.0, 2.0]),
        (lambda a, b: a**b, lambda torch, a, b: a**b, [0.0, 0.0]),
        (lambda a, b: a**b, lambda torch, a, b: a**b, [-2.0, 3.0]),
        (lambda x: x.sqrt(), lambda torch, x: torch.sqrt(x), [0.0]),
        (lambda x: x.log(), lambda torch, x: torch.log(x), [0.0]),
        (lambda x: x**0.5, lambda torch, x: x**0.5, [-2.0]),
        (lambda x: x.sigmoid(), lambda torch, x: torch.sigmoid(x), [1e4]),
        (lambda x: x.softplus(), lambda torch, x: torch.nn.functional.softplus(x, threshold=1e9), [30.0]),
        (lambda *x: logsumexp(x), lambda torch, *x: torch.logsumexp(torch.stack(x), 0), [1e4, 1e4, -1e4]),
        (lambda *x: softmax(x)[0], lambda torch, *x: torch.softmax(torch.stack(x), 0)[0], [3.0, 1.0]),
        (
            lambda *x: cross_entropy(x, [0.0, 1.0]),
            lambda torch, *x: -torch.log_softmax(torch.stack(x), 0)[1],
            [1e4, -1e4],
        ),
        (lambda a, b: a / b, lambda torch, a, b: a / b, [1e-200, 1e-200]),
        (lambda a, b: a / b, lambda torch, a, b: a / b, [1.0, 0.0]),
        (lambda x: x.exp(), lambda torch, x: torch.exp(x), [1000.0]),
    ],
)
def test_conventions_beside_torch(ours: object, theirs: object, numbers: list[float]) -> None:
    """Each row of the table of conventions is what PyTorch does."""
    beside_torch(ours, theirs, *numbers)


EXTREMES = [0.0, 5e-324, 1e-310, 1e-300, 1e-160, 0.7, 1.0, 1.5, 3.0, 1e160, 1e289, 1e300, 1.7e308, math.inf]
SIGNED = [sign * number for number in EXTREMES for sign in (1.0, -1.0)]


@pytest.mark.parametrize("a", SIGNED)
def test_quotients_at_both_ends(a: float) -> None:
    """d(a/b)/db is −a/b², to the last digits, for numbers of any size, by the engine and on the tape."""
    leaves = Value(a), Value(1.0)
    tape = Tape(leaves[0] / leaves[1], leaves)
    tape.forward([[a, b] for b in SIGNED])
    tape.backward([1.0] * len(SIGNED))
    for b, slope_of_tape in zip(SIGNED, tape.gradients(leaves[1]), strict=True):
        slope = (Value(a) / Value(b)).local_derivatives[1]
        assert slope_of_tape == slope or (slope != slope and slope_of_tape != slope_of_tape)
        if math.isinf(b) and math.isfinite(a):
            assert slope == 0.0
        elif math.isfinite(a) and b:
            try:
                exact = float(-Fraction(a) / Fraction(b) ** 2)
            except OverflowError:
                exact = math.copysign(math.inf, -a)
            assert slope == pytest.approx(exact, rel=1e-15, abs=1e-323)

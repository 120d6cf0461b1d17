"""How numbers, operations and local derivatives are written: every formula is held against its rule."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.core.primitives import PRIMITIVES, Primitive, power_of
from autograd.naming.notation import (
    OPERATIONS,
    format_derivatives,
    format_number,
    format_operation,
)

COUNTS = {"weighted_sum": 5, "cross_entropy": 6}  # inputs of a primitive that takes any number; else 3
POWERS = [power_of(n) for n in (-1.0, 0.5, 1.0, 2.0, 3.0)]
NUMBERS = {0: [0.7, -1.2, 0.4, 0.5, 0.25], 1: [0.7], 2: [0.7, 1.3]}


def evaluated(formula: str, names: dict[str, float], operands: list[float]) -> float:
    """A formula as a number: the text read as Python, with the signs of a blackboard for operators."""
    text = (
        re.sub(r"\|(.*?)\|", r"abs(\1)", formula)
        .replace("×", "*")
        .replace("^", "**")
        .replace("√π", "pi**0.5")
    )
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: f"**({m.group().translate(DIGITS)})", text)
    logits = operands[: len(operands) // 2] if len(operands) == 6 else operands
    functions = {
        "softmax": lambda x: math.exp(x) / math.fsum(map(math.exp, logits)),
        "sigmoid": lambda x: 1.0 / (1.0 + math.exp(-x)),
        "softplus": lambda x: math.log1p(math.exp(x)),
        "relu": lambda x: max(x, 0.0),
        "step": lambda x: float(x > 0.0),
        "sign": lambda x: float((x > 0.0) - (x < 0.0)),
        "mean": lambda *x: math.fsum(x) / len(x),
        "logsumexp": lambda *x: math.log(math.fsum(map(math.exp, x))),
        **{
            name: getattr(math, name)
            for name in ("exp", "log", "sqrt", "sin", "cos", "tanh", "sinh", "cosh", "pi")
        },
    }
    return float(eval(text, {**functions, **names}))


DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def example(primitive: Primitive) -> tuple[list[str], list[float]]:
    """Names and numbers for the inputs of a primitive."""
    if primitive.name == "cross_entropy":
        return [f"x{i}" for i in range(6)], [0.7, -1.2, 0.4, 0.5, 0.25, 0.25]
    numbers = NUMBERS[primitive.arity][: primitive.arity or COUNTS.get(primitive.name, 3)]
    return [f"x{i}" for i in range(len(numbers))], numbers


@pytest.mark.parametrize("primitive", [*PRIMITIVES.values(), *POWERS], ids=repr)
def test_formulas_are_what_the_rules_compute(primitive: Primitive) -> None:
    """Read as Python, the formula of each operation and local derivative gives the rule's numbers."""
    names, numbers = example(primitive)
    value, slopes = primitive.evaluate(numbers)
    known = dict(zip(names, numbers, strict=True)) | {"y": value}
    if primitive.name in OPERATIONS or primitive.name == "power_of":
        formula = format_operation(primitive, names)
        if "[" not in formula:
            assert evaluated(formula, known, numbers) == pytest.approx(value, rel=1e-12)
    formulas = format_derivatives(primitive, names, "y")
    assert len(formulas) == len(slopes)
    for formula, slope in zip(formulas, slopes, strict=True):
        assert evaluated(formula, known, numbers) == pytest.approx(slope, rel=1e-12)


def test_a_primitive_of_a_users_own() -> None:
    """It is written as a call, even if it is called like one of ours; its derivatives have no formula."""
    own = Primitive("multiply", "multiply", 0, lambda a, b: (a * b, b, a))
    assert format_operation(own, ["a", "b"]) == "multiply(a, b)"
    assert format_derivatives(own, ["a", "b"], "c") == ["∂c/∂a", "∂c/∂b"]


def test_long_sums_are_shortened() -> None:
    """Of many terms the first and the last are written."""
    names = [f"x{i}" for i in range(9)]
    assert format_operation(PRIMITIVES["sum"], names) == "x0 + x1 + … + x8"
    assert format_operation(PRIMITIVES["mean"], names) == "mean(x0, x1, …, x8)"
    assert (
        format_operation(PRIMITIVES["weighted_sum"], [*names, *names, "b"])
        == "x0 × x0 + x1 × x1 + … + x8 × x8 + b"
    )


def test_negative_numbers_stand_in_parentheses_where_they_must() -> None:
    """A minus after a minus, or under a power, is not left to guess."""
    assert format_operation(PRIMITIVES["subtract"], ["2", "-3"]) == "2 - (-3)"
    assert format_operation(PRIMITIVES["negate"], ["-3"]) == "-(-3)"
    assert format_operation(power_of(2.0), ["-3"]) == "(-3)²"
    assert format_operation(power_of(0.5), ["x"]) == "x^0.5"
    assert format_operation(power_of(-2.0), ["x"]) == "x⁻²"


@given(st.floats())
def test_short_numbers(number: float) -> None:
    """Four digits or more are right, and none is long."""
    text = format_number(number)
    assert len(text) <= 11
    if abs(number) < 1.797e308:
        assert float(text) == pytest.approx(number, rel=5.1e-4, abs=1e-320)
    else:
        assert text == str(number) or abs(float(text)) == math.inf

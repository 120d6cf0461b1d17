"""How numbers and operations are written for people: `a × b`, `exp(x)`, `x²`, short numbers, colour."""

import os
import sys
from collections.abc import Callable, Sequence

from autograd.primitives import Primitive

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
TERMS = 4  # a sum of more terms than this is shortened


def short(number: float) -> str:
    """A number as one writes it on a blackboard: four digits that count, whole numbers whole.

    >>> short(-6.0), short(0.70710678), short(1234567.0), short(1234.5678), short(2e-9)
    ('-6', '0.7071', '1234567', '1234.57', '2e-09')
    """
    if number == 0.0:
        return "0"
    if number == number // 1 and abs(number) < 1e9:
        return f"{number:.0f}"
    return f"{number:.6g}" if 1000.0 <= abs(number) < 1e6 else f"{number:.4g}"


def written(primitive: Primitive, operands: Sequence[str]) -> str:
    """An operation on these operands, as one writes it.

    >>> from autograd.primitives import PRIMITIVES, power_of
    >>> written(PRIMITIVES["multiply"], ["a", "b"]), written(power_of(2.0), ["-3"])
    ('a × b', '(-3)²')
    """
    rule = NOTATION.get(primitive.name)
    if rule is not None and primitive.function is None:
        return rule(operands)
    if primitive.name == "power_of":
        exponent = short(primitive.number)
        raised = exponent.translate(SUPERSCRIPTS) if exponent.lstrip("-").isdigit() else "^" + exponent
        return guarded(operands[0]) + raised
    return f"{primitive.name}({', '.join(shortened(operands))})"


def guarded(operand: str) -> str:
    """An operand in parentheses where it would not be clear without."""
    plain = operand.replace("_", "").replace(".", "").isalnum() and not operand.isdecimal()
    return operand if plain or operand.isdecimal() else f"({operand})"


def shortened(terms: Sequence[str]) -> list[str]:
    """The terms; of many, the first and the last."""
    return list(terms) if len(terms) <= TERMS else [*terms[: TERMS - 2], "…", terms[-1]]


def between(sign: str) -> Callable[[Sequence[str]], str]:
    """How an operation is written that stands between its operands."""
    return lambda operands: f" {sign} ".join(operands)


def weighted(operands: Sequence[str]) -> str:
    count = len(operands) // 2
    products = [f"{w} × {x}" for w, x in zip(operands[:count], operands[count:], strict=False)]
    return " + ".join([*shortened(products), operands[-1]])


def crossed(operands: Sequence[str]) -> str:
    count = len(operands) // 2
    logits, targets = shortened(operands[:count]), shortened(operands[count:])
    return f"cross_entropy([{', '.join(logits)}], [{', '.join(targets)}])"


def share(operands: Sequence[str]) -> str:
    powers = [f"exp({operand})" for operand in operands]
    return f"{powers[0]} / ({' + '.join(shortened(powers))})"


NOTATION: dict[str, Callable[[Sequence[str]], str]] = {
    "add": between("+"),
    "subtract": lambda x: f"{x[0]} - {guarded(x[1])}",
    "multiply": between("×"),
    "divide": between("/"),
    "power": lambda x: f"{guarded(x[0])} ^ {guarded(x[1])}",
    "negate": lambda x: "-" + guarded(x[0]),
    "abs": lambda x: f"|{x[0]}|",
    "maximum": lambda x: f"max({x[0]}, {x[1]})",
    "minimum": lambda x: f"min({x[0]}, {x[1]})",
    "sum": lambda x: " + ".join(shortened(x)),
    "mean": lambda x: f"({' + '.join(shortened(x))}) / {len(x)}",
    "weighted_sum": weighted,
    "softmax": share,
    "cross_entropy": crossed,
}


def colourful() -> bool:
    """Whether standard output is a terminal that shows colour, and the user has nothing against it."""
    return (
        not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") != "dumb"
        and sys.stdout is not None
        and sys.stdout.isatty()
    )


def painted(text: str, code: str) -> str:
    """The text in a colour of the terminal's own (an SGR code: "1" bold, "2" dim, "32" green …)."""
    return f"\033[{code}m{text}\033[0m" if text else text

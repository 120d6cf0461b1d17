"""How numbers, operations and local derivatives are written for people: `-6`, `a × b`, `1 - o²`."""

from collections.abc import Callable, Sequence
from typing import Any

from autograd.core.formulas import formula_of
from autograd.core.primitives import Primitive
from autograd.naming.symbols import Symbol
from autograd.util.text import legible

__all__ = ["format_derivatives", "format_number", "format_operation", "legible"]

Names = Sequence[str]
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
MOST_TERMS = 4  # of a longer sum the first and the last are written


def format_number(number: float) -> str:
    """A number as one writes it on a blackboard: four digits that count, whole numbers whole.

    >>> [format_number(x) for x in (-6.0, 0.70710678, 1234567.0, 1234.5678, 2e-9)]
    ['-6', '0.7071', '1234567', '1234.57', '2e-09']
    """
    if number == 0.0:
        return "0"
    if abs(number) < 1e9 and number == round(number):
        return f"{number:.0f}"
    return f"{number:.6g}" if 1e3 <= abs(number) < 1e6 else f"{number:.4g}"


def format_operation(primitive: Primitive, operands: Names) -> str:
    """An operation on these operands, names or numbers.

    >>> from autograd.core.primitives import PRIMITIVES, power_of
    >>> format_operation(PRIMITIVES["multiply"], ["a", "b"]), format_operation(power_of(2.0), ["-3"])
    ('a × b', '(-3)²')
    """
    if primitive.name == "power_of":
        return format_power(operands[0], primitive.number)
    if primitive.name in OPERATIONS and primitive.function is None:
        return OPERATIONS[primitive.name](operands)
    return f"{primitive.name}({', '.join(first_and_last(operands))})"


def format_derivatives(primitive: Primitive, operands: Names, result: str) -> list[str]:
    """The local derivative by each operand, in terms of the operands and the result.

    Where we have no formula, as for a primitive of the user's own, it is ∂result/∂operand.

    >>> from autograd.core.primitives import PRIMITIVES
    >>> format_derivatives(PRIMITIVES["multiply"], ["a", "b"], "d")
    ['b', 'a']
    >>> format_derivatives(PRIMITIVES["tanh"], ["n"], "o")
    ['1 - o²']
    """
    formula = None if primitive.function is not None else formula_of(primitive)
    if formula is None:
        return [f"∂{result}/∂{operand}" for operand in operands]
    x, y = [Text(operand) for operand in operands], Text(result)
    return [as_text(formula(x, y, i)).text for i in range(len(x))]


def format_power(operand: str, power: float) -> str:
    """An operand to a power that is a number: `x²`, `x^0.5`."""
    exponent = format_number(power)
    whole = exponent.lstrip("-").isdigit()
    return in_parentheses(operand) + (exponent.translate(SUPERSCRIPTS) if whole else f"^{exponent}")


def in_parentheses(operand: str) -> str:
    """An operand, in parentheses where it would not be clear without."""
    return f"({operand})" if operand.startswith("-") or " " in operand else operand


def first_and_last(terms: Names) -> list[str]:
    """The terms; of many, the first and the last."""
    return list(terms) if len(terms) <= MOST_TERMS else [*terms[: MOST_TERMS - 2], "…", terms[-1]]


def format_sum(terms: Names) -> str:
    """A sum; of many terms, the first and the last."""
    return " + ".join(first_and_last(terms))


def format_list(terms: Names) -> str:
    """A list; of many terms, the first and the last."""
    return f"[{', '.join(first_and_last(terms))}]"


def two_halves(x: Names) -> tuple[Names, Names]:
    """The first half of the operands and the second (not the bias of a weighted sum)."""
    return x[: len(x) // 2], x[len(x) // 2 : len(x) // 2 * 2]


def format_products(x: Names) -> list[str]:
    """The products of a weighted sum."""
    return [f"{a} × {b}" for a, b in zip(*two_halves(x), strict=True)]


OPERATIONS: dict[str, Callable[[Names], str]] = {
    "add": lambda x: f"{x[0]} + {x[1]}",
    "subtract": lambda x: f"{x[0]} - {in_parentheses(x[1])}",
    "multiply": lambda x: f"{x[0]} × {x[1]}",
    "divide": lambda x: f"{x[0]} / {x[1]}",
    "power": lambda x: f"{in_parentheses(x[0])}^{in_parentheses(x[1])}",
    "negate": lambda x: f"-{in_parentheses(x[0])}",
    "abs": lambda x: f"|{x[0]}|",
    "maximum": lambda x: f"max({x[0]}, {x[1]})",
    "minimum": lambda x: f"min({x[0]}, {x[1]})",
    "maximum_of": lambda x: f"max({', '.join(first_and_last(x))})",
    "minimum_of": lambda x: f"min({', '.join(first_and_last(x))})",
    "norm": lambda x: f"norm({format_list(x)})",
    "where": lambda x: f"{x[1]} if {x[0]} > 0 else {x[2]}",
    "sum": format_sum,
    "mean": lambda x: f"mean({', '.join(first_and_last(x))})",
    "weighted_sum": lambda x: f"{format_sum(format_products(x))} + {x[-1]}",
    "softmax": lambda x: f"exp({x[0]}) / ({format_sum([f'exp({term})' for term in x])})",
    "log_softmax": lambda x: f"{x[0]} - logsumexp({', '.join(first_and_last(x))})",
    "cross_entropy": lambda x: (
        f"cross_entropy({format_list(two_halves(x)[0])}, {format_list(two_halves(x)[1])})"
    ),
}


# --- Formulas of derivatives, read as text (see core/formulas.py) ------------------------------------------

# How tightly the parts of a text hold together: a part stands in parentheses where it would fall apart.
CONDITION, SUM, PRODUCT, QUOTIENT, DENOMINATOR, MINUS, POWER, ATOM = range(8)


class Text(Symbol):
    """An operand by its name: what a formula does with it is written down."""

    brief = True

    def __init__(self, text: str, binds: int | None = None) -> None:
        self.text = text
        self.binds = binds if binds is not None else ATOM if in_parentheses(text) == text else MINUS

    def literal(self, text: str) -> "Text":
        """A number as it is to be written."""
        return Text(text, QUOTIENT)

    def call(self, name: str, x: Sequence[Any]) -> "Text":
        """A primitive applied to operands; of a softmax, the operand whose share it is."""
        operands = [as_text(operand) for operand in x]
        if name in SIGNS:
            return SIGNS[name](*operands)
        if name == "step":
            return Text(f"1 if {operands[0].text} > 0 else 0", CONDITION)
        shown = operands[:1] if name == "softmax" else operands
        return Text(f"{name}({', '.join(operand.text for operand in shown)})", ATOM)

    def raised(self, exponent: float) -> "Text":
        """This to a power that is a number."""
        return Text(format_power(within(self, ATOM), exponent), POWER)


def as_text(thing: Any) -> Text:
    """An operand that is a number, as text; a Text as it is."""
    return thing if isinstance(thing, Text) else Text(format_number(thing))


def after_minus(operand: Text) -> int:
    """How tightly an operand must hold together after a minus: one that begins with another, as a whole."""
    return ATOM if operand.text.startswith("-") else PRODUCT


def within(operand: Text, least: int) -> str:
    """An operand as it stands in a longer text."""
    return operand.text if operand.binds >= least else f"({operand.text})"


def infix(left: Text, sign: str, right: Text, binds: int, least: int) -> Text:
    """Two operands and a sign; the second must hold together as tightly as `least`."""
    return Text(within(left, binds) + sign + within(right, least), binds)


# The operators of a formula, each as it is written.
SIGNS: dict[str, Callable[..., Text]] = {
    "add": lambda a, b: infix(a, " + ", b, SUM, SUM),
    "subtract": lambda a, b: infix(a, " - ", b, SUM, after_minus(b)),
    "multiply": lambda a, b: infix(a, " × ", b, PRODUCT, PRODUCT),
    "divide": lambda a, b: infix(a, " / ", b, QUOTIENT, DENOMINATOR),
    "negate": lambda a: Text("-" + within(a, POWER), MINUS),
    "power": lambda a, b: Text(f"{within(a, ATOM)}^{within(b, ATOM)}", POWER),
}

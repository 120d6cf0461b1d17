"""How numbers, operations and local derivatives are written for people: `-6`, `a × b`, `1 - o²`."""

from collections.abc import Callable, Sequence

from autograd.core.primitives import Primitive
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
    if primitive.name == "power_of":
        n = primitive.number
        return [
            f"{format_number(n)} × {format_power(operands[0], n - 1.0)}" if n != 2.0 else f"2 × {operands[0]}"
        ]
    if primitive.name in DERIVATIVES and primitive.function is None:
        return DERIVATIVES[primitive.name](operands, result)
    return [f"∂{result}/∂{operand}" for operand in operands]


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


def halves(x: Names) -> tuple[Names, Names]:
    """The first half of the operands and the second (not the bias of a weighted sum)."""
    return x[: len(x) // 2], x[len(x) // 2 : len(x) // 2 * 2]


def format_products(x: Names) -> list[str]:
    """The products of a weighted sum."""
    return [f"{a} × {b}" for a, b in zip(*halves(x), strict=True)]


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
    "sum": format_sum,
    "mean": lambda x: f"({format_sum(x)}) / {len(x)}",
    "weighted_sum": lambda x: f"{format_sum(format_products(x))} + {x[-1]}",
    "softmax": lambda x: f"exp({x[0]}) / ({format_sum([f'exp({term})' for term in x])})",
    "cross_entropy": lambda x: f"cross_entropy({format_list(halves(x)[0])}, {format_list(halves(x)[1])})",
}

# Not the rules (those are in primitives.py, and give the numbers): how the rules are written.
# The tests hold each formula against its rule.
DERIVATIVES: dict[str, Callable[[Names, str], list[str]]] = {
    "negate": lambda x, y: ["-1"],
    "exp": lambda x, y: [y],
    "log": lambda x, y: [f"1/{x[0]}"],
    "sqrt": lambda x, y: [f"1/(2 × {y})"],
    "sin": lambda x, y: [f"cos({x[0]})"],
    "cos": lambda x, y: [f"-sin({x[0]})"],
    "atan": lambda x, y: [f"1/(1 + {format_power(x[0], 2.0)})"],
    "tanh": lambda x, y: [f"1 - {format_power(y, 2.0)}"],
    "sigmoid": lambda x, y: [f"{y} × (1 - {y})"],
    "relu": lambda x, y: [f"1 if {x[0]} > 0 else 0"],
    "softplus": lambda x, y: [f"sigmoid({x[0]})"],
    "add": lambda x, y: ["1", "1"],
    "subtract": lambda x, y: ["1", "-1"],
    "multiply": lambda x, y: [x[1], x[0]],
    "divide": lambda x, y: [f"1/{x[1]}", f"-{y}/{x[1]}"],
    "power": lambda x, y: [f"{x[1]} × {in_parentheses(x[0])}^({x[1]} - 1)", f"{y} × log({x[0]})"],
    "binary_cross_entropy": lambda x, y: [f"sigmoid({x[0]}) - {x[1]}", f"-{x[0]}"],
    "sum": lambda x, y: ["1"] * len(x),
    "mean": lambda x, y: [f"1/{len(x)}"] * len(x),
    "weighted_sum": lambda x, y: [*halves(x)[1], *halves(x)[0], "1"],
    "logsumexp": lambda x, y: [f"exp({term} - {y})" for term in x],
    "softmax": lambda x, y: [f"{y} × (1 - {y})", *(f"-{y} × softmax({term})" for term in x[1:])],
    "cross_entropy": lambda x, y: [
        *(f"softmax({logit}) - {target}" for logit, target in zip(*halves(x), strict=True)),
        *(f"-log(softmax({logit}))" for logit in halves(x)[0]),
    ],
}

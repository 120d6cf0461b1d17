"""A graph as plain Python: the forward and the backward pass as straight-line code, without any library.

What runs gives the engine's numbers to the bit. A primitive whose formula does that is written with
operators, `d_grad = L_grad * f`; any other by its rule, which gives its value and its local derivatives at
once, `o, do_dn = tanh(n)`: the text has the rule as the engine has it.
"""

import math
from collections.abc import Sequence
from typing import Any

from autograd.core.formulas import formula_of
from autograd.core.value import Value
from autograd.exporting.code import (
    ATOM,
    OPERATORS,
    Code,
    computed,
    listed,
    number_text,
    python_number,
    spelled,
)
from autograd.exporting.graph import Graph
from autograd.exporting.identifiers import Identifiers
from autograd.exporting.rules import Rules
from autograd.exporting.spellings import sum_of
from autograd.exporting.tensors import commented
from autograd.naming.names import with_numbers
from autograd.naming.notation import format_number
from autograd.util.text import CODE_COLUMNS, wrap_code

__all__ = ["python_program"]

MOST_TERMS = 8  # of a sum that is written with its signs
GRADIENT = "_grad"


class Python:
    """Plain Python, and what each text gives when it runs: `math` and division as IEEE 754 has them."""

    def __init__(self, rules: Rules, raising: set[str]) -> None:
        self.rules, self.math, self.raising = rules, rules.math, raising
        self.written = {
            **OPERATORS,
            "divide": self.divide,
            "power": self.power,
            "power_of": self.power,
            **{name: self.function(name) for name in ("exp", "log", "sqrt", "sin", "cos")},
            "sum": lambda *x: sum_of(x),
            "mean": lambda *x: sum_of(x) / float(len(x)),
            "weighted_sum": weighted_sum,
        }

    def number(self, value: float) -> Code:
        """A number, to the bit."""
        return python_number(self, value)

    def write(self, name: str, x: Sequence[Code]) -> Code:
        """A primitive of these operands, with its value."""
        code = spelled(self, self.written[name], x)
        if name in ARITHMETIC:
            code.value = ARITHMETIC[name](*(operand.value for operand in x))
        return code

    def function(self, name: str) -> Any:
        """A function of `math`."""
        safe = f"safe_{name}" if name in self.raising else f"math.{name}"
        return lambda x: Code(self, f"{safe}({x.text})", ATOM, getattr(self.math, name)(x.value))

    def divide(self, a: Code, b: Code) -> Code:
        """a / b, which Python would refuse for a b of 0."""
        value = self.rules.run["quotient"](a.value, b.value)
        if b.value != 0.0:
            text, binds = OPERATORS["divide"](a, b)
            return Code(self, text, binds, value)
        return Code(self, f"{self.rules.use_function('quotient')}({a.text}, {b.text})", ATOM, value)

    def power(self, a: Code, b: Code) -> Code:
        """aᵇ, which Python refuses or makes complex where it has no value or overflows."""
        try:
            text, binds = OPERATORS["power"](a, b)
            return Code(self, text, binds, math.pow(a.value, b.value))
        except (ValueError, OverflowError):
            return Code(self, f"safe_pow({a.text}, {b.text})", ATOM, self.math.pow(a.value, b.value))


ARITHMETIC: dict[str, Any] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "negate": lambda x: -x,
}


def weighted_sum(*x: Code) -> Code:
    """b + w·x, in the order in which the rule adds; a bias of 0 is left out."""
    k = len(x) // 2
    terms = [a * b for a, b in zip(x[:k], x[k : 2 * k], strict=True)]
    return sum_of(terms if terms and x[-1].text == "0.0" else [x[-1], *terms])


class Writer:
    """Writes the two passes of a graph down; `reserved` are names that its text has another use for."""

    def __init__(self, graph: Graph, reserved: set[str], raising: set[str]) -> None:
        self.graph, self.rules = graph, Rules()
        self.language = Python(self.rules, raising)
        self.wanted = graph.leading()
        self.identifiers = Identifiers({*reserved, "math"})
        self.names = self.identifiers.fresh_for(with_numbers(graph.names, graph.order), ("", GRADIENT))
        self.slopes: dict[Value, list[Any]] = {}
        self.forward: list[tuple[str, str]] = []
        self.backward = [(f"{self.gradient(graph.root)} = 1.0", "")]
        for node in graph.computed:
            self.compute(node)
        self.sums = {graph.root: 1.0}
        for node in reversed(graph.computed):
            if node in self.wanted:
                self.pass_on(node)

    def gradient(self, node: Value) -> str:
        """The name of a gradient."""
        return self.names[node] + GRADIENT

    def operand(self, node: Value) -> Code:
        """A Value where it is used: its name, or its number."""
        if node in self.names:
            return Code(self.language, self.names[node], ATOM, node.data)
        return self.language.number(node.data)

    def compute(self, node: Value) -> None:
        """The line that computes a Value: with operators if they give what was recorded, else by its rule."""
        x = [self.operand(value) for value in node.inputs]
        primitive: Any = node.primitive
        self.rules.evaluate(primitive, [value.data for value in node.inputs])
        code = self.by_formula(node, x)
        if code is not None:
            self.forward += statement(f"{self.names[node]} = {code.text}", format_number(node.data))
        else:
            self.by_rule(node, x)

    def by_formula(self, node: Value, x: list[Code]) -> Code | None:
        """How a Value is computed with operators, its local derivatives too; None where that is not so."""
        primitive: Any = node.primitive
        formula = formula_of(primitive)
        known = primitive.function is None and primitive.name in self.language.written
        if not known or formula is None or len(x) > 2 * MOST_TERMS + 1:
            return None
        code = computed(self.language, primitive, x)
        result = Code(self.language, self.names[node], ATOM, node.data)
        slopes = [
            result.of(formula(x, result, i)) if value in self.wanted else None
            for i, value in enumerate(node.inputs)
        ]
        for slope, recorded in zip(slopes, node.local_derivatives, strict=True):
            if slope is not None and not same_bits(slope.value, recorded):
                return None
        self.slopes[node] = slopes
        return code if same_bits(code.value, node.data) else None

    def by_rule(self, node: Value, x: list[Code]) -> None:
        """The lines that compute a Value and its local derivatives by the rule of its primitive."""
        primitive: Any = node.primitive
        name, rule, slopes = self.names[node], self.rules.use(primitive), node.local_derivatives
        shown = format_number(node.data)
        if primitive.function is None and not primitive.arity:
            d = self.identifiers.fresh(f"d{name}")
            self.slopes[node] = [
                Code(self.language, f"{d}[{i}]", ATOM, slope) for i, slope in enumerate(slopes)
            ]
            self.forward.append((f"{d} = [0.0] * {len(x)}", f"local derivatives, which {rule} writes"))
            self.forward += statement(f"{name} = {rule}([{listed(x)}], {d}, {len(x)})", shown)
            return
        slots = [
            self.identifiers.fresh(f"d{name}_d{self.names[value]}") if value in self.wanted else "_"
            for value in node.inputs
        ]
        self.slopes[node] = [
            Code(self.language, slot, ATOM, slope) for slot, slope in zip(slots, slopes, strict=True)
        ]
        fixed = [self.language.number(primitive.number)] if primitive.name == "power_of" else []
        shown = ", ".join([shown, *map(format_number, slopes)])
        self.forward += statement(f"{', '.join([name, *slots])} = {rule}({listed([*x, *fixed])})", shown)

    def pass_on(self, node: Value) -> None:
        """The lines that give the gradient of a Value on to its inputs."""
        upstream = Code(self.language, self.gradient(node), ATOM, self.sums[node])
        for value, slope in zip(node.inputs, self.slopes[node], strict=True):
            if value not in self.wanted:
                continue
            part = product(upstream, slope)
            target, sign = self.gradient(value), "="
            if value in self.sums:
                sign = "+="
                if part.text == f"-{upstream.text}":
                    part, sign = Code(self.language, upstream.text, ATOM, part.value), "-="
            elif same_bits(part.value, -0.0):  # sums start at 0.0
                part = 0.0 + part
            self.sums[value] = self.sums.get(value, 0.0) + upstream.value * slope.value
            self.backward += statement(f"{target} {sign} {part.text}", format_number(self.sums[value]))


def product(upstream: Code, slope: Code) -> Code:
    """Upstream gradient × local derivative; × 1 is left out, × −1 a minus."""
    if slope.is_number and slope.value in (1.0, -1.0):
        return upstream if slope.value == 1.0 else -upstream
    return upstream * slope


def statement(line: str, comment: str) -> list[tuple[str, str]]:
    """A line and its comment; a long line as several, in parentheses."""
    if len(line) <= CODE_COLUMNS:
        return [(line, comment)]
    name, text = line.split("= ", 1)  # or +=
    lines = wrap_code(line if is_one_call(text) else f"{name}= ({text})")
    return [*((line, "") for line in lines[:-1]), (lines[-1], comment)]


def is_one_call(text: str) -> bool:
    """Whether all the spaces of an expression are in brackets that end where it ends."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and (sign == " " or (sign == ")" and place < len(text) - 1)):
            return False
    return True


def same_bits(a: float, b: float) -> bool:
    """Whether two numbers are the same, a zero by its sign too; or both NaN."""
    return (a == b and math.copysign(1.0, a) == math.copysign(1.0, b)) or (a != a and b != b)


def python_program(graph: Graph) -> str:
    """The program in plain Python."""
    first = Writer(graph, set(), set())
    writer = Writer(graph, first.rules.names(), first.rules.math.raised)
    leaves = [f"{writer.names[leaf]} = {number_text(leaf.data)}" for leaf in graph.leaves]
    parts = ["\n".join(leaves)]
    if writer.forward:
        parts.append("\n".join(["# Forward: each value.", *commented(writer.forward)]))
    why = "# Backward: the derivative of {} by each value, the last first."
    parts.append("\n".join([why.format(writer.names[graph.root]), *commented(writer.backward)]))
    body = "\n\n".join(parts) + "\n"
    return writer.rules.text(body) + body

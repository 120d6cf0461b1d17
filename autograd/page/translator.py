"""A function of floats in Python as JavaScript, translated from its source.

What is translated is little: assignments, `if`, `for … in range(…)`, `return`, arithmetic, comparisons,
functions of `math` and calls of functions that are given. Anything else is an `UntranslatableError`.
"""

import ast
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["Translator", "UntranslatableError", "safe"]

ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "===", ast.NotEq: "!==",
}  # fmt: skip
MATH = {"fabs": "Math.abs", "pow": "$pow", "copysign": "$copysign"} | {
    name: f"Math.{name}"
    for name in (
        "expm1", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "sin", "cos", "tan", "asin", "acos",
        "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "hypot", "floor", "ceil", "trunc",
    )
} | {"exp": "$exp", "erf": "$erf", "erfc": "$erfc"}  # fmt: skip
BUILT_IN = {"abs": "Math.abs", "float": "Number", "max": "$max", "min": "$min"}
RESERVED = """
arguments await break case catch class const continue debugger default delete do else enum eval export extends
false finally for function if implements import in instanceof interface let new null package private protected
public return static super switch this throw true try typeof var void while with yield Math Number NaN
Infinity
"""
TAKEN = frozenset(RESERVED.split())


class UntranslatableError(ValueError):
    """Why a rule cannot be said in JavaScript."""


def safe(name: str) -> str:
    """A name of Python's that is none of JavaScript's own words."""
    return f"{name}$" if name in TAKEN else name


class Translator:
    """Turns one function into JavaScript, and notes which others it calls."""

    def __init__(self, functions: Mapping[str, ast.FunctionDef], known: Mapping[str, Any]) -> None:
        self.functions, self.known = functions, known
        self.local: set[str] = set()
        self.called: list[str] = []
        self.name = ""

    def refuse(self, node: ast.AST) -> UntranslatableError:
        """The error for a piece of Python that is not one of the few that rules are made of."""
        text = ast.unparse(node).split("\n")[0]
        return UntranslatableError(
            f"{self.name} has `{text}`, which is not arithmetic on floats that can be translated"
        )

    def function(self, node: ast.FunctionDef) -> str:
        """A whole function."""
        self.name = node.name
        of = node.args
        if of.kwonlyargs or of.kwarg or isinstance(node, ast.AsyncFunctionDef):
            raise self.refuse(node)
        parameters = [argument.arg for argument in [*of.posonlyargs, *of.args]]
        stored = {
            n.id: None for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        rest = [of.vararg.arg] if of.vararg else []
        self.local = {*parameters, *rest, *stored}
        fresh = [safe(name) for name in stored if name not in (*parameters, *rest)]
        declared = f"let {', '.join(fresh)}; " if fresh else ""
        defaults = ["" for _ in parameters[len(of.defaults) :]] + [
            f" = {self.expression(x)}" for x in of.defaults
        ]
        heads = [safe(name) + default for name, default in zip(parameters, defaults, strict=True)]
        heads += [f"...{safe(name)}" for name in rest]
        return f"function {safe(node.name)}({', '.join(heads)}) {{ {declared}{self.block(node.body)} }}"

    def block(self, body: list[ast.stmt]) -> str:
        """Statements one after the other."""
        return " ".join(filter(None, map(self.statement, body)))

    def statement(self, node: ast.stmt) -> str:
        """One statement."""
        match node:
            case ast.Expr(ast.Constant(str())) | ast.Pass():
                return ""
            case ast.Return(ast.expr() as value):
                return f"return {self.expression(value)};"
            case ast.Assign(targets, value):
                return " = ".join([*map(self.expression, targets), self.expression(value)]) + ";"
            case ast.AnnAssign(target, _, ast.expr() as value):
                return f"{self.expression(target)} = {self.expression(value)};"
            case ast.AugAssign(target, operator, value):
                combined = ast.BinOp(target, operator, value)
                return f"{self.expression(target)} = {self.expression(combined)};"
            case ast.If(test, body, otherwise):
                rest = f" else {{ {self.block(otherwise)} }}" if otherwise else ""
                return f"if ({self.condition(test)}) {{ {self.block(body)} }}{rest}"
            case ast.For(ast.Name(name), ast.Call(ast.Name("range"), [*bounds], []), body, []) if (
                len(bounds) < 3
            ):
                start, stop = ["0", *map(self.expression, bounds)][-2:]
                i = safe(name)
                return f"for ({i} = {start}; {i} < {stop}; {i}++) {{ {self.block(body)} }}"
        raise self.refuse(node)

    def condition(self, node: ast.expr) -> str:
        """What is true or false; a number is not asked, for a NaN is true in Python alone."""
        match node:
            case ast.Compare(left, operators, others):
                sides = [*map(self.compared, [left, *others])]
                if all(type(operator) in COMPARISONS for operator in operators):
                    signs = [COMPARISONS[type(operator)] for operator in operators]
                    parts = (f"{a} {sign} {b}" for a, sign, b in zip(sides, signs, sides[1:], strict=False))
                    return f"({' && '.join(parts)})"
            case ast.BoolOp(operator, values):
                sign = " && " if isinstance(operator, ast.And) else " || "
                return f"({sign.join(map(self.condition, values))})"
            case ast.UnaryOp(ast.Not(), operand):
                return f"!{self.condition(operand)}"
            case ast.Call(ast.Attribute(ast.Name(module), "isnan"), [value]) if self.is_math(module):
                return f"Number.isNaN({self.expression(value)})"
        raise self.refuse(node)

    def compared(self, node: ast.expr) -> str:
        """A side of a comparison."""
        return self.expression(node)

    def expression(self, node: ast.expr) -> str:
        """A number, or what is assigned to."""
        match node:
            case ast.Name(name):
                return self.variable(node, name)
            case ast.Constant(int() | float() as value) if not isinstance(value, bool):
                return number(value)
            case ast.BinOp(left, operator, right):
                return self.arithmetic(node, self.expression(left), operator, self.expression(right))
            case ast.UnaryOp(ast.USub(), operand):
                return f"(-{self.expression(operand)})"
            case ast.IfExp(test, body, otherwise):
                return f"({self.condition(test)} ? {self.expression(body)} : {self.expression(otherwise)})"
            case ast.Tuple(parts):
                return f"[{', '.join(map(self.expression, parts))}]"
            case ast.Subscript(ast.Name() as of, index):
                return f"{self.expression(of)}[{self.expression(index)}]"
            case ast.Attribute(ast.Name(module), name) if self.is_math(module) and name in (
                "pi",
                "e",
                "inf",
                "nan",
            ):
                return number(getattr(math, name))
            case ast.Call(function, arguments, []):
                return f"{self.callee(function)}({', '.join(map(self.expression, arguments))})"
            case ast.Compare() | ast.BoolOp():
                return f"Number({self.condition(node)})"
        raise self.refuse(node)

    def variable(self, node: ast.expr, name: str) -> str:
        """A name: of a variable of the function, or of a number outside it, which stands there itself."""
        if name in self.local:
            return safe(name)
        value = self.known.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number(value)
        raise self.refuse(node)

    def arithmetic(self, node: ast.expr, left: str, operator: ast.operator, right: str) -> str:
        """Two numbers combined."""
        if isinstance(operator, ast.Pow):
            return f"$pow({left}, {right})"
        if isinstance(operator, ast.FloorDiv):
            return f"Math.floor({left} / {right})"
        if type(operator) not in ARITHMETIC:
            raise self.refuse(node)
        return f"({left} {ARITHMETIC[type(operator)]} {right})"

    def callee(self, node: ast.expr) -> str:
        """What is called: another rule, a function of `math`, or one of a few of Python's own."""
        match node:
            case ast.Name(name) if name not in self.local and name in self.functions:
                self.called.append(name)
                return safe(name)
            case ast.Name(name) if name not in self.local:
                function: Any = self.known.get(name)
                if getattr(function, "__module__", "") == "math" and function.__name__ in MATH:
                    return MATH[function.__name__]
                if name not in self.known and name in BUILT_IN:
                    return BUILT_IN[name]
            case ast.Attribute(ast.Name(module), name) if self.is_math(module) and name in MATH:
                return MATH[name]
        raise self.refuse(node)

    def is_math(self, name: str) -> bool:
        """Whether a name stands for the module `math`."""
        return name not in self.local and self.known.get(name) is math


def number(value: float) -> str:
    """A number in full precision."""
    text = repr(float(value))
    return {"inf": "Infinity", "-inf": "(-Infinity)", "nan": "NaN"}.get(text, text)

"""The rules as Python reads them in their source: what is made of them elsewhere starts here.

The files are there compiled too. Nobody writes a rule a second time: a page has them translated, an exported
program has them as they stand.
"""

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from textwrap import dedent
from types import FunctionType
from typing import Any

from autograd.core.primitives import Primitive

__all__ = ["RuleSources", "SourceError", "functions_in", "functions_of", "rule_sources"]

ARITIES = {"of_one": 1, "of_two": 2, "of_many": 0}  # what puts a rule into the table of primitives.py


class SourceError(ValueError):
    """Why the source of a rule is not to be had."""


@dataclass(frozen=True)
class RuleSources:
    """Every function of the rules, their constants, and by name of a primitive its arity and its function."""

    functions: dict[str, ast.FunctionDef]
    constants: Mapping[str, ast.expr]
    table: dict[str, tuple[int, str]]


@cache
def rule_sources() -> RuleSources:
    """What stands in rules.py and nary_rules.py, and in the table of primitives.py.

    >>> rule_sources().table["sum"]
    (0, 'total')
    """
    table, constants = {"power_of": (1, "raise_to")}, {}
    for node in [*statements("rules"), *statements("nary_rules")]:
        match node:
            case ast.Assign([ast.Name(name)], ast.BinOp() as value):
                constants[name] = value
    for node in statements("primitives"):
        match getattr(node, "value", None):
            case ast.Call(ast.Name(kind), [ast.Constant(str(name)), _, ast.Attribute(_, rule)]):
                if kind in ARITIES:
                    table[name] = ARITIES[kind], rule
    return RuleSources(functions_in("rules") | functions_in("nary_rules"), constants, table)


@cache
def functions_in(module: str) -> dict[str, ast.FunctionDef]:
    """The functions of a module of this part, by name."""
    return {node.name: node for node in statements(module) if isinstance(node, ast.FunctionDef)}


def statements(module: str) -> list[ast.stmt]:
    """The statements of a module of this part, read in its source."""
    source = files("autograd.core").joinpath(f"{module}.py").read_text(encoding="utf-8")
    return ast.parse(source).body


def functions_of(primitive: Primitive) -> tuple[str, dict[str, ast.FunctionDef], Mapping[str, Any]]:
    """The rule of a user's own: its name, it and the functions that it calls, and what names mean there.

    A SourceError says why its source is not to be had.
    """
    function = primitive.function
    if not isinstance(function, FunctionType):
        raise SourceError(f"the rule of {primitive.name} is no function written in Python with def")
    name = function.__code__.co_name  # as its source has it: __name__ can be any text
    known = {**function.__globals__, **inspect.getclosurevars(function).nonlocals, name: function}
    found: dict[str, ast.FunctionDef] = {}
    pending = [name]
    while pending:
        called = pending.pop()
        found[called] = definition(known[called])
        found[called].name = called  # which may be another name for it
        names = {node.id for node in ast.walk(found[called]) if isinstance(node, ast.Name)}
        pending += [other for other in names - {*found, *pending} if type(known.get(other)) is FunctionType]
    return name, found, known


def definition(function: FunctionType) -> ast.FunctionDef:
    """A function as Python reads it in its source."""
    try:
        node = ast.parse(dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError) as error:
        raise SourceError(f"the source of {function.__name__} cannot be read") from error
    if not isinstance(node, ast.FunctionDef):
        raise SourceError(f"{function.__name__} is not written as a function with def")
    return node

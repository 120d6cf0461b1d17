"""The rules of the engine in a program of plain Python: as they stand there, with what they call.

Where a function of `math` would raise at the numbers of a graph, the program has that of core/ieee.py.
"""

import ast
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from functools import cache
from types import CodeType, ModuleType
from typing import Any

from autograd.core import ieee
from autograd.core.primitives import Primitive
from autograd.core.rule_sources import SourceError, functions_in, functions_of, rule_sources

__all__ = ["Rules"]

RETURNED = re.compile(r"^( *return )(.*)$", re.MULTILINE)

PEP_8, PARAGRAPH = "\n\n\n", "\n\n"  # the lines around a function, and between what stands in none

Functions = Mapping[str, ast.FunctionDef]


class NotedMath:
    """`math`, where no number raises; `raised` are the functions that would have."""

    def __init__(self) -> None:
        self.raised: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        plain, quiet = getattr(math, name), getattr(ieee, name, None)
        if not callable(plain):
            return plain

        def function(*x: float) -> Any:
            try:
                return plain(*x)
            except (ValueError, OverflowError):
                self.raised.add(name)
                return quiet(*x)  # type: ignore[misc]

        self.__dict__[name] = function
        return function


class Rules:
    """The rules that a program needs: `use` adds one, `text` is all of them; `math` notes what raises."""

    def __init__(self) -> None:
        self.math = NotedMath()
        self.functions: dict[str, ast.FunctionDef] = {}
        self.lines: dict[str, None] = {}  # imports and constants
        self.run: dict[str, Any] = {}
        exec(compiled_rules(), self.run, self.run)
        self.run["math"] = self.math

    def evaluate(self, primitive: Primitive, numbers: Sequence[float]) -> None:
        """Run the rule of one of our primitives, for what it notes."""
        if primitive.function is None:
            arity, rule = rule_sources().table[primitive.name]
            fixed = [primitive.number] if primitive.name == "power_of" else []
            x = [*numbers, *fixed] if arity else [list(numbers), list(numbers), len(numbers)]
            self.run[rule](*x)

    def use(self, primitive: Primitive) -> str:
        """The name of the function that is the rule of a primitive, which the program has from now on."""
        if primitive.function is None:
            return self.use_function(rule_sources().table[primitive.name][1])
        try:
            name, found, known = functions_of(primitive)
        except SourceError as error:
            raise ValueError(f"{error}, and a program needs it") from error
        for function in found.values():
            self.add_outside(function, {**found}, known)
        self.functions |= found
        return name

    def use_function(self, name: str) -> str:
        """A function that rules share, which the program has from now on."""
        self.add(name, rule_sources().functions)
        return name

    def add(self, name: str, functions: Functions) -> None:
        """Have the program define a function, after those that it calls."""
        if name in self.functions or name not in functions:
            return
        called = names_in(functions[name])
        for other in called:
            if other != name:
                self.add(other, functions)
        constants = rule_sources().constants
        self.lines |= {f"{n} = {ast.unparse(constants[n])}": None for n in called if n in constants}
        self.functions[name] = functions[name]

    def add_outside(self, function: ast.FunctionDef, found: Functions, known: Mapping[str, Any]) -> None:
        """Have the program define what a user's rule takes from outside of it: modules and numbers."""
        for name in names_in(function):
            if name in found or name not in known:
                continue
            thing = known[name]
            if isinstance(thing, ModuleType):
                alias = "" if thing.__name__ == name else f" as {name}"
                self.lines[f"import {thing.__name__}{alias}"] = None
            elif isinstance(thing, float | int):
                self.lines[f"{name} = {thing!r}"] = None
            elif getattr(thing, "__module__", None) == "math":
                alias = "" if thing.__name__ == name else f" as {name}"
                self.lines[f"from math import {thing.__name__}{alias}"] = None

    def names(self) -> set[str]:
        """What the program must not call anything else."""
        words = {line.split(" = ")[0].split()[-1] for line in self.lines}
        return {*self.functions, *words, "math", *(f"safe_{name}" for name in self.math.raised)}

    def text(self, body: str) -> str:
        """The start of the program, whose rest is `body`: imports, constants, functions."""
        functions = [text_of(function, self.math.raised) for function in self.functions.values()]
        used = "\n".join([*functions, body])
        quiet = [name for name in sorted(self.math.raised) if f"safe_{name}(" in used]
        functions = [*(text_of(quiet_function(name), ()) for name in quiet), *functions]
        lines = [line for line in self.lines if " = " not in line]
        if "math." in "\n".join([*functions, body]) and "import math" not in lines:
            lines.insert(0, "import math")
        constants = [line for line in self.lines if " = " in line]
        head = "\n\n".join("\n".join(part) for part in (lines, constants) if part)
        parts = [head, *functions] if head else functions
        return "".join(f"{part}{PEP_8 if functions else PARAGRAPH}" for part in parts)


@cache
def compiled_rules() -> CodeType:
    """Every function that is a rule or is called by one, to be run with another `math`."""
    source = rule_sources()
    rules = Rules.__new__(Rules)
    rules.functions, rules.lines = {}, {}
    for _, rule in source.table.values():
        rules.add(rule, source.functions)
    parts = [*rules.lines, *(text_of(function, ()) for function in rules.functions.values())]
    return compile("\n".join(parts), "<rules>", "exec")


def names_in(function: ast.FunctionDef) -> list[str]:
    """The names that a function takes from outside of it, each once."""
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    notes = {id(node) for part in annotations(function) for node in ast.walk(part)}
    return list(dict.fromkeys(node.id for node in names if node.id not in own and id(node) not in notes))


def annotations(function: ast.FunctionDef) -> list[ast.expr]:
    """What a function says of types, and its decorators: a program has neither."""
    arguments = [node.annotation for node in ast.walk(function) if isinstance(node, ast.arg)]
    return [*function.decorator_list, *filter(None, [*arguments, function.returns])]


def text_of(function: ast.FunctionDef, raising: Iterable[str]) -> str:
    """A function without annotations and decorators; of `math`, what raises is replaced."""
    function = deepcopy(function)
    function.decorator_list, function.returns = [], None
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            node.annotation = None
    text = ast.unparse(Replaced({f"math.{name}": f"safe_{name}" for name in raising}).visit(function))
    return RETURNED.sub(lambda found: found[1] + without_parentheses(found[2]), text)


def without_parentheses(text: str) -> str:
    """A tuple as one returns it."""
    is_tuple = isinstance(ast.parse(text, mode="eval").body, ast.Tuple)
    return text[1:-1] if is_tuple and text.startswith("(") else text


def quiet_function(name: str) -> ast.FunctionDef:
    """A function of `math` that does not raise, as core/ieee.py has it, under another name."""
    functions = functions_in("ieee")
    if name in functions:
        function = deepcopy(functions[name])
    else:  # those that ieee.py makes when it is asked for them
        inside = ast.walk(functions["__getattr__"])
        function = deepcopy(
            next(node for node in inside if isinstance(node, ast.FunctionDef) and node.name == "quiet")
        )
        function.body.insert(0, ast.Expr(ast.Constant(f"{name}, where no number raises.")))
    local = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    bare = {n: f"math.{n}" for n in names_in(function) if hasattr(math, n) and n not in local}
    function.name = f"safe_{name}"
    replaced: ast.FunctionDef = Replaced(bare | {"function": f"math.{name}"}).visit(function)
    return replaced


class Replaced(ast.NodeTransformer):
    """Puts names in the place of others: `math.exp`, `inf`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return self.replaced(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self.replaced(node)

    def replaced(self, node: ast.expr) -> ast.AST:
        """The expression that stands for another, if one does."""
        text = ast.unparse(node)
        return ast.parse(self.names[text], mode="eval").body if text in self.names else node

"""What an optimizer does as JavaScript, translated from its `move` and from updates.py.

An optimizer of a user's own is translated too, if its `move` is arithmetic on its own numbers, lists of
numbers and parameters, or calls of updates.py; if not, an `UntranslatableError` says why.
"""

import ast
import inspect
import math
from array import array
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from textwrap import dedent
from typing import Any, NamedTuple

from autograd.internal import SHARED, Translator, UntranslatableError, json_number, legible
from nn import optim
from nn.optim import Optimizer

__all__ = ["Moves", "moves_of"]

METHODS = ("gradients", "move")  # what `Optimizer.step` calls
SIGNS = {ast.Add: "+", ast.Sub: "−", ast.Mult: "×", ast.Div: "/", ast.Pow: "^"}  # as told.js knows them
FIELDS = {"_data": "data", "data": "data", "_grad": "grad", "grad": "grad"}  # of a parameter
COLUMNS = {"means": "m", "squares": "v", "velocities": "velocity"}  # as tables call them
MEMORY_IN_JAVASCRIPT = """\
const $zeros = (count) => new Float64Array(count);
const $len = (list) => list.length;
const $nth = (list, i) => list[i];
const $numbers_in = (numbers) => numbers;
"""
TERMS_IN_JAVASCRIPT = """\
const $zeros = (count) => new Array(count).fill(0); // which may hold terms
const $signs = {
  "+": (a, b) => a + b, "−": (a, b) => a - b, "×": (a, b) => a * b, "/": (a, b) => a / b, "^": $pow,
};
const $told = (sign, a, b) => combined(sign, a, b, $signs[sign](valueOf(a), valueOf(b)));
const $root = (x) => rootOf(x, Math.sqrt(valueOf(x)));
"""
MEMORY = {"zeros": "$zeros", "room_for": "$zeros", "len": "$len", "nth": "$nth", "numbers_in": "$numbers_in"}


class Moves(NamedTuple):
    """An optimizer for training.js: `script` is an expression with its functions, `state` plain data.

    The functions are `gradients(optimizer, decay)` and `move(optimizer, gradients)`; `tell` makes that move
    on terms of what told.js has, or is null. `state` has `name`, `numbers` (a number, a list of them or
    null by attribute) and `columns` (what lists of one number for each parameter are called).
    """

    script: str
    state: dict[str, Any]


def moves_of(optimizer: Optimizer) -> Moves:
    """How an optimizer moves its parameters, and where it stands."""
    kind = type(optimizer)
    if kind.step is not Optimizer.step:
        raise UntranslatableError(
            f"{legible(kind.__name__)} has a step of its own, and only its move is translated"
        )
    if optimizer.schedule is not None:
        raise UntranslatableError("the learning rate is a function, and a page has a number for it")
    methods, used, called = translated_methods(kind, METHODS, MoveTranslator)
    names = sorted(used | {"learning_rate", "weight_decay", "iterations"})
    numbers = {name: number_or_list(optimizer, name) for name in names}
    columns = {
        name: COLUMNS.get(name, name)
        for name, value in numbers.items()
        if isinstance(value, list) and len(value) == len(optimizer.parameters)
    }
    state = {"name": legible(kind.__name__), "numbers": numbers, "columns": columns}
    first = [f"{name}: {method_name(kind, defining(kind, name), name)}" for name in METHODS]
    first.append(f"tell: {telling(kind)}")
    functions = SHARED + MEMORY_IN_JAVASCRIPT + translated(called, MoveTranslator)
    text = ["(() => {", functions, *methods, f"return {{ {', '.join(first)} }};", "})()"]
    return Moves("\n".join(text), state)


def telling(kind: type[Optimizer]) -> str:
    """A function of what told.js has that returns the move on terms; null if that is more than arithmetic.

    It stands among the functions of `moves_of`, and calls those that need no terms.
    """
    try:
        methods, _, called = translated_methods(kind, ("move",), TermTranslator)
        functions = TERMS_IN_JAVASCRIPT + translated(called, TermTranslator)
    except UntranslatableError:
        return "null"
    move = method_name(kind, defining(kind, "move"), "move")
    return "\n".join(["({ combined, rootOf, valueOf }) => {", functions, *methods, f"return {move};", "}"])


def translated_methods(
    kind: type[Optimizer], wanted: Sequence[str], make: "type[MoveTranslator]"
) -> tuple[list[str], set[str], list[str]]:
    """The methods that make a step, the attributes they use, and the functions of updates.py they call."""
    texts: dict[str, str] = {}
    used: set[str] = set()
    called: list[str] = []
    pending = [(defining(kind, name), name) for name in wanted]
    while pending:
        owner, name = pending.pop()
        key = method_name(kind, owner, name)
        if key in texts:
            continue
        node = source_of(owner, name)
        node.name = key
        translator = make(kind, owner)
        texts[key] = translator.function(node)
        used |= attributes(node)
        called += translator.called
        pending += translator.inherited
    return list(texts.values()), used, called


def defining(kind: type[Any], name: str, after: type[Any] | None = None) -> type[Any]:
    """The class in which a method is written; `after` one, that which super() means there."""
    line = kind.__mro__[kind.__mro__.index(after) + 1 if after else 0 :]
    return next(owner for owner in line if name in vars(owner))


def method_name(kind: type[Any], owner: type[Any], name: str) -> str:
    """What a method of a class that `kind` inherits from is called in JavaScript.

    The name of the class is not in it: two may have the same, and it may be any text.
    """
    return f"{name}${kind.__mro__.index(owner)}"


def source_of(owner: type[Any], name: str) -> ast.FunctionDef:
    """A method as Python reads it."""
    if (owner, name) in methods_of_optim():
        return methods_of_optim()[owner, name]
    method, called = vars(owner)[name], f"{legible(owner.__name__)}.{name}"
    try:
        node = ast.parse(dedent(inspect.getsource(method))).body[0]
    except (OSError, TypeError, SyntaxError) as error:
        raise UntranslatableError(f"the source of {called} cannot be read") from error
    if not isinstance(node, ast.FunctionDef) or [a.arg for a in node.args.args][:1] != ["self"]:
        raise UntranslatableError(f"{called} is to be a method of self")
    return node


@cache
def methods_of_optim() -> dict[tuple[type[Any], str], ast.FunctionDef]:
    """The methods of the classes in optim.py: where they are compiled, `inspect` finds no source of them."""
    source = files("nn").joinpath("optim.py").read_text(encoding="utf-8")
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    return {
        (getattr(optim, owner.name), node.name): node
        for owner in classes
        for node in owner.body
        if isinstance(node, ast.FunctionDef)
    }


def attributes(method: ast.FunctionDef) -> set[str]:
    """The attributes of the optimizer that a method uses, but for its parameters."""
    used = [node for node in ast.walk(method) if isinstance(node, ast.Attribute)]
    own = {node.attr for node in used if isinstance(node.value, ast.Name) and node.value.id == "self"}
    return own - {"parameters"}


def number_or_list(optimizer: Optimizer, name: str) -> Any:
    """An attribute as JSON has it."""
    value = getattr(optimizer, name, name)
    if value is None:
        return None
    if isinstance(value, int | float):
        return json_number(value)
    if isinstance(value, array | list) and all(isinstance(x, int | float) for x in value):
        return [json_number(x) for x in value]
    kind = legible(type(optimizer).__name__)
    raise UntranslatableError(f"{kind} uses self.{name}, which is neither a number nor a list of numbers")


@cache
def functions_of_updates() -> dict[str, ast.FunctionDef]:
    """The functions of updates.py by name; in JavaScript none has the name of a variable."""
    source = files("nn").joinpath("updates.py").read_text(encoding="utf-8")
    found = {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
    for node in found.values():
        node.name = f"updates${node.name}"
    return found


def translated(names: list[str], make: "type[MoveTranslator]") -> str:
    """These functions of updates.py, and those that they call, each once."""
    texts: dict[str, str] = {}
    pending = [*names]
    while pending:
        name = pending.pop()
        if name not in texts:
            translator = make()
            texts[name] = translator.function(functions_of_updates()[name])
            pending += translator.called
    return "\n".join(texts.values())


class MoveTranslator(Translator):
    """Translates what rules of primitives have no use for: attributes, None, lists, what is inherited."""

    def __init__(self, kind: type[Any] | None = None, owner: type[Any] | None = None) -> None:
        super().__init__(functions_of_updates(), {"math": math, "sqrt": math.sqrt, "hypot": math.hypot})
        self.kind, self.owner = kind, owner
        self.inherited: list[tuple[type[Any], str]] = []

    def refuse(self, node: ast.AST) -> UntranslatableError:
        if self.owner:
            self.name = f"{legible(self.owner.__name__)}.{self.name.partition('$')[0]}"
        return super().refuse(node)

    def statement(self, node: ast.stmt) -> str:
        match node:
            case ast.Expr(ast.Call() as call):
                return f"{self.expression(call)};"
            case ast.For(target, ast.Call(ast.Name("zip"), lists), body, []):
                names = [self.expression(name) for name in parts_of(target)]
                if len(names) == len(lists):
                    rows = [self.expression(each) for each in lists]
                    taken = " ".join(f"{name} = {row}[$i];" for name, row in zip(names, rows, strict=True))
                    head = f"for (let $i = 0; $i < {rows[0]}.length; $i++)"
                    return f"{head} {{ {taken} {self.block(body)} }}"
        return super().statement(node)

    def expression(self, node: ast.expr) -> str:
        match node:
            case ast.Attribute(ast.Name("self"), name):
                return f"self.{name}"
            case ast.Attribute(value, name) if name in FIELDS and not isinstance(value, ast.Attribute):
                return f"{self.expression(value)}.{FIELDS[name]}"
            case ast.Call(ast.Attribute(ast.Call(ast.Name("super"), []), name), arguments, []) if self.kind:
                owner = defining(self.kind, name, self.owner)
                self.inherited.append((owner, name))
                given = ", ".join(["self", *map(self.expression, arguments)])
                return f"{method_name(self.kind, owner, name)}({given})"
            case ast.Starred(value):
                return f"...{self.expression(value)}"
            case ast.Subscript(ast.Attribute(ast.Name("self")) as of, index):
                return f"{self.expression(of)}[{self.expression(index)}]"
        return super().expression(node)

    def condition(self, node: ast.expr) -> str:
        match node:
            case ast.Compare(left, [ast.Is() | ast.IsNot() as operator], [ast.Constant(None)]):
                return f"({self.expression(left)} {'!==' if isinstance(operator, ast.IsNot) else '==='} null)"
        return super().condition(node)

    def callee(self, node: ast.expr) -> str:
        match node:
            case ast.Name(name) if name in MEMORY and name not in self.local:
                return MEMORY[name]
            case ast.Attribute(ast.Name("updates"), name) | ast.Name(name) if name in self.functions:
                self.called.append(name)
                return f"updates${name}"
        return super().callee(node)


class TermTranslator(MoveTranslator):
    """Translates the same into arithmetic on terms, which remember how they were computed."""

    def arithmetic(self, node: ast.expr, left: str, operator: ast.operator, right: str) -> str:
        if type(operator) not in SIGNS:
            raise self.refuse(node)
        return f'$told("{SIGNS[type(operator)]}", {left}, {right})'

    def expression(self, node: ast.expr) -> str:
        match node:
            case ast.UnaryOp(ast.USub(), operand):
                return f'$told("−", 0, {self.expression(operand)})'
        return super().expression(node)

    def compared(self, node: ast.expr) -> str:
        return f"valueOf({self.expression(node)})"

    def callee(self, node: ast.expr) -> str:
        name = super().callee(node)
        if name == "Math.sqrt":
            return "$root"
        if name not in MEMORY.values() and not name.startswith("updates$"):
            raise self.refuse(node)
        return name


def parts_of(target: ast.expr) -> list[ast.expr]:
    """What a loop assigns to."""
    return list(target.elts) if isinstance(target, ast.Tuple) else [target]

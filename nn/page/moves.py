"""What an optimizer does as JavaScript, translated from its `move` and from updates.py.

An optimizer of a user's own is translated too, if its `move` is arithmetic on its own numbers, lists of
numbers and parameters, or calls of updates.py; if not, an `UntranslatableError` says why.
"""

import ast
import inspect
import math
from array import array
from functools import cache
from importlib.resources import files
from textwrap import dedent
from typing import Any, NamedTuple

from autograd.internal import SHARED, Translator, UntranslatableError, json_number
from nn.optim import SGD, Adam, Optimizer

__all__ = ["Moves", "moves_of"]

GRADIENTS = "gradients_of"  # what `Optimizer.step` takes before it moves
FIELDS = {"_data": "data", "data": "data", "_grad": "grad", "grad": "grad"}  # of a parameter
COLUMNS = {"means": "m", "squares": "v", "velocities": "velocity"}  # as tables call them
MEMORY_IN_JAVASCRIPT = """\
const $zeros = (count) => new Float64Array(count);
const $len = (list) => list.length;
const $nth = (list, i) => list[i];
const $numbers_in = (numbers) => numbers;
"""
MEMORY = {"zeros": "$zeros", "len": "$len", "nth": "$nth", "numbers_in": "$numbers_in"}


class Moves(NamedTuple):
    """An optimizer for training.js: `script` is an expression with its functions, `state` plain data.

    The functions are `gradients(parameters, decay, scale)` and `move(optimizer, gradients)`. `state` has
    `name`, `numbers` (a number or a list of them by attribute) and `columns` (what lists of one number for
    each parameter are called).
    """

    script: str
    state: dict[str, Any]


def moves_of(optimizer: Optimizer) -> Moves:
    """How an optimizer moves its parameters, and where it stands."""
    kind = type(optimizer)
    if kind.step not in (Optimizer.step, SGD.step, Adam.step):
        raise UntranslatableError(f"{kind.__name__} has a step of its own, and only its move is translated")
    if kind.gradients is not Optimizer.gradients or optimizer.clip_norm is not None:
        raise UntranslatableError(f"{kind.__name__} changes gradients before its move, which a page does not")
    if optimizer.schedule is not None:
        raise UntranslatableError("the learning rate is a function, and a page has a number for it")
    move = source_of(kind)
    translator = MoveTranslator()
    script = translator.function(move)
    body = translated([GRADIENTS, *translator.called])
    numbers = {name: number_or_list(optimizer, name) for name in sorted(attributes(move) | {"learning_rate"})}
    numbers["weight_decay"], numbers["iterations"] = optimizer.weight_decay, optimizer.iterations
    columns = {
        name: COLUMNS.get(name, name)
        for name, value in numbers.items()
        if isinstance(value, list) and len(value) == len(optimizer.parameters)
    }
    state = {"name": kind.__name__, "numbers": numbers, "columns": columns}
    shown = f"return {{ gradients: {GRADIENTS}, move }};"
    text = f"(() => {{\n{SHARED}{MEMORY_IN_JAVASCRIPT}{body}\n{script}\n{shown}\n}})()"
    return Moves(text, state)


def source_of(kind: type[Optimizer]) -> ast.FunctionDef:
    """The `move` of an optimizer as Python reads it."""
    try:
        node = ast.parse(dedent(inspect.getsource(kind.move))).body[0]
    except (OSError, TypeError, SyntaxError) as error:
        raise UntranslatableError(f"the source of {kind.__name__}.move cannot be read") from error
    if not isinstance(node, ast.FunctionDef) or [a.arg for a in node.args.args][:1] != ["self"]:
        raise UntranslatableError(f"{kind.__name__}.move is to be a method, with self and the gradients")
    return node


def attributes(move: ast.FunctionDef) -> set[str]:
    """The attributes of the optimizer that `move` uses, but for its parameters."""
    used = [node for node in ast.walk(move) if isinstance(node, ast.Attribute)]
    own = {node.attr for node in used if isinstance(node.value, ast.Name) and node.value.id == "self"}
    return own - {"parameters"}


def number_or_list(optimizer: Optimizer, name: str) -> Any:
    """An attribute as JSON has it."""
    value = getattr(optimizer, name, None)
    if isinstance(value, int | float):
        return json_number(value)
    if isinstance(value, array | list) and all(isinstance(x, int | float) for x in value):
        return [json_number(x) for x in value]
    raise UntranslatableError(
        f"{type(optimizer).__name__}.move uses self.{name}, which is neither a number nor a list of numbers"
    )


@cache
def functions_of_updates() -> dict[str, ast.FunctionDef]:
    """The functions of updates.py by name."""
    source = files("nn").joinpath("updates.py").read_text(encoding="utf-8")
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def translated(names: list[str]) -> str:
    """These functions of updates.py, and those that they call, each once."""
    texts: dict[str, str] = {}
    pending = [*names]
    while pending:
        name = pending.pop()
        if name not in texts:
            translator = MoveTranslator()
            texts[name] = translator.function(functions_of_updates()[name])
            pending += translator.called
    return "\n".join(texts.values())


class MoveTranslator(Translator):
    """Translates what rules of primitives have no use for: attributes, calls for their effect, lists."""

    def __init__(self) -> None:
        super().__init__(functions_of_updates(), {"math": math, "sqrt": math.sqrt})

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
            case ast.Subscript(ast.Attribute(ast.Name("self")) as of, index):
                return f"{self.expression(of)}[{self.expression(index)}]"
        return super().expression(node)

    def callee(self, node: ast.expr) -> str:
        match node:
            case ast.Name(name) if name in MEMORY and name not in self.local:
                return MEMORY[name]
            case ast.Attribute(ast.Name("updates"), name) if name in self.functions:
                self.called.append(name)
                return name
        return super().callee(node)


def parts_of(target: ast.expr) -> list[ast.expr]:
    """What a loop assigns to."""
    return list(target.elts) if isinstance(target, ast.Tuple) else [target]

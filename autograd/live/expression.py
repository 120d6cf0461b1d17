"""The tab Expression: text becomes a graph with its walk, a program, a drawing, or a page of its own."""

import ast
import re
from itertools import cycle, pairwise
from keyword import iskeyword
from pathlib import Path

from autograd.core.backprop import topological_order
from autograd.core.value import Value
from autograd.drawing.draw import draw
from autograd.expressions import (
    OF_ANY_NUMBER,
    SHORT_NAMES,
    ExpressionError,
    names_in,
    parse,
    tokens_of,
)
from autograd.live.session import Answer, Message, MessageError, Tab, add_tab, numbers_in, text_in
from autograd.page.page import play
from autograd.page.recorded import json_number
from autograd.page.walk import MOST_ASKED
from autograd.stepping.guesses import questions
from autograd.stepping.stepper import Stepper

HERE = Path(__file__).parent
LIMIT = 150  # Values in a graph: with more, neither layout nor steps come while one types
RESULT = "result"  # what the value of the expression is called, unless a name in it is
FIRST = (2.0, -3.0, 10.0, -2.0, 0.5, 1.5, -1.0)  # of names that have no number yet


def parsed(message: Message) -> tuple[Value, dict[str, Value]]:
    """The Value of the expression of a message, and its leaves; a name without a number gets one."""
    text = text_in(message, "text")
    try:
        names = names_in(text)
        known = numbers_in(message, "values")
        root, leaves = parse(text, {name: known.get(name, new) for name, new in zip(names, cycle(FIRST))})
    except ExpressionError as error:
        raise MessageError(error.message, error.column) from None
    count = len(topological_order(root))
    if count > LIMIT:  # nor is it written as Python: in a browser, the parser of Python dies of a long one
        raise MessageError(f"the graph has {count:,} Values, and at most {LIMIT} are shown here")
    if not root.label and RESULT not in leaves:
        root.label = RESULT
    return root, leaves


def show_expression(message: Message) -> Answer:
    """The player of an expression and its walk: `text`, and `values` by name for as many as are known."""
    root, leaves = parsed(message)
    page = play(root, limit=LIMIT)
    return {
        "markup": page.markup,
        "walk": page.walk,
        "values": {name: repr(leaf.data) for name, leaf in leaves.items()},
        "result": repr(root.data),
    }


def numbers_of_expression(message: Message) -> Answer:
    """Every number of a walk that is shown already, as the engine has it at other `values`.

    `data`, `gradients` (after a whole pass) and `local_derivatives` are by place in topological order.
    `slips` has for each step, and each number asked in it, the known wrong answers and their reasons.
    """
    root, _ = parsed(message)
    steps = Stepper(root).walk(fresh=True)
    nodes = topological_order(root)
    root.backward()
    return {
        "data": [json_number(node.data) for node in nodes],
        "gradients": [json_number(node.grad) for node in nodes],
        "local_derivatives": [list(map(json_number, node.local_derivatives)) for node in nodes],
        "slips": [
            [[[json_number(number), why] for number, why in question.slips] for question in asked]
            for asked in (questions(step)[:MOST_ASKED] for step in steps)
        ],
    }


def draw_expression(message: Message) -> Answer:
    """The graph of an expression as SVG, with its gradients."""
    root, _ = parsed(message)
    root.backward()
    return {"svg": draw(root, limit=LIMIT).svg}


def page_of_expression(message: Message) -> Answer:
    """The step page of an expression: a file of its own."""
    return {"html": play(parsed(message)[0], limit=LIMIT).html}


# --- A program that computes the same ------------------------------------------------------------------


def program_of(message: Message) -> Answer:
    """A program that prints the value and the gradients of an expression at these numbers."""
    root, leaves = parsed(message)
    text = text_in(message, "text").strip()
    taken = {"Value", "print", *called_in(text)}
    spelled = {name: f"{name}_" if iskeyword(name) or name in taken else name for name in leaves}
    result = f"{RESULT}_" if RESULT in spelled.values() else RESULT
    functions = sorted(called_in(text))
    lines = [f"from autograd import {', '.join(['Value', *functions])}", ""]
    lines += [f"{spelled[name]} = Value({leaf.data!r})" for name, leaf in leaves.items()]
    lines = [re.sub(r"\((-?)(inf|nan)\)", r'(float("\1\2"))', line) for line in lines]
    lines += [f"{result} = {in_python(text, spelled)}", f"{result}.backward()", ""]
    lines += [f'print("{result} =", {result}.data)']
    lines += [f'print("{name}.grad =", {name}.grad)' for name in spelled.values()]
    return {"python": "\n".join(lines) + "\n", "result": repr(root.data)}


def called_in(text: str) -> set[str]:
    """The functions that an expression calls, as Python imports them."""
    return {
        SHORT_NAMES.get(name, name)
        for (kind, name, _), (_, after, _) in pairwise(tokens_of(text))
        if kind == "name" and after == "("
    }


def in_python(text: str, spelled: dict[str, str]) -> str:
    """The expression in Python, with leaves as they are spelled there."""
    words: list[str] = []
    end = 1
    for (kind, token, column), (_, after, _) in pairwise(tokens_of(text)):
        words.append(text[end - 1 : column - 1])
        called = kind == "name" and after == "("
        other = SHORT_NAMES if called else spelled if kind == "name" else {}
        words.append(other.get(token, token))
        end = column + len(token)
    tree = ast.parse("".join(words).strip(), mode="eval").body
    changed = Numbers().visit(tree)
    if is_number(changed):
        changed = value_of(changed)
    return ast.unparse(changed)


class Numbers(ast.NodeTransformer):
    """Makes a Value of the first of two numbers that meet, as in 2 * 3: Python's own arithmetic may raise."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.BinOp:
        """An operation whose operands are changed already."""
        self.generic_visit(node)
        if is_number(node.left) and is_number(node.right):
            node.left = value_of(node.left)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """A function of any number of Values takes a list; the condition of `where` is a Value."""
        self.generic_visit(node)
        if not isinstance(node.func, ast.Name):
            return node
        if node.func.id in OF_ANY_NUMBER and not isinstance(node.args[0], ast.List):
            node.args = [ast.List(node.args)]
        if node.func.id == "where" and is_number(node.args[0]):
            node.args[0] = value_of(node.args[0])
        return node


def is_number(tree: ast.expr) -> bool:
    """Whether a part of an expression holds no Value."""
    return not any(isinstance(node, (ast.Name, ast.Call)) for node in ast.walk(tree))


def value_of(number: ast.expr) -> ast.expr:
    """The number as a Value."""
    return ast.Call(ast.Name("Value"), [number], [])


add_tab(
    Tab(
        "Expression",
        HERE / "expression.html",
        scripts=(HERE / "expression.js",),
        messages={
            "expression": show_expression,
            "expression-numbers": numbers_of_expression,
            "expression-svg": draw_expression,
            "expression-page": page_of_expression,
            "expression-python": program_of,
        },
    )
)

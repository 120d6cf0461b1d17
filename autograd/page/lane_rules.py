"""The rules for many examples at once as JavaScript: loops over lanes, one lane an example.

In each loop the rule stands by its own name, so that a browser compiles it into the loop. A rule of many
numbers that adds up products, as `weighted_sum` does, is translated with its additions as loops over lanes,
and it is read from its source which input, or which number, each of its local derivatives is.
"""

import ast
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from autograd.page.translator import Translator, UntranslatableError

__all__ = ["lanes_of"]

# Of one and of two numbers: `a + l * s` is where lane l of an input is in the memory $ (s is 0 where all
# lanes share a number), `y + l` where the value goes, `d + l` and `e + l` where the local derivatives go.
LANES = {
    1: (
        "($, a, s, y, d, m, n) => {{ for (let l = 0; l < m; l++) {{ "
        "const made = {rule}($[a + l * s]{exponent}); $[y + l] = made[0]; $[d + l] = made[1]; }} }}"
    ),
    2: (
        "($, a, s, b, t, y, d, e, m) => {{ for (let l = 0; l < m; l++) {{ "
        "const made = {rule}($[a + l * s], $[b + l * t]); "
        "$[y + l] = made[0]; $[d + l] = made[1]; $[e + l] = made[2]; }} }}"
    ),
}


def lanes_of(
    name: str, arity: int, rule: str, functions: Mapping[str, ast.FunctionDef], known: Mapping[str, Any]
) -> str:
    """What is added to the entry of a rule: `lanes`, and of a sum `slopes`; "" where there is neither."""
    if arity in LANES:
        exponent = ", n" if name == "power_of" else ""
        return f", lanes: {LANES[arity].format(rule=rule, exponent=exponent)}"
    try:
        lanes, slopes = (kind(functions, known).function(functions[rule]) for kind in (Sums, Slopes))
    except UntranslatableError:
        return ""
    return f", lanes: {lanes}, slopes: {slopes}"


class SumTranslator(Translator):
    """Turns a rule of many numbers into JavaScript, if it adds up into one variable, and by no condition.

    Then its additions, and its local derivatives, can be told apart. Anything else is refused.
    """

    heading = ""

    def function(self, node: ast.FunctionDef) -> str:
        """The function without its name."""
        self.name = node.name
        *body, last = node.body
        match last:
            case ast.Return(ast.Name(result)):
                self.result = result
            case _:
                raise self.refuse(last)
        names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        fresh = [name for name in dict.fromkeys(names) if name != self.result]
        self.local = {*fresh, "n"}
        declared = f"let {', '.join(fresh)}; " if fresh else ""
        return f"{self.heading} => {{ {declared}{self.block(body)} }}"

    def statement(self, node: ast.stmt) -> str:
        """An addition, a local derivative, or what counts inputs."""
        match node:
            case ast.Assign([ast.Name(self.result)], value):
                return self.addition(value)
            case ast.AugAssign(ast.Name(self.result) as target, operator, value):
                return self.addition(ast.BinOp(target, operator, value))
            case ast.Assign([ast.Subscript(ast.Name("d"), index)], value):
                return self.slope(self.expression(index), value)
            case ast.Assign([ast.Name()], _) | ast.For() | ast.Expr(ast.Constant(str())):
                return super().statement(node)
        raise self.refuse(node)

    def addition(self, value: ast.expr) -> str:
        """What becomes of the value."""
        raise NotImplementedError

    def slope(self, index: str, value: ast.expr) -> str:
        """What becomes of a local derivative."""
        raise NotImplementedError


class Sums(SumTranslator):
    """The additions: for inputs at x[0] + l * s[0] … in the memory $, the sums at y + l."""

    heading = "($, x, s, n, y, m)"
    columns: list[str] | None = None  # the inputs that a loop over lanes reads, while one is made

    def statement(self, node: ast.stmt) -> str:
        """A loop that adds up, by four of its turns at once while there are four: that is faster."""
        match node:
            case ast.For(ast.Name(i), ast.Call(ast.Name("range"), [*bounds], []), body, []) if (
                len(bounds) < 3
            ):
                match [part for part in body if not is_slope(part)]:
                    case [ast.AugAssign(ast.Name(self.result) as sum, operator, value)]:
                        start, stop = ["0", *map(self.expression, bounds)][-2:]
                        added: ast.expr = sum
                        for turn in range(4):
                            added = ast.BinOp(added, operator, later(value, i, turn))
                        return (
                            f"for ({i} = {start}; {i} + 3 < {stop}; {i} += 4) {self.addition(added)} "
                            f"for (; {i} < {stop}; {i}++) {self.addition(ast.BinOp(sum, operator, value))}"
                        )
        return super().statement(node)

    def addition(self, value: ast.expr) -> str:
        """A loop over lanes, before which it is looked up where its inputs are."""
        self.columns = []
        text = self.expression(value)
        found = "".join(f"const x{i} = x[{at}], s{i} = s[{at}]; " for i, at in enumerate(self.columns))
        self.columns = None
        return f"{{ {found}for (let l = 0; l < m; l++) $[y + l] = {text}; }}"

    def slope(self, index: str, value: ast.expr) -> str:
        """Nothing."""
        return ""

    def expression(self, node: ast.expr) -> str:
        """A number: of the lane, or the same for all."""
        match node:
            case ast.Name(self.result) if self.columns is not None:
                return "$[y + l]"
            case ast.Subscript(ast.Name("x"), index) if self.columns is not None:
                columns, self.columns = self.columns, None
                columns.append(self.expression(index))
                self.columns = columns
                return f"$[x{len(columns) - 1} + l * s{len(columns) - 1}]"
        return super().expression(node)


def is_slope(node: ast.stmt) -> bool:
    """Whether a statement writes a local derivative."""
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)


def later(value: ast.expr, name: str, turns: int) -> ast.expr:
    """What an expression is so many turns of the loop over `name` later."""

    class Later(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return ast.BinOp(node, ast.Add(), ast.Constant(turns)) if node.id == name else node

    return Later().visit(deepcopy(value)) if turns else value


class Slopes(SumTranslator):
    """The local derivatives: by input i it is the input `copied[i]`, or where that is −1, `fixed[i]`."""

    heading = "(n, copied, fixed)"

    def addition(self, value: ast.expr) -> str:
        """Nothing."""
        return ""

    def slope(self, index: str, value: ast.expr) -> str:
        """Which input it is, or which number."""
        match value:
            case ast.Subscript(ast.Name("x"), place):
                return f"copied[{index}] = {self.expression(place)};"
        return f"copied[{index}] = -1; fixed[{index}] = {self.expression(value)};"

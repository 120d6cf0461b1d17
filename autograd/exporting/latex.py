r"""A graph as LaTeX: the expression, and each derivative by the chain rule, spelled out over its paths."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from autograd.core.formulas import formula_of
from autograd.core.value import Value
from autograd.exporting.code import ATOM, MINUS, Code, computed, listed, spelled
from autograd.exporting.graph import Graph
from autograd.exporting.identifiers import Identifiers, as_identifier
from autograd.exporting.spellings import LATEX_OPERATORS, SPELLINGS, fraction
from autograd.naming.names import with_numbers
from autograd.naming.notation import format_number

__all__ = ["latex_program"]

MOST_PATHS = 6  # that are written out; of more the last step is
INDEXED = re.compile(r"([^\W\d_])_?(\d+(?:_\d+)*)")

Path = list[tuple[Value, int]]  # from the root down: a Value, and which of its inputs the path goes to


class Latex:
    """LaTeX, with numbers as on a blackboard."""

    def number(self, value: float) -> Code:
        """A number: four digits that count."""
        text = format_number(value) if isfinite(value) else r"\mathrm{NaN}" if value != value else r"\infty"
        text = re.sub(r"e([+-])0*(\d+)", lambda m: rf" \cdot 10^{{{m[1].strip('+')}{m[2]}}}", text)
        sign = "-" if value < 0.0 and not text.startswith("-") else ""
        return Formula(self, sign + text, MINUS if value < 0.0 else ATOM, value, is_number=True)

    def write(self, name: str, x: Sequence[Code]) -> Code:
        """A primitive of these operands."""
        how = LATEX_OPERATORS[name] if name in LATEX_OPERATORS else SPELLINGS[name].latex
        code = spelled(self, how, x)
        return Formula(self, code.text, code.binds)


class Formula(Code):
    """An operand in LaTeX."""

    brief = True

    def literal(self, text: str) -> Code:
        """A fraction as it is to be written."""
        return Formula(self.language, *fraction(*text.split("/")))


def latex_name(name: str) -> str:
    r"""A name in LaTeX.

    >>> [latex_name(name) for name in ("a", "w[0]", "x1", "loss", "θ")]
    ['a', 'w_{0}', 'x_{1}', '\\mathrm{loss}', '\\theta']
    """
    name = as_identifier(name)
    indexed = INDEXED.fullmatch(name)
    if indexed:
        return f"{latex_name(indexed[1])}_{{{indexed[2].replace('_', ',')}}}"
    if len(name) == 1 and not name.isascii():
        words = unicodedata.name(name, "").split()
        if words[:1] == ["GREEK"] and len(words) == 4:
            return "\\" + (words[3].lower() if words[1] == "SMALL" else words[3].capitalize())
    return name if len(name) == 1 else rf"\mathrm{{{name.replace('_', chr(92) + '_')}}}"


class Writer:
    """The lines of an align environment for a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.language = graph, Latex()
        identifiers = Identifiers()
        identifiers.words.clear()
        self.names = identifiers.fresh_for(with_numbers(graph.names, graph.order))
        shown = {node: latex_name(name) for node, name in self.names.items()}
        often = Counter(shown.values())
        unlike = {n: rf"\mathrm{{{self.names[n].replace('_', chr(92) + '_')}}}" for n in shown}
        self.names = {n: text if often[text] == 1 else unlike[n] for n, text in shown.items()}
        self.count = {graph.root: 1}  # paths from the root
        for node in reversed(graph.computed):
            for value in node.inputs:
                self.count[value] = self.count.get(value, 0) + self.count[node]

    def operand(self, node: Value) -> Code:
        """A Value by its name, or its number."""
        if node in self.names:
            return Formula(self.language, self.names[node])
        return self.language.number(node.data)

    def definition(self, node: Value, x: Sequence[Code]) -> Code:
        """How a Value is computed from operands."""
        primitive: Any = node.primitive
        if primitive.function is not None:
            name = as_identifier(primitive.name).replace("_", r"\_")
            return Formula(self.language, rf"\operatorname{{{name}}}({listed(x)})")
        return computed(self.language, primitive, x)

    def whole(self) -> str:
        """The expression, with what has no name of the user's inside, as long as it is used once."""
        inside: dict[Value, Code] = {}
        for node in self.graph.computed:
            code = self.definition(node, [inside.get(value) or self.operand(value) for value in node.inputs])
            if node is self.graph.root or (node not in self.graph.names and self.graph.uses[node] == 1):
                inside[node] = code
        return inside[self.graph.root].text if inside else ""

    def slope(self, node: Value, i: int) -> Code:
        """The local derivative of a Value by an input, as a formula."""
        primitive: Any = node.primitive
        formula = None if primitive.function is not None else formula_of(primitive)
        if formula is None:
            return Formula(self.language, self.partial(node, node.inputs[i]))
        x = [self.operand(value) for value in node.inputs]
        return x[0].of(formula(x, self.operand(node), i))

    def partial(self, node: Value, by: Value) -> str:
        """∂node/∂by."""
        return rf"\frac{{\partial {self.operand(node).text}}}{{\partial {self.operand(by).text}}}"

    def paths(self, leaf: Value) -> Iterator[Path]:
        """The paths from the root down to a leaf, one after another."""
        above = {leaf}
        above.update(node for node in self.graph.computed if not above.isdisjoint(node.inputs))
        pending: list[tuple[Value, Path]] = [(self.graph.root, [])]
        while pending:
            node, path = pending.pop()
            if node is leaf:
                yield path
            steps = [(v, [*path, (node, i)]) for i, v in enumerate(node.inputs) if v in above]
            pending += reversed(steps)

    def derivative(self, leaf: Value) -> list[str]:
        """The lines of the derivative by a leaf: the chain rule, the formulas in it, and the number."""
        root = self.graph.root
        total = self.language.number(self.graph.gradients[leaf]).text
        head = self.partial(root, leaf)
        if self.count[leaf] <= MOST_PATHS:
            paths = list(self.paths(leaf))
            chains = [r" \, ".join(self.partial(n, n.inputs[i]) for n, i in path) for path in paths]
            formulas = [product_of([self.slope(n, i) for n, i in path], len(paths) > 1) for path in paths]
        else:
            last = [(n, i) for n in self.graph.computed for i, v in enumerate(n.inputs) if v is leaf]
            chains = [rf"{self.partial(root, n)} \, {self.partial(n, leaf)}" for n, _ in last]
            formulas = [rf"{self.partial(root, n)} \cdot {self.slope(n, i).within(ATOM)}" for n, i in last]
        if not chains[0]:
            return [f"{head} &= {total}"]
        alone = len(chains) == 1 and chains[0] == head
        lines = [] if alone else [f"{head} &= {' + '.join(chains)}"]
        return [*lines, f"{head if alone else ''} &= {' + '.join(formulas)} = {total}"]


def product_of(factors: list[Code], in_sum: bool) -> str:
    """Factors one after another; one alone, with nothing beside it, needs no parentheses."""
    if len(factors) == 1 and not in_sum:
        return factors[0].text
    return r" \cdot ".join(factor.within(ATOM) for factor in factors)


def latex_program(graph: Graph) -> str:
    """The align environment."""
    writer = Writer(graph)
    number = writer.language.number(graph.root.data).text
    root = writer.names[graph.root]
    lines = [f"{root} &= {writer.whole()} = {number}"] if graph.computed else [f"{root} &= {number}"]
    for node in graph.computed:
        text = writer.definition(node, [writer.operand(value) for value in node.inputs]).text
        line = f"{writer.names[node]} &= {text} = {writer.language.number(node.data).text}"
        if line not in lines:
            lines.append(line)
    for leaf in graph.leaves:
        lines += writer.derivative(leaf)
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n"

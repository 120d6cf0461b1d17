"""A graph as a program in PyTorch or in JAX, with operations inside one another as a person writes them."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from autograd.core.primitives import Primitive
from autograd.core.value import Value
from autograd.exporting.code import OPERATORS, Code, computed, number_text, python_number, spelled
from autograd.exporting.graph import Graph
from autograd.exporting.identifiers import Identifiers
from autograd.exporting.spellings import SPELLINGS
from autograd.util.text import CODE_COLUMNS, wrap_code

__all__ = ["Inlined", "commented", "jax_program", "torch_program"]

WIDEST = 72  # characters of a text inside another; a longer one gets a name and a line


class Tensors:
    """PyTorch or JAX: how a primitive is written, and a number where an array must be."""

    def __init__(self, name: str, constant: str, wrapped: Iterable[str]) -> None:
        self.spelling, self.constant, self.wrapped = attrgetter(name), constant, wrapped

    def number(self, value: float) -> Code:
        """A number as Python has it."""
        return python_number(self, value)

    def write(self, name: str, x: Sequence[Code]) -> Code:
        """A primitive of these operands. On numbers alone an operator would be Python's, and could raise."""
        x = list(x)
        if name in self.wrapped and all(operand.is_number for operand in x):
            x[0] = Code(self, f"{self.constant}({x[0].text})")
        how = OPERATORS[name] if name in OPERATORS else self.spelling(SPELLINGS[name])
        return spelled(self, how, x)


class Inlined:
    """The lines that compute a graph: what has no name and is used once stands where it is used."""

    def __init__(self, graph: Graph, language: Any, identifiers: Identifiers) -> None:
        self.graph, self.language, self.identifiers = graph, language, identifiers
        self.names = identifiers.fresh_for(graph.names)
        self.inside: dict[Value, Code] = {}
        self.numbered = 0
        self.lines: list[tuple[Value, str]] = []  # what is computed, and its text
        for node in graph.computed:
            self.add(node)

    def add(self, node: Value) -> None:
        """Write a computed Value down, or keep its text for where it is used."""
        primitive: Any = node.primitive
        refuse_own(primitive)
        code = self.code(node)
        if len(code.text) > CODE_COLUMNS and self.name_operands(node):
            code = self.code(node)
        if node not in self.names and self.graph.uses[node] == 1 and len(code.text) <= WIDEST:
            self.inside[node] = code
            return
        self.give_line(node, code)

    def code(self, node: Value) -> Code:
        """What a node is computed as, of names, numbers and what stands inside."""
        return computed(self.language, node.primitive, [self.operand(value) for value in node.inputs])

    def give_line(self, node: Value, code: Code) -> None:
        """Write a computed Value down on a line of its own; without a name it is v1, v2, …"""
        if node not in self.names:
            self.numbered += 1
            self.names[node] = self.identifiers.fresh(f"v{self.numbered}")
        self.lines.append((node, code.text))

    def name_operands(self, node: Value) -> bool:
        """Give a line to each operand that stands inside, as together they are too long; whether any does."""
        inside = [value for value in dict.fromkeys(node.inputs) if value in self.inside]
        for value in inside:
            self.give_line(value, self.inside.pop(value))
        return bool(inside)

    def operand(self, node: Value) -> Code:
        """A Value where it is used: its name, its text, or its number."""
        if node in self.inside:
            return self.inside[node]
        if node in self.names:
            return Code(self.language, self.names[node])
        return self.language.number(node.data)  # type: ignore[no-any-return]


def refuse_own(primitive: Primitive) -> None:
    """A user's rule has no spelling."""
    if primitive.function is not None:
        raise ValueError(
            f"{primitive.name} is a primitive of your own, which has no text in another language: compute it "
            'from functions of autograd, or export(…, "python"), which takes its rule along'
        )


def torch_program(graph: Graph) -> str:
    """The program in PyTorch."""
    inlined = Inlined(graph, Tensors("torch", "torch.tensor", OPERATORS), Identifiers(["torch", "F", "math"]))
    names, root = inlined.names, inlined.names[graph.root]
    body = [f"{names[node]} = {text}" for node, text in inlined.lines]
    leaves = [
        f"{names[leaf]} = torch.tensor({number_text(leaf.data)}, requires_grad=True)" for leaf in graph.leaves
    ]
    shown = [(f'print("{root} =", {root}.item())', graph.root.data)]
    shown += [
        (f'print("{names[leaf]}.grad =", {names[leaf]}.grad.item())', graph.gradients[leaf])
        for leaf in graph.leaves
    ]
    text = "\n".join([*body, *leaves])
    head = ["import math", ""] if "math." in text else []
    head += ["import torch", *(["import torch.nn.functional as F"] if "F." in text else [])]
    return joined(
        [*head, "", "torch.set_default_dtype(torch.float64)"],
        leaves,
        body,
        [f"{root}.backward()"],
        commented((line, repr(number)) for line, number in shown),
    )


def jax_program(graph: Graph) -> str:
    """The program in JAX: a function of the leaves, its value and its gradients."""
    identifiers = Identifiers(["jax", "jnp", "math", "gradients", "function", "slopes"])
    inlined = Inlined(graph, Tensors("jax", "jnp.array", ["divide", "power", "power_of"]), identifiers)
    names, root = inlined.names, inlined.names[graph.root]
    body = [f"{names[node]} = {text}" for node, text in inlined.lines]
    result = root
    if body and body[-1].startswith(f"{root} = "):
        result = body.pop().removeprefix(f"{root} = ")
    leaves = [f"{names[leaf]} = {number_text(leaf.data)}" for leaf in graph.leaves]
    arguments = ", ".join(names[leaf] for leaf in graph.leaves)
    keys = ", ".join(f'"{names[leaf]}"' for leaf in graph.leaves)
    function = [
        *wrap_code(f"def function({arguments}):"),
        *(f"    {line}" for line in body),
        f"    return {result}",
    ]
    text = "\n".join([*function, *leaves])
    after = [
        f"{root}, slopes = jax.value_and_grad(function, argnums=range({len(graph.leaves)}))({arguments})",
        f"gradients = dict(zip([{keys}], slopes))",
    ]
    shown = [(f'print("{root} =", {root})', graph.root.data)]
    shown += [
        (f'print("d{root}/d{names[leaf]} =", gradients["{names[leaf]}"])', graph.gradients[leaf])
        for leaf in graph.leaves
    ]
    return joined(
        [*(["import math", ""] if "math." in text else []), "import jax", "import jax.numpy as jnp", ""]
        + ['jax.config.update("jax_enable_x64", True)'],
        leaves,
        ["", *function, ""],
        [line for statement in after for line in wrap_code(statement)],
        commented((line, repr(number)) for line, number in shown),
    )


def joined(*parts: Sequence[str]) -> str:
    """The parts of a program, with an empty line between them."""
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def commented(lines: Iterable[tuple[str, str]]) -> list[str]:
    """Lines with a comment each, one below the other."""
    pairs = list(lines)
    width = max((len(line) for line, _ in pairs if len(line) <= WIDEST), default=0)
    return [f"{line:{width}}  # {comment}" if comment else line for line, comment in pairs]

"""Random graphs: recipes that either engine can build and that an oracle can compute without one.

A recipe is the data of its leaves, then steps: the name of a primitive and its operands, an int for the
node of that number (leaves first) or a float for a plain number. The exponent of power_of is a float.
"""

import math
import operator
import struct
from collections.abc import Callable
from math import inf, isfinite, nan
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st

import autograd
from autograd import Value, topological_order
from autograd.core import nodes
from autograd.core.primitives import PRIMITIVES, power_of

Operands = tuple[int | float, ...]

OF_ONE, OF_TWO, OF_MANY = (
    tuple(name for name, primitive in PRIMITIVES.items() if primitive.arity == arity) for arity in (1, 2, 0)
)

OPERATORS: dict[str, Callable[..., Any]] = {
    "negate": operator.neg,
    "abs": abs,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "power": operator.pow,
    "power_of": operator.pow,
}

WILD = (
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    3.0,
    5e-324,
    -1e-310,
    1e-200,
    1e200,
    -1.7e308,
    745.0,
    -710.0,
    inf,
    -inf,
    nan,
)


class Recipe(NamedTuple):
    """How to make a graph; its last step is the root."""

    leaves: tuple[float, ...]
    steps: tuple[tuple[str, Operands], ...]


def build(recipe: Recipe, autograd: Any) -> list[Any]:
    """The nodes of the recipe as an engine makes them: leaves, then a node for each step."""
    nodes = [autograd.Value(data) for data in recipe.leaves]
    for number, (name, operands) in enumerate(recipe.steps):
        things = [nodes[thing] if isinstance(thing, int) else thing for thing in operands]
        nodes.append(made(autograd, name, things, by_method=number % 2 == 0))
    return nodes


def made(autograd: Any, name: str, things: list[Any], by_method: bool = False) -> Any:
    """One operation as a user writes it: an operator (reflected, if a number is first), method, function."""
    half = len(things) // 2
    if name in OPERATORS:
        return OPERATORS[name](*things)
    if name in ("sum", "mean", "logsumexp", "norm"):
        return getattr(autograd, name)(things)
    if name in ("softmax", "log_softmax"):
        return getattr(autograd, name)(things)[0]
    if name in ("maximum_of", "minimum_of"):
        return getattr(autograd, name.removesuffix("_of"))(things)
    if name == "weighted_sum":
        return autograd.weighted_sum(things[:half], things[half:-1], things[-1])
    if name == "cross_entropy":
        return autograd.cross_entropy(things[:half], things[half:])
    if by_method and hasattr(autograd.Value, name):
        return getattr(things[0], name)()
    return getattr(autograd, name)(*things)


def random_recipe(random: Random, steps: int, tame: bool = True) -> Recipe:
    """A recipe of so many steps and one that joins what nothing used.

    A tame one keeps its numbers moderate and in the domain of every operation; a wild one takes any double.
    """
    number = (lambda: round(random.uniform(-3.0, 3.0), 3) or 1.0) if tame else (lambda: wild(random))
    data = [number() for _ in range(random.randint(1, 5))]
    leaves, made_steps = tuple(data), []
    while len(made_steps) < steps:
        name, operands = random_step(random, len(data), number)
        numbers = [data[thing] if isinstance(thing, int) else thing for thing in operands]
        value, slopes = evaluated(name, numbers)
        if not tame or (1e-3 < abs(value) < 1e3 and all(map(isfinite, slopes))):
            made_steps.append((name, operands))
            data.append(value)
    used = {thing for _, operands in made_steps for thing in operands if isinstance(thing, int)}
    return Recipe(leaves, (*made_steps, ("sum", tuple(i for i in range(len(data)) if i not in used))))


def random_step(random: Random, count: int, number: Callable[[], float]) -> tuple[str, Operands]:
    """An operation on some of the first `count` nodes, newer ones rather, and here and there a number."""

    def node() -> int:
        return max(random.randrange(count), random.randrange(count))

    def operand() -> int | float:
        return number() if random.random() < 0.2 else node()

    name = random.choice((*OF_ONE, *OF_TWO, *OF_TWO, *OF_MANY, "power_of"))
    if name in OF_ONE:
        return name, (node(),)
    if name == "power_of":
        return name, (node(), random.choice((2.0, 3.0, -1.0, 0.5, 0.0, number())))
    if name in OF_TWO:
        pair = (node(), operand())
        return name, pair if random.random() < 0.5 else pair[::-1]
    k = random.randint(1, 4)
    if name == "cross_entropy":
        return name, (*(node() for _ in range(k)), *(random.random() for _ in range(k)))
    more = {"weighted_sum": 2 * k, "where": 2}.get(name, k - 1)
    return name, (node(), *(operand() for _ in range(more)))


def evaluated(name: str, numbers: list[float]) -> tuple[float, tuple[float, ...]]:
    """The value of a primitive at numbers, and its local derivatives."""
    if name == "power_of":
        return power_of(numbers[1]).evaluate(numbers[:1])
    return PRIMITIVES[name].evaluate(numbers)


def wild(random: Random) -> float:
    """Any double, the odd ones often."""
    if random.random() < 0.5:
        return random.choice(WILD)
    return random.uniform(-1.0, 1.0) * 10.0 ** random.randint(-320, 308)


def recipes(most_steps: int = 30, tame: bool = True) -> st.SearchStrategy[Recipe]:
    """Recipes, for Hypothesis."""
    return st.builds(
        random_recipe, st.randoms(use_true_random=False), st.integers(0, most_steps), st.just(tame)
    )


def nodes_alive() -> int:
    """How many nodes there are, if compiled: they lie where no tool for finding leaks looks; else 0."""
    return getattr(nodes, "alive", int)()


def random_graph(seed: int) -> Value:
    """A random expression, one in four of wild numbers, whose leaves have gradients already."""
    rng = Random(seed)
    recipe = random_recipe(rng, rng.randint(0, 20), tame=seed % 4 != 0)
    nodes = build(recipe, autograd)
    for i, leaf in enumerate(nodes[: len(recipe.leaves)]):
        leaf.label, leaf.grad = f"x{i}", rng.choice([0.0, -0.0, 0.1, rng.gauss(0.0, 1.0)])
    root: Value = nodes[-1]
    root.label = "y"
    return root


def gradient_bits(root: Value) -> list[bytes]:
    """The gradients under a node, to the bit; those of every NaN are the same, whatever their sign."""
    gradients = [node.grad for node in topological_order(root)]
    return [b"nan" if math.isnan(gradient) else struct.pack("d", gradient) for gradient in gradients]


def magnitudes(nodes: list[Value], gradient: float) -> list[float]:
    """The sum of the absolute values of all that was added up to each node's gradient."""
    scale = {nodes[-1]: abs(gradient)}
    for node in reversed(autograd.topological_order(nodes[-1])):
        for value, slope in zip(node.inputs, node.local_derivatives, strict=True):
            scale[value] = scale.get(value, 0.0) + abs(slope) * scale[node]
    return [scale.get(node, 0.0) for node in nodes]

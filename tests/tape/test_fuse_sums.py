"""Sums: what is a part of a larger sum, and that a tape says of each part what the engine says of it."""

import random
from collections.abc import Callable

import pytest
from graphs import Recipe, build
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Tape, Value, topological_order, weighted_sum
from autograd.tape.fuse_sums import Sums


@pytest.mark.parametrize(
    ("expression", "instructions"),
    [
        (lambda w, x: w * x + x * x + w, 1),
        (lambda w, x: w + (x * x + w * x), 1),
        (lambda w, x: w * x + (x * x + (x * w + w)), 1),
        (lambda w, x: autograd.sum([w * x, x * x, w]) - w, 1),
        (lambda w, x: weighted_sum([w, x], [x, x], w * x + x), 1),
        (lambda w, x: (w * x + x) + (x * x + x), 2),
        (lambda w, x: w * x - x * x, 2),
        (lambda w, x: x + w * w, 2),
        (lambda w, x: (x + w * x) * (x * x), 3),
        (lambda w, x: (t := w * x) + t, 2),
        (lambda w, x: (t := w * x) + t.tanh(), 3),
    ],
)
def test_what_is_a_part(expression: Callable[[Value, Value], Value], instructions: int) -> None:
    """What is added once and keeps its place in the order is; what is shared, or used twice, is not."""
    w, x = Value(2.0), Value(3.0)
    root = expression(w, x)
    computed = [node for node in topological_order(root) if not node.is_leaf]
    in_lanes = {node for node in computed if x in topological_order(node)}
    assert len(computed) - len(Sums(root, computed, in_lanes).parts) == instructions


def random_sums(rng: random.Random, steps: int) -> Recipe:
    """Sums and products of numbers and of each other, most of them used once."""
    leaves = [rng.choice((-1.0, 1.0)) * rng.uniform(0.5, 1.5) for _ in range(rng.randint(2, 8))]
    free, made = list(range(len(leaves))), []

    def operand() -> int:
        if free and rng.random() < 0.8:
            return free.pop(rng.randrange(len(free)))
        return rng.randrange(len(leaves) + len(made))

    for _ in range(steps):
        name = rng.choice(("add", "add", "add", "multiply", "subtract", "negate", "sum", "weighted_sum"))
        count = {"negate": 1, "sum": 3, "weighted_sum": 5}.get(name, 2)
        made.append((name, tuple(operand() for _ in range(count))))
        free.append(len(leaves) + len(made) - 1)
    return Recipe(tuple(leaves), (*made, ("sum", tuple(free))))


def of_sizes(recipe: Recipe) -> Recipe:
    """The recipe with absolute values and nothing subtracted: how large what is added up is at each node."""
    names = {"subtract": "add", "negate": "sum"}
    steps = tuple((names.get(name, name), operands) for name, operands in recipe.steps)
    return Recipe(tuple(abs(data) for data in recipe.leaves), steps)


@settings(deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 25), st.sampled_from([1, 7, 64]))
def test_every_node_of_sums(rng: random.Random, steps: int, lanes: int) -> None:
    """Its values and gradients in each lane are the engine's, to 1e-13 of what was added up."""
    recipe = random_sums(rng, steps)
    nodes = build(recipe, autograd)
    under = set(topological_order(nodes[-1]))
    count = len(recipe.leaves)
    inputs = [i for i in range(count) if nodes[i] in under and rng.random() < 0.6]
    tape = Tape(nodes[-1], [nodes[i] for i in inputs])
    batch = [[recipe.leaves[i] * rng.uniform(0.5, 1.5) for i in inputs] for _ in range(lanes)]
    tape.forward(batch)
    tape.backward([1.0] * lanes)
    found = {i: tape.values(node) for i, node in enumerate(nodes) if node in under}
    slopes = {i: tape.gradients(nodes[i]) for i in found if depends(nodes[i], {nodes[j] for j in inputs})}
    for lane, row in enumerate(batch):
        data = list(recipe.leaves)
        for i, number in zip(inputs, row, strict=True):
            data[i] = number
        example = Recipe(tuple(data), recipe.steps)
        engines, sizes = build(example, autograd), build(of_sizes(example), autograd)
        engines[-1].backward()
        sizes[-1].backward()
        for i, values in found.items():
            assert abs(values[lane] - engines[i].data) <= 1e-13 * sizes[i].data
        for i, gradients in slopes.items():
            assert abs(gradients[lane] - engines[i].grad) <= 1e-13 * sizes[i].grad


def depends(node: Value, inputs: set[Value]) -> bool:
    """Whether any of the inputs is under a node."""
    return not inputs.isdisjoint(topological_order(node))


def test_a_part_that_all_lanes_share() -> None:
    """Its values can be asked for; its gradient, as that of all that is shared, is in no lane."""
    w, x = Value(3.0), Value(1.0)
    part = w * w
    tape = Tape((part + w) * x, [x])
    tape.forward([[1.0], [2.0]])
    assert tape.values(part) == [9.0, 9.0]
    with pytest.raises(ValueError, match="shared by the lanes"):
        tape.gradients(part)


def test_a_long_chain_is_one_sum() -> None:
    """However many additions there are, and however deep the part is that is asked for."""
    x, weights = Value(1.0), [Value(0.5) for _ in range(20_000)]
    first = weights[0] * x
    total = first
    for weight in weights[1:]:
        total = total + weight * x
    tape = Tape(total, [x])
    assert repr(tape) == "<Tape of 1 operation: 1 input, 20000 shared leaves>"
    assert tape.forward([[1.0], [2.0]]) == [10_000.0, 20_000.0]
    assert tape.values(first) == [0.5, 1.0]
    assert tape.values(total.inputs[0]) == [9_999.5, 19_999.0]
    assert tape.gradients(first) == [0.5, 0.5]
    tape.backward()
    assert weights[7].grad == 1.5

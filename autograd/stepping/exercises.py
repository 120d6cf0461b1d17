"""Graphs for practice, made at random in five degrees, with numbers that one can compute with by hand."""

from collections.abc import Callable, Sequence
from random import Random

from autograd.core.backprop import topological_order
from autograd.core.functions import relu, tanh
from autograd.core.gradients import grad
from autograd.core.nary import weighted_sum
from autograd.core.value import Value

__all__ = ["DEGREES", "make_exercise"]

DEGREES = {
    1: "one product",
    2: "the chain rule: sums and products",
    3: "values that are used twice",
    4: "a tanh, and a relu at or beside its kink",
    5: "a neuron with a loss",
}
LARGEST = 100.0  # no number of an exercise is larger
TANH_INPUTS = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)


def make_exercise(degree: int, seed: int) -> tuple[Value, tuple[Value, ...]]:
    """The graph of that degree and seed, the same on every machine; and its leaves that are only data.

    Every node has a label. The result is called L, leaves a, b, c …, what is computed on the way u, v, w;
    in a neuron the parameters are w1, w2 and b.
    """
    rng = Random(f"stepgrad {degree} {seed}")  # a text, as -7 seeds as 7 does
    make, is_pleasant = MAKERS[degree]
    while True:
        root, data = make(rng)
        if is_pleasant(root):
            return root, data


def make_product(rng: Random) -> tuple[Value, tuple[Value, ...]]:
    """L = a × b."""
    a, b = make_leaves(rng, "ab", 9)
    return named("L", a * b), ()


def make_chain(rng: Random) -> tuple[Value, tuple[Value, ...]]:
    """Three operations on four leaves, each used once; sums or differences, and products."""
    pool = make_leaves(rng, "abcd", 6)
    kinds = rng.choice(["*+*", "+*+", "*+-", "-**", "*-*", "+**", "**+", "**-"])
    for name, kind in zip("uvL", kinds, strict=True):
        left, right = sorted(rng.sample(range(len(pool)), 2))
        made = named(name, combine(kind, pool[left], pool[right]))
        pool = [node for place, node in enumerate(pool) if place not in (left, right)] + [made]
    return pool[0], ()


def make_shared(rng: Random) -> tuple[Value, tuple[Value, ...]]:
    """Three operations on two leaves or three, where at least one value is used twice."""
    nodes = make_leaves(rng, rng.choice(["ab", "abc"]), 6)
    for name in "uvL":
        left, right = sorted(rng.randrange(len(nodes)) for _ in range(2))
        kind = rng.choice("*+" if left == right else "*+-")
        nodes.append(named(name, combine(kind, nodes[left], nodes[right])))
    return nodes[-1], ()


def make_bent(rng: Random) -> tuple[Value, tuple[Value, ...]]:
    """A tanh of one sum or product, a relu of another; a value is shared, the relu is often at its kink."""
    [a] = make_leaves(rng, "a", 4)
    target = rng.choice(TANH_INPUTS)
    if rng.random() < 0.5:
        b = Value(target / a.data, "b")
        u = named("u", a * b)
    else:
        b = Value(target - a.data, "b")
        u = named("u", a + b)
    before_relu = rng.choice([0.0, 0.0, 2.0, 3.0, -2.0, -3.0])
    shared = rng.choice([a, b])
    if rng.random() < 0.5:
        c = Value(before_relu - shared.data, "c")
        w = named("w", shared + c)
    else:
        c = Value(shared.data - before_relu, "c")
        w = named("w", shared - c)
    t, r = named("t", tanh(u)), named("r", relu(w))
    return named("L", t + r if rng.random() < 0.5 else t - r), ()


def make_neuron(rng: Random) -> tuple[Value, tuple[Value, ...]]:
    """A neuron of two inputs, its activation, and the squared distance from a target."""
    w1, w2 = make_leaves(rng, ["w1", "w2"], 4)
    x1, x2 = make_leaves(rng, ["x1", "x2"], 3)
    products = w1.data * x1.data + w2.data * x2.data
    if rng.random() < 0.6:
        activation, target = tanh, rng.choice(TANH_INPUTS)
        y = Value(-1.0 if target > 0.0 else 1.0, "y")  # of the other sign, so that no digit cancels
    else:
        activation, target = relu, rng.choice([0.0, -2.0, 2.0, 3.0, 5.0, 6.0])
        y = Value(rng.choice([1.0, 4.0]), "y")
    b = Value(target - products, "b")
    n = named("n", weighted_sum([w1, w2], [x1, x2], b))
    o = named("o", activation(n))
    e = named("e", o - y)
    return named("L", e**2), (x1, x2, y)


def make_leaves(rng: Random, names: Sequence[str], largest: int) -> list[Value]:
    """A leaf for each name: whole numbers, none 0 or ±1, no two as large, so that slips can be told."""
    sizes = rng.sample(range(2, largest + 1), len(names))
    return [Value(size * rng.choice([-1.0, 1.0]), name) for name, size in zip(names, sizes, strict=True)]


def named(name: str, node: Value) -> Value:
    """The node, with that label."""
    node.label = name
    return node


def combine(kind: str, left: Value, right: Value) -> Value:
    """A product, a sum or a difference."""
    return left * right if kind == "*" else left + right if kind == "+" else left - right


def is_whole(root: Value) -> bool:
    """Whether all data and gradients are whole numbers that are not 0, and not large."""
    nodes = topological_order(root)
    numbers = [*(node.data for node in nodes), *grad(root, nodes)]
    return all(0.0 != x == round(x) and abs(x) <= LARGEST for x in numbers)


def is_shared(root: Value) -> bool:
    """Whether that holds, every value is used, and at least one twice."""
    nodes = topological_order(root)
    uses = [value for node in nodes for value in node.inputs]
    names = {node.label for node in nodes}
    return {"a", "b", "u", "v"} <= names and len(uses) > len(set(uses)) and is_whole(root)


def is_short(root: Value) -> bool:
    """Whether all data but those behind a tanh are written with two decimals, and none is large."""
    nodes = topological_order(root)
    given = [node.data for node in nodes if node.is_leaf or node.label in ("n", "u", "w")]
    numbers = [*(node.data for node in nodes), *grad(root, nodes)]
    return all(x * 4 == round(x * 4) for x in given) and all(abs(x) <= LARGEST for x in numbers)


Maker = Callable[[Random], tuple[Value, tuple[Value, ...]]]
MAKERS: dict[int, tuple[Maker, Callable[[Value], bool]]] = {
    1: (make_product, is_whole),
    2: (make_chain, is_whole),
    3: (make_shared, is_shared),
    4: (make_bent, is_short),
    5: (make_neuron, is_short),
}

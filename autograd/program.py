"""Program: a recorded expression written out as the instructions that a tape runs.

Each node has a place. What depends on an input of the tape has a *row* r ≥ 0: a number for each lane, and
there is a lane for each example of a batch. What does not is *shared* by the lanes: shared number s has
the place −1 − s, which is ~s.

Each computed node is an instruction: its place y, and pairs (p, q) of places. There are two kinds:

    products    y = Σ pq, which is what +, −, ×, a weighted sum, a mean and a square are;
    a rule      y = f(q, …), any other primitive: the local derivative by each q goes to a place p.

For both, a small change of y is Σ (p dq + q dp). So one line is the backward pass of every instruction:
the gradient of q grows by that of y times p, and the gradient of p by that of y times q.
"""

from array import array
from collections.abc import Callable, Iterable
from typing import Any

from autograd.chain import topological_order
from autograd.lanes import LOOPS, PRODUCTS, RULE
from autograd.primitives import Primitive
from autograd.value import Value

Pairs = list[tuple[int, int]]

# What is a sum of products, as pairs of places (ints) and of numbers (floats).
AS_PRODUCTS: dict[str, Callable[..., list[tuple[Any, Any]]]] = {
    "add": lambda a, b: [(1.0, a), (1.0, b)],
    "subtract": lambda a, b: [(1.0, a), (-1.0, b)],
    "negate": lambda a: [(-1.0, a)],
    "multiply": lambda a, b: [(a, b)],
    "sum": lambda *x: [(1.0, 0.0)] + [(1.0, a) for a in x],
    "mean": lambda *x: [(1.0 / len(x), a) for a in x],
    "weighted_sum": lambda *x: [(1.0, x[-1]), *zip(x[: len(x) // 2], x[len(x) // 2 : -1], strict=True)],
}


class Program:
    """The instructions for `root`, those on shared numbers first.

    `places` has the place of each node, `root` that of the root, `leaves` the shared leaves, whose places
    come first, `numbers` those that are part of an instruction; `wanted` says of each row whether the
    gradient of a shared leaf needs its own. The pairs of instruction i are those from `starts[i]` on.

    >>> w, x = Value(3.0), Value(1.0)
    >>> program = Program((w * x).tanh(), [x])
    >>> program.results, program.pairs  # row 1 = w·x; row 2 = tanh of row 1, and its derivative is row 3
    (array('i', [1, 2]), array('i', [-1, 0, 3, 1]))
    """

    def __init__(self, root: Value, inputs: Iterable[Value]) -> None:
        nodes = topological_order(root)
        self.inputs = checked_inputs(inputs, set(nodes))
        self.places: dict[Value, int] = {x: row for row, x in enumerate(self.inputs)}
        self.leaves = tuple(node for node in nodes if node.is_leaf and node not in self.places)
        self.places.update((leaf, ~s) for s, leaf in enumerate(self.leaves))
        self.rows, self.shared = len(self.inputs), len(self.leaves)
        computed = [(node, node.primitive) for node in nodes if node.primitive is not None]
        for node, _ in computed:
            self.places[node] = self.new_place(any(self.places[x] >= 0 for x in node.inputs))
        self.root = self.places[root]
        self.node_rows, self.shared_nodes = self.rows, self.shared

        self.numbers: dict[float, int] = {}
        self.primitives: list[Primitive] = []
        self.kinds, self.results, self.pairs = array("b"), array("i"), array("i")
        self.starts, self.wanted = array("i", [0]), array("b", bytes(self.rows))
        for in_lanes in (False, True):
            for node, primitive in computed:
                if (self.places[node] >= 0) == in_lanes:
                    self.write(node, primitive)
        self.first_in_lanes = sum(y < 0 for y in self.results)
        self.wanted.frombytes(bytes(self.rows - self.node_rows))
        self.most_inputs = max((len(node.inputs) for node, _ in computed), default=0)

    def new_place(self, in_lanes: bool) -> int:
        """A place that nothing has yet."""
        if in_lanes:
            self.rows += 1
            return self.rows - 1
        self.shared += 1
        return -self.shared

    def write(self, node: Value, primitive: Primitive) -> None:
        """Write the instruction of a computed node."""
        y, places = self.places[node], [self.places[x] for x in node.inputs]
        pairs = self.products(primitive, places)
        self.kinds.append(PRODUCTS if pairs else LOOPS.get(primitive, RULE))
        for p, q in pairs or [(self.new_place(y >= 0), x) for x in places]:
            self.pairs.extend((p, q))
        self.starts.append(len(self.pairs) // 2)
        self.results.append(y)
        self.primitives.append(primitive)
        if y >= 0:
            self.wanted[y] = any(x < 0 or self.wanted[x] for x in places)

    def rows_depending_on(self, row: int) -> "array[int]":
        """Which rows the gradient of a row comes through: its own, and those of all that follows from it."""
        result = array("b", bytes(self.rows))
        result[row] = 1
        for i, y in enumerate(self.results):
            places = self.pairs[2 * self.starts[i] : 2 * self.starts[i + 1]]
            if y >= 0 and any(place >= 0 and result[place] for place in places):
                result[y] = 1
        return result

    def products(self, primitive: Primitive, places: list[int]) -> Pairs:
        """The pairs of a sum of products, what is shared first in its pair; none for another primitive."""
        if primitive.function is not None:
            return []
        if primitive.name == "power_of" and primitive.number == 2.0:
            return [(places[0], places[0])]
        pairs = AS_PRODUCTS[primitive.name](*places) if primitive.name in AS_PRODUCTS else []
        placed = [(self.place_of(p), self.place_of(q)) for p, q in pairs]
        return [(min(pair), max(pair)) for pair in placed]

    def place_of(self, operand: int | float) -> int:
        """The place of a number that is part of an instruction; a place as it is."""
        if isinstance(operand, int):
            return operand
        if operand not in self.numbers:
            self.numbers[operand] = self.new_place(False)
        return self.numbers[operand]


def checked_inputs(inputs: Iterable[Value], nodes: set[Value]) -> tuple[Value, ...]:
    """The inputs of a tape, each of which must be a leaf under its root, and there once."""
    if isinstance(inputs, Value):
        raise TypeError("the inputs of a tape are a list of Values, even where there is one alone")
    inputs = tuple(inputs)
    for i, x in enumerate(inputs):
        if not isinstance(x, Value):
            raise TypeError(f"input {i} of the tape must be a Value, got {x!r}")
        if not x.is_leaf:
            raise ValueError(f"input {i} of the tape, {x!r}, is computed ({x.op}): an input must be a leaf")
        if x not in nodes:
            raise ValueError(f"input {i} of the tape, {x!r}, is not under the root")
        if x in inputs[:i]:
            raise ValueError(f"input {i} of the tape, {x!r}, is there twice")
    return inputs

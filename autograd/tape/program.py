# cython: annotation_typing=False, infer_types=True
"""Program: a recorded expression written out as the instructions that a tape runs.

Each node has a place. What depends on an input of the tape has a *row* r ≥ 0: a number for each lane, and
there is a lane for each example of a batch. What does not is *shared* by the lanes: shared number s has
the place −1 − s, which is ~s.

Each computed node, unless it is a part of a sum (see fuse_sums.py), is an instruction: its place y, and pairs
(p, q) of places. There are two kinds:

    products    y = Σ pq, which is what +, −, ×, a weighted sum, a mean and a square are;
    a rule      y = f(q, …), any other primitive: the local derivative by each q goes to a place p.

The derivative of relu can be told from its value, so that its p is y itself. A row y = Σ pq whose p are all
shared is of a third kind, (a neuron of) a *layer*. All neurons of a layer are run at once, as a group, and
so are their activations (see products.py); any other instruction is a group by itself.

A function of one number, such as relu, of a sum that nothing else uses is computed *in place*: in the row
where the sum was. Going back, the gradient of the function becomes that of the sum. (The sum itself can still
be asked for: it is computed again, as a part of a sum is.)

For all of them a small change of y is Σ (p dq + q dp), so that one line is the backward pass of them all:
the gradient of q grows by that of y times p, and the gradient of p by that of y times q.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if cython.compiled:
    from cython.cimports.autograd.tape.arrays import flags, ints
    from cython.cimports.cpython.array import array
else:
    from array import array

    from autograd.tape.arrays import flags, ints

from bisect import bisect
from collections.abc import Iterable
from itertools import accumulate, chain, filterfalse, pairwise

from autograd.core.backprop import topological_order
from autograd.core.value import Value
from autograd.tape.fuse_sums import Sums, Terms
from autograd.tape.lanes import LAYER, LOOPS, PRODUCTS, RELU, RULE
from autograd.tape.products import group_nodes


class Program:
    """The instructions for `root`, those on shared numbers first.

    `places` has the place of each node that is no part of a sum, `root` that of the root,
    `leaves` the shared leaves, whose places come first, `numbers` those that are part of an instruction;
    `wanted` says of each row whether the gradient of a shared leaf needs its own, `used_once` whether that is
    a single contribution. The pairs of instruction i are those from `starts[i]` on, the instructions of
    group g from `groups[g]` on. In the `spare` places, one shared and a row, a part can be computed.
    `in_line` says of each pair of what is shared how many, from it on, are of numbers side by side. The
    gradient of a row is in slot `slots[row]` of `slot_count`; in the first `added_up`, contributions add up.

    >>> w, x = Value(3.0), Value(1.0)
    >>> program = Program((w * x).tanh(), [x])
    >>> program.results, program.pairs  # row 1 = w·x; then tanh of row 1 is there; its derivative is row 2
    (array('i', [1, 1]), array('i', [-1, 0, 2, 1]))
    """

    def __init__(self, root: Value, inputs: Iterable[Value]) -> None:
        nodes = topological_order(root)
        self.inputs = checked_inputs(inputs, set(nodes))
        computed = [node for node in nodes if not node.is_leaf]
        self.leaves = tuple(filterfalse({*computed, *self.inputs}.__contains__, nodes))
        self.rows, self.shared = len(self.inputs), len(self.leaves)
        self.places: dict[Value, int] = dict(zip(self.inputs, range(self.rows), strict=True))
        self.places.update(zip(self.leaves, range(-1, -1 - self.shared, -1), strict=True))
        in_lanes = set(self.inputs)
        in_lanes.update(node for node in computed if not in_lanes.isdisjoint(node.inputs))
        sums = Sums(root, computed, in_lanes)
        self.parts = sums.parts
        computed = [node for node in computed if node not in sums.parts]
        computed.sort(key=in_lanes.__contains__)
        groups = group_nodes(computed, sums.terms, in_lanes)
        computed = list(chain.from_iterable(groups))
        for node in computed:
            if self.is_in_place(node, sums):
                (x,) = node.inputs
                self.places[node] = self.places[x]
                self.parts[x] = node, 0, len(sums.terms[x])
            else:
                self.places[node] = self.new_place(node in in_lanes)
        self.root = self.places[root]
        self.node_rows, self.shared_nodes = self.rows, self.shared

        self.numbers: dict[float, int] = {}
        self.primitives: list[Any] = []
        self.kinds, self.results, self.pairs = array("b"), array("i"), array("i")
        self.starts = array("i", [0])
        self.groups = array("i", accumulate(map(len, groups), initial=0))
        for node in computed:
            self.write(node, sums.terms.get(node, []))
        self.used_once = rows_used_once(self)
        self.first_in_lanes = sum(y < 0 for y in self.results)  # each of those before is a group by itself
        self.in_line = numbers_in_line(self)
        self.slots, self.slot_count, self.added_up = slots_of_gradients(self)
        self.spare = [self.new_place(False), self.new_place(True)] if self.parts else []
        self.wanted = rows_wanted(self)
        self.most_inputs = max((len(node.inputs) for node in computed), default=0)

    def new_place(self, in_lanes: bool) -> int:
        """A place that nothing has yet."""
        if in_lanes:
            self.rows += 1
            return self.rows - 1
        self.shared += 1
        return -self.shared

    def is_in_place(self, node: Value, sums: Sums) -> bool:
        """Whether a node is a function of a sum in lanes that nothing else uses, and takes its place."""
        if node.primitive not in LOOPS:
            return False
        (x,) = node.inputs
        return x in sums.terms and sums.uses[x] == 1 and self.places[x] >= 0

    def write(self, node: Value, terms: Terms) -> None:
        """Write the instruction of a computed node: the sum of these terms, or else a rule."""
        primitive: Any = node.primitive
        y = self.places[node]
        if terms:
            first = len(self.pairs)
            self.pairs += pairs_of(terms, self.places, self.place_of_number)
            kind = LAYER if y >= 0 and max(self.pairs[first::2]) < 0 else PRODUCTS
        else:
            kind = LOOPS.get(primitive, RULE)
            for x in node.inputs:
                self.pairs.extend((y if kind == RELU else self.new_place(y >= 0), self.places[x]))
        self.kinds.append(kind)
        self.starts.append(len(self.pairs) // 2)
        self.results.append(y)
        self.primitives.append(primitive)

    def pairs_of(self, i: int) -> "array[int]":
        """The places in the pairs of an instruction."""
        return self.pairs[2 * self.starts[i] : 2 * self.starts[i + 1]]

    def place_of_number(self, number: float) -> int:
        """The place of a number that is part of an instruction."""
        if number not in self.numbers:
            self.numbers[number] = self.new_place(False)
        return self.numbers[number]

    def find(self, node: Value) -> tuple[int, int, int]:
        """The place of a node, and 0, 0; of a part, that of the sum, and where its pairs begin and end."""
        first, count = 0, self.parts[node][2] if node in self.parts else 0
        while node in self.parts:
            node, offset, _ = self.parts[node]
            first += offset
        place = self.places[node]
        if count:
            first += self.starts[self.results.index(place)]
        return place, first, first + count

    def groups_after(self, node: Value) -> int:
        """Where the groups begin that come after a node, or after that which it is a part of."""
        place, first, end = self.find(node)
        results = self.results if end > first else self.results[::-1]
        if place not in results:
            return self.first_in_lanes
        i = results.index(place)
        return bisect(self.groups, i if end > first else len(results) - 1 - i)

    def rows_depending_on(self, row: int) -> "array[int]":
        """Which rows the gradient of a row comes through: its own, and those of all that follows from it."""
        result = array("b", bytes(self.rows))
        result[row] = 1
        for i, y in enumerate(self.results):
            if y >= 0 and any(place >= 0 and result[place] for place in self.pairs_of(i)):
                result[y] = 1
        return result


def pairs_of(terms: Terms, places: dict[Any, int], place_of_number: Any) -> Any:
    """The places of the operands of a sum, pair by pair; what is shared comes first in its pair."""
    result = array("i", [0]) * (2 * len(terms))
    pairs = ints(result)
    for k in range(len(terms)):
        p, q = terms[k]
        first: int = place_of_number(p) if type(p) is float else places[p]
        second: int = place_of_number(q) if type(q) is float else places[q]
        pairs[2 * k], pairs[2 * k + 1] = min(first, second), max(first, second)
    return result


def rows_wanted(program: Program) -> Any:
    """Which rows are on the way to a shared leaf, and so must have a gradient."""
    result = array("b", bytes(program.rows))
    wanted, rows, shared = flags(result), program.node_rows, program.shared_nodes
    pairs, starts, results = ints(program.pairs), ints(program.starts), ints(program.results)
    for i in range(len(program.results)):
        y = results[i]
        if y < 0:
            continue
        for j in range(2 * starts[i], 2 * starts[i + 1]):
            place = pairs[j]
            if (~place < shared) if place < 0 else (place < rows and wanted[place] != 0):
                wanted[y] = 1
    return result


def rows_used_once(program: Program) -> Any:
    """Which rows are an operand once in all groups; the neurons of a layer have them together."""
    result = array("i", [0]) * program.rows
    uses, pairs, starts = ints(result), ints(program.pairs), ints(program.starts)
    for first, end in pairwise(program.groups):
        for i in range(first, first + 1 if program.kinds[first] == LAYER else end):
            for j in range(2 * starts[i], 2 * starts[i + 1]):
                place = pairs[j]
                if place >= 0 and place != program.results[i]:
                    uses[place] += 1
    return array("b", [count == 1 for count in result])


def slots_of_gradients(program: Program) -> Any:
    """The slot of the gradient of each row, how many slots there are, and how many of what is added up.

    A gradient that is one contribution has its slot while the backward pass is between the group that the row
    is an operand of and the row's own; then another has it.
    """
    result = array("i", [0]) * program.rows
    slots, used_once, rows, count = ints(result), flags(program.used_once), program.node_rows, 0
    pairs, starts, results = ints(program.pairs), ints(program.starts), ints(program.results)
    free: list[int] = []
    for i in range(rows):
        if not used_once[i]:
            slots[i] = count
            count += 1
    added_up = count
    for first, end in reversed(list(pairwise(program.groups[program.first_in_lanes :]))):
        for i in range(first, first + 1 if program.kinds[first] == LAYER else end):
            y = results[i]
            for j in range(2 * starts[i], 2 * starts[i + 1]):
                place = pairs[j]
                if 0 <= place < rows and place != y and used_once[place]:
                    if not free:
                        free.append(count)
                        count += 1
                    slots[place] = free.pop()
        for i in range(first, end):
            y = results[i]
            if used_once[y] and pairs[2 * starts[i] + 1] != y:  # not in place of its operand
                free.append(slots[y])
    return result, count, added_up


def numbers_in_line(program: Program) -> Any:
    """For each pair of what is shared, how many that follow, it included, are of numbers side by side."""
    count, pairs = program.starts[program.first_in_lanes], ints(program.pairs)
    result = array("i", [1]) * count
    in_line = ints(result)
    for i in range(count - 2, -1, -1):
        if pairs[2 * i] - pairs[2 * i + 2] == pairs[2 * i + 1] - pairs[2 * i + 3] == 1:
            in_line[i] += in_line[i + 1]
    return result


def checked_inputs(inputs: Iterable[Value], nodes: set[Value]) -> tuple[Value, ...]:
    """The inputs of a tape, each of which must be a leaf under its root, and there once."""
    if isinstance(inputs, Value):
        raise TypeError("the inputs of a tape are a list of Values, even where there is one alone")
    inputs, before = tuple(inputs), set[Value]()
    for i, x in enumerate(inputs):
        if not isinstance(x, Value):
            raise TypeError(f"input {i} of the tape must be a Value, got {x!r}")
        if not x.is_leaf:
            raise ValueError(f"input {i} of the tape, {x!r}, is computed ({x.op}): an input must be a leaf")
        if x not in nodes:
            raise ValueError(f"input {i} of the tape, {x!r}, is not under the root")
        if x in before:
            raise ValueError(f"input {i} of the tape, {x!r}, is there twice")
        before.add(x)
    return inputs

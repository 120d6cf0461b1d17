# cython: annotation_typing=False, infer_types=True, cdivision=True
"""Runner: the instructions of a program run on the numbers of a tape (see memory.py).

An instruction works on rows of numbers, one for each lane, in loops that the processor's vectors run
through, without the GIL. (Those loops are in lanes.h, for the interpreted engine in lanes.py; the C types
are in runner.pxd and lanes.pxd.)
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
    from cython.cimports.autograd.core.nodes import node_in
    from cython.cimports.autograd.core.primitives import Primitive
    from cython.cimports.autograd.core.rules import raise_to
    from cython.cimports.autograd.core.value import Value
    from cython.cimports.autograd.tape import blocks, lanes
    from cython.cimports.autograd.tape.arrays import doubles, flags, ints
    from cython.cimports.autograd.tape.memory import Memory, start_of, zeros
    from cython.cimports.cpython.array import array
    from cython.cimports.cpython.exc import PyErr_CheckSignals
    from cython.cimports.cpython.object import PyObject
else:
    from array import array

    from autograd.core.nodes import node_in
    from autograd.core.value import Value
    from autograd.tape import blocks, lanes
    from autograd.tape.arrays import doubles, flags, ints
    from autograd.tape.memory import Memory, start_of, zeros

from autograd.core.primitives import Primitive
from autograd.tape.program import Program

PATIENCE = 1 << 20  # numbers between two looks at whether Ctrl-C came: about a millisecond


@cython.final
@cython.cclass
class Runner(Memory):
    """What runs a program on a batch: `forward`, then `backward`; or `descend`.

    Each is from `claim` to `release` alone at work.
    """

    def __init__(self, program: Program) -> None:
        if cython.compiled and self.program is not None:
            raise TypeError("a Runner is made once, for one program")
        Memory.__init__(self, program)
        self.end, self.first_in_lanes = len(program.groups) - 1, program.first_in_lanes
        self.root, self.shared_count = program.root, program.shared
        self.results, self.starts = ints(program.results), ints(program.starts)
        self.pairs, self.groups = ints(program.pairs), ints(program.groups)
        self.in_line = ints(program.in_line)
        self.kinds, self.rules = flags(program.kinds), rules_of(program.primitives)
        self.scratch_memory = zeros(2 * program.most_inputs)
        self.x = start_of(self.scratch_memory)
        self.d = blocks.after(self.x, program.most_inputs)
        self.computed = -1

    def take(self, batch: Any) -> None:
        """Read the batch and the shared leaves."""
        self.thread = 0  # until all is computed, there is nothing to go back over
        self.load(batch)
        self.read()

    # --- The passes ----------------------------------------------------------------------------------------

    def forward(self, batch: Any) -> list[float]:
        """Run all instructions on all lanes of a batch; the root in each."""
        self.claim()
        try:
            self.take(batch)
            with cython.nogil:
                self.run(0, self.first_in_lanes)
                for b in range(self.blocks):
                    self.compute(b)
            self.weigh(None)  # until `backward` says otherwise, gradients are those of the mean
            self.thread = self.owner
            return self.values_of_root()
        finally:
            self.release()

    def backward(self, gradient: Any) -> None:
        """Run all instructions backwards, and add up what comes to each leaf in its `grad`."""
        self.claim()
        try:
            self.check_thread()
            self.weigh(gradient)
            with cython.nogil:
                self.turn()
                for b in range(self.blocks):
                    self.recall(b)
                    self.go_back_over_block(b, self.first_in_lanes)
                self.run_back(0, self.first_in_lanes)
            self.add_gradients()
        finally:
            self.release()

    def forward_backward(self, batch: Any, gradient: Any) -> list[float]:
        """The same as `forward` and `backward`, each block of lanes there and back."""
        self.claim()
        try:
            self.take(batch)
            self.weigh(gradient)
            with cython.nogil:
                self.go_there_and_back()
            self.add_gradients()
            self.thread = self.owner
            return self.values_of_root()
        finally:
            self.release()

    def add_gradients(self) -> None:
        """Add the gradients of the leaves to their `grad`."""
        gradients, leaves = self.block.shared_gradients, self.leaves
        for s in range(len(leaves)):
            gradient = gradients[s]  # before +=: in a call another thread may add
            node_in(leaves, s)._grad += gradient

    def descend(
        self, batch: Any, parameters: list[Value], places: Any, rate: float, steps: int
    ) -> list[float]:
        """Move the parameters at those places so many steps down the mean of the root; the means before each.

        Whatever ends it early, they have then moved by whole steps.
        """
        self.claim()
        try:
            self.take(batch)
            means, place = zeros(steps), ints(places)
            try:
                self.go_down(place, len(places), rate, doubles(means), steps)
            except BaseException:
                for i in range(len(parameters)):
                    node_in(parameters, i)._data = blocks.row_of(self.block, place[i])[0]
                raise
            for i in range(len(parameters)):
                gradient = blocks.gradient_of(self.block, place[i])[0]
                node_in(parameters, i)._grad = gradient
                node_in(parameters, i)._data = blocks.row_of(self.block, place[i])[0] - rate * gradient
            self.thread = self.owner
            return list(means[:steps])
        finally:
            self.release()

    def go_down(self, place: Any, count: int, rate: float, means: Any, steps: int) -> None:
        """The steps of `descend`, without the last move."""
        often = 1 + PATIENCE // (self.lanes * (1 + self.node_rows))
        self.weigh(None)
        with cython.nogil:
            for step in range(steps):
                if cython.compiled and step % often == often - 1:
                    with cython.gil:
                        PyErr_CheckSignals()
                for i in range(count if step > 0 else 0):
                    move = rate * blocks.gradient_of(self.block, place[i])[0]
                    blocks.share(self.block, place[i], blocks.row_of(self.block, place[i])[0] - move)
                self.go_there_and_back()
                means[step] = self.mean_of_root()

    def go_there_and_back(self) -> None:
        """Run all instructions forwards and backwards: each block of lanes, while it is in the cache."""
        self.run(0, self.first_in_lanes)
        self.turn()
        for b in range(self.blocks):
            self.compute(b)
            self.go_back_over_block(b, self.first_in_lanes)
        self.run_back(0, self.first_in_lanes)

    # --- What was computed ---------------------------------------------------------------------------------

    def columns(self, places: list[tuple[int, int, int]]) -> Any:
        """The numbers at some places, in one array: those of the first in all lanes, and so on.

        With each place go the first and the last pair of a part of the sum there, or 0 and 0.
        """
        self.claim()
        try:
            self.check_thread()
            result = array("d", [0.0]) * (len(places) * self.lanes)
            for b in range(self.blocks):
                self.recall(b)
                for k in range(len(places)):
                    place, first, end = places[k]
                    start = k * self.lanes + b * self.block.width
                    self.copy_column(doubles(result), start, place, first, end)
        finally:
            self.release()
        return result

    def copy_column(self, column: Any, start: int, place: int, first: int, end: int) -> None:
        """Copy the numbers at a place in the block in focus into a column, from its start on."""
        if end > first:
            place = self.program.spare[place >= 0]
            there = array("i", [place])
            self.run_sums(ints(there), 1, first, end - first)
        row = blocks.row_of(self.block, place)
        for lane in range(self.block.count):
            column[start + lane] = row[lane if place >= 0 else 0]

    def gradient(self, row: int, first: int) -> list[float]:
        """The gradient of a row in each lane, when the groups from `first` on have gone back."""
        result: list[float] = []
        self.claim()
        try:
            self.check_thread()
            wanted = self.program.rows_depending_on(row)  # held, for the C array in it
            try:
                self.want(wanted, 0)
                for b in range(self.blocks):
                    self.recall(b)
                    self.go_back_over_block(b, first)
                    gradient = blocks.gradient_of(self.block, row)
                    result += [gradient[lane] for lane in range(self.block.count)]
            finally:
                self.want(self.program.wanted, self.program.shared_nodes)
        finally:
            self.release()
        return result

    # --- Blocks --------------------------------------------------------------------------------------------

    def compute(self, b: int) -> None:
        """Run the instructions of a block of lanes, and note its root."""
        self.computed = -1
        self.focus(b)
        first = b * self.block.width
        if not self.is_kept:
            inputs = blocks.after(self.batch, first * self.input_rows)
            blocks.copy(self.block.rows, inputs, self.input_rows * self.block.width)
        self.run(self.first_in_lanes, self.end)
        root = blocks.row_of(self.block, self.root)
        for lane in range(self.block.count):
            self.roots[first + lane] = root[lane if self.root >= 0 else 0]
        self.computed = b

    def recall(self, b: int) -> None:
        """Select a block that was computed; again, if another is where it was."""
        if self.is_kept or b == self.computed:
            self.focus(b)
        else:
            self.compute(b)

    def turn(self) -> None:
        """Zero the shared gradients before a backward pass; the root, if it is shared, gets its gradient."""
        blocks.clear(self.block.shared_gradients, self.shared_count)
        if self.root < 0:
            blocks.gradient_of(self.block, self.root)[0] = self.total

    def go_back_over_block(self, b: int, first: int) -> None:
        """Run the backward pass of the block in focus, from the gradients of the root to group `first`."""
        blocks.clear(self.block.gradients, self.added_up * self.block.width)
        if self.root >= 0:
            gradient = blocks.gradient_of(self.block, self.root)
            for lane in range(self.block.count):
                gradient[lane] = self.upstream[b * self.block.width + lane]
        self.run_back(first, self.end)

    # --- Instructions --------------------------------------------------------------------------------------

    def run(self, first: int, end: int) -> None:
        """Run groups of instructions forwards: on what is shared, or on the block in focus."""
        for group in range(first, end):
            i, count = self.groups[group], self.groups[group + 1] - self.groups[group]
            if self.kinds[i] < lanes.RULE:
                y, start = blocks.places_after(self.results, i), self.starts[i]
                self.run_sums(y, count, start, self.starts[i + 1] - start)
            else:
                self.run_rules(i, count)

    def run_sums(self, y: Any, count: int, start: int, terms: int) -> None:
        """Run y[0] = Σ pq, over so many pairs from `start` on; y[1], … over as many each."""
        pairs = blocks.places_after(self.pairs, 2 * start)
        if y[0] < 0:
            in_line = blocks.places_after(self.in_line, start)
            lanes.shared_products(self.block, y[0], pairs, terms, in_line)
        else:
            lanes.products(self.block, y, count, pairs, terms)

    def run_rules(self, i: int, count: int) -> None:
        """Run a group of rules, in a loop over the lanes where there is one."""
        done = 0
        while done < count:
            if self.kinds[i] != lanes.RULE:
                y, pairs = (
                    blocks.places_after(self.results, i + done),
                    blocks.places_after(self.pairs, 2 * (self.starts[i] + done)),
                )
                done += lanes.rules_of_one(self.kinds[i], self.block, y, count - done, pairs)
            if done < count:
                self.run_rule(i + done)
                done += 1

    def run_rule(self, i: int) -> None:
        """Run y = f(q, …) lane by lane; the local derivative by each q goes to its p."""
        y, start = self.results[i], self.starts[i]
        count = self.starts[i + 1] - start
        for lane in range(1 if y < 0 else self.block.count):
            for j in range(count):
                q = self.pairs[2 * (start + j) + 1]
                self.x[j] = blocks.row_of(self.block, q)[0 if q < 0 else lane]
            blocks.row_of(self.block, y)[lane] = self.evaluate(i, self.x, self.d, count)
            for j in range(count):
                if self.pairs[2 * (start + j)] != y:
                    blocks.row_of(self.block, self.pairs[2 * (start + j)])[lane] = self.d[j]
        blocks.pad(self.block, y)
        for j in range(count):
            blocks.pad(self.block, self.pairs[2 * (start + j)])

    def evaluate(self, i: int, x: Any, d: Any, count: int) -> float:
        """The value of the rule of an instruction; its local derivatives go to `d`."""
        if cython.compiled:
            rule = cython.cast(cython.pointer(lanes.Rule), self.rules.data.as_chars)[i]
            if rule.users_own != cython.NULL:
                with cython.gil:
                    return users_rule(cython.cast(Primitive, rule.users_own), x, d, count)
            if rule.many != cython.NULL:
                return rule.many(x, d, count)
            if rule.two != cython.NULL:
                value, d[0], d[1] = rule.two(x[0], x[1])
            elif rule.one != cython.NULL:
                value, d[0] = rule.one(x[0])
            else:
                value, d[0] = raise_to(x[0], rule.number)
            return value
        return users_rule(self.rules[i], x, d, count)

    def run_back(self, first: int, end: int) -> None:
        """Run the backward pass of groups: each adds upstream × local derivative to its operands."""
        for group in range(end - 1, first - 1, -1):
            i, count = self.groups[group], self.groups[group + 1] - self.groups[group]
            pairs, terms = (
                blocks.places_after(self.pairs, 2 * self.starts[i]),
                self.starts[i + 1] - self.starts[i],
            )
            y = blocks.places_after(self.results, i)
            if self.kinds[i] == lanes.LAYER:
                lanes.pass_back_layer(self.block, y, count, pairs, terms)
            elif self.kinds[i] == lanes.RELU:
                lanes.pass_back_relus(self.block, y, count, pairs)
            elif y[0] < 0:
                in_line = blocks.places_after(self.in_line, self.starts[i])
                lanes.pass_back_shared(self.block, y[0], pairs, terms, in_line)
            else:
                for j in range(count):
                    if blocks.is_wanted(self.block, y[j]):
                        lanes.pass_back(self.block, y[j], blocks.places_after(pairs, 2 * terms * j), terms)


def users_rule(primitive: Primitive, x: Any, d: Any, count: int) -> float:
    """Evaluate a primitive of a user's own; interpreted, any primitive."""
    value, slopes = primitive.evaluate([x[j] for j in range(count)])
    for j in range(count):
        d[j] = slopes[j]
    return value


def rules_of(primitives: list[Primitive]) -> Any:
    """What to call for each instruction: the C functions, or the primitives themselves."""
    if cython.compiled:
        memory = array("b", bytes(cython.sizeof(lanes.Rule) * len(primitives)))
        rules = cython.cast(cython.pointer(lanes.Rule), memory.data.as_chars)
        for i in range(len(primitives)):
            primitive = cython.cast(Primitive, primitives[i])
            rules[i].one, rules[i].two, rules[i].many = primitive.one, primitive.two, primitive.many
            rules[i].number = primitive.number
            if primitive.function is not None:
                rules[i].users_own = cython.cast(cython.pointer(PyObject), primitive)
        return memory
    return primitives

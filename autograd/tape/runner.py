# cython: annotation_typing=False, infer_types=True, cdivision=True
"""Runner: the numbers of a tape in memory, and the instructions of its program run on them.

An instruction works on rows of numbers, one for each lane, in loops that the processor's vectors run
through, without the GIL. Lanes are taken in blocks whose rows stay in its cache. (Those loops are in
lanes.h, for the interpreted engine in lanes.py; the C types are in runner.pxd and lanes.pxd.)
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
    from cython.cimports.autograd.core.operands import as_number
    from cython.cimports.autograd.core.primitives import Primitive
    from cython.cimports.autograd.core.rules import raise_to
    from cython.cimports.autograd.core.value import Value
    from cython.cimports.autograd.tape import lanes
    from cython.cimports.cpython.array import array
    from cython.cimports.cpython.exc import PyErr_CheckSignals
    from cython.cimports.cpython.memoryview import PyMemoryView_GET_BUFFER
    from cython.cimports.cpython.object import PyObject
else:
    from array import array

    from autograd.core.operands import as_number
    from autograd.core.value import Value
    from autograd.tape import lanes

from threading import Lock, get_ident

from autograd.core.primitives import Primitive
from autograd.tape.batch import as_matrix, check_size, is_row, not_a_row, number_from, rows_of
from autograd.tape.program import Program
from autograd.util import forks

CACHE = 1 << 20  # bytes for the rows of a block and their gradients
NARROWEST, WIDEST = 64, 256
PATIENCE = 1 << 20  # numbers between two looks at whether Ctrl-C came: about a millisecond


@cython.final
@cython.cclass
class Runner:
    """What runs a program: `load` a batch and `read` the leaves; then `forward`, `backward` or `descend`.

    All that is done `with` it, so that no other thread is at work there.
    """

    def __init__(self, program: Program) -> None:
        if cython.compiled and self.program is not None:
            raise TypeError("a Runner is made once, for one program")
        self.program, self.inputs, self.leaves = program, program.inputs, program.leaves
        self.end, self.first_in_lanes, self.root = (
            len(program.groups) - 1,
            program.first_in_lanes,
            program.root,
        )
        self.rows, self.node_rows, self.lanes = program.rows, program.node_rows, 0
        self.shared_count = program.shared
        self.results, self.starts = ints(program.results), ints(program.starts)
        self.pairs, self.groups = ints(program.pairs), ints(program.groups)
        self.kinds, self.rules = flags(program.kinds), rules_of(program.primitives)
        if not cython.compiled:
            self.block = lanes.Block()
        self.batch_memory = zeros(0)
        self.scratch_memory = zeros(2 * program.most_inputs)
        self.x = start_of(self.scratch_memory)
        self.d = lanes.after(self.x, program.most_inputs)
        self.shared_memory = zeros(2 * program.shared)
        self.block.shared_gradients = start_of(self.shared_memory)
        self.block.shared = lanes.after(self.block.shared_gradients, program.shared)
        self.want(program.wanted, program.shared_nodes)
        self.lock, self.owner, self.process = Lock(), 0, forks.generation
        for number, place in program.numbers.items():
            lanes.share(self.block, place, number)

    def __enter__(self) -> "Runner":
        if not self.lock.acquire(False):
            if self.owner == get_ident():
                raise RuntimeError(
                    "this tape is at work already: what it calls, a primitive or a batch, cannot use it"
                )
            if self.process == forks.generation:
                raise RuntimeError(
                    "this tape is at work in another thread: give each thread a tape of its own"
                )
            self.lock = Lock()  # the thread that held the other was not forked with us
            self.lock.acquire()
        self.owner, self.process = get_ident(), forks.generation
        return self

    def __exit__(self, *error: object) -> None:
        self.owner = 0
        self.lock.release()

    # --- The passes ----------------------------------------------------------------------------------------

    def forward(self) -> None:
        """Run all instructions on all lanes."""
        with cython.nogil:
            self.run(0, self.first_in_lanes)
            for b in range(self.blocks):
                self.focus(b)
                self.run(self.first_in_lanes, self.end)

    def backward(self) -> None:
        """Run all instructions backwards, and add up what comes to each leaf in its `grad`."""
        with cython.nogil:
            self.turn()
            for b in range(self.blocks):
                self.go_back_over(b)
            self.run_back(0, self.first_in_lanes)
        for s in range(len(self.leaves)):
            cython.cast(Value, self.leaves[s])._grad += lanes.gradient_of(self.block, ~s)[0]

    def descend(self, parameters: list[Value], places: Any, rate: float, steps: int) -> list[float]:
        """Move the parameters at those places so many steps down the mean of the root; the means before each.

        Whatever ends it early, they have then moved by whole steps.
        """
        means, place = zeros(steps), ints(places)
        try:
            self.go_down(place, len(places), rate, doubles(means), steps)
        except BaseException:
            for i in range(len(parameters)):
                cython.cast(Value, parameters[i])._data = lanes.row_of(self.block, place[i])[0]
            raise
        for i in range(len(parameters)):
            parameter = cython.cast(Value, parameters[i])
            parameter._grad = lanes.gradient_of(self.block, place[i])[0]
            parameter._data = lanes.row_of(self.block, place[i])[0] - rate * parameter._grad
        return list(means[:steps])

    def go_down(self, place: Any, count: int, rate: float, means: Any, steps: int) -> None:
        """The steps of `descend`, without the last move: each block of lanes there and back."""
        often = 1 + PATIENCE // (self.lanes * (1 + self.node_rows))
        self.weigh(None)
        with cython.nogil:
            for step in range(steps):
                if cython.compiled and step % often == often - 1:
                    with cython.gil:
                        PyErr_CheckSignals()
                for i in range(count if step > 0 else 0):
                    move = rate * lanes.gradient_of(self.block, place[i])[0]
                    lanes.share(self.block, place[i], lanes.row_of(self.block, place[i])[0] - move)
                self.run(0, self.first_in_lanes)
                self.turn()
                for b in range(self.blocks):
                    self.focus(b)
                    self.run(self.first_in_lanes, self.end)
                    self.go_back_over(b)
                self.run_back(0, self.first_in_lanes)
                means[step] = self.mean_of_root()

    def gradient(self, row: int) -> list[float]:
        """The gradient of a row in each lane."""
        result: list[float] = []
        wanted = self.program.rows_depending_on(row)
        try:
            self.want(wanted, 0)
            for b in range(self.blocks):
                self.go_back_over(b)
                gradient = lanes.gradient_of(self.block, row)
                result += [gradient[lane] for lane in range(self.block.count)]
        finally:
            self.want(self.program.wanted, self.program.shared_nodes)
        return result

    def column(self, place: int, first: int = 0, end: int = 0) -> list[float]:
        """The numbers at a place, lane by lane; with `first` and `end`, those of a part of the sum there."""
        result: list[float] = []
        if end > first:
            place = self.program.spare[place >= 0]
            there = array("i", [place])
        for b in range(self.blocks):
            self.focus(b)
            if end > first:
                pairs = lanes.places_after(self.pairs, 2 * first)
                lanes.products(self.block, ints(there), 1, pairs, end - first)
            row = lanes.row_of(self.block, place)
            result += [row[lane if place >= 0 else 0] for lane in range(self.block.count)]
        return result

    # --- Instructions --------------------------------------------------------------------------------------

    def run(self, first: int, end: int) -> None:
        """Run groups of instructions forwards: on what is shared, or on the block in focus."""
        for group in range(first, end):
            i, count = self.groups[group], self.groups[group + 1] - self.groups[group]
            pairs, terms = (
                lanes.places_after(self.pairs, 2 * self.starts[i]),
                self.starts[i + 1] - self.starts[i],
            )
            if self.kinds[i] < lanes.RULE:
                lanes.products(self.block, lanes.places_after(self.results, i), count, pairs, terms)
            elif self.kinds[i] == lanes.RULE or not lanes.rule_of_one(
                self.kinds[i], self.block, self.results[i], pairs[0], pairs[1]
            ):
                self.run_rule(i)

    def run_rule(self, i: int) -> None:
        """Run y = f(q, …) lane by lane; the local derivative by each q goes to its p."""
        y, start = self.results[i], self.starts[i]
        count = self.starts[i + 1] - start
        for lane in range(1 if y < 0 else self.block.count):
            for j in range(count):
                q = self.pairs[2 * (start + j) + 1]
                self.x[j] = lanes.row_of(self.block, q)[0 if q < 0 else lane]
            lanes.row_of(self.block, y)[lane] = self.evaluate(i, self.x, self.d, count)
            for j in range(count):
                lanes.row_of(self.block, self.pairs[2 * (start + j)])[lane] = self.d[j]
        lanes.pad(self.block, y)
        for j in range(count):
            lanes.pad(self.block, self.pairs[2 * (start + j)])

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

    def turn(self) -> None:
        """Zero the shared gradients before a backward pass; the root, if it is shared, gets its gradient."""
        lanes.clear(self.block.shared_gradients, self.shared_count)
        if self.root < 0:
            lanes.gradient_of(self.block, self.root)[0] = self.total

    def go_back_over(self, b: int) -> None:
        """Run the backward pass of a block, from the gradients of the root in its lanes."""
        self.focus(b)
        lanes.clear(self.block.gradients, self.node_rows * self.block.width)
        if self.root >= 0:
            gradient = lanes.gradient_of(self.block, self.root)
            for lane in range(self.block.count):
                gradient[lane] = self.upstream[b * self.block.width + lane]
        self.run_back(self.first_in_lanes, self.end)

    def run_back(self, first: int, end: int) -> None:
        """Run the backward pass of groups: each adds upstream × local derivative to its operands."""
        for group in range(end - 1, first - 1, -1):
            i, count = self.groups[group], self.groups[group + 1] - self.groups[group]
            pairs, terms = (
                lanes.places_after(self.pairs, 2 * self.starts[i]),
                self.starts[i + 1] - self.starts[i],
            )
            if self.kinds[i] == lanes.LAYER:
                lanes.pass_back_layer(self.block, lanes.places_after(self.results, i), count, pairs, terms)
            elif lanes.is_wanted(self.block, self.results[i]):
                lanes.pass_back(self.block, self.results[i], pairs, terms)

    def focus(self, b: int) -> None:
        """Select the block of lanes that the next instructions work on."""
        first = b * self.block.width
        self.block.rows = lanes.after(self.numbers, first * self.rows)
        self.block.count = min(self.block.width, self.lanes - first)

    def mean_of_root(self) -> float:
        """The mean of the root over the lanes."""
        total = 0.0
        for b in range(self.blocks):
            self.focus(b)
            row = lanes.row_of(self.block, self.root)
            for lane in range(self.block.count):
                total += row[lane if self.root >= 0 else 0]
        return total / self.lanes

    # --- The numbers -------------------------------------------------------------------------------------

    def want(self, rows: Any, shared: int) -> None:
        """Set for which rows, and for how many shared numbers, gradients are computed."""
        self.block.wanted, self.block.shared_wanted = flags(rows), shared

    def read(self) -> None:
        """Copy the data of the shared leaves into the tape."""
        for s in range(len(self.leaves)):
            lanes.share(self.block, ~s, cython.cast(Value, self.leaves[s])._data)

    def load(self, batch: Any) -> None:
        """Copy a batch into the rows of the inputs."""
        view = None if isinstance(batch, (list, tuple)) else as_matrix(batch)
        if view is None and not is_row(batch):
            raise TypeError(f"a batch is a sequence of rows of numbers, not {batch!r}")
        self.prepare(len(batch))
        for b in range(self.blocks):
            self.focus(b)
            if view is None:
                self.load_rows(batch, b * self.block.width)
            else:
                self.load_matrix(view, b * self.block.width)
            for r in range(len(self.inputs)):
                lanes.pad(self.block, r)

    def load_rows(self, batch: Any, first: int) -> None:
        """Copy rows of numbers, from the first on, into the block in focus."""
        width = len(self.inputs)
        for lane in range(self.block.count):
            row = batch[first + lane]
            if not (isinstance(row, (list, tuple)) or is_row(row)) or len(row) != width:
                raise not_a_row(row, first + lane, self.inputs)
            for r in range(width):
                number = row[r]
                if type(number) is not float:
                    number = number_from(number, first + lane, self.inputs[r], r)
                lanes.row_of(self.block, r)[lane] = number

    def load_matrix(self, view: Any, first: int) -> None:
        """Copy rows of a 2-D array of doubles, from the first on, into the block in focus."""
        if view.shape[1] != len(self.inputs):
            raise not_a_row(range(view.shape[1]), first, self.inputs)
        if cython.compiled:
            buffer = PyMemoryView_GET_BUFFER(view)
            down, along = buffer.strides[0], buffer.strides[1]
            for r in range(buffer.shape[1]):
                row = lanes.row_of(self.block, r)
                start = cython.cast(cython.p_char, buffer.buf) + first * down + r * along
                for lane in range(self.block.count):
                    row[lane] = cython.cast(cython.p_double, start + lane * down)[0]
        else:
            self.load_rows(rows_of(view), first)

    def prepare(self, count: int) -> None:
        """Allocate rows for so many lanes, in blocks that fit into the cache."""
        if count == 0:
            raise ValueError("the batch is empty: a tape needs at least one row")
        vector, rows = lanes.VECTOR, self.rows + self.node_rows
        check_size(count, rows + 1, "rows of a batch")
        widest = max(NARROWEST, min(WIDEST, CACHE // (8 * rows + 1)))
        blocks = (count + widest - 1) // widest
        width = ((count + blocks - 1) // blocks + vector - 1) // vector * vector
        self.lanes, self.block.width, self.blocks = count, width, (count + width - 1) // width
        room = (self.blocks * self.rows + self.node_rows) * width + count
        if room + vector > len(self.batch_memory):
            self.batch_memory = zeros(room)
        self.numbers = start_of(self.batch_memory)
        self.block.gradients = lanes.after(self.numbers, self.blocks * self.rows * width)
        self.upstream = lanes.after(self.block.gradients, self.node_rows * width)

    def weigh(self, gradient: Any) -> None:
        """Set the gradient of the root in each lane, the mean's where none is given."""
        if gradient is not None:
            if not is_row(gradient):
                raise TypeError(f"the gradient is a list of numbers, one for each row, not {gradient!r}")
            if len(gradient) != self.lanes:
                raise ValueError(f"{self.lanes} rows need as many gradients, got {len(gradient)}")
            gradient = [as_number(gradient[lane]) for lane in range(self.lanes)]  # all, or none
        self.total = 0.0
        for lane in range(self.lanes):
            self.upstream[lane] = 1.0 / self.lanes if gradient is None else gradient[lane]
            self.total += self.upstream[lane]


def users_rule(primitive: Primitive, x: Any, d: Any, count: int) -> float:
    """Evaluate a primitive of a user's own; interpreted, any primitive."""
    value, slopes = primitive.evaluate([x[j] for j in range(count)])
    for j in range(count):
        d[j] = slopes[j]
    return value


# --- How the program and the numbers lie in memory -----------------------------------------------------
# Compiled, they are C arrays inside arrays of Python's; interpreted, those arrays or views of them.


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


def zeros(count: int) -> Any:
    """An array of so many zeros, and a few more so that it can start where the cache has a line's start."""
    return array("d", [0.0]) * (count + lanes.VECTOR)


def start_of(numbers: Any) -> Any:
    """The C array in an array, or a view of it."""
    if cython.compiled:
        return lanes.aligned(numbers.data.as_doubles)
    return memoryview(numbers)


def ints(numbers: Any) -> Any:
    """The same for an array of ints."""
    return numbers.data.as_ints if cython.compiled else memoryview(numbers)


def flags(numbers: Any) -> Any:
    """The same for an array of small ints."""
    return numbers.data.as_schars if cython.compiled else numbers


def doubles(numbers: Any) -> Any:
    """The same for an array of doubles."""
    return numbers.data.as_doubles if cython.compiled else numbers

# cython: annotation_typing=False, infer_types=True, cdivision=True
"""Tape: a recorded expression, replayed forwards and backwards on a whole batch.

A graph is a program (see program.py). A tape runs it with a *lane* for each example: an instruction works
on rows of numbers, one for each lane, in loops that the processor's vectors run through. Lanes are taken
in blocks whose rows stay in its cache. (Those loops are in lanes.h, for the interpreted engine in
lanes.py; the C types are in tape.pxd and lanes.pxd.)
"""

try:
    import cython
except ImportError:
    from autograd import uncompiled as cython

if cython.compiled:
    from cython.cimports.autograd import lanes
    from cython.cimports.autograd.primitives import Primitive, raise_to
    from cython.cimports.autograd.value import Value
    from cython.cimports.cpython.array import array
    from cython.cimports.cpython.memoryview import PyMemoryView_GET_BUFFER
    from cython.cimports.cpython.object import PyObject
else:
    from array import array

    from autograd import lanes
    from autograd.value import Value

from collections.abc import Iterable, Mapping, Sequence, Set
from threading import Lock, get_ident
from typing import Any

from autograd.primitives import Primitive
from autograd.program import Program
from autograd.value import as_number

CACHE = 1 << 20  # bytes for the rows of a block and their gradients
WIDEST = 256  # lanes in a block


@cython.final
@cython.cclass
class Tape:
    """The expression under `root` as a program that runs on a whole batch.

    `inputs` are the leaves that differ from example to example. All other leaves, the parameters among
    them, are shared by the examples: `leaves`. They are read anew in each forward pass and get their
    gradients in `.grad`, so that an optimizer sees no difference. (To change one, set its `data`: another
    Value put in its place in a model is not in the recording, and so not in the tape.) What an `if`
    decided while the expression was recorded stays decided: a tape replays one path.

    >>> from autograd import Value
    >>> w, x = Value(3.0), Value(1.0)
    >>> tape = Tape(w * x, inputs=[x])
    >>> tape.forward([[1.0], [2.0], [6.0]])
    [3.0, 6.0, 18.0]
    >>> tape.backward()  # the gradient of their mean
    >>> w.grad
    3.0
    """

    def __init__(self, root: Value, inputs: Iterable[Value] = ()) -> None:
        program = self.program = Program(root, inputs)
        self.root, self.inputs, self.leaves = root, program.inputs, program.leaves
        self.steps, self.first_in_lanes = len(program.results), program.first_in_lanes
        self.rows, self.node_rows, self.lanes = program.rows, program.node_rows, 0
        self.results, self.starts = ints(program.results), ints(program.starts)
        self.pairs = ints(program.pairs)
        self.kinds, self.rules = flags(program.kinds), rules_of(program.primitives)
        if not cython.compiled:
            self.block = lanes.Block()
        self.batch_memory = zeros(0)
        self.scratch_memory = zeros(2 * program.most_inputs)
        self.x = start_of(self.scratch_memory)
        self.d = lanes.after(self.x, program.most_inputs)
        self.shared_memory = zeros(2 * lanes.VECTOR * program.shared)
        self.block.shared = start_of(self.shared_memory)
        self.block.shared_gradients = lanes.after(self.block.shared, lanes.VECTOR * program.shared)
        self.want(program.wanted, program.shared_nodes)
        for number, place in program.numbers.items():
            self.share(place, number)
        self.lock, self.thread = Lock(), 0

    def __reduce__(self) -> Any:
        return Tape, (self.root, self.inputs)

    def __repr__(self) -> str:
        inputs, shared = len(self.inputs), len(self.leaves)
        return f"<Tape of {self.steps} operations: {inputs} inputs, {shared} shared leaves>"

    # --- The two passes ----------------------------------------------------------------------------------

    def forward(self, batch: Sequence[Sequence[float]]) -> list[float]:
        """The value of the root for each row of `batch`; a row has a number for each of the inputs.

        Rows are lists or tuples, or the batch is a 2-D array of NumPy's or another library's, which is
        read in place, whatever its strides.
        """
        self.take(False)
        try:
            self.thread = 0  # until this is done, there is nothing to go back over
            self.load(batch)
            for s in range(len(self.leaves)):
                self.share(~s, cython.cast(Value, self.leaves[s])._data)
            with cython.nogil:
                self.run(0, self.first_in_lanes)
                for b in range(self.blocks):
                    self.focus(b)
                    self.run(self.first_in_lanes, self.steps)
            self.weigh(None)
            self.thread = get_ident()
            return self.column(self.place_of(self.root))
        finally:
            self.lock.release()

    def backward(self, gradient: Sequence[float] | None = None) -> None:
        """Add to `.grad` of the leaves the gradient of the root's mean over the lanes of the last batch.

        With `gradient`, a number for each lane: of the sum over the lanes, each times its number.
        """
        self.take(True)
        try:
            root, total = self.place_of(self.root), self.weigh(gradient)
            lanes.clear(self.block.shared_gradients, lanes.VECTOR * self.program.shared)
            if root < 0:
                lanes.gradient_of(self.block, root)[0] = total
            with cython.nogil:
                for b in range(self.blocks):
                    self.go_back(b, root)
                self.run_back(0, self.first_in_lanes)
            for s in range(len(self.leaves)):
                cython.cast(Value, self.leaves[s])._grad += lanes.gather(self.block, ~s)
        finally:
            self.lock.release()

    def values(self, node: Value) -> list[float]:
        """The value of a node under the root for each row of the last batch."""
        self.take(True)
        try:
            return self.column(self.place_of(node))
        finally:
            self.lock.release()

    def gradients(self, node: Value) -> list[float]:
        """The gradient by an input, or by a node that depends on one, for each row of the last batch.

        It is the gradient of what the last `backward` of this batch took: the mean over the lanes, or a
        weighted sum; before any, the mean.
        """
        self.take(True)
        try:
            place, root = self.place_of(node), self.place_of(self.root)
            if place < 0:
                raise ValueError(f"{node!r} is shared by the lanes: its gradient, their sum, is in its .grad")
            wanted = self.program.rows_depending_on(place)
            self.want(wanted, 0)
            result: list[float] = []
            for b in range(self.blocks):
                self.go_back(b, root)
                row = lanes.gradient_of(self.block, place)
                result += [row[lane] for lane in range(self.block.count)]
            return result
        finally:
            self.want(self.program.wanted, self.program.shared_nodes)
            self.lock.release()

    # --- Running instructions, without the GIL -----------------------------------------------------------

    def run(self, first: int, end: int) -> None:
        """Run instructions forwards: on what is shared, or on the block in focus."""
        for i in range(first, end):
            start = self.starts[i]
            if self.kinds[i] == lanes.PRODUCTS:
                lanes.products(self.block, self.results[i], self.pairs, start, self.starts[i + 1])
            elif self.kinds[i] == lanes.RULE:
                self.run_rule(i)
            else:
                p, q = self.pairs[2 * start], self.pairs[2 * start + 1]
                lanes.rule_of_one(self.kinds[i], self.block, self.results[i], p, q)

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

    def go_back(self, b: int, root: int) -> None:
        """Run the instructions backwards on a block, from the gradient of the root in its lanes."""
        self.focus(b)
        lanes.clear(self.block.gradients, self.node_rows * self.block.width)
        if root >= 0:
            gradient = lanes.gradient_of(self.block, root)
            for lane in range(self.block.count):
                gradient[lane] = self.upstream[b * self.block.width + lane]
        self.run_back(self.first_in_lanes, self.steps)

    def run_back(self, first: int, end: int) -> None:
        """Run instructions backwards: each passes the gradient of its result on."""
        for i in range(end - 1, first - 1, -1):
            y = self.results[i]
            if y < 0:
                lanes.gather(self.block, y)
            if lanes.is_wanted(self.block, y):
                lanes.pass_back(self.block, y, self.pairs, self.starts[i], self.starts[i + 1])

    def focus(self, b: int) -> None:
        """Turn to a block of lanes."""
        first = b * self.block.width
        self.block.rows = lanes.after(self.numbers, first * self.rows)
        self.block.count = min(self.block.width, self.lanes - first)

    # --- What goes in and comes out ------------------------------------------------------------------------

    def take(self, gone_forward: bool) -> None:
        """Take the lock, and see to it that the numbers there are of this thread's own batch."""
        if not self.lock.acquire(False):
            raise RuntimeError("this tape is at work in another thread: give each thread a tape of its own")
        if gone_forward and self.thread != get_ident():
            self.lock.release()
            raise RuntimeError(
                "this tape has no numbers yet: call forward(batch) first"
                if self.thread == 0
                else "the last batch of this tape is another thread's: give each thread a tape of its own"
            )

    def want(self, rows: Any, shared: int) -> None:
        """Say for which rows there is a gradient to work out, and for how many shared numbers."""
        self.block.wanted, self.block.shared_wanted = flags(rows), shared

    def share(self, place: int, number: float) -> None:
        """Set a shared number."""
        lanes.row_of(self.block, place)[0] = number
        lanes.pad(self.block, place)

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
                raise self.not_a_row(first + lane, row)
            for r in range(width):
                number = row[r]
                if type(number) is not float:
                    number = self.number_of(number, first + lane, r)
                lanes.row_of(self.block, r)[lane] = number

    def load_matrix(self, view: Any, first: int) -> None:
        """Copy rows of a 2-D array of doubles, from the first on, into the block in focus."""
        if view.shape[1] != len(self.inputs):
            raise self.not_a_row(first, view.tolist()[first])
        if cython.compiled:
            buffer = PyMemoryView_GET_BUFFER(view)
            down, along = buffer.strides[0], buffer.strides[1]
            for r in range(buffer.shape[1]):
                row = lanes.row_of(self.block, r)
                start = cython.cast(cython.p_char, buffer.buf) + first * down + r * along
                for lane in range(self.block.count):
                    row[lane] = cython.cast(cython.p_double, start + lane * down)[0]
        else:
            self.load_rows(view.tolist(), first)

    def prepare(self, count: int) -> None:
        """Make room for so many lanes, in blocks that stay in the cache."""
        if count == 0:
            raise ValueError("the batch is empty: a tape needs at least one row")
        vector, rows = lanes.VECTOR, self.rows + self.node_rows
        widest = max(vector, min(WIDEST, CACHE // (8 * rows + 1)))
        blocks = (count + widest - 1) // widest
        width = ((count + blocks - 1) // blocks + vector - 1) // vector * vector
        self.lanes, self.block.width, self.blocks = count, width, (count + width - 1) // width
        room = (self.blocks * self.rows + self.node_rows) * width + count
        if room + vector > len(self.batch_memory):
            self.batch_memory = zeros(room)
        self.numbers = start_of(self.batch_memory)
        self.block.gradients = lanes.after(self.numbers, self.blocks * self.rows * width)
        self.upstream = lanes.after(self.block.gradients, self.node_rows * width)

    def weigh(self, gradient: Any) -> float:
        """Set the gradient of the root in each lane, the mean's where none is given; their sum."""
        if gradient is not None:
            if not is_row(gradient):
                raise TypeError(f"the gradient is a list of numbers, one for each row, not {gradient!r}")
            if len(gradient) != self.lanes:
                raise ValueError(f"{self.lanes} rows need as many gradients, got {len(gradient)}")
        total = 0.0
        for lane in range(self.lanes):
            self.upstream[lane] = 1.0 / self.lanes if gradient is None else as_number(gradient[lane])
            total += self.upstream[lane]
        return total

    def place_of(self, node: Value) -> int:
        """Where the program has a node."""
        try:
            return self.program.places[node]
        except (KeyError, TypeError):
            raise ValueError(f"{node!r} is not under the root of this tape") from None

    def column(self, place: int) -> list[float]:
        """The numbers at a place, lane by lane."""
        result: list[float] = []
        for b in range(self.blocks):
            self.focus(b)
            row = lanes.row_of(self.block, place)
            result += [row[lane if place >= 0 else 0] for lane in range(self.block.count)]
        return result

    def number_of(self, thing: Any, lane: int, r: int) -> float:
        """A number of a batch that is not a float already."""
        try:
            return as_number(thing)
        except TypeError as error:
            raise TypeError(f"row {lane} of the batch, input {self.name_of(r)}: {error}") from None

    def not_a_row(self, lane: int, row: Any) -> Exception:
        """What is wrong with a row of a batch."""
        count = len(self.inputs)
        wanted = f"{count} number{'s' * (count != 1)} ({', '.join(map(self.name_of, range(count)))})"
        if not is_row(row):
            return TypeError(f"row {lane} of the batch must be a row of {wanted}, got {row!r}")
        return ValueError(f"row {lane} of the batch must have {wanted}, got {len(row)}")

    def name_of(self, r: int) -> str:
        """What to call an input."""
        return self.inputs[r].label or str(r)


def is_row(thing: Any) -> bool:
    """Whether `thing` holds things in order."""
    if isinstance(thing, (str, bytes, Mapping, Set)):
        return False
    return hasattr(thing, "__len__") and hasattr(thing, "__getitem__")


def as_matrix(batch: Any) -> Any:
    """A view of a 2-D array of doubles; None for anything else, which is read as a sequence of rows."""
    try:
        view = memoryview(batch)
    except (TypeError, ValueError):
        return None
    return view if view.format == "d" and view.ndim == 2 else None


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
    return numbers.data.as_ints if cython.compiled else numbers


def flags(numbers: Any) -> Any:
    """The same for an array of small ints."""
    return numbers.data.as_schars if cython.compiled else numbers

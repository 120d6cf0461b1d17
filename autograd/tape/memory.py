# cython: annotation_typing=False, infer_types=True, cdivision=True
"""Memory: the numbers of a tape, where they lie, and how a batch and the shared leaves come there.

Lanes are taken in blocks whose rows stay in the processor's cache. What is computed of a batch is kept as
long as all of it is small. Of a larger batch the inputs alone are kept: its blocks take turns in the rows of
one, and what is no longer there is computed again. (The C types are in memory.pxd and blocks.pxd.)
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
    from cython.cimports.autograd.core.operands import as_number
    from cython.cimports.autograd.tape import blocks
    from cython.cimports.autograd.tape.arrays import flags, ints
    from cython.cimports.autograd.tape.owned import Owned
    from cython.cimports.cpython.array import array
    from cython.cimports.cpython.memoryview import PyMemoryView_GET_BUFFER
else:
    from array import array

    from autograd.core.nodes import node_in
    from autograd.core.operands import as_number
    from autograd.tape import blocks
    from autograd.tape.arrays import flags, ints
    from autograd.tape.owned import Owned

from autograd.tape.batch import as_matrix, check_size, is_row, not_a_row, number_from, rows_of
from autograd.tape.program import Program
from autograd.util.text import plural

CACHE = 1 << 20  # bytes for the rows of a block and their gradients
KEPT = 4 << 20  # bytes for the rows of all blocks: beyond, to compute them twice is faster than to fetch them
NARROWEST, WIDEST = 64, 256


@cython.cclass
class Memory(Owned):
    """The numbers of a program: `load` a batch, `read` the leaves and `weigh` the lanes, `focus` on a block.

    `block.rows` are those of the block in focus, `roots` the root in each lane, `upstream` its gradient.
    """

    def __init__(self, program: Program) -> None:
        Owned.__init__(self)
        self.program, self.inputs, self.leaves = program, program.inputs, list(program.leaves)
        self.rows, self.node_rows, self.lanes = program.rows, program.node_rows, 0
        self.input_rows, self.is_mean = len(program.inputs), False
        self.is_pure = all(primitive.function is None for primitive in program.primitives)
        if not cython.compiled:
            self.block = blocks.Block()
        self.batch_memory = zeros(0)
        self.shared_memory = zeros(2 * program.shared)
        self.block.shared_gradients = start_of(self.shared_memory)
        self.block.shared = blocks.after(self.block.shared_gradients, program.shared)
        self.block.used_once, self.block.slots = flags(program.used_once), ints(program.slots)
        self.slots, self.added_up = program.slot_count, program.added_up
        self.want(program.wanted, program.shared_nodes)
        for number, place in program.numbers.items():
            blocks.share(self.block, place, number)

    def want(self, rows: Any, shared: int) -> None:
        """Set for which rows, and for how many shared numbers, gradients are computed."""
        self.block.wanted, self.block.shared_wanted = flags(rows), shared

    # --- What comes from outside ---------------------------------------------------------------------------

    def read(self) -> None:
        """Copy the data of the shared leaves into the tape."""
        shared, leaves = self.block.shared, self.leaves  # a name of its own is not counted in each round
        for s in range(len(leaves)):
            shared[s] = node_in(leaves, s)._data

    def load(self, batch: Any) -> None:
        """Copy a batch into the rows of the inputs."""
        view = None if isinstance(batch, (list, tuple)) else as_matrix(batch)
        if view is None and not is_row(batch):
            raise TypeError(f"a batch is a sequence of rows of numbers, not {batch!r}")
        self.prepare(len(batch))
        for b in range(self.blocks):
            self.focus_on_inputs(b)
            if view is None:
                self.load_rows(batch, b * self.block.width)
            else:
                self.load_matrix(view, b * self.block.width)
            for r in range(len(self.inputs)):
                blocks.pad(self.block, r)

    def load_rows(self, batch: Any, first: int) -> None:
        """Copy rows of numbers, from the first on, into the block in focus."""
        width = len(self.inputs)
        for lane in range(self.block.count):
            row = batch[first + lane]
            if copy_floats(row, width, blocks.after(self.block.rows, lane), self.block.width):
                continue
            if not (isinstance(row, (list, tuple)) or is_row(row)) or len(row) != width:
                raise not_a_row(row, first + lane, self.inputs)
            for r in range(width):
                number = row[r]
                if type(number) is not float:
                    number = number_from(number, first + lane, self.inputs[r], r)
                blocks.row_of(self.block, r)[lane] = number

    def load_matrix(self, view: Any, first: int) -> None:
        """Copy rows of a 2-D array of doubles, from the first on, into the block in focus."""
        if view.shape[1] != len(self.inputs):
            raise not_a_row(range(view.shape[1]), first, self.inputs)
        if cython.compiled:
            buffer = PyMemoryView_GET_BUFFER(view)
            down, along = buffer.strides[0], buffer.strides[1]
            for r in range(buffer.shape[1]):
                row = blocks.row_of(self.block, r)
                start = cython.cast(cython.p_char, buffer.buf) + first * down + r * along
                for lane in range(self.block.count):
                    row[lane] = cython.cast(cython.p_double, start + lane * down)[0]
        else:
            self.load_rows(rows_of(view), first)

    def weigh(self, gradient: Any) -> None:
        """Set the gradient of the root in each lane, the mean's where none is given."""
        if gradient is None and self.is_mean:
            return  # as mostly it is
        if gradient is not None:
            if not is_row(gradient):
                raise TypeError(f"the gradient is a list of numbers, one for each row, not {gradient!r}")
            if len(gradient) != self.lanes:
                rows = plural(self.lanes, "row")
                raise ValueError(f"a batch of {rows} needs as many gradients, got {len(gradient)}")
            gradient = [as_number(gradient[lane]) for lane in range(self.lanes)]  # all, or none
        self.total, self.is_mean = 0.0, gradient is None
        for lane in range(self.lanes):
            self.upstream[lane] = 1.0 / self.lanes if gradient is None else gradient[lane]
            self.total += self.upstream[lane]

    # --- The root ------------------------------------------------------------------------------------------

    def values_of_root(self) -> list[float]:
        """The root in each lane."""
        return list_of(self.roots, self.lanes)

    def mean_of_root(self) -> float:
        """The mean of the root over the lanes."""
        total = 0.0
        for lane in range(self.lanes):
            total += self.roots[lane]
        return total / self.lanes

    # --- Blocks --------------------------------------------------------------------------------------------

    def prepare(self, count: int) -> None:
        """Allocate rows for so many lanes, in blocks that fit into the cache."""
        if count == 0:
            raise ValueError("the batch is empty: a tape needs at least one row")
        vector, rows = blocks.VECTOR, self.rows + self.slots
        check_size(count, rows + 1, "rows of a batch")
        widest = max(NARROWEST, min(WIDEST, CACHE // (8 * rows + 1)))
        parts = (count + widest - 1) // widest
        width = ((count + parts - 1) // parts + vector - 1) // vector * vector
        self.is_mean = self.is_mean and count == self.lanes
        self.lanes, self.block.width, self.blocks = count, width, (count + width - 1) // width
        self.is_kept = self.blocks == 1 or not self.is_pure or 8 * self.blocks * self.rows * width <= KEPT
        kept = self.blocks * (self.rows if self.is_kept else self.input_rows)
        room = ((0 if self.is_kept else self.rows) + kept + self.slots) * width + 2 * count
        if room + vector > len(self.batch_memory):
            self.batch_memory = zeros(room)
        self.numbers = start_of(self.batch_memory)
        self.batch = self.numbers if self.is_kept else blocks.after(self.numbers, self.rows * width)
        self.block.gradients = blocks.after(self.batch, kept * width)
        self.upstream = blocks.after(self.block.gradients, self.slots * width)
        self.roots = blocks.after(self.upstream, count)

    def focus(self, b: int) -> None:
        """Select the block of lanes that the next instructions work on."""
        first = b * self.block.width
        self.block.rows = blocks.after(self.numbers, first * self.rows if self.is_kept else 0)
        self.block.count = min(self.block.width, self.lanes - first)

    def focus_on_inputs(self, b: int) -> None:
        """Select the rows of the inputs of a block, where they are kept."""
        self.focus(b)
        if not self.is_kept:
            self.block.rows = blocks.after(self.batch, b * self.block.width * self.input_rows)


if not cython.compiled:

    def copy_floats(row: Any, count: int, place: Any, step: int) -> bool:
        """Copy a list or tuple of so many floats to every step-th place, if it is one."""
        if type(row) not in (list, tuple) or len(row) != count or any(type(x) is not float for x in row):
            return False
        for i in range(count):
            place[i * step] = row[i]
        return True

    def list_of(numbers: Any, count: int) -> list[float]:
        """The first so many numbers of an array as a list."""
        return list(numbers[:count])


# --- Arrays ------------------------------------------------------------------------------------------------
# Compiled, they are C arrays inside arrays of Python's; interpreted, those arrays or views of them.


def zeros(count: int) -> Any:
    """An array of so many zeros, and a few more so that it can start where the cache has a line's start."""
    return array("d", [0.0]) * (count + blocks.VECTOR)


def start_of(numbers: Any) -> Any:
    """The C array in an array, or a view of it."""
    if cython.compiled:
        return blocks.aligned(numbers.data.as_doubles)
    return memoryview(numbers)

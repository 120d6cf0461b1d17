# cython: annotation_typing=False, infer_types=True
"""The order of a graph, and the chain rule: what a gradient does on its way back.

`backpropagate` visits the nodes under a result in reverse topological order, every node before its
inputs, and has each pass its gradient on. (The C types are in backprop.pxd.)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if TYPE_CHECKING or not cython.compiled:
    from autograd.core.nodes import Node, Nodes, inputs_ahead, inputs_in, is_computed, memory_of, slopes_in
else:
    from cython.cimports.autograd.core.nodes import (
        Node,
        Nodes,
        inputs_ahead,
        inputs_in,
        is_computed,
        memory_of,
        slopes_in,
    )

from collections.abc import Callable
from threading import RLock

from autograd.core.hints import stranger
from autograd.core.nodes import renew_memory
from autograd.util.forks import in_child

if TYPE_CHECKING:
    from autograd.core.value import Value

passes = 0  # each pass over a graph marks the nodes it meets with numbers of its own
one_pass = RLock()  # two passes at once would read each other's marks


def pass_lock() -> Any:
    """The lock that a pass holds: whoever holds it, no other thread is in a pass."""
    return one_pass


def fresh_mark() -> int:
    """A mark that no node has and no pass will give: for whoever looks through Values, with the lock held."""
    global passes
    passes += 2
    return passes


def propagate(node: Node) -> None:
    """Pass the gradient of `node` on to its inputs."""
    if node is None:
        raise TypeError("expected a Value, got None")
    pass_on(memory_of(node))


def pass_on(node: Any) -> None:
    """This is the chain rule, and it stands nowhere else."""
    upstream, inputs, slopes = node._grad, inputs_in(node), slopes_in(node)
    for i in range(node._count):
        inputs[i]._grad += upstream * slopes[i]


def backpropagate(root: Node, upstream: float) -> None:
    """Give `root` the gradient `upstream`, and pass it on through all the nodes under it."""
    if root._line & LINE == UNRECORDED and not is_computed(memory_of(root)):
        raise RuntimeError(
            "backward() of a Value that was computed under no_grad(): nothing was recorded that a gradient "
            "could go back through. Compute it outside, or call Value(x.data) if it is to be a leaf"
        )
    if noticed:
        notice(root)
    with one_pass:
        order = inputs_first(memory_of(root), True)
        root._grad += upstream
        for _ in range(len(order)):
            node = order.pop()
            pass_on(node)
            if watched:
                watch(cython.cast(Node, node), True)


def inputs_first(root: Any, afresh: bool) -> Nodes:
    """The nodes under `root` in topological order: each after its inputs, `root` last.

    On the first visit a node is marked opened; it is appended once all its inputs are. If some inputs are
    not visited yet, the walk goes on to the first of them, and pushes the node and the other inputs onto
    a stack; when it pops the node again, every input is in the order, and the node is appended. (The stack
    replaces recursion, so that no depth is too large.) With `afresh`, computed nodes get the gradient 0; of
    those that had another, from a pass of another root, it is remembered (see LOST).
    """
    global passes
    passes += 2
    old = 1 if root._grad == 0.0 else passes  # a lower mark: not visited before (or a pass is repeated)
    opened, done = passes, passes + 1  # a mark below these is from an earlier pass: not visited yet
    order, stack = Nodes(), Nodes()
    node = root
    while True:
        if node._mark < opened:
            if afresh and (node._count or is_computed(node)):
                if node._mark >= old and node._grad != 0.0:
                    node._line |= LOST
                node._grad = 0.0
            node._mark = opened
            inputs, first = inputs_ahead(node), node
            for i in range(node._count - 1, -1, -1):
                value = inputs[i]
                if value._mark < opened:
                    stack.append(first)
                    first = value
            if first is not node:
                node = first
                continue
        if node._mark < done:
            node._mark = done
            order.append(node)
        if node is root:
            break
        node = stack.pop()
    return order


def topological_order(root: "Value") -> list["Value"]:
    """All Values under `root`, each after its inputs; `root` is the last.

    >>> from autograd import Value
    >>> a, b = Value(2.0, "a"), Value(3.0, "b")
    >>> [v.label or v.op for v in topological_order(a * b + a)]
    ['a', 'b', '*', '+']
    """
    with one_pass:
        order = inputs_first(memory_of(as_node(root)), False)
        nodes = [cython.cast(Node, order.pop()) for _ in range(len(order))]
    nodes.reverse()
    return nodes


def places_in(order: list["Value"], values: list["Value"]) -> tuple[list[int], list[int]]:
    """The place in a topological order of each input of each node, one after another; and that of each value.

    A value that is not in it has the place −1. For a moment the marks are the places: no dict of a whole
    graph is needed, which would take longer than the pass.
    """
    global passes
    inputs_placed, values_placed = [], []
    with one_pass:
        first, count = passes + 2, len(order)
        passes = first + count
        for place in range(count):
            cython.cast(Node, as_node(order[place]))._mark = first + place
        for place in range(count):
            node = memory_of(cython.cast(Node, order[place]))
            inputs = inputs_in(node)
            for i in range(node._count):
                inputs_placed.append(inputs[i]._mark - first)
        for value in values:
            mark = cython.cast(Node, as_node(value))._mark
            values_placed.append(mark - first if first <= mark < first + count else -1)
    return inputs_placed, values_placed


def as_node(thing: Any) -> Any:
    """`thing`, which must be a Value."""
    if isinstance(thing, Node):
        return thing
    raise TypeError(f"expected a Value, got {stranger(thing)}")


# --- Being watched (see contexts.py) -------------------------------------------------------------------

watched = 0  # how many contexts watch operations, in all threads: 0 costs an operation nothing
noticed = 0  # how many are told when a number is taken out of a Value
watch: Any = None  # what shows a node to those of this thread
notice: Any = None  # what tells them that a number is taken out of a Value


def watch_with(watcher: Callable[["Value", bool], "Value"], reader: Callable[["Value"], None]) -> None:
    """While any context is open, have `watcher(node, backward)` called for each operation, and `reader`."""
    global watch, notice
    watch, notice = watcher, reader


LINE = (1 << 29) - 1  # the number in it; the bit above is of nodes.pyx
UNRECORDED = LINE  # in the place of the number of a line: made where nothing is recorded
LOST = 1 << 30  # added to it: its gradient by an earlier result was set to 0 when another was differentiated


def mark_line(node: "Value", number: int) -> None:
    """Have a node remember that number for the source line that made it."""
    line = cython.cast(Node, as_node(node))._line
    if line & LINE != UNRECORDED:
        cython.cast(Node, node)._line = line & ~LINE | number


def mark_unrecorded(node: "Value") -> None:
    """Have a node remember that it was computed where nothing is recorded."""
    cython.cast(Node, as_node(node))._line |= UNRECORDED


def line_number(node: "Value") -> int:
    """The number that a node remembers for the source line that made it; 0 if none."""
    number = cython.cast(Node, as_node(node))._line & LINE
    return 0 if number == UNRECORDED else number


def set_watched(observing: int, reading: int) -> None:
    """Say how many contexts with an observer are open, and how many with a reader."""
    global watched, noticed
    watched, noticed = observing, reading


def renew() -> None:
    """In a forked child: nobody else is in a pass."""
    global one_pass
    one_pass = RLock()
    renew_memory()


in_child(renew)

"""How nodes lie in memory: small, not tracked by the cyclic garbage collector, freed at any depth."""

import gc
import itertools
import subprocess
import sys
import weakref
from typing import Any

import pytest
from graphs import nodes_alive

import autograd
from autograd import Value, debug, no_grad, topological_order
from autograd.core import nodes
from autograd.core.nary import apply
from autograd.core.nodes import Node
from autograd.core.primitives import PRIMITIVES
from autograd.core.source_lines import line_of

compiled_only = pytest.mark.skipif(autograd.engine() != "compiled", reason="needs the compiled engine")
interpreted_only = pytest.mark.skipif(autograd.engine() == "compiled", reason="of the interpreted engine")


@compiled_only
def test_a_node_is_96_bytes() -> None:
    """Two inputs and their local derivatives fit into the node, and nothing more is there."""
    assert sys.getsizeof(Value(1.0) * 2.0) == 96


@compiled_only
def test_nodes_are_not_tracked_by_the_garbage_collector() -> None:
    """A graph cannot have a cycle, and a collector that walks it would take most of the time."""
    assert not gc.is_tracked(Value(1.0))
    assert not gc.is_tracked(Value(1.0) * 2.0)


def test_a_deep_graph_is_freed() -> None:
    """Freeing a chain does not recurse, whichever end goes first."""
    x = Value(1.0)
    for _ in range(200_000):
        x = x + 1.0
    assert x.data == 200_001.0
    del x


@compiled_only
def test_few_inputs_and_then_many() -> None:
    """What the numbers of inputs are copied into grows: in a new process, as it never shrinks."""
    code = "import autograd; print(autograd.sum([1.0]).data, autograd.sum([1.0] * 300_000).data)"
    said = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert (said.returncode, said.stdout) == (0, "1.0 300000.0\n")


def test_the_arrays_of_many_inputs_are_freed() -> None:
    """Memory does not grow with sums that come and go: left behind, these arrays would be 160 MB."""
    resource = pytest.importorskip("resource")
    terms = [Value(1.0) for _ in range(100)]
    autograd.sum(terms)
    before, alive = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, nodes_alive()  # kB; bytes on macOS
    for _ in range(100_000):
        autograd.sum(terms)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss <= 1.5 * before
    assert nodes_alive() == alive


@interpreted_only
def test_where_the_stack_is_small_nodes_are_freed_one_after_another() -> None:
    """In a browser a node gives up its inputs before it goes; no call of that is nested deeper than one."""
    running, deepest, freed = [0], [0], [0]

    class Small(Node):
        __slots__ = ()

        def __del__(self) -> None:
            running[0] += 1
            deepest[0] = max(deepest[0], running[0])
            nodes.release(self)
            assert nodes.inputs_of(self) == []
            running[0] -= 1
            freed[0] += 1

    leaf = nodes.new_node(Small, None, 1.0, 0)
    chain = leaf
    for _ in range(5000):
        chain = nodes.node_of_two(Small, PRIMITIVES["add"], 2.0, chain, 1.0, chain, 1.0)
    middle = nodes.inputs_of(chain)[0]
    del chain
    assert (freed[0], nodes.released) == (1, [])
    assert nodes.inputs_of(middle)[0] is nodes.inputs_of(middle)[1]
    del middle
    assert (freed[0], deepest[0], nodes.released) == (5000, 2, [])
    del leaf
    assert freed[0] == 5001


def test_what_nodes_held_goes_with_them() -> None:
    """Labels, rules of a user's own, and graphs that those rules held, in the midst of freeing another."""
    label, under = "".join(["la", "bel"]), Value(2.0)
    before = sys.getrefcount(label), sys.getrefcount(under)

    def graph(links: int) -> Value:
        held = under
        for _ in range(links):
            held = held * under

        def rule(x: float) -> tuple[float, float]:
            return x + 0.0 * held.data, 1.0

        rules.append(weakref.ref(rule))
        made = autograd.primitive(rule)
        x = under
        for _ in range(links):
            x = made(x) + 1.0
            x.label = label
        return x

    rules: list[weakref.ref[Any]] = []
    x = graph(1000) * graph(1000)
    x.backward()
    del x
    gc.collect()  # a function that knows its primitive, which knows its function, is a cycle
    assert [rule() for rule in rules] == [None, None]
    assert (sys.getrefcount(label), sys.getrefcount(under)) == before


def test_weak_references() -> None:
    """They end with the node, wherever in a graph that is; a Value is then no key any more."""
    x = Value(2.0)
    y = x * x + x
    told: list[str] = []
    seen = [weakref.ref(node, lambda _: told.append("gone")) for node in topological_order(y)]
    results = weakref.WeakKeyDictionary({node: node.data for node in topological_order(y)})
    assert [ref() for ref in seen] == topological_order(y)
    assert (seen[-1]() is y, sorted(results.values())) == (True, [2.0, 4.0, 6.0])
    del y
    gc.collect()
    assert ([ref() for ref in seen], told, dict(results)) == ([x, None, None], ["gone"] * 2, {x: 2.0})
    proxy = weakref.proxy(x)
    assert proxy.data == 2.0
    del x
    results.clear()
    with pytest.raises(ReferenceError):
        proxy.data  # noqa: B018


@pytest.mark.skipif(sys.platform == "emscripten", reason="there its inputs go before its weak references")
def test_what_is_had_back_while_a_graph_is_freed_is_whole() -> None:
    """A weak reference's own function may still find nodes of it, but none that is being freed."""
    x = Value(1.0)
    refs: list[Any] = []
    had_back: dict[Value, tuple[float, int]] = {}

    def look(gone: Any) -> None:
        for ref, data, count in refs:
            if (node := ref()) is not None:
                had_back[node] = data, count
        Value(3.0) * 2.0  # the memory of a node that is gone is used again

    def graph() -> None:
        chain = x
        for i in range(40):
            chain = (chain + float(i)) * (chain - 1.0) + chain.tanh() * 0.5
        refs[:] = [
            (weakref.ref(node, look), node.data, len(node.inputs))
            for node in topological_order(chain)
            if node is not x
        ]

    graph()
    assert had_back
    assert [(node.data, len(node.inputs)) for node in had_back] == [*had_back.values()]
    refs.clear()
    had_back.clear()
    assert x.data == 1.0


def test_an_error_on_its_way_is_not_lost_where_nodes_are_freed() -> None:
    """Labels and weak references end while an exception passes through the frame that held them."""

    def fail() -> None:
        x = Value(1.0, "x")
        results[x] = (x * 2.0 + 1.0).data
        y = x * 2.0
        y.label = "y"
        z = y + 1.0
        z.backward(1.0 / float(len(results) - 1))

    results: Any = weakref.WeakKeyDictionary()
    with pytest.raises(ZeroDivisionError, match="division by zero"):
        fail()
    gc.collect()
    assert dict(results) == {}


def test_a_label_goes_with_its_node() -> None:
    """A node that comes to lie in its memory has none; one can be set, changed and taken away."""
    for i in range(300):
        x = Value(1.0, label=f"x{i}")
        y = x * 2.0
        assert (x.label, y.label) == (f"x{i}", "")
        y.label = "y"
        y.label = "z"
        assert (y.label, repr(y)) == ("z", "Value(2.0, label='z')")
        y.label = ""
        assert (y.label, repr(y)) == ("", "Value(2.0)")
        del x, y


def test_a_label_leaves_the_source_line_and_the_warnings() -> None:
    """They are kept beside it: labels come and go, before and after."""
    x = Value(3.0)
    with debug():
        y = x * 2.0
    line = line_of(y)
    assert line is not None
    for label in ("y", "other", ""):
        y.label = label
        assert (line_of(y), y.label) == (line, label)
    with no_grad():
        z = y * 2.0
    for label in ("z", ""):
        z.label = label
        with pytest.raises(RuntimeError, match="computed under no_grad"):
            z.backward()
    y.label = "y"
    (y * y).backward()
    (y * 0.0).backward()
    with pytest.warns(UserWarning, match="that of the latest backward"):
        assert y.grad == 0.0
    assert (y.label, line_of(y)) == ("y", line)


@compiled_only
def test_neighbours_stay_neighbours() -> None:
    """After many steps of training, nodes that follow each other in a graph still lie close in memory."""
    weights = [[Value(0.1 * (i + j)) for j in range(16)] for i in range(16)]

    def step() -> Value:
        total = Value(0.0)
        for _ in range(100):
            hidden = [sum(w * w for w in row).tanh() for row in weights]
            total = total + sum(w * h for row in weights for w, h in zip(row, hidden, strict=True))
        return total

    loss = step()
    for _ in range(60):
        loss.backward()
        loss = step()
    places = [id(node) for node in topological_order(loss)]
    near = [abs(a - b) < 2**14 for a, b in itertools.pairwise(places)]
    assert sum(near) > 0.9 * len(near)


@compiled_only
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_goes_back_to_the_system() -> None:
    """A large graph that is gone does not stay in the memory of the process."""
    code = """
from pathlib import Path
from autograd import Value
def pages(): return int(Path("/proc/self/statm").read_text().split()[1])
x, before = Value(1.0), pages()
for _ in range(1_000_000): x = x + 1.0
grown = pages() - before
del x
print((pages() - before) / grown)"""
    left = subprocess.run([sys.executable, "-P", "-c", code], check=True, capture_output=True, text=True)
    assert float(left.stdout) < 0.3


@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of a process")
@pytest.mark.parametrize("operation", ["x + 1.0", "autograd.sum([x] * 50)"])
def test_exhausted_memory_is_a_memory_error(operation: str) -> None:
    """Where there is no room for another node, recording says so, and goes on when there is room again."""
    code = f"""
import resource
from pathlib import Path
import autograd
from autograd import Value
def exhaust():
    x = Value(1.0)
    while True: x = {operation}
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 50_000_000, resource.getrlimit(resource.RLIMIT_AS)[1]))
for _ in range(2):
    try: exhaust()
    except MemoryError: said = "exhausted"  # to print it takes memory, which the traceback still holds
    print(said)
x = Value(3.0)
(x * x).backward()
print(x.grad)"""
    said = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60)
    assert (said.stdout, said.stderr) == ("exhausted\nexhausted\n6.0\n", "")


def test_a_failed_operation_leaves_nothing() -> None:
    """What was attached to a node that came to nothing is let go of."""
    x = Value(1.0)
    before = sys.getrefcount(x)
    for count in (1, 5, 500):
        with pytest.raises(TypeError, match="sum takes Values and numbers, not 'y'"):
            autograd.sum([x] * count + ["y"])
    assert sys.getrefcount(x) == before


@compiled_only
def test_a_collector_in_the_midst_of_an_operation() -> None:
    """A primitive of one's own gets its own numbers, though a finalizer computes others meanwhile."""

    class Late:
        def __del__(self) -> None:
            autograd.sum([Value(float(i)) for i in range(1000)])

    @autograd.primitive
    def first(*numbers: float) -> tuple[float, ...]:
        return (numbers[0], *[1.0] + [0.0] * (len(numbers) - 1))

    inputs = [Value(7.0)] + [Value(0.0)] * 200
    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for _ in range(50):
            late = Late()
            late.itself = late  # type: ignore[attr-defined]
            del late
            assert first(*inputs).data == 7.0
    finally:
        gc.set_threshold(*before)


@pytest.mark.parametrize("count", [1, 3])
def test_what_lay_there_before_is_not_read(count: int) -> None:
    """A local derivative that a rule leaves out is 0, whatever its memory held before."""
    a = Value(7.5)
    used = [autograd.weighted_sum([a] * (count // 2), [a] * (count // 2), a * a) for _ in range(50)]
    del used
    odd = apply(PRIMITIVES["cross_entropy"], [Value(1.0) for _ in range(count)])
    assert odd.local_derivatives[-1] == 0.0


@compiled_only
def test_nobody_else_makes_nodes() -> None:
    """A class derived in Python would lie in memory of another kind."""
    for kind, error in ((Value, "no class can be made of Value"), (Node, "is not an acceptable base type")):
        with pytest.raises(TypeError, match=error):
            type("Mine", (kind,), {})


def test_a_graph_keeps_its_inputs_alive() -> None:
    """Inputs that nobody else holds live as long as what was computed from them."""
    total = autograd.sum([Value(float(i)) * 2.0 for i in range(100)])
    gc.collect()
    assert [value.data for value in total.inputs] == [2.0 * i for i in range(100)]


def test_many_inputs_and_few() -> None:
    """Inputs come back in order, duplicates kept, however many there are."""
    a, b = Value(2.0), Value(3.0)
    for count in (1, 2, 3, 7):
        inputs = ([a, b] * count)[:count]
        assert autograd.sum(inputs).inputs == tuple(inputs)
        assert autograd.sum(inputs).local_derivatives == (1.0,) * count

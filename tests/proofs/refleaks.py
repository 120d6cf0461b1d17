"""Prints whether anything leaves references behind: work of all kinds, or tests, done many times.

    python -P tests/proofs/refleaks.py [pytest arguments]

Without arguments WORK is done, else the tests. Under a debug build of CPython (Debian's python3-dbg, the
engine built with it) references are counted (`sys.gettotalrefcount`), under any other the blocks of memory;
and nodes under both. Cython leaves a reference to its own type for each generator that a compiled function
makes (no memory): those are not counted. What leaves more behind than there was in each of its last rounds
leaks. Of a test of Hypothesis's, which keeps what it made up, some of the examples are run again. Named at
the end are tests that can run once only or take longer than a second, and those that leave references alone,
but no memory: an extension module that was built for the other build of CPython, as NumPy is, counts them
wrongly under this one. The exit status is 0 if nothing leaks.
"""

import copy
import gc
import linecache
import pickle
import re
import sys
import tempfile
import time
import warnings
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis.strategies import DataObject

sys.path.insert(0, str(Path(__file__).parent.parent))

from graphs import build, nodes_alive, random_recipe

import autograd
import nn
from autograd import Stepper, Tape, Value

SECONDS = 1.0  # that a run of a test may take
FIRST, RUNS, MORE = (
    3,
    5,
    20,
)  # rounds until caches are filled, those that are measured, and those of a suspect
EXAMPLES = 5  # of a test of Hypothesis's, that are run again
WHAT = "references" if hasattr(sys, "gettotalrefcount") else "blocks of memory"


# --- Work of all kinds -------------------------------------------------------------------------------


def graphs() -> None:
    """Random graphs of all primitives, differentiated in every way, copied, pickled, compared, printed."""
    for seed in range(20):
        nodes = build(random_recipe(Random(seed), 30, tame=False), autograd)
        root = nodes[-1]
        root.backward()
        autograd.grad(root, nodes[:2])
        autograd.grad(root, nodes[0], create_graph=True)
        pickle.loads(pickle.dumps(copy.deepcopy([root])))
        copy.copy(root)
        _ = (root.inputs, root.local_derivatives, root < 3.0, repr(root), hash(root), f"{root:.3f}")


def errors() -> None:
    """Everything that is refused."""
    x = Value(2.0)
    y = x * 3.0
    tape = Tape(y, [x])
    tape.forward([[1.0]])
    wrongs: list[Callable[[], Any]] = [
        lambda: x * "3", lambda: "3" + x, lambda: Value("3"), lambda: y.backward("3"),
        lambda: y.backward(retain_graph=True), lambda: Value(1.0, requires_grad=True), lambda: x.detach,
        lambda: setattr(x, "momentum", 0.0), lambda: setattr(y, "data", 1.0), lambda: Value.__init__(y, 1.0),
        lambda: autograd.logsumexp([x, None]), lambda: autograd.softmax([x], dim=0), lambda: Value(10**400),
        lambda: autograd.weighted_sum([x], [1.0, 2.0]), lambda: float(x), lambda: bool(x),
        lambda: Value.tanh(3),
        lambda: tape.backward(["x"]), lambda: tape.forward([[1.0, 2.0]]), lambda: tape.forward([["x"]]),
        lambda: tape.descend([[1.0]], [x], "x"), lambda: tape.descend([[1.0]], [x], 0.1, steps=2**62),
        lambda: Tape(y, [y]), lambda: Tape(y, [x, x]), lambda: autograd.topological_order(3.0),
        lambda: autograd.primitive(lambda a: 1 / 0)(x), lambda: autograd.primitive(lambda a: (a,))(x),
        lambda: pickle.dumps(autograd.primitive(lambda a: (a, 1.0))(x)),
    ]  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(
            (TypeError, ValueError, AttributeError, ArithmeticError, MemoryError, pickle.PickleError)
        ):
            wrong()


def contexts() -> None:
    """Contexts inside one another, left by errors, around generators."""
    x = Value(0.0)
    with autograd.no_grad(), autograd.debug():
        _ = x * x
    with pytest.raises(ArithmeticError), autograd.debug():
        x.log()

    @autograd.no_grad
    def some() -> Any:
        yield x * x
        yield x * x

    list(some())
    next(some())


def tapes() -> None:
    """Tapes forwards and backwards, with layers and without, of many sizes; gradients moved down."""
    x = [Value(0.5), Value(-0.5)]
    model = nn.MLP(2, [8, 4, 1], rng=1)
    tape = Tape(model(x) ** 2 + x[0].exp(), x)
    for lanes in (1, 7, 64, 300):
        batch = [[0.1 * i, -0.2 * i] for i in range(lanes)]
        tape.forward(batch)
        tape.backward([1.0] * lanes)
        tape.gradients(x[0])
        tape.descend(batch, model.parameters(), 0.01, steps=2)
    copy.deepcopy(pickle.loads(pickle.dumps(tape))).forward([[1.0, 2.0]])


def training() -> None:
    """Trainings on each engine, recorded, with optimizers of all kinds, saved and loaded."""
    inputs, targets = [[0.1 * i, 0.2] for i in range(12)], [0.1 * i for i in range(12)]
    options: dict[str, Any] = {"max_iterations": 3, "progress": False, "batch_size": 4, "seed": 1}
    for engine in ("eager", "tape", "auto"):
        model = nn.MLP(2, [3, 1], rng=1)
        for optimizer in (nn.SGD(model.parameters(), 0.1, momentum=0.9), nn.AdamW(model.parameters(), 0.1)):
            nn.train(model, inputs, targets, engine=engine, optimizer=optimizer, record=True, **options)
            with tempfile.TemporaryDirectory() as folder:
                optimizer.save(Path(folder) / "optimizer.json")
                optimizer.load(Path(folder) / "optimizer.json")
                model.save(Path(folder) / "model.json")
                model.load(Path(folder) / "model.json")
    losses = [nn.cross_entropy_loss([model([1.0, 2.0]), 0.0], 1), nn.hinge_loss([model([1.0, 2.0])], [1])]
    autograd.sum(losses).backward()


def views() -> None:
    """Steps, paths, pictures as text, programs, checks."""
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    y = (a * b + a).tanh()
    str(Stepper(y).run())
    str(autograd.explain(a, y))
    _ = autograd.draw(y).source
    for language in ("python", "torch", "jax", "latex"):
        str(autograd.export(y, language))
    autograd.gradcheck(y)
    autograd.hessian(y, [a, b])
    autograd.jvp([y], [a, b], [1.0, 0.0])


WORK = (graphs, errors, contexts, tapes, training, views)


# --- Counting ----------------------------------------------------------------------------------------


def settled() -> None:
    """Empty the caches of Python that work fills, and collect what lies in cycles."""
    re.purge()
    linecache.clearcache()
    sys._clear_type_cache()
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType):
            module.__dict__.pop("__warningregistry__", None)
    gc.collect()


def references() -> int:
    """How many there are, but for those to Cython's own types; or how many blocks of memory."""
    if not hasattr(sys, "gettotalrefcount"):
        return sys.getallocatedblocks()
    return sys.gettotalrefcount() - sum(map(sys.getrefcount, TYPES_OF_CYTHON))


TYPES_OF_CYTHON = [kind for kind in object.__subclasses__() if kind.__module__.startswith("_cython_")]


def leak_of(run: Callable[[], None]) -> str:
    """What each round leaves behind; nothing where one round leaves nothing."""
    before = after = alive = held = 0
    for _ in range(FIRST):
        run()
    for rounds in (RUNS, MORE):
        left, nodes, blocks = (array("q", [0] * rounds) for _ in range(3))  # they hold numbers, no references
        for i in range(rounds):
            settled()
            before, alive, held = references(), nodes_alive(), sys.getallocatedblocks()
            run()
            settled()
            blocks[i] = sys.getallocatedblocks() - held
            after = references()
            left[i], nodes[i] = after - before, nodes_alive() - alive
        if min(left) <= 0 and min(nodes) <= 0:
            return ""
    memory = f"{max(0, min(blocks))} blocks, {max(0, min(nodes))} nodes"
    return f"each round leaves {min(left)} {WHAT}, {memory} or more"


class Drawn:
    """What a test draws from Hypothesis's `data()` when it is run first, to be drawn again."""

    def __init__(self, data: Any) -> None:
        self.data, self.things, self.place = data, list[Any](), 0

    def draw(self, *arguments: Any, **named: Any) -> Any:
        """The next thing."""
        self.place += 1
        if self.place > len(self.things):
            self.things.append(self.data.draw(*arguments, **named))
        return self.things[self.place - 1]


@contextmanager
def noted_examples(test: Any) -> Iterator[list[Callable[[], None]]]:
    """The examples of a test of Hypothesis's that is run meanwhile; of any other test, none."""
    examples: list[Callable[[], None]] = []
    if not hasattr(test, "hypothesis"):
        yield examples
        return
    inner = test.hypothesis.inner_test

    def run(drawn: list[Drawn], *arguments: Any, **named: Any) -> None:
        for each in drawn:
            each.place = 0
        inner(*arguments, **named)

    def noting(*arguments: Any, **named: Any) -> None:
        named = {name: Drawn(x) if isinstance(x, DataObject) else x for name, x in named.items()}
        drawn = [x for x in named.values() if isinstance(x, Drawn)]
        examples.append(partial(run, drawn, *arguments, **named))
        inner(*arguments, **named)

    test.hypothesis.inner_test = noting
    try:
        yield examples
    finally:
        test.hypothesis.inner_test = inner


class Repeated:
    """A plugin of pytest: each test is run again and again, and what each run leaves is counted."""

    def __init__(self) -> None:
        self.tests = 0
        self.leaks: list[str] = []
        self.alone: list[str] = []
        self.once: list[str] = []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: Any) -> Any:
        """Run a test the first time, as ever; then again, as often as it takes to know."""
        gc.collect()
        gc.freeze()  # what there is by now is not looked at in every collection
        start = time.monotonic()
        with noted_examples(pyfuncitem.obj) as examples:
            result = yield
        seconds = time.monotonic() - start
        if seconds > SECONDS * max(1.0, len(examples) / EXAMPLES):
            self.once.append(f"{pyfuncitem.nodeid}: slow")
            return result
        values = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
        runs = examples[-EXAMPLES:] or [partial(pyfuncitem.obj, **values)]

        def again() -> None:
            for run in runs:
                run()
            for value in values.values():
                if isinstance(value, pytest.MonkeyPatch):
                    value.undo()  # it would keep each change until the end

        try:
            leak = leak_of(again)
        except Exception as error:
            self.once.append(f"{pyfuncitem.nodeid}: {type(error).__name__}")
            return result
        self.tests += 1
        if leak:
            found = self.alone if ", 0 blocks, 0 nodes" in leak else self.leaks
            found.append(f"{pyfuncitem.nodeid}: {leak}")
        return result


def main(arguments: list[str]) -> int:
    """Do the work, or run the tests; 1 if anything leaks."""
    repeated = Repeated()
    print(f"{autograd.engine()} engine, Python {sys.version.split()[0]}, {WHAT} counted", flush=True)
    if arguments:
        ignored = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
        pytest.main(["-q", "-p", "no:cacheprovider", "-W", ignored, *arguments], plugins=[repeated])
    else:
        warnings.simplefilter("ignore")
        gc.freeze()
        for work in WORK:
            leak = leak_of(work)
            repeated.leaks += [f"{work.__name__}: {leak}"] * bool(leak)
            print(f"{work.__name__}: {leak or 'nothing is left'}", flush=True)
    print(f"{repeated.tests or len(WORK)} tried, {len(repeated.leaks)} leak;", end=" ")
    print(f"{len(repeated.alone)} references alone, {len(repeated.once)} once only")
    for line in repeated.leaks + repeated.alone + repeated.once:
        print(f"  {line}")
    return min(len(repeated.leaks), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Threads: graphs of their own do not disturb each other, and a graph that they share stays right."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier, Event
from typing import Any

import pytest
from engines import everything
from graphs import build, random_recipe

import autograd
from autograd import Stepper, Value, debug, grad, no_grad, topological_order
from autograd.core.contexts import observed

THREADS = 4


@pytest.fixture(autouse=True)
def _switch_often() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def together(work: Callable[[int], Any]) -> list[Any]:
    """What `work(i)` gives in each of the threads, all started at once."""
    start = Barrier(THREADS)

    def run(i: int) -> Any:
        start.wait()
        return work(i)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_graphs_of_their_own() -> None:
    """Each thread's graphs come out as if it were alone."""

    def work(i: int) -> list[Any]:
        shown = []
        for seed in range(40):
            root = build(random_recipe(Random(seed + 100 * i), 20, tame=False), autograd)[-1]
            root.backward()
            shown.append(everything(topological_order(root)))
        return shown

    assert together(work) == [work(i) for i in range(THREADS)]


def test_leaves_that_are_shared() -> None:
    """Passes of several threads over the same leaves add up, none is lost."""
    weights = [Value(float(i)) for i in range(20)]
    rounds = 50

    def work(i: int) -> None:
        for _ in range(rounds):
            autograd.weighted_sum(weights, [1.0] * 20, 0.0).backward()

    together(work)
    assert [weight.grad for weight in weights] == [float(THREADS * rounds)] * 20


def test_grad_beside_a_backward_pass() -> None:
    """What `grad` restores is not what another thread has added to meanwhile: nothing is lost."""
    weights = [Value(float(i)) for i in range(20)]
    rounds = 100

    def work(i: int) -> None:
        for _ in range(rounds):
            loss = autograd.weighted_sum(weights, [1.0] * 20, 0.0)
            if i % 2:
                loss.backward()
            else:
                grad(loss, weights)

    together(work)
    assert [weight.grad for weight in weights] == [float(THREADS // 2 * rounds)] * 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_child_forked_during_a_pass() -> None:
    """It can make passes of its own, though a thread that it has not was in one, and in debug."""
    begun, ended = Event(), Event()

    def wait(node: Value, backward: bool) -> Value:
        if backward:
            begun.set()
            ended.wait()
        return node

    def work() -> None:
        with observed(wait):
            (Value(2.0) * 3.0).backward()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        begun.wait()
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(5)
            x = Value(3.0)
            (x * x).backward()
            with debug():
                (x * x).backward()
            os._exit(0 if x.grad == 12.0 else 1)
        ended.set()
        future.result()
    assert os.waitpid(child, 0)[1] == 0


def test_a_graph_that_is_shared() -> None:
    """Passes of several threads over the same graph give each the whole gradient."""
    x = Value(1.0)
    y = x
    for _ in range(200):
        y = y + x
    rounds = 20

    def work(i: int) -> set[float]:
        return {float(len(topological_order(y))) for _ in range(rounds)}

    def passes(i: int) -> None:
        for _ in range(rounds):
            y.backward()

    assert together(work) == [{201.0}] * THREADS
    together(passes)
    assert x.grad == 201.0 * THREADS * rounds


def test_recording_goes_on_during_a_pass() -> None:
    """A thread may extend a graph that another is differentiating."""
    x = Value(1.0)
    y = x * 2.0
    for _ in range(300):
        y = y * 1.0 + x

    def work(i: int) -> float:
        total = y
        for _ in range(100):
            if i % 2:
                y.backward()
            else:
                total = total + x * y
        return total.data

    assert together(work)[0] == y.data + 100 * y.data
    assert y.grad == 1.0


def test_no_grad_is_of_its_thread() -> None:
    """One thread records nothing while the others record."""

    def work(i: int) -> set[bool]:
        leaves = set()
        for _ in range(200):
            if i % 2:
                with no_grad():
                    leaves.add((Value(1.0) * 2.0).is_leaf)
            else:
                leaves.add((Value(1.0) * 2.0).is_leaf)
        return leaves

    assert together(work) == [{False}, {True}] * (THREADS // 2)


def test_a_graph_is_freed_by_whichever_thread_is_last() -> None:
    """Deep graphs dropped by several threads at once are all freed, none twice."""
    x = Value(1.0)

    def work(i: int) -> int:
        for _ in range(10):
            y = x
            for _ in range(2_000):
                y = y + x
            del y
        return i

    before = sys.getrefcount(x)
    assert together(work) == list(range(THREADS))
    assert sys.getrefcount(x) == before


def test_steppers_of_their_own() -> None:
    """Each thread steps through its own graph."""

    def work(i: int) -> list[str]:
        a, b = Value(2.0 + i, "a"), Value(-3.0, "b")
        stepper = Stepper((a * b).tanh() + a)
        return [str(step) for step in stepper.run()] + [repr(grad(a * b, [a, b]))]

    assert together(work) == [work(i) for i in range(THREADS)]

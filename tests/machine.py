"""A machine that does anything to graphs at random, on both engines at once, and compares all to the bit."""

import copy
import pickle
import warnings
from collections.abc import Callable
from random import Random
from typing import Any

import hypothesis.strategies as st
from engines import IMPORTED, INTERPRETED, Engine, everything
from graphs import WILD, made, random_step, wild
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

ENGINES = (IMPORTED, INTERPRETED)
MOST = 12  # Values held at a time

numbers = st.one_of(st.sampled_from(WILD), st.floats(), st.floats(-3.0, 3.0))
seeds = st.integers(0, 2**32)


def deep_copy(thing: Any) -> Any:
    """A deep copy of a Value or a list, in which no Value is alone, which would be warned of."""
    return copy.deepcopy([thing])[0]


class Machine(RuleBasedStateMachine):
    """Two pools of Values, one of each engine, to which the same is done."""

    done = 0  # steps, in all machines

    def __init__(self) -> None:
        super().__init__()
        self.pools: tuple[list[Any], list[Any]] = ([], [])

    def both(self, action: Callable[[Engine, list[Any]], Any]) -> Any:
        """Do it on each engine; results and errors must be the same."""
        Machine.done += 1
        results = []
        for engine, pool in zip(ENGINES, self.pools, strict=True):
            with engine:
                try:
                    results.append(action(engine, pool))
                except (ValueError, TypeError, AttributeError, RuntimeError) as error:
                    results.append(f"{type(error).__name__}: {error}")
        assert repr(results[0]) == repr(results[1])
        return results[0]

    def keep(self, make: Callable[[Engine, list[Any]], Any], seed: int) -> None:
        """Put what is made into the pools, in the place of something once they are full."""

        def action(engine: Engine, pool: list[Any]) -> str:
            node = make(engine, pool)
            if len(pool) < MOST:
                pool.append(node)
            else:
                pool[seed % MOST] = node
            return repr(node)

        self.both(action)

    @rule(number=numbers, seed=seeds)
    def leaf(self, number: float, seed: int) -> None:
        """A new leaf."""
        self.keep(lambda engine, pool: engine.autograd.Value(number), seed)

    @precondition(lambda self: self.pools[0])
    @rule(seed=seeds, quiet=st.booleans())
    def operate(self, seed: int, quiet: bool) -> None:
        """A random operation on what is there, now and then without recording it."""

        def make(engine: Engine, pool: list[Any]) -> Any:
            random = Random(seed)
            name, operands = random_step(random, len(pool), lambda: wild(random))
            things = [pool[thing] if isinstance(thing, int) else thing for thing in operands]
            if quiet and seed % 8 == 0:
                with engine.autograd.no_grad():
                    return made(engine.autograd, name, things)
            return made(engine.autograd, name, things, by_method=seed % 2 == 0)

        self.keep(make, seed)

    @precondition(lambda self: self.pools[0])
    @rule(seed=seeds, gradient=numbers)
    def backward(self, seed: int, gradient: float) -> None:
        """A backward pass from any of them."""
        self.both(lambda engine, pool: pool[seed % len(pool)].backward(gradient))

    @precondition(lambda self: self.pools[0])
    @rule(seed=seeds)
    def differentiate(self, seed: int) -> None:
        """Gradients returned."""
        self.both(lambda engine, pool: engine.autograd.grad(pool[seed % len(pool)], pool))

    @precondition(lambda self: self.pools[0])
    @rule(seed=seeds, number=numbers, name=st.sampled_from(["data", "grad", "label"]))
    def assign(self, seed: int, number: float, name: str) -> None:
        """Set data (refused for what is computed), a gradient, or a label."""
        value = str(number) if name == "label" else number
        self.both(lambda engine, pool: setattr(pool[seed % len(pool)], name, value))

    @precondition(lambda self: self.pools[0])
    @rule(seed=seeds)
    def drop(self, seed: int) -> None:
        """Let go of one; its inputs may live on in others."""
        self.both(lambda engine, pool: repr(pool.pop(seed % len(pool))))

    @precondition(lambda self: self.pools[0])
    @rule(seed=seeds, by=st.sampled_from([deep_copy, lambda node: pickle.loads(pickle.dumps(node))]))
    def duplicate(self, seed: int, by: Callable[[Any], Any]) -> None:
        """A copy of one, or of all together."""
        if seed % 4 == 0:
            self.both(lambda engine, pool: pool.__setitem__(slice(None), by(pool)))
        else:
            self.keep(lambda engine, pool: by(pool[seed % len(pool)]), seed // MOST)

    @precondition(lambda self: self.pools[0])
    @rule(seed=seeds, moves=st.lists(st.integers(-6, 12), max_size=6), gradient=numbers)
    def step(self, seed: int, moves: list[int], gradient: float) -> None:
        """A walk with a stepper, on and back."""

        def walk(engine: Engine, pool: list[Any]) -> list[str]:
            root = pool[seed % len(pool)]
            if len(engine.autograd.topological_order(root)) > 60:
                return []
            stepper = engine.autograd.Stepper(root, gradient=gradient)
            told = [str(stepper.next(n) if n >= 0 else stepper.back(-n)) for n in moves]
            if seed % 2:
                stepper.reset()
            return told

        self.both(walk)

    @precondition(lambda self: self.pools[0])
    @rule(seed=seeds, batch=st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5))
    def replay(self, seed: int, batch: list[tuple[float, float]]) -> None:
        """A tape of a copy of one, run on a batch, forwards and backwards.

        Its numbers are compared elsewhere: compiled, it rounds a product and a sum at once.
        """

        def run(engine: Engine, pool: list[Any]) -> Any:
            root = deep_copy(pool[seed % len(pool)])
            leaves = [node for node in engine.autograd.topological_order(root) if node.is_leaf][:2]
            tape = engine["autograd.tape.tape"].Tape(root, leaves)
            outputs = tape.forward([row[: len(leaves)] for row in batch])
            tape.backward()
            return len(outputs)

        self.both(run)

    @invariant()
    def alike(self) -> None:
        """All that the Values show, and what is warned of meanwhile, is the same on both engines."""
        shown = []
        for pool in self.pools:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                shown.append((everything(pool), [str(warning.message) for warning in warned]))
        assert shown[0] == shown[1]

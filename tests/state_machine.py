"""A model of the engine in plain Python, and a machine that does the same to both at random.

Numbers are small and whole, so that both must say exactly the same.
"""

import pickle
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from copy import deepcopy
from signal import SIGINT, raise_signal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from striking import interrupt, struck

import autograd
from autograd import Stepper, Tape, Value, debug, grad, no_grad, primitive
from autograd.core import contexts
from autograd.util import interrupts
from nn import SGD

MOST = 40  # Values of one machine
LARGEST = 1e6  # of a result: whole numbers stay exact


class Node:
    """What the model knows of a Value: its number, where it comes from, its gradient."""

    def __init__(self, data: float, inputs: tuple["Node", ...] = (), name: str = "") -> None:
        self.data, self.inputs, self.name, self.grad = data, inputs, name, 0.0
        self.slopes = RULES[name](*[x.data for x in inputs])[1:] if name else ()
        self.refuses = False  # it was computed under no_grad
        self.lost = False  # a pass took the place of its gradient by another

    def under(self) -> list["Node"]:
        """All nodes it is computed from, each after its inputs, itself the last."""
        order: dict[Node, None] = {}
        stack = [(self, False)]
        while stack:
            node, opened = stack.pop()
            if opened:
                order.setdefault(node)
            elif node not in order:
                stack += [(node, True), *((x, False) for x in node.inputs)]
        return list(order)

    def backward(self) -> None:
        """Gradients of computed nodes are of this pass, those of leaves add up."""
        order = self.under()
        for node in order:
            if node.name:
                node.lost |= node.grad != 0.0
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for x, slope in zip(node.inputs, node.slopes, strict=True):
                x.grad += node.grad * slope

    def again(self, made: dict["Node", "Node"]) -> "Node":
        """What it would be of the numbers that its leaves hold now, those in `made` for leaves."""
        for node in self.under():
            if node not in made:
                inputs = tuple(made[x] for x in node.inputs)
                made[node] = Node(RULES[node.name](*[x.data for x in inputs])[0], inputs, node.name)
        return made[self]


RULES: dict[str, Callable[..., tuple[float, ...]]] = {
    "add": lambda a, b: (a + b, 1.0, 1.0),
    "subtract": lambda a, b: (a - b, 1.0, -1.0),
    "multiply": lambda a, b: (a * b, b, a),
    "maximum": lambda a, b: (max(a, b), *((0.5, 0.5) if a == b else (float(a > b), float(b > a)))),
    "negate": lambda a: (-a, -1.0),
    "relu": lambda a: (max(a, 0.0), float(a > 0.0)),
    "square": lambda a: (a * a, 2.0 * a),
    "seven": lambda: (7.0,),
}


@primitive
def square(x: float) -> tuple[float, float]:
    """A primitive of a user's own."""
    return x * x, 2.0 * x


@primitive
def seven() -> tuple[float]:
    """One of no numbers."""
    return (7.0,)


OPERATIONS: dict[str, Callable[..., Value]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "maximum": autograd.maximum,
    "negate": lambda a: -a,
    "relu": lambda a: a.relu(),
    "square": square,
    "seven": seven,
}
ARITY = {"negate": 1, "relu": 1, "square": 1, "seven": 0}
places = st.integers(0, MOST)
small = st.integers(-3, 3).map(float)


def suspended(context: Any) -> Iterator[None]:
    """A generator that waits inside a context."""
    with context:
        yield


def quietly_nothing() -> None:
    """Enter no_grad, and leave it."""
    with no_grad():
        pass


class StateMachine(RuleBasedStateMachine):
    """Values and the model's nodes, to which the same is done; and contexts that are open, in any order."""

    steps = 0  # of all machines

    def __init__(self) -> None:
        super().__init__()
        self.values: list[Value] = []
        self.nodes: list[Node] = []
        self.contexts: list[tuple[bool, Iterator[None]]] = []  # whether it is no_grad, and what is in it

    def keep(self, value: Value, node: Node) -> None:
        """Remember a Value and the node that it should be."""
        if len(self.values) < MOST and abs(node.data) < LARGEST:
            self.values.append(value)
            self.nodes.append(node)

    def pick(self, place: int) -> tuple[Value, Node]:
        """One of them."""
        return self.values[place % len(self.values)], self.nodes[place % len(self.nodes)]

    @property
    def is_quiet(self) -> bool:
        """Whether a no_grad is open."""
        return any(quiet for quiet, _ in self.contexts)

    def computed(self, name: str, inputs: list[Node], quiet: bool) -> Node:
        """What the model makes of an operation."""
        data = RULES[name](*[x.data for x in inputs])[0]
        node = Node(data) if quiet else Node(data, tuple(inputs), name)
        node.refuses = quiet
        return node

    @rule(number=small)
    def leaf(self, number: float) -> None:
        """A new leaf."""
        self.keep(Value(number), Node(number))

    @precondition(lambda self: self.values)
    @rule(
        name=st.sampled_from(list(OPERATIONS)),
        chosen=st.lists(places, min_size=2, max_size=2),
        own=st.booleans(),
    )
    def operate(self, name: str, chosen: tuple[int, int], own: bool) -> None:
        """An operation, here or in a thread of its own, in which no context of ours is open."""
        pairs = [self.pick(place) for place in chosen[: ARITY.get(name, 2)]]
        values = [value for value, _ in pairs]
        if own:
            with ThreadPoolExecutor(1) as pool:
                value = pool.submit(OPERATIONS[name], *values).result()
        else:
            value = OPERATIONS[name](*values)
        self.keep(value, self.computed(name, [node for _, node in pairs], self.is_quiet and not own))

    @precondition(lambda self: self.values)
    @rule(place=places, by_steps=st.booleans())
    def backward(self, place: int, by_steps: bool) -> None:
        """A backward pass, at once or by steps; refused where nothing was recorded."""
        value, node = self.pick(place)
        if node.refuses:
            with pytest.raises(RuntimeError, match="under no_grad"):
                value.backward()
            return
        if by_steps:
            Stepper(value, forward=False).run()
        else:
            value.backward()
        node.backward()

    @precondition(lambda self: self.values)
    @rule(place=places)
    def differentiate(self, place: int) -> None:
        """Gradients returned, and those that are stored left alone."""
        value, node = self.pick(place)
        if node.refuses:
            return
        before = [other.grad for other in self.nodes + node.under()]
        for other in self.nodes + node.under():
            other.grad = 0.0
        node.backward()
        wanted = [other.grad for other in self.nodes]
        for other, gradient in zip(self.nodes + node.under(), before, strict=True):
            other.grad = gradient
        assert grad(value, self.values) == wanted

    @precondition(lambda self: self.values)
    @rule(place=places, number=small)
    def assign(self, place: int, number: float) -> None:
        """The number of a leaf is set; that of a computed Value is not."""
        value, node = self.pick(place)
        if node.name:
            with pytest.raises(AttributeError, match="cannot be set"):
                value.data = number
        else:
            value.data = node.data = number

    @rule()
    def zero(self) -> None:
        """All gradients to 0."""
        for value, node in zip(self.values, self.nodes, strict=True):
            value.grad = node.grad = 0.0

    @rule(quiet=st.booleans())
    def enter(self, quiet: bool) -> None:
        """A generator that is suspended in no_grad or debug."""
        generator = suspended(no_grad() if quiet else debug())
        next(generator)
        self.contexts.append((quiet, generator))

    @precondition(lambda self: self.contexts)
    @rule(place=places, own=st.booleans())
    def leave(self, place: int, own: bool) -> None:
        """Any of them ends, whichever were entered after it, now and then in another thread."""
        _, generator = self.contexts.pop(place % len(self.contexts))
        if own:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(generator.close).result()  # type: ignore[attr-defined]
        else:
            generator.close()  # type: ignore[attr-defined]

    @rule(place=st.integers(1, 80))
    def interrupted(self, place: int) -> None:
        """Ctrl-C at any instruction of a no_grad."""
        with suppress(KeyboardInterrupt):
            struck(contexts.__file__, place, interrupt, quietly_nothing)

    @precondition(lambda self: self.values)
    @rule(place=st.integers(1, 80), chosen=places)
    def interrupted_update(self, place: int, chosen: int) -> None:
        """Ctrl-C at any instruction of what holds it off: an update is made or not, never half."""
        leaves = [(value, node) for value, node in zip(self.values, self.nodes, strict=True) if not node.name]
        if not leaves:
            return
        before = [value.data for value, _ in leaves]
        after = [value.data - value.grad for value, _ in leaves]
        optimizer = SGD([value for value, _ in leaves], 1.0)
        with suppress(KeyboardInterrupt):
            struck(interrupts.__file__, place, lambda: raise_signal(SIGINT), optimizer.step)
        found = [value.data for value, _ in leaves]
        assert found in (before, after)
        for (_, node), number in zip(leaves, found, strict=True):
            node.data = number

    @rule(by=st.sampled_from([deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))]))
    def duplicate(self, by: Callable[[Any], Any]) -> None:
        """Copies of all take their place, and share what they shared."""
        self.values = by(self.values)
        for node in self.nodes:
            node.refuses = False

    @precondition(lambda self: self.values)
    @rule(place=places, count=st.integers(1, 9), numbers=st.lists(small, min_size=9, max_size=9))
    def replay(self, place: int, count: int, numbers: list[float]) -> None:
        """A tape of one, with one of its leaves as input, on a batch: the model computes it again."""
        value, node = self.pick(place)
        leaves = [i for i, other in enumerate(self.nodes) if other in node.under() and not other.name]
        if not leaves:
            return
        own = leaves[place % len(leaves)]
        tape = Tape(value, [self.values[own]])
        wanted = []
        for number in numbers[:count]:
            made = {x: Node(x.data) for x in node.under() if not x.name}
            made[self.nodes[own]] = Node(number)
            wanted.append(node.again(made).data)
        assert tape.forward([[number] for number in numbers[:count]]) == wanted

    @rule()
    def meet_infinity(self) -> None:
        """A number that is not finite is an error in debug, and only there."""
        if all(quiet for quiet, _ in self.contexts):
            assert Value(0.0).log().data < 0.0
        else:
            with pytest.raises(ArithmeticError):
                Value(0.0).log()

    @invariant()
    def alike(self) -> None:
        """What the Values show is what the model knows."""
        StateMachine.steps += 1
        for value, node in zip(self.values, self.nodes, strict=True):
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                gradient = value.grad
            assert (value.data, gradient, value.is_leaf) == (node.data, node.grad, not node.name)
            assert value.local_derivatives == node.slopes
            assert node.lost or not warned

    @invariant()
    def records(self) -> None:
        """An operation is recorded unless a no_grad is open."""
        assert (Value(1.0) * 2.0).is_leaf == self.is_quiet

    def teardown(self) -> None:
        """Leave what is open."""
        for _, generator in self.contexts:
            generator.close()  # type: ignore[attr-defined]
        self.contexts = []
        self.records()

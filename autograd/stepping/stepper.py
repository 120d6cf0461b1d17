"""Stepper: the forward and the backward pass of an expression, one node at a time, both ways."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile
from os import PathLike
from typing import TYPE_CHECKING, Any

from autograd.core.backprop import as_node, propagate, topological_order
from autograd.core.contexts import watch
from autograd.core.operands import as_number
from autograd.core.source_lines import line_of
from autograd.core.value import Value, steps_with
from autograd.naming.model_frames import frame_kinds, frame_names, frames_of
from autograd.naming.names import all_names, names_of_parameters, numbered
from autograd.naming.notation import format_derivatives, format_number, format_operation, legible
from autograd.stepping.checks import check_count, check_recorded
from autograd.stepping.display import Displayed
from autograd.stepping.guesses import Guesses, judge_guesses
from autograd.stepping.notes import note_on_names
from autograd.stepping.step import Contribution, Step, Steps
from autograd.util.same_number import same_number
from autograd.util.suggestions import did_you_mean
from autograd.util.text import plural

if TYPE_CHECKING:
    from autograd.page.page import Page

__all__ = ["Contribution", "Step", "Stepper", "Steps"]


class Stepper(Displayed):
    """Walk through the computation of `root`: the forward pass, then the backward pass.

    The forward steps tell again the operations that were recorded; the backward steps are the engine's
    own, so that after the last one every gradient is what `root.backward(gradient)` would have left.
    `forward=False` starts at the backward pass. Each `back()` restores the gradients before to the bit.

    root: the Value that was computed.
    forward: whether the walk begins with the forward pass.
    gradient: the upstream gradient of `root`, with which the backward pass starts.
    model: the model it was computed by, so that steps know their layer and neuron.
    constants: whether what goes back to a number without a name, such as the 2.0 of `2.0 * x`, is told too.

    >>> a, b = Value(2.0), Value(-3.0)
    >>> d = a * b
    >>> s = d.steps()
    >>> s.next()
    forward  1/3  d = a × b = 2 × -3 = -6
    >>> s.next(2)
    backward 2/3  d.grad = 1: a change of d changes d as much
    backward 3/3  d.grad = 1 goes back through d = a × b
                    a.grad += d.grad × b = 1 × -3 = -3    0 → -3
                    b.grad += d.grad × a = 1 ×  2 =  2    0 → 2
    >>> a.grad, s.back().number, a.grad
    (-3.0, 2, 0.0)
    """

    def __init__(
        self,
        root: Value,
        *,
        forward: bool = True,
        gradient: float = 1.0,
        model: Any = None,
        constants: bool = False,
    ) -> None:
        self.root, self.model, self.constants = as_node(root), model, constants
        self.gradient = as_number(gradient)
        self._order = topological_order(root)
        computed = [node for node in self._order if not node.is_leaf]
        self._forward, self._backward = computed if forward else [], computed[::-1]
        self._waiting = Counter(value for node in computed for value in node.inputs)
        self._grads: dict[Value, float] = {}  # the gradients as this walk left them
        self._before: dict[Value, float] = {}  # and as they were before it
        self._taken: list[Step] = []
        parameters = {node: path for path, node in names_of_parameters(model)}
        self._frames = frames_of(self._order, parameters, model)
        self.names = all_names(self._order, model)
        self._short = frame_names(self.names, parameters)
        self._apart = numbered(self.names)
        self._uses = Counter(self._waiting)
        self._note = note_on_names([*self._forward, *self._backward], self.names) if model is None else None

    @property
    def position(self) -> int:
        """How many steps are taken."""
        return len(self._taken)

    def __len__(self) -> int:
        return len(self._forward) + 1 + len(self._backward)

    def __iter__(self) -> Iterator[Step]:
        while self.position < len(self):
            yield self._advance()

    def __repr__(self) -> str:
        return f"<Stepper of {self.names[self.root]}: {self.position} of {plural(len(self), 'step')} taken>"

    # --- Moving ---------------------------------------------------------------------------------------

    def next(self, count: int = 1, *, by: str | None = None) -> Step | Steps:
        """Take the next step, or as many as `count`, and return what was taken (nothing at the end).

        count: how many, 0 or more.
        by: "neuron" or "layer", with a model, to take all steps in one at once, and `count` of these.
        """
        count = check_count("next", count)
        if by is not None:
            steps: list[Step] = []
            while count and (taken := self.goto(self._edge(by, 1))):
                steps += taken
                count -= 1
            return Steps(steps)
        if count == 1 and self.position < len(self):
            return self._advance()
        return self.goto(min(self.position + count, len(self)))

    def back(self, count: int = 1, *, by: str | None = None) -> Step | Steps:
        """Undo the last step, or the last `count`, and return what the walk stands at now.

        count, by: as for `next`.
        """
        count = check_count("back", count)
        if by is None:
            self.goto(max(self.position - count, 0))
        while by is not None and count:
            self.goto(self._edge(by, -1))
            count = count - 1 if self.position else 0
        return self._taken[-1] if self._taken else Steps()

    def guess(self, number: float | Mapping[str, float] | None = None, /, **by_name: float) -> Guesses:
        """Predict the next step before it is taken: its number, or one for each input, by name.

        In the forward pass guess the data, in the backward pass the gradient after the step; three digits
        are enough. The verdict is true if all is right, and names the likeliest slip if not.

        number: the guess where one number is asked for; or a dict of guesses by name.
        by_name: a guess for each name, or for some of them.

        >>> x = Value(3.0)
        >>> y = x * x
        >>> s = y.steps(forward=False)
        >>> s.guess(1.0), s.next()
        (y.grad = 1 is right, backward 1/2  y.grad = 1: a change of y changes y as much)
        >>> s.guess(x=3.0)
        x.grad = 3 is wrong: x is used 2 times, and gets a contribution for each
        """
        if self.position == len(self):
            raise ValueError("every step is taken: there is nothing left to guess")
        return judge_guesses(self._next_step(), number, by_name)

    def goto(self, position: int) -> Steps:
        """Go to where `position` steps are taken, on or back; the steps that were taken on the way."""
        if check_count("goto", position) > len(self):
            raise ValueError(f"goto takes 0 to {len(self)}, the steps of the walk, not {position}")
        while self.position > position:
            self._retreat()
        return Steps([self._advance() for _ in range(position - self.position)])

    def run(self) -> Steps:
        """Take all the steps that are left."""
        return self.goto(len(self))

    def run_until(self, target: Value | str) -> Steps:
        """Take steps until one is about `target` (a node, or its name): it is computed, or passes its
        gradient on; a leaf, until its gradient is complete."""
        nodes = self._named(target)
        if not any(self._about(nodes, place) for place in range(self.position, len(self))):
            raise ValueError(f"no step that is left is about {target!r}: go back first")
        steps: list[Step] = []
        while not (steps and self._stops(nodes, steps[-1])):
            steps.append(self._advance())
        return Steps(steps)

    def reset(self) -> None:
        """Return to before the first step, with every gradient as it was then."""
        while self.position:
            self._retreat(check=False)

    def walk(self, *, fresh: bool = False) -> Steps:
        """All the steps there are, whatever the position; nothing moves, no gradient is touched.

        fresh: whether gradients start from 0, instead of from what leaves had before the walk.
        """
        if self.position == len(self) and not fresh:
            return Steps(self._taken)
        seeded = self.position > len(self._forward)
        before = self._before if seeded else {value: value.grad for value in self._order}
        grads = dict.fromkeys(self._order, 0.0) if fresh else dict(before)
        waiting = Counter(self._uses)
        steps = []
        for place in range(len(self)):
            step = self._describe(place, grads, waiting)
            if step.phase == "seed":
                grads |= dict.fromkeys(self._backward, 0.0)
            for c in step.contributions:
                grads[c.input], waiting[c.input] = c.after, c.waiting
            steps.append(step)
        return Steps(steps)

    def done(self, step: Step) -> set[Value]:
        """The nodes that the pass a step is in has done before it; a leaf, when its gradient is complete."""
        before = (self._plan(place) for place in range(step.number - 1))
        computed = {node for phase, node in before if phase == step.phase != "seed"}
        if step.phase == "forward":
            return computed
        waiting = {value for node in self._backward if node not in computed for value in node.inputs}
        return computed | {value for value in self._order if value.is_leaf and value not in waiting}

    def play(self, path: str | PathLike[str] | None = None, *, limit: int = 300) -> "Page":
        """Make a page to take this walk in a browser: see `autograd.play`.

        path: the file to write, .html; None writes none.
        limit: the most Values a graph may have; more are a ValueError.
        """
        page: Page = make_page(self, limit=limit)
        if path is not None:
            page.save(path)
        return page

    # --- One step -------------------------------------------------------------------------------------

    def _plan(self, place: int) -> tuple[str, Value]:
        """The phase and the node of the step at that place."""
        place -= len(self._forward)
        if place < 0:
            return "forward", self._forward[place]
        return ("backward", self._backward[place - 1]) if place else ("seed", self.root)

    def _edge(self, by: str, direction: int) -> int:
        """Where the steps end, on or back from here, that are in one neuron, or layer, with the nearest."""
        known = {kind for frame in self._frames.values() for kind in frame_kinds(frame)}
        if by not in known:
            hint = " or ".join(f"by={kind!r}" for kind in sorted(known))
            raise ValueError(f"no {by} is known: {hint or 'name the model, as in steps(model=model)'}")
        places = range(self.position, len(self)) if direction > 0 else range(self.position)[::-1]
        nearest = self._stretch(places[0], by) if places else None
        return self.position + direction * sum(
            1 for _ in takewhile(lambda place: self._stretch(place, by) == nearest, places)
        )

    def _stretch(self, place: int, by: str) -> object:
        """What a step has in common with those that are taken together with it."""
        phase, node = self._plan(place)
        frame = self._frames.get(node, ())
        return (phase, frame[: frame_kinds(frame).index(by) + 1]) if by in frame_kinds(frame) else place

    def _advance(self) -> Step:
        step = self._next_step()
        phase, node = step.phase, step.node
        if phase == "seed":
            self._before = {value: value.grad for value in self._order}
        self._taken.append(step)  # first, so that what Ctrl-C interrupts can be undone
        if phase == "seed":
            for value in self._backward:
                value.grad = 0.0
            node.grad += self.gradient
            self._grads = {value: value.grad for value in self._order}
        elif phase == "backward":
            propagate(node)
            for c in step.contributions:
                self._grads[c.input], self._waiting[c.input] = c.input.grad, c.waiting
            watch(node, True)
        return step

    def _retreat(self, check: bool = True) -> None:
        step = self._taken[-1]
        if step.phase == "backward":
            if check:
                self._check(step.node)
            for c in reversed(step.contributions):
                c.input.grad = self._grads[c.input] = c.before
                self._waiting[c.input] = c.waiting + 1
        elif step.phase == "seed":
            for value, before in self._before.items():
                value.grad = before
        self._taken.pop()

    def _next_step(self) -> Step:
        """The step that is about to be taken; what it reads must be as the walk left it."""
        phase, node = self._plan(self.position)
        if phase == "backward":
            self._check(node)
        grads = {value: value.grad for value in (node, *node.inputs)}
        return self._describe(self.position, grads, self._waiting)

    def _describe(self, place: int, grads: Mapping[Value, float], waiting: Mapping[Value, int]) -> Step:
        """The step at a place, where these are the gradients: all its numbers, and nothing done yet."""
        phase, node = self._plan(place)
        name, formula, arithmetic = self.names[node], "", ""
        gradient = None
        contributions: tuple[Contribution, ...] = ()
        if node.primitive is not None:
            formula = format_operation(node.primitive, self._inputs(node))
            arithmetic = format_operation(
                node.primitive, [format_number(value.data) for value in node.inputs]
            )
        if phase == "forward":
            check_recorded(node, name)
        elif phase == "seed":
            before = grads[node] if node.is_leaf else 0.0
            after = before + self.gradient
            contributions = (
                Contribution(
                    node, name, self.gradient, 1.0, self.gradient, before, after, 0, "1", before != 0.0
                ),
            )
        else:
            gradient = grads[node]
            contributions = self._contributions(node, grads, waiting)
        return Step(
            place + 1, len(self), phase, node, name, formula, arithmetic, node.data,
            gradient, contributions, self._frames.get(node, ()), line_of(node), self._note_at(phase, node),
            self,
        )  # fmt: skip

    def _note_at(self, phase: str, node: Value) -> str:
        """What is to be said at a step about the walk: once."""
        first = "forward" if self._forward else "backward"
        return self._note[1] if self._note and self._note[0] is node and phase == first else ""

    def _contributions(
        self, node: Value, grads: Mapping[Value, float], waiting: Mapping[Value, int]
    ) -> tuple[Contribution, ...]:
        """What the node is about to pass on; an input that it uses twice is added to twice."""
        passed: dict[Value, float] = {}
        left: dict[Value, int] = {}
        primitive: Any = node.primitive
        formulas = format_derivatives(primitive, self._inputs(node), self.names[node])
        made = []
        for value, slope, formula in zip(node.inputs, node.local_derivatives, formulas, strict=True):
            left[value] = left.get(value, waiting[value]) - 1
            before, amount = passed.get(value, grads[value]), grads[node] * slope
            passed[value] = before + amount
            made.append(
                Contribution(
                    value, self._apart.get(value) or self._name_at(value, node), grads[node], slope, amount,
                    before, passed[value], left[value], formula,
                    before != 0.0 and left[value] + 1 == self._uses[value],
                )
            )  # fmt: skip
        return tuple(made)

    def _inputs(self, node: Value) -> list[str]:
        """The names of the inputs of a node."""
        return [self._name_at(value, node) for value in node.inputs]

    def _name_at(self, value: Value, node: Value) -> str:
        """What an input of a node is called there: a parameter that stands in the same frame, in short."""
        if value in self._short and self._frames[value] == self._frames.get(node):
            return self._short[value]
        return self.names[value]

    # --- What must not have changed -------------------------------------------------------------------

    def _check(self, node: Value) -> None:
        """The gradients that a step reads must be as the walk left them."""
        for value in (node, *node.inputs):
            if not same_number(value.grad, self._grads[value]):
                raise RuntimeError(
                    f"the gradient of {self.names[value]} was changed between two steps, from "
                    f"{self._grads[value]!r} to {value.grad!r}: reset() starts the walk again"
                )

    # --- Finding --------------------------------------------------------------------------------------

    def _named(self, target: Value | str) -> set[Value]:
        if not isinstance(target, (Value, str)):
            raise TypeError(f"run_until takes a Value or a name, not {target!r}")
        if isinstance(target, Value):
            if target in self.names:
                return {target}
            raise ValueError(f"{target!r} is not in the graph of {self.names[self.root]}")
        nodes = {node for node in self._order if self.names[node] == legible(target)}
        if not nodes:
            hint = did_you_mean(target, self.names.values())
            raise ValueError(f"nothing here is named {target!r}{hint}")
        return nodes

    def _about(self, nodes: set[Value], place: int) -> bool:
        phase, node = self._plan(place)
        return node in nodes or (phase == "backward" and any(v.is_leaf and v in nodes for v in node.inputs))

    def _stops(self, nodes: set[Value], step: Step) -> bool:
        if step.node in nodes and step.phase != "seed":
            return True
        return any(c.input.is_leaf and c.input in nodes and not c.waiting for c in step.contributions)


make_page: Any = None  # what `Stepper.play` makes: the part `page` rests on this one, and says


def play_with(maker: Callable[..., "Page"]) -> None:
    """Have `Stepper.play` make its page with `maker`."""
    global make_page
    make_page = maker


steps_with(Stepper)

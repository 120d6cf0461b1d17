"""Tape: a recorded expression, replayed forwards and backwards on a whole batch.

A graph is a program (see program.py). A tape runs it with a *lane* for each example of a batch, in C loops
where the engine is compiled (see runner.py).
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

from autograd.core.operands import as_number
from autograd.core.value import Value
from autograd.tape.batch import check_size
from autograd.tape.program import Program
from autograd.tape.runner import Runner
from autograd.util.arguments import arguments_by_name
from autograd.util.text import plural


class Tape:
    """The expression under `root` as a program that runs on a whole batch.

    `inputs` are the leaves that differ from example to example. All other leaves, the parameters among
    them, are shared by the examples: `leaves`. They are read anew in each forward pass and get their
    gradients in `.grad`, so that an optimizer sees no difference. (To change one, set its `data`: another
    Value put in its place in a model is not in the recording, and so not in the tape.) What an `if`
    decided while the expression was recorded stays decided: a tape replays one path.

    root: the result, computed once.
    inputs: the leaves under it that differ by example, in the order of the columns of a batch; a Value that
        is no leaf, not under `root` or there twice is an error.

    >>> from autograd import Value
    >>> w, x = Value(3.0), Value(1.0)
    >>> tape = Tape(w * x, inputs=[x])
    >>> tape.forward([[1.0], [2.0], [6.0]])
    [3.0, 6.0, 18.0]
    >>> tape.backward()  # the gradient of their mean
    >>> w.grad
    3.0
    """

    @arguments_by_name
    def __init__(self, root: Value, inputs: Iterable[Value] = ()) -> None:
        program = self.program = Program(root, inputs)
        self.root, self.inputs, self.leaves = root, program.inputs, program.leaves
        self.runner = Runner(program)
        self._chosen: tuple[list[Value], array[int]] = [], array("i")  # what a descent moved, and where

    def __reduce__(self) -> Any:
        return Tape, (self.root, self.inputs)

    def __repr__(self) -> str:
        steps, inputs = plural(len(self.program.results), "operation"), plural(len(self.inputs), "input")
        return f"<Tape of {steps}: {inputs}, {plural(len(self.leaves), 'shared leaf', 'shared leaves')}>"

    def forward(self, batch: Sequence[Sequence[float]]) -> list[float]:
        """The value of the root for each row of `batch`; a row has a number for each of the inputs.

        Rows are lists or tuples, or the batch is a 2-D array of NumPy's or another library's, which is
        read in place, whatever its strides.
        """
        return self.runner.forward(batch)

    def backward(self, gradient: Sequence[float] | None = None) -> None:
        """Add to `.grad` of the leaves the gradient of the root's mean over the lanes of the last batch.

        With `gradient`, a number for each lane: of the sum over the lanes, each times its number.
        """
        self.runner.backward(gradient)

    def forward_backward(
        self, batch: Sequence[Sequence[float]], gradient: Sequence[float] | None = None
    ) -> list[float]:
        """`forward(batch)` and `backward(gradient)` at once, with the same results.

        On a large batch that is faster, for some rows after the others go forwards and backwards while
        their numbers are in the processor's cache.

        >>> from autograd import Value
        >>> w, x = Value(3.0), Value(1.0)
        >>> Tape(w * x, inputs=[x]).forward_backward([[1.0], [2.0], [6.0]])
        [3.0, 6.0, 18.0]
        >>> w.grad
        3.0
        """
        return self.runner.forward_backward(batch, gradient)

    def descend(
        self,
        batch: Sequence[Sequence[float]],
        parameters: Iterable[Value],
        learning_rate: float,
        steps: int = 1,
    ) -> list[float]:
        """Gradient descent on the root's mean over a batch, all in C; returns the mean before each step.

        A step is forward, backward and parameter ← parameter − learning_rate × gradient. The gradient of
        each parameter in the last step is then in its `.grad`. Ctrl-C comes between two steps where the
        engine is compiled.

        batch: a row for each example, with a number for each of the tape's inputs.
        parameters: the leaves to move.
        learning_rate: how far a step goes; 0 and below are allowed.
        steps: how many, 1 or more.

        >>> from autograd import Value
        >>> w, x = Value(4.0), Value(1.0)
        >>> Tape(w * w * x, [x]).descend([[1.0], [2.0]], [w], learning_rate=0.25, steps=3)
        [24.0, 1.5, 0.09375]
        >>> w
        Value(0.0625, grad=0.75)
        """
        rate = as_number(learning_rate)
        if not hasattr(steps, "__index__") or steps < 1:
            raise ValueError(f"the steps of a descent are a whole number above 0, got {steps!r}")
        check_size(int(steps), 1, "means, one for each step of a descent,")
        return self.runner.descend(batch, *self.chosen(parameters), rate, int(steps))

    def values(self, node: Value) -> list[float]:
        """The value of a node under the root for each row of the last batch."""
        values: list[float] = self.runner.columns([self.find(node)]).tolist()
        return values

    def gradients(self, node: Value) -> list[float]:
        """The gradient by an input, or by a node that depends on one, for each row of the last batch.

        It is the gradient of what the last `backward` of this batch took: the mean over the lanes, or a
        weighted sum; before any, the mean.
        """
        place = self.find(node)[0]  # a part of a sum has the gradient of the sum
        if place < 0:
            raise ValueError(f"{node!r} is shared by the lanes: its gradient, their sum, is in its .grad")
        return self.runner.gradient(place, self.program.groups_after(node))

    # --- Before the work -----------------------------------------------------------------------------------

    def find(self, node: Value) -> tuple[int, int, int]:
        """Where the program has a node."""
        try:
            return self.program.find(node)
        except (KeyError, TypeError):
            raise ValueError(f"{node!r} is not under the root of this tape") from None

    def chosen(self, parameters: Iterable[Value]) -> tuple[list[Value], "array[int]"]:
        """What a descent moves, which must be shared leaves, each once; and their places."""
        if not hasattr(parameters, "__iter__"):
            raise TypeError(f"the parameters of a descent are a list of Values, not {parameters!r}")
        moved = parameters if isinstance(parameters, list) else list(parameters)
        chosen = self._chosen  # once, for other threads may choose too
        if moved == chosen[0]:  # as mostly they are
            return chosen
        places = array("i", [self.find(parameter)[0] for parameter in moved])
        for parameter, place in zip(moved, places, strict=True):
            if not 0 <= ~place < len(self.leaves):
                raise ValueError(f"{parameter!r} is no shared leaf of this tape, and so no parameter")
        if len(set(places)) < len(places):
            raise ValueError("a descent was given the same parameter twice")
        chosen = self._chosen = moved.copy(), places
        return chosen

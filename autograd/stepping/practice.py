"""Practice: a sheet with a small graph, on which one fills in data and gradients; each slip is diagnosed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import SystemRandom
from typing import Any, NamedTuple

from autograd.core.backprop import topological_order
from autograd.core.formulas import formula_of
from autograd.core.operands import as_number
from autograd.core.primitives import Primitive
from autograd.core.value import Value
from autograd.naming.notation import format_number, format_operation
from autograd.stepping.exercises import DEGREES, make_exercise
from autograd.stepping.guesses import Guess, Guesses, Question, Slip, is_close, judge_guess, question
from autograd.stepping.step import Step, Steps
from autograd.stepping.text import gradient_name
from autograd.util.suggestions import did_you_mean
from autograd.util.text import for_output

__all__ = ["Score", "Sheet", "practice"]

BLANK = "......"
TASK = "Fill in the data forwards, then the gradients of L backwards; three digits are enough."
MOST_SEEDS = 10_000  # a seed that is not given is smaller, so that it is easily told to others


def practice(degree: int = 1, seed: int | None = None) -> "Sheet":
    """A sheet to practise on: a small graph made at random, with data and gradients to be filled in.

    degree: 1 one product, 2 the chain rule, 3 values that are used twice, 4 a tanh, and a relu at or beside
        its kink, 5 a neuron with a loss.
    seed: a whole number; whoever gives the same gets the same sheet. By default one is drawn.

    >>> sheet = practice(degree=1, seed=7)
    >>> sheet
    Practice, degree 1: one product (seed 7)
    Fill in the data forwards, then the gradients of L backwards; three digits are enough.
    <BLANKLINE>
      a = -6                a.grad = ......
      b = -4                b.grad = ......
      L = a × b = ......    L.grad = ......
    <BLANKLINE>
    sheet.data(L=…); sheet.grad(L=…, b=…, a=…)
    >>> sheet.data(L=-24)
    L = -24 is wrong: the sign is the other one
    >>> sheet.grad(L=1, a=-4, b=-6)
    L.grad = 1 is right
    a.grad = -4 is right
    b.grad = -6 is right
    >>> sheet.score
    3 of 4 right, 3 at the first try; 1 is wrong
    """
    if isinstance(degree, bool) or degree not in DEGREES:
        listed = ", ".join(f"{number} {title}" for number, title in DEGREES.items())
        raise ValueError(f"there is no degree {degree!r}: {listed}")
    if seed is None:
        seed = SystemRandom().randrange(MOST_SEEDS)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"a seed is a whole number, not {seed!r}")
    return Sheet(int(degree), seed)


@dataclass(frozen=True, slots=True, repr=False)
class Score:
    """How many numbers of a sheet are right, of how many; how many at the first try; how many are wrong."""

    right: int
    of: int
    first: int
    wrong: int

    def __repr__(self) -> str:
        wrong = f"; {self.wrong} {'is' if self.wrong == 1 else 'are'} wrong" * bool(self.wrong)
        return f"{self.right} of {self.of} right, {self.first} at the first try{wrong}"


class Row(NamedTuple):
    """What a sheet says of a node: its `name`, what is `known` of it, and its blanks, if it has them."""

    name: str
    known: str  # `a = 2` or `v = a × b`
    data: str | None
    gradient: str | None


class Sheet:
    """A graph with blanks for the data of what is computed in it and for its gradients.

    `data` and `grad` fill them in, and say of each number whether it is right; `score` counts; `answers`
    is the same sheet with every blank filled in, to be printed apart. `root` is the result of the graph, to
    be drawn or stepped through.
    """

    def __init__(self, degree: int, seed: int) -> None:
        self.degree, self.seed = degree, seed
        self.root, self._given = make_exercise(degree, seed)
        self._nodes = topological_order(self.root)
        self._names = {node: node.label for node in self._nodes}
        walk = self.root.steps().walk()
        given = {self._gradient(node) for node in self._given}
        self._questions = {asked.name: asked for asked in questions_of(walk) if asked.name not in given}
        self._node_of = {
            name: node for node in self._nodes for name in (self._names[node], self._gradient(node))
        }
        self._filled: dict[str, float] = {}
        self._first: dict[str, bool] = {}  # whether the first number in each blank was right

    @property
    def names(self) -> list[str]:
        """The blanks, as they can be filled in: `v`, `L`, then `L.grad`, `v.grad`, `a.grad`."""
        return list(self._questions)

    @property
    def filled(self) -> dict[str, float]:
        """The numbers that were filled in last, by the names of the blanks."""
        return dict(self._filled)

    @property
    def score(self) -> Score:
        """How much of it is right by now."""
        right = sum(self.is_right(name) for name in self._filled)
        first = sum(self._first.values())
        return Score(right, len(self._questions), first, len(self._filled) - right)

    @property
    def answers(self) -> "Sheet":
        """The sheet with every blank filled in."""
        solved = Sheet(self.degree, self.seed)
        solved.fill({name: asked.answer for name, asked in self._questions.items()})
        return solved

    def data(self, **by_name: float) -> Guesses:
        """Fill in data, by the names of nodes: `sheet.data(v=-6, L=4)`. Each number is judged."""
        return self.fill(by_name)

    def grad(self, **by_name: float) -> Guesses:
        """Fill in gradients, by the names of nodes: `sheet.grad(L=1, a=-3)`. Each number is judged."""
        return self.fill({gradient_name(name): number for name, number in by_name.items()})

    def fill(self, numbers: Mapping[str, float]) -> Guesses:
        """Fill in some blanks, by their names: `sheet.fill({"v": -6, "v.grad": 1})`. Each is judged.

        The verdict is true if all are right. Of a wrong number it says which slip gives it, or from which
        other wrong number it follows. A blank can be filled in again.
        """
        if not numbers:
            raise ValueError(f"nothing is filled in: {self._status()}")
        for name in numbers:
            if name not in self._questions:
                raise ValueError(f"the sheet has no blank {name!r}{did_you_mean(name, self._questions)}")
        self._filled |= {name: as_number(number) for name, number in numbers.items()}
        for name in numbers:
            self._first.setdefault(name, self.is_right(name))
        return Guesses(self._judge(name) for name in numbers)

    def is_right(self, name: str) -> bool:
        """Whether the number in a blank is right, to three digits."""
        return name in self._filled and is_close(self._filled[name], self._questions[name].answer)

    def _judge(self, name: str) -> Guess:
        """The verdict on the number in a blank."""
        asked, number = self._questions[name], self._filled[name]
        wrong, follows = self._consequence(name)
        if wrong and not self.is_right(name) and is_close(number, follows):
            mend = f"it follows from {' and '.join(wrong)}, to be mended first"
            return Guess(name, number, asked.answer, (mend,))
        return judge_guess(asked, number)

    # --- What follows from a number that is wrong -----------------------------------------------------

    def _consequence(self, name: str) -> tuple[list[str], float]:
        """The wrong numbers that the one in a blank was computed from, and what they give for it."""
        node = self._node_of[name]
        if name == self._names[node]:
            return self._wrong(node.inputs), self._operation(node).evaluate(self._numbers(node.inputs))[0]
        users = [user for user in self._nodes if node in user.inputs]
        wrong = [self._gradient(user) for user in users if self._is_wrong(self._gradient(user))]
        total = 1.0 if node is self.root else 0.0
        for user in users:
            upstream = self._number(self._gradient(user))
            for i in (i for i, value in enumerate(user.inputs) if value is node):
                slope = self._slope(user, i)
                total += upstream * slope
                if not is_close(slope, user.local_derivatives[i]):
                    wrong += self._wrong([user, *user.inputs])
        return list(dict.fromkeys(wrong)), total

    def _slope(self, node: Value, i: int) -> float:
        """The local derivative by the i-th input, of the data as they were filled in."""
        formula: Any = formula_of(self._operation(node))
        data = [Value(number) for number in self._numbers([*node.inputs, node])]
        slope = formula(data[:-1], data[-1], i)
        return slope.data if isinstance(slope, Value) else slope

    def _numbers(self, nodes: Iterable[Value]) -> list[float]:
        """The data of nodes as they were filled in."""
        return [node.data if node.is_leaf else self._number(self._names[node]) for node in nodes]

    def _number(self, name: str) -> float:
        """The number in a blank; in one that is empty, the right one."""
        return self._filled.get(name, self._questions[name].answer)

    def _wrong(self, nodes: Iterable[Value]) -> list[str]:
        """The data among these that were filled in wrong."""
        return [self._names[node] for node in nodes if self._is_wrong(self._names[node])]

    def _is_wrong(self, name: str) -> bool:
        return name in self._filled and not self.is_right(name)

    def _gradient(self, node: Value) -> str:
        return gradient_name(self._names[node])

    @staticmethod
    def _operation(node: Value) -> Primitive:
        primitive: Any = node.primitive
        return primitive  # type: ignore[no-any-return]

    # --- As text --------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return for_output(self.text)

    @property
    def rows(self) -> list[Row]:
        """What the sheet says of each node, leaves first, and which blanks it has."""
        return [self._row(node) for node in sorted(self._nodes, key=self._place)]

    @property
    def title(self) -> str:
        """What is practised, and with which numbers."""
        return f"Practice, degree {self.degree}: {DEGREES[self.degree]} (seed {self.seed})"

    @property
    def printed(self) -> str:
        """The sheet as it is printed: a line for each node, with what was filled in, and if it is wrong."""
        rows = [(row.known + self._blank_text(row.data), row.gradient) for row in self.rows]
        width = max(len(data) for data, _ in rows) + 4
        lines = [
            f"  {data:<{width}}{blank + self._blank_text(blank) if blank else ''}".rstrip()
            for data, blank in rows
        ]
        return "\n".join([self.title, TASK, "", *lines])

    @property
    def text(self) -> str:
        """The same, and what can be typed next, or the score."""
        return f"{self.printed}\n\n{self._status()}"

    def _place(self, node: Value) -> tuple[bool, str]:
        """Where a node stands on the sheet: leaves come first, by name, then the others as computed."""
        return (not node.is_leaf, self._names[node] if node.is_leaf else "")

    def _row(self, node: Value) -> Row:
        name, gradient = self._names[node], self._gradient(node)
        if node.is_leaf:
            known, data = f"{name} = {format_number(node.data)}", None
        else:
            inputs = [self._names[value] for value in node.inputs]
            known, data = f"{name} = {format_operation(self._operation(node), inputs)}", name
        return Row(name, known, data, None if node in self._given else gradient)

    def _blank_text(self, name: str | None) -> str:
        """What stands in a blank, if there is one."""
        if name is None:
            return ""
        if name not in self._filled:
            return f" = {BLANK}"
        return f" = {format_number(self._filled[name])}" + " (wrong)" * self._is_wrong(name)

    def _status(self) -> str:
        """What can be typed next; when all is filled in, the score."""
        data = [f"{row.data}=…" for row in self.rows if row.data and row.data not in self._filled]
        grads = [
            f"{row.name}=…"
            for row in reversed(self.rows)
            if row.gradient and row.gradient not in self._filled
        ]
        calls = [("data", data), ("grad", grads)]
        left = "; ".join(f"sheet.{method}({', '.join(blanks)})" for method, blanks in calls if blanks)
        return left or repr(self.score)


def questions_of(walk: Steps) -> Iterator[Question]:
    """What there is to fill in after a whole walk: the data of each computed node, each whole gradient.

    A gradient that gets contributions in several steps is asked once: a slip in one of them is one in the
    sum.
    """
    parts: dict[Value, list[tuple[str, Question]]] = {}
    totals: dict[Value, float] = {}
    for step in walk:
        if step.phase == "forward":
            yield question(step, step.node)
            continue
        for c in step.contributions:
            totals[c.input] = c.after
        for node in dict.fromkeys(c.input for c in step.contributions):
            parts.setdefault(node, []).append((step.name, question(alone(step, node), node)))
    for node, asked in parts.items():
        yield asked[0][1] if len(asked) == 1 else combined(asked, totals[node])


def alone(step: Step, node: Value) -> Step:
    """The step as if `node` got its first contribution in it."""
    before = next(c.before for c in step.contributions if c.input is node)
    changed = (
        replace(c, before=c.before - before, after=c.after - before) if c.input is node else c
        for c in step.contributions
    )
    return replace(step, contributions=tuple(changed))


def combined(parts: list[tuple[str, Question]], total: float) -> Question:
    """The question for a gradient that is the sum of these, each through the node that is named."""
    slips: list[Slip] = [(-total, "the sign is the other one")]
    for through, part in parts:
        slips.append((part.answer, f"that is only what comes through {through}: gradients add up"))
        slips.append((total - part.answer, f"what comes through {through} is missing: gradients add up"))
    for _, part in parts:
        slips += [(total - part.answer + number, why) for number, why in part.slips if number]
    return Question(parts[0][1].name, total, tuple(slips))

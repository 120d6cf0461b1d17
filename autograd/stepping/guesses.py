"""Predict first: whether a guess is right, and if not, which slip gives the number that was guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import TYPE_CHECKING

from autograd.core.operands import as_number
from autograd.core.value import Value
from autograd.naming.names import is_number
from autograd.naming.notation import format_number
from autograd.stepping.text import gradient_name, told_contributions
from autograd.util.suggestions import did_you_mean
from autograd.util.text import for_output

if TYPE_CHECKING:
    from autograd.stepping.step import Contribution, Step

DIGITS = 3  # a guess that is right to so many digits is right
ROUNDING = 1e-12  # what should be 0 may be so far from it
Slip = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be guessed of a step: a number, its name, and the numbers that the usual slips give."""

    name: str
    answer: float
    slips: tuple[Slip, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Guess:
    """What was guessed of `name`, what it is, and where it is wrong the slips that give that number."""

    name: str
    guess: float
    answer: float
    slips: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether it is right, to three digits."""
        return is_close(self.guess, self.answer)

    @property
    def text(self) -> str:
        """The verdict in words; of a wrong guess it does not give the answer away."""
        claim = f"{self.name} = {format_number(self.guess)}"
        if self.right:
            return f"{claim} is right"
        if not self.slips:
            return f"{claim} is wrong; the numbers do not say which slip it was"
        return f"{claim} is wrong: {', or '.join(self.slips)}{' (cannot tell which)' * (len(self.slips) > 1)}"

    def __repr__(self) -> str:
        return for_output(self.text)


class Guesses(tuple[Guess, ...]):
    """The verdict on each number that was guessed of one step; true if all are right."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return all(guess.right for guess in self)

    def __repr__(self) -> str:
        return "\n".join(map(repr, self))


def judge_guesses(
    step: "Step", guess: float | Mapping[str, float] | None, by_name: Mapping[str, float]
) -> Guesses:
    """The verdict on what was guessed of a step before it is taken: one number, or some by name."""
    asked = {c.name: c.input for c in step.contributions} or {step.name: step.node}
    known = asked | ({step.stepper.names[node]: node for node in asked.values()} if step.stepper else {})
    variables = [name for name, node in asked.items() if not is_number(node, name)] or [*asked]
    hint = guess_hint(variables)
    if isinstance(guess, Mapping):
        by_name = {**guess, **by_name}
    elif guess is not None:
        if len(variables) > 1:
            raise ValueError(f"this step gives {len(variables)} numbers: {hint}")
        by_name = {variables[0]: guess, **by_name}
    if not by_name:
        raise ValueError(f"nothing is guessed: {hint}")
    for name in by_name:
        if name not in known:
            raise ValueError(f"this step gives no number to {name!r}{did_you_mean(name, asked)}: {hint}")
    return Guesses(judge_guess(question(step, known[name]), as_number(by_name[name])) for name in by_name)


def guess_hint(names: list[str]) -> str:
    """How to guess by these names."""
    if all(map(str.isidentifier, names)):
        return f"guess({', '.join(f'{name}=…' for name in names)})"
    return f"guess({{{', '.join(f'{name!r}: …' for name in names)}}})"


def judge_guess(question: Question, guess: float) -> Guess:
    """The verdict on a guess."""
    slips = () if is_close(guess, question.answer) else question.slips
    reasons = dict.fromkeys(why for number, why in slips if is_close(guess, number))
    return Guess(question.name, guess, question.answer, tuple(reasons))


def questions(step: "Step") -> list[Question]:
    """All that can be guessed of a step: one number, or one for each input of the node."""
    asked = dict.fromkeys([c.input for c in told_contributions(step)] or [step.node])
    return [question(step, node) for node in asked]


def question(step: "Step", node: Value) -> Question:
    """What is to be guessed of a node: its data in the forward pass, else its gradient after the step."""
    if step.phase == "forward":
        return Question(step.name, step.data, tuple(forward_slips(step)))
    passed = [c for c in step.contributions if c.input is node]
    slips = backward_slips(step, passed) if step.phase == "backward" else seed_slips(step)
    return Question(gradient_name(passed[0].name), passed[-1].after, tuple(slips))


def forward_slips(step: "Step") -> Iterator[Slip]:
    """The usual slips when an operation is computed."""
    node = step.node
    numbers = [value.data for value in node.inputs]
    yield -step.data, "the sign is the other one"
    if node.primitive is not None and len(numbers) == 2:
        yield node.primitive.evaluate(numbers[::-1])[0], "the operands are swapped"
    for number in numbers:
        yield number, f"that is an input of {node.op}, not its result"


def seed_slips(step: "Step") -> Iterator[Slip]:
    """The usual slips where the gradients start."""
    yield step.data, f"that is the value of {step.name}, not its gradient"
    yield -step.contributions[0].after, "the sign is the other one"
    yield 0.0, f"that is what {step.name} has before the pass; but a change of it changes it as much"


def backward_slips(step: "Step", passed: "list[Contribution]") -> Iterator[Slip]:
    """The usual slips when the gradient of a node goes back to one of its inputs."""
    before, upstream = passed[0].before, passed[0].upstream
    amount = sum(c.amount for c in passed)
    slope = sum(c.local_derivative for c in passed)
    yield before - amount, "the sign is the other one"
    yield -passed[-1].after, "the sign is the other one"
    if before:
        yield amount, f"the {format_number(before)} that it had before is forgotten: gradients add up"
        yield before + slope, f"the upstream gradient, {format_number(upstream)}, is forgotten as a factor"
    if len(passed) > 1:
        yield (
            before + passed[0].amount,
            f"{passed[0].name} is used {len(passed)} times, and gets a contribution for each",
        )
    yield (
        slope,
        f"that is the local derivative alone, not times the upstream gradient, {format_number(upstream)}",
    )
    for other in step.contributions:
        if other.input is not passed[0].input:
            yield before + other.amount, f"the operands are swapped: that is for {other.name}"
    yield before + upstream, "the local derivative is forgotten as a factor"
    yield before + upstream + slope, "the chain rule multiplies, it does not add"
    yield before, "that is what it had before: nothing is added"


def is_close(guess: float, number: float) -> bool:
    """Whether a guess is a number, rounded to three digits or better.

    >>> is_close(0.707, 0.70710678), is_close(0.7, 0.70710678)
    (True, False)
    """
    if guess == number or (guess != guess and number != number):
        return True
    if not (isfinite(guess) and isfinite(number)):
        return False
    return abs(guess - number) <= tolerance(number)


def tolerance(number: float) -> float:
    """How far from a finite number a guess may be: half of its third digit."""
    last_digit = 10.0 ** (floor(log10(abs(number))) - DIGITS + 1) if number else 0.0
    return max(0.5001 * last_digit, ROUNDING)

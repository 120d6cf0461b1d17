"""A step told in words and numbers, as one would write it on a blackboard; in colour on a terminal."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from autograd.naming.names import is_number
from autograd.naming.notation import format_number, in_parentheses
from autograd.stepping.step import Contribution, Step, show_with

Paint = Callable[[str, str], str]
WIDEST = 90  # a longer line is broken
MOST_STEPS = 100  # of more steps the first and the last are shown at a prompt
MOST_ROWS = 16  # of more contributions the first and the last are told
HEADS = ("upstream", "local derivative", "contribution", "gradient")  # over the numbers of a contribution
BOLD, DIM, GREEN, CYAN = "1", "2", "32", "36"


def uncoloured(text: str, colour: str) -> str:
    """The text without colour."""
    return text


def coloured(text: str, colour: str) -> str:
    """The text in a colour of the terminal."""
    return f"\033[{colour}m{text}\033[0m"


def paint() -> Paint:
    """How to colour what goes to standard output: not at all, unless it is a terminal that has colour
    and NO_COLOR is not set."""
    colour = sys.stdout is not None and sys.stdout.isatty()
    return (
        coloured
        if colour and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        else uncoloured
    )


def format_step(step: Step, paint: Paint = uncoloured) -> str:
    """The text of a step: a line, and in the backward pass one more for each contribution.

    Of a step in a part of a model the line before names that part.
    """
    return format_steps([step], paint)


def placed_step(step: Step, paint: Paint) -> str:
    """The text of a step, with its place in the walk."""
    phase = "forward" if step.phase == "forward" else "backward"
    place = f"{phase:8} {step.number:{len(str(step.of))}}/{step.of}  "
    indent = "\n" + " " * (len(place) + 2)
    return paint(place, DIM) + indent.join(step_lines(step, paint))


def step_lines(step: Step, paint: Paint = uncoloured) -> list[str]:
    """The lines of that text, without the place."""
    source = [paint(f"in {step.line}", DIM)] if step.line and step.phase != "seed" else []
    return [
        *step_heading(step, paint),
        *source,
        *([paint(step.note, DIM)] if step.note else []),
        *(some_contribution_lines(step, paint) if step.phase == "backward" else []),
    ]


def step_heading(step: Step, paint: Paint = uncoloured) -> list[str]:
    """What a step is about, in a line, or several where it is long."""
    return {"forward": forward_heading, "seed": seed_heading, "backward": backward_heading}[step.phase](
        step, paint
    )


def format_steps(steps: Sequence[Step], paint: Paint = uncoloured) -> str:
    """The text of several steps, with a heading where those of another part of a model begin."""
    texts: list[str] = []
    frame: tuple[str, ...] = ()
    for step in steps:
        if step.frame and step.frame != frame:
            texts.append(paint(", ".join(step.frame), BOLD))
        frame = step.frame
        texts.append(placed_step(step, paint))
    return "\n".join(texts) or "(no step)"


def format_some_steps(steps: Sequence[Step], paint: Paint = uncoloured) -> str:
    """The text of several steps; of very many, the first and the last."""
    left = len(steps) - MOST_STEPS
    if left <= 0:
        return format_steps(steps, paint)
    start, end = steps[: MOST_STEPS // 2], steps[-MOST_STEPS // 2 :]
    return f"{format_steps(start, paint)}\n… {left:,} more …\n{format_steps(end, paint)}"


def forward_heading(step: Step, paint: Paint) -> list[str]:
    """`d = a × b = 2 × -3 = -6`, on several lines if it is long; what would stand there twice stands once."""
    data = format_number(step.data)
    middle = [part for part in dict.fromkeys([step.formula, step.arithmetic]) if part != data]
    sides = [*middle, paint(data, GREEN)]
    if sum(map(len, [step.name, *middle, data])) <= WIDEST:
        return [" = ".join([paint(step.name, BOLD), *sides])]
    indent = " " * (len(step.name) - 1)
    return [f"{paint(step.name, BOLD)} = {sides[0]}", *(f"{indent}= {side}" for side in sides[1:])]


def seed_heading(step: Step, paint: Paint) -> list[str]:
    """`L.grad = 1`, where the gradients start."""
    seed = step.contributions[0]
    start = f"{paint(gradient_name(step.name), BOLD)} = {paint(format_number(seed.after), CYAN)}"
    if seed.before:
        change = format_change(describe_contribution(seed, step.name), paint)
        return [f"{gradient_name(step.name)} += {format_number(seed.amount)}    {change}"]
    return [f"{start}: a change of {step.name} changes {step.name} as much" if seed.amount == 1.0 else start]


def backward_heading(step: Step, paint: Paint) -> list[str]:
    """The gradient of the node, and what it goes back through."""
    name, upstream = gradient_name(step.name), format_number(step.gradient or 0.0)
    node = f"{step.name} = {step.formula}"
    start = f"{paint(name, BOLD)} = {paint(upstream, CYAN)} goes back through"
    return [f"{start} {node}"] if len(name + upstream + node) <= WIDEST - 25 else [start, node]


def told_contributions(step: Step) -> tuple[Contribution, ...]:
    """Those that are told: what goes to a constant is not, unless that is asked for or there is no other."""
    named = tuple(c for c in step.contributions if not is_number(c.input, c.name))
    every = step.stepper is not None and step.stepper.constants
    return step.contributions if every or not named else named


def some_contribution_lines(step: Step, paint: Paint) -> list[str]:
    """A row for what each input of the node gets; of many, the first and the last."""
    told = told_contributions(step)
    left = len(told) - MOST_ROWS
    if left <= 0:
        return contribution_lines(told, step.name, paint)
    shown = contribution_lines(told[: MOST_ROWS - 1] + told[-1:], step.name, paint)
    return [*shown[:-1], f"… {left} more …", shown[-1]]


def contribution_lines(contributions: tuple[Contribution, ...], name: str, paint: Paint) -> list[str]:
    """`a.grad += d.grad × b = -2 × -3 = 6    0 → 6`, in aligned columns; faint where it goes to a number."""
    rows = [describe_contribution(c, name) for c in contributions]
    columns = [*zip(*rows, strict=True)][:6]
    to, formula, _, upstream, slope, amount = (max(map(len, column)) for column in columns)
    lines = []
    for c, row in zip(contributions, rows, strict=True):
        number = is_number(c.input, c.name)
        line = (
            f"{row.target:<{to}} += {row.formula:<{formula}} = {row.upstream:>{upstream}}"
            f" × {row.local_derivative:>{slope}} = {row.amount:>{amount}}    "
            + format_change(row, uncoloured if number else paint)
        )
        lines.append(paint(line, DIM) if number else line)
    return lines


class ContributionText(NamedTuple):
    """A contribution as every view writes it, in the order in which it is read."""

    target: str  # what it is added to: `a.grad`
    formula: str  # `d.grad × b`
    slope: str  # the local derivative in names: `b`
    upstream: str
    local_derivative: str
    amount: str
    before: str
    after: str
    waiting: str  # `waits for 2 more`, or nothing
    left_over: str  # `-3 was left over from the pass before`, or nothing


def describe_contribution(c: Contribution, name: str) -> ContributionText:
    """Write a contribution of the node called `name`."""
    return ContributionText(
        target=gradient_name(c.name),
        formula=f"{gradient_name(name)} × {in_parentheses(c.formula)}",
        slope=c.formula,
        upstream=format_number(c.upstream),
        local_derivative=format_number(c.local_derivative),
        amount=format_number(c.amount),
        before=format_number(c.before),
        after=format_number(c.after),
        waiting=f"waits for {c.waiting} more" if c.waiting else "",
        left_over=f"{format_number(c.before)} was left over from the pass before" if c.left_over else "",
    )


def format_change(texts: ContributionText, paint: Paint = uncoloured) -> str:
    """`0 → 6`, and how many contributions are to come, or what was there from before."""
    parts = [f"{texts.before} → {paint(texts.after, CYAN)}", texts.waiting, texts.left_over]
    return ", ".join(filter(None, parts))


def gradient_name(name: str) -> str:
    """How the gradient of a node is written; a number's in parentheses."""
    return f"({name}).grad" if name[0] in "-0123456789" else f"{name}.grad"


show_with("text", format_step, format_steps)
show_with("prompt", lambda step: format_step(step, paint()), lambda steps: format_some_steps(steps, paint()))

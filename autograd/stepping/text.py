"""A step told in words and numbers, as one would write it on a blackboard; in colour on a terminal."""

import os
import sys
from collections.abc import Callable, Sequence

from autograd.naming.names import is_number
from autograd.naming.notation import format_number, in_parentheses
from autograd.stepping.step import Contribution, Step, show_with

Paint = Callable[[str, str], str]
WIDEST = 90  # a longer line is broken
MOST_STEPS = 100  # of more steps the first and the last are shown at a prompt
MOST_ROWS = 16  # of more contributions the first and the last are told
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
    """The text of a step: a line, and in the backward pass one more for each contribution."""
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
        texts.append(format_step(step, paint))
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
        return [f"{gradient_name(step.name)} += {format_number(seed.amount)}    {format_change(seed, paint)}"]
    return [f"{start}: a change of {step.name} changes {step.name} as much" if seed.amount == 1.0 else start]


def backward_heading(step: Step, paint: Paint) -> list[str]:
    """The gradient of the node, and what it goes back through."""
    name, upstream = gradient_name(step.name), format_number(step.gradient or 0.0)
    node = f"{step.name} = {step.formula}"
    start = f"{paint(name, BOLD)} = {paint(upstream, CYAN)} goes back through"
    return [f"{start} {node}"] if len(name + upstream + node) <= WIDEST - 25 else [start, node]


def some_contribution_lines(step: Step, paint: Paint) -> list[str]:
    """A row for what each input of the node gets; of many, the first and the last."""
    left = len(step.contributions) - MOST_ROWS
    if left <= 0:
        return contribution_lines(step.contributions, step.name, paint)
    shown = contribution_lines(
        step.contributions[: MOST_ROWS - 1] + step.contributions[-1:], step.name, paint
    )
    return [*shown[:-1], f"… {left} more …", shown[-1]]


def contribution_lines(contributions: tuple[Contribution, ...], name: str, paint: Paint) -> list[str]:
    """`a.grad += d.grad × b = -2 × -3 = 6    0 → 6`, in aligned columns; faint where it goes to a number."""
    columns = [contribution_cells(c, name) for c in contributions]
    width = [max(len(row[i]) for row in columns) for i in range(5)]
    texts = [
        f"{to:<{width[0]}} += {formula:<{width[1]}} = {upstream:>{width[2]}} × {slope:>{width[3]}}"
        f" = {amount:>{width[4]}}    "
        for to, formula, upstream, slope, amount in columns
    ]
    return [
        paint(text + format_change(c), DIM) if is_number(c.input, c.name) else text + format_change(c, paint)
        for text, c in zip(texts, contributions, strict=True)
    ]


def contribution_cells(c: Contribution, name: str) -> list[str]:
    """What a contribution of `name` is added to, its formula, and its three numbers."""
    numbers = [format_number(number) for number in (c.upstream, c.local_derivative, c.amount)]
    return [gradient_name(c.name), f"{gradient_name(name)} × {in_parentheses(c.formula)}", *numbers]


def format_change(contribution: Contribution, paint: Paint = uncoloured) -> str:
    """`0 → 6`, and how many contributions are to come."""
    waits = f", waits for {contribution.waiting} more" if contribution.waiting else ""
    return f"{format_number(contribution.before)} → {paint(format_number(contribution.after), CYAN)}{waits}"


def gradient_name(name: str) -> str:
    """How the gradient of a node is written; a number's in parentheses."""
    return f"({name}).grad" if name[0] in "-0123456789" else f"{name}.grad"


show_with("text", format_step, format_steps)
show_with("prompt", lambda step: format_step(step, paint()), lambda steps: format_some_steps(steps, paint()))

"""A step told in words and numbers, as one would write it on a blackboard; in colour on a terminal."""

import os
import sys
from collections.abc import Callable, Sequence

from autograd.naming.names import is_number
from autograd.naming.notation import guarded, short
from autograd.stepping.step import Contribution, Step, show_with

Paint = Callable[[str, str], str]
WIDEST = 90  # a longer line is broken
MOST_STEPS = 100  # of more steps the first and the last are shown at a prompt
MOST_ROWS = 16  # of more contributions the first and the last are told
BOLD, DIM, GREEN, CYAN = "1", "2", "32", "36"


def plain(text: str, colour: str) -> str:
    """The text without colour."""
    return text


def painted(text: str, colour: str) -> str:
    """The text in a colour of the terminal."""
    return f"\033[{colour}m{text}\033[0m"


def paint() -> Paint:
    """How to colour what goes to standard output: not at all, unless it is a terminal that has colour
    and NO_COLOR is not set."""
    colour = sys.stdout is not None and sys.stdout.isatty()
    return (
        painted if colour and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" else plain
    )


def told(step: Step, paint: Paint = plain) -> str:
    """The text of a step: a line, and in the backward pass one more for each contribution."""
    phase = "forward" if step.phase == "forward" else "backward"
    place = f"{phase:8} {step.number:{len(str(step.of))}}/{step.of}  "
    indent = "\n" + " " * (len(place) + 2)
    return paint(place, DIM) + indent.join(lines(step, paint))


def lines(step: Step, paint: Paint = plain) -> list[str]:
    """The lines of that text, without the place."""
    source = [paint(f"in {step.line}", DIM)] if step.line and step.phase != "seed" else []
    return [*heading(step, paint), *source, *(some_rows(step, paint) if step.phase == "backward" else [])]


def heading(step: Step, paint: Paint = plain) -> list[str]:
    """What a step is about, in a line, or several where it is long."""
    return {"forward": computed, "seed": seeded, "backward": passed}[step.phase](step, paint)


def told_all(steps: Sequence[Step], paint: Paint = plain) -> str:
    """The text of several steps, with a heading where those of another part of a model begin."""
    texts: list[str] = []
    frame: tuple[str, ...] = ()
    for step in steps:
        if step.frame and step.frame != frame:
            texts.append(paint(", ".join(step.frame), BOLD))
        frame = step.frame
        texts.append(told(step, paint))
    return "\n".join(texts) or "(no step)"


def told_some(steps: Sequence[Step], paint: Paint = plain) -> str:
    """The text of several steps; of very many, the first and the last."""
    left = len(steps) - MOST_STEPS
    if left <= 0:
        return told_all(steps, paint)
    start, end = steps[: MOST_STEPS // 2], steps[-MOST_STEPS // 2 :]
    return f"{told_all(start, paint)}\n… {left:,} more …\n{told_all(end, paint)}"


def computed(step: Step, paint: Paint) -> list[str]:
    """`d = a × b = 2 × -3 = -6`, on several lines if it is long; what would stand there twice stands once."""
    data = short(step.data)
    middle = [part for part in dict.fromkeys([step.formula, step.arithmetic]) if part != data]
    sides = [*middle, paint(data, GREEN)]
    if sum(map(len, [step.name, *middle, data])) <= WIDEST:
        return [" = ".join([paint(step.name, BOLD), *sides])]
    indent = " " * (len(step.name) - 1)
    return [f"{paint(step.name, BOLD)} = {sides[0]}", *(f"{indent}= {side}" for side in sides[1:])]


def seeded(step: Step, paint: Paint) -> list[str]:
    """`L.grad = 1`, where the gradients start."""
    seed = step.contributions[0]
    start = f"{paint(grad(step.name), BOLD)} = {paint(short(seed.after), CYAN)}"
    if seed.before:
        return [f"{grad(step.name)} += {short(seed.amount)}    {change(seed, paint)}"]
    return [f"{start}: a change of {step.name} changes {step.name} as much" if seed.amount == 1.0 else start]


def passed(step: Step, paint: Paint) -> list[str]:
    """The gradient of the node, and what it goes back through."""
    name, upstream = grad(step.name), short(step.gradient or 0.0)
    node = f"{step.name} = {step.formula}"
    start = f"{paint(name, BOLD)} = {paint(upstream, CYAN)} goes back through"
    return [f"{start} {node}"] if len(name + upstream + node) <= WIDEST - 25 else [start, node]


def some_rows(step: Step, paint: Paint) -> list[str]:
    """A row for what each input of the node gets; of many, the first and the last."""
    left = len(step.contributions) - MOST_ROWS
    if left <= 0:
        return rows(step.contributions, step.name, paint)
    shown = rows(step.contributions[: MOST_ROWS - 1] + step.contributions[-1:], step.name, paint)
    return [*shown[:-1], f"… {left} more …", shown[-1]]


def rows(contributions: tuple[Contribution, ...], name: str, paint: Paint) -> list[str]:
    """`a.grad += d.grad × b = -2 × -3 = 6    0 → 6`, in aligned columns; faint where it goes to a number."""
    columns = [cells(c, name) for c in contributions]
    width = [max(len(row[i]) for row in columns) for i in range(5)]
    texts = [
        f"{to:<{width[0]}} += {formula:<{width[1]}} = {upstream:>{width[2]}} × {slope:>{width[3]}}"
        f" = {amount:>{width[4]}}    "
        for to, formula, upstream, slope, amount in columns
    ]
    return [
        paint(text + change(c), DIM) if is_number(c.input, c.name) else text + change(c, paint)
        for text, c in zip(texts, contributions, strict=True)
    ]


def cells(c: Contribution, name: str) -> list[str]:
    """What a contribution of `name` is added to, its formula, and its three numbers."""
    numbers = [short(number) for number in (c.upstream, c.local_derivative, c.amount)]
    return [grad(c.name), f"{grad(name)} × {guarded(c.formula)}", *numbers]


def change(contribution: Contribution, paint: Paint = plain) -> str:
    """`0 → 6`, and how many contributions are to come."""
    waits = f", waits for {contribution.waiting} more" if contribution.waiting else ""
    return f"{short(contribution.before)} → {paint(short(contribution.after), CYAN)}{waits}"


def grad(name: str) -> str:
    """How the gradient of a node is written; a number's in parentheses."""
    return f"({name}).grad" if name[0] in "-0123456789" else f"{name}.grad"


show_with("text", told, told_all)
show_with("prompt", lambda step: told(step, paint()), lambda steps: told_some(steps, paint()))

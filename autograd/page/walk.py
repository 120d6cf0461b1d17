"""A walk as the page has it: all its steps in plain data, with their texts, rows, and what is asked."""

import re
from dataclasses import replace
from math import isfinite
from typing import Any

from autograd.core.backprop import topological_order
from autograd.core.source_lines import line_of
from autograd.core.value import Value
from autograd.drawing.views import Views
from autograd.naming.names import is_number
from autograd.naming.notation import format_number, format_operation
from autograd.stepping.guesses import questions, tolerance
from autograd.stepping.stepper import Contribution, Step, Stepper, Steps
from autograd.stepping.text import (
    BOLD,
    CYAN,
    GREEN,
    HEADS,
    ContributionText,
    describe_contribution,
    step_heading,
    step_lines,
    told_contributions,
)

__all__ = ["record_walk"]

CLASSES = {BOLD: "name", GREEN: "data", CYAN: "gradient"}  # a terminal's colours in page.css
CLASS_MARKS = re.compile("\0(.*?)\0(.*?)\0", re.DOTALL)
MOST_ASKED = 4  # of more inputs the first are to be predicted


def record_walk(stepper: Stepper, steps: Steps, views: Views) -> dict[str, Any]:
    """The steps of a walk as JSON can say them, with the names that stand in these pictures."""
    return Record(stepper, steps, views).walk


class Record:
    """The steps as JSON can say them: `walk`.

    Nodes are places in topological order, as in the ids of the drawing. Each number and each text is in
    a list once, and said by its place there: a number as [how it is written, how Python writes it in full,
    how far from it a guess may be].
    """

    def __init__(self, stepper: Stepper, steps: Steps, views: Views) -> None:
        self.places = {node: place for place, node in enumerate(topological_order(stepper.root))}
        self.names, self.views = stepper.names, views
        self.numbers: dict[tuple[str, str, float], int] = {}
        self.texts: dict[str, int] = {}
        before: dict[Value, float] = {}
        for step in steps:
            for c in step.contributions:
                before.setdefault(c.input, c.before)
        self.walk = {
            "nodes": [self.node(node, before.get(node, 0.0)) for node in self.places],
            "heads": HEADS,
            "steps": [self.step(step) for step in steps],
            "numbers": list(self.numbers),
            "texts": list(self.texts),
        }

    def node(self, node: Value, grad: float) -> dict[str, Any]:
        """A node: its names, its numbers, where it stands in a model, the line that made it."""
        constant = is_number(node, self.names[node])
        return {
            "name": self.text(self.names[node]),
            "short": self.views.names.get(node, ""),
            "frame": self.text(", ".join(self.views.frames.get(node, ()))),
            "line": self.text(line_of(node) or ""),
            "data": self.number(node.data),
            "grad": self.number(grad if node.is_leaf else 0.0),
            "inputs": [self.places[value] for value in node.inputs],
            "constant": constant,
            "free": node.is_leaf and not constant,
        }

    def number(self, number: float) -> int:
        """The place of a number."""
        entry = (format_number(number), repr(number), tolerance(number) if isfinite(number) else 0.0)
        return self.numbers.setdefault(entry, len(self.numbers))

    def text(self, text: str) -> int:
        """The place of a text."""
        return self.texts.setdefault(text, len(self.texts))

    def row(self, c: Contribution, texts: ContributionText) -> list[Any]:
        """A contribution as page.js reads it: where it goes, two texts, five numbers, what is to come,
        whether it goes to a number, the local derivative in names, and what was left over."""
        return [
            self.places[c.input],
            *map(self.text, (texts.target, texts.formula)),
            *map(self.number, (c.upstream, c.local_derivative, c.amount, c.before, c.after)),
            c.waiting,
            is_number(c.input, c.name),
            self.text(texts.slope),
            self.text(texts.left_over),
        ]

    def step(self, step: Step) -> dict[str, Any]:
        """One step: its texts, its rows, and what is asked of whoever predicts it."""
        rows = [self.row(c, describe_contribution(c, step.name)) for c in step.contributions]
        return {
            "phase": step.phase,
            "node": self.places[step.node],
            "frame": self.text(", ".join(step.frame)),
            "heading": heading_of(step),
            "arithmetic": self.text(arithmetic_of(step)),
            "text": self.text("\n".join(step_lines(step))),
            "formula": self.text(f"{step.name} = {step.formula or format_number(step.data)}"),
            "rows": rows,
            "told": [c in told_contributions(step) for c in step.contributions],
            "asked": [
                {
                    "name": self.text(question.name),
                    "answer": self.number(question.answer),
                    "slips": [[self.number(number), self.text(why)] for number, why in question.slips],
                }
                for question in questions(step)[:MOST_ASKED]
            ],
        }


def heading_of(step: Step) -> list[list[str]]:
    """The lines of a heading, each [text, class, text of that class, text, …]; \\2 is for its arithmetic."""
    if step.phase == "forward" and step.arithmetic:
        step = replace(step, arithmetic="\2" * len(step.arithmetic))  # as long: the lines break as they would
    return [CLASS_MARKS.split(re.sub("\2+", "\2", line)) for line in step_heading(step, mark_class)]


def arithmetic_of(step: Step) -> str:
    """The operation on its inputs, the i-th as -\\1i\\1, a minus before it as parentheses may need one."""
    primitive = step.node.primitive
    if primitive is None:
        return ""
    return format_operation(primitive, [f"-\1{i}\1" for i in range(len(step.node.inputs))])


def mark_class(text: str, colour: str) -> str:
    """The text with marks around it that say its class."""
    return f"\0{CLASSES[colour]}\0{text}\0"

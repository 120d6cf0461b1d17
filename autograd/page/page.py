"""play: a page in one file that steps through an expression in a browser, offline."""

import base64
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from html import escape
from math import isfinite
from pathlib import Path
from typing import Any

from autograd.core.backprop import topological_order
from autograd.core.value import Value
from autograd.drawing.draw import draw
from autograd.drawing.ids import place_in_id
from autograd.naming.names import is_number
from autograd.naming.notation import format_number, format_operation
from autograd.page.notebook import names_in_boxes
from autograd.page.recorded import plain, record
from autograd.stepping.guesses import ROUNDING, questions, tolerance
from autograd.stepping.stepper import Contribution, Step, Stepper, Steps, play_with
from autograd.stepping.text import (
    BOLD,
    CYAN,
    GREEN,
    ContributionText,
    describe_contribution,
    step_heading,
    step_lines,
)
from autograd.util.files import replace_file, suffix_of

__all__ = ["Page", "play"]

SUFFIXES = (".html", ".htm")
HERE = Path(__file__).parent
SCRIPTS = ("camera.js", "predict.js", "page.js", "variables.js")
MAIN = re.compile("<main>(.*)</main>", re.DOTALL)
PLACE = re.compile(r"\{\{(\w+)\}\}")  # where something is put into page.html
CLASSES = {BOLD: "name", GREEN: "data", CYAN: "gradient"}  # a terminal's colours in page.css
MARKED = re.compile("\0(.*?)\0(.*?)\0", re.DOTALL)
MOST_ASKED = 4  # of more inputs the first are to be predicted


def play(
    root: Value,
    path: str | os.PathLike[str] | None = None,
    *,
    forward: bool = True,
    gradient: float = 1.0,
    model: Any = None,
    limit: int = 300,
) -> "Page":
    """A page to step through the computation of `root` in a browser, forwards and backwards.

    With a `path` it is written there: one file that opens by double-click and needs nothing else, no
    network either. In a notebook the result shows itself. The walk is that of `Stepper` (which explains
    `forward`, `gradient` and `model`), with gradients that start from 0; those of the graph stay as they
    are. A graph of more than `limit` Values is a ValueError.

    root: the Value that was computed.
    path: the file to write, .html; None writes none.
    forward, gradient, model: as for `Stepper`.
    limit: the most Values a graph may have; more are a ValueError.

    >>> a, b = Value(2.0), Value(-3.0)
    >>> L = a * b
    >>> play(L)
    <Page of L (3 steps): .save("lesson.html"), or show it in a notebook>
    """
    stepper = Stepper(root, forward=forward, gradient=gradient, model=model)
    nodes = topological_order(root)
    with gradients(dict.fromkeys(nodes, 0.0)):
        page = Page(stepper, limit=limit)
    if path is not None:
        page.save(path)
    return page


class Page:
    """The page of a walk: shows itself in a notebook; `save` writes it to a file; `html` is its text."""

    def __init__(self, stepper: Stepper, *, limit: int = 300) -> None:
        steps = stepper.walk()
        drawing = draw(
            stepper.root,
            model=stepper.model,
            detail="operations",
            gradients=widest(steps),  # so that each box has room for what will stand in it
            names=names_in_boxes(stepper),
            limit=limit,
        )
        places = {node: place_in_id(id) for node, id in drawing.ids.items()}
        self.title = f"{stepper.names[stepper.root]}, step by step"
        self.steps = len(steps)
        graph = record(stepper.root, list(places))
        walk: dict[str, Any] = Record(steps, places, stepper.names).walk
        walk |= {"program": graph.program, "gradient": plain(stepper.gradient), "rounding": ROUNDING}
        for node, place in places.items():
            named = node.is_leaf and not is_number(node, stepper.names[node])
            walk["nodes"][place]["free"] = named and place not in graph.program["fixed"]
        self.html = filled(self.title, drawing.svg, walk, graph.rules)
        self.markup, self.walk = MAIN.findall(self.html)[0], as_json(walk)  # what the live page shows of it

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to `path`, all of it or nothing; an OSError says why it cannot be written.

        A suffix other than .html or .htm is a ValueError.
        """
        suffix_of(path, SUFFIXES)
        replace_file(path, self.html.encode())

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="{escape(self.title)}" sandbox="allow-scripts"'
            ' style="width: 100%; height: 600px; border: 0"></iframe>'
        )

    def __repr__(self) -> str:
        name = self.title.removesuffix(", step by step")
        return f'<Page of {name} ({self.steps} steps): .save("lesson.html"), or show it in a notebook>'


# --- What the page is told ---------------------------------------------------------------------------


class Record:
    """The steps as JSON can say them: `walk`.

    Nodes are places in topological order, as in the ids of the drawing. Each number and each text is in
    a list once, and said by its place there: a number as [how it is written, how Python writes it in full,
    how far from it a guess may be].
    """

    def __init__(self, steps: Steps, places: dict[Value, int], names: Mapping[Value, str]) -> None:
        self.places = places
        self.numbers: dict[tuple[str, str, float], int] = {}
        self.texts: dict[str, int] = {}
        before: dict[Value, float] = {}
        for step in steps:
            for c in step.contributions:
                before.setdefault(c.input, c.before)
        self.walk = {
            "nodes": [
                {
                    "name": self.text(names[node]),
                    "data": self.number(node.data),
                    "grad": self.number(before[node] if node.is_leaf else 0.0),
                    "inputs": [places[value] for value in node.inputs],
                }
                for node in places
            ],
            "steps": [self.step(step) for step in steps],
            "numbers": list(self.numbers),
            "texts": list(self.texts),
        }

    def number(self, number: float) -> int:
        """The place of a number."""
        entry = (format_number(number), repr(number), tolerance(number) if isfinite(number) else 0.0)
        return self.numbers.setdefault(entry, len(self.numbers))

    def text(self, text: str) -> int:
        """The place of a text."""
        return self.texts.setdefault(text, len(self.texts))

    def row(self, c: Contribution, texts: ContributionText) -> list[Any]:
        """A contribution as page.js reads it: where it goes, two texts, five numbers, what is to come."""
        return [
            self.places[c.input],
            *map(self.text, (texts.target, texts.formula)),
            *map(self.number, (c.upstream, c.local_derivative, c.amount, c.before, c.after)),
            c.waiting,
            is_number(c.input, c.name),
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
    return [MARKED.split(re.sub("\2+", "\2", line)) for line in step_heading(step, marked)]


def arithmetic_of(step: Step) -> str:
    """The operation on its inputs, the i-th as -\\1i\\1, a minus before it as parentheses may need one."""
    primitive = step.node.primitive
    if primitive is None:
        return ""
    return format_operation(primitive, [f"-\1{i}\1" for i in range(len(step.node.inputs))])


def marked(text: str, colour: str) -> str:
    """The text with marks around it that say its class."""
    return f"\0{CLASSES[colour]}\0{text}\0"


# --- Gradients, as they are while we look --------------------------------------------------------------


def widest(steps: Iterable[Step]) -> dict[Value, float]:
    """Of all the gradients that each node has in a walk, the one that is the longest when written."""
    found: dict[Value, float] = {}
    for step in steps:
        for c in step.contributions:
            candidates = (found.get(c.input, c.before), c.after)
            found[c.input] = max(candidates, key=lambda gradient: len(format_number(gradient)))
    return found


@contextmanager
def gradients(of: dict[Value, float]) -> Iterator[None]:
    """A context in which nodes have these gradients."""
    before = {node: node.grad for node in of}
    try:
        for node, gradient in of.items():
            node.grad = gradient
        yield
    finally:
        for node, gradient in before.items():
            node.grad = gradient


# --- The file ------------------------------------------------------------------------------------------


def filled(title: str, svg: str, walk: dict[str, Any], rules: str) -> str:
    """page.html with its parts in place; nothing but our own style and script may run in it."""
    style, script = part("page.css"), script_of(rules)
    policy = f"default-src 'none'; style-src {allowed(style)}; script-src {allowed(script)}; base-uri 'none'"
    parts = {
        "title": escape(title),
        "policy": f"{policy}; form-action 'none'",
        "style": style,
        "svg": svg,
        "walk": as_json(walk),
        "script": script,
    }
    return PLACE.sub(lambda place: parts[place[1]], part("page.html"))


def script_of(rules: str) -> str:
    """Everything that runs in the page, with the rules of the primitives in its midst."""
    start = [part("program.js"), f"const RULES = {rules};\n"]
    return "".join([*start, *map(part, SCRIPTS)])


def part(name: str) -> str:
    """A file of the page, as it lies in the package."""
    return HERE.joinpath(name).read_text(encoding="utf-8")


def allowed(source: str) -> str:
    """What a Content-Security-Policy calls exactly this style or script."""
    return f"'sha256-{base64.b64encode(sha256(source.encode()).digest()).decode()}'"


def as_json(walk: dict[str, Any]) -> str:
    """JSON that can stand in a <script> element, whatever it says."""
    text = json.dumps(walk, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029]", lambda c: f"\\u{ord(c[0]):04x}", text)


play_with(Page)

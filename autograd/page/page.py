"""play: a page in one file that steps through an expression in a browser, offline."""

import os
import re
from collections.abc import Iterable
from typing import Any

from autograd.core.backprop import topological_order
from autograd.core.value import Value
from autograd.drawing.views import draw_views
from autograd.naming.notation import format_number
from autograd.page.notebook import names_in_boxes
from autograd.page.one_file import OneFile, as_json, one_file, page_style, part
from autograd.page.pictures import Pictures, pictures_of
from autograd.page.recorded import json_number, record
from autograd.page.walk import record_walk
from autograd.stepping.guesses import ROUNDING
from autograd.stepping.stepper import Step, Stepper, play_with
from autograd.util.arguments import arguments_by_name
from autograd.util.text import plural

__all__ = ["Page", "play"]

MAIN = re.compile("<main>(.*)</main>", re.DOTALL)
SCRIPTS = (
    "numbers.js",
    "views.js",
    "camera.js",
    "predict.js",
    "page.js",
    "parts.js",
    "ask.js",
    "paper.js",
    "variables.js",
)


@arguments_by_name
def play(
    root: Value,
    path: str | os.PathLike[str] | None = None,
    *,
    forward: bool = True,
    gradient: float = 1.0,
    model: Any = None,
    constants: bool = False,
    limit: int = 300,
) -> "Page":
    """A page to step through the computation of `root` in a browser, forwards and backwards.

    With a `path` it is written there: one file that opens by double-click and needs nothing else, no
    network either. In a notebook the result shows itself. The walk is that of `Stepper`, with gradients
    that start from 0; those of the graph stay as they are. With a `model` the page opens on its layers or
    neurons, and has the operations of each beside them.

    root: the Value that was computed.
    path: the file to write, .html; None writes none.
    forward, gradient, model, constants: as for `Stepper`.
    limit: the most Values that a picture may have; of more the operations are shown neuron by neuron, and
        without a `model`, or of twenty times as many, it is a ValueError.

    >>> a, b = Value(2.0), Value(-3.0)
    >>> L = a * b
    >>> play(L)
    <Page of L (3 steps): .save("lesson.html"), or show it in a notebook>
    """
    stepper = Stepper(root, forward=forward, gradient=gradient, model=model, constants=constants)
    page = Page(stepper, limit=limit, fresh=True)
    if path is not None:
        page.save(path)
    return page


class Page(OneFile):
    """The page of a walk: shows itself in a notebook; `save` writes it to a file; `html` is its text."""

    def __init__(self, stepper: Stepper, *, limit: int = 300, fresh: bool = False) -> None:
        steps = stepper.walk(fresh=fresh)
        places = {node: place for place, node in enumerate(topological_order(stepper.root))}
        longest = dict.fromkeys(places, 0.0) | longest_gradients(steps)  # boxes have room for what is to come
        views = draw_views(
            stepper.root,
            model=stepper.model,
            names=names_in_boxes(stepper.names),
            gradients=longest,
            constants=stepper.constants,
            limit=limit,
        )
        pictures = pictures_of(views, places)
        self.title = f"{stepper.names[stepper.root]}, step by step"
        self.steps = len(steps)
        graph = record(stepper.root, list(places))
        walk = record_walk(stepper, steps, views) | {
            "program": graph.program,
            "gradient": json_number(stepper.gradient),
            "rounding": ROUNDING,
            "pictures": pictures.records,
        }
        for place in graph.program["fixed"]:
            walk["nodes"][place]["free"] = False
        self.html = fill_page(self.title, pictures, walk, graph.rules)
        self.markup, self.walk = MAIN.findall(self.html)[0], as_json(walk)  # what the live page shows of it

    def __repr__(self) -> str:
        name = self.title.removesuffix(", step by step")
        steps = plural(self.steps, "step")
        return f'<Page of {name} ({steps}): .save("lesson.html"), or show it in a notebook>'


def longest_gradients(steps: Iterable[Step]) -> dict[Value, float]:
    """Of all the gradients that each node has in a walk, the one that is the longest when written."""
    found: dict[Value, float] = {}
    for step in steps:
        for c in step.contributions:
            candidates = (found.get(c.input, c.before), c.after)
            found[c.input] = max(candidates, key=lambda gradient: len(format_number(gradient)))
    return found


# --- The file ------------------------------------------------------------------------------------------


def fill_page(title: str, pictures: Pictures, walk: dict[str, Any], rules: str) -> str:
    """page.html with its parts in place; nothing but our own style and script may run in it."""
    return one_file(
        part("page.html"), title, page_style(), script_of(rules),
        levels=pictures.levels, parts=pictures.parts, walk=as_json(walk),
    )  # fmt: skip


def script_of(rules: str) -> str:
    """Everything that runs in the page, with the rules of the primitives in its midst."""
    start = [part("program.js"), f"const RULES = {rules};\n"]
    return "".join([*start, *map(part, SCRIPTS)])


play_with(Page)

"""A step in a notebook: what happens as a table, beside the graph with the node that it happens to lit."""

import re
from collections.abc import Iterable
from html import escape

from autograd.core.value import Value
from autograd.drawing.draw import draw
from autograd.drawing.ids import PART, place_in_id
from autograd.naming.names import is_number
from autograd.stepping.step import Step, show_with
from autograd.stepping.stepper import Stepper
from autograd.stepping.text import (
    HEADS,
    ContributionText,
    describe_contribution,
    format_some_steps,
    step_heading,
    told_contributions,
)

MOST_NODES = 100  # a larger graph takes too long to lay out at each step, and is left out
LIT = "filter: drop-shadow(0 0 2px #dd6b20) drop-shadow(0 0 3px #dd6b20)"
DONE = "opacity: 0.4"
COLUMNS = ("", HEADS[0], "", HEADS[1], "", *HEADS[2:], "")
FAINT = ' style="opacity: 0.6"'
COLUMNS_KEPT = 'style="white-space: pre; font-family: monospace; overflow-x: auto"'
CELL = 'style="text-align: right; padding: 2px 6px"'


def step_html(step: Step) -> str:
    """The HTML of a step: its table and the graph."""
    place = f"{'forward' if step.phase == 'forward' else 'backward'} {step.number}/{step.of}"
    lines = [f"<small>{place}</small>", *(f"<b>{escape(line)}</b>" for line in step_heading(step))]
    table = contribution_table(step) if step.phase == "backward" else ""
    return side_by_side("<br>".join(lines) + table, graph_svg(step))


def steps_html(steps: tuple[Step, ...]) -> str:
    """The HTML of several steps: their text, and the graph at the last of them."""
    text = f"<pre {COLUMNS_KEPT}>{escape(format_some_steps(steps))}</pre>"
    return side_by_side(text, graph_svg(steps[-1]) if steps else "")


def side_by_side(text: str, picture: str) -> str:
    """Two things beside each other, or one below the other where the page is narrow."""
    return (
        '<div style="display: flex; flex-wrap: wrap; gap: 24px; align-items: center">'
        f"<div>{text}</div><div>{picture}</div></div>"
    )


def contribution_table(step: Step) -> str:
    """A row for each contribution; faint where it goes to a number."""
    body = "".join(
        table_row(
            "td", contribution_row(describe_contribution(c, step.name)), FAINT * is_number(c.input, c.name)
        )
        for c in told_contributions(step)
    )
    return f'<table style="margin-top: 8px">{table_row("th", COLUMNS)}{body}</table>'


def table_row(tag: str, texts: Iterable[str], style: str = "") -> str:
    """A row of a table."""
    return f"<tr{style}>{''.join(f'<{tag} {CELL}>{text}</{tag}>' for text in texts)}</tr>"


def contribution_row(texts: ContributionText) -> list[str]:
    """The cells of a contribution, under COLUMNS."""
    slope = " = ".join(dict.fromkeys([escape(texts.slope), texts.local_derivative]))
    change = f"{texts.before} → <b>{texts.after}</b>"
    return [
        escape(texts.target),
        texts.upstream,
        "×",
        slope,
        "=",
        texts.amount,
        change,
        texts.waiting or texts.left_over,
    ]


def graph_svg(step: Step) -> str:
    """The SVG of the graph: what is done in this pass shaded, the node of the step lit with its edges.

    Gradients are shown while they are what the step left. Of a large graph, and where Graphviz is not
    installed, nothing.
    """
    stepper = step.stepper
    if stepper is None or len(stepper.names) > MOST_NODES:
        return ""
    current = stepper.position == step.number and step.phase != "forward"
    try:
        drawing = draw(
            stepper.root,
            model=stepper.model,
            detail="operations",
            names=names_in_boxes(stepper),
            gradients=current,
        )
        svg = drawing.svg
    except RuntimeError:
        return ""
    done = {place_in_id(drawing.ids[node]) for node in stepper.done(step)}
    lit = place_in_id(drawing.ids[step.node])

    def styled(found: re.Match[str]) -> str:
        style = LIT if int(found[1]) == lit else DONE if int(found[1]) in done else ""
        return f'<g style="{style}"' if style else "<g"

    return PART.sub(styled, svg)


def names_in_boxes(stepper: Stepper) -> dict[Value, str]:
    """The names of a walk as they stand in the boxes: a leaf that is called by its number has none."""
    return {v: name for v, name in stepper.names.items() if not is_number(v, name)}


show_with("html", step_html, steps_html)

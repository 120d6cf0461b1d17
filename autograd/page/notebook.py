"""A step, a walk or an explanation in a notebook: numbers as a table, beside the graph they are of."""

import re
from collections.abc import Iterable, Mapping, Set
from html import escape
from typing import Any

from autograd.core.value import Value
from autograd.drawing.draw import draw
from autograd.drawing.ids import PART, place_in_id
from autograd.naming.names import is_number
from autograd.naming.notation import format_number
from autograd.stepping.display import display_with
from autograd.stepping.paths import Explanation
from autograd.stepping.step import Step, Steps
from autograd.stepping.stepper import Stepper
from autograd.stepping.text import (
    HEADS,
    ContributionText,
    describe_contribution,
    format_some_steps,
    step_heading,
    told_contributions,
)
from autograd.util.text import plural

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


def stepper_html(stepper: Stepper) -> str:
    """The HTML of a walk: the last step that was taken; before the first, the graph and what to do."""
    count, last = plural(len(stepper), "step"), stepper.back(0)
    if isinstance(last, Step):
        return step_html(last)
    name = escape(stepper.names[stepper.root])
    text = f"<b>{name}: {count}, none taken</b><br><code>.next()</code> takes one, <code>.run()</code> all"
    return side_by_side(text, lit_svg(stepper.root, stepper.model, names_in_boxes(stepper.names), False))


def explanation_html(explanation: Explanation) -> str:
    """The HTML of an explanation: a row for each path, beside the graph with these paths lit."""
    rows = [("path", "local derivatives", "", "product")] if explanation.paths else []
    rows += [(escape(p.route), p.factors, "=", format_number(p.product)) for p in explanation.paths]
    body = "".join(table_row("td" if i else "th", cells) for i, cells in enumerate(rows))
    text = f"<b>{escape(explanation.heading)}</b>"
    text += f'<table style="margin-top: 8px">{body}</table>' * bool(body) + explanation.rest
    if not explanation.paths:
        return text
    on_paths = {node for path in explanation.paths for node in path.nodes}
    off = explanation.names.keys() - on_paths
    names = names_in_boxes(explanation.names)
    return side_by_side(text, lit_svg(explanation.paths[0].nodes[-1], None, names, False, done=off))


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

    Gradients are shown while they are what the step left.
    """
    stepper = step.stepper
    if stepper is None or len(stepper.names) > MOST_NODES:
        return ""
    current = stepper.position == step.number and step.phase != "forward"
    names, done = names_in_boxes(stepper.names), stepper.done(step)
    return lit_svg(stepper.root, stepper.model, names, current, lit={step.node}, done=done)


def lit_svg(
    root: Value,
    model: Any,
    names: Mapping[Value, str],
    gradients: bool,
    lit: Set[Value] = frozenset(),
    done: Set[Value] = frozenset(),
) -> str:
    """The SVG of a graph with some nodes lit and some shaded.

    Of a large graph, and where Graphviz is not installed, nothing.
    """
    try:
        drawing = draw(
            root, model=model, detail="operations", names=names, gradients=gradients, limit=MOST_NODES
        )
        svg = drawing.svg
    except (ValueError, RuntimeError):
        return ""
    styles = {place_in_id(drawing.ids[node]): DONE for node in done if node in drawing.ids}
    styles |= {place_in_id(drawing.ids[node]): LIT for node in lit}

    def styled(found: re.Match[str]) -> str:  # without its id, as a notebook may show the same graph twice
        style = styles.get(int(found[1]))
        return f'<g style="{style}"' if style else "<g"

    return PART.sub(styled, svg)


def names_in_boxes(names: Mapping[Value, str]) -> dict[Value, str]:
    """The names of a walk as they stand in the boxes: a leaf that is called by its number has none."""
    return {v: name for v, name in names.items() if not is_number(v, name)}


display_with(Step, step_html)
display_with(Steps, steps_html)
display_with(Stepper, stepper_html)
display_with(Explanation, explanation_html)

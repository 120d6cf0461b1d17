"""draw: the graph of a Value as a picture, which shows itself in a notebook and saves itself by suffix."""

import os
import re
import webbrowser
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from html import escape
from operator import gt
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from autograd.core.backprop import as_node, topological_order
from autograd.core.value import Value
from autograd.drawing.backward import backward_pass
from autograd.drawing.dot import Diagram, Shown
from autograd.drawing.ids import is_piece, pieces_before
from autograd.drawing.network import Network
from autograd.drawing.neurons import neurons_in
from autograd.drawing.places import SLIDE
from autograd.drawing.render import render_dot
from autograd.drawing.style import FONT
from autograd.drawing.terms import fold_leaves
from autograd.naming.model_frames import frame_names, frames_of
from autograd.naming.names import names_of, names_of_parameters
from autograd.util.arguments import arguments_by_name
from autograd.util.files import replace_file, suffix_of
from autograd.util.text import legible

__all__ = ["Drawing", "draw"]

SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".gv")
DIRECTIONS = ("LR", "TB", "RL", "BT")
DETAILS = ("operations", "neurons", "layers")
FEW = 20  # operations that can be read as they are, with names and numbers
MOST_COLLAPSED = 100_000  # Values that are taken together in neurons and layers


@arguments_by_name
def draw(
    root: Any,
    *,
    model: Any = None,
    detail: str | None = None,
    backward: bool = False,
    data: bool = True,
    gradients: bool | Mapping[Value, float] = True,
    local_derivatives: bool = True,
    constants: bool = False,
    names: Mapping[Value, str] | None = None,
    direction: str = "LR",
    limit: int = 300,
) -> "Drawing":
    """The graph that `root` was computed from, as a picture.

    Each Value is a box with its name, data and gradient, yellow where it is a leaf; each operation a dark
    sign; the number on an edge is the local derivative of the operation by that input.

    root: a Value, several, or a model, which is run on zeros for that.
    model: the model it was computed by: frames around its layers and neurons, and its names.
    detail: with a model, "operations", or "neurons", a box each and an edge for each weight, or "layers", a
        box each; None takes the finest of these that can be read on a slide. What is not in the model stays
        operations, and so does what is no weighted sum of its parameters with an activation.
    backward: whether to draw the backward pass of a Value too, as the graph of its gradients, ∂L/∂x, by the
        leaves that have a name.
    data, gradients, local_derivatives: whether these are shown (before a pass there are no gradients);
        `gradients` may also be numbers to show in place of each `.grad`, by Value.
    constants: whether numbers without a name, such as the 2.0 of `2.0 * x`, have a box and a gradient too.
    names: a name for each Value that is to have another than its label, or that of the model's parameter or
        of the caller's variable.
    direction: "LR" (left to right), "TB" (top to bottom), "RL" or "BT", which show operations alone.
    limit: the most Values a graph may have; more are a ValueError: they could not be read, and their layout
        takes minutes.

    >>> a, b = Value(2.0), Value(-3.0)
    >>> L = a * b
    >>> draw(L)
    <Drawing of L (3 Values): .save("graph.svg"), or show it in a notebook>
    """
    check_choices(direction, detail)
    if hasattr(root, "named_parameters"):
        outputs, given = run_on_zeros(root)
        given |= names or {}
        return draw(
            outputs, model=root, detail=detail, names=given, data=False, gradients=False,
            direction=direction, limit=limit,
        )  # fmt: skip
    if backward:
        outputs, given = backward_pass(root, names, model)
        return draw(
            outputs, detail="operations", names=given, data=data, gradients=False, local_derivatives=False,
            constants=constants, direction=direction, limit=limit,
        )  # fmt: skip
    roots = checked_roots(root)
    gradient_of = Gradients(gradients if isinstance(gradients, Mapping) else {})
    shown = Shown(data, isinstance(gradients, Mapping) or gradients, local_derivatives, constants)
    parameters = {value: path for path, value in names_of_parameters(model)}
    if detail in ("neurons", "layers") and not parameters:
        raise ValueError(f"detail={detail!r} needs the model that the graph is of: draw(…, model=model)")
    if parameters and detail != "operations" and direction in ("LR", "TB"):
        network = network_of(roots, parameters, model, detail, names, shown, gradient_of, direction == "TB")
        if network is not None:
            return Drawing(network.source, network.ids, network.titles)
    diagram = diagram_of(roots, parameters, model, names, shown, gradient_of, direction, limit)
    return Drawing(diagram.graph.source, diagram.ids, diagram.titles)


def check_choices(direction: str, detail: str | None) -> None:
    """Refuse what is none of the words that there are."""
    if direction not in DIRECTIONS:
        raise ValueError(f"direction is one of {', '.join(DIRECTIONS)}, not {direction!r}")
    if detail is not None and detail not in DETAILS:
        raise ValueError(f"detail is one of {', '.join(DETAILS)}, not {detail!r}")


class Gradients(dict[Value, float]):
    """Gradients to be drawn; that of a Value which is not among them is its own."""

    def __missing__(self, value: Value) -> float:
        return value.grad


def names_in_frames(
    nodes: list[Value], parameters: Mapping[Value, str], model: Any, names: Mapping[Value, str] | None
) -> dict[Value, str]:
    """The names of nodes, those of parameters without the frame that they stand in."""
    called = names_of(nodes, names=names, model=model)
    return called | frame_names(called, parameters)


def network_of(
    roots: list[Value],
    parameters: Mapping[Value, str],
    model: Any,
    detail: str | None,
    names: Mapping[Value, str] | None,
    shown: Shown,
    gradient_of: Mapping[Value, float],
    upright: bool,
) -> Network | None:
    """The picture of a network at that detail, or at the finest that a slide has room for.

    None where the operations themselves are to be drawn: they are few, or hold no neuron that could be found.
    """
    nodes = nodes_to_draw(roots, MOST_COLLAPSED)
    if detail is None and len(nodes) <= FEW:
        return None
    neurons = neurons_in(nodes, roots, parameters, frames_of(nodes, parameters, model))
    if not neurons:
        return None
    called = names_in_frames(nodes, parameters, model, names)

    def network(detail: str) -> Network:
        return Network(
            nodes, roots, called, neurons, detail, shown.data, shown.gradients, gradient_of, upright=upright
        )  # fmt: skip

    found = network(detail or "neurons")
    slide = SLIDE[::-1] if upright else SLIDE
    return network("layers") if detail is None and any(map(gt, found.size, slide)) else found


def diagram_of(
    roots: list[Value],
    parameters: Mapping[Value, str],
    model: Any,
    names: Mapping[Value, str] | None,
    shown: Shown,
    gradient_of: "Gradients",
    direction: str,
    limit: int,
) -> Diagram:
    """The picture of all operations."""
    nodes = nodes_to_draw(roots, limit)
    called = names_in_frames(nodes, parameters, model, names)
    frames = frames_of(nodes, parameters, model)
    passed = bool(gradient_of) or any(node.grad for node in nodes)  # before a pass there is nothing to show
    shown = replace(shown, gradients=shown.gradients and passed)
    folds = fold_leaves(nodes, roots)
    return Diagram(nodes, roots, called, frames, shown, direction, gradient_of, folds=folds)


def run_on_zeros(model: Any) -> tuple[list[Value], dict[Value, str]]:
    """The outputs of a model on as few inputs as it takes, all 0, and names for these."""
    most = len(list(model.named_parameters()))
    for count in range(1, most + 1):
        inputs = [Value(0.0) for _ in range(count)]
        try:
            output = model(inputs)
        except Exception:  # a model of any kind says in its own way that it takes more
            continue
        outputs = output if isinstance(output, list | tuple) else [output]
        if outputs and all(isinstance(value, Value) for value in outputs):
            return list(outputs), {x: f"x[{i}]" for i, x in enumerate(inputs)}
    raise TypeError(
        f"{legible(type(model).__name__)} takes no list of numbers, so it cannot be drawn by itself: "
        "run it, and draw(output, model=model)"
    )


class Drawing:
    """A graph, drawn: shows itself in a notebook; `save` writes it to a file.

    `source` is its DOT text. `ids` gives the id of each Value's box in the SVG, numbered in topological
    order: "node-5". The operation that made it is then "op-5", and the edge from its input number 2
    (counted from 0) is "edge-5-2".
    """

    def __init__(self, source: str, ids: Mapping[Value, str], titles: Mapping[str, str]) -> None:
        self.source, self.ids, self.titles = source, ids, titles

    @cached_property
    def svg(self) -> str:
        """The picture as an <svg> element, to be put in a file or a page."""
        return tidy_svg(render_dot(self.source, "svg").decode(), self.titles)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to `path`; its suffix says how: .svg, .png, .pdf, or .dot for the DOT text.

        The file is there in full or not at all. Another suffix is a ValueError; a folder that does not
        exist or cannot be written to is an OSError.
        """
        suffix = suffix_of(path, SUFFIXES)
        if suffix == ".svg":
            content = self.svg.encode()
        elif suffix in (".dot", ".gv"):
            content = self.source.encode()
        else:
            content = render_dot(self.source, suffix[1:])
        replace_file(path, content)

    def show(self) -> None:
        """Open the picture in a browser, from a temporary file; where there is no browser, say which file."""
        path = Path(mkdtemp(prefix="stepgrad-"), "graph.svg")
        self.save(path)
        if not webbrowser.open(path.as_uri()):
            raise RuntimeError(f"no browser could be opened: the picture is in {path}")

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """All that a notebook can show: the picture, or a line of text where it shows none."""
        return {"image/svg+xml": self.svg, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f'<Drawing of {self.titles["graph"]}: .save("graph.svg"), or show it in a notebook>'


# A node, an edge or a frame, as Graphviz writes it: id, class, what it consists of.
GROUP = re.compile(
    r'<g id="([^"]+)" (class="(?:node|edge|cluster)")>\n<title>.*?</title>\n(.*?)</g>\n', re.DOTALL
)


def tidy_svg(svg: str, titles: Mapping[str, str]) -> str:
    """The SVG that Graphviz wrote, with titles in words (shown on hovering), edges whole, and shorter."""
    svg = re.sub(r"<!--.*?-->\n", "", svg[svg.index("<svg") :], flags=re.DOTALL).replace("&#45;", "-")
    bodies = {id: body for id, _, body in GROUP.findall(svg)}

    def group(found: re.Match[str]) -> str:
        id, kind, body = found.groups()
        if is_piece(id):
            return ""
        if kind == 'class="edge"':
            body = "".join(bodies.get(piece, "") for piece in pieces_before(id)) + body
        return f'<g id="{id}" {kind}>\n{svg_title(titles.get(id, ""))}{body}</g>\n'

    for common in (f' font-family="{FONT["fontname"]}"', ' xml:space="preserve"'):
        svg = svg.replace(common, "").replace('<g id="graph"', f'<g id="graph"{common}')
    start = re.compile(r'(<g id="graph".*\n)(?:<title>.*</title>\n)?')
    svg = start.sub(lambda found: found[1] + svg_title(titles["graph"]), svg, count=1)
    return GROUP.sub(group, svg)


def svg_title(words: str) -> str:
    """A title in an SVG file; of no words, none."""
    return f"<title>{escape(words)}</title>\n" if words else ""


def checked_roots(root: Any) -> list[Value]:
    """What is to be drawn, as a list: there must be something, and it must be Values."""
    roots = list(root) if isinstance(root, Iterable) else [root]
    if not roots:
        raise ValueError("there is nothing to draw: no Value was given")
    return [as_node(root) for root in roots]


def nodes_to_draw(roots: list[Value], limit: int) -> list[Value]:
    """All Values under the roots, inputs first, if there are no more than `limit`."""
    nodes: dict[Value, None] = {}
    for root in roots:
        order = topological_order(root)
        size = len(order)
        if size <= limit:
            nodes |= dict.fromkeys(order)
            size = len(nodes)
        if size > limit:
            raise ValueError(
                f"the graph has {size:,} Values, more than can be read (limit={limit}): draw one of its "
                "inner Values or a smaller model, or pass a higher limit= (its layout may then take minutes)"
            )
    return list(nodes)

"""The pictures of a page: their SVG, with ids of their own, and what stands where in them, for views.js."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from autograd.core.value import Value
from autograd.drawing.boxes import Figure
from autograd.drawing.views import View, Views

__all__ = ["Pictures", "pictures_of"]

ID = re.compile(r'<g id="')  # only in tags: what a label says has no < in it


class Pictures(NamedTuple):
    """The SVG of the `levels` and of the `parts` as text, and what views.js is told of each of them."""

    levels: str
    parts: str
    records: dict[str, list[dict[str, Any]]]


def pictures_of(views: Views, places: Mapping[Value, int]) -> Pictures:
    """The pictures as they go into the page; those of the operations of the whole keep their ids."""
    levels, parts = [], []
    records: dict[str, list[dict[str, Any]]] = {"levels": [], "parts": []}
    for i, view in enumerate(views.levels):
        prefix = "" if view.title == "operations" and not view.upright else f"level-{i}-"
        levels.append(with_prefix(view.svg, prefix))
        records["levels"].append(record_of(view, places, prefix))
    for i, view in enumerate(views.parts):
        svg = with_prefix(view.svg, f"part-{i}-")
        parts.append(f"<figure hidden><figcaption>{escape(view.title)}</figcaption>{svg}</figure>")
        records["parts"].append(record_of(view, places, f"part-{i}-"))
    return Pictures("\n".join(levels), "\n".join(parts), records)


def with_prefix(svg: str, prefix: str) -> str:
    """The SVG with ids that no other picture of the page has."""
    return ID.sub(f'<g id="{prefix}', svg)


def record_of(view: View, places: Mapping[Value, int], prefix: str) -> dict[str, Any]:
    """A picture in plain data: by place the id of its box; by id what each text is, null for mere words."""
    boxes: list[str | None] = [None] * len(places)
    for node, id in view.boxes.items():
        boxes[places[node]] = id
    figures = {id: [figure_of(figure, places) for figure in figures] for id, figures in view.figures.items()}
    return {
        "title": view.title,
        "prefix": prefix,
        "boxes": boxes,
        "figures": figures,
        "weights": {id: places[weight] for id, weight in view.weights.items()},
        "upright": view.upright,
        "nodes": [places[node] for node in view.nodes],
    }


def figure_of(figure: Figure | None, places: Mapping[Value, int]) -> list[Any] | None:
    """A number that stands in a picture: ["data", place], or of a mean size ["grad", [places]]."""
    if figure is None:
        return None
    of = [places[value] for value in figure.values]
    return [figure.what, of if figure.mean else of[0]]

"""How a walk, its steps and an explanation show themselves in a notebook: the part `page` says how."""

from collections.abc import Callable
from typing import Any

__all__ = ["Displayed", "display_with"]

makers: dict[type, Callable[[Any], str]] = {}


def display_with(kind: type, maker: Callable[[Any], str]) -> None:
    """Have what is of that kind show itself as the HTML that `maker` makes of it."""
    makers[kind] = maker


class Displayed:
    """What shows itself as HTML in a notebook; elsewhere it is the text of its repr."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return makers[type(self)](self)

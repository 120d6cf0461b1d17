"""What is common to all pictures: colours, the font, how an operation and any text are written in DOT."""

from html import escape

from autograd.core.primitives import Primitive
from autograd.naming.notation import format_operation, legible

__all__ = ["COMPUTED", "FADED", "FONT", "GRADIENT", "INK", "LEAF", "dot_label", "operation_sign"]

SIGNS = {"multiply": "×", "subtract": "−", "negate": "−"}  # where code writes it in another way

INK, FADED, GRADIENT = "#1a202c", "#5a6573", "#a61e4d"
LEAF = 'BGCOLOR="#fff3d1" COLOR="#b7791f"'
COMPUTED = 'BGCOLOR="#e7f1fb" COLOR="#2b6cb0"'

FONT = {"fontname": "Helvetica,Arial,DejaVu Sans,sans-serif"}


def operation_sign(primitive: Primitive, first: str) -> str:
    """How an operation is written in a picture: `×`, `x²`, `tanh`; a softmax says of which."""
    if primitive.name in ("softmax", "log_softmax") and primitive.function is None:
        return f"{primitive.op}({first}, …)"
    if primitive.name == "power_of":
        return format_operation(primitive, ["x"])
    return SIGNS.get(primitive.name, primitive.op)


def dot_label(words: str) -> str:
    """Any text as a label of DOT shows it: not as markup, but as it is."""
    return escape(legible(words)).replace("\\", "\\\\")

"""What is to be known about a walk as a whole, said once in it."""

from collections.abc import Mapping, Sequence

from autograd.core.value import Value
from autograd.naming.names import is_number, model_that_names
from autograd.util.callers import caller_namespace

__all__ = ["note_on_names"]


def note_on_names(order: Sequence[Value], names: Mapping[Value, str]) -> tuple[Value, str] | None:
    """The first of these nodes that uses a parameter without a name, and which `model=` would name it."""
    unnamed = {node for node, name in names.items() if is_number(node, name)}
    variable = model_that_names(unnamed, caller_namespace()) if unnamed else None
    if variable is None:
        return None
    first = next((node for node in order if not unnamed.isdisjoint(node.inputs)), None)
    said = f"parameters of {variable} have no names here: steps(model={variable}) names them"
    return (first, said) if first is not None else None

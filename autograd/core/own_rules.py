"""Rules of a user's own: what they return, checked, and how a pickle finds them again."""

from importlib import import_module
from operator import attrgetter
from typing import Any

from autograd.util.text import plural

__all__ = ["checked", "findable", "result_of", "users_own"]


def result_of(name: str, function: Any, numbers: list[float]) -> Any:
    """What a user's rule returns; where it raises, the error says which rule it was, and at what."""
    try:
        return function(*numbers)
    except Exception as error:
        error.add_note(f"in the rule of the primitive {name}, at {', '.join(map(repr, numbers))}")
        if isinstance(error, (ArithmeticError, ValueError)):
            error.add_note(
                "(where there is no number a rule returns math.inf or math.nan, as operators of Values do: "
                "1.0 / x if x else math.inf)"
            )
        raise


def checked(name: str, result: Any, count: int) -> tuple[float, tuple[float, ...]]:
    """What a user's rule returned, as a value and one local derivative for each number."""
    given = len(result) if isinstance(result, tuple) else 0
    if given != count + 1:
        raise TypeError(
            f"primitive {name} of {plural(count, 'number')} must return its value and "
            f"{plural(count, 'local derivative')} as one tuple, got {given or repr(result)}"
        )
    return float(result[0]), tuple(float(slope) for slope in result[1:])


def users_own(module: str, path: str) -> Any:
    """The primitive behind the function of that name: how a pickle finds a user's rule again."""
    return attrgetter(path + ".primitive")(import_module(module))


def findable(primitive: Any) -> tuple[str, str]:
    """Where a pickle will find a user's rule again; if it would find nothing, or another, a PicklingError."""
    function = primitive.function
    module, path = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    try:
        found = users_own(module, path)
    except (AttributeError, ImportError, TypeError, ValueError):
        found = None
    if found is not primitive:
        from pickle import PicklingError  # here, for most pickle nothing

        raise PicklingError(
            f"cannot pickle the primitive {primitive.name}: {path or 'its rule'} is "
            f"{'not' if found is None else 'now another rule'} in the module {module}. Define it there as "
            "`@primitive` above a `def` that is not inside a function, and compute again"
        )
    return module, path

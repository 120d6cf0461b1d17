"""Named arguments that a function does not have: the error says how the one that was meant is called here."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from autograd.util.suggestions import ARGUMENTS, ARGUMENTS_OF_GRAPHS, did_you_mean

__all__ = ["arguments_by_name", "unknown_argument"]

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def arguments_by_name(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """A function that says of a named argument which it does not have how the one meant is called.

    One that it needs, and is not given, it names, compiled or not.
    It costs a call more: what is called in every loop has `**unknown: Never` and `unknown_argument`.
    """
    code: Any = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    needed = names[: code.co_argcount - len(function.__defaults__ or ())]
    title = function.__qualname__.removesuffix(".__init__")
    known = ARGUMENTS if function.__module__.startswith("nn.") else ARGUMENTS_OF_GRAPHS

    @wraps(function)
    def checked(*values: Given.args, **named: Given.kwargs) -> Returned:
        if not named and len(values) >= len(needed):
            return function(*values)  # type: ignore[call-arg]
        for name in named:
            if name not in names:
                raise unknown_argument(title, [name], names, known)
        missing = [name for name in needed[len(values) :] if name not in named]
        if missing:
            raise TypeError(f"{title} needs {' and '.join(missing)}")
        return function(*values, **named)

    return checked


def unknown_argument(
    title: str,
    unknown: Iterable[str],
    names: Iterable[str] = (),
    known: Mapping[str, str] = ARGUMENTS_OF_GRAPHS,
) -> TypeError:
    """The error of a function that was given named arguments it does not have."""
    name = next(iter(unknown))
    return TypeError(f"{title} has no argument {name!r}{did_you_mean(name, names, known)}")

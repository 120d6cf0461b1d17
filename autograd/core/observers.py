"""Contexts that watch the operations of a thread: no_grad, which lets none be recorded, and observed."""

from collections.abc import Callable
from contextlib import ContextDecorator
from threading import local
from typing import Any

from autograd.core.backprop import count_watched, watch_with
from autograd.core.value import Value

here = local()


class observed(ContextDecorator):  # noqa: N801, a context reads as a verb
    """A context in which `observer(node, backward)` sees each operation of this thread.

    It is called when the node has been made, and again in a backward pass when the node has passed its
    gradient on. What it returns when the node is made is the result of the operation. A `reader(value)` is
    told when a number is taken out of a Value: by asking for its data, comparing or printing it.

    >>> from autograd import Value
    >>> with observed(lambda node, backward: print(node.op) or node):
    ...     x = Value(2.0) * 3.0 + 1.0
    *
    +
    """

    def __init__(
        self, observer: Callable[[Value, bool], Value], reader: Callable[[Value], Any] | None = None
    ) -> None:
        self.observer, self.reader = observer, reader

    def __enter__(self) -> None:
        here.observers = [*getattr(here, "observers", []), self]
        count_watched(1)

    def __exit__(self, *error: Any) -> None:
        here.observers = here.observers[:-1]
        count_watched(-1)


class no_grad(observed):  # noqa: N801
    """A context (or decorator) in which operations give their results and remember nothing.

    >>> from autograd import Value
    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.is_leaf
    True
    """

    def __init__(self) -> None:
        super().__init__(lambda node, backward: node if backward else Value(node.data))


def is_watched() -> bool:
    """Whether anything watches the operations of this thread."""
    return bool(getattr(here, "observers", []))


def watch(node: Value, backward: bool) -> Value:
    """The node as the observers of this thread leave it, the one opened first asked first."""
    for observer in getattr(here, "observers", []):
        node = observer.observer(node, backward)
    return node


def notice(value: Value) -> None:
    """Tell the readers of this thread that a number is taken out of a Value."""
    for observer in getattr(here, "observers", []):
        if observer.reader is not None:
            observer.reader(value)


watch_with(watch, notice)

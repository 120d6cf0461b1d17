"""Contexts that watch the operations of a thread or task: no_grad, which lets none be recorded, and observed.

A context belongs to the *context* of Python (see contextvars) in which it was entered: a thread, or a task of
asyncio. It ends by itself, whichever others were entered after it, and whatever interrupts it: Ctrl-C may
come between any two instructions of a method `__exit__` written in Python, before the first one too, and the
context would stay on. So whether a context is open is a lock, and leaving it is the lock's own `__exit__`,
which nothing interrupts. What is left behind by then is cleared away at the next operation.
"""

import sys
from collections.abc import Callable, Generator
from contextvars import ContextVar
from functools import partial, wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from threading import Lock, RLock, get_ident, local
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from weakref import ref

from autograd.core.backprop import mark_unrecorded, set_watched, watch_with
from autograd.core.value import Value
from autograd.util.forks import in_child

Observer = Callable[[Value, bool], Value]
Called = TypeVar("Called", bound=Callable[..., Any])


class Entry(NamedTuple):
    """A context that was entered: open while its lock is locked."""

    lock: Any
    observer: Observer | None
    reader: Callable[[Value], Any] | None
    thread: int


here: ContextVar[tuple[Entry, ...]] = ContextVar("here", default=())  # the latest last
entered: dict[int, tuple[Any, bool, bool]] = {}  # weak references to the locks of all that may be open
# anywhere, each with whether it has an observer, and a reader
counting = RLock()


class LookedUp(local):
    """The `__exit__` that was looked up in this thread before the `__enter__` of its context."""

    context: Any = None  # a weak reference
    leave: Any = None


looked_up = LookedUp()
LEAVING_FIRST = sys.version_info >= (3, 14)  # a `with` statement looks up `__exit__` first (in Cython too)


class Entering:
    """The method `__enter__`: looked up for an object, all is prepared, and a C function is left to call."""

    def __get__(self, context: "observed | None", kind: Any) -> Callable[..., Any]:
        if context is None:
            return lambda context: context.__enter__()
        own = Entry(Lock(), context.observer, context.reader, get_ident())
        own.lock.acquire()
        context.entries = [*filter(is_open, context.entries), own]
        count(own)
        if looked_up.context is not None and looked_up.context() is context:
            looked_up.leave.__setstate__((own.lock.__exit__, (), {}, None))
            looked_up.context = looked_up.leave = None
        return partial(here.set, (*filter(is_open, here.get()), own))


class Leaving:
    """The method `__exit__`: that of the lock which was locked last, by this thread if it locked any.

    Where it is looked up first, that lock is yet to come: looking up `__enter__` then puts it in.
    """

    def __get__(self, context: "observed | None", kind: Any) -> Callable[..., Any]:
        if context is None:
            return lambda context, *error: context.__exit__(*error)
        entries = [*filter(is_open, context.entries)]
        own = [entry for entry in entries if entry.thread == get_ident()]
        leave = partial((own or entries)[-1].lock.__exit__ if entries else partial(refuse_to_leave, context))
        if LEAVING_FIRST or not entries:
            looked_up.context, looked_up.leave = ref(context), leave
        return leave


def refuse_to_leave(context: "observed", *error: object) -> None:
    """Say that a context is not open."""
    raise RuntimeError(f"this {type(context).__name__} context is not open")


class observed:  # noqa: N801, a context reads as a verb
    """A context in which `observer(node, backward)` sees each operation of this thread or task.

    It is called when the node has been made, and again in a backward pass when the node has passed its
    gradient on. What it returns when the node is made is the result of the operation. A `reader(value)` is
    told when a number is taken out of a Value: by asking for its data, comparing or printing it, or by a
    backward pass from it. With None for an observer, operations cost no more than outside.

    It decorates functions, also those that are generators or `async def`.

    >>> from autograd import Value
    >>> with observed(lambda node, backward: print(node.op) or node):
    ...     x = Value(2.0) * 3.0 + 1.0
    *
    +
    """

    def __init__(self, observer: Observer | None, reader: Callable[[Value], Any] | None = None) -> None:
        self.observer, self.reader = observer, reader
        self.entries: list[Entry] = []

    if TYPE_CHECKING:

        def __enter__(self) -> Any: ...
        def __exit__(self, *error: object) -> None: ...

    else:
        __enter__, __exit__ = Entering(), Leaving()

    def __call__(self, function: Called) -> Called:
        """A function that is run in this context."""
        if not callable(function) or isinstance(function, type) or isasyncgenfunction(function):
            name = type(self).__name__
            raise TypeError(
                f"{name} decorates functions, not {function!r}: write `with {name}():` inside of it, around "
                "what it is meant for"
            )
        if isgeneratorfunction(function):

            @wraps(function)
            def resumed(*values: Any, **named: Any) -> Any:
                return (yield from self.resumed(function(*values, **named)))

            return resumed  # type: ignore[return-value]
        if iscoroutinefunction(function):

            @wraps(function)
            async def awaited(*values: Any, **named: Any) -> Any:
                with self:
                    return await function(*values, **named)

            return awaited  # type: ignore[return-value]

        @wraps(function)
        def called(*values: Any, **named: Any) -> Any:
            with self:
                return function(*values, **named)

        return called  # type: ignore[return-value]

    def resumed(self, generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """A generator that runs in this context, while who takes from it does not."""
        resume: Callable[[], Any] = partial(next, generator)
        while True:
            try:
                with self:
                    item = resume()
            except StopIteration as end:
                return end.value
            try:
                resume = partial(generator.send, (yield item))
            except GeneratorExit:
                with self:
                    generator.close()
                raise
            except BaseException as error:
                resume = partial(generator.throw, error)


class plainly_observed(observed):  # noqa: N801
    """A context that takes no arguments: as a decorator it stands with or without parentheses."""

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """A context; or, above a `def` without parentheses, the function in one."""
        return super().__new__(cls) if function is None else cls()(function)


class no_grad(plainly_observed):  # noqa: N801
    """A context (or decorator) in which operations give their results and remember nothing.

    A generator that yields inside of `with no_grad():` leaves it on for its caller meanwhile, which is what
    `contextlib.contextmanager` needs. `@no_grad` above the generator function quiets its own lines alone.

    >>> from autograd import Value
    >>> x = Value(2.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.is_leaf
    True
    """

    def __init__(self) -> None:
        super().__init__(unrecorded)


def unrecorded(node: Value, backward: bool) -> Value:
    """The number of a node as a leaf, which says so when it is asked for a backward pass."""
    if backward:
        return node
    value = Value(node.data)
    mark_unrecorded(value)
    return value


def is_open(entry: Entry) -> bool:
    """Whether a context that was entered is still open."""
    return bool(entry.lock.locked())


def is_watched() -> bool:
    """Whether anything watches the operations of this thread or task."""
    return any(map(is_open, here.get()))


def count(own: Entry | None = None) -> None:
    """Count the contexts that are open, a new one among them."""
    with counting:
        if own is not None:
            entered[id(own.lock)] = ref(own.lock), own.observer is not None, own.reader is not None
        for key, (reference, _, _) in list(entered.items()):
            known = reference()
            if known is None or not known.locked():
                entered.pop(key, None)
        kinds = list(entered.values())
        set_watched(sum(observes for _, observes, _ in kinds), sum(reads for _, _, reads in kinds))


def watch(node: Value, backward: bool) -> Value:
    """The node as the observers of this thread or task leave it, the one opened first asked first."""
    watched = False
    for entry in here.get():
        if entry.lock.locked():
            watched = True
            if entry.observer is not None:
                node = entry.observer(node, backward)
    if not watched:
        count()  # what was left behind is cleared away
    return node


def notice(value: Value) -> None:
    """Tell the readers of this thread or task that a number is taken out of a Value."""
    heard = False
    for entry in here.get():
        if entry.lock.locked():
            heard = True
            if entry.reader is not None:
                entry.reader(value)
    if not heard:
        count()  # what was left behind is cleared away


def renew() -> None:
    """In a forked child: the contexts of the one thread that is left stay open, those of others are gone."""
    global counting
    counting = RLock()
    own = [entry.lock for entry in here.get()]
    for key in entered.keys() - set(map(id, own)):
        del entered[key]
    count()


watch_with(watch, notice)
in_child(renew)

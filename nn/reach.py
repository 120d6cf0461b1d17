"""What a function can reach and change: the numbers it may count in, the sources of its random numbers.

A function whose result depends on such a number is not a function of its arguments alone. This looks, and
runs no code of what it looks at.
"""

import itertools
import random
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from functools import partial
from types import CodeType, FunctionType, MemberDescriptorType, MethodType, ModuleType
from typing import Any

from autograd import Value
from autograd.internal import Primitive

MOST = 10_000  # things that are looked at
LONGEST = 64  # items of a list that are
OURS = ("autograd", "nn")
OPAQUE = ("builtins", "itertools", "numpy", "torch")
ROWS = (list, tuple, deque)
PLAIN = (int, float, bool, str, bytes, complex, type(None))

Part = tuple[str, Any]
Slots = dict[int, list[tuple[str, Any]]]  # by the id of a class, its own
State = dict[tuple[str, int], Any]  # by name, and by which of that name it is


def state_of(functions: Iterable[Any], others: Iterable[Value] = ()) -> State:
    """The plain numbers and texts in reach of functions and objects, and where random numbers stand.

    The `others` are not looked at.
    """
    state: State = {("the random numbers of Python", 1): hash(random.getstate())}
    if "numpy.random" in sys.modules:
        state["the random numbers of NumPy", 1] = numpy_state(sys.modules["numpy.random"].get_state())
    waiting: deque[Part] = deque(("", function) for function in functions if function is not None)
    kept: list[Any] = []  # so that no id is used again meanwhile
    seen = {id(value) for value in others}
    slots: Slots = {}
    named: Counter[str] = Counter()
    while waiting and len(state) + len(kept) < MOST:
        name, thing = waiting.popleft()
        summary = thing
        if type(thing) not in PLAIN:
            if id(thing) in seen:
                continue
            seen.add(id(thing))
            kept.append(thing)
            summary = summary_of(thing)
            if type(thing) in ROWS:
                row = enumerate(itertools.islice(thing, LONGEST))
                waiting.extend((f"{name}[{i}]", item) for i, item in row if id(item) not in seen)
            else:
                waiting.extend(parts_of(name, thing, slots))
        if summary is not None:
            named[name] += 1
            state[name, named[name]] = summary
    return state


def changed(before: State, after: State) -> str:
    """The name of what is not what it was; "" if all is."""
    for name in before.keys() & after.keys():
        one, other = before[name], after[name]
        if one is not other and one != other and one == one:
            return name[0]
    return ""


def summary_of(thing: Any) -> Any:
    """What tells whether a thing has changed that is not looked into; None if it is, or if nothing does."""
    kind = type(thing)
    if kind is Value:
        return thing.data
    if kind is list or kind is deque:
        return len(thing)
    if kind is itertools.count:
        return repr(thing)
    if kind is random.Random:
        return hash(thing.getstate())
    if home_of(kind) == "numpy":
        if hasattr(thing, "bit_generator"):
            return repr(thing.bit_generator.state)
        if hasattr(thing, "get_state"):
            return numpy_state(thing.get_state())
        return thing.tobytes() if getattr(thing, "nbytes", MOST) < MOST else None
    return None


def numpy_state(state: Any) -> Any:
    """The state of a source of random numbers of NumPy's, as what can be compared."""
    parts = state if isinstance(state, tuple) else (repr(state),)
    return [part.tobytes() if hasattr(part, "tobytes") else part for part in parts]


def parts_of(name: str, thing: Any, slots: Slots) -> Iterator[Part]:
    """What a thing holds that is no list, by name."""
    kind = type(thing)
    if kind is dict:
        yield from ((f"{name}[{key!r}]", thing[key]) for key in list(thing)[:LONGEST] if type(key) in PLAIN)
    elif kind is FunctionType:
        yield from parts_of_function(thing)
    elif kind is MethodType:
        yield from ((name, thing.__self__), (name, thing.__func__))
    elif kind is partial:
        yield from ((name, thing.func), (name, thing.args), (name, thing.keywords))
    elif kind is Primitive:
        yield name, thing.function
    elif isinstance(thing, type):
        if home_of(thing) not in (*OURS, "builtins"):
            yield from (
                (f"{thing.__name__}.{key}", part) for key, part in vars(thing).items() if open_to(key)
            )
    elif kind not in (Value, ModuleType, random.Random) and home_of(kind) not in OPAQUE:
        yield from parts_of_object(name, thing, slots)


def parts_of_object(name: str, thing: Any, slots: Slots) -> Iterator[Part]:
    """The attributes of an object, and those of its class."""
    kind = type(thing)
    try:
        attributes = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        attributes = {}
    for key, part in list(attributes.items()):
        yield f"{name}.{key}" if name else str(key), part
    for base in kind.__mro__:
        if id(base) not in slots:
            slots[id(base)] = [
                (key, part) for key, part in vars(base).items() if type(part) is MemberDescriptorType
            ]
            yield base.__name__, base
        for slot, descriptor in slots[id(base)]:
            try:
                yield f"{name}.{slot}", descriptor.__get__(thing, kind)
            except AttributeError:  # it was not set
                continue


def parts_of_function(function: FunctionType) -> Iterator[Part]:
    """The variables that a function reads from around it, and its defaults."""
    if home_of(function) in OURS:
        return
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # nothing is in it yet
            continue
    yield from ((function.__name__, part) for part in function.__defaults__ or ())
    yield from (function.__kwdefaults__ or {}).items()
    yield from vars(function).items()
    for code in codes_of(function.__code__):
        for name in code.co_names:
            if name not in function.__globals__:
                continue
            thing = function.__globals__[name]
            if type(thing) is ModuleType:
                inside = vars(thing)
                yield from (
                    (f"{name}.{key}", inside[key])
                    for key in code.co_names
                    if key in inside and type(inside[key]) in (*PLAIN, list, dict)
                )
            else:
                yield name, thing


def codes_of(code: CodeType) -> Iterator[CodeType]:
    """The code of a function, and that of functions written inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_of(constant)


def home_of(thing: Any) -> str:
    """The package in which a class or a function was written."""
    module = thing.__module__
    return module.split(".")[0] if isinstance(module, str) else ""


def open_to(key: str) -> bool:
    """Whether an attribute of a class is its writer's, and not Python's own."""
    return not key.startswith("__") or key in ("__call__", "__init__")

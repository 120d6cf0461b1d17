# cython: annotation_typing=False, infer_types=True
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
ROWS = frozenset((list, tuple, deque))
PLAIN = frozenset((int, float, bool, str, bytes, complex, type(None)))

Path = Any  # how a thing was reached: a name, or (the path to what holds it, how a part is written, which)
Part = tuple[Path, Any]
Slots = dict[type, list[tuple[str, Any]]]  # by class of objects that were met
State = list[tuple[Path, Any]]


def state_of(functions: Iterable[Any], others: Iterable[int] = ()) -> State:
    """The plain numbers and texts in reach of functions and objects, and where random numbers stand.

    The things of which the `others` are the ids are not looked at.
    """
    state: State = [("the random numbers of Python", hash(random.getstate()))]
    if "numpy.random" in sys.modules:
        state.append(("the random numbers of NumPy", numpy_state(sys.modules["numpy.random"].get_state())))
    waiting: list[Part] = [("", function) for function in functions if function is not None]
    kept: list[Any] = []  # so that no id is used again meanwhile
    seen = set(others)
    slots: Slots = {}
    for path, thing in waiting:  # which grows meanwhile
        if len(state) + len(kept) >= MOST:
            break
        kind = type(thing)
        if kind in PLAIN:
            if thing is not None:
                state.append((path, thing))
            continue
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        kept.append(thing)
        if kind in ROWS:
            if kind is not tuple:
                state.append((path, len(thing)))
            row = [*itertools.islice(thing, LONGEST)] if kind is deque else thing[:LONGEST]
            waiting.extend([((path, "[{}]", i), row[i]) for i in range(len(row)) if id(row[i]) not in seen])
        elif kind in slots:
            waiting.extend(attributes_of(path, thing, slots[kind], seen))
        else:
            summary = summary_of(thing)
            if summary is not None:
                state.append((path, summary))
            waiting.extend(parts_of(path, thing, slots, seen))
    return state


def changed(before: State, after: State) -> str:
    """The name of what is not what it was; "" if all is."""
    if before == after:
        return ""
    ones, others = by_name(before), by_name(after)
    for name in ones.keys() & others.keys():
        one, other = ones[name], others[name]
        if one is not other and one != other and one == one:
            return name[0]
    return ""


def by_name(state: State) -> dict[tuple[str, int], Any]:
    """A state by name, and by which of that name it is."""
    result, named = {}, Counter[str]()
    for path, summary in state:
        name = spelled(path)
        named[name] += 1
        result[name, named[name]] = summary
    return result


def spelled(path: Path) -> str:
    """A path as it is written in Python."""
    steps: list[str] = []
    while type(path) is tuple:
        path, form, key = path
        steps.append(form.format(key))
    return "".join([path, *reversed(steps)]).removeprefix(".")


def summary_of(thing: Any) -> Any:
    """What tells whether a thing has changed that is not looked into; None if it is, or if nothing does."""
    kind = type(thing)
    if kind is Value:
        return thing.data
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


def parts_of(path: Path, thing: Any, slots: Slots, seen: set[int]) -> Iterable[Part]:
    """What a thing holds that is no list, each part with its path; what was seen may be left out."""
    kind = type(thing)
    if kind is dict:
        keys = [key for key in list(thing)[:LONGEST] if type(key) in PLAIN]
        return [((path, "[{!r}]", key), thing[key]) for key in keys]
    if kind is FunctionType:
        return parts_of_function(thing)
    if kind is MethodType:
        return (path, thing.__self__), (path, thing.__func__)
    if kind is partial:
        return (path, thing.func), (path, thing.args), (path, thing.keywords)
    if kind is Primitive:
        return ((path, thing.function),)
    if isinstance(thing, type):
        ours = home_of(thing) in (*OURS, "builtins")
        members = () if ours else vars(thing).items()
        return [(f"{thing.__name__}.{key}", part) for key, part in members if open_to(key)]
    if kind in (Value, ModuleType, random.Random) or home_of(kind) in OPAQUE:
        return ()
    slots[kind] = slots_of(kind)
    bases = [(base.__name__, base) for base in kind.__mro__]
    return [*attributes_of(path, thing, slots[kind], seen), *bases]


def attributes_of(path: Path, thing: Any, slots: list[tuple[str, Any]], seen: set[int]) -> list[Part]:
    """The attributes of an object that were not seen, also those in slots."""
    try:
        named = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        named = {}
    parts: list[Part] = [
        ((path, ".{}", key), part) for key, part in list(named.items()) if id(part) not in seen
    ]
    for slot, descriptor in slots:
        try:
            parts.append(((path, ".{}", slot), descriptor.__get__(thing, type(thing))))
        except AttributeError:  # it was not set
            continue
    return parts


def slots_of(kind: type) -> list[tuple[str, Any]]:
    """The slots of a class and of those that it is made from."""
    members = [item for base in kind.__mro__ for item in vars(base).items()]
    return [(key, part) for key, part in members if type(part) is MemberDescriptorType]


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

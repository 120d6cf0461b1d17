"""Leaves that a model holds where they are no parameters: in sets, objects of another kind, its class."""

from collections import deque
from collections.abc import Iterable, Iterator
from types import MemberDescriptorType
from typing import Any

from autograd import Value

MOST = 10_000  # things that are looked at
OURS = ("autograd", "nn", "builtins")
Part = tuple[str, Any]


def overlooked(model: Any, parameters: Iterable[Value]) -> dict[Value, str]:
    """The leaves in reach of the model's attributes that are not among these parameters, by name."""
    known = set(parameters)
    found: dict[Value, str] = {}
    waiting: deque[Part] = deque([("", model)])
    kept: dict[int, Any] = {}  # so that no id is used again meanwhile
    while waiting and len(kept) < MOST:
        name, thing = waiting.popleft()
        if type(thing) is Value:
            if thing.is_leaf and thing not in known:
                found.setdefault(thing, name)
        elif id(thing) not in kept:
            kept[id(thing)] = thing
            waiting.extend((f"{name}.{key}" if name else key, part) for key, part in parts_of(thing))
    return found


def parts_of(thing: Any) -> Iterator[Part]:
    """What a list, a dict, a set or an object holds; of an object, what its class does too."""
    kind = type(thing)
    if kind in (list, tuple, deque, set, frozenset):
        yield from ((str(place), part) for place, part in enumerate(thing))
    elif kind is dict:
        yield from ((str(key), part) for key, part in list(thing.items()))
    try:
        attributes = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return
    if isinstance(attributes, dict):
        yield from list(attributes.items())
        for base in kind.__mro__:
            if base.__module__.split(".")[0] not in OURS:
                yield from ((key, part) for key, part in vars(base).items() if type(part) is Value)
                slots = [key for key, slot in vars(base).items() if type(slot) is MemberDescriptorType]
                yield from ((key, getattr(thing, key)) for key in slots if hasattr(thing, key))

# cython: annotation_typing=False, infer_types=True
"""Leaves that a model holds where they are no parameters: in sets, objects of another kind, its class."""

from collections import deque
from collections.abc import Iterable
from types import MemberDescriptorType
from typing import Any

from autograd import Value

MOST = 10_000  # things that are looked at
OURS = ("autograd", "nn", "builtins")
Path = Any  # how a thing was reached: None for the model, or (the path to what holds it, the name there)
Part = tuple[Path, Any]
Slots = dict[type, list[str]]  # by class of objects that were met


def overlooked(model: Any, parameters: Iterable[Value]) -> dict[Value, str]:
    """The leaves in reach of the model's attributes that are not among these parameters, by name."""
    known = set(map(id, parameters))
    found: dict[Value, Path] = {}
    waiting: list[Part] = [(None, model)]
    kept: dict[int, Any] = {}  # so that no id is used again meanwhile
    slots: Slots = {}
    for path, thing in waiting:  # which grows meanwhile
        if len(kept) >= MOST:
            break
        if type(thing) is Value:
            if thing.is_leaf and id(thing) not in known:
                found.setdefault(thing, path)
        elif id(thing) not in kept:
            kept[id(thing)] = thing
            if not (type(thing) is list and known.issuperset(map(id, thing))):  # most are lists of weights
                waiting.extend(parts_of(path, thing, slots, known))
    return {leaf: spelled(path) for leaf, path in found.items()}


def spelled(path: Path) -> str:
    """A path as the name of what it leads to, such as `layers.0.scale`."""
    keys = []
    while path is not None:
        path, key = path
        keys.append(str(key))
    return ".".join(reversed(keys))


def parts_of(path: Path, thing: Any, slots: Slots, known: set[int]) -> list[Part]:
    """What a list, a dict, a set or an object holds, but for what is known; and what its class does."""
    kind = type(thing)
    parts: list[Part] = []
    if kind in (list, tuple, deque, set, frozenset):
        parts = [((path, place), part) for place, part in enumerate(thing) if id(part) not in known]
    elif kind is dict:
        parts = [((path, key), part) for key, part in list(thing.items())]
    try:
        attributes = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return parts
    if isinstance(attributes, dict):
        parts += [((path, key), part) for key, part in list(attributes.items()) if id(part) not in known]
        if kind not in slots:
            others = [base for base in kind.__mro__ if base.__module__.split(".")[0] not in OURS]
            members = [item for base in others for item in vars(base).items()]
            parts += [((path, key), part) for key, part in members if type(part) is Value]
            slots[kind] = [key for key, slot in members if type(slot) is MemberDescriptorType]
        parts += [((path, key), getattr(thing, key)) for key in slots[kind] if hasattr(thing, key)]
    return parts

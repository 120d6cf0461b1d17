# cython: annotation_typing=False, infer_types=True, boundscheck=False, wraparound=False
"""What a model was when its parameters were last asked for. (The C types are in snapshot.pxd.)

A loop by hand asks for them in each step, and mostly the model has the same Modules, lists and Values as in
the step before. To see that is many times faster than to find them again.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if TYPE_CHECKING or not cython.compiled:
    from autograd.core.value import Value
else:
    from cython.cimports.autograd.core.value import Value

from functools import partial
from operator import is_
from weakref import ref

from nn.search import PLAIN, Search

LIST, TUPLE, DICT, MODULE, END = [object() for _ in range(5)]  # what begins, and that it ends


@cython.final
@cython.cclass
class Snapshot:
    """The `parameters` that a search found in a model, and all that it met on its way, in order.

    What was met is kept as leaves, lists of leaves, types of what holds no parameters, and where a list, a
    tuple, a dict or a Module begins and ends: nothing that could hold the model. Of a model that has
    anything else, or the same container twice, nothing is kept, and it is searched each time.
    """

    def __init__(self, module: type, model: Any, parameters: list[Value]) -> None:
        self.module, self.model = module, ref(model, partial(forget, id(model)))
        self.met: list[Any] = []
        self.entered: set[int] = set()
        self.is_complete = self.note(model)
        self.entered.clear()
        self.met.append(END)  # so that there is a place after the last
        if not self.is_complete:
            self.met.clear()
        self.parameters = parameters if self.is_complete else []

    def is_current(self, model: Any) -> bool:
        """Whether a search of the model would now meet the same."""
        return self.is_complete and self.place_after(model, 0) == len(self.met) - 1

    def note(self, part: Any) -> bool:
        """Note a part of the model, and all that it holds; whether nothing of it is unusual."""
        kind = type(part)
        if kind is Value:
            self.met.append(part)
            return part.is_leaf
        if kind in PLAIN:
            self.met.append(kind)
            return True
        begin = self.beginning_of(part)
        if begin is None or id(part) in self.entered:
            return False
        self.entered.add(id(part))
        if begin is LIST and all(type(item) is Value and item.is_leaf for item in part):
            self.met.append(part.copy())
            return True
        self.met.append(begin)
        named = part if begin is DICT else vars(part) if begin is MODULE else None
        for inner in part if named is None else named.values():
            if not self.note(inner):  # in a loop, not by `map`: the stack of a browser is short
                return False
        self.met.append(END)
        return True

    def beginning_of(self, part: Any) -> Any:
        """What begins with a container; None if it is none, or not of a usual kind."""
        kind = type(part)
        if kind is list:
            return LIST
        if kind is tuple:
            return TUPLE
        if kind is dict:
            return DICT
        if isinstance(part, self.module) and not isinstance(part, (list, tuple)):
            return MODULE
        return None

    def place_after(self, whole: Any, place: int) -> int:
        """The place after a container that was met at `place`; −1 if it is not the same."""
        begin = self.beginning_of(whole)
        if begin is None or begin is not self.met[place]:
            return -1
        place += 1
        named = whole if begin is DICT else vars(whole) if begin is MODULE else None
        if named is not None and are_same(named, self.met, place):
            place += len(named)
            return place + 1 if self.met[place] is END else -1
        for part in whole if named is None else named.values():
            place = place + 1 if is_same(part, self.met, place) else self.place_after(part, place)
            if place < 0:
                return -1
        return place + 1 if self.met[place] is END else -1


if not cython.compiled:

    def is_same(part: Any, met: list[Any], place: int) -> bool:
        """Whether a part is the leaf that was met, of the type that was, or a list of the same leaves."""
        before = met[place]
        if type(before) is list:
            return type(part) is list and len(part) == len(before) and all(map(is_, part, before))
        return part is before or type(part) is before

    def are_same(parts: dict[Any, Any], met: list[Any], place: int) -> bool:
        """Whether that is so of all that a dict holds."""
        return all(is_same(part, met, place + i) for i, part in enumerate(parts.values()))


# --- One for each model ------------------------------------------------------------------------------------

snapshots: dict[int, Any] = {}  # by the id of the model
latest: list[Value] = []  # the parameters that were asked for last, while their model is there


def parameters_in(module: type, model: Any) -> list[Value]:
    """The parameters in a Module, as a search finds them; the list is not the caller's own."""
    global latest
    snapshot: Any = snapshots.get(id(model))
    is_known = snapshot is not None and snapshot.model() is model
    if is_known and snapshot.is_current(model):
        found = snapshot.parameters
    else:
        found = Search(module, model, False).results()[0]
        if not is_known or snapshot.is_complete:
            snapshot = snapshots[id(model)] = Snapshot(module, model, found)
    latest = snapshot.parameters
    return found


def were_found(values: list[Any]) -> bool:
    """Whether these are the parameters that were asked for last: leaves, none of them twice."""
    return is_same(values, [latest], 0)


def forget(key: int, model: "ref[Any]") -> None:
    """Let go of the snapshot of a model that is no more."""
    global latest
    if key in snapshots and snapshots[key].model is model:
        if latest is snapshots[key].parameters:
            latest = []
        del snapshots[key]

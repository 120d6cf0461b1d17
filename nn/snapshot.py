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
    from cython.cimports.cpython.object import PyObject

from functools import partial
from operator import is_
from weakref import ref

from nn.search import PLAIN, Search

END = object  # where a container ends: there is no part of just this type


@cython.final
@cython.cclass
class Snapshot:
    """The `parameters` that a search found in a model, and all that it met on its way, in order.

    What was met is kept as leaves, lists of leaves, types of what holds no parameters, and for a list, a
    tuple, a dict or a Module its type, what is in it, and an END: nothing that could hold the model. Of a
    model that has anything else, or the same container twice, nothing is kept, and it is searched each time.
    """

    def __init__(self, module: type, model: Any, parameters: list[Value]) -> None:
        self.module, self.key = module, id(model)
        self.model = ref(model, partial(forget, self.key))
        self.met: list[Any] = []
        self.entered: set[int] = set()
        self.is_complete = self.note(model)
        self.entered.clear()
        self.met.append(END)  # so that there is a place after the last
        if not self.is_complete:
            self.met.clear()
        self.parameters = parameters if self.is_complete else []
        self.notes = room_for_notes(len(self.met))

    def is_current(self, model: Any) -> bool:
        """Whether a search of the model would now meet the same."""
        return self.is_complete and is_as_met(model, self.met, self.module, self.notes)

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
        if begin is list and all(type(item) is Value and item.is_leaf for item in part):
            self.met.append(part.copy())
            return True
        self.met.append(begin)
        row = vars(part).values() if begin is self.module else part.values() if begin is dict else part
        for inner in row:
            if not self.note(inner):  # in a loop, not by `map`: the stack of a browser is short
                return False
        self.met.append(END)
        return True

    def beginning_of(self, part: Any) -> Any:
        """The type that begins a container; None if it is none, or not of a usual kind."""
        kind = type(part)
        if kind is list or kind is tuple or kind is dict:
            return kind
        return self.module if is_usual(part, self.module) else None


if not cython.compiled:

    def room_for_notes(count: int) -> bytearray:
        """Memory for what a walk notes for the next look: in C alone."""
        return bytearray()

    def is_as_met(model: Any, met: list[Any], module: type, notes: bytearray) -> bool:
        """Whether a model is what was met, to the END after its own."""
        return place_after(model, met, 0, module) == len(met) - 1

    def place_after(part: Any, met: list[Any], place: int, module: type) -> int:
        """The place after a part that was met at `place`, and all that it holds; −1 if it is not the same.

        (A class in the place of its object passes for it, and leaves an END too many.)
        """
        before, place = met[place], place + 1
        if part is before and before is not END:
            return place
        if type(before) is list:
            return place if are_same(part, before) else -1
        if before is module:
            if not is_usual(part, module):
                return -1
            part = vars(part)
        elif type(part) is not before or before is END:
            return -1
        elif before not in (list, tuple, dict):
            return place
        for inner in part.values() if type(part) is dict else part:
            place = place_after(inner, met, place, module)
            if place < 0:
                return -1
        return place + 1 if met[place] is END else -1

    def is_usual(part: Any, module: type) -> bool:
        """Whether this is a Module with its attributes in a dict, and no list or tuple besides."""
        return isinstance(part, module) and not isinstance(part, (list, tuple)) and type(vars(part)) is dict

    def are_same(row: Any, leaves: list[Value]) -> bool:
        """Whether this is a list of those leaves."""
        return type(row) is list and len(row) == len(leaves) and all(map(is_, row, leaves))


# --- One for each model ------------------------------------------------------------------------------------

snapshots: dict[int, Snapshot] = {}  # by the id of the model: another's only when this one is forgotten
latest: Snapshot | None = None  # the one that was asked for last, while its model is there
given: list[Value] = []  # the list in which some were given away last


def parameters_in(module: type, model: Any) -> list[Value]:
    """The parameters in a Module, as a search finds them; the list is not the caller's own."""
    global latest
    known, snapshot = snapshots, latest
    if snapshot is None or snapshot.key != id(model):
        snapshot = known.get(id(model))
    if snapshot is not None and snapshot.is_current(model):
        latest = snapshot
        return snapshot.parameters
    found: list[Value] = Search(module, model, False).results()[0]
    if snapshot is None or snapshot.is_complete:
        snapshot = known[id(model)] = Snapshot(module, model, found)
    latest = snapshot
    return found


def parameters_for_caller(module: type, model: Any) -> list[Value]:
    """The same, in a list that is the caller's own: once more the last one, if nobody has it any more."""
    global given
    found = parameters_in(module, model)
    if cython.compiled and is_free(cython.cast(cython.pointer(PyObject), given), found):  # noqa: F821
        return given
    given = found.copy()
    return given


def own_parameters(module: Any, model: Any) -> list[Value]:
    """The parameters that a Module says it has, by a method of its own or as any does."""
    if type(model).parameters is module.parameters and "parameters" not in vars(model):
        return parameters_in(module, model)
    return model.parameters()


def were_found(things: Any) -> bool:
    """Whether this is a list of the parameters asked for last: leaves, at least one, none of them twice."""
    return latest is not None and len(latest.parameters) > 0 and are_same(things, latest.parameters)


def forget(key: int, model: "ref[Any]") -> None:
    """Let go of the snapshot of a model that is no more."""
    global latest, given
    given = []
    if latest is not None and latest.key == key:
        latest = None
    if key in snapshots and snapshots[key].model is model:
        del snapshots[key]

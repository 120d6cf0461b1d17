# cython: annotation_typing=False, infer_types=True, boundscheck=False, wraparound=False
"""Parameters in what holds them, found in the time of a look: a loop by hand does so in each iteration.

As a pass over a graph does, a search marks the Values that it meets. (The C types are in search.pxd.)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

from collections import deque
from types import FunctionType

if TYPE_CHECKING or not cython.compiled:
    from autograd.core import backprop
    from autograd.core.value import Value
else:
    from cython.cimports.autograd.core import backprop
    from cython.cimports.autograd.core.value import Value

PLAIN = frozenset([str, int, float, bool, type(None), FunctionType, type(Value.relu)])  # hold no parameters
UNUSUAL = (deque, set, frozenset)
DEEPEST = 250  # what holds what, before Python's own limit


@cython.final
@cython.cclass
class Search:
    """The leaves in a Module, and in lists, tuples, dicts, dataclasses and Modules there, each found once.

    Of what else has a method `parameters`, those it returns.

    `names` are where they were met first, such as `layers.0.neurons.3.bias`; empty unless `named`.
    """

    def __init__(self, module: type, model: Any, named: bool) -> None:
        self.module, self.named, self.depth, self.others = module, named, 0, False
        self.found: list[Value] = []
        self.names: list[str] = []
        self.entered: set[int] = set()
        self.kept: list[Any] = []
        with backprop.one_pass:
            self.mark = backprop.fresh_mark()
            self.enter(model, "")

    def results(self) -> tuple[list[Value], list[str]]:
        """What was found, and the names."""
        if self.others:  # who has parameters of its own may have searched, and left other marks
            firsts: dict[Value, str] = {}
            for i, value in enumerate(self.found):
                firsts.setdefault(value, self.names[i] if self.named else "")
            self.found, self.names = [*firsts], [*firsts.values()] if self.named else []
        return self.found, self.names

    def enter(self, whole: Any, prefix: str) -> int:
        """Meet all that a list, a tuple, a dict or a Module holds."""
        if self.depth == DEEPEST:
            raise RecursionError(f"a model may be {DEEPEST} lists, dicts or Modules deep: make it flatter")
        self.depth += 1
        if isinstance(whole, (list, tuple)):
            self.enter_row(whole, prefix)
        elif self.is_new(whole):
            parts = vars(whole) if isinstance(whole, self.module) else dict(whole)
            for name, part in parts.items():
                self.meet(part, prefix, name)
        self.depth -= 1
        return 0

    def enter_row(self, row: Any, prefix: str) -> int:
        """Meet all that a list or a tuple holds. (If they are Values, again and again.)"""
        key, entered = 0, False
        for part in row:
            if isinstance(part, Value):
                if self.keep(cython.cast(Value, part)) and self.named:
                    self.names.append(f"{prefix}{key}")
            else:
                if not entered and not self.is_new(row):
                    return 0
                entered = True
                self.meet(part, prefix, key)
            key += 1  # noqa: SIM113  enumerate would make an object of each
        return 0

    def is_new(self, whole: Any) -> bool:
        """Whether this is entered for the first time: it may be held by what it holds."""
        before = len(self.entered)
        self.entered.add(id(whole))
        return len(self.entered) > before

    def keep(self, value: Value) -> bool:
        """Keep a leaf if it is new; whether it is."""
        if value._primitive is not None or value._mark == self.mark:
            return False
        value._mark = self.mark
        self.found.append(value)
        return True

    def keep_all(self, row: list[Any]) -> bool:
        """Keep all leaves in a list, if it is one of Values alone; whether it is."""
        for i in range(len(row)):
            if not isinstance(row[i], Value):
                return False  # whatever was kept is met again
            self.keep(cython.cast(Value, row[i]))
        return True

    def keep_flat(self, part: Any) -> bool:
        """Keep the leaves of a list of Values, or of a Module of such lists and Values; whether it is one.

        So most lists and Modules need not be noted as entered: they hold nothing that could hold them.
        """
        if self.depth == DEEPEST:
            return False
        if type(part) is list:
            return self.keep_all(part)
        if not isinstance(part, self.module) or isinstance(part, (list, tuple)):
            return False
        parts = vars(part)
        for item in parts.values():
            if isinstance(item, Value):
                self.keep(cython.cast(Value, item))
            elif type(item) not in PLAIN and not (type(item) is list and self.keep_all(item)):
                return False
        return True

    def meet(self, part: Any, prefix: str, key: Any) -> int:
        """Keep a leaf; enter what may hold others."""
        if isinstance(part, Value):
            if self.keep(cython.cast(Value, part)) and self.named:
                self.names.append(f"{prefix}{key}")
        elif type(part) in PLAIN or (not self.named and self.keep_flat(part)):
            return 0
        elif isinstance(part, (list, tuple, dict)) or isinstance(part, self.module):
            self.enter(part, f"{prefix}{key}." if self.named else "")
        elif type(part) in UNUSUAL or type(part).__module__ == "numpy":
            row = row_of(part, self.module, f"{prefix}{key}")
            if self.is_new(part):
                self.kept.append(row)  # so that its id is not another's soon
                self.enter(row, f"{prefix}{key}." if self.named else "")
        elif callable(getattr(type(part), "parameters", None)) or hasattr(type(part), "__dataclass_fields__"):
            self.enter_other(part, f"{prefix}{key}." if self.named else "")
        return 0

    def enter_other(self, thing: Any, prefix: str) -> int:
        """Meet the parameters that an object of another kind says it has, or the fields of a dataclass."""
        if isinstance(thing, type) or not self.is_new(thing):
            return 0
        self.others = True
        if callable(getattr(type(thing), "parameters", None)):
            row = list(thing.parameters())
            self.kept.append(row)
            return self.enter(row, prefix)
        for name in type(thing).__dataclass_fields__:
            self.meet(getattr(thing, name, None), prefix, name)
        return 0


def row_of(whole: Any, module: type, name: str) -> list[Any]:
    """What a deque or an array of objects holds; a set that holds parameters is refused."""
    if isinstance(whole, deque):
        return list(whole)
    if isinstance(whole, (set, frozenset)):
        if any(isinstance(item, (Value, module)) for item in whole):
            raise TypeError(f"the parameters in {name} are in a set, and have no order: use a list")
        return []
    row = whole.tolist() if getattr(getattr(whole, "dtype", None), "kind", "") == "O" else []
    return row if isinstance(row, list) else [row]


def are_parameters(things: list[Any]) -> bool:
    """Whether all are leaves, and none is there twice."""
    with backprop.one_pass:
        mark = backprop.fresh_mark()
        for thing in things:
            if not isinstance(thing, Value):
                return False
            value = cython.cast(Value, thing)
            if value._primitive is not None or value._mark == mark:
                return False
            value._mark = mark
    return True

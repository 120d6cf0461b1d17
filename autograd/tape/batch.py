"""What a batch may be, and what is wrong with one: rows of numbers, one for each input of a tape."""

import sys
from array import array
from collections.abc import Mapping, Sequence, Set
from typing import Any

from autograd.core.operands import as_number
from autograd.core.value import Value

MOST = sys.maxsize // 16  # numbers: no memory has room for more, and past it the number of bytes wraps around
DOUBLES = ("d", "@d", "=d", "<d" if sys.byteorder == "little" else ">d")  # formats of memory, all the same


def check_size(count: int, each: int, what: str) -> None:
    """Refuse what takes more numbers than there can be: `count` times `each`."""
    if count * each > MOST:
        raise MemoryError(f"{count} {what} do not fit into memory")


def is_row(thing: Any) -> bool:
    """Whether `thing` holds things in order."""
    if isinstance(thing, (str, bytes, Mapping, Set)):
        return False
    return hasattr(thing, "__len__") and hasattr(thing, "__getitem__")


def as_matrix(batch: Any) -> Any:
    """A view of a 2-D array of doubles; None for anything else, which is read as a sequence of rows."""
    try:
        view = memoryview(batch)
    except (TypeError, ValueError):
        return None
    if view.ndim != 2 or view.format not in DOUBLES:
        if isinstance(batch, memoryview):
            raise TypeError(
                "a memoryview can be a batch if it has rows of doubles: "
                f"{view.ndim} dimensions of the format {view.format!r} are not"
            )
        return None
    return view


def rows_of(view: Any) -> list[Any]:
    """The rows of a view of a 2-D array of doubles, whatever its strides."""
    count, width = view.shape
    numbers = array("d", view.tobytes()).tolist()
    return [numbers[i * width : (i + 1) * width] for i in range(count)]


def number_from(thing: Any, lane: int, x: Value, place: int) -> float:
    """A number that is not a float already, for the input at that place."""
    try:
        return as_number(thing)
    except TypeError as error:
        raise TypeError(f"row {lane} of the batch, input {x.label or place}: {error}") from None


def not_a_row(row: Any, lane: int, inputs: Sequence[Value]) -> Exception:
    """What to raise for a row that does not have a number for each input."""
    count = len(inputs)
    names = ", ".join(x.label or str(place) for place, x in enumerate(inputs))
    wanted = f"{count} number{'s' * (count != 1)} ({names})"
    if not is_row(row):
        return TypeError(f"row {lane} of the batch must be a row of {wanted}, got {row!r}")
    return ValueError(f"row {lane} of the batch must have {wanted}, got {len(row)}")

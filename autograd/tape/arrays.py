"""The numbers in an array: interpreted, a view of them; compiled, the C array (see arrays.pxd)."""

from array import array
from typing import Any


def numbers_in(numbers: "array[Any]") -> memoryview:
    """A view of an array, parts of which are not copies."""
    return memoryview(numbers)


ints = flags = doubles = numbers_in  # in C, one for each type

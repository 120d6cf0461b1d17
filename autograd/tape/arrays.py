"""The numbers in an array: interpreted, a view, whose parts are no copies; in C, see arrays.pxd."""

ints = flags = doubles = memoryview  # in C, one for each type

# The C types of matching.py.

from autograd.core.nodes cimport inputs_of
from autograd.core.primitives cimport Primitive
from autograd.core.value cimport Value


cdef class Wiring:
    cdef Value root
    cdef list computed
    cdef dict uses

    cdef Py_ssize_t follow(self, Value ours, Value theirs, dict partners) except -2


cdef bint alike(Primitive one, Primitive other) except -1

# The C types of matching.py.

import cython
from cpython.array cimport array

from autograd.core.nodes cimport inputs_of
from autograd.core.primitives cimport Primitive
from autograd.core.value cimport Value


cdef class Wiring:
    cdef readonly Value root
    cdef readonly list leaves, computed
    cdef readonly dict twins
    cdef readonly array inputs
    cdef public list own

    @cython.locals(our_computed=list, our_leaves=list, computed=list, leaves=list, moved=list)
    @cython.locals(place=int, i=Py_ssize_t, j=Py_ssize_t, end=Py_ssize_t)
    cpdef list match(self, Value other)
    cpdef object split(self, list moved, list leaves)
    @cython.locals(i=Py_ssize_t, k=Py_ssize_t, start=Py_ssize_t, end=Py_ssize_t, ours=list, own=list)
    cpdef list strangers(self, list leaves)
    @cython.locals(k=Py_ssize_t, found=bint)
    cpdef bint any_among(self, frozenset parameters, list leaves, list places) except -1
    @cython.locals(k=Py_ssize_t, own=list)
    cpdef array numbers(self, list leaves)


@cython.locals(one=Primitive, other=Primitive)
cdef bint alike(Value ours, Value theirs) except -1
cdef int* ints(array numbers) noexcept
cdef double* doubles(array numbers) noexcept

# The C types of matching.py.

import cython
from cpython.array cimport array

from autograd.core cimport backprop
from autograd.core.nodes cimport Memory, inputs_in, inputs_of, is_computed, memory_of, node_in
from autograd.core.primitives cimport Primitive
from autograd.core.value cimport Value


cdef class Wiring:
    cdef readonly Value root
    cdef readonly list leaves, computed
    cdef public list own
    cdef readonly dict twins
    cdef readonly array inputs
    cdef readonly bint is_pure
    cdef array met
    cdef Value latest

    cdef object make_room(self)

    @cython.locals(our_computed=list, our_leaves=list, computed=list, leaves=list, moved=list)
    @cython.locals(place=int, i=Py_ssize_t, j=Py_ssize_t, end=Py_ssize_t)
    cpdef list match(self, Value other)
    @cython.locals(i=Py_ssize_t, k=Py_ssize_t, count=Py_ssize_t)
    cdef object note(self, Value other, list computed, list leaves)
    @cython.locals(slot=int, i=Py_ssize_t, j=Py_ssize_t, k=Py_ssize_t, end=Py_ssize_t, count=Py_ssize_t)
    @cython.locals(place=Py_ssize_t, own=list)
    cpdef list match_own(self, Value other)
    @cython.locals(i=Py_ssize_t, count=Py_ssize_t, mark="unsigned long long")
    cpdef bint pass_back(self, Value other, double upstream) except -1
    cpdef array places_of(self, list nodes)
    @cython.locals(k=Py_ssize_t, slot=Py_ssize_t)
    cpdef bint has_at(self, array places, list nodes) except -1
    cpdef object split(self, list moved, list leaves)
    @cython.locals(i=Py_ssize_t, k=Py_ssize_t, start=Py_ssize_t, end=Py_ssize_t, ours=list, own=list)
    cpdef list strangers(self, list leaves)


@cython.locals(one=Primitive, other=Primitive)
cdef bint alike(Value ours, Value theirs) except -1
@cython.locals(i=Py_ssize_t, j=Py_ssize_t, place=int, room=array, result=array, found=list)
cdef array sorted_nodes(list nodes, list leaves, list computed)
cdef inline Value nth(list nodes, Py_ssize_t i)
cdef array pointers(Py_ssize_t count)
cdef Memory** nodes_in(array room) noexcept
cdef inline Memory* nowhere() noexcept

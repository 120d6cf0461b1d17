# The C types of snapshot.py.

import cython

from nn.search cimport id, vars

cdef extern from "snapshot.h":
    Py_ssize_t place_after(object part, list met, Py_ssize_t place, type module)
    bint is_usual(object part, type module)
    bint are_same(object row, list leaves)


cdef class Snapshot:
    cdef type module
    cdef readonly object model
    cdef readonly list parameters
    cdef list met
    cdef set entered
    cdef readonly bint is_complete

    cdef bint is_current(self, object model) except -1
    cdef object beginning_of(self, object part)


cdef list latest

@cython.locals(known=dict, snapshot=Snapshot)
cpdef list parameters_in(type module, object model)
cpdef bint were_found(object things) except -1

# The C types of snapshot.py.

import cython
from cpython.object cimport PyObject

from nn.search cimport id, vars

cdef extern from "snapshot.h":
    bytearray room_for_notes(Py_ssize_t count)
    bint is_as_met(object model, list met, type module, bytearray notes)
    bint is_usual(object part, type module)
    bint are_same(object row, list leaves)
    bint is_free(PyObject* given, list leaves)


cdef class Snapshot:
    cdef type module
    cdef size_t key
    cdef readonly object model
    cdef readonly list parameters
    cdef list met
    cdef bytearray notes
    cdef set entered
    cdef readonly bint is_complete

    cdef bint is_current(self, object model) except -1
    cdef object beginning_of(self, object part)


cdef Snapshot latest
cdef list given

@cython.locals(known=dict, snapshot=Snapshot)
cpdef list parameters_in(type module, object model)
@cython.locals(found=list)
cpdef list parameters_for_caller(type module, object model)
cpdef bint were_found(object things) except -1

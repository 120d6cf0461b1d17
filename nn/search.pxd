# The C types of search.py.

import cython

from autograd.core.value cimport Value

cdef extern from *:
    """
    #define attributes_of(module) PyObject_GenericGetDict(module, NULL) /* past its own __getattr__ */
    """
    dict vars "attributes_of" (object module)  # as Python's, without a call
    size_t id "(size_t)" (object thing)  # as Python's, without a call

cdef int DEEPEST


cdef class Search:
    cdef type module
    cdef unsigned long long mark
    cdef list found, names, kept
    cdef bint named, others
    cdef int depth
    cdef set entered

    @cython.locals(parts=dict)
    cdef int enter(self, object whole, str prefix) except -1
    @cython.locals(key=Py_ssize_t)
    cdef int enter_row(self, object row, str prefix) except -1
    cdef bint is_new(self, object whole) except -1
    cdef int enter_other(self, object thing, str prefix) except -1
    cdef inline bint keep(self, Value value) except -1
    @cython.locals(i=Py_ssize_t)
    cdef bint keep_all(self, list row) except -1
    @cython.locals(parts=dict)
    cdef bint keep_flat(self, object part) except -1
    cdef int meet(self, object part, str prefix, object key) except -1


@cython.locals(mark="unsigned long long")
cpdef bint are_parameters(list things) except -1

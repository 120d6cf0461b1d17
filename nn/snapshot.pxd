# The C types of snapshot.py.

import cython

from autograd.core.value cimport Value
from nn.search cimport vars

cdef extern from *:
    """
    #define ITEMS(list) (((PyListObject *)(list))->ob_item)

    /* As in Python: lists are compared in one go, and nothing is counted that is only looked at. */
    static inline int is_same(PyObject *part, PyObject *met, Py_ssize_t place) {
        PyObject *before = PyList_GET_ITEM(met, place);
        Py_ssize_t count;
        if (!PyList_CheckExact(before)) return part == before || (PyObject *)Py_TYPE(part) == before;
        count = PyList_GET_SIZE(before);
        return PyList_CheckExact(part) && PyList_GET_SIZE(part) == count &&
               (count == 0 || memcmp(ITEMS(part), ITEMS(before), count * sizeof(PyObject *)) == 0);
    }

    static int are_same(PyObject *parts, PyObject *met, Py_ssize_t place) {
        PyObject *part;
        Py_ssize_t next = 0;
        while (PyDict_Next(parts, &next, NULL, &part))
            if (!is_same(part, met, place++)) return 0;
        return 1;
    }
    """
    bint are_same(dict parts, list met, Py_ssize_t place)
    bint is_same(object part, list met, Py_ssize_t place)


cdef class Snapshot:
    cdef type module
    cdef readonly object model
    cdef readonly list parameters
    cdef list met
    cdef set entered
    cdef readonly bint is_complete

    cpdef bint is_current(self, object model) except -1
    cdef object beginning_of(self, object part)
    @cython.locals(named=dict)
    cdef Py_ssize_t place_after(self, object whole, Py_ssize_t place) except -2

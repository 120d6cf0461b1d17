# How a node lies in memory: 96 bytes, with room in it for two inputs; more lie in an array of its own.

cimport cython
from cpython.mem cimport PyMem_Calloc
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from libc.limits cimport INT_MAX

from autograd.primitives cimport Primitive


@cython.no_gc
cdef class Node:
    cdef double _data, _grad
    cdef str _label
    cdef Primitive _primitive
    cdef unsigned long long _mark
    cdef int _count, _line
    cdef PyObject* _near_inputs[2]
    cdef double _near_slopes[2]


cdef inline PyObject** inputs_of(Node node) noexcept:
    if node._count > 2:
        return <PyObject**>node._near_inputs[0]
    return &node._near_inputs[0]


cdef inline double* slopes_of(Node node) noexcept:
    if node._count > 2:
        return <double*>(inputs_of(node) + node._count)
    return &node._near_slopes[0]


cdef inline int reserve(Node node, Primitive primitive, Py_ssize_t count) except -1:
    if count > INT_MAX:
        raise MemoryError
    if count > 2:
        node._near_inputs[0] = <PyObject*>PyMem_Calloc(count, sizeof(PyObject*) + sizeof(double))
        if node._near_inputs[0] is NULL:
            raise MemoryError
    node._primitive = primitive
    node._count = count
    return 0


cdef inline int attach(PyObject** inputs, Py_ssize_t place, Node value) except -1:
    Py_INCREF(value)
    inputs[place] = <PyObject*>value
    return 0


cdef inline int connect(Node node, Py_ssize_t place, Node value, double slope) except -1:
    slopes_of(node)[place] = slope
    return attach(inputs_of(node), place, value)


cdef double* data_of_inputs(Node node) except NULL


@cython.final
cdef class Nodes:
    cdef PyObject** items
    cdef Py_ssize_t count, room

    cdef inline int append(self, Node node) except -1:
        if self.count == self.room:
            self.grow()
        self.items[self.count] = <PyObject*>node
        self.count += 1
        return 0

    cdef inline Node pop(self):
        self.count -= 1
        return <Node>self.items[self.count]

    cdef int grow(self) except -1

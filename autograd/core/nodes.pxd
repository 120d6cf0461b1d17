# How a node lies in memory: 96 bytes, with room in it for two inputs; more lie in an array of its own.

cimport cython
from cpython.object cimport PyObject

from autograd.core.primitives cimport Primitive

cdef extern from "Python.h":
    void Py_INCREF(PyObject* thing)


@cython.no_gc
cdef class Node:
    cdef double _data, _grad
    cdef object __weakref__
    cdef Primitive _primitive
    cdef unsigned long long _mark
    cdef int _count, _line
    cdef PyObject* _near_inputs[2]
    cdef double _near_slopes[2]


# The memory of a Node. What a loop reads through a pointer to it does not count as a reference.
cdef extern from *:
    ctypedef struct Memory "struct __pyx_obj_8autograd_4core_5nodes_Node":
        double _data, _grad
        void* weak "__weakref__"
        void* _primitive
        unsigned long long _mark
        int _count, _line
        PyObject* _near_inputs[2]
        double _near_slopes[2]

    PyObject* item_in "PyList_GET_ITEM" (list row, Py_ssize_t place)


cdef extern from *:
    """
    #ifdef __GNUC__
    #define fetch(address) __builtin_prefetch((void *)(address)) /* a hint: any address will do */
    #else
    #define fetch(address) ((void)(address))
    #endif
    """
    void fetch(size_t address) noexcept


cdef enum:
    LABELLED = 1 << 29  # in `_line`, above the number of the line: the node has a label


cdef str label_of(Node node)
cdef object set_label(Node node, str label)


cdef inline Memory* memory_of(Node node) noexcept:
    return <Memory*>node


cdef inline Memory* node_in(list row, Py_ssize_t place) noexcept:
    return <Memory*>item_in(row, place)


cdef inline Memory** inputs_in(Memory* node) noexcept:
    return <Memory**>(node._near_inputs[0] if node._count > 2 else &node._near_inputs[0])


cdef inline Memory** inputs_ahead(Memory* node) noexcept:
    """As `inputs_in`. The branches of a graph lie, and a pass meets them, as they were recorded: what is 8 kB
    on is fetched."""
    fetch(<size_t>node + 8192)
    fetch(<size_t>node + 8192 + 64)
    return inputs_in(node)


cdef inline double* slopes_in(Memory* node) noexcept:
    return <double*>(inputs_in(node) + node._count) if node._count > 2 else &node._near_slopes[0]


cdef inline bint is_computed(Memory* node) noexcept:
    """Whether a node is no leaf, though it may be computed from nothing."""
    return node._primitive is not <void*>None


cdef inline Memory** inputs_of(Node node) noexcept:
    return inputs_in(memory_of(node))


cdef inline double* slopes_of(Node node) noexcept:
    return slopes_in(memory_of(node))


cdef object new_node(type kind, Primitive primitive, double data, Py_ssize_t count)
cdef object node_of_one(type kind, Primitive primitive, double data, Node value, double slope)
cdef object node_of_two(
    type kind, Primitive primitive, double data, Node first, double by_first, Node second, double by_second
)


cdef inline void attach(Node node, Py_ssize_t place, Node value) noexcept:
    Py_INCREF(<PyObject*>value)
    inputs_of(node)[place] = memory_of(value)


cdef inline void connect(Node node, Py_ssize_t place, Node value, double slope) noexcept:
    attach(node, place, value)
    slopes_of(node)[place] = slope


cdef Py_ssize_t attach_all(Node node, Py_ssize_t place, list values, Py_ssize_t count, type kind) noexcept
cdef double* data_of_inputs(Node node) except NULL


@cython.final
cdef class Nodes:
    cdef Memory** items
    cdef Py_ssize_t count, room

    cdef inline int append(self, Memory* node) except -1:
        if self.count == self.room:
            self.grow()
        self.items[self.count] = node
        self.count += 1
        return 0

    cdef inline Memory* pop(self) noexcept:
        self.count -= 1
        return self.items[self.count]

    cdef int grow(self) except -1

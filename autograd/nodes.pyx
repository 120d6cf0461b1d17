"""How a node lies in memory, compiled: C arrays of references and doubles. (Interpreted: nodes.py.)"""

cimport cython
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.object cimport PyObject
from cpython.ref cimport _Py_REFCNT, Py_DECREF


@cython.freelist(262144)  # freed nodes kept for reuse: a training step frees as many as the next one makes
@cython.no_gc  # a node holds nodes made before it, and a string: never a cycle
cdef class Node:
    """What a Value keeps, before it has any meaning."""

    def __dealloc__(self):
        """Let go of the inputs.

        Those that go with it wait in a list, and whoever is freed first empties it: were each freed from
        within the one before, a deep graph would overflow the C stack.
        """
        global releasing
        cdef PyObject** inputs = inputs_of(self)
        cdef Py_ssize_t i
        for i in range(self._count):
            if inputs[i] is NULL:
                continue
            if _Py_REFCNT(inputs[i]) > 1:
                Py_DECREF(<Node>inputs[i])
            else:
                pending.append(<Node>inputs[i])
        if self._count > 2:
            PyMem_Free(inputs)
        self._count = 0
        if not releasing:
            releasing = True
            while pending.count:
                Py_DECREF(pending.pop())
            releasing = False


cdef bint releasing = False
cdef Nodes pending = Nodes()

cdef double* scratch = NULL
cdef Py_ssize_t scratch_room = 0


cdef double* data_of_inputs(Node node) except NULL:
    """The numbers that the inputs of a node hold, in an array that lasts until the next call."""
    global scratch, scratch_room
    cdef PyObject** inputs = inputs_of(node)
    cdef Py_ssize_t i
    if node._count > scratch_room or scratch is NULL:
        scratch_room = 0
        PyMem_Free(scratch)
        scratch = <double*>PyMem_Malloc((node._count + 64) * sizeof(double))
        if scratch is NULL:
            raise MemoryError
        scratch_room = node._count + 64
    for i in range(node._count):
        scratch[i] = (<Node>inputs[i])._data
    return scratch


cdef class Nodes:
    """A list of nodes that does not own them: what a pass puts in order, it does not keep alive."""

    cdef int grow(self) except -1:
        cdef Py_ssize_t room = 2 * self.room + 64
        cdef void* items = PyMem_Realloc(self.items, room * sizeof(PyObject*))
        if items is NULL:
            raise MemoryError
        self.items = <PyObject**>items
        self.room = room
        return 0

    def __len__(self):
        return self.count

    def __dealloc__(self):
        PyMem_Free(self.items)

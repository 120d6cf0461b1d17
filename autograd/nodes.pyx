"""How a node lies in memory, compiled: C arrays of references and doubles. (Interpreted: nodes.py.)"""

cimport cython
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.object cimport PyObject
from libc.string cimport memset

cdef extern from "Python.h":
    ctypedef struct Type "PyTypeObject":
        PyObject* (*tp_alloc)(Type* type, Py_ssize_t more) except NULL
        void (*tp_free)(void* memory) noexcept

    Py_ssize_t PyList_GET_SIZE(list things)
    PyObject* PyList_GET_ITEM(list things, Py_ssize_t place)
    int Py_IS_TYPE(PyObject* thing, Type* type)
    Py_ssize_t Py_REFCNT(PyObject* thing)
    void Py_DECREF(PyObject* thing)

cdef extern from *:
    """
    /* Only some builds of Python need to be told of each object; a call costs as much as the rest of a node. */
    #if defined(Py_REF_DEBUG) || defined(Py_TRACE_REFS) || defined(Py_GIL_DISABLED)
    #define OBJECTS_ARE_TRACED 1
    #define as_object(memory, type) PyObject_Init(memory, type)
    #else
    #define OBJECTS_ARE_TRACED 0
    static inline PyObject *as_object(PyObject *memory, PyTypeObject *type) {
        Py_SET_REFCNT(memory, 1);
        Py_SET_TYPE(memory, type);
        return memory;
    }
    #endif
    """
    const bint OBJECTS_ARE_TRACED
    PyObject* as_object(PyObject* memory, Type* type)
    object owned "(PyObject*)" (PyObject* reference)

cdef extern from "slabs.h":
    void* take_block(size_t size)
    void give_back(void* block, size_t size)


@cython.no_gc  # a node holds nodes made before it, and a string: never a cycle
cdef class Node:
    """What a Value keeps, before it has any meaning."""


cdef Py_ssize_t nodes_alive = 0


cdef PyObject* new_node(Type* type, Py_ssize_t more) except NULL:
    """A node of zeros."""
    global nodes_alive
    cdef PyObject* node = <PyObject*>take_block(sizeof(Memory))
    if node is NULL:
        raise MemoryError
    nodes_alive += 1
    memset(node, 0, sizeof(Memory))
    return as_object(node, type)


cdef object blank(type kind):
    """A new node of that kind, as its `__new__` would make it in twice the time."""
    cdef Memory* node = <Memory*>new_node(<Type*>kind, 0)
    node._label = node._primitive = <PyObject*>None
    Py_INCREF(<PyObject*>None)
    Py_INCREF(<PyObject*>None)
    return owned(<PyObject*>node)


cdef bint releasing = False
cdef Memory* released = NULL  # a list, linked by their marks: nobody else will look at those


cdef inline void let_go(Memory* node) noexcept:
    """Let go of the inputs of a node and of its memory; inputs that go with it wait in the list."""
    global nodes_alive, released
    cdef Memory** inputs = inputs_in(node)
    cdef Py_ssize_t i
    for i in range(node._count):
        if inputs[i] is NULL:
            continue
        if Py_REFCNT(<PyObject*>inputs[i]) > 1:
            Py_DECREF(<PyObject*>inputs[i])
        else:
            inputs[i]._mark = <size_t>released
            released = inputs[i]
    if node._count > 2:
        give_back(inputs, node._count * BYTES_OF_INPUT)
    give_back(node, sizeof(Memory))
    nodes_alive -= 1


cdef void free_node(void* memory) noexcept:
    """Free a node, whose label and primitive its type let go of, and all that nobody else holds under it.

    Who is freed first empties the list: were each freed from within the one before, a deep graph would
    overflow the C stack.
    """
    global releasing, released
    cdef Memory* node
    let_go(<Memory*>memory)
    if not releasing:
        releasing = True
        while released is not NULL:
            node = released
            released = <Memory*><size_t>node._mark
            if OBJECTS_ARE_TRACED:
                Py_DECREF(<PyObject*>node)
            else:
                Py_DECREF(node._label)
                Py_DECREF(node._primitive)
                let_go(node)
        releasing = False


def alive():
    """How many nodes there are, for tests: nothing else counts what lies in slabs."""
    return nodes_alive


(<Type*>Node).tp_alloc = new_node  # Value, derived from it, inherits both
(<Type*>Node).tp_free = free_node

cdef size_t BYTES_OF_INPUT = sizeof(Memory*) + sizeof(double)


cdef void* far_inputs(Py_ssize_t count) except NULL:
    """An array for so many references, all NULL, and after them as many slopes, to be written."""
    cdef void* array = take_block(count * BYTES_OF_INPUT)
    if array is NULL:
        raise MemoryError
    memset(array, 0, count * sizeof(PyObject*))
    return array


cdef Py_ssize_t attach_all(Node node, Py_ssize_t place, list values, Py_ssize_t count, type kind) noexcept:
    """Make the first values inputs of a node, from `place` on, as far as they are of that kind; how many."""
    cdef Memory** inputs = inputs_of(node) + place
    cdef PyObject* value
    cdef Py_ssize_t i
    count = min(count, PyList_GET_SIZE(values))
    for i in range(count):
        value = PyList_GET_ITEM(values, i)
        if not Py_IS_TYPE(value, <Type*>kind):
            return i
        Py_INCREF(value)
        inputs[i] = <Memory*>value
    return count


cdef double* scratch = NULL
cdef Py_ssize_t scratch_room = 0


cdef double* data_of_inputs(Node node) except NULL:
    """The numbers that the inputs of a node hold, in an array that lasts until the next call."""
    global scratch, scratch_room
    cdef Memory** inputs = inputs_of(node)
    cdef Py_ssize_t i, count = node._count
    if count > scratch_room or scratch is NULL:
        scratch_room = 0
        PyMem_Free(scratch)
        scratch = <double*>PyMem_Malloc((count + 64) * sizeof(double))
        if scratch is NULL:
            raise MemoryError
        scratch_room = count + 64
    for i in range(count):
        scratch[i] = inputs[i]._data
    return scratch


cdef class Nodes:
    """A list of nodes that does not own them: what a pass puts in order, it does not keep alive."""

    cdef int grow(self) except -1:
        cdef Py_ssize_t room = 2 * self.room + 64
        cdef void* items = PyMem_Realloc(self.items, room * sizeof(Memory*))
        if items is NULL:
            raise MemoryError
        self.items = <Memory**>items
        self.room = room
        return 0

    def __len__(self):
        return self.count

    def __dealloc__(self):
        PyMem_Free(self.items)

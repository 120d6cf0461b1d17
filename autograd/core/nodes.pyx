"""How a node lies in memory, compiled: C arrays of references and doubles. (Interpreted: nodes.py.)"""

cimport cython
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.object cimport PyObject
from libc.limits cimport INT_MAX
from libc.string cimport memset

from autograd.core.hints import Fixed

cdef extern from "Python.h":
    ctypedef struct Type "PyTypeObject":
        PyObject* (*tp_alloc)(Type* type, Py_ssize_t more) except NULL
        void (*tp_free)(void* memory) noexcept
        unsigned long tp_flags
        PyObject* tp_dict

    void PyType_Modified(Type* type)
    const Py_ssize_t PY_SSIZE_T_MAX
    const unsigned long Py_TPFLAGS_BASETYPE
    Py_ssize_t PyList_GET_SIZE(list things)
    PyObject* PyList_GET_ITEM(list things, Py_ssize_t place)
    void Py_SET_TYPE(PyObject* thing, Type* type)
    int Py_IS_TYPE(PyObject* thing, Type* type)
    Py_ssize_t Py_REFCNT(PyObject* thing)
    void Py_DECREF(PyObject* thing)
    void Py_SET_REFCNT(PyObject* thing, Py_ssize_t count)
    void PyObject_ClearWeakRefs(PyObject* thing)
    void PyErr_Fetch(PyObject** kind, PyObject** error, PyObject** traceback)
    void PyErr_Restore(PyObject* kind, PyObject* error, PyObject* traceback)

cdef extern from *:
    """
    /* Only some builds of Python need to be told of each object; a call costs as much as the rest of a node. */
    #if defined(Py_REF_DEBUG) || defined(Py_TRACE_REFS) || defined(Py_GIL_DISABLED)
    #define OBJECTS_ARE_TRACED 1
    #define as_object(memory, type) PyObject_Init(memory, type)
    #else
    #define OBJECTS_ARE_TRACED 0
    static inline PyObject *as_object(PyObject *memory, PyTypeObject *type) {
        memset(memory, 0, sizeof(PyObject)); /* what looks immortal, Py_SET_REFCNT leaves as it is */
        Py_SET_REFCNT(memory, 1);
        Py_SET_TYPE(memory, type);
        return memory;
    }
    #endif
    """
    const bint OBJECTS_ARE_TRACED
    PyObject* as_object(PyObject* memory, Type* type)
    object owned "(PyObject*)" (PyObject* reference)

cdef extern from "allocator.h":
    void* take_block(size_t size)
    void give_back(void* block, size_t size)


# A node holds nodes made before it and a rule: no cycle, unless a user's rule keeps a node it made.
@cython.no_gc
cdef class Node:
    """What a Value keeps, before it has any meaning."""


cdef Py_ssize_t nodes_alive = 0


cdef Memory* unwritten(Type* kind) except NULL:
    """Make a node of which only the object header is written: its type, and one reference."""
    global nodes_alive
    cdef void* memory = take_block(sizeof(Memory))
    if memory is NULL:
        raise MemoryError
    nodes_alive += 1
    return <Memory*>as_object(<PyObject*>memory, kind)


cdef PyObject* zeroed(Type* kind, Py_ssize_t more) except NULL:
    """Make a node of zeros, for `__new__`, which fills it in."""
    cdef Memory* node = unwritten(kind)
    memset(&node._data, 0, sizeof(Memory) - (<char*>&node._data - <char*>node))
    return <PyObject*>node


# The engine makes its nodes without `__new__`, in half the time.


cdef inline Memory* begun(type kind, Primitive primitive, double data, int count) except NULL:
    """Make a node whose inputs, `count` of them, are still to be written."""
    cdef Memory* node = unwritten(<Type*>kind)
    Py_INCREF(<PyObject*>primitive)
    node._data, node._grad = data, 0.0
    node.weak, node._primitive = NULL, <void*>primitive
    node._mark, node._count, node._line = 0, count, 0
    return node


cdef inline void write(Memory* node, int place, Node value, double slope) noexcept:
    Py_INCREF(<PyObject*>value)
    node._near_inputs[place], node._near_slopes[place] = <PyObject*>value, slope


cdef object node_of_one(type kind, Primitive primitive, double data, Node value, double slope):
    """A node of that kind, computed from one other."""
    cdef Memory* node = begun(kind, primitive, data, 1)
    write(node, 0, value, slope)
    return owned(<PyObject*>node)


cdef object node_of_two(
    type kind, Primitive primitive, double data, Node first, double by_first, Node second, double by_second
):
    """A node of that kind, computed from two others."""
    cdef Memory* node = begun(kind, primitive, data, 2)
    write(node, 0, first, by_first)
    write(node, 1, second, by_second)
    return owned(<PyObject*>node)


cdef object new_node(type kind, Primitive primitive, double data, Py_ssize_t count):
    """A node of that kind, with room for `count` inputs that are to be connected."""
    cdef Memory* node = begun(kind, primitive, data, 0)
    made = owned(<PyObject*>node)  # a node without inputs, that goes if there is no room for them
    memset(&node._near_inputs, 0, sizeof(node._near_inputs) + sizeof(node._near_slopes))
    if count > 2:
        node._near_inputs[0] = <PyObject*>far_inputs(count)
    node._count = count
    return made


cdef dict labels = {}  # by the address of the node: few have one, so none has room for it


cdef str label_of(Node node):
    """The label of a node; None if it has none."""
    return labels[<size_t>memory_of(node)] if node._line & LABELLED else None


cdef object set_label(Node node, str label):
    """Set the label of a node; None takes it away."""
    if label is not None:
        labels[<size_t>memory_of(node)] = label
        node._line |= LABELLED
    elif node._line & LABELLED:
        node._line &= ~LABELLED
        del labels[<size_t>memory_of(node)]


cdef void drop_label(Memory* node) noexcept:
    """Forget the label of a node that is being freed, whatever error is on its way meanwhile."""
    cdef PyObject *kind, *error, *traceback
    PyErr_Fetch(&kind, &error, &traceback)
    try:
        labels.pop(<size_t>node, None)
    except MemoryError:  # it stays; a node that comes to lie there does not show it
        pass
    PyErr_Restore(kind, error, traceback)


cdef bint releasing = False
cdef Memory* released = NULL  # nodes whose count fell to 0 while free_node was running: freed next


cdef inline Memory* release(Memory* node, Memory* waiting) noexcept:
    """Release the inputs of a node, then free its memory; return the list of nodes still to be freed.

    An input whose last reference this was goes on the list `waiting`. The list is linked through the marks,
    which no pass will read again. (Freeing inputs by recursion would overflow the C stack on a deep graph.)
    """
    global nodes_alive
    cdef Memory** input = inputs_in(node)
    cdef Memory** end = input + node._count
    cdef Memory* value
    while input != end:
        value = input[0]
        input += 1
        if value is NULL:
            continue
        if Py_REFCNT(<PyObject*>value) > 1:
            Py_DECREF(<PyObject*>value)
        else:
            if value.weak is not NULL and not OBJECTS_ARE_TRACED:  # or it could be had back from the list
                Py_SET_REFCNT(<PyObject*>value, 0)
                PyObject_ClearWeakRefs(<PyObject*>value)
            value._mark = <size_t>waiting
            waiting = value
    if node._line & LABELLED:
        drop_label(node)
    if node._count > 2:
        give_back(inputs_in(node), node._count * BYTES_OF_INPUT)
    give_back(node, sizeof(Memory))
    nodes_alive -= 1
    return waiting


cdef void free_node(void* memory) noexcept:
    """Free a node, and every node under it that nothing else refers to.

    (Its type has ended the weak references to it.)
    """
    global releasing, released
    cdef Memory* node
    if releasing:
        released = release(<Memory*>memory, released)
        return
    releasing = True
    node = release(<Memory*>memory, NULL)
    while node is not NULL:
        if OBJECTS_ARE_TRACED:
            released = <Memory*><size_t>node._mark
            Py_DECREF(<PyObject*>node)  # calls free_node again, which puts its list into `released`
            node = NULL
        else:
            Py_DECREF(<PyObject*>node._primitive)
            node = release(node, <Memory*><size_t>node._mark)
        if node is NULL:  # the list is at its end: next are the nodes that were released meanwhile
            node = released
            released = NULL
    releasing = False


def renew_memory():
    """In a forked child: no other thread is freeing nodes."""
    global releasing
    releasing = False


def alive():
    """Return how many nodes there are. (For tests: the allocator's memory is counted nowhere else.)"""
    return nodes_alive


(<Type*>Node).tp_alloc = zeroed  # Value, derived from it, inherits both
(<Type*>Node).tp_free = free_node
(<Type*>Node).tp_flags &= ~Py_TPFLAGS_BASETYPE  # a class made in Python would have memory of another kind


def fix(type kind, dict names):
    """Set attributes of a type written in C, which no Python code can, and have its own type be `Fixed`."""
    (<dict>(<Type*>kind).tp_dict).update(names, __module__=kind.__module__)  # else that of `Fixed` is found
    Py_INCREF(<PyObject*>Fixed)
    Py_SET_TYPE(<PyObject*>kind, <Type*>Fixed)
    PyType_Modified(<Type*>kind)


cdef enum:
    BYTES_OF_INPUT = sizeof(Memory*) + sizeof(double)


cdef void* far_inputs(Py_ssize_t count) except NULL:
    """An array for so many references, all NULL, and after them as many slopes, all 0."""
    cdef Py_ssize_t most = min(INT_MAX, PY_SSIZE_T_MAX // <Py_ssize_t>BYTES_OF_INPUT)
    cdef void* array = take_block(count * BYTES_OF_INPUT) if count <= most else NULL
    if array is NULL:
        raise MemoryError
    memset(array, 0, count * BYTES_OF_INPUT)
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
    """Copy the data of the inputs of a node into an array that is valid until the next call."""
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
    """A list of nodes that holds no references: a pass orders nodes, it does not keep them alive."""

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

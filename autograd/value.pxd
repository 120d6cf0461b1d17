# The C types of value.py: a node is 96 bytes, with room in it for two inputs; more lie in an array.

from cpython.object cimport PyObject

from autograd.primitives cimport Primitive


cdef class Value:
    cdef double _data, _grad
    cdef str _label
    cdef Primitive _primitive
    cdef unsigned long long _mark
    cdef Py_ssize_t _count
    cdef PyObject* _near_inputs[2]
    cdef double _near_slopes[2]


cdef class Nodes:
    cdef PyObject** items
    cdef Py_ssize_t count, room

    cdef int append(self, Value node) except -1
    cdef Value pop(self)


cdef unsigned long long passes
cdef int watched
cdef bint releasing
cdef Nodes pending
cdef double* scratch
cdef Py_ssize_t scratch_room

cdef Nodes inputs_first(Value root, bint afresh)
cpdef object propagate(Value node)

cdef Value leaf(double data)
cdef Value as_value(object operand)
cpdef double as_number(object thing) except? -1
cdef Value record_one(Primitive primitive, Value x, double data, double slope)
cdef Value apply_one(Primitive primitive, Value x)
cdef object apply_two(Primitive primitive, object a, object b)
cpdef Value apply(Primitive primitive, list inputs)
cdef Value watch(Value node)

cdef double* data_of_inputs(Value node) except NULL
cdef Value computed(Primitive primitive, double data, Py_ssize_t count)
cdef int connect(Value node, Py_ssize_t place, Value value, double slope) except -1
cdef PyObject** inputs_of(Value node) noexcept
cdef double* slopes_of(Value node) noexcept
cdef int release(Value node) noexcept

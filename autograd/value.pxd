# The C types of value.py.

from autograd.nodes cimport Node, Nodes, connect, inputs_of, reserve, slopes_of
from autograd.primitives cimport Primitive


cdef class Value(Node):
    pass


cdef unsigned long long passes
cdef int watched
cdef object watch

cpdef object propagate(Value node)
cdef Nodes inputs_first(Value root, bint afresh)

cdef Value leaf(double data)
cdef Value as_value(object operand)
cpdef double as_number(object thing) except? -1
cdef Value record_one(Primitive primitive, Value x, double data, double slope)
cdef Value apply_one(Primitive primitive, Value x)
cdef object apply_two(Primitive primitive, object a, object b)
cpdef Value apply(Primitive primitive, list inputs)

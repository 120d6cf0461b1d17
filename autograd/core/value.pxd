# The C types of value.py.

from autograd.core.nodes cimport Node
from autograd.core.primitives cimport Primitive

cdef extern from *:
    size_t id "(size_t)" (object thing)  # as Python's, without a call


cdef class Value(Node):
    pass


cdef Value leaf(double data)
cdef Value as_value(object operand)
cdef Value record_one(Primitive primitive, Value x, double data, double slope)
cdef Value apply_one(Primitive primitive, Value x)
cdef double read(Value value) except? -1
cdef Value record_two(Primitive primitive, Value first, Value second)
cdef object apply_two(Primitive primitive, object a, object b)

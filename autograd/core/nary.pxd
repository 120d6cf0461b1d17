# The C types of nary.py.

from autograd.core.primitives cimport Primitive
from autograd.core.value cimport Value

cpdef Value apply(Primitive primitive, object inputs)
cpdef Value weighted_sum(object weights, object inputs, object bias=*)

cdef Value computed(Primitive primitive, double data, Py_ssize_t count)
cdef int connect_all(Value node, Py_ssize_t place, list things, Py_ssize_t count) except -1
cdef Value operand(Value node, object thing)
cdef Value settled(Value node, Primitive primitive)

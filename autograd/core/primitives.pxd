# The C types of primitives.py: the table, and how a rule is called.

from autograd.core.nary_rules cimport RuleOfMany
from autograd.core.rules cimport RuleOfOne, RuleOfTwo


cdef class Primitive:
    cdef readonly str name, op
    cdef readonly int arity
    cdef readonly double number
    cdef readonly object function
    cdef public object derivative
    cdef RuleOfOne one
    cdef RuleOfTwo two
    cdef RuleOfMany many

    cpdef tuple evaluate(self, list numbers)

cdef Primitive described(Primitive primitive, str name, str op, int arity, object function)
cdef Primitive of_one(str name, str op, RuleOfOne rule)
cdef Primitive of_two(str name, str op, RuleOfTwo rule)
cdef Primitive of_many(str name, str op, RuleOfMany rule)
cdef Primitive in_table(Primitive primitive)

cdef Primitive NEGATE, ABSOLUTE, EXP, LOG, SQRT, SIN, COS, TANH, SIGMOID, RELU, SOFTPLUS
cdef Primitive ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, WEIGHTED_SUM

# The C types of primitives.py: what lets a rule be called without making a Python object.

ctypedef (double, double) (*RuleOfOne)(double) noexcept nogil
ctypedef (double, double, double) (*RuleOfTwo)(double, double) noexcept nogil
ctypedef double (*RuleOfMany)(double*, double*, Py_ssize_t) noexcept nogil

cdef (double, double) negate(double x) noexcept nogil
cdef (double, double) absolute(double x) noexcept nogil
cdef (double, double) exp(double x) noexcept nogil
cdef (double, double) log(double x) noexcept nogil
cdef (double, double) sqrt(double x) noexcept nogil
cdef (double, double) sin(double x) noexcept nogil
cdef (double, double) cos(double x) noexcept nogil
cdef (double, double) atan(double x) noexcept nogil
cdef (double, double) tanh(double x) noexcept nogil
cdef (double, double) sigmoid(double x) noexcept nogil
cdef (double, double) relu(double x) noexcept nogil
cdef (double, double) softplus(double x) noexcept nogil
cdef (double, double) step(double x) noexcept nogil
cdef (double, double) sign(double x) noexcept nogil

cdef (double, double, double) add(double a, double b) noexcept nogil
cdef (double, double, double) subtract(double a, double b) noexcept nogil
cdef (double, double, double) multiply(double a, double b) noexcept nogil
cdef (double, double, double) divide(double a, double b) noexcept nogil
cdef (double, double, double) power(double a, double b) noexcept nogil
cdef (double, double, double) maximum(double a, double b) noexcept nogil
cdef (double, double, double) minimum(double a, double b) noexcept nogil
cdef (double, double, double) binary_cross_entropy(double x, double t) noexcept nogil

cdef (double, double) raise_to(double x, double n) noexcept nogil

cdef double total(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double mean(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double weighted_sum(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double logsumexp(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double softmax(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double cross_entropy(double* x, double* d, Py_ssize_t n) noexcept nogil

cdef double quotient(double a, double b) noexcept nogil
cdef Py_ssize_t largest(double* x, Py_ssize_t n) noexcept nogil
cdef double exponentials(double* x, double* d, Py_ssize_t n, Py_ssize_t top) noexcept nogil
cdef double exp_of_difference(double x, double m) noexcept nogil
cdef double lost_in_difference(double a, double b) noexcept nogil
cdef double times_power(double factor, double x, double n) noexcept nogil

cdef double NORMAL


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

cdef Primitive NEGATE, ABSOLUTE, EXP, LOG, SQRT, SIN, COS, ATAN, TANH, SIGMOID, RELU, SOFTPLUS
cdef Primitive STEP, SIGN
cdef Primitive ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MAXIMUM, MINIMUM, BINARY_CROSS_ENTROPY
cdef Primitive SUM, MEAN, WEIGHTED_SUM, LOGSUMEXP, SOFTMAX, CROSS_ENTROPY

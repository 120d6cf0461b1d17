# The C types of nary_rules.py.

ctypedef double (*RuleOfMany)(double*, double*, Py_ssize_t) noexcept nogil

cdef double total(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double mean(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double weighted_sum(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double norm(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double maximum_of(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double minimum_of(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double where(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double logsumexp(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double softmax(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double log_softmax(double* x, double* d, Py_ssize_t n) noexcept nogil
cdef double cross_entropy(double* x, double* d, Py_ssize_t n) noexcept nogil

cdef Py_ssize_t largest(double* x, Py_ssize_t n) noexcept nogil
cdef Py_ssize_t chosen(double* x, double* d, Py_ssize_t n, Py_ssize_t place) noexcept nogil
cdef double exponentials(double* x, double* d, Py_ssize_t n, Py_ssize_t top) noexcept nogil
cdef double exp_of_difference(double x, double m) noexcept nogil
cdef double lost_in_difference(double a, double b) noexcept nogil
cdef double near_one(double a, double b) noexcept nogil

cdef double NORMAL, LARGE

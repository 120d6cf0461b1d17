# The C types of runner.py.

import cython
from cpython.array cimport array

from autograd.core.primitives cimport Primitive
from autograd.tape.memory cimport Memory

cdef Py_ssize_t PATIENCE


cdef class Runner(Memory):
    cdef array scratch_memory, rules
    cdef double* x
    cdef double* d
    cdef signed char* kinds
    cdef int* results
    cdef int* pairs
    cdef int* starts
    cdef int* groups
    cdef int* in_line
    cdef Py_ssize_t end, first_in_lanes, shared_count, computed
    cdef int root

    cdef int take(self, object batch) except -1

    cpdef list forward(self, object batch)
    cpdef object backward(self, object gradient)
    cpdef list forward_backward(self, object batch, object gradient)
    cdef int add_gradients(self) except -1
    @cython.locals(gradient=double)
    cpdef list descend(self, object batch, list parameters, array places, double rate, Py_ssize_t steps)
    cdef int go_down(
        self, const int* place, Py_ssize_t count, double rate, double* means, Py_ssize_t steps
    ) except -1
    cdef int go_there_and_back(self) except -1 nogil

    cpdef array columns(self, list places)
    cdef int copy_column(
        self, double* column, Py_ssize_t start, int place, Py_ssize_t first, Py_ssize_t end
    ) except -1
    cdef int compute(self, Py_ssize_t b) except -1 nogil
    cdef int recall(self, Py_ssize_t b) except -1 nogil
    cdef int turn(self) noexcept nogil
    cdef int go_back_over_block(self, Py_ssize_t b, Py_ssize_t first) noexcept nogil

    cdef int run(self, Py_ssize_t first, Py_ssize_t end) except -1 nogil
    cdef int run_sums(self, const int* y, Py_ssize_t count, Py_ssize_t start, Py_ssize_t terms) noexcept nogil
    cdef int run_rules(self, Py_ssize_t i, Py_ssize_t count) except -1 nogil
    cdef int run_rule(self, Py_ssize_t i) except -1 nogil
    cdef double evaluate(self, Py_ssize_t i, double* x, double* d, Py_ssize_t count) except? -1 nogil
    cdef int run_back(self, Py_ssize_t first, Py_ssize_t end) noexcept nogil


cdef double users_rule(Primitive primitive, double* x, double* d, Py_ssize_t count) except? -1
cdef array rules_of(list primitives)

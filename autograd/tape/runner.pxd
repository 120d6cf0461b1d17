# The C types of runner.py.

from cpython.array cimport array

from autograd.tape.lanes cimport Block
from autograd.core.primitives cimport Primitive

cdef Py_ssize_t CACHE, NARROWEST, WIDEST, PATIENCE


cdef class Runner:
    cdef object program, lock, owner, process
    cdef tuple inputs, leaves
    cdef array batch_memory, shared_memory, scratch_memory, rules
    cdef double* numbers
    cdef double* upstream
    cdef double* x
    cdef double* d
    cdef signed char* kinds
    cdef int* results
    cdef int* pairs
    cdef int* starts
    cdef int* groups
    cdef Py_ssize_t end, first_in_lanes, rows, node_rows, shared_count, lanes, blocks
    cdef int root
    cdef double total
    cdef Block block

    cpdef list descend(self, list parameters, array places, double rate, Py_ssize_t steps)
    cdef int go_down(
        self, const int* place, Py_ssize_t count, double rate, double* means, Py_ssize_t steps
    ) except -1
    cdef int run(self, Py_ssize_t first, Py_ssize_t end) except -1 nogil
    cdef int run_rule(self, Py_ssize_t i) except -1 nogil
    cdef double evaluate(self, Py_ssize_t i, double* x, double* d, Py_ssize_t count) except? -1 nogil
    cdef int turn(self) noexcept nogil
    cdef int go_back_over(self, Py_ssize_t b) noexcept nogil
    cdef int run_back(self, Py_ssize_t first, Py_ssize_t end) noexcept nogil
    cdef int focus(self, Py_ssize_t b) noexcept nogil
    cdef double mean_of_root(self) noexcept nogil

    cdef int want(self, array rows, Py_ssize_t shared) except -1
    cpdef object load(self, object batch)
    cdef int load_rows(self, object batch, Py_ssize_t first) except -1
    cdef int load_matrix(self, object view, Py_ssize_t first) except -1
    cdef int prepare(self, Py_ssize_t count) except -1
    cpdef object weigh(self, object gradient)


cdef double users_rule(Primitive primitive, double* x, double* d, Py_ssize_t count) except? -1
cdef array rules_of(list primitives)
cdef array zeros(Py_ssize_t count)
cdef double* start_of(array numbers) noexcept
cdef int* ints(array numbers) noexcept
cdef signed char* flags(array numbers) noexcept
cdef double* doubles(array numbers) noexcept

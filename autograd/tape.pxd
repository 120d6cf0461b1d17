# The C types of tape.py.

from cpython.array cimport array

from autograd.lanes cimport Block
from autograd.primitives cimport Primitive
from autograd.value cimport Value


cdef class Tape:
    cdef readonly Value root
    cdef readonly tuple inputs, leaves
    cdef object program, lock, thread
    cdef array batch_memory, block_memory, shared_memory, scratch_memory, rules
    cdef double* numbers
    cdef double* upstream
    cdef double* x
    cdef double* d
    cdef signed char* kinds
    cdef int* results
    cdef int* pairs
    cdef int* starts
    cdef Py_ssize_t steps, first_in_lanes, rows, node_rows, lanes, blocks
    cdef Block block

    cdef int run(self, Py_ssize_t first, Py_ssize_t end) except -1 nogil
    cdef int run_rule(self, Py_ssize_t i) except -1 nogil
    cdef double evaluate(self, Py_ssize_t i, double* x, double* d, Py_ssize_t count) except? -1 nogil
    cdef int go_back(self, Py_ssize_t b, int root) noexcept nogil
    cdef int run_back(self, Py_ssize_t first, Py_ssize_t end) noexcept nogil
    cdef int focus(self, Py_ssize_t b) noexcept nogil

    cdef int take(self, bint gone_forward) except -1
    cdef int want(self, array rows, Py_ssize_t shared) except -1
    cdef int share(self, int place, double number) except -1
    cdef int load(self, object batch) except -1
    cdef int load_rows(self, object batch, Py_ssize_t first) except -1
    cdef int load_matrix(self, object view, Py_ssize_t first) except -1
    cdef int prepare(self, Py_ssize_t count) except -1
    cdef double weigh(self, object gradient) except? -1
    cdef int place_of(self, object node) except? -1
    cdef list column(self, int place)


cdef double users_rule(Primitive primitive, double* x, double* d, Py_ssize_t count) except? -1
cdef array rules_of(list primitives)
cdef array zeros(Py_ssize_t count)
cdef double* start_of(array numbers) noexcept
cdef int* ints(array numbers) noexcept
cdef signed char* flags(array numbers) noexcept

# The C types of memory.py.

from cpython.array cimport array

from autograd.tape.blocks cimport Block
from autograd.tape.owned cimport Owned

cdef extern from *:
    """
    static int copy_floats(PyObject *row, Py_ssize_t count, double *place, Py_ssize_t step) {
        PyObject **items;
        if (!PyList_CheckExact(row) && !PyTuple_CheckExact(row)) return 0;
        if (PySequence_Fast_GET_SIZE(row) != count) return 0;
        items = PySequence_Fast_ITEMS(row);
        for (Py_ssize_t i = 0; i < count; i++) {
            if (!PyFloat_CheckExact(items[i])) return 0;
            place[i * step] = PyFloat_AS_DOUBLE(items[i]);
        }
        return 1;
    }

    static PyObject *list_of(const double *numbers, Py_ssize_t count) {
        PyObject *number, *list = PyList_New(count);
        for (Py_ssize_t i = 0; list != NULL && i < count; i++) {
            number = PyFloat_FromDouble(numbers[i]);
            if (number != NULL) PyList_SET_ITEM(list, i, number);
            else Py_CLEAR(list);
        }
        return list;
    }
    """
    bint copy_floats(object row, Py_ssize_t count, double* place, Py_ssize_t step)
    list list_of(const double* numbers, Py_ssize_t count)

cdef Py_ssize_t CACHE, NARROWEST, WIDEST


cdef class Memory(Owned):
    cdef object program
    cdef tuple inputs
    cdef list leaves
    cdef array batch_memory, shared_memory
    cdef double* numbers
    cdef double* batch
    cdef double* upstream
    cdef double* roots
    cdef Py_ssize_t rows, node_rows, input_rows, slots, added_up, lanes, blocks
    cdef bint is_pure, is_kept, is_mean
    cdef double total
    cdef Block block

    cdef int want(self, array rows, Py_ssize_t shared) except -1
    cdef int read(self) except -1
    cdef int load(self, object batch) except -1
    cdef int load_rows(self, object batch, Py_ssize_t first) except -1
    cdef int load_matrix(self, object view, Py_ssize_t first) except -1
    cdef int prepare(self, Py_ssize_t count) except -1
    cdef object weigh(self, object gradient)
    cdef list values_of_root(self)
    cdef double mean_of_root(self) noexcept nogil
    cdef int focus(self, Py_ssize_t b) noexcept nogil
    cdef int focus_on_inputs(self, Py_ssize_t b) noexcept nogil


cdef array zeros(Py_ssize_t count)
cdef double* start_of(array numbers) noexcept

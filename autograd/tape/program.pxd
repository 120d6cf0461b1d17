# The C types of program.py.

import cython
from cpython.array cimport array


@cython.locals(result=array, i=Py_ssize_t)
cdef array array_of(list numbers)
@cython.locals(i=Py_ssize_t, j=Py_ssize_t, place=int, uses=array, pairs=array, starts=array)
cdef array rows_used_once(object program)
cdef int* ints(array numbers) noexcept

# The C types of program.py.

import cython
from cpython.array cimport array


@cython.locals(pairs=array, k=Py_ssize_t, first=int, second=int)
cdef array pairs_of(list terms, dict places, object place_of_number)
@cython.locals(i=Py_ssize_t, j=Py_ssize_t, y=int, place=int, found=int, rows=int, shared=int)
@cython.locals(wanted=array, pairs=array, starts=array, results=array)
cdef array rows_wanted(object program)
@cython.locals(i=Py_ssize_t, j=Py_ssize_t, place=int, uses=array, pairs=array, starts=array)
cdef array rows_used_once(object program)
@cython.locals(i=Py_ssize_t, j=Py_ssize_t, y=int, place=int, rows=int, count=int, first=int, end=int)
@cython.locals(used_once=array, pairs=array, starts=array, results=array, slots=array, free=list)
cdef tuple slots_of_gradients(object program)
@cython.locals(result=array, i=Py_ssize_t, count=Py_ssize_t, pairs=array)
cdef array numbers_in_line(object program)
cdef int* ints(array numbers) noexcept

# The C types of program.py.

import cython
from cpython.array cimport array


@cython.locals(result=array, k=Py_ssize_t, first=int, second=int)
cdef array pairs_of(list terms, dict places, object place_of_number)
@cython.locals(result=array, i=Py_ssize_t, j=Py_ssize_t, y=int, place=int, rows=int, shared=int)
cdef array rows_wanted(object program)
@cython.locals(result=array, i=Py_ssize_t, j=Py_ssize_t, place=int)
cdef array rows_used_once(object program)
@cython.locals(result=array, i=Py_ssize_t, j=Py_ssize_t, y=int, place=int, rows=int, count=int, first=int, end=int)
@cython.locals(free=list)
cdef tuple slots_of_gradients(object program)
@cython.locals(result=array, i=Py_ssize_t, count=Py_ssize_t)
cdef array numbers_in_line(object program)

# The C types of updates.py.

import cython
from cpython.array cimport array

from autograd.core.nodes cimport Memory
from autograd.core.value cimport Value

cdef extern from "updates.h":
    void adapt(
        double* move, double* mean, double* square, const double* gradient,
        double beta1, double beta2, double scale, double epsilon, Py_ssize_t count
    )

cdef array SAMPLE

cpdef array zeros(Py_ssize_t count)
cpdef array room_for(Py_ssize_t count)
cpdef array data_of(list parameters)
cpdef array gradients_of(list parameters, double decay=*, double scale=*)
cpdef array take_gradients(list parameters)
cpdef bint are_data_of(list parameters, array data) except -1
cpdef object zero_gradients(list parameters)
cpdef bint have_gradients(list parameters) except -1
cpdef object put_back(list parameters, array data)
cpdef object put_gradients(list parameters, array gradients)
cpdef array difference(array one, array other)
cpdef double norm(array numbers) except? -1
cpdef double norm_of_data(list parameters) except? -1
cpdef double norm_of_gradients(list parameters) except? -1
cpdef double keep(list parameters, array data) except? -1
cpdef object shrink(list parameters, double factor)
cpdef object descend(list parameters, array moves, double rate)
cpdef object descend_gradients(list parameters, double rate)
cpdef object roll(list parameters, array gradients, array velocities, double rate, double momentum)
cpdef array adaptive_moves(
    array means, array squares, array gradients, double beta1, double beta2, double scale, double epsilon
)

@cython.locals(size=double, numbers=list)
cpdef double take_step(object optimizer, list parameters, array sound, list notes) except? -1

@cython.locals(x=double, first=double, count=Py_ssize_t, row=Py_ssize_t, column=Py_ssize_t)
cpdef list varying_columns(array table, Py_ssize_t width)
@cython.locals(count=Py_ssize_t, kept=Py_ssize_t, k=Py_ssize_t, row=Py_ssize_t, column=Py_ssize_t)
cpdef array columns_of(array table, Py_ssize_t width, list columns)
@cython.locals(count=Py_ssize_t, i=Py_ssize_t, start=Py_ssize_t, column=Py_ssize_t)
cpdef array rows_of(array table, Py_ssize_t width, list rows)
cpdef list items_at(list things, object places)

@cython.locals(
    answers=list, answer=Py_ssize_t, i=Py_ssize_t, count=Py_ssize_t, columns=Py_ssize_t, column=Py_ssize_t, k=Py_ssize_t
)
cpdef list hits_of(array numbers, array right, object examples)
@cython.locals(total=double, number=double)
cpdef double added(list numbers) except? -1

@cython.locals(bits=Py_ssize_t, i=Py_ssize_t, j=Py_ssize_t)
cpdef object shuffle(list things, object rng)

cdef inline Memory* nth(list parameters, Py_ssize_t i) except NULL
cdef double* numbers_in(array numbers, Py_ssize_t count) except? NULL
cdef int* ints_in(array numbers) noexcept

# The C array in an array of Python's; interpreted, arrays.py is used.

from cpython.array cimport array


cdef inline int* ints(array numbers) noexcept:
    return numbers.data.as_ints


cdef inline signed char* flags(array numbers) noexcept:
    return numbers.data.as_schars


cdef inline double* doubles(array numbers) noexcept:
    return numbers.data.as_doubles

# The C types of owned.py.


cdef class Owned:
    cdef object lock, process
    cdef unsigned long owner, thread

    cdef int claim(self) except -1
    cdef int release(self) except -1
    cdef bint is_free(self) except -1
    cdef int check_thread(self) except -1

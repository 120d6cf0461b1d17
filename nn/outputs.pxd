# The C types of outputs.py.

import cython

cdef extern from *:
    """
    #define version_of(kind) (((PyTypeObject *)(kind))->tp_version_tag)
    """
    unsigned int version_of(object kind)  # changed with each change of the class or of one that it is made from

cdef unsigned int version

@cython.locals(parts=dict)
cpdef list outputs_of(object neurons, object inputs)  # in lists, tuples, whatever a user has put them in
cdef bint is_usual(object kind) except -1

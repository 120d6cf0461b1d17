# The C types of fuse_sums.py.

import cython


@cython.locals(i=Py_ssize_t, k=Py_ssize_t, uses=dict)
cdef dict uses_of(object root, list computed)

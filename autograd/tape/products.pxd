# The C types of products.py.

import cython


@cython.locals(operands=list)
cdef object operands_of_layer(list terms, object in_lanes)

# The C types of derivatives.py.

from autograd.core.value cimport Value

cdef list count_contributions(list order, list places, list wanted)
cdef list walk_back(list order, list places, list counts, object seed)
cdef object pass_on(
    Value node, object upstream, list places, Py_ssize_t at, list counts, list totals, dict formulas
)
cdef object times(object a, object b)
cdef object added(list factors)

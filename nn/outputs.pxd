# The C types of outputs.py: an attribute is looked up without a call through Python.

cdef object attribute(object owner, str name, bint is_usual)

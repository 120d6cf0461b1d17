# The C types of operands.py.

cpdef double as_number(object thing) except? -1
cdef double converted(object number) except? -1
cpdef list listed(str name, object things)

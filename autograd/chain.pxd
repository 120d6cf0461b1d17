# The C types of chain.py.

from autograd.nodes cimport Node, Nodes

cdef unsigned long long passes
cdef int watched
cdef object watch, notice

cpdef object propagate(Node node)
cdef object backpropagate(Node root, double upstream)
cdef Nodes inputs_first(Node root, bint afresh)

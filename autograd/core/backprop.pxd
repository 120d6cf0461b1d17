# The C types of backprop.py.

from autograd.core.nodes cimport Memory, Node, Nodes

cdef unsigned long long passes
cdef int watched, noticed, LINE, UNRECORDED, LOST
cdef object watch, notice, one_pass

cdef unsigned long long fresh_mark() noexcept
cpdef object propagate(Node node)
cdef void pass_on(Memory* node) noexcept
cdef object backpropagate(Node root, double upstream)
cdef Nodes inputs_first(Memory* root, bint afresh)

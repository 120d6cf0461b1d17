# What runner.py uses of the C loops in lanes.h; interpreted, it uses lanes.py.

from cpython.object cimport PyObject

from autograd.core.nary_rules cimport RuleOfMany
from autograd.core.rules cimport RuleOfOne, RuleOfTwo
from autograd.tape.blocks cimport Block

cdef extern from "lanes.h" nogil:
    const int PRODUCTS, LAYER, RULE, RELU

    void products(Block block, const int* y, Py_ssize_t count, const int* pairs, Py_ssize_t terms)
    void pass_back(Block block, int y, const int* pairs, Py_ssize_t terms)
    void shared_products(
        Block block, int y, const int* pairs, Py_ssize_t terms, const int* in_line
    )
    void pass_back_shared(
        Block block, int y, const int* pairs, Py_ssize_t terms, const int* in_line
    )
    void pass_back_relus(Block block, const int* y, Py_ssize_t count, const int* pairs)
    void pass_back_layer(Block block, const int* y, Py_ssize_t count, const int* pairs, Py_ssize_t terms)
    Py_ssize_t rules_of_one(int kind, Block block, const int* y, Py_ssize_t count, const int* pairs)


ctypedef struct Rule:  # what to call for an instruction that is a rule: the one that is not NULL
    RuleOfOne one
    RuleOfTwo two
    RuleOfMany many
    PyObject* users_own
    double number

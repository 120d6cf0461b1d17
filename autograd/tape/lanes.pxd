# What runner.py uses of the C loops in lanes.h; interpreted, it uses lanes.py.

from cpython.object cimport PyObject

from autograd.core.nary_rules cimport RuleOfMany
from autograd.core.rules cimport RuleOfOne, RuleOfTwo

cdef extern from "lanes.h" nogil:
    const Py_ssize_t VECTOR
    const int PRODUCTS, LAYER, RULE

    ctypedef struct Block:
        double* rows
        double* gradients
        double* shared
        double* shared_gradients
        const signed char* wanted
        Py_ssize_t shared_wanted, width, count

    double* aligned(double* numbers)
    double* after(double* numbers, Py_ssize_t count)
    int* places_after(int* places, Py_ssize_t count)
    double* row_of(Block block, int operand)
    double* gradient_of(Block block, int operand)
    bint is_wanted(Block block, int operand)
    void share(Block block, int operand, double number)
    void pad(Block block, int operand)
    void clear(double* numbers, Py_ssize_t count)
    void products(Block block, const int* y, Py_ssize_t count, const int* pairs, Py_ssize_t terms)
    void pass_back(Block block, int y, const int* pairs, Py_ssize_t terms)
    void pass_back_layer(Block block, const int* y, Py_ssize_t count, const int* pairs, Py_ssize_t terms)
    bint rule_of_one(int kind, Block block, int y, int slope, int x)


ctypedef struct Rule:  # what to call for an instruction that is a rule: the one that is not NULL
    RuleOfOne one
    RuleOfTwo two
    RuleOfMany many
    PyObject* users_own
    double number

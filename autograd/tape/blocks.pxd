# A block of lanes in memory, in C: blocks.h; interpreted, blocks.py is used.

cdef extern from "blocks.h" nogil:
    const Py_ssize_t VECTOR

    ctypedef struct Block:
        double* rows
        double* gradients
        double* shared
        double* shared_gradients
        const signed char* wanted
        const signed char* used_once
        const int* slots
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
    void copy(double* to, const double* numbers, Py_ssize_t count)

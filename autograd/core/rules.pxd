# The C types of rules.py: what lets a rule be called without making a Python object.

ctypedef (double, double) (*RuleOfOne)(double) noexcept nogil
ctypedef (double, double, double) (*RuleOfTwo)(double, double) noexcept nogil

cdef (double, double) negate(double x) noexcept nogil
cdef (double, double) absolute(double x) noexcept nogil
cdef (double, double) exp(double x) noexcept nogil
cdef (double, double) log(double x) noexcept nogil
cdef (double, double) sqrt(double x) noexcept nogil
cdef (double, double) sin(double x) noexcept nogil
cdef (double, double) cos(double x) noexcept nogil
cdef (double, double) tan(double x) noexcept nogil
cdef (double, double) atan(double x) noexcept nogil
cdef (double, double) sinh(double x) noexcept nogil
cdef (double, double) cosh(double x) noexcept nogil
cdef (double, double) expm1(double x) noexcept nogil
cdef (double, double) log1p(double x) noexcept nogil
cdef (double, double) erf(double x) noexcept nogil
cdef (double, double) erfc(double x) noexcept nogil
cdef (double, double) tanh(double x) noexcept nogil
cdef (double, double) sigmoid(double x) noexcept nogil
cdef (double, double) relu(double x) noexcept nogil
cdef (double, double) softplus(double x) noexcept nogil
cdef (double, double) step(double x) noexcept nogil
cdef (double, double) sign(double x) noexcept nogil

cdef (double, double, double) add(double a, double b) noexcept nogil
cdef (double, double, double) subtract(double a, double b) noexcept nogil
cdef (double, double, double) multiply(double a, double b) noexcept nogil
cdef (double, double, double) divide(double a, double b) noexcept nogil
cdef (double, double, double) power(double a, double b) noexcept nogil
cdef (double, double, double) maximum(double a, double b) noexcept nogil
cdef (double, double, double) minimum(double a, double b) noexcept nogil
cdef (double, double, double) atan2(double a, double b) noexcept nogil
cdef (double, double, double) hypot(double a, double b) noexcept nogil
cdef (double, double, double) binary_cross_entropy(double x, double t) noexcept nogil

cdef (double, double) raise_to(double x, double n) noexcept nogil

cdef double quotient(double a, double b) noexcept nogil
cdef double bell(double x) noexcept nogil
cdef double times_power(double factor, double x, double n) noexcept nogil

cdef double NORMAL, TWO_OVER_ROOT_PI

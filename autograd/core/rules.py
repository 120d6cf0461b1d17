# cython: annotation_typing=False, infer_types=True, cdivision=True
"""The calculus of one and of two numbers: floats in, the value and the local derivatives out.

A rule returns its value, then the derivative by each number. It uses operators, comparisons and functions
of `math` only, and follows IEEE 754: no number raises. Rules of many numbers are in nary_rules.py; the table
of all is in primitives.py, which says at its top how to add one. (The C types are in rules.pxd.)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if cython.compiled:
    from cython.cimports.autograd.core.nary_rules import lost_in_difference, near_one
    from cython.cimports.libc import math
else:
    from autograd.core import ieee as math
    from autograd.core.nary_rules import lost_in_difference, near_one

Pair = tuple[float, float]
Triple = tuple[float, float, float]

NORMAL = 2.0**-1022  # the smallest double of full precision
TWO_OVER_ROOT_PI = 2.0 / 3.141592653589793**0.5

# --- Of one number: (value, derivative) ------------------------------------------------------------


def negate(x: float) -> Pair:
    return -x, -1.0


def absolute(x: float) -> Pair:
    return math.fabs(x), 1.0 if x > 0.0 else -1.0 if x < 0.0 else x - x


def exp(x: float) -> Pair:
    value = math.exp(x)
    return value, value


def log(x: float) -> Pair:
    return math.log(x), quotient(1.0, x)


def sqrt(x: float) -> Pair:
    value = math.sqrt(x)
    return value, quotient(0.5, value)


def sin(x: float) -> Pair:
    return math.sin(x), math.cos(x)


def cos(x: float) -> Pair:
    return math.cos(x), -math.sin(x)


def tan(x: float) -> Pair:
    value = math.tan(x)
    return value, 1.0 + value * value


def atan(x: float) -> Pair:
    """Its derivative is 1 / (1 + x²), for large x 1/x², which does not overflow."""
    return math.atan(x), 1.0 / x / x if math.fabs(x) > 1e8 else 1.0 / (1.0 + x * x)


def sinh(x: float) -> Pair:
    return math.sinh(x), math.cosh(x)


def cosh(x: float) -> Pair:
    return math.cosh(x), math.sinh(x)


def expm1(x: float) -> Pair:
    """exp x − 1, right for a small x too."""
    return math.expm1(x), math.exp(x)


def log1p(x: float) -> Pair:
    """ln(1 + x), right for a small x too."""
    return math.log1p(x), quotient(1.0, 1.0 + x)


def erf(x: float) -> Pair:
    """The share of a normal distribution within ±√2 x standard deviations; its slope is 2/√π exp(−x²)."""
    return math.erf(x), TWO_OVER_ROOT_PI * bell(x)


def erfc(x: float) -> Pair:
    """1 − erf x, right for a large x too."""
    return math.erfc(x), -TWO_OVER_ROOT_PI * bell(x)


def tanh(x: float) -> Pair:
    """Its derivative 1 − tanh²x, written 4e/(1 + e)² with e = exp(−2|x|): nothing cancels."""
    e = math.exp(-2.0 * math.fabs(x))
    return math.tanh(x), 4.0 * e / ((1.0 + e) * (1.0 + e))


def sigmoid(x: float) -> Pair:
    """1 / (1 + exp(−x)), from exp(−|x|), which cannot overflow."""
    e = math.exp(-math.fabs(x))
    return (e if x < 0.0 else 1.0) / (1.0 + e), e / ((1.0 + e) * (1.0 + e))


def relu(x: float) -> Pair:
    """max(x, 0); NaN stays NaN; the derivative at 0 is taken as 0."""
    return (0.0, 0.0) if x <= 0.0 else (x, 1.0)


def softplus(x: float) -> Pair:
    """ln(1 + exp x), a smooth relu; its derivative is the sigmoid."""
    e = math.exp(-math.fabs(x))
    return (0.0 if x < 0.0 else x) + math.log1p(e), (e if x < 0.0 else 1.0) / (1.0 + e)


def step(x: float) -> Pair:
    """1 above 0, else 0: the derivative of relu. Its own is taken as 0 everywhere."""
    return (1.0 if x > 0.0 else 0.0 if x <= 0.0 else x), 0.0


def sign(x: float) -> Pair:
    """1, −1, or 0 at 0: the derivative of |x|. Its own is taken as 0 everywhere."""
    return (1.0 if x > 0.0 else -1.0 if x < 0.0 else x - x), 0.0


# --- Of two numbers: (value, derivative by the first, by the second) -------------------------------


def add(a: float, b: float) -> Triple:
    return a + b, 1.0, 1.0


def subtract(a: float, b: float) -> Triple:
    return a - b, 1.0, -1.0


def multiply(a: float, b: float) -> Triple:
    return a * b, b, a


def divide(a: float, b: float) -> Triple:
    """By b the derivative is −(a/b)/b, larger by 2⁶⁴ on the way where a/b is too small to be precise.

    (Where a/b is that small for an a above 1, a/b/b is 0, and a · 2⁶⁴ might be infinite.)
    """
    value = quotient(a, b)
    scale = 1.0 if math.fabs(value) >= NORMAL or math.fabs(a) > 1.0 else 2.0**64
    return value, quotient(1.0, b), -quotient(quotient(a * scale, b), b) / scale


def power(a: float, b: float) -> Triple:
    """aᵇ. By b the derivative is aᵇ ln a: 0 at a = 0 where b ≥ 0, NaN for a < 0."""
    value, by_a = raise_to(a, b)
    return value, by_a, 0.0 if a == 0.0 and b >= 0.0 else times_power(math.log(a), a, b)


def maximum(a: float, b: float) -> Triple:
    """The larger; at a tie each has half the derivative; NaN if either is."""
    if a == b:
        return a, 0.5, 0.5
    return (a if a > b or a != a else b), 0.0 if a < b else 1.0, 0.0 if b < a else 1.0


def minimum(a: float, b: float) -> Triple:
    """The smaller; at a tie each has half the derivative; NaN if either is."""
    if a == b:
        return a, 0.5, 0.5
    return (a if a < b or a != a else b), 0.0 if a > b else 1.0, 0.0 if b > a else 1.0


def atan2(a: float, b: float) -> Triple:
    """The angle of the point (b, a): by a it is b/(a² + b²), by b −a/(a² + b²); 0 by each at (0, 0)."""
    scale = near_one(a, b)
    y, x = a * scale, b * scale
    square = x * x + y * y
    value = math.atan2(a, b)
    if square == 0.0 or square - square != 0.0:  # or at infinity
        slope = square if square != square else 0.0
        return value, slope, slope
    return value, x / square * scale, -y / square * scale


def hypot(a: float, b: float) -> Triple:
    """√(a² + b²), of numbers of any size; 0 by each at (0, 0)."""
    scale = near_one(a, b)
    x, y = a * scale, b * scale
    length = math.sqrt(x * x + y * y)
    value = length / scale
    if value >= NORMAL and value - value == 0.0:
        return value, a / value, b / value
    return (0.0, 0.0, 0.0) if length == 0.0 else (value, x / length, y / length)


def binary_cross_entropy(x: float, t: float) -> Triple:
    """−t ln p − (1 − t) ln(1 − p) for p = sigmoid(x); its derivative by x is p − t."""
    if_yes, minus_other = softplus(-x)
    if_no, p = softplus(x)
    value = (0.0 if t == 0.0 else t * if_yes) + (0.0 if t == 1.0 else (1.0 - t) * if_no)
    return value, (1.0 - t) * p - t * minus_other, -x


# --- Of one number and a fixed one: (value, derivative by the first) -------------------------------


def raise_to(x: float, n: float) -> Pair:
    """xⁿ; the derivative n xⁿ⁻¹ is 0 for n = 0, at x = 0 too. What n − 1 rounds off is put back."""
    if n == 2.0:
        return x * x, 2.0 * x
    slope = 0.0 if n == 0.0 else times_power(n, x, n - 1.0)
    exact = slope + slope * (lost_in_difference(n, 1.0) * math.log(math.fabs(x)))
    return math.pow(x, n), exact if exact - exact == 0.0 else slope


# --- What the rules share ---------------------------------------------------------------------------


def quotient(a: float, b: float) -> float:
    """a / b as IEEE 754 has it, where Python would raise."""
    return a / b if b != 0.0 else a * math.pow(b, -1.0)


def bell(x: float) -> float:
    """exp(−x²), with what x² rounds off: x is a short number, whose square is exact, and a small rest."""
    if math.fabs(x) > 30.0:
        return 0.0
    long = 134217729.0 * x
    short = long - (long - x)
    return math.exp(-short * short) * math.exp(-(x - short) * (x + short))


def times_power(factor: float, x: float, n: float) -> float:
    """factor · xⁿ, through √xⁿ where xⁿ alone would overflow, or be too small to be precise."""
    power = math.pow(x, n)
    if power != power or (math.fabs(power) >= NORMAL and power - power == 0.0):
        return factor * power
    root = math.pow(math.fabs(x), 0.5 * n)
    return math.copysign(root * factor * root, factor * power)

# cython: annotation_typing=False, infer_types=True, cdivision=True
"""The calculus of many numbers, like that of one and two in rules.py.

A rule takes numbers `x[0] … x[n-1]`, returns its value and writes the derivative by `x[i]` into `d[i]`.
(The C types are in nary_rules.pxd.)
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
    from cython.cimports.libc import math
else:
    from autograd.core import ieee as math

Floats = list[float]

NORMAL = 2.0**-1022  # the smallest double of full precision
LARGE = 2.0**500  # squares of larger numbers may overflow


def total(x: Floats, d: Floats, n: int) -> float:
    value = 0.0
    for i in range(n):
        value += x[i]
        d[i] = 1.0
    return value


def mean(x: Floats, d: Floats, n: int) -> float:
    value = total(x, d, n) / n
    for i in range(n):
        d[i] = 1.0 / n
    return value


def weighted_sum(x: Floats, d: Floats, n: int) -> float:
    """w·x + b of w[0] … w[k-1], x[0] … x[k-1], b: a neuron before its activation."""
    k = n // 2
    value = x[n - 1]
    d[n - 1] = 1.0
    for i in range(k):
        value += x[i] * x[k + i]
        d[i] = x[k + i]
        d[k + i] = x[i]
    return value


def norm(x: Floats, d: Floats, n: int) -> float:
    """√Σxᵢ², of numbers of any size; its derivative xᵢ/√Σxⱼ² is 0 at 0."""
    size = 0.0
    for i in range(n):
        size = size if math.fabs(x[i]) <= size else math.fabs(x[i])
    scale = near_one(size, 0.0)
    squares = 0.0
    for i in range(n):
        squares += (x[i] * scale) * (x[i] * scale)
    length = math.sqrt(squares)
    value = length / scale
    if value >= NORMAL and value - value == 0.0:
        scale, length = 1.0, value
    for i in range(n):
        d[i] = 0.0 if length == 0.0 else x[i] * scale / length
    return value


def maximum_of(x: Floats, d: Floats, n: int) -> float:
    """The largest; at a tie each of the largest has an equal share of the derivative; NaN if any is."""
    return x[chosen(x, d, n, largest(x, n))]


def minimum_of(x: Floats, d: Floats, n: int) -> float:
    """The smallest; at a tie each of the smallest has an equal share of the derivative; NaN if any is."""
    low = 0
    for i in range(1, n):
        if x[i] < x[low] or x[i] != x[i]:
            low = i
    return x[chosen(x, d, n, low)]


def where(x: Floats, d: Floats, n: int) -> float:
    """Of a condition, a number and another: the first if the condition is above 0, else the other."""
    condition, first, other = x[0], n // 2, n - 1
    for i in range(n):
        d[i] = 0.0
    if condition > 0.0:
        d[first] = 1.0
        return x[first]
    if condition <= 0.0:
        d[other] = 1.0
        return x[other]
    return condition


def logsumexp(x: Floats, d: Floats, n: int) -> float:
    """ln Σ exp xᵢ, as m + ln(1 + Σ exp(xᵢ − m)) past the largest, m."""
    top = largest(x, n)
    rest = exponentials(x, d, n, top)
    for i in range(n):
        d[i] /= 1.0 + rest
    return x[top] + math.log1p(rest) if x[top] - x[top] == 0.0 else x[top]


def softmax(x: Floats, d: Floats, n: int) -> float:
    """exp x₀ / Σ exp xᵢ: the share of the first. By x₀ it is p(1 − p), by another −p pᵢ."""
    scale = 1.0 + exponentials(x, d, n, largest(x, n))
    value = d[0] / scale
    others = 0.0
    for i in range(1, n):
        others += d[i]
        d[i] = -value * (d[i] / scale)
    d[0] = value * (others / scale)
    return value


def log_softmax(x: Floats, d: Floats, n: int) -> float:
    """ln of the share of the first, x₀ − ln Σ exp xᵢ. By x₀ it is 1 − p₀, by another −pᵢ."""
    top = largest(x, n)
    rest = exponentials(x, d, n, top)
    others = 0.0
    for i in range(1, n):
        others += d[i]
        d[i] = -d[i] / (1.0 + rest)
    d[0] = others / (1.0 + rest)
    return (x[0] - x[top]) - math.log1p(rest)


def cross_entropy(x: Floats, d: Floats, n: int) -> float:
    """Σ tᵢ (ln Σⱼ exp xⱼ − xᵢ) of logits x[0] … x[k-1], then probabilities t[0] … t[k-1].

    By xᵢ it is pᵢ Σt − tᵢ, written pᵢ Σ(other t) − tᵢ (1 − pᵢ): nothing cancels for a sure answer.
    """
    k = n // 2
    top = largest(x, k)
    rest = exponentials(x, d, k, top)
    scale = 1.0 + rest
    log_scale = math.log1p(rest)
    most = k
    for i in range(k, n):
        most = i if x[i] > x[most] else most
    rest_t = value = 0.0
    for i in range(k, n):
        rest_t += 0.0 if i == most else x[i]
    for i in range(k):
        t = x[k + i]
        surprise = (x[top] - x[i]) + log_scale
        value += 0.0 if t == 0.0 else t * surprise
        others = rest if i == top else scale - d[i]
        d[i] = d[i] / scale * (rest_t + (x[most] - t)) - t * (others / scale)
        d[k + i] = surprise
    return value


# --- What they share ------------------------------------------------------------------------------


def largest(x: Floats, n: int) -> int:
    """The place of the largest of x[0] … x[n-1], of a NaN if there is one."""
    top = 0
    for i in range(1, n):
        if x[i] > x[top] or x[i] != x[i]:
            top = i
    return top


def chosen(x: Floats, d: Floats, n: int, place: int) -> int:
    """The place itself; the derivative is 1, shared by those that are equal to the number there."""
    ties = 0.0
    for i in range(n):
        ties += 1.0 if x[i] == x[place] else 0.0
    for i in range(n):
        d[i] = 1.0 / ties if x[i] == x[place] else 0.0
    if ties == 0.0:  # a NaN
        d[place] = 1.0
    return place


def exponentials(x: Floats, d: Floats, n: int, top: int) -> float:
    """Write exp(x[i] − x[top]) into d[i]; return their sum without the one at `top`, which is 1."""
    rest = 0.0
    for i in range(n):
        d[i] = exp_of_difference(x[i], x[top])
        if i != top:
            rest += d[i]
    return rest


def exp_of_difference(x: float, m: float) -> float:
    """exp(x − m), with what the subtraction rounded off put back."""
    value = math.exp(x - m)
    lost = lost_in_difference(x, m)
    return value + value * lost if lost - lost == 0.0 else value


def lost_in_difference(a: float, b: float) -> float:
    """What a − b rounds off: Knuth's two-sum."""
    difference = a - b
    part = difference - a
    return (a - (difference - part)) - (b + part)


def near_one(a: float, b: float) -> float:
    """A power of two to multiply by, so that the sum of two squares neither overflows nor vanishes."""
    size = math.fabs(b if math.fabs(b) > math.fabs(a) else a)
    return 2.0**-600 if size > LARGE else 2.0**600 if size < 1.0 / LARGE else 1.0

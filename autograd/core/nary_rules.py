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


def cross_entropy(x: Floats, d: Floats, n: int) -> float:
    """Σ tᵢ (ln Σⱼ exp xⱼ − xᵢ) of logits x[0] … x[k-1], then probabilities t[0] … t[k-1].

    By xᵢ it is pᵢ Σt − tᵢ, written pᵢ Σ(other t) − tᵢ (1 − pᵢ): nothing cancels for a sure answer.
    """
    k = n // 2
    top = largest(x, k)
    rest = exponentials(x, d, k, top)
    scale = 1.0 + rest
    most = k
    for i in range(k, n):
        most = i if x[i] > x[most] else most
    rest_t = value = 0.0
    for i in range(k, n):
        rest_t += 0.0 if i == most else x[i]
    for i in range(k):
        t = x[k + i]
        surprise = (x[top] - x[i]) + math.log1p(rest)
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

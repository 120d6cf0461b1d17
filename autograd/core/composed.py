"""Functions made of primitives: where that is as right as a rule of their own, there is none."""

from math import pi, sqrt
from typing import Never

from autograd.core.functions import erfc, expm1, relu, sigmoid, softplus, tanh
from autograd.core.nary_functions import maximum, minimum, where
from autograd.core.value import Value
from autograd.util.arguments import unknown_argument

Number = Value | float

__all__ = ["clip", "elu", "gelu", "leaky_relu", "log_sigmoid", "relu6", "silu"]


def clip(x: Number, low: Number | None = None, high: Number | None = None, **unknown: Never) -> Value:
    """x, but at least `low` and at most `high`; the derivative is 1 between them, 0 beyond, ½ at a bound.

    low, high: numbers or Values; None for no bound. Where low > high the result is high.

    >>> clip(Value(7.0), -1.0, 1.0), clip(Value(-7.0), high=1.0)
    (Value(1.0), Value(-7.0))
    """
    if unknown:
        raise unknown_argument("clip", unknown, ("low", "high"))
    raised = as_value(x) if low is None else maximum(x, low)
    return raised if high is None else minimum(raised, high)


def leaky_relu(x: Number, slope: float = 0.01) -> Value:
    """x where x > 0, else slope × x; at 0 its derivative is `slope`.

    >>> leaky_relu(-2.0), leaky_relu(2.0)
    (Value(-0.02), Value(2.0))
    """
    x = as_value(x)
    return where(x, x, slope * x)


def relu6(x: Number) -> Value:
    """relu, but at most 6; its derivative is 1 between 0 and 6, 0 at 0 and ½ at 6.

    >>> relu6(7.0)
    Value(6.0)
    """
    return minimum(relu(x), 6.0)


def elu(x: Number, alpha: float = 1.0) -> Value:
    """x where x > 0, else alpha × (eˣ − 1), which is smooth for an alpha of 1; at 0 its derivative is alpha.

    >>> elu(-1000.0), elu(2.0)
    (Value(-1.0), Value(2.0))
    """
    x = as_value(x)
    return relu(x) + alpha * expm1(where(x, 0.0, x))


def silu(x: Number) -> Value:
    """x σ(x), also known as swish: a smooth relu that dips below 0.

    >>> silu(0.0)
    Value(0.0)
    """
    x = as_value(x)
    return x * sigmoid(x)


def gelu(x: Number, approximate: bool = False) -> Value:
    """x Φ(x) with Φ, the normal distribution: a smooth relu that dips below 0 (Hendrycks and Gimpel, 2016).

    approximate: whether to take its tanh form, ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), as GPT-2 did.

    >>> f"{gelu(1.0):.4f}", f"{gelu(1.0, approximate=True):.4f}"
    ('0.8413', '0.8412')
    """
    x = as_value(x)
    if approximate:
        return 0.5 * x * (1.0 + tanh(sqrt(2.0 / pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * erfc(x * -sqrt(0.5))


def log_sigmoid(x: Number) -> Value:
    """ln σ(x), right for any x; its derivative is σ(−x).

    >>> log_sigmoid(-1000.0)
    Value(-1000.0)
    """
    return -softplus(-as_value(x))


def as_value(x: Number) -> Value:
    """A number as a leaf; a Value is itself."""
    return x if isinstance(x, Value) else Value(x)

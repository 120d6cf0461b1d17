"""The primitives of one number and of two as functions of Values or numbers."""

from autograd.core.nary import apply
from autograd.core.primitives import PRIMITIVES
from autograd.core.value import Value

Number = Value | float

__all__ = [
    "abs",
    "add",
    "atan",
    "atan2",
    "binary_cross_entropy",
    "cos",
    "cosh",
    "divide",
    "erf",
    "erfc",
    "exp",
    "expm1",
    "hypot",
    "log",
    "log1p",
    "multiply",
    "negate",
    "power",
    "relu",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "softplus",
    "sqrt",
    "step",
    "subtract",
    "tan",
    "tanh",
]


def add(a: Number, b: Number) -> Value:
    """a + b; its derivative is 1 by each.

    >>> add(2.0, 3.0)
    Value(5.0)
    """
    return apply(PRIMITIVES["add"], [a, b])


def subtract(a: Number, b: Number) -> Value:
    """a − b; its derivatives are 1 and −1.

    >>> subtract(2.0, 3.0)
    Value(-1.0)
    """
    return apply(PRIMITIVES["subtract"], [a, b])


def multiply(a: Number, b: Number) -> Value:
    """a × b; its derivatives are b and a.

    >>> multiply(2.0, 3.0)
    Value(6.0)
    """
    return apply(PRIMITIVES["multiply"], [a, b])


def divide(a: Number, b: Number) -> Value:
    """a / b; its derivatives are 1/b and −(a/b)/b.

    >>> divide(1.0, 4.0)
    Value(0.25)
    """
    return apply(PRIMITIVES["divide"], [a, b])


def power(a: Number, b: Number) -> Value:
    """aᵇ; its derivatives are b aᵇ⁻¹ and aᵇ ln a.

    >>> power(2.0, 3.0)
    Value(8.0)
    """
    return apply(PRIMITIVES["power"], [a, b])


def negate(x: Number) -> Value:
    """−x; its derivative is −1.

    >>> negate(2.0)
    Value(-2.0)
    """
    return apply(PRIMITIVES["negate"], [x])


def abs(x: Number) -> Value:
    """|x|; its derivative is the sign of x, 0 at 0.

    >>> abs(-2.0)
    Value(2.0)
    """
    return apply(PRIMITIVES["abs"], [x])


def exp(x: Number) -> Value:
    """eˣ; its derivative is itself.

    >>> exp(0.0)
    Value(1.0)
    """
    return apply(PRIMITIVES["exp"], [x])


def log(x: Number) -> Value:
    """The natural logarithm; its derivative is 1/x. At 0 it is −inf, below NaN.

    >>> log(1.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["log"], [x])


def sqrt(x: Number) -> Value:
    """√x; its derivative is 1 / 2√x, inf at 0. Below 0 it is NaN.

    >>> sqrt(9.0)
    Value(3.0)
    """
    return apply(PRIMITIVES["sqrt"], [x])


def sin(x: Number) -> Value:
    """sin x, x in radians; its derivative is cos x.

    >>> sin(0.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["sin"], [x])


def cos(x: Number) -> Value:
    """cos x, x in radians; its derivative is −sin x.

    >>> cos(0.0)
    Value(1.0)
    """
    return apply(PRIMITIVES["cos"], [x])


def tan(x: Number) -> Value:
    """tan x, x in radians; its derivative is 1 + tan²x.

    >>> tan(0.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["tan"], [x])


def atan(x: Number) -> Value:
    """The angle whose tangent is x, from −π/2 to π/2; its derivative is 1 / (1 + x²).

    >>> atan(0.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["atan"], [x])


def sinh(x: Number) -> Value:
    """The hyperbolic sine; its derivative is cosh x.

    >>> sinh(0.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["sinh"], [x])


def cosh(x: Number) -> Value:
    """The hyperbolic cosine; its derivative is sinh x.

    >>> cosh(0.0)
    Value(1.0)
    """
    return apply(PRIMITIVES["cosh"], [x])


def expm1(x: Number) -> Value:
    """eˣ − 1, right where x is small too; its derivative is eˣ.

    >>> expm1(1e-20)
    Value(1e-20)
    """
    return apply(PRIMITIVES["expm1"], [x])


def log1p(x: Number) -> Value:
    """ln(1 + x), right where x is small too; its derivative is 1 / (1 + x). At −1 it is −inf.

    >>> log1p(1e-20)
    Value(1e-20)
    """
    return apply(PRIMITIVES["log1p"], [x])


def erf(x: Number) -> Value:
    """2/√π ∫ exp(−t²) dt from 0 to x, the error function, from −1 to 1; its derivative is 2/√π exp(−x²).

    >>> erf(0.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["erf"], [x])


def erfc(x: Number) -> Value:
    """1 − erf(x), right where that is small too; its derivative is −2/√π exp(−x²).

    >>> erfc(0.0)
    Value(1.0)
    """
    return apply(PRIMITIVES["erfc"], [x])


def tanh(x: Number) -> Value:
    """The hyperbolic tangent, from −1 to 1; its derivative is 1 − tanh²x.

    >>> tanh(0.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["tanh"], [x])


def sigmoid(x: Number) -> Value:
    """σ(x) = 1 / (1 + e⁻ˣ), from 0 to 1; its derivative is σ(1 − σ).

    >>> sigmoid(0.0)
    Value(0.5)
    """
    return apply(PRIMITIVES["sigmoid"], [x])


def relu(x: Number) -> Value:
    """max(x, 0); its derivative is 1 above 0, else 0.

    >>> relu(-2.0), relu(2.0)
    (Value(0.0), Value(2.0))
    """
    return apply(PRIMITIVES["relu"], [x])


def softplus(x: Number) -> Value:
    """ln(1 + eˣ), a smooth relu; its derivative is the sigmoid.

    >>> softplus(1000.0)
    Value(1000.0)
    """
    return apply(PRIMITIVES["softplus"], [x])


def step(x: Number) -> Value:
    """1 where x > 0, else 0, which is the derivative of relu; its own derivative is taken as 0.

    >>> step(-2.0), step(2.0)
    (Value(0.0), Value(1.0))
    """
    return apply(PRIMITIVES["step"], [x])


def sign(x: Number) -> Value:
    """1 where x > 0, −1 where x < 0, 0 at 0: the derivative of |x|; its own derivative is taken as 0.

    >>> sign(-2.0), sign(0.0)
    (Value(-1.0), Value(0.0))
    """
    return apply(PRIMITIVES["sign"], [x])


def atan2(y: Number, x: Number) -> Value:
    """The angle of the point (x, y), from −π to π; its derivatives are x/r² and −y/r², 0 by each at (0, 0).

    >>> atan2(0.0, 1.0)
    Value(0.0)
    """
    return apply(PRIMITIVES["atan2"], [y, x])


def hypot(a: Number, b: Number) -> Value:
    """√(a² + b²), whatever their size; its derivatives are a and b over it, 0 by each at (0, 0).

    >>> hypot(3.0, 4.0)
    Value(5.0)
    """
    return apply(PRIMITIVES["hypot"], [a, b])


def binary_cross_entropy(logit: Number, probability: Number) -> Value:
    """−t ln σ(x) − (1 − t) ln(1 − σ(x)) of a logit x and the probability t of yes, in nats.

    >>> f"{binary_cross_entropy(0.0, 1.0):.6f}"
    '0.693147'
    """
    return apply(PRIMITIVES["binary_cross_entropy"], [logit, probability])

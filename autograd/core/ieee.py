"""The functions of C's math.h for the interpreted engine: no number raises, it goes to infinity or NaN.

Those that `math` has and that are not written down here are made of it when a rule asks for them.
"""

import math
from collections.abc import Callable
from math import copysign, fabs, inf, isinf, nan, tanh

__all__ = ["copysign", "cos", "exp", "fabs", "log", "log1p", "pow", "sin", "sqrt", "tanh"]


def exp(x: float) -> float:
    """eˣ, infinite where it overflows."""
    try:
        return math.exp(x)
    except OverflowError:
        return inf


def log(x: float) -> float:
    """ln x, −inf at 0 and NaN below."""
    if x > 0.0 or x != x:
        return math.log(x)
    return -inf if x == 0.0 else nan


def log1p(x: float) -> float:
    """ln(1 + x), −inf at −1 and NaN below."""
    if x > -1.0 or x != x:
        return math.log1p(x)
    return -inf if x == -1.0 else nan


def sqrt(x: float) -> float:
    """√x, NaN below 0."""
    return nan if x < 0.0 else math.sqrt(x)


def sin(x: float) -> float:
    """sin x, NaN at infinity."""
    return nan if isinf(x) else math.sin(x)


def cos(x: float) -> float:
    """cos x, NaN at infinity."""
    return nan if isinf(x) else math.cos(x)


def pow(x: float, y: float) -> float:
    """xʸ as C has it: NaN for a negative base and a fraction, a signed infinity at a pole or an overflow."""
    try:
        return math.pow(x, y)
    except ValueError:
        if x != 0.0:
            return nan
    except OverflowError:
        pass
    odd = math.fmod(y, 2.0) in (1.0, -1.0)
    return copysign(inf, x) if odd else inf


def __getattr__(name: str) -> Callable[..., float]:
    """The function of that name in `math`: NaN where it has no value, ±inf where it overflows."""
    function: Callable[..., float] = getattr(math, name)

    def quiet(x: float, *others: float) -> float:
        try:
            return function(x, *others)
        except ValueError:
            return nan
        except OverflowError:  # on the side of the axis where it is at ±1
            return copysign(inf, function(copysign(1.0, x), *others))

    globals()[name] = quiet
    return quiet

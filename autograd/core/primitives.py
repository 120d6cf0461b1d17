# cython: annotation_typing=False, infer_types=True, cdivision=True
"""The calculus: each primitive once, floats in, its value and its local derivatives out.

A rule of one number or two returns its value, then the derivative by each number. A rule of many
numbers `x[0] … x[n-1]` returns its value and writes the derivative by `x[i]` into `d[i]`. Rules use
operators, comparisons and functions of `math` only, and follow IEEE 754: no number raises. The table
at the end lists them; a rule that is in it is known to everything that reads a graph.

To add one, as `atan` was (a test names each place that is missing; without its C types the build fails,
and the engine is interpreted):

1. here, the rule, and a row of the table at the end;
2. primitives.pxd, the C type of both;
3. functions.py, the function for users, with its doctest;
4. formulas.py, its derivative as a formula, which also says how steps write it;
5. tests/oracle.py, what mpmath says it is.

The tape, gradients, steps, drawings, checks and the page need nothing more.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if cython.compiled:
    from cython.cimports.cpython.array import array
    from cython.cimports.libc import math
else:
    from autograd.core import ieee as math

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from operator import attrgetter

from autograd.util.text import legible

Pair = tuple[float, float]
Triple = tuple[float, float, float]
Floats = list[float]

NORMAL = 2.0**-1022  # the smallest double of full precision

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


def atan(x: float) -> Pair:
    """Its derivative is 1 / (1 + x²), for large x 1/x², which does not overflow."""
    return math.atan(x), 1.0 / x / x if math.fabs(x) > 1e8 else 1.0 / (1.0 + x * x)


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


# --- Of many numbers: the value; the derivative by x[i] goes to d[i] -------------------------------


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


# --- What the rules share ---------------------------------------------------------------------------


def quotient(a: float, b: float) -> float:
    """a / b as IEEE 754 has it, where Python would raise."""
    return a / b if b != 0.0 else a * math.pow(b, -1.0)


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


def times_power(factor: float, x: float, n: float) -> float:
    """factor · xⁿ, through √xⁿ where xⁿ alone would overflow, or be too small to be precise."""
    power = math.pow(x, n)
    if power != power or (math.fabs(power) >= NORMAL and power - power == 0.0):
        return factor * power
    root = math.pow(math.fabs(x), 0.5 * n)
    return math.copysign(root * factor * root, factor * power)


# --- The table -------------------------------------------------------------------------------------


class Primitive:
    """A rule and its names: what a node remembers of how it was computed.

    `op` is how it is written; `arity` is how many numbers it takes, 0 for any number of them. A rule of
    a user's own is a Python `function` of floats that returns the value, then each local derivative; its
    `derivative` is a formula for them, if the user gave one (see formulas.py).

    >>> PRIMITIVES["multiply"].evaluate([2.0, -3.0])
    (-6.0, (-3.0, 2.0))
    """

    if not cython.compiled:
        __slots__ = ("arity", "derivative", "function", "many", "name", "number", "one", "op", "two")
        name: str
        op: str
        arity: int
        number: float
        function: Any
        derivative: Any
        one: Any
        two: Any
        many: Any

    def __init__(self, name: str, op: str, arity: int = 0, function: Any = None) -> None:
        if getattr(self, "name", None) is not None:
            raise TypeError(f"the primitive {self.name} is not made again: make another")
        if not callable(function):
            raise TypeError(f"primitive {name} needs its rule, a function of floats, not {function!r}")
        described(self, legible(name), legible(op), arity, function)

    def evaluate(self, numbers: Floats) -> tuple[float, tuple[float, ...]]:
        """The value at `numbers`, and the derivative by each of them."""
        count = len(numbers)
        if self.name is None:
            raise TypeError("expected a primitive, got one that was never made")
        if self.arity and count != self.arity:
            raise TypeError(f"{self.name} takes {self.arity} number{'s' * (self.arity != 1)}, got {count}")
        if self.function is not None:
            return checked(self.name, result_of(self.name, self.function, numbers), count)
        if not count:
            raise ValueError(f"{self.name} needs at least one value, got none")
        if self.arity == 2:
            value, first, second = self.two(numbers[0], numbers[1])
            return value, (first, second)
        if self.arity == 1:
            pair = self.one(numbers[0]) if self.name != "power_of" else raise_to(numbers[0], self.number)
            return pair[0], (pair[1],)
        if cython.compiled:
            x, d = array("d", numbers), array("d", numbers)
            return self.many(x.data.as_doubles, d.data.as_doubles, count), tuple(d)
        slopes = [0.0] * count
        return self.many(numbers, slopes, count), tuple(slopes)

    def __repr__(self) -> str:
        return f"<primitive {self.op}>"

    def __copy__(self) -> "Primitive":
        return self

    def __deepcopy__(self, memo: Any) -> "Primitive":
        return self

    def __reduce__(self) -> Any:
        if self.function is not None:
            return users_own, findable(self)
        return (power_of, (self.number,)) if self.name == "power_of" else (named, (self.name,))


def result_of(name: str, function: Any, numbers: Floats) -> Any:
    """What a user's rule returns; where it raises, the error says which rule it was, and at what."""
    try:
        return function(*numbers)
    except Exception as error:
        error.add_note(f"in the rule of the primitive {name}, at {', '.join(map(repr, numbers))}")
        if isinstance(error, (ArithmeticError, ValueError)):
            error.add_note(
                "(where there is no number a rule returns math.inf or math.nan, as operators of Values do: "
                "1.0 / x if x else math.inf)"
            )
        raise


def checked(name: str, result: Any, count: int) -> tuple[float, tuple[float, ...]]:
    """What a user's rule returned, as a value and one local derivative for each number."""
    given = len(result) if isinstance(result, tuple) else 0
    if given != count + 1:
        raise TypeError(
            f"primitive {name} of {count} numbers must return its value and {count} local "
            f"derivative{'s' * (count != 1)} as one tuple, got {given or repr(result)}"
        )
    return float(result[0]), tuple(float(slope) for slope in result[1:])


def named(name: str) -> Primitive:
    """The primitive of that name."""
    return PRIMITIVES[name]


def users_own(module: str, path: str) -> Any:
    """The primitive behind the function of that name: how a pickle finds a user's rule again."""
    return attrgetter(path + ".primitive")(import_module(module))


def findable(primitive: Primitive) -> tuple[str, str]:
    """Where a pickle will find a user's rule again; if it would find nothing, or another, a PicklingError."""
    function = primitive.function
    module, path = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    try:
        found = users_own(module, path)
    except (AttributeError, ImportError, TypeError, ValueError):
        found = None
    if found is not primitive:
        from pickle import PicklingError  # here, for most pickle nothing

        raise PicklingError(
            f"cannot pickle the primitive {primitive.name}: {path or 'its rule'} is "
            f"{'not' if found is None else 'now another rule'} in the module {module}. Define it there as "
            "`@primitive` above a `def` that is not inside a function, and compute again"
        )
    return module, path


def described(primitive: Primitive, name: str, op: str, arity: int, function: Any) -> Primitive:
    """A primitive with its names, how many numbers it takes, and a user's function, or None."""
    primitive.name, primitive.op, primitive.arity, primitive.number = name, op, arity, 0.0
    primitive.function, primitive.derivative = function, None
    return primitive


def of_one(name: str, op: str, rule: Callable[[float], Pair]) -> Primitive:
    primitive = described(Primitive.__new__(Primitive), name, op, 1, None)
    primitive.one = rule
    return primitive


def of_two(name: str, op: str, rule: Callable[[float, float], Triple]) -> Primitive:
    primitive = described(Primitive.__new__(Primitive), name, op, 2, None)
    primitive.two = rule
    return primitive


def of_many(name: str, op: str, rule: Callable[[Floats, Floats, int], float]) -> Primitive:
    primitive = described(Primitive.__new__(Primitive), name, op, 0, None)
    primitive.many = rule
    return primitive


@lru_cache(maxsize=256)
def power_of(number: float) -> Primitive:
    """The primitive xⁿ for one n, a number: the exponent is part of the operation, as in `**2`."""
    primitive = described(Primitive.__new__(Primitive), "power_of", f"**{number:g}", 1, None)
    primitive.number = number
    return primitive


NEGATE = of_one("negate", "neg", negate)
ABSOLUTE = of_one("abs", "abs", absolute)
EXP = of_one("exp", "exp", exp)
LOG = of_one("log", "log", log)
SQRT = of_one("sqrt", "sqrt", sqrt)
SIN = of_one("sin", "sin", sin)
COS = of_one("cos", "cos", cos)
ATAN = of_one("atan", "atan", atan)
TANH = of_one("tanh", "tanh", tanh)
SIGMOID = of_one("sigmoid", "sigmoid", sigmoid)
RELU = of_one("relu", "relu", relu)
SOFTPLUS = of_one("softplus", "softplus", softplus)
STEP = of_one("step", "step", step)
SIGN = of_one("sign", "sign", sign)
ADD = of_two("add", "+", add)
SUBTRACT = of_two("subtract", "-", subtract)
MULTIPLY = of_two("multiply", "*", multiply)
DIVIDE = of_two("divide", "/", divide)
POWER = of_two("power", "**", power)
MAXIMUM = of_two("maximum", "max", maximum)
MINIMUM = of_two("minimum", "min", minimum)
BINARY_CROSS_ENTROPY = of_two("binary_cross_entropy", "binary_cross_entropy", binary_cross_entropy)
SUM = of_many("sum", "sum", total)
MEAN = of_many("mean", "mean", mean)
WEIGHTED_SUM = of_many("weighted_sum", "Σ", weighted_sum)
LOGSUMEXP = of_many("logsumexp", "logsumexp", logsumexp)
SOFTMAX = of_many("softmax", "softmax", softmax)
CROSS_ENTROPY = of_many("cross_entropy", "cross_entropy", cross_entropy)

PRIMITIVES: dict[str, Primitive] = {
    primitive.name: primitive
    for primitive in (
        NEGATE, ABSOLUTE, EXP, LOG, SQRT, SIN, COS, ATAN, TANH, SIGMOID, RELU, SOFTPLUS,
        STEP, SIGN,
        ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MAXIMUM, MINIMUM, BINARY_CROSS_ENTROPY,
        SUM, MEAN, WEIGHTED_SUM, LOGSUMEXP, SOFTMAX, CROSS_ENTROPY,
    )
}  # fmt: skip

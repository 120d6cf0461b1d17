# cython: annotation_typing=False, infer_types=True, cdivision=True
"""The primitives: each is a rule with its names. The table at the end has them all.

A rule is the calculus: floats in, the value and the local derivatives out. Rules of one number and of two
are in rules.py, those of many in nary_rules.py; a primitive of a user's own has a function of floats (see
own_rules.py). What is in the table is known to everything that reads a graph.

To add one, as `atan` was (a test names each place that is missing; without its C type the build fails,
and the engine is interpreted):

1. rules.py or nary_rules.py, the rule, and its C type in the .pxd beside it;
2. here, a row of the table;
3. functions.py, the function for users, with its doctest; in nary_functions.py one of many numbers, which has
   a row in FUNCTIONS of expressions.py too;
4. formulas.py, its derivative as a formula, which also says how steps write it;
5. tests/oracle.py, what mpmath says it is;
6. exporting/spellings.py, what it is called in PyTorch, in JAX and in LaTeX.

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

if TYPE_CHECKING or not cython.compiled:
    from autograd.core import nary_rules, rules
else:
    from cython.cimports.autograd.core import nary_rules, rules
    from cython.cimports.cpython.array import array

from collections.abc import Callable
from functools import lru_cache

from autograd.core.own_rules import checked, findable, result_of, users_own
from autograd.util.text import legible

Floats = list[float]


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
            x = numbers[0]
            pair = rules.raise_to(x, self.number) if self.name == "power_of" else self.one(x)
            return pair[0], (pair[1],)
        if cython.compiled:
            given, d = array("d", numbers), array("d", numbers)
            return self.many(given.data.as_doubles, d.data.as_doubles, count), tuple(d)
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


def named(name: str) -> Primitive:
    """The primitive of that name."""
    return PRIMITIVES[name]


def described(primitive: Primitive, name: str, op: str, arity: int, function: Any) -> Primitive:
    """A primitive with its names, how many numbers it takes, and a user's function, or None."""
    primitive.name, primitive.op, primitive.arity, primitive.number = name, op, arity, 0.0
    primitive.function, primitive.derivative = function, None
    return primitive


def of_one(name: str, op: str, rule: Callable[[float], tuple[float, float]]) -> Primitive:
    """A row of the table: a rule of one number."""
    primitive = described(Primitive.__new__(Primitive), name, op, 1, None)
    primitive.one = rule
    return in_table(primitive)


def of_two(name: str, op: str, rule: Callable[[float, float], tuple[float, float, float]]) -> Primitive:
    """A row of the table: a rule of two numbers."""
    primitive = described(Primitive.__new__(Primitive), name, op, 2, None)
    primitive.two = rule
    return in_table(primitive)


def of_many(name: str, op: str, rule: Callable[[Floats, Floats, int], float]) -> Primitive:
    """A row of the table: a rule of any number of numbers."""
    primitive = described(Primitive.__new__(Primitive), name, op, 0, None)
    primitive.many = rule
    return in_table(primitive)


def in_table(primitive: Primitive) -> Primitive:
    """The primitive, which PRIMITIVES now knows by its name."""
    PRIMITIVES[primitive.name] = primitive
    return primitive


@lru_cache(maxsize=256)
def power_of(number: float) -> Primitive:
    """The primitive xⁿ for one n, a number: the exponent is part of the operation, as in `**2`."""
    primitive = described(Primitive.__new__(Primitive), "power_of", f"**{number:g}", 1, None)
    primitive.number = number
    return primitive


# --- The table -------------------------------------------------------------------------------------

PRIMITIVES: dict[str, Primitive] = {}  # by name

NEGATE = of_one("negate", "neg", rules.negate)
ABSOLUTE = of_one("abs", "abs", rules.absolute)
EXP = of_one("exp", "exp", rules.exp)
LOG = of_one("log", "log", rules.log)
SQRT = of_one("sqrt", "sqrt", rules.sqrt)
SIN = of_one("sin", "sin", rules.sin)
COS = of_one("cos", "cos", rules.cos)
of_one("tan", "tan", rules.tan)
of_one("atan", "atan", rules.atan)
of_one("sinh", "sinh", rules.sinh)
of_one("cosh", "cosh", rules.cosh)
of_one("expm1", "expm1", rules.expm1)
of_one("log1p", "log1p", rules.log1p)
of_one("erf", "erf", rules.erf)
of_one("erfc", "erfc", rules.erfc)
TANH = of_one("tanh", "tanh", rules.tanh)
SIGMOID = of_one("sigmoid", "sigmoid", rules.sigmoid)
RELU = of_one("relu", "relu", rules.relu)
SOFTPLUS = of_one("softplus", "softplus", rules.softplus)
of_one("step", "step", rules.step)
of_one("sign", "sign", rules.sign)
ADD = of_two("add", "+", rules.add)
SUBTRACT = of_two("subtract", "-", rules.subtract)
MULTIPLY = of_two("multiply", "*", rules.multiply)
DIVIDE = of_two("divide", "/", rules.divide)
POWER = of_two("power", "**", rules.power)
of_two("maximum", "max", rules.maximum)
of_two("minimum", "min", rules.minimum)
of_two("atan2", "atan2", rules.atan2)
of_two("hypot", "hypot", rules.hypot)
of_two("binary_cross_entropy", "binary_cross_entropy", rules.binary_cross_entropy)
of_many("sum", "sum", nary_rules.total)
of_many("mean", "mean", nary_rules.mean)
WEIGHTED_SUM = of_many("weighted_sum", "Σ", nary_rules.weighted_sum)
of_many("norm", "norm", nary_rules.norm)
of_many("maximum_of", "max", nary_rules.maximum_of)
of_many("minimum_of", "min", nary_rules.minimum_of)
of_many("where", "where", nary_rules.where)
of_many("logsumexp", "logsumexp", nary_rules.logsumexp)
of_many("softmax", "softmax", nary_rules.softmax)
of_many("log_softmax", "log_softmax", nary_rules.log_softmax)
of_many("cross_entropy", "cross_entropy", nary_rules.cross_entropy)

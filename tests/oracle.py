"""What every primitive and graph should give: computed by mpmath from the textbook, not by the engine.

`reference(name, numbers)` is a primitive's value and derivatives; `gradient(recipe)` differentiates a
whole graph forwards, where the engine goes backwards. A number that is rounded counts in `ulps`.
"""

from collections.abc import Callable
from itertools import zip_longest
from math import inf, isfinite, isinf, nextafter
from random import Random
from struct import unpack
from typing import Any

import mpmath
from graphs import OF_MANY, OF_ONE, Recipe

from autograd.core.primitives import PRIMITIVES, power_of

MP = mpmath.mp.clone()
MP.dps = 50
OVERFLOW = MP.ldexp(2 - MP.ldexp(1, -53), 1023)  # from here on a number rounds to infinity

Number = Any
Rule = tuple[Number, list[Number]]


def _sigmoid(x: Number) -> Number:
    return 1 / (1 + MP.exp(-x)) if x >= 0 else MP.exp(x) / (1 + MP.exp(x))


def _softplus(x: Number) -> Number:
    return MP.log1p(MP.exp(-abs(x))) + max(x, 0)


def _power(a: Number, b: Number) -> Number:
    return MP.mpf(a) ** b


def _slope_by_base(a: Number, b: Number) -> Number:
    return MP.mpf(0) if b == 0 else b * _power(a, b - 1)


def _binary_cross_entropy(x: Number, t: Number) -> Rule:
    value = t * _softplus(-x) + (1 - t) * _softplus(x)
    return value, [(1 - t) * _sigmoid(x) - t * _sigmoid(-x), -x]


def _shares(xs: tuple[Number, ...]) -> list[Number]:
    top = max(xs)
    powers = [MP.exp(x - top) for x in xs]
    return [power / MP.fsum(powers) for power in powers]


def _logsumexp(xs: tuple[Number, ...]) -> Number:
    top = max(range(len(xs)), key=lambda i: xs[i])
    return xs[top] + MP.log1p(MP.fsum(MP.exp(x - xs[top]) for i, x in enumerate(xs) if i != top))


def _softmax(*xs: Number) -> Rule:
    first, *others = _shares(xs)
    return first, [first * MP.fsum(others), *(-first * other for other in others)]


def _cross_entropy(*numbers: Number) -> Rule:
    k = len(numbers) // 2
    xs, ts = numbers[:k], numbers[k:]
    shares, surprises = _shares(xs), [_logsumexp(tuple(y - x for y in xs)) for x in xs]
    slopes = []
    for i, t in enumerate(ts):
        others = MP.fsum(share for j, share in enumerate(shares) if j != i)
        slopes.append(shares[i] * MP.fsum(u for j, u in enumerate(ts) if j != i) - t * others)
    return MP.fsum(t * surprise for t, surprise in zip(ts, surprises, strict=True)), [*slopes, *surprises]


def _weighted_sum(*numbers: Number) -> Rule:
    k = len(numbers) // 2
    weights, xs, bias = numbers[:k], numbers[k : 2 * k], numbers[-1]
    return MP.fsum([*(w * x for w, x in zip(weights, xs, strict=True)), bias]), [*xs, *weights, MP.mpf(1)]


def _extreme(larger: bool) -> Callable[..., Rule]:
    def rule(a: Number, b: Number) -> Rule:
        if a == b:
            return a, [MP.mpf(0.5)] * 2
        first = (a > b) == larger
        return (a if first else b), [MP.mpf(first), MP.mpf(not first)]

    return rule


def _extreme_of(larger: bool) -> Callable[..., Rule]:
    def rule(*xs: Number) -> Rule:
        best = max(xs) if larger else min(xs)
        return best, [MP.mpf(x == best) / xs.count(best) for x in xs]

    return rule


def _atan2(a: Number, b: Number) -> Rule:
    return MP.atan2(a, b), [b / (a * a + b * b), -a / (a * a + b * b)]


def _norm(*xs: Number) -> Rule:
    length = MP.sqrt(MP.fsum(xs, squared=True))
    return length, [x / length if length else MP.mpf(0) for x in xs]


def _where(*xs: Number) -> Rule:
    taken = len(xs) // 2 if xs[0] > 0 else len(xs) - 1
    return xs[taken], [MP.mpf(i == taken) for i in range(len(xs))]


def _log_softmax(*xs: Number) -> Rule:
    others = _shares(xs)[1:]
    return -_logsumexp(tuple(x - xs[0] for x in xs)), [MP.fsum(others), *(-other for other in others)]


def _erf_slope(x: Number) -> Number:
    return 2 / MP.sqrt(MP.pi) * MP.exp(-(x**2))


WELL_CONDITIONED = 300.0  # a relative error made on the way comes back less than so many times as large

TEXTBOOK: dict[str, Callable[..., Rule]] = {
    "negate": lambda x: (-x, [MP.mpf(-1)]),
    "abs": lambda x: (abs(x), [MP.sign(x)]),
    "exp": lambda x: (MP.exp(x), [MP.exp(x)]),
    "log": lambda x: (MP.log(x), [1 / x]),
    "sqrt": lambda x: (MP.sqrt(x), [1 / (2 * MP.sqrt(x))]),
    "sin": lambda x: (MP.sin(x), [MP.cos(x)]),
    "cos": lambda x: (MP.cos(x), [-MP.sin(x)]),
    "tan": lambda x: (MP.tan(x), [1 + MP.tan(x) ** 2]),
    "atan": lambda x: (MP.atan(x), [1 / (1 + x**2)]),
    "sinh": lambda x: (MP.sinh(x), [MP.cosh(x)]),
    "cosh": lambda x: (MP.cosh(x), [MP.sinh(x)]),
    "expm1": lambda x: (MP.expm1(x), [MP.exp(x)]),
    "log1p": lambda x: (MP.log1p(x), [1 / (1 + x)]),
    "erf": lambda x: (MP.erf(x), [_erf_slope(x)]),
    "erfc": lambda x: (MP.erfc(x) if x < 1000 else MP.mpf(0), [-_erf_slope(x)]),
    "tanh": lambda x: (MP.tanh(x), [MP.sech(x) ** 2]),
    "sigmoid": lambda x: (_sigmoid(x), [_sigmoid(x) * _sigmoid(-x)]),
    "relu": lambda x: (max(x, MP.mpf(0)), [MP.mpf(x > 0)]),
    "softplus": lambda x: (_softplus(x), [_sigmoid(x)]),
    "step": lambda x: (MP.mpf(x > 0), [MP.mpf(0)]),
    "sign": lambda x: (MP.sign(x), [MP.mpf(0)]),
    "add": lambda a, b: (a + b, [MP.mpf(1), MP.mpf(1)]),
    "subtract": lambda a, b: (a - b, [MP.mpf(1), MP.mpf(-1)]),
    "multiply": lambda a, b: (a * b, [b, a]),
    "divide": lambda a, b: (a / b, [1 / b, -a / b**2]),
    "power": lambda a, b: (
        _power(a, b),
        [_slope_by_base(a, b), _power(a, b) * MP.log(a) if a else MP.mpf(0)],
    ),
    "power_of": lambda x, n: (_power(x, n), [_slope_by_base(x, n)]),
    "maximum": _extreme(larger=True),
    "minimum": _extreme(larger=False),
    "atan2": _atan2,
    "hypot": _norm,
    "binary_cross_entropy": _binary_cross_entropy,
    "sum": lambda *xs: (MP.fsum(xs), [MP.mpf(1)] * len(xs)),
    "mean": lambda *xs: (MP.fsum(xs) / len(xs), [MP.mpf(1) / len(xs)] * len(xs)),
    "weighted_sum": _weighted_sum,
    "norm": _norm,
    "maximum_of": _extreme_of(larger=True),
    "minimum_of": _extreme_of(larger=False),
    "where": _where,
    "logsumexp": lambda *xs: (_logsumexp(xs), _shares(xs)),
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "cross_entropy": _cross_entropy,
}


def reference(name: str, numbers: list[float]) -> Rule:
    """The value of a primitive and its derivative by each number, from the textbook."""
    return TEXTBOOK[name](*(MP.mpf(number) for number in numbers))


def sizes(name: str, numbers: list[float]) -> list[Number]:
    """How large the terms are of which a primitive's value and derivatives are sums: what may cancel.

    Rounding errors are in proportion to these, so `ulps` counts in them. Shorter where nothing is a sum.
    """
    xs = [MP.mpf(number) for number in numbers]
    k = len(xs) // 2
    if name in ("sum", "mean"):
        return [MP.fsum(xs, absolute=True) / (1 if name == "sum" else len(xs))]
    if name == "weighted_sum":
        return [MP.fsum([*(w * x for w, x in zip(xs[:k], xs[k:], strict=False)), xs[-1]], absolute=True)]
    if name == "logsumexp":
        return [max(map(abs, xs)) + MP.log(len(xs))]
    if name == "binary_cross_entropy":
        return [MP.mpf(0), xs[1] * _sigmoid(-xs[0]) + (1 - xs[1]) * _sigmoid(xs[0])]
    if name == "cross_entropy":
        shares, all_t = _shares(tuple(xs[:k])), MP.fsum(xs[k:])
        rest = [MP.fsum(shares[:i] + shares[i + 1 :]) for i in range(k)]
        return [MP.mpf(0), *(shares[i] * (all_t - xs[k + i]) + xs[k + i] * rest[i] for i in range(k))]
    return []


def ulps(got: float, exact: Number, size: Number = 0) -> float:
    """How far a double is from the exact one, in units in the last place of that, or of a larger `size`."""
    if isinf(got):
        return 0.0 if got * MP.sign(exact) > 0 and abs(exact) >= OVERFLOW else inf
    if got != got:
        return inf
    large = max(abs(exact), abs(size))
    exponent = max(MP.mag(large), -1021) if large else -1021
    return float(abs(MP.mpf(got) - exact) / MP.ldexp(1, int(exponent) - 53))


def errors(name: str, numbers: list[float]) -> list[float]:
    """The errors in ulps of a primitive's value and derivatives as the engine has them; of a sum that
    overflows on the way, none."""
    primitive, inputs = (
        (power_of(numbers[1]), numbers[:1]) if name == "power_of" else (PRIMITIVES[name], numbers)
    )
    value, slopes = primitive.evaluate(inputs)
    exact, exact_slopes = reference(name, numbers)
    large = sizes(name, numbers)
    if large and large[0] >= OVERFLOW:
        return []
    pairs = zip_longest((value, *slopes), (exact, *exact_slopes), large, fillvalue=0)
    return [ulps(got, right, size) for got, right, size in pairs]


ODD = (0.0, 5e-324, 2.0**-1022, 1e-300, 1e-16, 0.5, 1.0, 1.5, 2.0, 20.0, 36.7, 709.7, 745.0, 1e4, 1e300)


def any_double(random: Random) -> float:
    """A finite double: any bits, a moderate one, an odd one, or a neighbour of an odd one."""
    kind = random.randrange(4)
    if kind == 0:
        number: float = unpack("d", random.randbytes(8))[0]
        return number if isfinite(number) else any_double(random)
    if kind == 1:
        return random.uniform(-10.0, 10.0) * 10.0 ** random.randint(-3, 3)
    odd = random.choice(ODD)
    number = odd if kind == 2 else nextafter(odd, random.choice((0.0, inf)))
    return random.choice((1.0, -1.0)) * number


def any_numbers(name: str, random: Random) -> list[float]:
    """Numbers from all over the domain of a primitive, where it is differentiable."""
    a, b = any_double(random), any_double(random)
    if name in OF_MANY:
        k, spread = random.randint(1, 5), 10.0 ** random.randint(-3, 4)
        count = {"weighted_sum": 2 * k + 1, "cross_entropy": 2 * k, "where": 3}.get(name, k)
        numbers = [
            any_double(random) if random.random() < 0.1 else random.gauss(0, spread) for _ in range(count)
        ]
        return numbers if name != "cross_entropy" else [*numbers[:k], *(any_share(random) for _ in range(k))]
    if name in ("log", "sqrt"):
        return [abs(a) or 1.0]
    if name == "log1p":
        return [abs(a) if a <= -1.0 else a]
    if name in OF_ONE:
        return [a]
    if name == "binary_cross_entropy":
        return [a, any_share(random)]
    if name in ("power", "power_of"):
        near_one = random.uniform(0.9, 1.1), random.uniform(-8000.0, 8000.0)
        return [*random.choice(((abs(a) or 1.0, b), near_one, (abs(a) or 1.0, random.uniform(-3.0, 3.0))))]
    if name == "atan2":  # of which mpmath, without a −0, does not know the side
        return [a or 1.0, b]
    return [a, b or 1.0] if random.random() < 0.9 else [a or 1.0, (a or 1.0) * random.uniform(0.9, 1.1)]


def any_share(random: Random) -> float:
    """A probability, often a sure one."""
    return random.choice((0.0, 1.0, random.random()))


def gradient(recipe: Recipe, jitter: Random | None = None, by: float = 0.0) -> tuple[Number, list[Number]]:
    """The value of the root of a recipe and its gradient by the leaves, differentiated forwards.

    With `jitter`, every value and local derivative on the way is off by up to ±`by` of itself.
    """

    def off(number: Number) -> Number:
        return number * (1 + jitter.uniform(-by, by)) if jitter else number

    count = len(recipe.leaves)
    values = [MP.mpf(data) for data in recipe.leaves]
    slopes = [[MP.mpf(i == j) for j in range(count)] for i in range(count)]
    for name, operands in recipe.steps:
        value, local = TEXTBOOK[name](*(values[a] if isinstance(a, int) else MP.mpf(a) for a in operands))
        terms = [(off(d), slopes[a]) for a, d in zip(operands, local, strict=False) if isinstance(a, int)]
        values.append(off(value))
        slopes.append([MP.fsum(d * slope[j] for d, slope in terms) for j in range(count)])
    return values[-1], slopes[-1]


def conditions(recipe: Recipe, exact: list[Number], random: Random) -> list[float]:
    """The condition of each derivative: how many times over it repeats a relative error made on the way.

    Found by jittering every number on the way, thrice; infinite where a kink is that close.
    """
    worst = [0.0] * len(exact)
    for _ in range(3):
        for j, slope in enumerate(gradient(recipe, random, 1e-10)[1]):
            change = abs(slope - exact[j])
            worst[j] = max(
                worst[j], float(1e10 * change / abs(exact[j])) if exact[j] else inf if change else 0.0
            )
    return worst

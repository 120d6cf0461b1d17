"""What is asked of arguments, in one place: sizes, rates, lists of numbers; each error says what to do."""

import random
from collections.abc import Iterator, Mapping, Set
from math import inf, isfinite
from operator import index
from random import Random
from types import ModuleType
from typing import Any, Protocol, SupportsIndex

from autograd import Value
from autograd.internal import as_number, plural
from nn.outputs import values_of
from nn.search import are_parameters
from nn.snapshot import were_found

Seed = Random | SupportsIndex | ModuleType | None


class Numbers(Protocol):
    """Numbers in order: a list, a tuple, an array, of Values too."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Value | float]: ...


def as_value(x: Any) -> Value:
    """`x` itself if it is a Value, a number as a new leaf."""
    return x if type(x) is Value else Value(x)


def is_list(thing: Any) -> bool:
    """Whether `thing` holds things in order: a list, a tuple, an array; text does not count."""
    kind = type(thing)
    if kind is list or kind is tuple:  # as mostly it is, or a number: before the slow Mapping and Set
        return True
    if kind is Value or kind is float or kind is int:
        return False
    if not hasattr(thing, "__len__") or isinstance(thing, (str, bytes, Mapping, Set)):
        return False
    return getattr(thing, "shape", None) != ()  # an array of no dimensions is a number


def as_values(owner: str, count: int, inputs: Any) -> list[Value]:
    """The inputs of `owner` as Values, of which there must be `count`."""
    if not is_list(inputs):
        raise TypeError(f"{owner} expects a list of {plural(count, 'input')}, got {inputs!r}")
    if len(inputs) != count:
        raise ValueError(f"{owner} expects {plural(count, 'input')}, got {len(inputs)}")
    try:
        return values_of(inputs)
    except TypeError as error:
        raise TypeError(f"an input of {owner}: {error}") from None


def whole_number(what: str, number: Any, least: int = 1) -> int:
    """`number` as an int, which must be `least` or more."""
    try:
        whole = index(number)
    except TypeError:
        raise TypeError(f"{what} must be a whole number, got {number!r}") from None
    if whole < least:
        raise ValueError(f"{what} must be at least {least}, got {whole}")
    return whole


def number_from(what: str, number: Any, least: float = 0.0, below: float = float("inf")) -> float:
    """`number` as a float, which must be finite, `least` or more, and less than `below`."""
    value = finite(what, number)
    if not least <= value < below:
        end = "" if below == float("inf") else f" and below {below:g}"
        raise ValueError(f"{what} must be {least:g} or more{end}, got {number!r}")
    return value


def positive(what: str, number: Any) -> float:
    """`number` as a float, which must be finite and above 0."""
    if type(number) is float and 0.0 < number < inf:  # as mostly it is
        return number
    value = finite(what, number)
    if value <= 0.0:
        raise ValueError(f"{what} must be above 0, got {number!r}")
    return value


def finite(what: str, number: Any) -> float:
    """`number` as a float, which must be finite."""
    try:
        value = as_number(number)
    except TypeError as error:
        raise TypeError(f"{what}: {error}") from None
    if not isfinite(value):
        raise ValueError(f"{what} must be finite, got {number!r}")
    return value


def random_source(rng: Seed) -> Random:
    """The source of random numbers: `rng` itself, one from a seed, or a fresh one.

    None is shared, but where the module `random` is given: that is its own one, which `random.seed` sets.
    """
    if isinstance(rng, Random):
        return rng
    if rng is random:
        shared: Random = random.random.__self__  # type: ignore[attr-defined]
        return shared
    try:
        return Random(None if rng is None else index(rng))
    except TypeError:
        raise TypeError(f"rng must be a random.Random or a whole number as a seed, got {rng!r}") from None


def leaves(owner: str, parameters: Any) -> list[Value]:
    """The parameters that `owner` is to change: leaves, at least one, none twice. (Of a list, no copy.)"""
    if were_found(parameters):
        return parameters  # type: ignore[no-any-return]
    if isinstance(parameters, Value) or not hasattr(parameters, "__iter__"):
        raise TypeError(f"{owner} expects a list of Values such as model.parameters(), got {parameters!r}")
    values: list[Value] = parameters if type(parameters) is list else list(parameters)
    if values and are_parameters(values):
        return values
    if not values:
        raise ValueError(f"{owner} has no parameters to change: give it model.parameters()")
    for value in values:
        if not isinstance(value, Value):
            raise TypeError(f"{owner} changes Values, not {value!r}")
        if not value.is_leaf:
            raise ValueError(f"{owner} changes leaves, and {value!r} was computed ({value.op})")
    if len(set(values)) < len(values):
        raise ValueError(f"{owner} was given the same parameter twice")
    return values


def same_length(owner: str, first: Any, what: str, second: Any, others: str) -> None:
    """Complain unless both have as many items, and at least one."""
    if len(first) == 0:
        raise ValueError(f"{owner} needs at least one {what}, got none")
    if len(first) != len(second):
        raise ValueError(f"{owner} of {plural(len(first), what)} needs as many {others}, got {len(second)}")

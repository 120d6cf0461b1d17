"""Expressions as text, parsed into Values: numbers, names, operators and functions; nothing is evaluated."""

import operator
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from autograd.core import composed, nary_functions
from autograd.core.nary import apply
from autograd.core.primitives import PRIMITIVES
from autograd.core.value import Value
from autograd.util.suggestions import FORMULAS, did_you_mean
from autograd.util.text import plural

__all__ = ["ExpressionError", "names_in", "parse", "tokens_of"]

LONGEST = 10_000  # characters of an expression
DEEPEST = 100  # brackets, signs and powers inside one another
WINDOW = 60  # characters shown of a long expression that is wrong

TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[^\W\d]\w*)|(?P<sign>\*\*|[-+*/(),[\]])|(?P<space>\s+)"
)

Token = tuple[str, str, int]  # kind ("number", "name", "sign", "end"), text, column

BINARY: dict[str, tuple[int, int, Callable[[Any, Any], Any]]] = {  # how it binds, and its right operand
    "+": (1, 2, operator.add),
    "-": (1, 2, operator.sub),
    "*": (2, 3, operator.mul),
    "/": (2, 3, operator.truediv),
    "**": (4, 4, operator.pow),  # binds tighter than the minus before it: -x**2 is -(x**2)
}
SHORT_NAMES = {"max": "maximum", "min": "minimum"}


class Function(NamedTuple):
    """What a name calls: with numbers ("x"), lists ("[…]"), or one list that may be any number of numbers."""

    call: Callable[..., Any]
    takes: tuple[str, ...]
    least: int  # how many of them are given
    of_any_number: bool = False


def of_numbers(call: Callable[..., Any], most: int, least: int | None = None) -> Function:
    """A function of so many numbers."""
    return Function(call, ("x",) * most, most if least is None else least)


def of_primitive(name: str) -> Function:
    """A primitive as a function of its numbers."""
    return of_numbers(lambda *x: apply(PRIMITIVES[name], x), PRIMITIVES[name].arity)


def extreme(name: str) -> Function:
    """maximum or minimum: of two numbers a primitive of its own."""
    call = getattr(nary_functions, name)
    return Function(lambda x: call(*x) if len(x) == 2 else call(x), ("[…]",), 1, of_any_number=True)


OF_ANY_NUMBER = ("sum", "mean", "norm", "logsumexp", "softmax", "log_softmax")
FUNCTIONS = {name: of_primitive(name) for name, primitive in PRIMITIVES.items() if primitive.arity} | {
    name: Function(getattr(nary_functions, name), ("[…]",), 1, of_any_number=True) for name in OF_ANY_NUMBER
}
FUNCTIONS |= {
    "maximum": extreme("maximum"),
    "minimum": extreme("minimum"),
    "where": of_numbers(lambda *x: apply(PRIMITIVES["where"], x), 3),
    "dot": Function(nary_functions.dot, ("[…]", "[…]"), 2),
    "weighted_sum": Function(nary_functions.weighted_sum, ("[…]", "[…]", "x"), 3),
    "cross_entropy": Function(nary_functions.cross_entropy, ("[…]", "[…]"), 2),
    "clip": of_numbers(composed.clip, 3),
    "leaky_relu": of_numbers(composed.leaky_relu, 2, least=1),
    "relu6": of_numbers(composed.relu6, 1),
    "elu": of_numbers(composed.elu, 2, least=1),
    "silu": of_numbers(composed.silu, 1),
    "gelu": of_numbers(composed.gelu, 1),
    "log_sigmoid": of_numbers(composed.log_sigmoid, 1),
}
FUNCTIONS |= {short: FUNCTIONS[name] for short, name in SHORT_NAMES.items()}
KNOWN = {name: text for name, text in FORMULAS.items() if name not in ("matmul", "inner")}
SUPERSCRIPTS = {digit: f"**{n}" for n, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
INSTEAD = SUPERSCRIPTS | {
    "^": "**",
    "×": "*",
    "·": "*",
    "÷": "/",
    "−": "-",
    "√": "sqrt(…)",
    "|": "abs(…)",
    "½": "0.5",
    "<": "where(b - a, …, …)",
    ">": "where(a - b, …, …)",
    "[": "(",
    "{": "(",
    "]": ")",
    "}": ")",
}


class ExpressionError(ValueError):
    """What is wrong with an expression, and at which column, counted from 1."""

    def __init__(self, message: str, text: str, column: int) -> None:
        start = max(0, column - 1 - WINDOW // 2)
        shown = "".join(c if c.isprintable() else "·" for c in text[start : start + WINDOW])
        pointer = " " * (column - 1 - start) + "^"
        super().__init__(f"column {column}: {message}\n  {shown}\n  {pointer}")
        self.message, self.column = message, column


def parse(text: str, values: Mapping[str, float]) -> tuple[Value, dict[str, Value]]:
    """The Value of an expression at these values of its names, and the leaf for each name.

    It may hold numbers, names, + - * / **, parentheses and functions such as tanh(x), max(a, b), or of lists
    dot([a, b], [x, y]) and softmax([a, b])[0].

    >>> root, leaves = parse("(a*b + c) * f", {"a": 2, "b": -3, "c": 10, "f": -2})
    >>> root, leaves["a"]
    (Value(-8.0), Value(2.0, label='a'))
    >>> parse("a * [b]", {"a": 2})
    Traceback (most recent call last):
    autograd.expressions.ExpressionError: column 5: '[' does not belong here: write ( for it
      a * [b]
          ^
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST:,} characters, not {len(text):,}", text, 1)
    parser = Parser(text, values)
    return parser.whole(), parser.leaves


def names_in(text: str) -> list[str]:
    """The names in an expression that need a value, in their order.

    >>> names_in("tanh(w*x + b) * w")
    ['w', 'x', 'b']
    """
    tokens = tokens_of(text)
    names = {
        token: None
        for (kind, token, _), (_, after, _) in pairwise(tokens)
        if kind == "name" and after != "(" and token not in FUNCTIONS
    }
    return list(names)


class Parser:
    """Reads the tokens of one expression from left to right; `at` is the place of the next."""

    def __init__(self, text: str, values: Mapping[str, float]) -> None:
        self.text, self.values = text, values
        self.tokens, self.at, self.depth = tokens_of(text), 0, 0
        self.leaves: dict[str, Value] = {}

    def whole(self) -> Value:
        """The Value of the whole text."""
        self.check_lists()
        value = self.expression(0)
        if self.token in ("[", "]"):
            raise self.stray()
        if self.kind != "end":
            what = "this ) closes nothing" if self.token == ")" else f"no operator before {self.token!r}"
            raise self.error(what)
        self.check_values()
        for name in self.values.keys() - self.leaves.keys():
            hint = did_you_mean(name, self.leaves)
            raise ValueError(f"{name} has a value, but is not in the expression{hint}")
        return value if isinstance(value, Value) else Value(value)

    def expression(self, tightness: int) -> Value | float:
        """Operands joined by operators that bind at least so tightly."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"more than {DEEPEST} brackets, signs or powers inside one another")
        left = self.operand()
        while self.token in BINARY and BINARY[self.token][0] >= tightness:
            _, right_tightness, operation = BINARY[self.take()]
            right = self.expression(right_tightness)
            left = operation(left if isinstance(left, Value) else Value(left), right)
        self.depth -= 1
        return left

    def operand(self) -> Value | float:
        """A number, a name, a call, something in parentheses, or an operand with a sign."""
        if self.token in ("-", "+"):
            sign = self.take()
            value = self.expression(BINARY["**"][0])
            return -value if sign == "-" else value
        if self.token == "(":
            self.take()
            value = self.expression(0)
            self.close()
            return value
        if self.kind == "number":
            return float(self.take())
        if self.kind == "name":
            return self.call() if self.called(self.at) else self.leaf()
        if self.token in ("[", "]"):
            raise self.stray()
        what = f"not {self.token!r}" if self.token else "not the end"
        raise self.error(f"a number, a name or ( should stand here, {what}")

    def leaf(self) -> Value:
        """The leaf of a name, one for all its places; a name without a value has one until that is said."""
        start, name = self.at, self.take()
        if name in FUNCTIONS and name not in self.values:
            raise self.error(f"{name} is a function, and needs its arguments: {name}(…)", start)
        return self.leaves.setdefault(name, Value(self.values.get(name, 1.0), name))

    def call(self) -> Value | float:
        """A function of its arguments; of one that gives a list, the one at the place in [ ]."""
        start, name = self.at, self.take()
        if name not in FUNCTIONS:
            raise self.error(f"there is no function {name!r}{did_you_mean(name, FUNCTIONS, KNOWN)}", start)
        self.take()
        arguments = self.listed(")")
        call, takes, least, of_any_number = FUNCTIONS[name]
        if of_any_number and arguments and not any(isinstance(thing, list) for thing in arguments):
            arguments = [arguments]
        given = tuple("[…]" if isinstance(thing, list) else "x" for thing in arguments)
        if len(given) < least or given != takes[: len(given)] or [] in arguments:
            raise self.error(wrong_arguments(name, arguments), start)
        try:
            result = call(*arguments)
        except ValueError as error:  # lists of several lengths
            raise self.error(str(error), start) from None
        return self.place_in(result, name, start) if isinstance(result, list) else result

    def listed(self, end: str) -> list[Any]:
        """What stands between commas up to `end`: operands, and lists of them in the arguments of a call."""
        things: list[Any] = []
        while self.token != end or things:
            if self.token == "[" and end == ")":
                self.take()
                things.append(self.listed("]"))
            else:
                things.append(self.expression(0))
            if self.token != ",":
                break
            self.take()
        self.close(end)
        return things

    def place_in(self, values: list[Value], name: str, start: int) -> Value:
        """One of several values: the place of it is in [ ] after them."""
        if self.token != "[":
            raise self.error(f"{name} gives a list: write {name}(…)[0] for the first of it", start)
        self.take()
        place = self.token
        if not place.isdecimal() or int(place) >= len(values):
            raise self.error(f"the place in the list is a whole number from 0 to {len(values) - 1}")
        self.take()
        self.close("]")
        return values[int(place)]

    def close(self, end: str = ")") -> None:
        """The bracket that must come here."""
        if self.token != end:
            raise self.stray() if self.token in ("[", "]") else self.error(f"a {end} is missing")
        self.take()

    def stray(self) -> ExpressionError:
        """A bracket of a list stands elsewhere."""
        return self.error(f"{self.token!r} does not belong here: write {INSTEAD[self.token]} for it")

    # --- Tokens ---------------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """What the next token is."""
        return self.tokens[self.at][0]

    @property
    def token(self) -> str:
        """The next token, "" at the end."""
        return self.tokens[self.at][1]

    def take(self) -> str:
        """The next token, which is then behind us."""
        self.at += 1
        return self.tokens[self.at - 1][1]

    def called(self, place: int) -> bool:
        """Whether the name at that place is that of a function: ( follows."""
        return self.tokens[place + 1][1] == "("

    def check_lists(self) -> None:
        """A list begins an argument, or tells the place in one that was returned."""
        for place, ((_, before, _), (_, token, _)) in enumerate(pairwise(self.tokens), 1):
            if token == "[" and before not in ("(", ",", ")"):
                self.at = place
                raise self.stray()

    def check_values(self) -> None:
        """Each name in the expression must have a value."""
        missing = [name for name in self.leaves if name not in self.values]
        if missing:
            place = next(
                i for i, (_, name, _) in enumerate(self.tokens) if name == missing[0] and not self.called(i)
            )
            given = " ".join(f"{name}=…" for name in missing)
            raise self.error(f"no value for {', '.join(map(named, missing))}: give {given}", place)

    def error(self, message: str, place: int | None = None) -> ExpressionError:
        """An error that points at a token, by default the next."""
        return ExpressionError(message, self.text, self.tokens[self.at if place is None else place][2])


def wrong_arguments(name: str, arguments: list[Any]) -> str:
    """What a function takes, and what it got."""
    _, takes, least, of_any_number = FUNCTIONS[name]
    if of_any_number:
        return f"{name} takes one number or more, or a list of them"
    if "[…]" in takes:
        return f"{name} is written {name}({', '.join(takes)})"
    count = f"{least} or {len(takes)} numbers" if least < len(takes) else plural(least, "number")
    got = "a list" if any(isinstance(thing, list) for thing in arguments) else len(arguments)
    return f"{name} takes {count}, got {got}"


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text, and one that is the end."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        word = match.group() if match else ""
        if match and match.lastgroup == "name":
            word = raised_off(word)
        if match is None or not word:
            other = INSTEAD.get(text[at])
            hint = (
                f": write {other} for it" if other else ", only numbers, names, operators, ( ) and commas do"
            )
            if text[at] == "=":
                hint = ": the values follow the expression, as arguments of their own"
            raise ExpressionError(f"{text[at]!r} does not belong here{hint}", text, at + 1)
        if match.lastgroup != "space":
            tokens.append((str(match.lastgroup), word, at + 1))
        at += len(word)
    return [*tokens, ("end", "", len(text) + 1)]


def raised_off(word: str) -> str:
    """What of a word is a name: up to a digit that is raised, as in x²."""
    return next((word[:end] for end in range(len(word), 0, -1) if word[:end].isidentifier()), "")


def named(name: str) -> str:
    """A name, with the letters spelled that look like others."""
    return name if name.isascii() else f"{name} ({ascii(name)[1:-1]})"

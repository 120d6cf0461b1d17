"""An operand as program text, which knows where it needs parentheses: as few as there can be."""

from collections.abc import Mapping, Sequence
from math import inf, isfinite, nan
from typing import Any, Protocol

from autograd.naming.symbols import Symbol

__all__ = [
    "ATOM",
    "MINUS",
    "OPERATORS",
    "POWER",
    "PRODUCT",
    "SUM",
    "Code",
    "Language",
    "Piece",
    "computed",
    "listed",
    "number_text",
    "python_number",
    "spelled",
]

SUM, PRODUCT, MINUS, POWER, ATOM = range(1, 6)  # how tightly a text holds together

Piece = tuple[str, int]  # a text, and how tightly it holds together


class Language(Protocol):
    """How a program is written."""

    def write(self, name: str, x: Sequence["Code"]) -> "Code":
        """A primitive of these operands."""
        ...

    def number(self, value: float) -> "Code":
        """A number that stands where it is used."""
        ...


class Code(Symbol):
    """An operand as it is written in a language.

    `is_number` tells a number that stands there itself; `value` is what the text gives when it runs, where
    the language computes it.
    """

    def __init__(
        self, language: Language, text: str, binds: int = ATOM, value: float = nan, is_number: bool = False
    ) -> None:
        self.language, self.text, self.binds = language, text, binds
        self.value, self.is_number = value, is_number

    def call(self, name: str, x: Sequence[Any]) -> "Code":
        """A primitive applied to operands."""
        return self.language.write(name, [self.of(thing) for thing in x])

    def raised(self, exponent: float) -> "Code":
        """This to a power that is a number."""
        return self.language.write("power_of", [self, self.of(exponent)])

    def of(self, thing: Any) -> "Code":
        """A number in this language; what is written in it already, as it is."""
        return thing if isinstance(thing, Code) else self.language.number(thing)

    def within(self, least: int) -> str:
        """The text as a part of another, in parentheses where it would fall apart."""
        return self.text if self.binds >= least else f"({self.text})"


def python_number(language: Language, value: float) -> Code:
    """A number in Python, to the bit."""
    text = number_text(value)
    return Code(language, text, MINUS if text.startswith("-") else ATOM, value, is_number=True)


def number_text(value: float) -> str:
    """A number as Python reads it, to the bit.

    >>> number_text(-6.0), number_text(float("inf"))
    ('-6.0', 'math.inf')
    """
    if value == inf:
        return "math.inf"
    return repr(value) if isfinite(value) else "-math.inf" if value == -inf else "math.nan"


def infix(sign: str, binds: int) -> Any:
    """A sign between two operands; the right one must hold together better, or it is not one operand."""
    return lambda a, b: (f"{a.within(binds)} {sign} {b.within(binds + 1)}", binds)


def power(a: Code, b: Code) -> Piece:
    """aᵇ; simple operands stand close, and a whole exponent is written as one."""
    exponent = b.text.removesuffix(".0") if b.is_number else b.text
    base, exponent = a.within(ATOM), Code(b.language, exponent, b.binds).within(MINUS)
    sign = "**" if is_simple(base) and is_simple(exponent) else " ** "
    return f"{base}{sign}{exponent}", POWER


def is_simple(text: str) -> bool:
    """Whether a text is a name or a number, with a minus or without."""
    return text.lstrip("-").replace(".", "").replace("_", "").isalnum()


def spelled(language: Language, how: Any, x: Sequence[Code]) -> Code:
    """What a spelling makes of operands: the name of a function, or what returns a text or a Code."""
    if isinstance(how, str):
        return Code(language, f"{how}({listed(x)})")
    written = how(*x)
    return written if isinstance(written, Code) else Code(language, *written)


def listed(x: Sequence[Code]) -> str:
    """Operands with commas between them."""
    return ", ".join(operand.text for operand in x)


def computed(language: Language, primitive: Any, x: Sequence[Code]) -> Code:
    """What a node is computed as; of a power that is a number, the number is an operand of the text."""
    fixed = [language.number(primitive.number)] if primitive.name == "power_of" else []
    return language.write(primitive.name, [*x, *fixed])


# What is written alike in Python and in what is built on it.
OPERATORS: Mapping[str, Any] = {
    "add": infix("+", SUM),
    "subtract": infix("-", SUM),
    "multiply": infix("*", PRODUCT),
    "divide": infix("/", PRODUCT),
    "negate": lambda x: (f"-{x.within(POWER)}", MINUS),
    "power": power,
    "power_of": power,
}

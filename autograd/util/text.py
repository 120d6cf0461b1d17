"""What a user has written, such as a name, on its way out: to a picture, a page, a terminal, an error."""

import codecs
import re
import sys
from textwrap import fill

__all__ = ["CODE_COLUMNS", "for_output", "legible", "plural", "wrap_code", "write_any_text"]

CODE_COLUMNS = 100
LONGEST = 40  # characters of a name that are shown
JOINERS = "\u200c\u200d"  # invisible, but emoji and some scripts need them


def legible(name: str, longest: int = LONGEST) -> str:
    """A name as it is shown: what cannot be seen as in a string of Python, and not too long.

    >>> legible("two\\nlines"), legible("n" * 1000)
    ('two\\\\nlines', 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…')
    """
    if len(name) > longest:
        name = name[: longest - 1] + "…"
    if name.isprintable():  # as mostly it is
        return name
    return "".join(
        c if c.isprintable() or c in JOINERS else c.encode("unicode_escape").decode() for c in name
    )


def plural(count: float, one: str, several: str = "") -> str:
    """So many of a thing.

    >>> plural(1, "step"), plural(2, "step"), plural(0.5, "second"), plural(3, "leaf", "leaves")
    ('1 step', '2 steps', '0.5 seconds', '3 leaves')
    """
    number = str(count) if isinstance(count, int) else f"{count:g}"
    return f"{number} {one if count == 1 else several or one + 's'}"


WHOLE = re.compile(r"^def |^\w+, \w+ = | \+?= ")
WHOLE_AGAIN = re.compile(r"^def\xa0|^\w+,\xa0\w+\xa0=\xa0|\xa0\+?=\xa0")


def wrap_code(line: str) -> list[str]:
    """A line of Python as several where it is long: it is broken at spaces, so they must be in brackets.

    Those after `def` and before the = of an assignment need not be: it is not broken there.
    """
    whole = WHOLE.sub(lambda start: start[0].replace(" ", "\xa0"), line, count=1)
    lines = fill(
        whole, CODE_COLUMNS, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
    return WHOLE_AGAIN.sub(lambda start: start[0].replace("\xa0", " "), lines, count=1).split("\n")


SUPERSCRIPTS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
IN_ASCII = str.maketrans(
    {
        "×": "*",
        "·": "*",
        "−": "-",
        "→": "->",
        "…": "...",
        "∂": "d",
        "Σ": "sum",
        "±": "+-",
        "′": "'",
        "√": "sqrt ",
    }
)


def for_output(text: str) -> str:
    """The text, in ASCII where standard output cannot take it: a redirect on Windows, an old terminal."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return in_ascii(text).encode(encoding, "backslashreplace").decode(encoding)
    return text


def in_ascii(text: str) -> str:
    """The text with our signs spelled in ASCII.

    >>> in_ascii("a × b⁻² → 6")
    'a * b^-2 -> 6'
    """
    return SUPERSCRIPTS.sub(lambda digits: "^" + digits[0].translate(DIGITS), text).translate(IN_ASCII)


def write_any_text() -> None:
    """Have all that a program prints written so, whichever part of it prints: for commands and lessons."""
    if hasattr(sys.stdout, "reconfigure"):
        codecs.register_error("stepgrad.ascii", spelled)
        sys.stdout.reconfigure(errors="stepgrad.ascii")


def spelled(error: UnicodeError) -> tuple[str, int]:
    """How what an encoding has no signs for is spelled in it."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = in_ascii(error.object[error.start : error.end])
    return found.encode("ascii", "backslashreplace").decode(), error.end

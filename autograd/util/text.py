"""What a user has written, such as a name, on its way out: to a picture, a page, a terminal, an error."""

import re
import sys

__all__ = ["for_output", "legible"]

LONGEST = 40  # characters of a name that are shown
JOINERS = "\u200c\u200d"  # invisible, but emoji and some scripts need them


def legible(name: str) -> str:
    """A name as it is shown: what cannot be seen as in a string of Python, and not too long.

    >>> legible("two\\nlines"), legible("n" * 1000)
    ('two\\\\nlines', 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…')
    """
    if len(name) > LONGEST:
        name = name[: LONGEST - 1] + "…"
    return "".join(
        c if c.isprintable() or c in JOINERS else c.encode("unicode_escape").decode() for c in name
    )


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
    """The text, in ASCII where standard output cannot take it: a redirect on Windows, an old terminal.

    >>> "a × b² → 6".translate(IN_ASCII)
    'a * b² -> 6'
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = SUPERSCRIPTS.sub(lambda digits: "^" + digits[0].translate(DIGITS), text).translate(IN_ASCII)
        return text.encode(encoding, "backslashreplace").decode(encoding)
    return text

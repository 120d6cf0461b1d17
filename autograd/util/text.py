"""What a user has written, such as a name, on its way out: to a picture, a page, a terminal, an error."""

__all__ = ["legible"]

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

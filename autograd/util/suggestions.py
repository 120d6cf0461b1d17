"""The end of an error message that guesses what was meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`": did you mean 'relu'?"` where one of `words` is close to `word`, else nothing.

    >>> did_you_mean("rleu", ["tanh", "relu"])
    ": did you mean 'relu'?"
    """
    close = get_close_matches(word, list(words), n=1)
    return f": did you mean {close[0]!r}?" if close else ""

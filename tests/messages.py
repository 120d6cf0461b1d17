"""What an error says."""

from collections.abc import Callable

import pytest


def message_of(misuse: Callable[[], object], kind: type[Exception]) -> str:
    """The message of the error of that kind that a misuse raises."""
    with pytest.raises(kind) as error:
        misuse()
    return str(error.value)

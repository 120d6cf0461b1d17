"""What a forked child makes anew: a lock that another thread held at that moment would stay locked in it."""

import os
from collections.abc import Callable
from typing import Any

__all__ = ["generation", "in_child"]

generation = 0  # how many forks lie between the first process and this one


def in_child(renew: Callable[[], Any]) -> None:
    """Have `renew()` called in each forked child, where there are such."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=renew)


def count_generation() -> None:
    """Count a fork, in the child."""
    global generation
    generation += 1


in_child(count_generation)

"""What a forked child makes anew: a lock that another thread held at that moment would stay locked in it."""

import os
from collections.abc import Callable
from typing import Any

__all__ = ["in_child"]


def in_child(renew: Callable[[], Any]) -> None:
    """Have `renew()` called in each forked child, where there are such."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=renew)

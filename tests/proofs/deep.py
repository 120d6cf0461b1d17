"""Prints what a chain of millions of operations costs under a stack of 8 MB, from building to freeing.

python tests/proofs/deep.py [operations]
"""

import copy
import pickle
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import autograd
from autograd import Value

MEGABYTE = 2**20


def main(operations: int = 0) -> None:
    """Make such a chain and do everything with it that can be done with three operations."""
    resource.setrlimit(resource.RLIMIT_STACK, (8 * MEGABYTE, 8 * MEGABYTE))
    operations = operations or (5_000_000 if autograd.engine() == "compiled" else 500_000)
    print(f"{autograd.engine()} engine, {operations:,} operations in a chain, stack of 8 MB")
    x = Value(1.0, "x")
    y = timed("built", lambda: chain(x, operations))
    timed("differentiated", y.backward)
    print(f"  dy/dx = {x.grad} (expected {float(operations + 1)})")
    print(f"  repr: {timed('shown', lambda: repr(y))}")
    again = timed("deep-copied", lambda: copy.deepcopy([y])[0])
    print(f"  the copy: {again!r}")
    del again
    text = timed("pickled", lambda: pickle.dumps(y))
    print(f"  {len(text) / MEGABYTE:.0f} MB; {timed('unpickled', lambda: pickle.loads(text))!r}")
    timed("drawn", lambda: refused(lambda: autograd.draw(y)))
    held = [y]
    y = x
    timed("freed", held.clear)


def chain(x: Value, operations: int) -> Value:
    """x + x + x + …"""
    y = x
    for _ in range(operations):
        y = y + x
    return y


def timed(what: str, action: Callable[[], Any]) -> Any:
    """Do it, print how long it took and how much memory there was at most so far, return its result."""
    start = time.perf_counter()
    result = action()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what}: {time.perf_counter() - start:.2f} s, at most {most:,.0f} MB so far")
    return result


def refused(action: Callable[[], Any]) -> None:
    """Print why not."""
    try:
        action()
    except ValueError as error:
        print(f"  {error}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

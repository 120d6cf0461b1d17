# cython: annotation_typing=False, infer_types=True
"""What one thread at a time is at work on. (The C types are in owned.pxd.)"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd.core import cython_shim as cython
else:
    try:
        import cython
    except ImportError:
        from autograd.core import cython_shim as cython

if cython.compiled:
    from cython.cimports.cpython.pythread import PyThread_get_thread_ident as get_ident
else:
    from threading import get_ident

from threading import Lock

from autograd.util import forks


@cython.cclass
class Owned:
    """What one thread at a time is at work on, from `claim` to `release`, its `owner`.

    `thread` is the one whose numbers are there; 0 where there are none.
    """

    def __init__(self) -> None:
        self.lock, self.owner, self.process, self.thread = Lock(), 0, forks.generation, 0

    def claim(self) -> None:
        """Make this thread the owner, if there is none."""
        here = get_ident()
        if not self.is_free():
            if self.owner == here:
                raise RuntimeError(
                    "this tape is at work already: what it calls, a primitive or a batch, cannot use it"
                )
            if self.process == forks.generation:
                raise RuntimeError(
                    "this tape is at work in another thread: give each thread a tape of its own"
                )
            if not cython.compiled:
                self.lock = Lock()  # the thread that held the other was not forked with us
                self.lock.acquire()
        self.owner, self.process = here, forks.generation

    def release(self) -> None:
        """Have no owner."""
        self.owner = 0
        if not cython.compiled:
            self.lock.release()

    def is_free(self) -> bool:
        """Whether there is no owner. (Compiled, no other thread comes in before there is one.)"""
        return self.owner == 0 if cython.compiled else self.lock.acquire(False)

    def check_thread(self) -> None:
        """See to it that there are numbers, of this thread's own batch."""
        if self.thread == 0:
            raise RuntimeError("this tape has no numbers yet: call forward(batch) first")
        if self.thread != self.owner:
            raise RuntimeError(
                "the last batch of this tape is another thread's: give each thread a tape of its own"
            )

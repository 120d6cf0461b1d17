"""Prints how many steps the machine of tests/state_machine.py took without a difference from its model.

python tests/proofs/state_machine.py [seconds]
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from state_machine import StateMachine

import autograd


def main(seconds: float = 3600.0) -> None:
    """Machines of at most 60 steps each, until the time is over."""
    options = settings(
        max_examples=100, stateful_step_count=60, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    start, runs = time.monotonic(), 0
    while time.monotonic() - start < seconds:
        run_state_machine_as_test(StateMachine, settings=options)
        runs += 100
    print(f"{autograd.engine()} engine: {StateMachine.steps:,} steps of {runs:,} machines, no difference")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))

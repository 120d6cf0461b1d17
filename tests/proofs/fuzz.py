"""Prints how many steps the machine of tests/machine.py took without a difference between the engines.

python tests/proofs/fuzz.py [runs of 100 steps]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from machine import ENGINES, Machine


def main(runs: int = 1_000) -> None:
    """So many machines, of at most 100 steps each."""
    print(f"{ENGINES[0].name} and {ENGINES[1].name} engine")
    options = settings(max_examples=runs, stateful_step_count=100, deadline=None, database=None)
    run_state_machine_as_test(Machine, settings=options)
    print(f"{Machine.done:,} steps, no difference")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

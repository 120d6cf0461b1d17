"""Graphs built, dropped, copied, differentiated, stepped, replayed at random: alike on both engines."""

from engines import both_engines
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from machine import Machine


@both_engines
def test_anything_at_all() -> None:
    """Whatever is done to graphs, both engines show the same, to the bit, errors included."""
    run_state_machine_as_test(Machine, settings=settings(max_examples=30, stateful_step_count=40))

"""The engine against a model of it in plain Python, whatever is done to both."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from state_machine import StateMachine


def test_the_engine_is_what_its_model_says() -> None:
    """Values, gradients, contexts, copies, tapes, threads: as many examples as STEPGRAD_EXAMPLES says."""
    count = int(os.environ.get("STEPGRAD_EXAMPLES", "60"))
    run_state_machine_as_test(
        StateMachine,
        settings=settings(
            max_examples=count, stateful_step_count=40, suppress_health_check=list(HealthCheck)
        ),
    )

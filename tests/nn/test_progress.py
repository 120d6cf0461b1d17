"""The progress bar: how wide it is beside its numbers."""

import io
import re
import sys

import pytest

import nn
from autograd import Value


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_the_bar_has_room_beside_metric_and_validation(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """Ten characters at least; the numbers give way, the loss last; in 120 columns all are there."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("COLUMNS", str(columns))
    w = Value(0.5)
    data = [[1.0], [2.0]], [1.0, 2.0]
    nn.train(
        lambda x: w * x[0], *data, optimizer=nn.SGD([w], 0.1), max_iterations=200, metric=nn.accuracy,
        validation=data, progress=True, tolerance=0.0,
    )  # fmt: skip
    lines = [line for line in re.split(r"[\r\n]", stream.getvalue()) if line.strip()]
    bars = [re.search(r"\|(.*)\|", line) for line in lines]
    assert bars
    assert all(bar is not None and len(bar[1]) >= 9 for bar in bars)
    assert all(len(line) <= columns for line in lines)
    assert ("loss" in lines[-1]) == (columns >= 60)
    assert ("accuracy" in lines[-1]) == (columns >= 120)

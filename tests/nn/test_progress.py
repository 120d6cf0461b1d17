"""The progress bar: silent, a few lines or a bar; how wide it is beside its numbers."""

import io
import re
import sys

import pytest
from regression import line, trained

import nn
from autograd import Value


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_no_progress_is_silence(capfd: pytest.CaptureFixture[str]) -> None:
    """Without progress nothing is written anywhere."""
    trained(line())
    assert capfd.readouterr() == ("", "")


def test_progress_without_a_terminal_is_a_few_plain_lines(capfd: pytest.CaptureFixture[str]) -> None:
    """On standard output; nothing on standard error."""
    trained(line(), progress=True, max_iterations=1000, metric=lambda p, t: 0.5)
    out, err = capfd.readouterr()
    assert err == ""
    lines = out.splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("iteration 1/1000  loss ")
    assert lines[-1].startswith("max_iterations after 1000 iterations  loss ")
    assert lines[-1].endswith("metric 0.500")


@pytest.mark.parametrize("ends", ["max_iterations", "interrupted", "divergence"])
def test_progress_on_a_terminal_is_a_bar(monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    """A bar with the loss and the metric, closed however training ends."""
    monkeypatch.setattr(sys, "stderr", Terminal())

    def callback(history: nn.History) -> None:
        if ends == "interrupted" and history.iterations == 10:
            raise KeyboardInterrupt

    rate = 1e20 if ends == "divergence" else 0.1
    try:
        trained(line(), progress=True, callback=callback, learning_rate=rate, metric=lambda p, t: 0.25)
    except nn.DivergenceError:
        assert ends == "divergence"
    shown = sys.stderr.getvalue()
    assert "loss " in shown
    assert "metric 0.250" in shown
    assert shown.endswith("\n")
    assert ("20/20" in shown) == (ends == "max_iterations")


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

"""The history of a training shows and plots itself."""

import sys

import pytest
from regression import INPUTS, TARGETS, line, trained

import nn


def test_history_shows_and_plots_itself(tmp_path) -> None:
    """Its repr is one line; its figure has a curve for each of what was recorded, and is saved by suffix."""
    history = trained(line(), batch_size=5, metric=lambda p, t: 1.0, validation=(INPUTS, TARGETS), seed=1)
    assert repr(history).startswith("<History: max_iterations after 20 iterations, ")
    figure = history.plot(tmp_path / "curve.svg")
    assert (tmp_path / "curve.svg").read_text(encoding="utf-8").startswith("<?xml")
    history.plot(tmp_path / "curve")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(FileNotFoundError, match="cannot save: its folder does not exist"):
        history.plot(tmp_path / "no" / "curve.svg")
    with pytest.raises(ValueError, match="'xyz' is not supported"):
        history.plot(tmp_path / "curve.xyz")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["curve.png", "curve.svg"]
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss", "metric"]
    assert [len(axes.get_lines()) for axes in figure.axes] == [3, 3]
    assert trained(line(), max_iterations=1).plot().axes[0].get_xlabel() == "iteration"


def test_a_plot_of_what_was_interrupted_at_once() -> None:
    """There is a curve of the losses, and no legend: no epoch is over that it could name."""

    def interrupt(history: nn.History) -> None:
        raise KeyboardInterrupt

    history = trained(line(), batch_size=1, callback=interrupt)
    assert (history.reason, history.epochs) == ("interrupted", [])
    assert history.plot().axes[0].get_legend() is None


def test_a_plot_without_matplotlib_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training needs no matplotlib, and its absence is said plainly."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match="pip install matplotlib"):
        nn.History().plot()

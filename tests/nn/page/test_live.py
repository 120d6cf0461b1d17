"""nn.live: what it takes and refuses, what is in the file."""

import re
from pathlib import Path
from typing import Any

import pytest
from networks_in_node import disc

import nn


def page(**options: Any) -> nn.LivePage:
    """The page of a small network on a disc."""
    points, inside = disc(10)
    options = {"loss": nn.binary_cross_entropy_loss, "learning_rate": 0.1} | options
    return nn.live(nn.MLP(2, [3, 1], rng=1), points, inside, **options)


def test_one_file_that_asks_nobody(tmp_path: Path) -> None:
    """It names no address; its policy allows its own script and style alone; the model stays as it was."""
    points, inside = disc(10)
    model = nn.MLP(2, [3, 1], rng=1)
    before = [(p.data, p.grad) for p in model.parameters()]
    nn.live(model, points, inside, learning_rate=0.1, path=tmp_path / "live.html")
    text = (tmp_path / "live.html").read_text()
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)
    assert "default-src 'none'" in text
    assert [(p.data, p.grad) for p in model.parameters()] == before


def test_a_notebook_shows_it() -> None:
    """As a frame, whose text is escaped."""
    assert page()._repr_html_().startswith('<iframe srcdoc="&lt;!doctype html&gt;')
    assert repr(page()) == (
        '<LivePage of MLP(2, [3, 1], …), 10 examples: .save("live.html"), or show it in a notebook>'
    )


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"learning_rate": None}, TypeError, "needs either learning_rate=0.1"),
        ({"learning_rate": -1.0}, ValueError, "the learning rate must be above 0"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1"),
        ({"loss": 3}, TypeError, "loss must be a function"),
        ({"validation": 3}, TypeError, "validation must be a pair"),
        ({"path": "live.txt"}, ValueError, r"its suffix is to be .html or .htm"),
        ({"lr": 0.1}, TypeError, "learning_rate"),
    ],
)
def test_what_is_refused(options: dict[str, Any], error: type[Exception], words: str) -> None:
    """In the words of `train`."""
    with pytest.raises(error, match=words):
        page(**options)


def test_hostile_names_are_text() -> None:
    """A name with markup in it stays a name."""
    points, inside = disc(4)

    class Evil(nn.Module):
        def __init__(self) -> None:
            self.parts = {"</script><script>alert(1)</script>": nn.Neuron(2, "linear", rng=1)}

        def __call__(self, x: Any) -> Any:
            return next(iter(self.parts.values()))(x)

    html = nn.live(Evil(), points, inside, learning_rate=0.1).html
    assert html.count("<script") == 2

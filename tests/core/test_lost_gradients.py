"""A computed Value has the gradient of the latest pass: it is said where that loses one of another result."""

import warnings
from typing import Any

import pytest
from engines import IMPORTED, INTERPRETED

ENGINES = [IMPORTED, *([] if IMPORTED is INTERPRETED else [INTERPRETED])]
TEXT = r"is that of the latest backward\(\) alone: .* by w\.data -= lr \* w\.grad, not by w = w - lr"


@pytest.mark.parametrize("engine", ENGINES, ids=repr)
def test_a_parameter_that_became_computed(engine: Any) -> None:
    """Two examples, then an update: at the second update it is said that a gradient is lost."""
    w = engine.autograd.Value(1.0)
    for example in (1.0, 2.0):
        (w * example).backward()
    assert w.grad == 3.0
    w = w - 0.1 * w.grad
    for example in (1.0, 2.0):
        (w * example).backward()
    with pytest.warns(UserWarning, match=TEXT) as caught:
        assert w.grad == 2.0
    assert caught[0].filename == __file__
    assert w.grad == 2.0  # said once


@pytest.mark.parametrize("engine", ENGINES, ids=repr)
def test_where_nothing_is_lost(engine: Any) -> None:
    """A pass that is repeated, one from within, a gradient that was set to 0; views do not say it either."""
    Value, autograd = engine.autograd.Value, engine.autograd
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = Value(0.5)
        h = x.tanh()
        y = h * h
        y.backward()
        y.backward()
        h.backward()
        autograd.grad(h * 3.0, x)
        assert h.grad == 1.0
        h.grad = 0.0
        (h * 3.0).backward()
        assert h.grad == 3.0
        z = h * 4.0
        z.backward()
        h.grad = 0.0
        z.backward()
        assert h.grad == 4.0
        (h * 5.0).backward()
        (h + 1.0).steps().run()
        assert x.grad != 0.0


@pytest.mark.parametrize("engine", ENGINES, ids=repr)
def test_the_line_is_still_known(engine: Any) -> None:
    """Under debug a node remembers its line, whatever was lost since."""
    x = engine.autograd.Value(0.5)
    with engine.autograd.debug():
        h = x * 2.0
    lines = engine["autograd.core.source_lines"]
    line = lines.line_of(h)
    for factor in (1.0, 2.0):
        (h * factor).backward()
    assert line
    assert lines.line_of(h) == line

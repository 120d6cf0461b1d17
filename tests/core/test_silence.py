"""What would be wrong without a word: a gradient of nothing, a comparison that is never true, a copy."""

import copy
import subprocess
import sys
import warnings
from typing import Any

import pytest

from autograd import Value, grad, no_grad
from nn import MLP


def test_backward_of_what_was_not_recorded() -> None:
    """It is an error to ask for the gradient of a Value that no_grad made; a leaf has one."""
    x = Value(2.0)
    with no_grad():
        y = x * x
    for wrong in (y.backward, lambda: grad(y, x), lambda: grad(y, [x])):
        with pytest.raises(RuntimeError, match=r"computed under no_grad\(\): nothing was recorded"):
            wrong()
    (y * x).backward()  # as a leaf it is as good as another
    assert (x.grad, y.grad) == (4.0, 2.0)
    x.backward()
    assert x.grad == 5.0


@pytest.mark.parametrize("number", [2.0, 2, True])
def test_equality_with_a_number(number: Any) -> None:
    """It is never true, and warns where it is asked; that of Values, and sets and dicts, do not."""
    x = Value(2.0)
    for ask in (lambda: x == number, lambda: number == x, lambda: x != number, lambda: x in [number]):
        with pytest.warns(UserWarning, match=r"equals nothing but itself, no number.* compare its \.data"):
            ask()
    assert x != Value(2.0)
    assert {x: 1, 2.0: 2, "x": 3}[x] == 1
    assert x != "x"
    assert x in [Value(2.0), x]


def test_a_warning_comes_once_for_a_line() -> None:
    """In a loop there is one, and it names the line that asks."""
    x = Value(2.0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            _ = x == 1.0
    assert [warning.filename for warning in caught] == [__file__]


def test_a_warning_where_there_is_no_file() -> None:
    """In `python -c`, as at a prompt, it is a warning, and no error of Python's own."""
    code = "from autograd import Value; print(Value(1.0) == 1.0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "False\n")
    assert "UserWarning: a Value equals nothing but itself" in done.stderr


def test_a_deep_copy_of_one_value() -> None:
    """It warns, for it cuts the gradient; that of a model, a list or a tuple is meant as it is."""
    x = Value(2.0)
    for value in (x, x * x):
        with pytest.warns(UserWarning, match=r"no gradient goes from the copy to .*Value\(x\.data\)"):
            copy.deepcopy(value)
    for thing in ([x], (x, x * 2.0), {"x": x}, MLP(2, [1], rng=1)):
        copy.deepcopy(thing)
    copy.copy(x)

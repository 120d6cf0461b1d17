"""What a user's type checker knows of us: mypy and basedpyright read what is installed, with no settings."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import autograd

RIGHT = """
from array import array
from typing import assert_type

import numpy as np

import nn
from autograd import Stepper, Tape, Value, abs, add, exp, grad, primitive

a, b = Value(2.0), Value(3.0, label="b")
assert_type(2 * a, Value)
assert_type(1 + a, Value)
assert_type(a / 2 - b, Value)
assert_type(2**a, Value)
assert_type(-a**2, Value)
assert_type(a.tanh(), Value)
assert_type(exp(0.5), Value)
assert_type(add(a, 1.0), Value)
assert_type(abs(a), Value)
assert_type(sum([a, b], a), Value)
assert_type(grad(a * b, a), float)
assert_type(grad(a * b, [a, b]), list[float])
assert_type((a * b).steps(forward=False), Stepper)
assert_type(a.inputs, tuple[Value, ...])
assert_type(a.grad, float)
assert_type(Tape(a * b, [a]).forward([[1.0]]), list[float])


@primitive
def square(x: float) -> tuple[float, float]:
    return x * x, 2.0 * x


assert_type(square(a), Value)
assert_type(square(3.0), Value)


class Neuron:
    def __init__(self, nin: int) -> None:
        self.w = [Value(0.5) for _ in range(nin)]
        self.b = Value(0.0)

    def __call__(self, x: list[float]) -> Value:
        return sum((wi * xi for wi, xi in zip(self.w, x)), self.b).tanh()


assert_type(Neuron(2)([1.0, 2.0]), Value)
assert_type(nn.Neuron(2)([1.0, 2.0]), Value)
assert_type(nn.Neuron(2)(np.array([1.0, 2.0])), Value)
assert_type(nn.Neuron(2)([a, 2.0]), Value)
assert_type(nn.Neuron(2)((a, b)), Value)
assert_type(nn.Layer(2, 3)([1.0, 2.0]), Value | list[Value])
assert_type(nn.MLP(2, [3, 1])([a, b]), Value | list[Value])
assert_type(nn.MLP(2, [3, 1]).parameters(), list[Value])
assert_type(nn.mse_loss([1.0], [2.0]), Value)


class Signs(nn.Optimizer):
    def move(self, gradients: "array[float]") -> None:
        for parameter, gradient in zip(self.parameters, gradients):
            parameter.data -= self.learning_rate * (gradient > 0.0)
"""

# Each line is an error that a checker must find.
WRONG = """
import nn
from autograd import Value, grad, tanhh
from autograd import primitive

a = Value(2.0)
a.dataa
a.steps(forwards=True)
Value("2")
grad(a, a).data
nn.MLP(2, [1])([a, a]).dataa
nn.Neuron(2)("ab")


@primitive
def square(x: float) -> tuple[float, float]:
    return x * x, 2.0 * x


square(a, a)
"""

CHECKERS = {
    "mypy": [
        "mypy",
        "--strict",
        "--config-file=",
        "--no-incremental",
        f"--python-executable={sys.executable}",
    ],
    "basedpyright": ["basedpyright", "--level=error", f"--pythonpath={sys.executable}"],
}


def complaints(checker: str, code: str, folder: Path) -> list[int]:
    """The lines of a user's file that a checker complains of."""
    if find_spec(checker) is None:
        pytest.skip("needs the type checkers: pip install 'stepgrad[dev]'")
    if Path(autograd.__file__).parent.parent.name != "site-packages":
        pytest.skip("needs the installed package, as a user's checker finds it")
    (folder / "user.py").write_text(code, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "standard"}')
    command = [sys.executable, "-P", "-m", *CHECKERS[checker], "user.py"]
    environment = os.environ | {"MYPY_CACHE_DIR": str(folder / "cache")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8")
    found = re.findall(r"user\.py:(\d+):(?:\d+ -)? error", done.stdout)
    assert found or done.returncode == 0, done.stdout + done.stderr
    return sorted({int(line) for line in found})


@pytest.mark.parametrize("checker", CHECKERS)
def test_types_are_those_a_user_expects(checker: str, tmp_path: Path) -> None:
    """Every assert_type holds."""
    lines = RIGHT.splitlines()
    assert [lines[line - 1] for line in complaints(checker, RIGHT, tmp_path)] == []


@pytest.mark.parametrize("checker", CHECKERS)
def test_mistakes_are_found(checker: str, tmp_path: Path) -> None:
    """A misspelt attribute, function, argument, and an operation of the wrong number of inputs."""
    lines = WRONG.splitlines()
    found = [lines[line - 1] for line in complaints(checker, WRONG, tmp_path)]
    wrong = ("dataa", "forwards=", '"2"', "grad(a, a)", "square(a, a)", "tanhh", "nn.MLP", '("ab")')
    for mistake in wrong:
        assert any(mistake in line for line in found), (mistake, found)
    assert len(found) == len(wrong)

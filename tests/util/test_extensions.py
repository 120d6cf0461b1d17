"""A package of which some modules are compiled and others are not says so when it is imported."""

import shutil
import subprocess
import sys
import tomllib
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

import autograd
import nn
from autograd.util.extensions import COMPILED_TOGETHER

PYPROJECT = Path(__file__).parent.parent.parent / "pyproject.toml"


def test_the_list_is_that_of_pyproject() -> None:
    """What the build compiles is what has to be there together."""
    tables = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["setuptools"]["ext-modules"]
    assert {table["name"] for table in tables} == set(COMPILED_TOGETHER)


@pytest.mark.parametrize("odd", ["autograd.core.value", "nn.updates"])
def test_a_mixture_is_refused_at_import(odd: str, tmp_path: Path) -> None:
    """One compiled among interpreted ones, or the other way round: one error, which says what to do."""
    for package in (autograd, nn):
        folder = Path(package.__file__).parent
        shutil.copytree(folder, tmp_path / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    stem = tmp_path.joinpath(*odd.split("."))
    if autograd.engine() == "compiled":
        for suffix in EXTENSION_SUFFIXES:
            stem.with_name(stem.name + suffix).unlink(missing_ok=True)
    else:
        stem.with_name(stem.name + EXTENSION_SUFFIXES[0]).touch()
    done = subprocess.run(
        [sys.executable, "-c", "import nn"], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: this build is not whole: ")
    assert odd in last
    assert "Install stepgrad again" in last

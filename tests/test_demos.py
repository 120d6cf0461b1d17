"""Each lesson runs from beginning to end, holds its claim, and leaves the figures it speaks of."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd

DEMOS = Path(__file__).parent.parent / "demos"
LESSONS = [file for file in sorted(DEMOS.glob("*.py")) if file.stem not in ("figures", "all")]
LIGHT = {"chain_rule", "neuron", "why_topological_order"}  # seconds on the interpreted engine; others minutes


def run(lesson: str, out: Path, *options: str) -> str:
    """What a lesson prints, run as a student runs it, on the engine that is tested."""
    engine = str(Path(autograd.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, DEMOS / f"{lesson}.py", "--out", out, *options],
        env={**os.environ, "PYTHONPATH": engine, "PYTHONIOENCODING": "utf-8"},
        cwd=out.parent,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr
    return done.stdout


@pytest.mark.parametrize("lesson", [file.stem for file in LESSONS])
def test_lesson(lesson: str, tmp_path: Path) -> None:
    """It holds what it asserts, and every file that it names is there and is not empty."""
    if autograd.engine() == "interpreted" and lesson not in LIGHT:
        pytest.skip("needs the compiled engine to be done in seconds")
    printed = run(lesson, tmp_path / "figures", "--quick")
    if "PyTorch is not installed" in printed:
        pytest.skip("PyTorch is not installed")
    named = re.findall(rf"{re.escape(str(tmp_path))}\S+\.\w+", printed)
    assert named
    assert sorted(named) == sorted(map(str, (tmp_path / "figures").iterdir()))
    assert all(Path(name).stat().st_size for name in named)


@pytest.mark.parametrize("lesson", [file.stem for file in LESSONS])
def test_lesson_is_short(lesson: str) -> None:
    """It has no more than 150 lines."""
    assert len((DEMOS / f"{lesson}.py").read_text(encoding="utf-8").splitlines()) <= 150

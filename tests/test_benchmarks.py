"""What the benchmarks read out of the README is there."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest


def loaded(name: str) -> Any:
    """A benchmark as a module."""
    path = Path(__file__).parent / "benchmarks" / f"{name}.py"
    spec: Any = importlib.util.spec_from_file_location(name, path)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    return bench


def test_whole_trainings_are_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each with its ratio; the loop by hand and `descend` are run."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "benchmarks"))
    bench = loaded("bench_train")
    programs = bench.programs()
    assert list(programs) == ["digits", "moons", "loop", "names"]
    title, _, makers = programs["loop"]
    bench.compare(title, "ms", makers, 2, bench.time.process_time)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[1] for line in lines[2:]] == list(makers)
    assert all(line.count(" × ") == 1 for line in lines[2:])


def test_the_loops_of_the_readme_are_found_and_run() -> None:
    """The session on training has an nn.train and a loop by hand, and can be run again."""
    bench = loaded("bench_readme")
    names: dict[str, Any] = {}
    runs = bench.readme_runs(names)
    assert [title for title, _ in runs] == ["README, nn.train", "README, by hand"]
    assert [iterations for _, iterations in runs] == [bench.ITERATIONS, bench.BY_HAND]
    assert names["history"].iterations == bench.ITERATIONS
    before = names["model"].parameters()[0].data
    runs["README, by hand", bench.BY_HAND]()
    assert names["model"].parameters()[0].data != before


def test_c_by_hand_does_the_steps_of_the_tape(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is in the tree, and where there is a gcc it comes to the same loss."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "benchmarks"))
    moons = loaded("steps_of_moons")
    assert Path(moons.__file__).with_name("moons_by_hand.h").exists()
    data = moons.moons()
    if moons.shutil.which("gcc"):
        tape, by_hand = moons.descent_steps(data, count=10)[0], moons.c_steps(data, 10)[0]
        assert by_hand() == pytest.approx(tape(), rel=1e-12)
    assert sys.float_info.min / 2.0 > 0.0  # the library leaves the smallest numbers as they are

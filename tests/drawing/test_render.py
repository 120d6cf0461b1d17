"""Layout: with `dot` on the PATH, without it, and what is left behind when it fails or is interrupted."""

import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from autograd.drawing import render

SMALL = "digraph { a -> b }"

posix_only = pytest.mark.skipif(os.name != "posix", reason="puts a shell script on the PATH")


def put_on_path(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Make `script` the only `dot` on the PATH, in an otherwise usual environment."""
    dot = folder / "dot"
    dot.write_text(f"#!/bin/sh\n{script}\n")
    dot.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_without_dot_on_the_path_it_works_just_the_same(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """pygraphviz's Graphviz takes over, and nothing is printed."""
    monkeypatch.setenv("PATH", "")
    assert b"<svg" in render.render_dot(SMALL, "svg")
    assert render.render_dot(SMALL, "png").startswith(b"\x89PNG")
    assert capfd.readouterr() == ("", "")


@posix_only
def test_dot_on_the_path_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It gets the DOT text and the format; what it prints on standard error reaches nobody."""
    put_on_path(monkeypatch, tmp_path, "echo chatter >&2; echo $@; cat")
    assert render.render_dot(SMALL, "svg").decode() == f"-Tsvg\n{SMALL}"
    assert render.render_dot(SMALL, "png").decode() == f"-Tpng -Gdpi=192\n{SMALL}"
    assert capfd.readouterr() == ("", "")


@posix_only
def test_a_failure_of_graphviz_is_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The error has Graphviz's own words."""
    put_on_path(monkeypatch, tmp_path, "echo out of paper >&2; exit 3")
    with pytest.raises(RuntimeError, match="could not draw the graph: out of paper"):
        render.render_dot(SMALL, "svg")


def test_where_there_is_no_graphviz_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither `dot` nor pygraphviz: the error names both."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(render, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match=r"pip install pygraphviz.*`dot` is on the PATH"):
        render.render_dot(SMALL, "svg")


def test_an_interrupt_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C during a layout ends it at once, and its process is gone."""
    processes: list[subprocess.Popen[bytes]] = []

    def interrupted(process: subprocess.Popen[bytes], *args: Any, **named: Any) -> None:
        processes.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        render.render_dot(SMALL, "svg")
    assert processes[0].returncode is not None


def test_an_interrupt_while_the_process_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before the process is known to anyone leaves none behind either."""
    processes: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def interrupted(*args: Any, **options: Any) -> subprocess.Popen[bytes]:
        processes.append(start(*args, **options))
        signal.raise_signal(signal.SIGINT)
        return processes[0]

    monkeypatch.setattr(subprocess, "Popen", interrupted)
    with pytest.raises(KeyboardInterrupt):
        render.render_dot(SMALL, "svg")
    assert processes[0].returncode is not None


def test_threads_lay_out_at_the_same_time() -> None:
    """Each gets its own picture."""
    graphs = [f"digraph {{ a -> b{i} }}" for i in range(4)]
    with ThreadPoolExecutor(4) as pool:
        pictures = list(pool.map(lambda source: render.render_dot(source, "svg"), graphs))
    assert all(f"b{i}</title>".encode() in picture for i, picture in enumerate(pictures))

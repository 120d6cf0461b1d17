"""DOT text in, a picture out: Graphviz runs in a process of its own, from the PATH or from pygraphviz.

A layout can take long and prints what it likes on standard error: in another process Ctrl-C ends it, its
chatter reaches nobody, and threads need not wait for one another.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from autograd.util.interrupts import uninterrupted
from autograd.util.text import plural

__all__ = ["render_dot", "render_svgs", "render_with"]

OPTIONS = {"png": "-Gdpi=192"}  # fine enough for a projector

# What a Python process runs where there is no `dot`: Graphviz as pygraphviz carries it.
BUNDLED = """
import sys
folder, format, options = sys.argv[1:]
sys.path.append(folder)
import pygraphviz
for source in sys.stdin.buffer.read().decode().split("\\0"):
    graph = pygraphviz.AGraph(string=source)
    sys.stdout.buffer.write(graph.draw(format=format, prog="dot", args=options))
"""
BETWEEN = "\0"  # what parts several graphs in the text that goes there; `dot` takes them as they are


def render_dot(source: str, kind: str) -> bytes:
    """The graph that DOT text describes as a picture: `kind` is "svg", "png" or "pdf".

    Where no Graphviz is found a RuntimeError says what to install; one that fails is a RuntimeError too.
    """
    return renderer(source, kind)


def render_with(other: Callable[[str, str], bytes]) -> None:
    """Have graphs laid out by `other`, which takes what `render_dot` does: for a place without processes."""
    global renderer
    renderer = other


def run_graphviz(source: str, kind: str, seconds: float | None = None) -> bytes:
    """Lay a graph out in a process of its own; a TimeoutError if it takes longer than so many seconds."""
    command = render_command(kind, OPTIONS.get(kind, ""))
    pipe, flags = subprocess.PIPE, getattr(subprocess, "CREATE_NO_WINDOW", 0)
    process = None
    try:
        with uninterrupted():  # a Ctrl-C before it is known here would leave it running
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, creationflags=flags)
        picture, chatter = process.communicate(source.encode(), timeout=seconds)
    except BaseException as error:
        if process is not None:
            with uninterrupted(), process:
                process.kill()
        if isinstance(error, subprocess.TimeoutExpired):
            limit = plural(error.timeout, "second")
            raise TimeoutError(f"the layout of the graph was not done in {limit}") from None
        raise
    if process.returncode or not picture:
        said = chatter.decode(errors="replace").strip()[-1000:] or f"exit code {process.returncode}"
        raise RuntimeError(f"Graphviz ({command[0]}) could not draw the graph: {said}")
    return picture


renderer: Callable[[str, str], bytes] = run_graphviz


def render_svgs(sources: Sequence[str]) -> list[str]:
    """Several graphs as SVG, laid out by one process, whose start takes longer than most graphs do."""
    if renderer is not run_graphviz or len(sources) < 2:
        return [render_dot(source, "svg").decode() for source in sources]
    between = "\n" if shutil.which("dot") else BETWEEN
    text = render_dot(between.join(sources), "svg").decode()
    pictures = [part + "</svg>" for part in text.split("</svg>")[:-1]]
    if len(pictures) != len(sources):
        raise RuntimeError(f"Graphviz drew {len(pictures)} of {len(sources)} graphs")
    return pictures


def render_command(kind: str, options: str) -> list[str]:
    """The command that lays out: `dot` where it is on the PATH, else what pygraphviz carries."""
    dot = shutil.which("dot")
    if dot is not None:
        return [dot, f"-T{kind}", *options.split()]
    bundled = find_spec("pygraphviz")
    if bundled is None or bundled.origin is None or not sys.executable:
        raise RuntimeError(
            "drawing needs Graphviz: `pip install pygraphviz` brings it along, or install the program "
            "(https://graphviz.org/download) so that `dot` is on the PATH. "
            'Without it .save("graph.dot") still works'
        )
    return [sys.executable, "-P", "-c", BUNDLED, str(Path(bundled.origin).parent.parent), kind, options]

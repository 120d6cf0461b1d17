"""DOT text in, a picture out: Graphviz runs in a process of its own, from the PATH or from pygraphviz.

A layout can take long and prints what it likes on standard error: in another process Ctrl-C ends it, its
chatter reaches nobody, and threads need not wait for one another.
"""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

__all__ = ["FORMATS", "laid_out"]

FORMATS = ("svg", "png", "pdf")
OPTIONS = {"png": "-Gdpi=192"}  # fine enough for a projector

# What a Python process runs where there is no `dot`: Graphviz as pygraphviz carries it.
BUNDLED = """
import sys
folder, format, options = sys.argv[1:]
sys.path.append(folder)
import pygraphviz
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
sys.stdout.buffer.write(graph.draw(format=format, prog="dot", args=options))
"""


def laid_out(source: str, format: str) -> bytes:
    """The graph that DOT text describes as a picture: `format` is "svg", "png" or "pdf".

    Where no Graphviz is found a RuntimeError says what to install; one that fails is a RuntimeError too.
    """
    command = layout_command(format, OPTIONS.get(format, ""))
    windowless = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    done = subprocess.run(command, input=source.encode(), capture_output=True, creationflags=windowless)
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip()[-1000:]
        raise RuntimeError(f"Graphviz ({command[0]}) could not draw the graph: {said or done.returncode}")
    return done.stdout


def layout_command(format: str, options: str) -> list[str]:
    """The command that lays out: `dot` where it is on the PATH, else what pygraphviz carries."""
    dot = shutil.which("dot")
    if dot is not None:
        return [dot, f"-T{format}", *options.split()]
    bundled = find_spec("pygraphviz")
    if bundled is None or bundled.origin is None or not sys.executable:
        raise RuntimeError(
            "drawing needs Graphviz: `pip install pygraphviz` brings it along, or install the program "
            "(https://graphviz.org/download) so that `dot` is on the PATH. "
            'Without it .save("graph.dot") still works'
        )
    return [sys.executable, "-P", "-c", BUNDLED, str(Path(bundled.origin).parent.parent), format, options]

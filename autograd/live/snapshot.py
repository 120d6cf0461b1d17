"""Python's memory once it has started and loaded the engine: from there an exported page starts at once.

Starting CPython in a browser takes seconds, to read its library and to compile our sources. Pyodide can write
what the memory then holds, and begin with that.
"""

import gzip
import shutil
import subprocess
import tempfile
from pathlib import Path

from autograd.live.files import HERE, read

__all__ = ["SnapshotError", "snapshot"]

SECONDS = 120.0  # that it may take
MOST_WORDS = 300  # of what node says


class SnapshotError(ValueError):
    """Why there is none: the page then starts without it, and slowly."""


def snapshot(pyodide: Path, engine: bytes) -> bytes:
    """The memory, compressed, for npm's package pyodide in that folder and the archive of our sources."""
    node = shutil.which("node")
    if node is None:
        raise SnapshotError("Node.js is not installed")
    with tempfile.TemporaryDirectory() as place:
        archive, target = Path(place) / "engine.zip", Path(place) / "memory"
        archive.write_bytes(engine)
        command = [node, "--input-type=module", "-", str(pyodide.absolute()), str(archive), str(target)]
        try:
            done = subprocess.run(
                command, input=read(HERE / "snapshot.js"), capture_output=True, encoding="utf-8",
                errors="replace", cwd=place, timeout=SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise SnapshotError(f"Node.js took longer than {SECONDS:.0f} seconds") from None
        if done.returncode or not target.is_file():
            said = " ".join(line.strip() for line in done.stderr.splitlines() if "Error" in line)
            raise SnapshotError(f"Node.js says: {said[:MOST_WORDS] or f'exit code {done.returncode}'}")
        return gzip.compress(target.read_bytes(), compresslevel=6, mtime=0)

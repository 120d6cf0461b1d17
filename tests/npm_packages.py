"""Folders that look like packages of npm, for tests of what is written from them."""

import json
from pathlib import Path

from autograd.live.export import PACKAGES, PYODIDE_FILES


def package(folder: Path, name: str, version: str | None = None, leave_out: str = "") -> Path:
    """A folder that looks like a package of npm, its files empty."""
    files = PYODIDE_FILES if name == "pyodide" else ("dist/viz.js", "package.json")
    for file in files:
        if file != leave_out:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).touch()
    about = {"name": name, "version": version or PACKAGES[name]}
    (folder / "package.json").write_text(json.dumps(about))
    return folder

"""The live page as a folder for any web server, with Python in the page itself: `stepgrad live --export`."""

import hashlib
import io
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from autograd.live.files import HERE, POLICY, page_files, read
from autograd.live.snapshot import SnapshotError, snapshot

__all__ = ["ExportError", "export_page"]

PACKAGES = {"pyodide": "314.0.7", "@viz-js/viz": "3.31.0"}  # of npm; what was tried
PYODIDE_FILES = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
    "package.json",
)
OWN = ("autograd", "nn")  # packages of ours that go along
NEEDED = ("graphviz", "tqdm")  # what they import
SOURCES = (".py", ".html", ".css", ".js")
WEB_POLICY = POLICY.replace("; frame-ancestors 'none'", "").replace(
    "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"
)  # a page cannot say of itself who may frame it

NOTICE = """What is in this folder, under which licences, and where its sources are.

stepgrad (engine.zip and the page)    MIT, see LICENSE-stepgrad.txt
graphviz for Python (engine.zip)      MIT, https://github.com/xflr6/graphviz
tqdm (engine.zip)                     MPL-2.0 and MIT, https://github.com/tqdm/tqdm
Pyodide {pyodide} (pyodide/)          MPL-2.0, https://github.com/pyodide/pyodide
  with CPython                        PSF-2.0, https://github.com/python/cpython
  memory.gz                           what Python's memory holds once Pyodide has loaded engine.zip
Viz.js {viz} (viz/)                   MIT, https://github.com/mdaines/viz-js
  with Graphviz                       EPL, https://gitlab.com/graphviz/graphviz
  with Expat                          MIT, https://github.com/libexpat/libexpat

The licences of graphviz for Python and of tqdm are in engine.zip, in their dist-info folders.
"""


class ExportError(ValueError):
    """Why a folder could not be written, and what to do."""


def export_page(
    folder: str | os.PathLike[str],
    pyodide: str | os.PathLike[str] | None = None,
    viz: str | os.PathLike[str] | None = None,
) -> dict[str, int]:
    """Write the live page with all that it needs into a folder, new or empty; the bytes of each file.

    All of it is written or nothing. The folder is to be served by any web server: it asks nobody else.

    folder: where it goes.
    pyodide: a folder with npm's package pyodide, unpacked; by default npm is asked for it.
    viz: the same with @viz-js/viz.
    """
    target = place_for(folder)
    draft = target.with_name(f".stepgrad-{secrets.token_hex(8)}.tmp")
    try:
        draft.mkdir()  # what cannot be written is said before npm is asked
        with tempfile.TemporaryDirectory() as place:
            sources = {
                name: checked_package(name, Path(given)) if given is not None else fetched(name, Path(place))
                for name, given in zip(PACKAGES, (pyodide, viz), strict=True)
            }
            sizes = write_all(draft, sources)
        if target.is_dir():
            target.rmdir()
        draft.rename(target)
    except OSError as error:
        raise ExportError(f"{os.fspath(folder)!r} cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return sizes


def place_for(folder: str | os.PathLike[str]) -> Path:
    """Where the folder will be, which is where links lead to; an ExportError if it cannot be there."""
    try:
        target = Path(os.path.realpath(folder))
        why = what_hinders(target)
    except OSError as error:
        why = error.strerror
    except ValueError:
        why = "no folder can have this name"
    if why:
        raise ExportError(f"{os.fspath(folder)!r} cannot be written: {why}")
    return target


def what_hinders(target: Path) -> str | None:
    """Why the page cannot be a folder there, so that nothing is overwritten; None if it can."""
    if target.is_dir():
        return "it is not empty: name a folder that is new or empty" if any(target.iterdir()) else None
    if target.exists():
        return "it is a file: name a folder that is new or empty"
    if not target.parent.is_dir():
        return f"there is no folder {str(target.parent)!r} to put it in"
    target.mkdir()  # an OSError says why not
    target.rmdir()
    return None


def write_all(draft: Path, sources: dict[str, Path]) -> dict[str, int]:
    """Write every file into a folder; their sizes by name."""
    contents = {name: file.content for name, file in page_files(HERE / "worker_transport.js").items()}
    contents["index.html"] = with_policy(contents["index.html"])
    contents["worker.js"] = read(HERE / "worker.js").encode()
    contents["engine.zip"] = engine_archive()
    contents |= memory_of_python(sources["pyodide"], contents["engine.zip"])
    contents |= {f"pyodide/{name}": (sources["pyodide"] / name).read_bytes() for name in PYODIDE_FILES}
    contents["viz/viz.js"] = (sources["@viz-js/viz"] / "dist" / "viz.js").read_bytes()
    contents["viz/package.json"] = (sources["@viz-js/viz"] / "package.json").read_bytes()
    contents["NOTICE.txt"] = NOTICE.format(pyodide=PACKAGES["pyodide"], viz=PACKAGES["@viz-js/viz"]).encode()
    contents["LICENSE-stepgrad.txt"] = own_licence()
    sizes = {name: len(content) for name, content in contents.items()}
    contents["files.json"] = json.dumps(sizes, indent=1).encode()
    contents["offline.js"] = offline_worker(contents)
    for name, content in contents.items():
        file = draft / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return {name: len(content) for name, content in contents.items()}


def memory_of_python(pyodide: Path, engine: bytes) -> dict[str, bytes]:
    """The file that Python starts from; without Node.js there is none, which is said."""
    print("starting Python once, so that the page need not", file=sys.stderr, flush=True)
    try:
        return {"memory.gz": snapshot(pyodide, engine)}
    except SnapshotError as why:
        print(f"the page will start Python itself, which takes some seconds: {why}", file=sys.stderr)
        return {}


def with_policy(page: bytes) -> bytes:
    """The page with its policy inside: a static host sends none."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{WEB_POLICY}">'
    return page.replace(b'<meta charset="utf-8">', b'<meta charset="utf-8">\n' + policy.encode(), 1)


def offline_worker(contents: dict[str, bytes]) -> bytes:
    """The script that keeps the files in the browser; another version of any of them is another script."""
    version = hashlib.sha256()
    for name, content in sorted(contents.items()):
        version.update(f"{name}\0{len(content)}\0".encode() + content)
    names = ["./", *(name for name in contents if name != "index.html")]
    script = read(HERE / "offline.js").replace("{{version}}", version.hexdigest()[:16])
    return script.replace("{{files}}", json.dumps(names)).encode()


# --- Our own sources, and what they import --------------------------------------------------------------


def engine_archive() -> bytes:
    """Our Python files and those of the packages that they import, in one archive; always the same bytes."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in sorted([*own_files(), *needed_files()]):
            archive.writestr(zipfile.ZipInfo(name), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return memory.getvalue()


def own_files() -> Iterator[tuple[str, Path]]:
    """Our sources, by the names that they have in the archive."""
    for package in OWN:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise ExportError(f"the package {package} is not found: install stepgrad again")
        root = Path(spec.origin).parent
        for file in root.rglob("*"):
            if file.suffix in SOURCES:
                yield f"{package}/{file.relative_to(root).as_posix()}", file


def needed_files() -> Iterator[tuple[str, Path]]:
    """The same of the packages that we import, with their licences."""
    for package in NEEDED:
        for file in distribution(package).files or ():
            if ".." not in file.parts and (file.suffix == ".py" or "licen" in file.name.lower()):
                yield file.as_posix(), Path(str(file.locate()))


def own_licence() -> bytes:
    """Our licence, as it was installed or as it lies beside the sources."""
    beside = HERE.parent.parent / "LICENSE"
    if beside.is_file():
        return beside.read_bytes()
    try:
        files: Iterable[Path] = [Path(str(f.locate())) for f in distribution("stepgrad").files or ()]
    except PackageNotFoundError:
        files = []
    return next((file.read_bytes() for file in files if file.name == "LICENSE"), b"MIT\n")


# --- What npm has ------------------------------------------------------------------------------------------


def checked_package(name: str, folder: Path) -> Path:
    """The folder with that package of npm, which must be the version that was tried."""
    wanted = f"{name}@{PACKAGES[name]}"
    try:
        found = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        is_it = (found.get("name"), found.get("version")) == (name, PACKAGES[name])
    except (OSError, ValueError, AttributeError):
        raise ExportError(f"{folder} is no package of npm: it should hold {wanted}, unpacked") from None
    if not is_it:
        raise ExportError(
            f"{folder} holds {found.get('name')}@{found.get('version')}, but {wanted} is needed"
        )
    files = PYODIDE_FILES if name == "pyodide" else ("dist/viz.js",)
    missing = [file for file in files if not (folder / file).is_file()]
    if missing:
        raise ExportError(f"{folder} lacks {', '.join(missing)}: unpack {wanted} again")
    return folder


def fetched(name: str, place: Path) -> Path:
    """A package as npm has it, unpacked."""
    wanted = f"{name}@{PACKAGES[name]}"
    option = "--pyodide" if name == "pyodide" else "--viz"
    npm = shutil.which("npm")
    if npm is None:
        raise ExportError(
            f"npm is not installed, which would bring {wanted}: install Node.js, or name a folder with that "
            f"package, unpacked, by {option}"
        )
    print(f"asking npm for {wanted}", file=sys.stderr, flush=True)
    folder = place / re.sub(r"\W", "-", name)
    folder.mkdir()
    done = subprocess.run(
        [npm, "pack", wanted, "--silent", "--pack-destination", str(folder)],
        cwd=place, capture_output=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        said = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise ExportError(f"npm could not bring {wanted}: {' '.join(said) or f'exit code {done.returncode}'}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data")
    return checked_package(name, folder / "package")

"""The live page as a folder: what is in it, what it needs, and that nothing is written where that fails."""

import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from npm_packages import package

from autograd.__main__ import main
from autograd.live.export import PACKAGES, PYODIDE_FILES, ExportError, engine_archive, export_page


@pytest.fixture
def packages(tmp_path: Path) -> tuple[Path, Path]:
    """Folders for pyodide and @viz-js/viz."""
    return package(tmp_path / "pyodide", "pyodide"), package(tmp_path / "viz", "@viz-js/viz")


def test_what_is_in_the_folder(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    """The page with its policy, the engine, Pyodide, Viz.js, licences; the same bytes each time."""
    sizes = export_page(tmp_path / "page", *packages)
    folder = tmp_path / "page"
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(sizes)
    assert all((folder / name).stat().st_size == size for name, size in sizes.items())
    page = (folder / "index.html").read_text()
    assert set(re.findall(r'(?:src|href)="([\w.]+)"', page)) <= set(sizes)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'" in policy[1]
    assert "frame-ancestors" not in policy[1]
    assert "Worker(" in (folder / "transport.js").read_text()
    assert {f"pyodide/{name}" for name in PYODIDE_FILES} | {"viz/viz.js", "NOTICE.txt"} <= set(sizes)
    assert "Permission is hereby granted" in (folder / "LICENSE-stepgrad.txt").read_text()
    kept = (folder / "offline.js").read_text()
    assert "{{" not in kept
    assert all(json.dumps(name) in kept for name in set(sizes) - {"index.html", "offline.js"})
    export_page(tmp_path / "again", *packages)
    assert all((folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in sizes)


def test_the_archive_is_all_that_a_session_needs(tmp_path: Path) -> None:
    """A Python with nothing installed answers a message from it, and finds the licences."""
    with zipfile.ZipFile(io.BytesIO(engine_archive())) as archive:
        archive.extractall(tmp_path)
        names = archive.namelist()
    assert not [name for name in names if name.endswith((".so", ".pyc", ".pyd"))]
    assert {name.split("/")[0] for name in names if "licen" in name.lower()} >= {
        name.split("/")[0] for name in names if name.startswith(("graphviz-", "tqdm-"))
    }
    code = (
        "import sys; sys.path.append(sys.argv[1])\n"
        "from autograd.live import Session\n"
        "import autograd, nn\n"
        "message = {'kind': 'expression-python', 'text': 'a*b', 'values': {'a': 2, 'b': 3}}\n"
        "answer = Session().handle(message)\n"
        "print(autograd.engine(), answer['result'])"
    )
    command = [sys.executable, "-I", "-S", "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.stdout, done.stderr) == ("interpreted 6.0\n", "")


def test_the_memory_that_python_starts_from(tmp_path: Path, capfd: Any) -> None:
    """It is whole pages of WebAssembly, and says nothing of this computer; without Node.js there is none."""
    packages = [os.environ.get(name) for name in ("STEPGRAD_PYODIDE", "STEPGRAD_VIZ")]
    if not all(packages) or shutil.which("node") is None:
        pytest.skip("needs npm's pyodide and @viz-js/viz, where STEPGRAD_PYODIDE and _VIZ say, and Node.js")
    export_page(tmp_path / "page", *packages)
    assert capfd.readouterr().err == "starting Python once, so that the page need not\n"
    memory = gzip.decompress((tmp_path / "page" / "memory.gz").read_bytes())
    assert len(memory) > 1 << 24
    assert b"/engine/autograd" in memory
    places = [str(tmp_path), str(packages[0]), str(Path.cwd())]
    assert not [place for place in places if place.encode() in memory]


def test_node_cannot_start_python(
    tmp_path: Path, packages: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    """The page is written without the memory, and it is said why."""
    for folder, found, why in (
        ("none", None, "Node.js is not installed"),
        ("wrong", sys.executable, "Node.js says: "),
    ):
        monkeypatch.setattr("autograd.live.snapshot.shutil.which", {"node": found}.get)
        sizes = export_page(tmp_path / folder, *packages)
        assert "memory.gz" not in sizes
        assert f"the page will start Python itself, which takes some seconds: {why}" in capfd.readouterr().err


def test_nothing_is_overwritten(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    """A folder may be new or empty, and must have somewhere to be."""
    (tmp_path / "empty").mkdir()
    export_page(tmp_path / "empty", *packages)
    with pytest.raises(
        ExportError, match=r"empty' cannot be written: it is not empty: name a folder that is"
    ):
        export_page(tmp_path / "empty", *packages)
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match="file' cannot be written: it is a file"):
        export_page(tmp_path / "file", *packages)
    with pytest.raises(ExportError, match="there is no folder"):
        export_page(tmp_path / "no" / "where", *packages)


ANY_NAME = pytest.mark.skipif(sys.platform == "emscripten", reason="there a name may be of any length")


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        pytest.param("n" * 300, ".*name too long", marks=ANY_NAME),
        ("nul\0", "no folder can have this name"),
        ("link", "there is no folder .*no'"),
    ],
)
def test_a_place_that_cannot_be_written_is_said_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, why: str
) -> None:
    """Before the packages are looked for; as it was given; and nothing is left."""
    monkeypatch.chdir(tmp_path)
    Path("link").symlink_to(Path("no", "where"))
    with pytest.raises(ExportError, match=f"(?i)cannot be written: {why}") as error:
        export_page(folder, "no such pyodide", "no such viz")
    assert str(error.value).startswith(repr(folder))
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


def test_a_folder_whose_own_folder_is_read_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packages: tuple[Path, Path]
) -> None:
    """It is empty, but could not be replaced: that is said first."""

    def refused(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "page").mkdir()
    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(ExportError, match="page' cannot be written: Permission denied"):
        export_page(tmp_path / "page", "no such pyodide", "no such viz")


def test_a_link_to_a_folder(tmp_path: Path, packages: tuple[Path, Path]) -> None:
    """It stays a link, and the page is where it leads to."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    export_page(tmp_path / "link", *packages)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").is_file()


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("pyodide", {"version": "0.27.0"}, r"holds pyodide@0\.27\.0, but pyodide@[\d.]+ is needed"),
        ("pyodide", {"leave_out": "python_stdlib.zip"}, r"lacks python_stdlib\.zip: unpack pyodide@"),
        ("@viz-js/viz", {"leave_out": "dist/viz.js"}, r"lacks dist/viz\.js: unpack @viz-js/viz@"),
    ],
)
def test_a_package_that_is_not_the_one(
    tmp_path: Path, packages: tuple[Path, Path], name: str, changes: dict[str, Any], message: str
) -> None:
    """It is said which is needed; nothing is written."""
    wrong = package(tmp_path / "wrong", name, **changes)
    given = (wrong, packages[1]) if name == "pyodide" else (packages[0], wrong)
    with pytest.raises(ExportError, match=message):
        export_page(tmp_path / "page", *given)
    with pytest.raises(ExportError, match=r"is no package of npm: it should hold pyodide@"):
        export_page(tmp_path / "page", tmp_path, packages[1])
    assert not (tmp_path / "page").exists()


def test_a_failure_leaves_nothing(
    tmp_path: Path, packages: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full in the middle, an interrupt: the folder is not there, and no draft of it."""
    write, before = Path.write_bytes, sorted(tmp_path.iterdir())
    for failure in (OSError(28, "No space left on device"), KeyboardInterrupt()):

        def fail(path: Path, content: bytes, failure: BaseException = failure) -> int:
            if path.name == "viz.js":
                raise failure
            return write(path, content)

        monkeypatch.setattr(Path, "write_bytes", fail)
        with pytest.raises((ExportError, KeyboardInterrupt)):
            export_page(tmp_path / "page", *packages)
        assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(os.name == "nt", reason="needs a shell script on the PATH")
def test_npm_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    """For the pinned version of each; where npm fails, or is not there, it is said what to do."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert main(["live", "--export", str(tmp_path / "page")]) == 1
    assert "npm is not installed, which would bring pyodide@" in capfd.readouterr().err
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text("#!/bin/sh\necho no network >&2\nexit 1\n")
    npm.chmod(0o755)
    assert main(["live", "--export", str(tmp_path / "page")]) == 1
    assert "npm could not bring pyodide@314.0.7: no network" in capfd.readouterr().err
    package(tmp_path / "npm" / "package", "pyodide")
    pack = f'cd "{tmp_path / "npm"}"; PATH=/usr/bin:/bin tar czf "$5/p.tgz" package'
    npm.write_text(f'#!/bin/sh\necho "$1 $2" > "{tmp_path / "asked"}"\n{pack}\n')
    viz = package(tmp_path / "viz", "@viz-js/viz")
    assert main(["live", "--export", str(tmp_path / "page"), "--viz", str(viz)]) == 0
    assert (tmp_path / "asked").read_text() == f"pack pyodide@{PACKAGES['pyodide']}\n"
    assert f"python -m http.server --directory {tmp_path / 'page'}" in capfd.readouterr().out
    assert (tmp_path / "page" / "index.html").exists()


def test_options_that_go_together(capfd: Any) -> None:
    """--pyodide without --export would do nothing."""
    with pytest.raises(SystemExit):
        main(["live", "--pyodide", "."])
    assert "--pyodide and --viz go with --export" in capfd.readouterr().err

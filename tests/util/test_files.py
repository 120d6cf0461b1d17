"""Files: what cannot be written is refused with its name, and what was there stays."""

import errno
import sys
from pathlib import Path

import pytest

from autograd.util.files import replace_file


def test_a_link_to_itself(tmp_path: Path) -> None:
    """It is refused, and is still there."""
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(OSError, match="it is a link that leads back to itself") as failure:
        replace_file(link, b"x")
    assert failure.value.errno == errno.ELOOP
    assert link.is_symlink()


def test_a_link_to_a_file(tmp_path: Path) -> None:
    """It stays a link, and the file has what was written; one that leads nowhere makes the file."""
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    for content in (b"first", b"second"):
        replace_file(link, content)
        assert link.is_symlink()
        assert file.read_bytes() == content


def test_the_error_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room says which file it was; no draft is left."""

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError, match=r"cannot save: No space left on device: 'file'$"):
        replace_file("file", b"x")
    assert list(tmp_path.iterdir()) == []


TOO_LONG = pytest.param(
    "n" * 300,
    marks=pytest.mark.skipif(sys.platform == "emscripten", reason="there a name may be of any length"),
)


@pytest.mark.parametrize("name", ["no/where", "folder", "folder/to", "file/x", TOO_LONG])
def test_a_path_is_named_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A path that is relative stays so in the error, and where a link leads to is said."""
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file").touch()
    Path("folder", "to").symlink_to(Path("no", "where"))
    with pytest.raises(OSError, match="cannot save: ") as failure:
        replace_file(name, b"x")
    assert failure.value.filename == name
    assert str(failure.value).endswith(f": {name!r}")
    leads_to = f"(it is a link to {str(tmp_path / 'folder' / 'no' / 'where')!r})"
    assert (leads_to in str(failure.value)) == (name == "folder/to")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that takes no files")
def test_the_draft_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a folder looks as if it took files, but does not, the error is of the file that was wanted."""
    monkeypatch.setattr("os.access", lambda *_: True)
    with pytest.raises(OSError, match=r"cannot save: .*: '/proc/x\.svg'$"):
        replace_file("/proc/x.svg", b"x")


def test_a_read_only_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder or the file: it is said which."""
    monkeypatch.chdir(tmp_path)
    Path("file").write_bytes(b"old")
    for read_only, what in ((tmp_path, "its folder"), (tmp_path / "file", "the file")):
        monkeypatch.setattr("os.access", lambda path, mode, wrong=read_only: path != wrong)
        with pytest.raises(PermissionError, match=f"cannot save: {what} is read-only: 'file'$"):
            replace_file("file", b"x")
    assert Path("file").read_bytes() == b"old"


@pytest.mark.parametrize("name", ["nul\0.svg", "half\ud800.svg"])
def test_a_name_that_no_file_can_have(name: str) -> None:
    """It is written as in Python, so that the error can be printed anywhere."""
    with pytest.raises(ValueError, match="no file can have this name") as error:
        replace_file(name, b"x")
    assert repr(name) in str(error.value)
    assert str(error.value).isprintable()

"""Files: what cannot be written is refused with its name, and what was there stays."""

import errno
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
    with pytest.raises(OSError, match="No space") as failure:
        replace_file(tmp_path / "file", b"x")
    assert failure.value.filename.endswith("file")
    assert list(tmp_path.iterdir()) == []

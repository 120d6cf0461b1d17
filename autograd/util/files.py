"""Writing a file so that there is the old one or the new one at any moment, and no litter."""

import errno
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

__all__ = ["refuse_unless_writable", "replace_file", "suffix_of"]


def replace_file(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `path`, all of it or nothing.

    A link stays a link to the file that is replaced; the file keeps its permissions. An OSError says why
    it cannot be written; what was there is then as it was.
    """
    target = refuse_unless_writable(path)
    draft = target.with_name(f".stepgrad-{secrets.token_hex(8)}.tmp")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    except BaseException as error:
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(target)  # a disk that is full does not say so itself
        draft.unlink(missing_ok=True)
        raise


def suffix_of(path: str | os.PathLike[str], known: Sequence[str]) -> str:
    """The suffix of a file, which must be one of those known."""
    suffix = Path(path).suffix.lower()
    if suffix not in known:
        *others, last = known
        choice = f"{', '.join(others)} or {last}" if others else last
        raise ValueError(f"cannot save {os.fspath(path)!r}: its suffix is to be {choice}")
    return suffix


def refuse_unless_writable(path: str | os.PathLike[str]) -> Path:
    """The file that is at `path`, or will be, where links lead to; an OSError if it cannot be replaced.

    Replacing needs the folder's permission only; the file's own counts too, and it must be a file.
    """
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, "cannot save: it is a link that leads back to itself", os.fspath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "cannot save: there is no such folder", str(target.parent))
    if not os.access(target.parent, os.W_OK):
        raise PermissionError(errno.EACCES, "cannot save: the folder is read-only", str(target.parent))
    if target.exists() and not target.is_file():
        code = errno.EISDIR if target.is_dir() else errno.EINVAL
        raise OSError(code, "cannot save: it is not a regular file", str(target))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "cannot save: the file is read-only", str(target))
    return target

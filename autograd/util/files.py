"""Writing a file so that there is the old one or the new one at any moment, and no litter."""

import errno
import os
import secrets
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

__all__ = ["refuse_unless_writable", "replace_file", "suffix_of"]


def replace_file(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `path`, all of it or nothing.

    A link stays a link to the file that is replaced; the file keeps its permissions. An OSError says why
    it cannot be written, and names it as `path` does; what was there is then as it was.
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
        with suppress(OSError):  # what was to be said is the error before
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise refusal(path, error.errno, error.strerror or str(error)) from None
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

    Replacing needs the folder's permission only; the file's own counts too, and it must be a file. A name
    that no file can have is a ValueError.
    """
    try:
        target = Path(os.path.realpath(path))
        wrong = what_is_wrong_with(target)
        if wrong and Path(path).is_symlink() and not target.is_symlink():
            wrong = wrong[0], f"{wrong[1]} (it is a link to {str(target)!r})"
    except OSError as error:
        wrong = error.errno, error.strerror
    except ValueError:
        raise ValueError(f"cannot save {os.fspath(path)!r}: no file can have this name") from None
    if wrong:
        raise refusal(path, *wrong)
    return target


def what_is_wrong_with(target: Path) -> tuple[int | None, str | None] | None:
    """Why a file cannot be written, with the number that the system has for it; None if it can."""
    if target.is_symlink():
        return errno.ELOOP, "it is a link that leads back to itself"
    if not target.parent.is_dir():
        return errno.ENOENT, "its folder does not exist"
    if not os.access(target.parent, os.W_OK):
        return errno.EACCES, "its folder is read-only"
    if target.is_dir():
        return errno.EISDIR, "it is a folder"
    if target.exists() and not target.is_file():
        return errno.EINVAL, "it is not a regular file"
    if target.exists() and not os.access(target, os.W_OK):
        return errno.EACCES, "the file is read-only"
    return None


def refusal(path: str | os.PathLike[str], code: int | None, why: str | None) -> OSError:
    """The error that says why a file cannot be written, of the class that Python has for that number."""
    return OSError(code, f"cannot save: {why}", os.fspath(path))

"""Models and optimizers as JSON files: exact numbers, replaced all or not at all, checked before a change."""

import json
import os
from array import array
from collections.abc import Iterable
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import Any
from zlib import crc32

from autograd import Value
from autograd.internal import plural, replace_file, uninterrupted

FORMAT, VERSION = "stepgrad model", 1
UNWRITABLE_IN_JSON = ("inf", "-inf", "nan")


def save_parameters(path: str | PathLike[str], architecture: str, parameters: dict[str, Value]) -> None:
    """Write the parameters to `path`, with what they belong to."""
    numbers = {name: as_json(value.data) for name, value in parameters.items()}
    model = {
        "format": FORMAT,
        "version": VERSION,
        "architecture": architecture,
        "checksum": checksum(numbers),
        "parameters": numbers,
    }
    replace_file(path, (json.dumps(model, indent=1, allow_nan=False) + "\n").encode())


def load_parameters(path: str | PathLike[str], architecture: str, parameters: dict[str, Value]) -> None:
    """Set the parameters to what `path` holds, if it fits them in full."""
    try:
        numbers = read_numbers(content_of(path), architecture, parameters)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"cannot load {os.fspath(path)!r}: {error}") from error
    with uninterrupted():
        for value, number in zip(parameters.values(), numbers, strict=True):
            value.data = number


def content_of(path: str | PathLike[str]) -> bytes:
    """The bytes of a file; those of a pipe may never come, and those of a device never end."""
    file = Path(path)
    if file.exists() and not (file.is_file() or file.is_dir()):
        raise ValueError("it is a pipe or a device, not a regular file")
    return file.read_bytes()


def read_numbers(content: bytes, architecture: str, wanted: Iterable[str]) -> list[float]:
    """The number of each wanted parameter; a ValueError says what is wrong with the file."""
    model = parse(content)
    if not isinstance(model, dict) or model.get("format") != FORMAT:
        raise ValueError(f"it is not a {FORMAT}")
    if model.get("version") != VERSION:
        raise ValueError(f"it is of version {model.get('version')!r}, and this reads version {VERSION}")
    if model.get("architecture") != architecture:
        raise ValueError(f"it holds {model.get('architecture')}, and the model is {architecture}")
    numbers = model.get("parameters")
    if not isinstance(numbers, dict):
        raise ValueError("it holds no parameters")  # noqa: TRY004
    if model.get("checksum") != checksum(numbers):
        raise ValueError("it is damaged, or was edited: its checksum is that of other numbers")
    names = list(wanted)
    for name in names:
        if name not in numbers:
            raise ValueError(f"it lacks the parameter {name}")
    for name in numbers.keys() - set(names):
        raise ValueError(f"it has the parameter {name}, and the model does not")
    return [as_float(name, numbers[name]) for name in names]


def checksum(numbers: dict[str, Any]) -> int:
    """The CRC-32 of the numbers, which changes when one of their digits does."""
    return crc32(json.dumps(numbers).encode())


def parse(content: bytes) -> Any:
    """The JSON in `content`, strictly: no NaN, no name twice."""
    try:
        return json.loads(content.decode(), parse_constant=refuse, object_pairs_hook=without_doubles)
    except UnicodeDecodeError:
        raise ValueError("it is not text in UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is damaged, or not JSON: {error}") from None
    except RecursionError:
        raise ValueError("it is damaged: nested too deeply") from None


def refuse(constant: str) -> float:
    """JSON has no such number; `save` writes it as text."""
    raise ValueError(f"it is damaged: {constant} is not JSON")


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose names are all different."""
    names = dict(pairs)
    if len(names) < len(pairs):
        raise ValueError("it is damaged: a name is there twice")
    return names


def as_json(number: float) -> float | str:
    """A float as JSON can say it: inf and nan become text."""
    return number if isfinite(number) else str(number)


def as_float(name: str, number: Any) -> float:
    """What `as_json` made of a float, as that float."""
    if number in UNWRITABLE_IN_JSON or (isinstance(number, (int, float)) and not isinstance(number, bool)):
        try:
            value = float(number)
        except OverflowError:
            value = float("inf")
        if isfinite(value) or isinstance(number, str):
            return value
    raise ValueError(f"its parameter {name} is no number: {str(number)[:40]}")


# --- Optimizers ----------------------------------------------------------------------------------------

OPTIMIZER = "stepgrad optimizer"


def save_optimizer(path: str | PathLike[str], optimizer: Any) -> None:
    """Write what an optimizer keeps: its settings, its arrays, how many steps it made (its iterations)."""
    settings = {name: getattr(optimizer, name) for name in optimizer.SETTINGS}
    content = {
        "iterations": optimizer.iterations,
        "learning_rate": None if optimizer.schedule else optimizer.learning_rate,
        "settings": settings,
        "state": {name: [as_json(x) for x in getattr(optimizer, name)] for name in optimizer.STATE},
    }
    head = {"format": OPTIMIZER, "version": VERSION, "optimizer": kind_of(optimizer)}
    written = json.dumps(head | {"checksum": checksum(content)} | content, indent=1, allow_nan=False)
    replace_file(path, (written + "\n").encode())


def load_optimizer(path: str | PathLike[str], optimizer: Any) -> None:
    """Set what an optimizer keeps to what `path` holds, if it fits in full."""
    try:
        content = read_optimizer(content_of(path), optimizer)
        arrays = {name: state_of(content["state"], name, optimizer) for name in optimizer.STATE}
        settings = {name: content["settings"][name] for name in optimizer.SETTINGS}
    except KeyError as error:
        raise ValueError(f"cannot load {os.fspath(path)!r}: it lacks {error}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"cannot load {os.fspath(path)!r}: {error}") from error
    with uninterrupted():
        for name, numbers in arrays.items():
            getattr(optimizer, name)[:] = array("d", numbers)
        for name, number in settings.items():
            setattr(optimizer, name, number)
        optimizer.iterations = content["iterations"]
        if content["learning_rate"] is not None:
            optimizer.learning_rate = content["learning_rate"]


def state_of(state: Any, name: str, optimizer: Any) -> list[float]:
    """The numbers of one of the arrays that an optimizer keeps."""
    numbers = [as_float(f"{name}.{i}", number) for i, number in enumerate(state[name])]
    if len(numbers) != len(optimizer.parameters):
        raise ValueError(f"it has {len(numbers)} {name}")
    return numbers


def read_optimizer(content: bytes, optimizer: Any) -> dict[str, Any]:
    """The content of such a file; a ValueError says what is wrong with it."""
    found = parse(content)
    if not isinstance(found, dict) or found.get("format") != OPTIMIZER:
        raise ValueError(f"it is not a {OPTIMIZER}")
    if found.get("version") != VERSION:
        raise ValueError(f"it is of version {found.get('version')!r}, and this reads version {VERSION}")
    if found.get("optimizer") != kind_of(optimizer):
        raise ValueError(f"it is of {found.get('optimizer')}, and the optimizer is {kind_of(optimizer)}")
    kept = {name: found.get(name) for name in ("iterations", "learning_rate", "settings", "state")}
    if found.get("checksum") != checksum(kept):
        raise ValueError("it is damaged, or was edited: its checksum is that of other numbers")
    return kept


def kind_of(optimizer: Any) -> str:
    """What kind of optimizer it is, of how many parameters."""
    return f"{type(optimizer).__name__} of {plural(len(optimizer.parameters), 'parameter')}"

"""A saved model comes back to the bit; a file that does not fit, or a save that fails, changes nothing."""

import errno
import json
import os
import signal
import stat
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value

SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def bits(model: nn.Module) -> list[bytes]:
    """The parameters to the bit."""
    return [struct.pack("<d", p.data) for p in model.parameters()]


def saved(folder: Path, model: nn.Module) -> Path:
    """A file of the model."""
    model.save(folder / "model.json")
    return folder / "model.json"


@SHARED
@given(st.lists(st.floats(allow_subnormal=True), min_size=9, max_size=9))
def test_every_float_comes_back(tmp_path: Path, numbers: list[float]) -> None:
    """Any double, −0, subnormals, infinities and NaN included."""
    model, other = nn.MLP(2, [2, 1], rng=1), nn.MLP(2, [2, 1], rng=2)
    for parameter, number in zip(model.parameters(), numbers, strict=True):
        parameter.data = float("nan") if number != number else number
    other.load(str(saved(tmp_path, model)))
    assert bits(other) == bits(model)


def test_a_model_of_ones_own(tmp_path: Path) -> None:
    """Any Module is saved and loaded, and the parameters stay the Values they were."""

    class Line(nn.Module):
        def __init__(self, slope: float) -> None:
            self.terms = {"slope": Value(slope), "offset": Value(1.0)}

    line, other = Line(0.1 + 0.2), Line(0.0)
    before = other.parameters()
    other.load(saved(tmp_path, line))
    assert bits(other) == bits(line)
    assert other.parameters() == before


def test_a_file_is_json_that_says_what_it_is(tmp_path: Path) -> None:
    """Format, version, architecture, and each parameter by name on a line of its own."""
    path = saved(tmp_path, nn.MLP(1, [1], rng=1))
    model = json.loads(path.read_text(encoding="utf-8"))
    assert (model["format"], model["version"]) == ("stepgrad model", 1)
    assert model["architecture"] == "MLP(1, [1], output_activation='linear')"
    assert list(model["parameters"]) == ["layers.0.neurons.0.weights.0", "layers.0.neurons.0.bias"]
    assert '\n  "layers.0.neurons.0.bias": 0.0\n' in path.read_text(encoding="utf-8")


def refused(model: nn.Module, path: Path) -> str:
    """Why the file is not loaded; the model is as it was, and the message names the file."""
    before = bits(model)
    with pytest.raises(ValueError, match="cannot load") as error:
        model.load(path)
    assert bits(model) == before
    assert str(path) in str(error.value)
    return str(error.value)


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    """A file that ends too early, wherever that is, is damaged."""
    model = nn.MLP(1, [2], rng=1)
    content = saved(tmp_path, model).read_bytes()
    cut = tmp_path / "cut.json"
    for end in range(len(content) - 2):
        cut.write_bytes(content[:end])
        assert "damaged" in refused(model, cut)


@SHARED
@given(st.integers(0), st.integers(0, 255))
def test_every_changed_byte_is_noticed_or_harmless(tmp_path: Path, place: int, byte: int) -> None:
    """With any one byte changed, the file is refused, or loads the numbers that were saved."""
    model = nn.MLP(1, [2], rng=1)
    content = bytearray(saved(tmp_path, model).read_bytes())
    content[place % len(content)] = byte
    changed = tmp_path / "changed.json"
    changed.write_bytes(content)
    other = nn.MLP(1, [2], rng=2)
    try:
        other.load(changed)
    except ValueError:
        assert bits(other) == bits(nn.MLP(1, [2], rng=2))
    else:
        assert bits(other) == bits(model)


FOREIGN = [
    (b"", "damaged, or not JSON"),
    (b"\xff\xfe\x00", "not text in UTF-8"),
    (b"\x89PNG\r\n", "not text in UTF-8"),
    (b"[1, 2]", "it is not a stepgrad model"),
    (b"null", "it is not a stepgrad model"),
    (b'{"weights": [1.0]}', "it is not a stepgrad model"),
    (b"[" * 100_000, "damaged"),
    (b'{"format": NaN}', "NaN is not JSON"),
    (b'{"a": 1, "a": 2}', "a name is there twice"),
    (b"1" * 5000, "cannot load"),
    (b'{"format": "stepgrad model", "version": 2}', "it is of version 2, and this reads version 1"),
]


@pytest.mark.parametrize(("content", "message"), FOREIGN, ids=[f"{c[:24]!r}" for c, _ in FOREIGN])
def test_foreign_files_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """What is no model of ours is an error that says so."""
    path = tmp_path / "foreign.json"
    path.write_bytes(content)
    assert message in refused(nn.MLP(1, [1], rng=1), path)


@pytest.mark.parametrize(
    "other",
    [
        nn.MLP(2, [3]),
        nn.MLP(2, [2, 1]),
        nn.MLP(3, [1]),
        nn.MLP(2, [1], output_activation="tanh"),
        nn.Neuron(2),
    ],
    ids=repr,
)
def test_a_model_of_another_architecture_is_refused(tmp_path: Path, other: nn.Module) -> None:
    """Another size or activation, or another kind of model: both are named."""
    model = nn.MLP(2, [1], rng=1)
    message = refused(other, saved(tmp_path, model))
    assert f"it holds {model!r}, and the model is {other!r}" in message


class Bag(nn.Module):
    """A model with as many parameters as wanted."""

    def __init__(self, *names: str) -> None:
        for name in names:
            setattr(self, name, Value(1.0))


@pytest.mark.parametrize(
    ("names", "message"),
    [(("a", "b"), "it lacks the parameter b"), ((), "it has the parameter a, and the model does not")],
)
def test_other_parameters_are_refused(tmp_path: Path, names: tuple[str, ...], message: str) -> None:
    """A parameter too many or too few is named."""
    assert message in refused(Bag(*names), saved(tmp_path, Bag("a")))


@pytest.mark.parametrize("number", ['"1.0"', "true", "null", "[]", '"infinity"', "1e999", "1" + "0" * 400])
def test_parameters_that_are_no_numbers_are_refused(tmp_path: Path, number: str) -> None:
    """Only what a save writes is read as a number, whatever the checksum says."""
    from nn.saving import checksum

    path = saved(tmp_path, Bag("a"))
    model = json.loads(path.read_text(encoding="utf-8"))
    model["parameters"]["a"] = json.loads(number)
    model["checksum"] = checksum(model["parameters"])
    path.write_text(json.dumps(model).replace("Infinity", "1e999"), encoding="utf-8")
    assert "its parameter a is no number" in refused(Bag("a"), path)


def test_an_edited_number_is_noticed(tmp_path: Path) -> None:
    """A digit that changed is not believed."""
    path = saved(tmp_path, Bag("a"))
    path.write_text(path.read_text(encoding="utf-8").replace('"a": 1.0', '"a": 7.0'), encoding="utf-8")
    assert "damaged, or was edited" in refused(Bag("a"), path)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """A missing file, a folder: the usual OSError, which names it."""
    for path, kind in ((tmp_path / "none.json", FileNotFoundError), (tmp_path, IsADirectoryError)):
        with pytest.raises(kind, match=path.name):
            Bag("a").load(path)


# --- A save is all or nothing ------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch, call: str, failure) -> None:
    """A full disk, or Ctrl-C: the old file is whole, and nothing else lies about."""
    old = saved(tmp_path, Bag("a")).read_bytes()

    def fail(*arguments: object, **options: object) -> None:
        raise failure

    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync") if call == "fsync" else (Path, call)), fail)
        with pytest.raises(type(failure)):
            Bag("a", "b").save(tmp_path / "model.json")
    assert [path.name for path in tmp_path.iterdir()] == ["model.json"]
    assert (tmp_path / "model.json").read_bytes() == old


def test_a_link_and_permissions_stay(tmp_path: Path) -> None:
    """A link goes on pointing to the file that is replaced, which keeps its mode."""
    real = tmp_path / "real.json"
    Bag("a").save(real)
    real.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(real)
    Bag("a", "b").save(link)
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    Bag("a", "b").load(real)


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    """As any other file that is made there."""
    plain = tmp_path / "plain"
    plain.touch()
    assert saved(tmp_path, Bag("a")).stat().st_mode == plain.stat().st_mode


SAVES_FOREVER = """
import sys
from nn import MLP
models = [MLP(4, [8, 1], rng=1), MLP(4, [8, 1], rng=2)]
models[0].save(sys.argv[1])
print("saved once", flush=True)
while True:
    for model in models:
        model.save(sys.argv[1])
"""


def test_a_kill_during_a_save_leaves_a_whole_file(tmp_path: Path) -> None:
    """Whenever the process is killed, the file is that of one of the two models."""
    path, model = tmp_path / "model.json", nn.MLP(4, [8, 1], rng=3)
    good = [bits(nn.MLP(4, [8, 1], rng=seed)) for seed in (1, 2)]
    environment = {**os.environ, "PYTHONPATH": str(Path(autograd.__file__).parent.parent)}
    for i in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", SAVES_FOREVER, path], env=environment, stdout=subprocess.PIPE, cwd=tmp_path
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.05 + 0.013 * i)
            process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        model.load(path)
        assert bits(model) in good


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no name here")
def test_what_is_no_file_is_neither_read_nor_replaced(tmp_path: Path) -> None:
    """Of a pipe one would wait for ever; a link to itself leads nowhere."""
    model = nn.MLP(1, [1], rng=1)
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(link)
    with pytest.raises(ValueError, match="a pipe or a device, not a regular file"):
        model.load(pipe)
    with pytest.raises(ValueError, match="a pipe or a device, not a regular file"):
        nn.Adam(model.parameters(), 0.1).load(pipe)
    with pytest.raises(ValueError, match="a pipe or a device"):
        model.load("/dev/zero")
    with pytest.raises(OSError, match="a link that leads back to itself"):
        model.save(link)
    assert link.is_symlink()

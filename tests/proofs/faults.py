"""Prints what is left of a saved model when a save fails or is killed at each system call, or has no room.

python tests/proofs/faults.py (Linux; system calls are made to fail by strace, which must be installed)
"""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

import autograd
import nn

SAVE = """
import os, resource, sys
from nn import MLP
path, limit = sys.argv[1], int(sys.argv[2])
model = MLP(4, [8, 1], rng=2)
if limit >= 0:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
os.path.exists("/the save begins")
try:
    model.save(path)
except OSError as error:
    sys.exit(3 if path in str(error) or "stepgrad" in str(error) or error.strerror in str(error) else 4)
finally:
    os.path.exists("/the save ends")
"""
CALL = re.compile(r"^(?:\d+ +)?(\w+)\(")
PYTHONPATH = str(Path(autograd.__file__).parent.parent)


def main() -> None:
    """Make every save go wrong that can."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        full = len(saved(path))
        short = [outcome(path, [], limit) for limit in range(0, full, 37)]
        report("no room on the disk after so many bytes", short)
        if which("strace") is None:
            sys.exit("strace is not installed: the rest is left out")
        calls = list(calls_of_a_save(path))
        report("a system call fails (EIO)", [injected(path, call, "error=EIO") for call in calls])
        report("no room (ENOSPC)", [injected(path, call, "error=ENOSPC") for call in calls])
        report("killed at a system call", [injected(path, call, "signal=KILL") for call in calls])


def saved(path: Path) -> bytes:
    """The old model, in a folder of its own."""
    for other in path.parent.iterdir():
        other.unlink()
    nn.MLP(4, [8, 1], rng=1).save(path)
    return path.read_bytes()


def outcome(path: Path, tracer: list[str], limit: int = -1) -> str:
    """What a save of the new model over the old one left behind."""
    old = saved(path)
    command = [*tracer, sys.executable, "-c", SAVE, str(path), str(limit)]
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, env=environment, cwd=path.parent, capture_output=True)
    litter = len(list(path.parent.iterdir())) - 1
    killed = done.returncode in (-9, 137)
    try:
        nn.MLP(4, [8, 1], rng=3).load(path)
    except (OSError, ValueError):
        return "DAMAGED"
    state = "old file whole" if path.read_bytes() == old else "new file whole"
    said = {0: "saved", 3: "clear error", -9: "killed", 137: "killed"}.get(done.returncode, "UNCLEAR")
    return f"{said}, {state}" + (
        f", {litter} draft left" if litter and killed else ", LITTER" if litter else ""
    )


def calls_of_a_save(path: Path) -> Iterator[tuple[str, int]]:
    """Each system call of a save: its name, and how many of that name there were since Python started."""
    log = path.parent.parent / f"{path.parent.name}.log"
    try:
        outcome(path, ["strace", "-o", str(log)])
        seen: Counter[str] = Counter()
        inside = False
        for line in log.read_text(errors="replace").splitlines():
            if found := CALL.match(line):
                seen[found[1]] += 1
                inside = (inside or '"/the save begins"' in line) and '"/the save ends"' not in line
                if inside and "the save begins" not in line:
                    yield found[1], seen[found[1]]
    finally:
        log.unlink(missing_ok=True)


def injected(path: Path, call: tuple[str, int], fault: str) -> str:
    """What a save left behind of which this system call went wrong."""
    name, number = call
    rule = f"inject={name}:{fault}:when={number}"
    return outcome(path, ["strace", "-o", os.devnull, "-e", f"trace={name}", "-e", rule])


def report(title: str, outcomes: list[str]) -> None:
    """How often it ended in which way."""
    print(f"{title}: {len(outcomes)} saves")
    for name, count in Counter(outcomes).most_common():
        print(f"  {count:4}  {name}")


if __name__ == "__main__":
    main()

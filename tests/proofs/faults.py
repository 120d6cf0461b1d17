"""Prints how many faults were injected, and survived: while saving, working, in contexts, out of memory.

    python tests/proofs/faults.py [Ctrl-Cs for each kind of work]

Saving runs under strace, which fails or kills it at every system call it makes. (Linux; as root, the
cases of missing permissions run as nobody.)
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

import nn

SAVE = """
import os, sys
import nn
model = nn.MLP(3, [4, 1], rng=2)
if len(sys.argv) > 2:
    os.setgid(65534); os.setuid(65534)
print("begun", flush=True)
os.sched_yield()
try:
    model.save(sys.argv[1])
except OSError as error:
    print(f"{type(error).__name__}: {error}")
    os.sched_yield()
    sys.exit(3)
os.sched_yield()
"""

WORK = {
    "training": "nn.train(model, xs, ts, learning_rate=0.05, max_iterations=3, progress=False)",
    "drawing": "autograd.draw(loss(), limit=2000).svg",
    "stepping": "s = autograd.Stepper(loss()); s.run(); s.back(30); s.reset()",
    "backward passes": "loss().backward()",
    "deep copies": "copy.deepcopy([loss()])",
}

INTERRUPTED = """
import copy, os, sys, time
import autograd, nn
model = nn.MLP(2, [6, 1], rng=1)
xs, ts = [[1.0, 2.0], [0.5, -1.0]] * 2, [1.0, -1.0] * 2
loss = lambda: nn.mse_loss([model(x) for x in xs], ts)
{work}
print("ready", flush=True)
try:
    while True:
        {work}
except KeyboardInterrupt:
    pass
model.zero_grad()
x = autograd.Value(3.0)
(x * x).backward()
assert x.grad == 6.0 and len(model.parameters()) == 25
before = [p.data for p in model.parameters()]
model.zero_grad()
loss().backward()
first = [p.grad for p in model.parameters()]
model.zero_grad()
loss().backward()
assert first == [p.grad for p in model.parameters()]
try:
    os.waitpid(-1, os.WNOHANG)
    sys.exit("a child is left")
except ChildProcessError:
    pass
"""

# What is done over and over while signals arrive, and which.
CONTEXTS = {
    "no_grad": ("with autograd.no_grad(): y = x * x", "SIGINT"),
    "debug": ("with autograd.debug(): (x * x).backward()", "SIGINT"),
    "contexts inside one another": ("with autograd.no_grad(), autograd.debug(): y = x * x", "SIGINT"),
    "a generator in no_grad": ("list(quiet())", "SIGINT"),
    "no_grad, by alarms": ("with autograd.no_grad(): y = x * x", "SIGALRM"),
    "updates, by alarms": ("adam.step()", "SIGALRM"),
    "updates, by Ctrl-C": ("adam.step()", "SIGINT"),
    "training, by alarms": (
        "nn.train(model, xs, ts, learning_rate=0.05, max_iterations=3, progress=False)", "SIGALRM"
    ),
    "gradients returned": ("autograd.grad(x * x, x)", "SIGALRM"),
}  # fmt: skip

STRUCK = """
import os, random, signal, sys, threading, time
import autograd, nn
class Alarm(BaseException):
    pass
def ring(number, frame):
    raise Alarm
signal.signal(signal.SIGALRM, ring)
signal.signal(signal.SIGINT, signal.default_int_handler)
x = autograd.Value(3.0)
model = nn.MLP(2, [6, 1], rng=1)
xs, ts = [[1.0, 2.0], [0.5, -1.0]] * 2, [1.0, -1.0] * 2
moved = [autograd.Value(float(i)) for i in range(20)]
adam = nn.Adam(moved, 0.01)
for p in moved:
    p.grad = 1.0
def quiet():
    with autograd.no_grad():
        yield x * x
number, wanted, rng = getattr(signal, sys.argv[1]), threading.Event(), random.Random(0)
def send():
    while True:
        wanted.wait()
        wanted.clear()
        time.sleep(rng.uniform(0.0, 3e-4))
        os.kill(os.getpid(), number)
threading.Thread(target=send, daemon=True).start()
for _ in range(int(sys.argv[2])):
    try:
        wanted.set()
        while True:
            {work}
    except (KeyboardInterrupt, Alarm):
        pass
    assert not (x * x).is_leaf, "no_grad stays on"
    assert signal.getsignal(signal.SIGALRM) is ring, "another handler of alarms"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler, "another handler of Ctrl-C"
    moves = [p.data - i for i, p in enumerate(moved)]
    assert max(moves) - min(moves) < 1e-6, f"half an update: {{moves}}"
x.grad = 0.0
(x * x).backward()
assert x.grad == 6.0
"""

OUT_OF_MEMORY = """
import resource, sys
import autograd
from autograd import Value
def exhaust():
    x = Value(1.0)
    nodes = [x] * 2_000_000
    y = x
    while True:
        y = {growth}
resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))
for _ in range(3):
    try:
        exhaust()
    except MemoryError:
        pass
    x = Value(3.0)
    y = x * x + autograd.weighted_sum([x] * 100, [1.0] * 100)
    y.backward()
    assert (y.data, x.grad) == (309.0, 106.0)
"""


def main(interrupts: int = 20) -> None:
    """Inject every fault."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background ignores it
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        if shutil.which("strace"):
            save_at_every_system_call(Path(folder) / "traced")
        save_where_it_cannot(Path(folder) / "refused")
    ctrl_c(interrupts)
    contexts(100 * interrupts)
    out_of_memory()


def fresh(folder: Path) -> tuple[Path, bytes]:
    """A folder with nothing but a saved model, and what that is."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    nn.MLP(3, [4, 1], rng=1).save(folder / "model.json")
    return folder / "model.json", (folder / "model.json").read_bytes()


def whole(path: Path, old: bytes) -> bool:
    """Whether the file is the old one, or the new one in full."""
    nn.MLP(3, [4, 1], rng=3).load(path)
    new = nn.MLP(3, [4, 1], rng=2)
    new.save(path.with_suffix(".new"))
    content = path.with_suffix(".new").read_bytes()
    path.with_suffix(".new").unlink()
    return path.read_bytes() in (old, content)


def run_save(path: Path, *strace: str, nobody: bool = False) -> subprocess.CompletedProcess[str]:
    """Save another model to the path, in a process of its own."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [*strace, sys.executable, "-c", SAVE, str(path), *(["nobody"] if nobody else [])]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def save_at_every_system_call(folder: Path) -> None:
    """Find the system calls between two marks; then fail, and kill, at each."""
    path, _ = fresh(folder)
    log = folder.with_suffix(".log")
    run_save(path, "strace", "-o", str(log))
    calls = [match[1] for line in log.read_text().splitlines() if (match := re.match(r"(\w+)\(", line))]
    marks = [i for i, name in enumerate(calls) if name == "sched_yield"]
    seen = Counter(calls[: marks[0] + 1])
    injected = survived = litter = 0
    for name in calls[marks[0] + 1 : marks[1]]:
        seen[name] += 1
        for fault in ("signal=SIGKILL", "error=ENOSPC", "error=EIO", "error=EACCES"):
            path, old = fresh(folder)
            done = run_save(
                path, "strace", "-o", "/dev/null", "-e", f"inject={name}:{fault}:when={seen[name]}"
            )
            if "begun" not in done.stdout:
                continue  # this time the imports made one such call more, and one of them got the fault
            injected += 1
            killed = fault.startswith("signal")
            left = [file for file in folder.iterdir() if file != path]
            litter += bool(left) and not killed
            told = killed or done.returncode in (0, 3)
            survived += whole(path, old) and told and not (left and not killed)
            if not (whole(path, old) and told):
                print(f"  {name} {fault}: {done.returncode} {done.stdout} {done.stderr[-300:]}")
    print(f"saving, failed or killed at each of its {marks[1] - marks[0] - 1} system calls:", end=" ")
    print(f"{survived} of {injected} faults survived with a whole file; litter without a kill: {litter}")


def save_where_it_cannot(folder: Path) -> None:
    """Read-only folders and files, full disks, folders that are none."""
    cases = {"a read-only folder": (0o555, 0o644), "a read-only file": (0o777, 0o444)}
    for what, (of_folder, of_file) in cases.items():
        path, old = fresh(folder)
        for place, mode in ((path, of_file), (folder, of_folder)):
            if os.geteuid() == 0:
                os.chown(place, 65534, 65534)
            place.chmod(mode)
        done = run_save(path, nobody=os.geteuid() == 0)
        print(f"saving to {what}: {done.stdout.splitlines()[-1]};", end=" ")
        print(f"old file whole: {path.read_bytes() == old}, litter: {len(list(folder.iterdir())) - 1}")
        folder.chmod(0o755)
    path, old = fresh(folder)
    done = run_save(path, "bash", "-c", 'ulimit -f 0; exec "$@"', "-")
    print(f"saving where no byte more may be written: {done.stdout.splitlines()[-1]};", end=" ")
    print(f"old file whole: {path.read_bytes() == old}, litter: {len(list(folder.iterdir())) - 1}")


def ctrl_c(times: int) -> None:
    """Interrupt each kind of work at random moments; it must end, and the engine go on."""
    random = Random(0)
    for kind, work in WORK.items():
        survived = 0
        for _ in range(times):
            script = INTERRUPTED.format(work=work)
            child = subprocess.Popen(
                [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(random.uniform(0.0, 0.1))
            while child.poll() is None:  # training ends an iteration first, and hands the signal's meaning on
                child.send_signal(signal.SIGINT)
                try:
                    child.wait(1.0)
                except subprocess.TimeoutExpired:
                    continue
            error = (child.stderr.read() if child.stderr else b"").decode()
            survived += child.returncode == 0
            if child.returncode:
                print(f"  {kind}: {child.returncode} {error[-400:]}")
        print(f"Ctrl-C during {kind}: {survived} of {times} survived")


def contexts(times: int) -> None:
    """Have signals arrive in contexts and updates at random moments; all must be as it was after each."""
    for kind, (work, number) in CONTEXTS.items():
        command = [sys.executable, "-P", "-c", STRUCK.format(work=work), number, str(times)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        said = "survived" if done.returncode == 0 else f"not survived: {done.stderr[-300:]}"
        print(f"{number} in {kind}: {times} arrived, {said}")


def out_of_memory() -> None:
    """Record until there is no memory left; then the engine must be usable."""
    growths = {"small nodes": "y + x", "large nodes": "autograd.weighted_sum(nodes, [y] * len(nodes))"}
    for what, growth in growths.items():
        survived = 0
        limits = [(250 + 50 * i) << 20 for i in range(8)]
        for limit in limits:
            script = OUT_OF_MEMORY.format(growth=growth, limit=limit)
            done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
            survived += done.returncode == 0
            if done.returncode:
                print(f"  {limit >> 20} MB: {done.returncode} {done.stderr[-300:]}")
        print(f"memory exhausted by {what}: {survived} of {len(limits)} survived, each three times")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""The server answers the page that it served, on this computer, and nobody and nothing else."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from chromium import wait

import autograd
from autograd.live.server import MOST_BYTES, TABS, Server, main
from autograd.live.session import tabs

PYTHONPATH = str(Path(autograd.__file__).parent.parent)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server in a thread of its own."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def request(
    server: Server, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(
            method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def ask(server: Server, message: Any, **headers: str) -> tuple[int, Any]:
    """The status and the answer to a message, as the page sends it."""
    own = {"Origin": f"http://127.0.0.1:{server.port}"} | headers
    status, _, body = request(server, "POST", f"/{server.secret}/ask", json.dumps(message).encode(), **own)
    return status, json.loads(body) if status == 200 else body.decode()


def test_the_page_and_its_files(server: Server) -> None:
    """Each file that the page names is there, and may run what is there alone."""
    status, headers, body = request(server, "GET", f"/{server.secret}/")
    assert status == 200
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    names = re.findall(r'(?:src|href)="([\w.]+)"', body.decode())
    assert set(names) == {"live.css", "live.js", "transport.js"}
    for name in names:
        assert request(server, "GET", f"/{server.secret}/{name}")[0] == 200


def test_a_message_is_answered(server: Server) -> None:
    """As the session answers it."""
    status, answer = ask(server, {"kind": "expression", "text": "a*b", "values": {"a": 2, "b": 3}})
    assert (status, answer["ok"], answer["result"]) == (200, True, "6.0")
    assert ask(server, {"kind": "x"})[1]["ok"] is False


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/index.html",
        "/wrong/",
        "/wrong/ask",
        "//etc/passwd",
        "/%2e%2e/x",
        "/" + "x" * 5000,
        "*",
    ],
)
def test_without_the_secret_there_is_nothing(server: Server, path: str) -> None:
    """No file, no answer."""
    assert request(server, "GET", path)[0] == 403


@pytest.mark.parametrize(
    "name", ["../server.py", "..%2fserver.py", "live.html", "/etc/passwd", "ask/../live.js", "%00"]
)
def test_nothing_else_can_be_read(server: Server, name: str) -> None:
    """What is served was put together at the start; nothing is looked up on the disk."""
    assert request(server, "GET", f"/{server.secret}/{name}")[0] == 404


def test_another_page_may_not_ask(server: Server) -> None:
    """A site that found the port, also under a name of its own that leads here."""
    message = {"kind": "hello"}
    assert ask(server, message, Origin="https://example.com")[0] == 403
    assert ask(server, message, Origin="null")[0] == 403
    assert ask(server, message, Host=f"example.com:{server.port}")[0] == 403
    assert request(server, "POST", f"/{server.secret}/ask", b"{}")[0] == 403  # no Origin at all
    assert ask(server, message)[0] == 200


@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "-1", "x", "1e3", str(10**30), "9" * 5000])
def test_a_message_has_a_limit(server: Server, length: str) -> None:
    """Nothing of a larger one is read."""
    origin = f"http://127.0.0.1:{server.port}"
    status, _, body = request(
        server, "POST", f"/{server.secret}/ask", b"{}", Origin=origin, Content_Length=length
    )
    assert (status, b"more than 1,048,576 bytes" in body) == (413, True)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(server: Server, body: bytes) -> None:
    """In words."""
    origin = f"http://127.0.0.1:{server.port}"
    status, _, said = request(server, "POST", f"/{server.secret}/ask", body, Origin=origin)
    assert (status, said) == (400, b"stepgrad: a message is JSON\n")


def started(*options: str) -> subprocess.Popen[str]:
    """The command, as a user starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "nn", "live", "--no-browser", *options],
        env=os.environ | {"PYTHONPATH": PYTHONPATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="sends the signal of Ctrl-C")
def test_the_command_prints_its_address_and_ends_on_ctrl_c() -> None:
    """One line, and no traceback."""
    with started() as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert re.fullmatch(
            r"stepgrad live at http://127\.0\.0\.1:\d+/[\w-]{20,}/ \(Ctrl-C ends it\)\n", line
        )
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_port_that_is_taken_is_said(server: Server) -> None:
    """As an error in one line."""
    with started("--port", str(server.port)) as process:
        assert process.wait(20) == 2
        assert process.stderr is not None
        assert f"stepgrad live: error: port {server.port} cannot be used" in process.stderr.read()
    with started("--port", "70000") as process:
        assert process.wait(20) == 2


def test_a_page_whose_server_is_gone_says_what_to_do(browser: Any) -> None:
    """The page stays as it is, and says so in its status."""
    with started() as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[3]
        browser.get(url)
        wait(browser, "return !!document.querySelector('#graph svg [data-name]')")
        process.kill()
    browser.find_element("id", "expression").send_keys(" + 1")
    wait(
        browser, "return document.getElementById('status').textContent.includes('start stepgrad live again')"
    )
    assert browser.execute_script("return !!document.querySelector('#graph svg [data-name]')")
    browser.get_log("browser")  # the request that failed is named there


def test_tabs_are_loaded_for_the_page_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that entry points name, among them that of nn; an expression on the command line loads none."""
    project = tomllib.loads(
        (Path(__file__).parent.parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    )
    [(name, module)] = project["project"]["entry-points"][TABS].items()
    loaded = []
    entry = SimpleNamespace(load=lambda: loaded.append(import_module(module)))
    monkeypatch.setattr("autograd.live.server.entry_points", lambda group: [entry] if group == TABS else [])
    assert main(["--port", "70000"]) == 2
    assert [found.__name__ for found in loaded] == [module]
    assert name.capitalize() in [tab.name for tab in tabs()]
    code = "import sys; from autograd.__main__ import main; main(['a', 'a=1']); print('nn' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": PYTHONPATH}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "False"

"""The live page, served to this computer alone: `stepgrad live`."""

import argparse
import json
import re
import secrets
import shlex
import sys
import threading
import webbrowser
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import entry_points
from typing import Any

from autograd.drawing.render import render_with, run_graphviz
from autograd.live.export import ExportError, export_page
from autograd.live.files import POLICY, File, page_files
from autograd.live.session import Session

__all__ = ["Server", "main"]

MOST_BYTES = 1 << 20  # of a message
MOST_DIGITS = 20  # of its length as a header says it: int() raises on a text of thousands
TABS = "stepgrad.live"  # the entry points that add tabs, where they are installed
SECONDS_FOR_LAYOUT = 20.0
PATH = re.compile(r"/([^/]*)/(.*)")  # the secret, and the name of a file


class Server(ThreadingHTTPServer):
    """Serves the page and answers its messages, at `url`: who does not know the secret in it gets nothing.

    port: the port on 127.0.0.1; 0 takes one that is free.
    """

    daemon_threads = True
    disable_nagle_algorithm = True  # or each answer waits 40 ms for company

    def __init__(self, port: int = 0) -> None:
        self.secret = secrets.token_urlsafe(16)
        self.files = page_files()
        self.session = Session()
        self.answering = threading.Lock()  # a session answers one message after the other
        super().__init__(("127.0.0.1", port), Handler)
        self.port = self.server_address[1]

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}/{self.secret}/"

    @property
    def hosts(self) -> set[str]:
        """What a browser that was given the URL says it is asking."""
        return {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}

    def handle_error(self, request: Any, address: Any) -> None:
        """A browser that went away in the middle is no error; anything else is said."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, address)


class Handler(BaseHTTPRequestHandler):
    """Answers one browser."""

    protocol_version = "HTTP/1.1"
    timeout = 60.0  # seconds that a connection may be silent
    server: Server

    def do_GET(self) -> None:
        """A file of the page."""
        name = self.asked()
        if name is None:
            return
        file = self.server.files.get(name or "index.html")
        if file is None:
            self.refuse(HTTPStatus.NOT_FOUND, "there is no such file")
        else:
            self.send(file)

    def do_POST(self) -> None:
        """A message."""
        name = self.asked()
        if name is None:
            return None
        if name != "ask":
            return self.refuse(HTTPStatus.NOT_FOUND, "messages go to ask")
        if self.headers.get("Origin") not in {f"http://{host}" for host in self.server.hosts}:
            return self.refuse(HTTPStatus.FORBIDDEN, "another page may not ask")
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > MOST_DIGITS or int(length) > MOST_BYTES:
            return self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {MOST_BYTES:,} bytes")
        try:
            message = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            return self.refuse(HTTPStatus.BAD_REQUEST, "a message is JSON")
        with self.server.answering:
            answer = self.server.session.handle(message)
        return self.send(File("application/json", json.dumps(answer).encode()))

    def asked(self) -> str | None:
        """The name after the secret in the path; None, and a refusal, for whoever does not know that."""
        if self.headers.get("Host") not in self.server.hosts:
            self.refuse(HTTPStatus.FORBIDDEN, "the page is at 127.0.0.1")
            return None
        found = PATH.fullmatch(self.path.partition("?")[0])
        if not found or not secrets.compare_digest(found[1].encode(), self.server.secret.encode()):
            self.refuse(HTTPStatus.FORBIDDEN, "open the address that stepgrad live printed")
            return None
        return found[2]

    def send(self, file: File, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Send a file, with what the browser may do with it."""
        self.send_response(status)
        self.send_header("Content-Type", file.kind)
        self.send_header("Content-Length", str(len(file.content)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(file.content)

    def refuse(self, status: HTTPStatus, why: str) -> None:
        """Say why not; the connection ends, as what was sent is not read."""
        self.close_connection = True
        self.send(File("text/plain; charset=utf-8", f"stepgrad: {why}\n".encode()), status)

    def log_message(self, format: str, *values: Any) -> None:
        """Requests are not printed."""


def export(folder: str, pyodide: str | None, viz: str | None) -> int:
    """Write the page into a folder, and say how to serve it; 1 if that fails."""
    try:
        sizes = export_page(folder, pyodide, viz)
    except ExportError as error:
        print(f"stepgrad live: error: {error}", file=sys.stderr)
        return 1
    megabytes = sum(sizes.values()) / 1e6
    print(f"{len(sizes)} files, {megabytes:.1f} MB, are in {folder}: any web server serves them, such as")
    print(f"    python -m http.server --directory {shlex.quote(folder)}")
    return 0


def main(arguments: Sequence[str]) -> int:
    """Serve the page until Ctrl-C; 2 if it cannot be."""
    parser = argparse.ArgumentParser(
        prog="stepgrad live",
        description="Open a page: touch a number, see all of backpropagation move.",
    )
    parser.add_argument("--port", type=int, default=0, help="the port on this computer (default: a free one)")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--export", metavar="FOLDER", help="write the page for any web server, Python in it")
    parser.add_argument(
        "--pyodide", metavar="FOLDER", help="npm's package pyodide, unpacked (default: ask npm)"
    )
    parser.add_argument("--viz", metavar="FOLDER", help="the same with @viz-js/viz")
    options = parser.parse_args(arguments)
    for tab in entry_points(group=TABS):
        tab.load()
    if options.export is not None:
        return export(options.export, options.pyodide, options.viz)
    if options.pyodide or options.viz:
        parser.error("--pyodide and --viz go with --export")
    try:
        server = Server(options.port)
    except (OSError, OverflowError) as error:
        print(f"stepgrad live: error: port {options.port} cannot be used: {error}", file=sys.stderr)
        return 2
    render_with(partial(run_graphviz, seconds=SECONDS_FOR_LAYOUT))
    with server:
        try:
            print(f"stepgrad live at {server.url} (Ctrl-C ends it)", flush=True)
            if not options.no_browser:
                threading.Thread(target=webbrowser.open, args=[server.url], daemon=True).start()
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0

"""The exported page, where Python runs in it: from a file, without a network, when its worker is lost."""

import json
import shutil
from pathlib import Path
from typing import Any

from chromium import wait
from npm_packages import package
from web_server import served

from autograd.live.export import export_page

READY = "return document.getElementById('status')?.textContent.startsWith('ready')"
DRAWN = "return document.querySelectorAll('#graph svg [data-name]').length"
LOADED = 120.0  # seconds


def type_expression(browser: Any, text: str) -> None:
    """Type an expression into its field."""
    field = browser.find_element("id", "expression")
    field.clear()
    field.send_keys(text)


def test_a_worker_that_is_lost(browser: Any, exported: str) -> None:
    """It is said; the next question starts another, and what was typed and dragged is still there."""
    browser.get("about:blank")
    browser.get(exported + "#1/expression?*=a*b&a=1.5&b=4")
    wait(browser, READY, LOADED)
    wait(browser, f"{DRAWN} === 3")
    browser.execute_script(
        "worker.then((lost) => lost.dispatchEvent(new MessageEvent('message', {data: {lost: 'no memory'}})))"
    )
    wait(browser, "return worker === null")
    type_expression(browser, "a*b + c")
    wait(browser, f"{DRAWN} === 5", LOADED)
    assert browser.find_element("css selector", "input[data-variable=a]").get_attribute("value") == "1.5"
    assert browser.get_log("browser") == []


def test_a_question_that_is_lost(browser: Any, exported: str) -> None:
    """Whoever waits for an answer of a worker that is lost is told so."""
    browser.get("about:blank")
    browser.get(exported)
    wait(browser, READY, LOADED)
    wait(browser, DRAWN)
    said = browser.execute_async_script(
        "const done = arguments[0];"
        "ask({kind: 'hello'}).catch((error) => done(error.message));"
        "worker.then((lost) => lost.onmessage({data: {lost: 'no memory'}}));"
    )
    assert said == "Python in this page stopped (no memory); it is started again when it is asked"


def test_chains_of_thousands_are_freed(browser: Any, exported: str) -> None:
    """A worker has a small stack: a long expression is computed, refused and freed, and then a short one."""
    browser.get("about:blank")
    browser.get(exported)
    wait(browser, READY, LOADED)
    wait(browser, DRAWN)
    answers = browser.execute_async_script(
        "const done = arguments[0];"
        "const text = Array(4900).fill('a').join('+');"
        "const long = {kind: 'expression-python', text, values: {a: 1}};"
        "const short = {kind: 'expression-python', text: 'a*a', values: {a: 3}};"
        "Promise.all([ask(long), ask({...long, kind: 'expression'}), ask(short)])"
        ".then((all) => done(all.map(({error, result}) => error ?? result)), (error) => done(error.message));"
    )
    assert answers == ["the graph has 4,900 Values, and at most 150 are shown here"] * 2 + ["9.0"]


def test_without_a_network(browser: Any, folder: Path) -> None:
    """Once it was opened, it opens again when its server is gone."""
    with served(folder) as url:
        browser.get(url)
        wait(browser, READY, LOADED)
        browser.set_script_timeout(60)
        browser.execute_async_script("navigator.serviceWorker.ready.then(() => arguments[0]())")
    browser.get("about:blank")
    browser.get(url)
    wait(browser, READY, LOADED)
    wait(browser, DRAWN)
    browser.get_log("browser")


def test_it_starts_from_pythons_memory_or_without(browser: Any, folder: Path, tmp_path: Path) -> None:
    """The same page comes of both: where a folder has none, Python is started."""
    without = shutil.copytree(folder, tmp_path / "page")
    files = json.loads((without / "files.json").read_text())
    assert files.pop("memory.gz") == (without / "memory.gz").stat().st_size
    (without / "memory.gz").unlink()
    (without / "files.json").write_text(json.dumps(files))
    shown = []
    for place in (folder, without):
        with served(place) as url:
            browser.get(url + "#1/network?layers=3")
            wait(browser, READY, LOADED)
            wait(browser, "return !!document.querySelector('#loss')?.textContent", LOADED)
            shown.append(browser.execute_script("return document.querySelector('#loss').textContent"))
        browser.get("about:blank")
    assert shown[0] == shown[1]
    browser.get_log("browser")


def test_opened_from_a_file(browser: Any, tmp_path: Path) -> None:
    """It says that it is to be served, and how."""
    packages = package(tmp_path / "pyodide", "pyodide"), package(tmp_path / "viz", "@viz-js/viz")
    export_page(tmp_path / "page", *packages)
    browser.get((tmp_path / "page" / "index.html").as_uri())
    said = "return document.getElementById('status').textContent"
    wait(browser, f"{said} !== 'loading'")
    assert "serve this folder, for instance with python -m http.server" in browser.execute_script(said)
    browser.get_log("browser")


def test_without_webassembly(browser: Any, exported: str) -> None:
    """Where the browser has none, or it is turned off, that is said."""
    source = {"source": "delete globalThis.WebAssembly"}
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", source)
    try:
        browser.get("about:blank")
        browser.get(exported)
        wait(browser, "return document.getElementById('status')?.className === 'wrong'")
        assert "by WebAssembly, which this browser does not have" in browser.find_element("id", "status").text
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)

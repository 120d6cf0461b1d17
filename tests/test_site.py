"""The gallery as a folder of pages: whole, every link leads somewhere, and nothing of anybody's is lost."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from test_demos import DEMOS, LESSONS, LIGHT, environment, run

import autograd

IN_FULL = "STEPGRAD_GALLERY" in os.environ and autograd.engine() == "compiled"
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "wbr", "circle", "polygon", "rect"}


@pytest.fixture(scope="module")
def build() -> Iterator[Any]:
    """The module that writes the pages."""
    pytest.importorskip("pdoc", reason="pdoc is not installed: pip install 'stepgrad[site]'")
    sys.path.insert(0, str(DEMOS))
    try:
        yield importlib.import_module("website.build")
    finally:
        sys.path.remove(str(DEMOS))


@pytest.fixture(scope="module")
def site(build: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of all lessons where these are run in full, else of some, with nothing by the others."""
    place = tmp_path_factory.mktemp("gallery")
    out, folder = place / "out", place / "site"
    if IN_FULL:
        command = [sys.executable, DEMOS / "all.py", "--quick", "--out", out, "--site", folder]
        done = subprocess.run(command, env=environment(), cwd=place, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        assert f"{folder / 'index.html'} (" in done.stdout
        return folder
    out.mkdir()
    for lesson in LESSONS:
        printed = run(lesson, out, "--quick") if lesson in LIGHT else "nothing"
        (out / f"{lesson}.txt").write_text(printed, encoding="utf-8")
    build.build_site(out, folder)
    return folder


class Reader(HTMLParser):
    """What a page points to, the ids it has, and the tags that were opened and not closed."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.open: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what the tag points to, and its id."""
        named = dict(attributes)
        self.links += [link for key in ("href", "src") if (link := named.get(key)) is not None]
        self.ids |= {name for key in ("id", "name") if (name := named.get(key))}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag, and what was left open in it."""
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def test_every_link_leads_somewhere(site: Path) -> None:
    """To a file of the folder, and there to what it names; nobody else is asked for anything."""
    pages = {page: Reader(page) for page in site.rglob("*.html")}
    assert len(pages) >= len(LESSONS) + 3
    for page, read in pages.items():
        for link in read.links:
            path, fragment = urldefrag(link)
            if path.startswith("data:"):
                continue
            target = (page.parent / unquote(path)).resolve() if path else page.resolve()
            assert target.is_file(), f"{page.name}: {link}"
            assert site.resolve() in target.parents, f"{page.name}: {link}"
            if fragment:
                assert unquote(fragment) in pages[site / target.relative_to(site.resolve())].ids, (
                    f"{page.name}: {link}"
                )


def test_the_live_page_is_a_part_of_it(build: Any, site: Path, tmp_path: Path) -> None:
    """Where it was exported; every page of the site leads there. What is no export is refused."""
    live = tmp_path / "live"
    live.mkdir()
    command = [sys.executable, DEMOS / "all.py", "--out", tmp_path / "out", "--live", live]
    done = subprocess.run(command, env=environment(), cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no live page is in it" in done.stderr
    (live / "index.html").write_text("<!doctype html>")
    build.build_site(site.parent / "out", tmp_path / "site", live)
    assert (tmp_path / "site" / "live" / "index.html").is_file()
    for page in ("index", "xor"):
        assert "live/index.html" in Reader(tmp_path / "site" / f"{page}.html").links
        assert "live/index.html" not in Reader(site / f"{page}.html").links


def test_every_lesson_has_its_page(site: Path) -> None:
    """With what it prints, figures that say what they show, its program, and the answer folded away."""
    for lesson in LESSONS:
        text = (site / f"{lesson}.html").read_text(encoding="utf-8")
        assert not Reader(site / f"{lesson}.html").open
        assert 'alt=""' not in text
        assert f"python demos/{lesson}.py" in text
        folded = text.split("<summary>Answer</summary>")[1].split("</details>")[0]
        assert len(folded) > 40
        assert (site / "files" / f"{lesson}.py").is_file()
    neuron = (site / "neuron.html").read_text(encoding="utf-8")
    assert "The local derivative of tanh is the slope of its curve" in neuron  # the title of its figure
    assert '<iframe src="files/neuron-steps.html"' in neuron
    assert "python demos/neuron.py --b 8" in neuron
    assert str(site.parent) not in neuron


def test_the_reference_lists_arguments(site: Path) -> None:
    """Each public name is there, and the arguments of a function are a list."""
    text = (site / "api" / "autograd.html").read_text(encoding="utf-8")
    assert {f'id="{name}"' for name in autograd.__all__ if f'id="{name}"' not in text} == set()
    assert "<li><strong>tolerance</strong>: " in text


def test_a_site_is_replaced_and_nothing_else_is(build: Any, site: Path, tmp_path: Path) -> None:
    """A folder with other files is refused before anything is run."""
    assert build.is_free(site)
    assert build.is_free(tmp_path)
    assert build.is_free(tmp_path / "new")
    (tmp_path / "thesis.txt").write_text("years of work")
    assert not build.is_free(tmp_path)
    assert not build.is_free(tmp_path / "thesis.txt")
    command = [sys.executable, DEMOS / "all.py", "--out", tmp_path / "out", "--site", tmp_path]
    done = subprocess.run(command, env=environment(), cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there are other files in it, name a new folder" in done.stderr
    before = (site / "index.html").stat().st_ino
    build.build_site(site.parent / "out", site)
    assert (site / "index.html").stat().st_ino != before
    assert sorted(file.name for file in site.parent.iterdir()) == ["out", "site"]

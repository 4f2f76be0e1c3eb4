"""The built book, visits that can reach nothing else, and a JupyterLab.

The tests here look at ``_build/html``, which ``make site`` and ``make test`` build first.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from contents import pages
from playwright.sync_api import Browser, Page, Request, Response, Route

from livefig.display import MODE

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "_build" / "html"
MODES = ("file", "http")
SCHEMES = ("light", "dark")
THOROUGH = os.environ.get("THOROUGH") == "1"
"""Whether everything is tried (`make thorough`), or samples."""
PHONE, DESKTOP = (360, 780), (1280, 900)
MADE_BY_SPHINX = ["search.html", "genindex.html"]


def pages_of_the_contents() -> list[str]:
    """Every page that the table of contents asks for, and those that Sphinx adds."""
    return [f"{name}.html" for name in pages(ROOT)] + MADE_BY_SPHINX


PAGES = pages_of_the_contents()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `page_name`, `mode` or `scheme` all of them."""
    choices = {"page_name": PAGES, "mode": MODES, "scheme": SCHEMES}
    for argument, values in choices.items():
        if argument in metafunc.fixturenames:
            metafunc.parametrize(argument, values)


@functools.cache
def parsed(page: Path) -> BeautifulSoup:
    """Parsed source of a built page."""
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@dataclass(frozen=True)
class Site:
    """The built book: its folder, its pages and the address of the server that shows it."""

    folder: Path
    server: str
    pages: tuple[str, ...] = tuple(PAGES)

    def address(self, page_name: str, mode: str = "file") -> str:
        """Where the page is found, opened as a file or from the server."""
        return f"{self.folder.as_uri() if mode == 'file' else self.server}/{page_name}"

    def soup(self, page_name: str) -> BeautifulSoup:
        """Parsed source of the page, for reading only: each is parsed once."""
        return parsed(self.folder / page_name)


@dataclass
class Visit:
    """A page open in the browser, and everything that went wrong on it so far."""

    page: Page
    own_addresses: tuple[str, ...]
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route("**/*", self._refuse_other_hosts)
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        self.page.on("requestfailed", self._note_failure)
        self.page.on("response", self._note_status)

    def open(self, address: str) -> Page:
        """Open the address and wait until the page has come to rest."""
        self.page.goto(address, wait_until="load")
        self.page.evaluate("dispatchEvent(new Event('pointermove'))")  # a reader is there
        self.page.wait_for_function("!document.querySelector('[data-alive=soon]')")
        self.page.evaluate("document.fonts.ready.then(() => {})")
        return self.page

    def _refuse_other_hosts(self, route: Route) -> None:
        if route.request.url.startswith((*self.own_addresses, "data:", "blob:")):
            route.continue_()
        else:
            self.troubles.append(f"request to another host: {route.request.url}")
            route.abort()

    def _note_message(self, message: object) -> None:
        if message.type in ("error", "warning", "assert"):
            self.troubles.append(f"console {message.type}: {message.text}")

    def _note_failure(self, request: Request) -> None:
        self.troubles.append(f"request failed: {request.url} ({request.failure})")

    def _note_status(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"status {response.status}: {response.url}")


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """A file server that keeps no log."""

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Serve the built book on a free port."""
    if not (BUILT / "index.html").is_file():
        pytest.fail("There is no built book to test. Run: make book", pytrace=False)
    handler = functools.partial(QuietHandler, directory=BUILT)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(BUILT, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open a page of the book: ``visit("index.html", mode="http").page``.

    Every visit has a fresh browser profile; other hosts are refused, and noted as trouble. A page
    lets no text be run as a script, and to wait for something is that: here it may
    (``bypass_csp``), and what a page's own policy keeps from it is tested in ``test_policy.py``.
    """
    contexts = []

    def open_page(
        page_name: str,
        *,
        mode: str = "file",
        scheme: str = "light",
        size: tuple[int, int] = DESKTOP,
        **options: object,
    ) -> Visit:
        context = browser.new_context(
            bypass_csp=True,
            color_scheme=scheme,
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        visit = Visit(context.new_page(), (site.folder.as_uri(), site.server))
        visit.open(site.address(page_name, mode))
        return visit

    yield open_page
    for context in contexts:
        context.close()


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab and the copy of the chapters that it shows."""

    address: str
    folder: Path


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start JupyterLab without a token on a copy of the chapters, and stop it at the end."""
    home = tmp_path_factory.mktemp("lab")
    chapters = shutil.copytree(ROOT / "chapters", home / "chapters")
    port = _free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    settings = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": chapters,
        "IdentityProvider.token": "",
        "ServerApp.open_browser": False,
        "LabApp.news_url": "",
    }
    own_places = {
        name: str(home / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    log_path = home / "log.txt"
    with log_path.open("w") as log:
        process = subprocess.Popen(
            [*command, *(f"--{name}={value}" for name, value in settings.items())],
            env=os.environ | own_places | {"JUPYTER_PREFER_ENV_PATH": "1", MODE: "live"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_answering(f"{address}/api", process, log_path)
        yield Lab(address, chapters)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_answering(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}", pytrace=False)

"""A phone on a slow network: pages served compressed, and the time until a figure answers."""

from __future__ import annotations

import functools
import gzip
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import playwright.sync_api as pw

SIZE = {"width": 360, "height": 640}
BITS_PER_SECOND, ROUND_TRIP = 1_600_000, 150  # and milliseconds
SETTLED = 2000  # milliseconds in which a page may still ask for something
COMPRESSED = (".html", ".css", ".js", ".svg")

# Asks a figure to tell what waits for a guess, and moves each control until some readout says
# something else; run again and again from the start.
ANSWERED = """() => {
    for (const figure of document.querySelectorAll('figure.ml-explorer[data-alive="true"]')) {
        figure.querySelector(".ml-show")?.click();
        const read = () => [...figure.querySelectorAll("output")].map(o => o.textContent).join();
        const before = read();
        for (const control of figure.querySelectorAll(".ml-controls input, .ml-controls select")) {
            if (control.type === "range") {
                control.value = control.value === control.max ? control.min : control.max;
            } else if (control.type === "radio" || control.type === "checkbox") {
                control.click();
            } else {
                control.selectedIndex = control.options.length - 1;
            }
            control.dispatchEvent(new Event("input", {bubbles: true}));
            control.dispatchEvent(new Event("change", {bubbles: true}));
            if (read() !== before) return performance.now();
        }
    }
    return 0;
}"""


class Visit(NamedTuple):
    """A first visit: seconds until a figure answered, requests, and bytes as sent."""

    first_answer: float
    requests: int
    sent: int


class Compressing(http.server.SimpleHTTPRequestHandler):
    """A file server that sends texts compressed, and keeps no log."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        content = packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path.name))
        self.send_header("Content-Length", str(len(content)))
        if path.suffix in COMPRESSED:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        pass


@functools.cache
def packed(path: Path) -> bytes:
    """Return a file as it is sent."""
    content = path.read_bytes()
    return gzip.compress(content, 6, mtime=0) if path.suffix in COMPRESSED else content


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, and give its address."""
    handler = functools.partial(Compressing, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def visit(browser: pw.Browser, address: str) -> Visit:
    """Open a page for the first time, on a slow network, and move its first figure."""
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP,
            "downloadThroughput": BITS_PER_SECOND / 8,
            "uploadThroughput": BITS_PER_SECOND / 8,
        },
    )
    sent: list[float] = []
    session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    page.goto(address, wait_until="commit")
    answered = page.wait_for_function(ANSWERED, polling=10, timeout=60_000).json_value()
    page.wait_for_timeout(SETTLED)
    context.close()
    return Visit(answered / 1000, len(sent), int(sum(sent)))

"""Firefox without a window, driven by the protocol that it speaks itself (WebDriver BiDi)."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import websocket

NAMES = ("firefox-esr", "firefox")
SETTINGS = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disabled": True,  # it reaches no other machine
    "remote.active-protocols": 1,
    "toolkit.telemetry.enabled": False,
}
PATIENCE = 60  # seconds


class Firefox:
    """One tab of Firefox."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
        self._asked = 0
        self.ask("session.new", capabilities={})
        self._tab = self.ask("browsingContext.create", type="tab")["context"]

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") != self._asked:
                continue
            if answer["type"] == "error":
                raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
            return answer["result"]

    def open(self, address: str, size: tuple[int, int] = (800, 900)) -> None:
        """Open a page and wait until it is loaded."""
        viewport = {"width": size[0], "height": size[1]}
        self.ask("browsingContext.setViewport", context=self._tab, viewport=viewport)
        self.ask("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def begin_each_page_with(self, function: str) -> None:
        """Call a function without arguments in each page, before anything else runs there."""
        self.ask("script.addPreloadScript", functionDeclaration=function)

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """Call a function of one argument in the page and return what it returns."""
        given = json.dumps(argument)
        answer = self.ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({function})({given})))()",
            target={"context": self._tab},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        text = answer["result"].get("value")
        return None if text is None else json.loads(text)

    def wait_for(self, function: str, argument: Any = None) -> None:
        """Wait until a function of one argument returns something true."""
        deadline = time.monotonic() + PATIENCE
        while not self.evaluate(function, argument):
            if time.monotonic() > deadline:
                raise TimeoutError(function)
            time.sleep(0.05)

    def screenshot(self, box: tuple[float, float, float, float] | None = None) -> bytes:
        """Return the page, or a box (left, top, width, height) of it, as a PNG."""
        clip = {}
        if box is not None:
            left, top, width, height = box
            clip = {"clip": {"type": "box", "x": left, "y": top, "width": width, "height": height}}
        answer = self.ask(
            "browsingContext.captureScreenshot", context=self._tab, origin="document", **clip
        )
        return base64.b64decode(answer["data"])


@contextlib.contextmanager
def launched(*, dark: bool = False) -> Iterator[Firefox]:
    """Start Firefox, with a reader who prefers dark pages or not, and end it afterwards."""
    program = _found() or _installed()
    if program is None:
        raise RuntimeError(
            "No Firefox to test in was found. Debian, Ubuntu: sudo apt-get install firefox-esr"
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        chosen = SETTINGS | {"layout.css.prefers-color-scheme.content-override": 0 if dark else 1}
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in chosen.items()]
        Path(profile, "user.js").write_text("\n".join(lines))
        process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--profile", profile,
             "--remote-debugging-port", "0"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            yield Firefox(_address(process))
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def _found() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def _installed() -> str | None:
    """Install the package of a Debian system, when we may."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return None
    quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "check": False}
    subprocess.run([apt, "update", "-qq"], **quiet)
    subprocess.run([apt, "install", "-y", "-qq", NAMES[0]], **quiet)
    return _found()


def _address(process: subprocess.Popen[str]) -> str:
    """Return the address that Firefox announces."""
    assert process.stderr is not None
    for line in process.stderr:
        found = re.search(r"WebDriver BiDi listening on (ws://\S+)", line)
        if found:
            return f"{found[1]}/session"
    raise RuntimeError("Firefox ended before it could be driven")

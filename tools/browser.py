"""Find a browser of the Chromium family, or get one, and start it without a window.

Looked for in this order: what the variable ``BROWSER_PATH`` names, a Chromium, Chrome or Edge of
the system, Playwright's own Chromium (downloaded when missing), the package of a Debian system
when we may install it. There is no quiet way out: without a browser an error says what to do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chrome",
    "msedge",
)
MAC_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS_PLACES = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
WINDOWS_ROOTS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")

# Nothing that the browser does on its own account may look like a request of a page.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
)
ONLY_THIS_MACHINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"

HELP = """No browser to test in was found, and none could be installed. Install one of these:
    Debian, Ubuntu   sudo apt-get install chromium
    Fedora           sudo dnf install chromium
    macOS            brew install --cask google-chrome
    Windows          Microsoft Edge is part of the system; else winget install Google.Chrome
or name one: BROWSER_PATH=/path/to/chrome make test"""


class NoBrowser(RuntimeError):
    """There is no browser, and none could be installed."""


def find(playwright: Playwright) -> Path:
    """Path of a browser that can be started, installed if need be."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        if not Path(named).is_file():
            raise NoBrowser(f"BROWSER_PATH names {named}, which is not a file.")
        return Path(named)
    for ways in (_of_the_system, _of_playwright, _of_debian):
        path = ways(playwright)
        if path is not None:
            return path
    raise NoBrowser(HELP)


def launch(playwright: Playwright, *, offline: bool = True) -> Browser:
    """Start the browser; `offline` keeps it from finding any other machine."""
    flags = [*FLAGS]
    if offline:
        flags.append(ONLY_THIS_MACHINE)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses its sandbox to root
    return playwright.chromium.launch(executable_path=find(playwright), args=flags)


def _of_the_system(playwright: Playwright) -> Path | None:
    on_path = [shutil.which(name) for name in NAMES]
    mac = [*MAC_PLACES, *(str(Path.home()) + place for place in MAC_PLACES)]
    windows = [
        os.path.join(os.environ[root], place)
        for root in WINDOWS_ROOTS
        if root in os.environ
        for place in WINDOWS_PLACES
    ]
    for candidate in [*on_path, *mac, *windows]:
        if candidate and Path(candidate).is_file():
            return Path(candidate)
    return None


def _of_playwright(playwright: Playwright) -> Path | None:
    path = Path(playwright.chromium.executable_path)
    if not path.is_file():
        print("No browser found on this machine; getting Playwright's Chromium")
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return path if path.is_file() and _starts(path) else None


def _of_debian(playwright: Playwright) -> Path | None:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return None
    print("Installing the package chromium")
    quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "check": False}
    subprocess.run([apt, "update", "-qq"], **quiet)
    subprocess.run([apt, "install", "-y", "-qq", "chromium"], **quiet)
    return _of_the_system(playwright)


def _starts(path: Path) -> bool:
    """Whether the browser runs here: Playwright's own needs libraries that may be missing."""
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0

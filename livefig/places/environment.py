"""The tools that are tried, in environments of their own, and how they are called."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "_build" / "places"
BIN = BUILD / "environment" / "bin"
NPM = BUILD / "npm"
BOOK = Path(sys.executable).parent
"""Where the programs of this book's own environment are."""

running: list[subprocess.Popen[bytes]] = []


def prepare() -> None:
    """Make both environments, or leave them if they hold what is asked for."""
    needs = (HERE / "requirements.txt").read_text()
    if _changed(BIN.parent / "installed.txt", needs):
        print("Getting the tools: Python", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", BIN.parent], check=True)
        subprocess.run(
            [BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             "--requirement", HERE / "requirements.txt", "--editable", ROOT / "livefig"],
            check=True,
        )  # fmt: skip
        (BIN.parent / "installed.txt").write_text(needs)
    package = (HERE / "package.json").read_text()
    if _changed(NPM / "installed.json", package):
        print("Getting the tools: npm", flush=True)
        NPM.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "package.json", NPM)
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=NPM, check=True
        )
        (NPM / "installed.json").write_text(package)


def _changed(stamp: Path, needs: str) -> bool:
    return not stamp.is_file() or stamp.read_text() != needs


def surroundings(program: Path, **more: str) -> dict[str, str]:
    """Return variables under which a program finds its own environment, and no one's settings."""
    own = BUILD / "settings"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LIVEFIG")}
    return {
        **kept,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_CONFIG_DIR": str(own / "jupyter"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "lab"),
        "IPYTHONDIR": str(own / "ipython"),
        "XDG_CONFIG_HOME": str(own),
        **more,
    }


def run(*command: str | Path, folder: Path, fails: bool = False, **more: str) -> str:
    """Run a program of the places' environment, or one named by its path; return what it says."""
    first = Path(command[0])
    program = first if first.is_absolute() else BIN / first
    done = subprocess.run(
        [program, *command[1:]], cwd=folder, env=surroundings(program, **more), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=600,
    )  # fmt: skip
    if done.returncode and not fails:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{done.stdout[-3000:]}")
    return done.stdout


def serve(*command: str | Path, folder: Path, path: str = "") -> str:
    """Start a program that serves pages; return an address. ``{port}`` stands for a port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [str(word).format(port=port) for word in command]
    program = Path(words[0]) if Path(words[0]).is_absolute() else BIN / words[0]
    with (folder / "server.log").open("wb") as log:
        running.append(
            subprocess.Popen([program, *words[1:]], cwd=folder, env=surroundings(program),
                             stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}/{path}"
    for _ in range(120):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return address
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError(f"{' '.join(words)} does not answer at {address}; see {folder}/server.log")


def end_servers() -> None:
    """End what was started."""
    while running:
        server = running.pop()
        server.terminate()
        server.wait(timeout=30)


def versions(*names: str, python: Path = BIN / "python") -> list[str]:
    """Return packages with their versions."""
    code = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"
    found = run(python, "-c", code, *names, folder=BUILD).split()
    return [f"{name} {version}" for name, version in zip(names, found, strict=True)]


def npm_versions(*names: str) -> list[str]:
    """Return packages of npm with their versions."""
    return [f"{name} {_npm_version(name)}" for name in names]


def _npm_version(name: str) -> str:
    return str(json.loads((NPM / "node_modules" / name / "package.json").read_text())["version"])


def site_packages() -> Path:
    """Return the folder of the places' Python packages."""
    return next((BIN.parent / "lib").glob("python*")) / "site-packages"


def slug(name: str) -> str:
    """Return a name as a folder's."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")

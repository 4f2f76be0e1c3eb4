"""Try a class on a real JupyterHub on this machine: ``python -m course.hub --students 20``.

Everybody logs in at once, runs the first cells of a chapter and submits; then one server is killed,
and what was saved must still be there. Servers are reached on the loopback address only.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import nbformat
import requests
import websocket

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PROXY = "configurable-http-proxy@5"
FAILED_AFTER = 600  # [seconds]


@dataclass
class Student:
    """One who logs in: a name, the address of a server, and what was measured [seconds]."""

    name: str
    hub: str
    session: requests.Session = field(default_factory=requests.Session)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def server(self) -> str:
        """The address of this student's server."""
        return f"{self.hub}/user/{self.name}"

    def log_in(self, password: str) -> None:
        """Log in by the form, as a browser does, and ask for a server."""
        page = self.session.get(f"{self.hub}/hub/login", timeout=FAILED_AFTER)
        page.raise_for_status()
        form = {"username": self.name, "password": password}
        form["_xsrf"] = self.token("/hub/")
        answer = self.session.post(f"{self.hub}/hub/login", data=form, timeout=FAILED_AFTER)
        answer.raise_for_status()
        self.start()

    def start(self) -> None:
        """Ask for a server, and wait until it answers."""
        deadline = time.monotonic() + FAILED_AFTER
        self.session.get(f"{self.hub}/hub/spawn/{self.name}", timeout=FAILED_AFTER)
        while time.monotonic() < deadline:
            answer = self.session.get(f"{self.server}/lab", timeout=FAILED_AFTER)
            if answer.ok and answer.url.startswith(f"{self.server}/lab"):
                return
            if answer.status_code == 424:  # there is none: the hub has noticed its end
                self.session.get(f"{self.hub}/hub/spawn/{self.name}", timeout=FAILED_AFTER)
            time.sleep(0.5)
        raise TimeoutError(f"{self.name}: no server")

    def token(self, path: str) -> str:
        """Return the cookie against forged requests that belongs to a path."""
        found = [
            one.value for one in self.session.cookies if one.name == "_xsrf" and one.path == path
        ]
        return found[-1] if found else ""

    def ask(self, verb: str, path: str, body: object = None) -> requests.Response:
        """Return the server's answer."""
        headers = {"X-XSRFToken": self.token(f"/user/{self.name}/")}
        answer = self.session.request(
            verb, f"{self.server}/api/{path}", json=body, headers=headers, timeout=FAILED_AFTER
        )
        answer.raise_for_status()
        return answer

    def run(self, cells: list[str]) -> None:
        """Run cells in a kernel, as JupyterLab does; note when the first is done."""
        began = time.monotonic()
        kernel = self.ask("POST", "kernels", {"name": "python3"}).json()["id"]
        cookies = "; ".join(
            f"{one.name}={one.value}"
            for one in self.session.cookies
            if f"/user/{self.name}/".startswith(one.path)
        )
        address = f"{self.server}/api/kernels/{kernel}/channels".replace("http", "ws", 1)
        channel = websocket.create_connection(address, cookie=cookies, timeout=FAILED_AFTER)
        for number, source in enumerate(cells):
            execute(channel, source)
            if number == 0:
                self.seconds["kernel and first cell"] = time.monotonic() - began
        channel.close()

    def submit(self, notebook: nbformat.NotebookNode) -> None:
        """Save a notebook with an answer of one's own."""
        body = {"type": "notebook", "format": "json", "content": answered(notebook, self.name)}
        self.ask("PUT", quote("contents/submitted.ipynb"), body)

    def submission_is_there(self) -> bool:
        """Return whether the server still has what was submitted."""
        content = self.ask("GET", "contents/submitted.ipynb").json()["content"]
        return any(f"# {self.name}" in cell["source"] for cell in content["cells"])


def answered(notebook: nbformat.NotebookNode, name: str) -> dict[str, object]:
    """Return a notebook with a line that only this student would write."""
    content = json.loads(nbformat.writes(notebook))
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"])
    content["cells"][0]["source"] += f"\n\n# {name}"
    return content


def execute(channel: websocket.WebSocket, source: str) -> None:
    """Run one cell, and wait until it is done; raise what it raises."""
    number = uuid.uuid4().hex
    header = {"msg_id": number, "msg_type": "execute_request", "session": number}
    header |= {"username": "", "version": "5.3", "date": time.strftime("%Y-%m-%dT%H:%M:%SZ")}
    content = {"code": source, "silent": False, "store_history": True, "stop_on_error": True}
    # As JupyterLab asks: by the name of a cell a figure knows that somebody sits there.
    message = {"header": header, "parent_header": {}, "content": content}
    message["metadata"] = {"cellId": number}
    channel.send(json.dumps(message | {"channel": "shell", "buffers": []}))
    while True:
        raw = channel.recv()
        if isinstance(raw, bytes):
            continue
        told = json.loads(raw)
        if told["parent_header"].get("msg_id") == number and told["msg_type"] == "execute_reply":
            if told["content"]["status"] != "ok":
                raise RuntimeError(told["content"].get("evalue", "a cell failed"))
            return


def processes_of(name: str) -> list[int]:
    """Return the processes of a student's server, its kernels among them."""
    mark = f"JUPYTERHUB_USER={name}\0".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


def memory_of(name: str) -> float:
    """Return the memory of a student's processes, what is shared counted in parts [MB]."""
    kilobytes = 0
    for process in processes_of(name):
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1000


def processor_time_of(name: str) -> float:
    """Return what a student's processes have asked of the processor so far [seconds]."""
    ticks = 0
    for process in processes_of(name):
        try:
            told = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(told[11]) + int(told[12])  # in its own code, and in the system's for it
    return ticks / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def settings(place: Path, password: str, ports: list[int], lean: bool) -> str:
    """Return the hub's settings: names without passwords of their own, servers as this user."""
    programs = Path(sys.executable).parent
    # As in the image there is no Node, which JupyterLab else asks for its settings at each start.
    as_in_the_image = {"JUPYTER_CONFIG_PATH": str(place / "config"), "PATH": str(programs)}
    lines = {
        "JupyterHub.bind_url": f"http://127.0.0.1:{ports[0]}",
        "JupyterHub.hub_bind_url": f"http://127.0.0.1:{ports[1]}",
        "ConfigurableHTTPProxy.api_url": f"http://127.0.0.1:{ports[2]}",
        "ConfigurableHTTPProxy.command": [str(place / "node_modules/.bin/configurable-http-proxy")],
        "JupyterHub.authenticator_class": "dummy",
        "DummyAuthenticator.password": password,
        "Authenticator.allow_all": True,
        "JupyterHub.spawner_class": "simple",
        "JupyterHub.concurrent_spawn_limit": 0,
        "Spawner.start_timeout": FAILED_AFTER,
        "Spawner.http_timeout": FAILED_AFTER,
        "SimpleLocalProcessSpawner.home_dir_template": str(place / "homes/{username}"),
        "Spawner.cmd": [str(programs / "jupyterhub-singleuser")],
        "Spawner.args": ["--allow-root"],
        "Spawner.environment": as_in_the_image if lean else {},
        "Spawner.notebook_dir": "~",
    }
    return "\n".join(f"c.{name} = {value!r}" for name, value in lines.items()) + "\n"


def main(given: list[str] | None = None) -> int:
    """Run the trial, print what was measured; return 1 where anything failed."""
    parser = argparse.ArgumentParser(prog="python -m course.hub", description=__doc__)
    parser.add_argument("--students", type=int, default=20, help="how many log in at once (20)")
    parser.add_argument("--cells", type=int, default=3, help="of the chapter, to be run (3)")
    parser.add_argument("--plain", action="store_true", help="without this folder's settings")
    asked = parser.parse_args(given)
    place = ROOT / "_build/hub"
    shutil.rmtree(place / "homes", ignore_errors=True)
    (place / "homes").mkdir(parents=True)
    (place / "config").mkdir(exist_ok=True)
    shutil.copy(HERE / "jupyter_server_config.py", place / "config")
    if not (place / "node_modules/.bin/configurable-http-proxy").exists():
        subprocess.run(["npm", "install", "--silent", "--prefix", place, PROXY], check=True)
    password, ports = secrets.token_hex(), [free_port() for _ in range(3)]
    (place / "jupyterhub_config.py").write_text(
        settings(place, password, ports, not asked.plain), "utf-8"
    )
    with (place / "hub.log").open("wb") as log:
        hub = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", "jupyterhub_config.py"],
            cwd=place,
            stdout=log,
            stderr=log,
            env=os.environ | {"CONFIGPROXY_AUTH_TOKEN": secrets.token_hex()},
            start_new_session=True,
        )
    students = [
        Student(f"student{n}", f"http://127.0.0.1:{ports[0]}") for n in range(asked.students)
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the hub ends with us
    try:
        return trial(students, password, asked.cells)
    finally:
        hub.send_signal(signal.SIGTERM)  # it ends its servers and its proxy with it
        try:
            hub.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(hub.pid, signal.SIGKILL)
        for student in students:
            for process in processes_of(student.name):
                os.kill(process, signal.SIGKILL)


def trial(students: list[Student], password: str, cells: int) -> int:
    """Let all students work at once; then kill one server, and look for what it had saved."""
    chapter = nbformat.read(ROOT / "chapters/margin.ipynb", as_version=4)
    sources = [cell.source for cell in chapter.cells if cell.cell_type == "code"][:cells]
    wait_for(f"{students[0].hub}/hub/health")

    def work(student: Student) -> str:
        began = time.monotonic()
        try:
            student.log_in(password)
            student.seconds["server"] = time.monotonic() - began
            student.run(sources)
            student.seconds["login to first cell"] = (
                student.seconds["server"] + student.seconds["kernel and first cell"]
            )
            student.submit(chapter)
        except Exception as error:
            return f"{student.name}: {type(error).__name__}: {error}"
        return ""

    with ThreadPoolExecutor(len(students)) as pool:
        failures = [trouble for trouble in pool.map(work, students) if trouble]
    print("\n".join(failures) or f"{len(students)} students, no failure")
    for what in ("server", "kernel and first cell", "login to first cell"):
        measured = [one.seconds[what] for one in students if what in one.seconds]
        if measured:
            print(f"{what}: {min(measured):.1f} to {max(measured):.1f} s")
    memory = [memory_of(student.name) for student in students]
    print(f"memory of each: {statistics.mean(memory):.0f} MB, at most {max(memory):.0f} MB")
    asked = [processor_time_of(student.name) for student in students]
    print(f"processor time of each: {statistics.mean(asked):.1f} s, at most {max(asked):.1f} s")
    killed = students[0]
    for process in processes_of(killed.name):
        os.kill(process, signal.SIGKILL)
    time.sleep(1)
    deadline = time.monotonic() + 120  # until the hub has noticed
    kept = False
    while not kept and time.monotonic() < deadline:
        try:
            killed.start()
            kept = killed.submission_is_there()
        except (requests.RequestException, KeyError):
            time.sleep(2)
    print("a killed server: what was saved is " + ("there" if kept else "LOST"))
    return int(bool(failures) or not kept)


def wait_for(address: str) -> None:
    """Wait until an address answers."""
    deadline = time.monotonic() + FAILED_AFTER
    while time.monotonic() < deadline:
        try:
            if requests.get(address, timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)
    raise TimeoutError(f"{address} does not answer")


if __name__ == "__main__":
    sys.exit(main())

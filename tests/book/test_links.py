"""What is asked of other hosts, what they may say, and what is made of it."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.links import ANSWERS, NO_ANSWER, NO_HOST, addresses, asked, asked_of_a_host, report

PATIENCE = 0.3


class Host(http.server.BaseHTTPRequestHandler):
    """Says of each page the status that is its name; ``moved`` leads to one, ``slow`` waits."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name == "slow":
            time.sleep(3 * PATIENCE)
        elif name == "moved":
            self.send_response(301)
            self.send_header("Location", "/200")
            self.end_headers()
        else:
            self.send_response(int(name.partition("?")[0]))
            self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("page", "said"),
    [("200", ANSWERS), ("moved", ANSWERS), ("404", "404"), ("403", "403"), ("slow", NO_ANSWER)],
)
def test_a_host_is_asked(host: str, page: str, said: str) -> None:
    assert asked(f"{host}/{page}", PATIENCE) == said


def test_a_host_that_is_not_there_is_told_from_one_that_cannot_be_found_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number, said in ((socket.EAI_NONAME, NO_HOST), (socket.EAI_AGAIN, NO_ANSWER)):

        def unknown(*_: object, number: int = number, **__: object) -> None:
            raise socket.gaierror(number, "no name")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        assert asked("https://example.org/", PATIENCE) == said


def test_a_host_that_keeps_silent_is_left_alone(host: str) -> None:
    begun = time.monotonic()
    told = asked_of_a_host([f"{host}/slow?{number}" for number in range(50)], PATIENCE)
    assert set(told.values()) == {NO_ANSWER}
    assert time.monotonic() - begun < 10 * PATIENCE


def test_each_address_in_a_page_is_found_once_without_its_anchor(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="https://a.org/x#y">x</a><a href="b.html#z">z</a>')
    (tmp_path / "b.html").write_text(
        '<a href="https://a.org/x">x</a><a href="mailto:a@b.org">m</a>'
    )
    assert addresses(tmp_path) == {"https://a.org/x": "a.html"}


def test_only_what_is_gone_is_an_error() -> None:
    pages = dict.fromkeys(["https://a.org", "https://b.org"], "index.html")
    text, is_well = report({"https://a.org": ANSWERS, "https://b.org": "403"}, pages)
    assert is_well
    assert "Told nothing, look yourself:\n  403: https://b.org (index.html)" in text
    text, is_well = report({"https://a.org": ANSWERS, "https://b.org": "404"}, pages)
    assert not is_well
    assert text.startswith("Gone:\n  404: https://b.org (index.html)")
    text, is_well = report(dict.fromkeys(pages, NO_ANSWER), pages)
    assert not is_well
    assert text.endswith("is there a network?")

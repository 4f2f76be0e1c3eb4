"""Links in the prose that set the controls of an explorer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import explorer_links
import pytest
from bs4 import BeautifulSoup
from explorer_links import STATE

EXTENSIONS = "explorer_links,myst_parser"

CONTROLS = """
() => Object.fromEntries([...document.querySelectorAll("figure.ml-explorer")].map(figure => [
    figure.id,
    [...figure.querySelectorAll("input[name], select[name]")].map(control => control.name),
]))
"""


def dangling(address: str, explorers: dict[str, list[str]]) -> list[str]:
    """What the link asks for and the page does not have."""
    state = STATE.fullmatch(unquote(urlsplit(address).fragment))
    if state is None:
        return [f"{address}: not of the form #name:keyword=value"]
    if state["name"] not in explorers:
        return [f"{address}: no explorer {state['name']}"]
    keywords = [setting.split("=")[0] for setting in state["settings"].split("&")]
    missing = [name for name in keywords if name not in explorers[state["name"]]]
    return [f"{address}: no control {name}" for name in missing]


def test_links_ask_for_explorers_and_controls_that_exist(site, visit, page_name):
    for link in site.soup(page_name).select("a.ml-link"):
        path = urlsplit(link["href"]).path
        target = (site.folder / page_name).parent / path if path else site.folder / page_name
        opened = visit(target.resolve().relative_to(site.folder).as_posix())
        assert dangling(link["href"], opened.page.evaluate(CONTROLS)) == []


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("#race:depth=3", []),
        ("#race:depth=3&speed=1", ["#race:depth=3&speed=1: no control speed"]),
        ("#rice:depth=3", ["#rice:depth=3: no explorer rice"]),
    ],
)
def test_a_link_to_nothing_would_be_noticed(address, complaint):
    assert dangling(address, {"race": ["depth", "rate"]}) == complaint


@pytest.fixture
def build(tmp_path: Path):
    """Build pages with the extension; return the folder of the result and the warnings."""

    def build(**pages: str) -> tuple[Path, str]:
        source, built = tmp_path / "source", tmp_path / "built"
        source.mkdir()
        for name, text in pages.items():
            (source / f"{name}.md").write_text(text)
        command = [sys.executable, "-m", "sphinx", "-q", "-C", "-D", f"extensions={EXTENSIONS}"]
        done = subprocess.run(
            [*command, source, built],
            env=os.environ | {"PYTHONPATH": str(Path(explorer_links.__file__).parent)},
            capture_output=True,
            text=True,
            check=True,
        )
        return built, done.stderr

    return build


def test_links_keep_their_state_on_the_way_to_the_page(build):
    built, warnings = build(
        index="# Home\n\n[here](#race:depth=3&rate=0.5) [there](other.md#race:side=short)\n"
        "[later](#race:horizon=one%20day) [then](other.md#race:horizon=one%20day)\n\n"
        "```{toctree}\nother\n```\n",
        other="# Other\n",
    )
    links = BeautifulSoup((built / "index.html").read_text(), "html.parser").select("a.ml-link")
    assert warnings == ""
    assert [(link["href"], link.get_text()) for link in links] == [
        ("#race:depth=3&rate=0.5", "here"),
        ("other.html#race:side=short", "there"),
        ("#race:horizon=one%20day", "later"),
        ("other.html#race:horizon=one%20day", "then"),
    ]


def test_other_links_to_nowhere_still_warn(build):
    _, warnings = build(index="# Home\n\n[here](#race) [there](#race:depth)\n")
    assert warnings.count("target not found") == 2

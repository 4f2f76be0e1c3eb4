"""Links in the prose that set the controls of an explorer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

EXTENSIONS = "livefig.sphinx,myst_parser"

DANGLING = """
addresses => addresses.filter(address => {
    const state = /#([^:]+):(.+)$/.exec(address);
    const explorer = state && livefig.explorers.get(state[1]);
    return !explorer || explorer.parse(state[2]) === null;
})
"""
"""Those addresses that name an explorer, a control or a stop that the page does not have."""


def links_by_page(site, page_name: str) -> dict[str, list[str]]:
    """Addresses of the links that move figures, by the page that holds the figure."""
    pages: dict[str, list[str]] = {}
    for link in site.soup(page_name).select("a.ml-link"):
        path = urlsplit(link["href"]).path
        target = (site.folder / page_name).parent / path if path else site.folder / page_name
        name = target.resolve().relative_to(site.folder).as_posix()
        pages.setdefault(name, []).append(link["href"])
    return pages


def test_links_ask_for_states_that_exist(site, visit, page_name):
    for target, addresses in links_by_page(site, page_name).items():
        assert visit(target).page.evaluate(DANGLING, addresses) == []


@pytest.mark.parametrize(
    "address", ["#rice:leverage=50", "#days-away:depth=3", "#days-away:leverage=51", "#days-away"]
)
def test_a_link_to_nothing_would_be_noticed(visit, address):
    addresses = ["#days-away:leverage=50", address]
    assert visit("index.html").page.evaluate(DANGLING, addresses) == [address]


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


def test_an_address_of_a_figure_stays_with_it_while_the_page_takes_its_shape(visit):
    page = visit("chapters/maintenance_margin.html#ordinary-days").page
    page.locator("#ordinary-days[data-alive=true]").wait_for()
    page.locator("#ordinary-days .ml-guess").wait_for()  # it makes the figure higher
    page.wait_for_timeout(500)
    top = page.evaluate("document.querySelector('#ordinary-days').getBoundingClientRect().top")
    assert 0 <= top < 100

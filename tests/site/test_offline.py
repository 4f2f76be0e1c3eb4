"""The packed site, unpacked somewhere else and opened from there with the network cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import BUILT, Visit
from playwright.sync_api import Browser
from site_weight import LICENCES, unused

from tools.offline import FOLDER, pack

OPENED = ("index.html", "chapters/liquidation.html", "glossary.html")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("a folder with é")
    with ZipFile(pack(BUILT, home / "margin.zip")) as packed:
        packed.extractall(home)
    return home / FOLDER


@pytest.fixture
def cut_off(browser: Browser, unpacked: Path) -> Iterator[Visit]:
    context = browser.new_context(offline=True, reduced_motion="reduce")
    yield Visit(context.new_page(), (unpacked.as_uri(),))
    context.close()


@pytest.mark.parametrize("page_name", OPENED)
def test_pages_open_without_a_network(cut_off: Visit, unpacked: Path, page_name: str):
    page = cut_off.open(f"{unpacked.as_uri()}/{page_name}")
    assert cut_off.troubles == []
    figures = page.locator("figure.ml-explorer")
    alive = page.locator("figure.ml-explorer[data-alive=true]")
    assert page.locator("h1").first.is_visible()
    if page_name != "glossary.html":
        figures.first.scroll_into_view_if_needed()
        alive.first.wait_for()
        assert figures.count() > 0


def test_each_file_of_the_site_is_asked_for():
    assert unused(BUILT) == []


def test_the_site_carries_its_licences(unpacked: Path):
    text = (unpacked / LICENCES).read_text(encoding="utf-8")
    for part in ("Attribution 4.0", "BSD 3-Clause", "SIL OPEN FONT", "Bootstrap", "Font Awesome"):
        assert part in text

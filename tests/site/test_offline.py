"""The packed site, unpacked somewhere else and opened from there with the network cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page
from site_weight import LICENCES, unused

from tools.offline import FOLDER, SITE, pack

OPENED = ("index.html", "chapters/liquidation.html", "glossary.html")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("a folder with é")
    with ZipFile(pack(SITE, home / "margin.zip")) as packed:
        packed.extractall(home)
    return home / FOLDER


@pytest.fixture
def cut_off(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("opened", OPENED)
def test_pages_open_without_a_network(cut_off: Page, unpacked: Path, opened: str):
    troubles: list[object] = []
    asked: list[str] = []
    cut_off.on("request", lambda request: asked.append(request.url))
    cut_off.on("requestfailed", lambda request: troubles.append(request.url))
    cut_off.on("pageerror", lambda error: troubles.append(error))
    cut_off.goto(f"{unpacked.as_uri()}/{opened}")
    assert cut_off.locator("h1:visible").first.inner_text()
    if figures := cut_off.locator("figure.ml-explorer").all():
        figures[0].scroll_into_view_if_needed()
        cut_off.locator("figure.ml-explorer[data-alive=true]").first.wait_for()
    cut_off.wait_for_load_state("networkidle")
    assert troubles == []
    assert all(address.startswith((unpacked.as_uri(), "data:", "blob:")) for address in asked)
    assert bool(figures) == (opened != "glossary.html")


def test_each_file_of_the_site_is_asked_for():
    assert unused(SITE) == []


def test_the_site_carries_its_licences(unpacked: Path):
    text = (unpacked / LICENCES).read_text(encoding="utf-8")
    for part in ("Attribution 4.0", "BSD 3-Clause", "SIL OPEN FONT", "Bootstrap", "Font Awesome"):
        assert part in text

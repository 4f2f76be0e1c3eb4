"""Pages say where they are once an address is configured, and invent none before."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urljoin
from xml.etree import ElementTree

import addresses
import nbformat
import pytest
from bs4 import BeautifulSoup
from quick_pages import Site
from site_files import NOT_FOUND, PAGES, ROBOTS, SCRIPT, leave_behind
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[2]
ADDRESS = "https://example.org/margin/"
REPOSITORY = "https://github.com/example/margin"
SETTINGS = f"""
import sys
sys.path.insert(0, {str(ROOT / "_extensions")!r})
extensions = ["addresses", "myst_nb", "page_heads", "site_files"]
templates_path = [{str(ROOT / "_templates")!r}]
html_theme = "sphinx_book_theme"
html_title = "Margin"
nb_execution_mode = "off"
exclude_patterns = []
"""
LEAD = "**What does a venue ask for, before it lends to somebody it does not know?**"
PICTURE = bytes(16) + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")


def notebook(title: str, name: str) -> str:
    figure = (
        f'<figure id="{name}"><img alt="A {name}" '
        f'src="data:image/png;base64,{base64.b64encode(PICTURE).decode()}">'
        f"<figcaption>What a {name} shows.</figcaption></figure>"
    )
    output = nbformat.v4.new_output("display_data", data={"text/html": figure})
    cells = [
        nbformat.v4.new_markdown_cell(f"# {title}\n\n{LEAD}"),
        nbformat.v4.new_code_cell("draw()", outputs=[output]),
    ]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


def built(folder: Path, cited: str) -> Path:
    """Build a book of three pages that knows of itself what is cited; return where it is."""
    source = folder / "source"
    (source / "chapters").mkdir(parents=True)
    moved = {"old/race": "chapters/race"} if cited else {}
    (source / "conf.py").write_text(f"{SETTINGS}\nredirects = {moved}\n")
    (source / "CITATION.cff").write_text(f"title: Margin\n{cited}")
    (source / "index.ipynb").write_text(
        notebook("Margin", "door").replace(
            LEAD, f"{LEAD}\\n\\n```{{toctree}}\\n:hidden:\\nchapters/race\\nwords\\n```"
        )
    )
    (source / "chapters/race.ipynb").write_text(notebook("A *race* & more", "race"))
    (source / "words.md").write_text(f"# Words\n\n{LEAD}\n")
    out = folder / "html"
    command = [sys.executable, "-m", "sphinx", "-q", "-d", folder / "trees", source, out]
    subprocess.run(command, capture_output=True, check=True)  # what Sphinx registers, it keeps
    return out


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book whose addresses are known."""
    cited = f"url: {ADDRESS}\nrepository-code: {REPOSITORY}\n"
    return built(tmp_path_factory.mktemp("found"), cited)


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book that has no address yet."""
    return built(tmp_path_factory.mktemp("unknown"), "")


def head(page: Path) -> dict[str, str]:
    """Return what the head of a page says of it."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    told = {tag.get("property") or tag.get("name"): tag.get("content") for tag in soup("meta")}
    for tag in soup.select('link[rel="canonical"]'):
        told["canonical"] = tag["href"]
    return told | {"title": soup.title.string.strip()}


def test_a_page_that_is_linked_as_a_card_shows_its_own_first_figure(found: Path) -> None:
    told = head(found / "chapters/race.html")
    assert told["og:title"] == "A race & more"
    assert told["og:site_name"] == "Margin"
    assert told["og:type"] == "article"
    assert told["og:description"] == told["description"] == LEAD.strip("*")
    assert told["canonical"] == told["og:url"] == f"{ADDRESS}chapters/race.html"
    assert told["og:image"] == f"{ADDRESS}_static/explorers/race-race.png"
    assert (told["og:image:width"], told["og:image:height"]) == ("640", "480")
    assert told["og:image:alt"] == "A race"
    assert told["twitter:card"] == "summary_large_image"


@pytest.mark.parametrize("page", ["words", "genindex", "search"])
def test_a_page_without_a_figure_shows_that_of_the_home_page(found: Path, page: str) -> None:
    told = head(found / f"{page}.html")
    assert told["og:image"] == f"{ADDRESS}_static/explorers/index-door.png"
    assert told["title"].startswith(told["og:title"])
    assert told["og:title"] != "Margin"


@pytest.mark.parametrize("book", ["found", "unknown"])
def test_the_home_page_has_the_name_of_the_book_once(
    book: str, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue(book)
    assert head(folder / "index.html")["title"] == "Margin"
    assert head(folder / "index.html")["og:title"] == "Margin"
    assert head(folder / "index.html")["og:type"] == "website"
    assert head(folder / "index.html")["og:description"] == LEAD.strip("*")
    assert head(folder / "words.html")["title"] == "Words — Margin"


def test_without_an_address_none_is_told(unknown: Path) -> None:
    for page in unknown.rglob("*.html"):
        if "_static" in page.parts or page.name == NOT_FOUND:
            continue
        told = head(page)
        assert not {"canonical", "og:url", "og:image", "twitter:card"} & set(told), page
        assert told["og:title"]
        assert told["og:description"]
    assert not (unknown / PAGES).exists()
    assert not (unknown / ROBOTS).exists()


def test_the_list_of_pages_has_each_page_at_its_own_address(found: Path) -> None:
    tree = ElementTree.fromstring((found / PAGES).read_text(encoding="utf-8"))
    listed = [place.text for place in tree.iterfind(".//{*}loc")]
    assert listed == [f"{ADDRESS}{name}.html" for name in ("chapters/race", "index", "words")]
    for address in listed:
        assert head(found / address.removeprefix(ADDRESS))["canonical"] == address
    assert f"Sitemap: {ADDRESS}{PAGES}\n" in (found / ROBOTS).read_text(encoding="utf-8")


def asked(page: Path) -> list[str]:
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return [tag.get("src") or tag["href"] for tag in soup.select("[src], link[href]")]


def test_the_page_that_is_not_there_asks_for_nothing_beside_it(found: Path, unknown: Path) -> None:
    assert asked(found / NOT_FOUND) == asked(unknown / NOT_FOUND) == []
    assert asked(found / "index.html"), "other pages do"


@pytest.mark.parametrize("place", ["gone.html", "chapters/gone.html", "a/b/c/d/"])
def test_the_page_that_is_not_there_leads_home_from_any_depth(found: Path, place: str) -> None:
    soup = BeautifulSoup((found / NOT_FOUND).read_text(encoding="utf-8"), "html.parser")
    assert urljoin(ADDRESS + place, soup.find(id="home")["href"]) == ADDRESS
    assert not soup.find(id="way").has_attr("hidden")


def test_without_an_address_the_way_home_is_looked_for_before_it_is_shown(unknown: Path) -> None:
    soup = BeautifulSoup((unknown / NOT_FOUND).read_text(encoding="utf-8"), "html.parser")
    assert soup.find(id="way").has_attr("hidden")
    assert (unknown / "objects.inv").read_bytes().startswith(b"# Sphinx inventory")
    assert "# Sphinx inventory" in soup.script.string


def test_pages_that_ask_for_no_style_are_left_as_they_are(found: Path, tmp_path: Path) -> None:
    """As in a second build, which finds them beside the others."""
    pages = Site(found, tmp_path).texts
    assert found / "index.html" in pages
    assert not {found / NOT_FOUND, found / "old/race.html"} & set(pages)


def test_a_page_that_moved_leads_to_its_new_place(found: Path) -> None:
    soup = BeautifulSoup((found / "old/race.html").read_text(encoding="utf-8"), "html.parser")
    assert soup.find(id="there")["href"] == "../chapters/race.html"
    assert soup.find("noscript").meta["content"] == "0; url=../chapters/race.html"
    assert urljoin("old/", soup.script["src"]) == SCRIPT
    assert (found / SCRIPT).is_file()


@pytest.mark.parametrize("moved", [{"race": "index"}, {"old": "nowhere"}])
def test_a_page_cannot_move_to_nowhere_nor_while_it_is_there(moved: dict, tmp_path: Path) -> None:
    app = SimpleNamespace(
        env=SimpleNamespace(all_docs={"race": 0, "index": 0}),
        config=SimpleNamespace(redirects=moved),
        outdir=tmp_path,
    )
    with pytest.raises(ExtensionError, match="from a page that is gone to one that is there"):
        leave_behind(app)


def buttons(page: Path) -> list[str]:
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return [link["href"] for link in soup.select(".article-header-buttons a[href]")]


def test_buttons_lead_to_the_source_once_it_is_known(found: Path, unknown: Path) -> None:
    led = " ".join(buttons(found / "chapters/race.html"))
    assert f"{REPOSITORY}/edit/main/chapters/race.ipynb" in led
    assert f"{REPOSITORY}/issues/new?title=" in led
    assert "https://mybinder.org/v2/gh/" in led
    assert "https://colab.research.google.com/github/" in led
    for page in ("index", "words", "chapters/race"):
        text = (unknown / f"{page}.html").read_text(encoding="utf-8")
        for host in ("github.com", "mybinder.org", "colab.research"):
            assert host not in text.lower()
        assert "source-issues-button" not in text
        assert "source-edit-button" not in text


def test_a_host_that_the_theme_does_not_know_gets_no_buttons(tmp_path: Path) -> None:
    (tmp_path / "CITATION.cff").write_text("repository-code: https://example.org/a/margin")
    config = SimpleNamespace(html_baseurl="", html_theme_options={"repository_url": "other"})
    addresses.use_addresses(SimpleNamespace(srcdir=tmp_path), config)
    assert config.html_theme_options == dict.fromkeys(addresses.BUTTONS, False)


def test_the_book_says_the_addresses_that_it_has() -> None:
    """What is given in CITATION.cff is whole; what is not known is not given."""
    cited = addresses.told(ROOT)
    for name in {"url", "repository-code"} & set(cited):
        assert cited[name].startswith("https://"), name
    assert addresses.told(ROOT / "chapters") == {}

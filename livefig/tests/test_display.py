"""Where an explorer is shown, in which form, and that nothing in it can become markup."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from ipywidgets import IntRangeSlider, Play, ToggleButtons

import livefig
from livefig import ExplorerError, Readout, display
from livefig.page import html

from .making import drawn, rise, updated

WIDGET = "application/vnd.jupyter.widget-view+json"


# The form that suits the place.


@pytest.mark.parametrize(
    ("mode", "alive", "script", "picture"),
    [
        ("live", True, True, True),
        ("record", True, False, False),
        ("fragment", True, True, True),
        ("static", False, False, True),
    ],
)
def test_each_mode_shows_the_same_explorer_in_its_own_way(
    monkeypatch, mode, alive, script, picture
):
    monkeypatch.setenv("LIVEFIG", mode)
    monkeypatch.setattr(display, "PATIENCE", 1000)
    bundle = updated(rise)._repr_mimebundle_()
    assert bundle["text/plain"].startswith("Explorer 'one'")
    assert (WIDGET in bundle) == (mode == "live")
    page = bundle["text/html"]
    assert ('class="ml-table"' in page) == alive
    assert (html.asset("static/livefig.js") in page) == script
    assert ("data:image/png" in page) == picture


@pytest.mark.parametrize("patience", [0, 1000])
def test_a_notebook_keeps_every_state_if_that_takes_a_moment_only(monkeypatch, patience):
    monkeypatch.setenv("LIVEFIG", "live")
    monkeypatch.setattr(display, "PATIENCE", patience)
    page = updated(rise)._repr_mimebundle_()["text/html"]
    assert ("ml-table" in page) == bool(patience)
    assert ("jupyter nbconvert --execute" in page) == (not patience)


def test_a_notebook_keeps_a_picture_of_what_cannot_be_recorded(monkeypatch):
    monkeypatch.setenv("LIVEFIG", "live")
    monkeypatch.setattr(display, "PATIENCE", 1000)
    bundle = updated(lambda axes, line, value: None)._repr_mimebundle_()
    assert WIDGET in bundle
    assert "data:image/png" in bundle["text/html"]


def test_an_unknown_mode_is_refused(monkeypatch):
    monkeypatch.setenv("LIVEFIG", "fast")
    message = "LIVEFIG must be one of live, record, fragment, static; got 'fast'"
    with pytest.raises(ExplorerError, match=message):
        updated(rise)._repr_mimebundle_()


class Kernel:
    def __init__(self, metadata):
        self._metadata = metadata

    def get_parent(self, channel):
        assert channel == "shell"
        return {"metadata": self._metadata}


class OldKernel:
    _parent_header = {"metadata": {"cellId": "one"}}  # noqa: RUF012

    def get_parent(self):
        raise AssertionError


@pytest.mark.parametrize(
    ("shell", "mode"),
    [
        (SimpleNamespace(kernel=Kernel({"cellId": "one"})), "live"),
        (SimpleNamespace(kernel=Kernel({})), "fragment"),
        (SimpleNamespace(kernel=OldKernel()), "live"),
        (SimpleNamespace(kernel=SimpleNamespace()), "fragment"),
        (SimpleNamespace(), "fragment"),
        (None, "fragment"),
    ],
)
def test_a_person_at_a_kernel_is_told_from_a_program(monkeypatch, shell, mode):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert display._found_mode() == mode


def test_without_a_notebook_there_is_no_one_at_a_kernel(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert display._found_mode() == "fragment"


# Files.


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return a saved page, as text."""
    path = tmp_path_factory.mktemp("saved") / "one.html"
    updated(rise, caption="Größer & <smaller>.").save(path)
    return path.read_text(encoding="utf-8")


def test_a_saved_page_needs_no_other_file(saved):
    assert not re.search(r'(src|href)="(?!data:|#)', saved)
    figure = saved[saved.index("<figure") :]
    assert "http" not in re.sub(r"<script>.*?</script>", "", figure, flags=re.DOTALL)
    assert not re.search(r"url\((?!#)|@import|fetch\(['\"]http|import\(", saved)


def test_a_saved_page_runs_nothing_but_its_own_script(saved):
    page = BeautifulSoup(saved, "html.parser")
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none';")
    assert "base-uri 'none'; form-action 'none'" in policy
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", saved, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert page.title.text == "Größer & <smaller>."
    assert page.html["lang"] == "en"
    assert not page.find(style=True)  # the policy would not let it act
    scripts = page.find_all("script")
    assert [script.get("type") for script in scripts] == ["text/plain", None]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"value": Play(min=0, max=4)},
        {"drag": [(None, "value")]},
        {"guess": livefig.GuessNumber("How high?", readout="height", at="shown")},
    ],
)
def test_a_saved_page_brings_the_script_that_its_figure_uses(more):
    def up(axes, line, value):
        rise(axes, line, value)
        return {"height": value}

    page = updated(up, **more).to_page()
    assert (html.asset("page/alone.js") in page) == (not more)
    assert (html.asset("static/livefig.js") in page) == bool(more)


def test_a_figure_that_brings_its_script_can_stand_anywhere():
    page = BeautifulSoup(updated(rise).to_fragment(), "html.parser")
    tags = [tag.name for tag in page.find_all(recursive=False)]
    assert tags == ["style", "img", "figure", "script"]
    assert page.img["class"] == ["ml-still"]  # what is left where style and script are taken away
    for name in ("static/livefig.css", "static/livefig.js"):
        assert not re.search(r"</(script|style)", html.asset(name), re.IGNORECASE)
        assert "<!--" not in html.asset(name)


def check_module(path):
    """Let node read a module, where there is node."""
    if shutil.which("node"):
        subprocess.run(["node", "--check", path], check=True, capture_output=True)


def test_a_saved_module_exports_what_shows_the_figure(tmp_path):
    path = tmp_path / "one.mjs"
    explorer = updated(rise)
    explorer.save_module(path)
    text = path.read_text(encoding="utf-8")
    (content,) = re.findall(r"^const content = (.*);$", text, re.MULTILINE)
    assert json.loads(content).endswith(explorer.to_html())
    assert text.count("export default {") == 1
    check_module(path)


def test_the_widget_is_a_module_too(tmp_path):
    path = tmp_path / "widget.mjs"
    path.write_text(html.widget_module(), encoding="utf-8")
    check_module(path)


def test_a_picture_of_the_first_state_is_small():
    page = updated(rise).to_static_html()
    (encoded,) = re.findall(r'src="data:image/png;base64,([^"]*)"', page)
    assert base64.b64decode(encoded)[1:4] == b"PNG"
    assert len(page) < 12_000


# Markup.

EVIL = "\"'><img src=x onerror=alert(1)></script><script>alert(2)</script><!-- ]]> &lt;b&gt;"


def hostile():
    """Return an explorer with markup in every text that an author can give."""

    def draw(ax, k, kind, band, shown):
        ax.plot([0, k + band[0]], label=EVIL)
        ax.set_title(EVIL)
        ax.set_xticks([0, 1], [EVIL, "b"])
        ax.text(0, 0, kind if shown else "", url=EVIL, gid=EVIL, family=[EVIL, "serif"])
        ax.legend()
        return {EVIL: EVIL if k else "", "plain": k}

    return drawn(
        draw, alt=EVIL, caption=EVIL, presets={EVIL: {"k": 1}},
        readouts={EVIL: Readout(EVIL, unit=EVIL), "plain": Readout(EVIL, "d", EVIL)},
        k=Play(min=0, max=1, description=f"{EVIL} [{EVIL}]"),
        kind=ToggleButtons(options=[EVIL, "b"], description=EVIL),
        band=IntRangeSlider(min=0, max=1, description=f"{EVIL} [{EVIL}]"),
        shown={EVIL: True, "no": False}, figsize=(2.4, 1.8),
    )  # fmt: skip


@pytest.fixture(scope="module")
def evil():
    with pytest.MonkeyPatch.context() as patch:
        for cost in ("SAMPLE", "CHECKED"):
            patch.setattr(sys.modules["livefig.recording.record"], cost, 1)
        explorer = hostile()
        explorer.packed  # noqa: B018
        yield explorer


ALLOWED = {
    "figure", "figcaption", "div", "p", "form", "fieldset", "legend", "label", "span", "input",
    "button", "select", "option", "details", "summary", "output", "dl", "dt", "dd", "script",
    "svg", "g", "path", "text", "defs", "clippath", "rect", "image",
}  # fmt: skip


def assert_harmless(page, scripts):
    """Hold a page to the elements and attributes that an explorer is made of."""
    document = BeautifulSoup(page, "html.parser")
    assert {tag.name for tag in document.find_all(True)} <= ALLOWED | {"img", "table", "tr", "th",
                                                                      "td", "style"}  # fmt: skip
    assert len(document.find_all("script")) == scripts
    for tag in document.find_all(True):
        assert not [key for key in tag.attrs if key.startswith("on")], tag
        assert tag.get("src", "data:").startswith("data:")
    assert not document.find_all(string=lambda text: type(text).__name__ == "Comment")
    return document


def test_no_text_of_an_author_becomes_markup(evil):
    document = assert_harmless(evil.to_html(), scripts=1)
    assert not document.find("img")
    assert document.figcaption.text == EVIL
    assert document.svg["aria-label"] == EVIL
    assert document.find("button", {"data-preset": "0"}).text == EVIL
    assert document.find("select", {"name": "shown"}).option.text == EVIL
    assert {label.text for label in document.find_all("dt")} == {EVIL}
    assert document.find("output", {"name": EVIL})
    assert EVIL in {text.text for text in document.svg.find_all("text")}
    ids = [tag["id"] for tag in document.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[\w-]+", one) for one in ids)


def test_nor_in_a_fragment_or_a_picture(evil):
    for page, scripts in ((evil.to_fragment(), 2), (evil.to_static_html(), 0)):
        document = assert_harmless(page, scripts)
        assert [image["alt"] for image in document.find_all("img")] == [EVIL]


def test_nor_in_a_page_or_a_module(evil, tmp_path):
    evil.save(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    document = BeautifulSoup(page, "html.parser")
    assert document.title.text == EVIL
    assert len(document.find_all("script")) == 2
    assert not document.find("img")
    evil.save_module(tmp_path / "module.mjs")
    check_module(tmp_path / "module.mjs")


def test_nor_in_a_sentence(evil):
    explorer = updated(
        lambda axes, line, value: rise(axes, line, value) or {"high": EVIL if value else ""},
        sentence=f"{EVIL} {{high}} {EVIL}", readouts={"high": Readout("High")},
    )  # fmt: skip
    document = assert_harmless(explorer.to_html(), scripts=1)
    assert document.find(class_="ml-sentence").text == f"{EVIL} {EVIL} {EVIL}"


@pytest.mark.parametrize("name", [EVIL, "a onclick", "a'b"])
def test_what_is_written_as_a_name_is_refused_if_it_is_none(name):
    with pytest.raises(ExplorerError, match="name must begin with a letter"):
        updated(rise, name=name)
    with pytest.raises(ExplorerError, match="is no keyword of a function"):
        livefig.figure(lambda ax, **given: ax.plot([0, 1]), name="one", alt="a", caption="c",
                       controls={name: (0, 1)})  # fmt: skip

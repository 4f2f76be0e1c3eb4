"""In which form an explorer is shown where, and that no form lets anything in."""

import base64
import hashlib
import re
import sys
from types import SimpleNamespace

import pytest

import livefig
from livefig import ExplorerError, display

from .making import rise, updated


@pytest.mark.parametrize("mode", ["live", "record", "fragment", "static"])
def test_each_mode_shows_the_same_explorer_in_its_own_way(monkeypatch, mode):
    monkeypatch.setenv(display.MODE, mode)
    bundle = updated(rise)._repr_mimebundle_()
    assert bundle["text/plain"].startswith("Explorer 'one'")
    assert ("application/vnd.jupyter.widget-view+json" in bundle) == (mode == "live")
    assert ("ml-table" in bundle["text/html"]) == (mode != "static")
    assert ("<script>" in bundle["text/html"]) == (mode in ("live", "fragment"))


def test_an_unknown_mode_is_refused(monkeypatch):
    monkeypatch.setenv(display.MODE, "fast")
    with pytest.raises(ExplorerError, match=r"must be one of live, record, .*; got 'fast'"):
        updated(rise)._repr_mimebundle_()


@pytest.mark.parametrize(
    ("kernel", "mode"),
    [
        (None, "fragment"),
        (SimpleNamespace(get_parent=lambda channel: {"metadata": {"cellId": "a"}}), "live"),
        (SimpleNamespace(get_parent=lambda channel: {"metadata": {}}), "fragment"),
    ],
)
def test_a_person_at_a_kernel_is_told_from_a_program(monkeypatch, kernel, mode):
    shell = None if kernel is None else SimpleNamespace(kernel=kernel)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.delenv(display.MODE, raising=False)
    assert display._found_mode() == mode


def test_saved_page_needs_no_other_file_and_lets_nothing_else_run(tmp_path):
    updated(rise).save(tmp_path / "one.html")
    page = (tmp_path / "one.html").read_text()
    assert not re.search(r'(src|href)="(?!data:|#)', page)
    assert "https://" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    for tag in ("style", "script"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_a_module_renders_by_itself(tmp_path):
    updated(rise).save_module(tmp_path / "one.mjs")
    module = (tmp_path / "one.mjs").read_text()
    assert "export default" in module
    assert "ml-table" in module


HOSTILE = '"><img src=x onerror=alert(1)></script><script>alert(2)</script>'


def test_words_cannot_become_markup(tmp_path):
    def change(axes, line, value):
        axes.set_title(HOSTILE)
        line.set_ydata([0, value])
        return {"told": HOSTILE}

    explorer = updated(
        change, alt=HOSTILE, caption=HOSTILE, readouts={"told": livefig.Readout(HOSTILE)},
        sentence="so {told}", presets={HOSTILE: {"value": 1}},
        value={HOSTILE: 0, "b": 1},
    )  # fmt: skip
    for page in (explorer.to_html(), explorer.to_static_html()):
        assert "<img src=x" not in page
        assert "<script>alert" not in page
    explorer.save(tmp_path / "hostile.html")
    assert (tmp_path / "hostile.html").read_text().count("<script") == 2

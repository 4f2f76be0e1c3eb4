"""The policy of a page names what stands in it, and nothing that could be injected."""

from __future__ import annotations

import base64
import hashlib
from types import SimpleNamespace

import content_policy
import pytest
from theme_repairs import COLOURS, repaired


def hash_of(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def directive(page: str, name: str) -> str:
    rules = dict(rule.split(" ", 1) for rule in content_policy.policy(page).split("; "))
    return rules[name]


def test_scripts_and_styles_of_a_page_are_known_by_their_hash():
    page = "<script>early()</script><style>p {}</style><script src='a.js'></script>"
    assert directive(page, "script-src") == f"'self' '{hash_of('early()')}'"
    assert directive(page, "style-src") == f"'self' '{hash_of('p {}')}'"


def test_data_of_a_figure_is_no_script():
    assert directive('<script type="text/plain">H4s</script>', "script-src") == "'self'"


def test_nothing_unsafe_is_allowed():
    said = content_policy.policy("<script>early()</script>")
    assert "unsafe" not in said
    assert "*" not in said
    assert said.startswith("default-src 'none'")


@pytest.mark.parametrize("tag", ['<b onclick="x()">', "<b\n style='x'>", '<b ONload = "x">'])
def test_handlers_and_styles_in_tags_are_named(tag):
    assert content_policy.forbidden(f"<p>{tag}</p>") == [tag]


def test_a_page_says_its_policy_first_and_its_tags_are_repaired(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(repaired('<head><meta charset="utf-8" /><title>A</title>'
                             '<link rel="next" title="B" href="b.html" /></head>'
                             f"<script>{COLOURS[0]}</script>"
                             '<button onclick="window.print()">Print</button>'))  # fmt: skip
    app = SimpleNamespace(builder=SimpleNamespace(name="html"), outdir=str(tmp_path))
    content_policy.write_policies(app, None)
    written = page.read_text()
    assert written.index("Content-Security-Policy") < written.index("<title>")
    assert "<button data-prints>" in written
    assert "b.html" not in written


def test_what_no_policy_allows_is_told(tmp_path, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(content_policy.logging, "getLogger",
                        lambda name: SimpleNamespace(warning=told.append))  # fmt: skip
    (tmp_path / "page.html").write_text('<meta charset="utf-8"><p style="color: red">')
    app = SimpleNamespace(builder=SimpleNamespace(name="html"), outdir=str(tmp_path))
    content_policy.write_policies(app, None)
    assert told == ['page.html: no policy allows <p style="color: red">']

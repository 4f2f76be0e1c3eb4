"""Jupyter Book 2 and MyST: the directive for modules, as far as it can be tried offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from environment import NPM, npm_versions, run, serve
from example import figure
from place import Built, Place

TEXT = "# A wave\n\nBefore.\n\n```{anywidget} wave.mjs\n```\n\nAfter.\n"
SETTINGS = "version: 1\nproject:\n  title: Wave\nsite:\n  template: book-theme\n"
PAGE = """\
<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A wave</title>
<style>:root {{ color-scheme: light dark }} main {{ max-width: 44rem; margin: 2rem auto }}</style>
<main id="main"></main><script>window.node = {node}</script>
<script type="module" src="page.js"></script>
"""
SHOWING = """\
import { ANY_RENDERERS } from "@myst-theme/anywidget";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
const root = createRoot(document.getElementById("main"));
root.render(createElement(ANY_RENDERERS.anywidget, { node }));
"""


def build(folder: Path) -> Built:
    """Let myst read a page, and the theme's own renderer show its directive."""
    figure().save_module(folder / "wave.mjs")
    (folder / "index.md").write_text(TEXT)
    (folder / "myst.yml").write_text(SETTINGS)
    # It fails where it asks for its theme, but has read the page by then.
    run(NPM / "node_modules" / ".bin" / "myst", "build", "--site", folder=folder, fails=True)
    site = folder / "_build" / "site"
    node = _directive(json.loads((site / "content" / "index.json").read_text())["mdast"])
    node["esm"] = f".{node['esm']}"
    public = site / "public"
    (public / "index.html").write_text(PAGE.format(node=json.dumps(node)))
    (NPM / "page.js").write_text(SHOWING)
    run(NPM / "node_modules" / ".bin" / "esbuild", NPM / "page.js", "--bundle", "--format=esm",
        f"--outfile={public / 'page.js'}", folder=NPM)  # fmt: skip
    return Built(
        serve("python", "-m", "http.server", "--bind", "127.0.0.1", "{port}", folder=public),
        npm_versions("mystmd", "@myst-theme/anywidget"),
        note="`myst build --html` fetches its theme, which was not to be had: `myst build` read "
        "the page, and the theme's renderer of the directive, from npm, showed the module in a "
        "shadow root on a bare page.",
    )  # fmt: skip


def _directive(node: Any) -> Any:
    """Return the directive somewhere below a node."""
    if node.get("type") == "anywidget":
        return node
    return next((found for child in node.get("children", []) if (found := _directive(child))), None)


PLACES = [
    Place("Jupyter Book 2, MyST", '`wave.save_module("wave.mjs")`, `{anywidget} wave.mjs`', build)
]

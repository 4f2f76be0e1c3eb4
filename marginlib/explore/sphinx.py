"""A Sphinx extension: pages built from notebooks hold every state of their explorers.

Name ``marginlib.explore.sphinx`` among a book's extensions; nothing else is needed.
"""

from __future__ import annotations

import os
from importlib.resources import files
from typing import Any

from .explorer import MODE


def setup(app: Any) -> dict[str, bool]:
    """Record explorers in the kernels that this build starts, and put the front end on pages."""
    os.environ[MODE] = "record"
    app.connect("config-inited", _add_assets)
    app.add_js_file("explorer.js")
    app.add_css_file("explorer.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _add_assets(_: Any, config: Any) -> None:
    config.html_static_path.append(str(files(__package__) / "static"))

"""A Sphinx extension: pages built from notebooks hold every state of their explorers.

Name ``livefig.sphinx`` among a book's extensions; nothing else is needed. Four settings:

``livefig_require_words``
    With ``True``, a figure without ``alt=`` or ``caption=`` is an error.
``livefig_beside``
    Tables larger than this many bytes are put into files beside the page [bytes].
``livefig_language``
    The language of figures; without it the book's own, if `livefig` has its words, else English.
``livefig_words``
    A JSON file with the author's texts in that language (see `livefig.language`).
"""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..display import MODE, REQUIRE
from ..language import ENGLISH, LANGUAGE, WORDS, languages
from .links import KeepStatesOfThisPage, ResolveStatesOfOtherPages
from .numbers import FIGURE, MarkExplorers, TellNumbers, explorer, title_of
from .pages import check_names, put_large_tables_beside

BESIDE = 400_000


def setup(app: Any) -> dict[str, bool]:
    """Record explorers in the kernels that this build starts, and put the front end on pages."""
    os.environ[MODE] = "record"
    app.add_config_value("livefig_require_words", False, "env", [bool])
    app.add_config_value("livefig_beside", BESIDE, "html", [int])
    app.add_config_value("livefig_language", "", "env", [str])
    app.add_config_value("livefig_words", "", "env", [str])
    app.connect("config-inited", _prepare)
    app.connect("html-page-context", check_names)
    app.connect("html-page-context", put_large_tables_beside)
    app.add_enumerable_node(explorer, FIGURE, title_of)
    app.add_transform(KeepStatesOfThisPage)
    app.add_transform(MarkExplorers)
    app.add_post_transform(ResolveStatesOfOtherPages)
    app.add_post_transform(TellNumbers)
    app.add_js_file("livefig.js")
    app.add_css_file("livefig.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _prepare(app: Any, config: Any) -> None:
    os.environ[REQUIRE] = "1" if config.livefig_require_words else "0"
    known = config.language if config.language in languages() else ENGLISH
    os.environ[LANGUAGE] = config.livefig_language or known
    words = config.livefig_words
    os.environ[WORDS] = str(Path(app.srcdir, words)) if words else ""
    config.html_static_path.append(str(files("livefig") / "static"))

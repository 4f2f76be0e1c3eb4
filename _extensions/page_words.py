"""The words that the book's extensions write, in the language of the book.

English stands in the code, as ``_("Quick questions")``; other languages are in
``locale/LANGUAGE/LC_MESSAGES/margin.po``, and the prose of each page beside it in a file of the
page's name. What authors write in figures, tables and quick questions is in
``locale/LANGUAGE/words.json``. A page whose prose has no such file is English as a whole: its
figures and questions speak as the prose does, and count as it does.
"""

from __future__ import annotations

import os
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import get_translation
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.i18n import CatalogInfo

from livefig.language import ENGLISH, LANGUAGE, language, languages

CATALOGUE = "margin"
FOLDER = Path(__file__).parents[1] / "locale"

_ = get_translation(CATALOGUE)


def of_page(text: str) -> str:
    """Return what stands within the page that is read, in the language of its prose."""
    return text if language() == ENGLISH else _(text)


def is_translated(config: Config, page: str) -> bool:
    """Return whether the prose of a page is in the language of the book."""
    prose = FOLDER / config.language / "LC_MESSAGES" / f"{page}.po"
    return config.language == ENGLISH or prose.is_file()


def speak_as_the_page(app: Sphinx, page: str, source: list[str]) -> None:
    """Let the figures of a page, before it is read and run, speak the language of its prose."""
    spoken = app.config.language
    knows = spoken in languages() and is_translated(app.config, page)
    os.environ[LANGUAGE] = spoken if knows else ENGLISH


class NumberAsThePage(SphinxPostTransform):
    """Let a page call figures by its own word for them."""

    default_priority = 1  # before any number is told

    def run(self, **kwargs: object) -> None:
        named = _("Figure %s") if is_translated(self.config, self.env.docname) else "Figure %s"
        self.config.numfig_format = self.config.numfig_format | {"figure": named}


def name_the_language(
    app: Sphinx,
    page: str,
    template: str,
    context: dict[str, object],
    document: nodes.document | None,
) -> None:
    """Say of English prose in a book of another language that it is English."""
    if document is not None and not is_translated(app.config, page):
        context["body"] = str(context["body"]).replace("<section", f'<section lang="{ENGLISH}"', 1)


def words_of_settings(app: Sphinx, config: Config) -> None:
    """Let what other extensions are told to write follow the language too."""
    config.html_theme_options["search_bar_text"] = _("Search this book")
    config.html_theme_options["extra_footer"] = _(
        'Text and figures under <a href="https://creativecommons.org/licenses/by/4.0/" '
        'rel="license">CC BY 4.0</a>, code under the '
        '<a href="https://opensource.org/license/bsd-3-clause" rel="license">BSD 3-Clause '
        "licence</a>. This book explains; it does not advise anyone to trade."
    )
    config.nb_code_prompt_show = _("Show code cell {type}")
    config.nb_code_prompt_hide = _("Hide code cell {type}")
    words = Path("locale", config.language, "words.json")
    if Path(app.srcdir, words).is_file():
        config.livefig_words = words.as_posix()


def setup(app: Sphinx) -> dict[str, object]:
    words = CatalogInfo(str(FOLDER / app.config.language / "LC_MESSAGES"), CATALOGUE, "utf-8")
    if Path(words.po_path).is_file() and words.is_outdated():
        words.write_mo(app.config.language)  # Sphinx does so too, but after it has read them
    app.add_message_catalog(CATALOGUE, str(FOLDER))
    app.connect("config-inited", words_of_settings, priority=400)  # before livefig reads them
    app.connect("source-read", speak_as_the_page)
    app.connect("html-page-context", name_the_language)
    app.add_post_transform(NumberAsThePage)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""The words that the book's extensions write, in the language of the book.

English stands in the code, as ``_("Quick questions")``; other languages are in
``locale/LANGUAGE/LC_MESSAGES/margin.po``, and the prose of each page beside it in a file of the
page's name. What authors write in figures, tables and quick questions is in
``locale/LANGUAGE/words.json``.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import get_translation
from sphinx.util.i18n import CatalogInfo

CATALOGUE = "margin"
FOLDER = Path(__file__).parents[1] / "locale"

_ = get_translation(CATALOGUE)


def words_of_settings(app: Sphinx, config: Config) -> None:
    """Let what other extensions are told to write follow the language too."""
    config.html_theme_options["search_bar_text"] = _("Search this book")
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
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""The words that the book's extensions write, in the language of the book.

English stands in the code, as ``_("Quick questions")``; other languages are in
``locale/LANGUAGE/LC_MESSAGES/margin.po``. What authors write in figures, tables and quick questions is
in ``locale/LANGUAGE/words.json``, and the prose of each page in a file of its name.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import get_translation

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
    app.add_message_catalog(CATALOGUE, str(FOLDER))
    app.connect("config-inited", words_of_settings, priority=400)  # before livefig reads them
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Where the book is published and where its source is kept, as CITATION.cff says.

``url`` becomes the address of the published book (``html_baseurl``, unless that is set), from which
pages name themselves; ``repository-code`` gives each page a button to open an issue and one to
suggest an edit, and notebooks links that run them at Binder and Colab, if it is on GitHub. A hub of
your own is ``jupyterhub_url`` of the theme's ``launch_buttons`` in ``_config.yml``. What is not
known is not written anywhere: no address is invented.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config

BRANCH = "main"
HOSTS = ("github", "gitlab")  # of which the theme knows where issues are opened
LAUNCHED = {
    "binderhub_url": "https://mybinder.org",
    "colab_url": "https://colab.research.google.com",
}
BUTTONS = ("use_issues_button", "use_edit_page_button")


def told(folder: Path) -> dict[str, Any]:
    """Return what the file CITATION.cff of a folder says, or nothing."""
    path = folder / "CITATION.cff"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}


def use_addresses(app: Sphinx, config: Config) -> None:
    """Set the address of the book, and the buttons that lead to its source."""
    cited = told(Path(app.srcdir))
    address = config.html_baseurl or cited.get("url", "")
    config.html_baseurl = f"{address.rstrip('/')}/" if address else ""
    repository = cited.get("repository-code", "")
    options = dict(config.html_theme_options)
    options.pop("repository_url", None)  # Jupyter Book's own stands there by default
    has_buttons = any(host in repository for host in HOSTS)
    if has_buttons:
        options |= {
            "repository_url": repository.removesuffix(".git").rstrip("/"),
            "repository_branch": BRANCH,
        }
    if "://github.com/" in repository:
        options["launch_buttons"] = LAUNCHED | options.get("launch_buttons", {})
    config.html_theme_options = options | dict.fromkeys(BUTTONS, has_buttons)


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("config-inited", use_addresses)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""A value that the prose of a page shows."""

from __future__ import annotations

from IPython.core.formatters import format_display_data
from IPython.display import display

UNSEEN = "application/papermill.record/"
"""Begins the type of what is kept with a cell and not shown."""


def glue(name: str, value: object) -> None:
    """Keep a value with its cell, unseen, where MyST-NB finds it for ``{glue}`` in prose.

    As ``myst_nb.glue`` does, whose first call loads Sphinx into the kernel: a second in which no
    figure answers.

    Parameters
    ----------
    name : str
        What the prose calls it.
    value : object
        What is shown there, as at the end of a cell.
    """
    looks, about = format_display_data(value)  # type: ignore[no-untyped-call]
    about["scrapbook"] = {"name": name, "mime_prefix": UNSEEN}
    kept = {UNSEEN + form: data for form, data in looks.items()}
    display(kept, raw=True, metadata=about)  # type: ignore[no-untyped-call]

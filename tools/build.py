"""Build the book with a process for each core: ``make book``.

``jupyter-book build .`` makes the same pages, one notebook after the other: its command line does
not pass on the number of processes that Sphinx may use. Here warnings are errors, and references
must lead somewhere.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from jupyter_book.sphinx import build_sphinx

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Build the pages, and stop with an error where there was a problem."""
    problem = build_sphinx(
        ROOT,
        ROOT / "_build/html",
        noconfig=True,
        path_config=ROOT / "_config.yml",
        confoverrides={
            "external_toc_path": str(ROOT / "_toc.yml"),
            "latex_individualpages": False,
            "nitpicky": True,
        },
        warningiserror=True,
        keep_going=True,
        jobs=os.cpu_count() or 1,
    )
    if problem:
        sys.exit(f"The book was not built without problems: {problem}")


if __name__ == "__main__":
    main()

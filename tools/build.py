"""Build the book with a process for each core: ``make book``.

``jupyter-book build .`` makes the same pages, one notebook after the other: its command line does
not pass on the number of processes that Sphinx may use. Here warnings are errors, and references
must lead somewhere.

    python -m tools.build              # the site, in _build/html
    python -m tools.build --language de     # the same in German, as far as it goes, in _build/de
    python -m tools.build gettext      # what is to be translated, in _build/gettext; runs nothing
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from jupyter_book.sphinx import build_sphinx

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "_build"
ENGLISH = "en"
FAILED = "An error occurred while executing the following cell"


def build(builder: str = "html", language: str = ENGLISH) -> Path:
    """Build the pages and return their folder.

    Raises
    ------
    SystemExit
        If there was a problem.
    """
    built, read = places(builder, language)
    own: dict[str, Any] = {} if builder == "html" else {"nb_execution_mode": "off"}
    if language != ENGLISH:
        own["language"] = language
    problem = build_sphinx(
        ROOT,
        built,
        noconfig=True,
        path_config=ROOT / "_config.yml",
        builder=builder,
        doctreedir=read,
        confoverrides={
            "external_toc_path": str(ROOT / "_toc.yml"),
            "latex_individualpages": False,
            "nitpicky": True,
            **own,
        },
        warningiserror=True,
        keep_going=True,
        jobs=os.cpu_count() or 1,
    )
    if problem:
        sys.exit(f"The book was not built without problems: {problem}\n{failed_cell(problem)}")
    return built


def places(builder: str = "html", language: str = ENGLISH) -> tuple[Path, Path]:
    """Return where pages are built, and where what was read is kept: not among the pages.

    Examples
    --------
    >>> [place.name for place in places(language="de")]
    ['de', '.doctrees-de']
    """
    name = builder if language == ENGLISH else language
    return BUILT / name, BUILT / (".doctrees" if name == "html" else f".doctrees-{name}")


def failed_cell(problem: object) -> str:
    """Return the cell of a notebook that raised, with its message, or nothing.

    Where pages are read in several processes, the one that failed tells it as text.
    """
    told = getattr(problem, "traceback", "") or str(getattr(problem, "__cause__", ""))
    return told[told.index(FAILED) :] if FAILED in told else ""


def main() -> None:
    """Build what is asked for."""
    parser = argparse.ArgumentParser(description="Build the book.")
    parser.add_argument("builder", nargs="?", default="html")
    parser.add_argument("--language", default=ENGLISH, help="such as de")
    asked = parser.parse_args()
    build(asked.builder, asked.language)


if __name__ == "__main__":
    main()

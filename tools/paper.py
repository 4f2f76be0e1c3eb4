"""Set the book on paper, or as an ePub: ``make pdf`` and ``make epub``.

Both are made from what ``make book`` has read, so no notebook runs again. A PDF needs programs that
are no Python packages: where one is missing, this says which, and how to install it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from jupyter_book.sphinx import build_sphinx

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "_build"
FORMATS = {"pdf": "latex", "epub": "epub"}

PROGRAMS = ("xelatex", "latexmk", "rsvg-convert")
PACKAGES = (
    "texlive-xetex texlive-latex-recommended texlive-latex-extra texlive-fonts-recommended "
    "fonts-texgyre fonts-texgyre-math fonts-dejavu-core latexmk librsvg2-bin"
)


def build(form: str) -> Path:
    """Write the sources of a format and return their folder.

    Raises
    ------
    SystemExit
        If there was a problem.
    """
    folder = BUILT / FORMATS[form]
    problem = build_sphinx(
        ROOT, folder, noconfig=True, path_config=ROOT / "_config.yml", builder=FORMATS[form],
        doctreedir=BUILT / ".doctrees", jobs=os.cpu_count() or 1,
        confoverrides={
            "external_toc_path": str(ROOT / "_toc.yml"), "latex_individualpages": False,
            **({"templates_path": []} if form == "epub" else {}),  # they are the site's
        },
    )  # fmt: skip
    if problem:
        sys.exit(f"The {form} was not built without problems: {problem}")
    return folder


def missing(programs: tuple[str, ...] = PROGRAMS) -> str:
    """Say which programs lack and what to install, or nothing.

    >>> print(missing(("no-such-program",)).splitlines()[0])
    A PDF needs no-such-program, which is not installed.
    """
    lacking = [program for program in programs if shutil.which(program) is None]
    if not lacking:
        return ""
    return (
        f"A PDF needs {', '.join(lacking)}, which {'is' if len(lacking) == 1 else 'are'} not "
        f"installed.\nOn Debian or Ubuntu: apt install {PACKAGES}\n"
        "Elsewhere: TeX Live or MacTeX, the fonts TeX Gyre and DejaVu, and librsvg."
    )


def pdf() -> Path:
    """Set the book with LaTeX and return where it is."""
    if lacking := missing():
        sys.exit(lacking)
    folder = build("pdf")
    source = next(folder.glob("*.tex"))
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", "-quiet", source.name]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    made = source.with_suffix(".pdf")
    if done.returncode or not made.is_file():
        sys.exit(
            f"LaTeX stopped; its report is {source.with_suffix('.log')}\n{done.stdout[-2000:]}"
        )
    return made


def epub() -> Path:
    """Write the book as an ePub and return where it is."""
    made = next(build("epub").glob("*.epub"))
    if complaints := checked(made):
        sys.exit(f"epubcheck finds faults:\n{complaints[-2000:]}")
    return made


def checked(book: Path) -> str:
    """Return what epubcheck finds wrong with an ePub, where it is installed."""
    program = shutil.which("epubcheck")
    if program is None:
        return ""
    is_archive = Path(program).read_bytes().startswith(b"PK")  # as Debian's, which Java opens
    command = [*(["java", "-jar"] if is_archive else []), program, "--failonwarnings", str(book)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stderr if done.returncode else ""


if __name__ == "__main__":
    (form,) = sys.argv[1:]
    made = {"pdf": pdf, "epub": epub}[form]()
    print(f"The book is {made.relative_to(ROOT)} ({made.stat().st_size / 1e6:.1f} MB)")

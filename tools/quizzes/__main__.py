"""Write the questions of each chapter for other learning platforms: ``make quizzes``.

For every chapter two files in ``_build/quizzes``: ``NAME.zip`` for Canvas and most others, and
``NAME.xml`` for Moodle.
"""

from pathlib import Path

from lessons import FOLDER as CHAPTERS
from lessons import lesson

from .items import items
from .moodle import moodle
from .qti import package

FOLDER = Path("_build/quizzes")


def main() -> None:
    """Write two files for each chapter, and say where they are."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        chapter = lesson(path.stem)
        asked = items(chapter)
        (FOLDER / f"{chapter.name}.zip").write_bytes(package(chapter, asked))
        (FOLDER / f"{chapter.name}.xml").write_bytes(moodle(chapter, asked))
        print(f"{FOLDER / chapter.name}.zip, .xml: {len(asked)} questions")


if __name__ == "__main__":
    main()

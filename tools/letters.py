"""Cut the letters of the book out of the typefaces that they come from, under names of their own.

Needs ``fonttools[woff]`` and a folder with the npm packages ``@fontsource-variable/source-serif-4``
and ``@fontsource-variable/source-sans-3`` (5.3.1): ``python -m tools.letters FOLDER``. "Source" is
a reserved name of their licence, the OFL, so what is cut from them is called otherwise.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

TO = Path(__file__).parents[1] / "_static" / "fonts"
CHARACTERS = [*range(0x20, 0x7F), *map(ord, "\u00a0\u202f©°±²¼½×ÉáäåçèéíóöüØø–—‘’“”…−")]
FEATURES = ["ccmp", "kern", "liga", "lnum", "locl", "mark", "tnum"]
# File, package and file there, weights, name.
LETTERS: list[tuple[str, str, Any, str]] = [
    ("margin-text", "source-serif-4/files/source-serif-4-latin-wght-normal", (400, 700),
     "Margin Text"),
    ("margin-text-italic", "source-serif-4/files/source-serif-4-latin-wght-italic", 400,
     "Margin Text"),
    ("margin-ui", "source-sans-3/files/source-sans-3-latin-wght-normal", (400, 650), "Margin UI"),
]  # fmt: skip
COPYRIGHT, FAMILY, STYLE, UNIQUE, FULL, VERSION, POSTSCRIPT, LICENCE, ADDRESS = (
    0, 1, 2, 3, 4, 5, 6, 13, 14
)  # fmt: skip


def cut(source: Path, weights: Any, name: str) -> Any:
    """Return the letters of a typeface that the book uses, in the weights that it uses."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(source)
    options = subset.Options(layout_features=FEATURES, hinting=False, name_IDs=["*"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=CHARACTERS)
    cutter.subset(font)  # before the weights: the other order fails
    font = instancer.instantiateVariableFont(font, {"wght": weights})
    names = font["name"]
    style = names.getDebugName(STYLE)
    said = {FAMILY: name, UNIQUE: f"{name} {style}, cut", FULL: f"{name} {style}",
            POSTSCRIPT: f"{name.replace(' ', '')}-{style}"}  # fmt: skip
    for record in list(names.names):
        if record.nameID in said:
            record.string = said[record.nameID]
        elif record.nameID not in (COPYRIGHT, STYLE, VERSION, LICENCE, ADDRESS):
            names.names.remove(record)
    font.flavor = "woff2"
    return font


def main(folder: str) -> None:
    """Write the letters."""
    for file, path, weights, name in LETTERS:
        source = Path(folder, "@fontsource-variable", f"{path}.woff2")
        cut(source, weights, name).save(TO / f"{file}.woff2")
        print(f"{file}: {(TO / file).with_suffix('.woff2').stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])

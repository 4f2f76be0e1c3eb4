"""Make the font of the formulas, a small part of Latin Modern Math.

    python -m tools.formula_font /usr/share/texmf/fonts/opentype/public/lm-math/latinmodern-math.otf

The whole font is in Debian's package `fonts-lmodern`, and on CTAN. A test of the site tells which
characters of the book's formulas the part lacks; they are added here.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
PART = ROOT / "_static/formulas.woff2"
NAME = "Margin Formulas"  # the licence asks that what is changed has a name of its own

LETTERS = [*range(0x20, 0x7F), *map(ord, "ΓΔΘΛΞΠΣΦΨΩαβγδεζηθικλμνξπρστυφχψωϑϕϱϵ")]
SIGNS = map(ord, "±·×÷′ℓ←→↔∂∇∈∏∑−∗√∝∞∫≈≠≡≤≥⋅…⌈⌉⌊⌋⟨⟩⟶⟸⟹⟺ˆ˜¯‖")
# A single letter is drawn as the slanted one of its own place; h stands elsewhere.
SLANTED = [*range(0x1D434, 0x1D468), 0x210E, *range(0x1D6FC, 0x1D71C)]
PRIME, SMALL_PRIME = 0x2032, "minute.st"


def main(whole: Path) -> None:
    """Write the part of the font."""
    font = TTFont(whole)
    # Chromium does not choose the prime that is made for exponents.
    for table in font["cmap"].tables:
        if PRIME in table.cmap:
            table.cmap[PRIME] = SMALL_PRIME
    options = subset.Options(
        flavor="woff2", layout_features=[], drop_tables=["GSUB", "GPOS", "GDEF", "DSIG"],
        hinting=False, desubroutinize=True, notdef_outline=True, name_IDs=[0, 1, 2, 4, 6, 13, 14],
    )  # fmt: skip
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[*LETTERS, *SIGNS, *SLANTED])
    subsetter.subset(font)
    for entry, name in ((1, NAME), (4, NAME), (6, NAME.replace(" ", ""))):
        font["name"].setName(name, entry, 3, 1, 0x409)
    subset.save_font(font, PART, options)
    print(f"{PART}: {PART.stat().st_size:,} bytes, {len(font.getBestCmap())} characters")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Try one figure in every place, look at each with a browser, and write the guide's table.

``python livefig/places``, or with words of the names of some places, which leaves the table alone.
"""

from __future__ import annotations

import shutil
import sys
import traceback

from environment import BUILD, ROOT, end_servers, prepare, slug
from example import figure
from looking import Looker, Seen
from place import NOTHING, Built, Place
from playwright.sync_api import sync_playwright
from table import Row, write

sys.path.insert(0, str(ROOT))

import saved_page
import with_jupyter
import with_marimo
import with_mkdocs
import with_myst
import with_nbconvert
import with_pandoc
import with_sphinx
import without_scripts

from tools.browser import launch

MODULES = (
    saved_page, with_jupyter, with_sphinx, with_nbconvert, with_pandoc, with_mkdocs, with_marimo,
    with_myst, without_scripts,
)  # fmt: skip
PLACES = [place for module in MODULES for place in module.PLACES]
TABLE = ROOT / "livefig/guide/places.md"


def main(words: list[str]) -> int:
    """Try the places, all of them or those whose names hold a word; the table needs them all."""
    prepare()
    chosen = [
        place
        for index, place in enumerate(PLACES)
        if not index or not words or any(word in slug(place.name) for word in words)
    ]  # the first is the look that the others are held against
    wave = figure()
    first, moved = wave.at()["steepness"], wave.at(freq=wave.controls[0].values[3])["steepness"]
    with sync_playwright() as playwright:
        browser = launch(playwright, offline=False)
        looker = Looker(browser, first, moved)
        found = [tried(place, looker) for place in chosen]
        browser.close()
    if not words:
        write([row for row, _ in found], TABLE)
    return sum(not well for _, well in found)


def tried(place: Place, looker: Looker) -> tuple[Row, bool]:
    """Build a page in one place, look at it light and dark, and return its row of the table."""
    folder = BUILD / "pages" / slug(place.name)
    shutil.rmtree(folder, ignore_errors=True)  # some tools keep what they built
    folder.mkdir(parents=True)
    try:
        built = place.build(folder)
        looks = [
            looker.look(built, theme, BUILD / f"{slug(place.name)}_{theme}.png")
            for theme in ("light", "dark")
        ]
    except Exception:
        traceback.print_exc()
        return Row(place.name, [], place.writes, "not seen: it failed", "", [], ""), False
    finally:
        end_servers()
    row, wrong = judged(place, built, looks)
    print(f"{'!' if wrong else ' '} {place.name}: {row.alive}", *wrong, sep="\n    ", flush=True)
    return row, not wrong


def judged(place: Place, built: Built, looks: list[Seen]) -> tuple[Row, list[str]]:
    """Return the row of a place, and what is wrong there."""
    lives = list(dict.fromkeys(seen.life for seen in looks))
    faults = list(dict.fromkeys(fault for seen in looks for fault in seen.faults))
    ugly = list(dict.fromkeys(fault for seen in looks for fault in seen.ugly))
    hosts = sorted({host for seen in looks for host in seen.hosts})
    alive = "; ".join(faults) or ", ".join(lives)
    styled = "no" if ugly else "yes" if built.styled and lives != [NOTHING] else "–"
    unexpected = [life for life in lives if life not in built.expects]
    row = Row(place.name, built.tools, place.writes, alive, styled, hosts, built.note)
    return row, [*unexpected, *faults, *ugly]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

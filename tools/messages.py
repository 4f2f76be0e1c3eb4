"""Renew the files of translations from what was extracted: the last step of ``make messages``.

A sentence that changed is kept as a *fuzzy* translation, to be looked at; Sphinx leaves it in
English until then.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
EXTRACTED = ROOT / "_build/gettext"


def renew(translated: Path, template: Path) -> tuple[int, int]:
    """Renew a file from its template, and return how many of how many sentences it has.

    Raises
    ------
    FileNotFoundError
        If there is no such page any more.
    """
    with template.open("rb") as file:
        wanted = read_po(file)
    with translated.open("rb") as file:
        known = read_po(file)
    begun = known.creation_date
    known.update(wanted, update_header_comment=False)
    known.creation_date = begun  # where nothing changed, the file stays as it is
    for message in known:
        message.locations = []
    with translated.open("wb") as file:
        write_po(file, known, width=0, ignore_obsolete=True)
    asked = [message for message in known if message.id]
    return sum(bool(message.string) and not message.fuzzy for message in asked), len(asked)


def main() -> None:
    """Renew every file in ``locale/``, and say how far each is."""
    for translated in sorted((ROOT / "locale").rglob("*.po")):
        language, _, *name = translated.relative_to(ROOT / "locale").parts
        done, all_of_them = renew(translated, EXTRACTED.joinpath(*name).with_suffix(".pot"))
        print(f"{language} {'/'.join(name)}: {done} of {all_of_them}")


if __name__ == "__main__":
    main()

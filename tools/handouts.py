"""Copy chapters without the solutions of their exercises: ``make handouts``.

What solves an exercise goes, and an empty cell takes its place for the answer; outputs go too. The
copies are in ``_build/handouts``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

FOLDER = Path("_build/handouts")
DIRECTIVE = re.compile(
    r"^(?P<fence>`{3,})\{(?P<name>solution(?:-start|-end)?)\}.*?^(?P=fence)\n?",
    re.MULTILINE | re.DOTALL,
)
ANSWER = "*Your answer:*"


def handout(notebook: NotebookNode) -> NotebookNode:
    r"""Return a copy without solutions and outputs.

    >>> new = nbformat.v4
    >>> cells = [
    ...     new.new_markdown_cell("Two times two?\n```{solution-start} ex\n```\n"),
    ...     new.new_code_cell("2 * 2"),
    ...     new.new_markdown_cell("Four.\n```{solution-end}\n```\nThree?"),
    ... ]
    >>> [cell.source for cell in handout(new.new_notebook(cells=cells)).cells]
    ['Two times two?', '*Your answer:*', 'Three?']
    """
    kept: list[NotebookNode] = []
    solving = False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if not solving and "remove-cell" not in cell.metadata.get("tags", []):
                kept.append(nbformat.v4.new_code_cell(cell.source, metadata=cell.metadata))
            continue
        texts, solving = unsolved(cell.source, solving)
        kept += [nbformat.v4.new_markdown_cell(text, metadata=cell.metadata) for text in texts]
    for number, cell in enumerate(kept):
        cell.id = f"cell-{number}"
    return nbformat.v4.new_notebook(cells=kept, metadata=notebook.metadata)


def unsolved(source: str, solving: bool) -> tuple[list[str], bool]:
    r"""Return the texts of a cell outside its solutions, and whether it ends inside one.

    >>> unsolved("One?\n```{solution} ex\nOne.\n```\nTwo?", solving=False)
    (['One?', '*Your answer:*', 'Two?'], False)
    """
    texts, place = [], 0
    for found in DIRECTIVE.finditer(source):
        if not solving:
            texts.append(source[place : found.start()])
        if found["name"] != "solution-end":
            texts.append(ANSWER)
        solving = found["name"] == "solution-start"
        place = found.end()
    if not solving:
        texts.append(source[place:])
    return [text.strip() for text in texts if text.strip()], solving


def main(names: list[str]) -> None:
    """Write the copies, and say where they are."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = FOLDER / Path(name).name
        nbformat.write(handout(nbformat.read(name, as_version=4)), path)
        print(path)


if __name__ == "__main__":
    main(sys.argv[1:])

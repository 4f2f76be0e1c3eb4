"""Run notebooks in place and keep their outputs: ``python tools/outputs.py chapters/*.ipynb``.

What differs from machine to machine (times, the version of Python, the name of the kernel) is
left out, so that a rerun that changes nothing writes the same bytes. Code that the page folds or
leaves out is folded in JupyterLab as well.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
FOLDED = {"hide-cell", "hide-input", "remove-cell", "remove-input"}  # tags, as the page reads them


def fold(notebook: NotebookNode) -> None:
    """Have JupyterLab fold the code that the page does not show at once, and no other."""
    for cell in notebook.cells:
        cell.metadata.get("jupyter", {}).pop("source_hidden", None)
        if cell.cell_type == "code" and FOLDED & set(cell.metadata.get("tags", [])):
            cell.metadata.setdefault("jupyter", {})["source_hidden"] = True
        if not cell.metadata.get("jupyter", True):
            del cell.metadata["jupyter"]


def renew(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=300,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    fold(notebook)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def main(names: list[str]) -> None:
    if not names:
        sys.exit("There is no notebook to run.")
    os.environ["LIVEFIG"] = "static"  # pictures: a notebook keeps no table of states
    for name in names:
        print(f"Running {name}", flush=True)
        renew(Path(name))


if __name__ == "__main__":
    main(sys.argv[1:])

"""Code that a page folds or leaves out is folded in JupyterLab as well."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tools.outputs import fold

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(
    path for folder in ("", "chapters", "guide", "livefig/guide")
    for path in (ROOT / folder).glob("*.ipynb")
)  # fmt: skip


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_tags_and_folds_agree(path: Path) -> None:
    kept = path.read_text("utf-8")
    notebook = nbformat.read(path, as_version=4)
    before = nbformat.writes(notebook)
    fold(notebook)
    assert nbformat.writes(notebook) == before, "type: python tools/outputs.py, with this notebook"
    assert ('"source_hidden"' in kept) == ('"hide-input"' in kept or '"remove-cell"' in kept)


def test_a_cell_follows_its_tags() -> None:
    cells = [nbformat.v4.new_code_cell("1", metadata=each) for each in (
        {"tags": ["hide-input"]}, {"jupyter": {"source_hidden": True}},
        {"jupyter": {"outputs_hidden": True}}, {"tags": ["claims", "remove-cell"]}, {},
    )]  # fmt: skip
    fold(nbformat.v4.new_notebook(cells=cells))
    assert [cell.metadata.get("jupyter") for cell in cells] == [
        {"source_hidden": True}, None, {"outputs_hidden": True}, {"source_hidden": True}, None,
    ]  # fmt: skip

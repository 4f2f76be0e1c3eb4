"""The notebooks as they are kept: with outputs, small, and with a number under every picture."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT, ROOT / "chapters", ROOT / "guide", ROOT / "livefig/guide")
NOTEBOOKS = sorted(path for folder in FOLDERS for path in folder.glob("*.ipynb"))
LARGEST_NOTEBOOK = 200_000  # bytes, with the pictures and tables that are kept
PRINTING_CALLS = {"print", "display", "show", "glue"}
SILENT_CALLS = {"use_style"}  # return nothing, so a cell may end with them


def notebook_id(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(params=NOTEBOOKS, ids=notebook_id)
def path(request) -> Path:
    return request.param


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def should_print(source: str) -> bool:
    r"""Whether a cell ends in a value, or prints one.

    >>> [should_print(text) for text in ("a = 1", "a", "a;", "for b in c:\n    print(b)")]
    [False, True, False, True]
    """
    lines = [line for line in source.splitlines() if not line.startswith(("%", "!"))]
    tree = ast.parse("\n".join(lines))
    calls = {called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    ends_in_a_value = (
        bool(tree.body)
        and isinstance(tree.body[-1], ast.Expr)
        and called(tree.body[-1].value) not in SILENT_CALLS
        and not source.rstrip().endswith(";")
    )
    return ends_in_a_value or bool(calls & PRINTING_CALLS)


def called(node: ast.AST) -> str | None:
    """Name of the function that the expression calls, without its module."""
    if not isinstance(node, ast.Call):
        return None
    return getattr(node.func, "id", getattr(node.func, "attr", None))


def shows_a_picture(cell) -> bool:
    return any(
        "image/png" in output.get("data", {})
        or "image/svg+xml" in output.get("data", {})
        or "ml-explorer" in "".join(output.get("data", {}).get("text/html", ""))
        for output in cell.outputs
    )


def states_a_number(cell) -> bool:
    """Whether the cell prints or asserts something that a rerun is compared with."""
    printed = "".join(output.get("text", "") for output in cell.outputs)
    values = "".join(
        output.data.get("text/plain", "")
        for output in cell.outputs
        if output.output_type == "execute_result" and "image/png" not in output.data
    )
    asserts = any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source)))
    return asserts or any(character.isdigit() for character in printed + values)


def unchecked_pictures(cells: list) -> list[str]:
    """Cells with a picture, when neither they nor the next cell state a number."""
    following = [*cells[1:], None]
    return [
        cell.source
        for cell, next_cell in zip(cells, following, strict=True)
        if shows_a_picture(cell)
        and not states_a_number(cell)
        and not (next_cell is not None and states_a_number(next_cell))
    ]


def test_there_are_notebooks():
    assert [path for path in NOTEBOOKS if path.parent.name == "chapters"]


def test_outputs_are_kept(path):
    without = [cell.source for cell in code_cells(path) if not cell.outputs]
    assert [source for source in without if should_print(source)] == []


def test_cells_were_run_in_order(path):
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_output_is_an_error(path):
    kinds = {
        output.get("name", output.output_type)
        for cell in code_cells(path)
        for output in cell.outputs
    }
    assert kinds & {"error", "stderr"} == set()


def test_a_number_stands_under_every_picture(path):
    assert unchecked_pictures(code_cells(path)) == []


def test_a_picture_without_a_number_would_be_noticed():
    picture = nbformat.v4.new_output("display_data", data={"image/png": "", "text/plain": "<1>"})
    number = nbformat.v4.new_output("stream", text="18,947.37\n")
    drawn = nbformat.v4.new_code_cell("draw()", outputs=[picture])
    stated = nbformat.v4.new_code_cell("print(price)", outputs=[number])
    asserted = nbformat.v4.new_code_cell("assert price > 0")
    idle = nbformat.v4.new_code_cell("a = 1")
    assert unchecked_pictures([drawn]) == unchecked_pictures([drawn, idle, stated]) == ["draw()"]
    assert unchecked_pictures([drawn, stated]) == unchecked_pictures([drawn, asserted]) == []


def test_notebook_is_small(path):
    assert path.stat().st_size < LARGEST_NOTEBOOK


def test_metadata_names_no_machine(path):
    metadata = nbformat.read(path, as_version=4).metadata
    assert metadata.kernelspec.name == "python3"
    assert set(metadata.language_info) == {"name"}

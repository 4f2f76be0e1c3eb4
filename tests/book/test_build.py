"""A build that fails says where."""

from __future__ import annotations

import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import v4
from sphinx.errors import SphinxParallelError

from tools.build import failed_cell, places

CELL = v4.new_code_cell("margin = 1 / 0")
ERROR = {
    "ename": "ZeroDivisionError",
    "evalue": "division by zero",
    "traceback": ["ZeroDivisionError: division by zero"],
}


def raised() -> Exception:
    """Return what a notebook raises when it is read."""
    try:
        raise ValueError("chapters/margin.ipynb") from CellExecutionError.from_cell_and_msg(
            CELL, ERROR
        )
    except ValueError as problem:
        return problem


@pytest.mark.parametrize("in_parallel", [False, True])
def test_a_cell_that_fails_is_shown_with_its_message(in_parallel: bool) -> None:
    problem = raised()
    if in_parallel:
        problem = SphinxParallelError("ValueError", f"Traceback\n{problem.__cause__}")
    told = failed_cell(problem)
    assert told.startswith("An error occurred while executing the following cell")
    assert "margin = 1 / 0" in told
    assert "ZeroDivisionError: division by zero" in told


def test_other_problems_have_no_cell() -> None:
    assert failed_cell(1) == failed_cell(ValueError("no such file")) == ""


@pytest.mark.parametrize("asked", [("html", "en"), ("html", "de"), ("gettext", "en")])
def test_what_was_read_is_kept_apart_from_the_pages(asked: tuple[str, str]) -> None:
    built, read = places(*asked)
    assert not read.is_relative_to(built)
    assert not built.is_relative_to(read)

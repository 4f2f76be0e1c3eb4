"""The figure that is tried everywhere, and a notebook that shows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from environment import BIN, HERE, run

CODE = """\
import livefig
import numpy as np

x = np.linspace(0, 6, 200)


@livefig.figure(
    freq=(1, 5), amp=(0.5, 2.0, 0.5),
    alt="A wave along x.", caption="A wave is steeper the higher and the faster it is.",
)
def wave(ax, freq, amp):
    ax.plot(x, amp * np.sin(freq * x))
    return {"steepness": freq * amp}
"""
SHOW = f"{CODE}\n\nwave\n"


def figure() -> Any:
    """Return the figure."""
    names: dict[str, Any] = {}
    exec(CODE, names)
    return names["wave"]


def write(folder: Path) -> Path:
    """Write the notebook, not run."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# A wave\n\nBefore."},
        {"cell_type": "code", "id": "wave", "metadata": {}, "source": SHOW, "outputs": [],
         "execution_count": None},
        {"cell_type": "markdown", "id": "after", "metadata": {}, "source": "After."},
    ]  # fmt: skip
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {
        "cells": cells, "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    path = folder / "wave.ipynb"
    path.write_text(json.dumps(content, indent=1))
    return path


def write_run(folder: Path, *, as_lab: bool = False, keep_widgets: bool = False) -> Path:
    """Write the notebook, run by nbclient, or in the way in which JupyterLab runs it."""
    path = write(folder)
    options = ["--as-lab"] * as_lab + ["--keep-widgets"] * keep_widgets
    run(BIN / "python", HERE / "run_notebook.py", path, *options, folder=folder)
    return path

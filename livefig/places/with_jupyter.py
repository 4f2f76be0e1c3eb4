"""JupyterLab and Notebook: a notebook with its kernel, and one that was not run here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from environment import BUILD, run, serve, versions
from example import write, write_run
from place import KERNEL, NOTHING, STILL, Built, Place

SERVER = (
    "--no-browser", "--ServerApp.token=", "--ServerApp.port={port}", "--allow-root",
    "--ServerApp.root_dir=.", "--LabApp.expose_app_in_browser=True",
    "--JupyterNotebookApp.expose_app_in_browser=True",
)  # fmt: skip


KERNEL_STATUS = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"


def _follow_the_system() -> None:
    """Let JupyterLab be dark where the reader's machine is, and ask for no news."""
    folder = BUILD / "settings" / "lab" / "@jupyterlab" / "apputils-extension"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "themes.jupyterlab-settings").write_text(json.dumps({"adaptive-theme": True}))
    (folder / "notification.jupyterlab-settings").write_text(
        json.dumps({"checkForUpdates": False, "fetchNews": "false"})
    )


def _run_all(page: Any) -> None:
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.wait_for_function(f"{KERNEL_STATUS} === 'idle'", timeout=60_000)
    page.wait_for_timeout(2000)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector("figure.ml-explorer[data-alive]", timeout=120_000)


def _open(page: Any) -> None:
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.wait_for_timeout(5000)


def _lab(folder: Path) -> str:
    _follow_the_system()
    return serve("jupyter-lab", *SERVER, folder=folder, path="lab/tree/wave.ipynb?reset")


def lab(folder: Path) -> Built:
    """Run a notebook in JupyterLab."""
    write(folder)
    return Built(
        _lab(folder), versions("jupyterlab", "ipywidgets", "anywidget"), expects=(KERNEL,),
        run=_run_all,
    )  # fmt: skip


def notebook(folder: Path) -> Built:
    """Run a notebook in Notebook 7."""
    write(folder)
    _follow_the_system()
    address = serve("jupyter-notebook", *SERVER, folder=folder, path="notebooks/wave.ipynb")
    return Built(
        address, versions("notebook", "ipywidgets", "anywidget"), expects=(KERNEL,), run=_run_all
    )


def not_run_here(folder: Path) -> Built:
    """Open in JupyterLab a notebook from elsewhere, which is not trusted."""
    write_run(folder)
    return Built(
        _lab(folder), versions("jupyterlab"), expects=(STILL,), run=_open, styled=False,
        note="JupyterLab takes scripts away from a notebook that it does not trust.",
    )  # fmt: skip


def trusted(folder: Path) -> Built:
    """Open in JupyterLab a notebook that was run elsewhere and is trusted."""
    path = write_run(folder)
    run("jupyter-trust", path, folder=folder)
    return Built(_lab(folder), versions("jupyterlab"), run=_open)


def opened_again(folder: Path) -> Built:
    """Open in JupyterLab a notebook that was run there, but not yet run again."""
    path = write_run(folder, as_lab=True)
    run("jupyter-trust", path, folder=folder)
    return Built(
        _lab(folder), versions("jupyterlab"), expects=(NOTHING,), run=_open,
        note="JupyterLab says that the widget's model is not found, as it does of every widget: "
        "run the cell again.",
    )  # fmt: skip


def opened_with_state(folder: Path) -> Built:
    """Open the same with the state of its widgets in it."""
    path = write_run(folder, as_lab=True, keep_widgets=True)
    run("jupyter-trust", path, folder=folder)
    return Built(
        _lab(folder), versions("jupyterlab", "ipywidgets", "anywidget"), expects=(STILL,),
        run=_open, note="The controls are off, and the figure says that no kernel answers.",
    )  # fmt: skip


PLACES = [
    Place("JupyterLab", "`wave` at the end of a cell", lab),
    Place("Notebook 7", "the same", notebook),
    Place("JupyterLab, opened again", "the same, not run again", opened_again),
    Place(
        "JupyterLab, opened with state", "the same, after *Save Widget State*", opened_with_state
    ),
    Place("JupyterLab, from elsewhere", "run by nbclient, opened, not run", not_run_here),
    Place("JupyterLab, from elsewhere, trusted", "the same, after `jupyter trust`", trusted),
]

"""Pages that nbconvert, nbclient and papermill make of a notebook."""

from __future__ import annotations

from pathlib import Path

from environment import run, versions
from example import write, write_run
from place import ALIVE, NOTHING, STILL, Built, Place


def _convert(path: Path, *options: str) -> tuple[str, str]:
    """Return the addresses of the page in the light and in the dark theme."""
    made = []
    for theme in ("light", "dark"):
        name = f"{path.stem}_{theme}.html"
        run("jupyter-nbconvert", "--to", "html", "--theme", theme, "--output", name, *options,
            str(path), folder=path.parent)  # fmt: skip
        made.append((path.parent / name).as_uri())
    return made[0], made[1]


def execute(folder: Path) -> Built:
    """Run a notebook while it is exported."""
    light, dark = _convert(write(folder), "--execute")
    return Built(light, versions("nbconvert", "nbclient"), dark=dark)


def by_papermill(folder: Path) -> Built:
    """Run a notebook with papermill, then export it."""
    write(folder)
    run("papermill", "wave.ipynb", "done.ipynb", folder=folder)
    light, dark = _convert(folder / "done.ipynb")
    return Built(light, versions("papermill", "nbconvert"), dark=dark)


def by_nbclient(folder: Path) -> Built:
    """Run a notebook with nbclient, then export it."""
    light, dark = _convert(write_run(folder))
    return Built(light, versions("nbclient", "nbconvert"), dark=dark)


def run_in_lab(folder: Path) -> Built:
    """Export a notebook that was run in JupyterLab, which kept no state of widgets."""
    light, dark = _convert(write_run(folder, as_lab=True))
    return Built(
        light, versions("nbconvert", "ipywidgets"), dark=dark, expects=(ALIVE, STILL),
        note="Alive where the states were drawn within half a second; else the page says how to "
        "get them all.",
    )  # fmt: skip


def run_in_lab_and_kept(folder: Path) -> Built:
    """Export a notebook whose widgets were kept, and open it without the network."""
    light, dark = _convert(write_run(folder, as_lab=True, keep_widgets=True))
    return Built(
        light, versions("nbconvert", "ipywidgets"), dark=dark, expects=(NOTHING,),
        note="nbconvert takes the widget then, whose script is on another host: do not keep the "
        "state, or export with `--execute`.",
    )  # fmt: skip


def run_in_lab_and_kept_online(folder: Path) -> Built:
    """Export a notebook whose widgets were kept, and open it with what it asks the network for."""
    built = run_in_lab_and_kept(folder)
    return built._replace(
        expects=(STILL,), online=True,
        note="The controls are off, and the figure says that no kernel answers. The other hosts' "
        "files came from npm.",
    )  # fmt: skip


PLACES = [
    Place("`nbconvert`, running", "`jupyter nbconvert --to html --execute`", execute),
    Place("papermill", "`papermill`, then `jupyter nbconvert --to html`", by_papermill),
    Place("nbclient", "`NotebookClient(...).execute()`, then `nbconvert`", by_nbclient),
    Place("`nbconvert` after JupyterLab", "`jupyter nbconvert --to html`", run_in_lab),
    Place("the same, widgets kept, offline", "*Save Widget State*, `nbconvert`",
          run_in_lab_and_kept),
    Place("the same, widgets kept, online", "*Save Widget State*, `nbconvert`",
          run_in_lab_and_kept_online),
]  # fmt: skip

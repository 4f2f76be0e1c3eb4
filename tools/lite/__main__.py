"""The chapters in JupyterLite, which runs Python in the browser: ``make lite``.

Beside the site and no part of it, since it asks other hosts for its Python; the page that leads
there names them. The two packages are served from here, as wheels.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path
from string import Template

ROOT = Path(__file__).parents[2]
MADE = ROOT / "_build/lite"
WHEELS = ROOT / "_build/wheels"
FIRST = """\
# The book's two packages, and what they need. The first time this takes a minute or more.
%pip install -q marginlib livefig pandas
"""


def runnable(notebook: Path) -> tuple[str, str]:
    """Return the title of a notebook, and its text with a first cell and without old outputs."""
    told = json.loads(notebook.read_text(encoding="utf-8"))
    first = {"cell_type": "code", "id": "packages", "metadata": {}, "source": FIRST}
    for cell in told["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    title = next(
        line.removeprefix("# ")
        for line in "".join(told["cells"][0]["source"]).splitlines()
        if line.startswith("# ")
    )
    told["cells"].insert(1, first | {"outputs": [], "execution_count": None})
    told["metadata"]["kernelspec"] = {
        "display_name": "Python",
        "language": "python",
        "name": "python",
    }
    return title, json.dumps(told, ensure_ascii=False, indent=1)


def write_contents(folder: Path, notebooks: list[Path]) -> list[tuple[str, str]]:
    """Write the notebooks into a folder, and return the name and title of each."""
    shutil.rmtree(folder, ignore_errors=True)
    listed = []
    for notebook in notebooks:
        name = notebook.relative_to(ROOT).as_posix()
        title, text = runnable(notebook)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        listed.append((name, title))
    return listed


def leading_page(listed: list[tuple[str, str]]) -> str:
    """Return the page that leads to the notebooks and says what starting them means."""
    rows = (
        f'<li><a href="run/lab/index.html?path={escape(name)}">{escape(title)}</a></li>'
        for name, title in listed
    )
    page = Template((Path(__file__).parent / "page.html").read_text(encoding="utf-8"))
    return page.substitute(chapters="\n".join(rows))


def notebooks() -> list[Path]:
    """Return the home page and the chapters, in the order of the contents."""
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    names = ["index", *re.findall(r"file: (chapters/\w+)", contents)]
    return [ROOT / f"{name}.ipynb" for name in names]


def main() -> None:
    """Build it from the wheels and the notebooks."""
    wheels = sorted(WHEELS.glob("*.whl"))
    if len(wheels) != 2:
        sys.exit("There must be a wheel of each package in _build/wheels. Run: make wheels")
    contents = ROOT / "_build/lite-contents"
    listed = write_contents(contents, notebooks())
    shutil.rmtree(MADE, ignore_errors=True)
    MADE.mkdir(parents=True)
    wanted = [f"--piplite-wheels={wheel}" for wheel in wheels]
    command = [sys.executable, "-m", "jupyter", "lite", "build", "--apps=lab", "--no-sourcemaps"]
    command += [f"--contents={contents}", f"--output-dir={MADE / 'run'}", *wanted]
    subprocess.run(command, cwd=contents, check=True)
    (MADE / "index.html").write_text(leading_page(listed), encoding="utf-8")
    print("Put _build/lite beside the site, or try it:")
    print("  python3 -m http.server --directory _build/lite")


if __name__ == "__main__":
    main()

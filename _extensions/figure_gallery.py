"""The gallery of livefig: plots of every kind, as pictures, each with a program that makes it live.

The plotting functions are those that livefig is tested with (`livefig/tests/menagerie`), as people
write them for `interact`. Pictures and programs are made from them when the book is built, so the
page needs no work when a function is added.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import io
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from matplotlib import pyplot
from matplotlib.figure import Figure
from PIL import Image
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge
from sphinx.util.docutils import SphinxDirective

import livefig
from livefig.controls import read_controls

FUNCTIONS = Path(__file__).parents[1] / "livefig/tests/menagerie"
PICTURES = Path("_static/gallery")
WIDTH = 480  # of a picture [pixels]
COLOURS = 48
LINE = 92  # the longest line of a program [characters]
OF_THE_DECORATOR = set(inspect.signature(livefig.figure).parameters)


class FigureGallery(SphinxDirective):
    """Write a section for each kind of plot, and a card for each of its functions."""

    def run(self) -> list[nodes.Node]:
        folder = kept_pictures(self.env.app)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        # The cards are HTML, whatever is built: later builds take over what this one read.
        highlight = PygmentsBridge("html", self.config.pygments_style).highlight_block
        sections = []
        for module in kinds():
            self.env.note_dependency(str(module.__file__))
            cards = []
            for entry in module.FIGURES:
                path = folder / f"{entry.name}.png"
                path.write_bytes(picture(entry))
                with Image.open(path) as image:
                    size = image.size
                cards.append(card(entry, size, highlight(program(entry), "python")))
            sections.append(section(module, cards))
        return sections


def kinds() -> list[ModuleType]:
    """Return the modules of the menagerie, one for each kind of plot."""
    name = "menagerie"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            name, FUNCTIONS / "__init__.py", submodule_search_locations=[str(FUNCTIONS)]
        )
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    modules = [sys.modules[entry.draw.__module__] for entry in sys.modules[name].ZOO.values()]
    return list(dict.fromkeys(modules))


def section(module: ModuleType, cards: list[str]) -> nodes.section:
    """Return the cards of one kind under its heading, which is what the module says it holds."""
    heading = inspect.getdoc(module).partition("\n")[0].rstrip(".")
    name = f"gallery-{module.__name__.rpartition('.')[2]}"
    made = nodes.section(ids=[name], names=[name])
    made += nodes.title(heading, heading)
    made += nodes.raw("", f'<ul class="ml-gallery">{"".join(cards)}</ul>', format="html")
    return made


def card(entry: Any, size: tuple[int, int], source: str) -> str:
    """Return a picture, what it is, and the folded program."""
    title = title_of(entry)
    width, height = size
    return (
        f'<li id="gallery-{entry.name}">'
        f'<img src="../../{PICTURES.as_posix()}/{entry.name}.png" alt="{escape(alt(entry))}" '
        f'width="{width}" height="{height}" loading="lazy">'
        f"<h3>{escape(title)}</h3><p>{escape(idea(entry))}</p>"
        f'<details class="ml-folded"><summary>Source<span class="sr-only"> of {escape(title)}'
        f"</span></summary>{source}</details></li>"
    )


def title_of(entry: Any) -> str:
    """Return the name of a plot in words."""
    return entry.name.replace("-", " ").capitalize()


def alt(entry: Any) -> str:
    """Return what a picture shows, in words."""
    *some, last = [control.label.lower() for control in read_controls(entry.controls)]
    listed = f"controls for {', '.join(some)} and {last}" if some else f"a control for {last}"
    return f"{title_of(entry)}: a plot in its first state, with {listed}."


def idea(entry: Any) -> str:
    """Return where the idea of a plot comes from.

    >>> from types import SimpleNamespace as Entry
    >>> idea(Entry(source="matplotlib gallery: hatch styles"))
    'An idea of the matplotlib gallery: hatch styles'
    >>> idea(Entry(source="GALLERY 1"))
    'Seen in public notebooks'
    """
    if entry.source.startswith("GALLERY"):
        return "Seen in public notebooks"
    return f"An idea of the {entry.source}"


# A picture.


def picture(entry: Any) -> bytes:
    """Return the first state of a plot as a small PNG."""
    drawn, small = io.BytesIO(), io.BytesIO()
    figure = first_state(entry)
    ground = figure.get_facecolor() if figure.get_facecolor()[3] else "white"
    dpi = WIDTH / figure.get_figwidth()
    figure.savefig(drawn, format="png", dpi=dpi, facecolor=ground)
    Image.open(drawn).convert("RGB").quantize(COLOURS).save(small, format="png", optimize=True)
    return small.getvalue()


def first_state(entry: Any) -> Figure:
    """Draw a plot at the values at which its controls start."""
    values = {
        control.name: control.values[control.start] for control in read_controls(entry.controls)
    }
    with pyplot.rc_context({"backend": "agg"}):
        first = next(iter(inspect.signature(entry.draw).parameters))
        figure = Figure(figsize=entry.options.get("figsize"))
        if first in ("ax", "axes"):
            entry.draw(figure.subplots(), **values)
        elif first in ("fig", "figure"):
            entry.draw(figure, **values)
        else:
            pyplot.close("all")
            pyplot.rcParams["figure.figsize"] = figure.get_size_inches()
            entry.draw(**values)
            figure = pyplot.gcf()
            pyplot.close("all")
    return figure


# A program.


def program(entry: Any) -> str:
    """Return a program that makes a plot live: imports, data, the decorator and the function."""
    text = inspect.getsource(sys.modules[entry.draw.__module__])
    tree = ast.parse(text)
    listed = next(call for call in entries(tree) if call.args[0].value == entry.name)
    function = next(node for node in tree.body if defined(node) == [entry.draw.__name__])
    needed = names_in([function, *listed.args[2:]])
    parts = [f"{decorator(text, listed)}\n{segment(text, function)}"]
    for node in reversed(tree.body):  # what is needed by what follows
        if node is not function and needed & set(defined(node)):
            needed |= names_in([node])
            is_data = isinstance(node, ast.Assign)
            joint = "\n" if is_data and not parts[0].startswith(("def", "@")) else "\n\n\n"
            parts[0] = segment(text, node) + joint + parts[0]
    own, others = [], []
    for node in tree.body:
        for module, line in imported(node, needed):
            (own if module in sys.stdlib_module_names else others).append(line)
    heads = ["\n".join(lines) for lines in (own, others) if lines]
    gap = "\n\n" if isinstance(ast.parse(parts[0]).body[0], ast.Assign) else "\n\n\n"
    return "\n\n".join([*heads, "import livefig"]) + gap + parts[0]


def entries(tree: ast.Module) -> Iterator[ast.Call]:
    """Yield the calls that list the plots of a module: ``Figure("name", function, {...}, ...)``."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and defined(node) == ["FIGURES"]:
            yield from node.value.elts


def names_in(parts: Iterable[ast.AST]) -> set[str]:
    """Return every name that stands in some pieces of code."""
    return {node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)}


def defined(node: ast.stmt) -> list[str]:
    """Return the names that a statement of a module defines."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [found.id for target in node.targets for found in ast.walk(target)
                if isinstance(found, ast.Name)]  # fmt: skip
    return []


def imported(node: ast.stmt, needed: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the package, and the line, of an import with those of its names that are needed."""
    if not isinstance(node, ast.Import | ast.ImportFrom) or getattr(node, "level", 0):
        return
    kept = [alias for alias in node.names if (alias.asname or alias.name) in needed]
    if kept and isinstance(node, ast.ImportFrom):
        yield node.module.partition(".")[0], ast.unparse(ast.ImportFrom(node.module, kept, 0))
    elif kept:
        yield kept[0].name.partition(".")[0], ast.unparse(ast.Import(kept))


def decorator(text: str, listed: ast.Call) -> str:
    """Return the line, or the lines, that make a plot live."""
    given = [(key.value, segment(text, value)) for key, value in pairs(listed.args[2])]
    taken = [f'"{key}": {value}' for key, value in given if key in OF_THE_DECORATOR]
    arguments = [f"{key}={value}" for key, value in given if key not in OF_THE_DECORATOR]
    arguments += [f"controls={{{', '.join(taken)}}}"] if taken else []
    options = listed.args[4:] + [word.value for word in listed.keywords if word.arg == "options"]
    arguments += [
        f"{key.value}={segment(text, value)}" for found in options for key, value in pairs(found)
    ]
    line = f"@livefig.figure({', '.join(arguments)})"
    if len(line) <= LINE and "\n" not in line:
        return line
    return "@livefig.figure(\n" + textwrap.indent(",\n".join(arguments), "    ") + ",\n)"


def pairs(found: ast.Dict) -> Iterable[tuple[ast.Constant, ast.expr]]:
    """Return the keys and values of a dictionary."""
    return zip(found.keys, found.values, strict=True)


def segment(text: str, node: ast.AST) -> str:
    """Return the code of a node as it is written, moved to the left."""
    first, _, rest = ast.get_source_segment(text, node).partition("\n")
    return f"{first}\n{textwrap.dedent(rest) if node.col_offset else rest}".rstrip()


def kept_pictures(app: Sphinx) -> Path:
    """Return where the pictures are kept between builds: beside what Sphinx has read."""
    return Path(app.doctreedir) / "figure_gallery"


def copy_pictures(app: Sphinx, problem: Exception | None) -> None:
    """Put the pictures beside the pages."""
    if problem is None and app.builder.format == "html" and kept_pictures(app).is_dir():
        shutil.copytree(kept_pictures(app), Path(app.outdir) / PICTURES, dirs_exist_ok=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("figure-gallery", FigureGallery)
    app.connect("build-finished", copy_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Where an explorer is shown, and in which form it is best there.

A kernel that answers to a person gets the widget. Everything else (a page that is built, a notebook
that is exported) gets every state, with style and script, so that it is alive without a kernel.
"""

from __future__ import annotations

import base64
import io
import os
import sys
import time
from html import escape
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from .errors import ExplorerError
from .language import say

if TYPE_CHECKING:
    from .explorer import Explorer

MODE = "LIVEFIG"
"""Environment variable: ``live``, ``record`` for a site that brings the script, ``fragment`` for
states with the script, or ``static`` for a picture. Without it, what suits the place is found."""

REQUIRE = "LIVEFIG_REQUIRE_WORDS"
"""Environment variable: with ``1`` a figure without alternative text or caption is an error."""

PATIENCE = 0.5
"""How long a widget may take to add its recorded states to what a notebook keeps [s]."""

MODES = ("live", "record", "fragment", "static")


def bundle(explorer: Explorer) -> dict[str, Any]:
    """Return an explorer in the forms that a notebook keeps, by their type."""
    mode = os.environ.get(MODE) or _found_mode()
    if mode not in MODES:
        raise ExplorerError(f"{MODE} must be one of {', '.join(MODES)}; got {mode!r}")
    text = {"text/plain": repr(explorer)}
    if mode == "record":
        return {**text, "text/html": explorer.to_html()}
    if mode == "fragment":
        return {**text, "text/html": explorer.to_fragment()}
    if mode == "static":
        return {**text, "text/html": explorer.to_static_html()}
    forms = {"text/html": _quickly(explorer), **explorer.widget._repr_mimebundle_()[0]}
    return {**forms, **text}


def in_marimo(explorer: Explorer) -> Any:
    """Return what marimo shows in place of an explorer: a page of its own in a frame.

    marimo runs no script of HTML that it is given, and does not tell a notebook that a person edits
    from one that it exports. So it gets what outlives its kernel, and the widget where there are
    more states than can be recorded, or where ``LIVEFIG=live`` asks for it.
    """
    if os.environ.get(MODE) == "live":
        return explorer.widget
    try:
        page = explorer.to_page()
    except ExplorerError:
        return explorer.widget
    marimo: Any = sys.modules["marimo"]  # it has asked
    return marimo.iframe(page)


def words_are_required() -> bool:
    """Tell whether each figure must have alternative text and a caption here."""
    return os.environ.get(REQUIRE) == "1"


def _found_mode() -> str:
    """Tell a person at a kernel from a program that runs a notebook."""
    shell = sys.modules.get("IPython")
    current = shell.get_ipython() if shell is not None else None
    kernel = getattr(current, "kernel", None)
    if kernel is None:
        return "fragment"
    # JupyterLab, Notebook and VS Code say which cell they run; nbclient, with which notebooks are
    # exported and papers built, says nothing.
    try:
        parent = kernel.get_parent("shell")
    except (AttributeError, TypeError):
        parent = getattr(kernel, "_parent_header", {})
    return "live" if "cellId" in (parent or {}).get("metadata", {}) else "fragment"


def _quickly(explorer: Explorer) -> str:
    """Return every state if that is a matter of a moment, else a picture that says what to do."""
    began = time.perf_counter()
    explorer.look(explorer.start)
    counts = [len(control.values) for control in explorer.controls]
    states = 1
    for count in counts:
        states *= count
    if states * (time.perf_counter() - began) < PATIENCE:
        try:
            return explorer.to_fragment()
        except ExplorerError:
            pass  # it is told where it matters: when the page is built
    return explorer.to_static_html() + f"<p>{escape(say(NOT_RECORDED))}</p>"


NOT_RECORDED = (
    "This notebook keeps the first state only. Run it while exporting "
    "(jupyter nbconvert --execute) to keep them all."
)


def small_png(figure: Figure) -> str:
    """Return a figure as base64 of a PNG of few colours, since notebooks are kept."""
    from PIL import Image

    drawn, small = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=figure.dpi, facecolor="white")
    Image.open(drawn).convert("RGB").quantize(48).save(small, format="png", optimize=True)
    return base64.b64encode(small.getvalue()).decode()


def leave_pyplot(figure: Figure) -> None:
    """Keep pyplot from showing the figure a second time."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)

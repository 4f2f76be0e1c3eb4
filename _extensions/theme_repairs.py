"""Repairs to what the theme and its extensions write, or do not say, where no setting helps."""

from __future__ import annotations

import re

from docutils import nodes
from page_words import _
from sphinx.application import Sphinx

# They add files or numbers after all pages are read, but do not say that reading in several
# processes is safe with them; Sphinx would then read in one.
SAFE_IN_PARALLEL = (
    "sphinx_jupyterbook_latex",
    "sphinx_multitoc_numbering",
)


# A name of folded code that nobody sees: who speaks to a page says what she sees.
FOLD_NAME = ' aria-label="Toggle hidden content"'
# A role that ARIA 1.2 retired: entries of the bibliography are items of a list.
ENTRY_ROLES = ('role="doc-biblioentry"', 'role="listitem"')
# The style that a printed table of pandas brings along.
TABLE_STYLE = re.compile(r"<style scoped>.*?</style>\s*(?=<table)|(?<=<table) border=\"1\"", re.S)
# What stands in a whole page, and what is to stand there. On a first visit the theme names its
# colours late: until then code has the wrong ones, and all of it is styled again.
COLOURS = (
    'localStorage.getItem("theme") || "auto"',
    '{light: "light", dark: "dark"}[document.documentElement.dataset.mode] || '
    '(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")',
)
# Whether a reader is new to a page or comes back to a place on it, for the style to know.
MODE = 'dataset.mode = localStorage.getItem("mode") || "auto";'
ARRIVAL = (
    "document.documentElement.dataset.arrival = "
    'performance.getEntriesByType("navigation")[0]?.type;'
)
PART = '<summary><span class="toctree-toggle"'
OF_A_PAGE = (
    COLOURS,
    (MODE, f"{MODE}\n    {ARRIVAL}"),
    # No policy allows what tags say themselves: theme_repairs.js and .css do it instead.
    (' onclick="window.print()"', " data-prints"),
    ('<table style="width: 100%" class="indextable', '<table class="indextable'),
    ('<td style="width: 33%; vertical-align: top;">', "<td>"),
    ('<tr style="text-align: right;">', "<tr>"),
)
# Firefox fetches in advance what a page calls its next, and the page's policy forbids that.
NEXT = re.compile(r'\s*<link rel="next"[^>]*>')
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"


def repaired(page: str) -> str:
    """Return a whole page, as it was written, with its repairs."""
    assert COLOURS[0] in page, "the theme names its colours as it did"
    for written, instead in OF_A_PAGE:
        page = page.replace(written, instead)
    page = NEXT.sub("", page)
    # A button that folds a part of the contents has no name to be spoken.
    named = _("Pages below this one")
    return page.replace(PART, PART.replace(">", f' aria-label="{named}">', 1))


def repair_body(
    app: Sphinx,
    page_name: str,
    template: str,
    context: dict[str, object],
    document: nodes.document | None,
) -> None:
    """Repair the text of a page."""
    body = TABLE_STYLE.sub("", str(context.get("body", "")).replace(FOLD_NAME, ""))
    if document is not None and document.next_node(nodes.citation):
        body = body.replace(*ENTRY_ROLES)
    context["body"] = body


def leave_out_widget_state(
    app: Sphinx,
    page_name: str,
    template: str,
    context: dict[str, object],
    document: nodes.document | None,
) -> None:
    """Leave out what a kernel would need to know of the controls; no page has a kernel."""
    context["script_files"] = [
        script
        for script in context["script_files"]
        if getattr(script, "attributes", {}).get("type") != WIDGET_STATE
    ]


def declare_safe(app: Sphinx) -> None:
    """Say for extensions what they do not say themselves."""
    for name in SAFE_IN_PARALLEL:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True


def setup(app: Sphinx) -> dict[str, object]:
    app.connect("html-page-context", repair_body)
    app.connect("html-page-context", leave_out_widget_state, priority=900)  # after it was added
    app.connect("builder-inited", declare_safe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

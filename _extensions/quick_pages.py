"""Pages that ask for little: one stylesheet and one script of the theme, figures before both.

Once all pages are written, what they ask for is put together and reduced to what they use.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from pathlib import Path

from icon_fonts import with_fewer_icons
from page_styles import reduced, rules_of, words_of_page, words_of_script
from sphinx.application import Sphinx
from theme_repairs import repaired

from livefig.sphinx.pages import check_page

STYLES, SCRIPTS = "margin.css", "margin.js"
LIGHT = f"_static/{SCRIPTS}?"  # what a page asks for once it was given one script
FIGURES = "livefig.js"
OPTIONS = "documentation_options.js"
NOT_NEEDED = ("fontawesome.js",)  # it draws icons that the theme's fonts draw too
# The theme asks each block of code whether keys must reach it to scroll it. To ask one that is not
# drawn makes the browser lay it out, a second on a phone: those are asked once they are.
BLOCKS = re.compile(r'(document\.querySelectorAll\(\["pre",[^]]*]\.join\(", "\)\))(\.forEach\()')
DRAWN_BLOCKS = r"[...\1].filter(e=>e.checkVisibility({contentVisibilityAuto:true}))\2"
ASK_AGAIN = (
    'for(const event of ["toggle","contentvisibilityautostatechange"])'
    'document.addEventListener(event,()=>dispatchEvent(new Event("resize")),true);\n'
)
# These ask where things stand. After others have changed the page, the browser would have to lay it
# out anew for each answer: they come first.
LOOK_FIRST = ("bootstrap.js", "pydata-sphinx-theme.js")
LONG = ("bootstrap.js", "clipboard.min.js")  # nothing there is read as a name of the page

STYLE = re.compile(r'[ \t]*<link\b[^>]*\brel="stylesheet"[^>]*>\n?')
PRELOAD = re.compile(r'[ \t]*<link\b[^>]*\brel="preload" as="script"[^>]*>\n?')
SCRIPT = re.compile(r"[ \t]*<script\b([^>]*)>(.*?)</script>\n?", re.DOTALL)
ADDRESS = re.compile(r'\b(?:src|href)="([^"?]*)(?:\?[^"]*)?"')
DATA = re.compile(r'\bdata-[\w-]+="[^"]*"')
EARLY = 'data-cfasync="false"'  # sets the colours before anything is seen
OF_ONE_PAGE = "DOCUMENTATION_OPTIONS.pagename"  # read by nothing that this book has


class Site:
    """The pages as Sphinx wrote them, and what all of them ask for.

    A page that Sphinx had no reason to write again is light already: what it was is in ``kept``.
    """

    def __init__(self, folder: Path, kept: Path) -> None:
        self.folder = folder
        self.static = folder / "_static"
        self.texts = {}
        self.is_new = False  # whether Sphinx wrote any page
        for path in sorted(folder.rglob("*.html")):
            copy, text = kept / path.relative_to(folder), path.read_text(encoding="utf-8")
            if self.static in path.parents or not STYLE.search(text):
                continue  # such as a page that only leads to where another has moved
            if LIGHT in text:
                text = copy.read_text(encoding="utf-8")
            else:
                self.is_new = True
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(text, encoding="utf-8")
            self.texts[path] = text

    def asked(self, path: Path, tag: str) -> str | None:
        """Return the file that a tag asks for, seen from the folder of static files."""
        found = ADDRESS.search(tag)
        if not found:
            return None
        return posixpath.relpath(
            posixpath.normpath(
                posixpath.join(path.parent.relative_to(self.folder).as_posix(), found[1])
            ),
            "_static",
        )

    def styles(self) -> list[str]:
        """Return the stylesheets of all pages, in their order."""
        return list(
            dict.fromkeys(
                self.asked(path, tag)
                for path, text in self.texts.items()
                for tag in STYLE.findall(text)
            )
        )

    def scripts(self, path: Path) -> dict[str, str]:
        """Return the scripts of a page that may wait: each a file, or a text, with its tag."""
        found = {}
        for match in SCRIPT.finditer(self.texts[path]):
            attributes, text = match[1], match[2].strip()
            name = self.asked(path, attributes) or text
            may_wait = not attributes.strip() if text else Path(name).name != FIGURES
            if may_wait and EARLY not in attributes and Path(name).name not in NOT_NEEDED:
                found[name] = attributes
        return {name: tag for name, tag in found.items() if OF_ONE_PAGE not in name}


def put_together(app: Sphinx, problem: Exception | None) -> None:
    """Give the pages one stylesheet and one script."""
    if problem is not None or app.builder.name != "html":
        return
    site = Site(Path(app.outdir), Path(app.doctreedir) / "pages")
    if not site.is_new:
        return  # nor did it copy the files that the theme brings
    for path, text in site.texts.items():  # whole: the theme's own names stand there too
        check_page(path.relative_to(site.folder).as_posix(), text)
    each = [site.scripts(path) for path in site.texts]
    shared = {name: tag for name, tag in each[0].items() if all(name in page for page in each)}
    styles = _written(site.static / STYLES, _styles(site, shared))
    scripts = _written(site.static / SCRIPTS, _scripts(site, shared))
    data = " ".join(found for tag in shared.values() for found in DATA.findall(tag))
    for path, text in site.texts.items():
        path.write_text(_light(site, path, text, styles, scripts, data, shared), encoding="utf-8")


def _written(path: Path, text: str) -> str:
    """Write a file and return its name, which changes with its content."""
    path.write_text(text, encoding="utf-8")
    return f"{path.name}?v={hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _styles(site: Site, shared: dict[str, str]) -> str:
    """Return the rules of all stylesheets that apply to some page."""
    rules = [rule for name in site.styles() for rule in rules_of(site.static / name, site.static)]
    own = "".join(_script(site, name) for name in shared if Path(name).name not in LONG)
    own += (site.static / FIGURES).read_text(encoding="utf-8")
    words = words_of_script(own)
    for text in site.texts.values():
        words |= words_of_page(text)
    kept = reduced(rules, words, own + "".join(site.texts.values()))
    return "".join(rule.text() for rule in with_fewer_icons(kept, site.static))


def _scripts(site: Site, shared: dict[str, str]) -> str:
    """Return the shared scripts, one after the other, and before them what is set for them."""
    options = [name for name in shared if name.endswith(OPTIONS)]
    settings = [name for name, attributes in shared.items() if not attributes.strip()]
    looking = [name for name in shared if Path(name).name in LOOK_FIRST]
    ordered = dict.fromkeys([*options, *looking, *settings, *shared])
    text = "".join(f"{_script(site, name)}\n;" for name in ordered)
    return ASK_AGAIN + BLOCKS.sub(DRAWN_BLOCKS, text)


def _script(site: Site, name: str) -> str:
    """Return the text of a script that is named by its file, or is its own text."""
    path = site.static / name if name.endswith(".js") and "\n" not in name else None
    return path.read_text(encoding="utf-8") if path else name


def _light(
    site: Site, path: Path, text: str, styles: str, scripts: str, data: str, shared: dict[str, str]
) -> str:
    """Return the page with one stylesheet, the figures' script, and at its end one script.

    A script that is named above all else would share the network with what the reader waits for.
    """
    root = "../" * len(path.relative_to(site.folder).parent.parts) + "_static/"
    figures: list[str] = []

    def waiting(match: re.Match[str]) -> str:
        attributes, content = match[1], match[2].strip()
        name = site.asked(path, attributes) or content
        if Path(name).name == FIGURES:
            figures.append(attributes.strip())
            return ""
        of_shared = name in shared and (not content or not attributes.strip())
        if of_shared or Path(name).name in NOT_NEEDED or content.startswith(OF_ONE_PAGE):
            return ""
        if content or "defer" in attributes or "src=" not in attributes:
            return match[0]
        return match[0].replace("<script", "<script defer", 1)

    text = SCRIPT.sub(waiting, PRELOAD.sub("", text))
    head = f'<link rel="stylesheet" href="{root}{styles}">\n'
    if figures and "ml-explorer" in text:
        head += f'<script defer fetchpriority="high" {figures[0]}></script>\n'
    last = f'<script defer {data} src="{root}{scripts}"></script>\n'
    place = STYLE.search(text)
    assert place, f"{path} has a stylesheet"
    body = STYLE.sub("", text[place.start() :])
    end = body.rindex("</body>")
    return repaired(text[: place.start()] + head + body[:end] + last + body[end:])


def setup(app: Sphinx) -> dict[str, object]:
    app.add_css_file("theme_repairs.css")
    app.connect("build-finished", put_together, priority=900)  # when all files are copied
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Files of the site that are no pages of the book: the list of pages, and "there is no such page".

The list of pages (``sitemap.xml``, named in ``robots.txt``) needs the address of the published book
(``html_baseurl``); without one there is none. ``404.html`` is shown in place of any address that
does not exist, so it asks for no file beside it, and finds home by itself where no address is
known.

A page that moved leaves one behind that leads to the new place and keeps the state of a figure:
``redirects`` in ``_config.yml`` says for the old name, without its ending, the new one.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

NOT_FOUND, PAGES, ROBOTS = "404.html", "sitemap.xml", "robots.txt"
SCRIPT = "_static/moved.js"

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>No such page - {title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.125rem/1.6 system-ui, sans-serif }}
main {{ margin: 15vh auto 0; max-width: 34rem; padding: 0 1rem }}
</style>
</head>
<body>
<main>
<h1>There is no such page</h1>
<p>It may have moved, or the address has a slip of the pen in it.</p>
<p id="way"{hidden}><a id="home" href="{home}">Begin at the first page of {title}</a>,
whose search knows every word of the book.</p>
</main>
{script}</body>
</html>
"""
# The nearest folder above that holds the book's inventory, which each build writes, is the book's.
SEARCH = """<script>
(async () => {
  const folders = location.pathname.split("/").slice(0, -1);
  for (; folders.length; folders.pop()) {
    const folder = folders.join("/") + "/";
    const answer = await fetch(folder + "objects.inv").catch(() => null);
    if (answer?.ok && (await answer.text()).startsWith("# Sphinx inventory")) {
      document.getElementById("home").href = folder + "index.html";
      document.getElementById("way").hidden = false;
      return;
    }
  }
})();
</script>
"""


MOVED = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<title>This page has moved</title>
<noscript><meta http-equiv="refresh" content="0; url={there}"></noscript>
<script defer src="{script}"></script>
</head>
<body>
<p>This page has moved: <a id="there" href="{there}">go on</a>.</p>
</body>
</html>
"""
# A refresh alone would lose what stands behind the address: the state of a figure.
GO_ON = """\
const there = document.getElementById("there");
there.href += location.hash;
location.replace(there.href);
"""


def leave_behind(app: Sphinx) -> None:
    """Write a page where one was, for each that moved.

    Raises
    ------
    ExtensionError
        If there is a page at the old place, or none at the new one.
    """
    pages = app.env.all_docs
    for old, new in app.config.redirects.items():
        if old in pages or new not in pages:
            raise ExtensionError(
                f"redirects must lead from a page that is gone to one that is there; got {old!r} "
                f"to {new!r}"
            )
        place = Path(app.outdir, app.builder.get_target_uri(old))
        place.parent.mkdir(parents=True, exist_ok=True)
        there = escape(app.builder.get_relative_uri(old, new))
        script = "../" * old.count("/") + SCRIPT
        place.write_text(MOVED.format(there=there, script=script), encoding="utf-8")
        Path(app.outdir, SCRIPT).write_text(GO_ON, encoding="utf-8")


def not_found(title: str, address: str) -> str:
    """Return the page that is shown where there is none.

    Examples
    --------
    >>> 'href="/margin/"' in not_found("Margin", "https://example.org/margin/")
    True
    """
    return PAGE.format(
        title=escape(title),
        home=escape(urlsplit(address).path or "/") if address else "",
        hidden="" if address else " hidden",
        script="" if address else SEARCH,
    )


def list_of_pages(addresses: list[str]) -> str:
    """Return the list of pages in the form of sitemaps.org."""
    rows = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )


def write_files(app: Sphinx, problem: Exception | None) -> None:
    """Write the files beside the pages, and remove those of an address that is no longer known."""
    if problem is not None or app.builder.name != "html":
        return
    folder, address = Path(app.outdir), app.config.html_baseurl
    title = app.config.html_title
    (folder / NOT_FOUND).write_text(not_found(title, address), encoding="utf-8")
    leave_behind(app)
    if not address:
        (folder / PAGES).unlink(missing_ok=True)
        (folder / ROBOTS).unlink(missing_ok=True)
        return
    pages = [urljoin(address, app.builder.get_target_uri(page)) for page in app.env.all_docs]
    (folder / PAGES).write_text(list_of_pages(sorted(pages)), encoding="utf-8")
    robots = f"User-agent: *\nAllow: /\n\nSitemap: {urljoin(address, PAGES)}\n"
    (folder / ROBOTS).write_text(robots, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, object]:
    app.add_config_value("redirects", {}, "html", [dict])
    app.connect("build-finished", write_files, priority=950)  # after quick_pages read the pages
    return {"parallel_read_safe": True, "parallel_write_safe": True}

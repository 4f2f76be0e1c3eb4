"""The generated pages with every fold open: accessible, and no wider than the window."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

GENERATED = ("reference_cases.html", "venues.html", "livefig/guide/gallery.html")
OPEN_ALL = "document.querySelectorAll('details.ml-folded').forEach(fold => fold.open = true)"


@pytest.mark.parametrize("name", GENERATED)
def test_opened_page_does_not_scroll_sideways(visit, name):
    page = visit(name, size=(360, 780)).page
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("name", GENERATED)
def test_opened_page_is_accessible(visit, name, scheme):
    page = visit(name, scheme=scheme).page
    page.evaluate(OPEN_ALL)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"], "resultTypes": ["violations"]}
    found = Axe().run(page, options=rules).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in found] == []


@pytest.mark.parametrize("name", GENERATED[:2])
def test_a_link_of_the_list_opens_its_fold(visit, name):
    page = visit(name).page
    link = page.locator("td > a[href^='#']").first
    target = link.get_attribute("href")
    link.click()
    page.wait_for_function(f"document.getElementById('{target[1:]}').parentElement.open")

"""Every page, in a browser that is cut off from the network."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import DESKTOP, PAGES, PHONE, THOROUGH

LEVEL_A_AND_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]


def violations(page, part: str | None = None) -> list[str]:
    """What axe-core finds wrong on a page or a part of it, one line for each element."""
    rules = {"runOnly": LEVEL_A_AND_AA, "resultTypes": ["violations"]}
    found = Axe().run(page, context=part, options=rules).response["violations"]
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))} {node['html'][:160]}"
        for rule in found
        for node in rule["nodes"]
    ]


def test_a_request_to_another_host_would_be_noticed(visit):
    opened = visit("index.html")
    opened.page.evaluate("fetch('https://example.org/').catch(() => null)")
    assert any("another host" in trouble for trouble in opened.troubles)


# Made pages have folds, which are looked at open.
OPEN_ALL = "document.querySelectorAll('details.ml-folded').forEach(fold => fold.open = true)"
# A phone draws what its reader sees, and all for one who comes back.
DRAW_ALL = """() => {
    document.documentElement.dataset.arrival = "reload";
    dispatchEvent(new Event("resize"));
}"""
# Of the pages that one directive makes, or one form, these are looked at.
EXAMPLES = {
    "api/": ["cascade", "figures", "index", "margin_scan", "venues"],
    "chapters/": ["calibration", "capstone", "contagion", "legal", "liquidation", "margin"],
    "livefig/guide/": ["controls", "guesses", "index", "limits"],
    "course/sessions/": ["liquidation", "legal", "capstone"],
}
LOOKS = [("light", DESKTOP), ("dark", PHONE)]


def is_looked_at(name: str) -> bool:
    """Whether a page is looked at where not all are."""
    return all(
        not name.startswith(folder) or name.removeprefix(folder).removesuffix(".html") in examples
        for folder, examples in EXAMPLES.items()
    )


SEEN = PAGES if THOROUGH else list(filter(is_looked_at, PAGES))


@pytest.mark.parametrize(
    ("seen_page", "look"),
    [(name, look) for place, name in enumerate(SEEN)
     for look in (LOOKS if THOROUGH else [LOOKS[place % 2]])],
)  # fmt: skip
def test_page_is_accessible(visit, seen_page, look):
    """Light and large or dark and small; all four pairs would find little more, slowly."""
    scheme, size = look
    page = visit(seen_page, scheme=scheme, size=size).page
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    page.evaluate(OPEN_ALL)
    page.evaluate(DRAW_ALL)
    page.wait_for_timeout(400)  # after which the theme asks each block of code whether it scrolls
    assert violations(page) == []


def test_an_inaccessible_page_would_be_noticed(visit):
    page = visit("index.html").page
    page.evaluate("document.querySelector('article').append(document.createElement('button'))")
    assert any(line.startswith("button-name") for line in violations(page))


def test_page_asks_no_other_host_reports_no_error_and_does_not_scroll_sideways(visit, page_name):
    """As a file; from a server the explorers are visited, and must report nothing either."""
    opened = visit(page_name)
    page = opened.page
    page.evaluate(OPEN_ALL)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    for width in (1280, 768, 360, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(TOO_WIDE, width) == [], f"and not in a box that scrolls, at {width}"
    assert opened.troubles == []


@pytest.mark.parametrize("name", ["reference_cases.html", "venues.html"])
def test_a_link_of_the_list_opens_its_fold(visit, name):
    page = visit(name).page
    link = page.locator("td > a[href^='#']").first
    target = link.get_attribute("href")
    link.click()
    page.wait_for_function(f"document.getElementById('{target[1:]}').parentElement.open")


# What reaches beyond the edges of a picture is clipped there; its texts are looked at elsewhere.
TOO_WIDE = """width => [...document.querySelectorAll("article :not(svg *)")]
    .filter(element => element.getBoundingClientRect().right > width + 1)
    .filter(element => !element.closest(".sr-only, .visually-hidden"))
    .filter(element => {
        for (let box = element.parentElement; box; box = box.parentElement) {
            const overflow = getComputedStyle(box).overflowX;
            if (overflow === "auto" || overflow === "scroll") return false;
        }
        return true;
    })
    .map(element => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_that_is_too_wide_would_be_noticed(visit, width):
    page = visit("index.html", size=(width, 800)).page
    page.evaluate("""document.querySelector("article").insertAdjacentHTML(
        "beforeend", "<p style='width: 200vw'>wide</p>")""")
    assert len(page.evaluate(TOO_WIDE, width)) == 1


def test_a_first_visit_in_the_dark_has_the_dark_colours_before_any_script_has_come(site, browser):
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.route("**/*.js*", lambda route: route.abort())
        page.goto(site.address("index.html", "http"))
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"

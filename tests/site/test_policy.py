"""Each page keeps the policy that it says, whatever is done on it, and what is injected is dead."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from content_policy import write_policies
from site_files import leave_behind

from livefig.tests.firefox import launched

from .conftest import DESKTOP, PAGES

WATCH = """
globalThis.violations = [];
document.addEventListener("securitypolicyviolation", event => violations.push(
    `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
# Every control to its end, every fold open, every button of a figure pressed once.
USE = """async () => {
    const pause = () => new Promise(done => setTimeout(done, 20));
    dispatchEvent(new Event("pointermove"));
    for (let waited = 0; document.querySelector("[data-alive=soon]") && waited < 3000; waited++)
        await pause();
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    for (const control of document.querySelectorAll(".ml-explorer input[type=range]")) {
        control.value = control.max;
        control.dispatchEvent(new Event("input", { bubbles: true }));
        control.dispatchEvent(new Event("change", { bubbles: true }));
        await pause();
    }
    document.querySelector(".theme-switch-button")?.click();
    document.querySelector(".search-button__button")?.click();
    await pause();
    return violations;
}"""
INJECT = """html => {
    document.body.append(document.createRange().createContextualFragment(html));
}"""
INJECTIONS = {
    "a handler": "<img src='data:,' onerror='hit = true'>",
    "a script": "<script>hit = true</script>",
    "a style": "<p style='color: red'>red</p>",
    "an address": "<a id='go' href='javascript:hit = true'>go</a>",
    "a picture of another host": "<img src='https://example.org/seen.png'>",
}


@pytest.fixture
def watched(site, browser):
    """Open a page that keeps its policy and notes what breaks it."""
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(WATCH)

    def open_page(page_name, mode="file", base=None):
        page = context.new_page()
        page.goto(f"{base}/{page_name}" if base else site.address(page_name, mode))
        return page

    yield open_page
    context.close()


@pytest.mark.parametrize(
    ("used_page", "way"), [(name, ("file", "http")[at % 2]) for at, name in enumerate(PAGES)]
)
def test_nothing_on_a_page_breaks_its_policy(watched, used_page, way):
    page = watched(used_page, way)
    assert page.evaluate(USE) == []


def test_the_page_for_no_page_keeps_its_policy(watched):
    page = watched("404.html", "http")
    page.locator("#home[href]").wait_for()
    assert page.evaluate("violations") == []


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """Two pages that are there, and one left behind by a third."""
    folder = tmp_path_factory.mktemp("moved")
    for name in ("_static", "chapters"):
        (folder / name).mkdir()
    builder = SimpleNamespace(
        name="html",
        get_target_uri="{}.html".format,
        get_relative_uri=lambda old, new: f"../{new}.html",
    )
    app = SimpleNamespace(
        builder=builder,
        outdir=str(folder),
        env=SimpleNamespace(all_docs={"chapters/race": 0}),
        config=SimpleNamespace(redirects={"old/race": "chapters/race"}),
    )
    (folder / "chapters/race.html").write_text("<title>The race</title>")
    leave_behind(app)
    write_policies(app, None)
    return folder


def test_a_page_that_moved_keeps_the_state_of_a_figure_and_its_own_policy(watched, moved):
    left = (moved / "old/race.html").read_text()
    assert "script-src 'self';" in left
    page = watched("old/race.html#race:speed=2", base=moved.as_uri())
    page.wait_for_url("**/chapters/race.html#race:speed=2")
    assert page.title() == "The race"


def test_a_page_that_moved_leads_on_without_a_script(browser, moved):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{moved.as_uri()}/old/race.html")
    page.wait_for_url("**/chapters/race.html")


DRAWN = "() => document.querySelector('[data-alive=true] .ml-picture').innerHTML"


def test_figures_and_search_work_under_the_policy_in_firefox_too(site, mode):
    with launched() as firefox:
        firefox.begin_each_page_with(f"() => {{ {WATCH} }}")
        for page_name in ("index.html", "chapters/contagion.html"):
            firefox.open(site.address(page_name, mode), DESKTOP)
            firefox.wait_for("() => document.querySelector('[data-alive=true]') !== null")
            first = firefox.evaluate(DRAWN)
            assert firefox.evaluate(USE) == [], page_name
            assert firefox.evaluate(DRAWN) != first, page_name
        firefox.open(site.address("search.html?q=ADL", mode), DESKTOP)
        firefox.wait_for("() => document.querySelector('#search-results a') !== null")
        found = "() => document.querySelector('#search-results a').getAttribute('href')"
        assert firefox.evaluate(found) == "chapters/liquidation.html#the-queue"
        assert firefox.evaluate(USE) == []
        firefox.evaluate(INJECT, INJECTIONS["a script"])
        firefox.wait_for("() => violations.length > 0")  # so they are seen


@pytest.mark.parametrize("injected", INJECTIONS)
def test_what_is_injected_is_dead(watched, injected, mode):
    page = watched("chapters/margin.html", mode)
    page.evaluate(INJECT, INJECTIONS[injected])
    page.evaluate("document.getElementById('go')?.click()")
    for _ in range(50):
        if page.evaluate("violations.length"):
            break
        page.wait_for_timeout(50)
    assert page.evaluate("violations.length") > 0
    assert page.evaluate("globalThis.hit") is None


def test_no_text_is_run(watched):
    page = watched("index.html")
    # Later, since what the test itself evaluates may do so.
    run = """() => new Promise(done => setTimeout(() => {
        try { eval("1"); done("run"); } catch (error) { done(error.name); }
    }))"""
    assert page.evaluate(run) == "EvalError"
    assert page.evaluate("violations.length") == 1


def test_the_button_prints(watched):
    page = watched("chapters/margin.html", "http")
    page.evaluate("globalThis.print = () => { globalThis.printed = true; }")
    page.evaluate("document.querySelector('[data-prints]').click()")
    assert page.evaluate("printed") is True


@pytest.mark.parametrize(
    "address", ["search.html?q=<img src=x onerror=hit()>margin", "search.html"]
)
def test_what_is_typed_into_the_search_stays_text(watched, address):
    page = watched(address)
    page.locator(".bd-search-container input").fill("<img> margin call")
    page.locator("#search-results a").first.wait_for()
    assert page.evaluate("document.querySelectorAll('.bd-search-container img').length") == 0
    assert page.evaluate("violations") == []

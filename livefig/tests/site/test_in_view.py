"""Picture, sentence and controls stay together on the screen, and a link moves no reader away."""

from __future__ import annotations

import numpy as np
import pytest
from ipywidgets import ToggleButtons

import livefig
from livefig.page import html as pages

LAPTOP, PHONE = (1280, 800), (360, 640)
X = np.linspace(0, 10, 50)


def figure_named(name):
    def draw(ax, pace, height, kind, shown):
        ax.plot(X, height * np.sin(pace * X + len(kind)), visible=shown)
        ax.set(xlim=(0, 10), ylim=(-6, 6), xlabel="place", ylabel="height")
        return {"top": f"{height:.0f} m", "quickness": f"{pace}"}

    return livefig.figure(
        draw, name=name, pace=(1, 4), height=(1.0, 5.0, 1.0), shown=True,
        kind=ToggleButtons(options=["up", "down"]), figsize=(4.6, 3),
        sentence="It is {top} high, {quickness} times as quick as the slowest one.",
        presets={"Low": {"height": 1.0}, "High": {"height": 5.0}},
        alt="A wave along x.", caption="Pace squeezes it, height stretches it.",
    )  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Return the address of a page with two figures and much prose around them."""
    prose = "<p>Words that go on for a while, as words in a book will do.</p>" * 40
    link = '<p><a id="{0}" href="#{1}:height={2}">so high</a></p>'
    parts = [
        link.format("near", "first", 5), figure_named("first").to_html(), prose,
        link.format("away", "first", 4), link.format("other", "second", 2), prose,
        figure_named("second").to_html(), prose,
    ]  # fmt: skip
    path = tmp_path_factory.mktemp("view") / "waves.html"
    path.write_text(pages.document(parts, "Waves"), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def open_page(new_context, address):
    def open_it(size=LAPTOP, **options):
        context = new_context(viewport=dict(zip(("width", "height"), size, strict=True)), **options)
        page = context.new_page()
        page.goto(address)
        if options.get("java_script_enabled", True):
            page.mouse.move(1, 1)
            page.wait_for_selector("#second[data-alive=true]")
        return page

    return open_it


@pytest.mark.parametrize(
    "begin", [lambda page: page.mouse.move(1, 1), lambda page: page.keyboard.press("Tab")],
    ids=["mouse", "keyboard"],
)  # fmt: skip
def test_a_figure_far_below_comes_alive_once_somebody_reads(new_context, address, begin):
    page = new_context(viewport={"width": 360, "height": 640}).new_page()
    page.goto(address)
    page.wait_for_selector("#first[data-alive=true]")
    page.wait_for_timeout(300)
    assert page.locator("#second").get_attribute("data-alive") == "soon"
    begin(page)
    page.wait_for_selector("#second[data-alive=true]")


@pytest.mark.parametrize("breaks", [False, True])
def test_a_link_that_is_the_first_act_asks_for_its_figure(new_context, address, breaks):
    page = new_context(viewport={"width": 360, "height": 640}).new_page()
    page.goto(address)
    page.wait_for_selector("#first[data-alive=true]")
    assert page.locator("#second").get_attribute("data-alive") == "soon"
    if breaks:
        page.evaluate("document.querySelector('#second .ml-table').textContent = 'no table'")
    page.locator("#other").evaluate("link => link.click()")  # no pointer came, nothing moved
    page.wait_for_selector("#second[data-alive=no]" if breaks else "#second.ml-docked")
    if breaks:  # then it is a link like any other
        page.wait_for_url("**#second:height=2")
    else:
        assert page.evaluate("scrollY") == 0
        assert "2 m" in page.locator("#second .ml-sentence").text_content()


SEEN = """name => {
    const root = document.getElementById(name);
    const box = part => {
        const { top, bottom, left } = (part.closest?.(".ml-segments label") ?? part)
            .getBoundingClientRect();
        return { top, bottom, left };
    };
    const found = [], bar = parseFloat(getComputedStyle(root).getPropertyValue("--ml-top"));
    const [picture, sentence] = [".ml-picture svg", ".ml-sentence, .ml-readouts"]
        .map(part => root.querySelector(part));
    const controls = root.querySelectorAll(".ml-control, .ml-buttons button");
    for (const control of controls) {
        root.scrollIntoView({ block: "start", behavior: "instant" });
        const low = control.getBoundingClientRect().bottom - innerHeight;
        if (low > 0) scrollBy({ top: low + 1, behavior: "instant" });
        const [seen, said, here] = [picture, sentence, control].map(box);
        const beside = here.left > picture.getBoundingClientRect().right;
        const whole = [seen, said, here].every(({ top, bottom }) =>
            top >= bar - 1 && bottom <= innerHeight + 1);
        if (!whole || (!beside && here.top < said.bottom - 1)) {
            found.push([control.textContent, seen, said, here]);
        }
    }
    return { found, controls: controls.length };
}"""
"""Scrolls to each control, and finds those with which picture or sentence is not whole."""


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_picture_and_sentence_are_seen_with_every_control(open_page, size):
    page = open_page(size)
    assert page.evaluate(SEEN, "first") == {"found": [], "controls": 7}
    # A sentence that is out of sight would be noticed.
    page.add_style_tag(
        content="""
        #first .ml-picture { position: static; } #first .ml-sentence { margin-top: 900px; }"""
    )
    assert page.evaluate(SEEN, "first")["found"] != []


def smallest_letters(page):
    return page.evaluate("""() => Math.min(...[...document.querySelectorAll("#first svg text")]
        .map(text => {
            const { a, b } = text.getScreenCTM();
            return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
        }))""")


def test_letters_in_a_picture_can_be_read_on_a_phone_and_follow_the_readers_size(open_page):
    page = open_page(PHONE)
    usual = smallest_letters(page)
    assert usual >= 10.99
    before = page.evaluate("document.getElementById('first').style.cssText")
    page.add_style_tag(content="html { font-size: 20px; }")
    page.set_viewport_size({"width": 361, "height": 640})
    page.wait_for_function(
        "before => document.getElementById('first').style.cssText !== before", arg=before
    )
    assert smallest_letters(page) >= 1.249 * usual


def test_a_finger_finds_every_control(open_page):
    page = open_page(PHONE, has_touch=True)
    low = page.evaluate("""() => [...document.querySelectorAll(
        "#first :is(button, select, summary, .ml-slider > input, .ml-check, .ml-segments label)")]
        .filter(part => part.getBoundingClientRect().height < 44).map(part => part.outerHTML)""")
    assert low == []


def test_a_link_to_a_picture_in_view_moves_and_marks_it(open_page):
    page = open_page()
    page.locator("#near").click()
    assert page.locator("#first.ml-marked").count() == 1
    assert page.locator(".ml-docked").count() == 0
    assert page.locator("#first output").first.text_content() == "5 m"
    assert page.evaluate("scrollY") == 0


def follow_away(page):
    """Follow the link in the middle of the page; return where the reader was and is."""
    page.locator("#away").evaluate("link => link.scrollIntoView({ block: 'center' })")
    before = page.evaluate("[scrollY, document.documentElement.scrollHeight]")
    page.locator("#away").click()
    return before, page.evaluate("[scrollY, document.documentElement.scrollHeight]")


def test_a_link_to_a_picture_out_of_sight_docks_it_beside_the_reader(open_page):
    page = open_page()
    before, after = follow_away(page)
    assert before == after
    dock = page.locator("#first .ml-shown")
    assert dock.locator("svg").is_visible()
    assert "4 m" in dock.locator(".ml-sentence").text_content()
    assert page.evaluate("""() => {
        const box = document.querySelector("#first .ml-shown").getBoundingClientRect();
        return box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
    }""")
    for closing in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.get_by_role("button", name="Close the figure").click(),
        lambda: page.evaluate("document.getElementById('first').scrollIntoView()"),
    ):
        follow_away(page)
        assert page.locator(".ml-docked").count() == 1
        closing()
        page.wait_for_function("!document.querySelector('.ml-docked, .ml-dock')")


def test_on_a_phone_the_dock_leaves_the_link_in_sight(open_page):
    page = open_page(PHONE, reduced_motion="reduce")
    (_, height), (_, still) = follow_away(page)
    assert abs(height - still) <= 1
    assert page.evaluate("""() => {
        const [link, dock] = ["#away", "#first .ml-shown"]
            .map(part => document.querySelector(part).getBoundingClientRect());
        return dock.width === innerWidth && link.top >= 0 && link.bottom <= innerHeight &&
            (link.top >= dock.bottom || link.bottom <= dock.top);
    }""")
    page.get_by_role("button", name="To its controls").click()
    assert page.evaluate("document.activeElement.name") == "pace"
    assert page.locator(".ml-docked").count() == 0


def test_back_and_forth_return_to_the_place_and_to_every_state(open_page):
    page = open_page()
    page.locator("#second [name=pace]").press("End")
    page.wait_for_function("location.hash.includes('second:pace=4')")
    (place, _), _ = follow_away(page)
    page.evaluate("scrollBy(0, 900)")
    states = "[...livefig.explorers.values()].map(explorer => explorer.stops.join())"
    then = page.evaluate(states)
    page.go_back()
    page.wait_for_function(f"{states}[0] === '0,2,0,0' || !document.querySelector('.ml-docked')")
    page.wait_for_function(f"Math.abs(scrollY - {place}) <= 1")
    assert page.evaluate(states)[1].startswith("3,")
    assert page.evaluate(states) != then
    assert page.locator(".ml-docked").count() == 0
    page.go_forward()
    page.wait_for_selector("#first.ml-docked")
    assert page.evaluate(states) == then


def test_a_link_to_the_state_is_copied_or_shown(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.locator("#first [name=pace]").press("End")
    button = page.locator("#first").get_by_role("button", name="Copy link to this state")
    button.click()
    page.wait_for_function(
        "document.querySelector('#first .ml-spoken').textContent === 'Link copied'"
    )
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "#first:pace=4&" in copied
    page.goto(copied)
    assert page.locator("#first output").last.text_content() == "4"
    page.evaluate("() => { delete Navigator.prototype.clipboard; }")
    page.locator("#first").get_by_role("button", name="Copy link to this state").click()
    assert page.get_by_label("Link to this state").input_value() == copied


def test_a_figure_fills_the_screen_and_leaves_it(open_page):
    page = open_page()
    page.locator("#first").get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement?.id === 'first'")
    assert page.evaluate(SEEN, "first")["found"] == []
    page.get_by_role("button", name="Leave full screen").click()
    page.wait_for_function("!document.fullscreenElement")


def test_no_button_promises_what_cannot_be_done(open_page):
    assert open_page(java_script_enabled=False).locator(".ml-tools").count() == 0
    page = open_page()
    follow_away(page)
    page.emulate_media(media="print")
    assert not page.locator(".ml-tools, .ml-dock").first.is_visible()


def test_with_forced_colours_the_choice_and_the_mark_are_told_apart(open_page):
    page = open_page(forced_colors="active")
    page.locator("#near").click()
    assert page.evaluate("""() => {
        const root = document.getElementById("first");
        const style = part => getComputedStyle(root.querySelector(part));
        const labels = [...root.querySelectorAll(".ml-segments label")]
            .map(label => getComputedStyle(label).backgroundColor);
        return [style(".ml-picture").outlineStyle, new Set(labels).size > 1];
    }""") == ["solid", True]  # fmt: skip


def test_firefox_docks_the_picture_too(firefox, address):
    tab, _ = firefox
    tab.open(address, LAPTOP)
    tab.evaluate("() => dispatchEvent(new Event('pointermove'))")
    tab.wait_for("() => document.querySelector('#second[data-alive=true]') !== null")
    seen = tab.evaluate("""() => {
        const link = document.getElementById("away");
        link.scrollIntoView({ block: "center" });
        const before = scrollY;
        link.click();
        const dock = document.querySelector("#first.ml-docked .ml-shown");
        const { top, bottom, width } = dock.getBoundingClientRect();
        return [Math.abs(scrollY - before) < 1, width > 200, top >= 0 && bottom <= innerHeight];
    }""")
    assert seen == [True, True, True]

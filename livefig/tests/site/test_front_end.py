"""The explorer's script, on a page of its own with every kind of artist and control."""

from __future__ import annotations

import re
from html import escape

import numpy as np
import pytest

import livefig
from livefig.page import html as pages
from livefig.tests.comparing import differences, go, random_stops
from livefig.tests.zoo import zoo
from livefig.writing import plain


@pytest.fixture(scope="module")
def explorer():
    return zoo()


@pytest.fixture(scope="module")
def address(explorer, tmp_path_factory):
    """Return the address of a page with the explorer, twice, and some prose around it."""
    links = (
        '<p><a id="far" href="#zoo:place=9&amp;mood=wild">far and wild</a> '
        '<a id="wrong" href="#zoo:place=4">nowhere</a></p>'
    )
    broken = explorer.to_html().replace('id="zoo', 'id="bad').replace("ml-table", "ml-table", 1)
    broken = re.sub(r'(class="ml-table">).*?<', r"\1AAAA<", broken)
    path = tmp_path_factory.mktemp("front") / "zoo.html"
    page = pages.document([broken, links, explorer.to_html()], escape("Zoo"))
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def open_page(new_context, address):
    def open_it(state="", script=None, height=1400, **options):
        page = new_context(viewport={"width": 800, "height": height}, **options).new_page()
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("console", lambda message: page.troubles.append(message.text))
        if script:
            page.add_init_script(script)
        page.goto(address + state)
        if options.get("java_script_enabled", True) and not script:
            page.wait_for_selector("#zoo[data-alive=true]")
        return page

    return open_it


def readouts(page):
    """Return what the page tells, with spaces as `Explorer.at` has them."""
    outputs = page.locator("#zoo output")
    return {
        outputs.nth(i).get_attribute("name"): plain(outputs.nth(i).text_content())
        for i in range(outputs.count())
    }


def test_first_state_as_shown_by_script_is_the_one_that_python_drew(open_page, explorer):
    assert differences(open_page(), explorer, explorer.start) == []


def test_every_part_follows_python_at_random_states(open_page, explorer):
    page = open_page()
    rng = np.random.default_rng(7)
    for _ in range(40):
        stops = random_stops(explorer, rng)
        go(page, explorer, stops)
        assert differences(page, explorer, stops) == []
    assert page.troubles == []


def test_without_script_the_first_state_is_there_and_controls_are_off(open_page, explorer):
    page = open_page(java_script_enabled=False)
    assert page.locator("#zoo svg path").count() > 10
    assert readouts(page) == explorer.at()
    assert page.locator("#zoo [name=place]").is_disabled()
    assert page.locator("#zoo .ml-waiting").is_visible()


def test_an_old_browser_shows_the_picture_and_a_sentence(open_page):
    page = open_page(script="delete window.DecompressionStream")
    page.wait_for_selector("#zoo[data-alive=no]")
    assert "too old" in page.locator("#zoo .ml-waiting").text_content()
    assert page.locator("#zoo [name=place]").is_disabled()


def test_a_broken_explorer_leaves_the_other_alive(open_page):
    page = open_page()
    assert page.locator("#bad").get_attribute("data-alive") == "no"
    assert page.locator("#bad .ml-waiting").is_visible()
    assert not page.locator("#zoo [name=place]").is_disabled()
    assert page.troubles == []


def test_an_address_sets_the_state_and_the_state_the_address(open_page, explorer):
    page = open_page("#zoo:place=9&mood=wild&shape=down&shown=true")
    assert readouts(page) == explorer.at(place=9, mood="wild", shape="down", shown=True)
    page.locator("#zoo [name=place]").press("Home")
    page.wait_for_function("location.hash.includes('place=1')")
    hash_now = page.evaluate("location.hash")
    assert readouts(open_page(hash_now)) == readouts(page)


def test_an_address_brings_the_figure_into_view(open_page):
    page = open_page("#zoo:place=9", height=700)
    page.wait_for_function("scrollY > 100")
    top = page.evaluate("document.getElementById('zoo').getBoundingClientRect().top")
    assert 0 <= top < 400


def test_an_address_that_names_no_stop_changes_nothing(open_page, explorer):
    assert readouts(open_page("#zoo:place=4")) == explorer.at()
    assert readouts(open_page("#zoo:nobody=4")) == explorer.at()


def test_a_link_in_the_prose_moves_the_figure(open_page, explorer):
    page = open_page()
    page.locator("#far").click()
    assert readouts(page) == explorer.at(place=9, mood="wild")
    page.locator("#zoo").wait_for(state="visible")
    page.locator("#wrong").click()
    assert readouts(page) == explorer.at(place=9, mood="wild")


def test_presets_and_reset(open_page, explorer):
    page = open_page()
    page.get_by_role("button", name="Wild").last.click()
    assert readouts(page) == explorer.at(place=9, mood="wild")
    page.locator("#zoo .ml-reset").click()
    assert readouts(page) == explorer.at()


def test_a_keyboard_reaches_every_control_and_hears_values(open_page, explorer):
    page = open_page()
    slider = page.locator("#zoo [name=size]")
    slider.focus()
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "100"
    assert readouts(page) == explorer.at(size=100)
    page.get_by_label("Show the hidden text").last.press("Space")
    page.get_by_label("down", exact=True).last.check(force=True)
    assert readouts(page) == explorer.at(size=100, shown=True, shape="down")
    page.wait_for_function(
        "document.querySelector('#zoo .ml-spoken').textContent.includes('Gone: nothing')"
    )


@pytest.mark.parametrize("touch", [False, True])
def test_dragging_a_thing_moves_its_control(open_page, explorer, touch):
    page = open_page(has_touch=touch)
    handle = page.locator("#zoo .ml-handle")
    handle.scroll_into_view_if_needed()
    box = handle.locator("rect").bounding_box()
    width = page.locator("#zoo svg").bounding_box()["width"]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + width, y, steps=4)
    page.mouse.up()
    assert page.locator("#zoo [name=place]").input_value() == "9"
    assert readouts(page) == explorer.at(place=9)


def test_play_runs_to_the_end_and_stops(open_page, explorer):
    page = open_page()
    button = page.locator("#zoo .ml-play")
    button.click()
    assert button.text_content() == "Pause"
    page.wait_for_function("document.querySelector('#zoo [name=step]').value === '6'")
    page.wait_for_function("document.querySelector('#zoo .ml-play').textContent === 'Play'")
    assert readouts(page) == explorer.at(step=6)


def test_a_reader_who_wants_no_motion_goes_step_by_step(open_page):
    page = open_page(reduced_motion="reduce")
    page.locator("#zoo .ml-play").click()
    page.wait_for_timeout(300)
    assert page.locator("#zoo [name=step]").input_value() == "4"
    page.wait_for_function("document.querySelector('#zoo [name=step]').value === '6'")


def test_the_numbers_are_there_as_a_table(open_page, explorer):
    page = open_page()
    page.locator("#zoo summary").click()
    page.locator("#zoo [name=place]").press("End")
    page.wait_for_function("document.querySelectorAll('#zoo .ml-tables table').length === 2")
    page.wait_for_timeout(300)
    cells = page.locator("#zoo .ml-tables table").first.locator("tbody tr").last
    at_end = explorer.at(place=9)
    assert [plain(text) for text in cells.locator("td").all_text_contents()] == [
        at_end[key] for key in ("height", "mood_now", "gone")
    ]
    wave = page.locator("#zoo .ml-tables table").last.locator("tbody tr")
    x, y = wave.nth(0).locator("th, td").all_text_contents()
    assert (float(x), float(y)) == (0, 0)


def test_paper_has_the_picture_and_the_readouts_only(open_page):
    page = open_page()
    page.emulate_media(media="print")
    assert page.locator("#zoo svg").is_visible()
    assert page.locator("#zoo output").first.is_visible()
    assert not page.locator("#zoo .ml-form").is_visible()


def test_colours_turn_with_the_ground(open_page):
    fill = "getComputedStyle(document.querySelector('#zoo svg text')).fill"
    light, dark = (open_page(color_scheme=scheme) for scheme in ("light", "dark"))
    assert light.evaluate(fill) != dark.evaluate(fill)
    dark.emulate_media(media="print")
    assert light.evaluate(fill) == dark.evaluate(fill)  # paper is light


def test_numbers_are_written_alike_in_python_and_on_the_page(open_page):
    """Readouts of many sizes and signs, each through the page's own way of writing numbers."""
    assert livefig.Readout("x", ",.2f").write(-1234.5) == "−1,234.50"
    page = open_page("#zoo:size=100&place=9")
    assert readouts(page)["height"] == "400.0 m"
    page = open_page("#zoo:size=1&place=1")
    assert page.locator("#zoo [name=height]").text_content() == "−499.0\u00a0m"

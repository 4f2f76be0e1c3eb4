"""A control of time, on a page of its own and at a kernel's side."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

import livefig
from livefig.page import html as pages
from livefig.tests.test_time import week

EVENTS = '#week [data-events="now"] button'


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("time") / "week.html"
    path.write_text(pages.document([brisk().to_html()], "Week"), encoding="utf-8")
    return path.as_uri()


def brisk():
    """Return the week of the unit tests, played as fast as it may be."""
    return week(
        now=livefig.Time(
            ["Mon", "Tue", "Wed", "Thu", "Fri"], interval=20, description="Day",
            events=lambda size: {"Tue": "it rains", 3: f"above {4 / size:g}"},
        )
    )  # fmt: skip


@pytest.fixture
def open_page(new_context, address):
    pages = []

    def open_it(state="", **options):
        page = new_context(**options).new_page()
        pages.append(page)
        page.troubles = []
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("console", lambda message: page.troubles.append(message.text))
        page.add_init_script(NOTE_WHAT_IS_SEEN)
        page.goto(address + state)
        if options.get("java_script_enabled", True):
            page.wait_for_selector("#week[data-alive=true]")
        return page

    yield open_it
    assert [page.troubles for page in pages] == [[]] * len(pages)


NOTE_WHAT_IS_SEEN = """
window.spoken = [];
window.seen = [];
new MutationObserver(() => {
  const note = (list, selector) => {
    const text = document.querySelector(selector)?.textContent;
    if (text !== undefined && text !== list.at(-1)) list.push(text);
  };
  note(spoken, "#week .ml-spoken");
  note(seen, "#week .ml-value");
}).observe(document, { childList: true, subtree: true, characterData: true });
"""


def day(page):
    return page.locator("#week [name=now]").get_attribute("aria-valuetext")


def wait_until_it_rests(page):
    page.wait_for_function("document.querySelector('#week .ml-play').textContent === 'Play'")


def test_it_plays_through_every_moment_tells_what_happens_and_stops(open_page):
    page = open_page()
    page.locator("#week .ml-play").click()
    wait_until_it_rests(page)
    assert page.evaluate("seen") == ["Mon", "Tue", "Wed", "Thu", "Fri"]
    page.wait_for_function("spoken.at(-1).includes('Height')")
    assert page.evaluate("spoken.filter(Boolean)") == [
        "Tue: it rains.", "Thu: above 4.", "Height: 0"
    ]  # fmt: skip


def test_it_stops_and_goes_on_and_begins_again_after_the_end(open_page):
    page = open_page()
    play = page.locator("#week .ml-play")
    page.locator("#week .ml-loop").check()
    play.click()
    assert play.get_attribute("aria-label") == "Pause Day"
    page.wait_for_function("seen.filter((day) => day === 'Fri').length > 1")
    play.click()
    assert play.get_attribute("aria-label") == "Play Day"
    resting = day(page)
    page.wait_for_timeout(200)
    assert day(page) == resting
    page.locator("#week .ml-loop").uncheck()
    page.locator("#week [name=now]").press("End")
    play.click()
    wait_until_it_rests(page)
    assert page.evaluate("seen.slice(-5)") == ["Mon", "Tue", "Wed", "Thu", "Fri"]


def test_a_slower_speed_leaves_more_time(open_page):
    page = open_page()
    delays = """(speed) => {
      document.querySelector("#week .ml-speed").value = speed;
      const asked = [], before = window.setTimeout;
      window.setTimeout = (action, delay) => (asked.push(delay), before(action, delay));
      document.querySelector("#week .ml-play").click();
      document.querySelector("#week .ml-play").click();
      window.setTimeout = before;
      return asked;
    }"""
    page.locator("#week [data-moment='1']").click()  # the next has no event, and no longer stay
    assert 40 in page.evaluate(delays, "0.5")


def test_buttons_and_keys_step_and_go_to_what_happens(open_page):
    page = open_page()
    back, on = (page.locator(f"#week [data-step='{way}']") for way in (-1, 1))
    assert (back.get_attribute("aria-disabled"), on.get_attribute("aria-disabled")) == (
        "true", "false"
    )  # fmt: skip
    back.press("Enter")
    assert day(page) == "Mon"
    on.press("Enter")
    on.press("Space")
    assert day(page) == "Wed"
    back.press("Enter")
    assert day(page) == "Tue"
    page.locator("#week [name=now]").press("ArrowRight")
    assert day(page) == "Wed"
    event = page.get_by_role("button", name="Thu: above 4")
    event.press("Enter")
    assert (day(page), event.get_attribute("aria-current")) == ("Thu", "step")
    page.wait_for_function("spoken.at(-1) === 'Thu: above 4. Height: 4'")
    page.locator("#week [name=now]").press("Home")
    page.locator("#week [name=now]").press("Space")
    wait_until_it_rests(page)
    assert day(page) == "Fri"


def test_dragging_the_slider_passes_what_happens_and_stops_the_play(open_page):
    page = open_page()
    page.locator("#week .ml-play").click()
    slider = page.locator("#week [name=now]")
    slider.fill("3")
    assert day(page) == "Thu"
    assert page.locator("#week .ml-play").text_content() == "Play"
    states = page.locator(EVENTS).evaluate_all("list => list.map((one) => one.className)")
    assert states == ["ml-behind", "ml-latest"]
    slider.fill("2")
    states = page.locator(EVENTS).evaluate_all("list => list.map((one) => one.className)")
    assert states == ["ml-latest", "ml-ahead"]


def test_marks_stand_where_the_thumb_does(open_page):
    page = open_page("#week:now=Thu&size=1")
    middles = page.evaluate("""() => {
      const slider = document.querySelector("#week [name=now]").getBoundingClientRect();
      const mark = document.querySelectorAll("#week .ml-marks line")[1].getBoundingClientRect();
      return [slider.left + 8 + (slider.width - 16) * 3 / 4, mark.left + mark.width / 2];
    }""")
    assert abs(middles[0] - middles[1]) < 1


def test_another_control_moves_what_happens(open_page):
    page = open_page()
    page.locator("#week [name=size]").select_option("4")
    assert page.locator(EVENTS).all_text_contents() == ["Tue: it rains", "Thu: above 1"]


def test_an_address_holds_the_moment(open_page):
    page = open_page("#week:now=Wed&size=2")
    assert day(page) == "Wed"
    page.locator("#week [data-step='1']").click()
    page.wait_for_function("location.hash === '#week:now=Thu&size=2'")


def test_who_wants_no_motion_gets_a_moment_each_second(open_page):
    page = open_page(reduced_motion="reduce")
    page.evaluate("""() => {
      window.delays = [];
      const before = setTimeout;
      window.setTimeout = (action, delay) => (delays.push(delay), before(action, delay));
    }""")
    page.locator("#week .ml-play").click()
    assert day(page) == "Tue"  # at once, and nothing glides
    assert page.evaluate("delays.includes(3000)")  # it rains: three times a second
    page.locator("#week .ml-play").click()
    assert page.locator("#week .ml-play").text_content() == "Play"


def test_nothing_plays_before_it_is_asked_to(open_page):
    page = open_page()
    page.wait_for_timeout(200)
    assert page.evaluate("seen") == ["Mon"]
    assert page.evaluate("spoken.filter(Boolean)") == []


def test_without_script_what_happens_can_be_read(open_page):
    page = open_page(java_script_enabled=False)
    assert page.locator(EVENTS).all_text_contents() == ["Tue: it rains", "Thu: above 4"]
    assert page.locator("#week .ml-play").is_disabled()


def test_everything_fits_a_narrow_page(open_page):
    page = open_page(viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    sizes = page.locator("#week .ml-playing button, " + EVENTS).evaluate_all(
        "list => list.flatMap((one) => [one.offsetWidth, one.offsetHeight])"
    )
    assert np.min(sizes) >= 44


KERNEL = """
({ html, header, frames, error }) => {
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const state = { html, header, stops: header.controls.map((one) => one.start), error: "" };
  const heard = {};
  const model = {
    get: (key) => (key === "frame" ? bytes(frames[state.stops.join()]) : state[key]),
    set: (key, value) => { state[key] = value; },
    on: (event, action) => { heard[event] = action; },
    off() {}, send() {},
    save_changes() { window.asked.push(state.stops[0]); },
  };
  window.asked = [];
  window.answer = () => heard["change:frame"]();
  window.fail = () => { state.error = error; heard["change:error"](); };
  livefig.render({ model, el: document.body.appendChild(document.createElement("div")) });
  answer();
}
"""
"""A kernel that answers when it is told to."""


def test_at_a_kernel_it_waits_for_answers_and_stops_where_there_is_none(open_page):
    page = open_page()
    explorer = brisk()
    widget = explorer.widget
    frames = {}
    for moment in range(5):
        widget.stops = [moment, 0]
        frames[f"{moment},0"] = base64.b64encode(widget.frame).decode()
    header = json.loads(json.dumps({**widget.header, "name": "lively"}))
    html = widget.html.replace('id="week', 'id="lively')
    given = {"html": html, "header": header, "frames": frames, "error": "It broke."}
    page.evaluate(KERNEL, given)
    page.locator("#lively .ml-play").click()
    page.wait_for_timeout(200)
    assert page.evaluate("asked") == [1]
    for moment in (2, 3):
        page.evaluate("answer()")
        page.wait_for_function("moment => asked.at(-1) === moment", arg=moment)
    assert page.locator("#lively .ml-events .ml-latest").text_content() == "Tue: it rains"
    page.evaluate("fail()")
    assert page.locator("#lively .ml-play").text_content() == "Play"
    assert page.locator("#lively .ml-waiting").text_content() == "It broke."

"""A page that stands alone brings what its figure uses, and is as it is with the whole script."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from ipywidgets import IntRangeSlider, IntSlider, ToggleButtons
from PIL import Image

import livefig
from livefig.page import html as pages

LOOKS = [(360, "light"), (1280, "dark")]


@livefig.figure(
    name="wave", alt="A wave.", caption="Whatever a reader can set.",
    presets={"High": {"height": 3}}, height=IntSlider(1, 0, 4), kind=["sin", "cos"], dots=True,
    title=ToggleButtons(options=["short", "long"]), span=IntRangeSlider(value=(1, 3), max=4),
)  # fmt: skip
def wave(ax, height, kind, dots, title, span):
    time = np.linspace(0, 6, 50)
    ax.plot(time, height * getattr(np, kind)(time))
    ax.set(ylim=(-5, 5), title=title)
    ax.axvspan(*span, alpha=0.2)
    if dots:
        ax.scatter([1, 2], [1, 2])
    return {"top": height, "across": span[1] - span[0]}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return the addresses of the page as it is saved, and of the same with the whole script."""
    folder = tmp_path_factory.mktemp("alone")
    wave.save(folder / "alone.html")
    whole = pages.document([wave.to_html()], wave.caption)
    (folder / "whole.html").write_text(whole, encoding="utf-8")
    return [(folder / name).as_uri() for name in ("alone.html", "whole.html")]


@pytest.fixture
def opened(new_context):
    """Return a function that opens a page, in which every complaint fails the test."""

    def open_page(address, **context):
        page = new_context(offline=True, **context).new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.on("console", lambda message: pytest.fail(message.text))
        page.goto(address)
        page.wait_for_selector("[data-alive=true]")
        return page

    return open_page


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_it_looks_as_with_the_whole_script(files, opened, width, scheme):
    pictures = []
    for address in files:
        page = opened(
            address, viewport={"width": width, "height": 1600}, color_scheme=scheme,
            reduced_motion="reduce",
        )  # fmt: skip
        page.get_by_label("Height", exact=True).press("ArrowRight")
        page.get_by_label("Kind", exact=True).select_option("cos")
        page.get_by_text("long", exact=True).click()
        page.get_by_text("The numbers as a table").click()
        page.wait_for_selector(".ml-tables table")
        page.wait_for_function("location.hash.includes('kind=cos')")
        page.evaluate("document.activeElement.blur()")  # a ring around it is painted in its time
        shot = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
        pictures.append(np.asarray(shot, dtype=int))
    alone, whole = pictures
    assert alone.shape == whole.shape
    assert np.abs(alone - whole).max() <= 1  # of 255: so far one browser differs from itself


def test_it_keeps_its_state_in_its_address_and_follows_addresses(files, opened):
    page = opened(files[0] + "#wave:height=3")
    height = page.locator("output[name=top]")
    assert height.text_content() == "3"
    page.get_by_role("button", name="Reset").click()
    assert height.text_content() == "1"
    page.get_by_role("button", name="High").click()
    page.wait_for_function("location.hash.startsWith('#wave:height=3&')")
    page.evaluate("location.hash = 'wave:height=4'")
    page.wait_for_function("document.querySelector('output').textContent === '4'")
    page.go_back()
    page.wait_for_function("document.querySelector('output').textContent === '3'")

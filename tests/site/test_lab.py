"""The notebooks in a real JupyterLab: run them, move a slider, and see the figure follow."""

from __future__ import annotations

import re

import pytest

from .conftest import THOROUGH
from .test_explorers import explorers_of

CHAPTERS = ["maintenance_margin", *(["initial_margin"] if THOROUGH else [])]


def wait_for_the_kernel(page):
    """Wait until the status bar says that a kernel is there and has nothing more to do."""
    page.wait_for_timeout(1500)
    page.get_by_text(re.compile(r"^Python 3.*\| Idle$")).wait_for(timeout=120_000)


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.xdist_group("lab")
def test_a_slider_moves_the_figure_in_jupyterlab(lab, browser, chapter):
    explorers = explorers_of(f"chapters/{chapter}").values()
    explorer = next(
        explorer
        for explorer in explorers
        if any(control.kind == "slider" for control in explorer.controls)
    )
    control = next(control for control in explorer.controls if control.kind == "slider")
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.goto(f"{lab.address}/lab/tree/{chapter}.ipynb?reset")
    wait_for_the_kernel(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Run All( Cells)?$")).click()
    figure = page.locator(f"figure.ml-explorer#{explorer.name}[data-alive=true]")
    figure.wait_for(state="attached", timeout=120_000)
    wait_for_the_kernel(page)
    figure.scroll_into_view_if_needed()
    be_told(figure)
    slider = figure.locator(f"input[name={control.name}]")
    slider.press("End")
    expected = explorer.at(**{control.name: control.values[-1]})
    for key, text in expected.items():
        figure.locator(f"output[name={key}]").filter(has_text=text).wait_for(timeout=10_000)
        shown = figure.locator(f"output[name={key}]").text_content()
        assert shown.replace("\u00a0", " ") == text
    slider.press("ArrowLeft")  # which JupyterLab would take for itself
    for key, text in explorer.at(**{control.name: control.values[-2]}).items():
        figure.locator(f"output[name={key}]").filter(has_text=text).wait_for(timeout=10_000)
    figure.locator("summary").click()
    figure.locator(".ml-tables tbody tr").first.wait_for(timeout=10_000)
    for story in explorers:
        for control in story.controls:
            if control.kind == "play":
                plays_to_its_end(page.locator(f"figure.ml-explorer#{story.name}"), story, control)
    stories = {story.name for story in explorers if has_a_player(story)}
    for asking in explorers:
        guess = asking.header()["guess"]
        if guess and guess["kind"] == "number" and asking.name not in {explorer.name, *stories}:
            commit_to_a_guess(page, asking)
    context.close()


def has_a_player(explorer):
    return any(control.kind == "play" for control in explorer.controls)


def be_told(figure):
    """Have a figure that asks tell, and go back to where it began."""
    show = figure.get_by_role("button", name="Show me")
    if show.count() and show.is_visible():
        show.click()
        figure.locator(".ml-reset").click()


def plays_to_its_end(figure, explorer, control):
    figure.scroll_into_view_if_needed()
    be_told(figure)
    figure.locator(f"[data-speed={control.name}]").select_option("4")
    figure.locator(f"[data-play={control.name}]").click()
    figure.get_by_role("button", name=f"Play {control.label}").wait_for(timeout=60_000)
    for key, text in explorer.at(**{control.name: control.values[-1]}).items():
        figure.locator(f"output[name={key}]").filter(has_text=text).wait_for(timeout=10_000)


def commit_to_a_guess(page, explorer):
    """Type a number where a figure asks, and see the kernel's figure tell."""
    asked = explorer.header()["guess"]
    figure = page.locator(f"figure.ml-explorer#{explorer.name}")
    figure.scroll_into_view_if_needed()
    told = figure.locator(f"output[name={asked['readout']}]")
    assert told.text_content() == "?"
    figure.locator(".ml-typed input").fill("1")
    figure.locator(".ml-commit").click()
    verdict = figure.locator(".ml-verdict").text_content()
    assert re.match(r"You said 1(\u00a0\S+)?, it is ", verdict)
    told.filter(has_text=asked["text"]).wait_for(timeout=10_000)

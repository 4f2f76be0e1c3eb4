"""What other tools need of a figure, as far as it can be seen without them; see `make places`."""

import re
import sys
from types import SimpleNamespace

import comm
import pytest
from bs4 import BeautifulSoup
from ipywidgets import IntSlider

import livefig
from livefig.controls import read_controls, widget_of
from livefig.widget import ExplorerWidget

from .making import rise, updated

# A notebook keeps the state of each widget that was announced, and its page asks another host then.


@pytest.fixture
def announced(monkeypatch):
    """Return what is told to a front end."""
    told = []

    def create_comm(**message):
        told.append(message)
        return comm.DummyComm(**message)

    monkeypatch.setattr(comm, "create_comm", create_comm)
    return told


def test_no_front_end_hears_of_widgets_that_are_only_read(announced):
    read_controls({"pace": (1, 5), "kind": ["a", "b"], "shown": True, "size": 3})
    livefig.figure(lambda ax, pace=2: ax.plot([0, pace]), name="one", alt="A.", caption="C.",
                   pace=(1, 3))  # fmt: skip
    assert announced == []


def test_but_it_hears_of_those_that_are_made_next(announced):
    with pytest.raises(livefig.ExplorerError, match="no range of a slider"):
        widget_of("pace", (5, 1))
    IntSlider()
    assert announced


# marimo runs no script of the HTML that it is given.


@pytest.fixture
def marimo(monkeypatch):
    monkeypatch.delenv("LIVEFIG", raising=False)
    frame = SimpleNamespace(iframe=lambda page: ("frame", page))
    monkeypatch.setitem(sys.modules, "marimo", frame)


@pytest.mark.usefixtures("marimo")
def test_marimo_gets_a_page_of_its_own_in_a_frame():
    explorer = updated(rise)
    assert explorer._display_() == ("frame", explorer.to_page())


@pytest.mark.usefixtures("marimo")
def test_marimo_gets_the_widget_if_there_are_too_many_states():
    assert isinstance(updated(rise, budget=livefig.Budget(states=1))._display_(), ExplorerWidget)


@pytest.mark.usefixtures("marimo")
def test_marimo_gets_the_widget_on_request(monkeypatch):
    monkeypatch.setenv("LIVEFIG", "live")
    assert isinstance(updated(rise)._display_(), ExplorerWidget)


# Places strip HTML of more or less.


@pytest.fixture(scope="module")
def fragment():
    return updated(rise, presets={"High": {"value": 2}}).to_fragment()


def test_a_control_that_loses_what_holds_it_stays_off(fragment):
    page = BeautifulSoup(fragment, "html.parser")
    controls = page.find_all(["input", "select", "button"])
    assert len(controls) == 3
    assert all(control.has_attr("disabled") for control in controls)


def test_what_loses_style_script_and_svg_shows_a_picture_and_says_why_it_stands_still(fragment):
    page = BeautifulSoup(fragment, "html.parser")
    for tag in page.find_all(["style", "script", "svg"]):
        tag.decompose()
    assert page.img["src"].startswith("data:image/png;base64,")
    assert page.img["alt"] == page.img["alt"].strip() != ""
    assert "This is the first state." in page.text


def test_a_figure_names_no_other_host(fragment):
    assert set(re.findall(r"\w+://[^\s\"'<>)]+", fragment)) == {"http://www.w3.org/2000/svg"}

"""The gallery shows every plotting function of livefig's tests, with a program that runs."""

from __future__ import annotations

import ast
import io

import figure_gallery
import pytest
from bs4 import BeautifulSoup
from matplotlib import pyplot
from matplotlib.figure import Figure
from PIL import Image

import livefig
from livefig.controls import read_controls

ENTRIES = [entry for module in figure_gallery.kinds() for entry in module.FIGURES]


@pytest.fixture(autouse=True)
def nothing_left_open():
    yield
    pyplot.close("all")


@pytest.fixture
def entry():
    return next(entry for entry in ENTRIES if entry.name == "fourier-series")


def described(controls) -> list[tuple]:
    """What a reader can set, in the order of the names."""
    return sorted(
        (control.name, control.kind, control.texts, control.start)
        for control in read_controls(controls)
    )


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_program_has_all_it_needs(entry, monkeypatch):
    """It is run, with a decorator that only notes what it is given, and draws."""
    made = []

    def note(*, controls=None, figsize=None, guess=None, **more):
        def decorate(function):
            options = {"figsize": figsize, "guess": guess}
            made.append((function, {**(controls or {}), **more}, options))
            return function

        return decorate

    monkeypatch.setattr(livefig, "figure", note)
    source = figure_gallery.program(entry)
    exec(compile(source, entry.name, "exec"), {})
    ((function, controls, options),) = made
    assert described(controls) == described(entry.controls)
    for name, value in options.items():
        assert value == entry.options.get(name)
    copy = type(entry)(entry.name, function, entry.controls, entry.source, entry.options)
    assert isinstance(figure_gallery.first_state(copy), Figure)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_the_program_imports_nothing_that_it_does_not_use(entry):
    tree = ast.parse(figure_gallery.program(entry))
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= used


def test_a_program_is_short_where_the_function_is(entry):
    assert figure_gallery.program(entry).splitlines()[:6] == [
        "import numpy as np",
        "",
        "import livefig",
        "",
        "",
        '@livefig.figure(terms=(1, 15), shape=["square", "sawtooth"])',
    ]


def test_a_picture_is_small(entry):
    content = figure_gallery.picture(entry)
    assert len(content) < 20_000
    assert Image.open(io.BytesIO(content)).size == (480, 360)


def test_a_picture_keeps_its_dark_ground():
    night = next(entry for entry in ENTRIES if entry.name == "dark-style")
    picture = Image.open(io.BytesIO(figure_gallery.picture(night))).convert("RGB")
    assert max(picture.getpixel((0, 0))) < 30


def test_a_card_says_what_it_shows(entry):
    card = BeautifulSoup(figure_gallery.card(entry, (480, 360), "<pre></pre>"), "html.parser")
    assert card.img["alt"] == (
        "Fourier series: a plot in its first state, with controls for terms and shape."
    )
    assert card.img["loading"] == "lazy"
    assert (card.img["width"], card.img["height"]) == ("480", "360")
    assert card.summary.get_text() == "Source of Fourier series"


def test_names_are_unique():
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES)

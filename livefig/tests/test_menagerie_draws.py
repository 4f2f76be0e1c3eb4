"""Plain functions of the menagerie draw, without a warning and the same each time."""

import inspect
import itertools
import re
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from ipywidgets import FloatLogSlider, Widget, interactive
from matplotlib.backends.backend_agg import FigureCanvasAgg

import livefig

from .menagerie import ZOO, Figure
from .test_menagerie import NAMES

AXES = {"ax", "axes"}
FIGURE = {"fig", "figure"}


def stops(control) -> list:
    """List the values that a control, or what `interact` makes of an abbreviation, can take."""
    if isinstance(control, livefig.Time):
        return list(range(len(control.moments)))
    widget = control if isinstance(control, Widget) else interactive.widget_from_abbrev(control)
    if hasattr(widget, "options"):
        return [value for _, value in widget._options_full]
    if isinstance(widget.value, bool):
        return [False, True]
    count = round((widget.max - widget.min) / widget.step)
    places = [widget.min + k * widget.step for k in range(count + 1)]
    if isinstance(widget, FloatLogSlider):
        return [widget.base**place for place in places]
    if isinstance(widget.value, tuple):
        return list(itertools.combinations_with_replacement(places, 2))
    return places


def picture(entry: Figure, values: dict) -> np.ndarray:
    """Draw an entry as its first parameter asks for, and return the pixels."""
    first = next(iter(inspect.signature(entry.draw).parameters))
    size = {key: entry.options[key] for key in ("figsize", "dpi") if key in entry.options}
    figure = plt.figure(**size)
    if first in AXES:
        entry.draw(figure.add_subplot(), **values)
    elif first in FIGURE:
        entry.draw(figure, **values)
    else:
        entry.draw(**values)
    canvas = FigureCanvasAgg(plt.gcf())
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).copy()


def values_at(entry: Figure, place: int) -> dict:
    return {name: stops(control)[place] for name, control in entry.controls.items()}


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_draws_the_same_at_the_same_values_another_at_others_and_never_warns(name):
    entry = ZOO[name]
    first, last = values_at(entry, 0), values_at(entry, -1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # An older matplotlib calls a newer pyparsing by names that are old to it.
        warnings.filterwarnings("ignore", r"'\w+' .*deprecated", DeprecationWarning)
        before, again, after = (picture(entry, values) for values in (first, first, last))
    np.testing.assert_array_equal(before, again)
    assert not np.array_equal(before, after)


@pytest.mark.parametrize("entry", ZOO.values(), ids=ZOO.keys())
def test_the_controls_are_the_parameters_of_the_function(entry):
    first, *others = inspect.signature(entry.draw).parameters
    assert list(entry.controls) == (others if first in AXES | FIGURE else [first, *others])


def test_the_menagerie_is_large_and_its_names_are_kebab_case():
    assert len(ZOO) >= 60
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) for name in ZOO)


def test_the_thirty_of_the_gallery_are_among_them():
    sources = {entry.source for entry in ZOO.values()}
    assert sources >= {f"GALLERY {number}" for number in range(1, 31)}

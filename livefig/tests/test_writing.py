"""Values are written one way, whatever their author's format."""

from decimal import Decimal

import numpy as np
import pytest
from ipywidgets import Dropdown

import livefig
from livefig import ExplorerError, Readout
from livefig.writing import NO_BREAK, plain, tidied, written

from .test_controls import only


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ((18947.37,), "18,950"),
        ((1234.5, "_.1f"), "1,234.5"),
        ((-12000, ".0f", "USD"), "−12,000~USD"),
        ((np.int64(7000), "d", "USD"), "7,000~USD"),
        ((7000.0, "d"), "7,000"),
        ((Decimal("0.5"),), "0.5"),
        ((5, "03d"), "005"),
        ((-0.0526, ".1%"), "−5.3~%"),
        ((0.4, "+.0f", "%"), "0~%"),
        ((-0.04, "+.1f", "%"), "0.0~%"),
        ((5.26, "+.1f", "%"), "+5.3~%"),
        ((1.2e-5,), "1.2~×~10⁻⁵"),
        ((-3e20, ".0e", "m"), "−3~×~10²⁰~m"),
        ((50, "d", "BTC within 1 %"), "50~BTC within 1~%"),
        ((np.nan,), "none"),
        ((-np.inf, ".0f", "USD"), "minus infinity"),
        ((np.inf, ".0f", "USD", "no loan, so no ratio"), "no loan, so no ratio"),
    ],
)
def test_a_value_is_written_as_a_reader_expects(given, text):
    assert written(*given) == text.replace("~", NO_BREAK)


def test_what_cannot_be_written_says_what_to_give():
    with pytest.raises(ExplorerError, match="value must be one number; got 'far'"):
        written("far")
    with pytest.raises(ExplorerError, match=r"readout 'Gain': format='.2q' is no format.*'.2f'"):
        Readout("Gain", ".2q").write(1.0)


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("price -16 %, volatility +0 %", "price −16~%, volatility 0~%"),
        ("from (-0.5) to -.5", "from (−0.5) to −.5"),
        ("on 2020-03-12, pages 1-2, AA-1", "on 2020-03-12, pages 1-2, AA-1"),
        ("+0.5 and -0.00 USD", "+0.5 and 0.00~USD"),
        ("{share} % of {all} USD, {n} of them", "{share}~% of {all}~USD, {n} of them"),
        ("3.5 million at 20 times, 5%", "3.5~million at 20~times, 5~%"),
    ],
)  # fmt: skip
def test_numbers_in_words_are_written_alike(text, tidy):
    assert tidied(text) == tidy.replace("~", NO_BREAK)
    assert tidied(tidied(text)) == tidied(text)
    assert plain(tidied(text)) == tidy.replace("~", " ")


def test_years_stay_whole_at_a_slider():
    years, people = only((2007, 2009)), only((2000, 4000, 1000))
    assert years.texts == ("2007", "2008", "2009")
    assert people.texts == ("2,000", "3,000", "4,000")
    chosen = Dropdown(options=[500, 1000], description="Depth within 1 % [BTC]")
    assert only(chosen).texts == (f"500{NO_BREAK}BTC", f"1,000{NO_BREAK}BTC")
    assert only(chosen).label == f"Depth within 1{NO_BREAK}%"


def test_a_stop_is_found_by_its_words_as_they_are_typed():
    shocks = only(Dropdown(options=[("fall of 20 %", -0.2), ("fall of 40 %", -0.4)]))
    assert shocks.texts[1] == f"fall of 40{NO_BREAK}%"
    for typed in ("fall of 40 %", f"fall of 40{NO_BREAK}%", "fall of 40%"):
        assert shocks.stop(typed) == 1
    with pytest.raises(ExplorerError, match=r"its stops are fall of 20 %, fall of 40 %"):
        shocks.stop("fall of 60 %")


def labels(*limits):
    """Return the words at the ticks of an axis."""
    figure, axes = livefig.subplots()
    axes.set_xlim(*limits)
    figure.canvas.draw()
    return [label.get_text() for label in axes.get_xticklabels()]


def test_ticks_divide_thousands_unless_they_may_be_years():
    assert labels(-20_000, 20_000)[::4] == ["−20,000", "0", "20,000"]
    assert "2004" in labels(2000, 2008)
    assert "0.4" in labels(0, 1)


def test_dates_and_scales_keep_ticks_of_their_own():
    figure, (dates, decades) = livefig.subplots(1, 2)
    dates.plot([np.datetime64("2020-03-12"), np.datetime64("2024-03-12")], [0, 1])
    decades.set_yscale("log")
    figure.canvas.draw()
    assert "2021-01" in [label.get_text() for label in dates.get_xticklabels()]
    assert "10^" in "".join(label.get_text() for label in decades.get_yticklabels())

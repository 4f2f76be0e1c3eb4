"""Values are written one way, whatever their author's format."""

from decimal import Decimal

import numpy as np
import pytest

from livefig import ExplorerError
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
        ((np.nan,), "none"),
        ((-np.inf, ".0f", "USD"), "minus infinity"),
        ((np.inf, ".0f", "USD", "no loan, so no ratio"), "no loan, so no ratio"),
    ],
)
def test_a_value_is_written_as_a_reader_expects(given, text):
    assert written(*given) == text.replace("~", NO_BREAK)


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


def test_a_stop_is_found_by_its_words_as_they_are_typed():
    from ipywidgets import Dropdown

    shocks = only(Dropdown(options=[("fall of 20 %", -0.2), ("fall of 40 %", -0.4)]))
    assert shocks.texts[1] == f"fall of 40{NO_BREAK}%"
    assert shocks.stop("fall of 40 %") == shocks.stop(f"fall of 40{NO_BREAK}%") == 1
    with pytest.raises(ExplorerError, match=r"its stops are fall of 20 %, fall of 40 %"):
        shocks.stop("fall of 60 %")

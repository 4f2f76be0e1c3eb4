import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livefig import words


@given(st.text(alphabet=string.printable + "−€ü", max_size=60))
def test_split_and_join_give_back_every_text(text):
    pattern, numbers = words.split(text)
    assert words.join(pattern, numbers) == text


@given(st.floats(-1e7, 1e7), st.sampled_from([",.0f", ".2f", ",.3f", "d", "+.1f"]))
def test_formatted_numbers_come_back(value, style):
    text = f"at {int(value) if style == 'd' else value:{style}} USD"
    pattern, numbers = words.split(text)
    assert words.join(pattern, numbers) == text


def test_numbers_of_one_format_share_a_pattern():
    patterns = {words.split(f"falls {value:,.1f} %")[0] for value in (-5.25, 0.0, 7.0, 1234.5)}
    assert len(patterns) == 1


@pytest.mark.parametrize("text", ["2020-03-12", "007", "1.2.3", "v12,34", "99999999999999"])
def test_what_would_be_garbled_stays_literal(text):
    pattern, numbers = words.split(text)
    assert words.join(pattern, numbers) == text

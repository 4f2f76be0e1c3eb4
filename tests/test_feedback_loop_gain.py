"""Rounds that add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib.feedback import amplification, moves_by_round
from marginlib.feedback.loop_gain import shock_needed


@given(gain=st.floats(-0.95, 0.95))
def test_the_rounds_add_up_to_the_amplification(gain: float) -> None:
    rounds = moves_by_round(gain, 1_000)
    assert rounds[0] == 1
    assert rounds[-1] == pytest.approx(float(amplification(gain)))


def test_at_a_gain_of_one_the_rounds_never_end() -> None:
    assert np.isposinf(amplification([1, 1.5])).all()
    assert moves_by_round(1, 7).tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert shock_needed(0.2, [1, 1.5]).tolist() == [0, 0]


@given(move=st.floats(-1, 1), gain=st.floats(-5, 0.99))
def test_the_shock_needed_makes_the_whole_move(move: float, gain: float) -> None:
    assert shock_needed(move, gain) * amplification(gain) == pytest.approx(move)

from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError
from marginlib.margin import schedule
from marginlib.margin.schedule import Schedule, maximum_of_lines

FLOORS = [0, 100, 1_000]
RATES = [0.1, 0.2, 0.5]


def charged_bracket_by_bracket(notional: float) -> float:
    """Return the requirement as income tax is explained: each rate on its own slice."""
    ends = [*FLOORS[1:], np.inf]
    slices = [max(0.0, min(notional, end) - floor) for floor, end in zip(FLOORS, ends, strict=True)]
    return float(np.dot(slices, RATES))


@pytest.mark.parametrize("notional", [0, 1, 99, 100, 101, 500, 1_000, 1_000.01, 1e9])
def test_the_largest_line_is_the_sum_over_slices(notional: float) -> None:
    table = Schedule.continuous(FLOORS, RATES)
    assert table.requirement(notional) == pytest.approx(charged_bracket_by_bracket(notional))


def test_a_continuous_table_has_no_jumps_and_a_stepped_one_has() -> None:
    assert Schedule.continuous(FLOORS, RATES).is_continuous
    stepped = Schedule.stepped(FLOORS, RATES)
    assert not stepped.is_continuous
    assert stepped.jumps.tolist() == pytest.approx([0, 10, 300])


def test_a_stepped_table_charges_the_whole_position() -> None:
    table = Schedule.stepped(FLOORS, RATES)
    sizes = [0, 100, 100.5, 1_000, 2_000]
    assert table.requirement(sizes) == pytest.approx([0, 10, 20.1, 200, 1_000])
    assert table.rate_at(sizes).tolist() == [0.1, 0.1, 0.2, 0.2, 0.5]


def test_one_bracket_is_both() -> None:
    assert Schedule.stepped([0], [0.1]).is_continuous


@pytest.mark.parametrize("family", [Schedule.continuous, Schedule.stepped])
def test_the_largest_notional_uses_the_money_up(family) -> None:
    table = family(FLOORS, RATES)
    money = np.array([0.0, 5, 10, 15, 190, 250, 10_000])
    largest = table.largest_notional(money)
    assert (table.requirement(largest) <= money + 1e-9).all()
    assert (table.requirement(largest + 1e-6) > money).all()
    assert np.isnan(table.largest_notional(-1))


def test_an_amount_inside_a_jump_stops_at_the_floor() -> None:
    assert Schedule.stepped(FLOORS, RATES).largest_notional([12, 20, 300]).tolist() == [
        100,
        100,
        1_000,
    ]


def test_a_published_table_may_be_rounded_but_not_wrong() -> None:
    assert Schedule.published([0, 3], [0.1, 0.2], [0, 0.3000001]).is_continuous
    with pytest.raises(MarginError, match=r"deduction\[2\].*got 309.*jump by 1 at 1000.*be 310"):
        Schedule.published(FLOORS, RATES, [0, 10, 309])


@pytest.mark.parametrize("leverage", [1, 2, 3, 4.5, 5, 6, 9, 10])
def test_leverage_is_the_larger_of_two_requirements(leverage: float) -> None:
    sizes = np.array([0.0, 50, 100, 150, 999, 1_000, 1_001, 5_000, 1e7])
    for table in [Schedule.continuous(FLOORS, RATES), Schedule.stepped(FLOORS, RATES)]:
        chosen = table.at_leverage(leverage)
        expected = np.maximum(sizes / leverage, table.requirement(sizes))
        assert chosen.requirement(sizes) == pytest.approx(expected)
        assert chosen.is_continuous or not table.is_continuous


@pytest.mark.parametrize("rate", [0.003, 0.007, 0.01, 0.011, 0.03, 0.049])
def test_the_highest_leverage_is_the_table_itself(rate: float) -> None:
    table = Schedule.continuous([0, 100], [rate, 0.2])
    chosen = table.at_leverage(table.maximum_leverage)
    assert chosen.requirement([50, 100, 500]) == pytest.approx(table.requirement([50, 100, 500]))


def test_leverage_has_a_limit() -> None:
    table = Schedule.stepped(FLOORS, RATES)
    assert table.maximum_leverage == 10
    with pytest.raises(MarginError, match="leverage must be at most 10 here; got 11"):
        table.at_leverage(11)


def test_blocks_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Schedule.continuous(FLOORS, RATES)
    sizes = np.geomspace(1, 1e5, 101).reshape(1, 101)[:, ::2]
    whole = table.requirement(sizes)
    monkeypatch.setattr(schedule, "BLOCK", 7)
    assert (table.requirement(sizes) == whole).all()
    assert whole.shape == sizes.shape


def test_the_largest_of_lines_needs_no_order() -> None:
    x = np.linspace(-3, 3, 13)
    slope, deduction = np.array([2.0, -1.0, 0.5]), np.array([1.0, 0.0, -1.0])
    expected = (np.multiply.outer(slope, x) - deduction[:, None]).max(axis=0)
    assert maximum_of_lines(x, slope, deduction).tolist() == expected.tolist()

"""Figures of real events: each with unit, source and status, and none that contradicts another."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from marginlib import MarginError, events
from marginlib.events.figures import Event, read_event

ALL = [events.event(name) for name in events.event_names()]
NEEDED = {
    "nasdaq_2018", "dash_for_cash_2020", "black_thursday_2020", "gamestop_2021", "archegos_2021",
    "may_2021", "nickel_2022", "gilts_2022", "terra_2022", "ftx_2022", "october_2025",
}  # fmt: skip


def test_the_events_come_in_order_of_time() -> None:
    assert set(events.event_names()) == NEEDED
    assert [one.day for one in ALL] == sorted(one.day for one in ALL)


@pytest.mark.parametrize("event", ALL, ids=events.event_names())
def test_every_figure_says_what_it_is_and_where_it_was_read(event: Event) -> None:
    assert event.title
    assert event.mechanism.endswith(".")
    assert event.name.endswith(str(event.day.year))
    for name, figure in event.figures.items():
        assert figure.name == name
        assert figure.what
        assert figure.unit
        assert figure.status in events.STATUSES
        assert np.isfinite([figure.low, figure.high]).all()
        if figure.unit == "fraction":
            assert 0 <= figure.low <= figure.high <= 1


@pytest.mark.parametrize("event", ALL, ids=events.event_names())
def test_every_source_has_a_date_and_is_used(event: Event) -> None:
    used = [figure.source for figure in event.figures.values()] + [one.source for one in event.days]
    for source in event.sources.values():
        assert source in used, f"nothing is from {source.title}"
        assert re.match(r"20\d\d(-\d\d(-\d\d)?)?( and 20\d\d)?$", source.date), source.date
        assert not source.url or source.url.startswith("http")


def test_days_are_days_of_their_event() -> None:
    held = [(one.name, day.name) for one in ALL for day in one.days]
    assert len(held) == 10
    assert all(day.day == one.day for one in ALL for day in one.days)


def test_sums_agree_with_their_parts() -> None:
    gilts, cash = events.event("gilts_2022"), events.event("dash_for_cash_2020")
    october = events.event("october_2025")
    conventional, linked = gilts["bought_conventional"], gilts["bought_index_linked"]
    assert conventional.value + linked.value == pytest.approx(gilts["bought"].value)
    required, excess = cash["initial_margin_rise"], cash["excess_collateral_rise"]
    assert required.value + excess.value == cash["collateral_rise"].value
    longs, shorts = october["liquidated_longs"].value, october["liquidated_shorts"].value
    assert longs + shorts == pytest.approx(october["liquidated"].low, abs=0.02)
    # What the provider says: 70 % within 40 minutes.
    share = october["liquidated_cascade"].value / october["liquidated"].low
    assert share == pytest.approx(0.70, abs=0.005)


def test_the_clearing_house_rule_makes_the_premium_that_was_told() -> None:
    gamestop = events.event("gamestop_2021")
    charge, capital = gamestop["volatility_charge"].low, gamestop["net_capital"].value
    premium = (charge - capital) * charge / capital
    assert premium == pytest.approx(gamestop["excess_capital_premium"].value, abs=0.05)


def test_a_range_has_no_value() -> None:
    equity = events.event("archegos_2021")["equity"]
    assert (equity.low, equity.high) == (9, 10)
    with pytest.raises(MarginError, match="range from 9 to 10; take"):
        _ = equity.value


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(MarginError, match="did you mean 'nickel_2022'"):
        events.event("nickel_2021")
    with pytest.raises(MarginError, match="did you mean 'price_peak'"):
        _ = events.event("nickel_2022")["price_peek"]
    with pytest.raises(MarginError, match="'BTC'"):
        events.event("may_2021").prices("SOL")


def test_events_cannot_be_changed() -> None:
    nickel = events.event("nickel_2022")
    with pytest.raises(TypeError):
        nickel.figures["price_peak"] = nickel["price_before"]  # type: ignore[index]


WHOLE = """
title = "A fall"
day = 2020-01-02
mechanism = "A loop."
[sources.paper]
title = "A paper"
date = "2020"
[figures.loss]
what = "loss"
value = [1, 2]
unit = "dollar"
source = "paper"
status = "secondary"
[[days]]
day = 2020-01-02
name = "BTC"
open = 3
high = 4
low = 1
close = 2
source = "paper"
"""


def test_an_event_of_ones_own_is_read(tmp_path: Path) -> None:
    file = tmp_path / "fall_2020.toml"
    file.write_text(WHOLE, "utf-8")
    mine = read_event(file)
    assert mine.name == "fall_2020"
    assert mine.prices("BTC").fall == -0.75
    assert mine["loss"].source.title == "A paper"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('title = "A fall"', "", "does not tell an event: 'title'"),
        ('unit = "dollar"', "", "does not tell an event: .*unit"),
        ("value = [1, 2]", "value = [2, 1]", "loss must be a number, or a range"),
        ("value = [1, 2]", "value = nan", "loss must be a number, or a range"),
        ('source = "paper"', 'source = "papers"', "source of loss 'papers' is not known"),
        ('status = "secondary"', 'status = "heard"', "status of loss 'heard' is not known"),
        ('status = "secondary"', 'status = "disputed"', "its note must say by what"),
        ("high = 4", "high = 2", "must lie from low to high"),
        ("[[days]]", "[[days", "does not tell an event"),
    ],
)
def test_a_file_that_cannot_be_right_is_named(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    assert before in WHOLE
    file = tmp_path / "fall_2020.toml"
    file.write_text(WHOLE.replace(before, after, 1), "utf-8")
    with pytest.raises(MarginError, match=f"fall_2020.toml.*{message}"):
        read_event(file)

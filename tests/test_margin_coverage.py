"""A model answers right, or refuses: every model and venue file against every kind."""

from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, instruments, liquidation, margin, market, venues
from marginlib.accounts import Accounts, open_accounts
from marginlib.margin.asking import value_rates
from marginlib.margin.model import Model
from tests.coverage_grid import (
    CASES,
    PUBLIC,
    VENUES,
    found,
    public_rows,
    table,
    venue_model,
    venue_rows,
)

CALL = instruments.options(["C"], "X", strike=100, expiry=0.1, is_call=True, size=100)
BOOK = instruments.join(instruments.linear(["X"]), CALL)
NOW = market.at(BOOK, [100], [0.5])
RATES = margin.FixedRate(0.10, 0.05)
SOLD = margin.ShortOptionRate(standard=0.15, minimum=0.10)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_model_is_right_or_refuses(name: str) -> None:
    make, expected = PUBLIC[name]
    asked = [found(make(case.market), case) for case in CASES.values()]
    np.testing.assert_allclose(asked, expected, rtol=1e-9)


@pytest.mark.parametrize("name", VENUES)
def test_a_venue_file_is_right_or_refuses(name: str) -> None:
    asked = [found(venue_model(name, case.market), case) for case in CASES.values()]
    np.testing.assert_allclose(asked, VENUES[name], rtol=1e-9)


def test_the_grid_has_every_model_and_every_file() -> None:
    made = {type(make(CASES["linear"].market)) for make, _ in PUBLIC.values()}
    rooms = (margin, margin.scan)
    named = {getattr(room, name) for room in rooms for name in room.__all__}
    models = {one for one in named if isinstance(one, type) and issubclass(one, Model)}
    assert models - {Model, margin.Wrapped} <= made
    assert set(VENUES) == set(venues.names())


def test_the_grid_is_printed_as_a_table() -> None:
    printed = table({"FixedRate": PUBLIC["FixedRate"][1]}).splitlines()
    assert printed[0].startswith("| model | linear | inverse | quanto | share |")
    assert printed[2] == (
        "| `FixedRate` | 20 | 0.6 | 0.4 | 20 | refused | refused | refused | 0 | refused |"
    )
    assert set(public_rows()) == set(PUBLIC)
    assert set(venue_rows()) == set(VENUES)


class TestNothingIsAnsweredSilently:
    """Fifty naked calls, and what used to be said about them: nothing is needed."""

    NAKED = Accounts(0, [0, -50])

    def test_the_message_names_the_instrument_and_what_covers_it(self) -> None:
        with pytest.raises(
            MarginError,
            match=r"FixedRate does not cover 'C', an option, .*; use ShortOptions, StrategyMargin",
        ):
            RATES(self.NAKED, NOW)

    def test_every_question_refuses(self) -> None:
        for ask in (
            lambda: margin.headroom(self.NAKED, NOW, RATES),
            lambda: margin.margin_ratio(self.NAKED, NOW, RATES),
            lambda: margin.by_position(RATES, self.NAKED, NOW),
            lambda: margin.largest_position(Accounts(0, [0, 0]), NOW, RATES, "C", side=-1),
            lambda: liquidation.status(self.NAKED, NOW, RATES),
        ):
            with pytest.raises(MarginError, match="does not cover 'C'"):
                ask()

    def test_closed_forms_refuse_too(self) -> None:
        other = instruments.join(BOOK, instruments.linear(["Y"]))
        now = market.at(other, [100, 50], [0.5])
        with pytest.raises(MarginError, match="does not cover 'C'"):
            liquidation.liquidation_price(Accounts(0, [0, -50, 1]), now, RATES, "Y")

    def test_instruments_that_nobody_holds_do_not_matter(self) -> None:
        assert float(RATES(Accounts(0, [3, 0]), NOW).initial) == pytest.approx(30)
        many = Accounts([0, 0], [[1, 0], [0, -1]])
        with pytest.raises(MarginError, match="does not cover 'C'"):
            RATES(many, NOW)

    def test_a_sum_covers_what_some_part_covers_but_a_fee_covers_nothing(self) -> None:
        both = RATES + margin.ShortOptions(SOLD, SOLD)
        assert both.covers(BOOK).tolist() == [True, True]
        charged = margin.ShortOptions(SOLD, SOLD) + margin.ClosingFee(0.001)
        assert charged.covers(BOOK).tolist() == [False, True]
        with pytest.raises(MarginError, match=r"ShortOptions \+ ClosingFee does not cover 'X'"):
            charged(Accounts(0, [1, 0]), NOW)
        fees = margin.ClosingFee(0.001) + margin.FixedCharge(1)
        assert fees.covers(BOOK).tolist() == [True, False]

    def test_what_is_made_of_a_model_covers_what_it_does(self) -> None:
        for wrapped in (
            2 * RATES,
            margin.AtLeast(RATES, lambda accounts, market: margin.Requirement(0, 0)),
            margin.on_entry(RATES, NOW),
        ):
            assert wrapped.covers(BOOK).tolist() == [True, False]
            with pytest.raises(MarginError, match="does not cover 'C'"):
                wrapped(self.NAKED, NOW)

    def test_a_plain_function_answers_for_itself(self) -> None:
        def nothing(accounts: Accounts, market: market.Market) -> margin.Requirement:
            return margin.Requirement(np.zeros(accounts.shape), np.zeros(accounts.shape))

        assert float((RATES + nothing)(self.NAKED, NOW).initial) == 0


class TestMoneyPerContract:
    def test_five_contracts_on_an_index(self) -> None:
        now = market.at(instruments.linear(["E-MINI"], size=50), [2_100])
        rule = margin.MoneyPerContract(initial=5_060, maintenance=4_600)
        account = open_accounts(25_300, [5], now)
        need = rule(account, now)
        assert (float(need.initial), float(need.maintenance)) == (25_300, 23_000)
        # 2,300 may be lost, at 250 for each point from 2,100.
        called = liquidation.liquidation_price(account, now, rule, "E-MINI")
        assert float(called) == pytest.approx(2_090.8)
        assert float(rule(Accounts(0, [-5]), now).maintenance) == 23_000
        assert value_rates(rule, account, now).tolist() == [0]

    @pytest.mark.parametrize(
        ("strike", "need"),
        [(2_100, 5_060), (2_120, 5_060 - 500), (2_300, 2_530)],  # out by 0, 1,000 and 10,000
    )
    def test_an_option_sold_on_a_future(self, strike: float, need: float) -> None:
        book = instruments.join(
            instruments.linear(["E-MINI"], size=50),
            instruments.options(["C"], "E-MINI", strike, 0, is_call=True, size=50),
        )
        now = market.at(book, [2_100], [0.2])
        rule = margin.MoneyPerContract([5_060, 0], [4_600, 0])
        assert float(rule(Accounts(0, [0, -1]), now).initial) == pytest.approx(need)
        half = Accounts(0, [[0, -2], [2, -2], [-1, 0]])
        assert rule(half, now).initial.tolist() == pytest.approx(
            [2 * need, 2 * need + 10_120, 5_060]
        )

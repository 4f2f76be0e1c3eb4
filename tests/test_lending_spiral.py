"""When liquidating a loan makes it worse, and a spiral that ends or does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marginlib import MarginError, NotSettled, instruments, lending, market
from marginlib.accounts import Accounts
from marginlib.impact import Exponential, linear_book, square_root_law
from marginlib.lending import CloseFactor, Spiral, liquidation_spiral

NOW = market.at(instruments.cash(["ETH"], currency="USD"), [1_000])
HALF = CloseFactor(0.5)


def spiral(
    debt: object = 8_200.0,
    depth: object = 10.0,
    incentive: float = 1.05,
    share: float = 0.5,
    **terms: object,
) -> Spiral:
    loan, book = Accounts(-np.asarray(debt, dtype=float), [10]), linear_book(depth)  # type: ignore[arg-type]
    rule = CloseFactor(share)
    return liquidation_spiral(loan, NOW, 0.8, rule, "USD", "ETH", incentive, book, **terms)  # type: ignore[arg-type]


@given(loan_to_value=st.floats(0.3, 1.2), repaid=st.floats(0.01, 0.5), incentive=st.floats(1, 1.3))
def test_a_liquidation_raises_the_loan_to_value_only_above_the_line(
    loan_to_value: float, repaid: float, incentive: float
) -> None:
    after = float(lending.loan_to_value_after(loan_to_value, repaid, incentive))
    line = float(lending.toxic_loan_to_value(incentive))
    if abs(loan_to_value - line) > 1e-9:
        assert (after > loan_to_value) == (loan_to_value > line)


@given(threshold=st.floats(0.1, 1), incentive=st.floats(1, 1.3))
def test_the_line_is_that_of_health(threshold: float, incentive: float) -> None:
    health = lending.toxic_below(threshold, incentive)
    assert threshold / health == pytest.approx(float(lending.toxic_loan_to_value(incentive)))


def test_the_ratio_after_is_that_of_the_accounts_after() -> None:
    loan = Accounts(-8_200, [10])
    terms = lending.seizure(loan, NOW, "USD", "ETH", 4_100, incentive=1.05)
    after = lending.liquidate(loan, Accounts(0, [0]), NOW, "USD", "ETH", terms).borrower
    found = lending.loan_to_value_after(0.82, 0.5, 1.05)
    assert float(lending.loan_to_value(after, NOW)) == pytest.approx(float(found))
    assert np.isnan(lending.loan_to_value_after(1.5, 0.9, 1.05))


@given(health=st.floats(1, 3), threshold=st.floats(0.3, 0.95), incentive=st.floats(1, 1.2))
def test_the_two_drops_are_where_health_and_collateral_say_so(
    health: float, threshold: float, incentive: float
) -> None:
    loan = Accounts(-10_000 * threshold / health, [10])

    def at(drop: float) -> market.Market:
        return market.with_price(NOW, "ETH", 1_000 * (1 - drop))

    first = float(lending.eligible_drop(health))
    assert float(lending.health_factor(loan, at(first), threshold)) == pytest.approx(1)
    last = float(lending.exhausted_drop(health, threshold, incentive))
    worth = float(lending.collateral_value(loan, at(last)))
    assert worth == pytest.approx(incentive * 10_000 * threshold / health)


@pytest.mark.parametrize("depth", [0.2, 0.5, 2.0, 10.0])
def test_depth_is_slippage(depth: float) -> None:
    # 10 ETH in a book of depth within 1 %: selling depth / 0.01 would take the whole price away.
    line = float(lending.toxic_loan_to_value(1.05, slippage=1 + 10 / (100 * depth)))
    for side, worsens in [(0.999, False), (1.001, True)]:
        loan = Accounts(-10_000 * line * side, [10])
        with pytest.raises(NotSettled) as stopped:
            liquidation_spiral(
                loan,
                NOW,
                line * 0.5,
                CloseFactor(1e-5),
                "USD",
                "ETH",
                1.05,
                linear_book(depth),
                most_rounds=1,
            )
        before, after = stopped.value.last.loan_to_value  # type: ignore[attr-defined]
        assert (after > before) == worsens


def test_a_spiral_is_what_a_loop_by_hand_gives() -> None:
    debt, held, sold, price = 8_200.0, 10.0, 0.0, 1_000.0
    prices, health = [price], [held * price * 0.8 / debt]
    while health[-1] < 1:
        repaid = 0.5 * debt
        seized = repaid * 1.05 / price
        debt, held, sold = debt - repaid, held - seized, sold + seized
        price = 1_000 * (1 - 0.01 * sold / 0.3)
        prices.append(price)
        health.append(held * price * 0.8 / debt)
    found = spiral(depth=0.3)
    assert found.price == pytest.approx(np.array(prices))
    assert found.health == pytest.approx(np.array(health))
    assert len(prices) == 4
    assert found.recovers


def test_a_safe_loan_is_left_alone() -> None:
    found = spiral(debt=7_000)
    assert found.price.tolist() == [1_000]
    assert found.recovers


def test_thin_markets_end_in_bad_debt() -> None:
    found = spiral(depth=[10.0, 0.3, 0.25, 0.2])
    assert found.recovers.tolist() == [True, True, False, False]
    assert np.all(np.diff(found.bad_debt[-1]) >= 0)
    assert np.all(np.diff(found.price, axis=0) <= 0)
    assert found.price[-1, 2] == pytest.approx(600)  # all ten are sold
    assert np.array_equal(found.health[-1] == 0, ~found.recovers)


def test_other_laws_of_impact_will_do() -> None:
    loan = Accounts([-8_200.0, -9_000.0], [10])
    root = square_root_law(volume=100, volatility=0.05)
    for law in (root, Exponential(depth=100)):
        found = liquidation_spiral(loan, NOW, 0.8, HALF, "USD", "ETH", 1.05, law)
        assert found.health.shape[1:] == (2,)
        assert np.all(found.price[-1] < 1_000)


def test_a_spiral_that_takes_too_long_says_so() -> None:
    with pytest.raises(NotSettled, match="after 2 rounds") as stopped:
        spiral(debt=9_900, share=0.01, most_rounds=2)
    assert stopped.value.last.price.shape == (3,)  # type: ignore[attr-defined]


BAD: dict[str, tuple[Callable[[], object], str]] = {
    "a bonus": (lambda: lending.toxic_loan_to_value(0.05), r"did you mean 1.05\?"),
    "no slippage": (
        lambda: lending.toxic_loan_to_value(1.05, 0.9),
        "slippage must be at least 1; got 0.9",
    ),
    "a percentage": (lambda: lending.loan_to_value_after(0.8, 50, 1.05), "repaid must be a frac"),
    "no book": (lambda: spiral(depth=0.04), "impact must leave a price above zero"),
    "half a round": (lambda: spiral(most_rounds=0.5), "most_rounds must be a whole number"),
    "no health": (lambda: lending.eligible_drop(0), "health must be positive; got 0"),
}


@pytest.mark.parametrize(("wrong", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(MarginError, match=message):
        wrong()

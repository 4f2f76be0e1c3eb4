"""What cannot be right about a loan is refused, in words that say what to type instead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from marginlib import MarginError, instruments, lending, market
from marginlib.accounts import Accounts

NOW = market.at(instruments.cash(["ETH", "DAI"], currency="USD"), [2_000, 1])
MIXED = market.at(
    instruments.join(instruments.cash(["ETH"]), instruments.linear(["PERP"])), [2_000, 2_000]
)
LOAN = Accounts(0, [1, -1_000])

CASES: dict[str, tuple[Callable[[], object], str]] = {
    "percent": (
        lambda: lending.health_factor(LOAN, NOW, 80),
        r"factor must be a fraction; got 80, did you mean 0.8\?",
    ),
    "factors for other coins": (
        lambda: lending.liquidity(LOAN, NOW, [0.8, 0.7, 0.6]),
        r"factor must be one fraction or 2, one for each coin \(ETH, DAI\); got shape \(3,\)",
    ),
    "a contract in a loan": (
        lambda: lending.health_factor(Accounts(0, [1, -1]), MIXED, 0.8),
        r"a loan holds coins, and 'PERP' is none; make it with instruments.cash",
    ),
    "a bonus for an incentive": (
        lambda: lending.seizure(LOAN, NOW, "DAI", "ETH", 100, incentive=0.05),
        r"incentive must be at least 1; got 0.05, did you mean 1.05\?",
    ),
    "a penalty for a multiple": (
        lambda: lending.put_up(40, 100, 4, room=80, penalty=0.13),
        r"penalty must be at least 1; got 0.13, did you mean 1.13\?",
    ),
    "an unknown coin": (
        lambda: lending.seizure(LOAN, NOW, "DIA", "ETH", 100, incentive=1.05),
        r"coin 'DIA' is not known; did you mean 'DAI'\?",
    ),
    "an unknown coin to move": (
        lambda: lending.liquidation_price(LOAN, NOW, 0.8, "BTC"),
        "instrument 'BTC' is not known",
    ),
    "a negative repayment": (
        lambda: lending.seizure(LOAN, NOW, "DAI", "ETH", -1, incentive=1.05),
        "repaid must not be negative; got -1",
    ),
    "a close factor in per cent": (
        lambda: lending.CloseFactor(50),
        r"share must be a fraction; got 50, did you mean 0.5\?",
    ),
    "a negative limit": (
        lambda: lending.CloseFactor(0.5, small=-1),
        "small must not be negative",
    ),
    "collateral for nothing": (
        lambda: lending.incentive_of_discount(1.0),
        "discount must be below 1",
    ),
    "a health below zero": (
        lambda: lending.discount_of_health(-0.5, 0.2),
        "health must not be negative; got -0.5",
    ),
    "free collateral in the store front": (
        lambda: lending.store_front_quote(1, 1, 200, 1.0, 0.0),
        "price after the discount must be positive",
    ),
    "phases without an end": (
        lambda: lending.linear_phases(0, [1, 0.8], [600, 7_200]),
        r"levels must hold one value more than durations.*\(2,\) and \(2,\)",
    ),
    "time before the start": (
        lambda: lending.stair_step(-1, 0.99, 90),
        "elapsed must not be negative",
    ),
    "a cut in per cent": (
        lambda: lending.stair_step(1, 99, 90),
        r"cut must be a fraction; got 99, did you mean 0.99\?",
    ),
    "one limit that is no list": (
        lambda: lending.auction_room(80),
        r"limit must hold the limits on its last axis; got one number, type \[...\]",
    ),
    "limits that do not fit": (
        lambda: lending.auction_room([80, 90], [1, 2, 3]),
        r"do not fit together: limit \(2,\), outstanding \(3,\)",
    ),
    "a debt below zero": (lambda: lending.put_up(40, -1, 4, room=80), "debt must not be negative"),
    "a price below zero": (lambda: lending.take(110, 40, -1, 1), "price must not be negative"),
    "offers that do not fit": (
        lambda: lending.seizure(Accounts([0, 0], [1, -1]), NOW, "DAI", "ETH", [1, 1, 1], 1),
        r"do not fit together: repaid \(3,\), accounts \(2,\)",
    ),
    "choices that do not fit": (
        lambda: lending.absorb(Accounts([0, 0], [1, -1]), LOAN, NOW, 0.9, which=[True] * 3),
        r"do not fit together: which \(3,\), loans \(2,\)",
    ),
    "a liquidator too many": (
        lambda: lending.liquidate(
            LOAN,
            Accounts([0, 0], [1, 1]),
            NOW,
            "USD",
            "ETH",
            lending.seizure(LOAN, NOW, "USD", "ETH", [1, 1, 1], 1),
        ),
        r"do not fit together: accounts \(2,\), amount \(3,\)",
    ),
    "a share in per cent": (
        lambda: lending.sell_share(LOAN, LOAN, 10, 1),
        r"share must be a fraction; got 10, did you mean 0.1\?",
    ),
}


@pytest.mark.parametrize(("mistake", "message"), CASES.values(), ids=CASES)
def test_mistake_is_named(mistake: Callable[[], object], message: str) -> None:
    with pytest.raises(MarginError, match=message):
        mistake()

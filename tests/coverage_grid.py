"""Every model against every kind of instrument: what it asks, or that it refuses.

``python -m tests.coverage_grid`` prints the grid as a table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from marginlib import MarginError, margin, venues
from marginlib.accounts import Accounts
from marginlib.instruments import cash, inverse, join, linear, options, quanto, shares
from marginlib.margin import MarginModel, Schedule, scan
from marginlib.market import Market, at
from tests.test_venues_named import SAMPLES


@dataclass(frozen=True)
class Case:
    """One position, in a market that has nothing else but what it is on."""

    market: Market
    held: list[float]

    @property
    def account(self) -> Accounts:
        return Accounts(0, self.held)


def _option(sold: bool, paid_in_coin: bool = False) -> Case:
    """Return a call on 100 that expires now, worth 10 money, or a fifth of a coin."""
    under = inverse(["F"], size=100, currency="X") if paid_in_coin else linear(["F"], currency="X")
    call = options(["C"], "F", 100, 0, is_call=True, currency="X", inverse=paid_in_coin)
    price = 125 if paid_in_coin else 110
    return Case(at(join(under, call), [price], [0.5]), [0, -1 if sold else 1])


CASES: dict[str, Case] = {
    "linear": Case(at(linear(["L"]), [100]), [2]),
    "inverse": Case(at(inverse(["I"], size=100), [50]), [3]),  # six coins
    "quanto": Case(at(quanto(["Q"], 0.01), [100]), [4]),
    "share": Case(at(shares(["S"]), [100]), [2]),
    "option bought": _option(sold=False),
    "option sold": _option(sold=True),
    "in coin, sold": _option(sold=True, paid_in_coin=True),
    "coin": Case(at(cash(["K"]), [100]), [2]),
    "debt": Case(at(cash(["K"]), [100]), [-2]),
}

RATES = margin.FixedRate(0.10, 0.05)
TABLE = Schedule.stepped([0, 1_000], [0.10, 0.20])
MOVES = scan.ScenarioScan(scan.Scenarios([-0.1, 0.1]))
SOLD = margin.ShortOptionRate(standard=0.15, minimum=0.10)

# Name, how it is made in a market, and the initial requirement of each case; nan where it refuses.
no = np.nan
Row = tuple[Callable[[Market], MarginModel], list[float]]
PUBLIC: dict[str, Row] = {
    "FixedRate": (lambda _: RATES, [20, 0.6, 0.4, 20, no, no, no, 0, no]),
    "Tiered": (lambda _: margin.Tiered(TABLE, TABLE), [20, 0.6, 0.4, 20, no, no, no, 0, no]),
    "Netted": (lambda _: margin.Netted(0.10, 0.05), [20, 0.6, 0.4, 20, no, no, no, 0, no]),
    "on_entry": (lambda now: margin.on_entry(RATES, now), [20, 0.6, 0.4, 20, no, no, no, 0, no]),
    "2 * FixedRate": (lambda _: 2 * RATES, [40, 1.2, 0.8, 40, no, no, no, 0, no]),
    "AtLeast": (
        lambda _: margin.AtLeast(RATES, margin.FixedCharge(7, initial=True)),
        [20, 7, 7, 20, no, no, no, 0, no],
    ),
    "ClosingFee": (
        lambda _: margin.ClosingFee(0.01, initial=True),
        [2, 0.06, 0.04, 2, no, no, no, 0, no],
    ),
    "FixedCharge": (
        lambda _: margin.FixedCharge(5, initial=True),
        [5, 5, 5, 5, no, no, no, 0, no],
    ),
    "MoneyPerContract": (
        lambda _: margin.MoneyPerContract(30, 20),
        [60, 90, 120, no, 10, 30, no, 0, no],
    ),
    "ShareMargin": (lambda _: margin.ShareMargin(), [no, no, no, 100, no, no, no, 0, no]),
    # Sold: 15 % of 110, or of 125 over 125. Bought: its price.
    "ShortOptions": (
        lambda _: margin.ShortOptions(SOLD, SOLD),
        [no, no, no, no, 10, 16.5, 0.15, 0, no],
    ),
    # Sold: a fifth of 110.
    "StrategyMargin": (
        lambda _: margin.StrategyMargin(),
        [no, no, no, 100, 10, 22, no, 0, no],
    ),
    "Haircut": (
        lambda _: margin.Haircut(0.10, debt_initial=0.20),
        [no, no, no, no, no, no, no, 20, 40],
    ),
    "weighted_collateral": (
        lambda _: margin.weighted_collateral(0.90, liability_initial=1.20),
        [no, no, no, no, no, no, no, 20, 40],
    ),
    # Bought for nothing, so all that it is worth is profit; an inverse contract is worth less.
    "ProfitHaircut": (
        lambda now: margin.ProfitHaircut(np.zeros(len(now.instruments)), 0.5),
        [100, 0, 2, 100, 5, 0, 0, 0, no],
    ),
    # Up or down by a tenth: 3 x (100 / 45 - 100 / 50); the call to 21, or 37.5 / 137.5.
    "ScenarioScan": (
        lambda _: MOVES,
        [20, 3 * (100 / 45 - 2), 0.4, 20, 10, 11, 37.5 / 137.5 - 0.2, 20, 20],
    ),
    "SpreadCredit": (
        lambda _: scan.SpreadCredit(MOVES, [], {}),
        [20, 3 * (100 / 45 - 2), 0.4, 20, 10, 11, 37.5 / 137.5 - 0.2, 20, 20],
    ),
    # Two per cent of the delta; that of a call paid in coin is 100 / 125 of the coin.
    "MinimumDelta": (
        lambda _: scan.MinimumDelta(0.02, 0.01),
        [4, 0.12, 0.08, 4, 2.2, 2.2, 0.016, 0, no],
    ),
    "ContractMinimum": (
        lambda _: scan.ContractMinimum(0.5),
        [no, no, no, no, 0.5, 0.5, 0.5, 0, no],
    ),
    "CalendarCharge": (lambda _: scan.CalendarCharge({}), [0, 0, 0, 0, 0, 0, 0, 0, no]),
    "FixedRate + Haircut": (
        lambda _: RATES + margin.Haircut(0.10, debt_initial=0.20),
        [20, 0.6, 0.4, 20, no, no, no, 20, 40],
    ),
    "FixedRate + ShortOptions": (
        lambda _: RATES + margin.ShortOptions(SOLD, SOLD),
        [20, 0.6, 0.4, 20, 10, 16.5, 0.15, 0, no],
    ),
    # A fee is no margin: with it a model covers no more than without.
    "ShareMargin + ClosingFee": (
        lambda _: margin.ShareMargin() + margin.ClosingFee(0.01, initial=True),
        [no, no, no, 102, no, no, no, 0, no],
    ),
}


# The same for each venue file, with the parameters of its sample in ``test_venues_named``.
VENUES: dict[str, list[float]] = {
    # Twenty, fifty, ten times: that share of 200, of 6 coins, of 4.
    "binance": [10, 0.3, 0.2, 10, no, no, no, 0, no],
    "binance_coin": [8, 0.24, 0.16, 8, no, no, no, 0, no],
    "bybit": [4, 0.12, 0.08, 4, no, no, no, 0, no],
    "bybit_unified": [4.2, 0.126, 0.084, 4.2, no, no, no, 100, 0],  # other coins count half
    "bybit_options": [no, no, no, no, 10, 16.5, 0.15, 0, no],
    "okx": [20, 0.6, 0.4, 20, no, no, no, 0, no],
    "okx_collateral": [no, no, no, no, no, no, no, 20, 0],
    "gate": [4.15, 0.1245, 0.083, 4.15, no, no, no, 0, no],
    "bitmex": [4, 0.12, 0.08, 4, no, no, no, 0, no],
    "kraken": [4, 0.12, 0.08, 4, no, no, no, 0, 0],
    "kraken_inverse": [4, 0.12, 0.08, 4, no, no, no, 0, no],
    "deribit": [no, no, no, no, 10, 16.5, 0.15, 0, no],
    # 6.5 per cent, and while the stable coin is at 0.966 a charge of 1.2 x 0.014 of the price.
    "derive": [16.36, 0.4908, 0.3272, 16.36, 10, 16.5 + 1.848, no, 0, no],
    "hyperliquid": [5, 0.15, 0.1, 5, no, no, no, 0, no],
    # A tenth of what is owed: an inverse contract is worth -6, a loan of two coins -200.
    "dydx_v3": [0, 0.6, 0, 0, no, no, no, 0, 20],
    "dydx_v4": [120, 3.6, 2.4, 120, no, no, no, 0, no],
    "drift": [20, no, no, 20, no, no, no, 40, 40],
    "marginfi": [no, no, no, no, no, no, no, 200 * (1 - 0.75 * 0.9788), 200 * 0.0212],
    "mango": [20, 0.6, 0.4, 20, no, no, no, 40, 40],
    "paradex": [10, 0.3, 0.2, 10, no, no, no, 0, no],
    "synthetix": [200 * 0.024 + 50, no, no, 200 * 0.024 + 50, no, no, no, 0, no],
    # 1.2 x (15 per cent and half a funding of 20 for each contract), in whole units of money.
    "vega": [60, 37, 49, 60, no, no, no, 0, no],
    "gmx": [4, 0.12, 0.08, 4, no, no, no, 0, no],
    "perennial": [900, 900, 900, 900, no, no, no, 0, no],
    # Loans: what is lost of the collateral, while a debt counts in full.
    "aave": [no, no, no, no, no, no, no, 50, 0],
    "morpho_blue": [no, no, no, no, no, no, no, 40, 0],  # of a threshold of 0.8
    "compound_v2": [no, no, no, no, no, no, no, 50, 0],
    "compound_iii": [no, no, no, no, no, no, no, 50, 0],
    "euler": [no, no, no, no, no, no, no, 50, 0],
    # A part of what is owed, as in dydx_v3.
    "liquity": [0, 0.6, 0, 0, no, no, no, 0, no],
    "makerdao": [0, 3, 0, 0, no, no, no, 0, no],
    # At least 2,000, but no more than what was bought costs.
    "reg_t": [no, no, no, 200, no, no, no, 0, no],
    "cboe_equity_options": [no, no, no, 200, 10, 2_000, no, 0, no],
    "cboe_index_options": [no, no, no, 200, 10, 2_000, no, 0, no],
}
OF_EACH = ("binance", "bybit", "okx", "gate", "hyperliquid")  # files that take a symbol for each


def venue_model(name: str, now: Market) -> MarginModel:
    """Return the model of a venue file for the instruments of a case."""
    count = len(now.instruments)
    given = dict(next(sample.given for sample in SAMPLES if sample.name == name))
    if "entry" in given:
        given["entry"] = now
    if "confidence" in given:
        given["confidence"] = [given["confidence"]] * count
    if name in OF_EACH:
        given["symbol"] = [given["symbol"]] * count
    return venues.rules(name, instruments=now.instruments, **given).model


def found(model: MarginModel, case: Case) -> float:
    """Return the initial requirement of a case; nan where the model refuses it."""
    try:
        return float(model(case.account, case.market).initial)
    except MarginError as error:
        if "does not cover" not in str(error):
            raise
        return np.nan


def table(rows: dict[str, list[float]]) -> str:
    """Return the grid in Markdown, a row for each model and a column for each case."""
    lines = ["| model | " + " | ".join(CASES) + " |", "|---|" + "---:|" * len(CASES)]
    for name, row in rows.items():
        cells = ["refused" if np.isnan(each) else f"{each:.4g}" for each in row]
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def public_rows() -> dict[str, list[float]]:
    """Return what each public model asks in each case."""
    return {
        name: [found(make(case.market), case) for case in CASES.values()]
        for name, (make, _) in PUBLIC.items()
    }


def venue_rows() -> dict[str, list[float]]:
    """Return what the model of each venue file asks in each case."""
    return {
        name: [found(venue_model(name, case.market), case) for case in CASES.values()]
        for name in VENUES
    }


if __name__ == "__main__":
    print(table(public_rows() | venue_rows()))

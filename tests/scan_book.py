"""A future, two options on it and two coins, as the tests of scans hold them."""

from __future__ import annotations

from marginlib import instruments, market
from marginlib.accounts import Accounts
from marginlib.margin import MarginModel, Requirement
from marginlib.venues.protocols.volatility_shocks import VolatilityShock

MONTH = 30 / 365
FUTURES = instruments.linear(["X"], size=50)
OPTIONS = instruments.options(
    ["call", "put"], "X", strike=[110, 90], expiry=MONTH, is_call=[True, False], size=50
)
BOOK = instruments.join(FUTURES, OPTIONS)
NOW = market.at(BOOK, [100], [0.3, 0.35], carry=0.0)
TWO = instruments.linear(["BTC", "ETH"])
TWO_NOW = market.at(TWO, [20_000, 1_500])
SHOCK = VolatilityShock(0.5, 0.25, short_power=0.3, long_power=0.13, floor=0.45)


def hold(*quantity: float) -> Accounts:
    return Accounts(0, quantity)


def asks(initial: float, maintenance: float = 0.0) -> MarginModel:
    """Return a model that asks the same of everyone."""
    return lambda accounts, market: Requirement(initial, maintenance)

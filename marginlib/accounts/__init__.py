r"""One ledger for everything that is held.

An account is an amount of cash and a quantity of each instrument, and its equity is

.. math:: \text{equity} = \text{cash} + \sum_i \text{quantity}_i \, \text{value}_i .

Opening a position at its entry price moves ``quantity x value`` out of cash, whatever the
instrument, so this one line holds for shares, futures and perpetuals, long and short. Where the
account came from does not matter: the entry price is already in the cash.

One account has shape ``()``; a million accounts are the same type with shape ``(1_000_000,)``.
"""

from marginlib.accounts.ledger import Accounts, equity, leverage, notional, position_value, profit
from marginlib.accounts.payments import deposit, funding, open_accounts, trade
from marginlib.accounts.pooling import isolate

__all__ = [
    "Accounts",
    "deposit",
    "equity",
    "funding",
    "isolate",
    "leverage",
    "notional",
    "open_accounts",
    "position_value",
    "profit",
    "trade",
]

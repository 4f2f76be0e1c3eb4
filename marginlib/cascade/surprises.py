"""Small crowds in which a remedy makes the fall deeper.

Where whole accounts are closed, in one market with a permanent impact, a deeper market, more
collateral and a larger fund never hurt. Each function here leaves that setting by one step, and
takes the remedy as its argument, so that the result can be drawn against it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from marginlib.accounts import open_accounts
from marginlib.cascade.deleverage import AutoDeleveraging
from marginlib.cascade.rules import CascadeRules
from marginlib.cascade.run import Run, run, settle
from marginlib.cascade.state import State, begin, shock
from marginlib.impact import linear_book
from marginlib.instruments import linear as linear_contracts
from marginlib.liquidation import ReduceTo
from marginlib.margin import FixedRate
from marginlib.market import Market, at

_RULE = FixedRate(initial=0.10, maintenance=0.05)


def deeper_market(depth: float) -> Run:
    """Return how three accounts that are liquidated in part fare in a market of some depth.

    They are long 4, 3 and 9 contracts at 100, with 50, 60 and 180 behind them, through falls of
    6 %, 10 % and 5 %. The second fall closes the first account. With 8 contracts per per cent, its
    sale takes the price just far enough to catch the other two, which sell a part while they still
    have equity. With 8.8 they survive it, barely, and must sell everything after the third fall.

    Parameters
    ----------
    depth : float
        Contracts that stand within one per cent of the price [contracts].

    >>> [round(float(deeper_market(depth).state.market["BTC"]), 3) for depth in (8, 8.8, 20)]
    [79.01, 78.909, 79.727]
    """
    return _through(_market(), [50, 60, 180], [4, 3, 9], depth, moves=(-0.06, -0.10, -0.05))


def larger_fund(fund: float) -> State:
    """Return where a fall by 2 % comes to rest on a venue that deleverages once its fund is short.

    A long of 10 contracts at 100 is bankrupt at 99 and lacks 10 at 98. A fund that has less sends
    it to the shorts on the other side, who are closed away from the market. A fund that has it lets
    the position go to the market, where its sale, 2 % at a depth of 5, catches the next long.

    Parameters
    ----------
    fund : float
        Money of the fund [currency].

    >>> [round(float(larger_fund(money).market["BTC"]), 2) for money in (0, 9, 11)]
    [98.0, 98.0, 94.08]
    """
    market = _market()
    crowd = open_accounts([10, 80, 500], np.array([[10.0], [10], [-20]]), market)
    rules = CascadeRules(_RULE, linear_book(depth=5), losses=[AutoDeleveraging()])
    return settle(shock(begin(crowd, market, fund), "BTC", -0.02), rules)


def _market() -> Market:
    return at(linear_contracts(["BTC"]), [100])


def _through(
    market: Market,
    collateral: Sequence[float],
    quantity: Sequence[float],
    depth: float,
    moves: Sequence[float],
) -> Run:
    """Return the path of a crowd that is reduced to its initial requirement whenever it is due."""
    crowd = open_accounts(collateral, np.array(quantity)[:, None], market)
    rules = CascadeRules(_RULE, linear_book(depth=depth), ReduceTo("initial"))
    return run(begin(crowd, market), rules, moves, until_rest=True)

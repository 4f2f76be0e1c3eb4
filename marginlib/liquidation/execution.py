"""Liquidation carried out: who is due, what is traded, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, NotSettled, last_axis, numbers, refuse, together
from marginlib.accounts import Accounts
from marginlib.liquidation.fees import Fee, fee_on
from marginlib.liquidation.policy import ClosingPolicy, traded_at
from marginlib.liquidation.status import Status, status
from marginlib.margin import MarginModel
from marginlib.margin.asking import fits_any_account
from marginlib.market import Market

Policy: TypeAlias = ClosingPolicy | Callable[[Accounts, Market, MarginModel], FloatArray]


class Liquidated(NamedTuple):
    """What a liquidation did."""

    accounts: Accounts  # (...), after the trades and the fee
    traded: FloatArray  # (..., I) [contracts]; what the accounts sold is negative
    taken: Accounts  # (...): the other side of the trades, with the money that was paid for them
    fee: FloatArray  # (...) [currency]; what closing cost the accounts

    @property
    def share(self) -> FloatArray:
        """Share of each position that was closed, shape (..., I) [fraction]; ``nan`` for none."""
        before = self.accounts.quantity - self.traded
        return np.asarray(-self.traded / np.where(before == 0, np.nan, before))


def liquidate(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    policy: Policy,
    fee: float | Fee = 0.0,
    equality_is_safe: bool = True,
) -> Liquidated:
    """Return the accounts after the venue has closed what the policy says, at these prices.

    Only accounts in :attr:`Status.LIQUIDATION` or :attr:`Status.BANKRUPT` are touched. Nothing is
    lost on the way: cash, quantities and fee of the result add up to what was there.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (...).
    market : Market
        Prices at which the trades are done.
    model : margin model
    policy : ClosingPolicy or function
        What is closed, called as ``policy(accounts, market, model)``. The policies of this package
        are told the fee as well, so that they end where they should after it. Where equality is not
        safe, tell a policy that stops so too: ``ReduceTo("maintenance", equality_is_safe=False)``.
    fee : float or function
        What closing costs: a rate on the value traded [fraction], or anything like
        :class:`RequirementFee`.
    equality_is_safe : bool
        Whether equity equal to maintenance is enough; see :func:`status`.

    Returns
    -------
    Liquidated
        ``accounts`` after it, ``traded``, ``taken`` by the other side, ``fee``, and the ``share``
        of each position that was closed.

    >>> from marginlib import accounts, instruments, margin, market
    >>> from marginlib.liquidation import ReduceTo
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> now = market.with_price(entry, "BTC", 18_500)
    >>> done = liquidate(ana, now, rule, ReduceTo("initial"), fee=0.01)
    >>> done.traded.round(4).tolist(), round(float(done.fee), 2)  # 1,350 / (18,500 x 0.09)
    ([-0.8108], 150.0)
    >>> round(float(accounts.equity(done.accounts, now)), 2), Status.HEALTHY.name
    (350.0, 'HEALTHY')
    """
    due = status(accounts, market, model, equality_is_safe) >= Status.LIQUIDATION
    traded = trades_of_due(accounts, market, model, policy, fee, due)
    paid = np.where(due, fee_on(fee, accounts, market, model, traded), 0.0)
    nobody = Accounts(0.0, np.zeros(len(market.instruments)))
    return Liquidated(
        traded_at(accounts, market, traded, paid),
        traded,
        traded_at(nobody, market, -traded),
        paid,
    )


def unwind(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    policy: Policy,
    fee: float | Fee = 0.0,
    equality_is_safe: bool = True,
    rounds: int = 100,
) -> Liquidated:
    """Return the accounts after liquidations, again and again, until there is none left to do.

    Parameters
    ----------
    accounts, market, model, policy, fee, equality_is_safe
        As in :func:`liquidate`. Prices stay as they are.
    rounds : int
        How many more liquidations may follow the first.

    Returns
    -------
    Liquidated
        The accounts at the end, and what was traded and paid on the way in total.

    Raises
    ------
    NotSettled
        If the last round closed something too; its ``last`` is the result so far. Closing half of
        what is left, for example, never ends where no equity is left.

    >>> from marginlib import accounts, instruments, margin, market
    >>> from marginlib.liquidation import CloseShare
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> now = market.with_price(entry, "BTC", 18_500)  # 500 is left, which carries 10,000
    >>> unwind(ana, now, rule, CloseShare(0.25)).accounts.quantity.tolist()
    [0.421875]
    """
    total = liquidate(accounts, market, model, policy, fee, equality_is_safe)
    for _ in range(rounds):
        more = liquidate(total.accounts, market, model, policy, fee, equality_is_safe)
        if not np.any(more.traded):
            return total
        first, second = total.taken, more.taken
        taken = Accounts(first.cash + second.cash, first.quantity + second.quantity)
        traded, paid = total.traded + more.traded, total.fee + more.fee
        total = Liquidated(more.accounts, traded, taken, paid)
    raise NotSettled(
        f"there may still be something to close after {rounds} more rounds; type a larger rounds=, "
        "or a policy that closes all of what is small",
        total,
    )


def trades_of_due(
    accounts: Accounts,
    market: Market,
    model: MarginModel,
    policy: Policy,
    fee: float | Fee,
    due: NDArray[np.bool_],
) -> FloatArray:
    """Return what the policy trades in the accounts that are due, and 0 in the others."""
    shape = together(accounts=accounts, market=market)
    traded = np.zeros((*shape, len(market.instruments)))
    apart = (
        isinstance(policy, ClosingPolicy) and policy.fits_any_account and fits_any_account(model)
    )
    if shape and apart and not market.shape:
        # Few accounts of many are due, so only those are worked on.
        traded[due] = _asked(policy, accounts[due], market, model, fee)
        return traded
    asked = _asked(policy, accounts, market, model, fee)
    return np.where(due[..., None], asked, traded)


def _asked(
    policy: Policy, accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee
) -> FloatArray:
    if isinstance(policy, ClosingPolicy):
        return policy(accounts, market, model, fee)
    traded = last_axis(
        "policy(accounts, market, model)",
        numbers("policy(accounts, market, model)", policy(accounts, market, model)),
        market.instruments.names,
    )
    held = accounts.quantity
    reduces = (traded * held <= 0) & (np.abs(traded) <= np.abs(held))
    refuse("policy(accounts, market, model)", traded, ~reduces, "must only reduce what is held")
    return traded

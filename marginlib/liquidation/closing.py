"""How much is closed: policies that turn an account in trouble into trades.

A closing policy is anything that can be called as ``policy(accounts, market, model)`` and returns
the quantity to trade. Those here only ever reduce: they sell what is long, buy back what is short
or borrowed, and leave what is held as collateral alone. They say *how* an account is closed;
:func:`marginlib.liquidation.liquidate` asks them only for the accounts that are due.

Most of them walk down a **path**, from nothing closed to all of it, and stop at the first point at
which the account is well enough; where it never is, they close all. They differ in the path: every
position by the same share, one position after the other, or tier by tier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from marginlib._checks import FloatArray, MarginError, fraction, known
from marginlib.accounts import Accounts, notional, profit
from marginlib.liquidation.fees import Fee
from marginlib.liquidation.policy import ClosingPolicy, StoppingPolicy, closable
from marginlib.margin import MarginModel, by_position
from marginlib.margin.schedule import Schedule
from marginlib.market import Market

_JUST_INSIDE = 1 - 1e-14  # of a bracket's end, so that rounding leaves nothing in the next one


@dataclass(frozen=True)
class CloseAll(ClosingPolicy):
    """Everything at once.

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import FixedRate
    >>> now = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> CloseAll()(Accounts(0, [1, -10]), now, FixedRate(0.10, 0.05)).tolist()
    [-1.0, 10.0]
    """

    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee = 0.0
    ) -> FloatArray:
        """Return minus what is held."""
        return closable(accounts, market)


@dataclass(frozen=True)
class CloseShare(ClosingPolicy):
    """The same share of every position, whatever the account needs.

    Parameters
    ----------
    share : float
        Part that is closed [fraction].

    >>> from marginlib import instruments, market
    >>> from marginlib.margin import FixedRate
    >>> now = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> CloseShare(0.5)(Accounts(0, [1, -10]), now, FixedRate(0.10, 0.05)).tolist()
    [-0.5, 5.0]
    """

    share: float

    def __post_init__(self) -> None:
        fraction("share", self.share)

    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee = 0.0
    ) -> FloatArray:
        """Return minus the share of what is held."""
        return self.share * closable(accounts, market)


@dataclass(frozen=True)
class ReduceTo(StoppingPolicy):
    """All positions by the same share, as little as will do.

    Parameters
    ----------
    requirement, ratio
        When it stops, see :class:`StoppingPolicy`.
    step : float
        The share is a multiple of this [fraction]; 0 where it may be anything.
    only : sequence of str, optional
        The instruments that are reduced; all where nothing is said.

    Source: Paradex, "Liquidations", reduces all positions by the smallest multiple of 20 % that
    brings the margin ratio to 90 % (read in 2026).

    A loss of 1,500 leaves 500; 18,500 needs 1,850, and 5,000 of it needs 500.

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> now = market.with_price(entry, "BTC", 18_500)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> ReduceTo("initial")(ana, now, rule).round(6).tolist()  # 5,000 / 18,500 is kept
    [-0.72973]
    >>> ReduceTo("initial", step=0.2)(ana, now, rule).tolist()
    [-0.8]
    """

    step: float = 0.0
    only: Sequence[str] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        fraction("step", self.step)

    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee = 0.0
    ) -> FloatArray:
        """Return minus the smallest share of what is held that will do."""
        chosen = np.ones(len(market.instruments))
        if self.only is not None:
            chosen[:] = 0.0
            chosen[[market.instruments.index(name) for name in self.only]] = 1.0

        def path(share: FloatArray) -> FloatArray:
            return np.asarray(share[..., None] * chosen)

        # Between stops the path is walked too: they only tell where to look first.
        stops = np.linspace(0, 1, 33)
        if self.step:
            count = int(np.ceil(1 / self.step - 1e-9))
            stops = np.minimum(np.arange(count + 1) * self.step, 1.0)
        return self.walk(accounts, market, model, fee, path, stops, between=not self.step)


@dataclass(frozen=True, eq=False)
class LargestFirst(StoppingPolicy):
    """One position after the other, the largest first.

    Parameters
    ----------
    requirement, ratio
        When it stops, see :class:`StoppingPolicy`.
    by : {"notional", "requirement", "loss"}
        What makes a position large: its value, the maintenance it needs when held alone, or what
        it has lost since ``entry``.
    whole : bool
        Whether each position is closed whole, or the last one only as far as will do.
    entry : Market, optional
        Entry prices, for ``by="loss"``.

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> ana = accounts.open_accounts(collateral=2_000, quantity=[1, 10], market=entry)
    >>> rule = margin.FixedRate(initial=0.10, maintenance=0.05)
    >>> LargestFirst(by="notional")(ana, entry, rule).round(6).tolist()  # 35,000 down to 20,000
    [-0.75, 0.0]
    >>> LargestFirst(by="notional", whole=True)(ana, entry, rule).tolist()
    [-1.0, 0.0]
    """

    by: Literal["notional", "requirement", "loss"] = "notional"
    whole: bool = False
    entry: Market | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        known("by", self.by, ("notional", "requirement", "loss"))
        if self.by == "loss" and self.entry is None:
            raise MarginError('entry must hold the entry prices where by="loss"')

    @property
    def fits_any_account(self) -> bool:  # type: ignore[override]
        """Whether all entered at the same prices."""
        return self.entry is None or not self.entry.shape

    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee = 0.0
    ) -> FloatArray:
        """Return minus what is closed of each position."""
        size = self._size(accounts, market, model)
        held = closable(accounts, market) != 0
        order = np.argsort(np.where(held, -size, np.inf), axis=-1, kind="stable")
        rank = np.argsort(order, axis=-1)

        def path(closed: FloatArray) -> FloatArray:
            """Close the first ``closed`` positions, the last of them in part."""
            return np.asarray(np.clip(closed[..., None] - rank, 0.0, 1.0))

        count = len(market.instruments)
        stops = np.linspace(0, count, (1 if self.whole else 4) * count + 1)
        return self.walk(accounts, market, model, fee, path, stops, between=not self.whole)

    def _size(self, accounts: Accounts, market: Market, model: MarginModel) -> FloatArray:
        """Return what the positions are ranked by, shape (..., I) [currency]."""
        if self.by == "loss" and self.entry is not None:
            return -profit(accounts, market, self.entry)
        if self.by == "requirement":
            return by_position(model, accounts, market).maintenance
        return np.abs(accounts.quantity * market.value)


@dataclass(frozen=True, eq=False)
class TierByTier(StoppingPolicy):
    """Every position down to the end of the next lower bracket, and so on.

    A position in the lowest bracket is closed whole.

    Parameters
    ----------
    requirement, ratio
        When it stops, see :class:`StoppingPolicy`.
    schedule : Schedule or sequence of Schedule
        The brackets: one table for all instruments, or one for each.

    Source: BitMEX, "Liquidation", which steps positions down through its risk limits (2026).

    >>> from marginlib import accounts, instruments, margin, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> table = Schedule.stepped([0, 50_000, 100_000], [0.01, 0.02, 0.04])
    >>> rule = margin.Tiered(initial=table, maintenance=table)
    >>> ana = accounts.open_accounts(collateral=2_500, quantity=[6], market=entry)
    >>> policy = TierByTier(schedule=table)  # 4 % of 120,000 is too much, 2 % of 100,000 is not
    >>> policy(ana, entry, rule).round(9).tolist()
    [-1.0]
    """

    schedule: Schedule | Sequence[Schedule] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.schedule, Schedule) and not len(self.schedule):
            raise MarginError("schedule must be given: the brackets to step down through")

    def __call__(
        self, accounts: Accounts, market: Market, model: MarginModel, fee: float | Fee = 0.0
    ) -> FloatArray:
        """Return minus what lies above the bracket at which it stops."""
        size = notional(accounts, market)
        floors = self._floors(market)
        bracket = (size[..., None] > floors).sum(axis=-1) - 1
        every, last = np.arange(len(market.instruments)), floors.shape[-1] - 1

        def path(steps: FloatArray) -> FloatArray:
            reached = bracket - steps[..., None].astype(np.int64) + 1
            floor = np.where(reached > 0, floors[every, np.clip(reached, 0, last)], 0.0)
            left = np.minimum(floor * _JUST_INSIDE, size) / np.where(size > 0, size, 1.0)
            return np.asarray(np.where(steps[..., None] > 0, 1 - left, 0.0))

        stops = np.arange(floors.shape[-1] + 1, dtype=np.float64)
        return self.walk(accounts, market, model, fee, path, stops, between=False)

    def _floors(self, market: Market) -> FloatArray:
        """Return where the brackets begin, shape (I, K); beyond the last one at infinity."""
        count = len(market.instruments)
        each = [self.schedule] * count if isinstance(self.schedule, Schedule) else self.schedule
        if len(each) != count:
            raise MarginError(
                f"schedule must be one table or {count}, one for each instrument "
                f"({', '.join(market.instruments.names)}); got {len(each)}"
            )
        floors = np.full((count, max(len(table.floor) for table in each)), np.inf)
        for row, table in zip(floors, each, strict=True):
            row[: len(table.floor)] = table.floor
        return floors

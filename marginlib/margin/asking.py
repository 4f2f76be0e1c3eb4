"""Questions to a model that may be a plain function, and so has no answer to most of them."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, numbers
from marginlib.accounts import Accounts
from marginlib.instruments import Instruments
from marginlib.margin.coverage import refuse_uncovered
from marginlib.margin.lines import Lines
from marginlib.margin.requirement import MarginModel, Requirement
from marginlib.margin.schedule import Schedule
from marginlib.market import Market


def said(model: MarginModel) -> str:
    """Return what an error calls a model."""
    parts: tuple[MarginModel, ...] = getattr(model, "models", ())
    if parts:
        return " + ".join(said(part) for part in parts)
    return getattr(model, "__name__", type(model).__name__)


def asked(model: MarginModel, accounts: Accounts, market: Market) -> Requirement:
    """Return what a model that is part of another asks; the whole has looked what is covered."""
    found: Requirement = getattr(model, "requirement", model)(accounts, market)
    return found


def covers(model: MarginModel, instruments: Instruments) -> NDArray[np.bool_]:
    """Return which instruments a model covers, shape (I,); a plain function answers for all."""
    method = getattr(model, "covers", None)
    everything = np.ones(len(instruments), dtype=np.bool_)
    found: NDArray[np.bool_] = method(instruments) if method else everything
    return found


def refuse_what_is_left(model: MarginModel, accounts: Accounts, market: Market) -> None:
    """Refuse accounts that hold what ``model`` does not cover."""
    book = market.instruments
    covered = covers(model, book)
    if not covered.all():
        refuse_uncovered(said(model), covered, accounts, book)


def is_charge(model: MarginModel) -> bool:
    """Return whether a model comes on top of margin; of plain functions nothing is known."""
    return bool(getattr(model, "is_charge", False))


def lines(model: MarginModel, accounts: Accounts, market: Market, index: int) -> Lines | None:
    """Return the maintenance of ``model`` as lines in one position's size, or None.

    See :class:`Lines`. Plain functions have none.
    """
    refuse_what_is_left(model, accounts, market)
    return own_lines(model, accounts, market, index)


def own_lines(model: MarginModel, accounts: Accounts, market: Market, index: int) -> Lines | None:
    """Return :func:`lines` of a model that is part of another."""
    method = getattr(model, "lines", None)
    found: Lines | None = method(accounts, market, index) if method else None
    return found


def value_rates(model: MarginModel, accounts: Accounts, market: Market) -> FloatArray | None:
    """Return how fast the maintenance of ``model`` grows with each value, or None.

    See :meth:`Model.value_rates`. Plain functions do not say.
    """
    refuse_what_is_left(model, accounts, market)
    return own_value_rates(model, accounts, market)


def own_value_rates(model: MarginModel, accounts: Accounts, market: Market) -> FloatArray | None:
    """Return :func:`value_rates` of a model that is part of another."""
    method = getattr(model, "value_rates", None)
    found: FloatArray | None = method(accounts, market) if method else None
    return found


def fits_any_account(model: MarginModel) -> bool:
    """Return whether ``model`` holds nothing of particular accounts; of functions nothing is known.

    See :attr:`Model.fits_any_account`.
    """
    return bool(getattr(model, "fits_any_account", False))


def by_position(model: MarginModel, accounts: Accounts, market: Market) -> Requirement:
    """Return what ``model`` asks of each position as if it were the only one, shape (..., I).

    For a model that looks at each position by itself these add up to the requirement of the
    account. For one that nets positions against each other they add up to more.

    >>> from marginlib import accounts, instruments, market
    >>> from marginlib.margin import FixedRate
    >>> prices = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_500])
    >>> ana = accounts.open_accounts(collateral=9_000, quantity=[1, -10], market=prices)
    >>> by_position(FixedRate(initial=0.10, maintenance=0.05), ana, prices).initial.tolist()
    [2000.0, 1500.0]
    """
    refuse_what_is_left(model, accounts, market)
    return each_asked(model, accounts, market)


def each_asked(model: MarginModel, accounts: Accounts, market: Market) -> Requirement:
    """Return :func:`by_position` of a model that is part of another."""
    alone = np.eye(len(market.instruments))
    needs = [
        asked(model, Accounts(accounts.cash, accounts.quantity * one), market) for one in alone
    ]
    return Requirement(
        np.stack([need.initial for need in needs], axis=-1),
        np.stack([need.maintenance for need in needs], axis=-1),
    )


Leveraged = TypeVar("Leveraged", bound=MarginModel | Schedule)


def at_leverage(model: Leveraged, leverage: ArrayLike) -> Leveraged:
    """Return the model, or the schedule, for someone who chose to trade at ``leverage``.

    The initial requirement of each position becomes the larger of notional / leverage and what
    the venue asks at that size. Maintenance does not depend on the choice.

    Parameters
    ----------
    model : margin model or Schedule
    leverage : float or array of shape (I,)
        Chosen leverage [times], at least 1 and at most what the venue allows.

    >>> from marginlib.margin import FixedRate
    >>> float(at_leverage(FixedRate(initial=0.01, maintenance=0.005), 20).initial)
    0.05
    >>> at_leverage(FixedRate(initial=0.01, maintenance=0.005), 125)
    Traceback (most recent call last):
    ...
    marginlib.MarginError: leverage must be at most 100 here; got 125
    """
    choose = getattr(model, "at_leverage", None)
    if choose is None:
        raise MarginError(
            f"model {model!r} has no leverage to choose; use FixedRate, Tiered or a sum with them"
        )
    chosen: Leveraged = choose(numbers("leverage", leverage))
    return chosen


def model_at_leverage(model: MarginModel, leverage: ArrayLike) -> MarginModel:
    """Return a part of a sum at the chosen leverage, or as it is where that does not matter."""
    return model if is_beside_leverage(model) else at_leverage(model, leverage)


def is_beside_leverage(model: MarginModel) -> bool:
    """Return whether a chosen leverage leaves a model as it is; of functions nothing is known."""
    return bool(getattr(model, "is_beside_leverage", False))

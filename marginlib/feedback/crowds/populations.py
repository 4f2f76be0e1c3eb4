"""Drawing a crowd, and how alike its holdings are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    generator,
    known,
    non_negative,
    positive,
    refuse,
    whole,
)
from marginlib.accounts import Accounts, notional, open_accounts
from marginlib.feedback.crowds.distributions import Distribution
from marginlib.market import Market


class _Places(NamedTuple):
    """Where each account stands in each distribution: numbers from 0 to 1, shape (N,)."""

    leverage: FloatArray
    size: FloatArray
    side: FloatArray
    asset: FloatArray
    moment: FloatArray


def draw_crowd(
    count: int,
    market: Market,
    *,
    leverage: Distribution | ArrayLike,
    size: Distribution | ArrayLike,
    share_long: float = 1.0,
    balanced: bool = False,
    holdings: Mapping[str, float] | None = None,
    alike: float = 0.0,
    collateral: Mapping[str, ArrayLike] | None = None,
    rng: np.random.Generator,
) -> Accounts:
    """Return a crowd of accounts that opened positions.

    Everything about an account is drawn independently: its leverage tells nothing of its size.
    The same seed gives each account the same place in every distribution, whatever the
    distributions are, so crowds with the same seed can be compared account by account.

    Parameters
    ----------
    count : int
        Number of accounts N, at least 1.
    market : Market
        Prices at which they opened. Where it holds many, shape (T,), each account opened at one of
        them, all equally likely: a crowd that came in along a path of prices. Who would have been
        liquidated in the meantime is in it all the same.
    leverage : distribution, or float or array of shape (N,)
        Notional over collateral at the opening [times].
    size : distribution, or float or array of shape (N,)
        Notional of the whole account at the opening [currency].
    share_long : float
        Chance that an account is long; all its positions are on one side [fraction].
    balanced : bool
        Whether there is a short contract for every long one, as in a perpetual. Then the sizes of
        the shorts of each instrument are all multiplied by what makes it so, at the same leverage.
        Otherwise someone outside of the crowd is on the other side of what remains.
    holdings : mapping of str to float
        Shares of the crowd's notional in each instrument; they add up to 1. Equal shares of all
        margined instruments where nothing is said.
    alike : float
        How alike the accounts are: this share of each is spread as in ``holdings``, the rest is in
        one instrument, drawn with those shares as chances [fraction]. At 1 all hold the same
        portfolio. Two accounts have ``alike + (1 - alike) x (sum of squared shares)`` in common on
        average, see :func:`holdings_overlap`.
    collateral : mapping of str to float or array of shape (N,)
        Share of the collateral that is held in each coin, bought at the opening [fraction]; the
        rest is cash. A coin is an instrument made by ``marginlib.instruments.cash``: its price is
        its own, so whoever moves the price of a contract on it must move both.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Accounts
        Shape (N,), cross-margined.

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> seeded = np.random.default_rng(1)
    >>> crowd = draw_crowd(4, entry, leverage=[2, 5, 10, 50], size=20_000, rng=seeded)
    >>> crowd.quantity[:, 0].tolist(), accounts.equity(crowd, entry).tolist()
    ([1.0, 1.0, 1.0, 1.0], [10000.0, 4000.0, 2000.0, 400.0])
    """
    places = _Places(*generator(rng).random((5, whole("count", count))))
    shares = _holdings(market, holdings)
    opened = _at_moments(market, places.moment)
    worth = _values("size", size, places.size)
    weights = _weights(shares, fraction("alike", alike), places.asset)
    is_long = places.side < fraction("share_long", share_long)
    with np.errstate(divide="ignore", invalid="ignore"):
        quantity = (worth[:, None] * weights) / np.abs(opened.value)
    quantity = np.where(weights > 0, quantity, 0.0) * np.where(is_long, 1.0, -1.0)[:, None]
    if balanced:
        quantity = _balanced(quantity, market)
    money = np.abs(quantity * opened.value).sum(axis=-1) / _values(
        "leverage", leverage, places.leverage
    )
    coins = _coins(opened, collateral, money)
    return open_accounts(money, quantity + coins, opened)


def _values(name: str, given: Distribution | ArrayLike, places: FloatArray) -> FloatArray:
    """Return the value of each account: its place in the distribution, or what is given."""
    values = positive(name, given.ppf(places) if isinstance(given, Distribution) else given)
    if values.shape not in [(), places.shape]:
        raise MarginError(
            f"{name} must be a distribution, one number or one for each of the {len(places)} "
            f"accounts; got shape {values.shape}"
        )
    return np.broadcast_to(values, places.shape)


def _holdings(market: Market, holdings: Mapping[str, float] | None) -> FloatArray:
    """Return the share of the crowd's notional in each instrument, shape (I,)."""
    margined = market.instruments.is_margined
    if holdings is None:
        if not margined.any():
            raise MarginError("market must hold something to trade on margin; it has none")
        return np.asarray(margined / margined.sum())
    shares = np.zeros(len(market.instruments))
    for name, share in holdings.items():
        shares[_index(market, name, margined, "holdings")] = fraction(f"holdings {name!r}", share)
    if abs(shares.sum() - 1) > 1e-9:
        raise MarginError(f"holdings must add up to 1; got {shares.sum():g}")
    return shares


def _index(market: Market, name: str, allowed: NDArray[np.bool_], argument: str) -> int:
    names = [one for one, fits in zip(market.instruments.names, allowed, strict=True) if fits]
    return market.instruments.index(known(argument, name, names))


def _at_moments(market: Market, places: FloatArray) -> Market:
    """Return the prices at which each account opened: one of those of the market."""
    if not market.shape:
        return market
    if len(market.shape) != 1 or market.volatility.size:
        raise MarginError(
            "market must hold one set of prices, or many of shape (T,) without options; "
            f"got shape {market.shape}"
        )
    row = (places * len(market.quoted_price)).astype(np.intp)
    return Market(market.instruments, market.quoted_price[row])


def _weights(shares: FloatArray, alike: FloatArray, places: FloatArray) -> FloatArray:
    """Return the share of each account in each instrument, shape (N, I)."""
    held = np.flatnonzero(shares)
    reached = np.cumsum(shares[held])
    own = held[np.searchsorted(reached[:-1] / reached[-1], places, side="right")]
    weights = np.tile(alike * shares, (len(places), 1))
    weights[np.arange(len(places)), own] += 1 - alike
    return weights


def _balanced(quantity: FloatArray, market: Market) -> FloatArray:
    """Return the quantities with the shorts scaled to as many contracts as the longs."""
    long = np.where(quantity > 0, quantity, 0.0).sum(axis=0)
    short = -np.where(quantity < 0, quantity, 0.0).sum(axis=0)
    for name, bought, sold in zip(market.instruments.names, long, short, strict=True):
        if (bought > 0) != (sold > 0):
            side = "short" if bought > 0 else "long"
            raise MarginError(
                f"balanced needs both sides of {name!r}, but nobody is {side}: draw more accounts, "
                "or set share_long between 0 and 1"
            )
    factor = np.divide(long, short, out=np.ones_like(long), where=short > 0)
    return np.asarray(np.where(quantity < 0, quantity * factor, quantity))


def _coins(
    market: Market, collateral: Mapping[str, ArrayLike] | None, money: FloatArray
) -> FloatArray:
    """Return the coins that are held as collateral, shape (N, I)."""
    shares = np.zeros((len(money), len(market.instruments)))
    for name, share in (collateral or {}).items():
        part = non_negative(f"collateral {name!r}", share)
        if part.shape not in [(), money.shape]:
            raise MarginError(
                f"collateral {name!r} must be one share or {len(money)}; got shape {part.shape}"
            )
        shares[:, _index(market, name, market.instruments.is_cash, "collateral")] = part
    total = shares.sum(axis=-1)
    refuse("collateral", total, total > 1, "must add up to at most 1")
    return np.asarray(money[:, None] * shares / market.value)


def holdings_overlap(accounts: Accounts, market: Market) -> float:
    r"""Return the share of holdings that two accounts have in common, on average over all pairs.

    With :math:`w_i` the shares of an account's notional in each instrument, two accounts have
    :math:`\sum_k \min(w_{ik}, w_{jk})` in common: 1 where they hold the same portfolio, on
    whichever side, and 0 where they share nothing. Accounts without a position do not count.

    Parameters
    ----------
    accounts : Accounts
        Accounts of shape (N,).

    Returns
    -------
    float
        Average overlap [fraction]; ``nan`` for fewer than two accounts with positions.

    Two hold only bitcoin, one half of each; the pairs have 1, 1/2 and 1/2 in common:

    >>> from marginlib import instruments, market
    >>> prices = market.at(instruments.linear(["BTC", "ETH"]), [20_000, 1_000])
    >>> round(holdings_overlap(Accounts(0, [[1, 0], [-2, 0], [1, 20]]), prices), 4)
    0.6667
    """
    if len(accounts.shape) != 1:
        raise MarginError(f"accounts must have shape (N,); got {accounts.shape}")
    shares = _shares(notional(accounts, market))
    count = len(shares)
    if count < 2:
        return float("nan")
    # In order of size, each is the smaller one of its pairs with all that follow.
    ordered = np.sort(shares, axis=0)
    followers = np.arange(count - 1, -1, -1)
    return float((followers @ ordered).sum() / (count * (count - 1) / 2))


def _shares(size: FloatArray) -> FloatArray:
    """Return the share of each account in each instrument, of those that hold any."""
    total = size.sum(axis=-1)
    return np.asarray(size[total > 0] / total[total > 0, None])

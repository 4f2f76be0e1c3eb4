r"""How safe a loan is.

A loan is an account: coins supplied are positive quantities, coins owed are negative ones (or
negative cash, for a debt in the currency of the ledger). Collateral counts only in part. With a
factor :math:`w_i` for each coin,

.. math::

    \text{health} =
    \frac{\sum_{q_i > 0} w_i \, q_i P_i}{\sum_{q_i < 0} -q_i P_i} ,

and a loan is liquidated below health 1. So a loan is a margin account whose requirement is the part
of the collateral that does not count, ``margin.Haircut(1 - w)``, and whatever can be asked of a
margin model can be asked of a loan. Positive cash counts in full.

One quantity cannot be supplied and owed at once. Who holds both sides of a coin lists it twice,
under two names.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, together
from marginlib.accounts import Accounts
from marginlib.lending._coins import coin_values, factors, held, price_of
from marginlib.market import Market


def collateral_value(accounts: Accounts, market: Market) -> FloatArray:
    """Return what the coins supplied are worth, shape (...) [currency], before any factor.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH", "DAI"]), [2_000, 1])
    >>> float(collateral_value(Accounts(0, [3, -4_000]), now))
    6000.0
    """
    value = coin_values(accounts, market)
    return np.asarray(np.maximum(value, 0).sum(axis=-1) + np.maximum(accounts.cash, 0))


def debt_value(accounts: Accounts, market: Market) -> FloatArray:
    """Return what the coins owed are worth, shape (...) [currency], as a positive number.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH", "DAI"]), [2_000, 1])
    >>> float(debt_value(Accounts(-100, [3, -4_000]), now))
    4100.0
    """
    value = coin_values(accounts, market)
    return np.asarray(np.maximum(-value, 0).sum(axis=-1) + np.maximum(-accounts.cash, 0))


def loan_to_value(accounts: Accounts, market: Market) -> FloatArray:
    """Return debt over collateral, shape (...) [fraction]; infinite without collateral.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"]), [2_000])
    >>> float(loan_to_value(Accounts(-3_000, [2]), now))
    0.75
    """
    return _ratio(debt_value(accounts, market), collateral_value(accounts, market), none=0.0)


def borrowing_power(accounts: Accounts, market: Market, factor: ArrayLike) -> FloatArray:
    """Return how much debt the collateral can carry, shape (...) [currency].

    Parameters
    ----------
    accounts : Accounts
    market : Market
    factor : float or array of shape (I,) or (..., I)
        Part of each coin's value that counts [fraction]: the collateral factor for new loans, or
        the liquidation threshold for standing ones.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH", "BTC"]), [2_000, 30_000])
    >>> float(borrowing_power(Accounts(0, [3, 1]), now, [0.5, 0.75]))
    25500.0
    """
    weight = factors("factor", factor, market)
    value = np.maximum(coin_values(accounts, market), 0)
    return np.asarray((value * weight).sum(axis=-1) + np.maximum(accounts.cash, 0))


def liquidity(accounts: Accounts, market: Market, factor: ArrayLike) -> FloatArray:
    """Return what may still be borrowed, shape (...) [currency]: never negative.

    Parameters are those of :func:`borrowing_power`. Source: Compound v2, Comptroller.sol,
    compound-protocol@a3214f67 (2022-06-06).

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"]), [2_000])
    >>> float(liquidity(Accounts(-1_000, [1]), now, factor=0.75))
    500.0
    """
    spare = borrowing_power(accounts, market, factor) - debt_value(accounts, market)
    return np.asarray(np.maximum(spare, 0))


def shortfall(accounts: Accounts, market: Market, factor: ArrayLike) -> FloatArray:
    """Return by how much the debt exceeds what the collateral can carry, shape (...) [currency].

    Parameters are those of :func:`borrowing_power`. At most one of liquidity and shortfall is
    above zero.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"]), [2_000])
    >>> float(shortfall(Accounts(-1_600, [1]), now, factor=0.75))
    100.0
    """
    missing = debt_value(accounts, market) - borrowing_power(accounts, market, factor)
    return np.asarray(np.maximum(missing, 0))


def health_factor(accounts: Accounts, market: Market, threshold: ArrayLike) -> FloatArray:
    """Return what the collateral can carry over the debt, shape (...); infinite without debt.

    Parameters
    ----------
    accounts : Accounts
    market : Market
    threshold : float or array of shape (I,) or (..., I)
        Liquidation threshold of each coin [fraction].

    Notes
    -----
    It is below 1 exactly where there is a :func:`shortfall`. Source: Aave v3, GenericLogic.sol,
    aave-v3-origin@fd1fbd91 (2026-06-19).

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"]), [2_000])
    >>> float(health_factor(Accounts(-1_280, [1]), now, threshold=0.8))
    1.25
    """
    power = borrowing_power(accounts, market, threshold)
    return _ratio(power, debt_value(accounts, market), none=np.inf)


def is_liquidatable(
    accounts: Accounts, market: Market, threshold: ArrayLike, equality_is_safe: bool = True
) -> NDArray[np.bool_]:
    """Tell which loans may be liquidated, shape (...).

    Parameters
    ----------
    accounts : Accounts
    market : Market
    threshold : float or array of shape (I,) or (..., I)
        Liquidation threshold of each coin [fraction].
    equality_is_safe : bool
        Whether a health of exactly 1 is still safe. It is in Aave and Compound, but not in
        Euler v2. Without debt a loan is always safe.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"]), [2_000])
    >>> edge = Accounts(-1_500, [1])
    >>> bool(is_liquidatable(edge, now, 0.75))
    False
    >>> bool(is_liquidatable(edge, now, 0.75, equality_is_safe=False))
    True
    """
    health = health_factor(accounts, market, threshold)
    return np.asarray(health < 1 if equality_is_safe else health <= 1)


def liquidation_price(
    accounts: Accounts, market: Market, threshold: ArrayLike, name: str
) -> FloatArray:
    """Return the price of one coin at which health is 1, all other prices being as they are.

    A coin supplied falls to it; a coin owed rises to it.

    Parameters
    ----------
    accounts : Accounts
    market : Market
        The present price of ``name`` plays no part.
    threshold : float or array of shape (I,) or (..., I)
        Liquidation threshold of each coin [fraction].
    name : str
        The coin whose price moves.

    Returns
    -------
    array of shape (...)
        Price [currency]; ``nan`` where the coin is not held, does not count, or no price of it
        brings health to 1.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"]), [4_000])
    >>> float(liquidation_price(Accounts(-2_250, [1]), now, threshold=0.8, name="ETH"))
    2812.5
    """
    index = market.instruments.index(name)
    amount = accounts.quantity[..., index]
    weight = np.broadcast_to(
        factors("threshold", threshold, market),
        together(threshold=np.shape(threshold), instruments=(len(market.instruments),)),
    )[..., index]
    slope = np.where(amount > 0, amount * weight, amount)
    others = Accounts(
        accounts.cash, accounts.quantity * (np.arange(len(market.instruments)) != index)
    )
    rest = borrowing_power(others, market, threshold) - debt_value(others, market)
    with np.errstate(over="ignore"):
        price = -rest / np.where(slope == 0, np.nan, slope)
    return np.asarray(np.where((price > 0) & np.isfinite(price), price, np.nan))


def bad_debt(accounts: Accounts, market: Market) -> FloatArray:
    """Return the debt that no collateral stands behind, shape (...) [currency].

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"]), [2_000])
    >>> bad_debt(Accounts([-1_900, -2_100], [1]), now).tolist()
    [0.0, 100.0]
    """
    missing = debt_value(accounts, market) - collateral_value(accounts, market)
    return np.asarray(np.maximum(missing, 0))


def value_held(accounts: Accounts, market: Market, coin: str) -> FloatArray:
    """Return the value of what is held of one coin, shape (...) [currency]; negative is owed.

    >>> from marginlib import instruments, market
    >>> now = market.at(instruments.cash(["ETH"], currency="USD"), [2_000])
    >>> float(value_held(Accounts(-500, [2]), now, "ETH"))
    4000.0
    >>> float(value_held(Accounts(-500, [2]), now, "USD"))
    -500.0
    """
    return np.asarray(held(accounts, market, coin) * price_of(market, coin))


def _ratio(above: FloatArray, below: FloatArray, none: float) -> FloatArray:
    """Return ``above / below``; where both are zero, ``none``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = above / below
    return np.asarray(np.where((above == 0) & (below == 0), none, ratio))

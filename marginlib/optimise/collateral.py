r"""The cheapest collateral to post: several assets, several venues.

With :math:`x_{av}` the value of asset a that is posted at venue v, the programme is

.. math::

    \min \sum_{av} c_{av} x_{av}, \qquad
    \sum_a (1 - h_{av}) \, x_{av} \ge R_v, \qquad
    \sum_v x_{av} \le A_a, \qquad
    (1 - h_{av}) \, x_{av} \le l_{av} R_v ,

where h are haircuts, R requirements, A what is there and l concentration limits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, hstack

from marginlib._checks import FloatArray, MarginError, fraction, non_negative, numbers
from marginlib.optimise._linear import minimise, refuse_scale, sparse, too_far_apart


@dataclass(frozen=True, eq=False)
class CollateralChoice:
    """What to post where; see :func:`cheapest_collateral`.

    Parameters
    ----------
    posted : array of shape (A, V)
        Value of each asset that each venue gets, before haircuts [currency].
    cost : float
        What that costs, the least there is [currency per period of the cost].
    requirement_price : array of shape (V,)
        What the next unit of each venue's requirement will cost [fraction], with concentration
        limits where they are in money. Where it differs between venues, so does what a position
        there really costs.
    asset_price : array of shape (A,)
        What one more unit of each asset would save [fraction]; 0 for those that are not used up.
    """

    posted: FloatArray
    cost: float
    requirement_price: FloatArray
    asset_price: FloatArray


def cheapest_collateral(
    available: ArrayLike,
    requirement: ArrayLike,
    haircut: ArrayLike,
    cost: ArrayLike,
    limit: ArrayLike = 1.0,
) -> CollateralChoice:
    """Return what to post at each venue so that all requirements are met at the least cost.

    Parameters
    ----------
    available : array of shape (A,)
        Value of each asset that may be posted [currency].
    requirement : array of shape (V,)
        What each venue asks for [currency].
    haircut : float, array of shape (A,) or (A, V)
        Share of an asset's value that a venue does not count [fraction]; 1 if it is not accepted.
    cost : float, array of shape (A,) or (A, V)
        What it costs to post one unit of value [fraction per period]: what the asset would earn
        elsewhere, less what the venue pays on it. Negative if posting pays.
    limit : float, array of shape (A,) or (A, V)
        Largest share of a venue's requirement that one asset may cover [fraction].

    Raises
    ------
    MarginError
        If the assets do not cover the requirements: it names the venues and how much is missing.

    Notes
    -----
    The choice sees haircuts, and not what they leave out. It posts what is cheap to part with,
    and that is often what falls together with the position it stands for. Here a token costs half
    as much as cash, so it goes first; if the account is long and the token falls by 30 %, the
    venue asks for 200 more in the moment in which the position loses:

    >>> choice = cheapest_collateral(
    ...     available=[1_000, 1_000], requirement=[720], haircut=[0.1, 0], cost=[0.01, 0.02]
    ... )
    >>> choice.posted[:, 0].round(6).tolist()  # token, cash
    [800.0, 0.0]
    >>> round(720 - float(choice.posted[0, 0]) * 0.7 * 0.9, 6)
    216.0

    A limit of a half on the token makes cash cover the rest, at nearly twice the cost:

    >>> limited = cheapest_collateral([1_000, 1_000], [720], [0.1, 0], [0.01, 0.02], limit=[0.5, 1])
    >>> limited.posted[:, 0].round(6).tolist(), round(choice.cost, 6), round(limited.cost, 6)
    ([400.0, 360.0], 8.0, 11.2)
    >>> limited.requirement_price.round(6).tolist()
    [0.02]
    """
    held, need = _column("available", available), _column("requirement", requirement)
    shape = (held.size, need.size)
    counted = 1 - _table("haircut", fraction("haircut", haircut), shape)
    price = _table("cost", numbers("cost", cost), shape)
    share = _table("limit", fraction("limit", limit), shape)
    refuse_scale("requirement", need)
    refuse_scale("available", held)
    refuse_scale("available and requirement", np.concatenate([[held.sum()], [need.sum()]]))
    return _choice(held, need, counted, price, share)


def _choice(
    held: FloatArray, need: FloatArray, counted: FloatArray, price: FloatArray, share: FloatArray
) -> CollateralChoice:
    # Each posting is counted in the most it could usefully be, and each row in its own amount, so
    # that no number of the programme is above about 1.
    asked, there = np.where(need > 0, need, 1.0), np.where(held > 0, held, 1.0)
    unit = np.minimum(asked, there[:, None])
    with np.errstate(divide="ignore"):
        most = np.where(counted > 1e-9, share * need / counted, 0.0)
    upper = np.minimum(most, held[:, None]) / unit
    table = _rows(counted * unit / asked, unit / there[:, None])
    limits = np.concatenate([-(need > 0).astype(float), np.ones(held.size)])
    money = price * unit
    scale = float(np.abs(money[upper > 0]).max(initial=0.0)) or 1.0
    found = minimise((money / scale).ravel(), table, limits, upper.ravel())
    if found is None:
        raise _shortage(table, limits, upper, need)
    posted = found.x.reshape(unit.shape) * unit
    venue, asset = np.split(found.price * scale, [need.size])
    return CollateralChoice(
        posted, float((price * posted).sum()), np.asarray(venue / asked), np.asarray(asset / there)
    )


def _rows(covered: FloatArray, used: FloatArray) -> csr_array:
    """Return one row for each venue and one for each asset, over all pairs of them."""
    assets, venues = covered.shape
    asset, venue = np.divmod(np.arange(assets * venues), venues)
    entries = np.concatenate([-covered.ravel(), used.ravel()])
    row, column = np.concatenate([venue, venues + asset]), np.tile(np.arange(len(asset)), 2)
    return sparse(entries, row, column, (venues + assets, assets * venues))


def _shortage(
    table: csr_array, limits: FloatArray, upper: FloatArray, need: FloatArray
) -> MarginError:
    """Say at which venues how much is missing if as much as possible is covered."""
    venues, pairs = need.size, upper.size
    # One more column for each venue: the share of its requirement that is missed.
    missing = sparse(-np.ones(venues), np.arange(venues), np.arange(venues), (len(limits), venues))
    cost = np.concatenate([np.zeros(pairs), need / need.max()])
    bounds = np.concatenate([upper.ravel(), np.ones(venues)])
    wider = hstack([table, missing])  # type: ignore[no-untyped-call]
    found = minimise(cost, wider, limits, bounds)
    if found is None:  # to miss everything is always possible
        return too_far_apart()
    short = found.x[pairs:] * need
    said = ", ".join(
        f"{amount:,.6g} of {need[venue]:,.6g} at venue {venue}"
        for venue, amount in enumerate(short.tolist())
        if amount > 1e-9 * need[venue]
    )
    return MarginError(
        "the requirements cannot be covered within haircuts and concentration limits: at least "
        f"{short.sum():,.6g} is missing ({said})"
    )


def _column(name: str, value: ArrayLike) -> FloatArray:
    column = non_negative(name, value)
    if column.ndim != 1 or not column.size:
        raise MarginError(
            f"{name} must be a list of amounts, at least one; got shape {column.shape}"
        )
    return column


def _table(name: str, value: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Return one number for each asset and venue; a list holds one for each asset."""
    if value.shape not in ((), shape[:1], shape):
        raise MarginError(
            f"{name} must be one number, {shape[0]} (one for each asset), or a table of shape "
            f"{shape}; got shape {value.shape}"
        )
    return np.broadcast_to(value[:, None] if value.ndim == 1 else value, shape)

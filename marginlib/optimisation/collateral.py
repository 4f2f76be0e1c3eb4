r"""The cheapest collateral to post: several assets, several venues.

With :math:`x_{av}` the value of asset a that is posted at venue v, the programme is

.. math::

    \min \sum_{av} c_{av} x_{av}, \qquad
    \sum_a (1 - h_{av}) \, x_{av} \ge R_v, \qquad
    \sum_v x_{av} \le A_a, \qquad
    (1 - h_{av}) \, x_{av} \le l_{av} R_v , \qquad
    \sum_{a \in g} (1 - h_{av}) \, x_{av} \le L_{gv} R_v , \qquad
    \sum_a x_{av} \le M_v ,

where h are haircuts, R requirements and A what is there. The others are concentration limits: l for
each asset, L for each group of assets that fall together, M for what one venue may hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, kron

from marginlib._checks import FloatArray, MarginError, fraction, numbers
from marginlib.optimisation._collateral_rules import (
    CollateralRules,
    amounts,
    each_pair,
    grouped,
    room_at,
)
from marginlib.optimisation._linear import minimise, possible, refuse_scale, stacked


class CollateralChoice(NamedTuple):
    """What to post where, for A assets, V venues and G groups in the order of their limits.

    A price is what one more unit would cost or save; where that of a requirement differs between
    venues, so does what a position there really costs.
    """

    posted: FloatArray  # of each asset at each venue, before haircuts, (A, V) [currency]
    cost: float  # what that costs, the least there is [currency per period of the cost]
    # Cost of the next unit of each venue's requirement, with limits where they are in money, (V,).
    requirement_price: FloatArray
    asset_price: FloatArray  # saved by one more unit of each asset, (A,); 0 where some is left
    group_price: FloatArray  # saved by one more unit of each group's limit at each venue, (G, V)
    venue_price: FloatArray  # saved by one more unit of each venue's limit, (V,)


def cheapest_collateral(
    available: ArrayLike,
    requirement: ArrayLike,
    haircut: ArrayLike,
    cost: ArrayLike,
    limit: ArrayLike = 1.0,
    groups: Sequence[str] | None = None,
    group_limit: Mapping[str, ArrayLike] | None = None,
    venue_limit: ArrayLike = np.inf,
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
    groups : sequence of str
        Issuer or kind of each of the A assets; no groups where nothing is said.
    group_limit : mapping of str to float or array of shape (V,)
        Largest share of a venue's requirement that a group may cover [fraction]; groups that are
        not named have no limit.
    venue_limit : float or array of shape (V,)
        Largest value that may lie at each venue, before haircuts [currency]: what an account is
        ready to lose if the venue fails.

    Raises
    ------
    MarginError
        If the assets do not cover the requirements: it names the venues and how much is missing.

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

    Two tokens of one issuer, which together may cover a half:

    >>> both = cheapest_collateral(
    ...     [300, 300, 1_000], [720], [0.1, 0.1, 0], [0.01, 0.01, 0.02],
    ...     groups=["issuer", "issuer", "cash"], group_limit={"issuer": 0.5},
    ... )
    >>> round(float(both.posted[:2].sum()), 6), round(both.cost, 6)
    (400.0, 11.2)
    """
    held, need = amounts("available", available), amounts("requirement", requirement)
    shape = (held.size, need.size)
    rules = CollateralRules(
        counted=1 - each_pair("haircut", fraction("haircut", haircut), shape),
        price=each_pair("cost", numbers("cost", cost), shape),
        share=each_pair("limit", fraction("limit", limit), shape),
        groups=grouped(groups, group_limit, shape),
        room=room_at(venue_limit, need),
    )
    refuse_scale("requirement", need)
    refuse_scale("available", held)
    refuse_scale("available and requirement", np.concatenate([[held.sum()], [need.sum()]]))
    return _choice(held, need, rules)


def _choice(held: FloatArray, need: FloatArray, rules: CollateralRules) -> CollateralChoice:
    # Each posting is counted in the most it could usefully be, and each row in its own amount, so
    # that no number of the programme is above about 1.
    asked, there = np.where(need > 0, need, 1.0), np.where(held > 0, held, 1.0)
    space = np.where(rules.room > 0, rules.room, 1.0)
    unit = np.minimum(np.minimum(asked, space), there[:, None])
    with np.errstate(divide="ignore"):
        useful = np.where(rules.counted > 1e-9, rules.share * need / rules.counted, 0.0)
    # What is there, and what a venue may hold, are rows and not bounds, so that they have prices.
    upper = useful / unit
    member, group_share = rules.groups
    limited = np.isfinite(rules.room)
    assets, venues = np.eye(held.size), np.eye(need.size)
    all_assets, all_venues = np.ones((1, held.size)), np.ones((1, need.size))
    covered = rules.counted * unit / asked
    table = stacked(
        [
            [_pairs(-all_assets, venues, covered)],
            [_pairs(assets, all_venues, unit / there[:, None])],
            [_pairs(member, venues, covered)],
            [_pairs(all_assets, venues[limited], unit / space)],
        ]
    )
    sizes = [need.size, held.size, group_share.size, int(limited.sum())]
    limits = np.concatenate(
        [
            -1.0 * (need > 0),
            1.0 * (held > 0),
            group_share.ravel(),
            1.0 * (space == rules.room)[limited],
        ]
    )
    money = rules.price * unit
    scale = float(np.abs(money[upper > 0]).max(initial=0.0)) or 1.0
    found = minimise((money / scale).ravel(), table, limits, upper.ravel())
    if found is None:
        raise _shortage(table, limits, upper, need)
    posted = found.x.reshape(unit.shape) * unit
    parts = np.split(found.price * scale, np.cumsum(sizes[:-1]))
    at_venue = np.zeros(need.size)
    at_venue[limited] = parts[3] / space[limited]
    return CollateralChoice(
        posted,
        float((rules.price * posted).sum()),
        requirement_price=np.asarray(parts[0] / asked),
        asset_price=np.asarray(parts[1] / there),
        group_price=parts[2].reshape(group_share.shape) / asked,
        venue_price=at_venue,
    )


def _pairs(asset: FloatArray, venue: FloatArray, entry: FloatArray) -> csr_array:
    """Return rows over all pairs of asset and venue: one for each row of both tables."""
    rows = csr_array(kron(csr_array(asset), csr_array(venue)))  # type: ignore[no-untyped-call]
    return csr_array(rows.multiply(entry.ravel()))  # type: ignore[no-untyped-call]


def _shortage(
    table: csr_array, limits: FloatArray, upper: FloatArray, need: FloatArray
) -> MarginError:
    """Say at which venues how much is missing if as much as possible is covered."""
    venues, pairs = need.size, upper.size
    # One more column for each venue: the share of its requirement that is missed.
    missing = np.vstack([-np.eye(venues), np.zeros((len(limits) - venues, venues))])
    cost = np.concatenate([np.zeros(pairs), need / need.max()])
    bounds = np.concatenate([upper.ravel(), np.ones(venues)])
    # To miss everything is always possible.
    found = possible(minimise(cost, stacked([[table, missing]]), limits, bounds))
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

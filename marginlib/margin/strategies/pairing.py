r"""The way to sort the legs of one account into strategies that needs least.

This is a small linear programme in whole contracts. There is a variable for every way to use one
or two options, and, for spreads, one for every option and every expiry T of an option sold. A
spread of T holds options sold that expire by T and options bought that do not expire before it, as
many calls bought as sold and as many puts bought as sold, and needs its worst payoff: a number at
least as large as the loss at zero and at each strike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import scipy

from marginlib._checks import FloatArray, MarginError
from marginlib.margin.expiry import payoff, worst_payoff
from marginlib.margin.strategies.legs import SHARES, OptionLegs, Way
from marginlib.margin.strategies.practice import RULEBOOK, BrokerPractice
from marginlib.margin.strategies.ways import known_ways

_scipy: Any = scipy  # publishes no types, and loads its parts when they are first used


class Part(NamedTuple):
    """One strategy of a pairing: its legs by place, row -1 the shares, and what it needs."""

    name: str
    uses: Mapping[int, float]  # [contracts, negative if sold; shares]
    need: float  # [currency]


class Pairing(NamedTuple):
    """OptionLegs sorted into strategies.

    ``need`` is what the account needs without counting what its options are worth, as brokers
    print it; ``deposit`` is what its equity must be, options at their value. For a spread sold,
    deposit is what must be paid in on top of the premium received.
    """

    need: float  # [currency]
    deposit: float  # [currency]
    parts: tuple[Part, ...]


def cheapest_pairing(
    legs: OptionLegs, maintenance: bool = True, practice: BrokerPractice = RULEBOOK
) -> Pairing:
    """Return the pairing that needs least.

    Parameters
    ----------
    legs : OptionLegs
        Options and shares of one account in one underlying.
    maintenance : bool
        Whether the question is what must stay, or what must be there to open.
    practice : BrokerPractice
        Where the broker parts from the rulebook.

    Returns
    -------
    Pairing
        With the need of the shares in it. Brokers may pair otherwise.

    Source: Cboe universal spread rule, order of 29 August 2012, 77 FR 54626 (opening read), and
    FINRA Regulatory Notice 12-44: the maximum potential loss, and that nothing bought may expire
    before what is sold. That calls bought and sold be equal in number, and puts too, is printed by
    brokers for spreads of two legs (Place Trade, US options, read 2026-11-22), and taken here for
    spreads of any number.

    An iron condor needs one width, 25, though both sides are that wide:

    >>> strike, is_call = [1000, 1025, 1150, 1175], [False, False, True, True]
    >>> legs = OptionLegs(1060, strike, is_call, [1, -1, -1, 1],
    ...             premium=[32, 35.1, 9.4, 6.3], above_premium=[0, 177, 122, 0])
    >>> found = cheapest_pairing(legs)
    >>> found.need, round(found.deposit, 2), [part.name for part in found.parts]
    (2500.0, 1880.0, ['spread'])
    """
    ways = list(known_ways(legs, maintenance, practice))
    expiries = sorted({float(legs.years[leg]) for leg in legs.sold}) if legs.bought else []
    groups = [_members(legs, last) for last in expiries]
    amounts, spreads = _solve(legs, ways, groups)
    parts = [Part("shares", {SHARES: legs.shares}, abs(legs.shares) * legs.share_need)]
    parts = parts if legs.shares else []
    for way, amount in zip(ways, amounts, strict=True):
        if amount > 0:
            uses = {row: amount * units * _side(legs, row) for row, units in way.uses.items()}
            parts.append(Part(way.name, uses, amount * way.need))
    for group, held in zip(groups, spreads, strict=True):
        if held.any():
            uses = {leg: float(amount) for leg, amount in zip(group, held, strict=True) if amount}
            parts.append(Part("spread", uses, _spread_need(legs, uses, practice)))
    need = float(sum(part.need for part in parts))
    return Pairing(need, need + legs.option_value, tuple(parts))


def _spread_need(legs: OptionLegs, uses: Mapping[int, float], practice: BrokerPractice) -> float:
    """Return the worst payoff of a spread, or for a short box what closing it costs, if more."""
    group = list(uses)
    strike, is_call = legs.strike[group], legs.is_call[group]
    units = np.array(list(uses.values())) * legs.size[group]
    need = -float(worst_payoff(strike, is_call, units))
    paid = payoff(np.append(strike, 0.0)[:, None], strike, is_call) @ units
    if np.ptp(paid) >= 1e-9 * need:  # a box pays the same at every price
        return need
    return max(need, -practice.box_closing_share * float(units @ legs.premium[group]))


def _members(legs: OptionLegs, last: float) -> list[int]:
    """Return the legs of spreads in which nothing sold outlives ``last``, nor dies before it."""
    sold = [leg for leg in legs.sold if legs.years[leg] <= last]
    return sold + [leg for leg in legs.bought if legs.years[leg] >= last]


def _side(legs: OptionLegs, row: int) -> float:
    return float(np.sign(legs.shares if row == SHARES else legs.quantity[row]))


def _solve(
    legs: OptionLegs, ways: list[Way], groups: list[list[int]]
) -> tuple[FloatArray, list[FloatArray]]:
    """Return the units of each way, and the contracts of each group, signed, that cost least.

    The unknowns are the units of the ways, the contracts in each group, and the loss of each group.
    """
    sizes = [len(group) for group in groups]
    parts = len(ways), sum(sizes), len(groups)
    if not parts[0]:
        return np.zeros(0), [np.zeros(size) for size in sizes]
    used = np.hstack([_used(legs, ways), _held(legs, groups), np.zeros((_rows(legs), parts[2]))])
    owed = np.append(np.maximum(-legs.quantity, 0.0), 0.0)  # what is sold must be in a strategy
    there = np.append(np.abs(legs.quantity), abs(legs.shares))
    balance = _beside([_balance(legs, group) for group in groups])
    paid = [_paid(legs, group) for group in groups]
    covered = np.hstack([_beside(paid), _beside([np.ones((len(each), 1)) for each in paid])])
    found = _scipy.optimize.milp(
        np.concatenate([[way.need for way in ways], np.zeros(parts[1]), np.ones(parts[2])]),
        integrality=np.repeat([float(legs.whole), float(legs.whole), 0.0], parts),
        bounds=_scipy.optimize.Bounds(0.0, np.inf),
        constraints=[
            _scipy.optimize.LinearConstraint(used, owed, there),
            *_conditions(np.pad(balance, ((0, 0), (parts[0], parts[2]))), 0.0),
            *_conditions(np.pad(covered, ((0, 0), (parts[0], 0))), np.inf),
        ],
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise MarginError(f"no pairing of these legs was found: {found.message}")
    chosen = np.round(found.x, 0 if legs.whole else 9)
    contracts = np.split(chosen[parts[0] : parts[0] + parts[1]], np.cumsum(sizes))[: len(groups)]
    signs = [np.sign(legs.quantity[group]) for group in groups]
    return chosen[: parts[0]], [x * sign for x, sign in zip(contracts, signs, strict=True)]


def _rows(legs: OptionLegs) -> int:
    """Return how many things are there to be used: the options, and in the last row the shares."""
    return len(legs.quantity) + 1


def _used(legs: OptionLegs, ways: list[Way]) -> FloatArray:
    """Return what one unit of each way uses, shape (rows, ways)."""
    used = np.zeros((_rows(legs), len(ways)))
    for column, way in enumerate(ways):
        for row, units in way.uses.items():
            used[row, column] = units
    return used


def _held(legs: OptionLegs, groups: list[list[int]]) -> FloatArray:
    """Return which leg each contract of each group is, shape (rows, contracts)."""
    return np.eye(_rows(legs))[:, [leg for group in groups for leg in group]]


def _balance(legs: OptionLegs, group: list[int]) -> FloatArray:
    """Return the net calls and the net puts of one contract of each leg, shape (2, members)."""
    units = np.sign(legs.quantity[group]) * legs.size[group]
    return np.vstack([units * legs.is_call[group], units * ~legs.is_call[group]])


def _paid(legs: OptionLegs, group: list[int]) -> FloatArray:
    """Return the payoff of one contract of each leg at zero and each strike, (prices, members)."""
    strike = legs.strike[group]
    at = np.append(np.unique(strike), 0.0)[:, None]
    units = np.sign(legs.quantity[group]) * legs.size[group]
    return np.asarray(units * payoff(at, strike, legs.is_call[group]))


def _beside(blocks: list[FloatArray]) -> FloatArray:
    """Return the blocks on one diagonal: each group has its own rows and columns."""
    return np.asarray(_scipy.linalg.block_diag(*blocks)) if blocks else np.zeros((0, 0))


def _conditions(matrix: FloatArray, highest: float) -> list[Any]:
    """Return that every row is zero or more, and no more than ``highest``."""
    return [_scipy.optimize.LinearConstraint(matrix, 0.0, highest)] if len(matrix) else []

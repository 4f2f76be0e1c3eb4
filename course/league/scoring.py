"""A design tried on a world, its four numbers, and what they are worth in points.

What a design achieves is the share of capital at work times the mean of three marks, one for each
way in which traders are made to pay; each mark falls from 1 at nothing to 0 at its bound. Points
are that in per cent of what a venue has that knows each day. So a venue without customers has no
points, and neither has one that fails its customers in all three; 100 is what foresight brings.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course.league.designs import Design
from course.league.world import ENTRY, World
from marginlib import cascade, liquidation, margin

BOUNDS = {"fund": 0.08, "needless": 0.30, "taken": 0.04}  # where a mark is gone [fraction]
POLICIES = {
    "all": liquidation.CloseAll(),
    "half": liquidation.CloseShare(0.5),
    "quarter": liquidation.CloseShare(0.25),
}
RULES = {"deleverage": cascade.AutoDeleveraging(), "share": cascade.SocialisedLoss()}


class Score(NamedTuple):
    """How a design fared with each crowd, shape (C,) [fractions, points]."""

    fund: np.ndarray  # needed on the worst day, of the contracts admitted
    needless: np.ndarray  # closed by force though its money had lasted, mean of accounts and days
    taken: np.ndarray  # from accounts that could pay, of all collateral, mean of days
    idle: np.ndarray  # part of all capital, the fund's too
    points: np.ndarray


def cascade_rules(design: Design, world: World) -> cascade.CascadeRules:
    """Return the rules of a design, in this world's market."""
    floors = [bracket.floor for bracket in design.brackets]
    opening = margin.Schedule.continuous(floors, [each.initial for each in design.brackets])
    # A schedule refuses a rate of zero, and a venue that never closes in time may be tried.
    staying = [max(each.maintenance, 1e-9) for each in design.brackets]
    model = margin.Tiered(opening, margin.Schedule.continuous(floors, staying))
    return cascade.CascadeRules(
        model + margin.Haircut([0, design.haircut]),
        world.impact,
        POLICIES[design.closing],
        fee=design.fee,
        losses=[RULES[design.losses]],
    )


def score(design: Design, world: World) -> Score:
    """Return the four numbers of a design and its points, for each crowd of a world."""
    test = cascade.stress_test(
        world.asked,
        ENTRY,
        cascade_rules(design, world),
        world.moves,
        fund=design.fund * world.wanted,
    )
    fund, needless = test.fund_needed.max(axis=-1), test.needless.mean(axis=-1)
    taken, idle = test.taken.mean(axis=-1), test.idle.mean(axis=-1)
    made = points(fund, needless, taken, idle, world.foresight)
    return Score(fund, needless, taken, idle, made)


def points(
    fund: np.ndarray,
    needless: np.ndarray,
    taken: np.ndarray,
    idle: np.ndarray,
    foresight: np.ndarray,
) -> np.ndarray:
    """Return the points of four numbers; 100 for what :func:`course.league.world.foresight` has."""
    numbers = {"fund": fund, "needless": needless, "taken": taken}
    marks = [np.clip(1 - numbers[name] / bound, 0, 1) for name, bound in BOUNDS.items()]
    return np.asarray(100 * (1 - idle) * np.mean(marks, axis=0) / foresight)

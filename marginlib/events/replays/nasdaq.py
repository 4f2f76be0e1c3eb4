"""September 2018: a spread moved further than its margin, and the members paid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, non_negative, positive, together
from marginlib.events.figures import event
from marginlib.waterfall import Settlement, clearing_house_waterfall


class NasdaqReplay(NamedTuple):
    """What a spread position of some size costs whom."""

    margin: FloatArray  # of the position [million euros]
    loss: FloatArray  # what closing it loses [million euros]
    settlement: Settlement  # who pays the loss [million euros]
    fund_used: FloatArray  # share of the members' fund that is used up [fraction]
    # Position that would have lost what was lost beyond the margin, under the same assumptions;
    # infinite where the margin covers any size [million megawatt-hours].
    size_needed: FloatArray
    disagreement: str  # with the story


def nasdaq_2018(
    size: ArrayLike, covered: ArrayLike | None = None, selling_cost: ArrayLike = 0.0
) -> NasdaqReplay:
    """Return who pays when the spread of September 2018 moves against a position.

    Known: how far the spread moved, and for how far a move the margin model was calibrated; the
    clearing house's own money, and what the members' fund paid. Assumed: a size; that margin is
    the covered move on it and all that the member had there; and what selling it within two days
    cost. The size of the fund is disputed, see the event.

    Parameters
    ----------
    size : float or array of shape (...)
        Position in the spread [million megawatt-hours].
    covered : float or array of shape (...), optional
        Move that the margin covers [euro per megawatt-hour]; what the model was calibrated for if
        not given.
    selling_cost : float or array of shape (...)
        What the close-out loses beyond the move of the day [euro per megawatt-hour].

    The move was 1.56 above what was covered, so 10 million megawatt-hours lose 15.6 million euros
    beyond their margin: 7 of them are the clearing house's own.

    >>> result = nasdaq_2018(size=10)
    >>> [round(float(result.settlement[payer].paid), 2)
    ...  for payer in ("margin", "skin in the game", "survivors")]
    [40.0, 7.0, 8.6]
    >>> round(float(result.size_needed), 1)
    73.1
    """
    aas = event("nasdaq_2018")
    position, cost = non_negative("size", size), non_negative("selling_cost", selling_cost)
    safe = positive("covered", aas["covered_move"].value if covered is None else covered)
    together(size=position, covered=safe, selling_cost=cost)
    move = aas["spread_move"].value + cost
    margin, loss = np.asarray(position * safe), np.asarray(position * move)
    own, fund = aas["junior_capital"].value, aas["default_fund"].value
    settlement = clearing_house_waterfall(margin, 0.0, own, survivors=[fund]).absorb(loss)
    beyond = np.maximum(move - safe, 0.0)
    lost = own + aas["default_fund_used"].value
    with np.errstate(divide="ignore"):
        needed = np.asarray(lost / beyond)
    times_covered = aas["spread_move"].value / aas["covered_move"].value
    return NasdaqReplay(
        margin,
        loss,
        settlement,
        np.asarray(settlement["survivors"].paid / fund),
        needed,
        f"The story is of a move {aas['times_normal'].value:g} times the normal one. It was "
        f"{times_covered:.2f} times what the margin covered: the tail was nearly met, and what "
        "went through the fund was the size of one position, and the price of selling it.",
    )

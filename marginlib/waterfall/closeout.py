r"""A position closed by the venue: what it must bring, and who has what it brings beyond that.

An account with several positions has one equity. To close one of them alone, a rule must say how
much of the equity belongs to it. Here it is the part that its maintenance is of the total, so that
closing at the bankruptcy value leaves the rest of the account exactly as well covered as before.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    known,
    non_negative,
    numbers,
    refuse,
    together,
)

ResidualRule = Literal["returned", "kept", "capped"]


class Residual(NamedTuple):
    """What a closing trade brought beyond the bankruptcy value, and who has it."""

    fund: FloatArray  # (...) [currency]; negative where the fund pays
    trader: FloatArray  # (...) [currency]; never negative


def bankruptcy_value(
    value: ArrayLike, equity: ArrayLike, maintenance: ArrayLike, maintenance_after: ArrayLike
) -> FloatArray:
    r"""Return the money that closing a part must bring to use up just its share of the equity.

    .. math:: \text{value} - \text{equity} \times
              \frac{\text{maintenance} - \text{maintenance after}}{\text{maintenance}}

    Parameters
    ----------
    value : float or array of shape (...)
        Present value of what is closed: quantity times value of one unit, negative for a short
        position [currency].
    equity : float or array of shape (...)
        Equity of the whole account [currency].
    maintenance, maintenance_after : float or array of shape (...)
        Maintenance of the whole account, before and after closing that part [currency].

    Returns
    -------
    array of shape (...)
        Money to be received; negative is the most that may be paid to buy a short position back
        [currency]. ``nan`` where nothing needs margin.

    Source: dYdX v4-chain, commit 84d4664b, ``GetBankruptcyPriceInQuoteQuantums`` (which rounds up
    to a millionth of a dollar).

    A long position of 5,000 with equity 499 may be sold for 4,501. Half of it for half of that:

    >>> float(bankruptcy_value(5_000, equity=499, maintenance=500, maintenance_after=0))
    4501.0
    >>> float(bankruptcy_value(2_500, equity=499, maintenance=500, maintenance_after=250))
    2250.5
    """
    worth, own = numbers("value", value), numbers("equity", equity)
    before = non_negative("maintenance", maintenance)
    after = non_negative("maintenance_after", maintenance_after)
    together(value=worth, equity=own, maintenance=before, maintenance_after=after)
    freed = np.asarray(before - after)
    refuse("maintenance_after", after, freed < 0, "must not exceed maintenance")
    return np.asarray(worth - own * freed / np.where(before > 0, before, np.nan))


def split_residual(
    proceeds: ArrayLike,
    bankruptcy_value: ArrayLike,
    rule: ResidualRule,
    largest_fee: ArrayLike | None = None,
) -> Residual:
    """Return who has what a closing trade brought beyond the bankruptcy value.

    If it brought less, the fund pays the difference, whatever the rule. Fund and trader together
    have proceeds minus bankruptcy value.

    Parameters
    ----------
    proceeds : float or array of shape (...)
        Money received for what was sold, negative for what was paid to buy it back [currency].
    bankruptcy_value : float or array of shape (...)
        What the trade must bring to leave nothing; see :func:`bankruptcy_value` [currency].
    rule : {"returned", "kept", "capped"}
        A better result is returned to the trader (Kraken), kept by the fund (BitMEX), or kept up
        to a fee and the rest returned (dYdX v4).
    largest_fee : float or array of shape (...), optional
        For "capped": the most that the fund keeps, on the proceeds [fraction].

    Returns
    -------
    Residual
        ``fund`` (negative where it pays) and ``trader``, each of shape (...) [currency].

    Sources: Kraken, "Equity Protection Process", 17 March 2026; BitMEX, "Liquidation"; dYdX
    v4-chain, commit 84d4664b, ``GetLiquidationInsuranceFundDelta``.

    >>> better = split_residual(5_100, 5_000, "capped", largest_fee=0.015)
    >>> float(better.fund), float(better.trader)
    (76.5, 23.5)
    >>> float(split_residual(4_900, 5_000, "returned").fund)
    -100.0
    """
    known("rule", rule, ("returned", "kept", "capped"))
    if (rule == "capped") != (largest_fee is not None):
        raise MarginError(
            f"largest_fee belongs to the rule 'capped' and only to it; got rule {rule!r} and "
            f"largest_fee {largest_fee!r}"
        )
    received, least = numbers("proceeds", proceeds), numbers("bankruptcy_value", bankruptcy_value)
    together(proceeds=received, bankruptcy_value=least)
    residual = np.asarray(received - least)
    if rule == "kept":
        return Residual(residual, np.zeros_like(residual))
    rate = np.zeros(()) if largest_fee is None else fraction("largest_fee", largest_fee)
    together(residual=residual, largest_fee=rate)
    fund = np.asarray(np.minimum(residual, rate * np.abs(received)))
    return Residual(fund, np.asarray(residual - fund))

"""A table of scenarios whose moves depend on the market: on time to expiry and on strikes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from marginlib._checks import FloatArray, MarginError, hold, known
from marginlib._fields import Numbers, OneNonNegative, checked, default
from marginlib.margin.scan.scenarios import Scenarios, percent
from marginlib.market import Market
from marginlib.venues.protocols.volatility_shocks import SkewShock, VolatilityShock

DIRECTIONS = ("none", "up", "down", "tilt", "wings")
_SKEWS = ("tilt", "wings")

Row = tuple[float, str, float]


@checked
class ScenarioTable:
    """Rows of price move, direction of volatility, and weight, made into scenarios on demand.

    It is a function of a market, so it goes wherever scenarios do.

    Parameters
    ----------
    rows : sequence of (float, str, float)
        Relative price move [fraction], direction out of "none", "up", "down", "tilt" and "wings",
        and weight of the outcome [fraction].
    volatility : VolatilityShock
        How far volatilities move up and down.
    skew : SkewShock
        How far they tilt, or the wings rise. A skew may come in either direction, so each expiry
        counts what it would lose or gain as a loss; options are valued at the prices of now.
    beta : float or array of shape (Q,)
        Move of each quoted instrument for a price move of 1 [times].
    averaging_window : float
        Time before expiry in which the settlement price is averaged [years]. The part of the
        average that is already known moves no more. Options must then be on a future of their own
        expiry.

    Source: derivexyz/v2-core at 7736900d, src/risk-managers/PMRM_2.sol, read 2026-11-22; Paradex
    and Deribit publish tables of the same kind.

    >>> from marginlib import instruments, market
    >>> call = instruments.options(["call"], "X", strike=100, expiry=30 / 365, is_call=True)
    >>> now = market.at(instruments.join(instruments.linear(["X"]), call), [100], [0.6])
    >>> shock = VolatilityShock(up=0.5, down=0.25, short_power=0.3, long_power=0.13)
    >>> rule = ScenarioTable([(-0.16, "up", 1), (0.5, "none", 0.072)], shock)
    >>> made = rule(now)
    >>> made.labels, made.volatility[:, 0].tolist(), made.weight.tolist()
    (('price -16 %, volatility up', 'price +50 %'), [0.5, 0.0], [1.0, 0.072])
    """

    rows: Sequence[Row]
    volatility: VolatilityShock | None = None
    skew: SkewShock | None = None
    beta: Numbers = default(1.0)
    averaging_window: OneNonNegative = default(0.0)

    def __post_init__(self) -> None:
        for _, direction, _ in self.rows:
            known("direction", direction, DIRECTIONS)
            if direction in ("up", "down") and self.volatility is None:
                raise MarginError(f"direction {direction!r} needs volatility=VolatilityShock(...)")
            if direction in _SKEWS and self.skew is None:
                raise MarginError(f"direction {direction!r} needs skew=SkewShock(...)")
        hold(self, rows=tuple(self.rows))

    def __call__(self, market: Market) -> Scenarios:
        """Return the scenarios for this market."""
        directions = [direction for _, direction, _ in self.rows]
        floor = 0.0 if self.volatility is None else self.volatility.floor
        return Scenarios(
            self._price_moves(market),
            self._volatility_moves(market),
            weight=[weight for _, _, weight in self.rows],
            labels=[_label(move, direction) for move, direction, _ in self.rows],
            volatility_floor=[floor if direction == "up" else 0.0 for direction in directions],
            either_way=[direction in _SKEWS for direction in directions],
        )

    def _price_moves(self, market: Market) -> FloatArray:
        """Return the move of each quoted instrument, shape (..., S, Q)."""
        book = market.instruments
        move = np.array([move for move, _, _ in self.rows])[:, None] * self.beta
        if not len(book.options):
            return move
        is_under = np.isin(np.arange(len(book.quoted)), book.option_terms.underlying)
        is_skew = np.array([direction in _SKEWS for _, direction, _ in self.rows])
        move = np.where(is_skew[:, None] & is_under, 0.0, move)
        return move * self._open_share(market)[..., None, :] if self.averaging_window else move

    def _open_share(self, market: Market) -> FloatArray:
        """Return the share of each settlement price that is still open, shape (..., Q)."""
        under = market.instruments.option_terms.underlying
        share = np.ones((*market.shape, len(market.instruments.quoted)))
        for place in np.unique(under):
            years = market.years[..., under == place]
            if np.ptp(years, axis=-1).any():
                raise MarginError(
                    "averaging_window needs a future for each expiry; "
                    f"{market.instruments.names[market.instruments.quoted[place]]!r} has options "
                    "of several expiries on it"
                )
            share[..., place] = np.minimum(1.0, years[..., 0] / self.averaging_window)
        return share

    def _volatility_moves(self, market: Market) -> FloatArray:
        """Return the move of each option's volatility, shape (..., S, O), or (S, 1) for none."""
        if not len(market.instruments.options):
            return np.zeros((len(self.rows), 1))
        moves = {"none": np.zeros(market.years.shape)}
        if self.volatility is not None:
            moves |= {
                "up": self.volatility.up_moves(market),
                "down": self.volatility.down_moves(market),
            }
        if self.skew is not None:
            moves |= {
                "tilt": self.skew.tilt_moves(market),
                "wings": self.skew.wing_moves(market),
            }
        rows = np.broadcast_arrays(*(moves[direction] for _, direction, _ in self.rows))
        return np.stack(rows, axis=-2)


def _label(move: float, direction: str) -> str:
    change = {"none": "", "up": ", volatility up", "down": ", volatility down"}
    return f"price {percent(move)}{change.get(direction, f', smile: {direction}')}"

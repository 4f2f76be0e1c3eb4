"""The convex problem behind position sizes: fastest growth within margin and a limit on ruin."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize, minimize_scalar

from marginlib._bisection import bisection
from marginlib._checks import (
    FloatArray,
    MarginError,
    fraction,
    numbers,
    one_or_each,
    positive,
    refuse,
)
from marginlib.optimisation.risk_measures import probabilities

_MAGNIFIED = (1.0, 1e2, 1e4, 1e3, 1e6)
_LEAST_LEFT = 1e-6  # share of equity that an outcome must leave, so that it has a logarithm


class GrowthProblem:
    """Outcomes and limits; positions are split into what is bought and what is sold."""

    def __init__(
        self,
        returns: ArrayLike,
        rate: ArrayLike,
        probability: ArrayLike | None,
        power: float | None,
    ) -> None:
        self.returns = _outcomes(returns)
        count, instruments = self.returns.shape
        self.rate = one_or_each("rate", positive("rate", fraction("rate", rate)), instruments)
        self.probability = probabilities(probability, count)
        self.power = power
        # A position is counted in what all the equity could carry, so that its size is near 1.
        self.unit = np.concatenate([1 / self.rate, -1 / self.rate])
        self.gain = np.hstack([self.returns, -self.returns]) / np.tile(self.rate, 2)

    def growth(self, exposure: FloatArray) -> float:
        """Return the mean logarithm of the growth."""
        return float(self.probability @ np.log1p(self.returns @ exposure))

    def ruin(self, exposure: FloatArray) -> float:
        """Return the logarithm of what must not exceed 1: above 0, ruin is too likely."""
        assert self.power is not None
        logs = -self.power * np.log1p(self.returns @ exposure)
        top = logs.max()
        return float(top + np.log(self.probability @ np.exp(logs - top)))

    def slopes(self, exposure: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the gradients of growth and of ruin, each of shape (I,)."""
        wealth = 1 + self.returns @ exposure
        growth = (self.probability / wealth) @ self.returns
        if self.power is None:
            return growth, np.zeros(len(exposure))
        weight = self.probability * np.exp(-self.power * np.log(wealth / wealth.min()))
        ruin = -self.power * (weight / weight.sum() / wealth) @ self.returns
        return growth, ruin

    def search(self) -> FloatArray:
        """Return the best exposure that scipy's sequential quadratic programme finds."""
        size = self.unit.size

        def exposed(x: FloatArray) -> FloatArray:
            bought, sold = np.split(x * self.unit, 2)
            return np.asarray(bought + sold)

        def each(slope: FloatArray) -> FloatArray:
            return np.asarray(np.tile(slope, 2) * self.unit)

        limits = [
            {"type": "ineq", "fun": lambda x: 1 - x.sum(), "jac": lambda x: -np.ones(size)},
            {
                "type": "ineq",
                "fun": lambda x: 1 - _LEAST_LEFT + self.gain @ x,
                "jac": lambda x: self.gain,
            },
        ]
        if self.power is not None:
            limits.append(
                {
                    "type": "ineq",
                    "fun": lambda x: -self.ruin(self.kept(exposed(x))),
                    "jac": lambda x: -each(self.slopes(self.kept(exposed(x)))[1]),
                }
            )
        # The programme stops where growth no longer changes in the digits that it looks at.
        # Magnified it looks at smaller ones, which matters where a small rate allows large
        # positions; it may also lose its way there, so the answer with the best proof is kept.
        start, best = np.zeros(size), np.zeros(size // 2)
        for magnified in _MAGNIFIED:
            found = minimize(  # type: ignore[no-untyped-call]
                lambda x, by: -by * self.growth(self.kept(exposed(x))),
                start,
                args=(magnified,),
                jac=lambda x, by: -by * each(self.slopes(self.kept(exposed(x)))[0]),
                bounds=[(0, 1)] * size,
                constraints=limits,
                method="SLSQP",
                options={"maxiter": 500, "ftol": 1e-14},
            )
            x = np.clip(found.x, 0, 1)
            answer = self.allowed(exposed(x))
            if self.gap(answer) < self.gap(best):
                start, best = x, answer
        return best

    def kept(self, exposure: FloatArray) -> FloatArray:
        """Return the exposure shrunk until every outcome leaves something, as logarithms need."""
        worst = -float((self.returns @ exposure).min())
        return exposure * min(1.0, (1 - _LEAST_LEFT) / worst) if worst > 0 else exposure

    def allowed(self, exposure: FloatArray) -> FloatArray:
        """Return the exposure shrunk until it keeps every limit exactly."""
        used = float(np.abs(exposure) @ self.rate)
        inside = self.kept(exposure / max(1.0, used))
        if self.power is None or self.ruin(inside) <= 0:
            return inside
        # To hold nothing is always allowed, and all between is convex.
        part, _ = bisection(
            lambda share: np.asarray(self.ruin(share * inside) <= 0), np.zeros(()), np.ones(())
        )
        return part * inside

    def gap(self, exposure: FloatArray) -> float:
        """Return by how much any allowed exposure could grow faster at most.

        Growth less a price times ruin is concave, so it lies below its tangent, and the tangent is
        highest where all equity goes into one instrument, or into none. Any price gives a bound.
        """
        growth, ruin = self.slopes(exposure)
        left = 0.0 if self.power is None else -self.ruin(exposure)

        def bound(price: float) -> float:
            slope = growth - price * ruin
            return float(np.max(np.abs(slope) / self.rate, initial=0.0) - slope @ exposure) + (
                price * left
            )

        if self.power is None:
            return bound(0.0)
        # The bound is convex in the price. At the best price growth and ruin balance.
        most = 10 * (1 + float(np.abs(growth).max()) / max(float(np.abs(ruin).max()), 1e-12))
        found = minimize_scalar(  # type: ignore[no-untyped-call]
            bound, bounds=(0.0, most), options={"xatol": 1e-12 * most}
        )
        return min(bound(0.0), float(found.fun))


def _outcomes(returns: ArrayLike) -> FloatArray:
    table = numbers("returns", returns)
    if table.ndim != 2 or not table.size:
        raise MarginError(
            "returns must have one row for each outcome and one column for each instrument; "
            f"got shape {table.shape}"
        )
    refuse("returns", table, table < -1, "must not be below -1", hint=lambda bad: bad / 100)
    return table

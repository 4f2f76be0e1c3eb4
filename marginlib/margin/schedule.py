r"""Requirements that grow with size: brackets of notional, each with its rate.

A schedule charges :math:`\text{rate}_k \times \text{notional} - \text{deduction}_k` in bracket k.
Two families are in use.

*Continuous.* Each rate is charged on the part of the notional inside its bracket, as income tax
is. The deduction that makes it so is :math:`c_k = c_{k-1} + f_k (r_k - r_{k-1})`, with :math:`f_k`
the floor of bracket k. Because rates rise, the requirement is convex, and a convex function made of
lines is the largest of them:

.. math:: M(N) = \max_k (r_k N - c_k).

*Stepped.* The rate of the bracket is charged on the whole position, so the requirement jumps at
every floor. Limits on leverage ("at most 50 times up to 250,000") are of this family.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, leverages, non_negative, numbers, refuse
from marginlib._fields import Fraction, NonNegative, Numbers, checked

# Elements handled at once by `maximum_of_lines`: the three buffers of 128 kB each stay in the
# second-level cache, so memory is read once for all brackets together. Four times faster than
# whole arrays at a million elements.
BLOCK = 16_384


@checked
class Schedule:
    """Brackets of notional, each with a rate and a deduction.

    Build it with :meth:`continuous`, :meth:`stepped` or :meth:`published`. A schedule has either
    no jumps or no deductions; anything between is a slip in the table, and refused.

    Parameters
    ----------
    floor : array of shape (K,)
        Where each bracket begins [currency]; the first at 0. A notional exactly on a floor still
        belongs to the bracket below it.
    rate : array of shape (K,)
        Rate of each bracket [fraction], never falling.
    deduction : array of shape (K,)
        Amount taken off in each bracket [currency]; 0 in the first.
    """

    floor: NonNegative
    rate: Fraction
    deduction: Numbers

    def __post_init__(self) -> None:
        check_floors("brackets", floor=self.floor, rate=self.rate, deduction=self.deduction)
        refuse("rate", self.rate, self.rate == 0, "must be above 0")
        falling = np.concatenate([[False], np.diff(self.rate) < 0])
        refuse("rate", self.rate, falling, "must not be below the rate of the bracket before it")
        refuse(
            "deduction",
            self.deduction,
            (self.floor == 0) & (self.deduction != 0),
            "must be 0 in the first bracket, because no position needs no margin",
        )
        if self.deduction.any():
            self._refuse_jumps()

    @classmethod
    def continuous(cls, floor: ArrayLike, rate: ArrayLike) -> Schedule:
        """Return the schedule that charges each rate inside its own bracket, without jumps.

        Parameters
        ----------
        floor : array of shape (K,)
            Where each bracket begins [currency]; the first at 0.
        rate : array of shape (K,)
            Rate inside each bracket [fraction].

        Source: Binance, "Leverage and margin of USD-M futures", which publishes the 1,300 below.

        >>> table = Schedule.continuous([0, 50_000, 250_000], [0.004, 0.005, 0.01])
        >>> table.deduction.round(6).tolist()
        [0.0, 50.0, 1300.0]
        >>> float(table.requirement(500_000))
        3700.0
        """
        table = cls.stepped(floor, rate)
        rises = np.diff(table.rate, prepend=table.rate[0])
        return cls(table.floor, table.rate, np.cumsum(table.floor * rises))

    @classmethod
    def stepped(cls, floor: ArrayLike, rate: ArrayLike) -> Schedule:
        """Return the schedule that charges the rate of the bracket on the whole position.

        >>> table = Schedule.stepped([0, 50_000], [0.01, 0.02])
        >>> table.requirement([50_000, 50_001]).tolist()
        [500.0, 1000.02]
        """
        return cls(floor, rate, np.zeros(np.shape(floor)))

    @classmethod
    def published(cls, floor: ArrayLike, rate: ArrayLike, deduction: ArrayLike) -> Schedule:
        """Return a schedule from a printed table whose deductions claim to remove all jumps.

        Raises
        ------
        MarginError
            Where the requirement jumps; it names the bracket, the jump and the deduction that
            would remove it.

        >>> Schedule.published([0, 50_000], [0.004, 0.005], [0, 40])
        Traceback (most recent call last):
        ...
        marginlib.MarginError: deduction[1] must make the requirement continuous; got 40,
        which makes it jump by 10 at 50000: the deduction should be 50, or use Schedule.stepped
        """
        schedule = cls(floor, rate, deduction)
        schedule._refuse_jumps()
        return schedule

    @cached_property
    def jumps(self) -> FloatArray:
        """How much the requirement jumps at each floor, shape (K,) [currency]."""
        due = self.deduction[:-1] + self.floor[1:] * np.diff(self.rate)
        return np.concatenate([[0.0], due - self.deduction[1:]])

    @cached_property
    def is_continuous(self) -> bool:
        """Whether the requirement is free of jumps, and so the largest of its lines."""
        return not self._jumps.any()

    @property
    def _jumps(self) -> NDArray[np.bool_]:
        # A printed table is rounded, so a millionth of the requirement is no jump.
        return np.abs(self.jumps) > 1e-6 * self.floor * self.rate

    @property
    def maximum_leverage(self) -> float:
        """The leverage at which the smallest position may be opened [times].

        >>> Schedule.stepped([0, 50_000], [0.008, 0.01]).maximum_leverage
        125.0
        """
        return float(1 / self.rate[0])

    def rate_at(self, notional: ArrayLike) -> FloatArray:
        """Return the rate of the bracket that each notional falls in [fraction].

        >>> Schedule.stepped([0, 50_000], [0.01, 0.02]).rate_at([10, 50_000, 60_000]).tolist()
        [0.01, 0.01, 0.02]
        """
        return np.asarray(self.rate[self._bracket(non_negative("notional", notional))])

    def requirement(self, notional: ArrayLike) -> FloatArray:
        """Return the requirement on positions of these sizes.

        Parameters
        ----------
        notional : array of any shape
            Sizes, zero or more [currency].

        Returns
        -------
        array of the same shape
            Requirement [currency].

        >>> Schedule.continuous([0, 100], [0.1, 0.2]).requirement([50, 100, 150]).tolist()
        [5.0, 10.0, 20.0]
        """
        size = non_negative("notional", notional)
        total = np.zeros(size.shape)
        self.add_requirement(total, size)
        return total

    def add_requirement(self, total: FloatArray, size: FloatArray) -> None:
        """Add :meth:`requirement` to ``total`` in place; ``size`` is trusted."""
        if self.is_continuous:
            add_maximum_of_lines(total, size, self.rate, self.deduction)
        else:
            bracket = self._bracket(size)
            total += self.rate[bracket] * size - self.deduction[bracket]

    def largest_notional(self, margin: ArrayLike) -> FloatArray:
        """Return the largest position whose requirement fits into ``margin``.

        Parameters
        ----------
        margin : array of any shape
            Money available [currency].

        Returns
        -------
        array of the same shape
            Notional [currency]; ``nan`` where the money is negative, since nothing fits then.

        >>> Schedule.continuous([0, 100], [0.1, 0.2]).largest_notional([5, 20]).tolist()
        [50.0, 150.0]
        >>> Schedule.stepped([0, 100], [0.1, 0.2]).largest_notional([5, 15, 30]).tolist()
        [50.0, 100.0, 150.0]
        """
        money = numbers("margin", margin)[..., None]
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(self.rate > 0, (money + self.deduction) / self.rate, np.inf)
        reach = np.where(money >= 0, reach, np.nan)
        if self.is_continuous:
            return np.asarray(reach.min(axis=-1))
        # With jumps each bracket answers for itself: as far as the money goes, or to its end.
        end = np.append(self.floor[1:], np.inf)
        inside = np.where(reach > self.floor, np.minimum(reach, end), 0.0)
        return np.asarray(np.where(money[..., 0] >= 0, inside.max(axis=-1), np.nan))

    def at_leverage(self, leverage: float) -> Schedule:
        """Return the schedule of someone who chose to trade at ``leverage``.

        The requirement becomes the larger of notional / leverage and the schedule's own.

        Raises
        ------
        MarginError
            If the leverage is below 1 or above :attr:`maximum_leverage`.

        >>> table = Schedule.stepped([0, 50_000, 250_000], [0.008, 0.01, 0.02])
        >>> table.at_leverage(80).rate.tolist()
        [0.0125, 0.0125, 0.02]
        """
        own = max(1 / float(check_leverage(leverage, self.rate[0])), self.rate[0])
        if not self.is_continuous:
            return Schedule(self.floor, np.maximum(self.rate, own), self.deduction)
        # The line N / leverage lies on top up to where it meets the schedule.
        steeper = self.rate > own
        if not steeper.any():
            return Schedule.continuous([0.0], [own])
        meeting = (self.deduction[steeper] / (self.rate[steeper] - own)).min()
        bracket = int(np.searchsorted(self.floor, meeting, side="right")) - 1
        floor = np.concatenate([[0.0, meeting], self.floor[bracket + 1 :]])
        rate = np.concatenate([[own], np.maximum(self.rate[bracket:], own)])
        return Schedule.continuous(floor, rate)

    def _refuse_jumps(self) -> None:
        if self.is_continuous:
            return
        k = int(np.flatnonzero(self._jumps)[0])
        found, jump = self.deduction[k], self.jumps[k]
        raise MarginError(
            f"deduction[{k}] must make the requirement continuous; got {found:.10g}, which makes "
            f"it jump by {jump:.10g} at {self.floor[k]:.10g}: the deduction should be "
            f"{found + jump:.10g}, or use Schedule.stepped"
        )

    def _bracket(self, notional: FloatArray) -> NDArray[np.intp]:
        return np.maximum(np.searchsorted(self.floor, notional, side="left") - 1, 0)


def maximum_of_lines(x: FloatArray, slope: FloatArray, deduction: FloatArray) -> FloatArray:
    """Return the largest over k of ``slope[k] * x - deduction[k]``, for x of any shape.

    >>> maximum_of_lines(np.array([1.0, 3.0]), np.array([1.0, 2.0]), np.array([0.0, 2.0])).tolist()
    [1.0, 4.0]
    """
    total = np.zeros(np.shape(x))
    add_maximum_of_lines(total, x, slope, deduction)
    return total


def add_maximum_of_lines(
    total: FloatArray, x: FloatArray, slope: FloatArray, deduction: FloatArray
) -> None:
    """Add :func:`maximum_of_lines` to ``total`` in place, which saves an array for every sum."""
    points, sums = np.ravel(x), total.reshape(-1)
    first, *others = zip(slope.tolist(), deduction.tolist(), strict=True)
    buffers = np.empty((2, min(BLOCK, points.size)))
    for start in range(0, points.size, BLOCK):
        part = points[start : start + BLOCK]
        top, line = buffers[:, : part.size]
        np.multiply(part, first[0], out=top)
        top -= first[1]
        for rate, amount in others:
            np.multiply(part, rate, out=line)
            line -= amount
            np.maximum(top, line, out=top)
        sums[start : start + BLOCK] += top


def check_leverage(leverage: ArrayLike, rate: ArrayLike) -> FloatArray:
    """Return ``leverage`` if it is at least 1 and at most 1 / ``rate``."""
    chosen = leverages("leverage", leverage)
    most = 1 / np.asarray(rate, dtype=np.float64)
    excess = np.asarray(chosen > most * (1 + 1e-12))
    if excess.any():
        value = np.broadcast_to(chosen, excess.shape)[excess][0]
        limit = np.broadcast_to(most, excess.shape)[excess][0]
        raise MarginError(f"leverage must be at most {limit:g} here; got {value:g}")
    return chosen


def check_floors(what: str, floor: FloatArray, **columns: FloatArray) -> None:
    """Refuse columns of different lengths, and floors that do not rise from 0."""
    *names, last = ("floor", *columns)
    shapes = [str(column.shape) for column in (floor, *columns.values())]
    alike = all(column.shape == floor.shape for column in columns.values())
    if floor.ndim != 1 or not floor.size or not alike:
        raise MarginError(
            f"{', '.join(names)} and {last} must be columns of one length; "
            f"got shapes {', '.join(shapes[:-1])} and {shapes[-1]}"
        )
    refuse("floor", floor, (np.arange(floor.size) == 0) & (floor != 0), "must start at 0")
    behind = np.concatenate([[False], np.diff(floor) <= 0])
    refuse("floor", floor, behind, f"must be above the floor before it, {what} in order")

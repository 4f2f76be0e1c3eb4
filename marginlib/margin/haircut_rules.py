r"""How large a haircut is: flat, in tiers, another for each asset, the largest of several.

The trade speaks of haircuts and of weights, and they are one thing: an asset of weight :math:`w`
has the haircut :math:`1 - w`, and a debt of weight :math:`w \ge 1` counts by :math:`w - 1` more
than its value. Rules here are built with the words of their sources, weights, and answer with the
haircut, the share of the value that is lost. Weights that move with the amount held, or with a
whole pool, are in :mod:`marginlib.venues.protocols.weights`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

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
)
from marginlib._fields import Fraction, NonNegative, Rule, checked
from marginlib.margin.schedule import check_floors, maximum_of_lines


class HaircutRule(ABC):
    """A haircut for every amount."""

    # Whether the haircut of a given quantity changes with its price.
    moves_with_price = False

    @abstractmethod
    def rate(self, quantity: FloatArray, value: FloatArray) -> FloatArray:
        """Return the haircut on holdings of ``quantity`` units worth ``value`` each.

        Both have shape (..., I) and are zero or more; the answer broadcasts to (..., I) [fraction].
        """

    def lines(
        self, quantity: FloatArray, value: FloatArray, index: int
    ) -> tuple[FloatArray, FloatArray] | None:
        """Return what holding ``index`` loses as lines in its value: rates and deductions (K, ...).

        None where it has no such form.
        """
        if self.moves_with_price:
            return None
        shape = np.broadcast_shapes(quantity.shape, value.shape)
        rate = np.broadcast_to(self.rate(quantity, value), shape)[..., index]
        return rate[None], np.zeros((1, *rate.shape))


HaircutRate: TypeAlias = ArrayLike | HaircutRule | Sequence[float | HaircutRule]


@dataclass(frozen=True, eq=False)
class FlatHaircut(HaircutRule):
    """One haircut whatever the amount: ``share``, a number or one for each asset (I,)."""

    share: FloatArray

    def rate(self, quantity: FloatArray, value: FloatArray) -> FloatArray:
        """Return the share."""
        if self.share.shape not in [(), quantity.shape[-1:]]:
            raise MarginError(
                f"a haircut must be one number or {quantity.shape[-1]}, one for each instrument; "
                f"got shape {self.share.shape}"
            )
        return self.share


@dataclass(frozen=True, eq=False)
class HaircutPerAsset(HaircutRule):
    """Another rule for each asset: ``rules``, one for each instrument."""

    rules: tuple[HaircutRule, ...]

    def rate(self, quantity: FloatArray, value: FloatArray) -> FloatArray:
        """Return the haircut of each column by its own rule."""
        self._check(quantity)
        shape = np.broadcast_shapes(quantity.shape, value.shape)
        rates = np.empty(shape)
        for place, rule in enumerate(self.rules):
            column = slice(place, place + 1)
            rates[..., column] = rule.rate(quantity[..., column], value[..., column])
        return rates

    def lines(
        self, quantity: FloatArray, value: FloatArray, index: int
    ) -> tuple[FloatArray, FloatArray] | None:
        """Return the lines of the asset's own rule."""
        self._check(quantity)
        column = slice(index, index + 1)
        return self.rules[index].lines(quantity[..., column], value[..., column], 0)

    def _check(self, quantity: FloatArray) -> None:
        if quantity.shape[-1] != len(self.rules):
            raise MarginError(
                f"haircuts must be one rule or {quantity.shape[-1]}, one for each instrument; "
                f"got {len(self.rules)}"
            )


@checked
class TieredHaircut(HaircutRule):
    """A ladder: the first coins, or the first money, count more than the next.

    Parameters
    ----------
    floor : array of shape (K,)
        Where each tier begins, the first at 0: units of the asset, or money.
    ratio : array of shape (K,)
        Share of the value that counts inside each tier [fraction], never rising.
    by : str
        ``"quantity"`` if the floors are units of the asset, ``"value"`` if they are money.

    Source: OKX, "Discount rate"; Bybit, "Understanding collateral value ratios in UTA" (2025-09).

    >>> ladder = TieredHaircut(floor=[0, 10, 20], ratio=[0.98, 0.95, 0.90], by="quantity")
    >>> held, value = np.array([15.0]), np.array([50_000.0])
    >>> float((held * value * (1 - ladder.rate(held, value)))[0])  # 10 x 0.98 + 5 x 0.95 coins
    727500.0
    """

    floor: NonNegative
    ratio: Fraction
    by: Literal["quantity", "value"] = "value"

    def __post_init__(self) -> None:
        check_floors("tiers", floor=self.floor, ratio=self.ratio)
        rising = np.concatenate([[False], np.diff(self.ratio) > 0])
        refuse("ratio", self.ratio, rising, "must not be above the ratio of the tier before it")
        known("by", self.by, ("quantity", "value"))

    @property
    def moves_with_price(self) -> bool:  # type: ignore[override]
        """Whether a price can carry a holding into another tier."""
        return self.by == "value"

    def rate(self, quantity: FloatArray, value: FloatArray) -> FloatArray:
        """Return the average haircut over the tiers that the holding fills."""
        size = quantity * value if self.by == "value" else quantity
        lost = maximum_of_lines(size, *self._steps)
        empty = size == 0
        return np.where(empty, 1 - self.ratio[0], lost / np.where(empty, 1.0, size))

    def lines(
        self, quantity: FloatArray, value: FloatArray, index: int
    ) -> tuple[FloatArray, FloatArray] | None:
        """Return the tiers themselves, or one line where the price does not enter."""
        return self._steps if self.by == "value" else super().lines(quantity, value, index)

    @property
    def _steps(self) -> tuple[FloatArray, FloatArray]:
        """Haircut of each tier, and the deduction that makes what is lost continuous."""
        haircut = 1 - self.ratio
        return haircut, np.cumsum(self.floor * np.diff(haircut, prepend=haircut[0]))


@dataclass(frozen=True, eq=False)
class LargestHaircut(HaircutRule):
    """The largest of several haircuts, as where size and pool both limit a weight.

    >>> from marginlib.venues.protocols.weights import SizeDiscount
    >>> both = LargestHaircut((FlatHaircut(np.array(0.1)), SizeDiscount(factor=0.01)))
    >>> both.rate(np.array([1.0, 10_000.0]), np.ones(2)).round(4).tolist()
    [0.1, 0.45]
    """

    rules: tuple[HaircutRule, ...]

    @property
    def moves_with_price(self) -> bool:  # type: ignore[override]
        """Whether any of them does."""
        return any(rule.moves_with_price for rule in self.rules)

    def rate(self, quantity: FloatArray, value: FloatArray) -> FloatArray:
        """Return the largest rate."""
        return np.asarray(
            np.max(np.broadcast_arrays(*[r.rate(quantity, value) for r in self.rules]), axis=0)
        )


def rule_or_same(
    name: str, given: HaircutRate | None, other: HaircutRule, upper: float | None
) -> HaircutRule:
    """Return the rule given, or ``other`` where nothing is."""
    return other if given is None else rule_of(name, given, upper)


def liability_weight(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as weights of debts, which are 1 or more."""
    weight = numbers(name, value)
    refuse(name, weight, weight < 1, "must be at least 1, because a debt counts in full")
    return weight


class LiabilityWeight(Rule[FloatArray]):
    """Weights of debts, 1 or more."""

    check = staticmethod(liability_weight)


def rule_of(name: str, given: HaircutRate, upper: float | None) -> HaircutRule:
    """Return ``given`` as a rule: a number, an array, a rule, or a list of numbers and rules."""
    if isinstance(given, HaircutRule):
        return given
    if isinstance(given, (list, tuple)) and any(isinstance(one, HaircutRule) for one in given):
        return HaircutPerAsset(tuple(rule_of(name, one, upper) for one in given))
    # What mypy cannot see: rules are gone, and numbers are left.
    plain: ArrayLike = given  # type: ignore[assignment]
    return FlatHaircut(non_negative(name, plain) if upper is None else fraction(name, plain))

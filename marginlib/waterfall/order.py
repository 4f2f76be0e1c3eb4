"""A waterfall: layers that absorb a loss, one after the other.

What all layers paid and what is left are the loss, whatever the order. The order is the politics of
it: who stands before whom.

An exchange: insurance fund, auto-deleveraging, socialised loss; see :func:`exchange_waterfall`. A
clearing house: what the defaulter left, the clearing house's own money (skin in the game), the fund
of the survivors, and what they can be called to pay on top; see :func:`clearing_house_waterfall`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, hold, known, non_negative, refuse
from marginlib.waterfall.fund import InsuranceFund
from marginlib.waterfall.layers import (
    Absorbed,
    Contributions,
    DeleveragingQueue,
    Layer,
    Resource,
    assessments,
)


@dataclass(frozen=True, eq=False)
class Settlement:
    """Who paid a loss, layer by layer.

    Parameters
    ----------
    loss : array of shape (...)
        The loss [currency].
    payments : tuple of (name, Absorbed)
        What each layer did, in order.
    left : array of shape (...)
        What no layer paid [currency].
    """

    loss: FloatArray
    payments: tuple[tuple[str, Absorbed], ...]
    left: FloatArray

    @property
    def payers(self) -> tuple[str, ...]:
        """Names of the layers, in order."""
        return tuple(name for name, _ in self.payments)

    @property
    def paid(self) -> FloatArray:
        """What all layers paid together, shape (...) [currency]."""
        return np.asarray(sum((part.paid for _, part in self.payments), np.zeros(self.loss.shape)))

    def __getitem__(self, payer: str) -> Absorbed:
        """Return what the layer of that name did."""
        return dict(self.payments)[known("payer", payer, self.payers)]


@dataclass(frozen=True, eq=False)
class Waterfall:
    """Layers in the order in which they pay.

    Parameters
    ----------
    layers : sequence of Layer
        Their names must differ.

    >>> layers = Waterfall([Resource("margin", 80), Contributions("fund", [30, 60])])
    >>> result = layers.absorb(200)
    >>> [float(result[name].paid) for name in result.payers], float(result.left)
    ([80.0, 90.0], 30.0)
    """

    layers: tuple[Layer, ...]

    def __init__(self, layers: Sequence[Layer]) -> None:
        names = [layer.name for layer in layers]
        if not names or len(set(names)) < len(names):
            raise MarginError(f"a waterfall needs layers with different names; got {names}")
        hold(self, layers=tuple(layers))

    def absorb(self, loss: ArrayLike) -> Settlement:
        """Pass a loss through all layers.

        Parameters
        ----------
        loss : float or array of shape (...)
            Loss, zero or more [currency].

        Raises
        ------
        MarginError
            If a layer makes money or loses it: what it paid and what it left must be the loss.
        """
        whole = non_negative("loss", loss)
        left, payments = whole, []
        for layer in self.layers:
            part = layer.absorb(left)
            _refuse_made_money(layer.name, left, part)
            payments.append((layer.name, part))
            left = part.left
        return Settlement(np.broadcast_to(whole, left.shape), tuple(payments), left)


def clearing_house_waterfall(
    margin: ArrayLike,
    contribution: ArrayLike,
    skin_in_the_game: ArrayLike,
    survivors: ArrayLike,
    assessment_multiple: float = 0.0,
) -> Waterfall:
    """Return the default waterfall of a clearing house.

    The defaulter pays first, the clearing house before the survivors: the order that European law
    prescribes. What can be called beyond the fund is a matter of each rule book.

    Parameters
    ----------
    margin : float or array of shape (...)
        Margin of the defaulter [currency].
    contribution : float or array of shape (...)
        His contribution to the default fund [currency].
    skin_in_the_game : float or array of shape (...)
        The clearing house's own money that stands before the survivors [currency].
    survivors : array of shape (..., N)
        Contributions of the others to the default fund [currency].
    assessment_multiple : float
        The most that each can be called for on top, on his contribution [times].

    Source: Regulation (EU) No 648/2012, article 45.

    >>> house = clearing_house_waterfall(70, 10, 5, survivors=[20, 40], assessment_multiple=1)
    >>> result = house.absorb(115)
    >>> [float(result[name].paid) for name in result.payers]
    [70.0, 10.0, 5.0, 30.0, 0.0]
    >>> result["survivors"].each.tolist()
    [10.0, 20.0]
    """
    return Waterfall(
        [
            Resource("margin", margin),
            Resource("contribution", contribution),
            Resource("skin in the game", skin_in_the_game),
            Contributions("survivors", survivors),
            assessments(survivors, assessment_multiple),
        ]
    )


def exchange_waterfall(
    fund: InsuranceFund, deleveraging: DeleveragingQueue, gains: ArrayLike
) -> Waterfall:
    """Return the waterfall of an exchange without a clearing house behind it.

    The insurance fund pays first. Then positions on the other side are closed, which costs their
    owners a profit but no money they had before. What even that does not pay is cut from gains.

    Parameters
    ----------
    gains : array of shape (..., N)
        Gains that can be cut [currency].

    >>> queue = DeleveragingQueue(8, 100, 90, held=[-2, -3], score=[1, 2])
    >>> result = exchange_waterfall(InsuranceFund(20), queue, gains=[30, 60]).absorb(80)
    >>> [float(result[name].paid) for name in result.payers]
    [20.0, 50.0, 10.0]
    """
    return Waterfall([fund, deleveraging, Contributions("socialised loss", gains)])


def _refuse_made_money(name: str, loss: FloatArray, part: Absorbed) -> None:
    total = np.asarray(part.paid + part.left)
    if not np.allclose(total, loss, rtol=1e-12, atol=0.0):
        raise MarginError(
            f"layer {name!r} must pay and leave exactly the loss; of {loss} it paid {part.paid} "
            f"and left {part.left}"
        )
    refuse(f"what layer {name!r} left", part.left, part.left < 0, "must not be negative")

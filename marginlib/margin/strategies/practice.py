"""Where brokers are known to part from the rulebook."""

from __future__ import annotations

from dataclasses import dataclass

from marginlib._checks import non_negative


@dataclass(frozen=True)
class BrokerPractice:
    """What a broker does otherwise than the rulebook; nothing is said by default.

    Parameters
    ----------
    shares_at_strike_to_open : bool
        Whether shares that cover a call are taken at no more than its strike to open too. To stay
        they always are, and by the rulebook only then.
    box_closing_share : float
        Least need of a short box, as a multiple of what it costs to close it [times]; 0 asks for
        the distance of its strikes only, 1.02 is what one large broker does.

    Source: four needs that one broker showed for covered calls on SPY, and Interactive Brokers'
    rule for short boxes, as printed and implemented in QuantConnect/Lean, "MAX(1.02 x cost to
    close, Long Call Strike - Short Call Strike)", read 2026-11-29.

    >>> BrokerPractice(shares_at_strike_to_open=True, box_closing_share=1.02).box_closing_share
    1.02
    """

    shares_at_strike_to_open: bool = False
    box_closing_share: float = 0.0

    def __post_init__(self) -> None:
        non_negative("box_closing_share", self.box_closing_share)


RULEBOOK = BrokerPractice()

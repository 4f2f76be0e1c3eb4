"""What stays as it is while a cascade runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from marginlib._checks import MarginError, fraction, hold
from marginlib.cascade.absorb import LossRule
from marginlib.cascade.brakes import Brake
from marginlib.impact import Curve
from marginlib.liquidation import CloseAll
from marginlib.liquidation.execution import Policy
from marginlib.liquidation.fees import Fee
from marginlib.margin import MarginModel


@dataclass(frozen=True, eq=False)
class CascadeRules:
    """The rules by which one state of a cascade leads to the next.

    Parameters
    ----------
    model : margin model
        What must be there.
    impact : Curve
        How prices answer to forced trades, see :mod:`marginlib.impact`: of one instrument, or with
        parameters of shape (Q,) for all that are quoted.
    policy : ClosingPolicy or function
        How much of an account is closed, see :mod:`marginlib.liquidation`.
    fee : float or function
        What closing costs, paid to the fund, see :func:`marginlib.liquidation.liquidate`.
    losses : sequence of LossRule
        Who pays what the fund cannot, in order.
    brakes : sequence of Brake
        At most one of a kind.
    equality_is_safe : bool
        Whether equity equal to maintenance is enough; see :func:`marginlib.liquidation.status`.
    """

    model: MarginModel
    impact: Curve
    policy: Policy = field(default_factory=CloseAll)
    fee: float | Fee = 0.0
    losses: Sequence[LossRule] = ()
    brakes: Sequence[Brake] = ()
    equality_is_safe: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.impact, Curve):
            raise MarginError(
                f"impact must be one of marginlib.impact; got {self.impact!r}, "
                "did you mean impact.linear_book(depth=...)?"
            )
        if not callable(self.model):
            raise MarginError(f"model must be one of marginlib.margin; got {self.model!r}")
        if isinstance(self.policy, str):
            raise MarginError(
                f"policy must be one of marginlib.liquidation; got {self.policy!r}, "
                f"did you mean ReduceTo({self.policy!r})?"
            )
        if not callable(self.fee):
            fraction("fee", self.fee)
        for name, kind in [("losses", LossRule), ("brakes", Brake)]:
            each = getattr(self, name)
            if isinstance(each, kind):
                raise MarginError(f"{name} must be a sequence, did you mean [{each!r}]?")
            if not all(isinstance(one, kind) for one in each):
                raise MarginError(f"{name} must each be a {kind.__name__}; got {each!r}")
            if len({type(one) for one in each}) < len(each):
                raise MarginError(f"{name} must all be of different kinds; got {each!r}")
            hold(self, **{name: tuple(each)})

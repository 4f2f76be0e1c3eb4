"""Brakes: what slows a cascade down, each at one point of the step.

* before anything else, a brake may **notice** what the prices have done (:class:`CircuitBreaker`);
* of those who are due it may let some **pay in** (:class:`SlowerCalls`) and **hold** others back
  (:class:`CircuitBreaker`, :class:`CoolDown`, :class:`SlowerCalls`);
* of what is closed it may **buy** a part away from the market (:class:`BackstopBuyer`).

Other brakes need no class of their own. Partial liquidation is a closing policy
(:class:`marginlib.liquidation.ReduceTo`); higher maintenance is another model
(``1.2 * model``); a deeper fund is ``begin(..., fund=...)``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import FloatArray, MarginError, fraction, numbers, positive, refuse, whole
from marginlib._fields import NonNegative, OneFraction, checked, default
from marginlib.cascade.state import State
from marginlib.margin import MarginModel


class Brake:
    """What all brakes share: nothing happens, unless a brake says otherwise."""

    def notice(self, state: State) -> State:
        """Return the state once the brake has looked at its prices."""
        return state

    def paid_in(
        self,
        state: State,
        model: MarginModel,
        due: NDArray[np.bool_],
        rng: np.random.Generator | None,
    ) -> FloatArray:
        """Return what owners of accounts that are due pay in, shape (..., N) [currency]."""
        return np.zeros(due.shape)

    def held(self, state: State, due: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which accounts must not be closed in this step, shape (..., N)."""
        return np.zeros(due.shape, dtype=np.bool_)

    def bought(self, state: State, flow: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return what part of the flow is taken off the market, and at what value of one unit.

        Both of shape (..., I): the part [fraction] and the value [currency].
        """
        return np.zeros(flow.shape), np.broadcast_to(state.market.value, flow.shape)


@dataclass(frozen=True)
class CircuitBreaker(Brake):
    """Forced sales stop for some steps once a price has fallen far enough.

    Prices may move on from outside, and liquidity comes back. After the pause the fall is measured
    anew, from the prices at which it began.

    Parameters
    ----------
    fall : float
        Fall of any price that sets it off, from the beginning or from the last pause [fraction].
    pause : int
        How many steps nothing is closed [steps].
    """

    fall: float
    pause: int

    def __post_init__(self) -> None:
        positive("fall", fraction("fall", self.fall))
        whole("pause", self.pause, least=0)

    def notice(self, state: State) -> State:
        """Return the state with the pause begun where a price has fallen far enough."""
        price = state.market.quoted_price
        fallen = (price <= (1 - self.fall) * state.reference).any(axis=-1)
        begun = fallen & (state.clock >= state.halted_until)
        return replace(
            state,
            halted_until=np.where(begun, float(state.clock + self.pause), state.halted_until),
            reference=np.where(begun[..., None], price, state.reference),
        )

    def held(self, state: State, due: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell that nobody is closed during the pause, shape (..., N)."""
        halted = np.asarray(state.clock < state.halted_until)
        return np.broadcast_to(halted[..., None], due.shape)


@dataclass(frozen=True)
class CoolDown(Brake):
    """After a part of an account is closed, it is left alone for some steps.

    Parameters
    ----------
    steps : int
        How long [steps].
    """

    steps: int

    def __post_init__(self) -> None:
        whole("steps", self.steps, least=0)

    def held(self, state: State, due: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which accounts were closed too short ago, shape (..., N)."""
        return np.broadcast_to(state.clock - state.closed_at <= self.steps, due.shape)


@dataclass(frozen=True)
class SlowerCalls(Brake):
    """An account that is due is called first, and closed only some steps later.

    The call lapses when the account is no longer due, because prices came back or because its owner
    paid in what restores the initial requirement.

    Parameters
    ----------
    steps : int
        How long it has [steps].
    top_up : float
        Chance in each of these steps that the owner pays [fraction]. Above 0, ``rng`` is needed.
    """

    steps: int
    top_up: float = 0.0

    def __post_init__(self) -> None:
        whole("steps", self.steps, least=0)
        fraction("top_up", self.top_up)

    def paid_in(
        self,
        state: State,
        model: MarginModel,
        due: NDArray[np.bool_],
        rng: np.random.Generator | None,
    ) -> FloatArray:
        """Return what the owners pay who do, shape (..., N) [currency]."""
        if not self.top_up:
            return np.zeros(due.shape)
        if rng is None:
            raise MarginError("rng must be given where owners pay in by chance: step(..., rng=...)")
        pays = due & self.held(state, due) & (rng.random(due.shape) < self.top_up)
        lacking = model(state.accounts, state.facing).initial - state.equity
        return np.where(pays, np.maximum(lacking, 0.0), 0.0)

    def held(self, state: State, due: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which accounts still have time, shape (..., N)."""
        return np.broadcast_to(state.clock - state.due_since < self.steps, due.shape)


@checked
class BackstopBuyer(Brake):
    """Someone who takes forced trades off the market, at a discount, while his money lasts.

    He buys what is sold below the mark price and sells what is bought above it. What he has paid or
    received on balance counts against his money.

    Parameters
    ----------
    money : float or array of shape (...)
        The most that he takes in all [currency].
    discount : float
        How much better than the mark his price is [fraction].
    """

    money: NonNegative
    discount: OneFraction = default(0.0)

    def __post_init__(self) -> None:
        off = numbers("discount", self.discount)
        refuse("discount", off, off >= 1, "must be below 1, so that a price is left")

    def bought(self, state: State, flow: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the part of the flow that he takes, the same of everything, and his values."""
        mark = state.market.value
        value = np.asarray(mark + np.sign(flow) * np.abs(mark) * self.discount)
        offered = np.abs(flow * value).sum(axis=-1)
        left = self.money - np.abs(state.backstop.cash)
        part = np.clip(left / np.where(offered > 0, offered, 1.0), 0.0, 1.0)
        return np.broadcast_to(part[..., None], flow.shape), np.broadcast_to(value, flow.shape)

"""From the pieces of a file to what the library calls: a fee, a closing policy, a payer.

Each function here takes a piece, and by name what no file can tell: how much is in the fund today,
who holds what. :class:`marginlib.venues.Rules` puts them together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib import cascade, waterfall
from marginlib._checks import FloatArray, non_negative, numbers
from marginlib.accounts import Accounts, equity
from marginlib.cascade.absorb import LossRule
from marginlib.liquidation import AtMost, CloseAll, LiquidationIncentive, ReduceTo, health_factor
from marginlib.liquidation.execution import Policy
from marginlib.liquidation.fees import Fee
from marginlib.margin import MarginModel
from marginlib.market import Market
from marginlib.waterfall import Absorbed
from marginlib.waterfall.allocation import in_order
from marginlib.waterfall.layers import Layer

Ask = Callable[..., Any]  # a piece that answers when the arguments left open are given by name


class Closing(NamedTuple):
    """How an account is closed, and what that costs where the piece itself says so."""

    policy: Policy
    fee: Fee | None = None


# What closing costs ---------------------------------------------------------------------------


def liquidation_fee(ask: Ask) -> Fee:
    """A rate on the value that is traded, and a fixed amount where anything is."""

    def fee(accounts: Accounts, market: Market, model: MarginModel, traded: FloatArray) -> Any:
        value = np.abs(traded * market.value).sum(axis=-1)
        return np.where(value > 0, ask(value=value), 0.0)

    return fee


def ramped_fee(ask: Ask, base: ArrayLike, largest: ArrayLike, elapsed: ArrayLike) -> Fee:
    """A rate that has grown since the position was offered."""
    rate = ask(base=base, largest=largest, elapsed=elapsed)

    def fee(accounts: Accounts, market: Market, model: MarginModel, traded: FloatArray) -> Any:
        return rate * np.abs(traded * market.value).sum(axis=-1)

    return fee


def option_purchase(ask: Ask) -> Fee:
    """The fee of buying back, or selling, each option at its mark."""

    def fee(accounts: Accounts, market: Market, model: MarginModel, traded: FloatArray) -> Any:
        listed = market.instruments.options
        units = np.abs(traded[..., listed]) * np.array(market.instruments.sizes)[listed]
        cost = ask(price=market.price[..., listed], quantity=units,
                   underlying=market.underlying_price)  # fmt: skip
        return cost.fee.sum(axis=-1)

    return fee


def residual(ask: Ask) -> Fee:
    """What the fund keeps of a trade at the mark that is better than the bankruptcy value."""

    def fee(accounts: Accounts, market: Market, model: MarginModel, traded: FloatArray) -> Any:
        need = model(accounts, market).maintenance
        left = model(Accounts(accounts.cash, accounts.quantity + traded), market).maintenance
        before = np.where(need > 0, need, 1.0)
        after = np.where(need > 0, np.minimum(left, need), 1.0)
        proceeds = -(traded * market.value).sum(axis=-1)
        least = waterfall.bankruptcy_value(proceeds, equity(accounts, market), before, after)
        # What the trade brings too little is no fee: it is the gap that someone else pays.
        return np.maximum(ask(proceeds=proceeds, bankruptcy_value=least).fund, 0.0)

    return fee


# How much is closed ---------------------------------------------------------------------------


def window_capacity(
    ask: Ask, maker_fee: ArrayLike, taker_fee: ArrayLike, seconds: ArrayLike
) -> Closing:
    """All, but no more in one window than trading fees would pay for."""
    most = ask(maker_fee=maker_fee, taker_fee=taker_fee, seconds=seconds)
    return Closing(AtMost(CloseAll(), most))


def restoring_quantity(ask: Ask) -> Closing:
    """As much as makes maintenance good again: that is what the closed form solves for."""
    return Closing(ReduceTo("maintenance"))


def transfer_pro_rata(ask: Ask) -> Closing:
    """The whole account goes to whoever takes it over, with the margin that is left."""

    def fee(accounts: Accounts, market: Market, model: MarginModel, traded: FloatArray) -> Any:
        return np.maximum(equity(accounts, market), 0.0)

    return Closing(_everything, fee)


def absorption(ask: Any) -> Closing:
    """The lender takes every coin and pays every debt; what it credits less is the cost."""
    factor = numbers("factor", ask.keywords["factor"])

    def fee(accounts: Accounts, market: Market, model: MarginModel, traded: FloatArray) -> Any:
        owned = np.maximum(accounts.quantity * market.value, 0.0)
        return ((1 - factor) * owned).sum(axis=-1)

    return Closing(_everything, fee)


def incentive_of_health(
    ask: Ask, accounts: Accounts, market: Market, model: MarginModel
) -> LiquidationIncentive:
    """What a liquidator is given where the discount on collateral grows as health falls."""
    return LiquidationIncentive(1 / (1 - ask(health=health_factor(accounts, market, model))))


def _everything(accounts: Accounts, market: Market, model: MarginModel) -> FloatArray:
    return np.asarray(-accounts.quantity + 0.0 * market.value)


# Who pays -------------------------------------------------------------------------------------


def insurance_fund(ask: Ask, balance: ArrayLike) -> Layer:
    """The fund, with what is in it."""
    layer: Layer = ask(balance=balance, name="insurance_fund")
    return layer


def deleveraging(
    ask: Ask,
    quantity: ArrayLike,
    bankruptcy_price: ArrayLike,
    market_price: ArrayLike,
    held: ArrayLike,
    score: ArrayLike,
) -> Layer:
    """Positions on the other side, the highest score first."""
    layer: Layer = ask(
        quantity=quantity,
        bankruptcy_price=bankruptcy_price,
        market_price=market_price,
        held=held,
        score=score,
    )
    return layer


def socialised_loss(ask: Ask, amount: ArrayLike) -> Layer:
    """Amounts that can be cut, in proportion."""
    layer: Layer = ask(name="socialised_loss", amount=amount)
    return layer


@dataclass(frozen=True)
class Sharing:
    """A rule that shares a loss among persons, as a layer."""

    name: str
    share: Callable[[FloatArray], tuple[FloatArray, FloatArray]]  # loss to (each, left)

    def absorb(self, loss: ArrayLike) -> Absorbed:
        """Return what is paid of a loss, what is left, and what each person pays."""
        gap = non_negative("loss", loss)
        each, left = self.share(gap)
        return Absorbed(np.asarray(gap - left), left, each)


def share_by_gains(ask: Ask, gains: ArrayLike) -> Layer:
    """Those who gained in the same round."""
    return Sharing("share_by_gains", lambda loss: ask(loss=loss, gains=gains))


def share_by_open_interest(ask: Ask, quantity: ArrayLike) -> Layer:
    """All positions, long and short."""
    return Sharing("share_by_open_interest", lambda loss: ask(loss=loss, quantity=quantity))


def deposit_index(ask: Ask, deposits: ArrayLike) -> Layer:
    """All deposits, which shrink in the same proportion."""
    return waterfall.Resource("deposit_index", deposits)


def withdrawal_factor(ask: Ask, balance: ArrayLike) -> Layer:
    """Whoever withdraws: once all have, the part kept back of their claims is the loss."""

    def share(loss: FloatArray) -> tuple[FloatArray, FloatArray]:
        claims = numbers("balance", balance) + loss * ask.keywords.get("with_shortfall", True)  # type: ignore[attr-defined]
        kept = np.minimum(ask(shortfall=loss, balance=balance) * claims, loss)
        return kept[..., None], np.asarray(loss - kept)

    return Sharing("withdrawal_factor", share)


def deleveraging_transfer(ask: Ask, quantity: ArrayLike, held: ArrayLike) -> Layer:
    """Those who hold the opposite, one after the other, each with his part of the debt."""

    def share(loss: FloatArray) -> tuple[FloatArray, FloatArray]:
        size, others = numbers("quantity", quantity), numbers("held", held)
        opposite = np.where(others * size[..., None] < 0, np.abs(others), 0.0)
        taken = in_order(np.minimum(np.abs(size), opposite.sum(axis=-1)), opposite)
        each = taken * (loss / np.where(size == 0, np.inf, np.abs(size)))[..., None]
        return each, np.maximum(loss - each.sum(axis=-1), 0.0)

    return Sharing("deleveraging_transfer", share)


def offset_and_redistribute(ask: Ask, debt: ArrayLike, pool: ArrayLike) -> Layer:
    """The stability pool, for the part of the debt that it cancels; the other loans, for the rest.

    ``each`` of the layer is what the pool pays, and what all other loans pay together.
    """

    def share(loss: FloatArray) -> tuple[FloatArray, FloatArray]:
        parts = ask(collateral=0.0, debt=debt, pool=pool)
        owed = numbers("debt", debt)
        pays = loss * parts.debt_offset / np.where(owed > 0, owed, 1.0)
        return np.stack([pays, loss - pays], axis=-1), np.zeros(pays.shape)

    return Sharing("offset_and_redistribute", share)


def write_off(ask: Ask) -> Layer:
    """The lenders, whatever it is."""
    return Sharing("write_off", lambda loss: (loss[..., None], np.zeros(loss.shape)))


FEES: dict[str, Callable[..., Fee]] = {
    each.__name__: each for each in (liquidation_fee, ramped_fee, option_purchase, residual)
}
POLICIES: dict[str, Callable[..., Closing]] = {
    each.__name__: each
    for each in (window_capacity, restoring_quantity, transfer_pro_rata, absorption)
}
PAYERS: dict[str, Callable[..., Layer]] = {
    each.__name__: each
    for each in (
        insurance_fund, deleveraging, socialised_loss, share_by_gains, share_by_open_interest,
        deposit_index, withdrawal_factor, deleveraging_transfer, offset_and_redistribute, write_off,
    )
}  # fmt: skip
# The same payers among the accounts of a cascade. The fund is part of the cascade's state, and
# lenders are outside of the crowd: what they bear is what the state has unpaid.
IN_A_CASCADE: dict[str, tuple[LossRule, ...]] = {
    "insurance_fund": (),
    "write_off": (),
    "deleveraging": (cascade.AutoDeleveraging("queue"),),
    "share_by_gains": (cascade.SocialisedLoss("gains"),),
    "share_by_open_interest": (cascade.SocialisedLoss("size"),),
    "withdrawal_factor": (cascade.SocialisedLoss("equity"),),
}

"""The rules of one venue, ready for use: what is asked, what is closed, what it costs, who pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from marginlib import liquidation
from marginlib._checks import FloatArray, MarginError, known, positive
from marginlib.accounts import Accounts
from marginlib.cascade import CascadeRules
from marginlib.cascade.absorb import LossRule
from marginlib.cascade.brakes import Brake
from marginlib.impact import Curve
from marginlib.liquidation import CloseFactor, ClosingPolicy, LiquidationIncentive
from marginlib.liquidation.execution import Liquidated, Policy
from marginlib.liquidation.fees import Fee
from marginlib.margin import MarginModel, Model
from marginlib.market import Market
from marginlib.venues import _bridges
from marginlib.venues._bridges import Closing
from marginlib.venues._terms import Term, completed
from marginlib.venues._ticks import InLots, Rounding, Ticks
from marginlib.waterfall import Settlement, Waterfall


@dataclass(frozen=True, eq=False, repr=False)
class Rules:
    """The rules of one venue or rulebook on one date, ready for use.

    What the rules do not tell is an error of the question that needs it, and says how to pass it.

    Parameters
    ----------
    title : str
        The venue and the product in words.
    as_of : str
        Date for which the source vouches, ISO; the day of reading where the source has no date.
    currency : str
        Currency of the account.
    source, status : str
        Where the rules come from, and how well they are vouched for.
    margin : margin model or None
        What positions need; None where the venue asks only for haircuts.
    haircut : margin model or None
        What is taken off the collateral's value, as a requirement.
    fee, closing : mapping of str to piece
        What closing costs, and how much is closed, by the name of the piece.
    loss : mapping of str to piece
        Who pays what the account cannot, first payer first.
    ticks : Ticks or None
        The steps of price and size; None where the file does not tell them.
    equality_is_safe : bool
        Whether equity equal to maintenance is enough, or is liquidated already.
    notes : str
        What else to know.
    not_covered : tuple of str
        What the venue does and these rules do not, with the reason.

    An account from its requirement to the last payer:

    >>> import marginlib as ml
    >>> rules = ml.venues.rules("paradex", initial=0.1, maintenance=0.05, taker_fee=0, penalty=0.5)
    >>> entry = ml.market.at(ml.instruments.linear(["BTC"]), [20_000])
    >>> ana = ml.accounts.open_accounts(collateral=2_000, quantity=[1], market=entry)
    >>> now = ml.market.with_price(entry, "BTC", 18_900)  # 900 is left, and 945 is needed
    >>> done = rules.liquidate(ana, now)
    >>> done.traded.tolist(), float(done.fee)  # 40 %, for half of its maintenance
    ([-0.4], 189.0)
    >>> who = rules.pay(500, insurance_fund=300, withdrawal_factor=10_000)
    >>> [(name, float(part.paid)) for name, part in who.payments]
    [('insurance_fund', 300.0), ('withdrawal_factor', 200.0)]
    """

    title: str
    as_of: str
    currency: str
    source: str
    status: str
    margin: Model | None = None
    haircut: Model | None = None
    fee: Mapping[str, Any] = field(default_factory=dict)
    closing: Mapping[str, Any] = field(default_factory=dict)
    loss: Mapping[str, Any] = field(default_factory=dict)
    ticks: Ticks | None = None
    equality_is_safe: bool = True
    notes: str = ""
    not_covered: tuple[str, ...] = ()

    @property
    def model(self) -> Model:
        """Margin and haircut in one: what equity must exceed."""
        if self.margin is None and self.haircut is None:
            raise MarginError(f"{self.title} has no margin model: it says only who pays")
        if self.margin is None or self.haircut is None:
            return self.haircut or self.margin  # type: ignore[return-value]
        return self.margin + self.haircut

    def liquidation_price(
        self,
        accounts: Accounts,
        market: Market,
        name: str,
        tick: float | None = None,
        rounding: Rounding = "nearest",
    ) -> FloatArray:
        """Return the price of one instrument at which liquidation begins, shape (...).

        Parameters
        ----------
        name : str
            The instrument; see :func:`marginlib.liquidation.liquidation_price`.
        tick : float, optional
            Smallest step of the price [quote currency]. Without it, that of the file; and where the
            file tells none, the price is not rounded.
        rounding : {"nearest", "down", "up"}
            How the venue rounds what it prints.

        >>> import marginlib as ml
        >>> entry = ml.market.at(ml.instruments.linear(["DOGE"]), [0.4])
        >>> ana = ml.accounts.open_accounts(collateral=40, quantity=[1_000], market=entry)
        >>> rules = ml.venues.rules("paradex", initial=0.1, maintenance=0.05, taker_fee=0.0003,
        ...                         penalty=0.5)
        >>> round(float(rules.liquidation_price(ana, entry, "DOGE")), 9)  # 0.36 / 0.9497
        0.379067074
        >>> float(rules.liquidation_price(ana, entry, "DOGE", tick=0.00001))
        0.37907
        """
        price = liquidation.liquidation_price(accounts, market, self.model, name)
        step = tick
        if tick is None and self.ticks is not None:
            steps = np.broadcast_to(self.ticks.price, len(market.instruments))
            step = float(steps[market.instruments.index(name)])
        if step is None:
            return price
        return Ticks(positive("tick", step)).rounded_price(price, rounding)

    def liquidate(
        self,
        accounts: Accounts,
        market: Market,
        *,
        policy: Policy | None = None,
        fee: float | Fee | None = None,
        debt: str | None = None,
        collateral: str | None = None,
        lot: ArrayLike | None = None,
        **open_terms: Any,
    ) -> Liquidated:
        """Return the accounts after the venue has closed what its rules say, at these prices.

        Parameters
        ----------
        policy, fee : optional
            Instead of what the file tells, or where it tells nothing; see
            :func:`marginlib.liquidation.liquidate`.
        debt, collateral : str, optional
            For loans that are closed one coin against another: which is repaid and which is seized.
            The bonus of the liquidator is the fee.
        lot : float or array of shape (I,), optional
            Smallest step of a size [contracts]; as much more is closed as makes whole steps.
            Without it, that of the file; and where the file tells none, sizes are not rounded.
        **open_terms
            What a piece of the file leaves open, by its name: ``ramped_fee={"base": 0.01, ...}``.

        Raises
        ------
        MarginError
            If the file does not tell how much is closed or what that costs, and it is not passed.

        >>> import marginlib as ml
        >>> coins = ml.instruments.cash(["ETH", "USDC"])
        >>> rules = ml.venues.rules("aave", instruments=coins, loan_to_value=0.75, incentive=1.05,
        ...                         threshold={"ETH": 0.8, "default": 0})
        >>> now = ml.market.at(coins, [1_200, 1])
        >>> loan = ml.accounts.Accounts(cash=0, quantity=[10, -10_000])  # health 0.96
        >>> done = rules.liquidate(loan, now, debt="USDC", collateral="ETH")
        >>> done.traded.tolist(), round(float(done.fee), 6)
        ([-4.375, 5000.0], 250.0)
        """
        self._check(open_terms, self.closing, self.fee)
        closing = self._closing(policy, debt, collateral, open_terms)
        if fee is None and isinstance(closing.policy, CloseFactor):
            fee = self._incentive(accounts, market)
        cost = self._fee(fee, closing, open_terms)
        how = closing.policy
        if lot is None and self.ticks is not None:
            lot = self.ticks.size
        if lot is not None:
            how = InLots(how, positive("lot", lot))
        return liquidation.liquidate(
            accounts, market, self.model, how, cost, equality_is_safe=self.equality_is_safe
        )

    def pay(self, loss: ArrayLike, **means: Any) -> Settlement:
        """Return who pays a loss that accounts could not, in the venue's order.

        Parameters
        ----------
        loss : float or array of shape (...)
            Loss, zero or more [currency].
        **means
            What each payer has or holds, by the name of the piece: its only argument, as in
            ``insurance_fund=1_000``, or a mapping of them.

        Raises
        ------
        MarginError
            If the file does not tell who pays, or what a payer has is missing.

        >>> import marginlib as ml
        >>> rules = ml.venues.rules("liquity")
        >>> who = rules.pay(100, offset_and_redistribute={"debt": 1_000, "pool": 400})
        >>> who["offset_and_redistribute"].each.tolist()  # the pool, and the other loans
        [40.0, 60.0]
        """
        self._check(means, self.loss)
        layers = [completed(name, _bridges.PAYERS[name], piece.asked, means.get(name))
                  for name, piece in self.loss.items() if name in _bridges.PAYERS]  # fmt: skip
        if not layers:
            raise self._untold(
                "who pays", "loss", "use waterfall.Waterfall with layers of your own"
            )
        return Waterfall(layers).absorb(loss)

    def cascade(
        self,
        impact: Curve,
        *,
        policy: Policy | None = None,
        fee: float | Fee | None = None,
        losses: Sequence[LossRule] | None = None,
        brakes: Sequence[Brake] = (),
        **open_terms: Any,
    ) -> CascadeRules:
        """Return the rules of a cascade among accounts at this venue.

        Parameters
        ----------
        impact : Curve
            How prices answer to forced trades; no venue's file can tell it.
        policy, fee, losses : optional
            Instead of what the file tells, or where it tells nothing.
        brakes : sequence of Brake
        **open_terms
            As in :meth:`liquidate`.

        Raises
        ------
        MarginError
            If a piece is not known and not passed, or has no meaning among the accounts of a crowd.

        >>> import marginlib as ml
        >>> rules = ml.venues.rules("paradex", initial=0.1, maintenance=0.05, taker_fee=0,
        ...                         penalty=0.5)
        >>> market = ml.market.at(ml.instruments.linear(["BTC"]), [20_000])
        >>> crowd = ml.accounts.open_accounts([2_000, 2_500], [[1], [1]], market)
        >>> shocked = ml.cascade.shock(ml.cascade.begin(crowd, market), "BTC", -0.06)
        >>> rest = ml.cascade.settle(shocked, rules.cascade(ml.impact.linear_book(depth=1)))
        >>> float(rest.market["BTC"]) < 18_800, float(rest.fund.balance) > 0
        (True, True)
        """
        self._check(open_terms, self.closing, self.fee)
        if policy is None and "close_factor" in self.closing:
            raise self._untold(
                "in which coins a crowd is closed", "closing", "pass policy= and fee="
            )
        closing = self._closing(policy, None, None, open_terms)
        return CascadeRules(
            self.model,
            impact,
            closing.policy,
            self._fee(fee, closing, open_terms),
            self._losses() if losses is None else losses,
            brakes,
            equality_is_safe=self.equality_is_safe,
        )

    def _check(self, given: Mapping[str, Any], *sections: Mapping[str, Any]) -> None:
        """Refuse what no piece of these sections asks for."""
        names = [name for section in sections for name in section]
        for name in given:
            known(f"{self.title}: piece", name, names)

    def _closing(
        self,
        policy: Policy | None,
        debt: str | None,
        collateral: str | None,
        given: Mapping[str, Any],
    ) -> Closing:
        if policy is not None:
            return Closing(policy)
        for name, piece in self.closing.items():
            if isinstance(piece, ClosingPolicy):
                return Closing(piece)
            if name in _bridges.POLICIES:
                return completed(name, _bridges.POLICIES[name], piece.asked, given.get(name))  # type: ignore[no-any-return]
            if name == "close_factor":
                return self._loan(piece, debt, collateral)
        raise self._untold(
            "how much is closed", "closing", "pass policy=, such as liquidation.CloseAll()"
        )

    def _loan(self, factor: Any, debt: str | None, collateral: str | None) -> Closing:
        if debt is None or collateral is None:
            raise MarginError(
                f"{self.title} closes one debt against one collateral; pass debt= and collateral=, "
                "the names of two coins"
            )
        return Closing(factor.asked(debt=debt, collateral=collateral))

    def _incentive(self, accounts: Accounts, market: Market) -> Fee:
        """Return what the liquidator of a loan is given, which is what closing costs."""
        for piece in self.fee.values():
            if isinstance(piece, LiquidationIncentive):
                return piece
        if "discount_of_health" not in self.fee:
            raise self._untold("what a liquidator is given", "fee", "pass policy= and fee=")
        ask = self.fee["discount_of_health"].asked
        return _bridges.incentive_of_health(ask, accounts, market, self.model)

    def _fee(
        self, fee: float | Fee | None, closing: Closing, given: Mapping[str, Any]
    ) -> float | Fee:
        if fee is not None:
            return fee
        if closing.fee is not None:
            return closing.fee
        unpriced = [name for name, piece in self.fee.items()
                    if isinstance(piece, Term) and name not in _bridges.FEES]  # fmt: skip
        if unpriced or not self.fee:
            raise self._untold("what closing costs an account", "fee", "pass fee=, 0 for none")
        each = [
            completed(name, _bridges.FEES[name], piece.asked, given.get(name))
            if isinstance(piece, Term)
            else piece
            for name, piece in self.fee.items()
        ]

        def total(
            accounts: Accounts, market: Market, model: MarginModel, traded: FloatArray
        ) -> FloatArray:
            return np.asarray(sum(one(accounts, market, model, traded) for one in each))

        return each[0] if len(each) == 1 else total

    def _losses(self) -> list[LossRule]:
        if not self.loss:
            raise self._untold("who pays", "loss", "pass losses=, [] for nobody")
        for name in self.loss:
            if name not in _bridges.IN_A_CASCADE:
                raise self._untold(
                    f"what {name!r} takes from whom in a crowd", "loss", "pass losses="
                )
        return [rule for name in self.loss for rule in _bridges.IN_A_CASCADE[name]]

    def _untold(self, what: str, section: str, instead: str) -> MarginError:
        """Return the error for what a section of the file does not tell."""
        there = ", ".join(getattr(self, section))
        has = f"tells only {there}, to be asked by name" if there else "is not there"
        return MarginError(
            f"{self.title}: the rules do not tell {what} ([{section}] {has}); {instead}"
        )

    def __repr__(self) -> str:
        lines = [f"{self.title}, as of {self.as_of}, in {self.currency}"]
        for section in ("margin", "haircut"):
            if (model := getattr(self, section)) is not None:
                lines.append(f"{section:>8}: {type(model).__name__}")
        for section in ("fee", "closing", "loss"):
            if pieces := getattr(self, section):
                lines.append(f"{section:>8}: {', '.join(pieces)}")
        return "\n".join([*lines, self.status, self.source])

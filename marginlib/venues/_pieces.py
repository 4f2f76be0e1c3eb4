"""The pieces that a file of rules may name, by the words of the trade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from marginlib import liquidation, margin, waterfall
from marginlib._checks import MarginError, known
from marginlib.margin import Model, haircut_rules
from marginlib.margin.model import Sum
from marginlib.margin.schedule import Schedule
from marginlib.margin.strategies import StrategyMargin
from marginlib.market import Market
from marginlib.venues import _brackets
from marginlib.venues._terms import Terms
from marginlib.venues._ticks import Ticks
from marginlib.venues.protocols import (
    absorption,
    account_auctions,
    auctions,
    by_size,
    charges,
    closing_orders,
    closing_sizes,
    collateral_sale,
    contingencies,
    expiry_loss,
    falling_prices,
    fee_rates,
    full_collateral,
    funding,
    incentives,
    indices,
    levels,
    option_purchase,
    risk_factors,
    scaling,
    settlement_haircut,
    stability_pool,
    transfers,
    weights,
)


def brackets(
    venue: str,
    symbol: str | list[str],
    leverage: float | None = None,
    entry: Market | None = None,
    taker_fee: float | None = None,
    as_of: str | None = None,
) -> Model:
    """Return the model of a venue's printed table; see :func:`marginlib.venues.table_model`."""
    each = _names("symbol", symbol)
    tables = [_brackets.table(venue, name, as_of) for name in each]
    return _brackets.table_model(tables, leverage, entry, taker_fee)


def own_brackets(
    file: Path,
    venue: str,
    symbol: str | list[str],
    venues: Path | None = None,
    leverage: float | None = None,
    entry: Market | None = None,
    taker_fee: float | None = None,
) -> Model:
    """Return the model of tables in your own file; see :func:`marginlib.venues.load_tables`."""
    for name, beside in [("file", file), ("venues", venues)]:
        if beside is not None and not isinstance(beside, Path):
            raise MarginError(f"{name} must be a .csv file beside the rules; got {beside!r}")
        if beside is not None and not beside.is_file():
            raise MarginError(f"{name} {beside.name} is not beside the rules")
    tables = _brackets.load_tables(file, venues)
    symbols = _names("symbol", symbol)
    own = {of: table for (name, of), table in tables.items() if name == venue}
    found = [own[known("symbol", each, own)] for each in symbols]
    return _brackets.table_model(found, leverage, entry, taker_fee)


def _names(name: str, given: object) -> list[str]:
    """Return one name, or a list of names, as a list."""
    listed = given if isinstance(given, list | tuple) else [given]
    if not all(isinstance(one, str) for one in listed):
        raise MarginError(f"{name} must be a name or a list of names; got {given!r}")
    return list(listed)


def initial_brackets(venue: str, symbol: str, as_of: str | None = None) -> Schedule:
    """Return the initial rates of a venue's printed table."""
    return _brackets.table(venue, symbol, as_of).initial


def maintenance_brackets(venue: str, symbol: str, as_of: str | None = None) -> Schedule:
    """Return the maintenance rates of a venue's printed table."""
    return _brackets.table(venue, symbol, as_of).maintenance


def profit_haircut(
    entry: Market,
    initial: haircut_rules.HaircutRule | ArrayLike,
    maintenance: haircut_rules.HaircutRule | ArrayLike | None = None,
    net: bool = False,
) -> Model:
    """Return the model in which profit since entry does not count, or not all of it."""
    return margin.ProfitHaircut(entry.value, initial, maintenance, net=net)


def total(of: Sequence[Model]) -> Model:
    """Return the model whose requirement is the sum of others."""
    return Sum(tuple(of))


def chosen_leverage(model: Model, leverage: ArrayLike | None = None) -> Model:
    """Return the model at the leverage that the trader chose, or as it is if none was chosen."""
    return model if leverage is None else margin.at_leverage(model, leverage)


PIECES: dict[str, Callable[..., Any]] = {
    # Tables of brackets
    "continuous": Schedule.continuous,
    "stepped": Schedule.stepped,
    "published": Schedule.published,
    "brackets": brackets,
    "initial_brackets": initial_brackets,
    "maintenance_brackets": maintenance_brackets,
    "own_brackets": own_brackets,
    # What positions need
    "fixed_rate": margin.FixedRate,
    "tiered": margin.Tiered,
    "sum": total,
    "netted": margin.Netted,
    "minimum": charges.Minimum,
    "size_premium_rate": by_size.SizePremiumRate,
    "skew_rate": by_size.SkewRate,
    "open_interest_rate": scaling.open_interest_rate,
    "closing_fee": margin.ClosingFee,
    "fixed_charge": margin.FixedCharge,
    "clamped_charge": charges.ClampedCharge,
    "chosen_leverage": chosen_leverage,
    "on_entry": margin.on_entry,
    "risk_factors": risk_factors.RiskFactors,
    "funding_margin": funding.FundingMargin,
    "margin_levels": levels.MarginLevels,
    "full_collateral": full_collateral.FullCollateral,
    "rounded_up": charges.RoundedUp,
    "short_options": margin.ShortOptions,
    "short_option_rate": margin.ShortOptionRate,
    "expiry_loss": expiry_loss.ExpiryLoss,
    "low_confidence": contingencies.LowConfidence,
    "depeg": contingencies.Depeg,
    "share_margin": margin.ShareMargin,
    "strategy_margin": StrategyMargin,
    "minimum_equity": charges.MinimumEquity,
    # What is taken off collateral
    "haircut": margin.Haircut,
    "weighted": margin.weighted_collateral,
    "settlement_haircut": settlement_haircut.SettlementHaircut,
    "profit_haircut": profit_haircut,
    "tiers": margin.TieredHaircut,
    "size_discount": weights.SizeDiscount,
    "size_premium": weights.SizePremium,
    "pool_discount": weights.PoolDiscount,
    "pool_premium": weights.PoolPremium,
    "largest": haircut_rules.LargestHaircut,
    # What closing costs
    "liquidation_fee": Terms(fee_rates.liquidation_fee),
    "requirement_fee": liquidation.RequirementFee,
    "ramped_fee": Terms(fee_rates.ramped_fee),
    "solvent_fee_rate": Terms(fee_rates.solvent_fee_rate),
    "residual": Terms(waterfall.split_residual),
    "option_purchase": Terms(option_purchase.purchase_cost),
    "liquidation_incentive": liquidation.LiquidationIncentive,
    "incentive_of_threshold": incentives.incentive_of_threshold,
    "discount_of_health": Terms(incentives.discount_of_health),
    "keeper_reward": Terms(auctions.keeper_reward),
    # How much is closed, and how
    "close_all": liquidation.CloseAll,
    "close_share": liquidation.CloseShare,
    "reduce_to": liquidation.ReduceTo,
    "largest_first": liquidation.LargestFirst,
    "tier_by_tier": liquidation.TierByTier,
    "slice_first": liquidation.SliceFirst,
    "at_most": liquidation.AtMost,
    "window_capacity": Terms(closing_sizes.window_capacity),
    "restoring_quantity": Terms(liquidation.restoring_quantity),
    "restoring_transfer": Terms(closing_sizes.restoring_transfer),
    "fillable_price": Terms(closing_orders.fillable_price),
    "transfer_pro_rata": Terms(transfers.transfer_pro_rata),
    "collateral_sale": Terms(collateral_sale.sell_collateral),
    "close_factor": Terms(liquidation.CloseFactor),
    "absorption": Terms(absorption.absorb),
    "store_front": Terms(absorption.store_front_quote),
    "auction_lot": Terms(auctions.put_up),
    "auction_take": Terms(auctions.take),
    "stair_step": Terms(falling_prices.stair_step),
    "linear_phases": Terms(falling_prices.linear_phases),
    "largest_share": Terms(account_auctions.largest_share),
    # Who pays
    "insurance_fund": Terms(waterfall.InsuranceFund),
    "deleveraging": Terms(waterfall.DeleveragingQueue),
    "deleveraging_transfer": Terms(transfers.transfer_pro_rata),
    "socialised_loss": Terms(waterfall.Contributions),
    "share_by_gains": Terms(waterfall.share_by_gains),
    "share_by_open_interest": Terms(indices.share_by_open_interest),
    "deposit_index": Terms(indices.cut_deposit_index),
    "withdrawal_factor": Terms(waterfall.loss_factor),
    "offset_and_redistribute": Terms(stability_pool.offset_and_redistribute),
    "offset_with_cap": Terms(stability_pool.offset_with_cap),
    "write_off": Terms(absorption.write_off),
    # On which grid
    "ticks": Ticks,
}

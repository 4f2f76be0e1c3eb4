"""The strategies of the rulebook that take one or two options, and what each needs."""

from __future__ import annotations

from collections.abc import Iterator

from marginlib.margin.strategies.legs import SHARES, OptionLegs, Way
from marginlib.margin.strategies.practice import RULEBOOK, BrokerPractice

LONG_DATED = 0.75  # years; a longer option may be bought partly on credit
LONG_DATED_CREDIT = 0.25  # of its price
HEDGED_RATE = 0.10  # of the strike, for shares with an option against their fall or rise
COLLAR_RATE = 0.25  # of the call's strike


def known_ways(
    legs: OptionLegs, maintenance: bool = True, practice: BrokerPractice = RULEBOOK
) -> Iterator[Way]:
    """Yield every strategy that some of these legs fit, spreads excepted.

    Spreads have any number of legs; :func:`~marginlib.margin.strategies.cheapest_pairing` adds
    them.

    Parameters
    ----------
    maintenance : bool
        Whether hedged shares may need less than unhedged ones: they may stay so, not open so.
    practice : BrokerPractice
        Where the broker parts from the rulebook.

    A share that covers a call needs, on top of its rate, what the call is in the money by, because
    it will be sold at the strike. To stay, the rate is taken on no more than the strike. A put
    covered by shares sold short needs the rate on their price, and what it is in the money by. A
    *collar* is a share with a put
    bought and a call sold at a higher strike, all options with one expiry: it needs 10 % of the
    put's strike and what the put is out of the money by, or 25 % of the call's strike if that is
    less. A *conversion* has both options at one strike and needs 10 % of it; so has a *reverse
    conversion*, the same with all signs turned.

    Source: Cboe Margin Manual, April 2000, and Cboe Rule 10.3 as amended, 87 FR 74200 (openings
    read 2026-11-22); formulas as printed by brokers: Place Trade, US options, and tastytrade,
    protective put, both read 2026-11-22, and as implemented in QuantConnect/Lean,
    OptionStrategyPositionGroupBuyingPowerModel.cs.

    Shares sold short with a call bought and a put sold, a short collar, have no strategy of their
    own: to stay they are paired as protected shares and a naked put. For 100 shares at 524.62 with
    options struck at 534 and 514 that is 15,708 and the price of the put, where a broker's emulator
    was seen to ask 6,202; no rule is known that gives the lower number.

    >>> legs = OptionLegs(95, [90], [True], [-1], premium=[7], above_premium=[19], shares=100,
    ...             share_need=23.75)
    >>> {way.name: way.need for way in known_ways(legs)}
    {'naked': 2600.0, 'covered': 375.0}
    """
    yield from _naked(legs)
    yield from _straddles(legs)
    yield from _long_dated(legs)
    yield from _covered(legs, maintenance or practice.shares_at_strike_to_open)
    if maintenance:
        yield from _protected(legs)
        yield from _collars(legs)


def _naked(legs: OptionLegs) -> Iterator[Way]:
    for leg in legs.sold:
        yield Way("naked", {leg: 1}, legs.units(leg) * legs.naked(leg))


def _straddles(legs: OptionLegs) -> Iterator[Way]:
    """Yield every pair of a call and a put sold: the larger need, and the other's premium."""
    for call in legs.sold:
        for put in legs.sold:
            same_size = legs.units(call) == legs.units(put)
            if not (legs.is_call[call] and not legs.is_call[put] and same_size):
                continue
            larger, other = (call, put) if legs.naked(call) >= legs.naked(put) else (put, call)
            need = legs.naked(larger) + float(legs.premium[other])
            name = "straddle" if legs.strike[call] == legs.strike[put] else "strangle"
            yield Way(name, {call: 1, put: 1}, legs.units(call) * need)


def _long_dated(legs: OptionLegs) -> Iterator[Way]:
    for leg in legs.bought:
        if legs.years[leg] > LONG_DATED:
            credit = LONG_DATED_CREDIT * float(legs.premium[leg])
            yield Way("long-dated", {leg: 1}, -legs.units(leg) * credit)


def _covered(legs: OptionLegs, at_strike: bool) -> Iterator[Way]:
    for leg in legs.sold:
        if _shares_fit(legs, leg):
            need = legs.in_the_money(leg)
            if at_strike and legs.is_call[leg]:
                need *= 1 - legs.share_need / legs.underlying  # the rate on the strike, not above
            uses = {leg: 1.0, SHARES: legs.units(leg)}
            yield Way("covered", uses, legs.units(leg) * need)


def _protected(legs: OptionLegs) -> Iterator[Way]:
    for leg in legs.bought:
        if _shares_are_protected(legs, leg):
            hedged = HEDGED_RATE * float(legs.strike[leg]) + legs.out_of_the_money(leg)
            less = min(hedged, legs.share_need) - legs.share_need
            uses = {leg: 1.0, SHARES: legs.units(leg)}
            yield Way("protected", uses, legs.units(leg) * less)


def _collars(legs: OptionLegs) -> Iterator[Way]:
    """Yield shares between an option bought against their move and one sold that they cover."""
    for bought in legs.bought:
        for sold in legs.sold:
            same = legs.years[bought] == legs.years[sold] and legs.units(bought) == legs.units(sold)
            opposite = legs.is_call[bought] != legs.is_call[sold]
            fit = _shares_are_protected(legs, bought) and _shares_fit(legs, sold)
            if not (same and opposite and fit):
                continue
            low, high = float(legs.strike[bought]), float(legs.strike[sold])
            if low == high:
                name, hedged = "conversion", HEDGED_RATE * low
            elif legs.shares > 0 and low < high:
                name = "collar"
                hedged = min(HEDGED_RATE * low + legs.out_of_the_money(bought), COLLAR_RATE * high)
            else:
                continue
            need = hedged - legs.share_need + legs.in_the_money(sold)
            uses = {bought: 1.0, sold: 1.0, SHARES: legs.units(sold)}
            yield Way(name, uses, legs.units(sold) * need)


def _shares_fit(legs: OptionLegs, leg: int) -> bool:
    """Tell whether shares cover this option sold: shares held a call, shares sold short a put."""
    return bool(legs.shares > 0 if legs.is_call[leg] else legs.shares < 0)


def _shares_are_protected(legs: OptionLegs, leg: int) -> bool:
    """Tell whether this option bought hedges the shares: a put shares held, a call short ones."""
    return bool(legs.shares < 0 if legs.is_call[leg] else legs.shares > 0)

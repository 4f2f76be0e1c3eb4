"""Options margined by strategy: spreads, straddles, covered calls and what else brokers know.

A broker in the United States does not look at how a portfolio moves. It sorts the legs of an
account into strategies that a rulebook knows, asks for each what the rulebook says, and adds up:

============================  =====================================================================
strategy                      what it needs, the value of the options sold included
============================  =====================================================================
option sold, nothing else     premium, and a share of the underlying (see ``short_options``)
call and put sold             the larger of the two, and the premium of the other
spread of any legs            the worst payoff at expiry, over zero and every strike
call sold, shares held        what the shares need, to stay at no more than the strike, and what the
                              call is in the money by
put sold, shares sold short   what the shares need, and what the put is in the money by
shares with a bought option   10 % of the strike and what the option is out of the money by, if that
                              is less than the shares need (maintenance only)
collar, conversion            both of the last, see :func:`~marginlib.margin.strategies.known_ways`
option bought                 its price; three quarters of it with more than nine months to go
============================  =====================================================================

The same legs can often be sorted in several ways. :func:`cheapest_pairing` finds the one that needs
least, in whole contracts. A broker may pair otherwise, and may ask for more than the minimum.
"""

from marginlib.margin.strategies.legs import OptionLegs
from marginlib.margin.strategies.model import (
    BROAD_INDEX_OPTIONS,
    EQUITY_OPTIONS,
    StrategyMargin,
    leveraged_option_rate,
)
from marginlib.margin.strategies.pairing import cheapest_pairing
from marginlib.margin.strategies.practice import BrokerPractice

__all__ = [
    "BROAD_INDEX_OPTIONS",
    "EQUITY_OPTIONS",
    "BrokerPractice",
    "OptionLegs",
    "StrategyMargin",
    "cheapest_pairing",
    "leveraged_option_rate",
]

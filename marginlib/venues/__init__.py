"""Margin rules of named venues and rulebooks, dated and sourced.

A venue is data. Its *rules* are a file of ``rules/`` that names general pieces of this library and
their parameters: what positions need, what is taken off collateral, what closing costs, how much
is closed and who pays what is missing. Its *tables* of brackets are rows of ``brackets.csv``.
Nothing here knows the name of a venue, and your own venue is a file of the same form.

>>> from marginlib import venues
>>> len(venues.names()) > 30, venues.symbols("kraken_inverse")
(True, ('PI_XBTUSD',))
>>> float(venues.table("hyperliquid", "BTC").maintenance.requirement(200_000_000))
3125000.0

Venues change their rules often. Look at ``as_of``, ``source`` and ``status`` before you rely on
one; none of them is advice, and none is sure to be in force.
"""

from marginlib.venues._answers import Rules
from marginlib.venues._brackets import load_tables, table, table_model
from marginlib.venues._caps import LeverageCap, leverage_cap, leverage_caps
from marginlib.venues._rule_sets import RuleSet
from marginlib.venues._rules import dates, load_rules, names, rule_set, rules, symbols
from marginlib.venues._tables import Table
from marginlib.venues._ticks import Ticks

__all__ = [
    "LeverageCap",
    "RuleSet",
    "Rules",
    "Table",
    "Ticks",
    "dates",
    "leverage_cap",
    "leverage_caps",
    "load_rules",
    "load_tables",
    "names",
    "rule_set",
    "rules",
    "symbols",
    "table",
    "table_model",
]

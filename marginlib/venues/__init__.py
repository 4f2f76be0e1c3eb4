"""Margin rules of named venues and rulebooks, dated and sourced.

A venue is data. Its *rules* are a file of ``rules/`` that names general pieces of this library and
their parameters: what positions need, what is taken off collateral, what closing costs, how much
is closed and who pays what is missing. Its *tables* of brackets are rows of ``brackets.csv``.
Nothing here knows the name of a venue, and your own venue is a file of the same form.

>>> from marginlib import venues
>>> venues.names()
('binance', 'hyperliquid', 'kraken', 'kraken_inverse', 'bybit', 'okx', 'gate')
>>> float(venues.table("hyperliquid", "BTC").maintenance.requirement(200_000_000))
3125000.0

Venues change their rules often. Look at ``as_of``, ``source`` and ``status`` before you rely on
one; none of them is advice, and none is sure to be in force.
"""

from marginlib.venues._brackets import dates, load, model, names, rule, symbols, table
from marginlib.venues._caps import LeverageCap, leverage_cap, leverage_caps
from marginlib.venues._rule_sets import Rules, RuleSet
from marginlib.venues._rules import load_rules, rule_dates, rule_names, rule_set, rules
from marginlib.venues._tables import Table
from marginlib.venues.protocols.by_size import BySize

__all__ = [
    "BySize",
    "LeverageCap",
    "RuleSet",
    "Rules",
    "Table",
    "dates",
    "leverage_cap",
    "leverage_caps",
    "load",
    "load_rules",
    "model",
    "names",
    "rule",
    "rule_dates",
    "rule_names",
    "rule_set",
    "rules",
    "symbols",
    "table",
]

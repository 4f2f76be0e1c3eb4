"""Shock, forced sales, impact, rest: what a market does to a crowd of accounts."""

from marginlib.cascade.forced_flow import forced_flow, loop_gain
from marginlib.cascade.one_market import (
    Prepared,
    Rest,
    Thresholds,
    prepare,
    rest,
    thresholds,
)
from marginlib.cascade.one_question import rest_once
from marginlib.cascade.price_path import along
from marginlib.cascade.staircase import Staircase, staircase

__all__ = [
    "Prepared",
    "Rest",
    "Staircase",
    "Thresholds",
    "along",
    "forced_flow",
    "loop_gain",
    "prepare",
    "rest",
    "rest_once",
    "staircase",
    "thresholds",
]

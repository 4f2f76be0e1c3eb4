"""Shock, forced sales, impact, rest: what a market does to a crowd of accounts.

A :class:`State` is what changes, :class:`Rules` are what stays, and :func:`step` leads from one
state to the next. :func:`settle` repeats it until nobody is due, :func:`run` along a path of
prices. Brakes, and rules for losses, are put into the rules. Where one market answers for ever and
whole accounts are closed, :func:`rest` and its kin find the same end without going step by step.
:func:`stress_test` takes the positions that a venue's rules admit through days of falling prices.
"""

from marginlib.cascade import surprises
from marginlib.cascade.absorb import LossRule, Socialise
from marginlib.cascade.brakes import BackstopBuyer, Brake, CircuitBreaker, CoolDown, SlowerCalls
from marginlib.cascade.deleverage import Deleverage
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
from marginlib.cascade.pooled import Pool, PooledRest, prepare_pooled, rest_pooled
from marginlib.cascade.price_path import along
from marginlib.cascade.record import AGGREGATES, record
from marginlib.cascade.rules import Rules
from marginlib.cascade.run import Run, rounds, run, settle
from marginlib.cascade.staircase import Staircase, staircase
from marginlib.cascade.state import Round, State, begin, moved, shock
from marginlib.cascade.step import NotConserved, step
from marginlib.cascade.stress import StressTest, admitted, open_interest, stress_test

__all__ = [
    "AGGREGATES",
    "BackstopBuyer",
    "Brake",
    "CircuitBreaker",
    "CoolDown",
    "Deleverage",
    "LossRule",
    "NotConserved",
    "Pool",
    "PooledRest",
    "Prepared",
    "Rest",
    "Round",
    "Rules",
    "Run",
    "SlowerCalls",
    "Socialise",
    "Staircase",
    "State",
    "StressTest",
    "Thresholds",
    "admitted",
    "along",
    "begin",
    "forced_flow",
    "loop_gain",
    "moved",
    "open_interest",
    "prepare",
    "prepare_pooled",
    "record",
    "rest",
    "rest_once",
    "rest_pooled",
    "rounds",
    "run",
    "settle",
    "shock",
    "staircase",
    "step",
    "stress_test",
    "surprises",
    "thresholds",
]

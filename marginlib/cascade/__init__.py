"""Shock, forced sales, impact, rest: what a market does to a crowd of accounts.

A state is what changes, :class:`CascadeRules` are what stays, and :func:`step` leads from one state
to the next. :func:`begin` makes the first, :func:`shock` moves a price from outside,
:func:`settle` repeats the step until nobody is due, :func:`run` along a path of prices. Brakes, and
rules for losses, are put into the rules; one of your own is a subclass of
``marginlib.cascade.brakes.Brake`` or ``marginlib.cascade.absorb.LossRule``.

Where one market answers for ever and whole accounts are closed, :func:`rest` and its kin find the
same end without going step by step. :func:`stress_test` takes the positions that a venue's rules
admit through days of falling prices.
"""

from marginlib.cascade import surprises
from marginlib.cascade.absorb import SocialisedLoss
from marginlib.cascade.brakes import BackstopBuyer, CircuitBreaker, CoolDown, SlowerCalls
from marginlib.cascade.deleverage import AutoDeleveraging
from marginlib.cascade.forced_flow import forced_flow
from marginlib.cascade.one_market import prepare, rest
from marginlib.cascade.pooled import prepare_pooled, rest_pooled
from marginlib.cascade.record import record
from marginlib.cascade.rules import CascadeRules
from marginlib.cascade.run import rounds, run, settle
from marginlib.cascade.staircase import staircase
from marginlib.cascade.state import begin, shock
from marginlib.cascade.step import step
from marginlib.cascade.stress import admitted, open_interest, stress_test

__all__ = [
    "AutoDeleveraging",
    "BackstopBuyer",
    "CascadeRules",
    "CircuitBreaker",
    "CoolDown",
    "SlowerCalls",
    "SocialisedLoss",
    "admitted",
    "begin",
    "forced_flow",
    "open_interest",
    "prepare",
    "prepare_pooled",
    "record",
    "rest",
    "rest_pooled",
    "rounds",
    "run",
    "settle",
    "shock",
    "staircase",
    "step",
    "stress_test",
    "surprises",
]

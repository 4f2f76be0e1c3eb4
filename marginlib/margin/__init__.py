"""How much must be there: requirements, and the models that compute them.

A margin model is anything that can be called as ``model(accounts, market)`` and returns a
:class:`Requirement`. The models here are small frozen dataclasses; a plain function will do too::

    def one_tenth(accounts, market):
        size = ml.accounts.notional(accounts, market).sum(axis=-1)
        return ml.margin.Requirement(initial=size / 10, maintenance=size / 20)

Models add up (a rate and the fee for closing) and scale (a factor for a risky week).
"""

from marginlib.margin.questions import free_margin, headroom, largest_position, margin_ratio
from marginlib.margin.rates import ClosingFee, FixedRate, OnEntry, Tiered, on_entry
from marginlib.margin.requirement import (
    Lines,
    MarginModel,
    Model,
    Requirement,
    Scaled,
    Sum,
    at_leverage,
    lines,
    maximum,
)

__all__ = [
    "ClosingFee",
    "FixedRate",
    "Lines",
    "MarginModel",
    "Model",
    "OnEntry",
    "Requirement",
    "Scaled",
    "Sum",
    "Tiered",
    "at_leverage",
    "free_margin",
    "headroom",
    "largest_position",
    "lines",
    "margin_ratio",
    "maximum",
    "on_entry",
]

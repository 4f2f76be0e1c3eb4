"""What is kept of the states on the way: totals by name, and never the accounts themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from marginlib._checks import MarginError, known
from marginlib.cascade.state import State

#: Names of :data:`AGGREGATES`, and functions of a state, which are known by their own names.
Record: TypeAlias = Sequence[str | Callable[[State], Any]]

#: What can be recorded by name.
AGGREGATES: Mapping[str, Callable[[State], Any]] = MappingProxyType(
    {
        "price": lambda state: state.market.price,  # (..., I) [quote currency]
        "due": lambda state: state.last.due,  # (...) accounts that had something to close
        "closed": lambda state: state.last.closed,  # (...) accounts of which something was closed
        "flow": lambda state: state.last.flow,  # (..., I) what they traded [contracts]
        "volume": lambda state: state.last.volume,  # (...) and its value [currency]
        "gain": lambda state: state.last.gain,  # (...) volume over that of the step before
        "liquidated": lambda state: state.liquidated.sum(axis=-1),  # (...) accounts so far
        "bankrupt": lambda state: (state.equity < 0).sum(axis=-1),  # (...) accounts
        "fund": lambda state: state.fund.balance,  # (...) [currency]
        "unpaid": lambda state: state.unpaid,  # (...) debts that nobody has paid [currency]
        "equity": lambda state: state.equity.sum(axis=-1),  # (...) of the whole crowd [currency]
    }
)
DEFAULT = ("price", "closed", "volume", "gain", "fund", "unpaid")


def record(states: Iterable[State], what: Record = DEFAULT) -> dict[str, np.ndarray]:
    """Return totals of a sequence of states, each of shape (T, ...).

    Parameters
    ----------
    states : iterable of State
        For example :func:`marginlib.cascade.rounds`; they are looked at one by one and not kept.
    what : sequence of names and functions
        Names out of ``AGGREGATES``, and functions of a state that return a number or an array.

    Returns
    -------
    dict
        From the name, or the name of the function, to an array with the states on its first axis.

    >>> import marginlib as ml
    >>> market = ml.market.at(ml.instruments.linear(["BTC"]), [20_000])
    >>> crowd = ml.accounts.open_accounts([2_000, 2_500], [[1], [1]], market)
    >>> rule, book = ml.margin.FixedRate(0.10, 0.05), ml.impact.linear_book(depth=1)
    >>> rules = ml.cascade.CascadeRules(rule, book)
    >>> shocked = ml.cascade.shock(ml.cascade.begin(crowd, market), "BTC", -0.07)
    >>> record(ml.cascade.rounds(shocked, rules), ["closed", "gain"])["gain"].round(2).tolist()
    [nan, 0.99, 0.0]
    """
    functions = _functions(what)
    kept: dict[str, list[Any]] = {name: [] for name in functions}
    for state in states:
        for name, function in functions.items():
            kept[name].append(np.asarray(function(state)))
    # A state may have got axes on the way, where one market became many.
    return {name: np.stack(np.broadcast_arrays(*each)) for name, each in kept.items() if each}


def _functions(what: Record) -> dict[str, Callable[[State], Any]]:
    if isinstance(what, str):
        raise MarginError(f"record must be a list of names, did you mean [{what!r}]?")
    functions: dict[str, Callable[[State], Any]] = {}
    for each in what:
        name = getattr(each, "__name__", repr(each)) if callable(each) else each
        if name in functions:
            raise MarginError(f"record must name each thing once; got {name!r} twice")
        functions[name] = each if callable(each) else AGGREGATES[known("record", each, AGGREGATES)]
    return functions

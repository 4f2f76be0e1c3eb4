"""Many steps: until nobody is due, or along a path of prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from marginlib._checks import FloatArray, MarginError, NotSettled, numbers, whole
from marginlib.cascade.record import DEFAULT, Record
from marginlib.cascade.record import record as recorded
from marginlib.cascade.rules import CascadeRules
from marginlib.cascade.state import Round, State, moved
from marginlib.cascade.step import step


class Run(NamedTuple):
    """A crowd along a path of prices."""

    state: State  # at the end
    history: Mapping[str, FloatArray]  # name: (T + 1, ...), the beginning first


def rounds(
    state: State,
    rules: CascadeRules,
    *,
    limit: int = 1_000,
    rng: np.random.Generator | None = None,
    check: bool = False,
) -> Iterator[State]:
    """Yield the states after each step, until one in which nobody was due.

    Parameters
    ----------
    state, rules, rng, check
        As in :func:`step`.
    limit : int
        How many steps there may be.

    Raises
    ------
    NotSettled
        If somebody is still due after so many steps, or a price is gone; its ``last`` is the last
        state that there is.

    >>> import marginlib as ml
    >>> market = ml.market.at(ml.instruments.linear(["BTC"]), [20_000])
    >>> crowd = ml.accounts.open_accounts([2_000, 2_500], [[1], [1]], market)
    >>> rule, book = ml.margin.FixedRate(0.10, 0.05), ml.impact.linear_book(depth=1)
    >>> rules = ml.cascade.CascadeRules(rule, book)
    >>> shocked = ml.cascade.shock(ml.cascade.begin(crowd, market), "BTC", -0.07)
    >>> [float(state.market["BTC"]) for state in rounds(shocked, rules)]
    [18414.0, 18228.0, 18228.0]
    """
    for _ in range(whole("limit", limit)):
        state = step(state, rules, rng=rng, check=check)
        yield state
        if not np.any(state.last.due):
            return
    raise NotSettled(
        f"somebody is still due after {limit} steps; type a larger limit=, a policy that closes "
        "all of what is small, or shorter brakes",
        state,
    )


def settle(
    state: State,
    rules: CascadeRules,
    *,
    limit: int = 1_000,
    rng: np.random.Generator | None = None,
    check: bool = False,
) -> State:
    """Return the state in which the cascade has come to rest: nobody is due.

    Parameters and errors as in :func:`rounds`. Prices from outside stay where they are.

    >>> import marginlib as ml
    >>> market = ml.market.at(ml.instruments.linear(["BTC"]), [20_000])
    >>> crowd = ml.accounts.open_accounts([2_000, 2_500], [[1], [1]], market)
    >>> rule, book = ml.margin.FixedRate(0.10, 0.05), ml.impact.linear_book(depth=1)
    >>> rules = ml.cascade.CascadeRules(rule, book)
    >>> rest = settle(ml.cascade.shock(ml.cascade.begin(crowd, market), "BTC", -0.07), rules)
    >>> float(rest.market["BTC"]), int(rest.liquidated.sum())
    (18228.0, 2)
    """
    for latest in rounds(state, rules, limit=limit, rng=rng, check=check):
        state = latest
    return state


def run(
    state: State,
    rules: CascadeRules,
    moves: ArrayLike,
    *,
    record: Record = DEFAULT,
    until_rest: bool = False,
    limit: int = 1_000,
    rng: np.random.Generator | None = None,
    check: bool = False,
) -> Run:
    """Return where a path of prices leads the crowd, and what was recorded on the way.

    Parameters
    ----------
    state, rules, rng, check
        As in :func:`step`.
    moves : array of shape (T,) or (T, Q) or (T, ..., Q)
        Simple returns from outside, of all that is quoted alike or of each [fraction]. The forced
        flow comes on top.
    record : sequence of names and functions
        What is kept of each state, see :func:`marginlib.cascade.record`.
    until_rest : bool
        Whether the crowd comes to rest after each move, or takes one step. What is recorded of the
        rounds is then their total after each move, and the gain is the one that leads from the
        first volume to the total: 1 - first / total.
    limit : int
        How many steps there may be after each move.

    Raises
    ------
    NotSettled
        As in :func:`step` and :func:`rounds`.

    >>> import marginlib as ml
    >>> market = ml.market.at(ml.instruments.linear(["BTC"]), [20_000])
    >>> crowd = ml.accounts.open_accounts([2_000, 2_500], [[1], [1]], market)
    >>> rule, book = ml.margin.FixedRate(0.10, 0.05), ml.impact.linear_book(depth=1)
    >>> rules = ml.cascade.CascadeRules(rule, book)
    >>> result = run(ml.cascade.begin(crowd, market), rules, [-0.05, -0.021, 0.0])
    >>> result.history["price"][:, 0].round(2).tolist()
    [20000.0, 19000.0, 18414.99, 18228.98]
    >>> result.history["closed"].tolist()
    [0, 0, 1, 1]
    """
    path = numbers("moves", moves)
    if path.ndim == 0:
        raise MarginError(f"moves must be a path of shape (T, ...); got one number, {path:g}")
    latest = state

    def states() -> Iterator[State]:
        nonlocal latest
        yield latest
        for returns in path:
            latest = moved(latest, returns)
            if until_rest:
                latest = _settled(latest, rules, limit, rng, check)
            else:
                latest = step(latest, rules, rng=rng, check=check)
            yield latest

    history = recorded(states(), record)
    return Run(latest, history)


def _settled(
    state: State, rules: CascadeRules, limit: int, rng: np.random.Generator | None, check: bool
) -> State:
    """Return the state at rest, with all rounds that led to it told as one."""
    each = []
    for latest in rounds(state, rules, limit=limit, rng=rng, check=check):
        state = latest
        each.append(latest.last)
    volume = np.asarray(sum(one.volume for one in each))
    whole = Round(
        due=each[-1].due,
        closed=np.asarray(sum(one.closed for one in each)),
        flow=np.asarray(sum(one.flow for one in each)),
        volume=volume,
        gain=np.asarray(1 - each[0].volume / np.where(volume > 0, volume, np.nan)),
    )
    return replace(state, last=whole)

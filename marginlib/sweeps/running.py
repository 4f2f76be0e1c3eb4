"""Many calls of one function, each with its own seed, by whoever works on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.random import SeedSequence

from marginlib._checks import MarginError
from marginlib.sweeps.progress import bar

Parameters = Mapping[str, Any]
LONGEST_TOLD = 60  # characters of a parameter's value in the note on an error


def sweep(
    function: Callable[..., Any],
    parameters: Iterable[Parameters],
    *,
    rng: np.random.Generator | None = None,
    repeats: int = 1,
    common: bool = False,
    executor: Executor | None = None,
    progress: bool = False,
) -> list[Any]:
    """Return what a function answers to each set of parameters, in their order.

    Parameters
    ----------
    function : callable
        Called with each set of parameters by name. To be sent to another process it must be defined
        at the top of a module; Dask also sends those of a notebook.
    parameters : iterable of mappings
        A :func:`~marginlib.sweeps.grid`, or any list of dictionaries.
    rng : numpy.random.Generator, optional
        If given, each call has a new generator as ``rng=``, from a seed spawned off this one. Spawn
        does not look at what has been drawn from it, only at how often it was asked to spawn: a
        new generator of the same seed gives the same answers, one that was used here does not.
    repeats : int
        How often each set is run, with generators that differ; the repeats of a set follow each
        other. More than one needs ``rng``.
    common : bool
        Whether all sets share the generators of the repeats: what differs between two sets is then
        not the luck of the draw.
    executor : concurrent.futures.Executor, optional
        Who works on the calls; this process, one after the other, if not given.
    progress : bool
        Whether to show a bar, which needs tqdm: ``pip install 'marginlib[cluster]'``.

    Returns
    -------
    list
        One answer for each call; see :func:`~marginlib.sweeps.arrange`.

    Raises
    ------
    Exception
        What the first call to fail in the order of the list raised, with a note that tells its
        parameters. Calls that have not begun are then given up.

    Three repeats for each of two sets, with the same three generators:

    >>> from marginlib.sweeps import grid
    >>> def draw(least, rng):
    ...     return round(least + rng.uniform(), 3)
    >>> sweep(draw, grid(least=[0, 5]), rng=np.random.default_rng(3), repeats=3, common=True)
    [0.541, 0.1, 0.056, 5.541, 5.1, 5.056]
    """
    calls = _calls(parameters, rng, repeats, common)
    asked = [partial(_answer, function, call) for call in calls]
    futures = [] if executor is None else [executor.submit(one) for one in asked]
    waiting: list[Callable[[], Any]] = [one.result for one in futures] or [*asked]
    try:
        with bar(len(calls), progress) as done:
            return [_noted(*pair, done) for pair in zip(waiting, calls, strict=True)]
    finally:
        for future in futures:
            future.cancel()  # has no effect on one that is done


@dataclass(frozen=True)
class _Call:
    """One call: what it is given, and the seed of its generator."""

    parameters: Parameters
    seed: SeedSequence | None


def _calls(
    parameters: Iterable[Parameters], rng: np.random.Generator | None, repeats: int, common: bool
) -> list[_Call]:
    sets = list(parameters)
    for place, one in enumerate(sets):
        if not isinstance(one, Mapping):
            raise MarginError(f"parameters[{place}] must be a dict, {{'depth': 10}}; got {one!r}")
        if rng is not None and "rng" in one:
            raise MarginError(f"parameters[{place}] must not name rng, which the sweep gives")
    if isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 1:
        raise MarginError(f"repeats must be a whole number, at least 1; got {repeats!r}")
    if rng is None:
        if repeats > 1 or common:
            raise MarginError("repeats and common need rng, as in rng=np.random.default_rng(1)")
        return [_Call(one, None) for one in sets]
    seeds = _spawn(rng, repeats if common else repeats * len(sets))
    return [
        _Call(one, seeds[again if common else place * repeats + again])
        for place, one in enumerate(sets)
        for again in range(repeats)
    ]


def _spawn(rng: np.random.Generator, count: int) -> list[SeedSequence]:
    seed = rng.bit_generator.seed_seq if isinstance(rng, np.random.Generator) else None
    if not isinstance(seed, SeedSequence):
        raise MarginError(f"rng must be a numpy Generator, np.random.default_rng(1); got {rng!r}")
    return seed.spawn(count)


def _answer(function: Callable[..., Any], call: _Call) -> Any:
    # The generator is made here, from a seed of its own, so that a call that shares its seed, or is
    # begun again after its worker died, begins afresh.
    if call.seed is None:
        return function(**call.parameters)
    entropy, key, size = call.seed.entropy, call.seed.spawn_key, call.seed.pool_size
    seed = SeedSequence(entropy, spawn_key=key, pool_size=size)
    return function(**call.parameters, rng=np.random.default_rng(seed))


def _noted(wait: Callable[[], Any], call: _Call, done: Callable[[], object]) -> Any:
    """Return an answer, or tell the error whose it is."""
    try:
        answer = wait()
    except Exception as error:
        error.add_note(_told(call))
        raise
    done()
    return answer


def _told(call: _Call) -> str:
    given = ", ".join(f"{name}={_short(repr(value))}" for name, value in call.parameters.items())
    drawn = "" if call.seed is None else f"; the spawn key of its seed is {call.seed.spawn_key}"
    return f"called with {given}{drawn}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}..."

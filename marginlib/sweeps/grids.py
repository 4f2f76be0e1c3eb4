"""What a sweep asks, as a grid of named values, and its answers as arrays of the same shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marginlib._checks import MarginError


@dataclass(frozen=True)
class Grid:
    """Every combination of named values; build it with :func:`grid`.

    Parameters
    ----------
    axes : dict of name to tuple
        The values of each parameter.
    """

    axes: dict[str, tuple[Any, ...]]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each parameter has, in the order in which they were named."""
        return tuple(len(values) for values in self.axes.values())

    def __len__(self) -> int:
        return int(np.prod(self.shape))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for values in product(*self.axes.values()):
            yield dict(zip(self.axes, values, strict=True))


def grid(**axes: Iterable[Any]) -> Grid:
    """Return every combination of named values; the last name changes fastest.

    Parameters
    ----------
    **axes
        The values of each parameter, at least one.

    >>> list(grid(leverage=[5, 50], depth=[100]))
    [{'leverage': 5, 'depth': 100}, {'leverage': 50, 'depth': 100}]
    """
    named = {}
    for name, values in axes.items():
        if isinstance(values, str) or not isinstance(values, Iterable):
            raise MarginError(f"{name} must be a list of values; got {values!r}, type [{values!r}]")
        named[name] = tuple(values)
        if not named[name]:
            raise MarginError(f"{name} must hold at least one value; got none")
    if not named:
        raise MarginError("a grid needs at least one named list of values, as in depth=[10, 20]")
    return Grid(named)


def arrange(answers: Sequence[Any], shape: int | Sequence[int]) -> dict[str, NDArray[Any]]:
    """Return the named numbers of a sweep as arrays in the shape of its grid.

    Answers that are numbers themselves need no names: ``np.reshape(answers, shape)`` does.

    Parameters
    ----------
    answers : list of mappings, named tuples or dataclasses
        What :func:`~marginlib.sweeps.sweep` returned. All have the same names, and under each
        numbers, or arrays of one shape.
    shape : tuple of int
        ``grid.shape``, followed by the number of repeats if there were any.

    Returns
    -------
    dict of name to array
        Each of ``shape``, followed by the shape of one value.

    >>> from marginlib.sweeps import sweep
    >>> def fall(leverage, rate):
    ...     return {"distance": (1 / leverage - rate) / (1 - rate)}
    >>> asked = grid(leverage=[5, 10], rate=[0.0, 0.05])
    >>> arrange(sweep(fall, asked), asked.shape)["distance"].round(4).tolist()
    [[0.2, 0.1579], [0.1, 0.0526]]
    """
    whole = tuple(int(size) for size in np.atleast_1d(shape))
    if len(answers) != np.prod(whole):
        raise MarginError(f"shape {whole} has no place for {len(answers)} answers, one each")
    named = [_named(answer) for answer in answers]
    names = list(named[0]) if named else []
    for place, answer in enumerate(named):
        if list(answer) != names:
            raise MarginError(f"answer {place} must name {names} as the first; got {list(answer)}")
    try:
        stacked = {name: np.stack([np.asarray(one[name]) for one in named]) for name in names}
    except ValueError as error:
        raise MarginError(f"each name must have values of one shape: {error}") from None
    return {name: values.reshape(whole + values.shape[1:]) for name, values in stacked.items()}


def _named(answer: Any) -> dict[str, Any]:
    if isinstance(answer, Mapping):
        return dict(answer)
    if is_dataclass(answer):
        return {field.name: getattr(answer, field.name) for field in fields(answer)}
    if hasattr(answer, "_asdict"):
        return dict(answer._asdict())
    raise MarginError(
        f"answers must name their numbers, as a dict or a named tuple does; got {answer!r}, for "
        "which np.reshape(answers, shape) does"
    )

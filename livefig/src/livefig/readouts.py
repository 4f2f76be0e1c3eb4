"""Readouts: the numbers in words that stand beside the figure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Number
from typing import Any

from .errors import ExplorerError
from .kinds import refuse_other_kinds
from .writing import tidied, written


@dataclass(frozen=True)
class Readout:
    r"""How one number that ``update`` returns is written.

    Parameters
    ----------
    label
        What the number is.
    format
        Python's format of the number, without braces; see :func:`livefig.written`.
    unit
        Written behind the number.
    none
        Written where there is no finite answer (``nan``, ``inf``): ``"no loan, so no ratio"``.

    Examples
    --------
    >>> Readout("Liquidation price", ",.0f", "USD", none="never").write(18947.37)
    '18,947\xa0USD'
    >>> Readout("Liquidation price", ",.0f", "USD", none="never").write(float("nan"))
    'never'
    """

    label: str
    format: str = ".4g"
    unit: str = ""
    none: str | None = None

    def __post_init__(self) -> None:
        refuse_other_kinds(
            label=(self.label, str, 'a text, such as "Height"'),
            format=(self.format, str, 'a format of Python\'s, such as ".2f"'),
            unit=(self.unit, str, 'a text, such as "USD"'),
            none=(self.none, str | None, "a text, written where there is no number"),
        )

    def write(self, value: Any) -> str:
        """Return a value as the reader sees it."""
        if isinstance(value, str):
            return tidied(value)
        self.number(value)
        try:
            return written(value, self.format, self.unit, self.none)
        except ExplorerError as error:
            raise ExplorerError(f"readout {self.label!r}: {error}") from error

    def number(self, value: Any) -> float:
        """Return a value as a number, unrounded; ``nan`` where it is a text."""
        if isinstance(value, str):
            return math.nan
        try:
            return float(value)
        except (TypeError, ValueError) as error:
            raise ExplorerError(
                f"readout {self.label!r} must be one number or a text; got {value!r}"
            ) from error


def read_returned(announced: Mapping[str, Readout] | None, returned: Any) -> dict[str, Readout]:
    """Return the readouts that were announced, or else those that a function returned.

    Examples
    --------
    >>> read_returned(None, {"final_price": 3.0}) == {"final_price": Readout("Final price")}
    True
    """
    if announced is not None:
        return dict(announced)
    return {key: Readout(key.replace("_", " ").capitalize()) for key in _told(returned)}


def _told(returned: Any) -> dict[str, Any]:
    """Return what a function says in numbers and words.

    The lists, figures and mappings of artists that plotting functions return say nothing.
    """
    if isinstance(returned, Mapping) and any(map(_is_number_or_text, returned.values())):
        return {str(key): value for key, value in returned.items()}
    return {}


def _is_number_or_text(value: Any) -> bool:
    return isinstance(value, str | Number) or getattr(value, "ndim", None) == 0


def write_readouts(
    readouts: Mapping[str, Readout], returned: Any, *, announced: bool = True
) -> dict[str, str]:
    """Return every readout in words.

    Parameters
    ----------
    announced
        Whether exactly these were announced; else what the function says besides is left out.

    Raises
    ------
    ExplorerError
        If the function returned other names than those announced.
    """
    values = read_values(readouts, returned, announced=announced)
    return {name: readout.write(values[name]) for name, readout in readouts.items()}


def read_values(
    readouts: Mapping[str, Readout], returned: Any, *, announced: bool = True
) -> dict[str, Any]:
    """Return the value of every readout as the function returned it."""
    returned = (returned or {}) if announced else _told(returned)
    if not isinstance(returned, Mapping):
        raise ExplorerError(
            f"the function must return the readouts as a mapping from name to number; got "
            f"{type(returned).__name__}"
        )
    if set(returned) != set(readouts):
        missing, extra = set(readouts) - set(returned), set(returned) - set(readouts)
        told = [f"it left out {sorted(missing)}"] if missing else []
        told += [f"it returned {sorted(extra)}, which readouts= does not describe"] if extra else []
        raise ExplorerError("update() must return the announced readouts: " + "; ".join(told))
    return {name: returned[name] for name in readouts}

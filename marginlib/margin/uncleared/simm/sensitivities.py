"""What goes in: a table of sensitivities, as the Common Risk Interchange Format lays it out.

=================  =========================================================================
``product_class``  RatesFX, Credit, Equity or Commodity: what kind of trade it comes from
``risk_type``      what moves, for example Risk_IRCurve or Risk_EquityVol
``qualifier``      whose: a currency, a pair of currencies, an issuer, a share, a commodity
``bucket``         the group of issuers, shares or commodities it belongs to
``label1``         tenor of a rate or a spread, or expiry of an option
``label2``         sub-curve of a rate, payment currency or group of a credit spread
``amount_usd``     the change in value [US dollars], per basis point for rates and credit
                   spreads, per 1% for shares, commodities and currencies, and for options the
                   vega in the format's own unit
=================  =========================================================================

Records (a list of mappings, such as ``csv.DictReader`` gives) and columns (a mapping of lists,
such as a data frame) both do. The headings may be spelled as above or as in the format's files
(``ProductClass``, ``AmountUSD``); other columns are not read. The bucket of an interest rate is
not read either: the currency decides it.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np

from marginlib._checks import FloatArray, MarginError, known, numbers, said, together
from marginlib.margin.uncleared.simm.risk_types import PRODUCT_CLASSES, RISK_TYPES, RiskType

COLUMNS = ("product_class", "risk_type", "qualifier", "bucket", "label1", "label2")
Table: TypeAlias = "Sensitivities | Mapping[str, Any] | Iterable[Mapping[str, Any]]"
Key = TypeVar("Key", bound=Hashable)


class RiskFactor(NamedTuple):
    """One thing whose move changes the value; columns that do not matter for it are empty."""

    risk_type: str
    qualifier: str
    bucket: str = ""
    label1: str = ""
    label2: str = ""

    @property
    def kind(self) -> RiskType:
        """What the format says of this risk type."""
        return RISK_TYPES[self.risk_type]


@dataclass(frozen=True, eq=False)
class Sensitivities:
    """A table that has been read and checked.

    Parameters
    ----------
    product_class : tuple of str
        One for each record.
    factor : tuple of RiskFactor
        One for each record.
    amount : array of shape (..., N)
        Sensitivities, the last axis over the N records; more axes are more portfolios [USD].
    """

    product_class: tuple[str, ...]
    factor: tuple[RiskFactor, ...]
    amount: FloatArray

    @classmethod
    def read(cls, table: Table) -> Sensitivities:
        """Return the table, checked record by record.

        Raises
        ------
        MarginError
            At the first record with an unknown word; it names the record, counted from 0, and
            what is allowed.

        >>> curve = {"ProductClass": "RatesFX", "RiskType": "Risk_IRCurve", "Qualifier": "USD",
        ...          "Label1": "4y", "Label2": "OIS", "AmountUSD": "1000"}
        >>> Sensitivities.read([curve])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        marginlib.MarginError: label1 of record 0 (Risk_IRCurve) '4y' is not known; ...
        """
        if isinstance(table, Sensitivities):
            return table
        if isinstance(table, str) or not isinstance(table, Iterable):
            raise MarginError(f"table must be columns, or a list of records; got {table!r}")
        rows, amount = _from_columns(table) if isinstance(table, Mapping) else _from_records(table)
        product_class, factor = [], []
        for place, row in enumerate(rows):
            where = f"of record {place}"
            product_class.append(known(f"product_class {where}", row[0], PRODUCT_CLASSES))
            factor.append(_factor(where, RiskFactor(*row[1:])))
        return cls(tuple(product_class), tuple(factor), amount)

    def part(self, wanted: Sequence[bool]) -> Sensitivities:
        """Return the records for which ``wanted`` is true."""
        keep = np.flatnonzero(np.asarray(wanted, dtype=bool)).tolist()
        return Sensitivities(
            tuple(self.product_class[i] for i in keep),
            tuple(self.factor[i] for i in keep),
            self.amount[..., keep],
        )


def net(keys: Sequence[Key], amount: FloatArray) -> tuple[list[Key], FloatArray]:
    """Return the distinct keys, and the sum of the amounts of each on the last axis.

    >>> names, total = net(["a", "b", "a"], np.array([1.0, 2.0, 3.0]))
    >>> names, total.tolist()
    (['a', 'b'], [4.0, 2.0])
    """
    distinct = list(dict.fromkeys(keys))
    place = {key: i for i, key in enumerate(distinct)}
    total = np.zeros((len(distinct), *amount.shape[:-1]))
    np.add.at(total, np.array([place[key] for key in keys], np.intp), np.moveaxis(amount, -1, 0))
    return distinct, np.moveaxis(total, 0, -1)


def currency(name: str, value: str) -> str:
    """Return ``value`` if it looks like the code of a currency."""
    if not re.fullmatch("[A-Z]{3}", value):
        raise MarginError(f"{name} must be a currency of three capitals like USD; got {value!r}")
    return value


def _from_records(records: Iterable[Mapping[str, Any]]) -> tuple[list[list[str]], FloatArray]:
    rows, amounts = [], []
    for place, record in enumerate(records):
        if not isinstance(record, Mapping):
            raise MarginError(f"record {place} must have names and values; got {record!r}")
        cells = {_plain(name): cell for name, cell in record.items()}
        rows.append([_text(cells.get(_plain(column))) for column in COLUMNS])
        if "amountusd" not in cells:
            raise MarginError(f"record {place} must have amount_usd; got {', '.join(record)}")
        amounts.append(_amount(f"amount_usd of record {place}", cells["amountusd"]))
    if not amounts:
        return rows, np.zeros(0)
    shape = together(**{f"record {place}": each for place, each in enumerate(amounts)})
    return rows, np.stack([np.broadcast_to(each, shape) for each in amounts], axis=-1)


def _amount(name: str, cells: Any) -> FloatArray:
    """Return what a cell or a column holds, which a reader of files may leave as text."""
    array = np.asarray(cells)
    if array.dtype.kind not in "UO":
        return numbers(name, cells)
    try:
        written = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise MarginError(f"{name} must be a number; got {said(cells)}") from None
    return numbers(name, written)


def _from_columns(columns: Mapping[str, Any]) -> tuple[list[list[str]], FloatArray]:
    cells = {_plain(name): column for name, column in columns.items()}
    if "amountusd" not in cells:
        raise MarginError(f"the table must have a column amount_usd; got {', '.join(columns)}")
    amount = _amount("amount_usd", cells["amountusd"])
    count = amount.shape[-1] if amount.ndim else 0
    listed = []
    for column in COLUMNS:
        given = [_text(cell) for cell in cells.get(_plain(column), [""] * count)]
        if amount.ndim == 0 or len(given) != count:
            raise MarginError(
                f"{column} must hold one word for each record of amount_usd, whose last axis is "
                f"the records; got {len(given)} words and shape {amount.shape}"
            )
        listed.append(given)
    return [list(row) for row in zip(*listed, strict=True)], amount


def _plain(heading: str) -> str:
    return str(heading).replace("_", "").lower()


def _text(cell: object) -> str:
    # An empty cell of a data frame is a nan, which differs from itself.
    return "" if cell is None or cell != cell else str(cell)


def _factor(where: str, row: RiskFactor) -> RiskFactor:
    """Return the risk factor of a row without the columns that do not matter for it."""
    kind = RISK_TYPES[known(f"risk_type {where}", row.risk_type, RISK_TYPES)]
    where = f"{where} ({row.risk_type})"
    label1 = known(f"label1 {where}", row.label1, kind.label1) if kind.label1 else ""
    label2 = row.label2
    if kind.label2 is not None:
        label2 = known(f"label2 {where}", label2, kind.label2) if kind.label2 else ""
    return RiskFactor(
        row.risk_type,
        _qualifier(f"qualifier {where}", row.qualifier, kind),
        row.bucket if kind.has_bucket else "",
        label1,
        label2,
    )


def _qualifier(name: str, value: str, kind: RiskType) -> str:
    if kind.qualifier == "currency":
        return currency(name, value)
    if kind.qualifier == "pair":
        if not re.fullmatch("[A-Z]{6}", value) or value[:3] == value[3:]:
            raise MarginError(f"{name} must be two currencies like EURUSD; got {value!r}")
        # The volatility of a pair is the same whichever currency is named first.
        return "".join(sorted((value[:3], value[3:])))
    if not value:
        raise MarginError(f"{name} must not be empty: say whose sensitivity it is")
    return value

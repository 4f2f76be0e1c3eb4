"""Tables of brackets of named venues, and the margin models they make.

A venue is data: two files beside this one, ``venues.csv`` (what holds for the whole venue) and
``brackets.csv`` (one row for each bracket of a contract on a date). Nothing here knows the name of
a venue; :func:`table_model` composes the general models of :mod:`marginlib.margin`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from marginlib._checks import MarginError, fraction, known
from marginlib.margin import ClosingFee, Model, Tiered, at_leverage, on_entry
from marginlib.market import Market
from marginlib.venues._tables import Table, Venue, read_tables, read_venues
from marginlib.venues.protocols.by_size import BySize

_HERE = Path(__file__).parent


def symbols_of(venue: str) -> tuple[str, ...]:
    """Return the contracts of ``venue`` that have tables; none where it has no tables."""
    return tuple(dict.fromkeys(symbol for name, symbol, _ in _tables() if name == venue))


def dates_of(venue: str, symbol: str) -> tuple[str, ...]:
    """Return the dates on which the table of a contract is known, oldest first."""
    with_tables = dict.fromkeys(name for name, _, _ in _tables())
    known("venue with tables", venue, with_tables)
    known("symbol", symbol, symbols_of(venue))
    return tuple(sorted(date for name, of, date in _tables() if (name, of) == (venue, symbol)))


def table(venue: str, symbol: str, as_of: str | None = None) -> Table:
    """Return the brackets of a contract.

    Parameters
    ----------
    venue, symbol : str
        See :func:`marginlib.venues.names` and :func:`marginlib.venues.symbols`.
    as_of : str, optional
        One of :func:`marginlib.venues.dates`; the latest if not given.

    Raises
    ------
    MarginError
        If the venue, the symbol or the date is not known; the message has the nearest ones.

    >>> table("binance", "BTCUSDT", as_of="2022-05-21").maintenance.deduction[:3].tolist()
    [0.0, 50.0, 1300.0]
    >>> table("hyperliquid", "ETH")
    Hyperliquid perpetuals, ETH, as of 2026-11-22
             above [USDC]  leverage  initial  maintenance      deduction
                        0       25x    4.00%        2.00%              0
              100,000,000       15x    6.67%        3.33%      1,333,333.333
    margin at the mark price; the venue's page, undated, copy read 2026-11-22
    https://hyperliquid.gitbook.io/hyperliquid-docs/trading/margin-tiers
    """
    when = dates_of(venue, symbol)
    return _tables()[venue, symbol, when[-1] if as_of is None else known("as_of", as_of, when)]


def table_model(
    tables: Table | Sequence[Table],
    leverage: float | None = None,
    entry: Market | None = None,
    taker_fee: float | None = None,
) -> Model:
    """Return the margin model of tables: of the book, or your own from :func:`load_tables`.

    The rules of a venue may ask for more than its table: see :func:`marginlib.venues.rules`.

    Parameters
    ----------
    tables : Table or sequence of Table
        One, or one for each instrument of the market in their order; all of one venue.
    leverage : float, optional
        Leverage that the trader chose [times]; the largest allowed at each size if not given.
    entry : Market, optional
        Entry prices. Needed where margin stays at the entry value (``basis="entry"``), and not
        used elsewhere.
    taker_fee : float, optional
        Fee for closing [fraction], instead of the one in the table. Pass 0 to leave it out.

    Returns
    -------
    margin model
        To be called as ``model(accounts, market)``. Above the limit of the table its last rate
        is charged, though the venue may not allow such a position.

    >>> from marginlib import accounts, instruments, market
    >>> entry = market.at(instruments.linear(["BTC"]), [20_000])
    >>> ana = accounts.open_accounts(collateral=20_000, quantity=[25], market=entry)
    >>> model = table_model(table("binance", "BTCUSDT", as_of="2022-05-21"), leverage=50)
    >>> float(model(ana, entry).initial), float(model(ana, entry).maintenance)
    (10000.0, 3700.0)
    """
    each = [tables] if isinstance(tables, Table) else list(tables)
    if len({found.venue for found in each}) != 1:
        raise MarginError("tables must be of one venue; make one rule for each venue")
    first = each[0]
    bare: Model
    if first.counted_in == "contracts":
        initial = tuple(found.initial for found in each)
        maintenance = tuple(found.maintenance for found in each)
        bare = BySize(initial, maintenance, np.array([found.contract_size for found in each]))
    elif len(each) == 1:
        bare = Tiered(first.initial, first.maintenance)
    else:
        bare = Tiered([found.initial for found in each], [found.maintenance for found in each])
    if leverage is not None:
        bare = at_leverage(bare, leverage)
    fee = first.closing_fee if taker_fee is None else float(fraction("taker_fee", taker_fee))
    if fee:
        bare = bare + ClosingFee(fee, initial=first.fee_in_initial)
    if first.basis == "mark":
        return bare
    if entry is None:
        raise MarginError(
            f"entry must be given for {first.venue!r}, because its margin stays at the entry "
            "value; pass entry=market with the prices at which the position was opened"
        )
    return on_entry(bare, entry)


def load_tables(
    brackets: str | Path, venues: str | Path | None = None
) -> dict[tuple[str, str], Table]:
    """Return the tables of your own files, which have the columns of this package's files.

    Parameters
    ----------
    brackets : path
        A file like ``brackets.csv``.
    venues : path, optional
        A file like ``venues.csv``, if your brackets are of venues that the book does not have.

    Returns
    -------
    dict of (venue, symbol) to Table
        The latest table of each contract; pass it to :func:`table_model`.

    Raises
    ------
    MarginError
        If a column is missing or a row cannot be right; the message names the file and the line.

    >>> own = load_tables(_HERE / "brackets.csv")
    >>> own["okx", "BTC-USDT-SWAP"].as_of
    '2026-05-28'
    """
    found = read_tables(Path(brackets), _venues() if venues is None else read_venues(Path(venues)))
    return {(venue, symbol): found[venue, symbol, date] for venue, symbol, date in sorted(found)}


@cache
def _venues() -> dict[str, Venue]:
    return read_venues(_HERE / "venues.csv")


@cache
def _tables() -> dict[tuple[str, str, str], Table]:
    return read_tables(_HERE / "brackets.csv", _venues())

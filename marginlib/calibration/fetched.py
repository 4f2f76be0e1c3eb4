"""Daily prices and leverage tiers from an exchange, asked once and then kept in a file.

Every exchange speaks its own protocol; the package ``ccxt`` speaks them all. The file says where
its numbers come from and on which day they were fetched. As long as it is there, nobody is asked
again: delete it to ask anew.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from marginlib._checks import MarginError, known
from marginlib._optional import optional
from marginlib.calibration._series import date
from marginlib.calibration.daily_prices import Prices, read_prices, write_prices

CANDLES_AT_ONCE = 200
MILLISECONDS_A_DAY = 86_400_000


@dataclass(frozen=True)
class LeverageTiers:
    """The brackets of one contract, as an exchange tells them.

    What they mean differs: where a rate is charged on the part of a position inside its bracket,
    they go into :meth:`~marginlib.margin.Schedule.continuous`; where on all of it, into
    :meth:`~marginlib.margin.Schedule.stepped`.

    Parameters
    ----------
    floor : tuple of K floats
        Where each bracket begins [currency].
    leverage : tuple of K floats
        Highest leverage in each [times].
    maintenance_rate : tuple of K floats
        Maintenance rate of each [fraction].
    source : str
        Exchange, contract and day.
    """

    floor: tuple[float, ...]
    leverage: tuple[float, ...]
    maintenance_rate: tuple[float, ...]
    source: str


def fetch_prices(
    exchange: Any, symbol: str, first_day: str, last_day: str, keep_in: str | Path
) -> Prices:
    """Return the daily closing prices of a contract, in UTC.

    Parameters
    ----------
    exchange : str or ccxt exchange
        Its name in ``ccxt``, or an exchange made with ``ccxt`` and set up as you like.
    symbol : str
        The contract as ``ccxt`` writes it, such as "BTC/USDT:USDT".
    first_day, last_day : str
        As 2024-01-31, both included; the last must be over.
    keep_in : str or Path
        File to keep the prices in, and to read them from if it is there.

    Raises
    ------
    ModuleNotFoundError
        If ``ccxt`` is not installed; it says what to type.
    MarginError
        If the exchange has no price for one of the days, or the file is of something else.
    """
    first, last = date("first_day", first_day), date("last_day", last_day)
    if last < first:
        raise MarginError(f"last_day must not be before first_day; got {last} and {first}")
    name = exchange if isinstance(exchange, str) else exchange.id
    wanted = f"{name}, {symbol}, daily close from {first} to {last} (UTC)"
    if Path(keep_in).exists():
        prices = read_prices(keep_in)
        _refuse_other(keep_in, prices.source, wanted)
        return prices
    if last >= np.datetime64(_today(), "D"):
        raise MarginError(f"last_day must be over, in UTC; {last} is not")
    close = _closes(_opened(exchange), symbol, first, last)
    days = np.arange(first, last + np.timedelta64(1, "D"))
    missing = [day for day in days if day not in close]
    if missing:
        raise MarginError(f"{name} has no price of {symbol} for {missing[0]}; choose other days")
    source = f"{wanted}, fetched {_today()}"
    prices = Prices(days, (symbol,), [[close[day]] for day in days], source)
    write_prices(keep_in, prices)
    return prices


def fetch_leverage_tiers(exchange: Any, symbol: str, keep_in: str | Path) -> LeverageTiers:
    """Return the brackets of leverage that an exchange publishes for a contract.

    Some exchanges tell them only to those who have an account; hand over an exchange made with
    ``ccxt`` that is signed in.

    Parameters are those of :func:`fetch_prices`.

    Raises
    ------
    ModuleNotFoundError
        If ``ccxt`` is not installed; it says what to type.
    MarginError
        If the exchange tells no tiers, or the file is of something else.
    """
    name = exchange if isinstance(exchange, str) else exchange.id
    wanted = f"{name}, {symbol}, leverage tiers"
    if Path(keep_in).exists():
        kept = json.loads(Path(keep_in).read_text("utf-8"))
        _refuse_other(keep_in, kept["source"], wanted)
        floor, leverage, rate = (
            tuple(kept[key]) for key in ("floor", "leverage", "maintenance_rate")
        )
        return LeverageTiers(floor, leverage, rate, kept["source"])
    told = _opened(exchange).fetch_market_leverage_tiers(symbol)
    if not told:
        raise MarginError(f"{name} tells no leverage tiers of {symbol}")
    keys = ("minNotional", "maxLeverage", "maintenanceMarginRate")
    floor, leverage, rate = (tuple(float(tier[key]) for tier in told) for key in keys)
    tiers = LeverageTiers(floor, leverage, rate, f"{wanted}, fetched {_today()}")
    Path(keep_in).write_text(json.dumps(asdict(tiers), indent=1) + "\n", "utf-8")
    return tiers


def _opened(exchange: Any) -> Any:
    if not isinstance(exchange, str):
        return exchange
    ccxt = optional("ccxt", "exchange")
    return getattr(ccxt, known("exchange", exchange, ccxt.exchanges))({"enableRateLimit": True})


def _closes(
    exchange: Any, symbol: str, first: np.datetime64, last: np.datetime64
) -> dict[np.datetime64, float]:
    close: dict[np.datetime64, float] = {}
    since = int(first.astype("datetime64[ms]").astype(int))
    end = int(last.astype("datetime64[ms]").astype(int))
    while since <= end:
        candles = exchange.fetch_ohlcv(symbol, "1d", since=since, limit=CANDLES_AT_ONCE)
        for start, *_, price, _volume in candles:
            close[np.datetime64(int(start), "ms").astype("datetime64[D]")] = float(price)
        # The next page starts behind the last candle, and there is none without candles.
        if not candles or candles[-1][0] < since:
            break
        since = int(candles[-1][0]) + MILLISECONDS_A_DAY
    return close


def _refuse_other(path: str | Path, source: str, wanted: str) -> None:
    if not source.startswith(wanted):
        raise MarginError(
            f"keep_in must name a file of its own; {Path(path).name} holds {source!r} "
            f"instead of {wanted!r}: choose another name, or delete it"
        )


def _today() -> str:
    return datetime.now(UTC).date().isoformat()

"""Daily prices: a reader's own file, real ones that packages carry, and how they are held."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from marginlib._checks import FloatArray, MarginError, hold, known, positive
from marginlib._optional import folder_of, optional
from marginlib.calibration._series import series


@dataclass(frozen=True, eq=False)
class Prices:
    """Daily prices of some instruments.

    Parameters
    ----------
    day : array of shape (T,)
        Dates, the oldest first.
    names : tuple of I strings
        The instruments.
    price : array of shape (T, I)
        Price of each on each day [currency].
    source : str
        Where they come from.
    is_simulated : bool
        Whether they never were prices.

    >>> prices = Prices(["2024-01-01", "2024-01-02"], ("A",), [[100], [101]], source="by hand")
    >>> prices["A"].tolist(), prices.returns.round(4).tolist()
    ([100.0, 101.0], [[0.01]])
    """

    day: NDArray[np.datetime64]
    names: tuple[str, ...]
    price: FloatArray
    source: str
    is_simulated: bool = False

    def __init__(
        self,
        day: ArrayLike,
        names: tuple[str, ...],
        price: ArrayLike,
        source: str,
        is_simulated: bool = False,
    ) -> None:
        try:
            days = np.asarray(day, dtype="datetime64[D]")
        except ValueError as bad:
            raise MarginError(f"day must hold dates such as 2024-01-31: {bad}") from None
        values = positive("price", price)
        if values.shape != (len(days), len(names)):
            raise MarginError(
                f"price must have a row for each of {len(days)} days and a column for each of "
                f"{len(names)} names; got shape {values.shape}"
            )
        behind = np.flatnonzero(np.diff(days) <= np.timedelta64(0, "D"))
        if behind.size:
            raise MarginError(f"day must rise; {days[behind[0] + 1]} is not after the one before")
        hold(self, day=days, names=tuple(names), price=values)
        hold(self, source=source, is_simulated=is_simulated)

    def __len__(self) -> int:
        return len(self.day)

    def __getitem__(self, name: str) -> FloatArray:
        return np.asarray(self.price[:, self.names.index(known("name", name, self.names))])

    @property
    def returns(self) -> FloatArray:
        """Daily logarithmic returns from the second day on, shape (T - 1, I) [fraction]."""
        return log_returns(self.price)


def log_returns(price: ArrayLike) -> FloatArray:
    """Return the logarithmic returns of daily prices, shape (T - 1, ...) [fraction].

    Parameters
    ----------
    price : array of shape (T, ...)
        Prices, the oldest first [currency].

    >>> log_returns([100, 110, 99]).round(4).tolist()
    [0.0953, -0.1054]
    """
    return np.asarray(np.diff(np.log(positive("price", series("price", price, least=2))), axis=0))


def read_prices(path: str | Path) -> Prices:
    r"""Return the prices of a file with comma-separated values.

    The first line names the columns: the date, as 2024-01-31, and one price each. Lines that begin
    with # are passed over, but the first of them, if there is one, is kept as the source.

    Parameters
    ----------
    path : str or Path
        The file.

    Raises
    ------
    MarginError
        If a line is not as it should be; it names the line.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "mine.csv")
    ...     _ = file.write_text("date,A,B\n2024-01-01,100,20\n2024-01-02,101,19\n")
    ...     read_prices(file)["B"].tolist()
    [20.0, 19.0]
    """
    days: list[np.datetime64] = []
    rows: list[list[float]] = []
    names: tuple[str, ...] = ()
    source = ""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        for number, cells in enumerate(csv.reader(file), start=1):
            if cells and cells[0].startswith("#"):
                source = source or ",".join(cells).lstrip("# ")
                continue
            if not "".join(cells).strip():
                continue
            place = f"{Path(path).name}, line {number}"
            if not names:
                names = _column_names(place, cells)
                continue
            day, row = _row(place, names, cells)
            if days and day <= days[-1]:
                raise MarginError(f"{place}: {day} is not after the day before it, {days[-1]}")
            days.append(day)
            rows.append(row)
    if len(rows) < 2:
        raise MarginError(f"{Path(path).name} must hold at least 2 days of prices; got {len(rows)}")
    return Prices(np.array(days), names, rows, source=source or Path(path).name)


def write_prices(path: str | Path, prices: Prices) -> None:
    """Write prices to a file that :func:`read_prices` reads, their source in its first line.

    Parameters
    ----------
    path : str or Path
        The file; written over if it is there.
    prices : Prices
        What to write.
    """
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {prices.source}\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["date", *prices.names])
        # repr keeps every digit.
        for day, row in zip(prices.day, prices.price.tolist(), strict=True):
            writer.writerow([day, *map(repr, row)])


def index_prices() -> Prices:
    """Return the S&P 500, 1999 to 2018, adjusted close, as the package ``arch`` carries it."""
    frame = _carried("arch", "data/sp500/sp500.csv.gz")[["Adj Close"]]
    return _from_frame(frame, ("S&P 500",), "arch.data.sp500")


def long_index_prices() -> Prices:
    """Return the S&P 500, 1990 to 2022, as the package ``skfolio`` carries it."""
    frame = _carried("skfolio", "datasets/data/sp500_index.csv.gz")
    return _from_frame(frame, ("S&P 500",), "skfolio.datasets.load_sp500_index")


def share_prices() -> Prices:
    """Return 20 shares of the S&P 500, 1990 to 2022, as the package ``skfolio`` carries them."""
    frame = _carried("skfolio", "datasets/data/sp500_dataset.csv.gz")
    names = tuple(str(name) for name in frame.columns)
    return _from_frame(frame, names, "skfolio.datasets.load_sp500_dataset")


def _carried(package: str, file: str) -> Any:
    """Read a file that a package carries; to load the package as well would take a second."""
    place = folder_of(package, "data") / file
    return optional("pandas", "data").read_csv(place, index_col=0, parse_dates=True)


def _from_frame(frame: Any, names: tuple[str, ...], source: str) -> Prices:
    return Prices(frame.index.to_numpy(), names, frame.to_numpy(dtype=float), source)


def _column_names(place: str, cells: list[str]) -> tuple[str, ...]:
    names = tuple(cell.strip() for cell in cells[1:])
    if not names or not all(names) or len(set(names)) < len(names):
        raise MarginError(
            f"{place}: the first line must name the date and one or more prices, each differently; "
            f"got {','.join(cells)!r}"
        )
    return names


def _row(place: str, names: tuple[str, ...], cells: list[str]) -> tuple[np.datetime64, list[float]]:
    if len(cells) != len(names) + 1:
        raise MarginError(f"{place}: {len(names) + 1} values are expected; got {len(cells)}")
    try:
        day = np.datetime64(cells[0].strip(), "D")
    except ValueError:
        raise MarginError(
            f"{place}: the date must be written as 2024-01-31; got {cells[0]!r}"
        ) from None
    return day, [_price(place, name, cell) for name, cell in zip(names, cells[1:], strict=True)]


def _price(place: str, name: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise MarginError(f"{place}: the price of {name} must be a number; got {cell!r}") from None
    if not (np.isfinite(value) and value > 0):
        raise MarginError(f"{place}: the price of {name} must be positive; got {cell!r}")
    return value

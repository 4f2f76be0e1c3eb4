"""Prices: of a reader's file, of packages, and simulated."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from marginlib import MarginError, calibration
from marginlib.calibration.daily_prices import Prices, write_prices

GOOD = "date,A,B\n2024-01-01,100,20\n2024-01-02,101,19\n"


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.csv"
    file.write_text(text, "utf-8")
    return file


def test_a_file_is_read(tmp_path: Path) -> None:
    prices = calibration.read_prices(written(tmp_path, "﻿# by hand, twice\n\n" + GOOD))
    assert prices.names == ("A", "B")
    assert prices["A"].tolist() == [100, 101]
    assert prices.source == "by hand, twice"
    assert str(prices.day[1]) == "2024-01-02"
    assert len(prices) == 2


def test_what_is_written_is_read(tmp_path: Path) -> None:
    random = np.random.default_rng(1).random((5, 2))
    days = np.arange("2024-01-01", "2024-01-06", dtype="datetime64[D]")
    prices = Prices(days, ("A", "B"), random, source="drawn")
    write_prices(tmp_path / "a.csv", prices)
    again = calibration.read_prices(tmp_path / "a.csv")
    np.testing.assert_array_equal(again.price, random)
    np.testing.assert_array_equal(again.day, days)
    assert again.source == "drawn"


BAD_FILES = {
    "short": (GOOD + "2024-01-03,1\n", "line 4: 3 values are expected; got 2"),
    "word": (GOOD + "2024-01-03,1,x\n", "line 4: the price of B must be a number; got 'x'"),
    "zero": (GOOD + "2024-01-03,0,1\n", "line 4: the price of A must be positive"),
    "nan": (GOOD + "2024-01-03,nan,1\n", "line 4: the price of A must be positive"),
    "date": (GOOD + "03.01.2024,1,1\n", "line 4: the date must be written as"),
    "order": (GOOD + "2024-01-02,1,1\n", "line 4: 2024-01-02 is not after"),
    "heading": ("date,A,A\n" + "2024-01-01,1,1\n", "line 1: the first line must name"),
    "empty": ("date,A\n", "at least 2 days of prices; got 0"),
}


@pytest.mark.parametrize(("text", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_line_is_named(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(MarginError, match=message):
        calibration.read_prices(written(tmp_path, text))


def test_the_index_is_there() -> None:
    index = calibration.index_prices()
    assert str(index.day[0]) == "1999-01-04"
    assert index.price.shape == (5031, 1)
    assert not index.is_simulated


def test_the_long_index_is_there_and_agrees_with_the_other() -> None:
    long, short = calibration.long_index_prices(), calibration.index_prices()
    assert (str(long.day[0]), str(long.day[-1])) == ("1990-01-02", "2022-12-28")
    assert long.names == short.names == ("S&P 500",)
    assert not long.is_simulated
    _, here, there = np.intersect1d(long.day, short.day, return_indices=True)
    assert len(here) == len(short)
    np.testing.assert_allclose(long["S&P 500"][here], short["S&P 500"][there], rtol=1e-4)


def test_shares_are_there() -> None:
    shares = calibration.share_prices()
    assert len(shares.names) == 20
    assert "AAPL" in shares.names
    assert shares.day[0] < np.datetime64("1991-01-01") < shares.day[-1]


def test_prices_are_those_that_their_packages_load() -> None:
    from arch.data import sp500
    from skfolio import datasets

    for ours, theirs in [
        (calibration.index_prices(), sp500.load()[["Adj Close"]]),
        (calibration.long_index_prices(), datasets.load_sp500_index()),
        (calibration.share_prices(), datasets.load_sp500_dataset()),
    ]:
        np.testing.assert_array_equal(ours.price, theirs.to_numpy(dtype=float))
        np.testing.assert_array_equal(ours.day, theirs.index.to_numpy().astype("M8[D]"))


def test_prices_are_read_without_loading_their_package() -> None:
    code = (
        "import sys; from marginlib import calibration; calibration.index_prices(); "
        "calibration.share_prices(); print({'arch', 'skfolio', 'sklearn'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"


@pytest.mark.parametrize(
    ("ask", "package"),
    [(calibration.index_prices, "arch"), (calibration.share_prices, "skfolio")],
)
def test_a_missing_package_is_named(
    ask: object, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'marginlib\[data\]'"):
        ask()  # type: ignore[operator]

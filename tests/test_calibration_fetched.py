"""Asking an exchange: against a stand-in on this machine that speaks the same protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import ccxt
import numpy as np
import pytest

from marginlib import MarginError
from marginlib.calibration import fetch_leverage_tiers, fetch_prices
from marginlib.margin.schedule import Schedule

SYMBOL = "BTC/USDT:USDT"
DAY = 86_400_000
BEGIN = 1_704_067_200_000  # 2024-01-01
DAYS = 500  # more than one page
TIERS = [("2000000", "0.005", "100"), ("10000000", "0.01", "50"), ("20000000", "0.02", "25")]
CONTRACT = {
    "symbol": "BTCUSDT",
    "contractType": "LinearPerpetual",
    "status": "Trading",
    "baseCoin": "BTC",
    "quoteCoin": "USDT",
    "settleCoin": "USDT",
    "launchTime": "1584230400000",
    "deliveryTime": "0",
    "priceScale": "2",
    "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
    "priceFilter": {"minPrice": "0.10", "maxPrice": "1999999.80", "tickSize": "0.10"},
    "lotSizeFilter": {"maxOrderQty": "100", "minOrderQty": "0.001", "qtyStep": "0.001"},
}


def close(day: int) -> float:
    return 40_000 + 10 * day


class StandIn(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        address = urlparse(self.path)
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        name = address.path.rpartition("/")[2]
        self.asked.append(name)
        answers = {
            "instruments-info": self.contracts,
            "kline": self.candles,
            "risk-limit": self.tiers,
        }
        told = {"retCode": 0, "retMsg": "OK", "result": answers[name](query), "time": BEGIN}
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def contracts(self, query: dict[str, str]) -> Any:
        return {"category": "linear", "list": [CONTRACT], "nextPageCursor": ""}

    def candles(self, query: dict[str, str]) -> Any:
        first = max(0, -(-(int(query["start"]) - BEGIN) // DAY))
        days = range(first, min(DAYS, first + int(query["limit"])))
        rows = [
            [str(BEGIN + day * DAY), *["1"] * 3, str(close(day)), "5", "6"]
            for day in reversed(days)  # the newest first, as the protocol has it
        ]
        return {"symbol": "BTCUSDT", "category": "linear", "list": rows}

    def tiers(self, query: dict[str, str]) -> Any:
        rows = [
            {
                "id": number,
                "symbol": "BTCUSDT",
                "riskLimitValue": limit,
                "maintenanceMargin": rate,
                "maxLeverage": leverage,
            }
            for number, (limit, rate, leverage) in enumerate(TIERS, start=1)
        ]
        return {"category": "linear", "list": rows}

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def exchange() -> Iterator[Any]:
    StandIn.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), StandIn)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made = ccxt.bybit({"options": {"fetchMarkets": {"types": ["linear"]}}})
    made.has["fetchCurrencies"] = False
    here = f"http://127.0.0.1:{server.server_port}"
    made.urls["api"] = dict.fromkeys(made.urls["api"], here)
    yield made
    server.shutdown()
    server.server_close()


def test_prices_come_in_pages_and_are_asked_for_once(exchange: Any, tmp_path: Path) -> None:
    file = tmp_path / "btc.csv"
    prices = fetch_prices(exchange, SYMBOL, "2024-01-03", "2025-03-01", keep_in=file)
    days = np.arange(2, 2 + len(prices))
    np.testing.assert_array_equal(prices[SYMBOL], close(days))
    assert (str(prices.day[0]), str(prices.day[-1])) == ("2024-01-03", "2025-03-01")
    assert StandIn.asked.count("kline") == 3
    StandIn.asked.clear()
    again = fetch_prices(exchange, SYMBOL, "2024-01-03", "2025-03-01", keep_in=file)
    np.testing.assert_array_equal(again.price, prices.price)
    assert again.source == prices.source
    assert "fetched 20" in again.source
    assert not StandIn.asked


def test_leverage_tiers_become_a_schedule(exchange: Any, tmp_path: Path) -> None:
    file = tmp_path / "tiers.json"
    tiers = fetch_leverage_tiers(exchange, SYMBOL, keep_in=file)
    assert tiers.floor == (0.0, 2e6, 1e7)
    assert tiers.leverage == (100.0, 50.0, 25.0)
    table = Schedule.continuous(tiers.floor, tiers.maintenance_rate)
    assert table.requirement(3e6) == 2e6 * 0.005 + 1e6 * 0.01
    StandIn.asked.clear()
    assert fetch_leverage_tiers(exchange, SYMBOL, keep_in=file) == tiers
    assert not StandIn.asked


def test_what_cannot_be_had_is_said(exchange: Any, tmp_path: Path) -> None:
    file = tmp_path / "btc.csv"
    with pytest.raises(MarginError, match="no price of BTC/USDT:USDT for 2023-12-30"):
        fetch_prices(exchange, SYMBOL, "2023-12-30", "2024-01-05", keep_in=file)
    with pytest.raises(MarginError, match="must be over"):
        fetch_prices(exchange, SYMBOL, "2024-01-01", "2999-01-01", keep_in=file)
    with pytest.raises(MarginError, match="not be before"):
        fetch_prices(exchange, SYMBOL, "2024-01-02", "2024-01-01", keep_in=file)
    with pytest.raises(MarginError, match="'binace' is not known; did you mean 'binance"):
        fetch_prices("binace", SYMBOL, "2024-01-01", "2024-01-02", keep_in=file)
    assert not file.exists()


def test_a_file_of_something_else_is_not_taken(exchange: Any, tmp_path: Path) -> None:
    file = tmp_path / "btc.csv"
    fetch_prices(exchange, SYMBOL, "2024-01-01", "2024-01-05", keep_in=file)
    with pytest.raises(MarginError, match="a file of its own"):
        fetch_prices(exchange, SYMBOL, "2024-01-01", "2024-01-06", keep_in=file)

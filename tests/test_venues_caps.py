"""Caps on leverage for retail clients."""

from __future__ import annotations

import numpy as np
import pytest

from marginlib import MarginError, venues
from marginlib.venues._caps import read_caps


def test_caps_are_sourced_and_dated() -> None:
    for cap in venues.leverage_caps():
        assert cap.source
        assert cap.status
        assert cap.since <= cap.as_of
        assert cap.is_banned or cap.rate == pytest.approx(1 / cap.leverage)
    assert [venues.leverage_cap("EU", name).leverage for name in ("major_fx", "gold", "share")] == [
        30,
        20,
        5,
    ]
    assert np.isnan(venues.leverage_cap("UK", "crypto").rate)


HEADER = (
    "jurisdiction,product,asset_class,leverage,close_out,negative_balance_protection,"
    "since,until,as_of,status,source\n"
)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("EU,x,crypto,0.5,,,,,2026-01-01,read,x", "line 2: leverage must be at least 1; .* mean 2"),
        ("EU,x,crypto,two,,,,,2026-01-01,read,x", "line 2: leverage must be a number"),
        ("EU,x,crypto,2,50,,,,2026-01-01,read,x", "line 2: close_out must be a fraction"),
        ("EU,x,crypto,2,,maybe,,,2026-01-01,read,x", "line 2: negative_balance_protection"),
        ("EU,x,crypto,2,,,,,2026-01-01,read,", "line 2: source must not be empty"),
        ("EU,x,crypto,2,,,,,2026-01-01,read,x\n" * 2, "line 3: EU, crypto is there twice"),
    ],
)
def test_a_row_that_cannot_be_right_is_named(tmp_path, row, message) -> None:
    path = tmp_path / "caps.csv"
    path.write_text(HEADER + row, encoding="utf-8")
    with pytest.raises(MarginError, match=message):
        list(read_caps(path))


def test_an_unknown_jurisdiction_is_named() -> None:
    with pytest.raises(MarginError, match="jurisdiction 'Mars' is not known"):
        venues.leverage_cap("Mars", "crypto")

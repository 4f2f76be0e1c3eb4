"""Shares bought on margin and sold short."""

from __future__ import annotations

import pytest

import marginlib as ml
from marginlib.accounts import Accounts
from marginlib.instruments import shares
from marginlib.margin import ShareMargin


def test_shares_by_hand() -> None:
    now = ml.market.at(shares(["A", "B", "C"]), [60, 4, 2])
    each = ShareMargin().each(Accounts(0, [[100, 100, 100], [-100, -100, -100]]), now)
    assert each.initial.tolist() == [[3_000, 200, 100], [3_000, 400, 250]]
    assert each.maintenance.tolist() == [[1_500, 100, 50], [1_800, 400, 250]]
    # Between 5 and 16.67 dollars, five dollars are more than 30 %.
    bought, sold = ShareMargin().per_share(10)
    assert (float(bought.maintenance), float(sold.maintenance)) == (2.5, 5.0)


def test_a_leveraged_fund_needs_more_to_stay() -> None:
    bought, sold = ShareMargin(leverage=3).per_share(100)
    assert (float(bought.maintenance), float(sold.maintenance)) == (75, pytest.approx(90))
    assert float(bought.initial) == 75  # nobody may open what could not stay

"""The law of margin as a file: every rule has its dates, its source, and says how it was read."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from marginlib import venues

LAW = Path(venues.__file__).parent / "law.csv"
DAY = re.compile(r"(19|20)\d\d-\d\d-\d\d")


def rules() -> dict[str, dict[str, str]]:
    with LAW.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def test_every_rule_is_dated_sourced_and_says_how_it_was_read() -> None:
    told = rules()
    with LAW.open(encoding="utf-8") as file:
        assert len(told) == len(file.read().splitlines()) - 1
    for row in told.values():
        assert all(row[column] for column in ("place", "rule", "binds", "source")), row["id"]
        assert re.match(r"read\b|second-hand\b|not confirmed\b", row["status"]), row["id"]
        assert DAY.fullmatch(row["since"]), row["id"]
        assert DAY.fullmatch(row["as_of"]), row["id"]
        assert not row["until"] or row["since"] < row["until"]
        assert not row["rate"] or 0 < float(row["rate"]) <= 1


def test_rates_of_the_same_rule_follow_each_other() -> None:
    told = rules()
    before, after = told["us_security_future_20"], told["us_security_future_15"]
    assert before["until"] < after["since"]
    assert float(before["rate"]) == 0.20
    assert float(after["rate"]) == 0.15


def test_rates_are_those_of_the_caps_and_of_the_rule_sets() -> None:
    told = rules()
    assert float(told["pl_cfd"]["rate"]) == venues.leverage_cap("Poland", "major_fx").rate
    assert told["pl_cfd"]["since"] == venues.leverage_cap("Poland", "gold").since
    assert venues.leverage_cap("Poland", "share").rate == venues.leverage_cap("EU", "share").rate
    assert venues.leverage_cap("UK", "government_bond").leverage == 30
    assert float(told["us_retail_fx"]["rate"]) == venues.leverage_cap("US", "major_fx").rate

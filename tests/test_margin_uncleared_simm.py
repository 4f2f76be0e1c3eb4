from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from marginlib import MarginError
from marginlib.margin.uncleared import simm

PARAMETERS = simm.Parameters.published("2.5")
FILE = Path(simm.__file__).with_name("parameters_2_5.toml")
Record = dict[str, Any]


def record(
    risk_type: str,
    amount: Any,
    qualifier: str = "USD",
    bucket: str = "",
    label1: str = "",
    label2: str = "",
    product: str = "RatesFX",
) -> Record:
    return {
        "product_class": product,
        "risk_type": risk_type,
        "qualifier": qualifier,
        "bucket": bucket,
        "label1": label1,
        "label2": label2,
        "amount_usd": amount,
    }


def total(records: Any, **options: Any) -> float:
    return float(simm.initial_margin(records, PARAMETERS, **options).total)


# One of every risk type, twice where two may offset each other.
EVERY_TYPE = [
    record("Risk_IRCurve", 1.0, "USD", label1="2y", label2="OIS"),
    record("Risk_IRCurve", 1.0, "USD", label1="5y", label2="Libor3m"),
    record("Risk_IRCurve", 1.0, "JPY", label1="10y", label2="OIS"),
    record("Risk_Inflation", 1.0, "USD"),
    record("Risk_XCcyBasis", 1.0, "USD"),
    record("Risk_IRVol", 1.0, "USD", label1="1y"),
    record("Risk_InflationVol", 1.0, "EUR", label1="2w"),
    record("Risk_CreditQ", 1.0, "A", "1", "5y", "USD", "Credit"),
    record("Risk_CreditQ", 1.0, "B", "Residual", "5y", "USD", "Credit"),
    record("Risk_CreditVol", 1.0, "A", "2", "1y", "USD", "Credit"),
    record("Risk_BaseCorr", 1.0, "Index", product="Credit"),
    record("Risk_CreditNonQ", 1.0, "C", "1", "3y", "CMBX", "Credit"),
    record("Risk_CreditVolNonQ", 1.0, "C", "2", "3y", "CMBX", "Credit"),
    record("Risk_Equity", 1.0, "S", "5", product="Equity"),
    record("Risk_Equity", 1.0, "T", "5", product="Equity"),
    record("Risk_EquityVol", 1.0, "S", "12", "6m", product="Equity"),
    record("Risk_EquityVol", 1.0, "S", "Residual", "6m", product="Equity"),
    record("Risk_Commodity", 1.0, "Gold", "12", product="Commodity"),
    record("Risk_CommodityVol", 1.0, "Gold", "12", "1m", product="Commodity"),
    record("Risk_FX", 1.0, "BRL"),
    record("Risk_FX", 1.0, "EUR"),
    record("Risk_FXVol", 1.0, "EURUSD", label1="3m"),
]
AMOUNTS = st.lists(st.floats(-1e4, 1e4), min_size=len(EVERY_TYPE), max_size=len(EVERY_TYPE))


def with_amounts(amounts: Sequence[float]) -> list[Record]:
    return [one | {"amount_usd": x} for one, x in zip(EVERY_TYPE, amounts, strict=True)]


@settings(max_examples=30)
@given(AMOUNTS, st.floats(0.1, 10))
def test_below_the_thresholds_margin_scales(amounts: list[float], times: float) -> None:
    whole = total(with_amounts(amounts))
    scaled = total(with_amounts([times * x for x in amounts]))
    assert scaled == pytest.approx(times * whole, rel=1e-9, abs=1e-3)


@settings(max_examples=30)
@given(AMOUNTS, st.permutations(range(len(EVERY_TYPE))))
def test_the_order_of_records_does_not_matter(amounts: list[float], order: list[int]) -> None:
    records = with_amounts([1e4 * x for x in amounts])
    assert total([records[i] for i in order]) == pytest.approx(total(records), rel=1e-12, abs=1e-3)


@settings(max_examples=30)
@given(AMOUNTS)
def test_the_opposite_portfolio_takes_all_risk_away(amounts: list[float]) -> None:
    opposite = with_amounts([-x for x in amounts])
    assert total(with_amounts(amounts) + opposite) == 0


@settings(max_examples=30)
@given(AMOUNTS)
def test_split_records_are_netted(amounts: list[float]) -> None:
    thirds = with_amounts([x / 4 for x in amounts]) + with_amounts([3 * x / 4 for x in amounts])
    assert total(thirds) == pytest.approx(total(with_amounts(amounts)), rel=1e-9, abs=1e-6)


@settings(max_examples=30)
@given(AMOUNTS)
def test_parts_bound_the_whole(amounts: list[float]) -> None:
    need = simm.initial_margin(with_amounts(amounts), PARAMETERS)
    for product in need.product_classes.values():
        parts = [float(each.total) for each in product.risk_classes.values()]
        assert max(parts) <= product.total * (1 + 1e-12) + 1e-9
        assert product.total <= sum(parts) * (1 + 1e-12) + 1e-9
    assert need.total == pytest.approx(sum(float(p.total) for p in need.product_classes.values()))


SMALL = st.lists(st.floats(-1e4, 1e4), min_size=4, max_size=4)


def one_bucket(amounts: Sequence[float]) -> list[Record]:
    return [
        record("Risk_CreditQ", x, name, "4", tenor, "USD", "Credit")
        for x, name, tenor in zip(amounts, "AABC", ("1y", "5y", "5y", "2y"), strict=True)
    ]


@settings(max_examples=50)
@given(SMALL, SMALL)
def test_within_a_bucket_a_merger_needs_no_more(first: list[float], second: list[float]) -> None:
    apart = total(one_bucket(first)) + total(one_bucket(second))
    merged = total(one_bucket([x + y for x, y in zip(first, second, strict=True)]))
    assert merged <= apart * (1 + 1e-9) + 1e-6


def test_concentration_makes_mergers_dearer() -> None:
    large = 10e6  # the threshold of bucket 1
    share = [record("Risk_Equity", large, "S", "1", product="Equity")]
    assert total(share) == pytest.approx(26 * large)
    assert total(share * 4) == pytest.approx(4 * 26 * large * np.sqrt(4))


def test_a_crowded_currency_says_less_of_another() -> None:
    dollars = record("Risk_IRCurve", 230e6, "USD", label1="5y", label2="OIS")  # at the threshold
    euros = record("Risk_IRCurve", 4 * 230e6, "EUR", label1="5y", label2="OIS")
    alone, crowded = total([dollars]), total([euros])
    assert crowded == pytest.approx(4 * 2 * alone)
    # Concentrations are 1 and 2, so of the correlation of two currencies half is left.
    assert total([dollars, euros]) == pytest.approx(
        np.sqrt(alone**2 + crowded**2 + 2 * 0.24 / 2 * alone * crowded)
    )


def test_a_batch_is_its_portfolios() -> None:
    amounts = np.random.default_rng(3).normal(size=(2, 5, len(EVERY_TYPE))) * 1e7
    columns = {name: [one[name] for one in EVERY_TYPE] for name in EVERY_TYPE[0]}
    batch = simm.initial_margin(columns | {"amount_usd": amounts}, PARAMETERS)
    assert batch.total.shape == batch.alone("vega").shape == batch.add_on.shape == (2, 5)
    for place in np.ndindex(2, 5):
        assert batch.total[place] == pytest.approx(total(with_amounts(amounts[place])), rel=1e-12)
    stacked = [one | {"amount_usd": amounts[..., i]} for i, one in enumerate(EVERY_TYPE)]
    assert np.array_equal(simm.initial_margin(stacked, PARAMETERS).total, batch.total)


def test_a_file_in_the_interchange_format_is_read_as_it_is() -> None:
    text = (
        "TradeID,ProductClass,RiskType,Qualifier,Bucket,Label1,Label2,Amount,AmountUSD\n"
        "T1,RatesFX,Risk_IRCurve,USD,1,2w,OIS,1,4000000\n"
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert total(rows) == pytest.approx(115 * 4e6)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    assert total(columns) == total(rows) == total(simm.Sensitivities.read(rows))


def test_an_empty_portfolio_needs_nothing() -> None:
    need = simm.initial_margin([], PARAMETERS)
    assert need.total == need.alone("delta") == 0
    assert not need.product_classes


def test_inflation_and_basis_stand_beside_the_tenors() -> None:
    curve = record("Risk_IRCurve", 1e6, "CHF", label1="10y", label2="OIS")
    inflation, basis = record("Risk_Inflation", 1e6, "CHF"), record("Risk_XCcyBasis", 1e6, "CHF")
    assert total([inflation]) == pytest.approx(63e6)
    assert total([curve, inflation]) == pytest.approx(
        1e6 * np.sqrt(53**2 + 63**2 + 2 * 0.37 * 53 * 63)
    )
    assert total([curve, basis]) == pytest.approx(1e6 * np.sqrt(53**2 + 21**2 + 2 * 0.01 * 53 * 21))
    # The basis has no concentration: ten thousand times as much needs ten thousand times as much.
    assert total([basis | {"amount_usd": 1e10}]) == pytest.approx(21e10)


def test_two_sub_curves_of_one_tenor() -> None:
    first = record("Risk_IRCurve", 1e6, "EUR", label1="1y", label2="OIS")
    second = record("Risk_IRCurve", -1e6, "EUR", label1="1y", label2="Libor6m")
    assert total([first, second]) == pytest.approx(66e6 * np.sqrt(2 - 2 * 0.99))


def test_currencies_are_seen_from_the_calculation_currency() -> None:
    euro, real = record("Risk_FX", 1e6, "EUR"), record("Risk_FX", -1e6, "BRL")
    assert total([euro]) == pytest.approx(7.4e6)
    assert total([euro], calculation_currency="BRL") == pytest.approx(13.6e6)
    assert total([euro], calculation_currency="EUR") == 0
    assert total([euro, real]) == pytest.approx(
        1e6 * np.sqrt(7.4**2 + 13.6**2 - 2 * 0.27 * 7.4 * 13.6)
    )
    for pair, weight, correlation in [(("EUR", "JPY"), 7.4, 0.5), (("BRL", "ZAR"), 13.6, 0.42)]:
        alike = [record("Risk_FX", 1e6, currency) for currency in pair]
        assert total(alike) == pytest.approx(1e6 * weight * np.sqrt(2 + 2 * correlation))
    assert total([euro, real], calculation_currency="TRY") == pytest.approx(
        1e6 * np.sqrt(13.6**2 + 14.6**2 - 2 * 0.54 * 13.6 * 14.6)
    )


def test_a_pair_may_be_named_either_way() -> None:
    one = record("Risk_FXVol", 1e6, "EURUSD", label1="3m")
    other = record("Risk_FXVol", -1e6, "USDEUR", label1="3m")
    assert total([one]) > 0
    assert total([one, other]) == 0


def test_bought_options_need_vega_and_curvature_sold_ones_vega_only() -> None:
    volatility = 26 * np.sqrt(365 / 14) / norm.ppf(0.99)
    bought = record("Risk_EquityVol", 1e4, "S", "1", "2w", product="Equity")
    need = simm.initial_margin([bought], PARAMETERS)
    assert need.alone("vega") == pytest.approx(0.45 * 0.58 * volatility * 1e4)
    assert need.alone("curvature") == pytest.approx(
        0.5 * volatility * 1e4 * norm.ppf(0.995) ** 2, rel=1e-9
    )
    sold = simm.initial_margin([bought | {"amount_usd": -1e4}], PARAMETERS)
    assert sold.alone("vega") == need.alone("vega")
    assert sold.alone("curvature") == pytest.approx(0, abs=1e-6)


def test_curvature_of_volatility_indices_does_not_count() -> None:
    index = record("Risk_EquityVol", 1e4, "VIX", "12", "1y", product="Equity")
    need = simm.initial_margin([index], PARAMETERS)
    assert need.alone("curvature") == 0
    assert need.alone("vega") > 0


def test_add_ons() -> None:
    share = record("Risk_Equity", 1e6, "S", "1", product="Equity")
    extra = simm.AddOns(
        multipliers={"Equity": 1.5, "Credit": 2},
        notional_factors={"Alpha": 0.25},
        notionals={"Alpha": [-4e6, 4e6], "Beta": [1e9]},
        fixed=[1e6, 2e6],
    )
    need = simm.initial_margin([share], PARAMETERS, add_ons=extra)
    assert need.add_on == pytest.approx(13e6 + 2e6 + 3e6)
    assert need.total == pytest.approx(26e6 + 18e6)
    assert need.alone("delta") == pytest.approx(26e6)


CURVE = record("Risk_IRCurve", 1.0, "USD", label1="1y", label2="OIS")
ISSUER = record("Risk_CreditQ", 1.0, "A", "1", "5y", "USD", "Credit")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (CURVE | {"risk_type": "Risk_Rates"}, "risk_type of record 1 'Risk_Rates' is not known"),
        (CURVE | {"risk_type": "Risk_IRcurve"}, "did you mean 'Risk_IRCurve'"),
        (
            CURVE | {"product_class": "FX"},
            "product_class of record 1 'FX' .* choose from 'RatesFX'",
        ),
        (CURVE | {"label1": "4y"}, r"label1 of record 1 \(Risk_IRCurve\) '4y' is not known"),
        (CURVE | {"label2": "Sonia"}, "label2 of record 1 .* choose from .*'OIS', .*'Libor1m'"),
        (CURVE | {"qualifier": "usd"}, "qualifier of record 1 .* three capitals like USD"),
        (ISSUER | {"label1": "30y"}, "label1 of record 1 .* '30y' is not known"),
        (ISSUER | {"bucket": "x"}, r"bucket of record 1 \(Risk_CreditQ\) 'x' .* choose from '1'"),
        (ISSUER | {"bucket": "residual"}, "did you mean 'Residual'"),
        (ISSUER | {"qualifier": ""}, "qualifier of record 1 .* must not be empty"),
        (record("Risk_FXVol", 1.0, "EUREUR", label1="1y"), "two currencies like EURUSD"),
        (CURVE | {"amount_usd": "lots"}, "amount_usd of record 1 must be a number"),
        (CURVE | {"amount_usd": float("nan")}, "amount_usd of record 1 must be finite"),
        ({k: v for k, v in CURVE.items() if k != "amount_usd"}, "record 1 must have amount_usd"),
        (CURVE | {"amount_usd": [1.0, 2.0]}, "do not fit together"),
    ],
)
def test_a_bad_record_is_named(wrong: Record, message: str) -> None:
    first = ISSUER | {"amount_usd": [1.0, 2.0, 3.0]}
    with pytest.raises(MarginError, match=message):
        simm.initial_margin([first, wrong], PARAMETERS)


def test_bad_columns() -> None:
    with pytest.raises(MarginError, match="the table must have a column amount_usd; got qualifier"):
        simm.initial_margin({"qualifier": ["USD"]}, PARAMETERS)
    columns = {name: [cell] for name, cell in CURVE.items()}
    with pytest.raises(MarginError, match="qualifier must hold one word for each record"):
        simm.initial_margin(columns | {"qualifier": ["USD", "EUR"]}, PARAMETERS)
    with pytest.raises(MarginError, match="product_class must hold one word for each record"):
        simm.initial_margin(columns | {"amount_usd": 1.0}, PARAMETERS)


def test_bad_questions() -> None:
    with pytest.raises(MarginError, match="calculation_currency must be a currency"):
        simm.initial_margin([CURVE], PARAMETERS, calculation_currency="Dollar")
    with pytest.raises(MarginError, match=r"version '9\.9' is not known; choose from '2\.5'"):
        simm.Parameters.published("9.9")
    with pytest.raises(MarginError, match="measure 'theta' is not known"):
        simm.initial_margin([CURVE], PARAMETERS).alone("theta")


def test_another_version_is_another_file(tmp_path: Path) -> None:
    text = FILE.read_text("utf-8")
    changed = text.replace('version = "2.5"', 'version = "2.5 doubled"').replace(
        "delta_weight = [26, 28,", "delta_weight = [52, 28,"
    )
    path = tmp_path / "doubled.toml"
    path.write_text(changed, "utf-8")
    doubled = simm.Parameters.read(path)
    assert doubled.version == "2.5 doubled"
    share = [record("Risk_Equity", 1e6, "S", "1", product="Equity")]
    assert simm.initial_margin(share, doubled).total == pytest.approx(2 * total(share))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("pair_correlation = 0.5\n", "", "bad.toml.foreign_exchange must have 'pair_correlation'"),
        ("delta_weight = [280, 1300,", "delta_weight = [1300,", r"must have shape \(3,\)"),
        ("[1, 0.29, 0.13,", "[1, 0.92, 0.13,", r"matrix must be symmetric; \[0, 1\] is 0.92"),
        ("horizon = 10", "horizon =", "bad.toml must be a TOML file"),
        ('"2w", "1m"', '"1w", "1m"', "interest_rate.tenors must be 2w, 1m"),
        ('same_name = "label2"', 'same_name = "label3"', "same_name 'label3' is not known"),
    ],
)
def test_a_slip_in_a_file_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "bad.toml"
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(MarginError, match=message):
        simm.Parameters.read(path)

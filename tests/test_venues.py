"""Named venues: the tables are what was published, and the rules are what the tables say."""

import re
from pathlib import Path

import numpy as np
import pytest

import marginlib as ml
from marginlib import MarginError, venues

HERE = Path(venues.__file__).parent
TABLES = [
    (venue, symbol, date)
    for venue in venues.names()
    for symbol in venues.symbols(venue)
    for date in venues.dates(venue, symbol)
]


def rule_of(venue, symbol, **terms):
    """Return the model of a table, or of one for each instrument."""
    each = [symbol] if isinstance(symbol, str) else symbol
    return venues.table_model([venues.table(venue, name) for name in each], **terms)


every_table = pytest.mark.parametrize(("venue", "symbol", "date"), TABLES)


def one_position(quantity, price, collateral, size=1.0, kind="linear"):
    """Return an account that has just opened a position, or several, and its market."""
    held = getattr(ml.instruments, kind)(["X"], size=size)
    entry = ml.market.at(held, [price])
    return ml.accounts.open_accounts(
        collateral, np.reshape(quantity, (*np.shape(quantity), 1)), entry
    ), entry


class TestData:
    @every_table
    def test_has_source_date_and_status(self, venue, symbol, date):
        table = venues.table(venue, symbol, date)
        assert table.source.startswith("https://")
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", table.as_of)
        assert table.status
        assert table.notes

    @every_table
    def test_maintenance_never_exceeds_initial(self, venue, symbol, date):
        table = venues.table(venue, symbol, date)
        top = 2 * table.floors[-1] if np.isinf(table.limit) else table.limit
        sizes = np.linspace(0, top, 1_001)
        slack = table.initial.requirement(sizes) - table.maintenance.requirement(sizes)
        assert slack.min() >= 0

    @every_table
    def test_jumps_at_a_floor_only_where_the_whole_position_is_charged(self, venue, symbol, date):
        table = venues.table(venue, symbol, date)
        floors = table.floors[1:]
        jump = table.maintenance.requirement(floors * (1 + 1e-12)) - table.maintenance.requirement(
            floors
        )
        whole = floors * np.diff(table.maintenance.rate)
        expected = whole if venue == "okx" else np.zeros_like(whole)
        np.testing.assert_allclose(jump, expected, rtol=1e-6, atol=0.01)

    @pytest.mark.parametrize("file", ["venues.csv", "brackets.csv"])
    def test_every_row_has_source_and_date(self, file):
        lines = (HERE / file).read_text().splitlines()
        assert len(lines) > 1
        for line in lines[1:]:
            assert "https://" in line
            assert re.search(r",20\d\d-\d\d-\d\d,", line)

    def test_every_venue_has_a_table(self):
        listed = [line.split(",")[0] for line in (HERE / "venues.csv").read_text().splitlines()[1:]]
        assert sorted(listed) == sorted(name for name in venues.names() if venues.symbols(name))


class TestPublishedNumbers:
    def test_binance_deduction_at_half_a_million(self):
        table = venues.table("binance", "BTCUSDT", as_of="2022-05-21").maintenance
        assert table.deduction[2] == 1_300
        assert table.rate_at(264_000) == 0.01
        assert table.requirement(500_000) == pytest.approx(500_000 * 0.01 - 1_300)

    def test_binance_latest(self):
        table = venues.table("binance", "BTCUSDT")
        assert table.as_of == "2024-10-24"
        assert table.initial.maximum_leverage == 125
        assert table.limit == 1_800_000_000
        assert table.maintenance.requirement(1_000_000) == pytest.approx(6_500 - 950)

    def test_hyperliquid_rate_is_half_of_one_over_maximum_leverage(self):
        for symbol in venues.symbols("hyperliquid"):
            table = venues.table("hyperliquid", symbol)
            np.testing.assert_allclose(table.maintenance.rate, table.initial.rate / 2)
        btc = venues.table("hyperliquid", "BTC").maintenance
        assert btc.deduction[1] == pytest.approx(150e6 * (0.025 - 0.0125))

    def test_kraken_inverse_liquidation_example(self):
        account, entry = one_position(1_000, 8_000, collateral=0.01, kind="inverse")
        rule = rule_of("kraken_inverse", "PI_XBTUSD")
        need = rule(account, entry)
        assert need.initial == pytest.approx(0.0025)
        assert need.maintenance == pytest.approx(0.00125)
        price = ml.liquidation.liquidation_price(account, entry, rule, "X")
        assert price == pytest.approx(7_481, abs=1)
        assert ml.liquidation.bankruptcy_price(account, entry, "X") == pytest.approx(7_407, abs=1)

    def test_bybit_isolated_example(self):
        account, entry = one_position(1, 20_000, collateral=400)
        rule = rule_of("bybit", "BTCUSDT", leverage=50, entry=entry)
        assert rule(account, entry).initial == pytest.approx(400)
        assert rule(account, entry).maintenance == pytest.approx(100)
        price = ml.liquidation.liquidation_price(account, entry, rule, "X")
        assert price == pytest.approx(19_700)

    def test_gate_initial_margin_holds_the_fee_to_close(self):
        account, entry = one_position(1, 100, collateral=10)
        rule = rule_of("gate", "BTCUSDT_EXAMPLE", leverage=50)
        assert rule(account, entry).initial == pytest.approx(2.075)

    @pytest.mark.parametrize("side", [1, -1])
    def test_gate_and_okx_liquidation_formula(self, side):
        account, entry = one_position(side, 10, collateral=2)
        for venue, symbol in [("gate", "BTCUSDT_EXAMPLE"), ("okx", "BTC-USDT-SWAP")]:
            rule = rule_of(venue, symbol, taker_fee=0.0006)
            price = ml.liquidation.liquidation_price(account, entry, rule, "X")
            assert price == pytest.approx((10 - side * 2) / (1 - side * (0.004 + 0.0006)))

    def test_okx_counts_contracts_and_charges_the_whole_position(self):
        rule = rule_of("okx", "BTC-USDT-SWAP", taker_fee=0)
        in_contracts, market = one_position([1_000, 1_001], 60_000, 1e6, size=0.01)
        in_coins, _ = one_position([10, 10.01], 60_000, 1e6)
        need = rule(in_contracts, market).maintenance
        np.testing.assert_allclose(need, [0.004 * 600_000, 0.005 * 600_600])
        coins = ml.market.at(ml.instruments.linear(["X"]), [60_000])
        np.testing.assert_allclose(rule(in_coins, coins).maintenance, need)

    def test_okx_tier_does_not_move_with_the_price(self):
        account, entry = one_position(10, 60_000, collateral=1e6)
        rule = rule_of("okx", "BTC-USDT-SWAP", taker_fee=0)
        higher = ml.market.moved(entry, 0.5)
        assert rule(account, higher).maintenance == pytest.approx(0.004 * 900_000)


class TestRule:
    def test_fee_of_the_table_can_be_replaced(self):
        account, entry = one_position(1, 100, collateral=10)
        for fee, expected in [(None, 0.45), (0, 0.40), (0.001, 0.50)]:
            rule = rule_of("okx", "BTC-USDT-SWAP", taker_fee=fee)
            assert rule(account, entry).maintenance == pytest.approx(expected)

    @pytest.mark.parametrize(
        ("venue", "symbol"),
        [("hyperliquid", "BTC"), ("kraken", "CLASS_A"), ("okx", "BTC-USDT-SWAP")],
    )
    def test_leverage_sets_initial_and_leaves_maintenance(self, venue, symbol):
        account, entry = one_position(1, 20_000, collateral=5_000)
        free, chosen = rule_of(venue, symbol), rule_of(venue, symbol, leverage=5)
        assert chosen(account, entry).initial == pytest.approx(4_000)
        assert free(account, entry).initial < 4_000
        assert chosen(account, entry).maintenance == free(account, entry).maintenance

    @pytest.mark.parametrize("leverage", [0.5, 126])
    def test_leverage_out_of_range(self, leverage):
        with pytest.raises(MarginError, match="leverage"):
            rule_of("binance", "BTCUSDT", leverage=leverage)

    def test_one_table_for_each_instrument(self):
        market = ml.market.at(ml.instruments.linear(["BTC", "ETH"]), [50_000, 2_500])
        account = ml.accounts.open_accounts(1e6, [10, -100], market)
        both = rule_of("binance", ["BTCUSDT", "ETHUSDT"])(account, market)
        btc, eth = (venues.table("binance", name) for name in ("BTCUSDT", "ETHUSDT"))
        assert both.maintenance == pytest.approx(
            btc.maintenance.requirement(500_000) + eth.maintenance.requirement(250_000)
        )

    def test_entry_is_needed_where_margin_stays_at_entry(self):
        with pytest.raises(MarginError, match="pass entry=market"):
            rule_of("bybit", "BTCUSDT")

    def test_tables_of_two_venues_make_no_rule(self):
        two = [venues.table("binance", "BTCUSDT"), venues.table("hyperliquid", "BTC")]
        with pytest.raises(MarginError, match="one venue"):
            venues.table_model(two)

    def test_contract_tables_are_for_as_many_instruments_as_symbols(self):
        market = ml.market.at(ml.instruments.linear(["BTC", "ETH"]), [50_000, 2_500])
        account = ml.accounts.open_accounts(1e6, [1, 1], market)
        with pytest.raises(MarginError, match=r"2 \(BTC, ETH\)"):
            rule_of("okx", "BTC-USDT-SWAP")(account, market)


class TestUnknownNames:
    @pytest.mark.parametrize(
        ("call", "near"),
        [
            (lambda: venues.symbols("binanse"), "'binance'"),
            (lambda: venues.table("binance", "BTCUSD"), "'BTCUSDT'"),
            (lambda: rule_of("okx", "btc-usdt"), "'BTC-USDT-SWAP'"),
            (lambda: venues.dates("okx", "BTC-USDT"), "'BTC-USDT-SWAP'"),
            (lambda: venues.table("binance", "BTCUSDT", as_of="2022-05"), "'2022-05-21'"),
        ],
    )
    def test_names_the_nearest(self, call, near):
        with pytest.raises(MarginError, match=f"did you mean {near}"):
            call()

    def test_a_venue_without_tables_names_those_with(self):
        assert venues.symbols("aave") == ()
        with pytest.raises(MarginError, match="venue with tables 'aave' is not known; choose from"):
            venues.table("aave", "ETH")


class TestLoad:
    COLUMNS = (HERE / "brackets.csv").read_text().splitlines()[0]
    GOOD = (
        "binance,OWN,2026-01-01,0,1000,50,,0.01,0,mine,notebook",
        "binance,OWN,2026-01-01,1000,,20,,0.025,15,mine,notebook",
    )

    def write(self, folder, *rows, columns=COLUMNS):
        path = folder / "own.csv"
        path.write_text("\n".join([columns, *rows]) + "\n")
        return path

    def test_own_table_makes_a_rule(self, tmp_path):
        own = venues.load_tables(self.write(tmp_path, *self.GOOD))["binance", "OWN"]
        account, entry = one_position(1, 2_000, collateral=200)
        assert venues.table_model(own)(account, entry).maintenance == pytest.approx(
            2_000 * 0.025 - 15
        )
        assert "OWN, as of 2026-01-01" in repr(own)

    def test_the_latest_date_wins(self, tmp_path):
        newer = [row.replace("2026-01-01", "2026-02-02") for row in self.GOOD]
        own = venues.load_tables(self.write(tmp_path, *newer, *self.GOOD))
        assert own["binance", "OWN"].as_of == "2026-02-02"

    def test_own_venue(self, tmp_path):
        file = tmp_path / "venues.csv"
        head, row = (HERE / "venues.csv").read_text().splitlines()[:2]
        file.write_text(head + "\n" + row.replace("binance", "mine", 1) + "\n")
        brackets = self.write(tmp_path, *(row.replace("binance", "mine") for row in self.GOOD))
        assert ("mine", "OWN") in venues.load_tables(brackets, venues=file)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (("binance,OWN", "binanze,OWN"), r"line 3: venue 'binanze'.*'binance'"),
            (("1000,,20", "900,,20"), r"line 3: floor must be the ceiling .* 1000; got 900"),
            (("0.025", "2.5"), r"line 3: maintenance_rate .*did you mean 0.025"),
            (("0.025", "a lot"), r"line 3: maintenance_rate must be a number .*'a lot'"),
            (("20,,", "20,0.04,"), r"line 3: initial_rate must be 1 / max_leverage = 0.05"),
            (("20,,", ",,"), r"line 3: give initial_rate .* or max_leverage"),
            (("0.025,15", "0.025,10"), r"line 2: deduction\[1\].*should be 15"),
            (("2026-01-01", "January"), r"line 3: as_of must be a date"),
            (("2026-01-01", "2026-99-99"), r"line 3: as_of must be a date .*'2026-99-99'"),
            (("notebook", ""), r"line 3: source must not be empty"),
        ],
    )
    def test_errors_name_the_line(self, tmp_path, change, message):
        path = self.write(tmp_path, self.GOOD[0], self.GOOD[1].replace(*change))
        with pytest.raises(MarginError, match=message):
            venues.load_tables(path)

    def test_missing_column(self, tmp_path):
        path = self.write(tmp_path, columns="venue,symbol")
        with pytest.raises(MarginError, match="column 'as_of'"):
            venues.load_tables(path)

"""Every named venue, from opening an account to the last payer, as far as its rules are known."""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import marginlib as ml
from marginlib import MarginError, venues
from marginlib.accounts import Accounts, equity
from marginlib.instruments import cash
from marginlib.liquidation import CloseAll, Status, margin_call, status
from marginlib.venues._bridges import FEES, IN_A_CASCADE, PAYERS, POLICIES
from marginlib.venues._pieces import PIECES
from tests.test_venues_named import SAMPLES, Sample

LOAN = {"debt": "USDC", "collateral": "ETH"}

# What closes an account in trouble: what must be passed, or what the rules are said not to tell.
CLOSES: dict[str, dict | str] = {
    "aave": LOAN,
    "compound_iii": {},
    "compound_v2": LOAN,
    "drift": {"fee": 0.0},
    "dydx_v3": {},
    "euler": LOAN,
    "morpho_blue": LOAN,
    "bitmex": {},
    "kraken": {},
    "kraken_inverse": {},
    "gmx": {"fee": 0.0},
    "hyperliquid": {"fee": 0.0},
    "paradex": {},
    "synthetix": {
        "fee": 0.0,
        "window_capacity": {"maker_fee": 0.007, "taker_fee": 0.003, "seconds": 1},
    },
    "bybit_options": "how much is closed",
    "derive": "how much is closed",
    "dydx_v4": "how much is closed",
    "makerdao": "how much is closed",
    "marginfi": "how much is closed",
    **dict.fromkeys(
        ("binance", "binance_coin", "bybit", "bybit_unified", "cboe_equity_options",
         "cboe_index_options", "deribit", "gate", "liquity", "mango", "okx", "okx_collateral",
         "perennial", "reg_t", "vega"),
        "how much is closed",
    ),
}  # fmt: skip

# What pays a loss of 100: the means of each payer and what each then pays, or what is not told.
QUEUE = {"quantity": 2, "bankruptcy_price": 100, "market_price": 50, "held": [-1, -1],
         "score": [1, 2]}  # fmt: skip
PAYS: dict[str, tuple[dict, list[float]] | str] = {
    "aave": ({}, [100]),
    "bitmex": ({"insurance_fund": 30, "deleveraging": QUEUE}, [30, 70]),
    "dydx_v3": ({"deleveraging_transfer": {"quantity": 2, "held": [-1, -3]}}, [100]),
    "dydx_v4": (
        {"insurance_fund": 30, "deleveraging_transfer": {"quantity": 2, "held": [-1, 5]}},
        [30, 35],
    ),
    "drift": (
        {"insurance_fund": 30, "share_by_open_interest": [0, 0], "deposit_index": 1_000},
        [30, 0, 70],
    ),
    "euler": ({}, [100]),
    "hyperliquid": ({"deleveraging": QUEUE}, [100]),
    "kraken": ({"deleveraging": QUEUE}, [100]),
    "kraken_inverse": ({"deleveraging": QUEUE}, [100]),
    "liquity": ({"offset_and_redistribute": {"debt": 1_000, "pool": 400}}, [100]),
    "marginfi": ({"insurance_fund": 30}, [30]),
    "morpho_blue": ({}, [100]),
    "paradex": ({"insurance_fund": 30, "withdrawal_factor": 500}, [30, 70]),
    "vega": ({"insurance_fund": 30, "share_by_gains": [20, 10, -50]}, [30, 30]),
    **dict.fromkeys(
        ("binance", "binance_coin", "bybit", "bybit_options", "bybit_unified",
         "cboe_equity_options", "cboe_index_options", "compound_iii", "compound_v2", "deribit",
         "derive", "gate", "gmx", "makerdao", "mango", "okx", "okx_collateral", "perennial",
         "reg_t", "synthetix"),
        "who pays",
    ),
}  # fmt: skip

every_venue = pytest.mark.parametrize("sample", SAMPLES, ids=[each.name for each in SAMPLES])


def ready(sample: Sample) -> tuple[venues.Rules, ml.market.Market]:
    market = ml.market.at(sample.book, sample.price, volatility=sample.volatility)
    return venues.rules(sample.name, instruments=sample.book, **sample.given), market


def with_equity(sample: Sample, rules: venues.Rules, market: ml.market.Market, share: float,
                of: str) -> Accounts:  # fmt: skip
    """Return the account of the sample with cash such that equity is a share of a requirement."""
    low, high = -1e7, 1e7
    for _ in range(45):
        cash = (low + high) / 2
        account = Accounts(cash, sample.held)
        is_less = equity(account, market) < share * getattr(rules.model(account, market), of)
        low, high = (cash, high) if is_less else (low, cash)
    return Accounts(high, sample.held)


def everything(accounts: Accounts, market: ml.market.Market, model: ml.margin.MarginModel) -> Any:
    """Close even what is held as collateral."""
    return -accounts.quantity


@every_venue
def test_opens_and_is_called(sample: Sample) -> None:
    rules, market = ready(sample)
    where = {"equality_is_safe": rules.equality_is_safe}
    opened = with_equity(sample, rules, market, 1.001, "initial")
    assert status(opened, market, rules.model, **where) == Status.HEALTHY
    called = with_equity(sample, rules, market, 0.9, "maintenance")
    assert status(called, market, rules.model, **where) == Status.LIQUIDATION
    lacking = rules.model(called, market).maintenance - equity(called, market)
    assert margin_call(called, market, rules.model, "maintenance") == pytest.approx(lacking)


@every_venue
def test_closes(sample: Sample) -> None:
    rules, market = ready(sample)
    due = with_equity(sample, rules, market, 0.9, "maintenance")
    told = CLOSES[sample.name]
    if isinstance(told, str):
        with pytest.raises(MarginError, match=rf"the rules do not tell {told}.*pass policy="):
            rules.liquidate(due, market)
        told = {"policy": everything, "fee": 0.001}
    done = rules.liquidate(due, market, **told)
    assert np.any(done.traded)
    assert equity(done.accounts, market) == pytest.approx(equity(due, market) - done.fee)
    whole = done.accounts.quantity + done.taken.quantity
    np.testing.assert_allclose(whole, due.quantity)
    # And nothing is closed where nothing is due.
    well = with_equity(sample, rules, market, 1.5, "initial")
    assert not np.any(rules.liquidate(well, market, **told).traded)


@every_venue
def test_says_who_pays(sample: Sample) -> None:
    rules, _ = ready(sample)
    told = PAYS[sample.name]
    if isinstance(told, str):
        with pytest.raises(
            MarginError, match=rf"the rules do not tell {told}.*waterfall.Waterfall"
        ):
            rules.pay(100)
        return
    means, paid = told
    settled = rules.pay(100, **means)
    assert [float(part.paid) for _, part in settled.payments] == pytest.approx(paid)
    assert settled.paid + settled.left == pytest.approx(100)


def test_every_bridge_leads_from_a_piece() -> None:
    bridges = {**FEES, **POLICIES, **PAYERS}
    assert set(bridges) <= set(PIECES)
    assert set(IN_A_CASCADE) <= set(PAYERS)
    for name, bridge in bridges.items():
        fixed_or_asked = set(signature(PIECES[name]).parameters)
        asked = set(list(signature(bridge).parameters)[1:])
        of_layers = {"deleveraging_transfer": {"quantity", "held"}}
        assert asked <= fixed_or_asked | of_layers.get(name, set())


def test_every_venue_is_tried() -> None:
    assert set(CLOSES) == set(PAYS) == set(venues.names())


class TestCascade:
    """A crowd under the rules of a venue."""

    BOOK = ml.instruments.linear(["BTC"])
    ENTRY = ml.market.at(BOOK, [20_000])

    @pytest.mark.parametrize(
        ("name", "given", "told"),
        [
            (
                "bitmex",
                {"floor": [0], "initial_rate": [0.1], "maintenance_rate": [0.05], "entry": ENTRY},
                {},
            ),
            ("hyperliquid", {"symbol": "BTC", "large": 1e5}, {"fee": 0.0}),
            (
                "paradex",
                dict.fromkeys(("initial", "maintenance"), 0.05) | {"taker_fee": 0, "penalty": 0.5},
                {},
            ),
        ],
    )
    def test_settles_and_makes_no_money(self, name, given, told):
        rules = venues.rules(name, **given)
        crowd = ml.accounts.open_accounts([1_500, 2_500, 9_000], [[1], [1], [-1]], self.ENTRY)
        begun = ml.cascade.begin(crowd, self.ENTRY, fund=100)
        shocked = ml.cascade.shock(begun, "BTC", -0.07)
        of_venue = rules.cascade(ml.impact.linear_book(depth=1), **told)
        rest = ml.cascade.settle(shocked, of_venue, check=True)
        assert rest.liquidated[0]
        assert rest.market["BTC"] < 18_600

    def test_says_what_is_not_known_in_a_crowd(self):
        rules = {
            name: venues.rules(name, **sample.given)
            for name in ("aave", "binance", "drift", "dydx_v3", "gmx")
            for sample in SAMPLES
            if sample.name == name
        }
        depth = ml.impact.linear_book(depth=1)
        for name, message in [
            ("aave", r"in which coins a crowd is closed.*pass policy="),
            ("binance", r"how much is closed .*\[closing\] is not there.*pass policy="),
            ("gmx", r"what closing costs an account.*pass fee="),
            ("drift", r"what closing costs .* tells only ramped_fee, solvent_fee_rate.*pass fee="),
            ("dydx_v3", r"what 'deleveraging_transfer' takes from whom.*pass losses="),
        ]:
            with pytest.raises(MarginError, match=message):
                rules[name].cascade(depth)
        terms = {"policy": CloseAll(), "fee": 0.005}
        with pytest.raises(MarginError, match=r"who pays .*\[loss\] is not there.*pass losses="):
            rules["binance"].cascade(depth, **terms)
        own = rules["binance"].cascade(depth, **terms, losses=[])
        assert (own.fee, own.losses) == (0.005, ())


class TestMeans:
    """What each payer has, by name."""

    RULES = venues.rules("vega", **next(each.given for each in SAMPLES if each.name == "vega"))

    @pytest.mark.parametrize(
        ("means", "message"),
        [
            ({}, r"insurance_fund needs balance; pass insurance_fund=\.\.\."),
            ({"insurance": 5}, "piece 'insurance' is not known; did you mean 'insurance_fund'"),
            ({"insurance_fund": {"balanc": 5}}, "argument 'balanc'.*did you mean 'balance'"),
        ],
    )
    def test_a_slip_is_told(self, means, message):
        with pytest.raises(MarginError, match=message):
            self.RULES.pay(100, **means)

    def test_a_number_where_several_are_due(self):
        queue = venues.rules("kraken_inverse")
        with pytest.raises(
            MarginError, match=r"deleveraging must be given as \{'quantity': \.\.\."
        ):
            queue.pay(100, deleveraging=5)

    def test_gains_that_can_be_cut_pay_in_proportion(self, tmp_path):
        path = tmp_path / "own.toml"
        head = "".join(f'{key} = "mine"\n' for key in ("title", "source", "status", "currency"))
        path.write_text(f'{head}as_of = 2026-01-01\n[loss]\npiece = "socialised_loss"\n')
        settled = venues.load_rules(path).pay(30, socialised_loss=[20, 40])
        assert settled["socialised_loss"].each.tolist() == [10, 20]

    def test_many_losses_at_once(self):
        settled = self.RULES.pay([10, 100], insurance_fund=30, share_by_gains=[20, 10])
        assert settled.left.tolist() == [0, 40]


def test_a_loan_is_closed_against_one_collateral() -> None:
    sample = next(each for each in SAMPLES if each.name == "euler")
    rules, market = ready(sample)
    due = with_equity(sample, rules, market, 0.9, "maintenance")
    with pytest.raises(MarginError, match="pass debt= and collateral="):
        rules.liquidate(due, market)
    # Health 1 - x gives a discount of x: all is repaid, and 1 / (1 - x) as much is seized.
    done = rules.liquidate(due, market, **LOAN)
    owed = 10_000 - float(due.cash)
    health = 16_000 / owed
    assert done.traded[1] == pytest.approx(10_000)
    assert -done.traded[0] * 2_000 == pytest.approx(10_000 / health)


def test_a_loan_without_a_bonus_says_so(tmp_path: Path) -> None:
    text = (Path(venues.__file__).parent / "rules/euler.toml").read_text()
    (tmp_path / "own.toml").write_text(text.replace('[fee]\npiece = "discount_of_health"', "")
                                       .replace("largest = 0.2", ""))  # fmt: skip
    rules = venues.load_rules(tmp_path / "own.toml", borrow_threshold=0.7, threshold=0.8)
    now = ml.market.at(cash(["ETH", "USDC"]), [1_000, 1])
    with pytest.raises(MarginError, match=r"what a liquidator is given .*pass policy= and fee="):
        rules.liquidate(Accounts(0, [10, -9_000]), now, **LOAN)


@pytest.mark.parametrize(("debt", "loan"), [("USDC", (0, -10_000)), ("USD", (-10_000, 0))])
def test_a_loan_is_closed_as_the_file_says(debt: str, loan: tuple[int, int]) -> None:
    coins = cash(["ETH", "WBTC", "USDC"], currency="USD")
    weights = {"ETH": 0.8, "WBTC": 0.7, "USDC": 0.0}
    rules = venues.rules(
        "aave", instruments=coins, loan_to_value=0.5, threshold=weights, incentive=1.05
    )
    market = ml.market.at(coins, [1_000, 20_000, 1])
    due = Accounts(loan[0], [8, 0.2, loan[1]])  # 9,200 against 10,000: all of it may go
    done = rules.liquidate(due, market, debt=debt, collateral="ETH")
    repaid = 8_000 / 1.05  # all the ether, at the bonus
    assert done.traded[0] == pytest.approx(-8)
    owed = done.accounts.quantity[2] if debt == "USDC" else done.accounts.cash
    assert owed == pytest.approx(repaid - 10_000)


class TestReadersOwnVenue:
    """The file that the page about venues shows."""

    FOLDER = Path(__file__).parents[1] / "docs/own_venue"
    BOOK = ml.instruments.join(ml.instruments.cash(["BTC"]), ml.instruments.linear(["BTC-PERP"]))
    RULES = venues.load_rules(
        FOLDER / "example_exchange.toml", instruments=BOOK, symbol=["BTC", "BTC"], leverage=10
    )

    def test_from_the_requirement_to_the_last_payer(self):
        now = ml.market.at(self.BOOK, [20_000, 20_000])
        due = Accounts(cash=-19_850, quantity=[0, 1])
        done = self.RULES.liquidate(due, now)
        need = self.RULES.model(done.accounts, now).initial
        exact = self.RULES.liquidate(due, now, lot=1e-9)
        assert self.RULES.model(exact.accounts, now).initial == pytest.approx(
            equity(exact.accounts, now)
        )
        # And in whole lots of 0.001 a little more is closed than that.
        assert 0 < exact.traded[1] - done.traded[1] < 0.001
        assert -done.traded[1] * 1_000 == pytest.approx(round(float(-done.traded[1] * 1_000)))
        assert need < equity(done.accounts, now)
        assert done.fee == pytest.approx(0.005 * 20_000 * -done.traded[1])
        who = self.RULES.pay(2e6, insurance_fund=5e6, share_by_gains=[4e6, 4e6])
        assert [float(part.paid) for _, part in who.payments] == [1e6, 1e6]
        assert self.RULES.cascade(ml.impact.linear_book(depth=1), losses=[]).policy is not None

    def test_no_more_is_closed_than_is_held(self):
        now = ml.market.at(self.BOOK, [20_000, 20_000])
        due = Accounts(cash=-19_850, quantity=[0, 1])
        assert self.RULES.liquidate(due, now, lot=0.6).traded.tolist() == [0, -1]
        all_of_it = self.RULES.liquidate(due, now, policy=everything, lot=0.6)
        assert all_of_it.traded.tolist() == [0, -1]

    def test_prices_stand_on_the_grid(self):
        entry = ml.market.at(self.BOOK, [20_000, 20_000])
        ana = Accounts(cash=-18_000, quantity=[0, 1])
        price = self.RULES.liquidation_price(ana, entry, "BTC-PERP")
        exact = ml.liquidation.liquidation_price(ana, entry, self.RULES.model, "BTC-PERP")
        assert price == round(float(exact) * 2) / 2
        assert (
            self.RULES.liquidation_price(ana, entry, "BTC-PERP", tick=100, rounding="up") == 18_200
        )
        assert self.RULES.ticks.rounded_size(0.12345) == 0.123

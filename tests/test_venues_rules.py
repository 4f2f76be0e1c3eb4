"""Rules of venues as files: each loads, and a wrong one is told where."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import marginlib as ml
from marginlib import MarginError, venues
from marginlib.margin import FixedRate
from marginlib.venues._pieces import PIECES
from marginlib.venues._positions import Positions
from marginlib.venues._rules import read_folder

OWN = """\
title = "My venue"
as_of = 2026-01-01
source = "my own notebook"
status = "made up for a test"
currency = "USD"
not_covered = ["deleveraging: nobody knows the rule"]

[required]
rate = "initial rate of each market [fraction]"

[optional]
leverage = "chosen leverage [times]"

[[margin]]
piece = "chosen_leverage"
leverage = "$leverage"
model = {piece = "fixed_rate", initial = "$rate", maintenance = 0.05}

[[margin]]
piece = "closing_fee"
rate = 0.001
"""


def write(folder, text=OWN, name="own.toml"):
    path = folder / name
    path.write_text(text)
    return path


def position(quantity=1.0, price=20_000, collateral=2_000):
    market = ml.market.at(ml.instruments.linear(["BTC"]), [price])
    return ml.accounts.open_accounts(collateral, [quantity], market), market


class TestOwnRules:
    def test_pieces_of_a_section_add_up(self, tmp_path):
        need = venues.load_rules(write(tmp_path), rate=0.10).model(*position())
        assert need.initial == pytest.approx(2_000)
        assert need.maintenance == pytest.approx(1_000 + 20)

    def test_optional_parameter_is_used_when_given(self, tmp_path):
        need = venues.load_rules(write(tmp_path), rate=0.10, leverage=5).model(*position())
        assert need.initial == pytest.approx(4_000)

    def test_head_comes_along(self, tmp_path):
        rules = venues.load_rules(write(tmp_path), rate=0.10)
        assert (rules.title, rules.as_of, rules.currency) == ("My venue", "2026-01-01", "USD")
        assert rules.not_covered == ("deleveraging: nobody knows the rule",)
        assert rules.haircut is None
        assert "made up for a test" in repr(rules)

    def test_values_by_name_follow_the_instruments(self, tmp_path):
        both = ml.instruments.linear(["BTC", "ETH"])
        market = ml.market.at(both, [20_000, 1_000])
        account = ml.accounts.open_accounts(1e5, [1, 10], market)
        given = {"ETH": 0.30, "default": 0.10}
        rules = venues.load_rules(write(tmp_path), instruments=both, rate=given)
        same = FixedRate([0.10, 0.30], 0.05)
        assert rules.margin(account, market).initial == same(account, market).initial

    def test_brackets_beside_the_rules(self, tmp_path):
        shipped = Path(venues.__file__).parent / "brackets.csv"
        write(tmp_path, shipped.read_text(), "brackets.csv")
        section = (
            '[margin]\npiece = "own_brackets"\nfile = "brackets.csv"\n'
            'venue = "okx"\nsymbol = "BTC-USDT-SWAP"\ntaker_fee = 0\n'
        )
        head = OWN[: OWN.index("[required]")]
        model = venues.load_rules(write(tmp_path, head + section)).model
        own, book = (
            model(*position()),
            venues.rules("okx", symbol="BTC-USDT-SWAP", taker_fee=0).model(*position()),
        )
        assert own.maintenance == book.maintenance > 0


FEES = """
[[fee]]
piece = "ramped_fee"
grace = 10
slope = 0.001

[[loss]]
piece = "insurance_fund"
largest_claim = 50

[[loss]]
piece = "share_by_open_interest"
"""


class TestPiecesByName:
    def test_the_file_fixes_some_arguments_and_the_user_gives_the_rest(self, tmp_path):
        rules = venues.load_rules(write(tmp_path, OWN + FEES), rate=0.10)
        assert list(rules.loss) == ["insurance_fund", "share_by_open_interest"]
        assert rules.fee["ramped_fee"](base=0.01, largest=0.5, elapsed=20) == pytest.approx(0.03)
        assert rules.loss["insurance_fund"](balance=80).absorb(60).left == pytest.approx(10)

    def test_a_name_stands_once(self, tmp_path):
        twice = FEES.replace("share_by_open_interest", "insurance_fund")
        with pytest.raises(MarginError, match=r"line 32: .* 'insurance_fund' only once"):
            venues.load_rules(write(tmp_path, OWN + twice), rate=0.10)

    def test_numbers_are_checked_before_they_are_used(self, tmp_path):
        text = OWN + FEES.replace("slope = 0.001", 'slope = "steep"')
        with pytest.raises(MarginError, match=r"line 26: slope must be a number"):
            venues.load_rules(write(tmp_path, text), rate=0.10)


class TestErrorsNameTheLine:
    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("currency", "curency", r"line 5: key 'curency' is not known.*'currency'"),
            ('status = "made up for a test"', "", r"line 1: status must not be empty"),
            ("2026-01-01", '"January"', r"line 2: as_of must be a date .*'January'"),
            ("[[margin]]", "[[margins]]", r"line 14: key 'margins' is not known.*'margin'"),
            ('"closing_fee"', '"closing_fees"', r"line 20: piece 'closing_fees'.*'closing_fee'"),
            ("rate = 0.001", "rates = 0.001", r"line 21: key 'rates' is not known.*'rate'"),
            ("rate = 0.001", "", r"line 19: this piece must have a key 'rate'"),
            (
                "rate = 0.001",
                "rate = 5",
                r"line 21: rate must be a fraction; got 5, did you mean 0.05",
            ),
            ("maintenance = 0.05", "maintenance = 0.5", r"line 17: maintenance must not exceed"),
            ('"$leverage"', '"$leverages"', r"line 16: parameter 'leverages'.*'leverage'"),
            (
                'piece = "closing_fee"',
                "",
                r"line 19: a table of \[margin\] must have a key 'piece'",
            ),
            ("[optional]", "[optional", r"line 11: not TOML"),
            (
                "not_cov",
                'equality_is_safe = "no"\nnot_cov',
                r"line 6: equality_is_safe must be true",
            ),
            ("2026-01-01", '"2026-99-99"', r"line 2: as_of must be a date .*'2026-99-99'"),
            ("2026-01-01", "2026-01-01T10:00:00", r"line 2: as_of must be a date"),
            ('"USD"', "5", r"line 5: currency must be a text in quotation marks; got 5"),
            (
                '[[margin]]\npiece = "closing_fee"\nrate',
                '[ticks]\npiece = "closing_fee"\nrate',
                r"line 19: \[ticks\] must be one table",
            ),
        ],
    )
    def test_of_the_file(self, tmp_path, old, new, message):
        assert old in OWN
        with pytest.raises(MarginError, match=r"own.toml, " + message):
            venues.load_rules(write(tmp_path, OWN.replace(old, new)), rate=0.10)

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("not_covered = 5", r"not_covered must be a list of sentences.*got 5"),
            ('required = ["x"]', r"required must be a table \[required\] .*got \['x'\]"),
            ("optional = 5", r"optional must be a table \[optional\]"),
            ("optional = {x = 5}", r"optional must be a table \[optional\]"),
            ("margin = [1, 2]", r"margin must be a table \[margin\], or tables.*got \[1, 2\]"),
            ("loss = []", r"loss must be a table"),
        ],
    )
    def test_a_value_of_another_kind(self, tmp_path, line, message):
        head = OWN[: OWN.index("not_covered")]
        with pytest.raises(MarginError, match=r"own.toml, line 6: " + message):
            venues.load_rules(write(tmp_path, head + line), rate=0.10)

    def test_a_parameter_is_missing(self, tmp_path):
        with pytest.raises(MarginError, match=r"needs rate \(initial rate of each market"):
            venues.load_rules(write(tmp_path))

    def test_a_parameter_was_not_asked_for(self, tmp_path):
        with pytest.raises(MarginError, match=r"parameter 'leverag' .*did you mean 'leverage'"):
            venues.load_rules(write(tmp_path), rate=0.1, leverag=5)

    def test_values_by_name_need_instruments(self, tmp_path):
        with pytest.raises(MarginError, match=r"line 17: initial is given by name.*instruments="):
            venues.load_rules(write(tmp_path), rate={"BTC": 0.1})

    def test_values_by_name_must_be_complete(self, tmp_path):
        both = ml.instruments.linear(["BTC", "ETH"])
        with pytest.raises(MarginError, match="must have a value for 'ETH' or a 'default'"):
            venues.load_rules(write(tmp_path), instruments=both, rate={"BTC": 0.1})
        with pytest.raises(MarginError, match="instrument 'BTX' is not known; did you mean 'BTC'"):
            venues.load_rules(write(tmp_path), instruments=both, rate={"BTX": 0.1})

    def test_a_file_without_parameters_takes_none(self):
        with pytest.raises(MarginError, match=r"deribit.toml asks for no parameters; got 'symbol'"):
            venues.rules("deribit", symbol="x")

    def test_a_file_beside_is_a_table(self, tmp_path):
        section = (
            '[margin]\npiece = "own_brackets"\nfile = "brackets.txt"\nvenue = "a"\nsymbol = "b"\n'
        )
        head = OWN[: OWN.index("[required]")]
        with pytest.raises(
            MarginError, match=r"line 10: file must be a .csv file .*'brackets.txt'"
        ):
            venues.load_rules(write(tmp_path, head + section))

    def test_a_file_is_missing(self, tmp_path):
        section = '[margin]\npiece = "own_brackets"\nfile = "no.csv"\nvenue = "a"\nsymbol = "b"\n'
        head = OWN[: OWN.index("[required]")]
        with pytest.raises(MarginError, match=r"line 10: file no.csv is not beside the rules"):
            venues.load_rules(write(tmp_path, head + section))


class TestEncodings:
    """Files as spreadsheets and editors save them."""

    def test_a_byte_order_mark_does_not_matter(self, tmp_path):
        path = tmp_path / "own.toml"
        path.write_text(OWN, "utf-8-sig")
        assert venues.load_rules(path, rate=0.1).title == "My venue"
        shipped = (Path(venues.__file__).parent / "brackets.csv").read_text()
        table = tmp_path / "own.csv"
        table.write_text(shipped, "utf-8-sig")
        assert ("okx", "BTC-USDT-SWAP") in venues.load_tables(table)

    @pytest.mark.parametrize(
        "read", [lambda path: venues.load_rules(path, rate=0.1), venues.load_tables]
    )
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (OWN.encode("utf-16"), r"own.file, line 1: must be UTF-8, not UTF-16"),
            (OWN.encode("utf-16-le"), r"own.file, line 1: must be UTF-8, not UTF-16"),
            (
                OWN.replace("notebook", "caf\u00e9").encode("latin-1"),
                r"own.file, line 3: must be UTF-8, and the byte 0xe9 is not .*'\u00e9'",
            ),
        ],
    )
    def test_another_encoding_names_the_line(self, tmp_path, read, data, message):
        path = tmp_path / "own.file"
        path.write_bytes(data)
        with pytest.raises(MarginError, match=message):
            read(path)

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(MarginError, match=r"nowhere.toml must be a file that exists"):
            venues.load_rules(tmp_path / "nowhere.toml")


def test_positions_skip_what_stands_inside_long_strings():
    text = 'notes = """\ncurrency = "not a key"\n"""\ncurrency = "USD"\n[a.b]\nc.d = 1\n'
    found = Positions(text)
    assert found.line(("currency",)) == 4
    assert found.line(("a", "b", "c", "d")) == 6
    assert found.line(("nothing",)) == 1


def test_older_rules_stand_beside_the_newest(tmp_path):
    write(tmp_path)
    write(tmp_path, OWN.replace("2026-01-01", "2024-10-24"), "own@2024-10-24.toml")
    assert list(read_folder(tmp_path)["own"]) == ["2024-10-24", "2026-01-01"]


class TestRulesOfTheBook:
    def test_names_the_nearest(self):
        with pytest.raises(MarginError, match="did you mean 'binance'"):
            venues.rules("binanse")
        with pytest.raises(MarginError, match="as_of '2001-01-01' is not known"):
            venues.rules("binance", as_of="2001-01-01", symbol="BTCUSDT")

    @pytest.mark.parametrize("name", venues.names())
    def test_every_file_says_what_it_is(self, name):
        for date in venues.dates(name):
            one = venues.rule_set(name, date)
            assert one.sections
            assert one.head["as_of"] == date
            assert all(":" in reason for reason in one.not_covered), "say what, then why"
            used = str(one.sections)
            assert all(f"${asked}" in used for asked in {**one.required, **one.optional})

    def test_the_brackets_of_a_rule_set_are_those_of_the_table(self):
        found = venues.rules("binance", symbol="BTCUSDT", leverage=50)
        same = venues.table_model(venues.table("binance", "BTCUSDT"), leverage=50)
        sizes, market = position(np.array([[0.5], [5], [500]]), collateral=np.zeros(3))
        np.testing.assert_array_equal(
            found.model(sizes, market).initial, same(sizes, market).initial
        )

    def test_every_piece_is_said_by_name(self):
        assert all(name.islower() and callable(made) for name, made in PIECES.items())


class TestTheExampleOfTheBook:
    """The files shown on the page about venues."""

    FOLDER = Path(__file__).parents[1] / "docs/own_venue"

    def test_it_loads_and_computes(self):
        book = ml.instruments.join(
            ml.instruments.cash(["BTC"]), ml.instruments.linear(["BTC-PERP"])
        )
        market = ml.market.at(book, [20_000, 20_000])
        account = ml.accounts.Accounts(cash=0, quantity=[20, 10])
        rules = venues.load_rules(
            self.FOLDER / "example_exchange.toml",
            instruments=book,
            symbol=["BTC", "BTC"],
            leverage=10,
        )
        # 200,000 in the second bracket, and 10 + 10 coins of collateral at 95 and 90 per cent.
        need = rules.model(account, market)
        haircut = 20_000 * (10 * 0.05 + 10 * 0.10)
        fee = 0.0005 * 200_000
        assert need.maintenance == pytest.approx(200_000 * 0.025 - 1_500 + fee + haircut)
        assert rules.margin(account, market).initial == pytest.approx(20_000)
        assert rules.fee["liquidation_fee"](value=20_000) == pytest.approx(100)
        assert rules.loss["insurance_fund"](balance=5e6).absorb(2e6).left == pytest.approx(1e6)


class TestRulesInWords:
    def test_a_rule_set_says_what_it_asks_for(self):
        said = repr(venues.rule_set("hyperliquid"))
        assert "margin: brackets" in said
        assert "must give large: value above which" in said
        assert "may give leverage" in said

    def test_rules_say_what_they_hold(self):
        said = repr(venues.rules("aave", loan_to_value=0.7, threshold=0.8, incentive=1.05))
        assert "haircut: Haircut" in said
        assert "closing: close_factor" in said
        assert "margin:" not in said

    def test_rules_without_a_model_say_so(self, tmp_path):
        head = OWN[: OWN.index("[required]")]
        only_fees = venues.load_rules(write(tmp_path, head + FEES))
        with pytest.raises(MarginError, match="My venue has no margin model"):
            _ = only_fees.model

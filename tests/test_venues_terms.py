"""Pieces of a file where the library calls them: a fee is a fee, and what is none says so."""

from __future__ import annotations

import numpy as np
import pytest

import marginlib as ml
from marginlib import MarginError, venues
from marginlib.accounts import Accounts
from marginlib.liquidation import CloseAll


class TestPiecesWhereTheLibraryCallsThem:
    """A fee of a file is a fee, and what is none says what it is."""

    NOW = ml.market.at(ml.instruments.linear(["BTC"]), [18_500])
    ANA = Accounts(-18_000, [1])  # 500 is left
    RULE = ml.margin.FixedRate(0.10, 0.05)

    def of(self, section, text, tmp_path, **given):
        path = tmp_path / "own.toml"
        head = "".join(f'{key} = "mine"\n' for key in ("title", "source", "status", "currency"))
        path.write_text(f"{head}as_of = 2026-01-01\n[{section}]\n{text}\n")
        return getattr(venues.load_rules(path, **given), section)

    def test_a_fee_passes_to_liquidate(self, tmp_path):
        fee = self.of("fee", 'piece = "liquidation_fee"\nrate = 0.005\nfixed = 5', tmp_path)
        done = ml.liquidation.liquidate(
            self.ANA, self.NOW, self.RULE, CloseAll(), fee["liquidation_fee"]
        )
        assert done.fee == pytest.approx(18_500 * 0.005 + 5)
        assert fee["liquidation_fee"](value=18_500) == pytest.approx(97.5)

    @pytest.mark.parametrize(
        ("rule", "kept"),
        [("'kept'", 500), ("'returned'", 0), ("'capped'\nlargest_fee = 0.01", 185)],
    )
    def test_the_residual_goes_where_the_venue_says(self, tmp_path, rule, kept):
        fee = self.of("fee", f'piece = "residual"\nrule = {rule}', tmp_path)["residual"]
        done = ml.liquidation.liquidate(self.ANA, self.NOW, self.RULE, CloseAll(), fee)
        assert done.fee == pytest.approx(kept)

    def test_the_fee_of_options_is_capped_by_their_price(self, tmp_path):
        text = 'piece = "option_purchase"\nfee = 0.0003\nfee_cap = 0.125'
        fee = self.of("fee", text, tmp_path)["option_purchase"]
        book = ml.instruments.join(
            ml.instruments.cash(["X"]),
            ml.instruments.options(["P"], "X", strike=[100], expiry=0, is_call=False, size=2),
        )
        now = ml.market.at(book, [99.9], volatility=[0.5])
        short = Accounts(0, [0, -3])
        cost = fee(short, now, ml.margin.FixedRate(0, 0), np.array([0.0, 3.0]))
        assert cost == pytest.approx(6 * min(0.0003 * 99.9, 0.125 * 0.1))

    def test_several_fees_add_up(self, tmp_path):
        path = tmp_path / "own.toml"
        head = "".join(f'{key} = "mine"\n' for key in ("title", "source", "status", "currency"))
        text = """
            [margin]
            piece = "fixed_rate"
            initial = 0.10
            maintenance = 0.05
            [closing]
            piece = "close_all"
            [[fee]]
            piece = "requirement_fee"
            rate = 0.1
            [[fee]]
            piece = "ramped_fee"
            grace = 10
            slope = 0.001
        """
        path.write_text(f"{head}as_of = 2026-01-01\n{text}")
        aged = {"base": 0.01, "largest": 0.5, "elapsed": 20}
        done = venues.load_rules(path).liquidate(self.ANA, self.NOW, ramped_fee=aged)
        assert done.fee == pytest.approx(0.1 * 925 + 0.03 * 18_500)

    def test_a_policy_passes_to_liquidate(self, tmp_path):
        policy = self.of("closing", 'piece = "restoring_quantity"', tmp_path)["restoring_quantity"]
        done = ml.liquidation.liquidate(self.ANA, self.NOW, self.RULE, policy)
        assert done.traded[0] == pytest.approx(500 / 925 - 1)

    def test_what_is_no_fee_says_so(self, tmp_path):
        text = 'piece = "solvent_fee_rate"\nkept = 0.9'
        fee = self.of("fee", text, tmp_path)["solvent_fee_rate"]
        with pytest.raises(MarginError, match=r"neither a fee nor .* ask it by name \(largest"):
            ml.liquidation.liquidate(self.ANA, self.NOW, self.RULE, CloseAll(), fee)
        with pytest.raises(MarginError, match="solvent_fee_rate needs margin_rate, "):
            fee(largest=0.1)
        with pytest.raises(MarginError, match=r"argument 'larges'.*did you mean 'largest'"):
            fee(larges=0.1)
        assert "kept=0.9, largest=?" in repr(fee)

    def test_what_is_left_open_is_asked_for(self, tmp_path):
        text = 'piece = "ramped_fee"\ngrace = 10\nslope = 0.001'
        fee = self.of("fee", text, tmp_path)["ramped_fee"]
        with pytest.raises(
            MarginError, match=r"needs base, largest, elapsed; pass ramped_fee=\{'base"
        ):
            ml.liquidation.liquidate(self.ANA, self.NOW, self.RULE, CloseAll(), fee)
